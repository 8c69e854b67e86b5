/* SPDX-License-Identifier: GPL-2.0-only */
/* Why something is not done: a sentence for the user. */
#ifndef _JH_REASON_H
#define _JH_REASON_H

#include <linux/compiler_attributes.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <jailhouse/console.h>

/* A sentence for the user. */
struct reason {
	char text[JAILHOUSE_LOG_ERROR_SIZE + 64];
};

/* What the attribute `error` shows: why the last operation on an item failed. */
struct last_error {
	spinlock_t lock;	/* who reads, against who writes */
	char text[sizeof(struct reason) + 64];
};

int __printf(3, 4) jh_refuse(struct reason *why, int err, const char *fmt, ...);
void jh_error_init(struct last_error *error);
void __printf(4, 5) jh_error_set(struct last_error *error, int err, const struct reason *why,
				 const char *fmt, ...);
ssize_t jh_error_show(struct last_error *error, char *page);

#endif
