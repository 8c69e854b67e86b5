// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that may be in any state that the architecture has, and leaves it by any exit. Its
 * state is what hardware could have saved: it would pass a VM entry as it is. So whatever
 * does not pass afterwards is the handler's doing.
 */
#include <stdio.h>
#include <string.h>
#include "vmcs.h"
#include "machine_parts.h"
#include "arch.h"
#include "x86.h"

static struct vmcs_input *source;

static u32 pick(u32 choices)
{
	u8 byte = 0;

	if (source->left) {
		byte = *source->next++;
		source->left--;
	}
	return byte % choices;
}

static u64 random64(void)
{
	u64 value = 0;
	unsigned int n;

	for (n = 0; n < sizeof(value); n++)
		value = value << 8 | pick(256);
	return value;
}

static void set(struct vmcs_field field, u64 value)
{
	host_vmcs_set(field, value);
}

static u64 get(struct vmcs_field field)
{
	return host_vmcs[field.encoding];
}

/*
 * The state
 */

enum mode { REAL, PROTECTED, PAGED, PAE, V86, COMPATIBILITY, LONG, NUM_MODES };

static bool is_long(enum mode mode)
{
	return mode == COMPATIBILITY || mode == LONG;
}

/* Bits that the hypervisor owns stay as it left them. */
static void set_owned(struct vmcs_field reg, struct vmcs_field mask, u64 value)
{
	set(reg, (value & ~get(mask)) | (get(reg) & get(mask)));
}

#define CR4_PLAIN	(X86_CR4_PSE | X86_CR4_PGE | X86_CR4_OSXSAVE | 0x30060fULL)

static void set_control_registers(enum mode mode)
{
	u64 cr0 = X86_CR0_ET | (pick(2) ? X86_CR0_WP : 0) | (pick(2) ? X86_CR0_TS : 0);
	u64 cr4 = random64() & CR4_PLAIN, efer = pick(2) ? X86_EFER_SCE | X86_EFER_NXE : 0;

	if (mode != REAL)
		cr0 |= X86_CR0_PE;
	if (mode >= PAGED)
		cr0 |= X86_CR0_PG;
	if (mode == PAE || is_long(mode) || (mode < PAGED && pick(2)))
		cr4 |= X86_CR4_PAE;
	if (is_long(mode)) {
		efer |= X86_EFER_LME | X86_EFER_LMA;
		cr4 |= pick(2) ? X86_CR4_PCIDE : 0;
	} else if (mode < PAGED && pick(2)) {
		efer |= X86_EFER_LME;
	}
	set_owned(VMCS_GUEST_CR0, VMCS_CR0_MASK, cr0);
	set_owned(VMCS_GUEST_CR4, VMCS_CR4_MASK, cr4);
	set(VMCS_GUEST_EFER, efer);
	/* An exit writes it there (SDM 3C 28.3.1). */
	set(VMCS_ENTRY_CONTROLS, (get(VMCS_ENTRY_CONTROLS) & ~(u64)ENTRY_GUEST_64BIT) |
	    (is_long(mode) ? ENTRY_GUEST_64BIT : 0));
}

/* Tables that map the first GiB to itself; see make_tables(). */
#define PML4		0x1000
#define PDPT		0x2000
#define DIRECTORY	0x3000

static void set_tables(enum mode mode)
{
	static const u64 cr3s[] = {
		PML4, PML4, 0, GUEST_RAM_SIZE - 4096, GUEST_RAM_SIZE, 0xfff000,
	};
	unsigned int n;

	set(VMCS_GUEST_CR3, mode == PAE ? PDPT : cr3s[pick(ARRAY_SIZE(cr3s))]);
	for (n = 0; n < 4; n++)
		set(VMCS_GUEST_PDPTE(n), mode == PAE ? (DIRECTORY | 1) : random64());
}

static void make_tables(void)
{
	u64 *pml4 = (u64 *)(guest_ram + PML4), *pdpt = (u64 *)(guest_ram + PDPT);
	u64 *directory = (u64 *)(guest_ram + DIRECTORY);
	unsigned int n;

	pml4[0] = PDPT | 7;
	for (n = 0; n < 4; n++)
		pdpt[n] = DIRECTORY | (n ? 1 : 7);
	for (n = 0; n < 512; n++)
		directory[n] = (u64)n << 21 | 0xe7;
	/* The device, as the last 2 MiB. */
	directory[511] = DEVICE_GPA >> 21 << 21 | 0xe7;
}

