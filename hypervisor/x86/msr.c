// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model-specific registers: which ones the root cell and the other cells may touch, and
 * what a CPU loses when it changes owner. Registers: SDM 4.
 *
 * A register that a rule passes never exits, so the hardware's own #GP reaches the guest.
 * Nothing here leads to an RDMSR or WRMSR that a guest chose, except for the registers
 * of msr_kind, whose emulation knows what the hardware has.
 */
#include "msr.h"
#include "cpuid.h"
#include "registers.h"
#include "string.h"

/* Where several rules of a list cover a register, the last one counts. */
struct rule_list {
	const struct msr_rule *rules;
	unsigned int count;
};

/* What the bitmaps do not cover always exits: see struct msr_vendor. */
const struct msr_rule msr_rule_unknown = {
	.read = MSR_GP, .write = MSR_GP, .name = "unknown",
};

/*
 * The root cell: a deny-list.
 *
 * MTRR writes are dropped: Linux writes back what it read when a CPU comes online. They
 * mean nothing to a guest under EPT (SDM 3C 29.3.7.2), but would change how this CPU, and
 * it alone, caches the hypervisor's shared data.
 */
static const struct msr_rule root_rules[] = {
	{ 0, 0xc0011fff, MSR_PASS, MSR_PASS, MSR_KIND_NONE, "other" },
	{ MSR_IA32_APIC_BASE, MSR_IA32_APIC_BASE,
	  MSR_PASS, MSR_HANDLE, MSR_KIND_APIC_BASE, "IA32_APIC_BASE" },
	{ MSR_IA32_FEAT_CTL, MSR_IA32_FEAT_CTL,
	  MSR_PASS, MSR_GP, MSR_KIND_NONE, "IA32_FEATURE_CONTROL" },
	{ MSR_IA32_BIOS_UPDT_TRIG, MSR_IA32_BIOS_UPDT_TRIG,
	  MSR_GP, MSR_IGNORE, MSR_KIND_NONE, "IA32_BIOS_UPDT_TRIG" },
	{ MSR_IA32_SMM_MONITOR_CTL, MSR_IA32_SMM_MONITOR_CTL,
	  MSR_PASS, MSR_GP, MSR_KIND_NONE, "IA32_SMM_MONITOR_CTL" },
	{ 0x1f2, 0x1f3, MSR_PASS, MSR_GP, MSR_KIND_NONE, "IA32_SMRR" },
	{ MSR_IA32_MTRR_PHYSBASE0, 0x21f, MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "variable MTRR" },
	{ MSR_IA32_MTRR_FIX64K, MSR_IA32_MTRR_FIX64K,
	  MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "fixed MTRR" },
	{ MSR_IA32_MTRR_FIX16K, MSR_IA32_MTRR_FIX16K + 1,
	  MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "fixed MTRR" },
	{ MSR_IA32_MTRR_FIX4K, MSR_IA32_MTRR_FIX4K + 7,
	  MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "fixed MTRR" },
	{ MSR_IA32_MTRR_DEF_TYPE, MSR_IA32_MTRR_DEF_TYPE,
	  MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "IA32_MTRR_DEF_TYPE" },
	{ MSR_IA32_VMX_BASIC, MSR_IA32_VMX_BASIC + 0x1f,
	  MSR_PASS, MSR_GP, MSR_KIND_NONE, "IA32_VMX_*" },
	/* What lets the CPU write to memory by itself; see root_msr.c. */
	{ MSR_IA32_MISC_ENABLE, MSR_IA32_MISC_ENABLE,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT, "IA32_MISC_ENABLE" },
	{ MSR_IA32_DEBUGCTL, MSR_IA32_DEBUGCTL,
	  MSR_PASS, MSR_HANDLE, MSR_KIND_ROOT, "IA32_DEBUGCTL" },
	{ MSR_IA32_PERF_GLOBAL_CTRL, MSR_IA32_PERF_GLOBAL_CTRL,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT, "IA32_PERF_GLOBAL_CTRL" },
	{ MSR_IA32_PEBS_ENABLE, MSR_IA32_PEBS_ENABLE,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT, "IA32_PEBS_ENABLE" },
	{ MSR_IA32_PEBS_BASE, MSR_IA32_PEBS_INDEX,
	  MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "IA32_PEBS_BASE, INDEX" },
	{ MSR_IA32_RTIT_CTL, MSR_IA32_RTIT_CTL,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT, "IA32_RTIT_CTL" },
	{ MSR_IA32_DS_AREA, MSR_IA32_DS_AREA,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT, "IA32_DS_AREA" },
	{ MSR_IA32_XSS, MSR_IA32_XSS, MSR_PASS, MSR_HANDLE, MSR_KIND_ROOT, "IA32_XSS" },
	/* A physical address, which the hardware writes a table to. */
	{ MSR_IA32_HW_FEEDBACK_PTR, MSR_IA32_HW_FEEDBACK_PTR,
	  MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "IA32_HW_FEEDBACK_PTR" },
};

