// SPDX-License-Identifier: GPL-2.0-only
/* ACPI tables, byte by byte (ACPI 6.4, 5.2.6). */
#include "acpi_table.h"
#include "loader.h"
#include "string.h"

void write_bytes(struct writer *w, const void *data, u32 size)
{
	if (size > ACPI_SIZE - w->at) {
		w->overflow = true;
		return;
	}
	memcpy(w->memory + w->at, data, size);
	w->at += size;
}

void write(struct writer *w, u64 value, u32 bytes)
{
	write_bytes(w, &value, bytes);
}

u8 checksum(const u8 *data, u32 size)
{
	u8 sum = 0;

	while (size--)
		sum = (u8)(sum + *data++);
	return (u8)-sum;
}

u32 align(struct writer *w)
{
	w->at = (w->at + 15) & ~15U;
	return w->at;
}

u32 table_begin(struct writer *w, const char *signature, u8 revision)
{
	const u32 table = align(w);

	write_bytes(w, signature, 4);
	write(w, 0, 4);
	write(w, revision, 1);
	write(w, 0, 1);
	write_bytes(w, "JHCELLLINUX   ", 14);
	write(w, 1, 4);
	write_bytes(w, "JHLD", 4);
	write(w, 1, 4);
	return table;
}

u64 table_end(struct writer *w, u32 table)
{
	const u32 size = w->at - table;
	u8 *memory = w->memory + table;

	if (!w->overflow) {
		memcpy(memory + TABLE_LENGTH, &size, sizeof(size));
		memory[TABLE_CHECKSUM] = 0;
		memory[TABLE_CHECKSUM] = checksum(memory, size);
	}
	return ACPI_BASE + table;
}
