// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system configuration, made of what is known of the machine. It is checked like one that
 * a person has written: nothing is trusted more. Asks nobody but the facts, and runs on the
 * host, too.
 *
 * Where nothing is known below 4 GiB, and in the windows of PCI above, the root cell gets what
 * is there, as on the bare machine: registers are often in no list. All ports are its own for
 * the same reason.
 */
#include "describe.h"
#include "address_map.h"
#include "facts.h"
#include "facts_mtrr.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <config_check.h>
#include <pio.h>

#define RAM_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
			 JAILHOUSE_MEM_DMA)
#define DEVICE_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO)
#define FIRMWARE_FLAGS	(DEVICE_FLAGS | JAILHOUSE_MEM_DMA)

/* Messages to local APICs: SDM 3A 11.11.1. */
#define APIC_START	0xfee00000ULL
#define APIC_END	0xfef00000ULL

/* PCI configuration: the hypervisor shows each cell its own. */
#define PCI_PORTS	0xcf8
#define PCI_PORTS_END	0xd00

/*
 * What the hypervisor needs: for itself and its cells' page tables, for each CPU, and for the
 * root cell's page tables where a page of them maps 1 GiB.
 */
#define MEMORY_BASE	SZ_8M
#define MEMORY_PER_CPU	SZ_64K
#define MEMORY_PER_GIB	SZ_4K

/*
 * Registers of links: between the local APICs and the firmware, where most machines have nothing.
 * Numbers that nobody else gives a link by himself.
 */
#define LINKS_START	APIC_END
#define LINKS_END	0xff000000ULL
#define LINK_IDS	0x6a680000U

/* Entries of a page table, which takes a page itself. */
#define PAGES_PER_TABLE	512

/**
 * struct description - a system configuration in the making
 * @facts: what is known of the machine
 * @map: what is where
 * @system: the blob
 * @end: where its next entry goes
 * @links: where the registers of the root cell's links are
 * @why: receives the reason
 */
struct description {
	const struct machine_facts *facts;
	struct address_map *map;
	struct jailhouse_system *system;
	void *end;
	u64 links;
	struct reason *why;
};

/*
 * What is where
 */

/* Flags of the root cell's region, 0: it has none. */
static u32 flags_of(enum address_class class)
{
	switch (class) {
	case ADDRESS_RAM:
		return RAM_FLAGS;
	case ADDRESS_DEVICE:
		return DEVICE_FLAGS;
	case ADDRESS_FIRMWARE:
		return FIRMWARE_FLAGS;
	default:
		return 0;
	}
}

static bool is_linux_ram(const struct inventory_entry *entry)
{
	return entry->flags & IORESOURCE_SYSRAM || entry->taken;
}

static bool is_like_ram(const struct inventory_entry *entry)
{
	return is_linux_ram(entry) ||
	       entry->desc == IORES_DESC_ACPI_TABLES ||
	       entry->desc == IORES_DESC_ACPI_NV_STORAGE ||
	       entry->desc == IORES_DESC_PERSISTENT_MEMORY ||
	       entry->desc == IORES_DESC_PERSISTENT_MEMORY_LEGACY ||
	       entry->desc == IORES_DESC_SOFT_RESERVED;
}

/*
 * What was called RAM, and is none of Linux's: Linux leaves out what the MTRRs do not call
 * write-back, and whoever had it cached would make of it what it is not.
 */
static void set_if_cached(const struct description *d, u64 start, u64 end)
{
	u64 next;

	end = min(end, d->map->end);
	for (; start < end; start = next) {
		next = end;
		if (!d->facts->mtrrs.known ||
		    jh_facts_memory_type(d->facts, start, &next) == MEMORY_TYPE_WB)
			jh_address_map_set(d->map, start, min(next, end), ADDRESS_RAM);
		else
			jh_address_map_set(d->map, start, min(next, end), ADDRESS_DEVICE);
	}
}

static void set_resource(const struct description *d, const struct inventory_entry *entry,
			 bool ram)
{
	if (ram && !is_linux_ram(entry))
		set_if_cached(d, entry->start, entry->end + 1);
	else
		jh_address_map_set(d->map, entry->start, entry->end + 1,
				   ram ? ADDRESS_RAM : ADDRESS_DEVICE);
}

