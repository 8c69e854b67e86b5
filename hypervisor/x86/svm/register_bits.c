// SPDX-License-Identifier: GPL-2.0-only
/* Which bits of CR4 and EFER a processor has, and what may be written to EFER. */
#include "register_bits.h"
#include "cpuid.h"
#include "errno.h"
#include "registers.h"

/* A bit of a register, and where CPUID says that it is there. */
struct feature {
	u8 bit;
	u32 leaf;
	u8 reg;
	u8 cpuid_bit;
};

static const struct feature cr4_features[] = {
	{ 0, 1, CPUID_EDX, 1 },			/* VME */
	{ 1, 1, CPUID_EDX, 1 },			/* PVI */
	{ 2, 1, CPUID_EDX, 4 },			/* TSD */
	{ 3, 1, CPUID_EDX, 2 },			/* DE */
	{ 4, 1, CPUID_EDX, 3 },			/* PSE */
	{ 5, 1, CPUID_EDX, 6 },			/* PAE */
	{ 6, 1, CPUID_EDX, 7 },			/* MCE */
	{ 7, 1, CPUID_EDX, 13 },		/* PGE */
	{ 8, 1, CPUID_EDX, 5 },			/* PCE, with the MSRs */
	{ 9, 1, CPUID_EDX, 24 },		/* OSFXSR */
	{ 10, 1, CPUID_EDX, 25 },		/* OSXMMEXCPT */
	{ 11, 7, CPUID_ECX, 2 },		/* UMIP */
	{ 12, 7, CPUID_ECX, 16 },		/* LA57 */
	{ 16, 7, CPUID_EBX, 0 },		/* FSGSBASE */
	{ 17, 1, CPUID_ECX, 17 },		/* PCIDE */
	{ 18, 1, CPUID_ECX, 26 },		/* OSXSAVE */
	{ 20, 7, CPUID_EBX, 7 },		/* SMEP */
	{ 21, 7, CPUID_EBX, 20 },		/* SMAP */
	{ 22, 7, CPUID_ECX, 3 },		/* PKE */
	{ 23, 7, CPUID_ECX, 7 },		/* CET */
};

static const struct feature efer_features[] = {
	{ 0, 0x80000001, CPUID_EDX, 11 },	/* SCE */
	{ 8, 0x80000001, CPUID_EDX, 29 },	/* LME */
	{ 10, 0x80000001, CPUID_EDX, 29 },	/* LMA */
	{ 11, 0x80000001, CPUID_EDX, 20 },	/* NXE */
	{ 14, 0x80000001, CPUID_EDX, 25 },	/* FFXSR */
	{ 15, 0x80000001, CPUID_ECX, 17 },	/* TCE */
	{ 18, 0x80000008, CPUID_EBX, 13 },	/* INTWB */
	{ 20, 0x80000021, CPUID_EAX, 7 },	/* UAIE */
	{ 21, 0x80000021, CPUID_EAX, 8 },	/* AIBRSE */
};

static u64 bits_of(const struct feature *feature, size_t count, svm_cpuid_fn ask)
{
	u32 regs[4];
	u64 bits = 0;

	for (; count--; feature++) {
		ask(feature->leaf & 0x80000000, 0, regs);
		if (regs[CPUID_EAX] < feature->leaf)
			continue;
		ask(feature->leaf, 0, regs);
		if (regs[feature->reg] >> feature->cpuid_bit & 1)
			bits |= BIT_ULL(feature->bit);
	}
	return bits;
}

u64 svm_cr4_bits(svm_cpuid_fn ask)
{
	return bits_of(cr4_features, ARRAY_SIZE(cr4_features), ask);
}

u64 svm_efer_bits(svm_cpuid_fn ask)
{
	return bits_of(efer_features, ARRAY_SIZE(efer_features), ask);
}

int svm_efer_check(u64 cr0, u64 now, u64 allowed, u64 *val)
{
	if (*val & ~allowed || (cr0 & X86_CR0_PG && (*val ^ now) & X86_EFER_LME))
		return -EINVAL;
	*val = (*val & ~(X86_EFER_LMA | X86_EFER_SVME)) | (now & X86_EFER_LMA);
	return 0;
}
