// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/decode.c x86/emulate.c */
/* The emulator against the SDM, in cases written by hand. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulate.h"
#include "flags.h"
#include "unit.h"

/* A machine that logs accesses, reads a pattern, and can have one of them fail */
struct machine {
	char log[256];
	size_t len;
	u64 pattern;
	int fails;		/* number of the access that fails, 0: none */
	int accesses;
};

static int __printf(2, 3) access(struct machine *machine, const char *fmt, ...)
{
	va_list args;

	if (++machine->accesses == machine->fails)
		return -EIO;
	va_start(args, fmt);
	machine->len += (size_t)vsnprintf(machine->log + machine->len,
					  sizeof(machine->log) - machine->len, fmt, args);
	va_end(args);
	return 0;
}

static int machine_mmio_read(void *ctx, u64 gpa, unsigned int width, u64 *val)
{
	struct machine *machine = ctx;

	*val = machine->pattern;
	return access(machine, "mmio %llx/%u; ", gpa, width);
}

static int machine_mmio_write(void *ctx, u64 gpa, unsigned int width, u64 val)
{
	return access(ctx, "mmio %llx/%u = %llx; ", gpa, width, val);
}

static int machine_mem_read(void *ctx, u64 gva, unsigned int width, u64 *val)
{
	struct machine *machine = ctx;

	*val = machine->pattern;
	return access(machine, "mem %llx/%u; ", gva, width);
}

static int machine_mem_write(void *ctx, u64 gva, unsigned int width, u64 val)
{
	return access(ctx, "mem %llx/%u = %llx; ", gva, width, val);
}

static u64 machine_seg_base(void *ctx, enum insn_seg seg)
{
	(void)ctx;
	return (u64)seg << 20;
}

static const struct insn_ops machine_ops = {
	.mmio_read = machine_mmio_read,
	.mmio_write = machine_mmio_write,
	.mem_read = machine_mem_read,
	.mem_write = machine_mem_write,
	.seg_base = machine_seg_base,
};

#define GPA	0xfee00000

/* Decode and execute an instruction; MOVS writes the device if asked to. */
static int step_movs(enum insn_mode mode, const char *code, bool write,
		     struct insn_regs *regs, struct machine *machine)
{
	struct insn insn;
	u8 bytes[INSN_MAX_LENGTH];
	size_t n = 0;
	char *end;

	unit_row("%d: %s", 16 << mode, code);
	machine->len = 0;
	machine->log[0] = 0;
	machine->accesses = 0;
	for (; *code; code = end + strspn(end, " "))
		bytes[n++] = (u8)strtoul(code, &end, 16);
	if (!CHECK_EQ(insn_decode(bytes, n, mode, &insn), INSN_OK))
		return -EINVAL;
	insn_select_operand(&insn, write);
	return insn_execute(&insn, GPA, regs, &machine_ops, machine);
}

static int step(enum insn_mode mode, const char *code, struct insn_regs *regs,
		struct machine *machine)
{
	return step_movs(mode, code, false, regs, machine);
}

#define M16 INSN_MODE_16
#define M32 INSN_MODE_32
#define M64 INSN_MODE_64

