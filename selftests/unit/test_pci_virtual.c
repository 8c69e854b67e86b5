// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* Virtual functions (SR-IOV): what a cell sees of one, what Linux may do to its physical one. */
#include <string.h>
#include "fake_pci.h"

/* The physical function, and the second one of its virtual functions. */
#define PF		(6 << 3)
#define VF		(PF + 0x12)
#define OTHER		(7 << 3)

#define POWER		0x40
#define EXP		0x50
#define SRIOV		0x140
#define REBAR		0x1a0

static const struct jailhouse_pci_device device = {
	.type = JAILHOUSE_PCI_TYPE_VIRTUAL, .physical = PF, .bdf = VF,
	.num_msix_vectors = VECTORS, .msix_address = TABLE,
	.bar_mask = { 0xffffc000, 0xffffffff, 0xffffe000 },
};

static void build_physical(unsigned int bdf)
{
	memset(config[bdf], 0, 256);
	memset(extended[bdf], 0, sizeof(extended[bdf]));
	set_reg(bdf, 0x00, 0x10c98086);
	set_reg(bdf, 0x04, 0x00100007);
	set_reg(bdf, 0x34, POWER);
	set_reg(bdf, POWER, 0x00005001);
	set_reg(bdf, EXP, 0x00020010);
	set_reg(bdf, 0x100, 0x14010001);
	set_reg(bdf, SRIOV, 0x1a010010);
	set_reg(bdf, SRIOV + 0x08, 0x00000009);
	set_reg(bdf, SRIOV + 0x0c, 0x00080008);
	set_reg(bdf, SRIOV + 0x10, 2);
	set_reg(bdf, SRIOV + 0x14, 0x00020010);
	set_reg(bdf, SRIOV + 0x18, 0x10ca0000);
	set_reg(bdf, SRIOV + 0x20, 1);
	set_reg(bdf, SRIOV + 0x24, 0xfe00000c);
	set_reg(bdf, SRIOV + 0x28, 1);
	set_reg(bdf, SRIOV + 0x2c, BAR - 0x2000);
	set_reg(bdf, REBAR, 0x00010024);
	set_reg(bdf, REBAR + 8, 0x00000520);
}

/* What it has itself: all ones for what it is, no BARs, no bit for memory, no pin. */
static void build_virtual(void)
{
	build();
	space.mmconfig_size = 0x100000;
	build_physical(PF);
	build_physical(OTHER);
	memset(config[VF], 0, 256);
	set_reg(VF, 0x00, ~0U);
	set_reg(VF, 0x04, 0x00100000);
	set_reg(VF, 0x34, 0x70);
	set_reg(VF, 0x70, 0x00040011);
	set_reg(VF, 0x74, (TABLE - BAR) | 2);
}

static void give_virtual(void)
{
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, &device, 1), 0);
	pci_msix_attach(&cell.functions[0], entries, TABLE_GPA);
	pci_cell_take(&cell);
	pci_cell_run(&cell, true);
}

UNIT(a_cell_sees_what_it_is_and_where)
{
	build_virtual();
	give_virtual();
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x00), 0, 4), 0x10ca8086);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x00), 2, 2), 0x10ca);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x10), 0, 4), 0xfe00400c);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x14), 0, 4), 1);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x18), 0, 4), BAR);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x1c), 0, 4), 0);
	CHECK(cell.functions[0].has_table);
	CHECK_EQ(cfg_write(cell_io, ADDR(VF, 0x10), 0, 4, ~0U), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(VF, 0x14), 0, 4, ~0U), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(VF, 0x1c), 0, 4, ~0U), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x10), 0, 4), 0xffffc00c);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x14), 0, 4), ~0U);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x1c), 0, 4), 0);
	/* Nothing of that has reached the device. */
	CHECK_EQ(reg(VF, 0x10), 0);
	CHECK_EQ(reg(PF, SRIOV + 0x24), 0xfe00000c);
	/* With the next start it is as in the beginning. */
	pci_cell_run(&cell, false);
	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x10), 0, 4), 0xfe00400c);
}

/* A BAR of 64 bits has no half behind the last one. */
UNIT(the_last_bar)
{
	build_virtual();
	set_reg(PF, SRIOV + 0x38, 0xfd000004);
	give_virtual();
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x24), 0, 4), 0xfd000004);
}

