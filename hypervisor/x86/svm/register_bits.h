/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which bits of CR4 and EFER a processor has, and what may be written to EFER: no register of
 * SVM tells, CPUID does (APM 2 3.1.3, 3.1.7).
 */
#ifndef _SVM_REGISTER_BITS_H
#define _SVM_REGISTER_BITS_H

#include "types.h"

typedef void (*svm_cpuid_fn)(u32 leaf, u32 subleaf, u32 regs[4]);

/**
 * svm_cr4_bits() - bits of CR4 that the CPU has
 * @ask: executes CPUID
 */
u64 svm_cr4_bits(svm_cpuid_fn ask);

/**
 * svm_efer_bits() - bits of EFER that the CPU has, without SVME
 * @ask: executes CPUID
 */
u64 svm_efer_bits(svm_cpuid_fn ask);

/**
 * svm_efer_check() - may the guest set EFER so?
 * @cr0: its CR0
 * @now: EFER before, without SVME
 * @allowed: svm_efer_bits(), and SVME if the guest may see that one
 * @val: what it writes; receives what EFER becomes, without SVME
 *
 * LMA is the CPU's own, and stays as it is.
 *
 * Return: 0, or -EINVAL: #GP.
 */
int svm_efer_check(u64 cr0, u64 now, u64 allowed, u64 *val);

#endif
