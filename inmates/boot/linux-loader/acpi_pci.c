// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions of a cell: a host bridge for each bus that has any, since the bridges in between
 * are not the cell's, in a table of its own (SSDT). Its windows are the BARs of these functions, as
 * Linux finds them there: it has nothing to place (ACPI 6.4, 6.4.3.5 and 20.2; PCI Firmware
 * Specification 3.0, 4.1). There are no pins: what does not interrupt by messages, does not.
 */
#include "acpi_pci.h"
#include "config_check.h"

#define CFG_BAR0	0x10
#define BARS		6U
#define BAR_PORTS	1U
#define BAR_KIND	7U
#define BAR_64		4U
/* Those of an ivshmem device: registers and MSI-X table, a page each. */
#define IVSHMEM_BARS	2U

#define BUSES		256U

/* Byte code. */
#define AML_NAME	0x08
#define AML_BYTE	0x0a
#define AML_WORD	0x0b
#define AML_DWORD	0x0c
#define AML_SCOPE	0x10
#define AML_BUFFER	0x11
#define AML_DEVICE	0x825b
/* The length of a part is in four bytes: two bits say so, and four of the first are the lowest. */
#define AML_LENGTH_SIZE	4
#define AML_LENGTH_LEAD	0xc0U

/* EISA ids as they are in byte code: PNP0A08, a host bridge of PCI Express, and PNP0A03, of PCI. */
#define ID_EXPRESS	0x080ad041U
#define ID_PCI		0x030ad041U

/* Descriptors of address spaces with words and with quadwords; the end of all. */
#define SPACE_WORDS	0x88
#define SPACE_QWORDS	0x8a
#define SPACE_WORDS_SIZE 13
#define SPACE_QWORDS_SIZE 43
#define END_TAG		0x0079
#define KIND_MEMORY	0
#define KIND_PORTS	1
#define KIND_BUS	2
/* Both ends are fixed, and it is passed on. */
#define SPACE_FIXED	0x0c
/* Memory that can be written; all ports. */
#define FLAGS_MEMORY	0x01
#define FLAGS_PORTS	0x03

/*
 * Where registers are
 */

struct finder {
	u32 (*read)(u32 bdf, u32 offset);
	struct acpi_pci_range *ranges;
	unsigned int count;
};

/* The lowest bit that can be written is the size (PCI 3.0, 6.2.5.1). */
static u64 size_of(u64 mask)
{
	return mask & -mask;
}

/* Return: whether there was room for it. */
static bool add(struct finder *f, u32 bdf, bool ports, u64 start, u64 size)
{
	/* Nobody has placed it. */
	if (!start || !size)
		return true;
	if (f->count == ACPI_PCI_MAX)
		return false;
	f->ranges[f->count++] = (struct acpi_pci_range){
		.bus = (u8)(bdf >> 8), .ports = ports, .start = start, .size = size,
	};
	return true;
}

/* A BAR of 64 bits is two of them. */
static bool add_bars(struct finder *f, const struct jailhouse_pci_device *dev)
{
	u64 start, mask;
	unsigned int n;
	bool wide, ports;
	u32 low;

	for (n = 0; n < BARS; n += 1 + wide) {
		low = f->read(dev->bdf, CFG_BAR0 + 4 * n);
		ports = low & BAR_PORTS;
		wide = (low & BAR_KIND) == BAR_64 && n + 1 < BARS;
		mask = dev->bar_mask[n];
		start = low & (ports ? ~3U : ~0xfU);
		if (wide) {
			mask |= (u64)dev->bar_mask[n + 1] << 32;
			start |= (u64)f->read(dev->bdf, CFG_BAR0 + 4 * n + 4) << 32;
		}
		if (!add(f, dev->bdf, ports, start, size_of(mask)))
			return false;
	}
	return true;
}

static bool add_ivshmem(struct finder *f, const struct jailhouse_ivshmem *dev)
{
	unsigned int n;

	for (n = 0; n < IVSHMEM_BARS; n++)
		if (!add(f, dev->bdf, false, f->read(dev->bdf, CFG_BAR0 + 4 * n) & ~0xfU,
			 PAGE_SIZE))
			return false;
	return true;
}

const char *acpi_pci_find(const struct jailhouse_cell_desc *desc,
			  u32 (*read)(u32 bdf, u32 offset), struct acpi_pci_range *ranges,
			  unsigned int *num_ranges)
{
	struct finder f = { .read = read, .ranges = ranges };
	unsigned int n;
	bool fits = true;

	for (n = 0; n < desc->num_pci_devices && fits; n++)
		fits = add_bars(&f, &config_pci(desc)[n]);
	for (n = 0; n < desc->num_ivshmem && fits; n++)
		fits = add_ivshmem(&f, &config_ivshmem(desc)[n]);
	*num_ranges = f.count;
	return fits ? NULL : "its PCI functions have more BARs than Linux can be told of";
}

