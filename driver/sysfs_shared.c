// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/devices/jailhouse/cells/ID/shared/N: memory that a cell shares with Linux, as files to read,
 * write and map. Each has the rights that the root cell has there.
 *
 * sysfs takes mappings away when their file goes, and whoever uses one then gets SIGBUS. So nobody
 * sees what becomes of the memory after the cell.
 */
#include "sysfs_shared.h"
#include "blob.h"
#include "compat.h"

#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/**
 * struct shared_region - a file
 * @attr: it
 * @name: number of the region in the cell's configuration
 * @start: physical address
 */
struct shared_region {
	struct bin_attribute attr;
	char name[12];
	u64 start;
};

/**
 * struct sysfs_shared - the directory of a cell
 * @dir: it
 * @count: entries of @regions that have a file
 * @regions: its files
 */
struct sysfs_shared {
	struct kobject *dir;
	unsigned int count;
	struct shared_region regions[];
};

static const struct shared_region *to_region(compat_bin_attribute *attr)
{
	return container_of(attr, struct shared_region, attr);
}

/* sysfs has cut @count at the end of the file. A page may be RAM of Linux, and the next one not. */
static ssize_t copy(const struct shared_region *region, loff_t offset, char *buffer, size_t count,
		    bool write)
{
	const u64 at = region->start + offset;
	void *mapped;

	count = min_t(size_t, count, PAGE_SIZE - offset_in_page(at));
	mapped = memremap(at, count, MEMREMAP_WB);
	if (!mapped)
		return -ENOMEM;
	if (write)
		memcpy(mapped, buffer, count);
	else
		memcpy(buffer, mapped, count);
	memunmap(mapped);
	return count;
}

static ssize_t shared_read(struct file *file, struct kobject *kobj, compat_bin_attribute *attr,
			   char *buffer, loff_t offset, size_t count)
{
	return copy(to_region(attr), offset, buffer, count, false);
}

static ssize_t shared_write(struct file *file, struct kobject *kobj, compat_bin_attribute *attr,
			    char *buffer, loff_t offset, size_t count)
{
	return copy(to_region(attr), offset, buffer, count, true);
}

/*
 * It is RAM, and cached as the cell has it. sysfs lets nobody open a file for writing that has no
 * bit for it in its mode, so no mapping of a region that Linux may only read is ever writable.
 */
static int shared_mmap(struct file *file, struct kobject *kobj, compat_bin_attribute *attr,
		       struct vm_area_struct *vma)
{
	return vm_iomap_memory(vma, to_region(attr)->start, attr->size);
}

/* Rights that the root cell has in all of a region. */
static u64 root_rights(const struct jailhouse_memory *region)
{
	const struct jailhouse_system *system = jh_system_config.data;
	const struct jailhouse_memory *own = config_mem_regions(&system->root_cell);
	u64 rights = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
	unsigned int n;

	for (n = 0; n < system->root_cell.num_memory_regions; n++, own++)
		if (own->phys_start < region->phys_start + region->size &&
		    region->phys_start < own->phys_start + own->size)
			rights &= own->flags;
	return rights;
}

/* Registers of devices are no memory, and files of their own (those of PCI) show them. */
static bool is_shared(const struct jailhouse_memory *region)
{
	return (region->flags & (JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_IO)) ==
	       JAILHOUSE_MEM_ROOTSHARED && root_rights(region) & JAILHOUSE_MEM_READ;
}

static int add_file(struct sysfs_shared *shared, const struct jailhouse_memory *region,
		    unsigned int number)
{
	struct shared_region *file = &shared->regions[shared->count];
	const bool writable = root_rights(region) & JAILHOUSE_MEM_WRITE;

	snprintf(file->name, sizeof(file->name), "%u", number);
	sysfs_bin_attr_init(&file->attr);
	file->start = region->phys_start;
	file->attr.attr.name = file->name;
	file->attr.attr.mode = writable ? 0600 : 0400;
	file->attr.size = region->size;
	file->attr.read = shared_read;
	file->attr.write = writable ? shared_write : NULL;
	file->attr.mmap = shared_mmap;
	shared->count++;
	return sysfs_create_bin_file(shared->dir, &file->attr);
}

static int add_files(struct sysfs_shared *shared, const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_memory *region = config_mem_regions(desc);
	unsigned int n;
	int err = 0;

	for (n = 0; n < desc->num_memory_regions && !err; n++, region++)
		if (is_shared(region))
			err = add_file(shared, region, n);
	return err;
}

static unsigned int count_shared(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_memory *region = config_mem_regions(desc);
	unsigned int n, count = 0;

	for (n = 0; n < desc->num_memory_regions; n++)
		count += is_shared(&region[n]);
	return count;
}

/**
 * jh_sysfs_shared_add() - make files of what a cell shares with Linux
 * @parent: the directory of the cell
 * @desc: its configuration
 * @shared: receives the directory in it, NULL if the cell shares nothing
 *
 * Context: jh_lock is held.
 *
 * Return: 0, -ENOMEM, or what sysfs refuses with: then there is no directory.
 */
int jh_sysfs_shared_add(struct kobject *parent, const struct jailhouse_cell_desc *desc,
			struct sysfs_shared **shared)
{
	const unsigned int count = count_shared(desc);
	struct sysfs_shared *new;
	int err = -ENOMEM;

	*shared = NULL;
	if (!count)
		return 0;
	new = kzalloc(struct_size(new, regions, count), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->dir = kobject_create_and_add("shared", parent);
	if (new->dir)
		err = add_files(new, desc);
	if (err) {
		jh_sysfs_shared_remove(new);
		return err;
	}
	*shared = new;
	return 0;
}

/**
 * jh_sysfs_shared_remove() - undo jh_sysfs_shared_add()
 * @shared: the directory, may be NULL
 *
 * Waits until nobody reads or writes, and takes away what is mapped.
 *
 * Context: jh_lock is held.
 */
void jh_sysfs_shared_remove(struct sysfs_shared *shared)
{
	if (!shared)
		return;
	if (shared->dir)
		kobject_del(shared->dir);
	kobject_put(shared->dir);
	kfree(shared);
}
