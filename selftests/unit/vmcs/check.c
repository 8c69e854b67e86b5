// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checks that VM entry makes: of the controls (SDM 3C 27.2.1), the host state (27.2.2 to
 * 27.2.4) and the guest state (27.3.1). Written from the manual, with the encodings and bits
 * that it has, and nothing of the code that is checked.
 */
#include "vmcs.h"
#include "../entry/check.h"

static u64 field(u32 encoding)
{
	return host_vmcs[encoding];
}

static u32 field32(u32 encoding)
{
	return (u32)host_vmcs[encoding];
}

static bool within(u64 address, const struct vmcs_cpu *cpu)
{
	return !(address >> cpu->addr_bits);
}

static bool page_within(u64 address, const struct vmcs_cpu *cpu)
{
	return !(address & 0xfff) && within(address, cpu);
}

/* Fields by their encodings. */
#define PIN		field32(0x4000)
#define PRIMARY		field32(0x4002)
#define SECONDARY	field32(0x401e)
#define EXIT		field32(0x400c)
#define ENTRY		field32(0x4012)
#define INJECTED	field32(0x4016)

#define UNRESTRICTED	bit(SECONDARY, 7)
#define IA32E		bit(ENTRY, 9)

static void allowed(u64 cap, u32 value, const char *what)
{
	must((value & (u32)cap) == (u32)cap && !(value & ~(u32)(cap >> 32)), what);
}

/* 27.2.1.1 */
static void check_execution_controls(const struct vmcs_cpu *cpu)
{
	u64 eptp = field(0x201a);

	allowed(cpu->caps.pin, PIN, "pin-based controls");
	allowed(cpu->caps.primary, PRIMARY, "primary controls");
	allowed(cpu->caps.secondary, SECONDARY, "secondary controls");
	must(field(0x400a) <= 4, "CR3-target count");
	must(!bit(PRIMARY, 25) || (page_within(field(0x2000), cpu) &&
				   page_within(field(0x2002), cpu)), "I/O bitmaps");
	must(!bit(PRIMARY, 28) || page_within(field(0x2004), cpu), "MSR bitmap");
	must(bit(PIN, 3) || !bit(PIN, 5), "virtual NMIs without NMI exiting");
	must(bit(PIN, 5) || !bit(PRIMARY, 22), "NMI window without virtual NMIs");
	must(!bit(SECONDARY, 5) || field(0x0000), "VPID is 0");
	must(!UNRESTRICTED || bit(SECONDARY, 1), "unrestricted guest without EPT");
	if (!bit(SECONDARY, 1))
		return;
	must((eptp & 7) == 6 ? bit(cpu->caps.ept, 14) :
	     (eptp & 7) == 0 && bit(cpu->caps.ept, 8), "EPT memory type");
	must((eptp >> 3 & 7) == 3 && bit(cpu->caps.ept, 6), "EPT levels");
	must(!bit(eptp, 6) || bit(cpu->caps.ept, 21), "EPT accessed and dirty flags");
	must(!(eptp & 0xf80) && within(eptp, cpu), "EPT pointer");
}

static void check_msr_area(u32 count, u32 address, const struct vmcs_cpu *cpu)
{
	u64 first = field(address), last = first + field(count) * 16 - 1;

	must(!field(count) || (!(first & 15) && within(first, cpu) && within(last, cpu)),
	     "MSR area");
}

/* 27.2.1.2 and the beginning of 27.2.1.3 */
static void check_exit_and_entry_controls(const struct vmcs_cpu *cpu)
{
	allowed(cpu->caps.exit, EXIT, "VM-exit controls");
	allowed(cpu->caps.entry, ENTRY, "VM-entry controls");
	must(bit(PIN, 6) || !bit(EXIT, 22), "saving of a timer that is off");
	check_msr_area(0x400e, 0x2006, cpu);
	check_msr_area(0x4010, 0x2008, cpu);
	check_msr_area(0x4014, 0x200a, cpu);
	must(!bit(ENTRY, 10) && !bit(ENTRY, 11), "entry to SMM");
}

static bool pushes_error_code(u32 vector)
{
	return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;
}

