/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder for the instructions with which software accesses device memory.
 *
 * Not a disassembler: it knows the instructions that compilers and people use
 * on device registers (MOV with its extending and string forms, MOVNTI, XCHG,
 * the ALU group, the bit and the atomic instructions), and says "unsupported"
 * to all others. Moves by vector registers are in vector_move.h. Portable,
 * reentrant, reads nothing but its arguments.
 */
#ifndef JAILHOUSE_X86_DECODE_H
#define JAILHOUSE_X86_DECODE_H

#include "errno.h"
#include "types.h"

/* No instruction is longer: SDM 2A 2.3.11 */
#define INSN_MAX_LENGTH		15

/* Register numbers in the order that the SDM encodes them. 8..15 are R8..R15. */
enum insn_gpr {
	INSN_RAX, INSN_RCX, INSN_RDX, INSN_RBX,
	INSN_RSP, INSN_RBP, INSN_RSI, INSN_RDI,
	INSN_NUM_GPRS = 16,
	INSN_NO_GPR = 0xff,
};

/* In the order that the SDM encodes them, which is also that of the VMCS. */
enum insn_seg {
	INSN_ES, INSN_CS, INSN_SS, INSN_DS, INSN_FS, INSN_GS,
};

static_assert(INSN_RDI == 7, "a register's number is what three bits of ModRM say");
static_assert(INSN_DS == 3 && INSN_GS == 5, "segments are numbered as in opcodes and VMCS");

/**
 * enum insn_mode - what the code segment says about sizes (SDM 1 3.6)
 * @INSN_MODE_16: CS.L = 0, CS.D = 0, real mode included
 * @INSN_MODE_32: CS.L = 0, CS.D = 1
 * @INSN_MODE_64: EFER.LMA = 1, CS.L = 1
 */
enum insn_mode {
	INSN_MODE_16,
	INSN_MODE_32,
	INSN_MODE_64,
};

/**
 * enum insn_result - what insn_decode() returns
 * @INSN_OK: decoded
 * @INSN_TRUNCATED: as far as they go the bytes may be a supported instruction,
 *	but it needs more of them. Never returned for INSN_MAX_LENGTH bytes
 * @INSN_TOO_LONG: the CPU would answer #GP(0)
 * @INSN_UNDEFINED: the CPU would answer #UD: LOCK where it is not allowed
 * @INSN_UNSUPPORTED: an instruction that this decoder does not know, or one
 *	without memory operand
 */
enum insn_result {
	INSN_OK = 0,
	INSN_TRUNCATED = -ENODATA,
	INSN_TOO_LONG = -E2BIG,
	INSN_UNDEFINED = -EILSEQ,
	INSN_UNSUPPORTED = -EOPNOTSUPP,
};

/**
 * enum insn_op - what the instruction does
 * @INSN_NONE: not a supported instruction, in the decoder's tables only
 * @INSN_ADD: first of the eight that the SDM calls Group 1, in its order
 * @INSN_MOV: also stores of immediates and the moffs forms
 * @INSN_MOVZX: load and zero-extend from width to reg_width
 * @INSN_MOVSX: load and sign-extend from width to reg_width; MOVSXD too
 * @INSN_MOVS: both operands are memory, see insn_select_operand()
 * @INSN_VECTOR: a vector register is loaded or stored; of vector_move_decode() only
 */
enum insn_op {
	INSN_NONE,
	INSN_ADD, INSN_OR, INSN_ADC, INSN_SBB, INSN_AND, INSN_SUB, INSN_XOR, INSN_CMP,
	INSN_TEST, INSN_NOT, INSN_NEG, INSN_INC, INSN_DEC,
	INSN_BT, INSN_BTS, INSN_BTR, INSN_BTC,
	INSN_XCHG, INSN_CMPXCHG, INSN_XADD,
	INSN_MOV, INSN_MOVZX, INSN_MOVSX,
	INSN_STOS, INSN_LODS, INSN_MOVS,
	INSN_VECTOR,
};

/* Ranges by which the emulator tells what reads and computes, what moves, what repeats. */
static_assert(INSN_ADD > INSN_NONE && INSN_XADD + 1 == INSN_MOV);
static_assert(INSN_MOVSX - INSN_MOV == 2 && INSN_MOVSX + 1 == INSN_STOS);
static_assert(INSN_MOVS - INSN_STOS == 2);

/* How the memory operand is accessed. */
#define INSN_READ	0x1
#define INSN_WRITE	0x2
#define INSN_RMW	(INSN_READ | INSN_WRITE)

