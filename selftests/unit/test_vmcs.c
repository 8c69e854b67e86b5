// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcs */
/* BESIDE: vmcs/check.c vmcs/cpu.c vmcs/guest.c entry/guest_state.c entry/machine.c */
/*
 * Would the CPU enter its guest with what the hypervisor has written into the VMCS? At the
 * turning points, and after exits of all kinds by guests in all states. That the checks can
 * fail is shown by faults that are planted.
 */
#include <stdlib.h>
#include <string.h>
#include "unit.h"
#include "vmcs.h"

#define SEQUENCES	200
#define BYTES		4096

UNIT(linux_can_be_entered_as_it_came)
{
	vmcs_boot();
	CHECK_STR(vmcs_check(&vmcs_cpu), NULL);
	CHECK_EQ(vmcs_read32(VMCS_ENTRY_MSR_LOAD_COUNT), 0);
}

UNIT(so_can_a_cell_at_its_reset)
{
	vmcs_boot();
	entry_cell();
	CHECK_STR(vmcs_check(&vmcs_cpu), NULL);
}

/* Of a CPU that has more than the one here: Linux sets it by itself, a cell exits. */
UNIT(what_newer_cpus_have_in_cr4_is_not_for_cells)
{
	static const u64 newer = X86_CR4_KL | X86_CR4_CET | X86_CR4_PKS | X86_CR4_UINTR |
				 X86_CR4_LASS | X86_CR4_FRED;
	const u64 fixed1 = vmcs_cpu.cr4_fixed1;

	vmcs_newer_cr4 = newer | X86_CR4_PKE;
	CHECK_EQ(vmx_cr4_mask(true) & (newer | X86_CR4_PKE), 0);
	CHECK_EQ(vmx_cr4_mask(false) & (newer | X86_CR4_PKE), newer);
	vmcs_newer_cr4 = 0;
	CHECK_EQ(vmx_cr4_mask(false), ~fixed1 | X86_CR4_VMXE | X86_CR4_SMXE | X86_CR4_MCE);
}

/* It has nothing of the cell's, and is not in the HLT state, which other things may end. */
UNIT(so_can_a_cpu_that_is_parked)
{
	u64 eptp;

	vmcs_boot();
	eptp = vmcs_read64(VMCS_EPT_POINTER);
	entry_park();
	CHECK_STR(vmcs_check(&vmcs_cpu), NULL);
	CHECK(vmcs_read64(VMCS_EPT_POINTER) != eptp);
	CHECK_EQ(vmcs_read32(VMCS_GUEST_ACTIVITY), ACTIVITY_ACTIVE);
	entry_cell();
	eptp = vmcs_read64(VMCS_EPT_POINTER);
	entry_park();
	CHECK_STR(vmcs_check(&vmcs_cpu), NULL);
	CHECK(vmcs_read64(VMCS_EPT_POINTER) != eptp);
	vendor_reset(&percpu_area, 0x9a000, 0);
	CHECK_STR(vmcs_check(&vmcs_cpu), NULL);
	CHECK_EQ(vmcs_read64(VMCS_EPT_POINTER), eptp);
}

UNIT(what_was_before_a_reset_does_not_come_back)
{
	vmcs_boot();
	entry_failed_after_reset();
	CHECK_STR(vmcs_check(&vmcs_cpu), NULL);
	CHECK_EQ(guest_rip(), 0);
}

UNIT(counters_run_by_lists_of_one_entry)
{
	vmcs_boot();
	root_msr_io.guest_counters(0x700000003);
	CHECK_STR(vmcs_check(&vmcs_cpu), NULL);
	CHECK_EQ(vmcs_read32(VMCS_ENTRY_MSR_LOAD_COUNT), 1);
	CHECK_EQ(vmcs_read32(VMCS_EXIT_MSR_LOAD_COUNT), 1);
	CHECK_EQ(percpu_area.vendor.counters[COUNTERS_GUEST].value, 0x700000003);
	CHECK_EQ(percpu_area.vendor.counters[COUNTERS_HOST].value, 0);
	root_msr_io.guest_counters(0);
	CHECK_EQ(vmcs_read32(VMCS_ENTRY_MSR_LOAD_COUNT), 0);
}

/* Return: the exit reasons that there were, by their bits. */
static u64 run_sequence(u32 seed)
{
	static u8 bytes[BYTES];
	struct random_input input = { bytes, sizeof(bytes) };
	const char *broken;
	u64 reasons = 0;

	random_fill(bytes, sizeof(bytes), seed);
	vmcs_boot();
	if (seed & 1)
		entry_cell();
	while (input.left) {
		reasons |= BIT_ULL(vmcs_exit(&input));
		broken = vmcs_check(&vmcs_cpu);
		unit_row("sequence %u, %s", seed, broken ? entry_describe() : "");
		if (!CHECK_STR(broken, NULL))
			break;
	}
	return reasons;
}

