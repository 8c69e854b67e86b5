// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/decode.c x86/emulate.c */
/* OPTIONS: -max_len=192 */
/*
 * The instruction decoder and the emulator on arbitrary code.
 *
 * Input: mode, number of bytes that the decoder gets, these bytes, then the
 * registers and what memory holds.
 */
#include "emulate.h"
#include "fuzz.h"

/* Memory that answers from the input, and refuses an access now and then */
static int answer(struct fuzz_input *input, u64 *val)
{
	u8 refuse;

	fuzz_take(input, &refuse, sizeof(refuse));
	if (refuse % 4 == 3)
		return -EFAULT;
	if (val)
		fuzz_take(input, val, sizeof(*val));
	return 0;
}

static int read_memory(void *ctx, u64 address, unsigned int width, u64 *val)
{
	(void)address;
	REQUIRE(width == 1 || width == 2 || width == 4 || width == 8);
	return answer(ctx, val);
}

static int write_memory(void *ctx, u64 address, unsigned int width, u64 val)
{
	(void)address;
	REQUIRE(width == 1 || width == 2 || width == 4 || width == 8);
	REQUIRE(width == 8 || val >> 8 * width == 0);
	return answer(ctx, NULL);
}

static u64 seg_base(void *ctx, enum insn_seg seg)
{
	(void)ctx;
	REQUIRE(seg <= INSN_GS);
	return 0x1000000000 * (u64)seg;
}

static const struct insn_ops ops = {
	.mmio_read = read_memory,
	.mmio_write = write_memory,
	.mem_read = read_memory,
	.mem_write = write_memory,
	.seg_base = seg_base,
};

static bool is_gpr_or_none(u8 number)
{
	return number < INSN_NUM_GPRS || number == INSN_NO_GPR;
}

static void check_fields(const struct insn *insn, size_t n, enum insn_mode mode)
{
	REQUIRE(insn->length >= 1 && insn->length <= n);
	REQUIRE(insn->length <= INSN_MAX_LENGTH);
	REQUIRE(insn->op > INSN_NONE && insn->op <= INSN_MOVS);
	REQUIRE(insn->mode == mode);
	REQUIRE(insn->access & INSN_RMW && !(insn->access & ~INSN_RMW));
	REQUIRE(insn->width == 1 || insn->width == 2 || insn->width == 4 ||
		insn->width == 8);
	REQUIRE(insn->reg_width >= insn->width);
	REQUIRE(insn->addr_width == 2 || insn->addr_width == 4 || insn->addr_width == 8);
	REQUIRE(is_gpr_or_none(insn->reg) && is_gpr_or_none(insn->base));
	REQUIRE(is_gpr_or_none(insn->index) && insn->index != INSN_RSP);
	REQUIRE(insn->scale <= 3 && insn->seg <= INSN_GS);
	REQUIRE(!insn->has_imm || insn->reg == INSN_NO_GPR);
	REQUIRE(!insn->high_byte || (insn->reg < 4 && insn->reg_width == 1));
	REQUIRE(!insn->lock || insn->access == INSN_RMW);
	if (mode != INSN_MODE_64) {
		REQUIRE(insn->width < 8 && insn->addr_width < 8 && !insn->rex);
		REQUIRE(insn->reg == INSN_NO_GPR || insn->reg < 8);
		REQUIRE(!insn->rip_relative);
	}
}

static void execute(struct insn *insn, struct fuzz_input *input)
{
	struct insn_regs regs, before;
	u8 write;
	int ret;

	fuzz_take(input, &write, sizeof(write));
	fuzz_take(input, &regs, sizeof(regs));
	before = regs;
	insn_select_operand(insn, write & 1);
	insn_linear_address(insn, &regs, &ops, input);

	ret = insn_execute(insn, 0xfee00000, &regs, &ops, input);
	REQUIRE(ret == 0 || ret == -EFAULT);
	if (ret)
		REQUIRE(!memcmp(&regs, &before, sizeof(regs)));
	else if (regs.rip == before.rip)
		REQUIRE(insn->rep && insn->op >= INSN_STOS);
	else
		REQUIRE((u32)(regs.rip - before.rip) == insn->length);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct insn_cache cache = { 0 };
	struct insn insn, again, *cached;
	enum insn_mode mode;
	u8 choice, n, *code;
	int result;

	fuzz_take(&input, &choice, sizeof(choice));
	fuzz_take(&input, &n, sizeof(n));
	mode = (enum insn_mode)(choice % 3);
	n %= 18;
	/* An allocation of the exact size shows every read beyond it. */
	code = malloc(n ? n : 1);
	REQUIRE(code);
	fuzz_take(&input, code, n);

	result = insn_decode(code, n, mode, &insn);
	REQUIRE(insn_decode_cached(&cache, code, n, mode, &cached) == result);
	REQUIRE(insn_decode_cached(&cache, code, n, mode, &cached) == result);
	REQUIRE(result == INSN_OK || result == INSN_TRUNCATED || result == INSN_TOO_LONG ||
		result == INSN_UNDEFINED || result == INSN_UNSUPPORTED);
	REQUIRE((result != INSN_TRUNCATED || n < INSN_MAX_LENGTH) &&
		(result != INSN_TOO_LONG || n >= INSN_MAX_LENGTH));
	if (result == INSN_OK) {
		REQUIRE(!memcmp(cached, &insn, sizeof(insn)));
		check_fields(&insn, n, mode);
		REQUIRE(insn_decode(code, insn.length, mode, &again) == INSN_OK);
		REQUIRE(!memcmp(&again, &insn, sizeof(insn)));
		REQUIRE(insn_decode(code, insn.length - 1U, mode, &again) == INSN_TRUNCATED);
		execute(&insn, &input);
	}
	free(code);
	return 0;
}
