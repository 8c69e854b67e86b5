/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_KERNEL_CPUFEATURE_H
#define UNIT_KERNEL_CPUFEATURE_H

#include <linux/types.h>

bool pgtable_l5_enabled(void);

#endif
