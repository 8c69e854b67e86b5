// SPDX-License-Identifier: GPL-2.0-only
/* HOST: fake_vendor */
/* BESIDE: fake_vendor/host.c fake_vendor/vendor.c */
/*
 * Moves to control registers, MSRs and other instructions that exit: x86/exits/cr.c,
 * guest_msr.c, instructions.c and violations.c, with any vendor.
 */
#include <stdio.h>
#include <string.h>
#include "unit.h"
#include "cpuid.h"
#include "errno.h"
#include "hypercall.h"
#include "fake_vendor/host.h"

#define GPR(name)	(this_regs()->gpr[INSN_##name])

static void boot(bool cell)
{
	host_boot();
	if (cell)
		host_cell();
}

static void wrmsr_exit(u32 msr, u64 val)
{
	GPR(RCX) = 0xabc00000000 | msr;
	GPR(RAX) = 0xabc00000000 | (u32)val;
	GPR(RDX) = val >> 32;
	handle_wrmsr();
}

static void rdmsr_exit(u32 msr)
{
	GPR(RAX) = ~0ULL;
	GPR(RDX) = ~0ULL;
	GPR(RCX) = 0xabc00000000 | msr;
	handle_rdmsr();
}

/*
 * Control registers
 */

UNIT(paging_off_and_on_changes_long_mode_and_drops_translations)
{
	boot(true);
	guest.mode = INSN_MODE_32;
	handle_cr_write(0, 0x33);
	CHECK_EQ(guest.cr0, 0x33);
	CHECK_EQ(guest.efer & X86_EFER_LMA, 0);
	CHECK_STR(host_done(), "efer; cr0; flush; skip");
	handle_cr_write(0, 0xffffffff80000033);
	CHECK_EQ(guest.cr0, 0x80000033);
	CHECK_EQ(guest.efer & X86_EFER_LMA, X86_EFER_LMA);
	CHECK_STR(host_done(), "efer; cr0; flush; skip");
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_CR), 2);
}

UNIT(what_a_cpu_would_not_take_faults)
{
	static const struct {
		bool cell;
		unsigned int number;
		u64 val;
	} rows[] = {
		{ true, 0, 0x180000033 },	/* an upper half */
		{ true, 0, 0x33 },		/* paging off in 64-bit code */
		{ true, 0, 0x80000032 },	/* paging without protection */
		{ true, 4, 0 },			/* long mode without PAE */
		{ true, 4, X86_CR4_PAE | X86_CR4_VMXE },
		{ true, 4, X86_CR4_PAE | X86_CR4_CET },
		{ true, 4, X86_CR4_PAE | X86_CR4_KL },
		{ true, 4, X86_CR4_PAE | X86_CR4_PKS },
		{ true, 4, X86_CR4_PAE | X86_CR4_UINTR },
		{ true, 4, X86_CR4_PAE | X86_CR4_LASS },
		{ true, 4, X86_CR4_PAE | X86_CR4_FRED },
		{ false, 4, X86_CR4_PAE | BIT_ULL(31) },
		{ false, 3, HOST_TABLES },
		{ false, CR_NONE, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		char want[160];
		u64 cr0, cr4;

		unit_row("CR%u = 0x%llx", rows[i].number, rows[i].val);
		boot(rows[i].cell);
		cr0 = guest.cr0;
		cr4 = guest.cr4;
		handle_cr_write(rows[i].number, rows[i].val);
		snprintf(want, sizeof(want), "log: write of 0x%llx to CR%u, rip 0x8000; #13(0)",
			 rows[i].val, rows[i].number);
		CHECK_STR(host_done(), want);
		CHECK_EQ(guest.cr0, cr0);
		CHECK_EQ(guest.cr4, cr4);
		CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
	}
}

UNIT(what_the_root_is_to_find_set_in_cr4_stays_so)
{
	boot(false);
	handle_cr_write(4, X86_CR4_PAE | X86_CR4_PGE);
	CHECK_EQ(guest.cr4, X86_CR4_PAE | X86_CR4_PGE | X86_CR4_VMXE);
	CHECK_STR(host_done(), "cr4; flush; skip");
}

UNIT(pae_paging_takes_its_entries_from_memory)
{
	static const u64 pdptes[4] = { 0x2001, 0x3001, 0, 0x4001 };
	static const u64 reserved[4] = { 0x2001 | BIT_ULL(62) };

	boot(true);
	guest.mode = INSN_MODE_32;
	guest.efer = 0;
	guest.cr0 = 0x33;
	guest.cr3 = 0x5020;
	memcpy(host_ram + 0x5020, pdptes, sizeof(pdptes));
	handle_cr_write(0, 0x80000033);
	CHECK_STR(host_done(), "pdptes 0x2001 0x3001 0x0 0x4001; cr0; flush; skip");
	guest.cr0 = 0x33;
	memcpy(host_ram + 0x5020, reserved, sizeof(reserved));
	handle_cr_write(0, 0x80000033);
	CHECK_STR(host_done(), "log: write of 0x80000033 to CR0, rip 0x8002; #13(0)");
	guest.cr3 = HOST_RAM_SIZE;
	handle_cr_write(0, 0x80000033);
	CHECK_STR(host_done(), "log: write of 0x80000033 to CR0, rip 0x8002; #13(0)");
}

/*
 * MSRs
 */

UNIT(a_register_that_is_denied_faults_with_its_name)
{
	boot(true);
	rdmsr_exit(0x3a);
	CHECK_STR(host_done(), "log: read of MSR 0x3a (not granted), rip 0x8000; #13(0)");
	CHECK_EQ(GPR(RAX), ~0ULL);
	CHECK_EQ(GPR(RDX), ~0ULL);
	wrmsr_exit(0x3a, 1);
	CHECK_STR(host_done(), "log: write of MSR 0x3a (not granted), rip 0x8000; #13(0)");
	rdmsr_exit(0x40000000);
	CHECK_STR(host_done(), "log: read of MSR 0x40000000 (unknown), rip 0x8000; #13(0)");
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER), 3);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 3);
}

