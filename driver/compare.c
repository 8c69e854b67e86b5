// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the system configuration describe this machine?
 *
 * What the root cell's lists lack reads as all ones once the hypervisor is there, and a CPU
 * that fetches its next instruction from there is lost. So before anything changes, what
 * Linux knows of the machine is compared with the configuration: what Linux uses has to be
 * in it, or enabling is refused; for the rest there is a warning. Asks nobody but the facts,
 * and runs on the host, too.
 */
#include "compare.h"
#include "facts.h"
#include "inventory.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>
#include <pio.h>

#define RIGHTS_RAM	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)
#define RIGHTS_DATA	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)

/* PCI configuration: the hypervisor shows each cell its own. */
#define PCI_CONF_BASE	0xcf8
#define PCI_CONF_SIZE	8

/* Where every PC has its local APICs, and devices send their interrupts. */
#define APIC_START	0xfee00000
#define APIC_SIZE	0x00100000

/**
 * struct comparison - of a configuration with the machine
 * @system: the configuration
 * @facts: the machine
 * @complaints: who is told of each complaint
 * @refused: how many of them are reasons to refuse it
 * @why: receives the first of those
 */
struct comparison {
	const struct jailhouse_system *system;
	const struct machine_facts *facts;
	const struct complaints *complaints;
	unsigned int refused;
	struct reason *why;
};

static void __printf(3, 4) complain(struct comparison *comparison, bool fatal,
				    const char *fmt, ...)
{
	struct reason why;
	va_list args;

	va_start(args, fmt);
	vscnprintf(why.text, sizeof(why.text), fmt, args);
	va_end(args);
	comparison->complaints->tell(comparison->complaints->arg, why.text, fatal);
	if (fatal && !comparison->refused++)
		*comparison->why = why;
}

/*
 * What the root cell has
 */

/* Is @addr in the range? Then @next is the first address behind it. */
static bool within(u64 addr, u64 start, u64 size, u64 *next)
{
	if (addr < start || addr - start >= size)
		return false;
	*next = start + size;
	return true;
}

/* What belongs to the hypervisor, or what it shows the root cell in its own way. */
static bool is_platform(const struct jailhouse_system *system, u64 addr, u64 *next)
{
	const struct jailhouse_platform_info *info = &system->platform_info;
	const struct jailhouse_irqchip *chip = config_irqchips(&system->root_cell);
	u64 buses = info->pci_mmconfig_base ? info->pci_mmconfig_end_bus + 1 : 0;
	unsigned int n;

	if (within(addr, APIC_START, APIC_SIZE, next) ||
	    within(addr, info->pci_mmconfig_base, buses << 20, next))
		return true;
	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		if (within(addr, info->iommu_units[n].base, info->iommu_units[n].size, next))
			return true;
	for (n = 0; n < system->root_cell.num_irqchips; n++)
		if (within(addr, chip[n].address, PAGE_SIZE, next))
			return true;
	return within(addr, system->hypervisor_memory.phys_start,
		      system->hypervisor_memory.size, next);
}

/* Firmware reserves them, but nobody uses them. */
static bool is_no_memory(const struct machine_facts *facts, u64 addr, u64 *next)
{
	return facts->hypertransport &&
	       within(addr, HYPERTRANSPORT_START, HYPERTRANSPORT_END - HYPERTRANSPORT_START, next);
}

static bool is_in_memory(const struct jailhouse_system *system, u64 addr, u64 rights, u64 *next)
{
	const struct jailhouse_memory *region = config_mem_regions(&system->root_cell);
	unsigned int n;

	for (n = 0; n < system->root_cell.num_memory_regions; n++, region++)
		if ((region->flags & rights) == rights &&
		    /* RAM that is not cached is no RAM to Linux. */
		    !(rights & JAILHOUSE_MEM_EXECUTE && region->flags & JAILHOUSE_MEM_IO) &&
		    within(addr, region->phys_start, region->size, next))
			return true;
	return false;
}

