// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checks that VMRUN makes (APM 2 15.5.1, 15.20, 15.25.3), and what it does not look at but a
 * guest could not have made, or could do harm with. Written from the manual, with the offsets
 * and bits that it has (appendix B), and nothing of the code that is checked.
 */
#include <string.h>
#include "vmcb_cpu.h"
#include "../entry/check.h"

static u64 field(unsigned int offset, unsigned int size)
{
	u64 value = 0;

	memcpy(&value, (const u8 *)&percpu_vmcb + offset, size);
	return value;
}

static u64 field64(unsigned int offset)
{
	return field(offset, 8);
}

static u32 field32(unsigned int offset)
{
	return (u32)field(offset, 4);
}

static bool within(u64 address)
{
	return !(address >> ENTRY_ADDR_BITS);
}

static bool zero(unsigned int from, unsigned int end)
{
	for (; from < end; from++)
		if (field(from, 1))
			return false;
	return true;
}

/* Fields by their offsets. */
#define MISC1		field32(0x00c)
#define MISC2		field32(0x010)
#define EVENT		field64(0x0a8)
#define CS_ATTR		((u32)field(0x412, 2))
#define EFER		field64(0x4d0)
#define CR4		field64(0x548)
#define CR0		field64(0x558)
#define RFLAGS		field64(0x570)

#define LONG_MODE	(bit(EFER, 8) && bit(CR0, 31))
#define CODE_64		(LONG_MODE && bit(CS_ATTR, 9))
#define V86		(bit(RFLAGS, 17))

/* 15.5.1 */
static void check_registers(void)
{
	must(bit(EFER, 12), "EFER.SVME is clear");
	must(bit(CR0, 30) || !bit(CR0, 29), "CR0.NW without CD");
	must(!(CR0 >> 32), "upper half of CR0");
	must(within(field64(0x550)), "CR3");
	must(!(CR4 & ~vmcb_cpu->cr4), "CR4");
	must(!(field64(0x568) >> 32), "upper half of DR6");
	must(!(field64(0x560) >> 32), "upper half of DR7");
	must(!(EFER & ~(vmcb_cpu->efer | BIT_ULL(12))), "EFER");
	must(!LONG_MODE || bit(CR4, 5), "long mode without PAE");
	must(!LONG_MODE || bit(CR0, 0), "long mode without PE");
	must(!(LONG_MODE && bit(CR4, 5) && bit(CS_ATTR, 9) && bit(CS_ATTR, 10)),
	     "CS.L with CS.D");
	must(!bit(CR4, 23) || bit(CR0, 16), "CR4.CET without CR0.WP");
	must(!(field64(0x5e0) & ~3ULL), "S_CET");
}

static void check_controls(void)
{
	u32 tlb_control = field32(0x05c);

	must(bit(MISC2, 0), "VMRUN does not exit");
	must(within(field64(0x040) + 3 * 4096 - 1) && !(field64(0x040) & 0xfff), "I/O bitmap");
	must(within(field64(0x048) + 2 * 4096 - 1) && !(field64(0x048) & 0xfff), "MSR bitmap");
	must(field32(0x058), "ASID is 0");
	must(field32(0x058) < vmcb_cpu->asids, "ASID is too large");
	must(tlb_control <= 1 ||
	     (bit(vmcb_cpu->svm_edx, 6) && (tlb_control == 3 || tlb_control == 7)), "TLB control");
	/* The virtual interrupt and its masking; neither AVIC nor a virtual GIF. */
	must(!(field64(0x060) & ~0xff011f01ffULL), "virtual interrupts");
	must(!(field64(0x068) & ~1ULL), "interrupt shadow");
	must(!field64(0x0b8), "records of branches");
	must(!field32(0x0c0), "clean bits");
	must(zero(0x018, 0x03c) && zero(0x098, 0x0a8) && zero(0x0c4, 0x0c8) &&
	     zero(0x0e0, 0x3e0), "reserved controls");
	must(zero(0x4a0, 0x4cb) && zero(0x4cc, 0x4d0) && zero(0x4d8, 0x548) &&
	     zero(0x580, 0x5d8) && zero(0x648, 0x668), "reserved state");
}

/* 15.25.3; the tables have as many levels as the host's, and their root is a page. */
static void check_nested_paging(void)
{
	must(bit(field64(0x090), 0), "no nested paging");
	must(!(field64(0x090) & ~(vmcb_cpu->invlpgb ? 0x81ULL : 1ULL)), "nested paging's controls");
	must(within(field64(0x0b0)) && !(field64(0x0b0) & 0xfff), "nested CR3");
	must(pat_valid(field64(0x668)), "PAT");
}

/* There are gaps: vector 2 is no exception, nor are 9, 15, 20, 22 to 27 and 31 any. */
#define EXCEPTIONS	0x702f7dfbU
#define ERROR_CODES	(1U << 8 | 0x1fU << 10 | 1U << 17 | 1U << 21 | 1U << 29 | 1U << 30)

static void check_exception(u32 vector)
{
	bool pushes;

	must(vector < 32 && bit(EXCEPTIONS, vector), "injection: vector of an exception");
	/* BOUND and INTO do not exist there. */
	must(!CODE_64 || (vector != 4 && vector != 5), "injection: not in 64-bit code");
	pushes = vector < 32 && bit(ERROR_CODES, vector) && bit(CR0, 0);
	must(bit(EVENT, 11) || !pushes, "injection: an error code is missing");
	must(!bit(EVENT, 11) || pushes, "injection: an error code too many");
}

