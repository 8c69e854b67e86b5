// SPDX-License-Identifier: GPL-2.0-only
/* Switching SVM on and off, and what the CPU says of it. */
#include "svm.h"
#include "arch.h"
#include "errno.h"
#include "exceptions.h"
#include "string.h"

#define MSR_SYSCFG		0xc0010010
#define MSR_SEV_STATUS		0xc0010131

#define LEAF_SVM		0x8000000aU
#define LEAF_ENCRYPTION		0x8000001fU

/* CPUID 0x8000001f EAX: encryption of memory, and of guests */
#define ENCRYPTION_SME		BIT_ULL(0)
#define ENCRYPTION_SEV		BIT_ULL(1)

struct svm_use svm_has;

static u32 ask(u32 leaf, unsigned int reg)
{
	u32 regs[4] = { leaf };

	cpuid(regs);
	return regs[reg];
}

/*
 * Registers are read where CPUID says that they are there: a #GP would be Linux's, whose IDT
 * is in use.
 */
static void read_caps(struct svm_caps *caps)
{
	u32 encryption;

	*caps = (struct svm_caps){ .max_extended = ask(0x80000000, 0), .efer = rdmsr(MSR_EFER) };
	if (caps->max_extended < LEAF_SVM)
		return;
	caps->ext1_ecx = ask(0x80000001, 2);
	caps->ext1_edx = ask(0x80000001, 3);
	caps->ext8_ebx = ask(0x80000008, 1);
	if (!(caps->ext1_ecx & SVM_EXT1_ECX))
		return;
	caps->svm_ebx = ask(LEAF_SVM, 1);
	caps->svm_edx = ask(LEAF_SVM, 3);
	caps->vm_cr = rdmsr(MSR_VM_CR);
	encryption = caps->max_extended < LEAF_ENCRYPTION ? 0 : ask(LEAF_ENCRYPTION, 0);
	if (encryption & ENCRYPTION_SME)
		caps->syscfg = rdmsr(MSR_SYSCFG);
	if (encryption & ENCRYPTION_SEV)
		caps->sev_status = rdmsr(MSR_SEV_STATUS);
}

int vendor_check_cpu(bool first, char *why, size_t why_size)
{
	struct svm_caps caps;
	struct svm_use use;
	int err;

	read_caps(&caps);
	err = svm_caps_check(&caps, &use, why, why_size);
	if (err)
		return err;
	if (!first)
		return svm_use_differs(&svm_has, &use, why, why_size);
	svm_has = use;
	return 0;
}

/*
 * With R_INIT, an INIT that is not intercepted becomes an exception of the hypervisor's, which
 * forgets it: it would stay pending otherwise, and exit for ever (APM 2 15.21.8). Emulators
 * do without.
 */
int vendor_on(struct percpu *percpu)
{
	struct vendor_cpu *vendor = &percpu->vendor;

	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | X86_EFER_SVME);
	vendor->vm_cr_before = rdmsr(MSR_VM_CR);
	vendor->host_save_before = rdmsr(MSR_VM_HSAVE_PA);
	wrmsr_safe(MSR_VM_CR, vendor->vm_cr_before | VM_CR_R_INIT);
	wrmsr(MSR_VM_HSAVE_PA, percpu->area_hpa + SVM_PAGE_HOST_SAVE * PAGE_SIZE);

	memset(&percpu_vmcb, 0, sizeof(percpu_vmcb));
	percpu_vmcb.own_hpa = percpu->area_hpa + SVM_PAGE_VMCB * PAGE_SIZE;
	/* Of an earlier time, under the same numbers. */
	percpu_vmcb.tlb_control = TLB_FLUSH_ALL;
	msr_cell_reset(&percpu->msrs);
	percpu->guest_loaded = true;
	return 0;
}

/*
 * TR holds the guest's TSS, and may hold none, but interrupt stacks are needed on the way back:
 * on the transition page table the stack of the exits is not there. What was held meanwhile
 * comes in at once.
 */
void vendor_off(struct percpu *percpu)
{
	struct vendor_cpu *vendor = &percpu->vendor;

	percpu->guest_loaded = false;
	exceptions_load(percpu->handover,
			percpu_area.fatal_stack + sizeof(percpu_area.fatal_stack));
	stgi();
	wrmsr_safe(MSR_VM_CR, vendor->vm_cr_before);
	wrmsr(MSR_VM_HSAVE_PA, vendor->host_save_before);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~X86_EFER_SVME);
}