static void set_resources(const struct description *d, bool ram)
{
	const struct inventory_tree *tree = &d->facts->inventory.memory;
	const struct inventory_entry *entry = tree->entries;
	unsigned int n;

	for (n = 0; n < tree->count; n++, entry++)
		if (is_like_ram(entry) == ram)
			set_resource(d, entry, ram);
}

/* Registers first: a page that has some of both is RAM. */
static void set_memory(const struct description *d)
{
	const struct facts_runtime *runtime = d->facts->runtime;
	const struct facts_range *ram = d->facts->firmware_ram;
	unsigned int n;

	jh_address_map_set(d->map, 0, SZ_4G, ADDRESS_DEVICE);
	set_resources(d, false);
	for (n = 0; n < d->facts->num_runtime; n++)
		if (!runtime[n].cached)
			jh_address_map_set(d->map, runtime[n].range.start, runtime[n].range.end,
					   ADDRESS_DEVICE);
	for (n = 0; n < d->facts->num_reserved; n++)
		jh_address_map_set(d->map, d->facts->reserved[n].start, d->facts->reserved[n].end,
				   ADDRESS_FIRMWARE);
	if (d->facts->hypertransport)
		jh_address_map_set(d->map, HYPERTRANSPORT_START, HYPERTRANSPORT_END,
				   ADDRESS_NOTHING);
	for (n = 0; n < d->facts->num_firmware_ram; n++)
		set_if_cached(d, ram[n].start, ram[n].end);
	set_resources(d, true);
	for (n = 0; n < d->facts->num_runtime; n++)
		if (runtime[n].cached)
			jh_address_map_set(d->map, runtime[n].range.start, runtime[n].range.end,
					   ADDRESS_RAM);
}

/* What the hypervisor has for itself is no RAM: tables of firmware can be wrong. */
static int set_owned(const struct description *d, u64 start, u64 end, const char *what)
{
	if (jh_address_map_has(d->map, start, end, ADDRESS_RAM))
		return jh_refuse(d->why, -EINVAL,
				 "%s (0x%llx-0x%llx), as ACPI's tables have it, lies in RAM: write a config",
				 what, start, end);
	jh_address_map_set(d->map, start, end, ADDRESS_OWNED);
	return 0;
}

/* PCI Firmware Specification 4.1.2: a bus has 1 MiB of it. */
static u64 mmconfig_end(const struct machine_facts *facts)
{
	return facts->mmconfig_base ?
	       facts->mmconfig_base + ((facts->mmconfig_end_bus + 1ULL) << 20) : 0;
}

static int set_all_owned(const struct description *d)
{
	const struct machine_facts *facts = d->facts;
	unsigned int n;
	int err;

	err = set_owned(d, APIC_START, APIC_END, "the range of the local APICs");
	for (n = 0; !err && n < facts->num_ioapics; n++)
		err = set_owned(d, facts->ioapics[n].address,
				facts->ioapics[n].address + PAGE_SIZE, "an I/O APIC");
	for (n = 0; !err && n < facts->num_iommus; n++)
		err = set_owned(d, facts->iommus[n].start, facts->iommus[n].end, "an IOMMU");
	if (!err && facts->mmconfig_base)
		err = set_owned(d, facts->mmconfig_base, mmconfig_end(facts),
				"the MMCONFIG area");
	return err;
}

/* The first entry of Linux's list that has some of it, or NULL. */
static const struct inventory_entry *find_entry(const struct inventory_tree *tree, u64 start,
						u64 end)
{
	unsigned int n;

	for (n = 0; n < tree->count; n++)
		if (tree->entries[n].start < end && tree->entries[n].end >= start)
			return &tree->entries[n];
	return NULL;
}

/* Is it free? Else, where to look next; behind all addresses, if that is nowhere. */
static bool is_free(const struct description *d, u64 start, u64 end, u64 *next)
{
	const struct inventory_entry *entry = find_entry(&d->facts->inventory.memory, start, end);

	*next = start + PAGE_SIZE;
	if (entry)
		*next = round_up(min(entry->end, LINKS_END) + 1, PAGE_SIZE);
	return !entry && !jh_address_map_has(d->map, start, end, ADDRESS_OWNED) &&
	       !jh_address_map_has(d->map, start, end, ADDRESS_RAM);
}

