// SPDX-License-Identifier: GPL-2.0-only
/* A guest in the VMCS, as hardware saves it, and its exits. */
#include <stdio.h>
#include "vmcs.h"
#include "arch.h"
#include "x86.h"

static void set(union host_field field, u64 value)
{
	host_vmcs_set(field, value);
}

static u64 get(union host_field field)
{
	return host_vmcs_get(field);
}

/* Bits that the hypervisor owns stay as it left them. */
static void set_owned(struct vmcs_natural reg, struct vmcs_natural mask, u64 value)
{
	set(reg, (value & ~get(mask)) | (get(reg) & get(mask)));
}

static void set_control_registers(const struct guest_state *guest)
{
	unsigned int n;

	set_owned(VMCS_GUEST_CR0, VMCS_CR0_MASK, guest->cr0);
	set_owned(VMCS_GUEST_CR4, VMCS_CR4_MASK, guest->cr4);
	set(VMCS_GUEST_CR3, guest->cr3);
	set(VMCS_GUEST_EFER, guest->efer);
	/* An exit writes it there (SDM 3C 28.3.1). */
	set(VMCS_ENTRY_CONTROLS, (get(VMCS_ENTRY_CONTROLS) & ~(u64)ENTRY_GUEST_64BIT) |
	    (guest_is_long(guest) ? ENTRY_GUEST_64BIT : 0));
	for (n = 0; n < 4; n++)
		set(VMCS_GUEST_PDPTE(n), guest->pdpte[n]);
}

static void set_segment(unsigned int index, const struct guest_segment *segment)
{
	set(VMCS_GUEST_SELECTOR(index), segment->selector);
	set(VMCS_GUEST_AR(index), segment->ar);
	set(VMCS_GUEST_LIMIT(index), segment->limit);
	set(VMCS_GUEST_BASE(index), segment->base);
}

static void set_execution_state(const struct guest_state *guest)
{
	static const u8 shadows[] = {
		[SHADOW_STI] = INTERRUPTIBILITY_STI, [SHADOW_MOV_SS] = INTERRUPTIBILITY_MOV_SS,
	};
	bool step = guest->shadow && guest->rflags & X86_RFLAGS_TF && !guest->btf;

	set(VMCS_GUEST_RIP, guest->rip);
	set(VMCS_GUEST_RFLAGS, guest->rflags);
	set(VMCS_GUEST_INTERRUPTIBILITY, shadows[guest->shadow] |
	    (guest->nmi_blocked ? INTERRUPTIBILITY_NMI : 0));
	set(VMCS_GUEST_PENDING_DEBUG, step ? BIT_ULL(14) : 0);
	set(VMCS_GUEST_DEBUGCTL, guest->btf ? 2 : 0);
	set(VMCS_GUEST_ACTIVITY, guest->halted ? ACTIVITY_HLT : ACTIVITY_ACTIVE);
}

static void set_guest(const struct guest_state *guest)
{
	unsigned int n;

	set_control_registers(guest);
	for (n = 0; n < NUM_SEGMENTS; n++)
		set_segment(n, &guest->segments[n]);
	set_execution_state(guest);
}

static void exit_exception(bool nmi)
{
	static const u8 vectors[] = { X86_EXC_DB, X86_EXC_AC };
	u32 vector;

	if (nmi) {
		set(VMCS_EXIT_INTR_INFO, INTR_INFO_VALID | INTR_TYPE_NMI | X86_EXC_NMI);
		return;
	}
	vector = vectors[pick(2)];
	set(VMCS_EXIT_QUALIFICATION, vector == X86_EXC_DB ? random64() & 0x600f : 0);
	if (vector == X86_EXC_DB && pick(2)) {
		/* INT1 */
		set(VMCS_EXIT_INTR_INFO, INTR_INFO_VALID | INTR_TYPE_PRIV_SW_EXCEPTION | vector);
		return;
	}
	set(VMCS_EXIT_INTR_INFO, INTR_INFO_VALID | INTR_TYPE_HW_EXCEPTION | vector |
	    (vector == X86_EXC_AC && get(VMCS_GUEST_CR0) & X86_CR0_PE ?
	     INTR_INFO_ERROR_CODE : 0) | (pick(2) ? INTR_INFO_NMI_UNBLOCKED : 0));
	set(VMCS_EXIT_ERROR_CODE, 0);
}

