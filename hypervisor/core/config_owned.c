// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check of configurations: what of the machine belongs to the hypervisor alone, or is
 * used by it. This is the only list of that. No region of the root cell has a part of it,
 * and cells get nothing but what is the root cell's, so that they have none either.
 */
#include "config_internal.h"
#include "errno.h"
#include "pio.h"

/*
 * Where every PC has its local APICs (SDM 3A 11.4.1): writes to that page are interrupt
 * commands, and to the rest of the range they are interrupts that devices signal.
 */
#define APIC_START	0xfee00000ULL
#define APIC_SIZE	0x00100000ULL

/**
 * struct owned - a range of addresses
 * @start: host-physical address
 * @size: bytes; 0: the machine has none
 * @what: as it is called in a sentence
 * @shared: the root cell may have it as well
 */
struct owned {
	u64 start;
	u64 size;
	const char *what;
	bool shared;
};

enum {
	OWNED_HYPERVISOR,
	OWNED_MMCONFIG,
	OWNED_APIC,
	OWNED_CONSOLE,
	OWNED_IOMMU,
	OWNED_IOAPIC = OWNED_IOMMU + JAILHOUSE_MAX_IOMMU_UNITS,
};

static struct owned owned_console(const struct jailhouse_console *console)
{
	const bool there = console->type == JAILHOUSE_CON_TYPE_8250 &&
			   console->flags & JAILHOUSE_CON_ACCESS_MMIO;

	return (struct owned) {
		console->address, there ? config_console_length(console) : 0, "debug_console", true
	};
}

/* Number @n of them, which is below count_owned(). */
static struct owned owned_range(const struct jailhouse_system *sys, unsigned int n)
{
	const struct jailhouse_platform_info *info = &sys->platform_info;
	const struct jailhouse_memory *hv = &sys->hypervisor_memory;

	if (n >= OWNED_IOAPIC)
		return (struct owned) {
			config_irqchips(&sys->root_cell)[n - OWNED_IOAPIC].address,
			PAGE_SIZE, "an I/O APIC", false
		};
	if (n >= OWNED_IOMMU)
		return (struct owned) {
			info->iommu_units[n - OWNED_IOMMU].base,
			info->iommu_units[n - OWNED_IOMMU].size, "a DMA remapping unit", false
		};
	if (n == OWNED_CONSOLE)
		return owned_console(&sys->debug_console);
	if (n == OWNED_APIC)
		return (struct owned) { APIC_START, APIC_SIZE, "the local APICs", false };
	if (n == OWNED_MMCONFIG)
		return (struct owned) {
			info->pci_mmconfig_base, config_mmconfig_size(info),
			"the MMCONFIG area", false
		};
	return (struct owned) { hv->phys_start, hv->size, "hypervisor memory", false };
}

static unsigned int count_owned(const struct jailhouse_system *sys)
{
	return OWNED_IOAPIC + sys->root_cell.num_irqchips;
}

static int check_regions(const struct jailhouse_system *sys, const struct owned *owned,
			 struct config_reason *why)
{
	const struct jailhouse_memory *mem = config_mem_regions(&sys->root_cell);
	unsigned int n;

	for (n = 0; !owned->shared && n < sys->root_cell.num_memory_regions; n++, mem++)
		if (overlap(mem->phys_start, mem->size, owned->start, owned->size))
			return refuse_memory(why, -EADDRINUSE, n, mem,
					     "of the root cell overlaps %s (0x%llx-0x%llx)",
					     owned->what, owned->start,
					     owned->start + owned->size);
	return 0;
}

static int refuse_registers(struct config_reason *why, const char *kind, unsigned int n,
			    u64 address, const char *there)
{
	return refuse(why, -EADDRINUSE, "%s %u at 0x%llx overlaps %s", kind, n, address, there);
}

