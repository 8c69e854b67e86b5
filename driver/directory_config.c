// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cell's configuration, said in directories, becomes one like any other, that is checked like
 * any other: nothing is trusted more. Asks nobody but what it is given, and runs on the host, too.
 */
#include "directory_assembly.h"
#include "directory_names.h"
#include "facts.h"
#include "placement.h"
#include "reason.h"
#include "supply.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include <config_check.h>

#define COMM_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION)
#define BAR_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO)

/* Pins that one struct jailhouse_irqchip has room for. */
#define PINS_PER_ENTRY	128U

/*
 * Memory
 */

static bool covers_comm(const struct placement_piece *piece)
{
	return piece->address < PLACEMENT_COMM_REGION + PAGE_SIZE &&
	       piece->address + piece->size > PLACEMENT_COMM_REGION;
}

static int add_pieces(struct assembly *a, const struct directory *directory,
		      const struct placement_piece *pieces, unsigned int num_pieces)
{
	u64 physical = directory->memory.placed_physical;

	for (; num_pieces--; physical += pieces->size, pieces++) {
		if (covers_comm(pieces))
			return jh_refuse(a->why, -EADDRINUSE,
					 "0x%llx-0x%llx covers the communication page at 0x%llx, auto goes around it",
					 pieces->address, pieces->address + pieces->size,
					 PLACEMENT_COMM_REGION);
		jh_assembly_add_region(a, physical, pieces->address, pieces->size,
				       directory->memory.flags);
	}
	return 0;
}

static int check_memory(const struct assembly *a, const struct directory *directory)
{
	if (!directory->memory.size)
		return jh_assembly_refuse_unwritten(a, DIRECTORY_MEMORY, directory, "/size");
	if (directory->memory.flags & JAILHOUSE_MEM_IO &&
	    directory->memory.physical == DIRECTORY_AUTO)
		return jh_assembly_refuse_unwritten(a, DIRECTORY_MEMORY, directory, "/physical");
	return 0;
}

static int place_memory(struct assembly *a, struct directory *directory, u64 *cursor)
{
	struct placement_piece pieces[PLACEMENT_MAX_PIECES];
	struct directory_memory *memory = &directory->memory;
	int num_pieces, err;

	num_pieces = jh_place_address(a->cell, directory, cursor, pieces, a->why);
	if (num_pieces < 0)
		return jh_assembly_refuse(a, num_pieces, DIRECTORY_MEMORY, directory, "/address");
	err = jh_place_physical(a->cell, directory, pieces, a->machine, &memory->placed_physical,
				a->why);
	if (err)
		return jh_assembly_refuse(a, err, DIRECTORY_MEMORY, directory, "/physical");
	memory->placed_address = pieces[0].address;
	memory->first_region = a->desc->num_memory_regions;
	memory->num_regions = num_pieces;
	err = add_pieces(a, directory, pieces, num_pieces);
	return err ? jh_assembly_refuse(a, err, DIRECTORY_MEMORY, directory, "/address") : 0;
}

/* A page at least: what shares it with the BAR, goes with it. */
static void add_bars(struct assembly *a)
{
	const struct directory *directory = a->cell->first[DIRECTORY_DEVICES];
	const struct directory_bar *bar;
	u64 start;

	for (; directory; directory = directory->next)
		for (bar = directory->device.bars; bar < directory->device.bars + DIRECTORY_BARS;
		     bar++) {
			if (!bar->size || bar->ports)
				continue;
			start = round_down(bar->start, PAGE_SIZE);
			jh_assembly_add_region(a, start, start,
					       round_up(bar->start + bar->size, PAGE_SIZE) - start,
					       BAR_FLAGS);
		}
}

/* What was placed last time is free again, before anything is placed. */
static void forget_places(const struct assembly *a)
{
	struct directory *directory = a->cell->first[DIRECTORY_MEMORY];

	for (; directory; directory = directory->next) {
		directory->memory.placed_physical = directory->memory.physical;
		directory->memory.num_regions = 0;
	}
	directory = a->cell->first[DIRECTORY_IVSHMEM];
	for (; directory; directory = directory->next) {
		directory->ivshmem.placed_physical = DIRECTORY_AUTO;
		directory->ivshmem.num_regions = 0;
	}
}

/*
 * Each is one region at least, beside the communication page. To find a place for one takes longer
 * the more there are: nobody is to wait for places of which nothing comes.
 */