/* A value near to what the register has: one that exits changes an owned bit. */
static void exit_cr(void)
{
	u32 gpr = pick(16), number = pick(4) ? pick(2) * 4 : pick(16);
	u64 old = get(number ? VMCS_CR4_SHADOW : VMCS_CR0_SHADOW);
	u64 value = old ^ BIT_ULL(pick(40));

	value ^= pick(2) ? X86_CR0_PG : 0;
	value ^= pick(2) ? X86_CR0_CD : 0;
	value ^= pick(4) ? 0 : random64();
	percpu_regs.gpr[gpr] = value;
	set(VMCS_EXIT_QUALIFICATION, number | (pick(4) ? 0 : pick(4)) << 4 | gpr << 8);
}

static void exit_io(void)
{
	static const u8 widths[] = { 0, 1, 3 };

	set(VMCS_EXIT_QUALIFICATION, widths[pick(3)] | (random64() & 0x38) |
	    (u64)pick_port() << 16);
	set(VMCS_GUEST_LINEAR_ADDRESS, pick(2) ? random64() & (GUEST_RAM_SIZE - 1) : random64());
	/* The size of the address. */
	set(VMCS_INSTRUCTION_INFO, pick(3) << 7);
}

/* The instruction is in guest memory, where RIP finds it. */
static void exit_ept(struct guest_state *guest)
{
	u64 gpa = guest_moves(guest_code(guest));

	set(VMCS_GUEST_RIP, guest->rip);
	set(VMCS_EXIT_QUALIFICATION, 0x180 | (1U << pick(3)));
	set(VMCS_GUEST_PHYSICAL_ADDRESS, gpa);
	set(VMCS_GUEST_LINEAR_ADDRESS, gpa);
}

/* A halted CPU executes nothing that could exit. */
static const u8 asynchronous[] = { EXIT_EXCEPTION_NMI, EXIT_INIT_SIGNAL, EXIT_PREEMPTION_TIMER };

static const u8 reasons[] = {
	EXIT_EXCEPTION_NMI, EXIT_TRIPLE_FAULT, EXIT_INIT_SIGNAL, EXIT_NMI_WINDOW,
	EXIT_TASK_SWITCH, EXIT_CPUID, EXIT_GETSEC, EXIT_INVD, EXIT_RDPMC, EXIT_VMCALL,
	EXIT_VMCLEAR, EXIT_VMXON, EXIT_CR_ACCESS, EXIT_CR_ACCESS, EXIT_IO, EXIT_IO, EXIT_RDMSR,
	EXIT_WRMSR, EXIT_MWAIT, EXIT_MONITOR, EXIT_EPT_VIOLATION, EXIT_EPT_VIOLATION,
	EXIT_EPT_MISCONFIG, EXIT_INVEPT, EXIT_PREEMPTION_TIMER, EXIT_INVVPID, EXIT_WBINVD,
	EXIT_XSETBV,
};

/* Instructions that #GP keeps from programs. */
static bool is_privileged(u64 reason)
{
	switch (reason) {
	case EXIT_INVD:
	case EXIT_CR_ACCESS:
	case EXIT_RDMSR:
	case EXIT_WRMSR:
	case EXIT_MWAIT:
	case EXIT_MONITOR:
	case EXIT_WBINVD:
	case EXIT_XSETBV:
		return true;
	default:
		return false;
	}
}

static u64 choose_reason(bool halted, unsigned int cpl)
{
	u64 reason = halted ? asynchronous[pick(ARRAY_SIZE(asynchronous))] :
			      reasons[pick(ARRAY_SIZE(reasons))];

	return cpl && is_privileged(reason) ? EXIT_CPUID : reason;
}

