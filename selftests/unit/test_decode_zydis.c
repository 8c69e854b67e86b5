// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/decode.c x86/emulate.c */
/* LIBS: Zydis */
/*
 * The instruction decoder against a disassembler library: whatever we accept
 * must mean the same to both, and whatever we refuse must have a reason.
 */
#include <stdio.h>
#include <string.h>

#include "disassembly.h"

/* What we call it, INSN_NONE if it is none of ours */
static enum insn_op op_of(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_ADD: return INSN_ADD;
	case ZYDIS_MNEMONIC_OR: return INSN_OR;
	case ZYDIS_MNEMONIC_ADC: return INSN_ADC;
	case ZYDIS_MNEMONIC_SBB: return INSN_SBB;
	case ZYDIS_MNEMONIC_AND: return INSN_AND;
	case ZYDIS_MNEMONIC_SUB: return INSN_SUB;
	case ZYDIS_MNEMONIC_XOR: return INSN_XOR;
	case ZYDIS_MNEMONIC_CMP: return INSN_CMP;
	case ZYDIS_MNEMONIC_TEST: return INSN_TEST;
	case ZYDIS_MNEMONIC_NOT: return INSN_NOT;
	case ZYDIS_MNEMONIC_NEG: return INSN_NEG;
	case ZYDIS_MNEMONIC_INC: return INSN_INC;
	case ZYDIS_MNEMONIC_DEC: return INSN_DEC;
	case ZYDIS_MNEMONIC_BT: return INSN_BT;
	case ZYDIS_MNEMONIC_BTS: return INSN_BTS;
	case ZYDIS_MNEMONIC_BTR: return INSN_BTR;
	case ZYDIS_MNEMONIC_BTC: return INSN_BTC;
	case ZYDIS_MNEMONIC_XCHG: return INSN_XCHG;
	case ZYDIS_MNEMONIC_CMPXCHG: return INSN_CMPXCHG;
	case ZYDIS_MNEMONIC_XADD: return INSN_XADD;
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_MOVNTI: return INSN_MOV;
	case ZYDIS_MNEMONIC_MOVZX: return INSN_MOVZX;
	case ZYDIS_MNEMONIC_MOVSX:
	case ZYDIS_MNEMONIC_MOVSXD: return INSN_MOVSX;
	case ZYDIS_MNEMONIC_STOSB:
	case ZYDIS_MNEMONIC_STOSW:
	case ZYDIS_MNEMONIC_STOSD:
	case ZYDIS_MNEMONIC_STOSQ: return INSN_STOS;
	case ZYDIS_MNEMONIC_LODSB:
	case ZYDIS_MNEMONIC_LODSW:
	case ZYDIS_MNEMONIC_LODSD:
	case ZYDIS_MNEMONIC_LODSQ: return INSN_LODS;
	case ZYDIS_MNEMONIC_MOVSB:
	case ZYDIS_MNEMONIC_MOVSW:
	case ZYDIS_MNEMONIC_MOVSD:
	case ZYDIS_MNEMONIC_MOVSQ: return INSN_MOVS;
	default: return INSN_NONE;
	}
}

/* The memory operand; of MOVS the source, which is the second one */
static const ZydisDecodedOperand *memory_of(const struct disassembly *d)
{
	const ZydisDecodedOperand *mem = find(d, ZYDIS_OPERAND_TYPE_MEMORY, false);

	if (mem && is_string(d) && op_of(d->insn.mnemonic) == INSN_MOVS)
		mem++;
	return mem && mem->mem.type == ZYDIS_MEMOP_TYPE_MEM ? mem : NULL;
}

static u8 access_of(const struct disassembly *d, const ZydisDecodedOperand *mem)
{
	u8 access = 0;

	if (mem->actions & ZYDIS_OPERAND_ACTION_MASK_READ)
		access |= INSN_READ;
	if (mem->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE)
		access |= INSN_WRITE;
	/* Two operands there, each with one access */
	return op_of(d->insn.mnemonic) == INSN_MOVS ? INSN_RMW : access;
}

static void check_register(const struct insn *insn, const struct disassembly *d)
{
	const ZydisDecodedOperand *reg = find(d, ZYDIS_OPERAND_TYPE_REGISTER, true);

	if (is_string(d)) {	/* hidden operands, among others */
		CHECK_EQ(insn->reg, insn->op == INSN_MOVS ? INSN_NO_GPR : INSN_RAX);
		CHECK_EQ(insn->to_reg, insn->op == INSN_LODS);
		return;
	}
	if (!reg) {
		CHECK_EQ(insn->reg, INSN_NO_GPR);
		return;
	}
	CHECK_EQ(insn->reg, gpr_of(reg->reg.value));
	CHECK_EQ(insn->high_byte,
		 reg->reg.value >= ZYDIS_REGISTER_AH && reg->reg.value <= ZYDIS_REGISTER_BH);
	CHECK_EQ(insn->reg_width * 8, reg->size);
	CHECK_EQ(insn->to_reg, reg == &d->operands[0]);
}

