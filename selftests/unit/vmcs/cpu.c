// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/vmx/controls.c x86/vmx/cr.c x86/vmx/ept.c x86/vmx/exit.c x86/vmx/inject.c */
/* SOURCES: x86/vmx/msr_bitmap.c x86/vmx/tracing.c x86/vmx/vmcs.c */
/* A CPU with VMX. */
#include <string.h>
#include "vmcs.h"
#include "../coffee_lake.h"
#include "panic.h"

u64 host_vmcs[NUM_VMCS_ENCODINGS];
struct vmx_controls vmx_used;
const u8 vmexit_entry[1];

const struct vmcs_cpu vmcs_cpu = {
	.caps = COFFEE_LAKE_CAPS,
	.cr0_fixed0 = 0x80000021,
	.cr0_fixed1 = 0xffffffff,
	.cr4_fixed0 = 0x2000,
	.cr4_fixed1 = 0x3767ff,
	.addr_bits = ENTRY_ADDR_BITS,
};

u64 vmcs_newer_cr4;

u64 rdmsr(u32 msr)
{
	switch (msr) {
	case MSR_IA32_VMX_BASIC:
		return vmcs_cpu.caps.basic;
	case MSR_IA32_VMX_CR4_FIXED1:
		return vmcs_cpu.cr4_fixed1 | vmcs_newer_cr4;
	default:
		return 0;
	}
}

void cpuid(u32 regs[4])
{
	host_cpu.serializing++;
	regs[0] = 0x906ea;
	regs[1] = 0;
	regs[2] = 0;
	regs[3] = 0;
}

void vmcs_boot(void)
{
	char why[160];

	memset(host_vmcs, 0, sizeof(host_vmcs));
	if (vmx_controls_choose(&vmcs_cpu.caps, &vmx_used, why, sizeof(why)))
		panic("%s", why);
	entry_boot();
}
