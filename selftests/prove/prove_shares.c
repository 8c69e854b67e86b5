// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/config_memory.c */
/* SOURCES: core/config_fits.c core/config_owned.c core/config_fields.c core/config_refuse.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c core/config_msix.c core/format.c */
/* SOURCES: core/string.c */
/* SOURCES: core/cpu_set.c */
/* RUN: all that is below */
/* FAULT: core/config_fits.c s/some = cpu_set_and(&cpus, &some);/some = (struct cpu_set){ { cpus.words[0] \& some.words[0] } };/ */
/* FAULT: core/config_fits.c s/if (cpu_set_equal(&cpus, root_cpus))/if (0)/ */
/* FAULT: core/config_fits.c s/some = cpu_set_without(&cpus, root_cpus);/some = cpu_set_without(\&some, root_cpus);/ */
/* FAULT: core/config_fits.c s/a->flags & b->flags & JAILHOUSE_PIO_ROOTSHARED)/a->flags \& JAILHOUSE_PIO_ROOTSHARED)/ */
/* FAULT: core/config_fits.c s/return pio->base + pio->length;/return pio->base + pio->length + 1;/ */
/* FAULT: core/config_fits.c s/return !in_pm_timer(fit, start) || !in_pm_timer(fit, end - 1);/return !in_pm_timer(fit, start);/ */
/* FAULT: core/config_fits.c s/const u32 end = MIN(a->base + a->length, b->base + b->length);/const u32 end = a->base + a->length;/ */
/* FAULT: core/config_fits.c s/bit < 128/bit < 127/ */
/* FAULT: core/config_fits.c s/config_has_pin(other, other->num_irqchips, address, pin)/config_has_pin(other, other->num_irqchips, root->num_irqchips ? 0 : address, pin)/ */
/* FAULT: core/config_fits.c s/config_find_device(other, other->num_pci_devices, domain/config_find_device(other, other->num_pci_devices, 0/ */
/*
 * CPUs, ports, pins and PCI devices of a cell that is accepted beside another one: they are the
 * root cell's, and none is the other cell's unless both share it. Nothing else is refused.
 * One CPU stays with the root cell; the ports of the PM timer are everybody's; ports that are
 * ignored are nobody's.
 *
 * Of CPUs, all sets of four from three words; of ports, every range of each cell and any two
 * of the root cell in the same seven, with any flags and any timer; of pins, sets of four at
 * both ends of an entry, on either of two chips; of devices, one of four for each cell.
 */
#include "prove.h"
#include <string.h>
#include "config_internal.h"
#include "memory_map.h"
#include "pio.h"

#define OF_ROOT	2

/* Of the lists, one at a time has entries. */
static struct {
	struct jailhouse_system head;
	u64 cpus[3];
	union {
		struct jailhouse_irqchip chip[OF_ROOT];
		struct jailhouse_pio pio[OF_ROOT];
		struct jailhouse_pci_device dev[OF_ROOT];
	};
} __packed sys;

struct small_cell {
	struct jailhouse_cell_desc desc;
	u64 cpus[3];
	union {
		struct jailhouse_irqchip chip;
		struct jailhouse_pio pio;
		struct jailhouse_pci_device dev;
	};
} __packed;

static struct small_cell cell, other;
static struct cpu_set root_cpus;

/* No cell here has memory. */
const struct jailhouse_memory *memory_map_find(const struct memory_map *map, u64 hpa)
{
	return NULL;
}

static bool accepted(void)
{
	const struct jailhouse_cell_desc *const others[] = { &other.desc };
	struct config_reason why;

	REACHED();
	return !config_check_cell_fits(&cell.desc, &sys.head, NULL, others, 1, &root_cpus, &why);
}

static void begin(void)
{
	memset(&sys, 0, sizeof(sys));
	memset(&cell, 0, sizeof(cell));
	memset(&other, 0, sizeof(other));
	sys.head.root_cell.name[0] = 'r';
	cell.desc.name[0] = 'c';
	other.desc.name[0] = 'o';
	sys.head.root_cell.cpu_set_size = sizeof(sys.cpus);
	cell.desc.cpu_set_size = sizeof(cell.cpus);
	other.desc.cpu_set_size = sizeof(other.cpus);
	cell.cpus[0] = 2;
	other.cpus[0] = 4;
	root_cpus = (struct cpu_set){ { 3 } };
}

/* CPUs 0, 63, 64 and 128. */
static struct cpu_set spread(unsigned int set)
{
	return (struct cpu_set){ { (set & 1) | (u64)(set >> 1 & 1) << 63, set >> 2 & 1,
				   set >> 3 & 1 } };
}

static void set_cpus(struct small_cell *any, unsigned int set)
{
	const struct cpu_set cpus = spread(set);

	memcpy(any->cpus, &cpus, sizeof(any->cpus));
}

static void check_cpus(void)
{
	unsigned int a, b, root;

	begin();
	for (root = 0; root < 16; root++)
		for (b = 1; b < 16; b++)
			for (a = 1; a < 16; a++) {
				root_cpus = spread(root);
				set_cpus(&cell, a);
				set_cpus(&other, b);
				PROVE(accepted() == (!(a & ~root) && !(a & b) && a != root),
				      "CPUs of the root cell, of no other one, and not all");
			}
}

#define PORT	0x3f8U
#define PORTS	7U

static bool has_port(const struct jailhouse_pio *pio, u32 port)
{
	return port >= pio->base && port - pio->base < pio->length;
}

