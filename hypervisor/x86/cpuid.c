// SPDX-License-Identifier: GPL-2.0-only
/*
 * What CPUID says to the root cell and to the other cells.
 *
 * The root cell sees the hardware: software that finds "Jailhouse" takes itself for a cell,
 * as a crash kernel of the root would. Another cell sees what it can use: a feature whose
 * MSRs msr.c denies is not announced either. Leaves and feature words that grow with new
 * CPUs are lists of what is shown, so that a future feature is hidden until somebody
 * has looked at it. Bits: SDM 2A, CPUID.
 */
#include "cpuid.h"
#include "registers.h"

#define LEAF1_ECX_OSXSAVE	BIT_ULL(27)
#define LEAF1_EDX_APIC		BIT_ULL(9)
#define LEAF1_ECX_HYPERVISOR	BIT_ULL(31)
#define LEAF7_ECX_OSPKE		BIT_ULL(4)

/*
 * DTES64, MONITOR, DS-CPL, VMX, SMX, EST, TM2, CNXT-ID, SDBG, xTPR, PDCM, DCA: debug and
 * power features of the whole package, or with MSRs that cells do not have.
 */
#define CELL_LEAF1_ECX_HIDDEN \
	(BIT_ULL(2) | BIT_ULL(3) | BIT_ULL(4) | BIT_ULL(5) | BIT_ULL(6) | BIT_ULL(7) | \
	 BIT_ULL(8) | BIT_ULL(10) | BIT_ULL(11) | BIT_ULL(14) | BIT_ULL(15) | BIT_ULL(18))
/* MCE, MTRR, MCA, PSN, DS, ACPI, TM, PBE. PAT stays, it is the cell's own. */
#define CELL_LEAF1_EDX_HIDDEN \
	(BIT_ULL(7) | BIT_ULL(12) | BIT_ULL(14) | BIT_ULL(18) | BIT_ULL(21) | BIT_ULL(22) | \
	 BIT_ULL(29) | BIT_ULL(31))

/*
 * Leaf 7 EBX: all but TSC_ADJUST (1), SGX (2), RDT-M (12), MPX (14), RDT-A (15) and
 * PT (25).
 */
#define CELL_LEAF7_EBX \
	(~(BIT_ULL(1) | BIT_ULL(2) | BIT_ULL(12) | BIT_ULL(14) | BIT_ULL(15) | BIT_ULL(25)))
/*
 * Leaf 7 ECX: PREFETCHWT1, AVX512_VBMI, UMIP, PKU, OSPKE, AVX512_VBMI2, GFNI, VAES,
 * VPCLMULQDQ, AVX512_VNNI, AVX512_BITALG, AVX512_VPOPCNTDQ, LA57, RDPID, CLDEMOTE,
 * MOVDIRI, MOVDIR64B.
 */
#define CELL_LEAF7_ECX \
	(BIT_ULL(0) | BIT_ULL(1) | BIT_ULL(2) | BIT_ULL(3) | BIT_ULL(4) | BIT_ULL(6) | \
	 BIT_ULL(8) | BIT_ULL(9) | BIT_ULL(10) | BIT_ULL(11) | BIT_ULL(12) | BIT_ULL(14) | \
	 BIT_ULL(16) | BIT_ULL(22) | BIT_ULL(25) | BIT_ULL(27) | BIT_ULL(28))
/*
 * Leaf 7 EDX: AVX512_4VNNIW, AVX512_4FMAPS, fast short REP MOV, AVX512_VP2INTERSECT,
 * MD_CLEAR, RTM_ALWAYS_ABORT, SERIALIZE, HYBRID, TSXLDTRK, AMX-BF16, AVX512_FP16,
 * AMX-TILE, AMX-INT8, IBRS/IBPB, STIBP, L1D_FLUSH, ARCH_CAPABILITIES, SSBD.
 */
#define CELL_LEAF7_EDX \
	(BIT_ULL(2) | BIT_ULL(3) | BIT_ULL(4) | BIT_ULL(8) | BIT_ULL(10) | BIT_ULL(11) | \
	 BIT_ULL(14) | BIT_ULL(15) | BIT_ULL(16) | BIT_ULL(22) | BIT_ULL(23) | BIT_ULL(24) | \
	 BIT_ULL(25) | BIT_ULL(26) | BIT_ULL(27) | BIT_ULL(28) | BIT_ULL(29) | BIT_ULL(31))
/*
 * Leaf 7.1 EAX: SHA512, SM3, SM4, AVX-VNNI, AVX512_BF16, CMPCCXADD, fast zero-length
 * and short REP, AMX-FP16, AVX-IFMA.
 */
