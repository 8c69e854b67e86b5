// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/decode.c x86/emulate.c */
/*
 * The emulator: against the CPU that this runs on, where that can execute the
 * instruction (64-bit code), and against the SDM in cases written by hand.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "emulate.h"
#include "unit.h"

#define CF	0x001
#define PF	0x004
#define AF	0x010
#define ZF	0x040
#define SF	0x080
#define DF	0x400
#define OF	0x800
#define RF	0x10000

#define STATUS	(CF | PF | AF | ZF | SF | OF)

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

/*
 * Part one: the CPU
 */

struct cpu_state {
	u64 gpr[INSN_NUM_GPRS];
	u64 rflags;
};

/*
 * Load all registers but RSP, and the flags, from @state, call @code, and store
 * them again. @code is one instruction and a RET.
 */
static noinline __attribute__((naked))
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

/*
 * Part two: cases
 */

/* A machine that logs accesses, reads a pattern, and can refuse one of them */
struct machine {
	char log[256];
	size_t len;
	u64 pattern;
	int refuse;		/* number of the access to refuse, 0: none */
	int accesses;
};

static int __printf(2, 3) access(struct machine *machine, const char *fmt, ...)
{
	va_list args;

	if (++machine->accesses == machine->refuse)
		return -EIO;
	va_start(args, fmt);
	machine->len += (size_t)vsnprintf(machine->log + machine->len,
					  sizeof(machine->log) - machine->len, fmt, args);
	va_end(args);
	return 0;
}

static int machine_mmio_read(void *ctx, u64 gpa, unsigned int width, u64 *val)
{
	struct machine *machine = ctx;

	*val = machine->pattern;
	return access(machine, "mmio %llx/%u; ", gpa, width);
}

static int machine_mmio_write(void *ctx, u64 gpa, unsigned int width, u64 val)
{
	return access(ctx, "mmio %llx/%u = %llx; ", gpa, width, val);
}

static int machine_mem_read(void *ctx, u64 gva, unsigned int width, u64 *val)
{
	struct machine *machine = ctx;

	*val = machine->pattern;
	return access(machine, "mem %llx/%u; ", gva, width);
}

static int machine_mem_write(void *ctx, u64 gva, unsigned int width, u64 val)
{
	return access(ctx, "mem %llx/%u = %llx; ", gva, width, val);
}

static u64 machine_seg_base(void *ctx, enum insn_seg seg)
{
	(void)ctx;
	return (u64)seg << 20;
}

static const struct insn_ops machine_ops = {
	.mmio_read = machine_mmio_read,
	.mmio_write = machine_mmio_write,
	.mem_read = machine_mem_read,
	.mem_write = machine_mem_write,
	.seg_base = machine_seg_base,
};

#define GPA	0xfee00000

/* Decode and execute an instruction; MOVS writes the device if asked to. */
static int step_movs(enum insn_mode mode, const char *code, bool write,
		     struct insn_regs *regs, struct machine *machine)
{
	struct insn insn;
	u8 bytes[INSN_MAX_LENGTH];
	size_t n = 0;
	char *end;

	unit_row("%d: %s", 16 << mode, code);
	machine->len = 0;
	machine->log[0] = 0;
	machine->accesses = 0;
	for (; *code; code = end + strspn(end, " "))
		bytes[n++] = (u8)strtoul(code, &end, 16);
	if (!CHECK_EQ(insn_decode(bytes, n, mode, &insn), INSN_OK))
		return -EINVAL;
	insn_select_operand(&insn, write);
	return insn_execute(&insn, GPA, regs, &machine_ops, machine);
}

static int step(enum insn_mode mode, const char *code, struct insn_regs *regs,
		struct machine *machine)
{
	return step_movs(mode, code, false, regs, machine);
}

#define M16 INSN_MODE_16
#define M32 INSN_MODE_32
#define M64 INSN_MODE_64

