// SPDX-License-Identifier: GPL-2.0-only
/* Registers that a cell's CPU has only in appearance. */
#include "msr_cell.h"
#include "errno.h"
#include "registers.h"

#define MTRR_ENABLE		BIT_ULL(11)
#define MTRR_FIXED_ENABLE	BIT_ULL(10)
#define MTRR_TYPE		0xffULL

#define TYPE_WRITE_BACK		6

/* Memory types 0, 1, 4, 5 and 6; in the PAT also 7, uncached minus (SDM 3A 12.12.2). */
#define MTRR_TYPES		0x73U
#define PAT_TYPES		0xf3U

/* Each of the eight is uncached. */
#define PAT_UNCACHED		0ULL

/*
 * Fast strings are on, and neither branch trace nor precise event based sampling is there,
 * as cells have neither. What is not said here is off.
 */
#define MISC_ENABLE_FAST_STRINGS	BIT_ULL(0)
#define MISC_ENABLE_NO_BTS		BIT_ULL(11)
#define MISC_ENABLE_NO_PEBS		BIT_ULL(12)

/*
 * Bits that say what the processor does not suffer from, or does by itself. Not shown are those
 * that say that there is a register which cells do not have, as TSX_CTRL (7) and FB_CLEAR_CTRL
 * (18), and all that nobody has looked at: RDCL_NO, IBRS_ALL, RSBA, SKIP_L1DFL_VMENTRY, SSB_NO,
 * MDS_NO, IF_PSCHANGE_MC_NO, TAA_NO, SBDR_SSDP_NO, FBSDP_NO, PSDP_NO, FB_CLEAR, RRSBA, BHI_NO,
 * PBRSB_NO, GDS_NO, RFDS_NO, RFDS_CLEAR (SDM 4, table 2-2).
 */
#define ARCH_CAPABILITIES \
	(BIT_ULL(0) | BIT_ULL(1) | BIT_ULL(2) | BIT_ULL(3) | BIT_ULL(4) | BIT_ULL(5) | \
	 BIT_ULL(6) | BIT_ULL(8) | BIT_ULL(13) | BIT_ULL(14) | BIT_ULL(15) | BIT_ULL(17) | \
	 BIT_ULL(19) | BIT_ULL(20) | BIT_ULL(24) | BIT_ULL(26) | BIT_ULL(27) | BIT_ULL(28))

static bool type_valid(u64 type, u32 types)
{
	return type < 8 && (types >> type & 1);
}

static bool mtrr_valid(u64 val)
{
	return !(val & ~(MTRR_ENABLE | MTRR_FIXED_ENABLE | MTRR_TYPE)) &&
	       type_valid(val & MTRR_TYPE, MTRR_TYPES);
}

static bool pat_valid(u64 val)
{
	unsigned int n;

	for (n = 0; n < 8; n++, val >>= 8)
		if (!type_valid(val & 0xff, PAT_TYPES))
			return false;
	return true;
}

void msr_cell_reset(struct msr_cell *msrs)
{
	msrs->mtrr_def_type = MTRR_ENABLE | TYPE_WRITE_BACK;
	msrs->pat = X86_PAT_RESET;
	msrs->tsc_offset = 0;
}

int msr_cell_read(const struct msr_cell *msrs, u32 msr, u64 *val)
{
	switch (msr) {
	case MSR_IA32_MISC_ENABLE:
		*val = MISC_ENABLE_FAST_STRINGS | MISC_ENABLE_NO_BTS | MISC_ENABLE_NO_PEBS;
		return 0;
	case MSR_IA32_PAT:
		*val = msrs->pat;
		return 0;
	case MSR_IA32_MTRR_DEF_TYPE:
		*val = msrs->mtrr_def_type;
		return 0;
	default:
		return -EINVAL;
	}
}

int msr_cell_write(struct msr_cell *msrs, u32 msr, u64 val)
{
	if (msr == MSR_IA32_PAT && pat_valid(val))
		msrs->pat = val;
	else if (msr == MSR_IA32_MTRR_DEF_TYPE && mtrr_valid(val))
		msrs->mtrr_def_type = val;
	else
		return -EINVAL;
	return 0;
}

u64 msr_cell_arch_capabilities(u64 val)
{
	return val & ARCH_CAPABILITIES;
}

u64 msr_cell_pat(const struct msr_cell *msrs)
{
	return msrs->mtrr_def_type & MTRR_ENABLE ? msrs->pat : PAT_UNCACHED;
}

/* One that would be 0 there is past, and so is 1. */
static u64 convert(u64 deadline, u64 difference)
{
	if (!deadline)
		return 0;
	return deadline + difference ? deadline + difference : 1;
}

u64 msr_deadline_to_machine(const struct msr_cell *msrs, u64 deadline)
{
	return convert(deadline, -msrs->tsc_offset);
}

u64 msr_deadline_to_cell(const struct msr_cell *msrs, u64 deadline)
{
	return convert(deadline, msrs->tsc_offset);
}
