// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: ../inmates/boot/linux-loader/acpi_pci.c ../inmates/boot/linux-loader/acpi_table.c */
/* What a cell's Linux is told of the cell's PCI functions. */
#include <string.h>
#include "unit.h"
#include "config_check.h"
#include "../../inmates/boot/linux-loader/acpi_pci.h"

struct config {
	struct jailhouse_cell_desc desc;
	struct jailhouse_pci_device pci[20];
	struct jailhouse_ivshmem ivshmem[1];
} __packed;

/* 00:07.0 with memory and ports, 03:00.1 with memory of 64 bits, 03:00.2 with nothing placed. */
static const struct jailhouse_pci_device functions[] = {
	{ .bdf = 0x0038, .bar_mask = { 0xfffe0000, 0, 0xffffffe0, 0xffffc000 } },
	{ .bdf = 0x0301, .bar_mask = { 0xffff0000, 0xffffffff, 0, 0, 0xfff00000, 0xffffffff } },
	{ .bdf = 0x0302, .bar_mask = { 0xfffff000 } },
};

static const struct {
	u32 bdf, offset, value;
} registers[] = {
	{ 0x0038, 0x10, 0xfeb00000 },
	{ 0x0038, 0x18, 0x0000c061 },
	{ 0x0038, 0x1c, 0xfeb40000 },
	{ 0x0301, 0x10, 0x0000000c },
	{ 0x0301, 0x14, 0x00000038 },
	{ 0x0301, 0x20, 0xe0000004 },
	{ 0x0301, 0x24, 0x00000000 },
	{ 0x0080, 0x10, 0xfd100000 },
	{ 0x0080, 0x14, 0xfd101000 },
};

static struct config config;
static struct acpi_pci_range ranges[ACPI_PCI_MAX + 1];
static unsigned int num_ranges;
static u8 tables[ACPI_SIZE + 8];

static u32 read(u32 bdf, u32 offset)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(registers); n++)
		if (registers[n].bdf == bdf && registers[n].offset == offset)
			return registers[n].value;
	return 0;
}

static void make_config(void)
{
	config = (struct config){ .desc.num_pci_devices = 3 };
	memcpy(config.pci, functions, sizeof(functions));
	memset(ranges, 0xee, sizeof(ranges));
}

static void check_range(unsigned int n, u8 bus, bool ports, u64 start, u64 size)
{
	unit_row("range %u", n);
	CHECK_EQ(ranges[n].bus, bus);
	CHECK_EQ(ranges[n].ports, ports);
	CHECK_EQ(ranges[n].start, start);
	CHECK_EQ(ranges[n].size, size);
}

UNIT(registers_are_where_bars_say)
{
	make_config();
	CHECK_STR(acpi_pci_find(&config.desc, read, ranges, &num_ranges), NULL);
	CHECK_EQ(num_ranges, 5);
	check_range(0, 0, false, 0xfeb00000, 0x20000);
	check_range(1, 0, true, 0xc060, 0x20);
	check_range(2, 0, false, 0xfeb40000, 0x4000);
	check_range(3, 3, false, 0x3800000000, 0x10000);
	check_range(4, 3, false, 0xe0000000, 0x100000);
}

UNIT(those_of_an_ivshmem_device_are_pages)
{
	struct jailhouse_ivshmem *ivshmem = (void *)config.pci;

	make_config();
	config.desc.num_pci_devices = 0;
	config.desc.num_ivshmem = 1;
	*ivshmem = (struct jailhouse_ivshmem){ .bdf = 0x0080 };
	CHECK_STR(acpi_pci_find(&config.desc, read, ranges, &num_ranges), NULL);
	CHECK_EQ(num_ranges, 2);
	check_range(0, 0, false, 0xfd100000, 0x1000);
	check_range(1, 0, false, 0xfd101000, 0x1000);
}

/* Each of these has four, so there is room for sixteen. */
static u32 read_four(__maybe_unused u32 bdf, u32 offset)
{
	return 0xe0000000 + (offset << 16);
}

UNIT(there_is_room_for_64)
{
	unsigned int n;

	make_config();
	for (n = 0; n < 17; n++)
		config.pci[n] = (struct jailhouse_pci_device){
			.bdf = (u16)(n << 3), .bar_mask = { ~0xfffU, ~0xfffU, ~0xfffU, ~0xfffU },
		};
	config.desc.num_pci_devices = 16;
	CHECK_STR(acpi_pci_find(&config.desc, read_four, ranges, &num_ranges), NULL);
	CHECK_EQ(num_ranges, 64);
	config.desc.num_pci_devices = 17;
	CHECK_STR(acpi_pci_find(&config.desc, read_four, ranges, &num_ranges),
		  "its PCI functions have more BARs than Linux can be told of");
	CHECK_EQ(ranges[64].bus, 0xee);
}

/*
 * The table, read as an interpreter would
 */

static u64 get(const u8 *at, unsigned int bytes)
{
	u64 value = 0;

	memcpy(&value, at, bytes);
	return value;
}

static u8 sum(const u8 *data, u64 size)
{
	u8 total = 0;

	while (size--)
		total = (u8)(total + *data++);
	return total;
}

