// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcb */
/* BESIDE: vmcb/check.c vmcb/cpu.c vmcb/guest.c entry/guest_state.c entry/machine.c */
/*
 * Would VMRUN enter the guest with what the hypervisor has written into the VMCB, and does the
 * guest get nothing that is not its own? At the turning points, and after exits of all kinds by
 * guests in all states. That the checks can fail is shown by faults that are planted.
 */
#include <string.h>
#include "unit.h"
#include "arch.h"
#include "vmcb_cpu.h"

#define SEQUENCES	200
#define BYTES		4096

static void boot(void)
{
	vmcb_boot(&vmcb_cpus[VMCB_CPU_FULL]);
}

UNIT(linux_can_be_entered_as_it_came)
{
	size_t n;

	for (n = 0; n < NUM_VMCB_CPUS; n++) {
		unit_row("a CPU %s", vmcb_cpus[n].name);
		vmcb_boot(&vmcb_cpus[n]);
		CHECK_STR(vmcb_check(), NULL);
	}
}

/* What only VMLOAD loads is the reset's, too, and nothing of Linux's. */
UNIT(so_can_a_cell_at_its_reset)
{
	static const u64 none[ARRAY_SIZE(vmcb_hidden.msrs)];

	boot();
	memset(vmcb_hidden.msrs, 0x55, sizeof(vmcb_hidden.msrs));
	entry_cell();
	CHECK_STR(vmcb_check(), NULL);
	CHECK(!memcmp(vmcb_hidden.msrs, none, sizeof(none)));
	CHECK_EQ(vmcb_hidden.segments[1].base, 0);
	CHECK_EQ(vmcb_hidden.segments[3].attr, 0x8b);
}

/* It has nothing of the cell's, in memory or in the TLB. */
UNIT(so_can_a_cpu_that_is_parked)
{
	u64 tables;
	u32 asid;

	boot();
	entry_cell();
	tables = percpu_vmcb.n_cr3;
	asid = percpu_vmcb.asid;
	entry_park();
	CHECK_STR(vmcb_check(), NULL);
	CHECK(percpu_vmcb.n_cr3 != tables);
	CHECK(percpu_vmcb.asid != asid);
	vendor_reset(&percpu_area, 0x9a000, 0);
	CHECK_STR(vmcb_check(), NULL);
	CHECK_EQ(percpu_vmcb.n_cr3, tables);
	CHECK_EQ(percpu_vmcb.asid, asid);
}

/* However many cells there are, none has an ASID that the CPU lacks, or another one's CPU has. */
UNIT(any_number_of_cells_does_with_few_asids)
{
	u32 root, asid, id;

	vmcb_boot(&vmcb_cpus[VMCB_CPU_BARE]);
	root = percpu_vmcb.asid;
	entry_cell();
	for (id = 1; id < 40; id++) {
		unit_row("cell %u", id);
		percpu_area.cpu->parked = false;
		percpu_area.cell->id = id;
		vendor_set_cell(&percpu_area);
		CHECK_STR(vmcb_check(), NULL);
		asid = percpu_vmcb.asid;
		CHECK(asid != root);
		CHECK(percpu_vmcb.tlb_control != TLB_NO_FLUSH);
		percpu_vmcb.tlb_control = TLB_NO_FLUSH;
		entry_park();
		CHECK(percpu_vmcb.asid != root && percpu_vmcb.asid != asid);
		CHECK(percpu_vmcb.tlb_control != TLB_NO_FLUSH);
	}
}

UNIT(what_was_before_a_reset_does_not_come_back)
{
	boot();
	entry_failed_after_reset();
	CHECK_STR(vmcb_check(), NULL);
	CHECK_EQ(guest_rip(), 0);
}

/* It flushes before it runs the guest, and one that fails its checks never comes to that. */
UNIT(a_flush_is_done_once_a_guest_was_entered)
{
	boot();
	arch_flush_stage2(percpu_area.cpu);
	CHECK(percpu_vmcb.tlb_control != TLB_NO_FLUSH);
	percpu_vmcb.exit_code = EXIT_INVALID;
	svm_exit();
	CHECK(percpu_vmcb.tlb_control != TLB_NO_FLUSH);
	percpu_vmcb.exit_code = EXIT_CPUID;
	svm_exit();
	CHECK_EQ(percpu_vmcb.tlb_control, TLB_NO_FLUSH);
}

