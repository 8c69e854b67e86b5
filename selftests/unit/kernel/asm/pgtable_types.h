/* SPDX-License-Identifier: GPL-2.0-only */
/* SDM 3A 4.5 */
#ifndef UNIT_KERNEL_PGTABLE_TYPES_H
#define UNIT_KERNEL_PGTABLE_TYPES_H

#include <linux/types.h>

#define PTRS_PER_PGD	512

#define _PAGE_PRESENT	BIT_ULL(0)
#define _PAGE_RW	BIT_ULL(1)
#define _PAGE_ACCESSED	BIT_ULL(5)
#define _PAGE_DIRTY	BIT_ULL(6)
#define _PAGE_PSE	BIT_ULL(7)
#define _PAGE_NX	BIT_ULL(63)

#endif
