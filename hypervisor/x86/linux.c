// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Linux has in its registers: read when it comes, and given back when it goes. In between
 * it is the vendor's guest state, see vendor_set_linux() and vendor_get_linux().
 */
#include "linux.h"
#include "vendor.h"

#define READ_SELECTOR(name) ({					\
	u16 sel;						\
								\
	asm volatile("mov %%" #name ", %0" : "=r" (sel));	\
	sel;							\
})

static void save_registers(struct linux_state *state, u64 rsp)
{
	/* What entry() has pushed: R15, R14, R13, R12, RBX, RBP, RFLAGS, return address. */
	const u64 *frame = (const u64 *)rsp;

	state->gpr[INSN_RAX] = 0;
	state->gpr[15] = frame[0];
	state->gpr[14] = frame[1];
	state->gpr[13] = frame[2];
	state->gpr[12] = frame[3];
	state->gpr[INSN_RBX] = frame[4];
	state->gpr[INSN_RBP] = frame[5];
	state->rflags = frame[6];
	state->rip = frame[7];
	state->rsp = rsp + 8 * sizeof(u64);

	state->cr0 = read_cr0();
	state->cr4 = read_cr4();
	asm volatile("sgdt %0" : "=m" (state->gdtr));
	asm volatile("sidt %0" : "=m" (state->idtr));
	asm volatile("sldt %0" : "=r" (state->ldtr));
	asm volatile("str %0" : "=r" (state->tr));
	state->ss = READ_SELECTOR(ss);
	state->ds = READ_SELECTOR(ds);
	state->es = READ_SELECTOR(es);
	state->fs = READ_SELECTOR(fs);
	state->gs = READ_SELECTOR(gs);
	state->fs_base = rdmsr(MSR_FS_BASE);
	state->gs_base = rdmsr(MSR_GS_BASE);
	state->efer = rdmsr(MSR_EFER);
	state->pat = rdmsr(MSR_IA32_PAT);
	state->debugctl = root_msr_debugctl(rdmsr(MSR_IA32_DEBUGCTL));
	asm volatile("mov %%dr7, %0" : "=r" (state->dr7));
	state->sysenter_cs = rdmsr(MSR_IA32_SYSENTER_CS);
	state->sysenter_esp = rdmsr(MSR_IA32_SYSENTER_ESP);
	state->sysenter_eip = rdmsr(MSR_IA32_SYSENTER_EIP);
}

/* Hidden part of a segment register, from Linux's GDT (SDM 3A 3.4.5, 8.2.3). */
static struct guest_segment read_segment(u16 selector)
{
	struct guest_segment segment = { .selector = selector, .ar = AR_UNUSABLE };
	u32 rights, limit;

	if (!(selector & ~3))
		return segment;
	asm("lar %1, %0" : "=r" (rights) : "r" ((u32)selector));
	asm("lsl %1, %0" : "=r" (limit) : "r" ((u32)selector));
	segment.ar = rights >> 8 & 0xf0ff;
	segment.limit = limit;
	return segment;
}

static u64 system_segment_base(const struct linux_state *state, u16 selector)
{
	const u64 *desc = (const u64 *)(state->gdtr.base + (selector & ~7U));

	return (desc[0] >> 16 & 0xffffff) | (desc[0] >> 56) << 24 | desc[1] << 32;
}

static void save_segments(const struct linux_state *state,
			  struct guest_segment segments[NUM_SEGMENTS])
{
	segments[SEG_ES] = read_segment(state->es);
	segments[SEG_CS] = read_segment(HV_CS);
	segments[SEG_SS] = read_segment(state->ss);
	segments[SEG_DS] = read_segment(state->ds);
	segments[SEG_FS] = read_segment(state->fs);
	segments[SEG_GS] = read_segment(state->gs);
	segments[SEG_LDTR] = read_segment(state->ldtr);
	segments[SEG_TR] = read_segment(state->tr);
	segments[SEG_FS].base = state->fs_base;
	segments[SEG_GS].base = state->gs_base;
	segments[SEG_TR].base = system_segment_base(state, state->tr);
	if (state->ldtr & ~3)
		segments[SEG_LDTR].base = system_segment_base(state, state->ldtr);
}

void linux_save(struct percpu *percpu, u64 rsp)
{
	save_registers(&percpu->linux_state, rsp);
	save_segments(&percpu->linux_state, percpu->segments);
}

static void restore_msrs(const struct linux_state *state)
{
	wrmsr(MSR_EFER, state->efer);
	wrmsr(MSR_IA32_PAT, state->pat);
	wrmsr(MSR_IA32_SYSENTER_CS, state->sysenter_cs);
	wrmsr(MSR_IA32_SYSENTER_ESP, state->sysenter_esp);
	wrmsr(MSR_IA32_SYSENTER_EIP, state->sysenter_eip);
	wrmsr(MSR_IA32_DEBUGCTL, state->debugctl);
	asm volatile("mov %0, %%dr7" : : "r" (state->dr7));
}

/*
 * Until the driver has loaded TR, Linux's handlers take their stacks from our TSS. They
 * get the page of this CPU's stack, which is free by then, where the transition table has
 * it. The first one remains for our own NMI handler, which works on both tables.
 */
static void lend_interrupt_stacks(struct percpu *percpu)
{
	u64 top = (u64)percpu->alias + (PERCPU_PAGE_STACK - PERCPU_PAGE_DATA + 1) * PAGE_SIZE;
	unsigned int n;

	for (n = IST_NMI; n < ARRAY_SIZE(percpu->handover->tss.ist); n++)
		percpu->handover->tss.ist[n] = top;
}

void linux_return(struct percpu *percpu)
{
	lend_interrupt_stacks(percpu);
	restore_msrs(&percpu->linux_state);
	kept_msrs_give_back(&percpu->kept, &root_msr_io);
	linux_restore(&percpu->alias->linux_state, transition_cr3());
}