static void set_segment(unsigned int index, u16 selector, u32 ar, u32 limit, u64 base)
{
	set(VMCS_FIELD(VMCS_GUEST_ES_SELECTOR.encoding + 2 * index), selector);
	set(VMCS_FIELD(VMCS_GUEST_ES_AR.encoding + 2 * index), ar);
	set(VMCS_FIELD(VMCS_GUEST_ES_LIMIT.encoding + 2 * index), limit);
	set(VMCS_FIELD(VMCS_GUEST_ES_BASE.encoding + 2 * index), base);
}

static void set_code(enum mode mode, unsigned int cpl)
{
	u32 ar = 0x809b | cpl << 5;

	if (mode == LONG)
		ar |= AR_CODE_LONG;
	else if (pick(2))
		ar |= AR_CODE_DEFAULT_32;
	set_segment(SEG_CS, (u16)(8 | cpl), ar, 0xffffffff, 0);
}

static void set_segments(enum mode mode, unsigned int cpl)
{
	unsigned int n;

	for (n = SEG_ES; n <= SEG_GS; n++) {
		if (mode == V86)
			set_segment(n, 0x1000, 0xf3, 0xffff, 0x10000);
		else if (mode == REAL)
			set_segment(n, 0x1000, n == SEG_CS && pick(2) ? AR_REAL_CODE : AR_REAL_DATA,
				    0xffff, 0x10000);
		else if (n != SEG_SS && pick(2))
			set_segment(n, 0, AR_UNUSABLE, 0, 0);
		else
			set_segment(n, (u16)(0x10 | cpl), 0xc093 | cpl << 5, 0xffffffff, 0);
	}
	if (mode != V86 && mode != REAL)
		set_code(mode, cpl);
	set_segment(SEG_LDTR, 0, pick(2) ? AR_UNUSABLE : AR_LDT, 0xffff, 0);
	set_segment(SEG_TR, 0x40, is_long(mode) || pick(2) ? AR_TSS_BUSY : 0x83, 0x67, 0);
}

static u64 choose_rip(enum mode mode)
{
	static const u64 rips[] = {
		0, 0x100, 0x7ff0, 0xfffe, 0xffff, 0x10000, 0x1ffffe, 0x7fffffff, 0xfffffffe,
		0xffffffff,
	};
	static const u64 long_rips[] = {
		0x100000000, 0x7ffffffffffe, 0xffff800000000000, 0xffffffff81000000, ~1ULL,
	};

	if (mode == LONG && pick(2))
		return long_rips[pick(ARRAY_SIZE(long_rips))];
	return rips[pick(ARRAY_SIZE(rips))];
}

/* A shadow belongs to the instruction that exits; HLT has none, nor single-steps. */
static void set_execution_state(enum mode mode, bool halted, bool root)
{
	u64 rflags = X86_RFLAGS_FIXED | (random64() & 0x50cd5);
	u64 blocked = 0, pending = 0;
	/* Of BTF, which cells cannot set. */
	u64 debugctl = root && !pick(4) ? 2 : 0;

	rflags |= pick(2) ? X86_RFLAGS_IF : 0;
	rflags |= mode == V86 ? BIT_ULL(17) : 0;
	rflags |= !halted && !pick(4) ? X86_RFLAGS_TF : 0;
	if (!halted && !pick(4))
		blocked = rflags & X86_RFLAGS_IF && pick(2) ? INTERRUPTIBILITY_STI :
			  INTERRUPTIBILITY_MOV_SS;
	if (blocked && rflags & X86_RFLAGS_TF && !(debugctl & 2))
		pending = BIT_ULL(14);
	if (!pick(4))
		blocked |= INTERRUPTIBILITY_NMI;
	set(VMCS_GUEST_RFLAGS, rflags);
	set(VMCS_GUEST_INTERRUPTIBILITY, blocked);
	set(VMCS_GUEST_PENDING_DEBUG, pending);
	set(VMCS_GUEST_DEBUGCTL, debugctl);
	set(VMCS_GUEST_ACTIVITY, halted ? ACTIVITY_HLT : ACTIVITY_ACTIVE);
}

/*
 * The exits
 */

/* How an instruction of 1 to 15 bytes ends in an exit. */
static void set_registers(void)
{
	unsigned int n;

	for (n = 0; n < INSN_NUM_GPRS; n++)
		percpu_regs.gpr[n] = pick(2) ? random64() : pick(256);
	set(VMCS_EXIT_INSTRUCTION_LENGTH, 1 + pick(15));
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
	static const u16 ports[] = { 0x80, 0x3f8, 0xcf8, 0xcfc, 0xcfe, 0xffff };
	static const u8 widths[] = { 0, 1, 3 };

	set(VMCS_EXIT_QUALIFICATION, widths[pick(3)] | (random64() & 0x38) |
	    (u64)ports[pick(ARRAY_SIZE(ports))] << 16);
	set(VMCS_GUEST_LINEAR_ADDRESS, pick(2) ? random64() & (GUEST_RAM_SIZE - 1) : random64());
	/* Instruction information: the size of the address. */
	set(VMCS_FIELD(0x440e), pick(3) << 7);
}

