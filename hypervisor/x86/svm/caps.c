// SPDX-License-Identifier: GPL-2.0-only
/* Which of the CPU's abilities are needed, and which are used if they are there. */
#include "caps.h"
#include "errno.h"
#include "format.h"
#include "registers.h"

#define LEAF_SVM		0x8000000aU

#define EXT1_EDX_1G		BIT_ULL(26)
#define EXT8_EBX_INVLPGB	BIT_ULL(3)

/* Encrypted memory as the operating system uses it, and with integrity (APM 2 7.10, 15.36). */
#define SYSCFG_SME		BIT_ULL(23)
#define SYSCFG_SNP		BIT_ULL(24)

static int refuse(char *why, size_t why_size, int err, const char *text)
{
	fmt_snprintf(why, why_size, "%s", text);
	return err;
}

static int check_offered(const struct svm_caps *caps, char *why, size_t why_size)
{
	if (caps->max_extended < LEAF_SVM || !(caps->ext1_ecx & SVM_EXT1_ECX))
		return refuse(why, why_size, -ENODEV, "the CPU lacks SVM");
	if (!(caps->svm_edx & SVM_FEATURE_NPT))
		return refuse(why, why_size, -ENODEV, "the CPU lacks nested paging");
	if (caps->svm_ebx < NUM_ASIDS) {
		fmt_snprintf(why, why_size, "the CPU has %u ASIDs, fewer than %u", caps->svm_ebx,
			     NUM_ASIDS);
		return -ENODEV;
	}
	return 0;
}

/*
 * With memory encryption the position of one address bit in page tables means something else, and
 * with memory integrity, pages have owners, of which this hypervisor is not one.
 */
static int check_free(const struct svm_caps *caps, char *why, size_t why_size)
{
	if (caps->vm_cr & VM_CR_SVMDIS)
		return refuse(why, why_size, -EACCES,
			      "the firmware has switched SVM off (see its setup)");
	if (caps->efer & X86_EFER_SVME)
		return refuse(why, why_size, -EBUSY,
			      "SVM is in use (KVM, or another hypervisor: unload it)");
	if (caps->sev_status)
		return refuse(why, why_size, -EOPNOTSUPP, "this is an encrypted guest (SEV)");
	if (caps->syscfg & SYSCFG_SNP)
		return refuse(why, why_size, -EOPNOTSUPP,
			      "secure nested paging (SEV-SNP) is on: switch it off in the firmware's setup");
	if (caps->syscfg & SYSCFG_SME)
		return refuse(why, why_size, -EOPNOTSUPP,
			      "memory encryption (SME) is on: boot with mem_encrypt=off, or switch it off in the firmware's setup");
	return 0;
}

int svm_caps_check(const struct svm_caps *caps, struct svm_use *use, char *why, size_t why_size)
{
	int err = check_offered(caps, why, why_size);

	if (!err)
		err = check_free(caps, why, why_size);
	if (err)
		return err;
	*use = (struct svm_use){
		.nrips = caps->svm_edx & SVM_FEATURE_NRIPS,
		.flush_by_asid = caps->svm_edx & SVM_FEATURE_FLUSH_BY_ASID,
		.huge_1g = caps->ext1_edx & EXT1_EDX_1G,
		.invlpgb = caps->ext8_ebx & EXT8_EBX_INVLPGB,
		.spec_ctrl = caps->svm_edx & SVM_FEATURE_VIRTUAL_SPEC_CTRL,
	};
	return 0;
}

int svm_use_differs(const struct svm_use *one, const struct svm_use *other, char *why,
		    size_t why_size)
{
	if (one->nrips == other->nrips && one->flush_by_asid == other->flush_by_asid &&
	    one->huge_1g == other->huge_1g && one->invlpgb == other->invlpgb &&
	    one->spec_ctrl == other->spec_ctrl)
		return 0;
	return refuse(why, why_size, -ENODEV, "its SVM features differ from other CPUs'");
}
