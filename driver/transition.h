/* SPDX-License-Identifier: GPL-2.0-only */
/* The page table that both worlds can live on. */
#ifndef _JH_TRANSITION_H
#define _JH_TRANSITION_H

#include <linux/types.h>

struct hypervisor_memory;

int jh_transition_make(struct hypervisor_memory *mem, u64 *next);
void jh_transition_copy_kernel_half(struct hypervisor_memory *mem);

#endif
