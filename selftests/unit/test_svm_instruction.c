// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/svm/instruction.c */
/*
 * Instructions that exit for themselves: each with its length as the manual's encoding has it,
 * alone, with prefixes, cut off, and followed by anything.
 */
#include <string.h>
#include "unit.h"
#include "errno.h"
#include "svm/instruction.h"

#define M16	1U
#define M32	2U
#define M64	4U
#define ALL	(M16 | M32 | M64)

struct row {
	const char *name;
	u8 bytes[16];
	u8 length;
	u8 modes;
	u8 reg, rm;
	u8 width;
};

static const struct row rows[] = {
	{ "CPUID", { 0x0f, 0xa2 }, 2, ALL },
	{ "RDMSR", { 0x0f, 0x32 }, 2, ALL },
	{ "WRMSR", { 0x0f, 0x30 }, 2, ALL },
	{ "INVD", { 0x0f, 0x08 }, 2, ALL },
	{ "WBINVD", { 0x0f, 0x09 }, 2, ALL },
	{ "VMMCALL", { 0x0f, 0x01, 0xd9 }, 3, ALL, 3, 1 },
	{ "XSETBV", { 0x0f, 0x01, 0xd1 }, 3, ALL, 2, 1 },
	{ "66 CPUID", { 0x66, 0x0f, 0xa2 }, 3, ALL },
	{ "F0 CPUID", { 0xf0, 0x0f, 0xa2 }, 3, ALL },
	{ "F2 CPUID", { 0xf2, 0x0f, 0xa2 }, 3, ALL },
	{ "F3 REX.W CPUID", { 0xf3, 0x48, 0x0f, 0xa2 }, 4, M64 },
	{ "14 bytes", { 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
			0x66, 0x0f, 0xa2 }, 15, ALL },
	{ "MOV EAX to CR0", { 0x0f, 0x22, 0xc0 }, 3, ALL, 0, 0 },
	{ "MOV CR0 to EBX", { 0x0f, 0x20, 0xc3 }, 3, ALL, 0, 3 },
	{ "MOV ESP to CR4", { 0x0f, 0x22, 0xe4 }, 3, ALL, 4, 4 },
	{ "MOV R15 to CR8", { 0x45, 0x0f, 0x22, 0xc7 }, 4, M64, 8, 15 },
	{ "MOV R9 to CR0", { 0x41, 0x0f, 0x22, 0xc1 }, 4, M64, 0, 9 },
	{ "MOV CR4 to RAX, memory form", { 0x0f, 0x20, 0x20 }, 3, ALL, 4, 0 },
	/* REX does not count before another prefix. */
	{ "41 66 MOV to CR0", { 0x41, 0x66, 0x0f, 0x22, 0xc1 }, 5, M64, 0, 1 },
	{ "LMSW AX", { 0x0f, 0x01, 0xf0 }, 3, ALL, 6, 0 },
	{ "LMSW R10W", { 0x41, 0x0f, 0x01, 0xf2 }, 4, M64, 6, 10 },
	{ "SMSW AX", { 0x0f, 0x01, 0xe0 }, 3, M16, 4, 0, 2 },
	{ "SMSW EAX", { 0x0f, 0x01, 0xe0 }, 3, M32 | M64, 4, 0, 4 },
	{ "66 SMSW EAX", { 0x66, 0x0f, 0x01, 0xe0 }, 4, M16, 4, 0, 4 },
	{ "66 SMSW AX", { 0x66, 0x0f, 0x01, 0xe0 }, 4, M32 | M64, 4, 0, 2 },
	{ "SMSW RAX", { 0x48, 0x0f, 0x01, 0xe0 }, 4, M64, 4, 0, 8 },
	{ "66 SMSW RAX", { 0x66, 0x48, 0x0f, 0x01, 0xe0 }, 5, M64, 4, 0, 8 },
	/* Operands in memory: 16-bit addresses, */
	{ "LMSW (BX)", { 0x0f, 0x01, 0x37 }, 3, M16, 6, 7 },
	{ "LMSW disp16", { 0x0f, 0x01, 0x36, 1, 2 }, 5, M16, 6, 6 },
	{ "LMSW disp8(BP)", { 0x0f, 0x01, 0x76, 1 }, 4, M16, 6, 6 },
	{ "LMSW disp16(BX)", { 0x0f, 0x01, 0xb7, 1, 2 }, 5, M16, 6, 7 },
	{ "67 LMSW disp16", { 0x67, 0x0f, 0x01, 0x36, 1, 2 }, 6, M32, 6, 6 },
	/* others, */
	{ "LMSW (EDI)", { 0x0f, 0x01, 0x37 }, 3, M32 | M64, 6, 7 },
	{ "LMSW disp32", { 0x0f, 0x01, 0x35, 1, 2, 3, 4 }, 7, M32 | M64, 6, 5 },
	{ "LMSW disp8(EBP)", { 0x0f, 0x01, 0x75, 1 }, 4, M32 | M64, 6, 5 },
	{ "LMSW disp32(EDI)", { 0x0f, 0x01, 0xb7, 1, 2, 3, 4 }, 7, M32 | M64, 6, 7 },
	{ "67 LMSW disp32", { 0x67, 0x0f, 0x01, 0x35, 1, 2, 3, 4 }, 8, M16 | M64, 6, 5 },
	/* and those with an index. */
	{ "LMSW (ESP)", { 0x0f, 0x01, 0x34, 0x24 }, 4, M32 | M64, 6, 4 },
	{ "LMSW disp32(,EAX)", { 0x0f, 0x01, 0x34, 0x05, 1, 2, 3, 4 }, 8, M32 | M64, 6, 4 },
	{ "LMSW disp8(EBP,EAX)", { 0x0f, 0x01, 0x74, 0x05, 1 }, 5, M32 | M64, 6, 4 },
	{ "LMSW disp32(ESP)", { 0x0f, 0x01, 0xb4, 0x24, 1, 2, 3, 4 }, 8, M32 | M64, 6, 4 },
};

