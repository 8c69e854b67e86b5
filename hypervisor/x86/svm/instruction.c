// SPDX-License-Identifier: GPL-2.0-only
/* Instructions that exit for themselves: their length, and the registers that they name. */
#include "instruction.h"
#include "errno.h"

/* What stands before the opcode (APM 3 1.2). */
struct prefixes {
	unsigned int count;
	bool operand_size;
	bool address_size;
	u8 rex;
	enum insn_seg seg;
};

static bool legacy_prefix(u8 byte, struct prefixes *prefixes)
{
	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
		prefixes->seg = (enum insn_seg)(byte >> 3 & 3);
		return true;
	case 0x64:
	case 0x65:
		prefixes->seg = (enum insn_seg)(INSN_FS + (byte & 1));
		return true;
	case 0x66:
		prefixes->operand_size = true;
		return true;
	case 0x67:
		prefixes->address_size = true;
		return true;
	case 0xf0:
	case 0xf2:
	case 0xf3:
		return true;
	default:
		return false;
	}
}

/* REX counts only as the last one. */
static void read_prefixes(const u8 *bytes, size_t n, enum insn_mode mode,
			  struct prefixes *prefixes)
{
	*prefixes = (struct prefixes){ .seg = INSN_DS };
	for (; prefixes->count < n; prefixes->count++) {
		u8 byte = bytes[prefixes->count];

		if (mode == INSN_MODE_64 && (byte & 0xf0) == 0x40)
			prefixes->rex = byte;
		else if (legacy_prefix(byte, prefixes))
			prefixes->rex = 0;
		else
			break;
	}
}

/* Bytes behind ModRM that an operand in memory takes (APM 3 1.4). */
static int memory_operand_size(const u8 *modrm, size_t n, unsigned int addr_width)
{
	unsigned int mod = modrm[0] >> 6, rm = modrm[0] & 7, base = rm, sib = 0;

	if (addr_width == 2)
		return mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0;
	if (rm == 4) {
		if (n < 2)
			return -ENODATA;
		sib = 1;
		base = modrm[1] & 7;
	}
	if (mod == 1)
		return (int)sib + 1;
	return (int)sib + (mod == 2 || base == 5 ? 4 : 0);
}

static unsigned int address_width(enum insn_mode mode, bool overridden)
{
	if (mode == INSN_MODE_64)
		return overridden ? 4 : 8;
	return (mode == INSN_MODE_32) != overridden ? 4 : 2;
}

static unsigned int operand_width(enum insn_mode mode, const struct prefixes *prefixes)
{
	if (prefixes->rex & 8)
		return 8;
	return (mode == INSN_MODE_16) != prefixes->operand_size ? 2 : 4;
}

static bool has_modrm(u8 opcode)
{
	return opcode == 0x01 || opcode == 0x20 || opcode == 0x22;
}

/* Moves to and from control registers take any ModRM for one with two registers. */
static int read_modrm(const u8 *bytes, size_t n, enum insn_mode mode,
		      const struct prefixes *prefixes, struct svm_insn *insn)
{
	int size = 0;

	if (!n)
		return -ENODATA;
	insn->modrm = bytes[0];
	insn->reg = (u8)((bytes[0] >> 3 & 7) | (prefixes->rex & 4) << 1);
	insn->rm = (u8)((bytes[0] & 7) | (prefixes->rex & 1) << 3);
	if (insn->opcode == 0x01 && !svm_insn_rm_is_register(insn))
		size = memory_operand_size(bytes, n,
					   address_width(mode, prefixes->address_size));
	return size < 0 ? size : size + 1;
}

int svm_insn_decode(const u8 *bytes, size_t n, enum insn_mode mode, struct svm_insn *insn)
{
	struct prefixes prefixes;
	unsigned int length;
	int size = 0;

	n = MIN(n, (size_t)INSN_MAX_LENGTH);
	read_prefixes(bytes, n, mode, &prefixes);
	length = prefixes.count;
	if (n < length + 2)
		return -ENODATA;
	if (bytes[length] != 0x0f)
		return -EOPNOTSUPP;
	*insn = (struct svm_insn){
		.opcode = bytes[length + 1], .modrm = SVM_NO_MODRM,
		.operand_width = (u8)operand_width(mode, &prefixes),
	};
	length += 2;
	if (has_modrm(insn->opcode))
		size = read_modrm(bytes + length, n - length, mode, &prefixes, insn);
	if (size < 0)
		return size;
	length += (unsigned int)size;
	if (length > n)
		return -ENODATA;
	insn->length = (u8)length;
	return 0;
}

int svm_string_prefixes(const u8 *bytes, size_t n, enum insn_mode mode, enum insn_seg *seg)
{
	struct prefixes prefixes;

	n = MIN(n, (size_t)INSN_MAX_LENGTH);
	read_prefixes(bytes, n, mode, &prefixes);
	if (prefixes.count == n)
		return -ENODATA;
	if ((bytes[prefixes.count] & 0xfe) != 0x6e)
		return -EOPNOTSUPP;
	*seg = prefixes.seg;
	return 0;
}
