// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/exit_count_insn.c */
/* What the test build counts: bytes as the assembler makes them. */
#include "unit.h"
#include "exit_count.h"

/* Register N has the value 0x1000 * N. */
#define R(n)	(0x1000ULL * (n))

static const struct row {
	const char *name, *code;
	struct counted_insn insn;
} rows[] = {
	{ "nop", "\x90", { COUNT_NOTHING } },
	{ "vmread %rcx, %rax", "\x0f\x78\xc8", { COUNT_VMCS } },
	{ "vmwrite %rax, %rcx", "\x0f\x79\xc8", { COUNT_VMCS } },
	{ "vmread %rcx, 8(%rbx)", "\x0f\x78\x4b\x08", { COUNT_VMCS, true, .address = R(3) + 8 } },
	{ "invlpg (%rax)", "\x0f\x01\x38", { COUNT_INVLPG } },
	{ "invept (%rsp), %rax", "\x66\x0f\x38\x80\x04\x24",
	  { COUNT_FLUSHES, true, .address = R(4) } },
	{ "invvpid (%rsp), %rax", "\x66\x0f\x38\x81\x04\x24",
	  { COUNT_FLUSHES, true, .address = R(4) } },
	{ "invlpga", "\x0f\x01\xdf", { COUNT_FLUSHES } },
	{ "cpuid", "\x0f\xa2", { COUNT_SERIALIZING } },
	{ "wrmsr", "\x0f\x30", { COUNT_SERIALIZING } },
	{ "rdmsr", "\x0f\x32", { COUNT_NOTHING } },
	{ "mov %rax, %cr8", "\x44\x0f\x22\xc0", { COUNT_NOTHING } },
	{ "mov %rax, %cr3", "\x0f\x22\xd8", { COUNT_SERIALIZING } },
	{ "mov %r8, %cr0", "\x41\x0f\x22\xc0", { COUNT_SERIALIZING } },
	{ "mov %cr2, %rax", "\x0f\x20\xd0", { COUNT_NOTHING } },
	{ "mov %rax, %dr6", "\x0f\x23\xf0", { COUNT_SERIALIZING } },
	{ "wbinvd", "\x0f\x09", { COUNT_SERIALIZING } },
	{ "iretq", "\x48\xcf", { COUNT_SERIALIZING } },
	{ "lidt (%rax)", "\x0f\x01\x18", { COUNT_SERIALIZING, true, .address = R(0) } },
	{ "sidt (%rcx)", "\x0f\x01\x09", { COUNT_NOTHING, true, .address = R(1) } },
	{ "ltr %ax", "\x0f\x00\xd8", { COUNT_SERIALIZING } },
	{ "vmload", "\x0f\x01\xda", { COUNT_SWITCHES } },
	{ "vmsave", "\x0f\x01\xdb", { COUNT_SWITCHES } },
	{ "stgi", "\x0f\x01\xdc", { COUNT_SWITCHES } },
	{ "clgi", "\x0f\x01\xdd", { COUNT_SWITCHES } },
	{ "vmresume", "\x0f\x01\xc3", { COUNT_NOTHING, .enters = true } },
	{ "vmlaunch", "\x0f\x01\xc2", { COUNT_NOTHING, .enters = true } },
	{ "vmrun", "\x0f\x01\xd8", { COUNT_NOTHING, .enters = true } },
	{ "vmcall", "\x0f\x01\xc1", { COUNT_NOTHING } },
	{ "out %al, (%dx)", "\xee", { COUNT_DEVICE } },
	{ "in $0x20, %al", "\xe4\x20", { COUNT_DEVICE } },
	{ "mov %eax, (%r8)", "\x41\x89\x00", { COUNT_NOTHING, true, .address = R(8) } },
	{ "mov -8(%r9, %r10, 4), %rax", "\x4b\x8b\x44\x91\xf8",
	  { COUNT_NOTHING, true, .address = R(9) + 4 * R(10) - 8 } },
	{ "mov 0x12345678(%rdx), %al", "\x8a\x82\x78\x56\x34\x12",
	  { COUNT_NOTHING, true, .address = R(2) + 0x12345678 } },
	{ "mov -0x1000(, %rcx, 8), %eax", "\x8b\x04\xcd\x00\xf0\xff\xff",
	  { COUNT_NOTHING, true, .address = 8 * R(1) - 0x1000 } },
	{ "mov (%rsp), %rax", "\x48\x8b\x04\x24", { COUNT_NOTHING, true, .address = R(4) } },
	{ "mov (%r12), %rax", "\x49\x8b\x04\x24", { COUNT_NOTHING, true, .address = R(12) } },
	{ "mov 0(%r13), %rax", "\x49\x8b\x45\x00", { COUNT_NOTHING, true, .address = R(13) } },
	{ "cmpl $5, 0x20(%rip)", "\x83\x3d\x20\x00\x00\x00\x05",
	  { COUNT_NOTHING, true, .rip_relative = true, .address = 0x20 } },
	{ "push -0x10(%rip)", "\xff\x35\xf0\xff\xff\xff",
	  { COUNT_NOTHING, true, .rip_relative = true, .address = -0x10ULL } },
	{ "movzwl (%rdi), %eax", "\x0f\xb7\x07", { COUNT_NOTHING, true, .address = R(7) } },
	{ "movbe (%rdi), %eax", "\x0f\x38\xf0\x07", { COUNT_NOTHING, true, .address = R(7) } },
	{ "lock incl (%rdi)", "\xf0\xff\x07", { COUNT_NOTHING, true, true, .address = R(7) } },
	{ "lock cmpxchg %ecx, (%rdi)", "\xf0\x0f\xb1\x0f",
	  { COUNT_NOTHING, true, true, .address = R(7) } },
	{ "xchg %eax, (%rdi)", "\x87\x07", { COUNT_NOTHING, true, true, .address = R(7) } },
	{ "xchg %eax, %edi", "\x87\xc7", { COUNT_NOTHING } },
	{ "rep stosl", "\xf3\xab", { COUNT_NOTHING, true, .address = R(7) } },
	{ "movsb", "\xa4", { COUNT_NOTHING, true, .address = R(7) } },
	{ "lea (%rdi), %rax", "\x48\x8d\x07", { COUNT_NOTHING } },
	{ "nopl (%rax)", "\x0f\x1f\x00", { COUNT_NOTHING } },
	{ "ret", "\xc3", { COUNT_NOTHING } },
	{ "jbe", "\x0f\x86\x00\x00\x00\x00", { COUNT_NOTHING } },
	{ "mov $1, %eax", "\xb8\x01\x00\x00\x00", { COUNT_NOTHING } },
	{ "add $1, %eax", "\x05\x01\x00\x00\x00", { COUNT_NOTHING } },
};

