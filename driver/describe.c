// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system configuration, made of what is known of the machine. It is checked like one that
 * a person has written: nothing is trusted more. Asks nobody but the facts, and runs on the
 * host, too. What is where is in describe_map.c, and what is for the hypervisor and cells in
 * describe_reserve.c.
 *
 * All ports are the root cell's own, as on the bare machine: registers are often in no list.
 */
#include "describe.h"
#include "address_map.h"
#include "describe_parts.h"
#include "facts.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <config_check.h>
#include <pio.h>

/* PCI configuration: the hypervisor shows each cell its own. */
#define PCI_PORTS	0xcf8
#define PCI_PORTS_END	0xd00

/* Numbers that nobody else gives a link by himself. */
#define LINK_IDS	0x6a680000U

/*
 * The lists of the root cell, in their order
 */

static void add(struct description *d, const void *entry, size_t size)
{
	memcpy(d->end, entry, size);
	d->end += size;
}

static int add_regions(struct description *d)
{
	struct jailhouse_cell_desc *root = &d->system->root_cell;
	struct jailhouse_memory region = { 0 };
	enum address_class class;
	u64 start, end;

	for (start = 0; jh_address_map_next(d->map, &start, &end, &class); start = end) {
		region.flags = jh_describe_flags(class);
		if (!region.flags)
			continue;
		if (root->num_memory_regions == CONFIG_MAX_MEMORY_REGIONS || d->map->full)
			return jh_refuse(d->why, -E2BIG,
					 "this machine's memory has more than %u pieces: write a config",
					 CONFIG_MAX_MEMORY_REGIONS);
		region.phys_start = start;
		region.virt_start = start;
		region.size = end - start;
		add(d, &region, sizeof(region));
		root->num_memory_regions++;
	}
	return 0;
}

static_assert(JAILHOUSE_MAX_IOAPIC_PINS <=
	      8 * sizeof(((struct jailhouse_irqchip *)NULL)->pin_bitmap));

static int add_ioapic(struct description *d, const struct facts_ioapic *ioapic)
{
	struct jailhouse_irqchip chip = { .address = ioapic->address, .id = ioapic->id };
	u32 pin;

	if (ioapic->pins > JAILHOUSE_MAX_IOAPIC_PINS)
		return jh_refuse(d->why, -E2BIG,
				 "the I/O APIC at 0x%llx has %u pins, of which the hypervisor reaches %u: switch it off in the firmware's setup",
				 ioapic->address, ioapic->pins, JAILHOUSE_MAX_IOAPIC_PINS);
	for (pin = 0; pin < ioapic->pins; pin++)
		chip.pin_bitmap[pin / 32] |= 1U << pin % 32;
	add(d, &chip, sizeof(chip));
	d->system->root_cell.num_irqchips++;
	return 0;
}

static int add_ioapics(struct description *d)
{
	const struct machine_facts *facts = d->facts;
	unsigned int n;
	int err = 0;

	if (facts->num_ioapics > JAILHOUSE_MAX_IOAPICS)
		return jh_refuse(d->why, -E2BIG,
				 "there are %u I/O APICs, the hypervisor has room for %u: switch some off in the firmware's setup, or build it with a larger JAILHOUSE_MAX_IOAPICS",
				 facts->num_ioapics, JAILHOUSE_MAX_IOAPICS);
	for (n = 0; !err && n < facts->num_ioapics; n++)
		err = add_ioapic(d, &facts->ioapics[n]);
	return err;
}

static void add_ports(struct description *d)
{
	static const struct jailhouse_pio ports[] = {
		PIO_RANGE(0, PCI_PORTS),
		PIO_RANGE(PCI_PORTS_END, PIO_NUM_PORTS - PCI_PORTS_END),
	};

	add(d, ports, sizeof(ports));
	d->system->root_cell.num_pio_regions = ARRAY_SIZE(ports);
}

static void add_links(struct description *d)
{
	struct jailhouse_link link = { .address = d->links, .mac = { 0x02, 0x4a } };
	unsigned int n;

	for (n = 1; n <= d->facts->num_links; n++, link.address += JAILHOUSE_LINK_SIZE) {
		link.id = LINK_IDS + n;
		link.mac[5] = n;
		add(d, &link, sizeof(link));
	}
	d->system->root_cell.num_links = d->facts->num_links;
}

