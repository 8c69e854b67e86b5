// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcs */
/* BESIDE: vmcs/check.c vmcs/cpu.c vmcs/guest.c entry/guest_state.c entry/machine.c */
/*
 * What an exit costs on silicon, where an instruction more or less is nothing: what the handler
 * executes of those that take tens or hundreds of cycles each. And that what it spares, because
 * the last exit has left it in place, is never of another cell or of another time.
 */
#include <string.h>
#include "unit.h"
#include "vmcs.h"
#include "arch.h"
#include "exits/guest_pages.h"

/* The guest's page tables, in its memory: four, of which the last one has pages of 4K. */
#define PML4		0x1000
#define PDPT		0x2000
#define DIRECTORY	0x3000
#define TABLE		0x4000
/* The same once more, but for the last two. */
#define OTHER_PML4	0x5000

#define CODE		0x10000
#define MORE_CODE	0x11000
#define DATA		0x20000
#define DEVICE		0x30000

#define PRESENT		7ULL
#define USED		0x60ULL

static void put64(u64 gpa, u64 value)
{
	memcpy(guest_ram + gpa, &value, sizeof(value));
}

static void map(u64 gva, u64 gpa)
{
	put64(TABLE + (gva >> 12) * 8, gpa | PRESENT | USED);
}

static void make_tables(void)
{
	u64 page;

	memset(guest_ram, 0, GUEST_RAM_SIZE);
	put64(PML4, PDPT | PRESENT | USED);
	put64(OTHER_PML4, PDPT | PRESENT | USED);
	put64(PDPT, DIRECTORY | PRESENT | USED);
	put64(DIRECTORY, TABLE | PRESENT | USED);
	for (page = CODE; page < DEVICE; page += 0x1000)
		map(page, page);
	map(DEVICE, DEVICE_GPA);
}

static void set_registers(void)
{
	u64 *gpr = percpu_regs.gpr;

	memset(&percpu_regs, 0, sizeof(percpu_regs));
	gpr[INSN_RBX] = DEVICE;
	gpr[INSN_RSI] = DATA;
	gpr[INSN_RDI] = DEVICE;
}

static void in_64bit_code(void)
{
	host_vmcs_set(VMCS_GUEST_CR0, 0x80050033);
	host_vmcs_set(VMCS_GUEST_CR3, PML4);
	host_vmcs_set(VMCS_GUEST_CR4, 0x20a0);
	host_vmcs_set(VMCS_GUEST_EFER, 0xd01);
	host_vmcs_set(VMCS_GUEST_CS_AR, 0xa09b);
	host_vmcs_set(VMCS_GUEST_CS_BASE, 0);
	host_vmcs_set(VMCS_GUEST_SS_AR, 0xc093);
	host_vmcs_set(VMCS_GUEST_RFLAGS, X86_RFLAGS_FIXED);
	host_vmcs_set(VMCS_GUEST_INTERRUPTIBILITY, 0);
	make_tables();
}

/* Without paging, so that what was linear is physical. */
static void in_32bit_code(void)
{
	host_vmcs_set(VMCS_GUEST_CR0, 0x31);
	host_vmcs_set(VMCS_GUEST_EFER, 0);
	host_vmcs_set(VMCS_GUEST_CS_AR, 0xc09b);
}

static void boot(void)
{
	vmcs_boot();
	in_64bit_code();
}

static void put_code(u64 gpa, const char *bytes)
{
	memcpy(guest_ram + gpa, bytes, strlen(bytes));
}

#define MOV	"\x89\x03"		/* mov %eax, (%rbx) */
#define MOV_32	"\x8b\x0b"		/* mov (%rbx), %ecx */
#define OR	"\x09\x03"		/* or %eax, (%rbx) */
#define MOVS	"\xa4"			/* movsb */

/* The instruction at @rip has failed to access the device. Is it carried out? */
static bool access(u64 rip, bool write, unsigned int length)
{
	set_registers();
	host_vmcs_set(VMCS_EXIT_REASON, EXIT_EPT_VIOLATION);
	host_vmcs_set(VMCS_EXIT_QUALIFICATION, 0x180 | (write ? 2 : 1));
	host_vmcs_set(VMCS_IDT_VECTORING_INFO, 0);
	host_vmcs_set(VMCS_GUEST_PHYSICAL_ADDRESS, DEVICE_GPA);
	host_vmcs_set(VMCS_GUEST_LINEAR_ADDRESS, DEVICE);
	host_vmcs_set(VMCS_GUEST_RIP, rip);
	host_vmcs_set(VMCS_ENTRY_INTR_INFO, 0);
	host_cpu.invlpgs = 0;
	vmexit_handle();
	return host_vmcs_get(VMCS_GUEST_RIP) == rip + length;
}