/* Interrupt commands are checked. Whatever else the root does to its own APIC is allowed. */
static const struct msr_rule root_x2apic_rules[] = {
	{ MSR_X2APIC_ICR, MSR_X2APIC_ICR,
	  MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC_ICR, "x2APIC ICR" },
};

/* Any other cell: an allow-list. The first rule denies all, the others grant one by one. */
static const struct msr_rule cell_rules[] = {
	{ 0, 0xc0011fff, MSR_GP, MSR_GP, MSR_KIND_NONE, "not granted" },
	/* TSC_ADJUST is not there, so this is the only way to move the TSC: the cell's own. */
	{ MSR_IA32_TSC, MSR_IA32_TSC, MSR_PASS, MSR_HANDLE, MSR_KIND_CELL, "IA32_TSC" },
	{ MSR_IA32_APIC_BASE, MSR_IA32_APIC_BASE,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_APIC_BASE, "IA32_APIC_BASE" },
	/* Where there is one; of this CPU, and tells nothing but how often firmware ran. */
	{ MSR_SMI_COUNT, MSR_SMI_COUNT, MSR_PASS, MSR_GP, MSR_KIND_NONE, "MSR_SMI_COUNT" },
	/* Speculation control concerns this CPU only, and is reset with it. */
	{ MSR_IA32_SPEC_CTRL, MSR_IA32_PRED_CMD,
	  MSR_PASS, MSR_PASS, MSR_KIND_NONE, "IA32_SPEC_CTRL, PRED_CMD" },
	{ MSR_IA32_ARCH_CAPABILITIES, MSR_IA32_ARCH_CAPABILITIES,
	  MSR_HANDLE, MSR_GP, MSR_KIND_CELL, "IA32_ARCH_CAPABILITIES" },
	{ MSR_IA32_FLUSH_CMD, MSR_IA32_FLUSH_CMD,
	  MSR_PASS, MSR_PASS, MSR_KIND_NONE, "IA32_FLUSH_CMD" },
	/* Operating systems write 0 to the revision before they read it. */
	{ MSR_IA32_BIOS_UPDT_TRIG, MSR_IA32_BIOS_UPDT_TRIG,
	  MSR_GP, MSR_IGNORE, MSR_KIND_NONE, "IA32_BIOS_UPDT_TRIG" },
	{ MSR_IA32_BIOS_SIGN_ID, MSR_IA32_BIOS_SIGN_ID,
	  MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "IA32_BIOS_SIGN_ID" },
	{ MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_EIP,
	  MSR_PASS, MSR_PASS, MSR_KIND_NONE, "IA32_SYSENTER_*" },
	/* Linux cannot do without it, and would give up fast strings if it read 0. */
	{ MSR_IA32_MISC_ENABLE, MSR_IA32_MISC_ENABLE,
	  MSR_HANDLE, MSR_IGNORE, MSR_KIND_CELL, "IA32_MISC_ENABLE" },
	{ MSR_IA32_PAT, MSR_IA32_PAT, MSR_HANDLE, MSR_HANDLE, MSR_KIND_CELL, "IA32_PAT" },
	/* Inmates switch caching on with it; there are no other MTRRs. */
	{ MSR_IA32_MTRR_DEF_TYPE, MSR_IA32_MTRR_DEF_TYPE,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_CELL, "IA32_MTRR_DEF_TYPE" },
	{ MSR_IA32_TSC_DEADLINE, MSR_IA32_TSC_DEADLINE,
	  MSR_PASS, MSR_PASS, MSR_KIND_NONE, "IA32_TSC_DEADLINE" },
	/* XRSTORS with supervisor state would load registers that are not granted. */
	{ MSR_IA32_XSS, MSR_IA32_XSS, MSR_ZERO, MSR_ZERO, MSR_KIND_NONE, "IA32_XSS" },
	{ MSR_EFER, MSR_FMASK, MSR_PASS, MSR_PASS, MSR_KIND_NONE, "EFER and SYSCALL" },
	{ MSR_FS_BASE, MSR_TSC_AUX, MSR_PASS, MSR_PASS, MSR_KIND_NONE, "FS_BASE to TSC_AUX" },
};

