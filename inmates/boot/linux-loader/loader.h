/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * linux-loader: what a cell's Linux is told of its machine.
 *
 * Below 1 MiB, all of which is RAM of the cell, are from 0x1000 on the loader's own command
 * line, Linux's, the loader's data, at 0xa0000 the cell's configuration, at 0xe0000 the ACPI
 * tables, and at 0xf0000 the loader. What is above 640 KiB Linux leaves alone.
 *
 * The files other than main.c run on the host as well, for their tests.
 */
#ifndef _LINUX_LOADER_H
#define _LINUX_LOADER_H

#include "types.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/comm_region.h>

#define LINUX_CMDLINE_BASE	0x2000
#define LINUX_CMDLINE_SIZE	0x1000
#define LOW_RAM_END		0xa0000
#define CONFIG_BASE		0xa0000
#define ACPI_BASE		0xe0000
#define ACPI_SIZE		0x10000
#define LOW_END			0x100000

/**
 * struct boot_image - a kernel in the cell's memory, as boot.c has found it
 * @header: its first sector
 * @entry: address of its 64-bit entry
 * @start: address of what is executed
 * @init_size: bytes from @start on that it uses until it can read the memory map
 * @cmdline_size: the longest command line
 */
struct boot_image {
	const u8 *header;
	u64 entry;
	u64 start;
	u64 init_size;
	u32 cmdline_size;
};

/* Linux has been entered: in the image, which outlasts a restart of the CPU; entered.S */
extern u32 linux_entered;

/* Size of struct boot_params (Documentation/arch/x86/zero-page.rst). */
#define BOOT_PARAMS_SIZE	4096

/**
 * boot_image_check() - is there a kernel that can be started?
 * @data: the file, as it is in memory
 * @address: guest-physical address of @data
 * @image: receives what is known of it
 *
 * Return: NULL, or why not.
 */
const char *boot_image_check(const u8 *data, u64 address, struct boot_image *image);

/**
 * boot_params_init() - the part that comes from the kernel
 * @params: BOOT_PARAMS_SIZE bytes
 * @image: the kernel
 */
void boot_params_init(u8 *params, const struct boot_image *image);

/* The rest: where things are, all of them below 4 GiB. */
void boot_params_cmdline(u8 *params, u32 address);
void boot_params_initrd(u8 *params, u32 address, u32 size);
void boot_params_acpi(u8 *params, u64 rsdp);

/**
 * boot_params_memory() - the memory map
 * @params: BOOT_PARAMS_SIZE bytes
 * @desc: the cell's configuration
 *
 * Return: NULL, or what is wrong with the configuration.
 */
const char *boot_params_memory(u8 *params, const struct jailhouse_cell_desc *desc);

/* An entry of that map, as it is there. */
#define BOOT_RANGE_RAM	1U
#define BOOT_MAX_RANGES	128U

struct boot_range {
	u64 start;
	u64 size;
	u32 type;
} __packed;

/** boot_params_range() - read the entry with this number, false if there is none */
bool boot_params_range(const u8 *params, unsigned int n, struct boot_range *range);

/**
 * struct setup_node - a node of the list that the kernel has for what few kernels know, with the
 *	only one here: struct jailhouse_setup_data of Linux's headers, version 2
 * @next: address of the next node, 0: this is the last
 * @type: SETUP_JAILHOUSE
 * @length: bytes from @version on
 * @version: of what follows
 * @compatible_version: the oldest that is a part of it
 * @pm_timer_address: port of the PM timer
 * @num_cpus: entries of @cpu_ids
 * @pci_mmconfig_base: guest-physical address of the MMCONFIG area, 0 for none
 * @tsc_khz: frequency of the TSC
 * @apic_khz: frequency of the APIC timer, before its divider
 * @standard_ioapic: 1: there is an I/O APIC at 0xfec00000
 * @cpu_ids: APIC ids of the CPUs
 * @flags: bit N: the N-th serial port of a PC may be used
 */
struct setup_node {
	u64 next;
	u32 type;
	u32 length;
	u16 version;
	u16 compatible_version;
	u16 pm_timer_address;
	u16 num_cpus;
	u64 pci_mmconfig_base;
	u32 tsc_khz;
	u32 apic_khz;
	u8 standard_ioapic;
	u8 cpu_ids[255];
	u32 flags;
} __packed;