/* Instructions have 1 to 15 bytes. @nmi: no exception. */
static void set_exit(u64 reason, struct guest_state *guest, bool nmi)
{
	set(VMCS_EXIT_INSTRUCTION_LENGTH, 1 + pick(15));
	set(VMCS_EXIT_REASON, reason);
	set(VMCS_EXIT_QUALIFICATION, 0);
	set(VMCS_EXIT_INTR_INFO, 0);
	set(VMCS_IDT_VECTORING_INFO, 0);
	if (reason == EXIT_EXCEPTION_NMI)
		exit_exception(nmi);
	else if (reason == EXIT_CR_ACCESS)
		exit_cr();
	else if (reason == EXIT_IO)
		exit_io();
	else if (reason == EXIT_RDMSR || reason == EXIT_WRMSR)
		percpu_regs.gpr[INSN_RCX] = pick_msr();
	else if (reason == EXIT_EPT_VIOLATION)
		exit_ept(guest);
	/* The window opens where an NMI could be taken. */
	if (reason == EXIT_NMI_WINDOW)
		set(VMCS_GUEST_INTERRUPTIBILITY, 0);
	if (reason == EXIT_NMI_WINDOW)
		set(VMCS_GUEST_PENDING_DEBUG, 0);
}

/* It executes CLI and HLT, and so stays as it was put there. */
static u64 run_parked(void)
{
	u64 reason = choose_reason(true, 0);

	set(VMCS_GUEST_ACTIVITY, pick(2) ? ACTIVITY_HLT : ACTIVITY_ACTIVE);
	set(VMCS_GUEST_RIP, pick(3));
	set_exit(reason, NULL, true);
	return reason;
}

static u64 run_guest(void)
{
	bool root = percpu_area.cell == machine.root;
	struct guest_state guest;
	u64 reason;

	guest_run(&guest, root);
	set_guest(&guest);
	reason = choose_reason(guest.halted, guest.cpl);
	set_exit(reason, &guest, root || guest.halted || pick(2));
	return reason;
}

/* The state got into a way that VM entry refuses, nobody knows how: all is as it was. */
static u64 fail(void)
{
	set_exit(EXIT_INVALID_GUEST_STATE | EXIT_REASON_ENTRY_FAILED, NULL, true);
	if (pick(2))
		set(VMCS_GUEST_PENDING_DEBUG, BIT_ULL(5));
	else
		set(VMCS_GUEST_RIP, BIT_ULL(48));
	return EXIT_INVALID_GUEST_STATE;
}

u64 vmcs_exit(struct random_input *input)
{
	bool parked = percpu_area.cpu->parked;
	unsigned int kicks;
	u64 reason;

	entry_input = input;
	/* What was injected was delivered; an exit marks it so (SDM 3C 28.2). */
	set(VMCS_ENTRY_INTR_INFO, get(VMCS_ENTRY_INTR_INFO) & ~(u64)INTR_INFO_VALID);
	if (parked)
		reason = run_parked();
	else
		reason = pick(32) ? run_guest() : fail();
	host_cpu.faults = pick(2);
	percpu_area.nmis_seen = !pick(4);
	for (kicks = pick(3); kicks; kicks--)
		arch_kick_cpu(percpu_area.cpu);
	vmexit_handle();
	entry_input = NULL;
	return reason;
}

const char *entry_describe(void)
{
	static char text[400];

	snprintf(text, sizeof(text),
		 "reason %llu qualification %#llx cr0 %#llx cr4 %#llx efer %#llx entry %#llx cs %#llx rip %#llx rflags %#llx blocked %#llx activity %llu pending %#llx injected %#llx",
		 get(VMCS_EXIT_REASON), get(VMCS_EXIT_QUALIFICATION), get(VMCS_GUEST_CR0),
		 get(VMCS_GUEST_CR4), get(VMCS_GUEST_EFER), get(VMCS_ENTRY_CONTROLS),
		 get(VMCS_GUEST_CS_AR), get(VMCS_GUEST_RIP), get(VMCS_GUEST_RFLAGS),
		 get(VMCS_GUEST_INTERRUPTIBILITY), get(VMCS_GUEST_ACTIVITY),
		 get(VMCS_GUEST_PENDING_DEBUG), get(VMCS_ENTRY_INTR_INFO));
	return text;
}