/* A cell has moved its TSC, and the APIC timer has not. */
static const struct msr_rule moved_tsc_rules[] = {
	{ MSR_IA32_TSC_DEADLINE, MSR_IA32_TSC_DEADLINE,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_CELL, "IA32_TSC_DEADLINE" },
};

/* The hardware's APIC is in xAPIC mode: a cell's x2APIC interface is a translation. */
static const struct msr_rule cell_xapic_rules[] = {
	{ MSR_X2APIC_FIRST, MSR_X2APIC_LAST,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_X2APIC, "x2APIC" },
	{ MSR_X2APIC_ICR, MSR_X2APIC_ICR,
	  MSR_HANDLE, MSR_HANDLE, MSR_KIND_X2APIC_ICR, "x2APIC ICR" },
};

/*
 * The hardware's APIC is in x2APIC mode: the cell uses it directly, except for what can
 * interrupt others. What does not exist is denied like everything not granted.
 */
static const struct msr_rule cell_x2apic_rules[] = {
	{ 0x802, 0x803, MSR_PASS, MSR_GP, MSR_KIND_NONE, "x2APIC ID, version" },
	{ 0x808, 0x808, MSR_PASS, MSR_PASS, MSR_KIND_NONE, "x2APIC TPR" },
	{ 0x80a, 0x80a, MSR_PASS, MSR_GP, MSR_KIND_NONE, "x2APIC PPR" },
	{ 0x80b, 0x80b, MSR_GP, MSR_PASS, MSR_KIND_NONE, "x2APIC EOI" },
	{ 0x80d, 0x80d, MSR_PASS, MSR_GP, MSR_KIND_NONE, "x2APIC LDR" },
	{ 0x80f, 0x80f, MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC, "x2APIC SVR" },
	{ 0x810, 0x827, MSR_PASS, MSR_GP, MSR_KIND_NONE, "x2APIC ISR, TMR, IRR" },
	{ 0x828, 0x828, MSR_PASS, MSR_PASS, MSR_KIND_NONE, "x2APIC ESR" },
	{ 0x82f, 0x82f, MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC, "x2APIC LVT CMCI" },
	{ MSR_X2APIC_ICR, MSR_X2APIC_ICR,
	  MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC_ICR, "x2APIC ICR" },
	{ 0x832, 0x837, MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC, "x2APIC LVT" },
	{ 0x838, 0x838, MSR_PASS, MSR_PASS, MSR_KIND_NONE, "x2APIC initial count" },
	{ 0x839, 0x839, MSR_PASS, MSR_GP, MSR_KIND_NONE, "x2APIC current count" },
	{ 0x83e, 0x83e, MSR_PASS, MSR_PASS, MSR_KIND_NONE, "x2APIC divide" },
	{ 0x83f, 0x83f, MSR_GP, MSR_HANDLE, MSR_KIND_X2APIC, "x2APIC self IPI" },
};

static struct rule_list basic_rules(enum msr_view view)
{
	static const struct rule_list lists[] = {
		[MSR_VIEW_ROOT] = { root_rules, ARRAY_SIZE(root_rules) },
		[MSR_VIEW_CELL] = { cell_rules, ARRAY_SIZE(cell_rules) },
		[MSR_VIEW_CELL_TSC] = { cell_rules, ARRAY_SIZE(cell_rules) },
	};

	return lists[view];
}

static struct rule_list vendor_rules(const struct msr_vendor *vendor, enum msr_view view)
{
	const unsigned int n = view == MSR_VIEW_ROOT ? MSR_VIEW_ROOT : MSR_VIEW_CELL;

	return (struct rule_list){ vendor->rules[n], vendor->num_rules[n] };
}

