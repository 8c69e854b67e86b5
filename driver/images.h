/* SPDX-License-Identifier: GPL-2.0-only */
/* What is to be loaded into cells. */
#ifndef _JH_IMAGES_H
#define _JH_IMAGES_H

#include <linux/list.h>
#include <linux/types.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#include "elf.h"
#include "reason.h"

struct config_item;
struct jh_cell;

/**
 * struct staged_elf - an image that begins as an ELF file does
 * @program: what is to be loaded of it
 * @refused: errno if it cannot be loaded as a program, or 0
 * @why: the sentence
 */
struct staged_elf {
	struct elf_program program;
	int refused;
	struct reason why;
};

/**
 * struct staged_image - what is to be loaded into a cell
 * @node: in the cell's list of images
 * @item: of configfs, that it is part of
 * @changes: how often what it has was replaced
 * @name: path of its directory below that of the cell, or "image"
 * @data: its bytes, NULL if it has none, or they are in a file
 * @path: of the file that has them, NULL for none
 * @size: how many, 0 for none; of a file, when it was looked at last
 * @elf: if they begin as an ELF file does, else NULL
 * @address: guest-physical load address; of an ELF file, the lowest of its segments' addresses
 * @placed: @address was written: then an ELF file is loaded as it is
 * @expected: length that the user announced
 * @refused: errno of the last write if it failed, or 0
 */
struct staged_image {
	struct list_head node;
	struct config_item *item;
	u32 changes;
	char name[JAILHOUSE_CELL_NAME_SIZE + 8];
	void *data;
	char *path;
	size_t size;
	struct staged_elf *elf;
	u64 address;
	bool placed;
	u64 expected;
	int refused;
};

/* No length was announced. */
#define IMAGE_UNANNOUNCED	U64_MAX

/**
 * jh_image_is_staged() - is there anything to load?
 *
 * A file counts that was not there when it was looked at: it may have come back.
 */
static inline bool jh_image_is_staged(const struct staged_image *image)
{
	return image->data || image->path;
}

/** jh_image_is_program() - is it to be loaded by its segments? */
static inline bool jh_image_is_program(const struct staged_image *image)
{
	return image->elf && !image->placed;
}

void jh_image_init(struct staged_image *image, const char *name, struct config_item *item);
void jh_image_drop(struct staged_image *image);
int jh_image_stage(struct staged_image *image, const void *data, size_t size,
		   struct reason *why);
int jh_image_look(struct staged_image *named, struct reason *why);
void jh_image_take_file(struct staged_image *image, struct staged_image *named);
void jh_image_settle(struct jh_cell *cell);
int jh_images_look(struct jh_cell *cell, struct reason *why);
const struct staged_image *jh_images_program(const struct jh_cell *cell);
u64 jh_images_entry(const struct jh_cell *cell);
bool jh_images_staged(const struct jh_cell *cell);
int jh_images_check(struct jh_cell *cell, struct reason *why);
int jh_images_place(struct jh_cell *cell, struct reason *why);

#endif
