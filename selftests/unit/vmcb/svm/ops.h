/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of hypervisor/x86/svm/ops.h: SVM instructions of a CPU that is a struct. */
#ifndef _SVM_OPS_H
#define _SVM_OPS_H

#include "types.h"

/* cpu.c */
void clgi(void);
void stgi(void);
void vmload(u64 hpa);
void vmsave(u64 hpa);

#endif