static struct rule_list tsc_rules(enum msr_view view)
{
	static const struct rule_list moved = { moved_tsc_rules, ARRAY_SIZE(moved_tsc_rules) };
	static const struct rule_list none;

	return view == MSR_VIEW_CELL_TSC ? moved : none;
}

static struct rule_list apic_rules(enum msr_view view, bool x2apic_hw)
{
	static const struct rule_list lists[][2] = {
		/* The root's accesses in xAPIC mode get the hardware's #GP. */
		[MSR_VIEW_ROOT] = { { NULL, 0 },
				    { root_x2apic_rules, ARRAY_SIZE(root_x2apic_rules) } },
		[MSR_VIEW_CELL] = { { cell_xapic_rules, ARRAY_SIZE(cell_xapic_rules) },
				    { cell_x2apic_rules, ARRAY_SIZE(cell_x2apic_rules) } },
	};

	return lists[view == MSR_VIEW_CELL_TSC ? MSR_VIEW_CELL : view][x2apic_hw];
}

static_assert(ARRAY_SIZE(root_rules) + ARRAY_SIZE(root_x2apic_rules) +
	      MSR_MAX_VENDOR_RULES <= MSR_MAX_RULES);
static_assert(ARRAY_SIZE(cell_rules) + ARRAY_SIZE(moved_tsc_rules) +
	      ARRAY_SIZE(cell_x2apic_rules) + MSR_MAX_VENDOR_RULES <= MSR_MAX_RULES);

/* Number of @msr's group of 256, as msr_rule_find() computes it. */
static u32 msr_group(u32 msr)
{
	u32 range = msr >> 31 ? 1 + (msr >> 16 & 1) : 0;

	return range * MSR_GROUPS_OF_RANGE + ((msr & 0x1fff) >> 8);
}

/* Slots 1 and up belong to one group each, slot 0 to all groups without rules. */
static u8 *detailed_slots(struct msr_table *table, u32 group, unsigned int *used)
{
	if (!table->group[group] && *used + 1 < MSR_MAX_DETAILED) {
		table->group[group] = (u8)++*used;
		memset(table->slot[*used], 0, sizeof(table->slot[0]));
	}
	return table->slot[table->group[group]];
}

static void table_add_rule(struct msr_table *table, u8 number, unsigned int *used)
{
	const struct msr_rule *rule = table->rule[number];
	u32 msr, last;

	for (msr = rule->first; msr <= rule->last; msr = last + 1) {
		last = MIN(rule->last, msr | 0xff);
		memset(detailed_slots(table, msr_group(msr), used) + (msr & 0xff), number,
		       last - msr + 1);
	}
}

static void table_add(struct msr_table *table, struct rule_list list, unsigned int *rules,
		      unsigned int *used)
{
	unsigned int i;

	for (i = 0; i < list.count; i++) {
		u8 number = (u8)(*rules)++;

		table->rule[number] = &list.rules[i];
		/* The first of all is the default, which slot 0 stands for. */
		if (number != 0)
			table_add_rule(table, number, used);
	}
}

void msr_table_build(struct msr_table *table, const struct msr_vendor *vendor,
		     enum msr_view view, bool x2apic_hw)
{
	unsigned int rules = 0, used = 0;

	memset(table->group, 0, sizeof(table->group));
	memset(table->slot[0], 0, sizeof(table->slot[0]));
	table->num_groups = vendor->num_groups;
	table_add(table, basic_rules(view), &rules, &used);
	table_add(table, vendor_rules(vendor, view), &rules, &used);
	table_add(table, tsc_rules(view), &rules, &used);
	table_add(table, apic_rules(view, x2apic_hw), &rules, &used);
}

static void bitmap_add(u8 *bitmap, const struct msr_vendor *vendor,
		       struct rule_list list, unsigned int first)
{
	unsigned int i;

	for (i = first; i < list.count; i++)
		vendor->set(bitmap, list.rules[i].first, list.rules[i].last,
			    list.rules[i].read != MSR_PASS, list.rules[i].write != MSR_PASS);
}

