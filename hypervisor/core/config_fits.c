// SPDX-License-Identifier: GPL-2.0-only
/* Check of configurations: does a cell fit the machine, beside the cells that there are? */
#include "config_internal.h"
#include "errno.h"
#include "memory_map.h"
#include "pio.h"
#include "string.h"

/* What the root cell has to have itself to give it away. */
#define MEM_RIGHTS							\
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |	\
	 JAILHOUSE_MEM_DMA)

/**
 * struct fit - who has what
 * @cell: asks
 * @sys: the machine, with the root cell
 * @root_memory: of the root cell
 * @others: cells that have something already
 * @num_others: how many
 * @why: receives the reason
 */
struct fit {
	const struct jailhouse_cell_desc *cell;
	const struct jailhouse_system *sys;
	const struct memory_map *root_memory;
	const struct jailhouse_cell_desc *const *others;
	unsigned int num_others;
	struct config_reason *why;
};

static int fit_name(const struct fit *fit)
{
	const char *name = fit->cell->name;
	unsigned int n;

	if (!strcmp(name, fit->sys->root_cell.name))
		return refuse(fit->why, -EEXIST, "the root cell has the name \"%s\"", name);
	for (n = 0; n < fit->num_others; n++)
		if (!strcmp(name, fit->others[n]->name))
			return refuse(fit->why, -EEXIST, "there is a cell \"%s\" already", name);
	return 0;
}

static int fit_cpus(const struct fit *fit, const struct cpu_set *root_cpus)
{
	struct cpu_set cpus, some;
	unsigned int n;

	config_cpu_set(fit->cell, &cpus);
	for (n = 0; n < fit->num_others; n++) {
		config_cpu_set(fit->others[n], &some);
		some = cpu_set_and(&cpus, &some);
		if (!cpu_set_empty(&some))
			return refuse(fit->why, -EBUSY, "CPU %u belongs to cell \"%s\"",
				      cpu_set_first(&some), fit->others[n]->name);
	}
	some = cpu_set_without(&cpus, root_cpus);
	if (!cpu_set_empty(&some))
		return refuse(fit->why, -ENODEV, "CPU %u does not exist, or Linux does not use it",
			      cpu_set_first(&some));
	if (cpu_set_equal(&cpus, root_cpus))
		return refuse(fit->why, -EBUSY, "CPU %u is the last one of the root cell",
			      cpu_set_first(&cpus));
	return 0;
}

/* Does the hypervisor, or Linux when it loads the cell, write to it on its behalf? */
static bool written_for(const struct jailhouse_memory *mem)
{
	return !(mem->flags & (JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_IO));
}

/* All of it lies in regions where the root cell has the rights that the cell wants. */
static int fit_region_in_root(const struct fit *fit, unsigned int n,
			      const struct jailhouse_memory *mem)
{
	const u64 end = mem->phys_start + mem->size;
	const struct jailhouse_memory *owned;
	u64 hpa;

	for (hpa = mem->phys_start; hpa < end; hpa = owned->phys_start + owned->size) {
		owned = memory_map_find(fit->root_memory, hpa);
		if (!owned)
			return refuse_memory(fit->why, -ENXIO, n, mem,
					     "is not the root cell's from 0x%llx on", hpa);
		if (mem->flags & MEM_RIGHTS & ~owned->flags)
			return refuse_memory(fit->why, -EACCES, n, mem,
					     "has rights (flags 0x%llx) that the root cell lacks at 0x%llx",
					     mem->flags & MEM_RIGHTS & ~owned->flags, hpa);
		/* It says what is there: RAM is scrubbed, registers are not cached. */
		if ((owned->flags ^ mem->flags) & JAILHOUSE_MEM_IO)
			return refuse_memory(fit->why, -EACCES, n, mem,
					     "%s the flag IO, other than the root cell at 0x%llx",
					     mem->flags & JAILHOUSE_MEM_IO ? "has" : "lacks", hpa);
		if (written_for(mem) && !(owned->flags & JAILHOUSE_MEM_WRITE))
			return refuse_memory(fit->why, -EACCES, n, mem,
					     "is scrubbed, but the root cell cannot write at 0x%llx (ROOTSHARED is not scrubbed)",
					     hpa);
	}
	return 0;
}