UNIT(one_whose_writes_are_dropped_is_passed_over)
{
	boot(false);
	wrmsr_exit(MSR_IA32_MTRR_DEF_TYPE, 0xc06);
	CHECK_STR(host_done(), "skip");
	CHECK_EQ(guest.rip, HOST_CODE + 2);
}

UNIT(the_vendor_s_register_is_the_vendor_s)
{
	boot(true);
	rdmsr_exit(MSR_EFER);
	CHECK_EQ(GPR(RDX) << 32 | GPR(RAX), guest.efer);
	wrmsr_exit(MSR_EFER, 0x100000500);
	CHECK_STR(host_done(), "vendor-read 0xc0000080; skip; "
		  "vendor-write 0xc0000080 0x100000500; skip");
}

UNIT(a_cell_s_clock_is_its_own_and_deadlines_move_with_it)
{
	boot(true);
	host.msr[0].msr = MSR_IA32_TSC_DEADLINE;
	host.msr[0].val = 1000500;
	wrmsr_exit(MSR_IA32_TSC, 10);
	/* It stays what it is by the cell's clock: by the machine's it is another one. */
	CHECK_STR(host_done(), "offset 0xfffffffffff0bdca; deadlines exit; "
		  "wrmsr 0x6e0 0x1e866a; skip");
	rdmsr_exit(MSR_IA32_TSC_DEADLINE);
	CHECK_STR(host_done(), "skip");
	CHECK_EQ(GPR(RAX), 1000500);
	wrmsr_exit(MSR_IA32_TSC, 1000);
	CHECK_STR(host_done(), "offset 0xfffffffffff0c1a8; deadlines exit; "
		  "wrmsr 0x6e0 0x1e828c; skip");
}

UNIT(what_a_cell_says_of_memory_types_reaches_its_pat)
{
	boot(true);
	guest_msr_reset(&percpu_area);
	host_done();
	wrmsr_exit(MSR_IA32_MTRR_DEF_TYPE, 0);
	CHECK_STR(host_done(), "pat 0x0; skip");
	wrmsr_exit(MSR_IA32_MTRR_DEF_TYPE, 0x806);
	CHECK_STR(host_done(), "pat 0x7040600070406; skip");
}

UNIT(a_command_of_x2apic_mode_that_is_not_allowed_faults)
{
	boot(true);
	percpu_area.apic.base |= APIC_BASE_EXTD;
	host.apic_error = -EINVAL;
	wrmsr_exit(MSR_X2APIC_ICR, 0x100000400);
	CHECK_STR(host_done(), "x2apic write 0x830 0x100000400; #13(0)");
	host.apic_error = 0;
	wrmsr_exit(MSR_X2APIC_ICR, 0x100000400);
	CHECK_STR(host_done(), "x2apic write 0x830 0x100000400; skip");
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR), 2);
}

