// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells that were said in directories: what comes of it passes the check of the hypervisor, lies
 * where nobody else is, and says what a person would have written; what is missing, or cannot be,
 * is refused in the names of the directories.
 */
/* HOST: kernel */
/* BESIDE: reason.c */
/* SOURCES: ../driver/directory.c ../driver/directory_config.c ../driver/directory_names.c */
/* SOURCES: ../driver/placement.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/config_fits.c */
/* SOURCES: core/config_ivshmem.c */
/* SOURCES: core/config_links.c core/config_msix.c core/config_owned.c core/config_refuse.c */
/* SOURCES: core/memory_map.c core/format.c core/string.c */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../driver/directory.h"
#include "../../driver/directory_names.h"
#include "../../driver/reason.h"
#include "../../driver/supply.h"

#include "config_check.h"
#include "memory_map.h"

#define MIB		0x100000ULL
#define RESERVE		0x3a000000ULL
#define HYPERVISOR_SIZE	(16 * MIB)
#define RESERVE_END	(RESERVE + 66 * MIB)
#define NIC		0x0018
#define RAM		(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
			 JAILHOUSE_MEM_DMA)

/* A machine of 1 GiB, with 66 MiB reserved, two I/O APICs, and one PCI function. */
static struct {
	struct jailhouse_system system;
	struct jailhouse_memory regions[3];
	struct jailhouse_irqchip chips[3];
	struct jailhouse_pio ports[2];
	struct jailhouse_pci_device devices[1];
} __packed root = {
	.system = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.hypervisor_memory = { .phys_start = RESERVE, .size = HYPERVISOR_SIZE },
		.platform_info.pm_timer_address = 0x608,
		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = "root",
			.num_memory_regions = ARRAY_SIZE(root.regions),
			.num_irqchips = ARRAY_SIZE(root.chips),
			.num_pio_regions = ARRAY_SIZE(root.ports),
			.num_pci_devices = ARRAY_SIZE(root.devices),
		},
	},
	.regions = {
		{ 0, 0, RESERVE, RAM },
		{ RESERVE + HYPERVISOR_SIZE, RESERVE + HYPERVISOR_SIZE,
		  0x40000000 - RESERVE - HYPERVISOR_SIZE, RAM },
		{ 0x40000000, 0x40000000, 0xbec00000,
		  JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO },
	},
	.chips = {
		{ .address = 0xfec00000, .id = 1, .pin_bitmap = { 0xffffff } },
		{ .address = 0xfec01000, .id = 2, .pin_bitmap = { ~0U, ~0U, ~0U, ~0U } },
		{ .address = 0xfec01000, .id = 2, .pin_base = 128, .pin_bitmap = { 0xff } },
	},
	.ports = { PIO_RANGE(0, 0xcf8), PIO_RANGE(0xd00, 0xf300) },
	.devices = { { .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = NIC } },
};

static const struct supply supply = {
	.ranges = { { RESERVE, RESERVE_END } }, .num_ranges = 1,
	.ioapics = { { 0xfec00000, 1, 0, 24 }, { 0xfec01000, 2, 24, 136 } }, .num_ioapics = 2,
};

static const struct jailhouse_cell_desc *others[4];
static struct directory_machine machine = {
	.supply = &supply, .system = &root.system, .others = others,
};

/* What a test says, and what comes of it. */
static struct directories cell;
static struct directory directories[1100];
static unsigned int num_directories;
static struct jailhouse_cell_desc *made;
static struct reason why;

static void begin(void)
{
	root.system.total_size = sizeof(root);
	root.system.root_cell.total_size =
		sizeof(root) - (u32)offsetof(struct jailhouse_system, root_cell);
	root.system.checksum = config_checksum(&root, sizeof(root));
	machine.supply = &supply;
	machine.num_others = 0;
	num_directories = 0;
	jh_directories_init(&cell);
	cell.cpus = cpu_set_of(3);
	cell.has_cpus = true;
	made = NULL;
	why.text[0] = '\0';
}

static struct directory *say(enum directory_kind kind, const char *name)
{
	struct directory *directory = &directories[num_directories++];

	memset(directory, 0, sizeof(*directory));
	strcpy(directory->name, name);
	jh_directories_add(&cell, kind, directory);
	return directory;
}

static struct directory_memory *say_memory(const char *name, u64 size)
{
	struct directory *directory = say(DIRECTORY_MEMORY, name);

	directory->memory.size = size;
	return &directory->memory;
}