/* The rest of 27.2.1.3 */
static void check_injection(void)
{
	u32 type = INJECTED >> 8 & 7, vector = INJECTED & 0xff;
	bool protected = bit(field(0x6800), 0), error_code = bit(INJECTED, 11);

	if (!bit(INJECTED, 31))
		return;
	must(type != 1 && type != 7, "injection: type");
	must(type != 2 || vector == 2, "injection: vector of an NMI");
	must(type != 3 || vector <= 31, "injection: vector of an exception");
	must(!(INJECTED & 0x7ffff000), "injection: reserved bits");
	if (type == 3 && protected && pushes_error_code(vector))
		must(error_code, "injection: an error code is missing");
	else
		must(!error_code, "injection: an error code too many");
	must(!error_code || !(field(0x4018) & ~0x7fffULL), "injection: error code");
	must(type < 4 || field(0x401a) <= 15, "injection: instruction length");
	must(type < 4 || field(0x401a), "injection: instruction length 0");
}

/* 27.2.2 to 27.2.4 */
static void check_host(const struct vmcs_cpu *cpu)
{
	u64 cr0 = field(0x6c00), cr4 = field(0x6c04), efer = field(0x2c02);
	u32 n;

	must((cr0 & cpu->cr0_fixed0) == cpu->cr0_fixed0 && !(cr0 & ~cpu->cr0_fixed1),
	     "host: CR0");
	must((cr4 & cpu->cr4_fixed0) == cpu->cr4_fixed0 && !(cr4 & ~cpu->cr4_fixed1),
	     "host: CR4");
	must(within(field(0x6c02), cpu), "host: CR3");
	must(canonical(field(0x6c10)) && canonical(field(0x6c12)), "host: SYSENTER");
	must(!bit(EXIT, 19) || pat_valid(field(0x2c00)), "host: PAT");
	must(!bit(EXIT, 21) || (efer & ~0xd01ULL) == 0, "host: EFER");
	must(!bit(EXIT, 21) || (bit(efer, 8) && bit(efer, 10)), "host: EFER.LMA");
	for (n = 0x0c00; n <= 0x0c0c; n += 2)
		must(!(field(n) & 7), "host: selector");
	must(field(0x0c02) && field(0x0c0c), "host: CS or TR is 0");
	for (n = 0x6c06; n <= 0x6c0e; n += 2)
		must(canonical(field(n)), "host: base address");
	must(bit(EXIT, 9) && bit(cr4, 5), "host: 64-bit");
	must(canonical(field(0x6c16)), "host: RIP");
}

/* 27.3.1.1 */
static void check_guest_registers(const struct vmcs_cpu *cpu)
{
	u64 cr0 = field(0x6800), cr4 = field(0x6804), efer = field(0x2806);
	u64 fixed0 = cpu->cr0_fixed0 & ~(UNRESTRICTED ? 0x80000001ULL : 0);

	/* CR0.NW and CR0.CD are not looked at. */
	must((cr0 & fixed0) == fixed0 && !(cr0 & ~cpu->cr0_fixed1), "guest: CR0");
	must(!bit(cr0, 31) || bit(cr0, 0), "guest: CR0.PG without PE");
	must((cr4 & cpu->cr4_fixed0) == cpu->cr4_fixed0 && !(cr4 & ~cpu->cr4_fixed1),
	     "guest: CR4");
	must(!bit(cr4, 23) || bit(cr0, 16), "guest: CR4.CET without CR0.WP");
	must(!IA32E || (bit(cr0, 31) && bit(cr4, 5)), "guest: 64-bit without PG and PAE");
	must(IA32E || !bit(cr4, 17), "guest: PCIDE outside of 64-bit");
	must(within(field(0x6802), cpu), "guest: CR3");
	must(!bit(ENTRY, 2) || !(field(0x2802) & ~0xffc7ULL), "guest: DEBUGCTL");
	must(!bit(ENTRY, 2) || !(field(0x681a) >> 32), "guest: DR7");
	must(canonical(field(0x6824)) && canonical(field(0x6826)), "guest: SYSENTER");
	must(!bit(ENTRY, 14) || pat_valid(field(0x2804)), "guest: PAT");
	if (!bit(ENTRY, 15))
		return;
	must(!(efer & ~0xd01ULL), "guest: EFER");
	must(bit(efer, 10) == IA32E, "guest: EFER.LMA is not the control's");
	must(!bit(cr0, 31) || bit(efer, 8) == bit(efer, 10), "guest: EFER.LMA without LME");
}

