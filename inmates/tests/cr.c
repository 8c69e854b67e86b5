// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control registers, XCR0 and instructions that concern the whole machine. What the
 * architecture forbids faults, nothing ends the cell.
 *
 *	quirks=tcg	QEMU's own CPU: it ignores what is reserved in CR0 and CR8
 *	kind=cr3	of the tests, only that of a reserved bit of CR3; on that CPU it is as
 *			if the hypervisor had entered the guest with it, which ends the cell
 */
#include "report.h"

#define CR0_NE		BIT_ULL(5)
#define CR0_NW		BIT_ULL(29)
#define CR0_CD		BIT_ULL(30)
#define CR0_PG		BIT_ULL(31)
#define CR4_PAE		BIT_ULL(5)
#define CR4_VMXE	BIT_ULL(13)
#define CR4_SMXE	BIT_ULL(14)
#define CR4_OSXSAVE	BIT_ULL(18)

#define LEAF1_ECX_XSAVE	BIT_ULL(26)
#define LEAF7_EBX_PCID	BIT_ULL(10)

#define PROBE_WRITE(name, text)							\
static int probe_write_##name(u64 value)					\
{										\
	PROBE_RESULT(fault);							\
										\
	asm volatile(PROBED("movq %[value], " text)				\
		     : PROBE_OUT(fault) : [value] "r" (value) : "memory");	\
	return fault;								\
}

PROBE_WRITE(cr0, "%%cr0")
PROBE_WRITE(cr3, "%%cr3")
PROBE_WRITE(cr4, "%%cr4")
PROBE_WRITE(cr8, "%%cr8")
PROBE_WRITE(dr7, "%%dr7")

#define PROBE_PLAIN(name, text)							\
static int probe_##name(void)							\
{										\
	PROBE_RESULT(fault);							\
										\
	asm volatile(PROBED(text) : PROBE_OUT(fault)				\
		     : "a" (0), "c" (0), "d" (0) : "memory", "cc");		\
	return fault;								\
}

PROBE_PLAIN(wbinvd, "wbinvd")
PROBE_PLAIN(invd, "invd")
PROBE_PLAIN(clts, "clts")
PROBE_PLAIN(getsec, ".byte 0x0f, 0x37")
/* MOV to CR1 and CR5 */
PROBE_PLAIN(cr1, ".byte 0x0f, 0x22, 0xc8")
PROBE_PLAIN(cr5, ".byte 0x0f, 0x22, 0xe8")

static int probe_xsetbv(u32 index, u64 value)
{
	PROBE_RESULT(fault);

	asm volatile(PROBED("xsetbv") : PROBE_OUT(fault)
		     : "a" ((u32)value), "d" ((u32)(value >> 32)), "c" (index)
		     : "memory");
	return fault;
}

static int probe_lmsw(u16 value)
{
	PROBE_RESULT(fault);

	asm volatile(PROBED("lmsw %[value]") : PROBE_OUT(fault)
		     : [value] "r" (value) : "memory");
	return fault;
}

static int probe_invpcid(u64 type)
{
	static const u64 descriptor[2] __aligned(16);

	PROBE_RESULT(fault);

	asm volatile(PROBED("invpcid %[memory], %[type]") : PROBE_OUT(fault)
		     : [memory] "m" (descriptor), [type] "r" (type) : "memory");
	return fault;
}

static bool quirks;

static void expect(const char *what, int fault, int expected)
{
	report(fault == expected, "%s: vector %d", what, fault);
}

static void check_cr0(void)
{
	u64 cr0 = read_cr0();

	expect("CR0.PG without PE", probe_write_cr0(cr0 & ~1ULL), X86_EXC_GP);
	expect("CR0.NW without CD", probe_write_cr0(cr0 | CR0_NW), X86_EXC_GP);
	expect("CR0 bit 32", probe_write_cr0(cr0 | BIT_ULL(32)), quirks ? NO_FAULT : X86_EXC_GP);
	report(read_cr0() == cr0, "CR0 is 0x%llx still", read_cr0());
	expect("CR0.PG off in 64-bit mode", probe_write_cr0(cr0 & ~CR0_PG), X86_EXC_GP);
	expect("CR0.CD", probe_write_cr0(cr0 | CR0_CD), NO_FAULT);
	expect("CR0.NE toggled", probe_write_cr0(cr0 ^ CR0_NE), NO_FAULT);
	report((read_cr0() ^ cr0) == CR0_NE, "CR0 is 0x%llx, was 0x%llx", read_cr0(), cr0);
	expect("CR0 restored", probe_write_cr0(cr0), NO_FAULT);
	report(read_cr0() == cr0, "CR0 is 0x%llx again", read_cr0());
	expect("LMSW without PE", probe_lmsw(0), NO_FAULT);
	report(read_cr0() & 1, "LMSW does not leave protected mode");
	expect("LMSW with TS", probe_lmsw(9), NO_FAULT);
	expect("CLTS", probe_clts(), NO_FAULT);
	report(!(read_cr0() & 8), "CLTS clears TS");
	probe_write_cr0(cr0);
}

