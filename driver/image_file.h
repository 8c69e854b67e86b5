/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that are loaded into cells. */
#ifndef _JH_IMAGE_FILE_H
#define _JH_IMAGE_FILE_H

#include <linux/types.h>

struct reason;

int jh_image_file_look(const char *path, void *head, size_t head_size, size_t *size,
		       struct reason *why);
int jh_image_file_read(const char *path, loff_t pos, void *memory, size_t size,
		       struct reason *why);

#endif