/* What the root cell finds at its ends of links is made up, too. */
static int check_root_links(const struct jailhouse_system *sys, const struct owned *owned,
			    struct config_reason *why)
{
	const struct jailhouse_link *links = config_links(&sys->root_cell);
	unsigned int n;

	for (n = 0; n < sys->root_cell.num_links; n++)
		if (overlap(links[n].address, JAILHOUSE_LINK_SIZE, owned->start, owned->size))
			return refuse_registers(why, "link", n, links[n].address, owned->what);
	return 0;
}

/* An I/O APIC with many pins has several entries. */
static bool same_ioapic(const struct owned *a, unsigned int a_number,
			const struct owned *b, unsigned int b_number)
{
	return a_number >= OWNED_IOAPIC && b_number >= OWNED_IOAPIC && a->start == b->start;
}

static int check_pairs(const struct jailhouse_system *sys, unsigned int number,
		       const struct owned *owned, struct config_reason *why)
{
	struct owned other;
	unsigned int n;

	for (n = 0; n < number; n++) {
		other = owned_range(sys, n);
		if (other.size && overlap(owned->start, owned->size, other.start, other.size) &&
		    !same_ioapic(owned, number, &other, n))
			return refuse(why, -EADDRINUSE,
				      "%s (0x%llx-0x%llx) overlaps %s (0x%llx-0x%llx)",
				      owned->what, owned->start, owned->start + owned->size,
				      other.what, other.start, other.start + other.size);
	}
	return 0;
}

static int check_owned(const struct jailhouse_system *sys, unsigned int number,
		       struct config_reason *why)
{
	const struct owned owned = owned_range(sys, number);
	int err;

	if (!owned.size)
		return 0;
	if (owned.start >= CONFIG_PHYS_END || owned.size > CONFIG_PHYS_END - owned.start)
		return refuse(why, -EOVERFLOW,
			      "%s (0x%llx-0x%llx) ends beyond the last physical address",
			      owned.what, owned.start, owned.start + owned.size);
	err = check_regions(sys, &owned, why);
	if (!err)
		err = check_root_links(sys, &owned, why);
	return err ? err : check_pairs(sys, number, &owned, why);
}

/*
 * Ports: the hypervisor answers for PCI configuration itself, and lets everybody read the PM timer,
 * so neither may be anything else.
 */
static bool has_ports(u32 base, u64 length, const struct jailhouse_pio *ports)
{
	return overlap(base, length, ports->base, ports->length);
}

static int check_owned_ports(const struct jailhouse_system *sys, struct config_reason *why)
{
	static const struct jailhouse_pio pci = CONFIG_PCI_PORTS;
	const struct jailhouse_console *console = &sys->debug_console;
	const struct jailhouse_pio timer =
		PIO_RANGE(sys->platform_info.pm_timer_address, PIO_PM_TIMER_LENGTH);
	const bool pio_console = console->type == JAILHOUSE_CON_TYPE_8250 &&
				 !(console->flags & JAILHOUSE_CON_ACCESS_MMIO);
	const struct jailhouse_pio *pio = config_pio(&sys->root_cell);
	unsigned int n;

	for (n = 0; n < sys->root_cell.num_pio_regions; n++, pio++)
		if (has_ports(pio->base, pio->length, &pci))
			return refuse_pio(why, -EADDRINUSE, n, pio,
					  "of the root cell overlaps those of PCI configuration (0xcf8-0xcff)");
	if (pio_console && has_ports((u32)console->address, config_console_length(console), &pci))
		return refuse(why, -EADDRINUSE,
			      "debug_console (0x%llx) overlaps the ports of PCI configuration (0xcf8-0xcff)",
			      console->address);
	if (!timer.base)
		return 0;
	if (has_ports(timer.base, timer.length, &pci))
		return refuse(why, -EADDRINUSE,
			      "pm_timer_address 0x%x overlaps the ports of PCI configuration (0xcf8-0xcff)",
			      timer.base);
	if (pio_console && has_ports((u32)console->address, config_console_length(console), &timer))
		return refuse(why, -EADDRINUSE,
			      "pm_timer_address 0x%x overlaps debug_console (0x%llx): every cell would get it",
			      timer.base, console->address);
	return 0;
}

