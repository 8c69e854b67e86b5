// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instruction decoder: bytes -> struct insn. See decode.h for its scope.
 *
 * SDM 2A chapter 2 describes the format, 2D appendix A the opcode maps that the
 * tables below are a part of:
 *
 *	prefixes [REX] opcode [ModRM [SIB] [displacement]] [immediate]
 *
 * One lookup tells prefixes from opcodes and, of an opcode, what follows it.
 * The struct insn starts as what the mode says; prefixes and opcode change it.
 *
 * This runs in every exit for device memory: "next" and "end" are handed from
 * function to function instead of in a structure, to stay in CPU registers.
 * The functions that take bytes return where the rest begins, NULL if @end came
 * first.
 */
#include "decode.h"

#define R	INSN_READ
#define W	INSN_WRITE
#define RW	INSN_RMW

/* struct opcode.form: what follows, and how the operands are meant */
#define TO_REG	0x01	/* the register operand is the destination */
#define MODRM	0x02	/* a ModRM byte; without: a moffs or string form */
#define GROUP	0x04	/* ModRM.reg, not the opcode, says which instruction it is */
#define IMM8	0x08	/* an immediate of one byte, sign-extended */
#define IMM	0x10	/* an immediate as wide as the operand, at most 4 bytes */
#define EXTEND	0x20	/* the register is as wide as the operand size says */
#define PREFIX	0x40	/* no opcode: see note_prefix() */
#define ONLY64	0x80	/* another instruction outside 64-bit code */

/* Width of the memory operand where it does not follow the operand size */
#define BYTE	1
#define WORD	2
#define DWORD	4
/* MOVNTI: 4 bytes or 8, and no prefix changes that but REX.W */
#define NO_WORD	0xff

enum group { GROUP_ALU, GROUP_MOV, GROUP_UNARY, GROUP_INC_DEC, GROUP_BIT };

/**
 * struct opcode - what an opcode stands for; all zero: nothing that is known here
 * @op: enum insn_op; of opcodes without GROUP and PREFIX
 * @group: row of groups[]; of opcodes with GROUP
 * @access: to the memory operand; of opcodes without GROUP and PREFIX
 * @width: of the memory operand; 0: the operand size
 * @form: see above
 */
struct opcode {
	union {
		u8 op;
		u8 group;
	};
	u8 access;
	u8 width;
	u8 form;
};

/* By ModRM.reg: SDM 2D table A-6 */
static const struct {
	u8 op;
	u8 access;
} groups[][8] = {
	[GROUP_ALU] = {
		{ INSN_ADD, RW }, { INSN_OR, RW }, { INSN_ADC, RW }, { INSN_SBB, RW },
		{ INSN_AND, RW }, { INSN_SUB, RW }, { INSN_XOR, RW }, { INSN_CMP, R },
	},
	[GROUP_MOV] = { { INSN_MOV, W } },
	[GROUP_UNARY] = { { INSN_TEST, R }, [2] = { INSN_NOT, RW }, { INSN_NEG, RW } },
	[GROUP_INC_DEC] = { { INSN_INC, RW }, { INSN_DEC, RW } },
	[GROUP_BIT] = {
		[4] = { INSN_BT, R }, { INSN_BTS, RW }, { INSN_BTR, RW }, { INSN_BTC, RW },
	},
};

/* Two opcodes: the one works on bytes, the other one has the operand size. */
#define PAIR(first, insn, memory, how)						\
	[first] = { .op = (insn), .access = (memory), .width = BYTE, .form = (how) }, \
	[(first) + 1] = { .op = (insn), .access = (memory), .form = (how) }

/* Four: a pair with memory as the destination, and one with the register. */
#define ALU(first, insn, memory)						\
	[first] = { .op = (insn), .access = (memory), .width = BYTE, .form = MODRM }, \
	[(first) + 1] = { .op = (insn), .access = (memory), .form = MODRM },	\
	PAIR((first) + 2, insn, R, MODRM | TO_REG)

