// SPDX-License-Identifier: GPL-2.0-only
/* Control registers of the guest: what of them is the hypervisor's, and what the guest sees. */
#include "svm.h"
#include "exits/exits.h"
#include "exits/guest_memory.h"
#include "errno.h"
#include "instruction.h"
#include "register_bits.h"
#include "string.h"
#include "x86.h"

#define CR0_CACHES	(X86_CR0_CD | X86_CR0_NW)

/* The page-directory-pointer table of PAE paging */
#define CR3_PDPT	0xffffffe0ULL

/* LMSW changes these, and clears all but the first one (APM 3, LMSW). */
#define CR0_LMSW	0xfULL

/* ModRM.reg of the group 0x0f 0x01. */
#define GROUP7_SMSW	4
#define GROUP7_LMSW	6

#define OPCODE_GROUP7	0x01

u64 vendor_cr4_allowed(void)
{
	return svm_cr4_bits(cpuid_leaf);
}

/* SVM is switched on in EFER. */
u64 vendor_cr4_forced(void)
{
	return 0;
}

/*
 * There are no shadows: what the guest is to see differently is read through an exit. The root
 * cell has the whole of CR4 for itself; a cell is not to notice that machine checks are on.
 */
void svm_update_cr_intercepts(struct percpu *percpu)
{
	u32 intercepts = 0;

	if (percpu->vendor.seen_cr0)
		intercepts |= INTERCEPT_CR_READ(0);
	if (!runs_root(percpu))
		intercepts |= INTERCEPT_CR_READ(4) | INTERCEPT_CR_WRITE(4);
	percpu_vmcb.intercept_cr = intercepts;
}

/* Caches stay on: CD in one guest would slow all CPUs of the package down. */
void vendor_set_cr0(struct percpu *percpu, u64 val)
{
	percpu_vmcb.cr0 = val & ~CR0_CACHES;
	percpu->vendor.seen_cr0 = val & CR0_CACHES;
	svm_update_cr_intercepts(percpu);
}

void vendor_set_cr4(struct percpu *percpu, u64 val)
{
	percpu_vmcb.cr4 = val | (runs_root(percpu) ? 0 : X86_CR4_MCE);
	percpu->vendor.seen_cr4 = val & X86_CR4_MCE;
}

void vendor_set_efer(__maybe_unused struct percpu *percpu, u64 val)
{
	percpu_vmcb.efer = val | X86_EFER_SVME;
}

/*
 * Linux reads SVME as set, and may write it back; KVM takes that for somebody who uses SVM, which
 * is the truth.
 */
int svm_write_efer(struct percpu *percpu, u64 val)
{
	u64 allowed = svm_efer_bits(cpuid_leaf);

	if (runs_root(percpu))
		allowed |= X86_EFER_SVME;
	if (svm_efer_check(percpu_vmcb.cr0, guest_efer(), allowed, &val))
		return -EINVAL;
	vendor_set_efer(percpu, val);
	return 0;
}

/* Under nested paging the CPU keeps no copy of these entries (APM 2 15.25.10). */
void vendor_set_pdptes(__maybe_unused const u64 pdpte[4])
{
}

/* They are in memory, where CR3 points to; what cannot be read is not present. */
void vendor_get_pdptes(u64 pdpte[4])
{
	if (guest_read_pdpt(guest_cr3() & CR3_PDPT, pdpte))
		memset(pdpte, 0, 4 * sizeof(*pdpte));
}

static u64 read_gpr(unsigned int gpr)
{
	return gpr == INSN_RSP ? guest_rsp() : this_regs()->gpr[gpr];
}

static void write_gpr(unsigned int gpr, unsigned int width, u64 val)
{
	u64 old = read_gpr(gpr);

	val = width == 8 ? val : width == 4 ? (u32)val : (old & ~0xffffULL) | (u16)val;
	if (gpr == INSN_RSP)
		guest_set_rsp(val);
	else
		this_regs()->gpr[gpr] = val;
}

/* Moves are of all bits that a register has in this mode. */
static unsigned int move_width(void)
{
	return guest_in_64bit_code() ? 8 : 4;
}

static void deny(const char *what)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_CR);
	exit_denied(percpu, "%s that is not emulated", what);
	vendor_inject_gp();
}

void svm_handle_cr0_write(void)
{
	struct percpu *percpu = this_percpu();
	struct svm_insn insn;
	u64 machine_status;

	if (!svm_decode_exit(percpu, EXIT_CR0_SELECTIVE, &insn))
		return;
	if (insn.opcode != OPCODE_GROUP7) {
		handle_cr_write(insn.reg, read_gpr(insn.rm));
	} else if (svm_insn_rm_is_register(&insn)) {
		machine_status = guest_seen_cr0() & X86_CR0_PE;
		machine_status |= read_gpr(insn.rm) & CR0_LMSW;
		handle_cr_write(0, (guest_seen_cr0() & ~CR0_LMSW) | machine_status);
	} else {
		deny("LMSW from memory");
	}
}

void svm_handle_cr4_write(void)
{
	struct svm_insn insn;

	if (!svm_decode_exit(this_percpu(), EXIT_CR_WRITE(4), &insn))
		return;
	handle_cr_write(insn.reg, read_gpr(insn.rm));
}

static void move_from(u64 val, unsigned int gpr, unsigned int width)
{
	cpu_count(this_percpu()->cpu, JAILHOUSE_CPU_STAT_VMEXITS_CR);
	write_gpr(gpr, width, val);
	guest_skip_instruction();
}

/*
 * What the instruction names counts, and not the exit code: there are emulators that take each
 * move from a control register for one from CR0.
 */
static u64 seen_cr(unsigned int number)
{
	switch (number) {
	case 0:
		return guest_seen_cr0();
	case 2:
		return percpu_vmcb.cr2;
	case 3:
		return guest_cr3();
	case 4:
		return guest_seen_cr4();
	default:
		return 0;
	}
}

void svm_handle_cr_read(void)
{
	struct svm_insn insn;

	if (!svm_decode_exit(this_percpu(), percpu_vmcb.exit_code, &insn))
		return;
	if (insn.opcode != OPCODE_GROUP7)
		move_from(seen_cr(insn.reg), insn.rm, move_width());
	else if (svm_insn_rm_is_register(&insn))
		move_from(guest_seen_cr0(), insn.rm, insn.operand_width);
	else
		deny("SMSW to memory");
}
