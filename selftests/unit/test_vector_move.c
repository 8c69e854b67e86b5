// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/vector_move.c x86/decode.c x86/emulate.c */
/* LIBS: Zydis */
/* Moves by vector registers: some, case by case, and all of them against a disassembler library. */
#include <stdio.h>
#include <string.h>

#include "disassembly.h"
#include "vector_move.h"

/* "load|store WIDTH reg NUMBER[+AT] [half] [vex] LENGTH" */
static const char *describe(const char *hex, enum insn_mode mode)
{
	static char text[64];
	struct vector_move move;
	u8 bytes[INSN_MAX_LENGTH];
	size_t n = 0;
	char *end;
	int result;

	for (; *hex; hex = end)
		bytes[n++] = (u8)strtoul(hex, &end, 16);
	result = vector_move_decode(bytes, n, mode, &move);
	if (result)
		snprintf(text, sizeof(text), "%d", result);
	else
		snprintf(text, sizeof(text), "%s %u reg %u+%u%s%s %u",
			 move.load ? "load" : "store", move.width, move.operand.reg, move.at,
			 move.half ? " half" : "", move.vex ? " vex" : "", move.operand.length);
	return text;
}

#define M32 INSN_MODE_32
#define M64 INSN_MODE_64

UNIT(what_a_library_copies_memory_by)
{
	CHECK_STR(describe("0f 10 06", M64), "load 16 reg 0+0 3");
	CHECK_STR(describe("0f 10 4e 10", M64), "load 16 reg 1+0 4");
	CHECK_STR(describe("44 0f 11 47 f0", M64), "store 16 reg 8+0 5");
	CHECK_STR(describe("0f 29 17", M64), "store 16 reg 2+0 3");
	CHECK_STR(describe("f3 0f 6f 04 16", M64), "load 16 reg 0+0 5");
	CHECK_STR(describe("66 0f e7 07", M64), "store 16 reg 0+0 4");
	CHECK_STR(describe("f3 0f 7e 06", M64), "load 8 reg 0+0 4");
	CHECK_STR(describe("66 48 0f 6e 06", M64), "load 8 reg 0+0 5");
	CHECK_STR(describe("66 0f 6e 06", M32), "load 4 reg 0+0 4");
	CHECK_STR(describe("0f 16 06", M64), "load 8 reg 0+8 half 3");
	CHECK_STR(describe("66 0f 38 2a 0e", M64), "load 16 reg 1+0 5");
	CHECK_STR(describe("c5 fe 6f 06", M64), "load 32 reg 0+0 vex 4");
	CHECK_STR(describe("c5 7d 7f 3f", M64), "store 32 reg 15+0 vex 4");
	CHECK_STR(describe("c5 fa 6f 06", M32), "load 16 reg 0+0 vex 4");
	CHECK_STR(describe("c4 c1 7e 6f 00", M64), "load 32 reg 0+0 vex 5");
	CHECK_STR(describe("c4 e1 f9 6e 06", M64), "load 8 reg 0+0 vex 5");
	CHECK_STR(describe("c4 e1 f9 6e 06", M32), "load 4 reg 0+0 vex 5");
}

UNIT(what_is_none)
{
	const char *unsupported = "-95";

	/* MMX, two registers, another source, EVEX, arithmetic, LOCK, a prefix before VEX */
	CHECK_STR(describe("0f 6f 06", M64), unsupported);
	CHECK_STR(describe("0f 10 c1", M64), unsupported);
	CHECK_STR(describe("c5 f0 16 06", M64), unsupported);
	CHECK_STR(describe("c5 f8 16 06", M64), unsupported);
	CHECK_STR(describe("62 f1 7c 48 10 06", M64), unsupported);
	CHECK_STR(describe("0f 58 06", M64), unsupported);
	CHECK_STR(describe("f0 0f 11 06", M64), unsupported);
	CHECK_STR(describe("66 c5 f8 10 06", M64), unsupported);
	CHECK_STR(describe("c5 06", M32), unsupported);
	CHECK_STR(describe("0f", M64), unsupported);
	CHECK_STR(describe("c5 f8", M64), unsupported);
	/* The displacement is missing. */
	CHECK_STR(describe("0f 10 80 00", M64), "-61");
}

static void load(const char *code, u8 *reg)
{
	static const u8 memory[VECTOR_SIZE] = {
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
	};
	struct vector_move move;

	memset(reg, 0xee, VECTOR_SIZE);
	if (CHECK_EQ(vector_move_decode((const u8 *)code, strlen(code), M64, &move), 0))
		vector_move_load(&move, reg, memory);
}

UNIT(a_load_clears_what_it_does_not_fill)
{
	u8 reg[VECTOR_SIZE];

	load("\xf3\x0f\x10\x06", reg);
	CHECK_EQ(reg[3], 4);
	CHECK_EQ(reg[4], 0);
	CHECK_EQ(reg[15], 0);
	load("\xc5\xfa\x6f\x06", reg);
	CHECK_EQ(reg[15], 16);
	CHECK_EQ(reg[16], 0);
	CHECK_EQ(reg[31], 0);
	load("\xc5\xfe\x6f\x06", reg);
	CHECK_EQ(reg[31], 32);
}

UNIT(but_not_the_other_half)
{
	u8 reg[VECTOR_SIZE];

	load("\x0f\x12\x06", reg);
	CHECK_EQ(reg[7], 8);
	CHECK_EQ(reg[8], 0xee);
	load("\x0f\x16\x06", reg);
	CHECK_EQ(reg[7], 0xee);
	CHECK_EQ(reg[8], 1);
	CHECK_EQ(reg[15], 8);
}