void msr_bitmap_build(u8 *bitmap, const struct msr_vendor *vendor, enum msr_view view,
		      bool x2apic_hw)
{
	struct rule_list list = basic_rules(view);

	memset(bitmap, list.rules[0].read == MSR_PASS ? 0 : 0xff, vendor->bitmap_size);
	bitmap_add(bitmap, vendor, list, 1);
	bitmap_add(bitmap, vendor, vendor_rules(vendor, view), 0);
	bitmap_add(bitmap, vendor, tsc_rules(view), 0);
	bitmap_add(bitmap, vendor, apic_rules(view, x2apic_hw), 0);
}

#define EXIST_IF(__count, __leaf, __subleaf, __reg, __bit) \
	.max = (__count), .min = 1, .mask = 1, .shift = (__bit), .reg = CPUID_##__reg, \
	.leaf = (__leaf), .subleaf = (__subleaf)
#define EXISTS_IF(__leaf, __subleaf, __reg, __bit) \
	EXIST_IF(1, __leaf, __subleaf, __reg, __bit)
/* On processors since the Pentium Pro; CPUID does not say whether they have it. */
#define MAY_EXIST	.max = 1, .min = 6, .mask = 0xf, .shift = 8, .reg = CPUID_EAX, .leaf = 1
/* Performance monitoring: as many counters as a byte of leaf 0xa says. */
#define PMU_FIELD(__reg, __shift, __mask, __min, __max) \
	.max = (__max), .min = (__min), .mask = (__mask), .shift = (__shift), \
	.reg = CPUID_##__reg, .leaf = 0xa
/* Of AMD's leaf on speculation, any bit of a mask. */
#define AMD_SPECULATION(__shift, __mask) \
	.max = 1, .min = 1, .mask = (__mask), .shift = (__shift), .reg = CPUID_EBX, \
	.leaf = 0x80000008

/*
 * Counters are stopped before they are cleared, and what writes to memory before it loses its
 * buffer: the order of the rows matters. The last three are commands: nothing that was
 * predicted or read on behalf of the former owner is left.
 *
 * AMD's processors announce what they share with Intel's elsewhere, and have performance counters
 * of their own (APM 3 appendix E; APM 2 13.2, 13.3): four, then six, each of these behind
 * its control register; one that stops them all; samples of instructions (IBS); branch records.
 *
 * TSX_CTRL is not here: it is how the administrator answers TSX asynchronous abort, for cells
 * too, which cannot write it.
 */
