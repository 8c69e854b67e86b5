// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/vector_move.c x86/decode.c x86/emulate.c */
/* LIBS: Zydis */
/* Moves by vector registers: some, case by case, and all of them against a disassembler library. */
#include <stdio.h>
#include <string.h>

#include "disassembly.h"
#include "vector_move.h"

/* "load|store WIDTH reg NUMBER[+AT] [half] [avx|avx512] LENGTH" */
static const char *describe(const char *hex, enum insn_mode mode)
{
	static const char * const sets[] = { "", " avx", " avx512" };
	static char text[64];
	struct insn move;
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
			 move.to_reg ? "load" : "store", move.width, move.reg, move.vector_at,
			 move.vector_half ? " half" : "", sets[move.vector_set], move.length);
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
	CHECK_STR(describe("c5 fe 6f 06", M64), "load 32 reg 0+0 avx 4");
	CHECK_STR(describe("c5 7d 7f 3f", M64), "store 32 reg 15+0 avx 4");
	CHECK_STR(describe("c5 fa 6f 06", M32), "load 16 reg 0+0 avx 4");
	CHECK_STR(describe("c4 c1 7e 6f 00", M64), "load 32 reg 0+0 avx 5");
	CHECK_STR(describe("c4 e1 f9 6e 06", M64), "load 8 reg 0+0 avx 5");
	CHECK_STR(describe("c4 e1 f9 6e 06", M32), "load 4 reg 0+0 avx 5");
}

/* VMOVDQU64, VMOVDQA64, VMOVNTDQ, VMOVUPS, VMOVDQU8 and VMOVNTDQA */
UNIT(and_by_avx_512)
{
	CHECK_STR(describe("62 e1 fe 28 6f 06", M64), "load 32 reg 16+0 avx512 6");
	CHECK_STR(describe("62 61 fd 48 7f 3f", M64), "store 64 reg 31+0 avx512 6");
	CHECK_STR(describe("62 e1 fe 08 6f 06", M64), "load 16 reg 16+0 avx512 6");
	CHECK_STR(describe("62 f1 7d 48 e7 07", M64), "store 64 reg 0+0 avx512 6");
	CHECK_STR(describe("62 71 7c 48 10 06", M64), "load 64 reg 8+0 avx512 6");
	CHECK_STR(describe("62 f1 7f 28 6f 06", M64), "load 32 reg 0+0 avx512 6");
	CHECK_STR(describe("62 f2 7d 48 2a 06", M64), "load 64 reg 0+0 avx512 6");
	CHECK_STR(describe("62 f1 fe 48 6f 06", M32), "load 64 reg 0+0 avx512 6");
}

UNIT(whose_short_displacement_counts_operands)
{
	static const u8 up[] = { 0x62, 0xf1, 0xfe, 0x48, 0x6f, 0x46, 0x02 };
	static const u8 down[] = { 0x62, 0xf1, 0xfe, 0x28, 0x6f, 0x46, 0xff };
	static const u8 bytes[] = { 0x62, 0xf1, 0xfe, 0x48, 0x6f, 0x86, 2, 0, 0, 0 };
	struct insn move;

	CHECK_EQ(vector_move_decode(up, sizeof(up), M64, &move), 0);
	CHECK_EQ(move.disp, 128);
	CHECK_EQ(vector_move_decode(down, sizeof(down), M64, &move), 0);
	CHECK_EQ(move.disp, -32ULL);
	CHECK_EQ(vector_move_decode(bytes, sizeof(bytes), M64, &move), 0);
	CHECK_EQ(move.disp, 2);
}

UNIT(what_is_none)
{
	const char *unsupported = "-95";

	/* MMX, two registers, another source, arithmetic, LOCK, a prefix before VEX */
	CHECK_STR(describe("0f 6f 06", M64), unsupported);
	CHECK_STR(describe("0f 10 c1", M64), unsupported);
	CHECK_STR(describe("c5 f0 16 06", M64), unsupported);
	CHECK_STR(describe("c5 f8 16 06", M64), unsupported);
	/* EVEX with a mask, zeroing, broadcast, another source, W of another, 128 bytes, BOUND */
	CHECK_STR(describe("62 f1 7c 49 10 06", M64), unsupported);
	CHECK_STR(describe("62 f1 7c c8 10 06", M64), unsupported);
	CHECK_STR(describe("62 f1 7c 58 10 06", M64), unsupported);
	CHECK_STR(describe("62 f1 74 48 10 06", M64), unsupported);
	CHECK_STR(describe("62 f1 7c 40 10 06", M64), unsupported);
	CHECK_STR(describe("62 f1 fc 48 10 06", M64), unsupported);
	CHECK_STR(describe("62 f1 7c 68 10 06", M64), unsupported);
	CHECK_STR(describe("62 06", M32), unsupported);
	CHECK_STR(describe("0f 58 06", M64), unsupported);
	CHECK_STR(describe("f0 0f 11 06", M64), unsupported);
	CHECK_STR(describe("66 c5 f8 10 06", M64), unsupported);
	CHECK_STR(describe("c5 06", M32), unsupported);
	CHECK_STR(describe("0f", M64), unsupported);
	CHECK_STR(describe("c5 f8", M64), unsupported);
	/* The displacement is missing. */
	CHECK_STR(describe("0f 10 80 00", M64), "-61");
}

