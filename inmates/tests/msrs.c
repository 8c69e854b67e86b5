// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every model-specific register that could be granted by mistake: all of the two ranges
 * that the hardware's bitmap covers, and a sample of the rest. The cell gets #GP for all
 * but those in the tables, and runs on.
 *
 *	print=1		every register that the cell gets is listed
 */
#include "report.h"

#define RANGE_SIZE	0x2000

#define MSR_EFER		0xc0000080
#define EFER_LMA		0x400

struct range {
	u32 first, last;
	const char *name;
};

/* The hardware may still refuse them. */
static const struct range readable[] = {
	{ 0x010, 0x010, "TSC" },
	{ 0x034, 0x034, "SMI_COUNT" },
	{ 0x01b, 0x01b, "APIC_BASE" },
	{ 0x048, 0x049, "SPEC_CTRL, PRED_CMD" },
	{ 0x08b, 0x08b, "BIOS_SIGN_ID" },
	{ 0x10a, 0x10b, "ARCH_CAPABILITIES, FLUSH_CMD" },
	{ 0x174, 0x176, "SYSENTER" },
	{ 0x1a0, 0x1a0, "MISC_ENABLE" },
	{ 0x277, 0x277, "PAT" },
	{ 0x2ff, 0x2ff, "MTRR_DEF_TYPE" },
	{ 0x6e0, 0x6e0, "TSC_DEADLINE" },
	{ 0x800, 0x83f, "x2APIC" },
	{ 0xda0, 0xda0, "XSS" },
	{ 0xc0000080, 0xc0000084, "EFER, SYSCALL" },
	{ 0xc0000100, 0xc0000103, "FS, GS, TSC_AUX" },
};

/* Not all of what can be read: APIC_BASE, ARCH_CAPABILITIES have their own checks. */
static const struct range writable[] = {
	{ 0x010, 0x010, "TSC" },
	{ 0x1a0, 0x1a0, "MISC_ENABLE" },
	{ 0x2ff, 0x2ff, "MTRR_DEF_TYPE" },
	{ 0x01b, 0x01b, "APIC_BASE" },
	{ 0x048, 0x049, "SPEC_CTRL, PRED_CMD" },
	{ 0x079, 0x079, "BIOS_UPDT_TRIG" },
	{ 0x08b, 0x08b, "BIOS_SIGN_ID" },
	{ 0x10b, 0x10b, "FLUSH_CMD" },
	{ 0x174, 0x176, "SYSENTER" },
	{ 0x277, 0x277, "PAT" },
	{ 0x6e0, 0x6e0, "TSC_DEADLINE" },
	{ 0x800, 0x83f, "x2APIC" },
	{ 0xda0, 0xda0, "XSS" },
	{ 0xc0000080, 0xc0000084, "EFER, SYSCALL" },
	{ 0xc0000100, 0xc0000103, "FS, GS, TSC_AUX" },
};

/* Worth a line of their own. */
static const struct range denied[] = {
	{ 0x03a, 0x03a, "FEATURE_CONTROL" },
	{ 0x03b, 0x03b, "TSC_ADJUST" },
	{ 0x09b, 0x09b, "SMM_MONITOR_CTL" },
	{ 0x0fe, 0x0fe, "MTRRCAP" },
	{ 0x179, 0x17b, "machine check" },
	{ 0x199, 0x199, "PERF_CTL" },
	{ 0x19b, 0x19b, "THERM_INTERRUPT" },
	{ 0x1a1, 0x1a2, "thermal and turbo" },
	{ 0x1d9, 0x1d9, "DEBUGCTL" },
	{ 0x1f2, 0x1f3, "SMRR" },
	{ 0x200, 0x20f, "variable MTRRs" },
	{ 0x250, 0x250, "fixed MTRR" },
	{ 0x38d, 0x38f, "performance monitoring" },
	{ 0x480, 0x491, "VMX" },
	{ 0xc0010015, 0xc0010015, "HWCR" },
	{ 0xc0010114, 0xc0010117, "SVM" },
};