/* SDM 2D table A-2 */
static const struct opcode one_byte[256] = {
	ALU(0x00, INSN_ADD, RW),
	ALU(0x08, INSN_OR, RW),
	ALU(0x10, INSN_ADC, RW),
	ALU(0x18, INSN_SBB, RW),
	ALU(0x20, INSN_AND, RW),
	ALU(0x28, INSN_SUB, RW),
	ALU(0x30, INSN_XOR, RW),
	ALU(0x38, INSN_CMP, R),
	[0x63] = { { INSN_MOVSX }, R, DWORD, MODRM | TO_REG | EXTEND | ONLY64 },
	[0x80] = { .group = GROUP_ALU, .width = BYTE, .form = GROUP | MODRM | IMM },
	[0x81] = { .group = GROUP_ALU, .form = GROUP | MODRM | IMM },
	[0x83] = { .group = GROUP_ALU, .form = GROUP | MODRM | IMM8 },
	PAIR(0x84, INSN_TEST, R, MODRM),
	PAIR(0x86, INSN_XCHG, RW, MODRM),
	PAIR(0x88, INSN_MOV, W, MODRM),
	PAIR(0x8a, INSN_MOV, R, MODRM | TO_REG),
	PAIR(0xa0, INSN_MOV, R, TO_REG),
	PAIR(0xa2, INSN_MOV, W, 0),
	PAIR(0xa4, INSN_MOVS, RW, 0),
	PAIR(0xaa, INSN_STOS, W, 0),
	PAIR(0xac, INSN_LODS, R, TO_REG),
	[0xc6] = { .group = GROUP_MOV, .width = BYTE, .form = GROUP | MODRM | IMM },
	[0xc7] = { .group = GROUP_MOV, .form = GROUP | MODRM | IMM },
	[0xf6] = { .group = GROUP_UNARY, .width = BYTE, .form = GROUP | MODRM },
	[0xf7] = { .group = GROUP_UNARY, .form = GROUP | MODRM },
	[0xfe] = { .group = GROUP_INC_DEC, .width = BYTE, .form = GROUP | MODRM },
	[0xff] = { .group = GROUP_INC_DEC, .form = GROUP | MODRM },

	[0x26] = { .form = PREFIX },			/* ES */
	[0x2e] = { .form = PREFIX },			/* CS */
	[0x36] = { .form = PREFIX },			/* SS */
	[0x3e] = { .form = PREFIX },			/* DS */
	[0x40 ... 0x4f] = { .form = PREFIX | ONLY64 },	/* REX */
	[0x64 ... 0x67] = { .form = PREFIX },		/* FS, GS, operand and address size */
	[0xf0] = { .form = PREFIX },			/* LOCK */
	[0xf2 ... 0xf3] = { .form = PREFIX },		/* REPNE, REP */
};

/* The part of the map behind 0x0f (SDM 2D table A-3) that holds something for us */
#define TWO_BYTE_FIRST	0xb0
#define TWO_BYTE(opcode)	((opcode) - TWO_BYTE_FIRST)

static const struct opcode two_byte[] = {
	PAIR(TWO_BYTE(0xb0), INSN_CMPXCHG, RW, MODRM),
	[TWO_BYTE(0xb6)] = { { INSN_MOVZX }, R, BYTE, MODRM | TO_REG | EXTEND },
	[TWO_BYTE(0xb7)] = { { INSN_MOVZX }, R, WORD, MODRM | TO_REG | EXTEND },
	[TWO_BYTE(0xba)] = { .group = GROUP_BIT, .form = GROUP | MODRM | IMM8 },
	[TWO_BYTE(0xbe)] = { { INSN_MOVSX }, R, BYTE, MODRM | TO_REG | EXTEND },
	[TWO_BYTE(0xbf)] = { { INSN_MOVSX }, R, WORD, MODRM | TO_REG | EXTEND },
	PAIR(TWO_BYTE(0xc0), INSN_XADD, RW, MODRM),
	[TWO_BYTE(0xc3)] = { { INSN_MOV }, W, NO_WORD, MODRM },		/* MOVNTI */
};

static const struct opcode unsupported;