static void check_accepted(const struct insn *insn, const struct disassembly *d)
{
	const ZydisDecodedOperand *mem, *imm;

	if (!CHECK(ZYAN_SUCCESS(d->status)))
		return;
	mem = memory_of(d);
	if (!CHECK(mem))
		return;

	CHECK_EQ(insn->length, d->insn.length);
	CHECK_EQ(insn->op, op_of(d->insn.mnemonic));
	CHECK_EQ(insn->width * 8, mem->size);
	CHECK_EQ(insn->access, access_of(d, mem));
	CHECK_EQ(insn->lock, !!(d->insn.attributes & ZYDIS_ATTRIB_HAS_LOCK));
	if (is_string(d))
		CHECK_EQ(insn->rep, !!(d->insn.attributes &
				       (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPNE)));
	check_address(insn, mem, d);
	check_register(insn, d);

	imm = find(d, ZYDIS_OPERAND_TYPE_IMMEDIATE, true);
	CHECK_EQ(insn->has_imm, !!imm);
	if (imm && insn->op >= INSN_BT && insn->op <= INSN_BTC)
		CHECK_EQ((u8)insn->imm, imm->imm.value.u);	/* a bit number */
	else if (imm)
		CHECK_EQ(cut((u64)insn->imm, insn->width),
			 cut(imm->imm.value.u, insn->width));
}

/* Instructions of the names that we know, which are left out on purpose */
static bool is_left_out(const struct disassembly *d)
{
	u8 opcode = d->insn.opcode, reg = d->insn.raw.modrm.reg;

	if (d->insn.opcode_map == ZYDIS_OPCODE_MAP_0F)
		/* BT, BTS, BTR, BTC by register: any distance from the address */
		return opcode == 0xa3 || opcode == 0xab || opcode == 0xb3 || opcode == 0xbb;

	return opcode == 0x82 ||				/* alias of 80 */
	       ((opcode & 0xfe) == 0xf6 && reg == 1) ||		/* alias of TEST */
	       opcode == 0x8c || opcode == 0x8e ||		/* segment registers */
	       (opcode == 0x63 && d->insn.operand_width == 16);	/* manuals differ */
}

static bool is_ours(const struct disassembly *d)
{
	return ZYAN_SUCCESS(d->status) &&
	       d->insn.encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY &&
	       /* the others have SSE instructions of the names of string ones */
	       (d->insn.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT ||
		op_of(d->insn.mnemonic) < INSN_STOS) &&
	       op_of(d->insn.mnemonic) != INSN_NONE && memory_of(d);
}

static void check_refused(int result, size_t n, const struct disassembly *d)
{
	switch (result) {
	case INSN_UNSUPPORTED:
		if (is_ours(d))
			CHECK(is_left_out(d));
		break;
	case INSN_UNDEFINED:
		CHECK_EQ(d->status, ZYDIS_STATUS_ILLEGAL_LOCK);
		break;
	case INSN_TOO_LONG:
	case INSN_TRUNCATED:
		/* The library may see from the first bytes how long it will be. */
		CHECK_EQ(result == INSN_TOO_LONG, n >= INSN_MAX_LENGTH);
		CHECK(d->status == ZYDIS_STATUS_INSTRUCTION_TOO_LONG ||
		      d->status == ZYDIS_STATUS_NO_MORE_DATA);
		break;
	default:
		CHECK_EQ(result, INSN_OK);
	}
}

/* Any part of an instruction needs more bytes, and bytes behind are ignored. */
static void check_lengths(const u8 *bytes, enum insn_mode mode,
			  const struct insn *insn)
{
	struct insn again;
	size_t n;

	for (n = 0; n < insn->length; n++)
		CHECK_EQ(insn_decode(bytes, n, mode, &again), INSN_TRUNCATED);
	CHECK_EQ(insn_decode(bytes, insn->length, mode, &again), INSN_OK);
	CHECK(!memcmp(insn, &again, sizeof(again)));
}

static unsigned long accepted, compared;

static void compare(const u8 *bytes, size_t n, enum insn_mode mode)
{
	struct disassembly d;
	struct insn insn;
	int result;

	unit_row("%d: %02x %02x %02x %02x %02x %02x %02x %02x %02x %02x", 16 << mode,
		 bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5],
		 bytes[6], bytes[7], bytes[8], bytes[9]);
	result = insn_decode(bytes, n, mode, &insn);
	disassemble(bytes, n, mode, &d);
	compared++;
	if (result != INSN_OK) {
		check_refused(result, n, &d);
		return;
	}
	accepted++;
	check_accepted(&insn, &d);
	if (accepted % 16 == 0)
		check_lengths(bytes, mode, &insn);
}

