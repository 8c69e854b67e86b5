// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machine checks: what the banks say of them. SDM 3B 16.3.2.
 *
 * Nothing is written: banks are shared between CPUs, and Linux, which gets the same machine
 * check on its own ones, wants to find them as they are.
 */
#include "mce.h"

#define MCG_CAP_BANKS		0xffULL

#define MC_STATUS_VALID		BIT_ULL(63)
#define MC_STATUS_UNCORRECTED	BIT_ULL(61)
#define MC_STATUS_MISC_VALID	BIT_ULL(59)
#define MC_STATUS_ADDR_VALID	BIT_ULL(58)
#define MC_STATUS_CONTEXT_LOST	BIT_ULL(57)

/* Bits of the address below this one are not valid. */
#define MC_MISC_LSB(misc)	((misc) & 63)

/* The error is in what lies around the address, as far as that is known. */
static bool is_own(const struct mce_bank *bank, const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_memory *region = config_mem_regions(desc);
	const struct jailhouse_memory *end = region + desc->num_memory_regions;
	unsigned int lsb = (unsigned int)MC_MISC_LSB(bank->misc);
	u64 first = bank->addr & (~0ULL << lsb), last = first | ~(~0ULL << lsb);

	for (; region < end; region++)
		if (!(region->flags & JAILHOUSE_MEM_COMM_REGION) &&
		    first <= region->phys_start + region->size - 1 && last >= region->phys_start)
			return true;
	return false;
}

static bool read_bank(const struct mce_ops *ops, unsigned int n, struct mce_bank *bank)
{
	*bank = (struct mce_bank){ .number = n, .status = ops->read(MSR_IA32_MC_STATUS(n)) };
	if (!(bank->status & MC_STATUS_VALID))
		return false;
	if (bank->status & MC_STATUS_ADDR_VALID)
		bank->addr = ops->read(MSR_IA32_MC_ADDR(n));
	if (bank->status & MC_STATUS_MISC_VALID)
		bank->misc = ops->read(MSR_IA32_MC_MISC(n));
	return true;
}

bool mce_judge(const struct mce_ops *ops, const struct jailhouse_cell_desc *desc)
{
	unsigned int banks = (unsigned int)(ops->read(MSR_IA32_MCG_CAP) & MCG_CAP_BANKS), n;
	bool fatal = !(ops->read(MSR_IA32_MCG_STATUS) & MCG_STATUS_RIPV);

	for (n = 0; n < banks; n++) {
		struct mce_bank bank;

		if (!read_bank(ops, n, &bank))
			continue;
		ops->note(&bank);
		if (!(bank.status & MC_STATUS_UNCORRECTED))
			continue;
		if ((bank.status & MC_STATUS_CONTEXT_LOST) ||
		    ((bank.status & MC_STATUS_ADDR_VALID) && is_own(&bank, desc)))
			fatal = true;
	}
	return !fatal;
}