static bool is_in_ports(const struct jailhouse_system *system, u64 port, u64 *next)
{
	const struct jailhouse_pio *pio = config_pio(&system->root_cell);
	u16 timer = system->platform_info.pm_timer_address;
	unsigned int n;

	for (n = 0; n < system->root_cell.num_pio_regions; n++, pio++)
		if (within(port, pio->base, pio->length, next))
			return true;
	return within(port, PCI_CONF_BASE, PCI_CONF_SIZE, next) ||
	       (timer && within(port, timer, PIO_PM_TIMER_LENGTH, next));
}

/* The first address from @start on, before @end, that the root cell cannot use like that. */
static u64 first_gap(const struct comparison *comparison, u64 start, u64 end, u64 rights)
{
	const struct jailhouse_system *system = comparison->system;
	u64 addr, next;

	for (addr = start; addr < end; addr = next)
		if (!is_platform(system, addr, &next) &&
		    !is_no_memory(comparison->facts, addr, &next) &&
		    !is_in_memory(system, addr, rights, &next))
			return addr;
	return end;
}

static u64 first_port_gap(const struct jailhouse_system *system, u64 start, u64 end)
{
	u64 port, next;

	for (port = start; port < end; port = next)
		if (!is_in_ports(system, port, &next))
			return port;
	return end;
}

/*
 * Memory
 */

/* What is not described by memory regions, and where instead. */
static const struct {
	const char *name;
	const char *place;
} special[] = {
	{ "IOAPIC ", "list of interrupt chips" },
	{ "PCI MMCONFIG 0000 ", "MMCONFIG area (pci_mmconfig_base, pci_mmconfig_end_bus)" },
	{ "PCI ECAM 0000 ", "MMCONFIG area (pci_mmconfig_base, pci_mmconfig_end_bus)" },
	{ "dmar", "list of IOMMUs (iommu_units)" },
};

