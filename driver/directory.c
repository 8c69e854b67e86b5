// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said of a cell in directories. Asks nobody but what it is given, and runs on the host,
 * too.
 */
#include "directory.h"
#include "placement.h"

#include <linux/mm.h>
#include <linux/string.h>

#define RAM_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
			 JAILHOUSE_MEM_LOADABLE)

/* The first instruction of a CPU after a reset, in the last 64 KiB below 1 MiB. */
#define RESET_ADDRESS	0xffff0

const char *const jh_directory_kinds[DIRECTORY_KINDS] = {
	[DIRECTORY_MEMORY] = "memory",
	[DIRECTORY_PORTS] = "ports",
	[DIRECTORY_INTERRUPTS] = "interrupts",
	[DIRECTORY_DEVICES] = "devices",
	[DIRECTORY_LINKS] = "links",
	[DIRECTORY_IVSHMEM] = "ivshmem",
};

/** jh_directories_init() - nothing was said yet. */
void jh_directories_init(struct directories *cell)
{
	memset(cell, 0, sizeof(*cell));
	cell->console_port = DIRECTORY_UART_PORT;
	cell->start = DIRECTORY_AUTO;
	cell->image_entry = DIRECTORY_AUTO;
}

/** jh_directories_used() - was anything said? */
bool jh_directories_used(const struct directories *cell)
{
	unsigned int kind;

	for (kind = 0; kind < DIRECTORY_KINDS; kind++)
		if (cell->first[kind])
			return true;
	return cell->has_cpus || cell->console != DIRECTORY_LOG || cell->flags ||
	       cell->start != DIRECTORY_AUTO;
}

/**
 * jh_directories_add() - there is one more
 * @cell: whose it is
 * @kind: of the directory
 * @directory: has a name, which no other of its kind has
 */
void jh_directories_add(struct directories *cell, enum directory_kind kind,
			struct directory *directory)
{
	struct directory **at = &cell->first[kind];

	while (*at && strcmp((*at)->name, directory->name) < 0)
		at = &(*at)->next;
	directory->next = *at;
	*at = directory;
	if (kind == DIRECTORY_IVSHMEM)
		directory->ivshmem = (struct directory_ivshmem){
			.vectors = 1, .common = PAGE_SIZE, .output = PAGE_SIZE,
			.placed_physical = DIRECTORY_AUTO,
		};
	if (kind == DIRECTORY_MEMORY)
		directory->memory = (struct directory_memory){
			.address = DIRECTORY_AUTO, .physical = DIRECTORY_AUTO,
			.placed_address = DIRECTORY_AUTO, .placed_physical = DIRECTORY_AUTO,
			.flags = RAM_FLAGS,
		};
}

/** jh_directories_remove() - undo jh_directories_add(). */
void jh_directories_remove(struct directories *cell, enum directory_kind kind,
			   struct directory *directory)
{
	struct directory **at = &cell->first[kind];

	while (*at && *at != directory)
		at = &(*at)->next;
	if (*at)
		*at = directory->next;
}

/** jh_directory_ivshmem_size() - bytes of all sections: one page is the state table. */
u64 jh_directory_ivshmem_size(const struct directory_ivshmem *device)
{
	return PAGE_SIZE + device->common + device->num_peers * device->output;
}

static bool starts_as_after_a_reset(const struct directories *cell)
{
	return cell->start == DIRECTORY_AUTO || cell->start == DIRECTORY_LINUX;
}

/** jh_directories_entry() - where the CPUs of the cell start. */
u64 jh_directories_entry(const struct directories *cell)
{
	if (cell->start == DIRECTORY_AUTO && cell->image_entry != DIRECTORY_AUTO)
		return cell->image_entry;
	return starts_as_after_a_reset(cell) ? RESET_ADDRESS : cell->start;
}

/**
 * jh_directories_image_address() - where the cell's own image goes, if nobody has said so
 * @cell: all that was said
 * @size: of the image
 *
 * Where the CPUs start as after a reset, it ends at 1 MiB, as a ROM does; else they start at its
 * first byte.
 */
u64 jh_directories_image_address(const struct directories *cell, u64 size)
{
	if (!starts_as_after_a_reset(cell))
		return cell->start;
	return size < PLACEMENT_COMM_REGION ? PLACEMENT_COMM_REGION - size : 0;
}

static size_t count(const struct directories *cell, enum directory_kind kind)
{
	const struct directory *directory = cell->first[kind];
	size_t n = 0;

	for (; directory; directory = directory->next)
		n++;
	return n;
}

/** jh_directories_room() - bytes that the configuration has at most. */
size_t jh_directories_room(const struct directories *cell)
{
	size_t bars = count(cell, DIRECTORY_DEVICES) * DIRECTORY_BARS;
	size_t num_ivshmem = count(cell, DIRECTORY_IVSHMEM);
	size_t regions = 1 + count(cell, DIRECTORY_MEMORY) * PLACEMENT_MAX_PIECES + bars +
			 num_ivshmem * (2 + JAILHOUSE_IVSHMEM_MAX_PEERS);
	size_t num_ports = count(cell, DIRECTORY_PORTS) + bars;

	/* Of a Linux, what lies between them, the console's, those of PCI, timers and the clock. */
	if (cell->start == DIRECTORY_LINUX)
		num_ports = 2 * num_ports + 7;

	return sizeof(struct jailhouse_cell_desc) + sizeof(struct cpu_set) +
	       regions * sizeof(struct jailhouse_memory) +
	       count(cell, DIRECTORY_INTERRUPTS) * sizeof(struct jailhouse_irqchip) +
	       num_ports * sizeof(struct jailhouse_pio) +
	       count(cell, DIRECTORY_DEVICES) * sizeof(struct jailhouse_pci_device) +
	       count(cell, DIRECTORY_LINKS) * sizeof(struct jailhouse_link) +
	       num_ivshmem * sizeof(struct jailhouse_ivshmem);
}