UNIT(each_instruction_counts_as_what_it_is)
{
	u64 gpr[16];
	struct counted_insn insn;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(gpr); n++)
		gpr[n] = R(n);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].name);
		exit_count_insn((const u8 *)rows[n].code, gpr, &insn);
		CHECK_EQ(insn.what, rows[n].insn.what);
		CHECK_EQ(insn.accesses, rows[n].insn.accesses);
		CHECK_EQ(insn.locked, rows[n].insn.locked);
		CHECK_EQ(insn.rip_relative, rows[n].insn.rip_relative);
		CHECK_EQ(insn.enters, rows[n].insn.enters);
		CHECK_EQ(insn.address, rows[n].insn.address);
	}
}

/* Those of the x2APIC and the deadline timer. */
UNIT(some_msrs_are_written_without_waiting)
{
	static const struct {
		u32 msr;
		enum exit_count what;
	} msrs[] = {
		{ 0x6df, COUNT_SERIALIZING },
		{ 0x6e0, COUNT_NOTHING },
		{ 0x6e1, COUNT_SERIALIZING },
		{ 0x7ff, COUNT_SERIALIZING },
		{ 0x800, COUNT_NOTHING },
		{ 0x8ff, COUNT_NOTHING },
		{ 0x900, COUNT_SERIALIZING },
	};
	struct counted_insn insn;
	u64 gpr[16] = { 0 };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(msrs); n++) {
		gpr[1] = msrs[n].msr;
		exit_count_insn((const u8 *)"\x0f\x30", gpr, &insn);
		unit_row("0x%x", msrs[n].msr);
		CHECK_EQ(insn.what, msrs[n].what);
	}
}
