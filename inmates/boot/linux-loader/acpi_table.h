/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes the ACPI tables of linux-loader, one behind the other. */
#ifndef _LINUX_LOADER_ACPI_TABLE_H
#define _LINUX_LOADER_ACPI_TABLE_H

#include "types.h"

/* Offsets in the header that all tables but the RSDP have, and its size. */
#define TABLE_LENGTH		4
#define TABLE_CHECKSUM		9
#define TABLE_HEADER		36

/**
 * struct writer - where the next bytes go
 * @memory: what is at ACPI_BASE
 * @at: offset of the next byte
 * @overflow: there was no room for some
 */
struct writer {
	u8 *memory;
	u32 at;
	bool overflow;
};

/** write_bytes() - the next @size bytes */
void write_bytes(struct writer *w, const void *data, u32 size);

/** write() - a number of @bytes bytes, at most 8 */
void write(struct writer *w, u64 value, u32 bytes);

/** checksum() - what makes the sum of these and itself 0 */
u8 checksum(const u8 *data, u32 size);

/** align() - what begins a table. Return: its offset */
u32 align(struct writer *w);

/** table_begin() - what follows up to table_end() is in it. Return: its offset */
u32 table_begin(struct writer *w, const char *signature, u8 revision);

/** table_end() - it is whole. Return: its address */
u64 table_end(struct writer *w, u32 table);

#endif
