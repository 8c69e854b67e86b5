// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/decode.c */
/*
 * The instruction decoder, case by case. Each row is an encoding and what it
 * means in words, written down from the SDM. test_decode_zydis.c covers the
 * breadth.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "unit.h"

static const char * const op_names[] = {
	"none", "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test",
	"not", "neg", "inc", "dec", "bt", "bts", "btr", "btc", "xchg", "cmpxchg",
	"xadd", "mov", "movzx", "movsx", "stos", "lods", "movs",
};

static const char * const gpr_names[] = {
	"ax", "cx", "dx", "bx", "sp", "bp", "si", "di",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

static const char * const seg_names[] = { "es", "cs", "ss", "ds", "fs", "gs" };

struct text {
	char buf[128];
	size_t len;
};

static void __printf(2, 3) append(struct text *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text->len += (size_t)vsnprintf(text->buf + text->len,
				       sizeof(text->buf) - text->len, fmt, args);
	va_end(args);
}

/*
 * "[lock ][rep ]OP WIDTH ACCESS SEG:[BASE+INDEX*SCALE+DISP]ADDRWIDTH
 *  [to|from REG.WIDTH|IMMEDIATE] LENGTH", numbers in hex
 */
static void describe(const struct insn *insn, struct text *text)
{
	text->len = 0;
	append(text, "%s%s%s %x%s%s %s:[", insn->lock ? "lock " : "",
	       insn->rep ? "rep " : "", op_names[insn->op], insn->width,
	       insn->access & INSN_READ ? "r" : "",
	       insn->access & INSN_WRITE ? "w" : "", seg_names[insn->seg]);
	if (insn->rip_relative)
		append(text, "ip");
	if (insn->base != INSN_NO_GPR)
		append(text, "%s", gpr_names[insn->base]);
	if (insn->index != INSN_NO_GPR)
		append(text, "+%s*%d", gpr_names[insn->index], 1 << insn->scale);
	if (insn->disp)
		append(text, "%s%llx", (s64)insn->disp < 0 ? "-" : "+",
		       (s64)insn->disp < 0 ? 0 - insn->disp : insn->disp);
	append(text, "]%x", insn->addr_width);
	if (insn->has_imm)
		append(text, " %s%x", insn->imm < 0 ? "-" : "",
		       insn->imm < 0 ? 0U - (u32)insn->imm : (u32)insn->imm);
	if (insn->reg != INSN_NO_GPR)
		append(text, " %s %s.%s%x", insn->to_reg ? "to" : "from",
		       gpr_names[insn->reg], insn->high_byte ? "h" : "",
		       insn->reg_width);
	append(text, " %d", insn->length);
}

static size_t parse(const char *hex, u8 *bytes)
{
	size_t n = 0;
	char *end;

	for (; *hex; hex = end) {
		bytes[n++] = (u8)strtoul(hex, &end, 16);
		while (*end == ' ')
			end++;
	}
	return n;
}

struct row {
	enum insn_mode mode;
	const char *bytes;
	const char *want;	/* NULL: @result instead */
	int result;
};

static void run(const struct row *rows, size_t num)
{
	struct insn insn;
	struct text text;
	u8 bytes[32];
	size_t i, n;
	int result;

	for (i = 0; i < num; i++) {
		unit_row("%d: %s", 16 << rows[i].mode, rows[i].bytes);
		n = parse(rows[i].bytes, bytes);
		result = insn_decode(bytes, n, rows[i].mode, &insn);
		if (!CHECK_EQ(result, rows[i].result) || result)
			continue;
		describe(&insn, &text);
		CHECK_STR(text.buf, rows[i].want);
	}
}

#define M16 INSN_MODE_16
#define M32 INSN_MODE_32
#define M64 INSN_MODE_64