static bool has_prefix(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* A further IOMMU needs to be nobody's: then it is as if it were listed. */
static bool has_no_room(const struct comparison *comparison, const struct inventory_entry *entry)
{
	const struct jailhouse_iommu *units = comparison->system->platform_info.iommu_units;
	unsigned int n;
	u64 next;

	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		if (!units[n].size)
			return false;
	return has_prefix(entry->name, "dmar") &&
	       !is_in_memory(comparison->system, entry->start, 0, &next);
}

/* Return: whether it is one of those. */
static bool compare_special(struct comparison *comparison, const struct inventory_entry *entry)
{
	unsigned int n;
	u64 next;

	for (n = 0; n < ARRAY_SIZE(special); n++) {
		if (!has_prefix(entry->name, special[n].name))
			continue;
		if ((!is_platform(comparison->system, entry->start, &next) ||
		     next <= entry->end) && !has_no_room(comparison, entry))
			complain(comparison, true, "%s (0x%llx-0x%llx) is not in the %s",
				 entry->name, entry->start, entry->end + 1, special[n].place);
		return true;
	}
	return false;
}

static u64 rights_needed(const struct inventory_entry *entry)
{
	if (entry->flags & IORESOURCE_SYSRAM)
		return RIGHTS_RAM;
	if (!(entry->flags & IORESOURCE_BUSY) || entry->flags & IORESOURCE_READONLY ||
	    entry->desc == IORES_DESC_ACPI_TABLES)
		return JAILHOUSE_MEM_READ;
	return RIGHTS_DATA;
}

/* Linux reads ACPI's tables when it needs them. */
static bool is_used(const struct inventory_entry *entry)
{
	return jh_inventory_is_used(entry) || entry->desc == IORES_DESC_ACPI_TABLES ||
	       entry->desc == IORES_DESC_ACPI_NV_STORAGE;
}

static void compare_range(struct comparison *comparison, bool fatal, const char *name,
			  u64 start, u64 end, u64 rights)
{
	const struct jailhouse_system *system = comparison->system;
	u64 gap = first_gap(comparison, start, end, rights), next;

	if (gap >= end)
		return;
	if (is_in_memory(system, gap, JAILHOUSE_MEM_READ, &next))
		complain(comparison, true,
			 "%s 0x%llx-0x%llx: the root cell's memory region at 0x%llx has the wrong flags for it (needs%s%s%s)",
			 name, start, end, gap, rights & JAILHOUSE_MEM_WRITE ? " WRITE" : "",
			 rights & JAILHOUSE_MEM_EXECUTE ? " EXECUTE" : "",
			 rights == RIGHTS_RAM ? ", not IO" : "");
	else if (gap == start)
		complain(comparison, fatal,
			 "%s 0x%llx-0x%llx is in no memory region of the root cell", name,
			 start, end);
	else
		complain(comparison, fatal,
			 "%s 0x%llx-0x%llx is in no memory region of the root cell from 0x%llx on",
			 name, start, end, gap);
}

/* Return: whether what lies in it needs to be looked at, too. */
static bool compare_memory_entry(struct comparison *comparison,
				 const struct inventory_entry *entry, bool leaf)
{
	u64 start = entry->start, end = entry->end + 1, rights = rights_needed(entry);
	bool used = is_used(entry);

	if (compare_special(comparison, entry))
		return false;
	/* Linux does not use what is left of a page. */
	if (entry->flags & IORESOURCE_SYSRAM) {
		start = PAGE_ALIGN(start);
		end = round_down(end, PAGE_SIZE);
	}
	if (!used && !leaf)
		return true;
	compare_range(comparison, used, entry->name, start, end, rights);
	return false;
}

/*
 * Ports
 */

static bool compare_port_entry(struct comparison *comparison,
			       const struct inventory_entry *entry, bool leaf)
{
	bool used = entry->flags & IORESOURCE_BUSY;
	u64 gap;

	/* A bridge's range that nobody has anything in says nothing about its ports. */
	if (!used && (!leaf || entry->flags & IORESOURCE_WINDOW))
		return true;
	gap = first_port_gap(comparison->system, entry->start, entry->end + 1);
	if (gap <= entry->end)
		complain(comparison, used,
			 "port 0x%llx (0x%llx-0x%llx, %s) is in no port region of the root cell",
			 gap, entry->start, entry->end, entry->name);
	return false;
}

static void compare_tree(struct comparison *comparison, const struct inventory_tree *tree,
			 bool (*compare)(struct comparison *comparison,
					 const struct inventory_entry *entry, bool leaf))
{
	const struct inventory_entry *entry = tree->entries, *end = entry + tree->count;
	const struct inventory_entry *next;

	for (; entry < end; entry = next) {
		bool leaf = entry + 1 == end || entry[1].depth <= entry->depth;

		next = entry + 1;
		if (!compare(comparison, entry, leaf))
			while (next < end && next->depth > entry->depth)
				next++;
	}
}

/*
 * Interrupts, firmware
 */

static void compare_pins(struct comparison *comparison)
{
	const struct jailhouse_cell_desc *root = &comparison->system->root_cell;
	const struct inventory *inventory = &comparison->facts->inventory;
	const struct inventory_pin *pin = inventory->pins;
	unsigned int n;
	u64 address;

	for (n = 0; n < inventory->num_pins; n++, pin++)
		if (jh_inventory_chip_address(inventory, pin->chip, &address) &&
		    !config_has_pin(root, root->num_irqchips, address, pin->pin))
			complain(comparison, true,
				 "pin %u of the interrupt chip at 0x%llx (interrupt %u) is not the root cell's",
				 pin->pin, address, pin->irq);
}

/* Every cell may read it: it has to be the timer. */
static void compare_pm_timer(struct comparison *comparison)
{
	const struct machine_facts *facts = comparison->facts;
	u16 port = comparison->system->platform_info.pm_timer_address;

	if (facts->has_acpi && port && facts->pm_timer != port)
		complain(comparison, true,
			 "there is no PM timer at port 0x%x, ACPI says port 0x%x", port,
			 facts->pm_timer);
}

/* Linux calls them, with the addresses that they have. */
static void compare_runtime(struct comparison *comparison, const struct facts_runtime *runtime)
{
	const struct jailhouse_memory *mem = &comparison->system->hypervisor_memory;
	const char *name = runtime->code ? "EFI runtime code" : "EFI runtime data";
	u64 start = runtime->range.start, end = runtime->range.end;

	if (mem->phys_start < end && start < mem->phys_start + mem->size)
		complain(comparison, true,
			 "hypervisor memory (0x%llx-0x%llx) has a part of %s 0x%llx-0x%llx",
			 mem->phys_start, mem->phys_start + mem->size, name, start, end);
	compare_range(comparison, true, name, start, end,
		      runtime->code ? JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE : RIGHTS_DATA);
}

static void compare_efi(struct comparison *comparison)
{
	unsigned int n;

	for (n = 0; n < comparison->facts->num_runtime; n++)
		compare_runtime(comparison, &comparison->facts->runtime[n]);
}

/* Linux has to leave it alone, and may still use some of it. */
static int compare_hypervisor_memory(const struct comparison *comparison)
{
	const struct jailhouse_memory *mem = &comparison->system->hypervisor_memory;
	u64 start = mem->phys_start, end = start + mem->size;
	const struct inventory_entry *user;

	user = jh_inventory_find_used(&comparison->facts->inventory.memory, start, end - 1);
	if (!user || jh_inventory_is_ram(user))
		return jh_inventory_check_reserved(&comparison->facts->inventory, start,
						   mem->size, comparison->why);
	return jh_refuse(comparison->why, -EADDRINUSE,
			 "hypervisor memory (0x%llx-0x%llx) is in use by %s (see /proc/iomem)%s",
			 start, end, user->name, jh_inventory_hint(user));
}

/* The hypervisor would refuse it, too, while all CPUs stand still. */
static int compare_phys_bits(const struct comparison *comparison)
{
	struct config_reason reason;
	int err = config_check_phys_bits(comparison->system, comparison->facts->phys_bits, &reason);

	return err ? jh_refuse(comparison->why, err, "%s", reason.text) : 0;
}

/* What has an errno of its own. Return: that of the first one. */
static int compare_first(struct comparison *comparison,
			 int (*compare)(const struct comparison *comparison), int first)
{
	struct reason why, *kept = comparison->why;
	int err;

	comparison->why = &why;
	err = compare(comparison);
	comparison->why = kept;
	if (!err)
		return first;
	comparison->complaints->tell(comparison->complaints->arg, why.text, true);
	if (!comparison->refused++)
		*kept = why;
	return first ?: err;
}

static void compare_all(struct comparison *comparison)
{
	compare_tree(comparison, &comparison->facts->inventory.memory, compare_memory_entry);
	compare_tree(comparison, &comparison->facts->inventory.ports, compare_port_entry);
	compare_pins(comparison);
	compare_pm_timer(comparison);
	compare_efi(comparison);
}

/**
 * jh_compare() - does a system configuration describe this machine?
 * @system: passed config_check_system()
 * @facts: the machine
 * @complaints: who is told of all complaints
 * @why: receives the first that is a reason to refuse it
 *
 * Return: 0, -EADDRNOTAVAIL if hypervisor memory is not reserved, -EADDRINUSE if somebody
 * uses it, -EOVERFLOW if the machine has not all addresses, -EINVAL if the configuration lacks
 * something that Linux uses.
 */
int jh_compare(const struct jailhouse_system *system, const struct machine_facts *facts,
	       const struct complaints *complaints, struct reason *why)
{
	struct comparison comparison = {
		.system = system, .facts = facts, .complaints = complaints, .why = why,
	};
	size_t length;
	int err;

	why->text[0] = '\0';
	err = compare_first(&comparison, compare_hypervisor_memory, 0);
	err = compare_first(&comparison, compare_phys_bits, err);
	compare_all(&comparison);
	length = strlen(why->text);
	if (comparison.refused > 1)
		snprintf(why->text + length, sizeof(why->text) - length,
			 " (and %u more, see dmesg)", comparison.refused - 1);
	return err ?: comparison.refused ? -EINVAL : 0;
}