static int fit_region_among_others(const struct fit *fit, unsigned int n,
				   const struct jailhouse_memory *mem)
{
	const struct jailhouse_memory *other;
	unsigned int cell, region;

	for (cell = 0; cell < fit->num_others; cell++) {
		other = config_mem_regions(fit->others[cell]);
		for (region = 0; region < fit->others[cell]->num_memory_regions;
		     region++, other++) {
			if (is_comm(other) || mem->flags & other->flags & JAILHOUSE_MEM_ROOTSHARED)
				continue;
			if (overlap(mem->phys_start, mem->size, other->phys_start, other->size))
				return refuse_memory(fit->why, -EBUSY, n, mem,
						     "overlaps memory region %u of cell \"%s\"",
						     region, fit->others[cell]->name);
		}
	}
	return 0;
}

static int fit_region(const struct fit *fit, unsigned int n,
		      const struct jailhouse_memory *mem)
{
	const struct jailhouse_memory *hv = &fit->sys->hypervisor_memory;
	int err = config_check_owned_by_guest(fit->sys, mem, n, fit->why);

	if (err || is_comm(mem))
		return err;
	if (overlap(mem->phys_start, mem->size, hv->phys_start, hv->size))
		return refuse_memory(fit->why, -EADDRINUSE, n, mem, "overlaps hypervisor memory");
	err = fit_region_in_root(fit, n, mem);
	if (!err)
		err = config_fit_msix(&fit->sys->root_cell, fit->cell, n, mem, fit->why);
	return err ? err : fit_region_among_others(fit, n, mem);
}

static int fit_memory(const struct fit *fit)
{
	const struct jailhouse_memory *mem = config_mem_regions(fit->cell);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < fit->cell->num_memory_regions; n++, mem++)
		err = fit_region(fit, n, mem);
	return err;
}

static bool in_pm_timer(const struct fit *fit, u32 port)
{
	const u32 timer = fit->sys->platform_info.pm_timer_address;

	return timer && port >= timer && port - timer < PIO_PM_TIMER_LENGTH;
}

/* The first port from @port on that is not the root cell's. */
static u32 root_ports_end(const struct fit *fit, u32 port)
{
	const struct jailhouse_pio *pio = config_pio(&fit->sys->root_cell);
	unsigned int n;

	for (n = 0; n < fit->sys->root_cell.num_pio_regions; n++, pio++)
		if (port >= pio->base && port - pio->base < pio->length)
			return pio->base + pio->length;
	/* Everybody's. */
	return in_pm_timer(fit, port) ? port + 1 : port;
}

static int fit_ports_in_root(const struct fit *fit, unsigned int n,
			     const struct jailhouse_pio *pio)
{
	u32 port, end;

	for (port = pio->base; port < pio->base + pio->length; port = end) {
		end = root_ports_end(fit, port);
		if (end == port)
			return refuse_pio(fit->why, -ENXIO, n, pio,
					  "is not the root cell's from 0x%x on", port);
	}
	return 0;
}

static bool ports_conflict(const struct fit *fit, const struct jailhouse_pio *a,
			   const struct jailhouse_pio *b)
{
	const u32 start = MAX(a->base, b->base);
	const u32 end = MIN(a->base + a->length, b->base + b->length);

	if (start >= end || (a->flags | b->flags) & JAILHOUSE_PIO_IGNORE ||
	    a->flags & b->flags & JAILHOUSE_PIO_ROOTSHARED)
		return false;
	return !in_pm_timer(fit, start) || !in_pm_timer(fit, end - 1);
}

