// SPDX-License-Identifier: GPL-2.0-only
/* What #VMEXIT does not say of the guest's instruction, and has to be read from its memory. */
#include "svm.h"
#include "errno.h"
#include "exits/exits.h"
#include "exits/fetch.h"
#include "exits/guest_memory.h"
#include "instruction.h"

/*
 * The next instruction is at 0 after one that ends at 4 GiB, but in 64-bit code. What the CPU
 * says of it need not have wrapped.
 */
void svm_set_next_rip(struct percpu *percpu, u64 rip)
{
	percpu->vendor.next_rip = guest_in_64bit_code() ? rip : (u32)rip;
}

/* By exit code: opcodes behind 0x0f that make it; a second one, for two. */
static const struct {
	u16 code;
	u8 opcodes[2];
} exit_opcodes[] = {
	{ EXIT_CR_READ(0), { 0x20, 0x01 } },
	{ EXIT_CR_READ(4), { 0x20, 0x20 } },
	{ EXIT_CR_WRITE(4), { 0x22, 0x22 } },
	{ EXIT_CR0_SELECTIVE, { 0x22, 0x01 } },
	{ EXIT_CPUID, { 0xa2, 0xa2 } },
	{ EXIT_INVD, { 0x08, 0x08 } },
	{ EXIT_MSR, { 0x30, 0x32 } },
	{ EXIT_VMMCALL, { 0x01, 0x01 } },
	{ EXIT_WBINVD, { 0x09, 0x09 } },
	{ EXIT_XSETBV, { 0x01, 0x01 } },
};

#define OPCODE_MOV_FROM_CR	0x20

/*
 * SMSW at CPL 3 exits like a move from CR0, which is none of a program's: rewritten to one from CR3
 * meanwhile, it would tell the program where Linux's tables are.
 */
static bool makes_exit(const struct svm_insn *insn, u64 code)
{
	unsigned int n;

	if (insn->opcode == OPCODE_MOV_FROM_CR && guest_cpl())
		return false;
	for (n = 0; n < ARRAY_SIZE(exit_opcodes); n++)
		if (exit_opcodes[n].code == code)
			return insn->opcode == exit_opcodes[n].opcodes[0] ||
			       insn->opcode == exit_opcodes[n].opcodes[1];
	return false;
}

/* Another CPU of the guest's may have rewritten it since. It is not tried for ever. */
static void look_again(struct percpu *percpu)
{
	bool again = percpu->exits.stale_rip == percpu->exit_rip;

	percpu->exits.stale_rip = percpu->exit_rip;
	if (again)
		exit_no_way_on(percpu, "instruction that cannot be read", percpu_vmcb.exit_code,
			       percpu_vmcb.exit_info1);
}

bool svm_decode_exit(struct percpu *percpu, u64 code, struct svm_insn *insn)
{
	enum insn_mode mode = guest_code_mode();
	u8 bytes[FETCH_SIZE];
	int size = fetch_code(guest_rip(), mode, bytes);

	if (size < 0 || svm_insn_decode(bytes, (size_t)size, mode, insn) ||
	    !makes_exit(insn, code)) {
		look_again(percpu);
		return false;
	}
	percpu->exits.stale_rip = ~0ULL;
	svm_set_next_rip(percpu, guest_rip() + insn->length);
	return true;
}

bool svm_find_next_rip(struct percpu *percpu, u64 code)
{
	struct svm_insn insn;

	if (!svm_has.nrips || !percpu_vmcb.next_rip)
		return svm_decode_exit(percpu, code, &insn);
	svm_set_next_rip(percpu, percpu_vmcb.next_rip);
	return true;
}

/* INS always writes to ES; OUTS reads from DS, or where a prefix says. */
static int string_segment(const struct io_exit *io, enum insn_seg *seg)
{
	enum insn_mode mode = guest_code_mode();
	u8 bytes[FETCH_SIZE];
	int size;

	*seg = INSN_ES;
	if (io->in)
		return 0;
	size = fetch_code(guest_rip(), mode, bytes);
	if (size < 0)
		return size == -EFAULT ? -EAGAIN : size;
	return svm_string_prefixes(bytes, (size_t)size, mode, seg) ? -EAGAIN : 0;
}

/* The exit comes before the CPU has looked at the operand (APM 2 15.10.2). */
static bool outside_segment(enum insn_seg seg, u64 offset, unsigned int width)
{
	const struct vmcb_segment *segment = &(&percpu_vmcb.es)[seg];

	if (guest_in_64bit_code())
		return false;
	if (seg >= INSN_FS)
		svm_save_hidden();
	return !(segment->attr & SEG_ATTR_PRESENT) || offset + width - 1 > segment->limit;
}

int svm_io_string(const struct io_exit *io, struct io_string *string)
{
	static const u64 masks[] = { [2] = 0xffff, [4] = 0xffffffff, [8] = ~0ULL };
	unsigned int size = IO_INFO_ADDRESS_SIZE(percpu_vmcb.exit_info1);
	enum insn_seg seg;
	u64 offset;
	int err = string_segment(io, &seg);

	if (err)
		return err;
	string->mask = masks[size <= 8 && size ? size : 8];
	offset = this_regs()->gpr[io->in ? INSN_RDI : INSN_RSI] & string->mask;
	if (outside_segment(seg, offset, io->width))
		return -EPERM;
	string->gva = offset;
	if (!guest_in_64bit_code() || seg >= INSN_FS)
		string->gva += guest_segment_base(seg);
	if (!guest_in_64bit_code())
		string->gva = (u32)string->gva;
	return 0;
}

/*
 * The CPU tells no linear address. So the operand's is translated once more, by the guest's
 * tables as they are now: if that leads elsewhere, the instruction or the tables have changed.
 */
u64 svm_fault_linear(const struct memory_fault *fault, u64 linear, unsigned int width)
{
	u64 second = (linear & PAGE_MASK) + PAGE_SIZE, gpa;

	if (!guest_translate(linear, &gpa) && gpa == fault->gpa)
		return linear;
	if ((linear & ~PAGE_MASK) + width > PAGE_SIZE &&
	    !guest_translate(second, &gpa) && gpa == fault->gpa)
		return second;
	/* Bits that are no tag. */
	return linear ^ BIT_ULL(46);
}