/*
 * The table
 */

static u32 begin_part(struct writer *w)
{
	write(w, 0, AML_LENGTH_SIZE);
	return w->at;
}

/* Its length counts its own bytes. */
static void end_part(const struct writer *w, u32 part)
{
	const u32 start = part - AML_LENGTH_SIZE, length = w->at - start;
	u8 *at = w->memory + start;

	if (w->overflow)
		return;
	at[0] = (u8)(AML_LENGTH_LEAD | (length & 0xf));
	at[1] = (u8)(length >> 4);
	at[2] = (u8)(length >> 12);
	at[3] = (u8)(length >> 20);
}

/* What follows is its value: @value, behind a byte that says how it is written. */
static void write_name(struct writer *w, const char *name, u8 how, u64 value, u32 bytes)
{
	write(w, AML_NAME, 1);
	write_bytes(w, name, 4);
	write(w, how, 1);
	write(w, value, bytes);
}

/* From @start on; quadwords or words. */
static void write_space(struct writer *w, u8 kind, u8 flags, u64 start, u64 size)
{
	const bool wide = kind == KIND_MEMORY;
	const u32 bytes = wide ? 8 : 2;

	write(w, wide ? SPACE_QWORDS : SPACE_WORDS, 1);
	write(w, wide ? SPACE_QWORDS_SIZE : SPACE_WORDS_SIZE, 2);
	write(w, kind, 1);
	write(w, SPACE_FIXED, 1);
	write(w, flags, 1);
	/* Granularity; the same addresses on both sides. */
	write(w, 0, bytes);
	write(w, start, bytes);
	write(w, start + size - 1, bytes);
	write(w, 0, bytes);
	write(w, size, bytes);
}

static void write_windows(struct writer *w, const struct acpi_machine *machine, u8 bus)
{
	const struct acpi_pci_range *range = machine->pci;
	unsigned int n;

	write_space(w, KIND_BUS, 0, bus, 1);
	for (n = 0; n < machine->num_pci; n++, range++) {
		if (range->bus != bus)
			continue;
		write_space(w, range->ports ? KIND_PORTS : KIND_MEMORY,
			    range->ports ? FLAGS_PORTS : FLAGS_MEMORY, range->start, range->size);
	}
	write(w, END_TAG, 2);
}

/* A buffer, which says how many bytes it has. */
static void write_resources(struct writer *w, const struct acpi_machine *machine, u8 bus)
{
	u32 part, size;

	write(w, AML_NAME, 1);
	write_bytes(w, "_CRS", 4);
	write(w, AML_BUFFER, 1);
	part = begin_part(w);
	write(w, AML_WORD, 1);
	size = w->at;
	write(w, 0, 2);
	write_windows(w, machine, bus);
	end_part(w, part);
	if (w->overflow)
		return;
	w->memory[size] = (u8)(w->at - size - 2);
	w->memory[size + 1] = (u8)((w->at - size - 2) >> 8);
}

static void write_bridge(struct writer *w, const struct acpi_machine *machine, u8 bus)
{
	static const char digits[] = "0123456789ABCDEF";
	const char name[4] = { 'P', 'C', digits[bus >> 4], digits[bus & 0xf] };
	u32 part;

	write(w, AML_DEVICE, 2);
	part = begin_part(w);
	write_bytes(w, name, sizeof(name));
	write_name(w, "_HID", AML_DWORD, ID_EXPRESS, 4);
	write_name(w, "_CID", AML_DWORD, ID_PCI, 4);
	write_name(w, "_UID", AML_BYTE, bus, 1);
	write_name(w, "_BBN", AML_BYTE, bus, 1);
	write_resources(w, machine, bus);
	end_part(w, part);
}

static bool has_bus(const struct jailhouse_cell_desc *desc, unsigned int bus)
{
	unsigned int n;

	for (n = 0; n < desc->num_pci_devices; n++)
		if (config_pci(desc)[n].bdf >> 8 == bus)
			return true;
	for (n = 0; n < desc->num_ivshmem; n++)
		if (config_ivshmem(desc)[n].bdf >> 8 == bus)
			return true;
	return false;
}

u64 acpi_pci_write(struct writer *w, const struct acpi_machine *machine)
{
	const struct jailhouse_cell_desc *desc = machine->desc;
	unsigned int bus;
	u32 table, scope;

	if (!desc->num_pci_devices && !desc->num_ivshmem)
		return 0;
	table = table_begin(w, "SSDT", 2);
	write(w, AML_SCOPE, 1);
	scope = begin_part(w);
	write_bytes(w, "\\_SB_", 5);
	for (bus = 0; bus < BUSES; bus++)
		if (has_bus(desc, bus))
			write_bridge(w, machine, (u8)bus);
	end_part(w, scope);
	return table_end(w, table);
}
