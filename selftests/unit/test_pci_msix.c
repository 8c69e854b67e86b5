// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* MSI-X tables: whatever a cell writes, and when, the device holds no message to others. */
#include <string.h>
#include "fake_pci.h"

/* Words of an entry. */
enum { LOW, HIGH, DATA, CONTROL };

static u64 at(unsigned int entry, unsigned int word)
{
	return TABLE_GPA + 16 * entry + 4 * word;
}

static int access_at(u64 gpa, unsigned int width, bool is_write, u64 *value)
{
	struct mmio_access access = { gpa, width, is_write, *value };
	int err = pci_msix_access(&cell.functions[0], cell_x2apic, &access);

	*value = access.value;
	return err;
}

static int put(unsigned int entry, unsigned int word, u32 value)
{
	u64 wide = value;

	return access_at(at(entry, word), 4, true, &wide);
}

static u32 get(unsigned int entry, unsigned int word)
{
	u64 value = 0x1122334455667788;

	CHECK_EQ(access_at(at(entry, word), 4, false, &value), 0);
	return (u32)value;
}

/* As the device has it. */
static u32 device(unsigned int entry, unsigned int word)
{
	u32 value;

	memcpy(&value, &bar[TABLE - BAR + 16 * entry + 4 * word], 4);
	return value;
}

static bool device_masked(unsigned int entry)
{
	return device(entry, CONTROL) & 1;
}

/* What no entry of the device may ever be: unmasked, and to anybody but CPU 3 (0xfee03000). */
static void check_device(void)
{
	unsigned int n;

	for (n = 0; n < VECTORS; n++)
		if (!device_masked(n)) {
			CHECK_EQ(device(n, LOW), 0xfee03000);
			CHECK_EQ(device(n, HIGH), 0);
			CHECK(device(n, DATA) >= 32 && device(n, DATA) <= 255);
		}
}

UNIT(a_cell_finds_all_entries_masked)
{
	unsigned int n, word;

	build();
	config[NIC][4] &= (u8)~2;		/* Linux had switched memory off */
	give();
	CHECK(!(config[NIC][4] & 2));
	for (n = 0; n < VECTORS; n++)
		for (word = 0; word < 4; word++) {
			CHECK_EQ(get(n, word), word == CONTROL);
			CHECK_EQ(device(n, word), word == CONTROL);
		}
	/* Not a byte beside the table. */
	CHECK_EQ(bar[TABLE - BAR - 1], 0x5a);
	CHECK_EQ(bar[TABLE - BAR + 16 * VECTORS], 0x5a);
}

UNIT(a_message_reaches_the_device_when_it_is_unmasked)
{
	build();
	give();
	table_writes = 0;
	CHECK_EQ(put(1, LOW, 0xfee03000), 0);
	CHECK_EQ(put(1, HIGH, 0), 0);
	CHECK_EQ(put(1, DATA, 0x41), 0);
	CHECK_EQ(table_writes, 0);
	CHECK_EQ(put(1, CONTROL, 0xfffffffe), 0);
	CHECK_EQ(device(1, LOW), 0xfee03000);
	CHECK_EQ(device(1, DATA), 0x41);
	CHECK_EQ(device(1, CONTROL), 0);
	CHECK_EQ(get(1, CONTROL), 0);
	/* To mask it takes one write. */
	table_writes = 0;
	CHECK_EQ(put(1, CONTROL, 1), 0);
	CHECK_EQ(table_writes, 1);
	CHECK(device_masked(1));
	CHECK_EQ(put(1, CONTROL, 1), 0);
	CHECK_EQ(table_writes, 1);
	/* Its neighbours are as they were. */
	CHECK_EQ(device(0, LOW), 0);
	CHECK_EQ(device(2, LOW), 0);
}

UNIT(a_message_to_others_stays_masked)
{
	static const struct {
		u32 low, high, data;
		bool x2apic;
		int err;
		u32 want;
	} rows[] = {
		{ 0xfee03000, 0, 0x20, false, 0, 0x20 },
		{ 0xfee03000, 0, 0xff, false, 0, 0xff },
		/* lowest priority, level-triggered: as an edge to that CPU */
		{ 0xfee03000, 0, 0xc141, false, 0, 0x41 },
		/* vectors of exceptions; NMI, SMI, INIT, ExtINT */
		{ 0xfee03000, 0, 0x1f, false, -EPERM },
		{ 0xfee03000, 0, 0x00, false, -EPERM },
		{ 0xfee03000, 0, 0x441, false, -EPERM },
		{ 0xfee03000, 0, 0x241, false, -EPERM },
		{ 0xfee03000, 0, 0x541, false, -EPERM },
		{ 0xfee03000, 0, 0x741, false, -EPERM },
		/* other CPUs, nobody, memory */
		{ 0xfee00000, 0, 0x41, false, -EPERM },
		{ 0xfee07000, 0, 0x41, false, -EPERM },
		{ 0x00100000, 0, 0x41, false, -EPERM },
		{ 0xfee03000, 1, 0x41, false, -EPERM },
		/* in the format that is remapped */
		{ 0xfee03010, 0, 0x41, false, -EPERM },
		/* logical, in the mode of who unmasks */
		{ 0xfee40004, 0, 0x41, false, 0, 0x41 },
		{ 0xfee40004, 0, 0x41, true, -EPERM },
		{ 0xfee08004, 0, 0x41, true, 0, 0x41 },
		{ 0xfee08004, 0, 0x41, false, -EPERM },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu", i);
		build();
		topo.ldr[3] = 0x40000000;
		give();
		put(0, LOW, rows[i].low);
		put(0, HIGH, rows[i].high);
		put(0, DATA, rows[i].data);
		cell_x2apic = rows[i].x2apic;
		CHECK_EQ(put(0, CONTROL, 0), rows[i].err);
		cell_x2apic = false;
		CHECK_EQ(get(0, LOW), rows[i].low);
		CHECK_EQ(get(0, CONTROL), 0);
		CHECK_EQ(device_masked(0), rows[i].err != 0);
		if (!rows[i].err)
			CHECK_EQ(device(0, DATA), rows[i].want);
		check_device();
	}
}