/**
 * struct cost - of an exit
 * @name: of it
 * @reason: exit reason
 * @qualification: exit qualification
 * @rax, @rcx, @rdx: registers
 * @vmcs_accesses: VMREADs and VMWRITEs
 * @serializing: instructions that wait for all before them
 * @cell: in a cell that is not the root cell
 */
struct cost {
	const char *name;
	u64 reason, qualification, rax, rcx, rdx;
	unsigned int vmcs_accesses, serializing;
	bool cell;
};

/* CPUID is one that waits itself, which the handler executes in the guest's place. */
static const struct cost costs[] = {
	{ "CPUID, plain", EXIT_CPUID, 0, 2, 0, 0, 6, 1 },
	{ "CPUID, filtered", EXIT_CPUID, 0, 0x80000001, 0, 0, 6, 1, true },
	{ "RDMSR", EXIT_RDMSR, 0, 0, 0xda0, 0, 6, 0, true },
	{ "WRMSR", EXIT_WRMSR, 0, 0, 0x2ff, 0, 6, 0 },
	{ "WRMSR, in a cell", EXIT_WRMSR, 0, 0, 0x8b, 0, 6, 0, true },
	{ "a hypercall", EXIT_VMCALL, 0, 100, 0, 0, 7, 0, true },
	{ "OUT", EXIT_IO, 0xcf8ULL << 16 | 3, 0, 0, 0, 7, 0 },
	{ "IN", EXIT_IO, 0xcfcULL << 16 | 8, 0, 0, 0, 7, 0 },
};

static void leave_guest(const struct cost *cost)
{
	set_registers();
	percpu_regs.gpr[INSN_RAX] = cost->rax;
	percpu_regs.gpr[INSN_RCX] = cost->rcx;
	percpu_regs.gpr[INSN_RDX] = cost->rdx;
	host_vmcs_set(VMCS_EXIT_REASON, cost->reason);
	host_vmcs_set(VMCS_EXIT_QUALIFICATION, cost->qualification);
	host_vmcs_set(VMCS_EXIT_INSTRUCTION_LENGTH, 2);
	host_vmcs_set(VMCS_GUEST_RIP, CODE);
	host_cpu = (struct host_cpu){ 0 };
	vmexit_handle();
}

static void check_cost(const struct cost *cost)
{
	boot();
	if (cost->cell)
		entry_cell();
	in_64bit_code();
	leave_guest(cost);
	unit_row("%s", cost->name);
	CHECK_EQ(host_vmcs_get(VMCS_GUEST_RIP), CODE + 2);
	CHECK_EQ(host_cpu.vmcs_accesses, cost->vmcs_accesses);
	CHECK_EQ(host_cpu.serializing, cost->serializing);
	CHECK_EQ(host_cpu.invlpgs, 0);
	CHECK_EQ(host_cpu.flushes, 0);
}

UNIT(an_exit_executes_what_it_needs)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(costs); n++)
		check_cost(&costs[n]);
}

/*
 * Reason, RIP, qualification, both addresses, whether an event was being delivered, mode and
 * page table; then RIP, the shadow of STI and MOV SS, and flags, which only say that there is
 * nothing to be done, as nearly always.
 */
UNIT(so_does_an_access_to_a_device)
{
	boot();
	put_code(CODE, MOV MOV_32 OR MOVS);
	CHECK(access(CODE, true, 2));
	host_cpu = (struct host_cpu){ 0 };
	CHECK(access(CODE, true, 2));
	CHECK_EQ(host_cpu.vmcs_accesses, 11);
	CHECK_EQ(host_cpu.serializing + host_cpu.flushes + host_cpu.invlpgs, 0);
	host_cpu = (struct host_cpu){ 0 };
	CHECK(access(CODE + 2, false, 2));
	CHECK_EQ(host_cpu.vmcs_accesses, 11);
	host_cpu = (struct host_cpu){ 0 };
	CHECK(access(CODE + 4, true, 2));
	CHECK_EQ(host_cpu.vmcs_accesses, 13);
	CHECK_EQ(host_cpu.serializing + host_cpu.flushes + host_cpu.invlpgs, 0);
	host_cpu = (struct host_cpu){ 0 };
	CHECK(access(CODE + 6, true, 1));
	/* Four registers more decide how its other operand is translated, and two who may. */
	CHECK_EQ(host_cpu.vmcs_accesses, 19);
	CHECK_EQ(host_cpu.serializing + host_cpu.flushes, 0);
}

/*
 * The first one finds nothing mapped: four tables and a page of code. From there on, a place is
 * changed only when its step of the walk leads elsewhere.
 */
