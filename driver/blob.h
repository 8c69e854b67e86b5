/* SPDX-License-Identifier: GPL-2.0-only */
/* What users write: numbers and names, and configurations. */
#ifndef _JH_BLOB_H
#define _JH_BLOB_H

#include <linux/types.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#include "reason.h"

/*
 * The most that can be written to an attribute `config`. A configuration may be longer than is
 * allowed, so that the check can say so.
 */
#define JH_CONFIG_WRITE_MAX	(2 * JAILHOUSE_MAX_CONFIG_SIZE)

/**
 * struct blob - a configuration that was written to a binary attribute
 * @data: the last good one, physically contiguous; NULL: there was none
 * @size: bytes of it
 * @refused: errno of what was written after it and refused, or 0
 * @why: the sentence that goes with it
 */
struct blob {
	void *data;
	size_t size;
	int refused;
	struct reason why;
};

extern struct blob jh_system_config;
int jh_check_name(const char *name, struct reason *why);
int jh_check_text(const char *page, size_t count, struct reason *why);
int jh_parse_number(const char *page, u64 *value, struct reason *why);
int jh_parse_size(const char *page, u64 *size, struct reason *why);
void jh_blob_set(struct blob *blob, void *data, size_t size);
void jh_blob_refuse(struct blob *blob, int err, const struct reason *why);
void jh_blob_forget_busy(struct blob *blob);
bool jh_blob_written(const struct blob *blob);
int jh_blob_ready(struct blob *blob, struct reason *why);
ssize_t jh_blob_read(const struct blob *blob, void *buffer, size_t size, struct reason *why);

#endif
