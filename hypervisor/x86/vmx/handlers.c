// SPDX-License-Identifier: GPL-2.0-only
/* VM exits by single instructions: CPUID, VMCALL, RDMSR, WRMSR, XSETBV. */
#include "vmx.h"
#include "apic.h"
#include "cpu_events.h"
#include "cpuid.h"
#include "errno.h"
#include "hypercall.h"
#include "ops.h"
#include "test_build.h"
#include "x86.h"

#define AR_DPL(ar)	((ar) >> 5 & 3)

static bool is_root(const struct percpu *percpu)
{
	return percpu->cell == machine.root;
}

static noinline void cpuid_filtered(struct percpu *percpu)
{
	u64 *gpr = percpu->regs->gpr;
	u32 leaf = (u32)gpr[INSN_RAX];
	u32 subleaf = (u32)gpr[INSN_RCX];
	u32 regs[4] = { leaf, 0, subleaf };
	struct cpuid_view view = { .root = is_root(percpu) };

	cpuid(regs);
	if (cpuid_needs_cr4(leaf))
		view.cr4 = vmcs_read(VMCS_GUEST_CR4);
	cpuid_filter(&view, leaf, subleaf, regs);
	gpr[INSN_RAX] = regs[CPUID_EAX];
	gpr[INSN_RBX] = regs[CPUID_EBX];
	gpr[INSN_RCX] = regs[CPUID_ECX];
	gpr[INSN_RDX] = regs[CPUID_EDX];
}

static void cpuid_plain(struct percpu *percpu)
{
	u64 *gpr = percpu->regs->gpr;
	u64 rax = (u32)gpr[INSN_RAX], rcx = (u32)gpr[INSN_RCX];

	/* All four registers are written, their upper halves with 0. */
	asm volatile("cpuid" : "+a" (rax), "=b" (gpr[INSN_RBX]), "+c" (rcx),
		     "=d" (gpr[INSN_RDX]));
	gpr[INSN_RAX] = rax;
	gpr[INSN_RCX] = rcx;
}

void handle_cpuid(struct percpu *percpu)
{
	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_CPUID);
	if (likely(is_root(percpu) && cpuid_is_plain((u32)percpu->regs->gpr[INSN_RAX])))
		cpuid_plain(percpu);
	else
		cpuid_filtered(percpu);
	vmx_skip_instruction();
}

void handle_vmcall(struct percpu *percpu)
{
	u64 *gpr = percpu->regs->gpr;
	u32 code = (u32)gpr[INSN_RAX];
	u64 arg1 = gpr[INSN_RDI];

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL);
	/* Programs of the cell's operating system have no business here. */
	if (AR_DPL(vmcs_read(VMCS_GUEST_SS_AR)) != 0) {
		vmx_inject_exception(X86_EXC_UD, false, 0);
		return;
	}
	vmx_skip_instruction();
	if (test_build_call(percpu, code, arg1))
		return;
	gpr[INSN_RAX] = (u64)hypercall(percpu->cpu, code, arg1, gpr[INSN_RSI]);
	if (unlikely(code == JAILHOUSE_HC_DISABLE && !gpr[INSN_RAX]))
		arch_leave(percpu, arg1);
	vmx_process_own_events(percpu);
}

static u64 msr_from_regs(const u64 *gpr)
{
	return gpr[INSN_RDX] << 32 | (u32)gpr[INSN_RAX];
}

static void refuse_msr(struct percpu *percpu, const char *verb, const struct msr_rule *rule,
		       u32 msr)
{
	vmx_denied(percpu, "%s of MSR 0x%x (%s)", verb, msr, rule->name);
	vmx_inject_gp();
}

static int read_handled(struct percpu *percpu, const struct msr_rule *rule, u32 msr, u64 *val)
{
	switch (rule->kind) {
	case MSR_KIND_APIC_BASE:
		*val = apic_read_base(percpu);
		return 0;
	case MSR_KIND_X2APIC:
	case MSR_KIND_X2APIC_ICR:
		return apic_x2apic_read(percpu, msr, val);
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
	default:
		return -EPERM;
	}
}

void handle_rdmsr(struct percpu *percpu)
{
	u64 *gpr = percpu->regs->gpr;
	u32 msr = (u32)gpr[INSN_RCX];
	const struct msr_rule *rule =
		msr_rule_find(&msr_tables[is_root(percpu) ? MSR_VIEW_ROOT : MSR_VIEW_CELL], msr);
	u64 val = 0;

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER);
	if (unlikely(rule->read == MSR_GP ||
		     (rule->read == MSR_HANDLE && read_handled(percpu, rule, msr, &val)))) {
		refuse_msr(percpu, "read", rule, msr);
		return;
	}
	gpr[INSN_RAX] = (u32)val;
	gpr[INSN_RDX] = val >> 32;
	vmx_skip_instruction();
}

static bool write_allowed(struct percpu *percpu, const struct msr_rule *rule, u32 msr, u64 val)
{
	switch (rule->write) {
	case MSR_HANDLE:
		return !write_handled(percpu, rule, msr, val);
	case MSR_IGNORE:
		return true;
	case MSR_ZERO:
		return !val;
	default:
		return false;
	}
}

void handle_wrmsr(struct percpu *percpu)
{
	u64 *gpr = percpu->regs->gpr;
	u32 msr = (u32)gpr[INSN_RCX];
	const struct msr_rule *rule;

	if (likely(msr == MSR_X2APIC_ICR)) {
		vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR);
		if (unlikely(apic_x2apic_write(percpu, msr, msr_from_regs(gpr)))) {
			vmx_inject_gp();
			return;
		}
		vmx_skip_instruction();
		vmx_process_own_events(percpu);
		return;
	}
	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER);
	rule = msr_rule_find(&msr_tables[is_root(percpu) ? MSR_VIEW_ROOT : MSR_VIEW_CELL], msr);
	if (unlikely(!write_allowed(percpu, rule, msr, msr_from_regs(gpr)))) {
		refuse_msr(percpu, "write", rule, msr);
		return;
	}
	vmx_skip_instruction();
	vmx_process_own_events(percpu);
}

void handle_xsetbv(struct percpu *percpu)
{
	u64 *gpr = percpu->regs->gpr;

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_XSETBV);
	/* The CPU checks the value just as it would have checked it for the guest. */
	if (xsetbv_safe((u32)gpr[INSN_RCX], msr_from_regs(gpr)))
		vmx_inject_gp();
	else
		vmx_skip_instruction();
}