enum { ES, CS, SS, DS, FS, GS, LDTR, TR };

static u32 rights(u32 segment)
{
	return field32(0x4814 + 2 * segment);
}

static bool unusable(u32 segment)
{
	return bit(rights(segment), 16);
}

static bool v86(void)
{
	return bit(field(0x6820), 17);
}

static void check_v86_segment(u32 segment)
{
	must(field(0x6806 + 2 * segment) == field(0x0800 + 2 * segment) << 4,
	     "guest: base of a segment in virtual-8086 mode");
	must(field(0x4800 + 2 * segment) == 0xffff,
	     "guest: limit of a segment in virtual-8086 mode");
	must(rights(segment) == 0xf3, "guest: rights of a segment in virtual-8086 mode");
}

static void check_type(u32 segment)
{
	u32 type = rights(segment) & 15;

	if (segment == CS)
		must((type & 9) == 9 || (UNRESTRICTED && type == 3), "guest: type of CS");
	else if (segment == SS)
		must(type == 3 || type == 7, "guest: type of SS");
	else if (segment <= GS)
		must((type & 1) && (!(type & 8) || (type & 2)), "guest: type of a data segment");
	else if (segment == LDTR)
		must(type == 2, "guest: type of LDTR");
	else
		must(type == 11 || (!IA32E && type == 3), "guest: type of TR");
}

static void check_segment(u32 segment)
{
	u32 ar = rights(segment), limit = field32(0x4800 + 2 * segment);

	must(!unusable(segment) || (segment != CS && segment != TR), "guest: CS or TR unusable");
	if (unusable(segment))
		return;
	must(!(ar & 0xfffe0f00), "guest: reserved rights of a segment");
	must(bit(ar, 7), "guest: segment not present");
	must(bit(ar, 4) == (segment <= GS), "guest: S flag of a segment");
	check_type(segment);
	must((limit & 0xfff) == 0xfff || !bit(ar, 15), "guest: granularity, low limit");
	must(!(limit >> 20) || bit(ar, 15), "guest: granularity, high limit");
	/* Any but the types 0 to 11, without unrestricted guest. */
	must(UNRESTRICTED || segment == CS || segment > GS || (ar & 15) > 11 ||
	     (ar >> 5 & 3) >= (field(0x0800 + 2 * segment) & 3), "guest: DPL below RPL");
}

static void check_privilege(void)
{
	u32 cs = rights(CS), ss = rights(SS), cs_dpl = cs >> 5 & 3, ss_dpl = ss >> 5 & 3;

	must((cs & 15) != 3 || cs_dpl == 0, "guest: DPL of a data segment in CS");
	must(((cs & 15) != 9 && (cs & 15) != 11) || cs_dpl == ss_dpl, "guest: DPL of CS");
	must(((cs & 15) != 13 && (cs & 15) != 15) || cs_dpl <= ss_dpl,
	     "guest: DPL of a conforming CS");
	must(UNRESTRICTED || ss_dpl == (field(0x0804) & 3), "guest: RPL of SS");
	must(((cs & 15) != 3 && bit(field(0x6800), 0)) || ss_dpl == 0, "guest: DPL of SS");
	must(!IA32E || !bit(cs, 13) || !bit(cs, 14), "guest: CS.L with CS.D");
}

/* 27.3.1.2 and 27.3.1.3 */
static void check_guest_segments(void)
{
	u32 n;

	must(!bit(field(0x080e), 2), "guest: TR in the LDT");
	must(unusable(LDTR) || !bit(field(0x080c), 2), "guest: LDTR in the LDT");
	must(canonical(field(0x6814)) && canonical(field(0x680e)) && canonical(field(0x6810)),
	     "guest: base of TR, FS or GS");
	must(unusable(LDTR) || canonical(field(0x6812)), "guest: base of LDTR");
	must(!(field(0x6808) >> 32), "guest: base of CS");
	for (n = ES; n <= DS; n++)
		must(n == CS || unusable(n) || !(field(0x6806 + 2 * n) >> 32),
		     "guest: base of SS, DS or ES");
	for (n = ES; n <= TR; n++) {
		if (v86() && n <= GS)
			check_v86_segment(n);
		else
			check_segment(n);
	}
	if (!v86())
		check_privilege();
	must(canonical(field(0x6816)) && canonical(field(0x6818)), "guest: base of GDTR or IDTR");
	must(!(field(0x4810) >> 16) && !(field(0x4812) >> 16), "guest: limit of GDTR or IDTR");
}

