// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exceptions that the hypervisor raises in real mode, where they have no error code: a VM
 * entry that delivered one would fail. real.S has tried before the library started.
 */
#include "report.h"
#include "real.h"

static const struct {
	const char *name;
	u8 vector;
} probes[] = {
	{ "RDMSR of what is not granted", X86_EXC_GP },
	{ "WRMSR of what is not granted", X86_EXC_GP },
	{ "VMXOFF", X86_EXC_UD },
	{ "GETSEC", X86_EXC_UD },
	{ "CR4.VMXE", X86_EXC_GP },
	{ "hypercall", 0 },
	{ "OUT to an ignored port", 0 },
	{ "CPUID", 0 },
	{ "WBINVD", 0 },
};

void inmate_main(void)
{
	unsigned int i;

	report_begin("real");
	for (i = 0; i < ARRAY_SIZE(probes); i++)
		report(real_faults[i] == probes[i].vector, "%s in real mode: vector %u",
		       probes[i].name, real_faults[i]);
	report(real_faults[i] == 0xff, "these were all");
	report(real_stack == 0x8000, "the stack ends at 0x%x", real_stack);
	report_done();
}
