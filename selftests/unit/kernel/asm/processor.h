/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_KERNEL_PROCESSOR_H
#define UNIT_KERNEL_PROCESSOR_H

#include <linux/types.h>

u64 read_cr3_pa(void);

#endif