/* 27.3.1.4 */
static void check_rip_and_rflags(void)
{
	u64 rip = field(0x681e), rflags = field(0x6820);

	if (IA32E && bit(rights(CS), 13))
		must(rip >> 48 == 0 || rip >> 48 == 0xffff, "guest: RIP has too many bits");
	else
		must(!(rip >> 32), "guest: RIP beyond 32 bits");
	must(bit(rflags, 1) && !(rflags & ~0x3f7fd7ULL), "guest: RFLAGS");
	must(!v86() || (!IA32E && bit(field(0x6800), 0)), "guest: RFLAGS.VM");
	must(!bit(INJECTED, 31) || (INJECTED >> 8 & 7) != 0 || bit(rflags, 9),
	     "injection: an interrupt while they are off");
}

static bool fits_hlt(void)
{
	u32 type = INJECTED >> 8 & 7, vector = INJECTED & 0xff;

	return !bit(INJECTED, 31) || type == 0 || type == 2 ||
	       (type == 3 && (vector == 1 || vector == 18)) || (type == 7 && vector == 0);
}

/* 27.3.1.5 */
static void check_non_register_state(const struct vmcs_cpu *cpu)
{
	u64 activity = field(0x4826), blocked = field(0x4824), pending = field(0x6822);
	u64 rflags = field(0x6820);
	bool nmi = bit(INJECTED, 31) && (INJECTED >> 8 & 7) == 2;

	must(activity <= 3 && (!activity || bit(cpu->caps.misc, 5 + (unsigned int)activity)),
	     "guest: activity state");
	must(activity != 1 || (rights(SS) >> 5 & 3) == 0, "guest: HLT by a program");
	must(!(blocked & 3) || activity == 0, "guest: a shadow while inactive");
	must(activity != 1 || fits_hlt(), "injection: does not end HLT");
	must(activity != 3 || !bit(INJECTED, 31), "injection: while waiting for SIPI");
	must(!(blocked & ~0x1fULL) && (blocked & 3) != 3, "guest: interruptibility");
	must(bit(rflags, 9) || !bit(blocked, 0), "guest: blocked by STI, interrupts off");
	must(!nmi || !(blocked & 3), "injection: an NMI in a shadow");
	must(!nmi || !bit(PIN, 5) || !bit(blocked, 3), "injection: an NMI while they are blocked");
	must(!bit(INJECTED, 31) || (INJECTED >> 8 & 7) != 0 || !(blocked & 3),
	     "injection: an interrupt in a shadow");
	must(!(pending & ~0x1500fULL), "guest: pending debug exceptions");
	must((!(blocked & 3) && activity != 1) ||
	     bit(pending, 14) == (bit(rflags, 8) && !bit(field(0x2802), 1)),
	     "guest: a pending single step, or none");
	must(field(0x2800) == ~0ULL, "VMCS link pointer");
}

/* 27.3.1.6 */
static void check_pdptes(const struct vmcs_cpu *cpu)
{
	u32 n;

	if (!bit(field(0x6800), 31) || !bit(field(0x6804), 5) || IA32E || !bit(SECONDARY, 1))
		return;
	for (n = 0; n < 4; n++) {
		u64 pdpte = field(0x280a + 2 * n);

		must(!bit(pdpte, 0) || (!(pdpte & 0x1e6) && within(pdpte, cpu)), "guest: PDPTE");
	}
}

const char *vmcs_check(const struct vmcs_cpu *cpu)
{
	broken = NULL;
	check_execution_controls(cpu);
	check_exit_and_entry_controls(cpu);
	check_injection();
	check_host(cpu);
	check_guest_registers(cpu);
	check_guest_segments();
	check_rip_and_rflags();
	check_non_register_state(cpu);
	check_pdptes(cpu);
	return broken;
}