int config_check_owned(const struct jailhouse_system *sys, struct config_reason *why)
{
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < count_owned(sys); n++)
		err = check_owned(sys, n, why);
	return err ? err : check_owned_ports(sys, why);
}

/* What every cell finds at guest-physical addresses that are the host's; NULL: nothing. */
static const char *shown_there(const struct jailhouse_system *sys, u64 address, u64 size)
{
	static const unsigned int emulated[] = { OWNED_MMCONFIG, OWNED_APIC };
	struct owned owned;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(emulated); n++) {
		owned = owned_range(sys, emulated[n]);
		if (owned.size && overlap(address, size, owned.start, owned.size))
			return owned.what;
	}
	return NULL;
}

int config_check_owned_by_guest(const struct jailhouse_system *sys,
				const struct jailhouse_memory *mem, unsigned int number,
				struct config_reason *why)
{
	const char *there = shown_there(sys, mem->virt_start, mem->size);

	if (!there)
		return 0;
	return refuse_memory(why, -EADDRINUSE, number, mem,
			     "overlaps %s, guest-physically (virt_start)", there);
}

static int check_page_behind(const struct jailhouse_system *sys,
			     const struct jailhouse_cell_desc *cell, unsigned int page,
			     struct config_reason *why)
{
	const char *what = config_behind_comm(cell, page), *there;
	const struct jailhouse_memory *comm = config_comm(cell);

	there = what && comm ? shown_there(sys, config_page_behind(comm, page), PAGE_SIZE) : NULL;
	if (!there)
		return 0;
	return refuse_memory(why, -EADDRINUSE, config_number(cell, comm), comm,
			     "has a %s behind it that overlaps %s", what, there);
}

int config_check_registers_by_guest(const struct jailhouse_system *sys,
				    const struct jailhouse_cell_desc *cell,
				    struct config_reason *why)
{
	const struct jailhouse_link *links = config_links(cell);
	const struct jailhouse_ivshmem *devices = config_ivshmem(cell);
	const char *there;
	unsigned int n;
	int err = 0;

	for (n = 0; n < cell->num_links; n++) {
		there = shown_there(sys, links[n].address, JAILHOUSE_LINK_SIZE);
		if (there)
			return refuse_registers(why, "link", n, links[n].address, there);
	}
	for (n = 0; n < cell->num_ivshmem; n++) {
		there = shown_there(sys, devices[n].address, JAILHOUSE_IVSHMEM_SIZE);
		if (there)
			return refuse_registers(why, "ivshmem", n, devices[n].address, there);
	}
	for (n = 0; !err && n < CONFIG_PAGES_BEHIND; n++)
		err = check_page_behind(sys, cell, n, why);
	return err;
}

int config_check_phys_bits(const struct jailhouse_system *sys, unsigned int bits,
			   struct config_reason *why)
{
	const struct jailhouse_memory *mem = config_mem_regions(&sys->root_cell);
	const u64 end = BIT_ULL(MIN(bits, 52U));
	struct owned owned;
	unsigned int n;

	config_accept(why);
	for (n = 0; n < sys->root_cell.num_memory_regions; n++, mem++)
		if (mem->phys_start + mem->size > end)
			return refuse_memory(why, -EOVERFLOW, n, mem,
					     "of the root cell ends beyond the last address of this machine, 0x%llx",
					     end - 1);
	for (n = 0; n < count_owned(sys); n++) {
		owned = owned_range(sys, n);
		if (owned.size && owned.start + owned.size > end)
			return refuse(why, -EOVERFLOW,
				      "%s (0x%llx-0x%llx) ends beyond the last address of this machine, 0x%llx",
				      owned.what, owned.start, owned.start + owned.size, end - 1);
	}
	return 0;
}
