// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/decode.c x86/emulate.c */
/*
 * The emulator against the CPU that this runs on, where that can execute the instruction: in
 * 64-bit code.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "emulate.h"
#include "flags.h"
#include "unit.h"

/* Fixed by default, so that runs repeat; UNIT_SEED chooses another one. */
static u64 random_state = 0x2545f4914f6cdd1d;

static u64 next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static unsigned int below(unsigned int limit)
{
	return (unsigned int)(next_random() % limit);
}

static __attribute__((constructor)) void seed(void)
{
	const char *text = getenv("UNIT_SEED");

	if (text)
		random_state = strtoull(text, NULL, 0) | 1;
}

struct cpu_state {
	u64 gpr[INSN_NUM_GPRS];
	u64 rflags;
};

/*
 * Load all registers but RSP, and the flags, from @state, call @code, and store
 * them again. @code is one instruction and a RET.
 */
static __attribute__((noinline, naked))
void run_on_cpu(struct cpu_state *state __maybe_unused, const void *code __maybe_unused)
{
	asm volatile("push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
		     "push %rdi; push %rsi\n"
		     "push 128(%rdi); popfq\n"
		     "mov 0(%rdi), %rax; mov 8(%rdi), %rcx; mov 16(%rdi), %rdx\n"
		     "mov 24(%rdi), %rbx; mov 40(%rdi), %rbp; mov 48(%rdi), %rsi\n"
		     "mov 64(%rdi), %r8; mov 72(%rdi), %r9; mov 80(%rdi), %r10\n"
		     "mov 88(%rdi), %r11; mov 96(%rdi), %r12; mov 104(%rdi), %r13\n"
		     "mov 112(%rdi), %r14; mov 120(%rdi), %r15; mov 56(%rdi), %rdi\n"
		     "call *(%rsp)\n"
		     "mov %rdi, (%rsp); mov 8(%rsp), %rdi\n"
		     "mov %rax, 0(%rdi); mov %rcx, 8(%rdi); mov %rdx, 16(%rdi)\n"
		     "mov %rbx, 24(%rdi); mov %rbp, 40(%rdi); mov %rsi, 48(%rdi)\n"
		     "mov %r8, 64(%rdi); mov %r9, 72(%rdi); mov %r10, 80(%rdi)\n"
		     "mov %r11, 88(%rdi); mov %r12, 96(%rdi); mov %r13, 104(%rdi)\n"
		     "mov %r14, 112(%rdi); mov %r15, 120(%rdi)\n"
		     "pop %rax; mov %rax, 56(%rdi)\n"
		     "pushfq; pop %rax; mov %rax, 128(%rdi)\n"
		     "cld; pop %rdi\n"
		     "pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
		     "ret");
}

#define SLOT		32		/* bytes for an instruction and its RET */
#define NUM_SLOTS	8000
#define INPUTS		12		/* register contents tried with each */
#define AREA		1024		/* of memory, for all operands */

/* How an opcode is completed */
enum tail { REG, REG8, DIGIT, IMM_8, IMM_Z, NONE };

#define ANY	8	/* digit: each of the eight */

static const struct {
	u8 escape, opcode, digit;
	enum tail tail;
} opcodes[] = {
	/* With ANY the opcode is one of eight, each 8 from the next. */
	{ 0, 0x00, ANY, REG8 }, { 0, 0x01, ANY, REG },
	{ 0, 0x02, ANY, REG8 }, { 0, 0x03, ANY, REG },
	{ 0, 0x80, ANY, IMM_8 }, { 0, 0x81, ANY, IMM_Z }, { 0, 0x83, ANY, IMM_8 },
	{ 0, 0x63, 0, REG },
	{ 0, 0x84, 0, REG8 }, { 0, 0x85, 0, REG }, { 0, 0x86, 0, REG8 }, { 0, 0x87, 0, REG },
	{ 0, 0x88, 0, REG8 }, { 0, 0x89, 0, REG }, { 0, 0x8a, 0, REG8 }, { 0, 0x8b, 0, REG },
	{ 0, 0xa4, 0, NONE }, { 0, 0xa5, 0, NONE }, { 0, 0xaa, 0, NONE },
	{ 0, 0xab, 0, NONE }, { 0, 0xac, 0, NONE }, { 0, 0xad, 0, NONE },
	{ 0, 0xc6, 0, IMM_8 }, { 0, 0xc7, 0, IMM_Z },
	{ 0, 0xf6, 0, IMM_8 }, { 0, 0xf7, 0, IMM_Z }, { 0, 0xf6, 2, DIGIT },
	{ 0, 0xf7, 2, DIGIT }, { 0, 0xf6, 3, DIGIT }, { 0, 0xf7, 3, DIGIT },
	{ 0, 0xfe, 0, DIGIT }, { 0, 0xff, 0, DIGIT },
	{ 0, 0xfe, 1, DIGIT }, { 0, 0xff, 1, DIGIT },
	{ 0x0f, 0xb0, 0, REG8 }, { 0x0f, 0xb1, 0, REG },
	{ 0x0f, 0xb6, 0, REG }, { 0x0f, 0xb7, 0, REG },
	{ 0x0f, 0xba, 4, IMM_8 }, { 0x0f, 0xba, 5, IMM_8 },
	{ 0x0f, 0xba, 6, IMM_8 }, { 0x0f, 0xba, 7, IMM_8 },
	{ 0x0f, 0xbe, 0, REG }, { 0x0f, 0xbf, 0, REG },
	{ 0x0f, 0xc0, 0, REG8 }, { 0x0f, 0xc1, 0, REG },
};

