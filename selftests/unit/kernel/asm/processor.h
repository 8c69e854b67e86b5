/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_KERNEL_PROCESSOR_H
#define UNIT_KERNEL_PROCESSOR_H

#include <linux/types.h>

struct cpuinfo_x86 {
	u8 x86_phys_bits;
};

extern struct cpuinfo_x86 boot_cpu_data;

u64 read_cr3_pa(void);

#endif