UNIT(after_each_exit_the_guest_can_be_entered)
{
	static const u64 all = BIT_ULL(0) | BIT_ULL(2) | BIT_ULL(3) | BIT_ULL(8) | BIT_ULL(9) |
		BIT_ULL(10) | BIT_ULL(11) | BIT_ULL(13) | BIT_ULL(15) | BIT_ULL(18) |
		BIT_ULL(19) | BIT_ULL(27) | BIT_ULL(28) | BIT_ULL(30) | BIT_ULL(31) |
		BIT_ULL(32) | BIT_ULL(36) | BIT_ULL(39) | BIT_ULL(48) | BIT_ULL(49) |
		BIT_ULL(50) | BIT_ULL(52) | BIT_ULL(53) | BIT_ULL(54) | BIT_ULL(55);
	u64 reasons = 0;
	u32 seed;

	for (seed = 0; seed < SEQUENCES; seed++)
		reasons |= run_sequence(seed);
	CHECK_EQ(reasons & all, all);
}

/* A field that a writer got wrong: its bits are cleared and set, on top of a good state. */
struct planted {
	u16 field;
	u64 clear, set;
	const char *found;
};

static void check_planted(const struct planted *fault, void (*good)(void))
{
	unit_row("field %#x: clear %#llx, set %#llx", fault->field, fault->clear, fault->set);
	vmcs_boot();
	if (good)
		good();
	host_vmcs[fault->field] = (host_vmcs[fault->field] & ~fault->clear) | fault->set;
	CHECK_STR(vmcs_check(&vmcs_cpu), fault->found);
}

#define ALL	~0ULL

UNIT(faults_planted_in_linuxs_state_are_found)
{
	static const struct planted faults[] = {
		{ 0x4000, 1 << 1, 0, "pin-based controls" },
		{ 0x4000, 1 << 3, 0, "virtual NMIs without NMI exiting" },
		{ 0x4002, 0, 1 << 0, "primary controls" },
		{ 0x401e, 0, 1 << 13 | 1U << 31, "secondary controls" },
		{ 0x401e, 1 << 1, 0, "unrestricted guest without EPT" },
		{ 0x400c, 1 << 9, 0, "host: 64-bit" },
		{ 0x400c, 0, 1 << 22, "saving of a timer that is off" },
		{ 0x4012, 0, 1 << 10, "entry to SMM" },
		{ 0x2000, 0, 1, "I/O bitmaps" },
		{ 0x2004, 0, 1ULL << 39, "MSR bitmap" },
		{ 0x201a, 7, 0, "EPT memory type" },
		{ 0x201a, 8, 0, "EPT levels" },
		{ 0x201a, 0, 1 << 7, "EPT pointer" },
		{ 0x0000, ALL, 0, "VPID is 0" },
		{ 0x4014, ALL, 1, NULL },
		{ 0x200a, 0, 1ULL << 40, NULL },
		{ 0x6c00, 1 << 5, 0, "host: CR0" },
		{ 0x6c04, 1 << 13, 0, "host: CR4" },
		{ 0x6c04, 0, 1 << 27, "host: CR4" },
		{ 0x6c02, 0, 1ULL << 39, "host: CR3" },
		{ 0x0c02, ALL, 0, "host: CS or TR is 0" },
		{ 0x0c04, 0, 3, "host: selector" },
		{ 0x2c00, ALL, 2, "host: PAT" },
		{ 0x2c02, 0, 1 << 9, "host: EFER" },
		{ 0x6c0a, ALL, 1ULL << 47, "host: base address" },
		{ 0x6800, 1 << 5, 0, "guest: CR0" },
		{ 0x6800, 1 << 0, 0, "guest: CR0.PG without PE" },
		{ 0x6804, 1 << 13, 0, "guest: CR4" },
		{ 0x6804, 1 << 5, 0, "guest: 64-bit without PG and PAE" },
		{ 0x6802, 0, 1ULL << 39, "guest: CR3" },
		{ 0x2806, 1 << 10, 0, "guest: EFER.LMA is not the control's" },
		{ 0x4012, 1 << 9, 0, "guest: EFER.LMA is not the control's" },
		{ 0x2802, 0, 1 << 5, "guest: DEBUGCTL" },
		{ 0x2804, 0, 0xff, "guest: PAT" },
		{ 0x681a, 0, 1ULL << 32, "guest: DR7" },
		{ 0x4822, 8, 0, "guest: type of TR" },
		{ 0x4822, 0, 1 << 16, "guest: CS or TR unusable" },
		{ 0x4816, 0, 1 << 14, "guest: CS.L with CS.D" },
		{ 0x4816, 0, 3 << 5, "guest: DPL of CS" },
		{ 0x4802, 1, 0, "guest: granularity, low limit" },
		{ 0x480e, 0, 1U << 31, "guest: granularity, high limit" },
		{ 0x6810, ALL, 1ULL << 47, "guest: base of TR, FS or GS" },
		{ 0x4810, 0, 1 << 16, "guest: limit of GDTR or IDTR" },
		{ 0x681e, ALL, 1ULL << 48, "guest: RIP has too many bits" },
		{ 0x4816, 1 << 13, 0, "guest: RIP beyond 32 bits" },
		{ 0x6820, 2, 0, "guest: RFLAGS" },
		{ 0x6820, 0, 1 << 17, "guest: limit of a segment in virtual-8086 mode" },
		{ 0x4824, 0, 3, "guest: interruptibility" },
		{ 0x4824, 0, 1, "guest: blocked by STI, interrupts off" },
		{ 0x4826, 0, 4, "guest: activity state" },
		{ 0x6822, 0, 1 << 5, "guest: pending debug exceptions" },
		{ 0x2800, 1, 0, "VMCS link pointer" },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(faults); n++)
		check_planted(&faults[n], NULL);
}

