// SPDX-License-Identifier: GPL-2.0-only
/* A guest in the VMCB, as #VMEXIT leaves it, and its exits. */
#include <stdio.h>
#include <string.h>
#include "vmcb_cpu.h"
#include "arch.h"

static struct vmcb_segment stored(const struct guest_segment *segment)
{
	if (segment->ar & AR_UNUSABLE)
		return (struct vmcb_segment){ .selector = segment->selector };
	return (struct vmcb_segment){
		.selector = segment->selector, .limit = segment->limit, .base = segment->base,
		.attr = (u16)((segment->ar & 0xff) | (segment->ar >> 4 & 0xf00)),
	};
}

static void set_segments(const struct guest_segment *segments)
{
	percpu_vmcb.es = stored(&segments[SEG_ES]);
	percpu_vmcb.cs = stored(&segments[SEG_CS]);
	percpu_vmcb.ss = stored(&segments[SEG_SS]);
	percpu_vmcb.ds = stored(&segments[SEG_DS]);
	vmcb_hidden.segments[0] = stored(&segments[SEG_FS]);
	vmcb_hidden.segments[1] = stored(&segments[SEG_GS]);
	vmcb_hidden.segments[2] = stored(&segments[SEG_LDTR]);
	vmcb_hidden.segments[3] = stored(&segments[SEG_TR]);
}

/* What of the control registers exits before it changes stays as the hypervisor left it. */
static void set_guest(const struct guest_state *guest)
{
	u64 owned_cr4 = percpu_vmcb.intercept_cr & INTERCEPT_CR_WRITE(4) ? X86_CR4_MCE : 0;

	percpu_vmcb.cr0 = guest->cr0 | (percpu_vmcb.cr0 & (X86_CR0_CD | X86_CR0_NW));
	percpu_vmcb.cr4 = (guest->cr4 & ~owned_cr4) | (percpu_vmcb.cr4 & owned_cr4);
	percpu_vmcb.cr3 = guest->cr3;
	percpu_vmcb.efer = guest->efer | (percpu_vmcb.efer & X86_EFER_SVME);
	set_segments(guest->segments);
	percpu_vmcb.cpl = (u8)guest->cpl;
	percpu_vmcb.rip = guest->rip;
	percpu_vmcb.rflags = guest->rflags;
	percpu_vmcb.rsp = random64();
	percpu_vmcb.int_shadow = guest->shadow ? 1 : 0;
	percpu_vmcb.dr6 = 0xffff0ff0 | (random64() & 0xe00f);
	percpu_vmcb.dr7 = 0x400 | (random64() & 0xffff03ff);
}

/*
 * Which exits there are: what was asked for
 */

static bool is_asked_for(u64 code)
{
	u32 intercepts;

	if (code < 0x20)
		intercepts = percpu_vmcb.intercept_cr;
	else if (code < 0x60)
		intercepts = percpu_vmcb.intercept_exceptions;
	else if (code < 0x80)
		intercepts = percpu_vmcb.intercept_misc1;
	else
		intercepts = percpu_vmcb.intercept_misc2;
	return code == EXIT_NPF || code == EXIT_INVALID || intercepts >> (code & 31) & 1;
}

static const u16 codes[] = {
	EXIT_CR_READ(0), EXIT_CR_READ(4), EXIT_CR_WRITE(4), EXIT_CR_WRITE(4),
	EXIT_EXCEPTION(0), EXIT_EXCEPTION(X86_EXC_DB), EXIT_EXCEPTION(X86_EXC_DB),
	EXIT_EXCEPTION(X86_EXC_UD), EXIT_EXCEPTION(X86_EXC_GP), EXIT_EXCEPTION(X86_EXC_PF),
	EXIT_EXCEPTION(X86_EXC_AC), EXIT_EXCEPTION(X86_EXC_MC), EXIT_NMI, EXIT_INIT,
	EXIT_CR0_SELECTIVE, EXIT_CR0_SELECTIVE, EXIT_RDPMC, EXIT_CPUID, EXIT_IRET, EXIT_IRET,
	EXIT_INVD, EXIT_INVLPGA, EXIT_IOIO, EXIT_IOIO, EXIT_MSR, EXIT_MSR, EXIT_TASK_SWITCH,
	EXIT_SHUTDOWN, EXIT_VMRUN, EXIT_VMMCALL, EXIT_STGI, EXIT_SKINIT, EXIT_WBINVD,
	EXIT_MONITOR, EXIT_MWAIT, EXIT_XSETBV, EXIT_RDPRU, EXIT_NPF, EXIT_NPF,
};