static void say_pin(const char *name, u32 chip, u32 pin)
{
	say(DIRECTORY_INTERRUPTS, name)->interrupt = (struct directory_interrupt){
		.written = true, .chip = chip, .pin = pin,
	};
}

static void say_ports(const char *name, u32 first, u32 count, u32 flags)
{
	say(DIRECTORY_PORTS, name)->ports = (struct directory_ports){ first, count, flags };
}

/* What comes of it fits the machine, or an errno. */
static int assemble_as(const char *name)
{
	const struct cpu_set cpus = { { 0xf } };
	static struct memory_map map;
	struct config_reason reason;
	size_t size, room = jh_directories_room(&cell);
	void *blob = malloc(room);
	int err = jh_directories_assemble(name, &cell, &machine, blob, &size, &why);

	if (err) {
		free(blob);
		return err;
	}
	made = blob;
	CHECK(size <= room);
	CHECK_EQ(config_check_system(&root, sizeof(root), &reason), 0);
	CHECK_EQ(config_check_cell(blob, size, &reason), 0);
	memory_map_init(&map, &root.system.root_cell);
	err = config_check_cell_fits(blob, &root.system, &map, others, machine.num_others, &cpus,
				     &reason);
	if (err)
		printf("# %s\n", reason.text);
	return err;
}

static int assemble(void)
{
	return assemble_as("demo");
}

static void end(void)
{
	free(made);
	made = NULL;
}

static const struct jailhouse_memory *region(u64 address)
{
	const struct jailhouse_memory *mem = config_mem_regions(made);
	unsigned int n;

	for (n = 0; n < made->num_memory_regions; n++, mem++)
		if (address >= mem->virt_start && address - mem->virt_start < mem->size)
			return mem;
	return NULL;
}

static bool says(const char *text)
{
	if (strstr(why.text, text))
		return true;
	printf("# it says: %s\n", why.text);
	return false;
}