static int check_all_memory(const struct assembly *a)
{
	const struct directory *directory = a->cell->first[DIRECTORY_MEMORY];
	unsigned int count = 0;
	int err = 0;

	for (; directory && !err; directory = directory->next, count++)
		err = check_memory(a, directory);
	if (!err && count >= CONFIG_MAX_MEMORY_REGIONS)
		err = jh_refuse(a->why, -E2BIG,
				"memory: there are %u directories in it, %u is the limit", count,
				CONFIG_MAX_MEMORY_REGIONS - 1);
	return err;
}

static int add_all_memory(struct assembly *a)
{
	struct directory *directory;
	u64 cursor = 0;
	int err;

	forget_places(a);
	err = check_all_memory(a);
	for (directory = a->cell->first[DIRECTORY_MEMORY]; directory && !err;
	     directory = directory->next)
		err = place_memory(a, directory, &cursor);
	if (err)
		return err;
	jh_assembly_add_region(a, 0, PLACEMENT_COMM_REGION, PAGE_SIZE, COMM_FLAGS);
	add_bars(a);
	return jh_assembly_add_sections(a, &cursor);
}

/*
 * Interrupts
 */

static const struct facts_ioapic *find_ioapic(const struct assembly *a,
					      const struct directory_interrupt *interrupt,
					      u32 *pin)
{
	const struct facts_ioapic *ioapic = a->machine->supply->ioapics;
	unsigned int n;

	for (n = 0; n < a->machine->supply->num_ioapics; n++, ioapic++) {
		*pin = interrupt->chip == DIRECTORY_GSI ? interrupt->pin - ioapic->gsi_base :
							  interrupt->pin;
		if ((interrupt->chip == DIRECTORY_GSI || interrupt->chip == n) &&
		    *pin < ioapic->pins)
			return ioapic;
	}
	return NULL;
}

static struct jailhouse_irqchip *find_chip(struct assembly *a, const struct facts_ioapic *ioapic,
					   u32 pin)
{
	struct jailhouse_irqchip *chip = (struct jailhouse_irqchip *)config_irqchips(a->desc);
	struct jailhouse_irqchip new = {
		.address = ioapic->address, .id = ioapic->id,
		.pin_base = round_down(pin, PINS_PER_ENTRY),
	};

	for (; (void *)chip < a->end; chip++)
		if (chip->address == new.address && chip->pin_base == new.pin_base)
			return chip;
	jh_assembly_add(a, &new, sizeof(new));
	a->desc->num_irqchips++;
	return chip;
}

static int add_interrupt(struct assembly *a, const struct directory *directory)
{
	const struct facts_ioapic *ioapic;
	struct jailhouse_irqchip *chip;
	u32 pin, bit;

	if (!directory->interrupt.written)
		return jh_assembly_refuse_unwritten(a, DIRECTORY_INTERRUPTS, directory, "/pin");
	ioapic = find_ioapic(a, &directory->interrupt, &pin);
	if (!ioapic) {
		jh_refuse(a->why, -ENXIO, "no I/O APIC of this machine has it");
		return jh_assembly_refuse(a, -ENXIO, DIRECTORY_INTERRUPTS, directory, "/pin");
	}
	chip = find_chip(a, ioapic, pin);
	bit = pin - chip->pin_base;
	if (chip->pin_bitmap[bit / 32] >> bit % 32 & 1) {
		jh_refuse(a->why, -EADDRINUSE, "another directory has this pin");
		return jh_assembly_refuse(a, -EADDRINUSE, DIRECTORY_INTERRUPTS, directory, "/pin");
	}
	chip->pin_bitmap[bit / 32] |= 1U << bit % 32;
	return 0;
}

static int add_all_interrupts(struct assembly *a)
{
	const struct directory *directory = a->cell->first[DIRECTORY_INTERRUPTS];
	int err = 0;

	for (; directory && !err; directory = directory->next)
		err = add_interrupt(a, directory);
	return err;
}

/*
 * Devices
 */

/* In the words of the root cell. */
static int add_all_devices(struct assembly *a)
{
	const struct jailhouse_cell_desc *root = &a->machine->system->root_cell;
	const struct directory *directory = a->cell->first[DIRECTORY_DEVICES];
	const struct jailhouse_pci_device *owned;
	struct jailhouse_pci_device dev;

	for (; directory; directory = directory->next) {
		owned = config_find_device(root, root->num_pci_devices, directory->device.domain,
					   directory->device.bdf);
		if (!owned) {
			jh_refuse(a->why, -ENXIO,
				  "the root cell has no such function: it was not there when the machine was described (create virtual functions, SR-IOV, before you enable)");
			return jh_assembly_refuse(a, -ENXIO, DIRECTORY_DEVICES, directory, "");
		}
		dev = *owned;
		if (directory->device.owns_pin)
			dev.type |= JAILHOUSE_PCI_OWNS_PIN;
		if (directory->device.no_flr)
			dev.type |= JAILHOUSE_PCI_NO_FLR;
		jh_assembly_add(a, &dev, sizeof(dev));
		a->desc->num_pci_devices++;
	}
	return 0;
}