/* Instructions that #GP keeps from programs. */
static bool is_privileged(u64 code)
{
	switch (code) {
	case EXIT_CR_READ(4):
	case EXIT_CR_WRITE(4):
	case EXIT_CR0_SELECTIVE:
	case EXIT_INVD:
	case EXIT_INVLPGA:
	case EXIT_MSR:
	case EXIT_VMRUN:
	case EXIT_STGI:
	case EXIT_SKINIT:
	case EXIT_WBINVD:
	case EXIT_MONITOR:
	case EXIT_MWAIT:
	case EXIT_XSETBV:
		return true;
	default:
		return false;
	}
}

/* A halted CPU executes nothing that could exit. */
static const u16 asynchronous[] = { EXIT_NMI, EXIT_INIT, EXIT_EXCEPTION(X86_EXC_MC) };

static u64 choose_code(bool halted, unsigned int cpl)
{
	u64 code = halted ? asynchronous[pick(ARRAY_SIZE(asynchronous))] :
			    codes[pick(ARRAY_SIZE(codes))];

	if (!is_asked_for(code) || (cpl && is_privileged(code)))
		return halted ? EXIT_NMI : EXIT_CPUID;
	return code;
}

/*
 * Instructions, and what is said of them
 */

/* A value near to what the guest sees; ModRM names the register that has it. */
static u8 cr_operand(u64 seen)
{
	u64 value = seen ^ BIT_ULL(pick(40));
	u32 gpr = pick(8);

	value ^= pick(2) ? X86_CR0_PG : 0;
	value ^= pick(2) ? X86_CR0_CD : 0;
	value ^= pick(4) ? 0 : random64();
	if (gpr == INSN_RSP)
		percpu_vmcb.rsp = value;
	else
		percpu_regs.gpr[gpr] = value;
	return (u8)(0xc0 | gpr);
}

/* A second byte behind 0x0f, and a third one; those that have none have 0. */
static void opcode(u64 code, u8 bytes[2])
{
	bytes[1] = 0;
	switch (code) {
	case EXIT_CR_READ(0):
		bytes[0] = pick(2) ? 0x20 : 0x01;
		bytes[1] = (u8)(bytes[0] == 0x01 ? 0xe0 | pick(8) : 0xc0 | pick(8));
		break;
	case EXIT_CR_READ(4):
		bytes[0] = 0x20;
		bytes[1] = (u8)(0xe0 | pick(8));
		break;
	case EXIT_CR_WRITE(4):
		bytes[0] = 0x22;
		bytes[1] = cr_operand(guest_seen_cr4()) | 0x20;
		break;
	case EXIT_CR0_SELECTIVE:
		bytes[0] = pick(4) ? 0x22 : 0x01;
		bytes[1] = (u8)(cr_operand(guest_seen_cr0()) | (bytes[0] == 0x01 ? 0x30 : 0));
		break;
	case EXIT_INVD:
		bytes[0] = 0x08;
		break;
	case EXIT_WBINVD:
		bytes[0] = 0x09;
		break;
	case EXIT_MSR:
		bytes[0] = percpu_vmcb.exit_info1 ? 0x30 : 0x32;
		break;
	case EXIT_VMMCALL:
		bytes[0] = 0x01;
		bytes[1] = 0xd9;
		break;
	case EXIT_XSETBV:
		bytes[0] = 0x01;
		bytes[1] = 0xd1;
		break;
	default:
		bytes[0] = 0xa2;
		break;
	}
}

/*
 * Where the CPU tells the next RIP, the instruction need not be read, and that RIP need not have
 * wrapped. Another CPU of the guest may have overwritten it.
 */
static void put_instruction(u64 code, struct guest_state *guest)
{
	bool nrips = vmcb_cpu->svm_edx & SVM_FEATURE_NRIPS;
	u8 bytes[3] = { 0x0f };

	opcode(code, bytes + 1);
	if (!nrips || pick(2)) {
		memcpy(guest_code(guest), bytes, sizeof(bytes));
		if (!pick(8))
			random_fill(guest_code(guest), sizeof(bytes), pick(256));
	}
	percpu_vmcb.rip = guest->rip;
	percpu_vmcb.next_rip = nrips ? guest->rip + (bytes[2] ? 3 : 2) : 0;
}

