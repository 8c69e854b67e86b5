// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* What a cell's functions send where interrupts are remapped. */
#include <string.h>
#include "fake_pci.h"
#include "fake_remap.h"

static void build_remapped(void)
{
	fake_remap_reset();
	build();
	space.remap = &fake_remap;
	give();
}

/* What NIC has: by the table of interrupts, nothing was there before. */
#define FIRST	FAKE_ROOT_END

UNIT(each_function_has_entries_of_its_own)
{
	build_remapped();
	CHECK_EQ(cell.functions[0].first_message, FIRST);
	CHECK_EQ(cell.functions[0].num_messages, 32);
	CHECK_EQ(cell.functions[1].first_message, FIRST + 32);
	pci_cell_return(&cell);
	pci_cell_exit(&cell);
	CHECK_EQ(fake_taken, 0);
	pci_cell_exit(&cell);
	CHECK_EQ(fake_taken, 0);
	pci_cell_exit(NULL);
	/* Room for one of two: what was taken is given back. */
	fake_taken = FAKE_ENTRIES - FAKE_ROOT_END - 40;
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 2), -ENOSPC);
	CHECK_STR(said, "PCI device 00:04.0 has 32 interrupts, fewer are left of cells' 96");
	pci_cell_exit(&cell);
	CHECK_EQ(fake_taken, FAKE_ENTRIES - FAKE_ROOT_END - 40);
}

UNIT(a_message_names_an_entry_that_interrupts_the_cell)
{
	build_remapped();
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x41), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x01), 0);
	CHECK_EQ(reg(NIC, 0x54), remap_message(FIRST, false));
	CHECK_EQ(reg(NIC, 0x58), 0);
	/* Of one message it does not matter. */
	CHECK_EQ(reg(NIC, 0x5c) & 0xffff, 0x41);
	CHECK(reg(NIC, 0x50) >> 16 & 1);
	CHECK_EQ(fake_entries[FIRST].source, NIC);
	CHECK_EQ(fake_entries[FIRST].dest, 3);
	CHECK_EQ(fake_entries[FIRST].low, 0x41);
	CHECK_EQ(fake_entries[FIRST + 1].low, 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x54), 0, 4), 0xfee03000);
	/* Another vector. */
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x42), 0);
	CHECK_EQ(fake_entries[FIRST].low, 0x42);
	/* To others, or as what names an entry itself: nothing is sent. */
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee01000), -EPERM);
	CHECK(!(reg(NIC, 0x50) >> 16 & 1));
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee00070), -EPERM);
	CHECK(!(reg(NIC, 0x50) >> 16 & 1));
	/* Linux's comes back as it was. */
	pci_cell_return(&cell);
	CHECK_EQ(reg(NIC, 0x54), 0xfee01000);
	CHECK_EQ(fake_entries[FIRST].low, 0);
}

UNIT(several_messages_have_an_entry_each)
{
	unsigned int n;

	build_remapped();
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x45), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x21), 0);	/* four */
	CHECK_EQ(reg(NIC, 0x54), remap_message(FIRST, true));
	CHECK_EQ(reg(NIC, 0x5c) & 0xffff, 0);
	for (n = 0; n < 4; n++)
		CHECK_EQ(fake_entries[FIRST + n].low, 0x44 + n);
	CHECK_EQ(fake_entries[FIRST + 4].low, 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x11), 0);	/* two */
	CHECK_EQ(reg(NIC, 0x54), remap_message(FIRST, true));
	/* More than there are. */
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x71), 0);
	CHECK_EQ(fake_entries[FIRST + 31].low, 0x5f);
	CHECK_EQ(fake_entries[FIRST + 32].low, 0);
}

static int put(unsigned int entry, unsigned int word, u32 value)
{
	struct mmio_access access = { TABLE_GPA + 16 * entry + 4 * word, 4, true, value };

	return pci_msix_access(&cell.functions[0], cell_x2apic, &access);
}

static u32 device(unsigned int entry, unsigned int word)
{
	u32 value;

	memcpy(&value, &bar[TABLE - BAR + 16 * entry + 4 * word], 4);
	return value;
}