/*
 * The rest
 */

/* A Linux knows nothing of the hypervisor's log, but the virtual console prints there as well. */
static enum directory_console console_of(const struct directories *cell)
{
	return cell->console == DIRECTORY_LOG && cell->start == DIRECTORY_LINUX ?
	       DIRECTORY_VIRTUAL : cell->console;
}

static void set_console(struct jailhouse_cell_desc *desc, const struct directories *cell)
{
	const enum directory_console console = console_of(cell);

	if (console == DIRECTORY_LOG)
		desc->flags |= JAILHOUSE_CELL_DEBUG_CONSOLE;
	if (console == DIRECTORY_VIRTUAL)
		desc->flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE;
	if (console == DIRECTORY_VIRTUAL || console == DIRECTORY_UART)
		desc->console = (struct jailhouse_console){
			.address = cell->console_port,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
		};
}

/*
 * A Linux is interrupted when it is asked to shut down, if it is asked, and by its console: where
 * it has to look by itself, it does so a hundred times a second.
 */
static u32 flags_of(const struct directories *cell)
{
	u32 flags = cell->flags;

	if (cell->start != DIRECTORY_LINUX)
		return flags;
	if (!(flags & JAILHOUSE_CELL_PASSIVE_COMMREG))
		flags |= JAILHOUSE_CELL_MESSAGE_PIN;
	if (console_of(cell) == DIRECTORY_VIRTUAL)
		flags |= JAILHOUSE_CELL_CONSOLE_PIN;
	return flags;
}

static int begin(struct assembly *a)
{
	struct jailhouse_cell_desc *desc = a->desc;

	*desc = (struct jailhouse_cell_desc){
		.revision = JAILHOUSE_CONFIG_REVISION,
		.flags = flags_of(a->cell),
		.cpu_set_size = sizeof(a->cell->cpus),
		.cpu_reset_address = jh_directories_entry(a->cell),
	};
	memcpy(desc->signature, JAILHOUSE_CELL_DESC_SIGNATURE, sizeof(desc->signature));
	memcpy(desc->name, a->name, strnlen(a->name, sizeof(desc->name) - 1));
	set_console(desc, a->cell);
	a->end = desc + 1;
	if (!a->cell->has_cpus)
		return jh_refuse(a->why, -ENODATA, "cpus: nothing was written");
	if (!a->cell->first[DIRECTORY_MEMORY])
		return jh_refuse(a->why, -ENODATA, "memory: there is no directory in it");
	jh_assembly_add(a, &a->cell->cpus, sizeof(a->cell->cpus));
	return 0;
}

static int finish(struct assembly *a, size_t *size)
{
	struct config_reason reason;
	int err;

	*size = a->end - (void *)a->desc;
	a->desc->total_size = *size;
	a->desc->checksum = config_checksum(a->desc, *size);
	err = config_check_cell(a->desc, *size, &reason);
	if (!err)
		return 0;
	jh_refuse(a->why, err, "%s", reason.text);
	jh_directories_explain(a->cell, a->why);
	return err;
}

/**
 * jh_directories_assemble() - make a configuration of what was said
 * @name: of the cell
 * @cell: what was said; its memory learns where it lies
 * @machine: what there is, and who has something already
 * @blob: receives the configuration, jh_directories_room() bytes
 * @size: receives how many of them
 * @why: receives the reason
 *
 * Context: any; allocates nothing.
 *
 * Return: 0, -ENODATA if something is missing, -ENOSPC if there is no RAM for it, -ENXIO for a pin
 * or device that the machine does not have, or a link or ivshmem device that a peer has not,
 * -ENOENT for a peer that is no cell, -EADDRINUSE, -E2BIG, -EINVAL, those of config_check_cell().
 */
int jh_directories_assemble(const char *name, struct directories *cell,
			    const struct directory_machine *machine, void *blob, size_t *size,
			    struct reason *why)
{
	struct assembly a = {
		.name = name, .cell = cell, .machine = machine, .desc = blob, .why = why,
	};
	int err;

	err = begin(&a);
	if (!err)
		err = add_all_memory(&a);
	if (!err)
		err = add_all_interrupts(&a);
	if (!err)
		err = jh_assembly_add_ports(&a);
	if (!err)
		err = add_all_devices(&a);
	if (!err)
		err = jh_assembly_add_links(&a);
	if (!err)
		err = jh_assembly_add_ivshmem(&a);
	return err ?: finish(&a, size);
}
