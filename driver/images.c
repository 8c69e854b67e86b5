// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images: staged when they are written, copied into the cell's memory when it starts
 * (image_load.c). Or a file is named, which is read into the cell's memory then. ELF files that
 * nobody has given an address are programs, whose segments know theirs; all else is loaded as it
 * is.
 *
 * What is staged stays staged, so that a cell which is started again after it was shut
 * down, or failed, finds its images as at the first time. The rest of its memory is as it
 * left it.
 */
#include "images.h"
#include "cell.h"
#include "directory.h"
#include "elf.h"
#include "image_file.h"
#include "reason.h"

#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

/**
 * jh_image_init() - make an image with nothing staged
 * @image: to be initialized
 * @name: how messages call it
 * @item: that it is part of
 */
void jh_image_init(struct staged_image *image, const char *name, struct config_item *item)
{
	memset(image, 0, sizeof(*image));
	image->item = item;
	INIT_LIST_HEAD(&image->node);
	strscpy(image->name, name, sizeof(image->name));
	image->expected = IMAGE_UNANNOUNCED;
}

/** jh_image_drop() - free what is staged, and forget the file. */
void jh_image_drop(struct staged_image *image)
{
	image->changes++;
	vfree(image->data);
	image->data = NULL;
	kfree(image->path);
	image->path = NULL;
	kfree(image->elf);
	image->elf = NULL;
	WRITE_ONCE(image->size, 0);
}

/* Looks at the first bytes. Whether an ELF file is to be one is known when it is loaded. */
static int look_at_head(struct staged_image *image, const void *head, size_t size,
			struct reason *why)
{
	struct staged_elf *elf = NULL;

	if (jh_elf_is(head, min_t(size_t, size, ELF_HEAD_SIZE))) {
		elf = kzalloc(sizeof(*elf), GFP_KERNEL);
		if (!elf)
			return jh_refuse(why, -ENOMEM, "no memory");
		elf->refused = jh_elf_parse(head, min_t(size_t, size, ELF_HEAD_SIZE), size,
					    &elf->program, &elf->why);
	}
	kfree(image->elf);
	image->elf = elf;
	return 0;
}

/**
 * jh_image_stage() - keep a copy of what was written
 * @image: gets it instead of what was there before
 * @data: bytes
 * @size: how many; 0: nothing is staged any more
 * @why: receives the reason
 *
 * Context: jh_lock is held.
 *
 * Return: 0 or -ENOMEM; the next start fails with it.
 */
int jh_image_stage(struct staged_image *image, const void *data, size_t size,
		   struct reason *why)
{
	jh_image_drop(image);
	image->refused = 0;
	if (!size)
		return 0;
	image->data = vmalloc(size);
	if (!image->data || look_at_head(image, data, size, why)) {
		jh_image_drop(image);
		image->refused = -ENOMEM;
		return jh_refuse(why, -ENOMEM, "%s: no memory for %zu bytes", image->name, size);
	}
	memcpy(image->data, data, size);
	WRITE_ONCE(image->size, size);
	return 0;
}

/* The file may have been replaced since it was looked at last. */
static int look_at_file(struct staged_image *image, struct reason *why)
{
	void *head = kmalloc(ELF_HEAD_SIZE, GFP_KERNEL);
	size_t size = 0;
	int err;

	if (!head)
		return jh_refuse(why, -ENOMEM, "no memory");
	err = jh_image_file_look(image->path, head, ELF_HEAD_SIZE, &size, why);
	if (!err)
		err = look_at_head(image, head, size, why);
	WRITE_ONCE(image->size, err ? 0 : size);
	kfree(head);
	return err;
}

/**
 * jh_image_look() - look at the file that is to be an image
 * @named: its @path is absolute, or empty; receives the rest
 * @why: receives the reason
 *
 * Context: jh_lock is not held: somebody may have it who keeps the file system waiting.
 *
 * Return: 0, -EINVAL if the path is none, or the errnos of jh_image_file_look().
 */
int jh_image_look(struct staged_image *named, struct reason *why)
{
	if (!*named->path)
		return 0;
	if (*named->path != '/')
		return jh_refuse(why, -EINVAL, "takes the path of a file, from / on");
	return look_at_file(named, why);
}

/**
 * jh_image_take_file() - let a file be the image
 * @image: gets it instead of what was there before
 * @named: was looked at, and gives away its @path; if that is empty, nothing is staged any more
 *
 * Context: jh_lock is held.
 */
void jh_image_take_file(struct staged_image *image, struct staged_image *named)
{
	jh_image_drop(image);
	image->refused = 0;
	if (!*named->path)
		return;
	image->path = named->path;
	named->path = NULL;
	image->elf = named->elf;
	named->elf = NULL;
	WRITE_ONCE(image->size, named->size);
}

static void settle(struct staged_image *image)
{
	if (jh_image_is_program(image) && !image->elf->refused)
		WRITE_ONCE(image->address, jh_elf_lowest(&image->elf->program));
}

/**
 * jh_image_settle() - decide where images go, if nobody has
 * @cell: a directory
 *
 * Context: jh_lock is held.
 */
void jh_image_settle(struct jh_cell *cell)
{
	struct staged_image *image = &cell->image;

	if (!image->placed && jh_directories_used(&cell->said))
		WRITE_ONCE(image->address,
			   jh_directories_image_address(&cell->said, image->size));
	list_for_each_entry(image, &cell->images, node)
		settle(image);
}

/** jh_images_program() - the first program among them, or NULL; jh_lock is held. */
const struct staged_image *jh_images_program(const struct jh_cell *cell)
{
	const struct staged_image *image;

	list_for_each_entry(image, &cell->images, node)
		if (jh_image_is_program(image) && !image->elf->refused)
			return image;
	return NULL;
}

/**
 * jh_images_entry() - where does the program begin that is to be loaded?
 * @cell: a directory
 *
 * Context: jh_lock is held.
 *
 * Return: guest-physical, or DIRECTORY_AUTO if no image says so.
 */
u64 jh_images_entry(const struct jh_cell *cell)
{
	const struct staged_image *image = jh_images_program(cell);

	return image ? image->elf->program.entry : DIRECTORY_AUTO;
}

/** jh_images_staged() - is there anything to load? jh_lock is held. */
bool jh_images_staged(const struct jh_cell *cell)
{
	const struct staged_image *image;

	list_for_each_entry(image, &cell->images, node)
		if (jh_image_is_staged(image))
			return true;
	return false;
}
