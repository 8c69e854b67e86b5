// SPDX-License-Identifier: GPL-2.0-only
/* CPUID: what a cell must see and must not see, then every leaf there could be. */
#include "report.h"

#define LEAF1_ECX_VMX		0x00000020
#define LEAF1_ECX_SMX		0x00000040
#define LEAF1_ECX_HYPERVISOR	0x80000000
#define LEAF1_EDX_MTRR		0x00001000
#define LEAF7_EBX_TSC_ADJUST	0x00000002
#define LEAF7_EBX_SGX		0x00000004
#define EXT1_ECX_SVM		0x00000004

static void check_signature(void)
{
	struct cpuid regs = cpuid(JAILHOUSE_CPUID_SIGNATURE, 0);
	char name[13] = "";

	memcpy(name, &regs.ebx, 12);
	report(regs.eax == JAILHOUSE_CPUID_COMM_REGION && strcmp(name, "Jailhouse") == 0,
	       "leaf 0x40000000: 0x%x, '%s'", regs.eax, name);
	regs = cpuid(JAILHOUSE_CPUID_FEATURES, 0);
	report(!(regs.eax | regs.ebx | regs.ecx | regs.edx), "leaf 0x40000001 is zero");
	regs = cpuid(JAILHOUSE_CPUID_COMM_REGION, 0);
	report(regs.eax == 1 && regs.ebx == (u32)(u64)comm_region && !regs.ecx && !regs.edx,
	       "the comm region is at 0x%x", regs.ebx);
}

static void check_features(void)
{
	struct cpuid leaf1 = cpuid(1, 0), leaf7 = cpuid(7, 0);
	u32 max = cpuid(0, 0).eax;

	report(leaf1.ecx & LEAF1_ECX_HYPERVISOR, "there is a hypervisor");
	report(!(leaf1.ecx & (LEAF1_ECX_VMX | LEAF1_ECX_SMX)), "no VMX, no SMX");
	report(!(leaf1.edx & LEAF1_EDX_MTRR), "no MTRRs");
	report(max < 7 || !(leaf7.ebx & (LEAF7_EBX_TSC_ADJUST | LEAF7_EBX_SGX)),
	       "no TSC_ADJUST, no SGX");
	report(!(cpuid(0x80000001, 0).ecx & EXT1_ECX_SVM), "no SVM");
	report(leaf1.ebx >> 24 == apic_id(), "APIC id %u", leaf1.ebx >> 24);
}

/* There is nothing to compare with; but it may not end the cell, nor the hypervisor. */
static void check_all(void)
{
	static const u32 bases[] = { 0, 0x1000, 0x20000000, 0x40000000, 0x4fffff00, 0x7fffff00,
				     0x80000000, 0x8fffff00, 0xc0000000, 0xffffff00 };
	static const u32 subleaves[] = { 0, 1, 2, 31, 32, 63, 0x7fffffff, 0xffffffff };
	unsigned int base, i, sub, hidden = 0, count = 0;

	for (base = 0; base < ARRAY_SIZE(bases); base++) {
		for (i = 0; i < 256 * ARRAY_SIZE(subleaves); i++) {
			struct cpuid regs;

			sub = subleaves[i / 256];
			regs = cpuid(bases[base] + i % 256, sub);
			count++;
			/* VMX and SVM leaves, and hypervisor leaves beyond those that there are. */
			if (bases[base] + i % 256 == 0x8000000a ||
			    (base == 3 && i % 256 > 2))
				hidden += regs.eax || regs.ebx || regs.ecx || regs.edx;
		}
	}
	report(!hidden, "%u leaves asked for, %u say what they should not", count, hidden);
}

void inmate_main(void)
{
	report_begin("cpuid");
	apic_init();
	check_signature();
	check_features();
	check_all();
	report_done();
}
