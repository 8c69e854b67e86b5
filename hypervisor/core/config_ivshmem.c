// SPDX-License-Identifier: GPL-2.0-only
/* Check of configurations: ivshmem devices, and the memory that their peers share. */
#include "config_internal.h"
#include "errno.h"
#include "format.h"

/* Memory regions of a device: the state table, what all write, what each of them writes alone. */
#define SECTIONS(device)	(2U + (device)->peers)

#define RIGHTS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
		 JAILHOUSE_MEM_IO | JAILHOUSE_MEM_ROOTSHARED)

/* Number @n, and what is wrong with it. */
static int __printf(4, 5) refuse_device(struct config_reason *why, int error, unsigned int n,
					const char *fmt, ...)
{
	char text[150];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return refuse(why, error, "ivshmem %u %s", n, text);
}

/* A PCI BAR of 32 bits. */
static int check_numbers(const struct jailhouse_ivshmem *device, unsigned int n,
			 struct config_reason *why)
{
	if (!device->id)
		return refuse_device(why, -EINVAL, n, "has no id");
	if (device->peers < 2 || device->peers > JAILHOUSE_IVSHMEM_MAX_PEERS)
		return refuse_device(why, -EINVAL, n, "has %u peers, there can be 2 to %u",
				     device->peers, JAILHOUSE_IVSHMEM_MAX_PEERS);
	if (device->peer >= device->peers)
		return refuse_device(why, -EINVAL, n, "is peer %u of %u: they count from 0",
				     device->peer, device->peers);
	if (device->vectors > JAILHOUSE_IVSHMEM_MAX_VECTORS)
		return refuse_device(why, -EINVAL, n, "has %u vectors, %u are the limit",
				     device->vectors, JAILHOUSE_IVSHMEM_MAX_VECTORS);
	if (device->root > device->peers || device->root == device->peer + 1)
		return refuse_device(why, -EINVAL, n,
				     "has the root cell as peer %d, which is its own or none of %u",
				     device->root - 1, device->peers);
	if (!IS_ALIGNED(device->address, PAGE_SIZE) ||
	    device->address > BIT_ULL(32) - JAILHOUSE_IVSHMEM_SIZE)
		return refuse_device(why, -EINVAL, n,
				     "cannot be at 0x%llx (a page below 4 GiB, with the next one)",
				     device->address);
	return 0;
}

/* What a cell may do with section @section: nobody writes the state table but the hypervisor. */
static u64 section_rights(const struct jailhouse_ivshmem *device, unsigned int section)
{
	const bool writes = section == 1 || section == 2U + device->peer;

	return JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED |
	       (writes ? JAILHOUSE_MEM_WRITE : 0);
}

/* One behind the other, as the device's capability has no place for where each of them is. */
static int check_sections(const struct jailhouse_cell_desc *desc, unsigned int n,
			  const struct jailhouse_ivshmem *device, struct config_reason *why)
{
	const u32 count = desc->num_memory_regions, first = device->first_region;
	const struct jailhouse_memory *mem;
	unsigned int section;

	if (first >= count || SECTIONS(device) > count - first)
		return refuse_device(why, -EINVAL, n,
				     "needs memory regions %u to %u, the cell has %u", first,
				     first + SECTIONS(device) - 1, count);
	mem = config_mem_regions(desc) + first;
	if (mem->size != PAGE_SIZE)
		return refuse_device(why, -EINVAL, n,
				     "has a state table (memory region %u) that is no single page",
				     first);
	for (section = 0; section < SECTIONS(device); section++) {
		const u64 rights = section_rights(device, section);

		if ((mem[section].flags & RIGHTS) != rights)
			return refuse_device(why, -EINVAL, n,
					     "wants memory region %u with flags 0x%llx, it has 0x%llx",
					     first + section, rights,
					     mem[section].flags & RIGHTS);
		if (section && mem[section].virt_start !=
			       mem[section - 1].virt_start + mem[section - 1].size)
			return refuse_device(why, -EINVAL, n,
					     "wants memory region %u (virt_start) right behind the one before",
					     first + section);
		if (section > 2 && mem[section].size != mem[2].size)
			return refuse_device(why, -EINVAL, n,
					     "wants memory region %u as large as region %u",
					     first + section, first + 2);
	}
	return 0;
}

