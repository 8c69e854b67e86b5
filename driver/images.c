// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images: staged when they are written, copied into the cell's memory when it starts. Or a file
 * is named, which is read into the cell's memory then.
 *
 * What is staged stays staged, so that a cell which is started again after it was shut
 * down, or failed, finds its images as at the first time. The rest of its memory is as it
 * left it.
 */
#include "images.h"
#include "cell.h"
#include "directory.h"
#include "image_file.h"
#include "reason.h"

#include <linux/elf.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

#define NO_EXPECTATION	U64_MAX

/**
 * jh_image_init() - make an image with nothing staged
 * @image: to be initialized
 * @name: how messages call it
 */
void jh_image_init(struct staged_image *image, const char *name)
{
	memset(image, 0, sizeof(*image));
	INIT_LIST_HEAD(&image->node);
	strscpy(image->name, name, sizeof(image->name));
	image->expected = NO_EXPECTATION;
}

/** jh_image_drop() - free what is staged, and forget the file. */
void jh_image_drop(struct staged_image *image)
{
	vfree(image->data);
	image->data = NULL;
	kfree(image->path);
	image->path = NULL;
	WRITE_ONCE(image->size, 0);
}

static bool is_elf(const void *data, size_t size)
{
	return size >= SELFMAG && !memcmp(data, ELFMAG, SELFMAG);
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
	if (!image->data) {
		image->refused = -ENOMEM;
		return jh_refuse(why, -ENOMEM, "%s: no memory for %zu bytes", image->name, size);
	}
	memcpy(image->data, data, size);
	image->elf = is_elf(data, size);
	WRITE_ONCE(image->size, size);
	return 0;
}

/* The file may have been replaced since it was looked at last. */
static int look_at_file(struct staged_image *image, struct reason *why)
{
	char head[SELFMAG];
	size_t size;
	int err;

	err = jh_image_file_look(image->path, head, sizeof(head), &size, why);
	WRITE_ONCE(image->size, err ? 0 : size);
	image->elf = !err && is_elf(head, size);
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
	WRITE_ONCE(image->size, named->size);
}

/* A file counts that was not there when it was looked at: it may have come back. */
static bool is_staged(const struct staged_image *image)
{
	return image->data || image->path;
}

/**
 * jh_image_settle() - decide where the cell's own image goes, if nobody has
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
}

/** jh_images_staged() - is there anything to load? jh_lock is held. */
bool jh_images_staged(const struct jh_cell *cell)
{
	const struct staged_image *image;

	list_for_each_entry(image, &cell->images, node)
		if (is_staged(image))
			return true;
	return false;
}

static u64 image_end(const struct staged_image *image)
{
	return image->address + image->size;
}

/* The LOADABLE region in which that range lies as a whole. */
static const struct jailhouse_memory *find_region(const struct jailhouse_cell_desc *desc,
						  u64 address, u64 size)
{
	const struct jailhouse_memory *region = config_mem_regions(desc);
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, region++)
		if (region->flags & JAILHOUSE_MEM_LOADABLE &&
		    address >= region->virt_start && size <= region->size &&
		    address - region->virt_start <= region->size - size)
			return region;
	return NULL;
}

static int check_image(const struct jh_cell *cell, struct staged_image *image,
		       struct reason *why)
{
	struct reason file;
	int err;

	err = image->path ? look_at_file(image, &file) : 0;
	if (err)
		return jh_refuse(why, err, "%s: %s", image->name, file.text);
	if (image->refused)
		return jh_refuse(why, image->refused, "%s: what was written last was not staged",
				 image->name);
	if (image->expected != NO_EXPECTATION && image->expected != image->size)
		return jh_refuse(why, -EMSGSIZE, "%s: has %zu bytes, %llu were announced",
				 image->name, image->size, image->expected);
	if (!is_staged(image))
		return 0;
	if (!find_region(cell->config.data, image->address, image->size))
		return jh_refuse(why, -ERANGE,
				 "%s: 0x%llx-0x%llx is not inside a loadable memory region",
				 image->name, image->address, image_end(image));
	return 0;
}

static bool holds(const struct staged_image *image, u64 address)
{
	return address >= image->address && address < image_end(image);
}

/*
 * Something has to be loaded where its CPUs start: else the cell would silently run whatever
 * happens to be in its memory. Images are loaded as they are; ELF files are for loaders.
 */
static int check_start(const struct jh_cell *cell, struct reason *why)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;
	const struct staged_image *image, *elf = NULL;
	u64 start = desc->cpu_reset_address;

	if (!find_region(desc, start, 1))
		return 0;
	list_for_each_entry(image, &cell->images, node) {
		if (!is_staged(image))
			continue;
		if (image->elf)
			elf = image;
		else if (holds(image, start))
			return 0;
	}
	if (elf)
		return jh_refuse(why, -ENOEXEC,
				 "%s: an ELF file, which is not loaded as one (objcopy -O binary makes an image of it)",
				 elf->name);
	return jh_refuse(why, -ENOEXEC,
			 "no image holds 0x%llx, where the cell starts (cpu_reset_address; is the load address right?)",
			 start);
}

/**
 * jh_images_check() - can all that is staged be loaded?
 * @cell: has a configuration
 * @why: receives the reason
 *
 * Context: jh_lock is held.
 *
 * Return: 0, -ENOMEM if an image could not be staged, -EMSGSIZE for one that has not the
 * announced length, -ERANGE for one that is outside of the cell's LOADABLE regions,
 * -ENOEXEC if nothing that can be executed is loaded where the cell starts. Of a file, those
 * of jh_image_file_look().
 */
int jh_images_check(struct jh_cell *cell, struct reason *why)
{
	struct staged_image *image;
	int err;

	jh_image_settle(cell);
	list_for_each_entry(image, &cell->images, node) {
		err = check_image(cell, image, why);
		if (err)
			return err;
	}
	return check_start(cell, why);
}

static int place(const struct jh_cell *cell, const struct staged_image *image,
		 struct reason *why)
{
	const struct jailhouse_memory *region = find_region(cell->config.data, image->address,
							    image->size);
	u64 start = region->phys_start + (image->address - region->virt_start);
	struct reason file;
	void *memory;
	int err = 0;

	memory = memremap(start, image->size, MEMREMAP_WB);
	if (!memory)
		return jh_refuse(why, -ENOMEM, "%s: the cell's memory cannot be mapped",
				 image->name);
	if (image->path)
		err = jh_image_file_read(image->path, memory, image->size, &file);
	else
		memcpy(memory, image->data, image->size);
	memunmap(memory);
	return err ? jh_refuse(why, err, "%s: %s", image->name, file.text) : 0;
}

/**
 * jh_images_place() - copy all that is staged into the cell's memory
 * @cell: its LOADABLE regions are mapped
 * @why: receives the reason
 *
 * Others were staged, perhaps, since the operation began: so they are checked here. One after
 * the other: a later image may lie within an earlier one, as parameters do that a program has
 * left room for. An announced length was for this time only.
 *
 * Context: jh_lock is held.
 *
 * Return: 0, -ENOMEM, or those of jh_images_check() and jh_image_file_read().
 */
int jh_images_place(struct jh_cell *cell, struct reason *why)
{
	struct staged_image *image;
	int err;

	err = jh_images_check(cell, why);
	if (err)
		return err;
	list_for_each_entry(image, &cell->images, node) {
		err = is_staged(image) ? place(cell, image, why) : 0;
		if (err)
			return err;
	}
	list_for_each_entry(image, &cell->images, node)
		image->expected = NO_EXPECTATION;
	return 0;
}
