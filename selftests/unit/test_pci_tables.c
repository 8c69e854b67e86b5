// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/*
 * What Linux's functions send where each has a table of its own (AMD's IOMMUs), and Linux does not
 * know of it: whatever is being changed, a function sends what Linux has written, or nothing while
 * that is kept for later.
 */
#include "errno.h"
#include "linux_functions.h"

#define ENTRIES		512U
#define NOTHING		(~0U)
#define SENT(id, vector) ((u32)(id) << 8 | (vector))

/* Tables, one of each function, and of one that a cell has; whether what it sends passes. */
static u32 tables[3][ENTRIES];
static unsigned int num_tables;
static bool passes[16 << 3];
static unsigned int used[16 << 3];

static int take(__maybe_unused u32 source, unsigned int count)
{
	if (count > ENTRIES)
		return -ENOSPC;
	if (num_tables == ARRAY_SIZE(tables))
		return -ENOMEM;
	return (int)(num_tables++ * ENTRIES);
}

static void release(__maybe_unused u16 source, __maybe_unused unsigned int first,
		    __maybe_unused unsigned int count)
{
	num_tables--;
}

static u32 *entry(unsigned int index)
{
	return &tables[index / ENTRIES][index % ENTRIES];
}

static void set(unsigned int index, __maybe_unused u16 source, u32 dest, u32 low)
{
	*entry(index) = SENT(dest, low & 0xff);
}

static void clear(__maybe_unused u16 source, unsigned int first, unsigned int count)
{
	memset(entry(first), 0, count * sizeof(u32));
}

static void message(unsigned int index, __maybe_unused bool several, u64 *address, u32 *data)
{
	*address = 0xfee00000;
	*data = index % ENTRIES;
}

static void watch(void);

static void use(u16 source, unsigned int first, bool on)
{
	passes[source] = !on;
	used[source] = first;
	watch();
}

static const struct remap remap = {
	.id_end = 0xff, .most = ENTRIES, .rewrites = true, .take = take, .release = release,
	.set = set, .clear = clear, .message = message, .use = use,
};

/* What comes of a message, with that address and data. */
static u32 sent(u16 source, u32 address, u32 data)
{
	if (passes[source])
		return SENT(address >> 12 & 0xff, data & 0xff);
	return *entry(used[source] + data % ENTRIES) ?: NOTHING;
}

static u32 nic_sends(unsigned int n)
{
	return device(n, 3) & 1 ? NOTHING : sent(NIC, device(n, 0), device(n, 2));
}

static u32 disk_sends(void)
{
	if (!(reg(DISK, 0x44) >> 16 & MSI_ON))
		return NOTHING;
	return sent(DISK, reg(DISK, DISK_ADDRESS), reg(DISK, DISK_DATA) & 0xffff);
}

/* While it is not 0: what DISK sends, all the time, and NIC's entries if they are not masked. */
static u32 disk_expected, nic_expected[VECTORS];

static void watch(void)
{
	unsigned int n;

	if (!disk_expected)
		return;
	CHECK_EQ(disk_sends(), disk_expected);
	for (n = 0; n < VECTORS; n++)
		CHECK(device(n, 3) & 1 || nic_sends(n) == nic_expected[n]);
}

static void watched_write(u32 address, u16 port, unsigned int width, u32 value)
{
	hw_write(address, port, width, value);
	watch();
}

static void watched_mem_write(u64 hpa, unsigned int width, u64 value)
{
	mem_write(hpa, width, value);
	watch();
}

/* NIC has MSI-X on, with the same vector for two CPUs in two entries; DISK has MSI on. */
static void boot(void)
{
	disk_expected = 0;
	memset(tables, 0, sizeof(tables));
	num_tables = 0;
	memset(passes, true, sizeof(passes));
	give_linux(&remap, 0x4141);
	ops.write = watched_write;
	ops.mem_write = watched_mem_write;
	set_device(1, 0xfee01000, 0x4031);
	set_device(3, 0xfee00000, 0x4031);
	nic_expected[1] = SENT(1, 0x31);
	nic_expected[3] = SENT(0, 0x31);
	look_at_linux();
}

static void enable(void)
{
	boot();
	pci_root_rewrite(&space, true);
}

static unsigned int num_entries(void)
{
	unsigned int n, count = 0;

	for (n = 0; n < num_tables * ENTRIES; n++)
		count += *entry(n) != 0;
	return count;
}

UNIT(at_no_time_something_else_is_sent_and_nothing_is_lost)
{
	u8 found[sizeof(bar)], found_disk[256];
	unsigned int round;

	boot();
	memcpy(found, bar, sizeof(bar));
	memcpy(found_disk, config[DISK], sizeof(found_disk));
	disk_expected = SENT(2, 0x41);
	for (round = 0; round < 2; round++) {
		pci_root_rewrite(&space, true);
		CHECK(!passes[NIC] && !passes[DISK]);
		CHECK(used[NIC] != used[DISK]);
		CHECK_EQ(nic_sends(1), SENT(1, 0x31));
		CHECK_EQ(nic_sends(3), SENT(0, 0x31));
		/* What named an entry before means nothing any more. */
		CHECK_EQ(num_entries(), 3);
		CHECK_EQ(sent(DISK, 0xfee00000, 0x41), NOTHING);
		CHECK_EQ(sent(DISK, 0xfee00000, 0x141), NOTHING);
		CHECK_EQ(sent(NIC, 0xfee00000, 0x31), NOTHING);

		pci_root_rewrite(&space, false);
		CHECK(passes[NIC] && passes[DISK]);
		CHECK(!memcmp(found, bar, sizeof(bar)));
		CHECK(!memcmp(found_disk, config[DISK], sizeof(found_disk)));
	}
}