/* Its size carries into the upper half. */
UNIT(a_bar_above_4_gib)
{
	build_virtual();
	set_reg(PF, SRIOV + 0x24, 0xffffc00c);
	give_virtual();
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x10), 0, 4), 0x0000000c);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x14), 0, 4), 2);
}

UNIT(its_memory_is_always_on_and_looks_as_the_cell_wrote_it)
{
	build_virtual();
	give_virtual();
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x04), 0, 2) & 6, 2);
	CHECK_EQ(cfg_write(cell_io, ADDR(VF, 0x04), 0, 2, 4), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x04), 0, 2) & 6, 4);
	CHECK_EQ(cfg_write(cell_io, ADDR(VF, 0x04), 0, 2, 6), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x04), 0, 2) & 6, 6);
	CHECK_EQ(reg(VF, 0x04) & 4, 4);
	/* Of another function, the device decides. */
	build();
	give();
	set_reg(NIC, 0x04, 0x00100000);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x04), 0, 2, 2), 0);
	set_reg(NIC, 0x04, 0x00100000);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x04), 0, 2), 0);
}

/* As if it had been pulled out. */
UNIT(one_that_does_not_exist)
{
	static const struct {
		const char *what;
		unsigned int offset;
		u32 value;
	} rows[] = {
		{ "there are none", SRIOV + 0x08, 0x8 },
		{ "they have no memory", SRIOV + 0x08, 0x1 },
		{ "one only", SRIOV + 0x10, 1 },
		{ "none at all", SRIOV + 0x10, 0 },
		{ "between the first and the second one", SRIOV + 0x14, 0x00040010 },
		{ "before the first one", SRIOV + 0x14, 0x00020014 },
		{ "one only, and no other one could be", SRIOV + 0x14, 0x00000010 },
		{ "another capability", SRIOV, 0x1a010011 },
		{ "no capability", 0x100, 0 },
		{ "a list that does not end", 0x100, 0x10010001 },
		{ "a list that leads back", 0x100, 0x04010001 },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].what);
		build_virtual();
		set_reg(PF, rows[n].offset, rows[n].value);
		give_virtual();
		CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0), 0, 4), ~0U);
		CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x10), 0, 4), 0);
		CHECK(!cell.functions[0].has_table);
		/* So nothing of it can be ended. */
		CHECK_EQ(cfg_write(root_io, ADDR(PF, EXP + 8), 0, 2, 0x8000), 0);
	}
	unit_row("beyond the area");
	build_virtual();
	space.mmconfig_size = (u64)PF << 12;
	give_virtual();
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0), 0, 4), ~0U);
	unit_row("the only one");
	build_virtual();
	set_reg(PF, SRIOV + 0x10, 1);
	set_reg(PF, SRIOV + 0x14, 0x00000012);
	give_virtual();
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0), 0, 4), 0x10ca8086);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x10), 0, 4), 0xfe00000c);
}

/* The bits that are the cell's stay as it wrote them, which is so for any function. */
UNIT(one_that_was_taken_out)
{
	build_virtual();
	give_virtual();
	removed = VF;
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x00), 0, 4), ~0U);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x04), 0, 4), ~0U);
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x10), 0, 4) & 0x3fff, 0x3fff);
	removed = 0;
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x00), 0, 4), 0x10ca8086);
}

