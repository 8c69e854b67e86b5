// SPDX-License-Identifier: GPL-2.0-only
/*
 * Only in the test build: which instructions count. Opcodes: SDM 2 appendix A, APM 3 appendix A.
 * Others than a compiler makes of our C for 64-bit code, and those of our assembly, are not known.
 */
#include "exit_count.h"

#define REX_B		1
#define REX_X		2
#define REX_R		4
#define GPR_RCX		1
#define GPR_RSP		4
#define GPR_RBP		5
#define GPR_RDI		7

enum { ONE_BYTE, TWO_BYTES, THREE_BYTES };

/**
 * struct bytes - an instruction, taken apart
 * @next: what has not been looked at
 * @map: ONE_BYTE, TWO_BYTES (0f), THREE_BYTES (0f 38)
 * @rex: REX prefix
 * @opcode: in its map
 * @modrm: if @has_modrm
 */
struct bytes {
	const u8 *next;
	u8 map, rex, opcode, modrm;
	bool has_modrm;
};

static bool is_prefix(u8 byte, struct counted_insn *insn)
{
	switch (byte) {
	case 0xf0:
		insn->locked = true;
		return true;
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64 ... 0x67:
	case 0xf2:
	case 0xf3:
		return true;
	}
	return false;
}

static bool has_modrm(u8 map, u8 opcode)
{
	if (map == THREE_BYTES)
		return true;
	if (map == TWO_BYTES)
		switch (opcode) {
		case 0x05 ... 0x0b:
		case 0x30 ... 0x37:
		case 0x77:
		case 0x80 ... 0x8f:
		case 0xa0 ... 0xa2:
		case 0xa8 ... 0xaa:
		case 0xc8 ... 0xcf:
			return false;
		default:
			return true;
		}
	if (opcode < 0x40)
		return (opcode & 7) < 4;
	switch (opcode) {
	case 0x63:
	case 0x69:
	case 0x6b:
	case 0x80 ... 0x8f:
	case 0xc0 ... 0xc1:
	case 0xc6 ... 0xc7:
	case 0xd0 ... 0xd3:
	case 0xf6 ... 0xf7:
	case 0xfe ... 0xff:
		return true;
	}
	return false;
}

static void take_apart(const u8 *code, struct bytes *bytes, struct counted_insn *insn)
{
	*bytes = (struct bytes){ .next = code };
	while (is_prefix(*bytes->next, insn))
		bytes->next++;
	if ((*bytes->next & 0xf0) == 0x40)
		bytes->rex = *bytes->next++;
	bytes->opcode = *bytes->next++;
	if (bytes->opcode == 0x0f) {
		bytes->map = TWO_BYTES;
		bytes->opcode = *bytes->next++;
		if (bytes->opcode == 0x38) {
			bytes->map = THREE_BYTES;
			bytes->opcode = *bytes->next++;
		}
	}
	bytes->has_modrm = has_modrm(bytes->map, bytes->opcode);
	if (bytes->has_modrm)
		bytes->modrm = *bytes->next++;
}

static u64 displacement(const u8 *code, unsigned int size)
{
	u32 val = 0;
	unsigned int n;

	for (n = 0; n < size; n++)
		val |= (u32)code[n] << 8 * n;
	return size == 1 ? (u64)(s64)(s8)val : (u64)(s64)(s32)val;
}

/* SDM 2A 2.1.5 and 2.2.1 */
static void find_operand(struct bytes *bytes, const u64 *gpr, struct counted_insn *insn)
{
	u8 mod = bytes->modrm >> 6, base = bytes->modrm & 7, index = GPR_RSP, scale = 0;
	unsigned int size = mod == 2 ? 4 : mod == 1;

	if (mod == 3)
		return;
	insn->accesses = true;
	if (base == GPR_RSP) {
		scale = *bytes->next >> 6;
		index = (u8)((*bytes->next >> 3 & 7) | (bytes->rex & REX_X ? 8 : 0));
		base = *bytes->next++ & 7;
	} else if (mod == 0 && base == GPR_RBP) {
		insn->rip_relative = true;
	}
	if (mod == 0 && base == GPR_RBP)
		size = 4;
	else
		insn->address = gpr[base | (bytes->rex & REX_B ? 8 : 0)];
	if (index != GPR_RSP)
		insn->address += gpr[index] << scale;
	insn->address += displacement(bytes->next, size);
}