static const u32 uncovered[] = {
	0x2000, 0x3fff, 0x10000, 0x40000000, 0x40000001, 0x400000f0, 0x4b564d00, 0x7fffffff,
	0x80000000, 0x80000010, 0xbfffffff, 0xc0002000, 0xc0010000, 0xc0010015, 0xc0010114,
	0xc001102a, 0xfffffff0, 0xffffffff,
};

static unsigned int wrong;

static bool in_table(const struct range *table, size_t size, u32 msr)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (msr >= table[i].first && msr <= table[i].last)
			return true;
	return false;
}

static void complain(u32 msr, const char *how, int fault)
{
	/* A hole in the policy is rarely alone. */
	if (wrong++ < 20)
		report(false, "MSR 0x%x %s: vector %d", msr, how, fault);
}

static void check_read(u32 msr)
{
	u64 value;
	int fault = probe_rdmsr(msr, &value);

	if (fault == NO_FAULT && cmdline_u64("print", 0))
		report_note("MSR 0x%x is 0x%llx", msr, value);
	if (fault != X86_EXC_GP && !in_table(readable, ARRAY_SIZE(readable), msr))
		complain(msr, "can be read", fault);
}

static void check_write(u32 msr, u64 value)
{
	int fault;

	if (in_table(writable, ARRAY_SIZE(writable), msr))
		return;
	fault = probe_wrmsr(msr, value);
	if (fault != X86_EXC_GP)
		complain(msr, "can be written", fault);
}

static void check_one(u32 msr)
{
	check_read(msr);
	check_write(msr, 0);
	check_write(msr, 1);
	check_write(msr, ~0ULL);
}

static void check_sweep(u32 base)
{
	u32 msr;

	wrong = 0;
	for (msr = base; msr < base + RANGE_SIZE; msr++)
		check_one(msr);
	report(!wrong, "MSRs from 0x%x on, %u accesses wrong", base, wrong);
}

static void check_denied(void)
{
	unsigned int i;
	u32 msr;

	for (i = 0; i < ARRAY_SIZE(denied); i++) {
		wrong = 0;
		for (msr = denied[i].first; msr <= denied[i].last; msr++)
			check_one(msr);
		report(!wrong, "%s", denied[i].name);
	}
	wrong = 0;
	for (i = 0; i < ARRAY_SIZE(uncovered); i++)
		check_one(uncovered[i]);
	report(!wrong, "registers that no bitmap covers");
}

/* @value must not get into the register: #GP, or a dropped write. */
static void check_bad_value(u32 msr, const char *name, u64 value)
{
	u64 before = rdmsr(msr), after;
	int fault = probe_wrmsr(msr, value);

	after = rdmsr(msr);
	report(after == before && (fault == X86_EXC_GP || fault == NO_FAULT),
	       "%s = 0x%llx: vector %d, still 0x%llx", name, value, fault, after);
}

static void check_bad_values(void)
{
	u64 apic_base = rdmsr(0x1b), efer = rdmsr(MSR_EFER);

	check_bad_value(0x1b, "APIC_BASE, moved", apic_base ^ 0x1000);
	check_bad_value(0x1b, "APIC_BASE, reserved bits", apic_base | 0xff);
	check_bad_value(0x1b, "APIC_BASE, beyond memory", apic_base | 1ULL << 62);
	check_bad_value(0x277, "PAT with reserved types", 0x0202020202020202ULL);
	check_bad_value(0x1a0, "MISC_ENABLE", ~0ULL);
	check_bad_value(0x2ff, "MTRR_DEF_TYPE, reserved bits", 0x1806);
	check_bad_value(0x2ff, "MTRR_DEF_TYPE, reserved type", 0x802);
	check_bad_value(0xda0, "XSS", 0x100);
	check_bad_value(MSR_EFER, "EFER, reserved bits", efer | 1ULL << 40);
	check_bad_value(MSR_EFER, "EFER.SVME", efer | 1ULL << 12);
	report(rdmsr(MSR_EFER) & EFER_LMA, "EFER.LMA is set");
	/* Microcode: the address of an "update" in our own memory. */
	report(probe_wrmsr(0x79, 0x10000) == NO_FAULT, "microcode update is dropped");
}

void inmate_main(void)
{
	report_begin("msrs");
	check_denied();
	check_sweep(0);
	check_sweep(0xc0000000);
	check_bad_values();
	report_done();
}
