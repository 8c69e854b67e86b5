// SPDX-License-Identifier: GPL-2.0-only
/* HOST: fake_vendor */
/* BESIDE: fake_vendor/host.c fake_vendor/vendor.c */
/* IN, OUT, INS and OUTS that exit: x86/exits/io.c, with any vendor. */
#include <string.h>
#include "unit.h"
#include "fake_vendor/host.h"

#define RAX	(this_regs()->gpr[INSN_RAX])
#define RCX	(this_regs()->gpr[INSN_RCX])
#define RSI	(this_regs()->gpr[INSN_RSI])
#define RDI	(this_regs()->gpr[INSN_RDI])

#define OLD_RAX	0x1122334455667788ULL

static void boot(bool cell, u16 port, u8 width, bool in)
{
	host_boot();
	if (cell)
		host_cell();
	guest.io = (struct io_exit){ .port = port, .width = width, .in = in };
	RAX = OLD_RAX;
}

UNIT(where_the_root_has_no_port_it_reads_ones_and_goes_on)
{
	static const struct {
		u8 width;
		u64 rax;
	} rows[] = {
		{ 1, 0x11223344556677ff },
		{ 2, 0x112233445566ffff },
		{ 4, 0x00000000ffffffff },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("width %u", rows[i].width);
		boot(false, 0x3f8, rows[i].width, true);
		handle_io();
		CHECK_EQ(RAX, rows[i].rax);
		CHECK_EQ(guest.rip, HOST_CODE + 2);
		CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
		CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_PIO), 1);
	}
	CHECK_STR(host_done(), "log: access to I/O port 0x3f8, width 4, rip 0x8000; skip");
}

UNIT(what_it_writes_there_is_lost)
{
	boot(false, 0x3f8, 1, false);
	handle_io();
	CHECK_EQ(RAX, OLD_RAX);
	CHECK_STR(host_done(), "log: access to I/O port 0x3f8, width 1, rip 0x8000; skip");
}

UNIT(of_a_flood_of_them_each_is_counted_and_none_logged)
{
	boot(false, 0x3f8, 1, false);
	percpu_area.cell->line_due[CELL_LINE_DENIED] = 1;
	handle_io();
	CHECK_STR(host_done(), "skip");
	CHECK_EQ(percpu_area.cpu->lines[CELL_LINE_DENIED].skipped, 1);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
}

UNIT(a_cell_that_tries_it_fails)
{
	boot(true, 0x3f8, 1, true);
	handle_io();
	CHECK_EQ(RAX, OLD_RAX);
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
	CHECK_STR(host_done(), "failed: read of I/O port 0x3f8, width 1, rip 0x8000");
	boot(true, 0x3f8, 2, false);
	handle_io();
	CHECK_STR(host_done(), "failed: write to I/O port 0x3f8, width 2, rip 0x8000");
}

UNIT(unless_all_its_ports_are_to_be_ignored)
{
	static const struct {
		u16 port;
		u8 width;
		bool ignored;
	} rows[] = {
		{ 0x80, 1, true }, { 0x80, 2, true }, { 0x81, 1, true },
		{ 0x7f, 1, false }, { 0x7f, 2, false }, { 0x81, 2, false }, { 0x80, 4, false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("0x%x, width %u", rows[i].port, rows[i].width);
		boot(true, rows[i].port, rows[i].width, true);
		handle_io();
		CHECK_EQ(strcmp(host_done(), "skip") == 0, rows[i].ignored);
		CHECK_EQ(RAX & 0xff, rows[i].ignored ? 0xff : OLD_RAX & 0xff);
		CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
	}
}

UNIT(or_reads_zeros_there)
{
	boot(true, 0x90, 2, true);
	handle_io();
	CHECK_EQ(RAX, OLD_RAX & ~0xffffULL);
	CHECK_STR(host_done(), "skip");
	boot(true, 0x91, 1, true);
	guest.io.string = true;
	guest.string = (struct io_string){ .gva = 0x2000, .mask = ~0ULL };
	RDI = 0x2000;
	host_ram[0x2000] = 0xaa;
	handle_io();
	CHECK_EQ(host_ram[0x2000], 0);
}

static void boot_console(u16 reg, u8 width, bool in, u8 val)
{
	static struct jailhouse_cell_desc desc;
	struct cell *cell;

	boot(true, (u16)(HOST_CONSOLE + reg), width, in);
	cell = this_percpu()->cell;
	desc = *cell->desc;
	desc.num_pio_regions = 0;
	desc.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE;
	cell->desc = &desc;
	RAX = OLD_RAX - 0x88 + val;
}

UNIT(a_virtual_console_is_eight_ports_of_a_byte)
{
	boot_console(0, 1, false, 'x');
	handle_io();
	CHECK_STR(host_done(), "print x; skip");
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 0);
	boot_console(5, 1, true, 0);
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88 + 0x60);
	boot_console(5, 1, true, 0);
	host.log_full = true;
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88);
	/* What was written to a register stays there. */
	boot_console(7, 1, false, 0x5a);
	handle_io();
	guest.io.in = true;
	RAX = OLD_RAX;
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88 + 0x5a);
	CHECK_STR(host_done(), "skip; skip");
}