UNIT(cpus_and_a_size_are_enough)
{
	begin();
	say_memory("ram", MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK(!strcmp(made->name, "demo"));
	CHECK_EQ(made->cpu_reset_address, 0xffff0);
	CHECK_EQ(made->flags, JAILHOUSE_CELL_DEBUG_CONSOLE);
	CHECK_EQ(made->console.type, JAILHOUSE_CON_TYPE_NONE);
	CHECK_EQ(made->num_memory_regions, 2);
	CHECK_EQ(region(0)->phys_start, RESERVE_END - MIB);
	CHECK_EQ(region(0)->size, MIB);
	CHECK_EQ(region(0)->flags, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				   JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE);
	CHECK_EQ(region(MIB)->flags, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				     JAILHOUSE_MEM_COMM_REGION);
	end();
}

/* Both parts lie in one range of the machine, the second one on a large page. */
UNIT(large_memory_goes_around_the_communication_page)
{
	struct directory_memory *ram;

	begin();
	ram = say_memory("ram", 32 * MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_memory_regions, 3);
	CHECK_EQ(region(0)->size, MIB);
	CHECK_EQ(region(2 * MIB)->size, 31 * MIB);
	CHECK_EQ(region(2 * MIB)->phys_start, region(0)->phys_start + MIB);
	CHECK_EQ(region(2 * MIB)->phys_start % (2 * MIB), 0);
	CHECK(region(0)->phys_start >= RESERVE + HYPERVISOR_SIZE);
	CHECK_EQ(ram->placed_physical, region(0)->phys_start);
	CHECK_EQ(ram->placed_address, 0);
	end();
}

/* Without large pages rather than not at all. */
UNIT(all_that_is_free)
{
	begin();
	say_memory("ram", 50 * MIB);
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(region(0)->phys_start, RESERVE + HYPERVISOR_SIZE);
	end();
	begin();
	say_memory("ram", 50 * MIB + 4096);
	CHECK_EQ(assemble(), -ENOSPC);
	CHECK(says("memory/ram/physical: 51204 KiB are not free"));
	CHECK(says("51200 KiB are"));
}

UNIT(nothing_is_reserved)
{
	static const struct supply nothing;

	begin();
	machine.supply = &nothing;
	say_memory("ram", MIB);
	CHECK_EQ(assemble(), -ENOSPC);
	CHECK(says("no RAM is reserved for cells"));
}

/* Several are placed one after the other, in the order of names, whoever came first. */
UNIT(several_in_the_order_of_names)
{
	begin();
	say_memory("c", 4096);
	say_memory("a", MIB / 2);
	say_memory("b", MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(region(0)->size, MIB / 2);
	CHECK_EQ(region(0)->phys_start, RESERVE_END - MIB / 2);
	CHECK_EQ(region(MIB / 2)->size, MIB / 2);
	CHECK_EQ(region(2 * MIB)->size, MIB / 2);
	CHECK_EQ(region(2 * MIB + MIB / 2)->size, 4096);
	CHECK_EQ(region(2 * MIB + MIB / 2)->phys_start, RESERVE_END - 3 * MIB / 2 - 4096);
	end();
}

/* What has a place keeps it, and the rest goes around it, on both sides. */
UNIT(around_what_has_its_place)
{
	struct directory_memory *fixed;

	begin();
	fixed = say_memory("shared", 2 * MIB);
	fixed->address = 4 * MIB;
	fixed->physical = RESERVE_END - 4 * MIB;
	fixed->flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED;
	say_memory("ram", 8 * MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(region(0)->size, MIB);
	CHECK_EQ(region(2 * MIB)->size, 2 * MIB);
	CHECK_EQ(region(4 * MIB)->phys_start, RESERVE_END - 4 * MIB);
	CHECK_EQ(region(6 * MIB)->size, 5 * MIB);
	CHECK(region(6 * MIB)->phys_start + 5 * MIB <= RESERVE_END - 4 * MIB);
	end();
}

/* Not where a PC has its interrupt chips. */
UNIT(more_than_3_gib)
{
	static const struct supply large = {
		.ranges = { { 0x100000000, 0x300000000 } }, .num_ranges = 1,
	};

	begin();
	machine.supply = &large;
	say_memory("ram", 4096 * MIB);
	CHECK_EQ(assemble(), -ENXIO);
	CHECK_EQ(region(2 * MIB)->size, 3070 * MIB);
	CHECK_EQ(region(0x100000000)->size, 1025 * MIB);
	end();
}

/* What another cell has is not taken from it, nor is the same given twice. */
UNIT(beside_other_cells)
{
	struct jailhouse_cell_desc *first;

	begin();
	say_memory("ram", 20 * MIB);
	CHECK_EQ(assemble_as("first"), 0);
	first = made;
	begin();
	others[0] = first;
	machine.num_others = 1;
	cell.cpus = cpu_set_of(2);
	say_memory("ram", 20 * MIB);
	if (CHECK_EQ(assemble(), 0))
		CHECK(region(0)->phys_start + 20 * MIB <= config_mem_regions(first)->phys_start);
	end();
	/* What lies above and below the other one is not one range. */
	say_memory("more", 20 * MIB);
	CHECK_EQ(assemble(), -ENOSPC);
	CHECK(says("memory/ram/physical: 20480 KiB"));
	free(first);
}

UNIT(twice_the_same_is_placed_alike)
{
	u64 physical;

	begin();
	say_memory("ram", MIB);
	CHECK_EQ(assemble(), 0);
	physical = region(0)->phys_start;
	end();
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(region(0)->phys_start, physical);
	end();
}

UNIT(ports_and_a_console_there)
{
	begin();
	say_memory("ram", MIB);
	say_ports("uart", 0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED);
	cell.console = DIRECTORY_UART;
	cell.console_port = 0x2f8;
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->flags, 0);
	CHECK_EQ(made->console.type, JAILHOUSE_CON_TYPE_8250);
	CHECK_EQ(made->console.address, 0x2f8);
	CHECK_EQ(made->num_pio_regions, 1);
	CHECK_EQ(config_pio(made)->flags, JAILHOUSE_PIO_ROOTSHARED);
	end();
	cell.console_port = 0x2f9;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("console: port 0x300 is in no directory"));
	cell.first[DIRECTORY_PORTS]->ports.flags = JAILHOUSE_PIO_IGNORE;
	cell.console_port = 0x2f8;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("console: port 0x2f8 is in no directory"));
}

UNIT(more_ports_than_a_configuration_has_room_for)
{
	char name[8];
	u32 n;

	begin();
	say_memory("ram", MIB);
	for (n = 0; n < 1024; n++) {
		snprintf(name, sizeof(name), "p%u", n % 1024);
		say_ports(name, 0x1000 + 2 * n, 1, 0);
	}
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(made->num_pio_regions, 1024);
	end();
	say_ports("one", 0x300, 1, 0);
	CHECK_EQ(assemble(), -E2BIG);
	CHECK(says("num_pio_regions is 1025, 1024 is the limit"));
}

