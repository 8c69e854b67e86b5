/* SPDX-License-Identifier: GPL-2.0-only */
/* SVM instructions. Nothing outside of svm/ uses them. */
#ifndef _SVM_OPS_H
#define _SVM_OPS_H

#include "types.h"

/** clgi() - from here on interrupts, NMIs, SMIs and INIT are held, whatever RFLAGS.IF says. */
static inline void clgi(void)
{
	asm volatile("clgi" : : : "memory");
}

/** stgi() - and no more */
static inline void stgi(void)
{
	asm volatile("stgi" : : : "memory");
}

/** vmload() - FS, GS, TR, LDTR and the MSRs that belong to them, from a VMCB */
static inline void vmload(u64 hpa)
{
	asm volatile("vmload %%rax" : : "a" (hpa) : "memory");
}

/** vmsave() - to a VMCB */
static inline void vmsave(u64 hpa)
{
	asm volatile("vmsave %%rax" : : "a" (hpa) : "memory");
}

#endif
