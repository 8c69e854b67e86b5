// SPDX-License-Identifier: GPL-2.0-only
/* Images that were staged, or are in files: whether they fit the cell, and how they get there. */
#include "cell.h"
#include "elf.h"
#include "image_file.h"
#include "images.h"
#include "operation.h"
#include "reason.h"

#include <linux/configfs.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/*
 * Files in an operation. Their file system may keep whoever reads waiting as long as it likes: then
 * the operation lasts so long, but jh_lock is not held meanwhile. An image that was replaced, or
 * whose directory has gone, was read for nothing.
 */

/**
 * struct lent_file - what is read while others may change the image
 * @changes: of the image, before
 * @path: of its own
 * @name: likewise
 */
struct lent_file {
	u32 changes;
	char *path;
	char name[sizeof_field(struct staged_image, name)];
};

static int lend_file(struct staged_image *image, struct lent_file *file, struct reason *why)
{
	file->changes = image->changes;
	file->path = kstrdup(image->path, GFP_KERNEL);
	if (!file->path)
		return jh_refuse(why, -ENOMEM, "no memory");
	strscpy(file->name, image->name, sizeof(file->name));
	config_item_get(image->item);
	mutex_unlock(&jh_lock);
	return 0;
}

/* After an error, the image may be no more. */
static int take_file_back(struct staged_image *image, struct lent_file *file, int err,
			  struct reason *why)
{
	const struct reason own = *why;

	mutex_lock(&jh_lock);
	if (err)
		jh_refuse(why, err, "%s: %s", file->name, own.text);
	else if (image->changes != file->changes || list_empty(&image->node))
		err = jh_refuse(why, -EBUSY, "%s: was replaced or removed while it was read",
				file->name);
	kfree(file->path);
	config_item_put(image->item);
	return err;
}

static int look_again(struct staged_image *image, struct reason *why)
{
	struct staged_image found = { .path = NULL };
	struct lent_file file;
	int err = lend_file(image, &file, why);

	if (err)
		return err;
	found.path = file.path;
	err = jh_image_look(&found, why);
	err = take_file_back(image, &file, err, why);
	if (err) {
		kfree(found.elf);
		return err;
	}
	kfree(image->elf);
	image->elf = found.elf;
	WRITE_ONCE(image->size, found.size);
	return 0;
}

/**
 * jh_images_look() - look once more at all files that are to be loaded
 * @cell: a directory
 * @why: receives the reason
 *
 * Context: in an operation; jh_lock is released while a file is read.
 *
 * Return: 0, -ENOMEM, those of jh_image_file_look(), -EBUSY if an image was changed meanwhile.
 */
int jh_images_look(struct jh_cell *cell, struct reason *why)
{
	struct staged_image *image;
	int err;

	list_for_each_entry(image, &cell->images, node) {
		err = image->path ? look_again(image, why) : 0;
		if (err)
			return err;
	}
	return 0;
}

/*
 * Checks
 */

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

static int check_segments(const struct jh_cell *cell, const struct staged_image *image,
			  struct reason *why)
{
	const struct elf_program *program = &image->elf->program;
	const struct elf_segment *segment;

	if (image->elf->refused)
		return jh_refuse(why, image->elf->refused,
				 "%s: %s; with an address it would be loaded as it is", image->name,
				 image->elf->why.text);
	for (segment = program->segments; segment < program->segments + program->num_segments;
	     segment++)
		if (!find_region(cell->config.data, segment->address, segment->size))
			return jh_refuse(why, -ERANGE,
					 "%s: a segment of it (0x%llx-0x%llx) is not inside a loadable memory region",
					 image->name, segment->address,
					 segment->address + segment->size);
	return 0;
}

/* If it is in a file, that was looked at in this operation. */
static int check_image(const struct jh_cell *cell, const struct staged_image *image,
		       struct reason *why)
{
	if (image->refused)
		return jh_refuse(why, image->refused, "%s: what was written last was not staged",
				 image->name);
	if (image->expected != IMAGE_UNANNOUNCED && image->expected != image->size)
		return jh_refuse(why, -EMSGSIZE, "%s: has %zu bytes, %llu were announced",
				 image->name, image->size, image->expected);
	if (!jh_image_is_staged(image))
		return 0;
	if (jh_image_is_program(image))
		return check_segments(cell, image, why);
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

static bool program_holds(const struct elf_program *program, u64 address)
{
	const struct elf_segment *segment = program->segments;

	for (; segment < program->segments + program->num_segments; segment++)
		if (address >= segment->address &&
		    address - segment->address < segment->file_size)
			return true;
	return false;
}

/* One that was linked anew, for example, after the cell was created. */
static int check_entry(const struct jh_cell *cell, struct reason *why)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;
	const struct staged_image *image = jh_images_program(cell);