UNIT(an_entry_of_msix_names_one_of_the_table)
{
	build_remapped();
	CHECK_EQ(put(3, 0, 0xfee03000), 0);
	CHECK_EQ(put(3, 2, 0x77), 0);
	CHECK_EQ(put(3, 3, 0), 0);
	CHECK_EQ(device(3, 0), remap_message(FIRST + 3, false));
	CHECK_EQ(device(3, 1), 0);
	CHECK_EQ(device(3, 2), 0x77);
	CHECK_EQ(device(3, 3), 0);
	CHECK_EQ(fake_entries[FIRST + 3].source, NIC);
	CHECK_EQ(fake_entries[FIRST + 3].dest, 3);
	CHECK_EQ(fake_entries[FIRST + 3].low, 0x77);
	CHECK_EQ(put(3, 0, 0xfee00000), -EPERM);
	CHECK_EQ(device(3, 3), 1);
}

/* As many as the IOMMU has for a function, and one more. */
UNIT(more_interrupts_than_there_is_room_for_are_refused_by_name)
{
	struct jailhouse_pci_device many = { .bdf = NIC, .num_msix_vectors = FAKE_MOST };

	fake_remap_reset();
	build();
	space.remap = &fake_remap;
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, &many, 1), 0);
	pci_cell_exit(&cell);
	many.num_msix_vectors++;
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, &many, 1), -ENOSPC);
	CHECK_STR(said, "PCI device 00:03.0 has 97 interrupts, its IOMMU has room for 96");
	pci_cell_exit(&cell);
}

static int take_nothing(__maybe_unused u32 source, __maybe_unused unsigned int count)
{
	return -ENOMEM;
}

UNIT(a_table_that_there_is_no_memory_for_is_named)
{
	struct remap full = fake_remap;

	build();
	full.take = take_nothing;
	space.remap = &full;
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 2), -ENOMEM);
	CHECK_STR(said, "no hypervisor memory for the interrupts of PCI device 00:03.0");
	pci_cell_exit(&cell);
}

static int take_zero(__maybe_unused u32 source, __maybe_unused unsigned int count)
{
	return 0;
}

/* As where each function has a table of its own. */
UNIT(the_first_entry_may_have_the_number_0)
{
	struct remap own = fake_remap;

	fake_remap_reset();
	build();
	own.take = take_zero;
	space.remap = &own;
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 2), 0);
	CHECK_EQ(cell.functions[0].num_messages, 32);
	CHECK_EQ(cell.functions[1].first_message, 0);
}

/* A CPU whose id does not fit into an entry. */
UNIT(an_id_that_has_no_room_in_an_entry_is_nobodys)
{
	struct remap narrow = fake_remap;

	build_remapped();
	narrow.id_end = 3;
	space.remap = &narrow;
	CHECK_EQ(put(3, 0, 0xfee03000), 0);
	CHECK_EQ(put(3, 2, 0x77), 0);
	CHECK_EQ(put(3, 3, 0), -EPERM);
	CHECK_EQ(device(3, 3), 1);
	CHECK_EQ(fake_sets, 0);
	narrow.id_end = 4;
	CHECK_EQ(put(3, 3, 0), 0);
	CHECK_EQ(fake_entries[FIRST + 3].dest, 3);
}

/* The number of an entry in an address, and in what an I/O APIC sends (VT-d 5.1.2.2, 5.1.5.1). */
UNIT(numbers_of_entries_are_where_the_unit_looks)
{
	CHECK_EQ(remap_message(0, false), 0xfee00010);
	CHECK_EQ(remap_message(1, false), 0xfee00030);
	CHECK_EQ(remap_message(0x7fff, true), 0xfeeffff8);
	CHECK_EQ(remap_message(0x8000, false), 0xfee00014);
	CHECK_EQ(remap_pin(1), 0x0003000000000000);
	CHECK_EQ(remap_pin(0x8001), 0x0003000000000800);
	CHECK_EQ(remap_pin_index(remap_pin(0x9234) | 0x31), 0x9234);
}
