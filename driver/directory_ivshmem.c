// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cell's ivshmem devices: what is in ivshmem/. Cells are peers if each of them has one of the
 * same name, with the same row of cells in it, which gives each its number. As with links, the
 * number of the device is made of names, so that it is the same whoever is created first; the
 * memory is that of a peer that exists, or else is looked for as a cell's RAM is. Linux is one of
 * them where the row has the word for the root cell.
 *
 * Asks nobody but what it is given, and runs on the host, too.
 */
#include "directory_assembly.h"
#include "placement.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include <config_check.h>

/* Of a bus. */
#define PCI_DEVICES	32

static u32 number_of(const struct directory *directory)
{
	u32 value = ASSEMBLY_HASH_START, n;

	for (n = 0; n < directory->ivshmem.num_peers; n++)
		value = jh_assembly_hash(value, directory->ivshmem.peers[n]);
	value = jh_assembly_hash(value, directory->name);
	return value ?: 1;
}

/* num_peers if it is none of them. */
static u32 peer_number(const struct directory_ivshmem *device, const char *name)
{
	u32 n = 0;

	while (n < device->num_peers && strcmp(device->peers[n], name))
		n++;
	return n;
}

static bool are_alike(const struct directory_ivshmem *one, const struct directory_ivshmem *other)
{
	u32 n;

	for (n = 0; n < one->num_peers && n < other->num_peers; n++)
		if (strcmp(one->peers[n], other->peers[n]))
			return false;
	return one->num_peers == other->num_peers && one->common == other->common &&
	       one->output == other->output;
}

static int check_peer(const struct assembly *a, const struct directory *directory,
		      const char *name)
{
	const struct directory_peer *peer = jh_assembly_find_peer(a, name);
	const struct directory *its;

	if (!peer)
		return -ENOENT;
	its = peer->said->first[DIRECTORY_IVSHMEM];
	while (its && strcmp(its->name, directory->name))
		its = its->next;
	if (its && are_alike(&directory->ivshmem, &its->ivshmem))
		return 0;
	return jh_refuse(a->why, -ENXIO,
			 "cell %s has no ivshmem/%s with the same in peers, common and output",
			 name, directory->name);
}

static int check_peers(const struct assembly *a, const struct directory *directory)
{
	const struct directory_ivshmem *device = &directory->ivshmem;
	int err = 0;
	u32 n;

	if (!device->num_peers)
		return jh_assembly_refuse_unwritten(a, DIRECTORY_IVSHMEM, directory, "/peers");
	if (peer_number(device, a->name) == device->num_peers)
		err = jh_refuse(a->why, -EINVAL, "%s, which has it, is not among them", a->name);
	for (n = 0; !err && n < device->num_peers; n++)
		if (strcmp(device->peers[n], a->name) && strcmp(device->peers[n], DIRECTORY_ROOT))
			err = check_peer(a, directory, device->peers[n]);
	return err ? jh_assembly_refuse(a, err, DIRECTORY_IVSHMEM, directory, "/peers") : 0;
}

static const struct jailhouse_ivshmem *find_device(const struct jailhouse_cell_desc *desc, u32 id)
{
	const struct jailhouse_ivshmem *devices = config_ivshmem(desc);
	unsigned int n;

	for (n = 0; n < desc->num_ivshmem; n++)
		if (devices[n].id == id)
			return &devices[n];
	return NULL;
}

/* Takes the memory of a peer that has a configuration already, if there is one. */
static int take_memory_of_peers(const struct assembly *a, struct directory *directory)
{
	struct directory_ivshmem *own = &directory->ivshmem;
	const struct directory_machine *machine = a->machine;
	const struct jailhouse_ivshmem *device;
	const struct jailhouse_cell_desc *desc;
	const struct jailhouse_memory *mem;
	unsigned int n;

	for (n = 0; n < machine->num_others; n++) {
		desc = machine->others[n];
		if (peer_number(own, desc->name) == own->num_peers)
			continue;
		device = find_device(desc, number_of(directory));
		if (!device)
			continue;
		mem = config_mem_regions(desc) + device->first_region;
		if (mem[1].size != own->common || mem[2].size != own->output)
			return jh_refuse(a->why, -EBUSY,
					 "cell %s was created with another common or output: destroy it first",
					 desc->name);
		own->placed_physical = mem[0].phys_start;
	}
	return 0;
}

/* Section 0 is the state table, which nobody writes but the hypervisor; see config_ivshmem.c. */
static void add_regions(struct assembly *a, struct directory *directory, u64 address)
{
	struct directory_ivshmem *device = &directory->ivshmem;
	const u32 own = 2 + peer_number(device, a->name);
	u64 physical = device->placed_physical, size, flags;
	u32 section;

	device->first_region = a->desc->num_memory_regions;
	device->num_regions = 2 + device->num_peers;
	for (section = 0; section < device->num_regions; section++) {
		size = section > 1 ? device->output : section ? device->common : PAGE_SIZE;
		flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED;
		if (section == 1 || section == own)
			flags |= JAILHOUSE_MEM_WRITE;
		jh_assembly_add_region(a, physical, address, size, flags);
		physical += size;
		address += size;
	}
}

