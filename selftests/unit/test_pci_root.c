// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* What Linux's functions send where it does not know that interrupts are remapped. */
#include "fake_remap.h"
#include "linux_functions.h"

#define NIC_FIRST	0U
#define DISK_FIRST	VECTORS

static struct remap rewriting;

/* What DISK would send now: to that CPU, with that vector; ~0: nothing. */
static u32 disk_sends(void)
{
	const u32 address = reg(DISK, DISK_ADDRESS), data = reg(DISK, DISK_DATA) & 0xffff;
	const struct fake_entry *entry = &fake_entries[address >> 5 & 0x7f];

	if (!(reg(DISK, 0x44) >> 16 & MSI_ON))
		return ~0U;
	if (!(address & 0x10))
		return (address >> 12 & 0xff) << 8 | (data & 0xff);
	CHECK(!(address & 8));
	return entry->source == DISK && entry->low ? entry->dest << 8 | entry->low : ~0U;
}

static u32 expected;

/* At no time it sends something else. */
static void watched_write(u32 address, u16 port, unsigned int width, u32 value)
{
	hw_write(address, port, width, value);
	if (expected)
		CHECK_EQ(disk_sends(), expected);
}

/* NIC has MSI-X on, with two entries for Linux; DISK has MSI on. */
static void boot(void)
{
	fake_remap_reset();
	rewriting = fake_remap;
	rewriting.rewrites = true;
	expected = 0;
	give_linux(&rewriting, 0x4041);
	ops.write = watched_write;
	set_device(1, 0xfee01000, 0x4031);
	set_device(3, 0xfee00000, 0x0032);
	hw_writes = 0;
	look_at_linux();
	CHECK_EQ(hw_writes, 0);
	CHECK(pci_any_owned(&space));
}

static void enable(void)
{
	boot();
	pci_root_rewrite(&space, true);
}

static u32 get(unsigned int entry, unsigned int word)
{
	struct mmio_access access = { TABLE + 16 * entry + 4 * word, 4, false, 0 };

	CHECK_EQ(pci_msix_access(&functions[0], false, &access), 0);
	return (u32)access.value;
}

static void check_entry(unsigned int index, u16 source, u32 dest, u32 low)
{
	CHECK_EQ(fake_entries[index].source, source);
	CHECK_EQ(fake_entries[index].dest, dest);
	CHECK_EQ(fake_entries[index].low, low);
}

UNIT(messages_are_rewritten_and_written_back_and_none_is_lost)
{
	u8 found[sizeof(bar)], found_disk[256];
	unsigned int n;

	boot();
	memcpy(found, bar, sizeof(bar));
	memcpy(found_disk, config[DISK], sizeof(found_disk));
	expected = 0x241;
	pci_root_rewrite(&space, true);
	CHECK_EQ(device(1, 0), remap_message(NIC_FIRST + 1, false));
	CHECK_EQ(device(1, 3), 0);
	CHECK_EQ(device(3, 0), remap_message(NIC_FIRST + 3, false));
	check_entry(NIC_FIRST + 1, NIC, 1, 0x31);
	check_entry(NIC_FIRST + 3, NIC, 0, 0x32);
	CHECK_EQ(reg(DISK, DISK_ADDRESS), remap_message(DISK_FIRST, false));
	check_entry(DISK_FIRST, DISK, 2, 0x41);
	for (n = 0; n < FAKE_ENTRIES; n++)
		CHECK(!fake_entries[n].low || n == 1 || n == 3 || n == DISK_FIRST);

	/* Linux does not see that. */
	CHECK_EQ(get(1, 0), 0xfee01000);
	CHECK_EQ(get(1, 2), 0x4031);
	CHECK_EQ(get(1, 3), 0);
	CHECK_EQ(get(0, 3), 1);
	CHECK_EQ(cfg_read(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4), 0xfee02000);
	CHECK_EQ(cfg_read(root_io, ADDR(DISK, DISK_DATA), 0, 2), 0x4041);

	pci_root_rewrite(&space, false);
	CHECK(!memcmp(found, bar, sizeof(bar)));
	CHECK(!memcmp(found_disk, config[DISK], sizeof(found_disk)));
	/* And once more. */
	pci_root_rewrite(&space, true);
	CHECK_EQ(device(1, 0), remap_message(NIC_FIRST + 1, false));
	CHECK_EQ(get(1, 0), 0xfee01000);
}

