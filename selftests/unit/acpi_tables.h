/* SPDX-License-Identifier: GPL-2.0-only */
/* ACPI's tables of IOMMUs, right ones and others, behind whose end nothing can be read. */
#ifndef UNIT_ACPI_TABLES_H
#define UNIT_ACPI_TABLES_H

#include <linux/acpi.h>

#define TABLE_ROOM	2048

/** dmar - the table DMAR as it stands; there is none while its length is 0. ivrs, madt: likewise */
extern u8 dmar[TABLE_ROOM], ivrs[TABLE_ROOM], madt[TABLE_ROOM];

/** tables_held - how many were gotten and not yet put back */
extern unsigned int tables_held;

/** no_tables() - there are none any more */
void no_tables(void);

/** header_of() - of one of the tables */
struct acpi_table_header *header_of(u8 *table);

/** add_entry() - add @size bytes to a table. Return: where they are, to be changed */
void *add_entry(u8 *table, const void *entry, size_t size);

/** add_rmrr() - firmware's device 00:@device.0 has memory @first to @last, or 01.2 behind it */
void *add_rmrr(u64 first, u64 last, u8 device, u8 more_hops);

/** add_drhd() - a unit of Intel's at @base, with an I/O APIC @ioapic that is function 00:1e.0 */
void *add_drhd(u64 base, u16 segment, u8 ioapic);

/** add_ivmd() - firmware's devices @device to @last have @size bytes of memory */
void *add_ivmd(u8 type, u16 device, u16 last, u64 start, u64 size);

/**
 * add_ivhd() - a unit of AMD's at @base, which is function 00:00.2
 *
 * Of its devices one has a name, 0x30 is itself, 0x100 goes as 0x8, and 0x200 to 0x207 as 0x200.
 */
void *add_ivhd(u8 type, u64 base);

#endif