/* The fake looks at each write that no entry changes while it is not masked. */
UNIT(an_entry_changes_while_it_is_not_masked)
{
	build();
	give();
	put(2, LOW, 0xfee03000);
	put(2, DATA, 0x41);
	CHECK_EQ(put(2, CONTROL, 0), 0);
	CHECK_EQ(put(2, DATA, 0x42), 0);
	CHECK_EQ(device(2, DATA), 0x42);
	CHECK(!device_masked(2));
	/* On its way to another address it is one of nobody's, and then the cell's again. */
	CHECK_EQ(put(2, HIGH, 1), -EPERM);
	CHECK(device_masked(2));
	CHECK_EQ(put(2, LOW, 0xfee00000), -EPERM);
	CHECK_EQ(put(2, HIGH, 0), -EPERM);
	CHECK(device_masked(2));
	CHECK_EQ(put(2, LOW, 0xfee03000), 0);
	CHECK(!device_masked(2));
	check_device();
}

UNIT(pairs_of_words_and_nothing_narrower)
{
	static const unsigned int narrow[] = { 1, 2 };
	u64 value = 0xfee03000;
	size_t i;

	build();
	give();
	CHECK_EQ(access_at(at(4, LOW), 8, true, &value), 0);
	value = 0x41;
	CHECK_EQ(access_at(at(4, DATA), 8, true, &value), 0);
	CHECK_EQ(device(4, LOW), 0xfee03000);
	CHECK(!device_masked(4));
	value = 0;
	CHECK_EQ(access_at(at(4, DATA), 8, false, &value), 0);
	CHECK_EQ(value, 0x41);
	for (i = 0; i < ARRAY_SIZE(narrow); i++) {
		value = 0;
		CHECK_EQ(access_at(at(4, DATA), narrow[i], false, &value), 0);
		CHECK_EQ(value, ~0ULL);
		value = 0x99;
		CHECK_EQ(access_at(at(4, DATA), narrow[i], true, &value), -EPERM);
	}
	/* Half of one, half of the next; from beside the table into it. */
	value = 0;
	CHECK_EQ(access_at(at(3, CONTROL), 8, true, &value), -EPERM);
	CHECK_EQ(access_at(at(4, LOW) + 2, 4, true, &value), -EPERM);
	CHECK_EQ(access_at(at(0, LOW) - 4, 8, true, &value), -EPERM);
	CHECK_EQ(access_at(at(VECTORS, LOW) - 4, 8, true, &value), -EPERM);
	CHECK_EQ(access_at(at(0, LOW) - 1, 2, true, &value), -EPERM);
	CHECK_EQ(get(4, DATA), 0x41);
	check_device();
}

UNIT(the_rest_of_the_page_is_the_devices)
{
	static const unsigned int widths[] = { 1, 2, 4, 8 };
	u64 value;
	size_t i;

	build();
	give();
	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		unit_row("width %u", widths[i]);
		value = 0x1122334455667788;
		CHECK_EQ(access_at(at(0, LOW) - 8, widths[i], true, &value), 0);
		CHECK(!memcmp(&bar[TABLE - BAR - 8], &value, widths[i]));
		value = 0;
		CHECK_EQ(access_at(at(0, LOW) - 8, widths[i], false, &value), 0);
		CHECK_EQ(value, 0x1122334455667788 & (~0ULL >> (64 - 8 * widths[i])));
		value = 0xaa;
		CHECK_EQ(access_at(at(VECTORS, LOW), widths[i], true, &value), 0);
		CHECK_EQ(bar[TABLE - BAR + 16 * VECTORS], 0xaa);
	}
	check_device();
}