static int add_sections(struct assembly *a, struct directory *directory, u64 *cursor)
{
	struct directory_ivshmem *device = &directory->ivshmem;
	const u64 size = jh_directory_ivshmem_size(device);
	int err;

	err = check_peers(a, directory);
	if (err)
		return err;
	err = jh_place_whole(a->cell, size, cursor, a->why);
	if (!err)
		err = take_memory_of_peers(a, directory);
	if (!err && device->placed_physical == DIRECTORY_AUTO)
		err = jh_place_sections(a->cell, a->machine, size, &device->placed_physical,
					a->why);
	if (err)
		return jh_assembly_refuse(a, err, DIRECTORY_IVSHMEM, directory, "");
	add_regions(a, directory, *cursor);
	*cursor += size;
	return 0;
}

static int check_count(const struct assembly *a)
{
	const struct directory *directory = a->cell->first[DIRECTORY_IVSHMEM];
	unsigned int count = 0;

	for (; directory; directory = directory->next)
		count++;
	return count <= CONFIG_MAX_IVSHMEM ? 0 :
	       jh_refuse(a->why, -E2BIG, "ivshmem: there are %u directories in it, %u is the limit",
			 count, CONFIG_MAX_IVSHMEM);
}

/**
 * jh_assembly_add_sections() - the memory of a cell's ivshmem devices
 * @a: all other memory is in it
 * @cursor: where what nobody has placed goes on, guest-physical
 *
 * Return: 0, -ENODATA for peers that nobody has written, -EINVAL if the cell is none of them,
 * -ENOENT if one is no cell, -ENXIO if it has no such device, -EBUSY if it was created with another
 * one, -E2BIG, -ENOSPC.
 */
int jh_assembly_add_sections(struct assembly *a, u64 *cursor)
{
	struct directory *directory = a->cell->first[DIRECTORY_IVSHMEM];
	int err = check_count(a);

	for (; directory && !err; directory = directory->next)
		err = add_sections(a, directory, cursor);
	return err;
}

/* Of bus 0 of segment 0: has the cell any function there? */
static bool has_device(const struct jailhouse_cell_desc *desc, u32 number)
{
	const struct jailhouse_pci_device *dev = config_pci(desc);
	const struct jailhouse_ivshmem *virtual = config_ivshmem(desc);
	unsigned int n;

	for (n = 0; n < desc->num_pci_devices; n++)
		if (!dev[n].domain && dev[n].bdf >> 3 == number)
			return true;
	for (n = 0; n < desc->num_ivshmem; n++)
		if (virtual[n].bdf >> 3 == number)
			return true;
	return false;
}

/* Device 0 is a PC's host bridge, and function 0 is where a cell looks for a device. */
static int find_function(const struct assembly *a)
{
	u32 number = 1;

	while (number < PCI_DEVICES && has_device(a->desc, number))
		number++;
	if (number == PCI_DEVICES)
		return jh_refuse(a->why, -ENOSPC, "the cell has all devices of PCI bus 0");
	return number << 3;
}

static int add_device(struct assembly *a, const struct directory *directory)
{
	const struct directory_ivshmem *said = &directory->ivshmem;
	const u32 root = peer_number(said, DIRECTORY_ROOT);
	struct jailhouse_ivshmem device = {
		.id = number_of(directory),
		.first_region = said->first_region,
		.peers = said->num_peers,
		.peer = peer_number(said, a->name),
		.vectors = said->vectors,
		.root = root < said->num_peers ? root + 1 : 0,
	};
	int bdf = find_function(a), err = min(bdf, 0);

	if (!err)
		err = jh_place_registers(a->cell, JAILHOUSE_IVSHMEM_SIZE, &a->registers, a->why);
	if (err)
		return jh_assembly_refuse(a, err, DIRECTORY_IVSHMEM, directory, "");
	device.bdf = bdf;
	device.address = a->registers;
	a->registers += JAILHOUSE_IVSHMEM_SIZE;
	jh_assembly_add(a, &device, sizeof(device));
	a->desc->num_ivshmem++;
	return 0;
}

/**
 * jh_assembly_add_ivshmem() - a cell's ivshmem devices
 * @a: all else is in it
 *
 * Return: 0, -ENOSPC if nothing is free where registers or functions could be.
 */
int jh_assembly_add_ivshmem(struct assembly *a)
{
	const struct directory *directory = a->cell->first[DIRECTORY_IVSHMEM];
	int err = 0;

	for (; directory && !err; directory = directory->next)
		err = add_device(a, directory);
	return err;
}