/* Places are looked for only if there can be so many. */
UNIT(more_memory_than_a_configuration_has_room_for)
{
	char name[8];
	u32 n;

	begin();
	for (n = 0; n < 1023; n++) {
		snprintf(name, sizeof(name), "m%u", n);
		say_memory(name, PAGE_SIZE);
	}
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(made->num_memory_regions, 1024);
	end();
	say_memory("one", PAGE_SIZE);
	directories[1023].memory.placed_physical = 0;
	CHECK_EQ(assemble(), -E2BIG);
	CHECK(says("memory: there are 1024 directories in it, 1023 is the limit"));
	CHECK_EQ(directories[1023].memory.placed_physical, DIRECTORY_AUTO);
}

UNIT(a_virtual_console)
{
	begin();
	say_memory("ram", MIB);
	cell.console = DIRECTORY_VIRTUAL;
	cell.console_port = 0x3f8;
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->flags, JAILHOUSE_CELL_VIRTUAL_CONSOLE);
	CHECK_EQ(made->console.address, 0x3f8);
	end();
}

UNIT(pins_by_chip_and_by_number)
{
	begin();
	say_memory("ram", MIB);
	say_pin("a", 0, 4);
	say_pin("b", DIRECTORY_GSI, 23);
	say_pin("c", DIRECTORY_GSI, 24);
	say_pin("d", 1, 130);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_irqchips, 3);
	CHECK_EQ(config_irqchips(made)[0].pin_bitmap[0], 1U << 4 | 1U << 23);
	CHECK_EQ(config_irqchips(made)[0].id, 1);
	CHECK_EQ(config_irqchips(made)[1].address, 0xfec01000);
	CHECK_EQ(config_irqchips(made)[1].pin_bitmap[0], 1);
	CHECK_EQ(config_irqchips(made)[2].pin_base, 128);
	CHECK_EQ(config_irqchips(made)[2].pin_bitmap[0], 4);
	end();
	say_pin("e", 1, 0);
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("interrupts/e/pin: another directory"));
}

UNIT(pins_that_are_not_there)
{
	static const struct { u32 chip, pin; } rows[] = {
		{ 0, 24 }, { 1, 136 }, { 2, 0 }, { DIRECTORY_GSI, 160 }, { DIRECTORY_GSI, ~0U },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		begin();
		say_memory("ram", MIB);
		say_pin("a", rows[n].chip, rows[n].pin);
		CHECK_EQ(assemble(), -ENXIO);
		CHECK(says("interrupts/a/pin: no I/O APIC"));
	}
}

/* With its registers, which lie to the cell where they lie. */
UNIT(a_device)
{
	struct directory *nic;

	begin();
	say_memory("ram", MIB);
	nic = say(DIRECTORY_DEVICES, "0000:00:03.0");
	nic->device = (struct directory_device){
		.bdf = NIC,
		.bars = { { 0xfebc0800, 0x1000, false }, { 0xc000, 0x40, true } },
	};
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_pci_devices, 1);
	CHECK_EQ(config_pci(made)->bdf, NIC);
	CHECK_EQ(config_pci(made)->type, JAILHOUSE_PCI_TYPE_DEVICE);
	CHECK_EQ(region(0xfebc0800)->phys_start, 0xfebc0000);
	CHECK_EQ(region(0xfebc0800)->size, 0x2000);
	CHECK_EQ(region(0xfebc0800)->flags,
		 JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO);
	CHECK_EQ(config_pio(made)->base, 0xc000);
	CHECK_EQ(config_pio(made)->length, 0x40);
	end();
	/* Its pin is the cell's, if the cell has one. */
	nic->device.owns_pin = true;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("devices/0000:00:03.0"));
	say_pin("a", 0, 11);
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(config_pci(made)->type, JAILHOUSE_PCI_TYPE_DEVICE | JAILHOUSE_PCI_OWNS_PIN);
	end();
	nic->device.bdf = NIC + 1;
	CHECK_EQ(assemble(), -ENXIO);
	CHECK(says("devices/0000:00:03.0: the root cell has no such function"));
}

UNIT(registers_that_are_no_device_of_pci)
{
	struct directory_memory *hpet;

	begin();
	say_memory("ram", MIB);
	hpet = say_memory("hpet", 4096);
	hpet->flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO;
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("memory/hpet/physical: nothing was written"));
	hpet->physical = 0xf0000000;
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(region(0xf0000000)->phys_start, 0xf0000000);
	end();
}

