/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell's configuration, said in directories: what a user has written there, one value a file,
 * and how it becomes a configuration like any other.
 */
#ifndef _JH_DIRECTORY_H
#define _JH_DIRECTORY_H

#include <linux/types.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#include <cpu_set.h>

struct reason;
struct supply;

/* An address that nobody has written. */
#define DIRECTORY_AUTO	(~0ULL)

/* The cell starts as linux-loader needs it, and has what a Linux wants. */
#define DIRECTORY_LINUX	(~1ULL)

/* Whoever says it of a link's other end, or of a peer, means the root cell. */
#define DIRECTORY_ROOT	"root"

enum directory_kind {
	DIRECTORY_MEMORY,
	DIRECTORY_PORTS,
	DIRECTORY_INTERRUPTS,
	DIRECTORY_DEVICES,
	DIRECTORY_LINKS,
	DIRECTORY_IVSHMEM,
	DIRECTORY_KINDS,
};

extern const char *const jh_directory_kinds[DIRECTORY_KINDS];

/**
 * struct directory_memory - a directory in memory/
 * @size: bytes, 0: nothing was written
 * @address: guest-physical, or DIRECTORY_AUTO
 * @physical: host-physical, or DIRECTORY_AUTO
 * @flags: JAILHOUSE_MEM_*
 * @placed_address: where the last configuration has it, guest-physical
 * @placed_physical: the same, host-physical
 * @first_region: number of its first region there
 * @num_regions: how many
 */
struct directory_memory {
	u64 size;
	u64 address;
	u64 physical;
	u64 flags;
	u64 placed_address;
	u64 placed_physical;
	u32 first_region;
	u32 num_regions;
};

/**
 * struct directory_ports - a directory in ports/
 * @first: first port
 * @count: how many, 0: nothing was written
 * @flags: JAILHOUSE_PIO_*
 */
struct directory_ports {
	u32 first;
	u32 count;
	u32 flags;
};

/* No I/O APIC has this number: then the pin is a GSI. */
#define DIRECTORY_GSI	(~0U)

/**
 * struct directory_interrupt - a directory in interrupts/
 * @written: a pin was
 * @chip: Linux's number of the I/O APIC, or DIRECTORY_GSI
 * @pin: of it; else ACPI's number of the interrupt
 */
struct directory_interrupt {
	bool written;
	u32 chip;
	u32 pin;
};

/**
 * struct directory_bar - a BAR of a function, as it is programmed
 * @start: first port or host-physical address
 * @size: how many, 0: there is none
 * @ports: not memory
 */
struct directory_bar {
	u64 start;
	u64 size;
	bool ports;
};

#define DIRECTORY_BARS	6

/**
 * struct directory_device - a directory in devices/
 * @domain: PCI segment
 * @bdf: bus << 8 | device << 3 | function
 * @owns_pin: the pin at which its interrupt ends is the cell's
 * @no_flr: it would hang if it were reset after the cell, as the driver finds it
 * @bars: what it has beside its configuration space, as the driver finds it
 */
struct directory_device {
	u16 domain;
	u16 bdf;
	bool owns_pin;
	bool no_flr;
	struct directory_bar bars[DIRECTORY_BARS];
};

/**
 * struct directory_link - a directory in links/
 * @peer: the cell at the other end, or DIRECTORY_ROOT; empty: nothing was written
 * @has_mac: an Ethernet address was written
 * @mac: it
 */
struct directory_link {
	char peer[JAILHOUSE_CELL_NAME_SIZE];
	bool has_mac;
	u8 mac[6];
};

/**
 * struct directory_ivshmem - a directory in ivshmem/
 * @peers: cells that have the device, in the order of their numbers
 * @num_peers: how many, 0: nothing was written
 * @vectors: interrupts that the cell can get, 0: one, by a pin
 * @common: bytes of the section that all peers write
 * @output: bytes of the section that each of them writes
 * @placed_physical: where the last configuration has the sections, host-physical
 * @first_region: number of the first of them there
 * @num_regions: how many
 */
struct directory_ivshmem {
	char peers[JAILHOUSE_IVSHMEM_MAX_PEERS][JAILHOUSE_CELL_NAME_SIZE];
	u32 num_peers;
	u32 vectors;
	u64 common;
	u64 output;
	u64 placed_physical;
	u32 first_region;
	u32 num_regions;
};

/**
 * struct directory - one of a cell's directories
 * @next: of its kind, in the order of names
 * @name: its name
 * @memory: if it is in memory/
 * @ports: if it is in ports/
 * @interrupt: if it is in interrupts/
 * @device: if it is in devices/
 * @link: if it is in links/
 * @ivshmem: if it is in ivshmem/
 */
struct directory {
	struct directory *next;
	char name[JAILHOUSE_CELL_NAME_SIZE];
	union {
		struct directory_memory memory;
		struct directory_ports ports;
		struct directory_interrupt interrupt;
		struct directory_device device;
		struct directory_link link;
		struct directory_ivshmem ivshmem;
	};
};

/* Where a PC has its first serial port, and a virtual console is if nobody has said where. */
#define DIRECTORY_UART_PORT	0x3f8

/* What the attribute `console` of a cell says. */
enum directory_console {
	DIRECTORY_LOG,
	DIRECTORY_NO_CONSOLE,
	DIRECTORY_VIRTUAL,
	DIRECTORY_UART,
};

/**
 * struct directories - all that was said of a cell
 * @has_cpus: CPUs were written
 * @cpus: its CPUs
 * @console: its console
 * @console_port: first port of that, if it has ports
 * @flags: JAILHOUSE_CELL_*, but for those that @console means
 * @start: where its CPUs start, or DIRECTORY_AUTO, or DIRECTORY_LINUX
 * @image_entry: where the program begins that is to be loaded, or DIRECTORY_AUTO
 * @first: directories of each kind
 */
struct directories {
	bool has_cpus;
	struct cpu_set cpus;
	enum directory_console console;
	u16 console_port;
	u32 flags;
	u64 start;
	u64 image_entry;
	struct directory *first[DIRECTORY_KINDS];
};

/**
 * struct directory_peer - a cell that others can have a link with
 * @name: its name
 * @said: what was said of it
 */
struct directory_peer {
	const char *name;
	const struct directories *said;
};

/**
 * struct directory_machine - what a cell's configuration depends on beside its directories
 * @supply: what the machine has for cells
 * @system: the configuration in force
 * @others: those of all other cells
 * @num_others: how many
 * @peers: all cells that there are directories of
 * @num_peers: how many
 */
struct directory_machine {
	const struct supply *supply;
	const struct jailhouse_system *system;
	const struct jailhouse_cell_desc *const *others;
	unsigned int num_others;
	const struct directory_peer *peers;
	unsigned int num_peers;
};

void jh_directories_init(struct directories *cell);
bool jh_directories_used(const struct directories *cell);
void jh_directories_add(struct directories *cell, enum directory_kind kind,
			struct directory *directory);
void jh_directories_remove(struct directories *cell, enum directory_kind kind,
			   struct directory *directory);
u64 jh_directory_ivshmem_size(const struct directory_ivshmem *device);
u64 jh_directories_entry(const struct directories *cell);
u64 jh_directories_image_address(const struct directories *cell, u64 size);
size_t jh_directories_room(const struct directories *cell);
int jh_directories_assemble(const char *name, struct directories *cell,
			    const struct directory_machine *machine, void *blob, size_t *size,
			    struct reason *why);

#endif