static void report(void)
{
	unit_note("%lu byte strings compared, %lu accepted", compared, accepted);
	/* A generator that makes nothing but nonsense would find nothing. */
	CHECK(accepted > compared / 100);
	compared = 0;
	accepted = 0;
}

/* All opcodes behind @prefixes; of ModRM and what follows all or a sample */
static void sweep(const char *prefixes, enum insn_mode mode, unsigned int modrms)
{
	size_t skip = strlen(prefixes);
	unsigned int opcode, i;
	u8 bytes[24], *next;

	for (opcode = 0; opcode < 512; opcode++) {
		for (i = 0; i < modrms; i++) {
			memcpy(bytes, prefixes, skip);
			next = bytes + skip;
			if (opcode >= 256)
				*next++ = 0x0f;
			*next++ = (u8)opcode;
			fill(bytes, (size_t)(next - bytes), sizeof(bytes));
			if (modrms == 256)
				*next = (u8)i;
			compare(bytes, INSN_MAX_LENGTH, mode);
		}
	}
}

UNIT(every_opcode_with_every_modrm)
{
	static const char * const prefixes[] = { "", "\x66", "\x67", "\xf0" };
	size_t i;
	int mode;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		for (mode = INSN_MODE_16; mode <= INSN_MODE_64; mode++)
			sweep(prefixes[i], (enum insn_mode)mode, 256);
	report();
}

UNIT(every_opcode_with_many_prefixes)
{
	static const char * const prefixes[] = {
		"\x26", "\x2e", "\x36", "\x3e", "\x64", "\x65", "\xf2", "\xf3",
		"\x66\x67", "\x67\x66", "\x66\xf0", "\xf0\xf3", "\xf2\x67\x66",
		"\x64\x3e", "\x65\x64", "\x66\x66", "\xf3\xf2",
		"\x66\xf2\xf0\x65\x67", "\x26\x26\x26\x26\x26\x26\x26\x26\x26\x26",
	};
	static const char * const rex_prefixes[] = {
		"\x40", "\x41", "\x42", "\x44", "\x48", "\x4f", "\x48\x66", "\x66\x48",
		"\x66\x4c", "\x67\x41", "\x48\x41", "\xf0\x4d", "\xf3\x48", "\x65\x45",
		"\x41\x2e", "\x66\x67\xf0\x4a",
	};
	size_t i;
	int mode;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		for (mode = INSN_MODE_16; mode <= INSN_MODE_64; mode++)
			sweep(prefixes[i], (enum insn_mode)mode, 24);
	for (i = 0; i < ARRAY_SIZE(rex_prefixes); i++)
		sweep(rex_prefixes[i], INSN_MODE_64, 64);
	report();
}

/* Prefixes in random numbers and order, opcodes of which most are ours */
UNIT(random_strings)
{
	static const u8 prefixes[] = {
		0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0x66, 0x67, 0xf0, 0xf2,
		0xf3, 0x40, 0x41, 0x44, 0x45, 0x48, 0x4c, 0x4f,
	};
	static const u8 opcodes[] = {
		0x01, 0x0b, 0x39, 0x3a, 0x63, 0x80, 0x81, 0x83, 0x84, 0x85, 0x86, 0x87,
		0x88, 0x89, 0x8a, 0x8b, 0xa1, 0xa2, 0xa4, 0xa5, 0xaa, 0xab, 0xac, 0xad,
		0xc6, 0xc7, 0xf6, 0xf7, 0xfe, 0xff, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f,
	};
	static const u8 opcodes_0f[] = {
		0xb0, 0xb1, 0xb6, 0xb7, 0xba, 0xbe, 0xbf, 0xc0, 0xc1, 0xc3,
	};
	u8 bytes[24];
	unsigned int i, at, num;
	enum insn_mode mode;

	for (i = 0; i < 300000; i++) {
		fill(bytes, 0, sizeof(bytes));
		num = next_random() % 4 ? (unsigned int)next_random() % 4
					: (unsigned int)next_random() % 16;
		for (at = 0; at < num; at++)
			bytes[at] = prefixes[next_random() % sizeof(prefixes)];
		if (next_random() % 8) {
			bytes[at] = opcodes[next_random() % sizeof(opcodes)];
			if (bytes[at] == 0x0f)
				bytes[at + 1] = opcodes_0f[next_random() % sizeof(opcodes_0f)];
		}
		mode = (enum insn_mode)(next_random() % 3);
		compare(bytes, next_random() % 4 ? INSN_MAX_LENGTH : next_random() % 16,
			mode);
	}
	report();
}