static int add_lists(struct description *d)
{
	const struct machine_facts *facts = d->facts;
	struct jailhouse_cell_desc *root = &d->system->root_cell;
	int err = add_regions(d);

	if (!err)
		err = add_ioapics(d);
	if (err)
		return err;
	add_ports(d);
	root->num_pci_devices = facts->num_functions;
	add(d, facts->functions, facts->num_functions * sizeof(facts->functions[0]));
	add_links(d);
	return 0;
}

/*
 * The rest
 */

/*
 * IOMMUs translate: a device reaches its cell's memory then and no more. Of Intel's, Linux may have
 * them remap interrupts, as it does where firmware lets it. Else, a unit beyond those that a
 * configuration has room for is not listed: it is in no region of the root cell either, so that
 * nobody has it, which is all that an inactive one needs.
 */
static void set_platform(const struct description *d)
{
	struct jailhouse_platform_info *info = &d->system->platform_info;
	const struct machine_facts *facts = d->facts;
	unsigned int n;

	info->pci_mmconfig_base = facts->mmconfig_base;
	info->pci_mmconfig_end_bus = facts->mmconfig_base ? facts->mmconfig_end_bus : 0;
	info->pm_timer_address = facts->pm_timer;
	info->iommu_type = jh_describe_iommu_type(facts);
	for (n = 0; n < facts->num_iommus && n < JAILHOUSE_MAX_IOMMU_UNITS; n++) {
		info->iommu_units[n].base = facts->iommus[n].start;
		info->iommu_units[n].size = jh_describe_size(&facts->iommus[n]);
	}
}

/* No console but the log: a serial port is Linux's. No CPU set: all that Linux has. */
static void begin(struct description *d)
{
	struct jailhouse_system *system = d->system;
	struct jailhouse_cell_desc *root = &system->root_cell;

	*system = (struct jailhouse_system){ .revision = JAILHOUSE_CONFIG_REVISION };
	memcpy(system->signature, JAILHOUSE_SYSTEM_SIGNATURE, sizeof(system->signature));
	memcpy(root->signature, JAILHOUSE_CELL_DESC_SIGNATURE, sizeof(root->signature));
	root->revision = JAILHOUSE_CONFIG_REVISION;
	memcpy(root->name, "root", sizeof("root"));
	d->end = system + 1;
}

static int finish(struct description *d, size_t *size)
{
	struct jailhouse_system *system = d->system;
	struct config_reason reason;
	int err;

	*size = d->end - (void *)system;
	system->total_size = *size;
	system->root_cell.total_size = *size - offsetof(struct jailhouse_system, root_cell);
	system->checksum = config_checksum(system, *size);
	err = config_check_system(system, *size, &reason);
	if (!err)
		err = config_check_phys_bits(system, d->facts->phys_bits, &reason);
	return err ? jh_refuse(d->why, err, "what is known of this machine contradicts itself: %s",
			       reason.text) : 0;
}

/**
 * jh_describe() - make a system configuration for a machine
 * @facts: what is known of it
 * @map: working memory
 * @blob: receives the configuration, DESCRIBE_MAX_SIZE bytes
 * @size: receives how many of them
 * @why: receives the reason
 *
 * Context: any; allocates nothing.
 *
 * Return: 0, -EADDRNOTAVAIL if no memory is reserved for the hypervisor, -ENOSPC if that is too
 * small, -EINVAL if what is known contradicts itself, -E2BIG if there is more of something than
 * a configuration has room for, those of config_check_system().
 */
int jh_describe(const struct machine_facts *facts, struct address_map *map, void *blob,
		size_t *size, struct reason *why)
{
	struct description d = { .facts = facts, .map = map, .system = blob, .why = why };
	int err;

	begin(&d);
	err = jh_describe_map(&d);
	if (!err)
		err = jh_describe_hypervisor_memory(&d);
	set_platform(&d);
	if (!err)
		err = add_lists(&d);
	return err ?: finish(&d, size);
}
