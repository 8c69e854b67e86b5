/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/kernel/config/jailhouse/cells/NAME/images, and attributes that all images have */
#ifndef _JH_CONFIGFS_IMAGE_H
#define _JH_CONFIGFS_IMAGE_H

#include <linux/configfs.h>
#include <linux/types.h>

/* The most that can be written to an image. */
#define JH_IMAGE_WRITE_MAX	0x40000000

struct jh_cell;
struct staged_image;

extern const struct config_item_type jh_images_type;
ssize_t jh_image_data_write(struct jh_cell *cell, struct staged_image *image,
			    const void *data, size_t size);
ssize_t jh_image_address_show(const struct staged_image *image, char *page);
ssize_t jh_image_address_store(struct jh_cell *cell, struct staged_image *image,
			       const char *attribute, const char *page, size_t count);
ssize_t jh_image_size_show(const struct staged_image *image, char *page);
ssize_t jh_image_size_store(struct jh_cell *cell, struct staged_image *image,
			    const char *attribute, const char *page, size_t count);

#endif