UNIT(it_receives_what_was_typed)
{
	boot_console(5, 1, true, 0);
	host.typed = "ab";
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88 + 0x61);
	boot_console(0, 1, true, 0);
	host.typed = "ab";
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88 + 'a');
	RAX = OLD_RAX;
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88 + 'b');
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88);
	CHECK_STR(host_done(), "skip; skip; skip");
}

static char pin;

/* The driver has enabled these interrupts. */
static void boot_driven(u8 enabled, u16 reg, bool in, u8 val)
{
	boot_console(1, 1, false, enabled);
	this_percpu()->cell->arch.console_pin = (struct virtual_pin *)&pin;
	handle_io();
	host_done();
	guest.io.port = (u16)(HOST_CONSOLE + reg);
	guest.io.in = in;
	RAX = OLD_RAX - 0x88 + val;
}

UNIT(with_a_pin_it_interrupts)
{
	boot_driven(0, 1, false, 2);
	handle_io();
	CHECK_STR(host_done(), "interrupt; skip");
	boot_driven(1, 0, true, 0);
	host.typed = "ab";
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88 + 'a');
	CHECK_STR(host_done(), "interrupt; skip");
	handle_io();
	CHECK_STR(host_done(), "skip");
	boot_driven(2, 0, false, 'x');
	handle_io();
	CHECK_STR(host_done(), "print x; interrupt; skip");
	boot_driven(1, 0, false, 'x');
	handle_io();
	CHECK_STR(host_done(), "print x; skip");
}

/* Nobody tells a driver that a line may be printed again: so it waits where it prints. */
UNIT(who_sends_by_interrupts_waits_for_a_full_log)
{
	boot_driven(2, 0, false, 'x');
	host.log_full = true;
	handle_io();
	handle_io();
	CHECK_STR(host_done(), "");
	host.log_full = false;
	handle_io();
	CHECK_STR(host_done(), "print x; interrupt; skip");
	/* Who asks first, and others' registers, wait for nothing. */
	boot_driven(1, 0, false, 'x');
	host.log_full = true;
	handle_io();
	CHECK_STR(host_done(), "print x; skip");
	boot_driven(2, 5, true, 0);
	host.log_full = true;
	handle_io();
	CHECK_EQ(RAX, OLD_RAX - 0x88 + 0x60);
	boot_driven(2, 7, false, 0);
	host.log_full = true;
	handle_io();
	CHECK_STR(host_done(), "skip");
}

