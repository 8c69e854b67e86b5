// SPDX-License-Identifier: GPL-2.0-only
/* How root_msr.c reaches the CPU, and counters that run in the guest only. */
#include "vmx.h"
#include "root_msr.h"

static u64 area_hpa(const struct percpu *percpu, const struct msr_entry *entry)
{
	return percpu->area_hpa + PERCPU_PAGE_DATA * PAGE_SIZE + ((u64)entry & (PAGE_SIZE - 1));
}

/*
 * The lists of MSRs that entries and exits load, and not the controls made for this register:
 * each CPU has them, and they cost nothing while nobody counts, since they are empty then.
 */
static void set_guest_counters(u64 val)
{
	struct percpu *percpu = this_percpu();
	struct msr_entry *lists = percpu->vendor.counters;
	u32 count = val ? 1 : 0;

	lists[COUNTERS_GUEST] = (struct msr_entry){ MSR_IA32_PERF_GLOBAL_CTRL, 0, val };
	lists[COUNTERS_HOST] = (struct msr_entry){ MSR_IA32_PERF_GLOBAL_CTRL, 0, 0 };
	vmcs_write64(VMCS_ENTRY_MSR_LOAD_ADDRESS, area_hpa(percpu, &lists[COUNTERS_GUEST]));
	vmcs_write64(VMCS_EXIT_MSR_LOAD_ADDRESS, area_hpa(percpu, &lists[COUNTERS_HOST]));
	vmcs_write32(VMCS_ENTRY_MSR_LOAD_COUNT, count);
	vmcs_write32(VMCS_EXIT_MSR_LOAD_COUNT, count);
}

static void set_guest_debugctl(u64 val)
{
	vmcs_write64(VMCS_GUEST_DEBUGCTL, val);
}

const struct root_msr_io root_msr_io = {
	rdmsr_safe, wrmsr_safe, set_guest_debugctl, set_guest_counters,
};

void vendor_resume_counters(struct percpu *percpu)
{
	set_guest_counters(percpu->kept.value[0]);
}