static void inject(u64 info)
{
	host_vmcs[0x4016] = info;
}

static void inject_nmi(void)
{
	inject(0x80000202);
}

static void inject_gp(void)
{
	inject(0x80000b0d);
}

static void inject_int1(void)
{
	inject(0x80000501);
	host_vmcs[0x401a] = 1;
}

UNIT(faults_planted_in_what_is_injected_are_found)
{
	static const struct {
		void (*good)(void);
		struct planted fault;
	} rows[] = {
		{ inject_nmi, { 0x4016, 0, 0, NULL } },
		{ inject_nmi, { 0x4016, 0xff, 3, "injection: vector of an NMI" } },
		{ inject_nmi, { 0x4016, 0x700, 0x100, "injection: type" } },
		{ inject_nmi, { 0x4016, 0, 1 << 12, "injection: reserved bits" } },
		{ inject_nmi, { 0x4824, 0, 8, "injection: an NMI while they are blocked" } },
		{ inject_nmi, { 0x4824, 0, 2, "injection: an NMI in a shadow" } },
		{ inject_gp, { 0x4016, 0, 0, NULL } },
		{ inject_gp, { 0x4016, 1 << 11, 0, "injection: an error code is missing" } },
		{ inject_gp, { 0x4016, 0xff, 6, "injection: an error code too many" } },
		{ inject_gp, { 0x4016, 0, 0x20, "injection: vector of an exception" } },
		{ inject_gp, { 0x4018, 0, 1 << 15, "injection: error code" } },
		{ inject_gp, { 0x4826, 0, 1, "injection: does not end HLT" } },
		{ inject_int1, { 0x401a, 0, 0, NULL } },
		{ inject_int1, { 0x401a, ALL, 0, "injection: instruction length 0" } },
		{ inject_int1, { 0x401a, ALL, 16, "injection: instruction length" } },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		check_planted(&rows[n].fault, rows[n].good);
}

static void single_step(void)
{
	entry_cell();
	host_vmcs[0x6820] |= 1 << 8;
	host_vmcs[0x4824] = 2;
	host_vmcs[0x6822] = 1 << 14;
}

static void pae(void)
{
	entry_cell();
	host_vmcs[0x6800] |= 1U << 31 | 1;
	host_vmcs[0x6804] |= 1 << 5;
}

static void count(void)
{
	root_msr_io.guest_counters(1);
}

UNIT(faults_planted_in_other_states_are_found)
{
	static const struct {
		void (*good)(void);
		struct planted fault;
	} rows[] = {
		{ single_step, { 0x4824, 0, 0, NULL } },
		{ single_step, { 0x6822, ALL, 0, "guest: a pending single step, or none" } },
		{ single_step, { 0x2802, 0, 2, "guest: a pending single step, or none" } },
		{ single_step, { 0x4826, 0, 1, "guest: a shadow while inactive" } },
		{ pae, { 0x280a, 0, 0, NULL } },
		{ pae, { 0x280a, 0, 3, "guest: PDPTE" } },
		{ entry_cell, { 0x4818, 0, 3 << 5, "guest: DPL of CS" } },
		{ entry_cell, { 0x6804, 0, 1 << 17, "guest: PCIDE outside of 64-bit" } },
		{ entry_cell, { 0x4818, 15, 5, "guest: type of SS" } },
		{ entry_cell, { 0x4814, 1 << 7, 0, "guest: segment not present" } },
		{ entry_cell, { 0x6808, 0, 1ULL << 32, "guest: base of CS" } },
		{ entry_cell, { 0x681e, 0, 1ULL << 32, "guest: RIP beyond 32 bits" } },
		{ entry_park, { 0x201a, 0, 1ULL << 39, "EPT pointer" } },
		{ count, { 0x4014, 0, 0, NULL } },
		{ count, { 0x200a, 0, 8, "MSR area" } },
		{ count, { 0x2008, 0, 1ULL << 39, "MSR area" } },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		check_planted(&rows[n].fault, rows[n].good);
}
