/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/kernel.h>

#define PAGE_ALIGN(address)	ALIGN_UP(address, PAGE_SIZE)
#define PHYS_PFN(address)	((unsigned long)((address) >> PAGE_SHIFT))

int page_is_ram(unsigned long pfn);
