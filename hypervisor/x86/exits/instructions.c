// SPDX-License-Identifier: GPL-2.0-only
/* VM exits by single instructions: CPUID, hypercalls, RDMSR, WRMSR, XSETBV. */
#include "exits.h"
#include "apic.h"
#include "cpuid.h"
#include "errno.h"
#include "hypercall.h"
#include "leave.h"
#include "test_build.h"

static u32 gpr32(enum insn_gpr number)
{
	return (u32)this_regs()->gpr[number];
}

/* All four registers are written, their upper halves with 0. */
static void set_cpuid(const u32 regs[4])
{
	u64 *gpr = this_regs()->gpr;

	gpr[INSN_RAX] = regs[CPUID_EAX];
	gpr[INSN_RBX] = regs[CPUID_EBX];
	gpr[INSN_RCX] = regs[CPUID_ECX];
	gpr[INSN_RDX] = regs[CPUID_EDX];
}

static void do_cpuid(u32 leaf, u32 subleaf)
{
	u32 regs[4] = { leaf, 0, subleaf };

	cpuid(regs);
	set_cpuid(regs);
}

static void do_filtered_cpuid(struct percpu *percpu, u32 leaf, u32 subleaf)
{
	struct cpuid_view view = {
		.root = runs_root(percpu), .no_apic = !apic_guest_enabled(percpu),
		.has_comm = percpu->cell->comm, .comm_gpa = percpu->cell->comm_gpa,
		.kvm_leaf = percpu->cell->desc->flags & JAILHOUSE_CELL_KVM_LEAF,
	};
	u32 regs[4] = { leaf, 0, subleaf };

	if (cpuid_needs_cr4(leaf))
		view.cr4 = guest_cr4();
	cpuid(regs);
	cpuid_filter(&view, leaf, subleaf, regs);
	set_cpuid(regs);
}

void handle_cpuid(void)
{
	struct percpu *percpu = this_percpu();
	u32 leaf = gpr32(INSN_RAX), subleaf = gpr32(INSN_RCX);

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_CPUID);
	if (leaf & percpu->cpuid_filtered)
		do_filtered_cpuid(percpu, leaf, subleaf);
	else
		do_cpuid(leaf, subleaf);
	guest_skip_instruction();
}

static void disable(struct percpu *percpu)
{
	u64 *gpr = this_regs()->gpr;

	gpr[INSN_RAX] = (u64)hypercall(percpu->cpu, JAILHOUSE_HC_DISABLE,
					gpr[INSN_RDI], 0);
	if (!gpr[INSN_RAX])
		leave_to_linux(percpu);
	process_own_events(percpu);
}

void handle_hypercall(void)
{
	struct percpu *percpu = this_percpu();
	u64 *gpr = this_regs()->gpr;
	u32 code;

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL);
	code = (u32)gpr[INSN_RAX];
	if (test_build_call(percpu, code, gpr[INSN_RDI]))
		return;
	/* Programs of the cell's operating system have no business here. */
	if (guest_cpl() != 0) {
		vendor_inject_exception(X86_EXC_UD, false, 0);
		return;
	}
	guest_skip_instruction();
	if (code == JAILHOUSE_HC_DISABLE) {
		disable(percpu);
		return;
	}
	gpr[INSN_RAX] = (u64)hypercall(percpu->cpu, code, gpr[INSN_RDI], gpr[INSN_RSI]);
	process_own_events(percpu);
}

static u64 msr_from_regs(const u64 *gpr)
{
	return gpr[INSN_RDX] << 32 | (u32)gpr[INSN_RAX];
}

static void deny_msr(struct percpu *percpu, const char *verb, const struct msr_rule *rule, u32 msr)
{
	exit_denied(percpu, "%s of MSR 0x%x (%s)", verb, msr, rule->name);
	vendor_inject_gp();
}

static int read_handled(struct percpu *percpu, const struct msr_rule *rule, u32 msr, u64 *val)
{
	switch (rule->kind) {
	case MSR_KIND_APIC_BASE:
		*val = percpu->apic.base;
		return 0;
	case MSR_KIND_X2APIC:
	case MSR_KIND_X2APIC_ICR:
		return apic_x2apic_read(percpu, msr, val);
	case MSR_KIND_ROOT:
		return root_msr_read(&percpu->kept, &root_msr_io, msr, val);
	case MSR_KIND_CELL:
		return guest_msr_read(percpu, msr, val);
	case MSR_KIND_VENDOR:
		return vendor_msr_read(percpu, msr, val);
	default:
		return -EPERM;
	}
}