UNIT(an_access_to_a_device_invalidates_what_has_changed)
{
	boot();
	put_code(CODE, MOV MOV_32 OR);
	put_code(MORE_CODE, MOV);
	CHECK(access(CODE, true, 2));
	CHECK_EQ(host_cpu.invlpgs, 5);
	CHECK(access(CODE, true, 2));
	CHECK_EQ(host_cpu.invlpgs, 0);
	CHECK(access(CODE + 2, false, 2));
	CHECK_EQ(host_cpu.invlpgs, 0);
	CHECK(access(CODE + 4, true, 2));
	CHECK_EQ(host_cpu.invlpgs, 0);
	CHECK(access(MORE_CODE, true, 2));
	CHECK_EQ(host_cpu.invlpgs, 1);
	/* Another process of Linux, in the kernel. */
	host_vmcs_set(VMCS_GUEST_CR3, OTHER_PML4);
	CHECK(access(MORE_CODE, true, 2));
	CHECK_EQ(host_cpu.invlpgs, 1);
}

UNIT(so_does_one_by_an_instruction_that_crosses_a_page)
{
	boot();
	put_code(MORE_CODE - 1, MOV);
	CHECK(access(MORE_CODE - 1, true, 2));
	CHECK(access(MORE_CODE - 1, true, 2));
	CHECK_EQ(host_cpu.invlpgs, 2);
}

/* The window is opened for the operand in memory, and closed. */
UNIT(so_does_one_by_an_instruction_with_an_operand_in_memory)
{
	boot();
	put_code(CODE, MOVS);
	guest_ram[DATA] = 1;
	CHECK(access(CODE, true, 1));
	CHECK(access(CODE, true, 1));
	CHECK_EQ(host_cpu.invlpgs, 2);
}

UNIT(so_does_one_by_32_bit_code)
{
	boot();
	in_32bit_code();
	put_code(CODE, MOV);
	CHECK(access(CODE, true, 2));
	CHECK_EQ(host_cpu.invlpgs, 1);
	CHECK(access(CODE, true, 2));
	CHECK_EQ(host_cpu.invlpgs, 0);
}

/* Tables of the guest's are read as they are, though their pages are mapped from before. */
UNIT(what_the_guest_writes_into_its_tables_counts_at_once)
{
	boot();
	put_code(CODE, MOV);
	put_code(MORE_CODE, "\x67" MOV);
	CHECK(access(CODE, true, 2));
	map(CODE, MORE_CODE);
	CHECK(access(CODE, true, 3));
	put_code(MORE_CODE, MOV);
	CHECK(access(CODE, true, 2));
}

static bool nothing_is_kept(void)
{
	unsigned int n;

	for (n = 0; n < PERCPU_KEPT_PAGES; n++)
		if (percpu_area.kept_ptes[n] || percpu_area.exits.kept_gpa[n] != ~0ULL)
			return false;
	return true;
}

/* All that is mapped of a guest is read-only, and nobody's to execute. */
UNIT(what_is_kept_is_read_only)
{
	unsigned int n, kept = 0;

	boot();
	put_code(CODE, MOVS);
	CHECK(access(CODE, true, 1));
	for (n = 0; n < PERCPU_KEPT_PAGES; n++) {
		if (!percpu_area.kept_ptes[n])
			continue;
		kept++;
		CHECK_EQ(percpu_area.kept_ptes[n] & 0x8000000000000003ULL, 0x8000000000000001ULL);
	}
	CHECK_EQ(kept, 9);
}

/* At CODE there is from now on what is at MORE_CODE. */
static void move_code(void)
{
	struct pgtable *stage2 = &percpu_area.cell->stage2;
	u64 hpa;

	CHECK(pgtable_lookup(stage2, MORE_CODE, &hpa, NULL));
	CHECK_EQ(pgtable_map(stage2, CODE, hpa, 4096, arch_stage2_attrs(JAILHOUSE_MEM_READ), false),
		 0);
}

/* The new cell's memory is elsewhere. */
UNIT(a_cpu_that_changes_its_owner_keeps_nothing)
{
	boot();
	put_code(CODE, MOV);
	put_code(MORE_CODE, "\x67" MOV);
	CHECK(access(CODE, true, 2));
	CHECK(!nothing_is_kept());
	host_cpu.invlpgs = 0;
	entry_cell();
	CHECK(nothing_is_kept());
	CHECK_EQ(host_cpu.invlpgs, 5);

	in_64bit_code();
	put_code(CODE, MOV);
	put_code(MORE_CODE, "\x67" MOV);
	move_code();
	CHECK(access(CODE, true, 3));
}

/* Memory that a new cell takes away from this one, or that comes back, to be scrubbed. */
UNIT(a_cpu_whose_cell_has_other_memory_keeps_nothing)
{
	boot();
	put_code(CODE, MOV);
	put_code(MORE_CODE, "\x67" MOV);
	CHECK(access(CODE, true, 2));
	move_code();
	host_cpu.invlpgs = 0;
	arch_flush_stage2(percpu_area.cpu);
	CHECK(nothing_is_kept());
	CHECK_EQ(host_cpu.invlpgs, 5);
	CHECK(access(CODE, true, 3));
}
