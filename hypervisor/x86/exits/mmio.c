// SPDX-License-Identifier: GPL-2.0-only
/* Accesses to guest-physical memory that stage 2 does not allow. */
#include "exits.h"
#include "apic.h"
#include "errno.h"
#include "fetch.h"
#include "guest_memory.h"
#include "guest_walk.h"
#include "mmio.h"
#include "vector_move.h"

/* Where an APIC is off, or in x2APIC mode, there is nothing, and that is no fault of the cell. */
static int unlisted(struct percpu *percpu, u64 gpa, unsigned int width, bool is_write)
{
	if (!runs_root(percpu) && (gpa & PAGE_MASK) != APIC_PAGE)
		return -EPERM;
	exit_denied(percpu, "%s memory 0x%llx, width %u",
		    is_write ? "write to" : "read of", gpa, width);
	return 0;
}

static int access_device(struct percpu *percpu, struct mmio_access *access)
{
	const struct mmio_region *region = mmio_find(&percpu->cell->mmio, access->gpa,
						     access->width);
	int err;

	if (!region)
		return unlisted(percpu, access->gpa, access->width, access->is_write);
	err = region->handler(region->arg, access);
	if (err == -EAGAIN)
		return err;
	/* A register of a device that is shared: dropped, and the guest goes on. */
	if (err)
		cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	return 0;
}

static int device_read(void *ctx, u64 gpa, unsigned int width, u64 *val)
{
	struct mmio_access access = { .gpa = gpa, .width = width, .value = ~0ULL };
	int err = access_device(ctx, &access);

	*val = access.value;
	return err;
}

static int device_write(void *ctx, u64 gpa, unsigned int width, u64 val)
{
	struct mmio_access access = { .gpa = gpa, .width = width, .is_write = true,
				      .value = val };

	return access_device(ctx, &access);
}

static int mem_read(void *ctx, u64 gva, unsigned int width, u64 *val)
{
	*val = 0;
	return guest_read_operand(gva, val, width);
}

static int mem_write(void *ctx, u64 gva, unsigned int width, u64 val)
{
	return guest_write_operand(gva, &val, width);
}

static u64 seg_base(void *ctx, enum insn_seg seg)
{
	return guest_segment_base(seg);
}

static const struct insn_ops device_ops = {
	device_read, device_write, mem_read, mem_write, seg_base,
};

static const struct insn_ops apic_ops = {
	apic_mmio_read, apic_mmio_write, mem_read, mem_write, seg_base,
};

/* The operand crosses a page: its address is the linear one, and no device is meant. */
static const struct insn_ops straddle_ops = {
	mem_read, mem_write, mem_read, mem_write, seg_base,
};

/* RSP is not among the registers of an exit. Few instructions that access a device have it. */
static bool uses_rsp(const struct insn *insn)
{
	return insn->base == INSN_RSP || insn->reg == INSN_RSP;
}

/* Any instruction. */
static int execute(struct insn *insn, u64 address, const struct insn_ops *ops)
{
	struct insn_regs *regs = this_regs();
	int err;

	regs->rflags = guest_rflags();
	err = insn_execute(insn, address, regs, ops, this_percpu());
	if (err)
		return err;
	guest_set_rip(regs->rip);
	guest_set_rflags(regs->rflags);
	if (uses_rsp(insn))
		guest_set_rsp(regs->gpr[INSN_RSP]);
	guest_end_instruction();
	return 0;
}

/* A move at @rip. */
static int move(const struct insn *insn, u64 gpa, u64 rip, const struct insn_ops *ops)
{
	int err = insn_move(insn, gpa, this_regs(), ops, this_percpu());

	if (err)
		return err;
	guest_set_rip(insn_next_rip(insn, rip));
	guest_end_instruction();
	return 0;
}

/* Of XCR0: what a guest has switched on that uses these (SDM 1 13.1, 15.2) */
#define XCR0_AVX	(BIT_ULL(1) | BIT_ULL(2))
#define XCR0_AVX512	(XCR0_AVX | BIT_ULL(5) | BIT_ULL(6) | BIT_ULL(7))