static void exit_ioio(struct guest_state *guest)
{
	static const u8 widths[] = { 1, 2, 4 }, strings[] = { 0x6c, 0x6e, 0x26, 0x65 };
	u8 *code = guest_code(guest);

	code[0] = strings[pick(ARRAY_SIZE(strings))];
	code[1] = strings[pick(2)];
	percpu_vmcb.rip = guest->rip;
	percpu_vmcb.exit_info1 = pick_port();
	percpu_vmcb.exit_info1 = percpu_vmcb.exit_info1 << 16 | widths[pick(3)] << 4 |
				 1U << (7 + pick(3)) | (random64() & 0xd);
	percpu_vmcb.exit_info2 = guest->rip + 1 + pick(15);
	if (!pick(8))
		return;
	percpu_vmcb.rip = 0xfffffffe;
	percpu_vmcb.exit_info2 = 0xfffffffeULL + 1 + pick(15);
}

static void exit_npf(struct guest_state *guest)
{
	percpu_vmcb.exit_info2 = guest_moves(guest_code(guest));
	percpu_vmcb.rip = guest->rip;
	percpu_vmcb.exit_info1 = (pick(4) ? BIT_ULL(32) : BIT_ULL(33)) | 4 |
				 (random64() & 0x13);
	if (!pick(8))
		percpu_vmcb.exit_int_info = EVENT_VALID | EVENT_TYPE_NMI | X86_EXC_NMI;
}

static void exit_exception(u64 code)
{
	percpu_vmcb.exit_info1 = random64() & 0x7fff;
	percpu_vmcb.exit_info2 = random64();
	if (code == EXIT_EXCEPTION(X86_EXC_DB))
		percpu_vmcb.dr6 |= BIT_ULL(14);
}

static void set_exit(u64 code, struct guest_state *guest)
{
	percpu_vmcb.exit_code = code;
	percpu_vmcb.exit_info1 = 0;
	percpu_vmcb.exit_info2 = 0;
	percpu_vmcb.exit_int_info = 0;
	percpu_vmcb.next_rip = 0;
	if (code == EXIT_MSR) {
		percpu_vmcb.exit_info1 = pick(2);
		percpu_regs.gpr[INSN_RCX] = pick_msr();
	}
	if (code == EXIT_IOIO)
		exit_ioio(guest);
	else if (code == EXIT_NPF)
		exit_npf(guest);
	else if (code >= EXIT_EXCEPTION(0) && code <= EXIT_LAST_EXCEPTION)
		exit_exception(code);
	else if (code == EXIT_NMI || code == EXIT_INIT)
		vmcb_hidden.held = true;
	else
		put_instruction(code, guest);
}

/* It executes CLI and HLT, and so stays as it was put there. */
static u64 run_parked(void)
{
	u64 code = choose_code(true, 0);

	percpu_vmcb.rip = pick(3);
	set_exit(code, NULL);
	return code;
}

static u64 run_guest(void)
{
	struct guest_state guest;
	u64 code;

	guest_run(&guest, percpu_area.cell == machine.root);
	set_guest(&guest);
	code = choose_code(guest.halted, guest.cpl);
	set_exit(code, &guest);
	return code;
}

/* Something that VMRUN refuses has got there, nobody knows how: it has left all as it was. */
static u64 fail(void)
{
	percpu_vmcb.exit_code = EXIT_INVALID;
	percpu_vmcb.exit_int_info = 0;
	if (pick(2))
		percpu_vmcb.efer &= ~X86_EFER_SVME;
	else
		percpu_vmcb.event_inj = EVENT_VALID | EVENT_TYPE_EXCEPTION | X86_EXC_NMI;
	return EXIT_INVALID;
}

u64 vmcb_exit(struct random_input *input)
{
	bool parked = percpu_area.cpu->parked;
	unsigned int kicks;
	u64 code;

	entry_input = input;
	if (parked)
		code = run_parked();
	else
		code = pick(32) ? run_guest() : fail();
	host_cpu.faults = pick(2);
	percpu_area.nmis_seen = !pick(4);
	for (kicks = pick(3); kicks; kicks--)
		arch_kick_cpu(percpu_area.cpu);
	svm_exit();
	entry_input = NULL;
	return code;
}

const char *entry_describe(void)
{
	static char text[400];

	snprintf(text, sizeof(text),
		 "code %#llx info %#llx %#llx cr0 %#llx cr3 %#llx cr4 %#llx efer %#llx cs %#x cpl %u rip %#llx rflags %#llx shadow %llu injected %#llx",
		 percpu_vmcb.exit_code, percpu_vmcb.exit_info1, percpu_vmcb.exit_info2,
		 percpu_vmcb.cr0, percpu_vmcb.cr3, percpu_vmcb.cr4, percpu_vmcb.efer,
		 percpu_vmcb.cs.attr, percpu_vmcb.cpl, percpu_vmcb.rip, percpu_vmcb.rflags,
		 percpu_vmcb.int_shadow, percpu_vmcb.event_inj);
	return text;
}
