// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images: staged when they are written, copied into the cell's memory when it starts.
 *
 * What is staged stays staged, so that a cell which is started again after it was shut
 * down, or failed, finds its images as at the first time. The rest of its memory is as it
 * left it.
 */
#include "driver.h"

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define NO_EXPECTATION	U64_MAX

/**
 * image_init() - make an image with nothing staged
 * @image: to be initialized
 * @name: how messages call it
 */
void image_init(struct staged_image *image, const char *name)
{
	memset(image, 0, sizeof(*image));
	INIT_LIST_HEAD(&image->node);
	strscpy(image->name, name, sizeof(image->name));
	image->expected = NO_EXPECTATION;
}

/** image_drop() - free what is staged. */
void image_drop(struct staged_image *image)
{
	vfree(image->data);
	image->data = NULL;
	WRITE_ONCE(image->size, 0);
}

/**
 * image_stage() - keep a copy of what was written
 * @image: gets it instead of what was there before
 * @data: bytes
 * @size: how many; 0: nothing is staged any more
 * @why: receives the reason
 *
 * Context: jailhouse_lock is held.
 *
 * Return: 0 or -ENOMEM; the next start fails with it.
 */
int image_stage(struct staged_image *image, const void *data, size_t size,
		struct reason *why)
{
	image_drop(image);
	image->refused = 0;
	if (!size)
		return 0;
	image->data = vmalloc(size);
	if (!image->data) {
		image->refused = -ENOMEM;
		return refuse(why, -ENOMEM, "%s: no memory for %zu bytes", image->name, size);
	}
	memcpy(image->data, data, size);
	WRITE_ONCE(image->size, size);
	return 0;
}

/** images_staged() - is there anything to load? jailhouse_lock is held. */
bool images_staged(const struct jailhouse_cell *cell)
{
	const struct staged_image *image;

	list_for_each_entry(image, &cell->images, node)
		if (image->data)
			return true;
	return false;
}

static u64 image_end(const struct staged_image *image)
{
	return image->address + image->size;
}

/* The LOADABLE region in which the image lies as a whole. */
static const struct jailhouse_memory *find_region(const struct jailhouse_cell_desc *desc,
						  const struct staged_image *image)
{
	const struct jailhouse_memory *region = config_mem_regions(desc);
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, region++)
		if (region->flags & JAILHOUSE_MEM_LOADABLE &&
		    image->address >= region->virt_start &&
		    image->size <= region->size &&
		    image->address - region->virt_start <= region->size - image->size)
			return region;
	return NULL;
}

/* Earlier images of the list that the image would overwrite. */
static const struct staged_image *find_overlap(const struct jailhouse_cell *cell,
					       const struct staged_image *image)
{
	const struct staged_image *other;

	list_for_each_entry(other, &cell->images, node) {
		if (other == image)
			break;
		if (other->data && other->address < image_end(image) &&
		    image->address < image_end(other))
			return other;
	}
	return NULL;
}

static int check_image(const struct jailhouse_cell *cell, const struct staged_image *image,
		       struct reason *why)
{
	const struct staged_image *other;

	if (image->refused)
		return refuse(why, image->refused, "%s: what was written last was not staged",
			      image->name);
	if (image->expected != NO_EXPECTATION && image->expected != image->size)
		return refuse(why, -EMSGSIZE, "%s: has %zu bytes, %llu were announced",
			      image->name, image->size, image->expected);
	if (!image->data)
		return 0;
	if (!find_region(cell->config.data, image))
		return refuse(why, -ERANGE,
			      "%s: 0x%llx-0x%llx is not inside a loadable memory region",
			      image->name, image->address, image_end(image));
	other = find_overlap(cell, image);
	if (other)
		return refuse(why, -EINVAL, "%s: 0x%llx-0x%llx overlaps %s", image->name,
			      image->address, image_end(image), other->name);
	return 0;
}

/**
 * images_check() - can all that is staged be loaded?
 * @cell: has a configuration
 * @why: receives the reason
 *
 * Context: jailhouse_lock is held.
 *
 * Return: 0, -ENOMEM if an image could not be staged, -EMSGSIZE for one that has not the
 * announced length, -ERANGE for one that is outside of the cell's LOADABLE regions,
 * -EINVAL for two that overlap.
 */
int images_check(struct jailhouse_cell *cell, struct reason *why)
{
	const struct staged_image *image;
	int err;

	list_for_each_entry(image, &cell->images, node) {
		err = check_image(cell, image, why);
		if (err)
			return err;
	}
	return 0;
}

static int place(const struct jailhouse_cell *cell, const struct staged_image *image,
		 struct reason *why)
{
	const struct jailhouse_memory *region = find_region(cell->config.data, image);
	u64 start = region->phys_start + (image->address - region->virt_start);
	void *memory;

	memory = memremap(start, image->size, MEMREMAP_WB);
	if (!memory)
		return refuse(why, -ENOMEM, "%s: the cell's memory cannot be mapped",
			      image->name);
	memcpy(memory, image->data, image->size);
	memunmap(memory);
	return 0;
}

/**
 * images_place() - copy all that is staged into the cell's memory
 * @cell: its LOADABLE regions are mapped
 * @why: receives the reason
 *
 * Others were staged, perhaps, since the operation began: so they are checked here. An
 * announced length was for this time only.
 *
 * Context: jailhouse_lock is held.
 *
 * Return: 0, -ENOMEM, or those of images_check().
 */
int images_place(struct jailhouse_cell *cell, struct reason *why)
{
	struct staged_image *image;
	int err;

	err = images_check(cell, why);
	if (err)
		return err;
	list_for_each_entry(image, &cell->images, node) {
		err = image->data ? place(cell, image, why) : 0;
		if (err)
			return err;
	}
	list_for_each_entry(image, &cell->images, node)
		image->expected = NO_EXPECTATION;
	return 0;
}