static int fit_ports_among_others(const struct fit *fit, unsigned int n,
				  const struct jailhouse_pio *pio)
{
	const struct jailhouse_pio *other;
	unsigned int cell, range;

	for (cell = 0; cell < fit->num_others; cell++) {
		other = config_pio(fit->others[cell]);
		for (range = 0; range < fit->others[cell]->num_pio_regions; range++, other++)
			if (ports_conflict(fit, pio, other))
				return refuse_pio(fit->why, -EBUSY, n, pio,
						  "overlaps port region %u of cell \"%s\"",
						  range, fit->others[cell]->name);
	}
	return 0;
}

static int fit_ports(const struct fit *fit)
{
	const struct jailhouse_pio *pio = config_pio(fit->cell);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < fit->cell->num_pio_regions; n++, pio++) {
		if (pio->flags & JAILHOUSE_PIO_IGNORE)
			continue;
		err = fit_ports_in_root(fit, n, pio);
		if (!err)
			err = fit_ports_among_others(fit, n, pio);
	}
	return err;
}

static int fit_pin(const struct fit *fit, unsigned int n, u64 address, u32 pin)
{
	const struct jailhouse_cell_desc *root = &fit->sys->root_cell, *other;
	unsigned int cell;

	if (!config_has_pin(root, root->num_irqchips, address, pin))
		return refuse(fit->why, -ENXIO,
			      "irqchip %u (0x%llx) has pin %u, which is not the root cell's",
			      n, address, pin);
	for (cell = 0; cell < fit->num_others; cell++) {
		other = fit->others[cell];
		if (config_has_pin(other, other->num_irqchips, address, pin))
			return refuse(fit->why, -EBUSY,
				      "irqchip %u (0x%llx) has pin %u, which belongs to cell \"%s\"",
				      n, address, pin, other->name);
	}
	return 0;
}

static int fit_irqchips(const struct fit *fit)
{
	const struct jailhouse_irqchip *chip = config_irqchips(fit->cell);
	unsigned int n, bit;
	int err = 0;

	for (n = 0; n < fit->cell->num_irqchips; n++, chip++)
		for (bit = 0; !err && bit < 128; bit++)
			if (has_pin(chip, chip->pin_base + bit))
				err = fit_pin(fit, n, chip->address, chip->pin_base + bit);
	return err;
}

/* Whose the interrupt pin is, is the cell's own affair. */
static bool same_device(const struct jailhouse_pci_device *of_root,
			const struct jailhouse_pci_device *of_cell)
{
	struct jailhouse_pci_device dev = *of_cell;

	dev.type &= JAILHOUSE_PCI_TYPE_MASK;
	return !memcmp(of_root, &dev, sizeof(dev));
}

/* Where the physical function's registers of SR-IOV are, only MMCONFIG leads. */
static int fit_virtual(const struct fit *fit, unsigned int n,
		       const struct jailhouse_pci_device *dev)
{
	const struct jailhouse_cell_desc *root = &fit->sys->root_cell;
	const u16 bdf = dev->physical;
	const struct jailhouse_pci_device *physical =
		config_find_device(root, root->num_pci_devices, 0, bdf);
	bool taken = config_find_device(fit->cell, fit->cell->num_pci_devices, 0, bdf);
	unsigned int cell;

	for (cell = 0; cell < fit->num_others; cell++)
		taken |= !!config_find_device(fit->others[cell],
					      fit->others[cell]->num_pci_devices, 0, bdf);
	if (!physical || physical->type != JAILHOUSE_PCI_TYPE_DEVICE || taken)
		return refuse_pci(fit->why, -ENXIO, n, dev,
				  "is a virtual function of %02x:%02x.%x, which is no device that the root cell keeps",
				  bdf >> 8, bdf >> 3 & 0x1f, bdf & 7);
	if ((u64)bdf << 12 >= config_mmconfig_size(&fit->sys->platform_info))
		return refuse_pci(fit->why, -ENXIO, n, dev,
				  "is a virtual function of %02x:%02x.%x, of whose bus there is no MMCONFIG area",
				  bdf >> 8, bdf >> 3 & 0x1f, bdf & 7);
	return 0;
}