static int check_place(const struct jailhouse_cell_desc *desc, unsigned int n,
		       struct config_reason *why)
{
	const struct jailhouse_ivshmem *devices = config_ivshmem(desc), *device = &devices[n];
	const struct jailhouse_link *links = config_links(desc);
	const char *there = config_also_there(desc, device->address, JAILHOUSE_IVSHMEM_SIZE);
	unsigned int i;

	for (i = 0; i < desc->num_links; i++)
		if (overlap(links[i].address, JAILHOUSE_LINK_SIZE, device->address,
			    JAILHOUSE_IVSHMEM_SIZE))
			there = "a link";
	for (i = 0; i < n; i++) {
		if (overlap(devices[i].address, JAILHOUSE_IVSHMEM_SIZE, device->address,
			    JAILHOUSE_IVSHMEM_SIZE))
			there = "another ivshmem device";
		if (devices[i].id == device->id || devices[i].bdf == device->bdf)
			return refuse_device(why, -EADDRINUSE, n,
					     "has the id or the bdf of ivshmem %u", i);
	}
	if (there)
		return refuse_device(why, -EADDRINUSE, n, "at 0x%llx overlaps %s", device->address,
				     there);
	if (config_find_device(desc, desc->num_pci_devices, 0, device->bdf))
		return refuse_device(why, -EADDRINUSE, n, "has the bdf 0x%x of a PCI device",
				     device->bdf);
	return 0;
}

int config_check_ivshmem(const struct jailhouse_cell_desc *desc, bool root,
			 struct config_reason *why)
{
	const struct jailhouse_ivshmem *devices = config_ivshmem(desc);
	unsigned int n;
	int err = 0;

	if (root && desc->num_ivshmem)
		return refuse_device(why, -EINVAL, 0,
				     "is the root cell's, which can have none (see shared/ in sysfs)");
	for (n = 0; !err && n < desc->num_ivshmem; n++) {
		err = check_numbers(&devices[n], n, why);
		if (!err)
			err = check_sections(desc, n, &devices[n], why);
		if (!err)
			err = check_place(desc, n, why);
	}
	return err;
}

static int fit_peers(const struct jailhouse_cell_desc *cell, unsigned int n,
		     const struct jailhouse_cell_desc *other, const struct jailhouse_ivshmem *peer,
		     struct config_reason *why)
{
	const struct jailhouse_ivshmem *device = &config_ivshmem(cell)[n];
	const struct jailhouse_memory *mine = config_mem_regions(cell) + device->first_region;
	const struct jailhouse_memory *its = config_mem_regions(other) + peer->first_region;
	unsigned int section;

	if (device->peers != peer->peers || device->protocol != peer->protocol ||
	    device->root != peer->root)
		return refuse_device(why, -EINVAL, n,
				     "(id %u) has other peers or another protocol than in cell \"%s\"",
				     device->id, other->name);
	if (device->peer == peer->peer)
		return refuse_device(why, -EBUSY, n, "(id %u): cell \"%s\" is peer %u already",
				     device->id, other->name, peer->peer);
	for (section = 0; section < SECTIONS(device); section++)
		if (mine[section].phys_start != its[section].phys_start ||
		    mine[section].size != its[section].size)
			return refuse_device(why, -EINVAL, n,
					     "(id %u) has other memory in region %u than cell \"%s\"",
					     device->id, device->first_region + section,
					     other->name);
	return 0;
}

int config_fit_ivshmem(const struct jailhouse_cell_desc *cell,
		       const struct jailhouse_cell_desc *other, struct config_reason *why)
{
	const struct jailhouse_ivshmem *devices = config_ivshmem(cell);
	const struct jailhouse_ivshmem *peers = config_ivshmem(other);
	unsigned int n, i;
	int err = 0;

	for (n = 0; n < cell->num_ivshmem; n++)
		for (i = 0; !err && i < other->num_ivshmem; i++)
			if (devices[n].id == peers[i].id)
				err = fit_peers(cell, n, other, &peers[i], why);
	return err;
}
