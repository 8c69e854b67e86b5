/* SPDX-License-Identifier: GPL-2.0-only */
/* The record of a crash before this boot. */
#ifndef _JH_CRASH_H
#define _JH_CRASH_H

#include <linux/types.h>

struct jailhouse_memory;

void jh_crash_look(const struct jailhouse_memory *hypervisor_memory);
ssize_t jh_crash_text_read(char *buffer, loff_t offset, size_t count);
void jh_crash_exit(void);

#endif