static void exit_msr(void)
{
	static const u32 msrs[] = {
		0x1b, 0x3a, 0x79, 0x8b, 0x1a0, 0x1d9, 0x200, 0x2ff, 0x38f, 0x3f1, 0x480, 0x570,
		0x600, 0x80b, 0x830, 0x83f, 0xda0, 0x17d0, 0x2000, 0xc0000080, 0xffffffff,
	};

	percpu_regs.gpr[INSN_RCX] = msrs[pick(ARRAY_SIZE(msrs))];
}

/* The instruction is in guest memory, where RIP finds it; most of them are moves. */
static void exit_ept(enum mode mode)
{
	static const u8 moves[][6] = {
		{ 0x8b, 0x00 }, { 0x89, 0x00 }, { 0xc7, 0x00, 1, 2, 3, 4 }, { 0xf3, 0xa5 },
		{ 0xa4 }, { 0x0f, 0xb6, 0x00 }, { 0x83, 0x08, 1 }, { 0x66, 0x89, 0x00 },
	};
	u64 rip = get(VMCS_GUEST_CS_BASE) + (get(VMCS_GUEST_RIP) & 0xffff);
	u64 gpa = pick(4) ? DEVICE_GPA + pick(256) * 16 : random64() & 0x7fffffffff;

	if (mode != LONG || rip < GUEST_RAM_SIZE - 16) {
		set(VMCS_GUEST_RIP, get(VMCS_GUEST_RIP) & 0xffff);
		memcpy(guest_ram + rip % (GUEST_RAM_SIZE - 16), moves[pick(ARRAY_SIZE(moves))], 6);
	}
	set(VMCS_EXIT_QUALIFICATION, 0x180 | (1U << pick(3)));
	set(VMCS_GUEST_PHYSICAL_ADDRESS, gpa);
	set(VMCS_GUEST_LINEAR_ADDRESS, gpa);
	if (!pick(4))
		return;
	percpu_regs.gpr[INSN_RSI] = pick(2) ? 0x8000 : 0x3fe00000 + (DEVICE_GPA & 0x1fffff);
	percpu_regs.gpr[INSN_RDI] = pick(2) ? 0x9000 : 0x3fe00000 + (DEVICE_GPA & 0x1fffff);
	percpu_regs.gpr[INSN_RAX] = DEVICE_GPA;
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

static void set_exit(u64 reason, enum mode mode, bool nmi)
{
	set_registers();
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
		exit_msr();
	else if (reason == EXIT_EPT_VIOLATION)
		exit_ept(mode);
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
	set_exit(reason, REAL, true);
	return reason;
}

static u64 run_guest(void)
{
	bool root = percpu_area.cell == machine.root, halted;
	unsigned int cpl;
	enum mode mode;
	u64 reason;

	mode = pick(NUM_MODES);
	halted = mode != V86 && !pick(8);
	cpl = mode == V86 ? 3 : halted || mode == REAL ? 0 : pick(2) * 3;
	set_control_registers(mode);
	set_tables(mode);
	set_segments(mode, cpl);
	set_execution_state(mode, halted, root);
	set(VMCS_GUEST_RIP, choose_rip(mode));
	reason = choose_reason(halted, cpl);
	set_exit(reason, mode, root || halted || pick(2));
	return reason;
}

u64 vmcs_exit(struct vmcs_input *input)
{
	unsigned int kicks;
	u64 reason;

	source = input;
	machine_decides = pick;
	make_tables();
	/* What was injected was delivered; an exit marks it so (SDM 3C 28.2). */
	set(VMCS_ENTRY_INTR_INFO, get(VMCS_ENTRY_INTR_INFO) & ~(u64)INTR_INFO_VALID);
	reason = percpu_area.cpu->parked ? run_parked() : run_guest();
	host_cpu.faults = pick(2);
	percpu_area.nmi_seen = !pick(4);
	for (kicks = pick(3); kicks; kicks--)
		arch_kick_cpu(percpu_area.cpu);
	vmexit_handle();
	return reason;
}

const char *vmcs_state(void)
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