/* ModRM from here on: both operands are registers, SDM 2A table 2-2 */
#define NO_MEMORY	0xc0

/* Bits of a REX prefix */
#define REX_W	0x8
#define REX_R	0x4
#define REX_X	0x2
#define REX_B	0x1

#define NO_OVERRIDE	0xff

/* Without prefixes: sizes are SDM 1 tables 3-3 and 3-4 */
static const struct insn defaults[] = {
	[INSN_MODE_16] = {
		.mode = INSN_MODE_16, .width = 2, .addr_width = 2, .seg = NO_OVERRIDE,
		.reg = INSN_NO_GPR, .base = INSN_NO_GPR, .index = INSN_NO_GPR,
	},
	[INSN_MODE_32] = {
		.mode = INSN_MODE_32, .width = 4, .addr_width = 4, .seg = NO_OVERRIDE,
		.reg = INSN_NO_GPR, .base = INSN_NO_GPR, .index = INSN_NO_GPR,
	},
	[INSN_MODE_64] = {
		.mode = INSN_MODE_64, .width = 4, .addr_width = 8, .seg = NO_OVERRIDE,
		.reg = INSN_NO_GPR, .base = INSN_NO_GPR, .index = INSN_NO_GPR,
	},
};

/* The register number that three bits and, if set, one of REX make */
static u8 gpr(unsigned int bits, u8 rex_bit)
{
	return (u8)((bits & 7) | (rex_bit ? 8 : 0));
}

/* Take a little-endian number of 1, 2 or 4 bytes, sign-extended. */
static const u8 *take(const u8 *next, const u8 *end, unsigned int width, u64 *value)
{
	if ((size_t)(end - next) < width)
		return NULL;

	if (width == 4)
		*value = (u64)(s32)(next[0] | (u32)next[1] << 8 |
				    (u32)next[2] << 16 | (u32)next[3] << 24);
	else if (width == 1)
		*value = (u64)(s8)next[0];
	else
		*value = (u64)(s16)(next[0] | next[1] << 8);
	return next + width;
}

static void note_prefix(struct insn *insn, u8 byte)
{
	/* REX counts only right before the opcode: SDM 2A 2.2.1 */
	insn->rex = 0;

	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
		/* In 64-bit code they mean nothing, and leave FS or GS as it is. */
		if (insn->mode != INSN_MODE_64)
			insn->seg = byte >> 3 & 3;
		break;
	case 0x64:
		insn->seg = INSN_FS;
		break;
	case 0x65:
		insn->seg = INSN_GS;
		break;
	case 0x66:
		insn->width = insn->mode == INSN_MODE_16 ? 4 : 2;
		break;
	case 0x67:
		insn->addr_width = insn->mode == INSN_MODE_32 ? 2 : 4;
		break;
	case 0xf0:
		insn->lock = true;
		break;
	case 0xf2:
	case 0xf3:
		insn->rep = true;
		break;
	default:
		insn->rex = byte;
	}
}

/* From the first prefix on, take all of them. The opcode is next. */
static const u8 *take_prefixes(const u8 *next, const u8 *end, struct insn *insn)
{
	for (; next != end; next++) {
		struct opcode opcode = one_byte[*next];

		if (!(opcode.form & PREFIX) ||
		    (opcode.form & ONLY64 && insn->mode != INSN_MODE_64))
			return next;
		note_prefix(insn, *next);
	}
	return NULL;
}

/* The parts of an effective address in 32- and 64-bit form: SDM 2A table 2-2 */
static inline const u8 *take_address(const u8 *next, const u8 *end, u8 modrm,
				     struct insn *insn)
{
	u8 base = modrm & 7, sib;

	if (base == 4) {
		if (next == end)
			return NULL;
		sib = *next++;
		insn->scale = sib >> 6;
		insn->index = gpr(sib >> 3, insn->rex & REX_X);
		if (insn->index == INSN_RSP)
			insn->index = INSN_NO_GPR;
		base = sib & 7;
	} else if (modrm < 0x40 && base == 5) {
		insn->rip_relative = insn->mode == INSN_MODE_64;
	}

