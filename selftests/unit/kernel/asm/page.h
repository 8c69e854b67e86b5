/* SPDX-License-Identifier: GPL-2.0-only */
/* Physical memory is what the test says. */
#ifndef UNIT_KERNEL_PAGE_H
#define UNIT_KERNEL_PAGE_H

#include <linux/types.h>

void *__va(u64 phys);

#endif