/*
 * The guest's vector registers stay in the CPU: the hypervisor has nothing in them, and CR4.OSFXSR
 * set. But XCR0 is the guest's: with one that lacks AVX the hypervisor could no more use them than
 * the guest. What the CPU would not have begun to execute there is not what it has executed.
 */
static int check_use(const struct insn *move)
{
	const u64 needed = move->vector_set == VECTOR_AVX512 ? XCR0_AVX512 : XCR0_AVX;
	const u64 cr0 = guest_cr0(), cr4 = guest_cr4();
	bool can;

	if (move->vector_set == VECTOR_SSE)
		can = cr4 & X86_CR4_OSFXSR && !(cr0 & X86_CR0_EM);
	else
		can = cr4 & X86_CR4_OSXSAVE && (xgetbv(0) & needed) == needed;
	return can && !(cr0 & X86_CR0_TS) ? 0 : -ESTALE;
}

static void read_vector(const struct insn *move, void *reg)
{
	if (move->vector_set == VECTOR_SSE)
		read_xmm(move->reg, reg);
	else if (move->vector_set == VECTOR_AVX)
		read_ymm(move->reg, reg);
	else
		read_zmm(move->reg, reg);
}

static void write_vector(const struct insn *move, const void *reg)
{
	if (move->vector_set == VECTOR_SSE)
		write_xmm(move->reg, reg);
	else if (move->vector_set == VECTOR_AVX)
		write_ymm(move->reg, reg);
	else
		write_zmm(move->reg, reg);
}

/*
 * A program of Linux copies memory that is no longer there; no device is meant. @address is
 * guest-physical, or linear if it @crosses the end of a page: then a part of the operand may be in
 * memory that is there.
 */
static int access_vector(const struct insn *move, u64 address, bool crosses, u8 *operand)
{
	if (!crosses)
		return guest_denied_operand(address, operand, move->width, !move->to_reg);
	if (!move->to_reg)
		return guest_write_operand(address, operand, move->width);
	return guest_read_operand(address, operand, move->width);
}

/* What a load does not fill is cleared, but for the other half of 16 bytes. */
static int move_vector(const struct insn *move, u64 address, bool crosses, u64 rip)
{
	u64 reg[VECTOR_SIZE / 8] = { 0 };
	int err = runs_root(this_percpu()) ? check_use(move) : INSN_UNSUPPORTED;

	if (err)
		return err;
	if (!move->to_reg || move->vector_half)
		read_vector(move, reg);
	err = access_vector(move, address, crosses, (u8 *)reg + move->vector_at);
	if (err)
		return err;
	if (move->to_reg)
		write_vector(move, reg);
	guest_set_rip(insn_next_rip(move, rip));
	guest_end_instruction();
	return 0;
}

/* What is above may be a tag that the CPU does not look at (SDM 3A 4.4, LAM). */
#define LINEAR_BITS	guest_bits(46, 0)

static inline bool same_linear(u64 a, u64 b)
{
	return !((a ^ b) & LINEAR_BITS);
}

/*
 * The CPU could not access one of two pages: the other one may be memory as well as a
 * device, and has not been looked at.
 */
static int straddle(struct insn *insn, u64 linear, u64 fault_linear, u64 rip)
{
	const u64 page = linear & PAGE_MASK, fault_page = fault_linear & PAGE_MASK;

	if (!same_linear(fault_page, page) && !same_linear(fault_page, page + PAGE_SIZE))
		return -ESTALE;
	if (insn->op == INSN_VECTOR)
		return move_vector(insn, linear, true, rip);
	return execute(insn, linear, &straddle_ops);
}

/* Of the memory operand of @insn, at @rip */
static u64 linear_address(const struct insn *insn, u64 rip)
{
	struct insn_regs *regs = this_regs();

	regs->rip = rip;
	if (uses_rsp(insn))
		regs->gpr[INSN_RSP] = guest_rsp();
	return insn_linear_address(insn, regs, &device_ops, this_percpu());
}