/* Writes of some registers do not wait (SDM 3A 9.3): those of the x2APIC, the deadline timer. */
static enum exit_count of_wrmsr(u32 msr)
{
	return msr == 0x6e0 || (msr >= 0x800 && msr <= 0x8ff) ? COUNT_NOTHING : COUNT_SERIALIZING;
}

/* 0f 01, without an operand in memory */
static enum exit_count of_system_insn(u8 modrm, struct counted_insn *insn)
{
	switch (modrm) {
	case 0xc2:	/* VMLAUNCH */
	case 0xc3:	/* VMRESUME */
	case 0xd8:	/* VMRUN */
		insn->enters = true;
		return COUNT_NOTHING;
	case 0xda:	/* VMLOAD */
	case 0xdb:	/* VMSAVE */
	case 0xdc:	/* STGI */
	case 0xdd:	/* CLGI */
		return COUNT_SWITCHES;
	case 0xdf:	/* INVLPGA */
		return COUNT_FLUSHES;
	}
	return COUNT_NOTHING;
}

static enum exit_count of_group(const struct bytes *bytes, struct counted_insn *insn)
{
	u8 reg = bytes->modrm >> 3 & 7;

	if (bytes->opcode == 0x00)		/* LLDT, LTR */
		return reg == 2 || reg == 3 ? COUNT_SERIALIZING : COUNT_NOTHING;
	if (bytes->modrm >> 6 == 3)
		return of_system_insn(bytes->modrm, insn);
	if (reg == 7)
		return COUNT_INVLPG;
	return reg == 2 || reg == 3 ? COUNT_SERIALIZING : COUNT_NOTHING;	/* LGDT, LIDT */
}

static enum exit_count of_two_bytes(const struct bytes *bytes, const u64 *gpr,
				    struct counted_insn *insn)
{
	switch (bytes->opcode) {
	case 0x00 ... 0x01:
		return of_group(bytes, insn);
	case 0x08 ... 0x09:	/* INVD, WBINVD */
	case 0x23:		/* MOV to DR */
	case 0xa2:		/* CPUID */
		return COUNT_SERIALIZING;
	case 0x22:		/* MOV to CR, but to CR8 */
		return bytes->rex & REX_R ? COUNT_NOTHING : COUNT_SERIALIZING;
	case 0x30:
		return of_wrmsr((u32)gpr[GPR_RCX]);
	case 0x78 ... 0x79:
		return COUNT_VMCS;
	}
	return COUNT_NOTHING;
}

static enum exit_count of_one_byte(u8 opcode)
{
	switch (opcode) {
	case 0xcf:		/* IRET */
		return COUNT_SERIALIZING;
	case 0xe4 ... 0xe7:	/* IN, OUT */
	case 0xec ... 0xef:
		return COUNT_DEVICE;
	}
	return COUNT_NOTHING;
}

static enum exit_count what_is(const struct bytes *bytes, const u64 *gpr,
			       struct counted_insn *insn)
{
	if (bytes->map == ONE_BYTE)
		return of_one_byte(bytes->opcode);
	if (bytes->map == TWO_BYTES)
		return of_two_bytes(bytes, gpr, insn);
	/* INVEPT, INVVPID, INVPCID */
	return bytes->opcode >= 0x80 && bytes->opcode <= 0x82 ? COUNT_FLUSHES : COUNT_NOTHING;
}

/* LEA and a long NOP name an address, and do nothing there. */
static bool only_names_it(const struct bytes *bytes)
{
	return bytes->map == ONE_BYTE ? bytes->opcode == 0x8d :
	       bytes->map == TWO_BYTES && bytes->opcode == 0x1f;
}

void exit_count_insn(const u8 *code, const u64 *gpr, struct counted_insn *insn)
{
	struct bytes bytes;

	*insn = (struct counted_insn){ .what = COUNT_NOTHING };
	take_apart(code, &bytes, insn);
	insn->what = what_is(&bytes, gpr, insn);
	if (bytes.has_modrm && !only_names_it(&bytes) && insn->what != COUNT_INVLPG)
		find_operand(&bytes, gpr, insn);
	if (bytes.map != ONE_BYTE)
		return;
	/* XCHG with memory is locked by itself. */
	if ((bytes.opcode == 0x86 || bytes.opcode == 0x87) && insn->accesses)
		insn->locked = true;
	/* MOVS and STOS, whose destination is what we have in mind. */
	if ((bytes.opcode & 0xfe) == 0xa4 || (bytes.opcode & 0xfe) == 0xaa) {
		insn->accesses = true;
		insn->address = gpr[GPR_RDI];
	}
}
