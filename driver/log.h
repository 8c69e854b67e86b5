/* SPDX-License-Identifier: GPL-2.0-only */
/* The page in which the hypervisor tells Linux what it does, and why not. */
#ifndef _JH_LOG_H
#define _JH_LOG_H

#include <linux/types.h>

struct file;
struct reason;

int jh_log_open(u64 phys);
void jh_log_close(void);
bool jh_log_drain(void);
u32 jh_log_events(void);
u32 jh_log_error_seq(void);
bool jh_log_error_since(u32 seq, struct reason *why);
void jh_log_failure(int id, struct reason *why);
ssize_t jh_log_read(const struct file *file, char *buffer, loff_t offset, size_t count);

#endif
