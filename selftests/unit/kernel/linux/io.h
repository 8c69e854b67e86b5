/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers in memory. */
#ifndef UNIT_KERNEL_IO_H
#define UNIT_KERNEL_IO_H

#include <linux/types.h>

#ifndef __iomem
#define __iomem
#endif

void __iomem *ioremap(u64 address, size_t size);
void iounmap(void __iomem *registers);
u32 readl(const void __iomem *reg);

#endif