UNIT(loads_keep_or_clear_what_is_above_the_operand)
{
	struct machine machine = { .pattern = 0x1122334455667788 };
	static const struct {
		enum insn_mode mode;
		const char *code;
		u64 cx;
	} rows[] = {
		{ M64, "8a 08", 0xffffffffffffff88 },
		{ M64, "8a 28", 0xffffffffffff88ff },
		{ M64, "66 8b 08", 0xffffffffffff7788 },
		{ M64, "8b 08", 0x55667788 },
		{ M64, "48 8b 08", 0x1122334455667788 },
		{ M32, "8b 08", 0x55667788 },
		{ M16, "8b 0f", 0xffffffffffff7788 },
		{ M64, "0f be 08", 0xffffff88 },
		{ M64, "66 0f be 08", 0xffffffffffffff88 },
		{ M64, "48 0f be 08", 0xffffffffffffff88 },
		{ M64, "48 0f b6 08", 0x88 },
		{ M64, "48 0f bf 08", 0x7788 },
		{ M64, "48 63 08", 0x55667788 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_regs regs = { .gpr[INSN_RCX] = ~0ULL };

		CHECK_EQ(step(rows[i].mode, rows[i].code, &regs, &machine), 0);
		CHECK_EQ(regs.gpr[INSN_RCX], rows[i].cx);
	}
}

UNIT(stores_are_cut_to_their_width)
{
	static const struct {
		const char *code, *log;
	} rows[] = {
		{ "88 08", "mmio fee00000/1 = 88; " },
		{ "88 28", "mmio fee00000/1 = 77; " },
		{ "66 89 08", "mmio fee00000/2 = 7788; " },
		{ "89 08", "mmio fee00000/4 = 55667788; " },
		{ "48 89 08", "mmio fee00000/8 = 1122334455667788; " },
		{ "c6 00 fe", "mmio fee00000/1 = fe; " },
		{ "66 c7 00 fe ff", "mmio fee00000/2 = fffe; " },
		{ "c7 00 fe ff ff ff", "mmio fee00000/4 = fffffffe; " },
		{ "48 c7 00 fe ff ff ff", "mmio fee00000/8 = fffffffffffffffe; " },
		{ "48 c7 00 fe ff ff 7f", "mmio fee00000/8 = 7ffffffe; " },
		{ "67 a2 00 00 00 00", "mmio fee00000/1 = aa; " },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_regs regs = {
			.gpr[INSN_RCX] = 0x1122334455667788, .gpr[INSN_RAX] = 0xaa,
		};
		struct machine machine = { 0 };

		CHECK_EQ(step(M64, rows[i].code, &regs, &machine), 0);
		CHECK_STR(machine.log, rows[i].log);
	}
}

UNIT(read_modify_write_is_one_read_and_one_write)
{
	static const struct {
		const char *code, *log;
	} rows[] = {
		{ "87 08", "mmio fee00000/4; mmio fee00000/4 = c; " },
		{ "09 08", "mmio fee00000/4; mmio fee00000/4 = 3c; " },
		{ "f0 0f ba 28 1f", "mmio fee00000/4; mmio fee00000/4 = 80000030; " },
		/* 30 is not in the accumulator: written back nevertheless */
		{ "0f b1 08", "mmio fee00000/4; mmio fee00000/4 = 30; " },
		{ "39 08", "mmio fee00000/4; " },
		{ "3b 08", "mmio fee00000/4; " },
		{ "85 08", "mmio fee00000/4; " },
		{ "0f ba 20 01", "mmio fee00000/4; " },
		{ "0b 08", "mmio fee00000/4; " },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_regs regs = { .gpr[INSN_RCX] = 0xc };
		struct machine machine = { .pattern = 0x30 };

		CHECK_EQ(step(M64, rows[i].code, &regs, &machine), 0);
		CHECK_STR(machine.log, rows[i].log);
	}
}

UNIT(a_failed_access_changes_nothing)
{
	static const struct {
		const char *code;
		bool write;
		int accesses;
	} rows[] = {
		{ "89 08", false, 1 }, { "8b 08", false, 1 }, { "48 0f be 08", false, 1 },
		{ "87 08", false, 2 }, { "0f c1 08", false, 2 }, { "f0 01 08", false, 2 },
		{ "0f b1 08", false, 2 }, { "3b 08", false, 1 }, { "ff 00", false, 2 },
		{ "f3 ab", false, 1 }, { "f3 ad", false, 1 },
		{ "f3 a5", false, 2 }, { "f3 a5", true, 2 },
	};
	size_t i;
	int fails;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (fails = 1; fails <= rows[i].accesses + 1; fails++) {
			const struct insn_regs before = {
				.gpr[INSN_RCX] = 3, .gpr[INSN_RAX] = 0x1000, .rip = 0x2000,
				.rflags = STATUS | RF,
			};
			struct insn_regs regs = before;
			struct machine machine = { .pattern = 0x77, .fails = fails };
			bool failed = fails <= rows[i].accesses;

			CHECK_EQ(step_movs(M64, rows[i].code, rows[i].write, &regs, &machine),
				 failed ? -EIO : 0);
			CHECK_EQ(!memcmp(&regs, &before, sizeof(regs)), failed);
			CHECK_EQ(machine.accesses, failed ? fails : rows[i].accesses);
		}
	}
}