UNIT(what_is_beside_a_virtual_console_is_not)
{
	static const struct {
		u16 reg;
		u8 width;
		const char *done;
	} rows[] = {
		{ 8, 1, "failed: read of I/O port 0x301, width 1, rip 0x8000" },
		{ 0xffff, 1, "failed: read of I/O port 0x2f8, width 1, rip 0x8000" },
		{ 5, 2, "failed: read of I/O port 0x2fe, width 2, rip 0x8000" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("register %u, width %u", rows[i].reg, rows[i].width);
		boot_console(rows[i].reg, rows[i].width, true, 0);
		handle_io();
		CHECK_STR(host_done(), rows[i].done);
	}
	boot_console(5, 1, true, 0);
	guest.io.string = true;
	handle_io();
	CHECK_STR(host_done(), "failed: read of I/O port 0x2fe, width 1, rip 0x8000");
	/* Without the flag it is no device at all. */
	boot(true, HOST_CONSOLE + 5, 1, true);
	handle_io();
	CHECK_STR(host_done(), "failed: read of I/O port 0x2fe, width 1, rip 0x8000");
}

UNIT(pci_configuration_is_that_of_the_cell)
{
	static struct pci_cell functions;
	static const struct {
		bool cell, has_functions;
		u64 rax;
		const char *done;
	} rows[] = {
		{ false, false, 0x12345678, "root pci; skip" },
		{ true, true, 0x12345678, "cell pci; skip" },
		{ true, false, 0xffffffff, "skip" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%zu", i);
		boot(rows[i].cell, 0xcfc, 4, true);
		host.pci_value = 0x12345678;
		percpu_area.cell->arch.pci = rows[i].has_functions ? &functions : NULL;
		handle_io();
		CHECK_EQ(RAX, rows[i].rax);
		CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 0);
		CHECK_STR(host_done(), rows[i].done);
	}
}

UNIT(a_write_to_it_is_passed_on_whole_and_counted_if_it_is_not_allowed)
{
	boot(false, 0xcf8, 4, false);
	host.pci_error = -1;
	percpu_area.apic.base |= APIC_BASE_EXTD;
	handle_io();
	CHECK_EQ(host.pci.port, 0xcf8);
	CHECK_EQ(host.pci.width, 4);
	CHECK(host.pci.is_write);
	CHECK(host.pci.x2apic);
	CHECK_EQ(host.pci.value, (u32)OLD_RAX);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
	CHECK_STR(host_done(), "root pci; skip");
}

/* Its last port and the one behind it: no register. */
UNIT(an_access_that_goes_beyond_it_is_none_to_it)
{
	boot(true, 0xcff, 2, true);
	handle_io();
	CHECK_STR(host_done(), "failed: read of I/O port 0xcff, width 2, rip 0x8000");
}

/*
 * INS and OUTS
 */

static void boot_string(u8 width, bool in, bool rep, u64 mask)
{
	boot(false, 0x3f8, width, in);
	guest.io.string = true;
	guest.io.rep = rep;
	guest.string = (struct io_string){ .gva = 0x2000, .mask = mask };
	RCX = 2;
	RSI = 0x2000;
	RDI = 0x2000;
	host.tsc = 0;
	percpu_area.cell->line_due[CELL_LINE_DENIED] = 1;
}

UNIT(an_element_of_ins_is_ones_in_memory)
{
	boot_string(2, true, false, ~0ULL);
	handle_io();
	CHECK_EQ(host_ram[0x1fff], 0);
	CHECK_EQ(host_ram[0x2000], 0xff);
	CHECK_EQ(host_ram[0x2001], 0xff);
	CHECK_EQ(host_ram[0x2002], 0);
	CHECK_EQ(RDI, 0x2002);
	CHECK_EQ(RSI, 0x2000);
	CHECK_EQ(RCX, 2);
	CHECK_EQ(RAX, OLD_RAX);
	CHECK_STR(host_done(), "skip");
}

UNIT(with_rep_it_goes_on_until_the_count_is_used_up)
{
	boot_string(4, false, true, ~0ULL);
	handle_io();
	CHECK_EQ(RCX, 1);
	CHECK_EQ(RSI, 0x2004);
	CHECK_EQ(RDI, 0x2000);
	CHECK_STR(host_done(), "");
	CHECK_EQ(guest.rip, HOST_CODE);
	handle_io();
	CHECK_EQ(RCX, 0);
	CHECK_EQ(RSI, 0x2008);
	CHECK_STR(host_done(), "skip");
}

UNIT(with_a_count_of_0_nothing_is_done)
{
	boot_string(1, true, true, 0xffff);
	RCX = 0x10000;
	handle_io();
	CHECK_EQ(host_ram[0x2000], 0);
	CHECK_EQ(RDI, 0x2000);
	CHECK_EQ(RCX, 0x10000);
	CHECK_STR(host_done(), "skip");
}

UNIT(registers_count_within_the_address_size)
{
	static const struct {
		u64 mask, before, after;
		bool down;
	} rows[] = {
		{ 0xffff, 0xaaaaaaaaaaaaffff, 0xaaaaaaaaaaaa0001, false },
		{ 0xffff, 0xaaaaaaaaaaaa0000, 0xaaaaaaaaaaaafffe, true },
		{ 0xffffffff, 0xaaaaaaaaffffffff, 0x0000000000000001, false },
		{ 0xffffffff, 0xaaaaaaaa00000001, 0x00000000ffffffff, true },
		{ ~0ULL, 0x00000000ffffffff, 0x0000000100000001, false },
		{ ~0ULL, 0, 0xfffffffffffffffe, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%zu", i);
		boot_string(2, true, false, rows[i].mask);
		RDI = rows[i].before;
		guest.rflags |= rows[i].down ? X86_RFLAGS_DF : 0;
		handle_io();
		CHECK_EQ(RDI, rows[i].after);
	}
}

UNIT(an_operand_that_is_not_mapped_is_a_page_fault_and_nothing_is_done)
{
	boot_string(1, true, true, ~0ULL);
	guest.string.gva = HOST_HOLE + 0x123;
	handle_io();
	CHECK_EQ(guest.cr2, HOST_HOLE + 0x123);
	CHECK_EQ(RCX, 2);
	CHECK_EQ(RDI, 0x2000);
	CHECK_STR(host_done(), "#14(2) 0x40000123");
	boot_string(1, false, true, ~0ULL);
	guest.string.gva = HOST_HOLE;
	guest.cpl = 3;
	handle_io();
	CHECK_STR(host_done(), "#14(4) 0x40000000");
}

UNIT(one_that_nobody_can_tell_is_a_general_protection_fault)
{
	boot_string(1, true, false, ~0ULL);
	guest.string_error = -1;
	handle_io();
	CHECK_EQ(RDI, 0x2000);
	CHECK_STR(host_done(), "#13(0)");
	boot_string(1, true, false, ~0ULL);
	guest.string.gva = HOST_DEVICE;
	handle_io();
	CHECK_STR(host_done(), "#13(0)");
}

/* The entry of the page tables that leads to 0x2000. */
#define ENTRY	(*(u64 *)(host_ram + HOST_TABLES + 4096))

/* Another CPU of the guest's clears it while this one walks. */
static void clear_entry(__maybe_unused u64 hpa)
{
	static unsigned int calls;

	if (++calls == 3)
		ENTRY = 0;
}

UNIT(with_tables_that_have_just_changed_the_instruction_is_tried_again)
{
	boot_string(1, true, false, ~0ULL);
	ENTRY &= ~0x60ULL;
	host.on_window = clear_entry;
	handle_io();
	CHECK_EQ(ENTRY, 0);
	CHECK_EQ(host_ram[0x2000], 0);
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_STR(host_done(), "");
}