/* Exits as a set: those by code, nested page faults, failed entries. */
#define NUM_CODES	0x90
#define SEEN_NPF	NUM_CODES
#define SEEN_INVALID	(NUM_CODES + 1)

static bool seen[NUM_CODES + 2];

static void note(u64 code)
{
	if (code == EXIT_INVALID)
		seen[SEEN_INVALID] = true;
	else if (code == EXIT_NPF)
		seen[SEEN_NPF] = true;
	else if (CHECK(code < NUM_CODES))
		seen[code] = true;
}

static void run_sequence(u32 seed)
{
	static u8 bytes[BYTES];
	struct random_input input = { bytes, sizeof(bytes) };
	const char *broken;

	random_fill(bytes, sizeof(bytes), seed);
	vmcb_boot(&vmcb_cpus[seed >> 1 & 1]);
	if (seed & 1)
		entry_cell();
	while (input.left) {
		note(vmcb_exit(&input));
		broken = vmcb_check();
		unit_row("sequence %u, %s", seed, broken ? entry_describe() : "");
		if (!CHECK_STR(broken, NULL))
			break;
	}
}

UNIT(after_each_exit_the_guest_can_be_entered)
{
	static const u16 all[] = {
		EXIT_CR_READ(0), EXIT_CR_READ(4), EXIT_CR_WRITE(4), EXIT_EXCEPTION(X86_EXC_DB),
		EXIT_EXCEPTION(X86_EXC_PF), EXIT_EXCEPTION(X86_EXC_AC),
		EXIT_EXCEPTION(X86_EXC_MC), EXIT_NMI, EXIT_INIT, EXIT_CR0_SELECTIVE, EXIT_RDPMC,
		EXIT_CPUID, EXIT_IRET, EXIT_INVD, EXIT_INVLPGA, EXIT_IOIO, EXIT_MSR,
		EXIT_TASK_SWITCH, EXIT_SHUTDOWN, EXIT_VMRUN, EXIT_VMMCALL, EXIT_STGI,
		EXIT_SKINIT, EXIT_WBINVD, EXIT_MONITOR, EXIT_MWAIT, EXIT_XSETBV, EXIT_RDPRU,
		SEEN_NPF, SEEN_INVALID,
	};
	size_t n;
	u32 seed;

	for (seed = 0; seed < SEQUENCES; seed++)
		run_sequence(seed);
	for (n = 0; n < ARRAY_SIZE(all); n++) {
		unit_row("exit %#x", all[n]);
		CHECK(seen[all[n]]);
	}
}

/* A field that a writer got wrong: its bits are cleared and set, on top of a good state. */
struct planted {
	u16 offset, size;
	u64 clear, set;
	const char *found;
};

static void check_planted(const struct planted *fault, void (*good)(void))
{
	u8 *field = (u8 *)&percpu_vmcb + fault->offset;
	u64 value = 0;

	unit_row("offset %#x: clear %#llx, set %#llx", fault->offset, fault->clear, fault->set);
	boot();
	if (good)
		good();
	memcpy(&value, field, fault->size);
	value = (value & ~fault->clear) | fault->set;
	memcpy(field, &value, fault->size);
	CHECK_STR(vmcb_check(), fault->found);
}

#define ALL	~0ULL
#define BIT(n)	(1ULL << (n))