/**
 * setup_node_fill() - for kernels with CONFIG_JAILHOUSE_GUEST
 * @node: receives it
 * @desc: the cell's configuration
 * @comm: what the hypervisor says of the machine
 * @apic_ids: of as many CPUs as @comm has, 255 at most
 */
void setup_node_fill(struct setup_node *node, const struct jailhouse_cell_desc *desc,
		     const struct jailhouse_comm_region *comm, const u8 *apic_ids);

/** boot_params_setup_data() - where the list begins; it lies in what Linux takes for RAM */
void boot_params_setup_data(u8 *params, u64 address);

/** boot_memory_holds() - is this range RAM of the cell from 1 MiB on? */
bool boot_memory_holds(const struct jailhouse_cell_desc *desc, u64 address, u64 size);

/**
 * struct multiboot_file - a program that is no Linux, as it lies in the cell's memory
 * @data: its bytes
 * @address: their guest-physical address
 * @size: how many
 */
struct multiboot_file {
	const u8 *data;
	u64 address;
	u64 size;
};

struct multiboot_range {
	u32 entry_size;
	struct boot_range range;
} __packed;

/**
 * struct multiboot_info - what such a program is told
 *
 * Up to @mmap_address as in the specification; what the addresses in it mean is behind that.
 */
struct multiboot_info {
	u32 flags;
	u32 mem_lower;
	u32 mem_upper;
	u32 boot_device;
	u32 cmdline;
	u32 mods_count;
	u32 mods_address;
	u32 symbols[4];
	u32 mmap_length;
	u32 mmap_address;
	struct {
		u32 start;
		u32 end;
		u32 string;
		u32 reserved;
	} module;
	struct multiboot_range map[BOOT_MAX_RANGES];
};

/** multiboot_is_elf() - is this, of at least four bytes, an ELF file? */
bool multiboot_is_elf(const u8 *file);

/**
 * multiboot_check() - can this program be started in this cell?
 * @from: the file
 * @desc: the cell's configuration
 *
 * Return: NULL, or why not.
 */
const char *multiboot_check(const struct multiboot_file *from,
			    const struct jailhouse_cell_desc *desc);

/**
 * multiboot_load() - put the parts of a program where they belong
 * @from: the file, checked
 * @memory: where the cell's memory begins
 *
 * Return: address of its entry.
 */
u32 multiboot_load(const struct multiboot_file *from, u8 *memory);

/**
 * multiboot_info_memory() - amounts and map of memory
 * @info: receives them; where the map is the caller writes, who knows addresses
 * @params: from boot_params_memory()
 */
void multiboot_info_memory(struct multiboot_info *info, const u8 *params);

/* multiboot-enter.S: both addresses are below 4 GiB. */
void __noreturn multiboot_enter(u32 entry, u32 info);

/**
 * struct acpi_pci_range - registers of a PCI function, where a BAR of it says
 * @bus: the bus that the function is on
 * @ports: they are ports, not memory
 * @start: the first address
 * @size: how many
 */
struct acpi_pci_range {
	u8 bus;
	bool ports;
	u64 start;
	u64 size;
};

/**
 * struct acpi_machine - what the tables are made of
 * @desc: the cell's configuration
 * @comm: guest-physical address of the communication region
 * @pm_timer: port of the PM timer, 0: none
 * @num_cpus: number of CPUs
 * @apic_ids: APIC ids of the CPUs, that which boots first
 * @dsdt: the byte code, which is a table of its own
 * @dsdt_size: bytes of it
 * @pci: registers of its PCI functions, from acpi_pci_find()
 * @num_pci: how many of them
 */
struct acpi_machine {
	const struct jailhouse_cell_desc *desc;
	u64 comm;
	u16 pm_timer;
	unsigned int num_cpus;
	const u8 *apic_ids;
	const u8 *dsdt;
	u32 dsdt_size;
	const struct acpi_pci_range *pci;
	unsigned int num_pci;
};

/**
 * acpi_check() - can tables be made for this cell?
 * @desc: its configuration
 *
 * Return: NULL, or what is wrong with the configuration.
 */
const char *acpi_check(const struct jailhouse_cell_desc *desc);

/**
 * acpi_build() - write the tables
 * @machine: what they are made of, checked
 * @memory: ACPI_SIZE bytes, which the cell sees at ACPI_BASE
 *
 * Return: guest-physical address of the RSDP, 0 if there is not enough room.
 */
u64 acpi_build(const struct acpi_machine *machine, u8 *memory);

#endif