/* A length in four bytes, which counts these: what it covers ends there. */
static const u8 *part(const u8 **at)
{
	const u8 *start = *at;
	const u32 length = (u32)((start[0] & 0xf) | get(start + 1, 3) << 4);

	CHECK_EQ(start[0] >> 4, 0xc);
	*at += 4;
	return start + length;
}

static const u8 *check_bytes(const u8 *at, const char *bytes, unsigned int size)
{
	CHECK_EQ(memcmp(at, bytes, size), 0);
	return at + size;
}

/* A descriptor of an address space with numbers of @bytes. */
static const u8 *check_space(const u8 *at, u8 kind, u8 flags, unsigned int bytes, u64 start,
			     u64 size)
{
	CHECK_EQ(at[0], bytes == 8 ? 0x8a : 0x88);
	CHECK_EQ(get(at + 1, 2), 3 + 5 * bytes);
	CHECK_EQ(at[3], kind);
	CHECK_EQ(at[4], 0x0c);
	CHECK_EQ(at[5], flags);
	at += 6;
	CHECK_EQ(get(at, bytes), 0);
	CHECK_EQ(get(at + bytes, bytes), start);
	CHECK_EQ(get(at + 2 * bytes, bytes), start + size - 1);
	CHECK_EQ(get(at + 3 * bytes, bytes), 0);
	CHECK_EQ(get(at + 4 * bytes, bytes), size);
	return at + 5 * bytes;
}

/* Return: its resources; @end: where they end. */
static const u8 *check_bridge(const u8 **at, const char *name, u8 bus, const u8 **end)
{
	const u8 *device_end, *buffer_end;
	u64 size;

	unit_row("bridge %s", name);
	*at = check_bytes(*at, "\x5b\x82", 2);
	device_end = part(at);
	*at = check_bytes(*at, name, 4);
	*at = check_bytes(*at, "\x08_HID\x0c\x41\xd0\x0a\x08", 10);
	*at = check_bytes(*at, "\x08_CID\x0c\x41\xd0\x0a\x03", 10);
	*at = check_bytes(*at, "\x08_UID\x0a", 6);
	CHECK_EQ(*(*at)++, bus);
	*at = check_bytes(*at, "\x08_BBN\x0a", 6);
	CHECK_EQ(*(*at)++, bus);
	*at = check_bytes(*at, "\x08_CRS\x11", 6);
	buffer_end = part(at);
	CHECK_EQ(*at[0], 0x0b);
	size = get(*at + 1, 2);
	*at += 3;
	CHECK(*at + size == buffer_end && buffer_end == device_end);
	*end = buffer_end;
	return check_space(*at, 2, 0, 2, bus, 1);
}

static u64 build(u32 at)
{
	struct acpi_machine machine = {
		.desc = &config.desc, .pci = ranges, .num_pci = num_ranges,
	};
	struct writer w = { .memory = tables, .at = at };
	u64 address;

	memset(tables, 0xaa, sizeof(tables));
	address = acpi_pci_write(&w, &machine);
	CHECK_EQ(tables[ACPI_SIZE], 0xaa);
	return w.overflow ? 1 : address;
}

UNIT(each_bus_has_a_bridge)
{
	const u8 *at, *end, *scope_end, *now;

	make_config();
	CHECK_STR(acpi_pci_find(&config.desc, read, ranges, &num_ranges), NULL);
	CHECK_EQ(build(0x20), ACPI_BASE + 0x20);
	at = tables + 0x20;
	CHECK_EQ(sum(at, get(at + 4, 4)), 0);
	scope_end = at + get(at + 4, 4);
	check_bytes(at, "SSDT", 4);
	at = check_bytes(at + 36, "\x10", 1);
	CHECK(part(&at) == scope_end);
	at = check_bytes(at, "\\_SB_", 5);
	now = check_bridge(&at, "PC00", 0, &end);
	now = check_space(now, 0, 1, 8, 0xfeb00000, 0x20000);
	now = check_space(now, 1, 3, 2, 0xc060, 0x20);
	now = check_space(now, 0, 1, 8, 0xfeb40000, 0x4000);
	CHECK(check_bytes(now, "\x79", 2) == end);
	at = end;
	now = check_bridge(&at, "PC03", 3, &end);
	now = check_space(now, 0, 1, 8, 0x3800000000, 0x10000);
	now = check_space(now, 0, 1, 8, 0xe0000000, 0x100000);
	CHECK(check_bytes(now, "\x79", 2) == end);
	CHECK(end == scope_end);
}

UNIT(without_functions_there_is_none)
{
	make_config();
	config.desc.num_pci_devices = 0;
	num_ranges = 0;
	CHECK_EQ(build(0x20), 0);
	CHECK_EQ(tables[0x20], 0xaa);
}

UNIT(nothing_is_written_behind_the_place_for_it)
{
	u32 at;

	make_config();
	CHECK_STR(acpi_pci_find(&config.desc, read, ranges, &num_ranges), NULL);
	for (at = ACPI_SIZE - 16; at > ACPI_SIZE - 400; at -= 16)
		CHECK_EQ(build(at), 1);
	CHECK(build(ACPI_SIZE - 512) != 1);
}