static void check_cr4(void)
{
	u64 cr4 = read_cr4();

	report(!(cr4 & CR4_VMXE), "CR4 is 0x%llx", cr4);
	expect("CR4.VMXE", probe_write_cr4(cr4 | CR4_VMXE), X86_EXC_GP);
	expect("CR4.SMXE", probe_write_cr4(cr4 | CR4_SMXE), X86_EXC_GP);
	expect("CR4 bit 31", probe_write_cr4(cr4 | BIT_ULL(31)), X86_EXC_GP);
	expect("CR4 bit 63", probe_write_cr4(cr4 | BIT_ULL(63)), X86_EXC_GP);
	expect("CR4.PAE off", probe_write_cr4(cr4 & ~CR4_PAE), X86_EXC_GP);
	report(read_cr4() == cr4, "CR4 is 0x%llx still", read_cr4());
}

static void check_cr3(void)
{
	u64 cr3 = read_cr3();

	expect("CR3 bit 62", probe_write_cr3(cr3 | BIT_ULL(62)), X86_EXC_GP);
	expect("CR3 above the physical addresses", probe_write_cr3(cr3 | BIT_ULL(51)),
	       X86_EXC_GP);
}

static void check_others(void)
{
	expect("CR8 = 16", probe_write_cr8(16), quirks ? NO_FAULT : X86_EXC_GP);
	expect("CR8 = 15", probe_write_cr8(15), NO_FAULT);
	expect("CR8 = 0", probe_write_cr8(0), NO_FAULT);
	expect("CR1", probe_cr1(), X86_EXC_UD);
	expect("CR5", probe_cr5(), X86_EXC_UD);
	expect("DR7 bit 32", probe_write_dr7(BIT_ULL(32)), X86_EXC_GP);
	if (cpuid(7, 0).ebx & LEAF7_EBX_PCID)
		expect("INVPCID of type 4", probe_invpcid(4), X86_EXC_GP);
	else
		expect("INVPCID", probe_invpcid(0), X86_EXC_UD);
	expect("WBINVD", probe_wbinvd(), NO_FAULT);
	expect("INVD", probe_invd(), NO_FAULT);
	expect("GETSEC", probe_getsec(), X86_EXC_UD);
}

static void check_xcr0(void)
{
	u64 cr4 = read_cr4();

	expect("XSETBV without CR4.OSXSAVE", probe_xsetbv(0, 1), X86_EXC_UD);
	if (!(cpuid(1, 0).ecx & LEAF1_ECX_XSAVE))
		return;
	expect("CR4.OSXSAVE", probe_write_cr4(cr4 | CR4_OSXSAVE), NO_FAULT);
	expect("XCR0 = 0", probe_xsetbv(0, 0), X86_EXC_GP);
	expect("XCR0 = 2", probe_xsetbv(0, 2), X86_EXC_GP);
	expect("XCR0 = 5", probe_xsetbv(0, 5), X86_EXC_GP);
	expect("XCR0 bit 62", probe_xsetbv(0, BIT_ULL(62) | 1), X86_EXC_GP);
	expect("XCR0 bit 63", probe_xsetbv(0, BIT_ULL(63) | 1), X86_EXC_GP);
	expect("XCR0, IA32_XSS bit 8", probe_xsetbv(0, BIT_ULL(8) | 1), X86_EXC_GP);
	expect("XCR1", probe_xsetbv(1, 1), X86_EXC_GP);
	expect("XCR 0x80000000", probe_xsetbv(0x80000000, 1), X86_EXC_GP);
	expect("XCR0 = 3", probe_xsetbv(0, 3), NO_FAULT);
	expect("XCR0 = 1", probe_xsetbv(0, 1), NO_FAULT);
	expect("CR4 restored", probe_write_cr4(cr4), NO_FAULT);
}

void inmate_main(void)
{
	report_begin("cr");
	if (cmdline_is("kind", "cr3")) {
		check_cr3();
		report_done();
	}
	quirks = cmdline_is("quirks", "tcg");
	if (!quirks)
		check_cr3();
	check_cr0();
	check_cr4();
	check_others();
	check_xcr0();
	report_done();
}