/* 15.20; error codes have 16 bits. */
static void check_injection(void)
{
	u32 type = EVENT >> 8 & 7, vector = EVENT & 0xff;

	if (!bit(EVENT, 31))
		return;
	must(type == 0 || (type >= 2 && type <= 4), "injection: type");
	must(!(EVENT & 0x7ffff000), "injection: reserved bits");
	must(type == 3 || !bit(EVENT, 11), "injection: an error code too many");
	must(!bit(EVENT, 11) || !(EVENT >> 48), "injection: error code");
	if (type == 3)
		check_exception(vector);
	/* The CPU asks nobody; a processor would not take these now (8.5, 15.21.5). */
	must(type != 2 || !bit(field64(0x068), 0), "injection: an NMI in a shadow");
	must(type != 0 || (bit(RFLAGS, 9) && !bit(field64(0x068), 0)),
	     "injection: an interrupt while they are off");
}

static void check_segment(unsigned int offset)
{
	u32 attr = (u32)field(offset + 2, 2), limit = field32(offset + 4);

	must(!(attr & ~0xfffU), "reserved rights of a segment");
	must(bit(attr, 7) || !attr || offset == 0x470, "rights of a segment that is not there");
	if (!bit(attr, 7))
		return;
	must(bit(attr, 4), "S flag of a segment");
	must((limit & 0xfff) == 0xfff || !bit(attr, 11), "granularity, low limit");
	must(!(limit >> 20) || bit(attr, 11), "granularity, high limit");
}

/* What the hypervisor writes follows the rules for storing segments (15.5.1). */
static void check_segments(void)
{
	u32 ss = (u32)field(0x422, 2), cpl = (u32)field(0x4cb, 1);

	check_segment(0x400);
	check_segment(0x410);
	check_segment(0x420);
	check_segment(0x430);
	must(bit(CS_ATTR, 7), "CS is not there");
	must(!V86 || cpl == 3, "CPL in virtual-8086 mode");
	must(bit(CR0, 0) || cpl == 0, "CPL in real mode");
	must(!bit(ss, 7) || !bit(CR0, 0) || (ss >> 5 & 3) == cpl, "DPL of SS is not the CPL");
	must(!(field64(0x418) >> 32), "base of CS");
	must(!(field32(0x464) >> 16) && !(field32(0x484) >> 16), "limit of GDTR or IDTR");
	must(canonical(field64(0x468)) && canonical(field64(0x488)), "base of GDTR or IDTR");
}

/* States that no instruction leads to. */
static void check_consistency(void)
{
	u64 rip = field64(0x578);

	must(bit(CR0, 0) || !bit(CR0, 31), "paging without PE");
	must(bit(EFER, 10) == LONG_MODE, "EFER.LMA");
	must(LONG_MODE || !bit(CR4, 17), "PCIDE outside of long mode");
	must(bit(RFLAGS, 1) && !(RFLAGS & ~0x3f7fd7ULL), "RFLAGS");
	must(!V86 || (bit(CR0, 0) && !LONG_MODE), "RFLAGS.VM");
	must(CODE_64 ? rip >> 48 == 0 || rip >> 48 == 0xffff : !(rip >> 32), "RIP");
}

/*
 * What belongs to the machine and not to the guest: NMIs, INIT, the end of the CPU by a shutdown,
 * caches that others have written to, and SVM itself.
 */
static void check_isolation(void)
{
	static const struct {
		u32 misc1, misc2;
		const char *what;
	} rows[] = {
		{ 1U << 1, 0, "NMIs do not exit" },
		{ 1U << 3, 0, "INIT does not exit" },
		{ 1U << 22, 0, "INVD does not exit" },
		{ 1U << 26, 0, "INVLPGA does not exit" },
		{ 1U << 27, 0, "the I/O bitmap is not used" },
		{ 1U << 28, 0, "the MSR bitmap is not used" },
		{ 1U << 31, 0, "a shutdown does not exit" },
		{ 0, 3U << 2, "VMLOAD or VMSAVE does not exit" },
		{ 0, 7U << 4, "STGI, CLGI or SKINIT does not exit" },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		must((MISC1 & rows[n].misc1) == rows[n].misc1 &&
		     (MISC2 & rows[n].misc2) == rows[n].misc2, rows[n].what);
	must(bit(MISC1, 5) || bit(field32(0), 16), "CR0 can be written");
	/* A machine check on a CPU that has them off shuts the machine down (9.2). */
	must(runs_root(this_percpu()) ||
	     (bit(CR4, 6) && bit(field32(0x008), 18) && bit(field32(0), 16 + 4)),
	     "machine checks are a cell's");
	must(runs_root(this_percpu()) || !bit(field64(0x090), 7), "a cell has INVLPGB");
}

const char *vmcb_check(void)
{
	broken = NULL;
	check_registers();
	check_controls();
	check_nested_paging();
	check_injection();
	check_segments();
	check_consistency();
	check_isolation();
	must(!vmcb_hidden.gif, "the global interrupt flag is set");
	return broken;
}