UNIT(instruction_pointer)
{
	static const struct {
		enum insn_mode mode;
		u64 before, after;
	} rows[] = {
		{ M64, 0xffffffff81000000, 0xffffffff81000003 },
		{ M64, 0xfffffffe, 0x100000001 },
		{ M32, 0xfffffffe, 0x1 },
		{ M16, 0xfffe, 0x10001 },	/* where the fetch will fault */
		{ M16, 0xfffffffe, 0x1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_regs regs = { .rip = rows[i].before, .rflags = RF | 0x202 };
		struct machine machine = { 0 };

		CHECK_EQ(step(rows[i].mode, "89 48 10", &regs, &machine), 0);
		CHECK_EQ(regs.rip, rows[i].after);
		CHECK_EQ(regs.rflags, 0x202);
	}
}

UNIT(string_iterations)
{
	struct machine machine = { .pattern = 0xabcdef0123456789 };
	struct insn_regs regs = {
		.gpr[INSN_RCX] = 2, .gpr[INSN_RSI] = 0x5000, .gpr[INSN_RDI] = 0x6000,
		.gpr[INSN_RAX] = 0x99, .rip = 0x100, .rflags = RF,
	};

	/* All but the last iteration stay at the instruction. */
	CHECK_EQ(step_movs(M64, "f3 a5", false, &regs, &machine), 0);
	CHECK_STR(machine.log, "mmio fee00000/4; mem 6000/4 = 23456789; ");
	CHECK_EQ(regs.rip, 0x100);
	CHECK_EQ(regs.rflags, RF);
	CHECK_EQ(regs.gpr[INSN_RCX], 1);
	CHECK_EQ(step_movs(M64, "f3 a5", true, &regs, &machine), 0);
	CHECK_STR(machine.log, "mem 5004/4; mmio fee00000/4 = 23456789; ");
	CHECK_EQ(regs.rip, 0x102);
	CHECK_EQ(regs.rflags, 0);
	CHECK_EQ(regs.gpr[INSN_RCX], 0);
	CHECK_EQ(regs.gpr[INSN_RSI], 0x5008);
	CHECK_EQ(regs.gpr[INSN_RDI], 0x6008);

	/* Nothing to do */
	CHECK_EQ(step(M64, "f3 aa", &regs, &machine), 0);
	CHECK_STR(machine.log, "");
	CHECK_EQ(regs.rip, 0x104);
	CHECK_EQ(regs.gpr[INSN_RDI], 0x6008);

	/* Without REP the count is neither asked nor counted. */
	regs.rflags = DF;
	CHECK_EQ(step(M64, "aa", &regs, &machine), 0);
	CHECK_STR(machine.log, "mmio fee00000/1 = 99; ");
	CHECK_EQ(regs.gpr[INSN_RDI], 0x6007);
	CHECK_EQ(regs.gpr[INSN_RCX], 0);
	CHECK_EQ(step(M64, "48 ad", &regs, &machine), 0);
	CHECK_EQ(regs.gpr[INSN_RAX], 0xabcdef0123456789);
	CHECK_EQ(regs.gpr[INSN_RSI], 0x5000);
}

UNIT(string_registers_are_as_wide_as_addresses)
{
	static const struct {
		enum insn_mode mode;
		const char *code;
		bool write;
		const char *log;
		u64 si, di, cx;
	} rows[] = {
		/* DS and ES start at 3 and 0 MiB, FS and GS at 4 and 5. */
		{ M16, "f3 a4", false, "mmio fee00000/1; mem ffff/1 = 5a; ",
		  0xaaaa00000000, 0xbbbb00000000, 0xcccc00000001 },
		{ M16, "64 f3 a4", true, "mem 40ffff/1; mmio fee00000/1 = 5a; ",
		  0xaaaa00000000, 0xbbbb00000000, 0xcccc00000001 },
		{ M32, "f3 a4", true, "mem 30ffff/1; mmio fee00000/1 = 5a; ",
		  0x10000, 0x10000, 1 },
		{ M64, "67 f3 a4", true, "mem ffff/1; mmio fee00000/1 = 5a; ",
		  0x10000, 0x10000, 1 },
		{ M64, "f3 a4", true, "mem aaaa0000ffff/1; mmio fee00000/1 = 5a; ",
		  0xaaaa00010000, 0xbbbb00010000, 0xcccc00000001 },
		{ M64, "65 f3 a4", true, "mem aaaa0050ffff/1; mmio fee00000/1 = 5a; ",
		  0xaaaa00010000, 0xbbbb00010000, 0xcccc00000001 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine machine = { .pattern = 0x5a };
		struct insn_regs regs = {
			.gpr[INSN_RSI] = 0xaaaa0000ffff, .gpr[INSN_RDI] = 0xbbbb0000ffff,
			.gpr[INSN_RCX] = 0xcccc00000002,
		};

		CHECK_EQ(step_movs(rows[i].mode, rows[i].code, rows[i].write, &regs, &machine),
			 0);
		CHECK_STR(machine.log, rows[i].log);
		CHECK_EQ(regs.gpr[INSN_RSI], rows[i].si);
		CHECK_EQ(regs.gpr[INSN_RDI], rows[i].di);
		CHECK_EQ(regs.gpr[INSN_RCX], rows[i].cx);
		CHECK_EQ(regs.rip, 0);
	}
}

UNIT(movs_needs_an_operand_selected)
{
	static const u8 movs[] = { 0xa4 };
	struct insn_regs regs = { 0 };
	struct machine machine = { 0 };
	struct insn insn;

	CHECK_EQ(insn_decode(movs, sizeof(movs), M64, &insn), INSN_OK);
	CHECK_EQ(insn_execute(&insn, GPA, &regs, &machine_ops, &machine), -EINVAL);
	CHECK_EQ(machine.accesses, 0);
	CHECK_EQ(regs.rip, 0);
}

UNIT(linear_addresses)
{
	static const struct {
		enum insn_mode mode;
		u8 bytes[8];
		bool write;
		u64 offset, linear;
	} rows[] = {
		/* BX + SI + 8000 wraps at 64 KiB; DS is at 3 MiB, SS at 2, ES at 0. */
		{ M16, { 0x89, 0x88, 0x00, 0x80 }, false, 0x7ffe, 0x307ffe },
		{ M16, { 0x89, 0x8a, 0x00, 0x80 }, false, 0x800e, 0x20800e },
		{ M32, { 0x89, 0x08 }, false, 0xfffffff0, 0x2ffff0 },
		{ M32, { 0x65, 0x89, 0x08 }, false, 0xfffffff0, 0x4ffff0 },
		{ M64, { 0x89, 0x08 }, false, 0x1fffffff0, 0x1fffffff0 },
		{ M64, { 0x67, 0x89, 0x08 }, false, 0xfffffff0, 0xfffffff0 },
		{ M64, { 0x65, 0x89, 0x08 }, false, 0x1fffffff0, 0x2004ffff0 },
		{ M64, { 0x64, 0x89, 0x08 }, false, 0x1fffffff0, 0x2003ffff0 },
		{ M64, { 0x36, 0x89, 0x08 }, false, 0x1fffffff0, 0x1fffffff0 },
		{ M64, { 0x89, 0x0d, 0x10, 0, 0, 0 }, false, 0x1f016, 0x1f016 },
		{ M32, { 0xa4 }, false, 0x7fff, 0x307fff },
		{ M32, { 0xa4 }, true, 0x11117000, 0x11117000 },
		{ M64, { 0x65, 0xa4 }, false, 0x7fff, 0x507fff },
		{ M64, { 0x65, 0xa4 }, true, 0x11117000, 0x11117000 },
	};
	struct insn_regs regs = {
		.gpr[INSN_RAX] = 0x1fffffff0, .gpr[INSN_RBX] = 0x7fff,
		.gpr[INSN_RBP] = 0xffff800f, .gpr[INSN_RSI] = 0x7fff,
		.gpr[INSN_RDI] = 0x11117000, .rip = 0x1f000,
	};
	struct insn insn;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%zu", i);
		CHECK_EQ(insn_decode(rows[i].bytes, 8, rows[i].mode, &insn), INSN_OK);
		insn_select_operand(&insn, rows[i].write);
		CHECK_EQ(insn_offset(&insn, &regs), rows[i].offset);
		CHECK_EQ(insn_linear_address(&insn, &regs, &machine_ops, NULL),
			 rows[i].linear);
	}
}