/* Names without the V of AVX */
static bool is_move(const char *name)
{
	static const char * const names[] = {
		"movups", "movupd", "movss", "movsd", "movlps", "movlpd", "movhps", "movhpd",
		"movaps", "movapd", "movntps", "movntpd", "movd", "movq", "movdqa", "movdqu",
		"movntdq", "lddqu", "movntdqa",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name + (*name == 'v'), names[i]))
			return true;
	return false;
}

static const ZydisDecodedOperand *vector_of(const struct disassembly *d)
{
	const ZydisDecodedOperand *reg = find(d, ZYDIS_OPERAND_TYPE_REGISTER, true);
	ZydisRegisterClass class = reg ? ZydisRegisterGetClass(reg->reg.value) : 0;

	return class == ZYDIS_REGCLASS_XMM || class == ZYDIS_REGCLASS_YMM ? reg : NULL;
}

static bool is_ours(const struct disassembly *d)
{
	return ZYAN_SUCCESS(d->status) && is_move(ZydisMnemonicGetString(d->insn.mnemonic)) &&
	       d->insn.encoding != ZYDIS_INSTRUCTION_ENCODING_EVEX &&
	       d->insn.operand_count_visible == 2 && vector_of(d) &&
	       find(d, ZYDIS_OPERAND_TYPE_MEMORY, true);
}

/* Of one number the bits that VEX ignores: L, or the highest one of vvvv. */
static bool is_left_out(const struct disassembly *d)
{
	return d->insn.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX &&
	       (d->insn.raw.vex.L || d->insn.raw.vex.vvvv != 0xf);
}

static unsigned long accepted, compared;

static void compare(const u8 *bytes, enum insn_mode mode)
{
	const ZydisDecodedOperand *mem, *reg;
	struct vector_move move;
	struct disassembly d;

	unit_row("%d: %02x %02x %02x %02x %02x %02x %02x %02x", 16 << mode, bytes[0], bytes[1],
		 bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
	disassemble(bytes, INSN_MAX_LENGTH, mode, &d);
	compared++;
	if (vector_move_decode(bytes, INSN_MAX_LENGTH, mode, &move)) {
		if (is_ours(&d))
			CHECK(is_left_out(&d));
		return;
	}
	accepted++;
	if (!CHECK(is_ours(&d)))
		return;
	mem = find(&d, ZYDIS_OPERAND_TYPE_MEMORY, true);
	reg = vector_of(&d);
	CHECK_EQ(move.operand.length, d.insn.length);
	CHECK_EQ(move.width * 8, mem->size);
	CHECK_EQ(move.load, reg == &d.operands[0]);
	CHECK_EQ(move.operand.reg, (u8)ZydisRegisterGetId(reg->reg.value));
	CHECK_EQ(move.vex, d.insn.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX);
	check_address(&move.operand, mem, &d);
}

static void report(void)
{
	unit_note("%lu byte strings compared, %lu accepted", compared, accepted);
	/* A generator that makes nothing but nonsense would find nothing. */
	CHECK(accepted > compared / 1000);
	compared = 0;
	accepted = 0;
}

/* All opcodes of a map behind @head, with @samples of what follows */
static void sweep(const char *head, size_t size, enum insn_mode mode, unsigned int samples)
{
	u8 bytes[INSN_MAX_LENGTH];
	unsigned int opcode, i;

	for (opcode = 0; opcode < 256; opcode++) {
		for (i = 0; i < samples; i++) {
			fill(bytes, 0, sizeof(bytes));
			memcpy(bytes, head, size);
			bytes[size] = (u8)opcode;
			compare(bytes, mode);
		}
	}
}

UNIT(every_opcode_with_many_prefixes)
{
	static const char * const heads[] = {
		"\x0f", "\x66\x0f", "\xf3\x0f", "\xf2\x0f", "\x66\xf3\x0f", "\xf2\x66\x0f",
		"\xf2\xf3\x0f", "\x67\x66\x0f", "\x64\x0f", "\x65\x3e\x0f", "\x66\x0f\x38",
		"\x0f\x38", "\x66\x67\x0f\x38", "\xf0\x0f",
	};
	static const char * const rex_heads[] = {
		"\x45\x0f", "\x66\x48\x0f", "\x48\x66\x0f", "\xf3\x4f\x0f", "\x66\x44\x0f\x38",
	};
	size_t i;
	int mode;

	for (i = 0; i < ARRAY_SIZE(heads); i++)
		for (mode = INSN_MODE_16; mode <= INSN_MODE_64; mode++)
			sweep(heads[i], strlen(heads[i]), (enum insn_mode)mode, 16);
	for (i = 0; i < ARRAY_SIZE(rex_heads); i++)
		sweep(rex_heads[i], strlen(rex_heads[i]), M64, 16);
	report();
}

/* All of a VEX prefix's second byte, and of the third one what matters */
UNIT(every_vex)
{
	char head[4] = "\xc5";
	unsigned int byte, last;

	for (byte = 0; byte < 256; byte++) {
		head[1] = (char)byte;
		sweep(head, 2, byte % 3 && byte >= 0xc0 ? M32 : M64, 2);
	}
	head[0] = '\xc4';
	for (byte = 0; byte < 32; byte++) {
		head[1] = (char)((byte & 0x1c) << 3 | (byte & 3));
		for (last = 0; last < 16; last++) {
			head[2] = (char)((last & 8) << 4 | 0x78 | (last & 7));
			sweep(head, 3, M64, 2);
			if (byte >= 0x18)
				sweep(head, 3, M32, 2);
		}
	}
	report();
}
