/* SPDX-License-Identifier: GPL-2.0-only */
/* The image of the hypervisor, and the memory that it gets. */
#ifndef _JH_FIRMWARE_H
#define _JH_FIRMWARE_H

#include <linux/types.h>

struct jailhouse_boot;
struct jailhouse_header;
struct reason;

/**
 * struct hypervisor_memory - where the hypervisor lives, and what is where in it
 * @phys: host-physical address
 * @size: bytes
 * @virt: Linux's mapping of it, while there is one; the rest is in it
 * @header: the header of the image
 * @boot: what the hypervisor is told
 * @transition: top-level page table that both worlds can live on
 */
struct hypervisor_memory {
	u64 phys;
	u64 size;
	void *virt;
	struct jailhouse_header *header;
	struct jailhouse_boot *boot;
	u64 *transition;
};

int jh_firmware_place(struct hypervisor_memory *mem, struct reason *why);

#endif