/* Names without the V of AVX */
static bool is_move(const char *name)
{
	static const char * const names[] = {
		"movups", "movupd", "movss", "movsd", "movlps", "movlpd", "movhps", "movhpd",
		"movaps", "movapd", "movntps", "movntpd", "movd", "movq", "movdqa", "movdqu",
		"movntdq", "lddqu", "movntdqa", "movdqa32", "movdqa64", "movdqu8", "movdqu16",
		"movdqu32", "movdqu64",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name + (*name == 'v'), names[i]))
			return true;
	return false;
}

/* With EVEX, a register of a mask is an operand, too. */
static const ZydisDecodedOperand *vector_of(const struct disassembly *d)
{
	ZydisRegisterClass class;
	unsigned int i;

	for (i = 0; i < d->insn.operand_count_visible; i++) {
		class = ZydisRegisterGetClass(d->operands[i].reg.value);
		if (d->operands[i].type == ZYDIS_OPERAND_TYPE_REGISTER &&
		    class >= ZYDIS_REGCLASS_XMM && class <= ZYDIS_REGCLASS_ZMM)
			return &d->operands[i];
	}
	return NULL;
}

/* Moves of a part of a register are not known with it. */
static bool is_ours_of_evex(const struct disassembly *d)
{
	const ZydisDecodedOperand *mem = find(d, ZYDIS_OPERAND_TYPE_MEMORY, true);

	return (!d->insn.avx.mask.reg || d->insn.avx.mask.reg == ZYDIS_REGISTER_K0) &&
	       mem->size >= 128;
}

static bool is_ours(const struct disassembly *d)
{
	return ZYAN_SUCCESS(d->status) && is_move(ZydisMnemonicGetString(d->insn.mnemonic)) &&
	       vector_of(d) && find(d, ZYDIS_OPERAND_TYPE_MEMORY, true) &&
	       (d->insn.encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX ? is_ours_of_evex(d) :
		d->insn.operand_count_visible == 2);
}

static unsigned int set_of(const struct disassembly *d)
{
	switch (d->insn.encoding) {
	case ZYDIS_INSTRUCTION_ENCODING_EVEX:
		return VECTOR_AVX512;
	case ZYDIS_INSTRUCTION_ENCODING_VEX:
		return VECTOR_AVX;
	default:
		return VECTOR_SSE;
	}
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
	struct insn move;
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
	CHECK_EQ(move.length, d.insn.length);
	CHECK_EQ(move.width * 8, mem->size);
	CHECK_EQ(move.to_reg, reg == &d.operands[0]);
	CHECK_EQ(move.reg, (u8)ZydisRegisterGetId(reg->reg.value));
	CHECK_EQ(move.vector_set, set_of(&d));
	check_address(&move, mem, &d);
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

/* All of an EVEX prefix's first two bytes, and the third one with and without what is not ours */
UNIT(every_evex)
{
	static const char thirds[] = { 0x08, 0x28, 0x48, 0x68, 0x49, (char)0xc8, 0x18, 0x40 };
	char head[5] = "\x62";
	unsigned int byte, n;

	for (byte = 0; byte < 256; byte++) {
		head[1] = (char)(byte & 0xf0) | (byte & 0x8 ? 2 : 1);
		head[2] = (char)((byte & 0x4) << 5 | 0x7c | (byte & 3));
		for (n = 0; n < 4; n++) {
			head[3] = thirds[n];
			sweep(head, 4, M64, 1);
			if ((byte & 0xc0) == 0xc0)
				sweep(head, 4, M32, 1);
		}
	}
	report();
	for (byte = 0; byte < 256; byte++) {
		head[1] = (char)(byte & 1 ? 0xf1 : 0x61 + (byte & 0xf));
		head[2] = (char)byte;
		head[3] = thirds[byte % sizeof(thirds)];
		sweep(head, 4, M64, 1);
	}
}