const struct msr_reset msr_reset_table[] = {
	{ .first = MSR_IA32_PERF_GLOBAL_CTRL, PMU_FIELD(EAX, 0, 0xff, 2, 1) },
	{ .first = MSR_IA32_FIXED_CTR_CTRL, PMU_FIELD(EAX, 0, 0xff, 2, 1) },
	{ .first = MSR_IA32_PEBS_ENABLE, EXISTS_IF(1, 0, EDX, 21) },
	{ .first = MSR_IA32_RTIT_CTL, EXISTS_IF(7, 0, EBX, 25) },
	{ .first = MSR_IA32_DS_AREA, EXISTS_IF(1, 0, EDX, 21) },
	{ .first = MSR_ARCH_LBR_CTL, EXISTS_IF(7, 0, EDX, 19) },
	{ .first = MSR_AMD_PERF_GLOBAL_CTL, EXISTS_IF(0x80000022, 0, EAX, 0) },
	{ .first = MSR_AMD_PERF_CTL, EXIST_IF(12, 0x80000001, 0, ECX, 23) },
	{ .first = MSR_K7_EVNTSEL0, EXIST_IF(8, 0x80000001, 0, ECX, 2) },
	{ .first = MSR_AMD_IBS_FETCH_CTL, EXISTS_IF(0x80000001, 0, ECX, 10) },
	{ .first = MSR_AMD_IBS_OP_CTL, EXISTS_IF(0x80000001, 0, ECX, 10) },
	{ .first = MSR_AMD_DBG_EXTN_CFG, EXISTS_IF(0x80000022, 0, EAX, 1) },
	{ .first = MSR_IA32_PERFEVTSEL0, PMU_FIELD(EAX, 8, 0xff, 1, 8) },
	{ .first = MSR_IA32_PMC0, PMU_FIELD(EAX, 8, 0xff, 1, 8) },
	{ .first = MSR_IA32_FIXED_CTR0, PMU_FIELD(EDX, 0, 0x1f, 1, 4) },
	{ .first = MSR_IA32_SPEC_CTRL, EXISTS_IF(7, 0, EDX, 26) },
	/* IBRS and STIBP; SSBD and PSFD */
	{ .first = MSR_IA32_SPEC_CTRL, AMD_SPECULATION(14, 0x03) },
	{ .first = MSR_IA32_SPEC_CTRL, AMD_SPECULATION(24, 0x11) },
	{ .first = MSR_IA32_XFD, EXISTS_IF(0xd, 1, EAX, 4) },
	{ .first = MSR_IA32_XFD_ERR, EXISTS_IF(0xd, 1, EAX, 4) },
	{ .first = MSR_IA32_XSS, EXISTS_IF(0xd, 1, EAX, 3) },
	{ .first = MSR_IA32_TSC_DEADLINE, EXISTS_IF(1, 0, ECX, 24) },
	{ .first = MSR_STAR, EXISTS_IF(0x80000001, 0, EDX, 29) },
	{ .first = MSR_LSTAR, EXISTS_IF(0x80000001, 0, EDX, 29) },
	{ .first = MSR_CSTAR, EXISTS_IF(0x80000001, 0, EDX, 29) },
	{ .first = MSR_FMASK, EXISTS_IF(0x80000001, 0, EDX, 29) },
	{ .first = MSR_KERNEL_GS_BASE, EXISTS_IF(0x80000001, 0, EDX, 29) },
	{ .first = MSR_TSC_AUX, EXISTS_IF(0x80000001, 0, EDX, 27) },
	{ .first = MSR_TEST_CTRL, EXISTS_IF(7, 0, EDX, 30) },
	{ .first = MSR_MISC_FEATURES_ENABLES, MAY_EXIST },
	{ .first = MSR_IA32_UMWAIT_CONTROL, EXISTS_IF(7, 0, ECX, 5) },
	{ .first = MSR_IA32_PKRS, EXISTS_IF(7, 0, ECX, 31) },
	{ .first = MSR_IA32_PASID, EXISTS_IF(7, 0, ECX, 29) },
	/* Of SENDUIPI, the table of whom it interrupts: anybody, with any vector. */
	{ .first = MSR_IA32_UINTR_RR, EXIST_IF(6, 7, 0, EDX, 5) },
	{ .first = MSR_IA32_FRED_RSP0, EXIST_IF(9, 7, 1, EAX, 17) },
	{ .first = MSR_IA32_U_CET, EXISTS_IF(7, 0, ECX, 7) },
	{ .first = MSR_IA32_S_CET, EXISTS_IF(7, 0, ECX, 7) },
	{ .first = MSR_IA32_U_CET, EXISTS_IF(7, 0, EDX, 20) },
	{ .first = MSR_IA32_S_CET, EXISTS_IF(7, 0, EDX, 20) },
	{ .first = MSR_IA32_PL0_SSP, EXIST_IF(5, 7, 0, ECX, 7) },
	{ .first = MSR_IA32_PRED_CMD, .value = PRED_CMD_IBPB, EXISTS_IF(7, 0, EDX, 26) },
	{ .first = MSR_IA32_PRED_CMD, .value = PRED_CMD_IBPB, AMD_SPECULATION(12, 0x01) },
	{ .first = MSR_IA32_FLUSH_CMD, .value = FLUSH_CMD_L1D, EXISTS_IF(7, 0, EDX, 28) },
};

const unsigned int msr_reset_table_size = ARRAY_SIZE(msr_reset_table);

static unsigned int reset_count(const struct msr_reset *row, const struct msr_hw *hw)
{
	u32 regs[4], field;

	hw->cpuid(row->leaf & 0x80000000, 0, regs);
	if (regs[CPUID_EAX] < row->leaf)
		return 0;
	hw->cpuid(row->leaf, row->subleaf, regs);
	field = regs[row->reg] >> row->shift & row->mask;
	if (field < row->min)
		return 0;
	return row->mask == 1 ? row->max : MIN(field, row->max);
}

void msr_reset(const struct msr_hw *hw)
{
	const struct msr_reset *row;
	unsigned int i, n;

	for (row = msr_reset_table; row < msr_reset_table + msr_reset_table_size; row++) {
		n = reset_count(row, hw);
		for (i = 0; i < n; i++)
			hw->write(row->first + i, row->value);
	}
}
