/* SPDX-License-Identifier: GPL-2.0-only */
/* All CPUs cross at once, from Linux to the hypervisor and back. */
#ifndef _JH_CROSSING_H
#define _JH_CROSSING_H

struct hypervisor_memory;
struct reason;

int jh_crossing_enter(struct hypervisor_memory *mem, struct reason *why);
int jh_crossing_leave(struct reason *why);

#endif