/* Append a number of random bytes. */
static u8 *put_random(u8 *to, unsigned int num)
{
	while (num--)
		*to++ = (u8)next_random();
	return to;
}

/* ModRM and its tail for memory at RDI, sometimes plus RBX and a small number */
static u8 *put_address(u8 *to, unsigned int reg)
{
	unsigned int mod = below(3), disp = below(32);
	bool sib = below(2);

	*to++ = (u8)(mod << 6 | (reg & 7) << 3 | (sib ? 4U : INSN_RDI));
	if (sib)
		*to++ = (u8)(below(4) << 6 | INSN_RBX << 3 | INSN_RDI);
	if (mod)
		*to++ = (u8)disp;
	if (mod == 2) {
		memset(to, 0, 3);
		to += 3;
	}
	return to;
}

/* Make a random instruction of the given opcode, and a RET. */
static void put_insn(u8 *to, size_t op)
{
	bool short_operand = !below(4), string = opcodes[op].tail == NONE;
	bool has_reg = opcodes[op].tail == REG || opcodes[op].tail == REG8;
	unsigned int reg, imm_size, choice = below(8);
	u8 rex = 0;

	if (short_operand)
		*to++ = 0x66;
	if (!below(6))
		*to++ = 0x67;
	if (string && below(2))
		*to++ = 0xf3;

	/* All registers but RSP, which only a byte operand may name (as AH) */
	do {
		rex = below(2) ? (u8)(0x40 | (below(2) ? 8 : 0) | (below(2) ? 4 : 0)) : 0;
		reg = below(8) | (rex & 4U) << 1;
	} while (reg == INSN_RSP && (rex || opcodes[op].tail != REG8));
	/* MOVSXD is not supported with a 16-bit operand. */
	if (opcodes[op].opcode == 0x63 && short_operand)
		rex |= 0x48;
	if (rex)
		*to++ = rex;

	if (opcodes[op].escape)
		*to++ = opcodes[op].escape;
	*to++ = (u8)(opcodes[op].opcode + (has_reg && opcodes[op].digit == ANY ? choice * 8 : 0));
	if (!has_reg)
		reg = opcodes[op].digit == ANY ? choice : opcodes[op].digit;
	if (!string)
		to = put_address(to, reg);
	imm_size = opcodes[op].tail == IMM_8 ? 1 : opcodes[op].tail != IMM_Z ? 0 :
		   short_operand && !(rex & 8) ? 2 : 4;
	to = put_random(to, imm_size);
	*to = 0xc3;
}

/* Values around which carries, signs and zeros happen */
static u64 interesting(void)
{
	static const u64 values[] = {
		0, 1, ~0ULL, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
		0x80000000, 0xffffffff, 0x7fffffffffffffff, 0x8000000000000000,
		0x0f0f0f0f0f0f0f0f, 0x1010101010101010,
	};

	return below(3) ? next_random() : values[below(ARRAY_SIZE(values))];
}

/* The emulator sees a copy of the memory that the CPU works on. */
struct shadow {
	u8 copy[AREA];
	u64 begin;
	unsigned int accesses;
};

static int shadow_read(void *ctx, u64 address, unsigned int width, u64 *val)
{
	struct shadow *shadow = ctx;

	if (!CHECK(address - shadow->begin <= AREA - width))
		return -EFAULT;
	/* What is above the width does not count. */
	*val = 0xdeadbeefdeadbeef;
	memcpy(val, shadow->copy + (address - shadow->begin), width);
	shadow->accesses++;
	return 0;
}

static int shadow_write(void *ctx, u64 address, unsigned int width, u64 val)
{
	struct shadow *shadow = ctx;

	if (!CHECK(address - shadow->begin <= AREA - width))
		return -EFAULT;
	CHECK(width == 8 || val >> 8 * width == 0);
	memcpy(shadow->copy + (address - shadow->begin), &val, width);
	shadow->accesses++;
	return 0;
}

static const struct insn_ops shadow_ops = {
	.mmio_read = shadow_read,
	.mmio_write = shadow_write,
	.mem_read = shadow_read,
	.mem_write = shadow_write,
};

