// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moves by vector registers: bytes -> struct insn. See vector_move.h for its scope.
 *
 * Behind its opcode such an instruction looks like any other one: ModRM, SIB, displacement. So
 * insn_decode() is given a MOV in its place, with the prefixes that make an address and a REX
 * prefix of the bits that stand in a VEX or EVEX prefix (SDM 2A 2.3.5, 2.7.1).
 */
#include "vector_move.h"
#include "string.h"

/* The last of 66, F3 and F2, of which the latter win, as a VEX prefix has it: SDM 2A 2.3.6.1 */
#define NP	0x1
#define P66	0x2
#define PF3	0x4
#define PF2	0x8

/* How wide it is, and where it is in the register */
enum form {
	FULL,		/* all of the register: 16 bytes, with VEX also 32, with EVEX 64 */
	SINGLE,		/* 4 bytes */
	DOUBLE,		/* 8 */
	BY_REX_W,	/* 4, or 8 */
	LOW, HIGH,	/* 8, a half of 16 */
};

#define LOAD	true
#define STORE	false

/* Behind 0x0f, and behind 0x0f 0x38 */
#define MAP_0F		1
#define MAP_0F38	2

/* With EVEX: there is none; EVEX.W is 0, is 1 with 66 alone, or is part of what a mask counts. */
enum evex { NO_EVEX, W0, W_WITH_66, ANY_W, ONLY_EVEX };

/* SDM 2D tables; 2A 2.7 and 2C have what there is with EVEX. */
static const struct row {
	u8 map;
	u8 opcode;
	u8 prefixes;
	u8 form;
	bool load;
	u8 evex;
} rows[] = {
	{ MAP_0F, 0x10, NP | P66, FULL, LOAD, W_WITH_66 },		/* MOVUPS, MOVUPD */
	{ MAP_0F, 0x10, PF3, SINGLE, LOAD, NO_EVEX },		/* MOVSS */
	{ MAP_0F, 0x10, PF2, DOUBLE, LOAD, NO_EVEX },		/* MOVSD */
	{ MAP_0F, 0x11, NP | P66, FULL, STORE, W_WITH_66 },
	{ MAP_0F, 0x11, PF3, SINGLE, STORE, NO_EVEX },
	{ MAP_0F, 0x11, PF2, DOUBLE, STORE, NO_EVEX },
	{ MAP_0F, 0x12, NP | P66, LOW, LOAD, NO_EVEX },		/* MOVLPS, MOVLPD */
	{ MAP_0F, 0x13, NP | P66, LOW, STORE, NO_EVEX },
	{ MAP_0F, 0x16, NP | P66, HIGH, LOAD, NO_EVEX },		/* MOVHPS, MOVHPD */
	{ MAP_0F, 0x17, NP | P66, HIGH, STORE, NO_EVEX },
	{ MAP_0F, 0x28, NP | P66, FULL, LOAD, W_WITH_66 },		/* MOVAPS, MOVAPD */
	{ MAP_0F, 0x29, NP | P66, FULL, STORE, W_WITH_66 },
	{ MAP_0F, 0x2b, NP | P66, FULL, STORE, W_WITH_66 },	/* MOVNTPS, MOVNTPD */
	{ MAP_0F, 0x6e, P66, BY_REX_W, LOAD, NO_EVEX },		/* MOVD, MOVQ */
	{ MAP_0F, 0x6f, P66 | PF3, FULL, LOAD, ANY_W },	/* MOVDQA, MOVDQU */
	{ MAP_0F, 0x6f, PF2, FULL, LOAD, ONLY_EVEX },	/* VMOVDQU8, VMOVDQU16 */
	{ MAP_0F, 0x7e, P66, BY_REX_W, STORE, NO_EVEX },
	{ MAP_0F, 0x7e, PF3, DOUBLE, LOAD, NO_EVEX },		/* MOVQ */
	{ MAP_0F, 0x7f, P66 | PF3, FULL, STORE, ANY_W },
	{ MAP_0F, 0x7f, PF2, FULL, STORE, ONLY_EVEX },
	{ MAP_0F, 0xd6, P66, DOUBLE, STORE, NO_EVEX },		/* MOVQ */
	{ MAP_0F, 0xe7, P66, FULL, STORE, W0 },		/* MOVNTDQ */
	{ MAP_0F, 0xf0, PF2, FULL, LOAD, NO_EVEX },		/* LDDQU */
	{ MAP_0F38, 0x2a, P66, FULL, LOAD, W0 },		/* MOVNTDQA */
};