UNIT(what_is_missing_is_named)
{
	begin();
	cell.has_cpus = false;
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("cpus: nothing was written"));
	begin();
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("memory: there is no directory in it"));
	say_memory("ram", 0);
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("memory/ram/size: nothing was written"));
	begin();
	say_memory("ram", MIB);
	say(DIRECTORY_PORTS, "p");
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("ports/p/range: nothing was written"));
	begin();
	say_memory("ram", MIB);
	say(DIRECTORY_INTERRUPTS, "i");
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("interrupts/i/pin: nothing was written"));
}

/* Directories are named by their names, not by numbers that nobody has given them. */
UNIT(what_cannot_be_is_named)
{
	begin();
	say_memory("ram", 2 * MIB)->address = 0;
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("memory/ram/address: 0x0-0x200000 covers the communication page at 0x100000"));
	begin();
	say_memory("a", MIB)->physical = 0x3c000000;
	say_memory("b", MIB)->physical = 0x3c080000;
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("memory/b (0x3c080000-0x3c180000) overlaps memory/a, host-physically"));
	begin();
	say_memory("ram", MIB);
	say_ports("a", 0x300, 8, 0);
	say_ports("b", 0x304, 1, 0);
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("ports/b (0x304"));
	CHECK(says("overlaps ports/a"));
	begin();
	say_memory("ram", MIB);
	cell.start = 0x80000000;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("cpu_reset_address 0x80000000"));
}

UNIT(sentences_about_other_cells_stay_as_they_are)
{
	static const char text[] =
		"memory region 0 overlaps memory region 0 of cell \"x\", irqchip 1";

	begin();
	say_memory("ram", MIB);
	CHECK_EQ(assemble(), 0);
	strcpy(why.text, text);
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, "memory/ram overlaps memory region 0 of cell \"x\", irqchip 1"));
	/* The communication page is no directory's; and there is no such entry. */
	strcpy(why.text, "memory region 1 memory region 99 memory region x port region 0");
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, "memory region 1 memory region 99 memory region x port region 0"));
	end();
}

/* A function's own name begins with digits, too. */
UNIT(pci_functions_in_sentences_keep_their_names)
{
	static const char text[] =
		"has that of PCI device 0000:03:00.0, PCI device 00:02.0, PCI device 0a:1f.2";

	begin();
	say_memory("ram", MIB);
	say(DIRECTORY_DEVICES, "0000:00:03.0")->device.bdf = NIC;
	CHECK_EQ(assemble(), 0);
	strcpy(why.text, text);
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, text));
	strcpy(why.text, "PCI device 0 (0000:00:03.0)");
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, "devices/0000:00:03.0 (0000:00:03.0)"));
	end();
}

UNIT(a_sentence_ends_where_there_is_no_room)
{
	size_t n;

	begin();
	say_memory("a-name-that-is-longer-than-this", MIB);
	CHECK_EQ(assemble(), 0);
	for (n = 0; n + 16 < sizeof(why.text); n += 16)
		memcpy(why.text + n, "memory region 0 ", 17);
	jh_directories_explain(&cell, &why);
	CHECK(strlen(why.text) < sizeof(why.text));
	end();
}

UNIT(where_an_image_goes)
{
	begin();
	CHECK_EQ(jh_directories_image_address(&cell, 0x10000), 0xf0000);
	CHECK_EQ(jh_directories_image_address(&cell, 0x200000), 0);
	CHECK_EQ(jh_directories_entry(&cell), 0xffff0);
	cell.start = 0x200000;
	CHECK_EQ(jh_directories_image_address(&cell, 0x10000), 0x200000);
	CHECK_EQ(jh_directories_entry(&cell), 0x200000);
}

UNIT(used_is_what_was_said)
{
	begin();
	CHECK(jh_directories_used(&cell));
	cell.has_cpus = false;
	CHECK(!jh_directories_used(&cell));
	say_memory("b", MIB);
	say_memory("a", MIB);
	say_memory("c", MIB);
	CHECK(jh_directories_used(&cell));
	jh_directories_remove(&cell, DIRECTORY_MEMORY, &directories[0]);
	CHECK(cell.first[DIRECTORY_MEMORY] == &directories[1]);
	CHECK(directories[1].next == &directories[2]);
	jh_directories_remove(&cell, DIRECTORY_MEMORY, &directories[1]);
	jh_directories_remove(&cell, DIRECTORY_MEMORY, &directories[2]);
	CHECK(!jh_directories_used(&cell));
	cell.flags = JAILHOUSE_CELL_KVM_LEAF;
	CHECK(jh_directories_used(&cell));
}
