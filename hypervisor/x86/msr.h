/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model-specific registers: which ones the root cell and the other cells may touch.
 *
 * The root cell has a deny-list, all other cells an allow-list (SDM 4 for the
 * registers, SDM 3C 25.6.9 for the bitmap).
 */
#ifndef _X86_MSR_H
#define _X86_MSR_H

#include "types.h"
#include "registers.h"

/* The last one: a cell's CPU whose TSC is not the machine's. */
enum msr_view { MSR_VIEW_ROOT, MSR_VIEW_CELL, MSR_VIEW_CELL_TSC, MSR_NUM_VIEWS };

/**
 * enum msr_policy - what one kind of access gets
 * @MSR_PASS: the hardware decides, without an exit; never seen at an exit, because
 *	the register is in the bitmap. So the hypervisor itself executes no access
 *	that the guest chose
 * @MSR_GP: #GP(0)
 * @MSR_IGNORE: a read gives 0, a write is dropped
 * @MSR_ZERO: a read gives 0, a write of 0 is dropped, of anything else is #GP(0)
 * @MSR_HANDLE: msr_rule.kind says who emulates it
 */
enum msr_policy { MSR_PASS, MSR_GP, MSR_IGNORE, MSR_ZERO, MSR_HANDLE };

enum msr_kind {
	MSR_KIND_NONE,
	MSR_KIND_APIC_BASE,
	MSR_KIND_X2APIC,
	MSR_KIND_X2APIC_ICR,
	MSR_KIND_ROOT,		/* see root_msr.h */
	MSR_KIND_CELL,		/* see msr_cell.h */
	MSR_KIND_VENDOR,	/* see vendor.h */
};

/**
 * struct msr_rule - policy for a range of registers
 * @first: first register
 * @last: last register
 * @read: enum msr_policy of RDMSR
 * @write: enum msr_policy of WRMSR
 * @kind: enum msr_kind, for MSR_HANDLE
 * @name: for the log
 */
struct msr_rule {
	u32 first;
	u32 last;
	u8 read;
	u8 write;
	u8 kind;
	const char *name;
};

/* 256 registers each: 0 to 0x1fff, 0xc0000000 to 0xc0001fff, 0xc0010000 to 0xc0011fff. */
#define MSR_GROUPS_OF_RANGE	32
#define MSR_NUM_GROUPS		(3 * MSR_GROUPS_OF_RANGE)
/* At most so many of them have rules for single registers. */
#define MSR_MAX_DETAILED	16
#define MSR_MAX_RULES		64
/* At most so many of them are the vendor's, in one view. */
#define MSR_MAX_VENDOR_RULES	20

/**
 * struct msr_table - the rules of one view, made for a decision in constant time
 * @rule: the rules that @slot counts; the first is the view's default
 * @group: index into @slot for each 256 registers
 * @num_groups: how many groups there are; for registers of others nobody asks
 * @slot: number of the rule for each register of the group
 *
 * Built once, read by all CPUs.
 */
struct msr_table {
	const struct msr_rule *rule[MSR_MAX_RULES];
	u8 group[MSR_NUM_GROUPS];
	u32 num_groups;
	u8 slot[MSR_MAX_DETAILED][256];
};

/**
 * struct msr_vendor - what of the registers depends on who made the CPU
 * @bitmap_size: bytes of the bitmap that says which accesses exit
 * @set: whether accesses exit, to registers of one of the ranges that the bitmap covers
 * @num_groups: how many of the groups of struct msr_table it covers
 * @rules: what the vendor adds to the rules of enum msr_view, or puts in their place; the one
 *	for cells is that of MSR_VIEW_CELL_TSC, too
 * @num_rules: how many
 */
struct msr_vendor {
	size_t bitmap_size;
	void (*set)(u8 *bitmap, u32 first, u32 last, bool read_exits, bool write_exits);
	unsigned int num_groups;
	const struct msr_rule *rules[2];
	unsigned int num_rules[2];
};

/* Of the image's vendor. */
extern const struct msr_vendor vendor_msrs;

/**
 * msr_table_build() - prepare the decision at an exit
 * @table: to be filled in, about 6 KiB
 * @vendor: of the CPU
 * @view: whose accesses it decides about
 * @x2apic_hw: the hardware's APICs are in x2APIC mode
 *
 * Once, before any guest runs; read-only from then on.
 */
void msr_table_build(struct msr_table *table, const struct msr_vendor *vendor,
		     enum msr_view view, bool x2apic_hw);

/**
 * msr_bitmap_build() - which accesses of a guest exit
 * @bitmap: filled in; all of its bits set would mean that all accesses exit
 * @vendor: of the CPU
 * @view: whose accesses
 * @x2apic_hw: the hardware's APICs are in x2APIC mode
 *
 * All cells but the root have the same one, and may share it.
 */
void msr_bitmap_build(u8 *bitmap, const struct msr_vendor *vendor, enum msr_view view,
		      bool x2apic_hw);

/* The rule for registers that no bitmap covers, in either view. */
extern const struct msr_rule msr_rule_unknown;

/**
 * msr_rule_find() - the rule for a register at an exit
 * @table: built for the view of the guest
 * @msr: ECX
 *
 * Return: never NULL.
 */
static inline const struct msr_rule *msr_rule_find(const struct msr_table *table, u32 msr)
{
	u32 low = msr & 0x1fff, range = msr >> 31;
	u32 group;

	/* All but the lowest 13 bits tell the range. */
	if (msr != low && msr - low != 0xc0000000) {
		if (msr - low != 0xc0010000)
			return &msr_rule_unknown;
		range = 2;
	}
	group = range * MSR_GROUPS_OF_RANGE + (low >> 8);
	if (group >= table->num_groups)
		return &msr_rule_unknown;
	return table->rule[table->slot[table->group[group]][msr & 0xff]];
}

/**
 * struct msr_hw - how msr_reset() reaches the CPU that it runs on
 * @cpuid: CPUID as the hardware answers it
 * @write: WRMSR; must survive a #GP, emulators lack registers that CPUID announces
 */
struct msr_hw {
	void (*cpuid)(u32 leaf, u32 subleaf, u32 regs[4]);
	void (*write)(u32 msr, u64 value);
};

/**
 * struct msr_reset - registers that are written when a CPU changes owner
 * @first: first register
 * @value: what they get
 * @leaf: CPUID leaf that says whether they exist
 * @subleaf: its subleaf
 * @max: number of registers at most; where the field is a single bit, the number of them
 * @reg: enum cpuid_reg of the field
 * @shift: lowest bit of the field
 * @mask: of the field, after shifting
 * @min: none exists where the field is below; otherwise so many as it says, or @max
 *
 * 0 is their value after INIT, or after power-on where INIT keeps the register.
 *
 * Without what the VMCS loads at each entry (EFER, PAT, SYSENTER, DEBUGCTL, FS and GS
 * base): the caller resets that there. TSC_ADJUST has no fixed value: the caller too.
 */
struct msr_reset {
	u32 first;
	u32 value;
	u32 leaf;
	u8 subleaf;
	u8 max;
	u8 reg;
	u8 shift;
	u8 mask;
	u8 min;
};

extern const struct msr_reset msr_reset_table[];
extern const unsigned int msr_reset_table_size;

/**
 * msr_reset() - give registers of this CPU their reset values
 * @hw: the CPU
 *
 * When a CPU changes owner, on this CPU, before the new owner's first instruction.
 */
void msr_reset(const struct msr_hw *hw);

#endif