#define CELL_LEAF7_1_EAX \
	(BIT_ULL(0) | BIT_ULL(1) | BIT_ULL(2) | BIT_ULL(4) | BIT_ULL(5) | BIT_ULL(7) | \
	 BIT_ULL(10) | BIT_ULL(11) | BIT_ULL(12) | BIT_ULL(21) | BIT_ULL(23))
/* Leaf 7.1 EDX: AVX-VNNI-INT8, AVX-NE-CONVERT, AMX-COMPLEX, AVX-VNNI-INT16, PREFETCHI. */
#define CELL_LEAF7_1_EDX \
	(BIT_ULL(4) | BIT_ULL(5) | BIT_ULL(8) | BIT_ULL(10) | BIT_ULL(14))
/* Leaf 7.2 EDX: further bits of SPEC_CTRL, and MCDT_NO. */
#define CELL_LEAF7_2_EDX	0x3f

/* Leaf 6 EAX: ARAT, the APIC timer does not stop. Needs no MSR. */
#define CELL_LEAF6_EAX		BIT_ULL(2)
/* Leaf 0xd.1 EAX: XSAVEOPT, XSAVEC, XGETBV with ECX = 1, XSAVES. Not XFD. */
#define CELL_LEAFD_1_EAX	0x0f
/* Leaf 0x80000001 ECX: LAHF, LZCNT, SSE4A, MISALIGNSSE, PREFETCHW, XOP, FMA4, TBM. */
#define CELL_LEAFE1_ECX \
	(BIT_ULL(0) | BIT_ULL(5) | BIT_ULL(6) | BIT_ULL(7) | BIT_ULL(8) | BIT_ULL(11) | \
	 BIT_ULL(16) | BIT_ULL(21))
/* Leaf 0x80000007 EDX: the TSC runs at a constant rate. */
#define CELL_LEAFE7_EDX		BIT_ULL(8)

/*
 * Basic leaves below 64 that a cell gets, filtered or not: identification (0, 1), caches
 * and topology (2, 4, 0xb, 0x18, 0x1a, 0x1f), features (6, 7, 0xd, 0x1d, 0x1e, 0x24),
 * frequencies (0x15, 0x16) and the SoC's name (0x17).
 */
#define CELL_LEAVES \
	(BIT_ULL(0x00) | BIT_ULL(0x01) | BIT_ULL(0x02) | BIT_ULL(0x04) | BIT_ULL(0x06) | \
	 BIT_ULL(0x07) | BIT_ULL(0x0b) | BIT_ULL(0x0d) | BIT_ULL(0x15) | BIT_ULL(0x16) | \
	 BIT_ULL(0x17) | BIT_ULL(0x18) | BIT_ULL(0x1a) | BIT_ULL(0x1d) | BIT_ULL(0x1e) | \
	 BIT_ULL(0x1f) | BIT_ULL(0x24))

static void set_regs(u32 regs[4], u32 eax, u32 ebx, u32 ecx, u32 edx)
{
	regs[CPUID_EAX] = eax;
	regs[CPUID_EBX] = ebx;
	regs[CPUID_ECX] = ecx;
	regs[CPUID_EDX] = edx;
}

static void and_regs(u32 regs[4], u32 eax, u32 ebx, u32 ecx, u32 edx)
{
	set_regs(regs, regs[CPUID_EAX] & eax, regs[CPUID_EBX] & ebx,
		 regs[CPUID_ECX] & ecx, regs[CPUID_EDX] & edx);
}

/* A bit that mirrors a bit of CR4: the hardware looked at the hypervisor's CR4. */
static void mirror_cr4(u32 *reg, u32 bit, bool set)
{
	*reg = set ? *reg | bit : *reg & ~bit;
}

static void filter_leaf1(const struct cpuid_view *view, u32 regs[4])
{
	mirror_cr4(&regs[CPUID_ECX], LEAF1_ECX_OSXSAVE, view->cr4 & X86_CR4_OSXSAVE);
	if (view->root)
		return;
	regs[CPUID_ECX] |= LEAF1_ECX_HYPERVISOR;
	and_regs(regs, ~0U, ~0U, (u32)~CELL_LEAF1_ECX_HIDDEN, (u32)~CELL_LEAF1_EDX_HIDDEN);
	/* It follows IA32_APIC_BASE, of which the hardware's stays on (SDM 3A 11.4.3). */
	if (view->no_apic)
		regs[CPUID_EDX] &= (u32)~LEAF1_EDX_APIC;
}

static void filter_cell_leaf7(u32 subleaf, u32 regs[4])
{
	if (subleaf == 0)
		and_regs(regs, ~0U, (u32)CELL_LEAF7_EBX, CELL_LEAF7_ECX, CELL_LEAF7_EDX);
	else if (subleaf == 1)
		and_regs(regs, CELL_LEAF7_1_EAX, 0, 0, CELL_LEAF7_1_EDX);
	else if (subleaf == 2)
		and_regs(regs, 0, 0, 0, CELL_LEAF7_2_EDX);
	else
		set_regs(regs, 0, 0, 0, 0);
}

