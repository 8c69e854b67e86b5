/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of the machine: Linux's resources, what ACPI and EFI say, the PCI functions.
 * The driver takes it from the kernel; whoever has it needs to ask nobody else.
 */
#ifndef _JH_FACTS_H
#define _JH_FACTS_H

#include <linux/types.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#include "inventory.h"

struct reason;

/* As many as Linux takes. */
#define FACTS_MAX_IOAPICS	128
#define FACTS_MAX_IOMMUS	64
#define FACTS_MAX_RESERVED	32
#define FACTS_MAX_RANGES	256
#define FACTS_MAX_FUNCTIONS	1024
#define FACTS_MAX_MTRRS		32
#define FACTS_FIXED_MTRRS	11

/* SDM 3A 12.3; 2 and 3 are no types. */
#define MEMORY_TYPE_UC		0
#define MEMORY_TYPE_WC		1
#define MEMORY_TYPE_WT		4
#define MEMORY_TYPE_WP		5
#define MEMORY_TYPE_WB		6

/*
 * On AMD's CPUs the top 12 GiB of the first TiB are no memory but messages on HyperTransport,
 * interrupts among them, and no cell should have them (APM 2, "Physical Address Space Size").
 */
#define HYPERTRANSPORT_START	0xfd00000000ULL
#define HYPERTRANSPORT_END	0x10000000000ULL

/**
 * struct facts_range - a range of host-physical addresses
 * @start: first address
 * @end: the one behind the last
 */
struct facts_range {
	u64 start;
	u64 end;
};

/**
 * struct facts_runtime - memory that EFI's runtime services use
 * @range: where
 * @code: is executed
 * @cached: is RAM; else registers
 */
struct facts_runtime {
	struct facts_range range;
	bool code;
	bool cached;
};

/**
 * struct facts_ioapic - an I/O APIC
 * @address: of its registers
 * @id: its APIC id
 * @gsi_base: ACPI's number of its first pin
 * @pins: how many it has, as it says itself
 */
struct facts_ioapic {
	u64 address;
	u32 id;
	u32 gsi_base;
	u32 pins;
};

/**
 * enum firmware_ram_gap - what is not known of what the firmware called RAM
 * @FIRMWARE_RAM_ALL: all is known
 * @FIRMWARE_RAM_UNREADABLE: Linux does not show it
 * @FIRMWARE_RAM_CUT: there is more of it than boot_params has room for
 */
enum firmware_ram_gap {
	FIRMWARE_RAM_ALL,
	FIRMWARE_RAM_UNREADABLE,
	FIRMWARE_RAM_CUT,
};

/**
 * struct facts_mtrr - a variable memory type range
 * @start: first address
 * @size: bytes
 * @type: MEMORY_TYPE_*
 */
struct facts_mtrr {
	u64 start;
	u64 size;
	u8 type;
};

/**
 * struct facts_mtrrs - memory types
 * @known: there are MTRRs, they are on, and all of them are understood
 * @has_fixed: @fixed counts below 1 MiB
 * @fixed: registers of fixed ranges in ascending order, a byte for each range
 * @standard: the type of what is in no range
 * @cached_end: from 4 GiB to here all is write-back, 0: not so (AMD's TOM2)
 * @variable: the other ranges
 * @count: how many
 */
struct facts_mtrrs {
	bool known;
	bool has_fixed;
	u64 fixed[FACTS_FIXED_MTRRS];
	u8 standard;
	u64 cached_end;
	struct facts_mtrr variable[FACTS_MAX_MTRRS];
	unsigned int count;
};

/**
 * struct machine_facts - what is known of the machine
 * @inventory: Linux's resources and interrupts
 * @firmware_ram: what the firmware called RAM when it started Linux: also what was taken from
 *	Linux on its command line
 * @num_firmware_ram: how many
 * @firmware_ram_gap: what of that is not known
 * @runtime: EFI's runtime services
 * @num_runtime: how many ranges
 * @ioapics: as ACPI lists them, each that answers, once
 * @num_ioapics: how many
 * @iommus: register windows of IOMMUs, as ACPI lists them
 * @num_iommus: how many
 * @iommu_type: JAILHOUSE_IOMMU_*: of which kind all of them are, for PCI segment 0, and can be
 *	used; JAILHOUSE_IOMMU_UNUSED: there are none, or others
 * @reserved: memory of firmware that its devices reach (RMRR, IVMD)
 * @num_reserved: how many ranges
 * @mmconfig_base: of PCI segment 0, where bus 0 is; 0: there is none
 * @mmconfig_end_bus: its last bus
 * @pm_timer: port of ACPI's PM timer, 0: there is none
 * @has_acpi: ACPI's tables were there to be read
 * @functions: PCI functions, as a configuration describes them
 * @num_functions: how many
 * @mtrrs: memory types
 * @phys_bits: width of a physical address
 * @num_cpus: CPUs that Linux runs on
 * @gib_pages: the hypervisor can map pages of 1 GiB for cells
 * @itlb_multihit: cells execute from pages of 4 KiB
 * @hypertransport: they have addresses that are messages
 * @num_links: ends of links that the root cell is to have, which is a wish
 */
struct machine_facts {
	struct inventory inventory;
	struct facts_range firmware_ram[FACTS_MAX_RANGES];
	unsigned int num_firmware_ram;
	enum firmware_ram_gap firmware_ram_gap;
	struct facts_runtime runtime[FACTS_MAX_RANGES];
	unsigned int num_runtime;
	struct facts_ioapic ioapics[FACTS_MAX_IOAPICS];
	unsigned int num_ioapics;
	struct facts_range iommus[FACTS_MAX_IOMMUS];
	unsigned int num_iommus;
	u8 iommu_type;
	struct facts_range reserved[FACTS_MAX_RESERVED];
	unsigned int num_reserved;
	u64 mmconfig_base;
	u8 mmconfig_end_bus;
	u16 pm_timer;
	bool has_acpi;
	struct jailhouse_pci_device functions[FACTS_MAX_FUNCTIONS];
	unsigned int num_functions;
	struct facts_mtrrs mtrrs;
	unsigned int phys_bits;
	unsigned int num_cpus;
	bool gib_pages;
	bool itlb_multihit;
	bool hypertransport;
	unsigned int num_links;
};

struct machine_facts *jh_facts_take(struct reason *why);
void jh_facts_drop(struct machine_facts *facts);

#endif