/*
 * Other instructions
 */

UNIT(cpuid_clears_upper_halves)
{
	boot(true);
	GPR(RAX) = ~0ULL << 32 | JAILHOUSE_CPUID_SIGNATURE;
	GPR(RBX) = GPR(RCX) = GPR(RDX) = ~0ULL;
	handle_cpuid();
	CHECK_EQ(GPR(RAX) >> 32 | GPR(RBX) >> 32 | GPR(RCX) >> 32 | GPR(RDX) >> 32, 0);
	CHECK_STR(host_done(), "skip");
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_CPUID), 1);
}

/* Who reads "Jailhouse" takes itself for a cell. */
UNIT(who_the_hypervisor_is_a_cell_is_told_and_linux_is_not)
{
	static const struct {
		bool cell;
		u32 ebx;
	} rows[] = { { true, 0x6c69614a }, { false, 0xb0000000 } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		boot(rows[i].cell);
		GPR(RAX) = JAILHOUSE_CPUID_SIGNATURE;
		handle_cpuid();
		CHECK_EQ(GPR(RBX), rows[i].ebx);
	}
}

UNIT(xsetbv_faults_where_the_cpu_s_own_does)
{
	boot(true);
	GPR(RAX) = 7;
	handle_xsetbv();
	CHECK_STR(host_done(), "#6");
	guest.cr4 |= X86_CR4_OSXSAVE;
	guest.cpl = 3;
	handle_xsetbv();
	CHECK_STR(host_done(), "#13(0)");
	guest.cpl = 0;
	handle_xsetbv();
	CHECK_STR(host_done(), "xsetbv 0 0x7; skip");
	host.xsetbv_error = -EIO;
	handle_xsetbv();
	CHECK_STR(host_done(), "xsetbv 0 0x7; #13(0)");
}

UNIT(a_program_has_no_hypercalls)
{
	boot(true);
	guest.cpl = 3;
	handle_hypercall();
	CHECK_STR(host_done(), "#6");
	guest.cpl = 0;
	GPR(RAX) = 0xabc00000000 | JAILHOUSE_HC_DEBUG_CONSOLE_PUTC;
	GPR(RDI) = 1;
	GPR(RSI) = 2;
	handle_hypercall();
	CHECK_STR(host_done(), "skip; hypercall 0x1 0x2");
	CHECK_EQ(GPR(RAX), (u64)-EINVAL);
	GPR(RAX) = JAILHOUSE_NUM_HYPERCALLS;
	handle_hypercall();
	CHECK_EQ(GPR(RAX), (u64)-ENOSYS);
}

UNIT(an_exit_that_nobody_asked_for_is_an_undefined_opcode)
{
	boot(true);
	handle_unknown(0x77);
	CHECK_STR(host_done(), "log: instruction that exits with reason 0x77, rip 0x8000; #6");
}

/*
 * Guests that cannot go on
 */

UNIT(a_triple_fault_ends_a_cell)
{
	boot(true);
	handle_triple_fault();
	CHECK_STR(host_done(), "failed: triple fault, rip 0x8000");
	CHECK(host_cpu.parked);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_TOTAL), 1);
}

UNIT(linux_gets_a_fault_first_and_is_parked_if_that_does_not_help)
{
	boot(false);
	guest.rip = 0x9000;
	handle_no_way_on("entry", 0x80000021, 3);
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_STR(host_done(), "back; log: entry, reason 0x80000021, detail 0x3, rip 0x8000; "
		  "#13(0)");
	exit_begin(&percpu_area, 0x80000021, true);
	handle_no_way_on("entry", 0x80000021, 3);
	CHECK_STR(host_done(), "failed: entry twice, reason 0x80000021, detail 0x3, rip 0x8000");
}

/* Two exits later the first one is forgotten: it did help. */
UNIT(unless_it_went_on_in_between)
{
	boot(false);
	handle_no_way_on("entry", 0x80000021, 3);
	exit_begin(&percpu_area, 1, false);
	exit_begin(&percpu_area, 1, false);
	host_done();
	handle_no_way_on("entry", 0x80000021, 3);
	CHECK_STR(host_done(), "back; log: entry, reason 0x80000021, detail 0x3, rip 0x8000; "
		  "#13(0)");
}
