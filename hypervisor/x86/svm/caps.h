/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of the CPU's abilities are needed, and which are used if they are there. */
#ifndef _SVM_CAPS_H
#define _SVM_CAPS_H

#include "types.h"

/* CPUID 0x80000001 ECX */
#define SVM_EXT1_ECX			BIT_ULL(2)

/* CPUID 0x8000000a EDX */
#define SVM_FEATURE_NPT			BIT_ULL(0)
#define SVM_FEATURE_NRIPS		BIT_ULL(3)
#define SVM_FEATURE_FLUSH_BY_ASID	BIT_ULL(6)
#define SVM_FEATURE_VIRTUAL_SPEC_CTRL	BIT_ULL(20)

/* VM_CR */
#define VM_CR_R_INIT			BIT_ULL(1)
#define VM_CR_SVMDIS			BIT_ULL(4)

/* Who has which identifier of an address space; 0 is the hypervisor. */
enum asid { ASID_ROOT = 1, ASID_CELLS, ASID_PARKED, NUM_ASIDS };

/**
 * struct svm_caps - what a CPU says of its SVM
 * @max_extended: EAX of CPUID 0x80000000: the highest leaf that it has of these
 * @ext1_ecx: CPUID 0x80000001
 * @ext1_edx: the same, EDX
 * @ext8_ebx: CPUID 0x80000008
 * @svm_ebx: CPUID 0x8000000a: number of ASIDs
 * @svm_edx: the same: features
 * @vm_cr: VM_CR, if there is SVM
 * @efer: EFER
 * @syscfg: SYSCFG, which has the switches of encrypted memory; 0 if there is none of that
 * @sev_status: SEV_STATUS: this is an encrypted guest; 0 likewise
 */
struct svm_caps {
	u32 max_extended;
	u32 ext1_ecx;
	u32 ext1_edx;
	u32 ext8_ebx;
	u32 svm_ebx;
	u32 svm_edx;
	u64 vm_cr;
	u64 efer;
	u64 syscfg;
	u64 sev_status;
};

/**
 * struct svm_use - what is used of it
 * @nrips: #VMEXIT tells where the next instruction is
 * @flush_by_asid: one ASID can be flushed; else all are
 * @huge_1g: pages of 1G
 * @invlpgb: INVLPGB, which the root cell may use, is there
 * @spec_ctrl: SPEC_CTRL of the guest is in the VMCB
 *
 * The first CPU determines it, all others have to be capable of the same.
 */
struct svm_use {
	bool nrips;
	bool flush_by_asid;
	bool huge_1g;
	bool invlpgb;
	bool spec_ctrl;
};

/**
 * svm_caps_check() - does a CPU have everything that we need?
 * @caps: of the CPU
 * @use: receives what is going to be used
 * @why: receives the name of what is missing, or in the way
 * @why_size: bytes of @why
 *
 * Return: 0, -ENODEV for what is missing, -EACCES, -EBUSY, -EOPNOTSUPP for what is in the way.
 */
int svm_caps_check(const struct svm_caps *caps, struct svm_use *use, char *why, size_t why_size);

/**
 * svm_use_differs() - would two CPUs not get the same?
 * @one: of one CPU
 * @other: of the other
 * @why: receives the sentence
 * @why_size: bytes of @why
 *
 * Return: 0 or -ENODEV.
 */
int svm_use_differs(const struct svm_use *one, const struct svm_use *other, char *why,
		    size_t why_size);

#endif