static int write_handled(struct percpu *percpu, const struct msr_rule *rule, u32 msr, u64 val)
{
	switch (rule->kind) {
	case MSR_KIND_APIC_BASE:
		return apic_write_base(percpu, val);
	case MSR_KIND_X2APIC:
	case MSR_KIND_X2APIC_ICR:
		return apic_x2apic_write(percpu, msr, val);
	case MSR_KIND_ROOT:
		return root_msr_write(&percpu->kept, &root_msr_io, msr, val);
	case MSR_KIND_CELL:
		return guest_msr_write(percpu, msr, val);
	case MSR_KIND_VENDOR:
		return vendor_msr_write(percpu, msr, val);
	default:
		return -EPERM;
	}
}

static void end_rdmsr(u64 val)
{
	u64 *gpr = this_regs()->gpr;

	gpr[INSN_RAX] = (u32)val;
	gpr[INSN_RDX] = val >> 32;
	guest_skip_instruction();
}

static void read_handled_msr(struct percpu *percpu, const struct msr_rule *rule, u32 msr)
{
	u64 val = 0;

	if (read_handled(percpu, rule, msr, &val))
		deny_msr(percpu, "read", rule, msr);
	else
		end_rdmsr(val);
}

void handle_rdmsr(void)
{
	struct percpu *percpu = this_percpu();
	u32 msr = gpr32(INSN_RCX);
	const struct msr_rule *rule = msr_rule_find(percpu->msr_table, msr);

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER);
	if (rule->read == MSR_HANDLE)
		read_handled_msr(percpu, rule, msr);
	else if (rule->read == MSR_GP)
		deny_msr(percpu, "read", rule, msr);
	else
		end_rdmsr(0);
}

static void write_icr(struct percpu *percpu)
{
	if (apic_x2apic_write(percpu, MSR_X2APIC_ICR, msr_from_regs(this_regs()->gpr))) {
		vendor_inject_gp();
		return;
	}
	guest_skip_instruction();
	process_own_events(percpu);
}

static void write_handled_msr(struct percpu *percpu, const struct msr_rule *rule)
{
	const u64 *gpr = this_regs()->gpr;
	u32 msr = (u32)gpr[INSN_RCX];

	if (write_handled(percpu, rule, msr, msr_from_regs(gpr))) {
		deny_msr(percpu, "write", rule, msr);
		return;
	}
	guest_skip_instruction();
	process_own_events(percpu);
}

static void write_msr(struct percpu *percpu)
{
	const u64 *gpr = this_regs()->gpr;
	u32 msr = (u32)gpr[INSN_RCX];
	const struct msr_rule *rule = msr_rule_find(percpu->msr_table, msr);

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER);
	if (rule->write == MSR_HANDLE)
		write_handled_msr(percpu, rule);
	else if (rule->write == MSR_IGNORE ||
		 (rule->write == MSR_ZERO && !msr_from_regs(gpr)))
		guest_skip_instruction();
	else
		deny_msr(percpu, "write", rule, msr);
}

void handle_wrmsr(void)
{
	struct percpu *percpu = this_percpu();

	if (gpr32(INSN_RCX) != MSR_X2APIC_ICR) {
		write_msr(percpu);
		return;
	}
	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR);
	if (apic_send_plain(percpu, gpr32(INSN_RAX), gpr32(INSN_RDX)))
		guest_skip_instruction();
	else
		write_icr(percpu);
}

void handle_xsetbv(void)
{
	u64 *gpr = this_regs()->gpr;

	cpu_count(this_percpu()->cpu, JAILHOUSE_CPU_STAT_VMEXITS_XSETBV);
	/*
	 * Faults that depend on mode and privilege come before the exit (SDM 3C 26.1.1, APM 2
	 * 15.7). Emulated CPUs exit first, and so would hand a program the rights of this code.
	 */
	if (!(guest_cr4() & X86_CR4_OSXSAVE)) {
		vendor_inject_exception(X86_EXC_UD, false, 0);
		return;
	}
	/* The CPU checks the value just as it would have checked it for the guest. */
	if (guest_cpl() != 0 || xsetbv_safe((u32)gpr[INSN_RCX], msr_from_regs(gpr)))
		vendor_inject_gp();
	else
		guest_skip_instruction();
}

void handle_skip(void)
{
	cpu_count(this_percpu()->cpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	guest_skip_instruction();
}

void handle_ud(void)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	vendor_inject_exception(X86_EXC_UD, false, 0);
}

void handle_gp(void)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	vendor_inject_gp();
}

/*
 * An instruction that nobody asked to exit: the CPU insists on it, or is newer than this
 * code. It does not exist, then.
 */
void handle_unknown(u64 reason)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	exit_denied(percpu, "instruction that exits with reason 0x%llx", reason);
	vendor_inject_exception(X86_EXC_UD, false, 0);
}
