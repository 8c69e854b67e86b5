/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of a vendor's: this one keeps nothing of a CPU that host.h does not show. */
#ifndef _VENDOR_CPU_H
#define _VENDOR_CPU_H

#include "types.h"

#define VENDOR_MAPPED_PAGES	0
#define VENDOR_MSR_BITMAP_SIZE	4096
#define VENDOR_SWITCHES_TSS	1

struct vendor_cpu {
	u32 unused;
};

#endif