static const enum insn_mode modes[] = { INSN_MODE_16, INSN_MODE_32, INSN_MODE_64 };

static void check(const struct row *row, enum insn_mode mode, u8 rest)
{
	struct svm_insn insn;
	u8 bytes[20];
	size_t n;

	memset(bytes, rest, sizeof(bytes));
	memcpy(bytes, row->bytes, row->length);
	for (n = row->length; n <= sizeof(bytes); n++) {
		if (!CHECK_EQ(svm_insn_decode(bytes, n, mode, &insn), 0))
			return;
		CHECK_EQ(insn.length, row->length);
		if (insn.modrm == SVM_NO_MODRM)
			continue;
		CHECK_EQ(insn.reg, row->reg);
		CHECK_EQ(insn.rm, row->rm);
		if (row->width)
			CHECK_EQ(insn.operand_width, row->width);
	}
	for (n = 0; n < row->length; n++)
		CHECK_EQ(svm_insn_decode(bytes, n, mode, &insn), -ENODATA);
}

UNIT(instructions_are_as_long_as_they_are)
{
	unsigned int n, mode;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		for (mode = 0; mode < ARRAY_SIZE(modes); mode++) {
			if (!(rows[n].modes >> mode & 1))
				continue;
			unit_row("%s in mode %u", rows[n].name, mode);
			check(&rows[n], modes[mode], 0);
			check(&rows[n], modes[mode], 0xff);
		}
}

UNIT(others_are_not_taken_for_them)
{
	static const u8 others[][3] = {
		{ 0x90 }, { 0xf4, 0x0f, 0xa2 }, { 0xcf, 0, 0 }, { 0x66, 0x90, 0 },
		{ 0xa2, 0x0f, 0 },
	};
	struct svm_insn insn;
	unsigned int n, mode;

	for (n = 0; n < ARRAY_SIZE(others); n++)
		for (mode = 0; mode < ARRAY_SIZE(modes); mode++)
			CHECK_EQ(svm_insn_decode(others[n], 3, modes[mode], &insn), -EOPNOTSUPP);
	/* Outside of 64-bit code, 0x4X is an instruction. */
	CHECK_EQ(svm_insn_decode((const u8[]){ 0x48, 0x0f, 0xa2 }, 3, INSN_MODE_32, &insn),
		 -EOPNOTSUPP);
}

/* No more than fifteen bytes are an instruction. */
UNIT(prefixes_come_to_an_end)
{
	struct svm_insn insn;
	enum insn_seg seg;
	u8 bytes[32];

	memset(bytes, 0x66, sizeof(bytes));
	bytes[14] = 0x0f;
	bytes[15] = 0xa2;
	CHECK_EQ(svm_insn_decode(bytes, sizeof(bytes), INSN_MODE_64, &insn), -ENODATA);
	CHECK_EQ(svm_string_prefixes(bytes, 14, INSN_MODE_64, &seg), -ENODATA);
}

UNIT(outs_reads_where_its_prefix_says)
{
	static const struct {
		u8 bytes[4];
		enum insn_seg seg;
	} strings[] = {
		{ { 0x6e }, INSN_DS },
		{ { 0x6f }, INSN_DS },
		{ { 0xf3, 0x6f }, INSN_DS },
		{ { 0x26, 0x6e }, INSN_ES },
		{ { 0x2e, 0x6e }, INSN_CS },
		{ { 0x36, 0x6e }, INSN_SS },
		{ { 0x3e, 0x6e }, INSN_DS },
		{ { 0x64, 0x6e }, INSN_FS },
		{ { 0x65, 0xf3, 0x6e }, INSN_GS },
		{ { 0x26, 0x65, 0x66, 0x6f }, INSN_GS },
	};
	enum insn_seg seg;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(strings); n++) {
		unit_row("%u", n);
		CHECK_EQ(svm_string_prefixes(strings[n].bytes, 4, INSN_MODE_32, &seg), 0);
		CHECK_EQ(seg, strings[n].seg);
	}
	CHECK_EQ(svm_string_prefixes((const u8[]){ 0x6c }, 1, INSN_MODE_32, &seg), -EOPNOTSUPP);
}
