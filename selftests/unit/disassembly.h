/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests have in common that compare the decoders with a disassembler library. */
#ifndef SELFTESTS_DISASSEMBLY_H
#define SELFTESTS_DISASSEMBLY_H

#include <stdlib.h>
#include <Zydis/Zydis.h>

#include "decode.h"
#include "emulate.h"
#include "unit.h"

/* Fixed by default, so that runs repeat; UNIT_SEED chooses another one. */
static u64 random_state = 0x853c49e6748fea9b;

static u64 next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static __attribute__((constructor)) void seed(void)
{
	const char *text = getenv("UNIT_SEED");

	if (text)
		random_state = strtoull(text, NULL, 0) | 1;
}

static ZydisDecoder decoders[3];

static __attribute__((constructor)) void init_decoders(void)
{
	ZydisDecoderInit(&decoders[INSN_MODE_16], ZYDIS_MACHINE_MODE_LEGACY_16,
			 ZYDIS_STACK_WIDTH_16);
	ZydisDecoderInit(&decoders[INSN_MODE_32], ZYDIS_MACHINE_MODE_LEGACY_32,
			 ZYDIS_STACK_WIDTH_32);
	ZydisDecoderInit(&decoders[INSN_MODE_64], ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
}

struct disassembly {
	ZyanStatus status;
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

static void disassemble(const u8 *bytes, size_t n, enum insn_mode mode,
			struct disassembly *d)
{
	d->status = ZydisDecoderDecodeFull(&decoders[mode], bytes, n, &d->insn,
					   d->operands);
}

/* The first operand of a type, NULL if there is none */
static const ZydisDecodedOperand *find(const struct disassembly *d,
				       ZydisOperandType type, bool visible)
{
	unsigned int i, num = visible ? d->insn.operand_count_visible
				      : d->insn.operand_count;

	for (i = 0; i < num; i++)
		if (d->operands[i].type == type)
			return &d->operands[i];
	return NULL;
}

static bool is_string(const struct disassembly *d)
{
	return d->insn.meta.category == ZYDIS_CATEGORY_STRINGOP;
}

static u8 gpr_of(ZydisRegister reg)
{
	if (reg == ZYDIS_REGISTER_NONE || reg == ZYDIS_REGISTER_RIP ||
	    reg == ZYDIS_REGISTER_EIP)
		return INSN_NO_GPR;
	if (reg >= ZYDIS_REGISTER_AH && reg <= ZYDIS_REGISTER_BH)
		return (u8)(reg - ZYDIS_REGISTER_AH);
	if (reg >= ZYDIS_REGISTER_SPL && reg <= ZYDIS_REGISTER_R15B)
		return (u8)(reg - ZYDIS_REGISTER_SPL + INSN_RSP);
	return (u8)ZydisRegisterGetId(reg);
}

static u64 cut(u64 value, unsigned int width)
{
	return value << (64 - 8 * width) >> (64 - 8 * width);
}

static void check_address(const struct insn *insn, const ZydisDecodedOperand *mem,
			  const struct disassembly *d)
{
	struct insn_regs regs = { .rip = next_random() };
	ZydisRegisterContext context = { 0 };
	unsigned int i;
	ZyanU64 want;

	CHECK_EQ(insn->addr_width * 8, d->insn.address_width);
	CHECK_EQ(insn->seg, mem->mem.segment - ZYDIS_REGISTER_ES);
	CHECK_EQ(insn->base, gpr_of(mem->mem.base));
	CHECK_EQ(insn->index, gpr_of(mem->mem.index));
	CHECK_EQ(insn->index == INSN_NO_GPR ? 0 : 1 << insn->scale, mem->mem.scale);
	CHECK_EQ(insn->rip_relative,
		 mem->mem.base == ZYDIS_REGISTER_RIP || mem->mem.base == ZYDIS_REGISTER_EIP);
	CHECK_EQ(cut(insn->disp, insn->addr_width),
		 cut((u64)mem->mem.disp.value, insn->addr_width));

	/* The library calculates neither with 16 bits nor with hidden operands. */
	if (insn->addr_width == 2 || is_string(d))
		return;
	for (i = 0; i < INSN_NUM_GPRS; i++) {
		regs.gpr[i] = cut(next_random(), insn->addr_width);
		context.values[ZYDIS_REGISTER_RAX + i] = regs.gpr[i];
		context.values[ZYDIS_REGISTER_EAX + i] = regs.gpr[i];
	}
	if (CHECK(ZYAN_SUCCESS(ZydisCalcAbsoluteAddressEx(&d->insn, mem, regs.rip,
							  &context, &want))))
		CHECK_EQ(insn_offset(insn, &regs), want);
}

static void fill(u8 *bytes, size_t from, size_t to)
{
	for (; from < to; from++)
		bytes[from] = (u8)next_random();
}

#endif