UNIT(what_linux_does_to_an_apic)
{
	static const struct row rows[] = {
		{ M64, "89 b7 00 b0 5f ff", "mov 4w ds:[di-a05000]8 from si.4 6" },
		{ M64, "87 b7 00 b0 5f ff", "xchg 4rw ds:[di-a05000]8 from si.4 6" },
		{ M64, "8b 87 20 b0 5f ff", "mov 4r ds:[di-a04fe0]8 to ax.4 6" },
		{ M64, "c7 04 25 b0 b0 5f ff 00 00 00 00",
		  "mov 4w ds:[-a04f50]8 0 11" },
		{ M64, "8b 04 25 90 b3 5f ff", "mov 4r ds:[-a04c70]8 to ax.4 7" },
		{ M32, "a1 20 00 e0 fe", "mov 4r ds:[-11fffe0]4 to ax.4 5" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(operand_size)
{
	static const struct row rows[] = {
		{ M64, "88 08", "mov 1w ds:[ax]8 from cx.1 2" },
		{ M64, "66 89 08", "mov 2w ds:[ax]8 from cx.2 3" },
		{ M64, "89 08", "mov 4w ds:[ax]8 from cx.4 2" },
		{ M64, "48 89 08", "mov 8w ds:[ax]8 from cx.8 3" },
		{ M64, "66 48 89 08", "mov 8w ds:[ax]8 from cx.8 4" },
		{ M64, "66 66 89 08", "mov 2w ds:[ax]8 from cx.2 4" },
		{ M64, "66 88 08", "mov 1w ds:[ax]8 from cx.1 3" },
		{ M32, "89 08", "mov 4w ds:[ax]4 from cx.4 2" },
		{ M32, "66 89 08", "mov 2w ds:[ax]4 from cx.2 3" },
		{ M16, "89 0f", "mov 2w ds:[bx]2 from cx.2 2" },
		{ M16, "66 89 0f", "mov 4w ds:[bx]2 from cx.4 3" },
		{ M16, "66 67 89 08", "mov 4w ds:[ax]4 from cx.4 4" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(movnti_has_none)
{
	static const struct row rows[] = {
		{ M64, "0f c3 08", "mov 4w ds:[ax]8 from cx.4 3" },
		{ M64, "48 0f c3 20", "mov 8w ds:[ax]8 from sp.8 4" },
		{ M64, "0f c3 20", "mov 4w ds:[ax]8 from sp.4 3" },
		{ M16, "0f c3 0f", "mov 4w ds:[bx]2 from cx.4 3" },
		{ M64, "66 0f c3 08", NULL, INSN_UNSUPPORTED },
		{ M64, "66 48 0f c3 08", NULL, INSN_UNSUPPORTED },
		{ M64, "f3 0f c3 08", NULL, INSN_UNSUPPORTED },
		{ M16, "66 0f c3 0f", NULL, INSN_UNSUPPORTED },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(immediates_follow_the_operand_size)
{
	static const struct row rows[] = {
		{ M64, "c6 00 fe", "mov 1w ds:[ax]8 -2 3" },
		{ M64, "c7 00 44 33 22 11", "mov 4w ds:[ax]8 11223344 6" },
		{ M64, "66 c7 00 44 83 22 11", "mov 2w ds:[ax]8 -7cbc 5" },
		{ M64, "48 c7 00 fe ff ff ff", "mov 8w ds:[ax]8 -2 7" },
		{ M64, "66 48 c7 00 fe ff ff ff", "mov 8w ds:[ax]8 -2 8" },
		{ M16, "c7 07 34 12", "mov 2w ds:[bx]2 1234 4" },
		{ M16, "66 c7 07 78 56 34 12", "mov 4w ds:[bx]2 12345678 7" },
		{ M64, "83 08 ff", "or 4rw ds:[ax]8 -1 3" },
		{ M64, "81 08 ff 00 00 00", "or 4rw ds:[ax]8 ff 6" },
		{ M64, "66 81 08 ff 00", "or 2rw ds:[ax]8 ff 5" },
		{ M64, "80 08 ff", "or 1rw ds:[ax]8 -1 3" },
		/* An immediate comes after the displacement, and RIP after both. */
		{ M64, "c7 05 04 03 02 01 0d 0c 0b 0a", "mov 4w ds:[ip+1020304]8 a0b0c0d 10" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(byte_registers)
{
	static const struct row rows[] = {
		{ M64, "88 18", "mov 1w ds:[ax]8 from bx.1 2" },
		{ M64, "88 20", "mov 1w ds:[ax]8 from ax.h1 2" },
		{ M64, "88 28", "mov 1w ds:[ax]8 from cx.h1 2" },
		{ M64, "88 30", "mov 1w ds:[ax]8 from dx.h1 2" },
		{ M64, "88 38", "mov 1w ds:[ax]8 from bx.h1 2" },
		{ M64, "40 88 20", "mov 1w ds:[ax]8 from sp.1 3" },
		{ M64, "40 88 28", "mov 1w ds:[ax]8 from bp.1 3" },
		{ M64, "40 88 30", "mov 1w ds:[ax]8 from si.1 3" },
		{ M64, "40 88 38", "mov 1w ds:[ax]8 from di.1 3" },
		{ M64, "44 88 20", "mov 1w ds:[ax]8 from r12.1 3" },
		{ M32, "8a 28", "mov 1r ds:[ax]4 to cx.h1 2" },
		{ M16, "8a 2f", "mov 1r ds:[bx]2 to cx.h1 2" },
		{ M64, "0f b0 28", "cmpxchg 1rw ds:[ax]8 from cx.h1 3" },
		/* The register that MOVZX extends to is not a byte register. */
		{ M64, "0f b6 28", "movzx 1r ds:[ax]8 to bp.4 3" },
		{ M64, "89 28", "mov 4w ds:[ax]8 from bp.4 2" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(rex)
{
	static const struct row rows[] = {
		{ M64, "4c 89 08", "mov 8w ds:[ax]8 from r9.8 3" },
		{ M64, "41 89 08", "mov 4w ds:[r8]8 from cx.4 3" },
		{ M64, "42 89 0c 48", "mov 4w ds:[ax+r9*2]8 from cx.4 4" },
		{ M64, "42 89 0c 20", "mov 4w ds:[ax+r12*1]8 from cx.4 4" },
		{ M64, "47 89 0c 08", "mov 4w ds:[r8+r9*1]8 from r9.4 4" },
		/* Only the last one counts, and only if nothing follows it. */
		{ M64, "48 41 89 08", "mov 4w ds:[r8]8 from cx.4 4" },
		{ M64, "48 66 89 08", "mov 2w ds:[ax]8 from cx.2 4" },
		{ M64, "48 2e 89 08", "mov 4w ds:[ax]8 from cx.4 4" },
		{ M64, "41 f0 01 08", "lock add 4rw ds:[ax]8 from cx.4 4" },
		/* It does not reach the registers of moffs and string forms. */
		{ M64, "4c a3 01 00 00 00 00 00 00 00", "mov 8w ds:[+1]8 from ax.8 10" },
		{ M64, "4d ab", "stos 8w es:[di]8 from ax.8 2" },
		/* INC and DEC of a register elsewhere */
		{ M32, "48 89 08", NULL, INSN_UNSUPPORTED },
		{ M16, "40", NULL, INSN_UNSUPPORTED },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(addresses_of_32_and_64_bits)
{
	static const struct row rows[] = {
		{ M64, "89 0b", "mov 4w ds:[bx]8 from cx.4 2" },
		{ M64, "89 4b 80", "mov 4w ds:[bx-80]8 from cx.4 3" },
		{ M64, "89 8b 00 00 00 80", "mov 4w ds:[bx-80000000]8 from cx.4 6" },
		{ M64, "89 0d 10 00 00 00", "mov 4w ds:[ip+10]8 from cx.4 6" },
		{ M64, "41 89 0d 10 00 00 00", "mov 4w ds:[ip+10]8 from cx.4 7" },
		{ M64, "67 89 0d 10 00 00 00", "mov 4w ds:[ip+10]4 from cx.4 7" },
		{ M32, "89 0d 10 00 00 00", "mov 4w ds:[+10]4 from cx.4 6" },
		{ M64, "89 4d 00", "mov 4w ss:[bp]8 from cx.4 3" },
		{ M64, "41 89 4d 00", "mov 4w ds:[r13]8 from cx.4 4" },
		{ M64, "89 0c 24", "mov 4w ss:[sp]8 from cx.4 3" },
		{ M64, "41 89 0c 24", "mov 4w ds:[r12]8 from cx.4 4" },
		{ M64, "89 0c 98", "mov 4w ds:[ax+bx*4]8 from cx.4 3" },
		{ M64, "89 0c a8", "mov 4w ds:[ax+bp*4]8 from cx.4 3" },
		{ M64, "89 4c 98 7f", "mov 4w ds:[ax+bx*4+7f]8 from cx.4 4" },
		{ M64, "89 8c d8 78 56 34 12", "mov 4w ds:[ax+bx*8+12345678]8 from cx.4 7" },
		{ M64, "89 0c 25 10 00 00 00", "mov 4w ds:[+10]8 from cx.4 7" },
		{ M64, "89 0c 5d 10 00 00 00", "mov 4w ds:[+bx*2+10]8 from cx.4 7" },
		{ M64, "41 89 0c 5d 10 00 00 00", "mov 4w ds:[+bx*2+10]8 from cx.4 8" },
		{ M64, "89 4c 1d 00", "mov 4w ss:[bp+bx*1]8 from cx.4 4" },
		{ M64, "67 89 0b", "mov 4w ds:[bx]4 from cx.4 3" },
		{ M16, "67 89 4c 98 7f", "mov 2w ds:[ax+bx*4+7f]4 from cx.2 5" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(addresses_of_16_bits)
{
	static const struct row rows[] = {
		{ M16, "89 08", "mov 2w ds:[bx+si*1]2 from cx.2 2" },
		{ M16, "89 09", "mov 2w ds:[bx+di*1]2 from cx.2 2" },
		{ M16, "89 0a", "mov 2w ss:[bp+si*1]2 from cx.2 2" },
		{ M16, "89 0b", "mov 2w ss:[bp+di*1]2 from cx.2 2" },
		{ M16, "89 0c", "mov 2w ds:[si]2 from cx.2 2" },
		{ M16, "89 0d", "mov 2w ds:[di]2 from cx.2 2" },
		{ M16, "89 0e 34 92", "mov 2w ds:[-6dcc]2 from cx.2 4" },
		{ M16, "89 0f", "mov 2w ds:[bx]2 from cx.2 2" },
		{ M16, "89 4e 00", "mov 2w ss:[bp]2 from cx.2 3" },
		{ M16, "89 4c fe", "mov 2w ds:[si-2]2 from cx.2 3" },
		{ M16, "89 8c 34 12", "mov 2w ds:[si+1234]2 from cx.2 4" },
		{ M32, "67 89 8e 34 12", "mov 4w ss:[bp+1234]2 from cx.4 5" },
		{ M16, "a3 34 12", "mov 2w ds:[+1234]2 from ax.2 3" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(segments)
{
	static const struct row rows[] = {
		{ M32, "26 89 08", "mov 4w es:[ax]4 from cx.4 3" },
		{ M32, "2e 89 08", "mov 4w cs:[ax]4 from cx.4 3" },
		{ M32, "36 89 08", "mov 4w ss:[ax]4 from cx.4 3" },
		{ M32, "3e 89 4d 00", "mov 4w ds:[bp]4 from cx.4 4" },
		{ M32, "64 89 08", "mov 4w fs:[ax]4 from cx.4 3" },
		{ M32, "65 89 08", "mov 4w gs:[ax]4 from cx.4 3" },
		{ M32, "65 2e 89 08", "mov 4w cs:[ax]4 from cx.4 4" },
		{ M64, "65 89 08", "mov 4w gs:[ax]8 from cx.4 3" },
		{ M64, "64 65 89 08", "mov 4w gs:[ax]8 from cx.4 4" },
		{ M64, "2e 89 4d 00", "mov 4w ss:[bp]8 from cx.4 4" },
		{ M64, "65 3e 89 08", "mov 4w gs:[ax]8 from cx.4 4" },
		{ M32, "64 aa", "stos 1w es:[di]4 from ax.1 2" },
		{ M32, "64 ac", "lods 1r fs:[si]4 to ax.1 2" },
		{ M32, "64 a4", "movs 1rw fs:[si]4 2" },
		{ M32, "65 a0 04 00 00 00", "mov 1r gs:[+4]4 to ax.1 6" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(moffs)
{
	static const struct row rows[] = {
		{ M64, "a0 08 07 06 05 04 03 02 01", "mov 1r ds:[+102030405060708]8 to ax.1 9" },
		{ M64, "48 a1 08 07 06 85 04 03 02 01",
		  "mov 8r ds:[+102030485060708]8 to ax.8 10" },
		{ M64, "66 a3 00 00 e0 fe 00 00 00 00", "mov 2w ds:[+fee00000]8 from ax.2 10" },
		{ M64, "67 a2 04 03 02 01", "mov 1w ds:[+1020304]4 from ax.1 6" },
		{ M32, "67 a1 02 01", "mov 4r ds:[+102]2 to ax.4 4" },
		{ M16, "67 a1 04 03 02 01", "mov 2r ds:[+1020304]4 to ax.2 6" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(extending_moves)
{
	static const struct row rows[] = {
		{ M64, "0f b6 08", "movzx 1r ds:[ax]8 to cx.4 3" },
		{ M64, "66 0f b6 08", "movzx 1r ds:[ax]8 to cx.2 4" },
		{ M64, "48 0f b6 08", "movzx 1r ds:[ax]8 to cx.8 4" },
		{ M64, "0f b7 08", "movzx 2r ds:[ax]8 to cx.4 3" },
		{ M64, "66 0f b7 08", "movzx 2r ds:[ax]8 to cx.2 4" },
		{ M64, "48 0f b7 08", "movzx 2r ds:[ax]8 to cx.8 4" },
		{ M64, "0f be 08", "movsx 1r ds:[ax]8 to cx.4 3" },
		{ M64, "4c 0f bf 08", "movsx 2r ds:[ax]8 to r9.8 4" },
		{ M16, "0f be 0f", "movsx 1r ds:[bx]2 to cx.2 3" },
		{ M64, "48 63 08", "movsx 4r ds:[ax]8 to cx.8 3" },
		{ M64, "63 08", "movsx 4r ds:[ax]8 to cx.4 2" },
		{ M64, "66 48 63 08", "movsx 4r ds:[ax]8 to cx.8 4" },
		{ M64, "66 63 08", NULL, INSN_UNSUPPORTED },
		{ M32, "63 08", NULL, INSN_UNSUPPORTED },	/* ARPL */
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(alu_and_group_opcodes)
{
	static const struct row rows[] = {
		{ M64, "00 08", "add 1rw ds:[ax]8 from cx.1 2" },
		{ M64, "0b 08", "or 4r ds:[ax]8 to cx.4 2" },
		{ M64, "11 08", "adc 4rw ds:[ax]8 from cx.4 2" },
		{ M64, "1a 08", "sbb 1r ds:[ax]8 to cx.1 2" },
		{ M64, "21 08", "and 4rw ds:[ax]8 from cx.4 2" },
		{ M64, "28 08", "sub 1rw ds:[ax]8 from cx.1 2" },
		{ M64, "33 08", "xor 4r ds:[ax]8 to cx.4 2" },
		{ M64, "39 08", "cmp 4r ds:[ax]8 from cx.4 2" },
		{ M64, "3b 08", "cmp 4r ds:[ax]8 to cx.4 2" },
		{ M64, "83 38 05", "cmp 4r ds:[ax]8 5 3" },
		{ M64, "80 10 05", "adc 1rw ds:[ax]8 5 3" },
		{ M64, "84 08", "test 1r ds:[ax]8 from cx.1 2" },
		{ M64, "f6 00 80", "test 1r ds:[ax]8 -80 3" },
		{ M64, "f7 00 00 00 00 80", "test 4r ds:[ax]8 -80000000 6" },
		{ M64, "66 f7 00 00 80", "test 2r ds:[ax]8 -8000 5" },
		{ M64, "f6 10", "not 1rw ds:[ax]8 2" },
		{ M64, "f7 18", "neg 4rw ds:[ax]8 2" },
		{ M64, "fe 00", "inc 1rw ds:[ax]8 2" },
		{ M64, "48 ff 08", "dec 8rw ds:[ax]8 3" },
		{ M64, "0f ba 20 1f", "bt 4r ds:[ax]8 1f 4" },
		{ M64, "f0 0f ba 28 1f", "lock bts 4rw ds:[ax]8 1f 5" },
		{ M64, "0f ba 30 1f", "btr 4rw ds:[ax]8 1f 4" },
		{ M64, "48 0f ba 38 3f", "btc 8rw ds:[ax]8 3f 5" },
		{ M64, "f0 0f b1 08", "lock cmpxchg 4rw ds:[ax]8 from cx.4 4" },
		{ M64, "0f c0 08", "xadd 1rw ds:[ax]8 from cx.1 3" },
		{ M64, "0f c1 08", "xadd 4rw ds:[ax]8 from cx.4 3" },
		{ M64, "86 08", "xchg 1rw ds:[ax]8 from cx.1 2" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(strings)
{
	static const struct row rows[] = {
		{ M64, "aa", "stos 1w es:[di]8 from ax.1 1" },
		{ M64, "f3 48 ab", "rep stos 8w es:[di]8 from ax.8 3" },
		{ M64, "f2 ab", "rep stos 4w es:[di]8 from ax.4 2" },
		{ M64, "66 ad", "lods 2r ds:[si]8 to ax.2 2" },
		{ M64, "67 f3 a5", "rep movs 4rw ds:[si]4 3" },
		{ M16, "f3 a4", "rep movs 1rw ds:[si]2 2" },
		/* Elsewhere REP is recorded, but means nothing. */
		{ M64, "f3 89 08", "rep mov 4w ds:[ax]8 from cx.4 3" },
		{ M32, "f3 a1 04 00 00 00", "rep mov 4r ds:[+4]4 to ax.4 6" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(lock_only_where_memory_is_modified)
{
	static const struct row rows[] = {
		{ M64, "f0 01 08", "lock add 4rw ds:[ax]8 from cx.4 3" },
		{ M64, "f0 87 08", "lock xchg 4rw ds:[ax]8 from cx.4 3" },
		{ M64, "66 f0 ff 00", "lock inc 2rw ds:[ax]8 4" },
		{ M64, "f0 03 08", NULL, INSN_UNDEFINED },
		{ M64, "f0 89 08", NULL, INSN_UNDEFINED },
		{ M64, "f0 39 08", NULL, INSN_UNDEFINED },
		{ M64, "f0 85 08", NULL, INSN_UNDEFINED },
		{ M64, "f0 0f ba 20 01", NULL, INSN_UNDEFINED },
		{ M64, "f0 a4", NULL, INSN_UNDEFINED },
		{ M64, "f0 aa", NULL, INSN_UNDEFINED },
		{ M64, "f0 0f b6 08", NULL, INSN_UNDEFINED },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(unsupported)
{
	static const struct row rows[] = {
		{ M64, "89 c8", NULL, INSN_UNSUPPORTED },	/* registers only */
		{ M64, "90", NULL, INSN_UNSUPPORTED },
		{ M32, "82 08 01", NULL, INSN_UNSUPPORTED },	/* an alias of 80 */
		{ M64, "f6 08 01", NULL, INSN_UNSUPPORTED },	/* an alias of /0 */
		{ M64, "f7 20", NULL, INSN_UNSUPPORTED },	/* MUL */
		{ M64, "ff 10", NULL, INSN_UNSUPPORTED },	/* CALL */
		{ M64, "ff 30", NULL, INSN_UNSUPPORTED },	/* PUSH */
		{ M64, "c6 08 01", NULL, INSN_UNSUPPORTED },
		{ M64, "8c 08", NULL, INSN_UNSUPPORTED },	/* MOV from ES */
		{ M64, "0f a3 08", NULL, INSN_UNSUPPORTED },	/* BT by register */
		{ M64, "0f ba 00 01", NULL, INSN_UNSUPPORTED },
		{ M64, "0f 11 00", NULL, INSN_UNSUPPORTED },	/* MOVUPS */
		{ M64, "0f c2 00 00", NULL, INSN_UNSUPPORTED },
		{ M64, "0f c7 08", NULL, INSN_UNSUPPORTED },	/* CMPXCHG8B */
		{ M64, "a6", NULL, INSN_UNSUPPORTED },		/* CMPS */
		{ M64, "c5 fc 11 00", NULL, INSN_UNSUPPORTED },	/* VEX */
		{ M64, "f3 0f b8 00", NULL, INSN_UNSUPPORTED },	/* POPCNT */
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(too_few_bytes)
{
	static const struct row rows[] = {
		{ M64, "", NULL, INSN_TRUNCATED },
		{ M64, "66 48", NULL, INSN_TRUNCATED },
		{ M64, "0f", NULL, INSN_TRUNCATED },
		{ M64, "89", NULL, INSN_TRUNCATED },
		{ M64, "89 04", NULL, INSN_TRUNCATED },
		{ M64, "89 40", NULL, INSN_TRUNCATED },
		{ M64, "89 05 00 00 00", NULL, INSN_TRUNCATED },
		{ M64, "c7 00 00 00 00", NULL, INSN_TRUNCATED },
		{ M64, "0f ba 20", NULL, INSN_TRUNCATED },
		{ M64, "a1 00 00 00 00 00 00 00", NULL, INSN_TRUNCATED },
		{ M64, "a1 00 00 00", NULL, INSN_TRUNCATED },
		{ M16, "89 0e 34", NULL, INSN_TRUNCATED },
		/* That LOCK is wrong here is said when the rest is known. */
		{ M64, "f0 89 40", NULL, INSN_TRUNCATED },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(fifteen_bytes_and_no_more)
{
	static const struct row rows[] = {
		{ M64, "66 66 66 66 66 66 66 66 66 66 66 66 66 89 08",
		  "mov 2w ds:[ax]8 from cx.2 15" },
		{ M64, "66 66 66 66 66 66 66 66 66 66 66 66 66 66 89 08", NULL, INSN_TOO_LONG },
		{ M64, "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 89", NULL, INSN_TOO_LONG },
		{ M64, "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66", NULL, INSN_TOO_LONG },
		{ M64, "66 66 66 66 66 66 66 66 66 66 66 66 66 66", NULL, INSN_TRUNCATED },
		{ M64, "65 67 f0 66 f2 81 84 98 04 03 02 01 34 12",
		  "lock rep add 2rw gs:[ax+bx*4+1020304]4 1234 14" },
		{ M64, "26 26 26 26 26 48 81 84 98 04 03 02 01 04 03 02 01",
		  NULL, INSN_TOO_LONG },
		{ M64, "26 26 26 26 26 26 0f ba a4 98 04 03 02 01 05",
		  "bt 4r ds:[ax+bx*4+1020304]8 5 15" },
	};
	run(rows, ARRAY_SIZE(rows));
}

UNIT(movs_operand_is_selected_by_the_access)
{
	static const u8 movs[] = { 0xa4 }, mov[] = { 0x89, 0x08 };
	struct insn insn;

	CHECK_EQ(insn_decode(movs, sizeof(movs), INSN_MODE_64, &insn), INSN_OK);
	insn_select_operand(&insn, true);
	CHECK_EQ(insn.access, INSN_WRITE);
	insn_select_operand(&insn, false);
	CHECK_EQ(insn.access, INSN_READ);

	CHECK_EQ(insn_decode(mov, sizeof(mov), INSN_MODE_64, &insn), INSN_OK);
	insn_select_operand(&insn, false);
	CHECK_EQ(insn.access, INSN_WRITE);
}

/* ADD to memory, of which the first and the last byte count too */
static const u8 longest[INSN_MAX_LENGTH] = {
	0x65, 0x66, 0x67, 0x48, 0x81, 0x84, 0x98, 1, 2, 3, 4, 5, 6, 7, 8,
};

/* Decode both ways; the cache may know the code or not. */
static void check_cached(struct insn_cache *cache, const u8 *code, size_t n,
			 enum insn_mode mode)
{
	struct insn *cached, want;
	int result = insn_decode(code, n, mode, &want);

	CHECK_EQ(insn_decode_cached(cache, code, n, mode, &cached), result);
	if (result == INSN_OK)
		CHECK(!memcmp(cached, &want, sizeof(want)));
}

UNIT(a_cache_changes_nothing)
{
	struct insn_cache cache = { 0 };
	u8 code[INSN_MAX_LENGTH];
	size_t i;
	int mode;

	for (i = 0; i < 8 * INSN_MAX_LENGTH; i++) {
		unit_row("bit %zu", i);
		memcpy(code, longest, sizeof(code));
		code[i / 8] ^= (u8)(1 << i % 8);
		for (mode = INSN_MODE_16; mode <= INSN_MODE_64; mode++) {
			check_cached(&cache, longest, sizeof(code), (enum insn_mode)mode);
			check_cached(&cache, code, sizeof(code), (enum insn_mode)mode);
			check_cached(&cache, code, i % 15, (enum insn_mode)mode);
		}
	}
}

/* With the entry of one code in all slots, no other one is taken for it. */
UNIT(a_cache_slot_is_matched_by_all_bytes)
{
	struct insn_cache cache = { 0 };
	u8 code[INSN_MAX_LENGTH];
	struct insn *insn;
	size_t i, j, k;

	for (i = 0; i < INSN_MAX_LENGTH; i++) {
		unit_row("byte %zu", i);
		CHECK_EQ(insn_decode_cached(&cache, longest, sizeof(longest), INSN_MODE_64,
					    &insn), INSN_OK);
		memcpy(code, longest, sizeof(code));
		code[i] ^= 1;
		for (j = 0; j < ARRAY_SIZE(cache.entries); j++)
			if (&cache.entries[j].insn == insn)
				break;
		for (k = 0; k < ARRAY_SIZE(cache.entries); k++)
			cache.entries[k] = cache.entries[j];
		check_cached(&cache, code, sizeof(code), INSN_MODE_64);
		check_cached(&cache, longest, sizeof(code), INSN_MODE_32);
	}
}

UNIT(a_cache_hits)
{
	struct insn_cache cache = { 0 };
	struct insn *insn;

	CHECK_EQ(insn_decode_cached(&cache, longest, sizeof(longest), INSN_MODE_64, &insn),
		 INSN_OK);
	insn->length = 99;	/* a decode would undo this */
	CHECK_EQ(insn_decode_cached(&cache, longest, sizeof(longest), INSN_MODE_64, &insn),
		 INSN_OK);
	CHECK_EQ(insn->length, 99);
}

UNIT(a_cache_keeps_nothing_of_less_than_15_bytes)
{
	struct insn_cache cache = { 0 };
	struct insn *insn;
	int i;

	for (i = 0; i < 2; i++) {
		CHECK_EQ(insn_decode_cached(&cache, (const u8 *)"\x89\x08", 2, INSN_MODE_64,
					    &insn), INSN_OK);
		CHECK_EQ(insn->length, 2);
		insn->length = 99;
	}
}