/**
 * struct insn - a decoded instruction
 * @length: bytes, prefixes included
 * @op: enum insn_op
 * @mode: enum insn_mode it was decoded for
 * @access: INSN_READ, INSN_WRITE or both, of the memory operand
 * @width: bytes of the memory operand: 1, 2, 4 or 8; of INSN_VECTOR up to VECTOR_SIZE
 * @reg_width: bytes of the register operand; differs from @width for
 *	INSN_MOVZX and INSN_MOVSX only
 * @reg: register operand, INSN_NO_GPR if there is none; of INSN_VECTOR a vector register
 * @high_byte: the register operand is bits 15:8 of @reg (AH, CH, DH, BH)
 * @to_reg: the register is the destination (of INSN_CMP: the left operand)
 * @has_imm: @imm is the source instead of @reg
 * @lock: LOCK prefix
 * @rep: REP or REPNE prefix; means something for string instructions only
 * @rex: REX prefix, 0 if there is none
 * @seg: enum insn_seg of the memory operand, overrides applied
 * @addr_width: bytes of an effective address: 2, 4 or 8
 * @base: register number or INSN_NO_GPR
 * @index: register number or INSN_NO_GPR
 * @scale: log2 of the factor of @index
 * @rip_relative: @disp counts from the next instruction
 * @imm: immediate; sign-extended further where the operand is wider
 * @disp: displacement, sign-extended; in moffs forms the whole offset
 * @vector_set: of INSN_VECTOR, enum vector_set
 * @vector_at: of INSN_VECTOR, where in the register the bytes are: 8 for what moves the upper
 *	half of 16 bytes, else 0
 * @vector_half: of INSN_VECTOR, the other half of 16 bytes stays as it is; else a load clears
 *	what it does not fill
 *
 * INSN_MOVS: @seg and @base describe the source, the destination is ES:rDI.
 */
struct insn {
	u8 length;
	u8 op;
	u8 mode;
	u8 access;
	u8 width;
	u8 reg_width;
	u8 reg;
	bool high_byte;
	bool to_reg;
	bool has_imm;
	bool lock;
	bool rep;
	u8 rex;
	u8 seg;
	u8 addr_width;
	u8 base;
	u8 index;
	u8 scale;
	bool rip_relative;
	u8 vector_set;
	u8 vector_at;
	bool vector_half;
	s32 imm;
	u64 disp;
};

/**
 * insn_decode() - decode one instruction
 * @bytes: at least @n readable bytes
 * @n: how many; more than INSN_MAX_LENGTH are not looked at
 * @mode: what the guest's CS says, see enum insn_mode
 * @insn: receives the instruction; undefined unless the result is INSN_OK
 *
 * Any context. A caller that has the bytes up to the end of a page only passes
 * those, and fetches the next page if the result is INSN_TRUNCATED.
 *
 * Return: enum insn_result.
 */
int insn_decode(const u8 *bytes, size_t n, enum insn_mode mode, struct insn *insn);

#define INSN_CACHE_BITS		3

/**
 * struct insn_cache - instructions that were decoded before
 *
 * The result of insn_decode() depends on nothing but 15 bytes and the mode, and
 * few places of a program access a device. So this is keyed by all of the
 * input, never stale, and needs no invalidation. Starts zeroed; belongs to one
 * CPU.
 */
struct insn_cache {
	struct insn_cache_entry {
		u64 head;	/* bytes 0..7 */
		u64 tail;	/* bytes 7..14 */
		u64 mode;	/* enum insn_mode + 1, 0: empty */
		struct insn insn;
	} __aligned(64) entries[1 << INSN_CACHE_BITS];
};

/**
 * insn_cache_keep() - the next time, an entry is what these bytes mean
 * @entry: the entry, whose instruction is already there
 * @bytes, @n, @mode: see insn_decode_cached()
 */
void insn_cache_keep(struct insn_cache_entry *entry, const u8 *bytes, size_t n,
		     enum insn_mode mode);

/**
 * insn_cache_fill() - insn_decode() into an entry of the cache
 * @entry: the entry
 * @bytes, @n, @mode: see insn_decode_cached()
 *
 * Return: enum insn_result.
 */
int insn_cache_fill(struct insn_cache_entry *entry, const u8 *bytes, size_t n,
		    enum insn_mode mode);

/**
 * insn_decode_cached() - decode one instruction unless that was done recently
 * @cache: of this CPU
 * @bytes: at least @n readable bytes
 * @n: how many; less than INSN_MAX_LENGTH are decoded each time
 * @mode: what the guest's CS says, see enum insn_mode
 * @insn: receives a pointer into @cache, good until the next call; the target
 *	is undefined unless the result is INSN_OK
 *
 * Return: enum insn_result, as insn_decode().
 */
static inline int insn_decode_cached(struct insn_cache *cache, const u8 *bytes, size_t n,
				     enum insn_mode mode, struct insn **insn)
{
	struct insn_cache_entry *entry = &cache->entries[0];
	u64 head, tail;

	if (n >= INSN_MAX_LENGTH) {
		__builtin_memcpy(&head, bytes, 8);
		__builtin_memcpy(&tail, bytes + 7, 8);
		/* The top bits of the product depend on all others. */
		entry += (head ^ tail) * 0x9e3779b97f4a7c15 >> (64 - INSN_CACHE_BITS);
		*insn = &entry->insn;
		if (entry->head == head && entry->tail == tail && entry->mode == (u64)mode + 1)
			return INSN_OK;
	}
	*insn = &entry->insn;
	return insn_cache_fill(entry, bytes, n, mode);
}

/**
 * insn_select_operand() - say which operand of MOVS it is about
 * @insn: decoded instruction; others than INSN_MOVS stay as they are
 * @write: the access that faulted was a write, so it is the destination
 *
 * MOVS has two memory operands. The one that faulted is emulated, the other
 * one is reached through the guest's page tables.
 */
static inline void insn_select_operand(struct insn *insn, bool write)
{
	if (insn->op == INSN_MOVS)
		insn->access = write ? INSN_WRITE : INSN_READ;
}

#endif /* JAILHOUSE_X86_DECODE_H */