/* Neither goes MSI off, nor does what the device has change. */
UNIT(linux_sends_an_interrupt_elsewhere)
{
	enable();
	expected = 0x242;
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x4042), 0);
	expected = 0x142;
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee01000), 0);
	/* Before a message, Linux writes what is in the control register. */
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, MSI_ON), 0);
	expected = 0;
	CHECK_EQ(disk_sends(), 0x142);
	CHECK_EQ(reg(DISK, DISK_ADDRESS), remap_message(DISK_FIRST, false));
	CHECK_EQ(put(1, 2, 0x33), 0);
	check_entry(NIC_FIRST + 1, NIC, 1, 0x33);
	CHECK_EQ(device(1, 3), 0);
	CHECK_EQ(put(1, 3, 1), 0);
	CHECK_EQ(device(1, 3), 1);
	/* Off, and on again, as a driver does that is loaded anew. */
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, 0), 0);
	CHECK_EQ(disk_sends(), ~0U);
	CHECK_EQ(cfg_read(root_io, ADDR(DISK, 0x44), 2, 2), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee00000), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x55), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, MSI_ON), 0);
	CHECK_EQ(disk_sends(), 0x055);
	/* The device was reset, and Linux writes all of it again. */
	set_reg(DISK, 0x44, 0x00000005);
	set_reg(DISK, DISK_ADDRESS, 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee00000), 0);
	CHECK_EQ(disk_sends(), 0x055);
}

UNIT(the_other_way_to_the_registers_is_the_same)
{
	struct mmio_access access = {
		MMCONFIG + (DISK << 12) + DISK_DATA, 2, true, 0x4047,
	};

	enable();
	CHECK_EQ(pci_root_mmconfig(&space, &access), 0);
	check_entry(DISK_FIRST, DISK, 2, 0x47);
	CHECK_EQ(reg(DISK, DISK_ADDRESS), remap_message(DISK_FIRST, false));
	access.is_write = false;
	CHECK_EQ(pci_root_mmconfig(&space, &access), 0);
	CHECK_EQ(access.value, 0x4047);
	/* Other registers, and functions, are Linux's own. */
	access = (struct mmio_access) { MMCONFIG + (DISK << 12) + 0x3c, 1, true, 0x0a };
	CHECK_EQ(pci_root_mmconfig(&space, &access), 0);
	CHECK_EQ(reg(DISK, 0x3c) & 0xff, 0x0a);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x40), 0, 4, 0x12345678), 0);
	CHECK_EQ(reg(DISK, 0x40), 0x12345678);
	CHECK_EQ(cfg_write(root_io, ADDR(NIC, 0x70), 2, 2, 0xc004), 0);
	CHECK_EQ(reg(NIC, 0x70) >> 16, 0xc004);
	CHECK_EQ(cfg_write(root_io, ADDR(EXPRESS, 0x48), 0, 4, 0xfee03000), 0);
	CHECK_EQ(reg(EXPRESS, 0x48), 0xfee03000);
}

/* Linux's own mistakes: what is no interrupt of its CPUs is sent to nobody. */
UNIT(what_must_not_be_sent_is_blocked)
{
	static const struct {
		u32 address, data;
	} rows[] = {
		{ 0xfee03000, 0x41 },		/* the cell's CPU */
		{ 0xfee09000, 0x41 },		/* nobody's */
		{ 0xfee02000, 0x0441 },		/* NMI */
		{ 0xfee02000, 0x0241 },		/* SMI */
		{ 0xfee02000, 0x0541 },		/* INIT */
		{ 0xfee02000, 0x1f },		/* an exception */
		{ 0xfee00010, 0 },		/* it names an entry */
		{ 0xfed00000, 0x41 },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		boot();
		set_reg(DISK, DISK_ADDRESS, rows[n].address);
		set_reg(DISK, DISK_DATA, rows[n].data);
		set_device(1, rows[n].address, rows[n].data);
		pci_root_rewrite(&space, true);
		CHECK_EQ(disk_sends(), ~0U);
		CHECK_EQ(device(1, 3), 1);
		/* Linux sees it on, and it works when it is right. */
		CHECK_EQ(cfg_read(root_io, ADDR(DISK, 0x44), 2, 2), MSI_ON);
		CHECK_EQ(get(1, 3), 0);
		CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x41),
			 (rows[n].address == 0xfee02000) ? 0 : -EPERM);
		CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee02000), 0);
		CHECK_EQ(disk_sends(), 0x241);
		CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, rows[n].data),
			 n < 2 || n == 7 ? 0 : -EPERM);
		/* Linux has it back as it was. */
		pci_root_rewrite(&space, false);
		CHECK_EQ(reg(DISK, 0x44) >> 16 & MSI_ON, MSI_ON);
		CHECK_EQ(device(1, 0), rows[n].address);
		CHECK_EQ(device(1, 3), 0);
	}
}