static bool ports_are_free(void)
{
	const u32 timer = sys.head.platform_info.pm_timer_address;
	const u16 both = cell.pio.flags & other.pio.flags;
	const u16 either = cell.pio.flags | other.pio.flags;
	u32 port;

	if (cell.pio.flags & JAILHOUSE_PIO_IGNORE)
		return true;
	for (port = PORT; port < PORT + PORTS; port++) {
		if (!has_port(&cell.pio, port) || (timer && port >= timer && port < timer + 4))
			continue;
		if (!has_port(&sys.pio[0], port) && !has_port(&sys.pio[1], port))
			return false;
		if (has_port(&other.pio, port) && !(either & JAILHOUSE_PIO_IGNORE) &&
		    !(both & JAILHOUSE_PIO_ROOTSHARED))
			return false;
	}
	return true;
}

/* Each range in the window; then each once more, with other flags. */
static bool next_range(struct jailhouse_pio *range, u16 last_flags)
{
	if (range->base + ++range->length <= PORT + PORTS)
		return true;
	range->length = 1;
	if (++range->base < PORT + PORTS)
		return true;
	range->base = PORT;
	return range->flags++ < last_flags;
}

static const struct jailhouse_pio first_range = PIO_RANGE(PORT, 1);

static void check_ports_of_cells(void)
{
	static unsigned int n;

	cell.pio = first_range;
	do {
		other.pio = first_range;
		do {
			sys.head.platform_info.pm_timer_address =
				(u16)(n % 5 ? PORT + n % 5 - 1 : 0);
			n++;
			PROVE(accepted() == ports_are_free(),
			      "ports of the root cell, and of no other one unless both share them");
		} while (next_range(&other.pio, 3));
	} while (next_range(&cell.pio, 3));
}

static void check_ports(void)
{
	begin();
	sys.head.root_cell.num_pio_regions = OF_ROOT;
	cell.desc.num_pio_regions = 1;
	other.desc.num_pio_regions = 1;
	sys.pio[0] = first_range;
	do {
		sys.pio[1] = first_range;
		do
			check_ports_of_cells();
		while (next_range(&sys.pio[1], 0));
	} while (next_range(&sys.pio[0], 0));
}

/* Pins 0, 31, 32 and 127 of an entry. */
static void set_pins(struct jailhouse_irqchip *chip, u64 address, unsigned int choice)
{
	*chip = (struct jailhouse_irqchip){
		.address = address, .pin_base = choice >> 4 & 1 ? 31 : 0,
		.pin_bitmap = { (choice & 1) | (choice >> 1 & 1) << 31, choice >> 2 & 1, 0,
				(choice >> 3 & 1) << 31 },
	};
}

static bool has_pin_at(const struct jailhouse_irqchip *chip, u64 address, u32 pin)
{
	const u32 bit = pin - chip->pin_base;

	return chip->address == address && pin >= chip->pin_base && bit < 128 &&
	       chip->pin_bitmap[bit / 32] >> bit % 32 & 1;
}

static bool pins_are_free(void)
{
	const u64 at = cell.chip.address;
	u32 pin;

	for (pin = 0; pin < 160; pin++) {
		if (!has_pin_at(&cell.chip, at, pin))
			continue;
		if (!has_pin_at(&sys.chip[0], at, pin) && !has_pin_at(&sys.chip[1], at, pin))
			return false;
		if (has_pin_at(&other.chip, at, pin))
			return false;
	}
	return true;
}

static void check_pins(void)
{
	unsigned int a, b, root;

	begin();
	sys.head.root_cell.num_irqchips = OF_ROOT;
	cell.desc.num_irqchips = 1;
	other.desc.num_irqchips = 1;
	for (root = 0; root < 64; root++) {
		set_pins(&sys.chip[0], 0xfec00000, root & 31);
		set_pins(&sys.chip[1], root & 32 ? 0xfec00000 : 0xfec01000, (root ^ 5) & 31);
		for (b = 0; b < 64; b++) {
			set_pins(&other.chip, b & 32 ? 0xfec00000 : 0xfec01000, b & 31);
			for (a = 0; a < 64; a++) {
				set_pins(&cell.chip, a & 32 ? 0xfec00000 : 0xfec01000, a & 31);
				PROVE(accepted() == pins_are_free(),
				      "pins of the root cell, and of no other one");
			}
		}
	}
}

static void set_device(struct jailhouse_pci_device *dev, unsigned int choice)
{
	*dev = (struct jailhouse_pci_device){ .domain = choice & 1, .bdf = choice >> 1 & 1 };
}

static void check_devices(void)
{
	unsigned int a, b, root;

	begin();
	sys.head.root_cell.num_pci_devices = OF_ROOT;
	cell.desc.num_pci_devices = 1;
	other.desc.num_pci_devices = 1;
	for (root = 0; root < 16; root++) {
		set_device(&sys.dev[0], root & 3);
		set_device(&sys.dev[1], root >> 2);
		for (b = 0; b < 4; b++)
			for (a = 0; a < 4; a++) {
				set_device(&cell.dev, a);
				set_device(&other.dev, b);
				PROVE(accepted() == ((a == (root & 3) || a == root >> 2) && a != b),
				      "devices of the root cell, and of no other one");
			}
	}
}

int main(void)
{
	check_cpus();
	check_ports();
	check_pins();
	check_devices();
	return 0;
}