/* Where nothing is in any list. */
static int set_links(struct description *d)
{
	const u64 size = d->facts->num_links * JAILHOUSE_LINK_SIZE;
	u64 start, next;

	for (start = LINKS_START; start + size <= LINKS_END; start = next) {
		if (!is_free(d, start, start + size, &next))
			continue;
		d->links = start;
		return set_owned(d, start, start + size, "what links have");
	}
	return jh_refuse(d->why, -EADDRNOTAVAIL,
			 "no addresses are free for %u links of the root cell (0x%llx-0x%llx): write 0 to links, or a config",
			 d->facts->num_links, LINKS_START, LINKS_END);
}

/*
 * Memory for the hypervisor, and for cells: what the firmware has called RAM, and Linux reserved
 */

static u64 size_of(const struct facts_range *range)
{
	return range->end - range->start;
}

/* The first address from @start on, before @end, that EFI's runtime services use. */
static u64 used_from(const struct machine_facts *facts, u64 start, u64 end)
{
	const struct facts_range *used;
	unsigned int n;

	for (n = 0; n < facts->num_runtime; n++) {
		used = &facts->runtime[n].range;
		if (used->end > start && used->start < end)
			end = max(used->start, start);
	}
	return end;
}

/*
 * Some of what the firmware called RAM Linux has reserved for it later, since the firmware, or
 * Linux, goes on using it: EFI's list has that (efi_mem_reserve()). The larger part that is left.
 */
static struct facts_range without_runtime(const struct machine_facts *facts,
					  struct facts_range part)
{
	struct facts_range free, best = { part.start, used_from(facts, part.start, part.end) };
	unsigned int n;

	for (n = 0; n < facts->num_runtime; n++) {
		free.start = round_up(facts->runtime[n].range.end, SZ_2M);
		if (free.start <= part.start || free.start >= part.end)
			continue;
		free.end = used_from(facts, free.start, part.end);
		if (size_of(&free) > size_of(&best))
			best = free;
	}
	best.end = round_down(best.end, PAGE_SIZE);
	return best;
}

/*
 * What of a reserved range the firmware called RAM, and nobody uses. Linux itself reserves pages
 * here and there.
 */
static struct facts_range usable_part(const struct machine_facts *facts,
				      const struct inventory_entry *entry)
{
	const struct facts_range *ram = facts->firmware_ram;
	struct facts_range part, best = { 0, 0 };
	unsigned int n;

	if (entry->taken)
		return (struct facts_range){ entry->start, entry->end + 1 };
	for (n = 0; n < facts->num_firmware_ram; n++) {
		part.start = round_up(max(ram[n].start, entry->start), SZ_2M);
		part.end = min(ram[n].end, entry->end + 1);
		if (part.start >= part.end)
			continue;
		part = without_runtime(facts, part);
		if (part.start + SZ_2M <= part.end &&
		    size_of(&part) > size_of(&best) &&
		    jh_facts_is_cached(facts, part.start, part.end) &&
		    !jh_inventory_find_used(&facts->inventory.memory, part.start, part.end - 1))
			best = part;
	}
	return best;
}

/**
 * jh_describe_reserve() - what hypervisor and cells can have of an entry of Linux's list
 * @facts: what is known of the machine
 * @entry: of its memory
 * @taken: what was taken from Linux is asked for; else, what it had reserved from the beginning
 *
 * Return: one range, which may be empty.
 */
struct facts_range jh_describe_reserve(const struct machine_facts *facts,
				       const struct inventory_entry *entry, bool taken)
{
	if (entry->desc != IORES_DESC_RESERVED || entry->taken != taken)
		return (struct facts_range){ 0, 0 };
	return usable_part(facts, entry);
}

static struct facts_range largest_reserve(const struct machine_facts *facts, bool taken)
{
	const struct inventory_tree *tree = &facts->inventory.memory;
	struct facts_range part, best = { 0, 0 };
	unsigned int n;

	for (n = 0; n < tree->count; n++) {
		part = jh_describe_reserve(facts, &tree->entries[n], taken);
		if (size_of(&part) > size_of(&best))
			best = part;
	}
	return best;
}