	if (modrm < 0x40 && base == 5)
		return take(next, end, 4, &insn->disp);
	insn->base = gpr(base, insn->rex & REX_B);
	if (modrm < 0x40)
		return next;
	return take(next, end, modrm < 0x80 ? 1 : 4, &insn->disp);
}

/* The same in 16-bit form: SDM 2A table 2-1 */
static const u8 *take_address16(const u8 *next, const u8 *end, u8 modrm,
				struct insn *insn)
{
	static const u8 base[8] = {
		INSN_RBX, INSN_RBX, INSN_RBP, INSN_RBP,
		INSN_RSI, INSN_RDI, INSN_RBP, INSN_RBX,
	};
	static const u8 index[8] = {
		INSN_RSI, INSN_RDI, INSN_RSI, INSN_RDI,
		INSN_NO_GPR, INSN_NO_GPR, INSN_NO_GPR, INSN_NO_GPR,
	};

	if (modrm < 0x40 && (modrm & 7) == 6)
		return take(next, end, 2, &insn->disp);
	insn->base = base[modrm & 7];
	insn->index = index[modrm & 7];
	if (modrm < 0x40)
		return next;
	return take(next, end, modrm < 0x80 ? 1 : 2, &insn->disp);
}

/* Forms without ModRM: MOV with an offset as wide as an address, and strings */
static const u8 *take_implicit(const u8 *next, const u8 *end, struct insn *insn)
{
	u64 low;

	insn->reg = INSN_RAX;
	if (insn->op != INSN_MOV) {
		insn->base = insn->op == INSN_STOS ? INSN_RDI : INSN_RSI;
		if (insn->op == INSN_STOS)
			insn->seg = INSN_ES;	/* cannot be overridden */
		if (insn->op == INSN_MOVS)
			insn->reg = INSN_NO_GPR;
		return next;
	}
	if (insn->addr_width < 8)
		return take(next, end, insn->addr_width, &insn->disp);

	next = take(next, end, 4, &low);
	if (next)
		next = take(next, end, 4, &insn->disp);
	if (next)
		insn->disp = insn->disp << 32 | (u32)low;
	return next;
}

/* With 66, F2 or F3 it would be another instruction: SDM 2A 3.1.1.1, "NP" */
static void forget_operand_size(struct insn *insn)
{
	if (insn->rep || insn->width != defaults[insn->mode].width)
		insn->op = INSN_NONE;
	insn->width = DWORD;
}

/* Width of the memory operand, width and number of the register operand */
static inline void set_operands(struct insn *insn, const struct opcode *opcode,
				u8 modrm)
{
	if (opcode->width == NO_WORD)
		forget_operand_size(insn);
	if (insn->rex & REX_W)
		insn->width = 8;
	insn->reg_width = insn->width;
	if (!(opcode->form & GROUP))
		insn->reg = gpr(modrm >> 3, insn->rex & REX_R);
	if (!opcode->width || opcode->width == NO_WORD)
		return;

	insn->width = opcode->width;
	if (opcode->form & EXTEND) {
		/* MOVSXD to 16 bits: manuals disagree on what it loads. */
		if (insn->width > insn->reg_width)
			insn->op = INSN_NONE;
		return;
	}
	insn->reg_width = opcode->width;
	/* Without REX, 4..7 are AH, CH, DH and BH: SDM 2A table 2-2 */
	if (!(opcode->form & GROUP) && !insn->rex && insn->reg >= 4) {
		insn->high_byte = true;
		insn->reg -= 4;
	}
}

/* Take prefixes and opcode. The latter is @unsupported if it is not ours. */
static inline const u8 *take_opcode(const u8 *next, const u8 *end,
				    struct insn *insn, struct opcode *opcode)
{
	if (next == end)
		return NULL;
	*opcode = one_byte[*next];
	if (opcode->form & (PREFIX | ONLY64)) {
		next = take_prefixes(next, end, insn);
		if (!next)
			return NULL;
		*opcode = one_byte[*next];
		if (opcode->form & ONLY64 && insn->mode != INSN_MODE_64)
			*opcode = unsupported;
	}
	if (*next++ != 0x0f)
		return next;

