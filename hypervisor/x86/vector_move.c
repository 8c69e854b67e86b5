// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moves by vector registers: bytes -> struct vector_move. See vector_move.h for its scope.
 *
 * Behind its opcode such an instruction looks like any other one: ModRM, SIB, displacement. So
 * insn_decode() is given a MOV in its place, with the prefixes that make an address and a REX
 * prefix of the bits that stand in a VEX prefix (SDM 2A 2.3.5).
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
	FULL,		/* all of the register: 16 bytes, with VEX also 32 */
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

/* SDM 2D tables */
static const struct row {
	u8 map;
	u8 opcode;
	u8 prefixes;
	u8 form;
	bool load;
} rows[] = {
	{ MAP_0F, 0x10, NP | P66, FULL, LOAD },		/* MOVUPS, MOVUPD */
	{ MAP_0F, 0x10, PF3, SINGLE, LOAD },		/* MOVSS */
	{ MAP_0F, 0x10, PF2, DOUBLE, LOAD },		/* MOVSD */
	{ MAP_0F, 0x11, NP | P66, FULL, STORE },
	{ MAP_0F, 0x11, PF3, SINGLE, STORE },
	{ MAP_0F, 0x11, PF2, DOUBLE, STORE },
	{ MAP_0F, 0x12, NP | P66, LOW, LOAD },		/* MOVLPS, MOVLPD */
	{ MAP_0F, 0x13, NP | P66, LOW, STORE },
	{ MAP_0F, 0x16, NP | P66, HIGH, LOAD },		/* MOVHPS, MOVHPD */
	{ MAP_0F, 0x17, NP | P66, HIGH, STORE },
	{ MAP_0F, 0x28, NP | P66, FULL, LOAD },		/* MOVAPS, MOVAPD */
	{ MAP_0F, 0x29, NP | P66, FULL, STORE },
	{ MAP_0F, 0x2b, NP | P66, FULL, STORE },	/* MOVNTPS, MOVNTPD */
	{ MAP_0F, 0x6e, P66, BY_REX_W, LOAD },		/* MOVD, MOVQ */
	{ MAP_0F, 0x6f, P66 | PF3, FULL, LOAD },	/* MOVDQA, MOVDQU */
	{ MAP_0F, 0x7e, P66, BY_REX_W, STORE },
	{ MAP_0F, 0x7e, PF3, DOUBLE, LOAD },		/* MOVQ */
	{ MAP_0F, 0x7f, P66 | PF3, FULL, STORE },
	{ MAP_0F, 0xd6, P66, DOUBLE, STORE },		/* MOVQ */
	{ MAP_0F, 0xe7, P66, FULL, STORE },		/* MOVNTDQ */
	{ MAP_0F, 0xf0, PF2, FULL, LOAD },		/* LDDQU */
	{ MAP_0F38, 0x2a, P66, FULL, LOAD },		/* MOVNTDQA */
};

/**
 * struct head - what stands before ModRM
 * @mov: the MOV that stands in: prefixes, opcode
 * @mov_size: bytes of it
 * @prefix: NP, P66, PF3 or PF2
 * @rex: a REX prefix, or what a VEX prefix has instead of it; 0 if there is none
 * @map: MAP_0F or MAP_0F38
 * @vex: it is VEX
 * @wide: of 32 bytes (VEX.L)
 */
struct head {
	u8 mov[2 * INSN_MAX_LENGTH];
	u8 mov_size;
	u8 prefix;
	u8 rex;
	u8 map;
	bool vex;
	bool wide;
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

/* VEX is what LES and LDS with two registers would be elsewhere: SDM 2A 2.3.5 */
static bool is_vex(const u8 *next, const u8 *end, enum insn_mode mode)
{
	return end - next >= 2 && (*next & 0xfe) == 0xc4 &&
	       (mode == INSN_MODE_64 || next[1] >= 0xc0);
}

/* What VEX has inverted: R, X and B in 7:5. */
static u8 rex_of(u8 byte, enum insn_mode mode)
{
	return mode == INSN_MODE_64 ? (u8)(0x40 | (~byte >> 5 & 7)) : 0;
}

/*
 * C5 [R vvvv L pp], or C4 [R X B mmmmm] [W vvvv L pp]: SDM 2A figure 2-9. A move has no second
 * source (vvvv is 1111), and VEX no prefix before it that would do what it does.
 */
static const u8 *take_vex(struct head *head, const u8 *next, const u8 *end, enum insn_mode mode)
{
	static const u8 prefixes[] = { NP, P66, PF3, PF2 };
	bool three = *next++ == 0xc4;

	if (head->prefix != NP || head->rex || end - next < 1 + three)
		return NULL;
	/* The short form has R alone, in the same place. */
	head->rex = rex_of(three ? *next : *next | 0x7f, mode);
	head->map = three ? *next++ & 0x1f : MAP_0F;
	/* W says nothing elsewhere: SDM 2A 2.3.5.5 */
	if (three && mode == INSN_MODE_64)
		head->rex |= *next >> 4 & 0x8;
	head->prefix = prefixes[*next & 3];
	head->vex = true;
	head->wide = *next & 4;
	return (*next & 0x78) == 0x78 ? next + 1 : NULL;
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
	if (is_vex(next, end, mode))
		next = take_vex(head, next, end, mode);
	else
		next = take_escape(head, next, end);
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

/* Loads of a half take the other one from a second source with VEX. */
static bool fits(const struct head *head, const struct row *row)
{
	if (head->wide && row->form != FULL)
		return false;
	return !(head->vex && row->load && row->form >= LOW);
}

static void set_width(struct vector_move *move, const struct head *head, enum form form)
{
	move->width = 8;
	if (form == FULL)
		move->width = head->wide ? 32 : 16;
	else if (form == SINGLE || (form == BY_REX_W && !(head->rex & 0x8)))
		move->width = 4;
	move->at = form == HIGH ? 8 : 0;
	move->half = form >= LOW;
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

int vector_move_decode(const u8 *bytes, size_t n, enum insn_mode mode, struct vector_move *move)
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
	result = take_operands(&head, next, end, mode, &move->operand);
	if (result)
		return result;
	move->operand.length = (u8)(move->operand.length + (next - bytes));
	move->load = row->load;
	move->vex = head.vex;
	set_width(move, &head, row->form);
	return INSN_OK;
}

void vector_move_load(const struct vector_move *move, u8 *reg, const u8 *memory)
{
	if (!move->half)
		memset(reg, 0, VECTOR_SIZE);
	memcpy(reg + move->at, memory, move->width);
}