/*
 * The CPU has looked whether the guest's own tables allow the access that failed, and no other
 * one. A program that may only read a device's page must not write to it by rewriting its own code
 * meanwhile. What reads and writes fails as a write (SDM 3C 28.2.1), but there are emulated CPUs
 * that read first.
 */
static int check_access(const struct insn *insn, bool write, u64 linear)
{
	const u8 failed = write ? INSN_WRITE : INSN_READ;

	if (insn->access == failed)
		return 0;
	if (!(insn->access & failed))
		return -ESTALE;
	return write ? 0 : guest_check_write(linear);
}

/*
 * What was decoded has to be what the CPU has tried to execute: another one of the guest's
 * may have rewritten it, and the guest's tables, since.
 */
static int emulate(const struct memory_fault *fault, const struct insn_ops *ops)
{
	u64 rip = this_percpu()->exit_rip, gpa = fault->gpa, linear, fault_linear;
	struct insn *insn;
	int err;

	err = fetch_instruction(rip, &insn);
	if (err)
		return err;
	insn_select_operand(insn, fault->write);
	linear = linear_address(insn, rip);
	fault_linear = guest_fault_linear(fault, linear, insn->width);
	if ((linear & ~PAGE_MASK) + insn->width > PAGE_SIZE)
		return straddle(insn, linear, fault_linear, rip);
	/* A vector may be accessed in parts, of which a later one may have failed. */
	if (!same_linear(linear, fault_linear) || ((linear ^ gpa) & ~PAGE_MASK))
		return insn->op == INSN_VECTOR ? straddle(insn, linear, fault_linear, rip) :
						 -ESTALE;
	err = check_access(insn, fault->write, linear);
	if (err)
		return err;
	if (insn->op == INSN_VECTOR)
		return move_vector(insn, gpa, false, rip);
	if (!insn_is_move(insn) || insn->reg == INSN_RSP)
		return execute(insn, gpa, ops);
	return move(insn, gpa, rip, ops);
}

/*
 * Another instruction may come of the bytes the next time. It is not tried for ever: there
 * may be a reason that nobody thinks of.
 */
static bool first_time(struct percpu *percpu)
{
	u64 rip = percpu->exits.stale_rip;

	percpu->exits.stale_rip = percpu->exit_rip;
	return rip != percpu->exit_rip;
}

static void fail_access(struct percpu *percpu, int err)
{
	struct memory_fault fault;

	guest_memory_fault(&fault);
	if (err == -EFAULT) {
		guest_inject_operand_fault(percpu);
		return;
	}
	if (err == INSN_UNDEFINED) {
		/* Changed since the CPU has decoded it, or it would know itself. */
		vendor_inject_exception(X86_EXC_UD, false, 0);
		return;
	}
	/* Executed again, by the CPU, which sees what is there now. */
	if (err == -EAGAIN || (err == -ESTALE && first_time(percpu)))
		return;

	/* What the root cell does by mistake is Linux's own fault, in both senses. */
	if (runs_root(percpu) && guest_in_delivery()) {
		exit_no_way_on(percpu, "delivery of an event", guest_exit_detail(), fault.gpa);
		return;
	}
	if (runs_root(percpu)) {
		exit_denied(percpu, "access to memory 0x%llx, instruction not emulated (%d)",
			    fault.gpa, err);
		vendor_inject_gp();
		return;
	}
	exit_violation(percpu, "%s memory 0x%llx",
		       fault.fetch ? "execution of" : fault.write ? "write to" : "read of",
		       fault.gpa);
}

void handle_memory_fault(void)
{
	struct percpu *percpu = this_percpu();
	const struct insn_ops *ops = &device_ops;
	struct memory_fault fault;
	int err = -EPERM;

	guest_memory_fault(&fault);
	if ((fault.gpa & PAGE_MASK) == APIC_PAGE && !apic_page_hidden(percpu)) {
		cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_XAPIC);
		ops = &apic_ops;
	} else {
		cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MMIO);
	}
	if (!guest_in_delivery() && fault.operand)
		err = emulate(&fault, ops);
	if (!err)
		process_own_events(percpu);
	else
		fail_access(percpu, err);
}
