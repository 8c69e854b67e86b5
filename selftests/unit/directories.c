// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells that tests say in directories: what comes of it has to pass the check of the hypervisor,
 * and to fit a machine.
 */
/* SOURCES: ../driver/directory.c ../driver/directory_assembly.c ../driver/directory_config.c */
/* SOURCES: ../driver/directory_links.c ../driver/directory_names.c ../driver/directory_ports.c */
/* SOURCES: ../driver/directory_ivshmem.c ../driver/placement.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/config_fits.c */
/* SOURCES: core/config_memory.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c core/config_msix.c core/config_owned.c */
/* SOURCES: core/config_refuse.c */
/* SOURCES: core/memory_map.c core/format.c core/string.c */
/* SOURCES: core/cpu_set.c */
#include "directories.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory_map.h"

#define RAM		(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
			 JAILHOUSE_MEM_DMA)

static struct {
	struct jailhouse_system system;
	struct jailhouse_memory regions[3];
	struct jailhouse_irqchip chips[3];
	struct jailhouse_pio ports[2];
	struct jailhouse_pci_device devices[1];
	struct jailhouse_link links[2];
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
			.num_links = ARRAY_SIZE(root.links),
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
	.devices = { { .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = NIC, .num_msix_vectors = 3,
		       .msix_address = 0xfebc1000 } },
	.links = {
		{ .address = 0xfef00000, .id = ROOT_LINK, .mac = { 2, 0, 0, 0, 0, 1 } },
		{ .address = 0xfef02000, .id = OTHER_ROOT_LINK, .mac = { 2, 0, 0, 0, 0, 2 } },
	},
};

static const struct supply supply = {
	.ranges = { { RESERVE, RESERVE_END } }, .num_ranges = 1,
	.ioapics = { { 0xfec00000, 1, 0, 24 }, { 0xfec01000, 2, 24, 136 } }, .num_ioapics = 2,
};

const struct jailhouse_cell_desc *others[4];
struct directory_peer peers[4];
struct directory_machine machine = {
	.supply = &supply, .system = &root.system, .others = others, .peers = peers,
};

struct directories cell, other;
struct directory directories[1100];
static unsigned int num_directories;
struct jailhouse_cell_desc *made;
struct reason why;

void begin(void)
{
	root.system.total_size = sizeof(root);
	root.system.root_cell.total_size =
		sizeof(root) - (u32)offsetof(struct jailhouse_system, root_cell);
	root.system.checksum = config_checksum(&root, sizeof(root));
	machine.supply = &supply;
	machine.num_others = 0;
	machine.num_peers = 0;
	num_directories = 0;
	jh_directories_init(&cell);
	cell.cpus = cpu_set_of(3);
	cell.has_cpus = true;
	made = NULL;
	why.text[0] = '\0';
}

struct directory *say_of(struct directories *of, enum directory_kind kind, const char *name)
{
	struct directory *directory = &directories[num_directories++];

	memset(directory, 0, sizeof(*directory));
	strcpy(directory->name, name);
	jh_directories_add(of, kind, directory);
	return directory;
}

struct directory *say(enum directory_kind kind, const char *name)
{
	return say_of(&cell, kind, name);
}

struct directory_memory *say_memory(const char *name, u64 size)
{
	struct directory *directory = say(DIRECTORY_MEMORY, name);

	directory->memory.size = size;
	return &directory->memory;
}

void say_pin(const char *name, u32 chip, u32 pin)
{
	say(DIRECTORY_INTERRUPTS, name)->interrupt = (struct directory_interrupt){
		.written = true, .chip = chip, .pin = pin,
	};
}

void say_ports(const char *name, u32 first, u32 count, u32 flags)
{
	say(DIRECTORY_PORTS, name)->ports = (struct directory_ports){ first, count, flags };
}

int assemble_as(const char *name)
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

int assemble(void)
{
	return assemble_as("demo");
}

void end(void)
{
	free(made);
	made = NULL;
}

const struct jailhouse_memory *region(u64 address)
{
	const struct jailhouse_memory *mem = config_mem_regions(made);
	unsigned int n;

	for (n = 0; n < made->num_memory_regions; n++, mem++)
		if (address >= mem->virt_start && address - mem->virt_start < mem->size)
			return mem;
	return NULL;
}

bool says(const char *text)
{
	if (strstr(why.text, text))
		return true;
	printf("# it says: %s\n", why.text);
	return false;
}

void begin_two(void)
{
	begin();
	say_memory("ram", MIB);
	jh_directories_init(&other);
	peers[0] = (struct directory_peer){ "demo", &cell };
	peers[1] = (struct directory_peer){ "other", &other };
	machine.num_peers = 2;
}

struct jailhouse_cell_desc *other_beside(void)
{
	static struct directories demo;
	struct jailhouse_cell_desc *first = made;

	demo = cell;
	others[0] = first;
	machine.num_others = 1;
	made = NULL;
	cell = other;
	cell.cpus = cpu_set_of(2);
	cell.has_cpus = true;
	say_memory("ram", MIB);
	peers[0].said = &demo;
	peers[1].said = &cell;
	CHECK_EQ(assemble_as("other"), 0);
	return first;
}
