// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcb */
/* BESIDE: vmcb/check.c vmcb/cpu.c vmcb/guest.c entry/guest_state.c entry/machine.c */
/*
 * What a program gets to know of control registers under SVM, where the exit does not say which
 * instruction made it: that is read from memory, where another CPU may have changed it.
 */
#include <string.h>
#include "unit.h"
#include "arch.h"
#include "vmcb_cpu.h"

#define CODE	0x10000ULL
#define CR3	0x7000ULL
#define RAX	(percpu_regs.gpr[INSN_RAX])

#define SMSW_EAX	"\x0f\x01\xe0"
#define MOV_CR3_EAX	"\x0f\x20\xd8"
#define MOV_CR0_EAX	"\x0f\x20\xc0"

/* 32-bit code without paging exits, for a CR0 whose CD the guest has set; @code is there now. */
static void exits(const char *code, u8 cpl)
{
	vmcb_boot(&vmcb_cpus[VMCB_CPU_BARE]);
	vendor_set_cr0(&percpu_area, X86_CR0_PE | X86_CR0_CD);
	percpu_vmcb.cr3 = CR3;
	percpu_vmcb.efer = X86_EFER_SVME;
	percpu_vmcb.cs.attr = 0xc9b;
	percpu_vmcb.cs.base = 0;
	percpu_vmcb.rip = CODE;
	percpu_vmcb.cpl = cpl;
	memcpy(guest_ram + CODE, code, 3);
	RAX = 0;
	percpu_vmcb.exit_code = EXIT_CR_READ(0);
	percpu_vmcb.exit_int_info = 0;
	svm_exit();
}

UNIT(linux_reads_what_it_has_written)
{
	exits(MOV_CR0_EAX, 0);
	CHECK_EQ(RAX & X86_CR0_CD, X86_CR0_CD);
	CHECK_EQ(percpu_vmcb.rip, CODE + 3);
	exits(MOV_CR3_EAX, 0);
	CHECK_EQ(RAX, CR3);
	exits(SMSW_EAX, 3);
	CHECK_EQ(RAX & X86_CR0_PE, X86_CR0_PE);
	CHECK_EQ(percpu_vmcb.rip, CODE + 3);
}

/* The program has executed SMSW, and another one of its threads has put this there. */
UNIT(a_program_does_not_read_more_by_rewriting_it)
{
	exits(MOV_CR3_EAX, 3);
	CHECK_EQ(RAX, 0);
	CHECK_EQ(percpu_vmcb.rip, CODE);
	CHECK_EQ(percpu_vmcb.event_inj, 0);
}