UNIT(faults_planted_in_linuxs_state_are_found)
{
	static const struct planted faults[] = {
		{ 0x4d0, 8, BIT(12), 0, "EFER.SVME is clear" },
		{ 0x558, 8, 0, BIT(29), "CR0.NW without CD" },
		{ 0x558, 8, 0, BIT(29) | BIT(30), NULL },
		{ 0x558, 8, 0, BIT(32), "upper half of CR0" },
		{ 0x550, 8, 0, BIT(39), "CR3" },
		{ 0x548, 8, 0, BIT(13), "CR4" },
		{ 0x568, 8, 0, BIT(32), "upper half of DR6" },
		{ 0x560, 8, 0, BIT(63), "upper half of DR7" },
		{ 0x4d0, 8, 0, BIT(13), "EFER" },
		{ 0x548, 8, BIT(5), 0, "long mode without PAE" },
		{ 0x558, 8, BIT(0), 0, "long mode without PE" },
		{ 0x412, 2, 0, BIT(10), "CS.L with CS.D" },
		{ 0x548, 8, 0, BIT(23), NULL },
		{ 0x5e0, 8, 0, BIT(2), "S_CET" },
		{ 0x010, 4, BIT(0), 0, "VMRUN does not exit" },
		{ 0x040, 8, ALL, BIT(39) - 0x2000, "I/O bitmap" },
		{ 0x040, 8, ALL, BIT(39) - 0x3000, NULL },
		{ 0x048, 8, ALL, BIT(39) - 0x1000, "MSR bitmap" },
		{ 0x058, 4, ALL, 0, "ASID is 0" },
		{ 0x058, 4, ALL, 32768, "ASID is too large" },
		{ 0x05c, 4, ALL, 2, "TLB control" },
		{ 0x060, 8, 0, BIT(31), "virtual interrupts" },
		{ 0x068, 8, 0, BIT(2), "interrupt shadow" },
		{ 0x0b8, 8, 0, 1, "records of branches" },
		{ 0x0c0, 4, 0, 1, "clean bits" },
		{ 0x0e0, 8, 0, 1, "reserved controls" },
		{ 0x4a0, 8, 0, 1, "reserved state" },
		{ 0x090, 8, BIT(0), 0, "no nested paging" },
		{ 0x090, 8, 0, BIT(1), "nested paging's controls" },
		{ 0x0b0, 8, 0, BIT(39), "nested CR3" },
		{ 0x0b0, 8, 0, BIT(3), "nested CR3" },
		{ 0x668, 8, 0xff, 2, "PAT" },
		{ 0x668, 8, 0, BIT(63), "PAT" },
		{ 0x412, 2, 0, BIT(12), "reserved rights of a segment" },
		{ 0x432, 2, 0, BIT(4), "rights of a segment that is not there" },
		{ 0x412, 2, BIT(4), 0, "S flag of a segment" },
		{ 0x424, 4, 1, 0, "granularity, low limit" },
		{ 0x412, 2, BIT(11), 0, "granularity, high limit" },
		{ 0x412, 2, ALL, 0, "CS is not there" },
		{ 0x4cb, 1, 0, 3, "DPL of SS is not the CPL" },
		{ 0x418, 8, 0, BIT(32), "base of CS" },
		{ 0x464, 4, 0, BIT(16), "limit of GDTR or IDTR" },
		{ 0x488, 8, ALL, BIT(47), "base of GDTR or IDTR" },
		{ 0x4d0, 8, BIT(8), 0, "EFER.LMA" },
		{ 0x4d0, 8, BIT(10), 0, "EFER.LMA" },
		{ 0x570, 8, BIT(1), 0, "RFLAGS" },
		{ 0x570, 8, 0, BIT(22), "RFLAGS" },
		{ 0x570, 8, 0, BIT(17), "CPL in virtual-8086 mode" },
		{ 0x578, 8, ALL, BIT(48), "RIP" },
		{ 0x412, 2, BIT(9), 0, "RIP" },
		{ 0x00c, 4, BIT(1), 0, "NMIs do not exit" },
		{ 0x00c, 4, BIT(3), 0, "INIT does not exit" },
		{ 0x00c, 4, BIT(22), 0, "INVD does not exit" },
		{ 0x00c, 4, BIT(26), 0, "INVLPGA does not exit" },
		{ 0x00c, 4, BIT(27), 0, "the I/O bitmap is not used" },
		{ 0x00c, 4, BIT(28), 0, "the MSR bitmap is not used" },
		{ 0x00c, 4, BIT(31), 0, "a shutdown does not exit" },
		{ 0x00c, 4, BIT(5), 0, "CR0 can be written" },
		{ 0x010, 4, BIT(3), 0, "VMLOAD or VMSAVE does not exit" },
		{ 0x010, 4, BIT(4), 0, "STGI, CLGI or SKINIT does not exit" },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(faults); n++)
		check_planted(&faults[n], NULL);
}

static void inject_nmi(void)
{
	percpu_vmcb.event_inj = 0x80000202;
}

static void inject_gp(void)
{
	percpu_vmcb.event_inj = 0x80000b0d;
}