/* Registers that suit the addresses of put_address() and string instructions */
static void make_input(const struct insn *insn, u8 *memory, struct cpu_state *state)
{
	unsigned int i;

	for (i = 0; i < INSN_NUM_GPRS; i++)
		state->gpr[i] = interesting();
	for (i = 0; i < AREA; i += 8) {
		u64 value = interesting();

		memcpy(memory + i, &value, sizeof(value));
	}

	state->gpr[INSN_RDI] = (u64)(unsigned long)memory + 256 + below(64);
	state->gpr[INSN_RSI] = (u64)(unsigned long)memory + 640 + below(64);
	state->rflags = 0x202 | (next_random() & STATUS);
	if (insn->op >= INSN_STOS) {
		state->gpr[INSN_RCX] = below(5);
		if (below(2))
			state->rflags |= DF;
	} else {
		state->gpr[INSN_RBX] = below(16);
		if (insn->op == INSN_CMPXCHG && below(2))
			memcpy(&state->gpr[INSN_RAX], memory + 256 + below(256), 8);
	}
}

static u64 defined_flags(const struct insn *insn)
{
	switch (insn->op) {
	case INSN_AND:
	case INSN_OR:
	case INSN_XOR:
	case INSN_TEST:
		return (STATUS & ~(u64)AF) | DF;
	case INSN_BT:
	case INSN_BTS:
	case INSN_BTR:
	case INSN_BTC:
		return CF | ZF | DF;
	}
	return STATUS | DF;
}

/* Emulate until the instruction is complete. */
static void emulate(struct insn *insn, struct insn_regs *regs, struct shadow *shadow)
{
	u64 start = regs->rip;
	int rounds = 0;

	do {
		insn_select_operand(insn, below(2));
		if (!CHECK_EQ(insn_execute(insn, insn_linear_address(insn, regs, &shadow_ops,
								     NULL),
					   regs, &shadow_ops, shadow), 0))
			return;
	} while (regs->rip == start && ++rounds < 10);
	CHECK_EQ(regs->rip, start + insn->length);
}

static void compare_once(struct insn *insn, const u8 *code, u8 *memory)
{
	struct insn_regs regs = { .rip = 0x1000 };
	static struct shadow shadow;
	struct cpu_state state;
	unsigned int i;

	make_input(insn, memory, &state);
	memcpy(regs.gpr, state.gpr, sizeof(regs.gpr));
	regs.rflags = state.rflags;
	memcpy(shadow.copy, memory, AREA);
	shadow.begin = (u64)(unsigned long)memory;
	/* Accumulator equal to the operand: the way of CMPXCHG not to be missed */
	if (insn->op == INSN_CMPXCHG && below(2))
		memcpy(&regs.gpr[INSN_RAX], memory + (insn_offset(insn, &regs) - shadow.begin),
		       8);
	state.gpr[INSN_RAX] = regs.gpr[INSN_RAX];

	run_on_cpu(&state, code);
	emulate(insn, &regs, &shadow);

	for (i = 0; i < INSN_NUM_GPRS; i++)
		if (i != INSN_RSP)
			CHECK_EQ(regs.gpr[i], state.gpr[i]);
	CHECK_EQ(regs.rflags & defined_flags(insn), state.rflags & defined_flags(insn));
	for (i = 0; i < AREA; i++)
		if (!CHECK_EQ(shadow.copy[i], memory[i]))
			break;
}

/* Memory for operands within 4 GiB, so that 32-bit addresses reach it */
static u8 *map_memory(size_t size)
{
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	return CHECK(area != MAP_FAILED) ? area : NULL;
}

UNIT(same_as_the_cpu)
{
	u8 *code = map_memory(NUM_SLOTS * SLOT), *memory = map_memory(AREA), *slot;
	unsigned int i, j, compared = 0;
	struct insn insn;

	if (!code || !memory)
		return;
	for (i = 0; i < NUM_SLOTS; i++)
		put_insn(code + i * SLOT, i % ARRAY_SIZE(opcodes));
	if (!CHECK(!mprotect(code, NUM_SLOTS * SLOT, PROT_READ | PROT_EXEC)))
		return;

	for (i = 0; i < NUM_SLOTS; i++) {
		slot = code + i * SLOT;
		unit_row("%02x %02x %02x %02x %02x %02x %02x %02x", slot[0], slot[1],
			 slot[2], slot[3], slot[4], slot[5], slot[6], slot[7]);
		if (!CHECK_EQ(insn_decode(slot, INSN_MAX_LENGTH, INSN_MODE_64, &insn), 0) ||
		    !CHECK_EQ(slot[insn.length], 0xc3))
			continue;
		for (j = 0; j < INPUTS; j++, compared++)
			compare_once(&insn, slot, memory);
	}
	unit_note("%u executions compared", compared);
	munmap(code, NUM_SLOTS * SLOT);
	munmap(memory, AREA);
}
