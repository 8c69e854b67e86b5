/* SPDX-License-Identifier: GPL-2.0-only */
/* What is to be loaded into cells. */
#ifndef _JH_IMAGES_H
#define _JH_IMAGES_H

#include <linux/list.h>
#include <linux/types.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

struct jh_cell;
struct reason;

/**
 * struct staged_image - what is to be loaded into a cell
 * @node: in the cell's list of images
 * @name: path of its directory below that of the cell, or "image"
 * @data: its bytes, NULL if it has none, or they are in a file
 * @path: of the file that has them, NULL for none
 * @size: how many, 0 for none; of a file, when it was looked at last
 * @elf: they begin as an ELF file does
 * @address: guest-physical load address
 * @placed: @address was written
 * @expected: length that the user announced
 * @refused: errno of the last write if it failed, or 0
 */
struct staged_image {
	struct list_head node;
	char name[JAILHOUSE_CELL_NAME_SIZE + 8];
	void *data;
	char *path;
	size_t size;
	bool elf;
	u64 address;
	bool placed;
	u64 expected;
	int refused;
};

void jh_image_init(struct staged_image *image, const char *name);
void jh_image_drop(struct staged_image *image);
int jh_image_stage(struct staged_image *image, const void *data, size_t size,
		   struct reason *why);
int jh_image_look(struct staged_image *named, struct reason *why);
void jh_image_take_file(struct staged_image *image, struct staged_image *named);
void jh_image_settle(struct jh_cell *cell);
bool jh_images_staged(const struct jh_cell *cell);
int jh_images_check(struct jh_cell *cell, struct reason *why);
int jh_images_place(struct jh_cell *cell, struct reason *why);

#endif