/**
 * struct head - what stands before ModRM
 * @mov: the MOV that stands in: prefixes, opcode
 * @mov_size: bytes of it
 * @prefix: NP, P66, PF3 or PF2
 * @rex: a REX prefix, or what a VEX or EVEX prefix has instead of it; 0 if there is none
 * @high_reg: 16 if it is one of the registers that EVEX alone has, else 0
 * @map: MAP_0F or MAP_0F38
 * @set: enum vector_set
 * @w: EVEX.W
 * @length: 0, 1 or 2: a register is 16, 32 or 64 bytes (VEX.L, EVEX.L'L)
 */
struct head {
	u8 mov[2 * INSN_MAX_LENGTH];
	u8 mov_size;
	u8 prefix;
	u8 rex;
	u8 high_reg;
	u8 map;
	u8 set;
	bool w;
	u8 length;
};

/* Return: is it a prefix? 66, F3 and F2 are part of the opcode here. */
static bool take_prefix(struct head *head, u8 byte, enum insn_mode mode)
{
	switch (byte) {
	case 0x66:
		if (head->prefix == NP)
			head->prefix = P66;
		break;
	case 0xf3:
		head->prefix = PF3;
		break;
	case 0xf2:
		head->prefix = PF2;
		break;
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65:
	case 0x67:
		head->mov[head->mov_size++] = byte;
		break;
	default:
		if (mode != INSN_MODE_64 || (byte & 0xf0) != 0x40)
			return false;
		head->rex = byte;
		return true;
	}
	/* REX counts only right before the opcode: SDM 2A 2.2.1 */
	head->rex = 0;
	return true;
}

#define EVEX	0x62

/* VEX and EVEX are what LES, LDS and BOUND with two registers would be elsewhere: SDM 2A 2.3.5 */
static bool is_vex(const u8 *next, const u8 *end, enum insn_mode mode)
{
	return end - next >= 2 && ((*next & 0xfe) == 0xc4 || *next == EVEX) &&
	       (mode == INSN_MODE_64 || next[1] >= 0xc0);
}

/* What VEX has inverted: R, X and B in 7:5. */
static u8 rex_of(u8 byte, enum insn_mode mode)
{
	return mode == INSN_MODE_64 ? (u8)(0x40 | (~byte >> 5 & 7)) : 0;
}

static const u8 vex_prefixes[] = { NP, P66, PF3, PF2 };

/*
 * C5 [R vvvv L pp], or C4 [R X B mmmmm] [W vvvv L pp]: SDM 2A figure 2-9. A move has no second
 * source (vvvv is 1111), and VEX no prefix before it that would do what it does.
 */
static const u8 *take_vex(struct head *head, const u8 *next, const u8 *end, enum insn_mode mode)
{
	bool three = *next++ == 0xc4;

	if (end - next < 1 + three)
		return NULL;
	/* The short form has R alone, in the same place. */
	head->rex = rex_of(three ? *next : *next | 0x7f, mode);
	head->map = three ? *next++ & 0x1f : MAP_0F;
	/* W says nothing elsewhere: SDM 2A 2.3.5.5 */
	if (three && mode == INSN_MODE_64)
		head->rex |= *next >> 4 & 0x8;
	head->prefix = vex_prefixes[*next & 3];
	head->set = VECTOR_AVX;
	head->length = *next >> 2 & 1;
	return (*next & 0x78) == 0x78 ? next + 1 : NULL;
}

/*
 * 62 [R X B R' 0 mmm] [W vvvv 1 pp] [z L'L b V' aaa]: SDM 2A figure 2-10. Neither is there a
 * second source (V'vvvv is 11111), nor a mask (z and aaa are 0), nor a broadcast (b).
 */
static const u8 *take_evex(struct head *head, const u8 *next, const u8 *end, enum insn_mode mode)
{
	const u8 *p = next + 1;

	if (end - p < 3 || p[0] & 0x8 || (p[1] & 0x7c) != 0x7c || (p[2] & 0x9f) != 0x8)
		return NULL;
	head->rex = rex_of(p[0], mode);
	if (mode == INSN_MODE_64) {
		head->high_reg = ~p[0] & 0x10;
		head->rex |= p[1] >> 4 & 0x8;
	}
	head->map = p[0] & 0x7;
	head->prefix = vex_prefixes[p[1] & 3];
	head->set = VECTOR_AVX512;
	head->length = p[2] >> 5;
	head->w = p[1] >> 7;
	return head->length == 3 ? NULL : p + 3;
}