	if (next == end)
		return NULL;
	if (*next < TWO_BYTE_FIRST || *next >= TWO_BYTE_FIRST + ARRAY_SIZE(two_byte))
		*opcode = unsupported;
	else
		*opcode = two_byte[*next - TWO_BYTE_FIRST];
	return next + 1;
}

/* Take ModRM if there is one, and let it select in a group of instructions. */
static inline const u8 *take_modrm(const u8 *next, const u8 *end,
				   struct opcode *opcode, u8 *modrm)
{
	if (!(opcode->form & MODRM))
		return next;
	if (next == end)
		return NULL;
	*modrm = *next++;

	if (opcode->form & GROUP) {
		u8 row = opcode->group, column = *modrm >> 3 & 7;

		opcode->op = groups[row][column].op;
		opcode->access = groups[row][column].access;
		/* Alone in its group, TEST has an immediate. */
		if (opcode->op == INSN_TEST)
			opcode->form |= IMM;
	}
	return next;
}

/* Take what follows ModRM: address and immediate. */
static inline const u8 *take_operands(const u8 *next, const u8 *end, u8 modrm,
				      u8 form, struct insn *insn)
{
	u64 imm;

	if (!(form & MODRM))
		next = take_implicit(next, end, insn);
	else if (insn->addr_width == 2)
		next = take_address16(next, end, modrm, insn);
	else
		next = take_address(next, end, modrm, insn);
	if (!next || !(form & (IMM8 | IMM)))
		return next;

	next = take(next, end, form & IMM8 ? 1 : MIN(insn->width, 4), &imm);
	insn->has_imm = true;
	insn->imm = (s32)imm;
	return next;
}

int insn_decode(const u8 *bytes, size_t n, enum insn_mode mode, struct insn *insn)
{
	const u8 *end = bytes + MIN(n, INSN_MAX_LENGTH), *next;
	int out_of_bytes = n < INSN_MAX_LENGTH ? INSN_TRUNCATED : INSN_TOO_LONG;
	struct opcode opcode;
	u8 modrm = 0;

	*insn = defaults[mode];
	next = take_opcode(bytes, end, insn, &opcode);
	if (next)
		next = take_modrm(next, end, &opcode, &modrm);
	if (!next)
		return out_of_bytes;

	insn->op = opcode.op;
	insn->access = opcode.access;
	insn->to_reg = opcode.form & TO_REG;
	set_operands(insn, &opcode, modrm);
	if (insn->op == INSN_NONE || modrm >= NO_MEMORY)
		return INSN_UNSUPPORTED;

	next = take_operands(next, end, modrm, opcode.form, insn);
	if (!next)
		return out_of_bytes;
	insn->length = (u8)(next - bytes);

	if (insn->seg == NO_OVERRIDE)
		insn->seg = (insn->base & ~1) == INSN_RSP ? INSN_SS : INSN_DS;

	/* SDM 2A 3.2 LOCK: only to modify memory in place */
	if (insn->lock && (insn->access != INSN_RMW || insn->op == INSN_MOVS))
		return INSN_UNDEFINED;
	return INSN_OK;
}

void insn_cache_keep(struct insn_cache_entry *entry, const u8 *bytes, size_t n,
		     enum insn_mode mode)
{
	entry->mode = 0;
	if (n < INSN_MAX_LENGTH)
		return;
	__builtin_memcpy(&entry->head, bytes, 8);
	__builtin_memcpy(&entry->tail, bytes + 7, 8);
	entry->mode = (u64)mode + 1;
}

int insn_cache_fill(struct insn_cache_entry *entry, const u8 *bytes, size_t n,
		    enum insn_mode mode)
{
	int result = insn_decode(bytes, n, mode, &entry->insn);

	entry->mode = 0;
	if (result == INSN_OK)
		insn_cache_keep(entry, bytes, n, mode);
	return result;
}