/* One that does not answer, as it sleeps, reads as ones. */
UNIT(a_table_that_does_not_answer_is_masked)
{
	boot();
	memset(&bar[TABLE - BAR], 0xff, 16 * VECTORS);
	pci_root_rewrite(&space, true);
	CHECK_EQ(get(1, 3), 1);
	CHECK_EQ(fake_entries[NIC_FIRST + 1].low, 0);
	/* Its driver wakes it up, and writes all of it. */
	CHECK_EQ(put(1, 3, 1), 0);
	CHECK_EQ(put(1, 0, 0xfee01000), 0);
	CHECK_EQ(put(1, 1, 0), 0);
	CHECK_EQ(put(1, 2, 0x31), 0);
	CHECK_EQ(put(1, 3, 0), 0);
	check_entry(NIC_FIRST + 1, NIC, 1, 0x31);
	CHECK_EQ(device(1, 3), 0);
}

UNIT(interrupts_for_a_cpu_that_goes_are_blocked_until_it_is_back)
{
	enable();
	root_cpus.words[0] = 0x1;
	pci_root_refresh(&space);
	CHECK_EQ(fake_entries[NIC_FIRST + 1].low, 0);
	CHECK_EQ(fake_entries[DISK_FIRST].low, 0);
	check_entry(NIC_FIRST + 3, NIC, 0, 0x32);
	/* Linux goes on: to a CPU that it has not, and back to one that is away. */
	CHECK_EQ(put(1, 2, 0x34), -EPERM);
	CHECK_EQ(device(1, 3), 1);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x44), -EPERM);
	CHECK_EQ(disk_sends(), ~0U);
	pci_root_refresh(&space);
	root_cpus.words[0] = 0x7;
	pci_root_refresh(&space);
	check_entry(NIC_FIRST + 1, NIC, 1, 0x34);
	CHECK_EQ(device(1, 3), 0);
	CHECK_EQ(disk_sends(), 0x244);
	/* What is masked is in the table no more: a device that sent it all the same is blocked. */
	CHECK_EQ(put(1, 3, 1), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, 0), 0);
	pci_root_refresh(&space);
	CHECK_EQ(fake_entries[NIC_FIRST + 1].low, 0);
	CHECK_EQ(fake_entries[DISK_FIRST].low, 0);
}

/* Two are in use, of which each is masked, and written anew: its address, data and mask. */
UNIT(what_is_masked_is_left_alone)
{
	enable();
	table_writes = 0;
	pci_root_refresh(&space);
	CHECK_EQ(table_writes, 2 * 5);
}

static struct pci_msix_entry cells_entries[VECTORS];

/* The cell has entries of its own, and Linux's are nobody's meanwhile. */
UNIT(a_function_goes_to_a_cell_and_comes_back)
{
	u32 value = ADDR(DISK, DISK_DATA);

	enable();
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 2), 0);
	CHECK(cell.functions[0].first_message >= FAKE_ROOT_END);
	pci_msix_attach(&cell.functions[0], cells_entries, TABLE_GPA);
	CHECK_EQ(root_io(0xcf8, 4, true, &value), 0);
	/* Linux's port was trapped all the time: what it has selected stays. */
	hw_address = ADDR(NIC, 0);
	pci_cell_take(&cell);
	CHECK_EQ(space.address, ADDR(DISK, DISK_DATA));
	pci_root_refresh(&space);
	CHECK_EQ(fake_entries[NIC_FIRST + 1].low, 0);
	CHECK_EQ(fake_entries[NIC_FIRST + 3].low, 0);
	CHECK_EQ(fake_entries[DISK_FIRST].low, 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x44), -EPERM);
	CHECK_EQ(fake_entries[DISK_FIRST].low, 0);
	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, DISK_DATA), 0, 2, 0x61), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, 0x44), 2, 2, MSI_ON), 0);
	CHECK_EQ(disk_sends(), 0x361);
	root_cpus.words[0] = 0x3;
	pci_root_refresh(&space);
	root_cpus.words[0] = 0x7;
	pci_root_refresh(&space);
	CHECK_EQ(disk_sends(), 0x361);
	CHECK_EQ(fake_entries[DISK_FIRST].low, 0);

	pci_cell_run(&cell, false);
	pci_cell_return(&cell);
	pci_cell_exit(&cell);
	pci_root_refresh(&space);
	/* As Linux had it when it left. */
	CHECK_EQ(disk_sends(), 0x241);
	CHECK_EQ(device(1, 3), 0);
	CHECK_EQ(device(2, 3), 1);
	check_entry(NIC_FIRST + 1, NIC, 1, 0x31);
}