static int fit_device(const struct fit *fit, unsigned int n,
		      const struct jailhouse_pci_device *dev)
{
	const struct jailhouse_cell_desc *root = &fit->sys->root_cell, *other;
	const struct jailhouse_pci_device *owned;
	const u16 domain = config_domain(dev);
	unsigned int cell;

	owned = config_find_device(root, root->num_pci_devices, domain, dev->bdf);
	if (!owned)
		return refuse_pci(fit->why, -ENXIO, n, dev, "is not the root cell's");
	if (!same_device(owned, dev))
		return refuse_pci(fit->why, -EINVAL, n, dev,
				  "is described in another way than in the root cell");
	for (cell = 0; cell < fit->num_others; cell++) {
		other = fit->others[cell];
		if (config_find_device(other, other->num_pci_devices, domain, dev->bdf))
			return refuse_pci(fit->why, -EBUSY, n, dev, "belongs to cell \"%s\"",
					  other->name);
	}
	return config_is_virtual(dev) ? fit_virtual(fit, n, dev) : 0;
}

static int fit_devices(const struct fit *fit)
{
	const struct jailhouse_pci_device *dev = config_pci(fit->cell);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < fit->cell->num_pci_devices; n++, dev++)
		err = fit_device(fit, n, dev);
	return err;
}

static bool has_link(const struct jailhouse_cell_desc *desc, u32 id)
{
	const struct jailhouse_link *link = config_links(desc);
	unsigned int n;

	for (n = 0; n < desc->num_links; n++)
		if (link[n].id == id)
			return true;
	return false;
}

/* A cable has two ends, of which the root cell may be one. */
static int fit_link(const struct fit *fit, unsigned int n, u32 id)
{
	const struct jailhouse_cell_desc *root = &fit->sys->root_cell, *peer, *other;
	unsigned int cell;

	peer = has_link(root, id) ? root : NULL;
	for (cell = 0; cell < fit->num_others; cell++) {
		other = fit->others[cell];
		if (!has_link(other, id))
			continue;
		if (peer)
			return refuse(fit->why, -EBUSY,
				      "link %u (id %u) connects cells \"%s\" and \"%s\" already",
				      n, id, peer->name, other->name);
		peer = other;
	}
	return 0;
}

static int fit_ivshmem(const struct fit *fit)
{
	unsigned int cell;
	int err = 0;

	for (cell = 0; !err && cell < fit->num_others; cell++)
		err = config_fit_ivshmem(fit->cell, fit->others[cell], fit->why);
	return err;
}

static int fit_links(const struct fit *fit)
{
	const struct jailhouse_link *link = config_links(fit->cell);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < fit->cell->num_links; n++, link++)
		err = fit_link(fit, n, link->id);
	return err;
}

int config_check_cell_fits(const struct jailhouse_cell_desc *cell,
			   const struct jailhouse_system *sys,
			   const struct memory_map *root_memory,
			   const struct jailhouse_cell_desc *const others[],
			   unsigned int num_others, const struct cpu_set *root_cpus,
			   struct config_reason *why)
{
	const struct fit fit = {
		.cell = cell, .sys = sys, .root_memory = root_memory,
		.others = others, .num_others = num_others, .why = why,
	};
	int err;

	config_accept(why);
	err = fit_name(&fit);
	if (!err)
		err = fit_cpus(&fit, root_cpus);
	if (!err)
		err = fit_memory(&fit);
	if (!err)
		err = fit_ports(&fit);
	if (!err)
		err = fit_irqchips(&fit);
	if (!err)
		err = fit_devices(&fit);
	if (!err)
		err = config_check_registers_by_guest(sys, cell, why);
	if (!err)
		err = fit_links(&fit);
	if (!err)
		err = fit_ivshmem(&fit);
	return err;
}