UNIT(linux_sends_an_interrupt_elsewhere)
{
	enable();
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x4042), 0);
	CHECK_EQ(disk_sends(), SENT(2, 0x42));
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee01000), 0);
	CHECK_EQ(disk_sends(), SENT(1, 0x42));
	CHECK_EQ(put(1, 2, 0x33), 0);
	CHECK_EQ(nic_sends(1), SENT(1, 0x33));
	/* Back as Linux has it by now. */
	disk_expected = SENT(1, 0x42);
	nic_expected[1] = SENT(1, 0x33);
	pci_root_rewrite(&space, false);
	CHECK_EQ(reg(DISK, DISK_ADDRESS), 0xfee01000);
	CHECK_EQ(reg(DISK, DISK_DATA) & 0xffff, 0x4042);
}

UNIT(what_must_not_be_sent_is_blocked)
{
	static const struct {
		u32 address, data;
	} rows[] = {
		{ 0xfee03000, 0x41 },		/* the cell's CPU */
		{ 0xfee02000, 0x0441 },		/* NMI */
		{ 0xfee02000, 0x0241 },		/* SMI */
		{ 0xfee02000, 0x0541 },		/* INIT */
		{ 0xfee02000, 0x1f },		/* an exception */
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		boot();
		set_reg(DISK, DISK_ADDRESS, rows[n].address);
		set_reg(DISK, DISK_DATA, rows[n].data);
		set_device(1, rows[n].address, rows[n].data);
		set_device(3, rows[n].address, rows[n].data);
		pci_root_rewrite(&space, true);
		CHECK_EQ(num_entries(), 0);
		CHECK_EQ(disk_sends(), NOTHING);
		CHECK_EQ(nic_sends(1), NOTHING);
	}
}

/* It sleeps, or another one is in its place: what it says is nothing that was looked at. */
UNIT(a_function_that_is_not_there_passes_no_more)
{
	const u32 was = reg(DISK, 0);

	boot();
	set_reg(DISK, 0, 0x12345678);
	pci_root_rewrite(&space, true);
	CHECK(!passes[DISK]);
	CHECK_EQ(disk_sends(), NOTHING);
	/* When it is back, its driver writes its message. */
	set_reg(DISK, 0, was);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_ADDRESS), 0, 4, 0xfee02000), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, DISK_DATA), 0, 2, 0x4041), 0);
	CHECK_EQ(cfg_write(root_io, ADDR(DISK, 0x44), 2, 2, MSI_ON), 0);
	CHECK_EQ(disk_sends(), SENT(2, 0x41));
}

/* The device may have more interrupts than its table, but not use them. */
UNIT(a_message_beyond_the_table_is_masked)
{
	static struct jailhouse_boot_function large = { .bdf = NIC, .table = TABLE,
							.vectors = 2048 };
	static struct pci_msix_entry room[2048];
	const u64 address = 0xfee01000;
	u64 routed = address;
	u32 data = 0x31;

	boot();
	memset(functions, 0, sizeof(functions));
	num_tables = 0;
	CHECK_EQ(pci_root_init(&linux_has, &space, &root_cpus, &large, 1, room), 0);
	CHECK_EQ(functions[0].num_entries, 2048);
	CHECK(pci_route_messages(&functions[0], 511, 1, false, &routed, &data));
	CHECK_EQ(data, 511);
	CHECK(!pci_route_messages(&functions[0], 512, 1, false, &routed, &data));
}

UNIT(there_is_no_room_for_a_table)
{
	boot();
	num_tables = ARRAY_SIZE(tables) - 1;
	memset(functions, 0, sizeof(functions));
	CHECK_EQ(pci_root_init(&linux_has, &space, &root_cpus, list, ARRAY_SIZE(list), entries),
		 -ENOMEM);
}

/* The cell's table is another one, and Linux's says nothing meanwhile. */
UNIT(a_function_goes_to_a_cell_and_comes_back)
{
	static struct pci_msix_entry cells_entries[VECTORS];

	enable();
	num_tables = 2;
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 1), 0);
	CHECK_EQ(cell.functions[0].bdf, NIC);
	pci_msix_attach(&cell.functions[0], cells_entries, TABLE_GPA);
	pci_cell_take(&cell);
	used[NIC] = cell.functions[0].first_message;
	pci_root_refresh(&space);
	CHECK_EQ(*entry(functions[0].first_message + 1), 0);
	CHECK_EQ(*entry(functions[0].first_message + 3), 0);
	CHECK_EQ(disk_sends(), SENT(2, 0x41));
	pci_cell_return(&cell);
	pci_cell_exit(&cell);
	CHECK_EQ(num_tables, 2);
	used[NIC] = functions[0].first_message;
	pci_root_refresh(&space);
	CHECK_EQ(nic_sends(1), SENT(1, 0x31));
	CHECK_EQ(nic_sends(3), SENT(0, 0x31));
}