static void filter_leaf7(const struct cpuid_view *view, u32 subleaf, u32 regs[4])
{
	if (subleaf == 0)
		mirror_cr4(&regs[CPUID_ECX], LEAF7_ECX_OSPKE, view->cr4 & X86_CR4_PKE);
	if (!view->root)
		filter_cell_leaf7(subleaf, regs);
}

/* Behind each other, as many hypervisors as want to be known: Linux looks for them so. */
#define HYPERVISOR_LEAVES	0x40000000U
#define HYPERVISOR_LEAVES_END	0x40010000U
#define HYPERVISOR_LEAVES_STEP	0x100U

/* "KVMKVMKVM" */
#define KVM_EBX			0x4b4d564bU
#define KVM_ECX			0x564b4d56U
#define KVM_EDX			0x0000004dU

/*
 * Linux uses x2APIC without interrupt remapping only if a hypervisor that it knows says that it
 * may. The next leaf, of what else KVM offers, is 0: nothing.
 */
static void kvm_signature(u32 regs[4])
{
	set_regs(regs, JAILHOUSE_CPUID_KVM_SIGNATURE + 1, KVM_EBX, KVM_ECX, KVM_EDX);
}

/* "Jailhouse", padded with NULs, after the last leaf. */
static void jailhouse_signature(u32 regs[4])
{
	set_regs(regs, JAILHOUSE_CPUID_COMM_REGION, 0x6c69614a, 0x73756f68, 0x00000065);
}

static void hypervisor_leaf(const struct cpuid_view *view, u32 leaf, u32 regs[4])
{
	if (leaf == JAILHOUSE_CPUID_SIGNATURE)
		jailhouse_signature(regs);
	else if (leaf == JAILHOUSE_CPUID_COMM_REGION && view->has_comm)
		set_regs(regs, 1, (u32)view->comm_gpa, (u32)(view->comm_gpa >> 32), 0);
	else if (leaf == JAILHOUSE_CPUID_KVM_SIGNATURE && view->kvm_leaf)
		kvm_signature(regs);
	else
		set_regs(regs, 0, 0, 0, 0);
}

static void filter_cell_basic(u32 leaf, u32 subleaf, u32 regs[4])
{
	/* The hardware answers a leaf that it has not with its highest one. */
	if (leaf >= 64 || !(CELL_LEAVES & BIT_ULL(leaf)))
		set_regs(regs, 0, 0, 0, 0);
	else if (leaf == 6)
		and_regs(regs, CELL_LEAF6_EAX, 0, 0, 0);
	else if (leaf == 0xd && subleaf == 1)
		/* No supervisor state: IA32_XSS stays 0. */
		and_regs(regs, CELL_LEAFD_1_EAX, ~0U, 0, 0);
}

static void filter_cell_extended(u32 leaf, u32 regs[4])
{
	if (leaf == 0x80000001)
		and_regs(regs, ~0U, ~0U, CELL_LEAFE1_ECX, ~0U);
	else if (leaf == 0x80000007)
		and_regs(regs, 0, 0, 0, CELL_LEAFE7_EDX);
	else if (leaf == 0x80000008)
		and_regs(regs, ~0U, 0, ~0U, ~0U);
	else if (leaf - 0x80000000 > 8)
		set_regs(regs, 0, 0, 0, 0);
}

void cpuid_filter(const struct cpuid_view *view, u32 leaf, u32 subleaf, u32 regs[4])
{
	if (leaf == 1)
		filter_leaf1(view, regs);
	else if (leaf == 7)
		filter_leaf7(view, subleaf, regs);
	else if (view->root)
		return;
	else if (leaf >> 28 == JAILHOUSE_CPUID_SIGNATURE >> 28)
		hypervisor_leaf(view, leaf, regs);
	else if (leaf < 0x80000000)
		filter_cell_basic(leaf, subleaf, regs);
	else
		filter_cell_extended(leaf, regs);
}

bool cpuid_finds_kvm(void (*ask)(u32 regs[4]))
{
	u32 regs[4] = { 1 }, leaf;

	ask(regs);
	if (!(regs[CPUID_ECX] & LEAF1_ECX_HYPERVISOR))
		return false;
	for (leaf = HYPERVISOR_LEAVES; leaf < HYPERVISOR_LEAVES_END;
	     leaf += HYPERVISOR_LEAVES_STEP) {
		regs[CPUID_EAX] = leaf;
		regs[CPUID_ECX] = 0;
		ask(regs);
		if (regs[CPUID_EBX] == KVM_EBX && regs[CPUID_ECX] == KVM_ECX &&
		    regs[CPUID_EDX] == KVM_EDX)
			return true;
	}
	return false;
}