/* A card was pulled out, and another one is in its place: what it has there is no MSI. */
UNIT(another_function_in_the_same_place_is_left_alone)
{
	const u32 was = reg(DISK, 0);
	u8 found[256];

	enable();
	set_reg(DISK, 0, 0x12345678);
	set_reg(DISK, DISK_ADDRESS, 0x00000008);
	CHECK_EQ(cfg_read(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4), 8);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0x0b), 0);
	CHECK_EQ(reg(DISK, DISK_ADDRESS), 0x0b);
	memcpy(found, config[DISK], sizeof(found));
	pci_root_refresh(&space);
	CHECK_EQ(fake_entries[DISK_FIRST].low, 0);
	check_entry(NIC_FIRST + 1, NIC, 1, 0x31);
	pci_root_rewrite(&space, false);
	CHECK(!memcmp(found, config[DISK], sizeof(found)));
	/* It is back. */
	set_reg(DISK, 0, was);
	pci_root_rewrite(&space, false);
	CHECK_EQ(reg(DISK, DISK_ADDRESS), 0xfee02000);
}

/*
 * Functions that were without power (D3cold) have nothing in their registers, and Linux writes what
 * it had there, as pci_restore_msi_state() does. Meanwhile a cell may come, or go.
 */
UNIT(what_had_no_power_is_set_up_again)
{
	u32 nic, disk, word;

	enable();
	nic = reg(NIC, 0);
	disk = reg(DISK, 0);
	set_reg(NIC, 0, ~0U);
	set_reg(DISK, 0, ~0U);
	pci_root_refresh(&space);
	CHECK_EQ(fake_entries[DISK_FIRST].low, 0);
	CHECK_EQ(fake_entries[NIC_FIRST + 1].low, 0);
	set_reg(NIC, 0, nic);
	set_reg(DISK, 0, disk);
	set_reg(DISK, 0x44, 0x00000005);
	set_reg(DISK, DISK_ADDRESS, 0);
	set_reg(DISK, DISK_DATA, 0);
	set_device(1, 0, 0);
	bar[TABLE - BAR + 16 + 12] = 1;

	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, 0), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee02000), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x4041), 0);
	CHECK_EQ(disk_sends(), ~0U);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, MSI_ON), 0);
	CHECK_EQ(disk_sends(), 0x241);
	CHECK_EQ(put(1, 3, 1), 0);
	for (word = 0; word < 3; word++)
		CHECK_EQ(put(1, word, get(1, word)), 0);
	CHECK_EQ(put(1, 3, 0), 0);
	CHECK_EQ(device(1, 0), remap_message(NIC_FIRST + 1, false));
	CHECK_EQ(device(1, 3), 0);
	check_entry(NIC_FIRST + 1, NIC, 1, 0x31);
}

/* It can send, and has nothing to send: its driver switches that on later. */
UNIT(what_sends_nothing_yet)
{
	unsigned int n;

	boot();
	for (n = 0; n < VECTORS; n++)
		bar[TABLE - BAR + 16 * n + 12] = 1;
	set_reg(DISK, 0x44, 0x00000005);
	pci_root_rewrite(&space, true);
	CHECK_EQ(fake_sets, 0);
	CHECK_EQ(disk_sends(), ~0U);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee01000), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x55), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, MSI_ON), 0);
	CHECK_EQ(disk_sends(), 0x155);
	/* Several messages are not for Linux to have, which does not know of the table. */
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, 0x21), -EPERM);
	CHECK_EQ(disk_sends(), ~0U);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, 0x01), 0);
	CHECK_EQ(disk_sends(), 0x155);
	pci_root_rewrite(&space, false);
	CHECK_EQ(disk_sends(), 0x155);
	CHECK_EQ(device(1, 0), 0xfee01000);
}
