// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/svm/caps.c x86/svm/cpu.c x86/svm/cr.c x86/svm/exit.c x86/svm/fetch.c */
/* SOURCES: x86/svm/inject.c x86/svm/instruction.c x86/svm/msr_map.c x86/svm/npt.c */
/* SOURCES: x86/svm/register_bits.c x86/svm/tracing.c x86/svm/trial.c x86/svm/vmcb.c */
/* A CPU with SVM. */
#include <string.h>
#include "vmcb_cpu.h"
#include "cpuid.h"
#include "exceptions.h"
#include "panic.h"

struct vmcb percpu_vmcb __aligned(4096);
struct vmcb_hidden vmcb_hidden;
const struct vmcb_cpu *vmcb_cpu;

const struct vmcb_cpu vmcb_cpus[NUM_VMCB_CPUS] = {
	[VMCB_CPU_FULL] = {
		.name = "with all that is used", .svm_edx = 0x100049, .asids = 32768,
		.cr4 = 0xf70fff, .efer = 0xcd01, .invlpgb = true,
	},
	[VMCB_CPU_BARE] = {
		.name = "with no more than is needed", .svm_edx = 1, .asids = 16,
		.cr4 = 0x370fff, .efer = 0xd01,
	},
};

static void answer(u32 regs[4], u32 eax, u32 ebx, u32 ecx, u32 edx)
{
	regs[CPUID_EAX] = eax;
	regs[CPUID_EBX] = ebx;
	regs[CPUID_ECX] = ecx;
	regs[CPUID_EDX] = edx;
}

/* Feature bits as APM 3 appendix E has them, as far as they are those of cr4 and efer. */
void cpuid(u32 regs[4])
{
	bool full = vmcb_cpu == &vmcb_cpus[VMCB_CPU_FULL];

	switch (regs[CPUID_EAX]) {
	case 0:
		return answer(regs, 13, 0, 0, 0);
	case 1:
		return answer(regs, 0x800f12, 0, BIT_ULL(17) | BIT_ULL(26), 0x030020fe);
	case 7:
		return answer(regs, 0, BIT_ULL(0) | BIT_ULL(7) | BIT_ULL(20),
			      BIT_ULL(2) | (full ? BIT_ULL(3) | BIT_ULL(7) : 0), 0);
	case 0x80000000:
		return answer(regs, 0x80000021, 0, 0, 0);
	case 0x80000001:
		return answer(regs, 0, 0, BIT_ULL(2) | (full ? BIT_ULL(17) : 0),
			      0x20100800 | (full ? BIT_ULL(25) | BIT_ULL(26) : 0));
	case 0x80000008:
		return answer(regs, ENTRY_ADDR_BITS, full ? BIT_ULL(3) : 0, 0, 0);
	case 0x8000000a:
		return answer(regs, 1, vmcb_cpu->asids, 0, vmcb_cpu->svm_edx);
	default:
		return answer(regs, 0, 0, 0, 0);
	}
}

/* Of x86/cpu.c. */
void cpuid_leaf(u32 leaf, u32 subleaf, u32 regs[4])
{
	answer(regs, leaf, 0, subleaf, 0);
	cpuid(regs);
}

u64 rdmsr(u32 msr)
{
	switch (msr) {
	case MSR_FS_BASE:
		return vmcb_hidden.segments[0].base;
	case MSR_GS_BASE:
		return vmcb_hidden.segments[1].base;
	default:
		return 0;
	}
}

/*
 * The instructions
 */

static void require_own(u64 hpa)
{
	if (hpa != percpu_vmcb.own_hpa || hpa & 0xfff || hpa >> ENTRY_ADDR_BITS)
		panic("another VMCB: 0x%llx", hpa);
}

void vmload(u64 hpa)
{
	require_own(hpa);
	vmcb_hidden.segments[0] = percpu_vmcb.fs;
	vmcb_hidden.segments[1] = percpu_vmcb.gs;
	vmcb_hidden.segments[2] = percpu_vmcb.ldtr;
	vmcb_hidden.segments[3] = percpu_vmcb.tr;
	vmcb_hidden.msrs[0] = percpu_vmcb.kernel_gs_base;
	memcpy(vmcb_hidden.msrs + 1, &percpu_vmcb.star, 4 * sizeof(u64));
	memcpy(vmcb_hidden.msrs + 5, &percpu_vmcb.sysenter_cs, 3 * sizeof(u64));
}

void vmsave(u64 hpa)
{
	require_own(hpa);
	percpu_vmcb.fs = vmcb_hidden.segments[0];
	percpu_vmcb.gs = vmcb_hidden.segments[1];
	percpu_vmcb.ldtr = vmcb_hidden.segments[2];
	percpu_vmcb.tr = vmcb_hidden.segments[3];
	percpu_vmcb.kernel_gs_base = vmcb_hidden.msrs[0];
	memcpy(&percpu_vmcb.star, vmcb_hidden.msrs + 1, 4 * sizeof(u64));
	memcpy(&percpu_vmcb.sysenter_cs, vmcb_hidden.msrs + 5, 3 * sizeof(u64));
}

void clgi(void)
{
	vmcb_hidden.gif = false;
}

/* What is held comes in, and the hypervisor's handler notes it. */
void stgi(void)
{
	vmcb_hidden.gif = true;
	if (!vmcb_hidden.held)
		return;
	vmcb_hidden.held = false;
	percpu_area.nmis_seen = 1;
	vendor_exit_at_once(&percpu_area);
}

void exceptions_load(__maybe_unused struct cpu_handover *handover,
		     __maybe_unused void *fatal_stack_top)
{
}

void exceptions_leave_tss(void)
{
}

/* The interrupt that is pending exits before anything else happens. */
void svm_run_once(u64 hpa)
{
	require_own(hpa);
	percpu_vmcb.exit_code = vmcb_check() ? EXIT_INVALID : EXIT_VINTR;
}

void vmcb_boot(const struct vmcb_cpu *cpu)
{
	char why[160];

	vmcb_cpu = cpu;
	vmcb_hidden = (struct vmcb_hidden){ .gif = true };
	if (vendor_check_cpu(true, why, sizeof(why)))
		panic("%s", why);
	vendor_init();
	entry_boot();
	if (vendor_trial_entry(&percpu_area, why, sizeof(why)))
		panic("%s: %s", why, vmcb_check());
}