static void inject_interrupt(void)
{
	percpu_vmcb.event_inj = 0x80000040;
	percpu_vmcb.rflags |= BIT(9);
}

UNIT(faults_planted_in_what_is_injected_are_found)
{
	static const struct {
		void (*good)(void);
		struct planted fault;
	} rows[] = {
		{ inject_nmi, { 0x0a8, 8, 0, 0, NULL } },
		{ inject_nmi, { 0x0a8, 8, 7 << 8, 3 << 8, "injection: vector of an exception" } },
		{ inject_nmi, { 0x0a8, 8, 7 << 8, 1 << 8, "injection: type" } },
		{ inject_nmi, { 0x0a8, 8, 0, 7 << 8, "injection: type" } },
		{ inject_nmi, { 0x0a8, 8, 0, BIT(12), "injection: reserved bits" } },
		{ inject_nmi, { 0x0a8, 8, 0, BIT(11), "injection: an error code too many" } },
		{ inject_nmi, { 0x068, 8, 0, 1, "injection: an NMI in a shadow" } },
		{ inject_gp, { 0x0a8, 8, 0, 0, NULL } },
		{ inject_gp, { 0x0a8, 8, BIT(11), 0, "injection: an error code is missing" } },
		{ inject_gp, { 0x0a8, 8, 0xff, 6, "injection: an error code too many" } },
		{ inject_gp, { 0x0a8, 8, 0xff, 31, "injection: vector of an exception" } },
		{ inject_gp, { 0x0a8, 8, 0, 0x20, "injection: vector of an exception" } },
		{ inject_gp, { 0x0a8, 8, 0xff, 4, "injection: not in 64-bit code" } },
		{ inject_gp, { 0x0a8, 8, 0, BIT(48), "injection: error code" } },
		{ inject_interrupt, { 0x0a8, 8, 0, 0, NULL } },
		{ inject_interrupt, { 0x570, 8, BIT(9), 0,
				      "injection: an interrupt while they are off" } },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		check_planted(&rows[n].fault, rows[n].good);
}

static void cet(void)
{
	percpu_vmcb.cr4 |= BIT(23);
}

static void gif_set(void)
{
	vmcb_hidden.gif = true;
}

UNIT(faults_planted_in_other_states_are_found)
{
	static const struct {
		void (*good)(void);
		struct planted fault;
	} rows[] = {
		{ cet, { 0x558, 8, BIT(16), 0, "CR4.CET without CR0.WP" } },
		{ entry_cell, { 0x558, 8, 0, BIT(31), "paging without PE" } },
		{ entry_cell, { 0x548, 8, 0, BIT(17), "PCIDE outside of long mode" } },
		{ entry_cell, { 0x4cb, 1, 0, 3, "CPL in real mode" } },
		{ entry_cell, { 0x578, 8, 0, BIT(32), "RIP" } },
		{ entry_cell, { 0x548, 8, BIT(6), 0, "machine checks are a cell's" } },
		{ entry_cell, { 0x008, 4, BIT(18), 0, "machine checks are a cell's" } },
		{ entry_cell, { 0x000, 4, BIT(20), 0, "machine checks are a cell's" } },
		{ entry_cell, { 0x090, 8, 0, BIT(7), "a cell has INVLPGB" } },
		{ entry_park, { 0x0b0, 8, 0, BIT(39), "nested CR3" } },
		{ gif_set, { 0x0a8, 8, 0, 0, "the global interrupt flag is set" } },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		check_planted(&rows[n].fault, rows[n].good);
}

/* What a CPU lacks is not to be used there. */
UNIT(a_cpu_with_less_finds_what_it_lacks)
{
	static const struct {
		u16 offset;
		u32 set;
		const char *found;
	} rows[] = {
		{ 0x05c, 3, "TLB control" },
		{ 0x090, 0x80, "nested paging's controls" },
		{ 0x058, 16, "ASID is too large" },
		{ 0x548, BIT(23), "CR4" },
		{ 0x4d0, BIT(14), "EFER" },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		u32 *field = (u32 *)((u8 *)&percpu_vmcb + rows[n].offset);

		unit_row("offset %#x", rows[n].offset);
		vmcb_boot(&vmcb_cpus[VMCB_CPU_BARE]);
		*field |= rows[n].set;
		CHECK_STR(vmcb_check(), rows[n].found);
	}
}