UNIT(loads_keep_or_clear_what_is_above_the_operand)
{
	struct machine machine = { .pattern = 0x1122334455667788 };
	static const struct {
		enum insn_mode mode;
		const char *code;
		u64 cx;
	} rows[] = {
		{ M64, "8a 08", 0xffffffffffffff88 },
		{ M64, "8a 28", 0xffffffffffff88ff },
		{ M64, "66 8b 08", 0xffffffffffff7788 },
		{ M64, "8b 08", 0x55667788 },
		{ M64, "48 8b 08", 0x1122334455667788 },
		{ M32, "8b 08", 0x55667788 },
		{ M16, "8b 0f", 0xffffffffffff7788 },
		{ M64, "0f be 08", 0xffffff88 },
		{ M64, "66 0f be 08", 0xffffffffffffff88 },
		{ M64, "48 0f be 08", 0xffffffffffffff88 },
		{ M64, "48 0f b6 08", 0x88 },
		{ M64, "48 0f bf 08", 0x7788 },
		{ M64, "48 63 08", 0x55667788 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_regs regs = { .gpr[INSN_RCX] = ~0ULL };

		CHECK_EQ(step(rows[i].mode, rows[i].code, &regs, &machine), 0);
		CHECK_EQ(regs.gpr[INSN_RCX], rows[i].cx);
	}
}

UNIT(stores_are_cut_to_their_width)
{
	static const struct {
		const char *code, *log;
	} rows[] = {
		{ "88 08", "mmio fee00000/1 = 88; " },
		{ "88 28", "mmio fee00000/1 = 77; " },
		{ "66 89 08", "mmio fee00000/2 = 7788; " },
		{ "89 08", "mmio fee00000/4 = 55667788; " },
		{ "48 89 08", "mmio fee00000/8 = 1122334455667788; " },
		{ "c6 00 fe", "mmio fee00000/1 = fe; " },
		{ "66 c7 00 fe ff", "mmio fee00000/2 = fffe; " },
		{ "c7 00 fe ff ff ff", "mmio fee00000/4 = fffffffe; " },
		{ "48 c7 00 fe ff ff ff", "mmio fee00000/8 = fffffffffffffffe; " },
		{ "48 c7 00 fe ff ff 7f", "mmio fee00000/8 = 7ffffffe; " },
		{ "67 a2 00 00 00 00", "mmio fee00000/1 = aa; " },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_regs regs = {
			.gpr[INSN_RCX] = 0x1122334455667788, .gpr[INSN_RAX] = 0xaa,
		};
		struct machine machine = { 0 };

		CHECK_EQ(step(M64, rows[i].code, &regs, &machine), 0);
		CHECK_STR(machine.log, rows[i].log);
	}
}

UNIT(read_modify_write_is_one_read_and_one_write)
{
	static const struct {
		const char *code, *log;
	} rows[] = {
		{ "87 08", "mmio fee00000/4; mmio fee00000/4 = c; " },
		{ "09 08", "mmio fee00000/4; mmio fee00000/4 = 3c; " },
		{ "f0 0f ba 28 1f", "mmio fee00000/4; mmio fee00000/4 = 80000030; " },
		/* 30 is not in the accumulator: written back nevertheless */
		{ "0f b1 08", "mmio fee00000/4; mmio fee00000/4 = 30; " },
		{ "39 08", "mmio fee00000/4; " },
		{ "3b 08", "mmio fee00000/4; " },
		{ "85 08", "mmio fee00000/4; " },
		{ "0f ba 20 01", "mmio fee00000/4; " },
		{ "0b 08", "mmio fee00000/4; " },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_regs regs = { .gpr[INSN_RCX] = 0xc };
		struct machine machine = { .pattern = 0x30 };

		CHECK_EQ(step(M64, rows[i].code, &regs, &machine), 0);
		CHECK_STR(machine.log, rows[i].log);
	}
}

UNIT(a_refused_access_changes_nothing)
{
	static const struct {
		const char *code;
		bool write;
		int accesses;
	} rows[] = {
		{ "89 08", false, 1 }, { "8b 08", false, 1 }, { "48 0f be 08", false, 1 },
		{ "87 08", false, 2 }, { "0f c1 08", false, 2 }, { "f0 01 08", false, 2 },
		{ "0f b1 08", false, 2 }, { "3b 08", false, 1 }, { "ff 00", false, 2 },
		{ "f3 ab", false, 1 }, { "f3 ad", false, 1 },
		{ "f3 a5", false, 2 }, { "f3 a5", true, 2 },
	};
	size_t i;
	int refuse;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (refuse = 1; refuse <= rows[i].accesses + 1; refuse++) {
			const struct insn_regs before = {
				.gpr[INSN_RCX] = 3, .gpr[INSN_RAX] = 0x1000, .rip = 0x2000,
				.rflags = STATUS | RF,
			};
			struct insn_regs regs = before;
			struct machine machine = { .pattern = 0x77, .refuse = refuse };
			bool refused = refuse <= rows[i].accesses;

			CHECK_EQ(step_movs(M64, rows[i].code, rows[i].write, &regs, &machine),
				 refused ? -EIO : 0);
			CHECK_EQ(!memcmp(&regs, &before, sizeof(regs)), refused);
			CHECK_EQ(machine.accesses, refused ? refuse : rows[i].accesses);
		}
	}
}