static const struct write {
	const char *what;
	u16 offset;
	u8 width;
	u32 value;
	int err;
} writes[] = {
	{ "there are none", SRIOV + 0x08, 2, 0x0008, -EPERM },
	{ "there are none, a byte", SRIOV + 0x08, 1, 0, -EPERM },
	{ "they have no memory", SRIOV + 0x08, 2, 0x0001, -EPERM },
	{ "numbered in another way", SRIOV + 0x08, 4, 0x0019, -EPERM },
	{ "on, as they are", SRIOV + 0x08, 2, 0x0009, 0 },
	{ "migration", SRIOV + 0x08, 4, 0x0000000f, 0 },
	{ "its status", SRIOV + 0x0a, 2, 1, 0 },
	{ "more", SRIOV + 0x10, 2, 7, -EPERM },
	{ "fewer", SRIOV + 0x10, 1, 1, -EPERM },
	{ "as many", SRIOV + 0x10, 2, 2, 0 },
	{ "256 more", SRIOV + 0x11, 1, 1, -EPERM },
	{ "what depends on what", SRIOV + 0x12, 1, 1, 0 },
	{ "other pages", SRIOV + 0x20, 4, 2, -EPERM },
	{ "a BAR elsewhere", SRIOV + 0x24, 4, 0xfd00000c, -EPERM },
	{ "its upper half", SRIOV + 0x28, 4, 0, -EPERM },
	{ "a byte of the next one", SRIOV + 0x2f, 1, 0xfd, -EPERM },
	{ "the last one", SRIOV + 0x38, 4, ~0U, -EPERM },
	{ "what follows", SRIOV + 0x3c, 4, 0x1000, 0 },
	{ "its size", REBAR + 0x08, 4, 0x0620, -EPERM },
	{ "its size, a byte", REBAR + 0x09, 1, 6, -EPERM },
	{ "its sizes", REBAR + 0x08, 1, 0x40, 0 },
	{ "the size of the sixth one", REBAR + 0x30, 2, 0x100, -EPERM },
	{ "behind them", REBAR + 0x34, 2, 0x100, 0 },
	{ "a reset", EXP + 0x08, 2, 0x8000, -EPERM },
	{ "a reset, a byte", EXP + 0x09, 1, 0x80, -EPERM },
	{ "no reset", EXP + 0x08, 2, 0x2810, 0 },
	{ "its status", EXP + 0x0a, 2, 0x000f, 0 },
	{ "without power", POWER + 0x04, 2, 3, -EPERM },
	{ "a little power", POWER + 0x04, 1, 1, -EPERM },
	{ "full power", POWER + 0x04, 2, 0x8100, 0 },
	{ "no bus master", 0x04, 2, 0, 0 },
	{ "its own BAR", 0x10, 4, 0xfd000000, 0 },
};

UNIT(linux_does_not_end_it_nor_move_it)
{
	const struct write *w;
	unsigned int n, way;
	u32 before;

	for (n = 0; n < 2 * ARRAY_SIZE(writes); n++) {
		w = &writes[n / 2];
		way = n % 2;
		if (!way && w->offset >= 0x100)
			continue;
		unit_row("%s, way %u", w->what, way);
		build_virtual();
		give_virtual();
		before = reg(PF, w->offset & ~3U);
		hw_writes = 0;
		CHECK_EQ(ways[way](PF, w->offset, w->width, w->value), w->err);
		CHECK_EQ(hw_writes, !w->err);
		if (w->err)
			CHECK_EQ(reg(PF, w->offset & ~3U), before);
	}
}

/* Another one like it, and the same one while no cell has any of its functions. */
UNIT(others_are_as_free_as_ever)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(writes); n++) {
		unit_row("%s", writes[n].what);
		build_virtual();
		CHECK_EQ(by_mmconfig(PF, writes[n].offset, writes[n].width, writes[n].value), 0);
		build_virtual();
		give_virtual();
		CHECK_EQ(by_mmconfig(OTHER, writes[n].offset, writes[n].width, writes[n].value),
			 0);
		pci_cell_run(&cell, false);
		CHECK_EQ(by_mmconfig(PF, writes[n].offset, writes[n].width, writes[n].value),
			 writes[n].err);
		pci_cell_return(&cell);
		CHECK_EQ(by_mmconfig(PF, writes[n].offset, writes[n].width, writes[n].value), 0);
	}
}

/* One without what a rule is about. */
UNIT(a_physical_function_with_fewer_capabilities)
{
	build_virtual();
	set_reg(PF, 0x34, 0);
	set_reg(PF, SRIOV, 0x00010010);
	give_virtual();
	CHECK_EQ(cfg_read(cell_io, ADDR(VF, 0x00), 0, 4), 0x10ca8086);
	CHECK_EQ(by_mmconfig(PF, POWER + 4, 2, 3), 0);
	CHECK_EQ(by_mmconfig(PF, EXP + 8, 2, 0x8000), 0);
	CHECK_EQ(by_mmconfig(PF, REBAR + 8, 4, 0x0620), 0);
	CHECK_EQ(by_mmconfig(PF, SRIOV + 8, 2, 0), -EPERM);
	/* A list that does not end. */
	build_virtual();
	set_reg(PF, POWER, 0x00004005);
	give_virtual();
	CHECK_EQ(by_mmconfig(PF, EXP + 8, 2, 0x8000), 0);
}

UNIT(it_belongs_to_one_cell)
{
	struct pci_cell second;

	build_virtual();
	give_virtual();
	CHECK_EQ(pci_cell_init(&second, &space, &cell_cpus, &device, 1), -EBUSY);
	CHECK_STR(said, "PCI device 0000:00:08.2 is another cell's, or an IOMMU");
}