	if (!image || !cell->assembled || cell->said.start != DIRECTORY_AUTO ||
	    image->elf->program.entry == desc->cpu_reset_address)
		return 0;
	return jh_refuse(why, -ENOEXEC,
			 "%s: begins at 0x%llx, but the cell was created to start at 0x%llx: destroy it first",
			 image->name, image->elf->program.entry, desc->cpu_reset_address);
}

/*
 * Something has to be loaded where its CPUs start: else the cell would silently run whatever
 * happens to be in its memory.
 */
static int check_start(const struct jh_cell *cell, struct reason *why)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;
	const struct staged_image *image, *elf = NULL;
	u64 start = desc->cpu_reset_address;

	if (!find_region(desc, start, 1))
		return 0;
	list_for_each_entry(image, &cell->images, node) {
		if (!jh_image_is_staged(image))
			continue;
		if (jh_image_is_program(image) && program_holds(&image->elf->program, start))
			return check_entry(cell, why);
		if (!image->elf && holds(image, start))
			return 0;
		if (image->elf && image->placed)
			elf = image;
	}
	if (elf)
		return jh_refuse(why, -ENOEXEC,
				 "%s: an ELF file with an address is loaded as it is, and not as a program (write auto to its address)",
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
 * Context: in an operation; jh_lock is released while a file is read.
 *
 * Return: 0, -ENOMEM if an image could not be staged, -EMSGSIZE for one that has not the
 * announced length, -ERANGE for one that is outside of the cell's LOADABLE regions,
 * -ENOEXEC if nothing that can be executed is loaded where the cell starts, or an ELF file is none
 * that can be loaded. Of a file, those of jh_image_file_look().
 */
int jh_images_check(struct jh_cell *cell, struct reason *why)
{
	struct staged_image *image;
	int err = jh_images_look(cell, why);

	if (err)
		return err;
	jh_image_settle(cell);
	list_for_each_entry(image, &cell->images, node) {
		err = check_image(cell, image, why);
		if (err)
			return err;
	}
	return check_start(cell, why);
}

static int read_part(struct staged_image *image, const struct elf_segment *part,
		     void *memory, struct reason *why)
{
	const u64 offset = part->offset, size = part->file_size;
	struct lent_file file;
	int err;

	if (!image->path) {
		memcpy(memory, image->data + offset, size);
		return 0;
	}
	err = lend_file(image, &file, why);
	if (err)
		return err;
	err = jh_image_file_read(file.path, offset, memory, size, why);
	return take_file_back(image, &file, err, why);
}

/* A part of an image: behind what is in it there are zeros. */
static int place_part(const struct jh_cell *cell, struct staged_image *image,
		      const struct elf_segment *part, struct reason *why)
{
	const struct jailhouse_memory *region = find_region(cell->config.data, part->address,
							    part->size);
	u64 start = region->phys_start + (part->address - region->virt_start);
	void *memory = memremap(start, part->size, MEMREMAP_WB);
	int err;

	if (!memory)
		return jh_refuse(why, -ENOMEM, "%s: the cell's memory cannot be mapped",
				 image->name);
	err = read_part(image, part, memory, why);
	if (!err)
		memset(memory + part->file_size, 0, part->size - part->file_size);
	memunmap(memory);
	return err;
}

static int place(const struct jh_cell *cell, struct staged_image *image, struct reason *why)
{
	const struct elf_segment whole = {
		.file_size = image->size, .address = image->address, .size = image->size,
	};
	const struct elf_program *program;
	unsigned int n;
	int err = 0;

	if (!jh_image_is_program(image))
		return place_part(cell, image, &whole, why);
	program = &image->elf->program;
	for (n = 0; !err && n < program->num_segments; n++)
		err = place_part(cell, image, &program->segments[n], why);
	return err;
}

/**
 * jh_images_place() - copy all that is staged into the cell's memory
 * @cell: its LOADABLE regions are mapped
 * @why: receives the reason
 *
 * Others were staged, perhaps, since the operation began: so they are checked here. One after
 * the other: a later image may lie within an earlier one, as parameters do that a program has
 * left room for. While one of them is read from a file, the others may be replaced, or get other
 * addresses: so each is checked once more before it is placed, and where the cell starts at the
 * end. An announced length was for this time only.
 *
 * Context: in an operation; jh_lock is released while a file is read.
 *
 * Return: 0, -ENOMEM, or those of jh_images_check() and jh_image_file_read(), -EBUSY if an image
 * was changed meanwhile.
 */
int jh_images_place(struct jh_cell *cell, struct reason *why)
{
	struct staged_image *image;
	int err;

	err = jh_images_check(cell, why);
	if (err)
		return err;
	list_for_each_entry(image, &cell->images, node) {
		err = check_image(cell, image, why);
		if (!err && jh_image_is_staged(image))
			err = place(cell, image, why);
		if (err)
			return err;
	}
	err = check_start(cell, why);
	if (err)
		return err;
	list_for_each_entry(image, &cell->images, node)
		image->expected = IMAGE_UNANNOUNCED;
	return 0;
}
