/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/kernel.h>

#define PAGE_ALIGN(address)	ALIGN_UP(address, PAGE_SIZE)