/* What cells can have, in whichever ranges. */
static u64 reserved_size(const struct machine_facts *facts, bool taken)
{
	const struct inventory_tree *tree = &facts->inventory.memory;
	struct facts_range part;
	unsigned int n;
	u64 size = 0;

	for (n = 0; n < tree->count; n++) {
		part = jh_describe_reserve(facts, &tree->entries[n], taken);
		size += size_of(&part);
	}
	return size;
}

/*
 * Where a CPU must not execute from large pages (the iTLB multihit erratum), a cell's memory
 * takes a page table for each 2 MiB: a page of 512.
 */
static u64 memory_needed(const struct description *d, bool taken)
{
	u64 need = MEMORY_BASE + (u64)d->facts->num_cpus * MEMORY_PER_CPU;
	u64 start, end, mapped = 0;
	enum address_class class;

	for (start = 0; jh_address_map_next(d->map, &start, &end, &class); start = end)
		if (flags_of(class))
			mapped += end - start;
	if (!d->facts->gib_pages)
		need += mapped / SZ_1G * MEMORY_PER_GIB;
	if (d->facts->itlb_multihit)
		need += reserved_size(d->facts, taken) / PAGES_PER_TABLE;
	return round_up(need, SZ_2M);
}

/* What was reserved with memmap= is found by what the firmware called RAM. */
static const char *not_known(const struct machine_facts *facts)
{
	switch (facts->firmware_ram_gap) {
	case FIRMWARE_RAM_UNREADABLE:
		return " and write a config (/sys/kernel/boot_params/data cannot be read, "
		       "so that what memmap= reserves is not found)";
	case FIRMWARE_RAM_CUT:
		return " (the firmware's list of RAM has more than 128 pieces, "
		       "the rest is not looked at)";
	default:
		return "";
	}
}

static int set_hypervisor_memory(const struct description *d)
{
	struct facts_range best = largest_reserve(d->facts, true);
	/* What was taken from Linux was taken for this: then nothing else is meant. */
	const bool taken = size_of(&best);
	u64 need = memory_needed(d, taken), size;

	if (!taken)
		best = largest_reserve(d->facts, false);
	size = size_of(&best);
	if (!size)
		return jh_refuse(d->why, -EADDRNOTAVAIL,
				 "no RAM is reserved, the hypervisor needs %llu MiB and cells what they are to have: write an amount (64M) to memory before, or boot with memmap=%s",
				 need / SZ_1M, not_known(d->facts));
	if (size < need)
		return jh_refuse(d->why, -ENOSPC,
				 "the hypervisor needs %llu MiB, but of RAM that is reserved the largest range (0x%llx-0x%llx) has %llu KiB: write a larger amount to memory before, or boot with a larger memmap=",
				 need / SZ_1M, best.start, best.end, size / SZ_1K);
	jh_address_map_set(d->map, best.start, best.start + need, ADDRESS_OWNED);
	d->system->hypervisor_memory.phys_start = best.start;
	d->system->hypervisor_memory.size = need;
	return 0;
}

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
		region.flags = flags_of(class);
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
 * IOMMUs translate where all can: a device reaches its cell's memory then and no more, and Linux
 * may have them remap interrupts, as it does where firmware lets it. Else, a unit beyond those that
 * a configuration has room for is not listed: it is in no region of the root cell either, so that
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
	if (facts->iommus_used && facts->num_iommus <= JAILHOUSE_MAX_IOMMU_UNITS)
		info->iommu_type = JAILHOUSE_IOMMU_INTEL;
	for (n = 0; n < facts->num_iommus && n < JAILHOUSE_MAX_IOMMU_UNITS; n++) {
		info->iommu_units[n].base = facts->iommus[n].start;
		info->iommu_units[n].size = size_of(&facts->iommus[n]);
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
	jh_address_map_init(map, BIT_ULL(min(facts->phys_bits, 48U)));
	set_memory(&d);
	err = set_all_owned(&d);
	if (!err && facts->num_links)
		err = set_links(&d);
	if (!err)
		err = set_hypervisor_memory(&d);
	set_platform(&d);
	if (!err)
		err = add_lists(&d);
	return err ?: finish(&d, size);
}
