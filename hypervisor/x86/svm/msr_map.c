// SPDX-License-Identifier: GPL-2.0-only
/* Which MSRs exit, as SVM wants it. */
#include "msr.h"
#include "bits.h"
#include "vendor_cpu.h"

/* Of each register two bits, reads before writes; 2 KiB for each of three ranges (APM 2 15.11). */
static void set(u8 *bitmap, u32 first, u32 last, bool read_exits, bool write_exits)
{
	const unsigned int range = !(first >> 31) ? 0 : first >> 16 & 1 ? 2 : 1;
	const u8 pattern = (u8)((read_exits ? 0x55 : 0) | (write_exits ? 0xaa : 0));

	bits_fill(bitmap + range * 2048, (first & 0x1fff) * 2, ((last & 0x1fff) + 1) * 2, pattern);
}

/*
 * SVM's own registers, what decides where memory is and what accesses go there, system management
 * mode, and registers that write to memory or name pages of the host. What Linux writes back as
 * it has read it, when a CPU comes online, is dropped.
 */
static const struct msr_rule root_rules[] = {
	{ MSR_EFER, MSR_EFER, MSR_PASS, MSR_HANDLE, MSR_KIND_VENDOR, "EFER" },
	{ 0xc0000104, 0xc0000104, MSR_PASS, MSR_GP, MSR_KIND_NONE, "TSC_RATIO" },
	{ 0xc0010010, 0xc0010010, MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "SYSCFG" },
	{ 0xc0010015, 0xc0010015, MSR_PASS, MSR_IGNORE, MSR_KIND_NONE, "HWCR" },
	{ 0xc0010016, 0xc0010019, MSR_PASS, MSR_GP, MSR_KIND_NONE, "IORR" },
	{ 0xc001001a, 0xc001001a, MSR_PASS, MSR_GP, MSR_KIND_NONE, "TOP_MEM" },
	{ 0xc001001d, 0xc001001d, MSR_PASS, MSR_GP, MSR_KIND_NONE, "TOP_MEM2" },
	{ 0xc0010020, 0xc0010020, MSR_GP, MSR_IGNORE, MSR_KIND_NONE, "PATCH_LOADER" },
	{ 0xc0010058, 0xc0010058, MSR_PASS, MSR_GP, MSR_KIND_NONE, "MMIO_CFG_BASE" },
	{ 0xc0010111, 0xc0010113, MSR_PASS, MSR_GP, MSR_KIND_NONE, "SMM" },
	{ 0xc0010114, 0xc0010117, MSR_PASS, MSR_GP, MSR_KIND_NONE, "VM_CR to VM_HSAVE_PA" },
	{ 0xc0010118, 0xc0010119, MSR_GP, MSR_GP, MSR_KIND_NONE, "SVM_KEY, SMM_KEY" },
	{ 0xc001011b, 0xc001011b, MSR_GP, MSR_GP, MSR_KIND_NONE, "AVIC_DOORBELL" },
	{ 0xc001011e, 0xc001011e, MSR_GP, MSR_GP, MSR_KIND_NONE, "VM_PAGE_FLUSH" },
	{ 0xc0010130, 0xc0010133, MSR_PASS, MSR_GP, MSR_KIND_NONE, "GHCB to RMP_END" },
};

/*
 * Of the third range: Linux's PCI code takes it for granted that NB_CFG is there, and sets a bit
 * that means nothing to a cell. Of the switches against errata it sets those that are off; the
 * root cell has done so.
 */
static const struct msr_rule cell_rules[] = {
	{ MSR_EFER, MSR_EFER, MSR_HANDLE, MSR_HANDLE, MSR_KIND_VENDOR, "EFER" },
	{ 0xc001001f, 0xc001001f, MSR_ZERO, MSR_IGNORE, MSR_KIND_NONE, "NB_CFG" },
	{ 0xc0011028, 0xc0011029, MSR_PASS, MSR_GP, MSR_KIND_NONE, "FP_CFG, DE_CFG" },
};

static_assert(ARRAY_SIZE(root_rules) <= MSR_MAX_VENDOR_RULES);
static_assert(ARRAY_SIZE(cell_rules) <= MSR_MAX_VENDOR_RULES);

const struct msr_vendor vendor_msrs = {
	.bitmap_size = VENDOR_MSR_BITMAP_SIZE,
	.set = set,
	.num_groups = MSR_NUM_GROUPS,
	.rules = { root_rules, cell_rules },
	.num_rules = { ARRAY_SIZE(root_rules), ARRAY_SIZE(cell_rules) },
};