/* Nothing of one life is there in the next, and late writes do nothing. */
UNIT(a_table_is_reset_with_its_cell)
{
	build();
	give();
	put(0, LOW, 0xfee03000);
	put(0, DATA, 0x41);
	CHECK_EQ(put(0, CONTROL, 0), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x70), 2, 2, 0x8000), 0);
	pci_cell_run(&cell, false);
	CHECK_EQ(reg(NIC, 0x70) >> 31, 0);
	CHECK_EQ(put(1, CONTROL, 0), -EPERM);
	CHECK_EQ(put(1, LOW, 0xfee03000), -EPERM);
	CHECK_EQ(get(1, LOW), 0);
	pci_cell_run(&cell, true);
	CHECK(device_masked(0));
	CHECK_EQ(get(0, DATA), 0);
	CHECK_EQ(get(0, CONTROL), 1);
	put(3, LOW, 0xfee03000);
	put(3, DATA, 0x41);
	CHECK_EQ(put(3, CONTROL, 0), 0);
	pci_cell_run(&cell, false);
	pci_cell_return(&cell);
	CHECK_EQ(device(3, LOW), 0);
	CHECK_EQ(device(3, DATA), 0);
	CHECK(device_masked(3));
}

/* The cell has no memory where the table is: nobody has looked at what is in there. */
UNIT(without_a_table_there_is_no_msix)
{
	build();
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 2), 0);
	table_writes = 0;
	pci_cell_take(&cell);
	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x70), 2, 2, 0x8000), -EPERM);
	CHECK_EQ(reg(NIC, 0x70) >> 31, 0);
	pci_cell_run(&cell, false);
	pci_cell_return(&cell);
	CHECK_EQ(table_writes, 0);
}

/* Somewhere else it would be mapped, and nobody would have looked at what the cell writes. */
UNIT(a_table_that_is_elsewhere_is_not_used)
{
	static const struct {
		unsigned int reg;
		u32 value;
		bool used;
	} rows[] = {
		{ 0x74, 0x1100, true },
		{ 0x74, 0x1000, false },	/* another offset */
		{ 0x74, 0x1102, false },	/* another BAR, one of ports */
		{ 0x74, 0x1106, false },	/* none at all */
		{ 0x70, 0x80050011, false },	/* one more vector */
		{ 0x70, 0x80030011, false },
		{ 0x10, 0xfeb90000, false },	/* the BAR has moved */
		{ 0x10, 0xfeb80001, false },
		{ 0x10, 0xfeb80004, false },	/* beyond 4 GiB */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu", i);
		build();
		set_reg(NIC, rows[i].reg, rows[i].value);
		table_writes = 0;
		give();
		CHECK_EQ(table_writes != 0, rows[i].used);
		CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x70), 2, 2, 0x8000),
			 rows[i].used ? 0 : -EPERM);
		CHECK_EQ(reg(NIC, 0x70) >> 31, rows[i].used);
	}
	/* One of 64 bits. */
	build();
	set_reg(NIC, 0x10, 0xfeb80004);
	set_reg(NIC, 0x14, 0);
	give();
	CHECK(cell.functions[0].has_table);
}

/* What a guest may write, in any order, from CPUs that take turns in either mode. */
UNIT(no_order_of_writes_leads_to_others)
{
	static const u32 values[] = {
		0, 1, 0x41, 0x441, 0xfee00000, 0xfee03000, 0xfee08004, 0xfee40004, ~0U,
	};
	u32 random = 12345;
	unsigned int n;

	build();
	topo.ldr[3] = 0x40000000;
	give();
	for (n = 0; n < 20000; n++) {
		random = random * 1664525 + 1013904223;
		cell_x2apic = random >> 31;
		put(random >> 8 & 3, random >> 10 & 3, values[(random >> 16) % ARRAY_SIZE(values)]);
		check_device();
	}
	cell_x2apic = false;
}

/* The mask bits of MSI are the cell's to write, and Linux finds its own again. */
UNIT(messages_of_msi_are_masked_one_by_one)
{
	build();
	set_reg(DISK, 0x44, 0x01000005);	/* MSI, 32 bits, maskable */
	set_reg(DISK, 0x50, 0x0000000f);
	give();
	CHECK_EQ(reg(DISK, 0x50), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, 0x50), 0, 4, 0x3), 0);
	CHECK_EQ(reg(DISK, 0x50), 0x3);
	CHECK_EQ(cfg_read(cell_io, ADDR(DISK, 0x50), 0, 4), 0x3);
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, 0x54), 0, 4, ~0U), -EPERM);
	pci_cell_run(&cell, false);
	pci_cell_return(&cell);
	CHECK_EQ(reg(DISK, 0x50), 0xf);
	/* With 64 bits they are elsewhere; a capability that does not fit is none. */
	build();
	set_reg(NIC, 0x50, 0x01817005);
	give();
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x60), 0, 4, 0x1), 0);
	CHECK_EQ(reg(NIC, 0x60), 0x1);
	build();
	set_reg(DISK, 0x40, 0x0000ec01);
	set_reg(DISK, 0xec, 0x01000005);
	give();
	CHECK_EQ(cell.functions[1].msi, 0);
	CHECK_EQ(cell.functions[1].msi_reg[PCI_MSI_MASK], 0);
}
