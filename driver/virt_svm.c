// SPDX-License-Identifier: GPL-2.0-only
/* SVM, as far as the driver has to know it (APM vol. 2, 15.4 and 15.30). */
#include "compat.h"
#include "reason.h"
#include "virt.h"

#include <jailhouse/cell_config.h>
#include <jailhouse/console.h>
#include <jailhouse/image_header.h>

#include <linux/cc_platform.h>
#include <linux/kernel.h>
#include <asm/processor.h>

#define CPUID_EXTENDED		0x80000000
#define CPUID_FEATURES		0x80000001
#define CPUID_FEATURES_ECX_SVM	BIT(2)
#define CPUID_SVM		0x8000000a
#define CPUID_SVM_EDX_NPT	BIT(0)

/* The hypervisor's own, the root cell's, the cells' and that of parked CPUs. */
#define ASIDS_NEEDED		4

/* Cannot be cleared while VM_CR.LOCK is set, and that takes the firmware's key. */
#define VM_CR_SVMDIS		BIT_ULL(4)

#define SYSCFG			0xc0010010
#define SYSCFG_SNP		BIT_ULL(24)

static bool svm_offered(void)
{
	return cpuid_eax(CPUID_EXTENDED) >= CPUID_FEATURES &&
	       cpuid_ecx(CPUID_FEATURES) & CPUID_FEATURES_ECX_SVM;
}

/*
 * Other than with VMX, off is what somebody has written: it stays. Without the register, as
 * beneath another hypervisor, nobody has.
 */
static bool svm_permitted(void)
{
	u64 control;

	return rdmsrq_safe(MSR_VM_CR, &control) || !(control & VM_CR_SVMDIS);
}

static bool svm_barred(void)
{
	return !svm_permitted();
}

static bool svm_in_use(void)
{
	u64 efer;

	return !rdmsrq_safe(MSR_EFER, &efer) && efer & EFER_SVME;
}

/*
 * The hypervisor sets EFER.SVME, and no guest has it clear: VMRUN does not accept that. KVM
 * reads the register, not a copy, takes the bit for somebody who uses SVM, and does not run.
 */
static void svm_nothing(void)
{
}

/*
 * With a key for each page in its address, or a table of who owns which, memory is more than
 * the hypervisor takes it for.
 */
static int svm_check(struct reason *why)
{
	u64 config;

	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT))
		return jh_refuse(why, -EOPNOTSUPP,
				 "Linux encrypts its memory (boot with mem_encrypt=off)");
	if (!rdmsrq_safe(SYSCFG, &config) && config & SYSCFG_SNP)
		return jh_refuse(why, -EOPNOTSUPP,
				 "SEV-SNP is in use (switch it off in the firmware's setup)");
	return 0;
}

static int svm_capable(struct reason *why)
{
	u32 asids;

	if (cpuid_eax(CPUID_EXTENDED) < CPUID_SVM || !(cpuid_edx(CPUID_SVM) & CPUID_SVM_EDX_NPT))
		return jh_refuse(why, -ENODEV, "the CPU lacks nested paging");
	asids = cpuid_ebx(CPUID_SVM);
	return asids >= ASIDS_NEEDED ? 0 :
	       jh_refuse(why, -ENODEV, "the CPU has %u ASIDs, fewer than %u", asids,
			 ASIDS_NEEDED);
}

static int svm_describe(char *text, size_t size)
{
	return scnprintf(text, size, "# SVM | %08x | %08x\n", cpuid_ebx(CPUID_SVM),
			 cpuid_edx(CPUID_SVM));
}

const struct virt jh_virt_svm = {
	.name = "SVM",
	.firmware = JH_FIRMWARE_AMD,
	.vendor = JAILHOUSE_VENDOR_AMD,
	.switch_on = "see its setup: SVM; if that is locked, it takes the firmware's key",
	.offered = svm_offered,
	.barred = svm_barred,
	.permitted = svm_permitted,
	.in_use = svm_in_use,
	.claim = svm_nothing,
	.release = svm_nothing,
	.check = svm_check,
	.capable = svm_capable,
	.describe = svm_describe,
};
