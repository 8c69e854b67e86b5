// SPDX-License-Identifier: GPL-2.0-only
/* How root_msr.c reaches the CPU. */
#include "svm.h"
#include "root_msr.h"

/*
 * No performance counter of an AMD processor writes to memory by itself, and the registers that
 * root_msr.c keeps on others do not exist.
 */
static void set_guest_counters(__maybe_unused u64 val)
{
}

/* The register is the guest's and the hypervisor's at the same time. */
static void set_guest_debugctl(u64 val)
{
	wrmsr_safe(MSR_IA32_DEBUGCTL, val);
}

const struct root_msr_io root_msr_io = {
	rdmsr_safe, wrmsr_safe, set_guest_debugctl, set_guest_counters,
};

void vendor_resume_counters(__maybe_unused struct percpu *percpu)
{
}