UNIT(instruction_pointer)
{
	static const struct {
		enum insn_mode mode;
		u64 before, after;
	} rows[] = {
		{ M64, 0xffffffff81000000, 0xffffffff81000003 },
		{ M64, 0xfffffffe, 0x100000001 },
		{ M32, 0xfffffffe, 0x1 },
		{ M16, 0xfffe, 0x10001 },	/* where the fetch will fault */
		{ M16, 0xfffffffe, 0x1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_regs regs = { .rip = rows[i].before, .rflags = RF | 0x202 };
		struct machine machine = { 0 };

		CHECK_EQ(step(rows[i].mode, "89 48 10", &regs, &machine), 0);
		CHECK_EQ(regs.rip, rows[i].after);
		CHECK_EQ(regs.rflags, 0x202);
	}
}

UNIT(string_iterations)
{
	struct machine machine = { .pattern = 0xabcdef0123456789 };
	struct insn_regs regs = {
		.gpr[INSN_RCX] = 2, .gpr[INSN_RSI] = 0x5000, .gpr[INSN_RDI] = 0x6000,
		.gpr[INSN_RAX] = 0x99, .rip = 0x100, .rflags = RF,
	};

	/* All but the last iteration stay at the instruction. */
	CHECK_EQ(step_movs(M64, "f3 a5", false, &regs, &machine), 0);
	CHECK_STR(machine.log, "mmio fee00000/4; mem 6000/4 = 23456789; ");
	CHECK_EQ(regs.rip, 0x100);
	CHECK_EQ(regs.rflags, RF);
	CHECK_EQ(regs.gpr[INSN_RCX], 1);
	CHECK_EQ(step_movs(M64, "f3 a5", true, &regs, &machine), 0);
	CHECK_STR(machine.log, "mem 5004/4; mmio fee00000/4 = 23456789; ");
	CHECK_EQ(regs.rip, 0x102);
	CHECK_EQ(regs.rflags, 0);
	CHECK_EQ(regs.gpr[INSN_RCX], 0);
	CHECK_EQ(regs.gpr[INSN_RSI], 0x5008);
	CHECK_EQ(regs.gpr[INSN_RDI], 0x6008);

	/* Nothing to do */
	CHECK_EQ(step(M64, "f3 aa", &regs, &machine), 0);
	CHECK_STR(machine.log, "");
	CHECK_EQ(regs.rip, 0x104);
	CHECK_EQ(regs.gpr[INSN_RDI], 0x6008);

	/* Without REP the count is neither asked nor counted. */
	regs.rflags = DF;
	CHECK_EQ(step(M64, "aa", &regs, &machine), 0);
	CHECK_STR(machine.log, "mmio fee00000/1 = 99; ");
	CHECK_EQ(regs.gpr[INSN_RDI], 0x6007);
	CHECK_EQ(regs.gpr[INSN_RCX], 0);
	CHECK_EQ(step(M64, "48 ad", &regs, &machine), 0);
	CHECK_EQ(regs.gpr[INSN_RAX], 0xabcdef0123456789);
	CHECK_EQ(regs.gpr[INSN_RSI], 0x5000);
}

UNIT(string_registers_are_as_wide_as_addresses)
{
	static const struct {
		enum insn_mode mode;
		const char *code;
		bool write;
		const char *log;
		u64 si, di, cx;
	} rows[] = {
		/* DS and ES start at 3 and 0 MiB, FS and GS at 4 and 5. */
		{ M16, "f3 a4", false, "mmio fee00000/1; mem ffff/1 = 5a; ",
		  0xaaaa00000000, 0xbbbb00000000, 0xcccc00000001 },
		{ M16, "64 f3 a4", true, "mem 40ffff/1; mmio fee00000/1 = 5a; ",
		  0xaaaa00000000, 0xbbbb00000000, 0xcccc00000001 },
		{ M32, "f3 a4", true, "mem 30ffff/1; mmio fee00000/1 = 5a; ",
		  0x10000, 0x10000, 1 },
		{ M64, "67 f3 a4", true, "mem ffff/1; mmio fee00000/1 = 5a; ",
		  0x10000, 0x10000, 1 },
		{ M64, "f3 a4", true, "mem aaaa0000ffff/1; mmio fee00000/1 = 5a; ",
		  0xaaaa00010000, 0xbbbb00010000, 0xcccc00000001 },
		{ M64, "65 f3 a4", true, "mem aaaa0050ffff/1; mmio fee00000/1 = 5a; ",
		  0xaaaa00010000, 0xbbbb00010000, 0xcccc00000001 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine machine = { .pattern = 0x5a };
		struct insn_regs regs = {
			.gpr[INSN_RSI] = 0xaaaa0000ffff, .gpr[INSN_RDI] = 0xbbbb0000ffff,
			.gpr[INSN_RCX] = 0xcccc00000002,
		};

		CHECK_EQ(step_movs(rows[i].mode, rows[i].code, rows[i].write, &regs, &machine),
			 0);
		CHECK_STR(machine.log, rows[i].log);
		CHECK_EQ(regs.gpr[INSN_RSI], rows[i].si);
		CHECK_EQ(regs.gpr[INSN_RDI], rows[i].di);
		CHECK_EQ(regs.gpr[INSN_RCX], rows[i].cx);
		CHECK_EQ(regs.rip, 0);
	}
}

UNIT(movs_needs_an_operand_selected)
{
	static const u8 movs[] = { 0xa4 };
	struct insn_regs regs = { 0 };
	struct machine machine = { 0 };
	struct insn insn;

	CHECK_EQ(insn_decode(movs, sizeof(movs), M64, &insn), INSN_OK);
	CHECK_EQ(insn_execute(&insn, GPA, &regs, &machine_ops, &machine), -EINVAL);
	CHECK_EQ(machine.accesses, 0);
	CHECK_EQ(regs.rip, 0);
}

UNIT(linear_addresses)
{
	static const struct {
		enum insn_mode mode;
		u8 bytes[8];
		bool write;
		u64 offset, linear;
	} rows[] = {
		/* BX + SI + 8000 wraps at 64 KiB; DS is at 3 MiB, SS at 2, ES at 0. */
		{ M16, { 0x89, 0x88, 0x00, 0x80 }, false, 0x7ffe, 0x307ffe },
		{ M16, { 0x89, 0x8a, 0x00, 0x80 }, false, 0x800e, 0x20800e },
		{ M32, { 0x89, 0x08 }, false, 0xfffffff0, 0x2ffff0 },
		{ M32, { 0x65, 0x89, 0x08 }, false, 0xfffffff0, 0x4ffff0 },
		{ M64, { 0x89, 0x08 }, false, 0x1fffffff0, 0x1fffffff0 },
		{ M64, { 0x67, 0x89, 0x08 }, false, 0xfffffff0, 0xfffffff0 },
		{ M64, { 0x65, 0x89, 0x08 }, false, 0x1fffffff0, 0x2004ffff0 },
		{ M64, { 0x64, 0x89, 0x08 }, false, 0x1fffffff0, 0x2003ffff0 },
		{ M64, { 0x36, 0x89, 0x08 }, false, 0x1fffffff0, 0x1fffffff0 },
		{ M64, { 0x89, 0x0d, 0x10, 0, 0, 0 }, false, 0x1f016, 0x1f016 },
		{ M32, { 0xa4 }, false, 0x7fff, 0x307fff },
		{ M32, { 0xa4 }, true, 0x11117000, 0x11117000 },
		{ M64, { 0x65, 0xa4 }, false, 0x7fff, 0x507fff },
		{ M64, { 0x65, 0xa4 }, true, 0x11117000, 0x11117000 },
	};
	struct insn_regs regs = {
		.gpr[INSN_RAX] = 0x1fffffff0, .gpr[INSN_RBX] = 0x7fff,
		.gpr[INSN_RBP] = 0xffff800f, .gpr[INSN_RSI] = 0x7fff,
		.gpr[INSN_RDI] = 0x11117000, .rip = 0x1f000,
	};
	struct insn insn;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%zu", i);
		CHECK_EQ(insn_decode(rows[i].bytes, 8, rows[i].mode, &insn), INSN_OK);
		insn_select_operand(&insn, rows[i].write);
		CHECK_EQ(insn_offset(&insn, &regs), rows[i].offset);
		CHECK_EQ(insn_linear_address(&insn, &regs, &machine_ops, NULL),
			 rows[i].linear);
	}
}