static const u8 *take_escape(struct head *head, const u8 *next, const u8 *end)
{
	if (next == end || *next++ != 0x0f || next == end)
		return NULL;
	head->map = MAP_0F;
	if (*next != 0x38)
		return next;
	head->map = MAP_0F38;
	return next + 1;
}

/* Return: the opcode's last byte; NULL if it cannot be one of these, or @end came first. */
static const u8 *take_head(struct head *head, const u8 *next, const u8 *end, enum insn_mode mode)
{
	while (next != end && take_prefix(head, *next, mode))
		next++;
	if (!is_vex(next, end, mode))
		next = take_escape(head, next, end);
	else if (head->prefix != NP || head->rex)
		next = NULL;
	else if (*next == EVEX)
		next = take_evex(head, next, end, mode);
	else
		next = take_vex(head, next, end, mode);
	return next == end ? NULL : next;
}

static const struct row *find_row(const struct head *head, u8 opcode)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		if (rows[n].map == head->map && rows[n].opcode == opcode &&
		    rows[n].prefixes & head->prefix)
			return &rows[n];
	return NULL;
}

static bool fits_evex(const struct head *head, const struct row *row)
{
	switch (row->evex) {
	case W0:
		return !head->w;
	case W_WITH_66:
		return head->w == (head->prefix == P66);
	default:
		return row->evex;
	}
}

/* Loads of a half take the other one from a second source with VEX. */
static bool fits(const struct head *head, const struct row *row)
{
	if (head->set == VECTOR_AVX512)
		return fits_evex(head, row);
	if (row->evex == ONLY_EVEX || (head->length && row->form != FULL))
		return false;
	return !(head->set == VECTOR_AVX && row->load && row->form >= LOW);
}

static void set_register(struct insn *insn, const struct head *head, const struct row *row)
{
	insn->op = INSN_VECTOR;
	insn->access = row->load ? INSN_READ : INSN_WRITE;
	insn->to_reg = row->load;
	insn->reg |= head->high_reg;
	insn->width = 8;
	if (row->form == FULL)
		insn->width = (u8)(16 << head->length);
	else if (row->form == SINGLE || (row->form == BY_REX_W && !(head->rex & 0x8)))
		insn->width = 4;
	insn->vector_set = head->set;
	insn->vector_at = row->form == HIGH ? 8 : 0;
	insn->vector_half = row->form >= LOW;
}

/* ModRM.mod, SDM 2A tables 2-1 and 2-2: a displacement of one byte follows. */
static bool has_disp8(u8 modrm)
{
	return modrm >> 6 == 1;
}

/* The address and the register are those of a MOV with what comes behind the opcode. */
static int take_operands(struct head *head, const u8 *next, const u8 *end, enum insn_mode mode,
			 struct insn *insn)
{
	size_t rest = (size_t)(end - next);
	int result;

	if (head->rex)
		head->mov[head->mov_size++] = 0x40 | (head->rex & 0x7);
	head->mov[head->mov_size++] = 0x8b;
	memcpy(head->mov + head->mov_size, next, rest);
	result = insn_decode(head->mov, head->mov_size + rest, mode, insn);
	insn->length = (u8)(insn->length - head->mov_size);
	return result;
}

int vector_move_decode(const u8 *bytes, size_t n, enum insn_mode mode, struct insn *insn)
{
	const u8 *end = bytes + MIN(n, INSN_MAX_LENGTH), *next;
	struct head head = { .prefix = NP };
	const struct row *row;
	int result;

	next = take_head(&head, bytes, end, mode);
	if (!next)
		return INSN_UNSUPPORTED;
	row = find_row(&head, *next++);
	if (!row || !fits(&head, row))
		return INSN_UNSUPPORTED;
	result = take_operands(&head, next, end, mode, insn);
	if (result)
		return result;
	insn->length = (u8)(insn->length + (next - bytes));
	set_register(insn, &head, row);
	/* It counts operands: SDM 2A 2.7.5 */
	if (head.set == VECTOR_AVX512 && has_disp8(*next))
		insn->disp *= insn->width;
	return INSN_OK;
}
