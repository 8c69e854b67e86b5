/* SPDX-License-Identifier: GPL-2.0-only */
/* Machine checks: what the banks say of them. SDM 3B 16. */
#ifndef _X86_MCE_H
#define _X86_MCE_H

#include "config_check.h"
#include "types.h"

#define MSR_IA32_MCG_CAP	0x00000179
#define MSR_IA32_MCG_STATUS	0x0000017a
#define MSR_IA32_MC_STATUS(n)	(0x00000401 + 4 * (n))
#define MSR_IA32_MC_ADDR(n)	(0x00000402 + 4 * (n))
#define MSR_IA32_MC_MISC(n)	(0x00000403 + 4 * (n))

#define MCG_STATUS_RIPV		BIT_ULL(0)

/**
 * struct mce_bank - what is in a bank
 * @number: of the bank
 * @status: IA32_MCi_STATUS
 * @addr: IA32_MCi_ADDR, 0 if it is not valid
 * @misc: IA32_MCi_MISC, 0 if it is not valid
 */
struct mce_bank {
	unsigned int number;
	u64 status;
	u64 addr;
	u64 misc;
};

/**
 * struct mce_ops - what mce_judge() uses
 * @read: an MSR of the calling CPU; 0 if it does not exist
 * @note: a bank that says something
 */
struct mce_ops {
	u64 (*read)(u32 msr);
	void (*note)(const struct mce_bank *bank);
};

/**
 * mce_judge() - note what the banks say, and whether a cell can go on
 * @ops: what is used for that
 * @desc: configuration of the cell that the calling CPU runs
 *
 * It cannot if the CPU does not know where to go on, if its state is lost, or if an error
 * that was not corrected is in memory of its own. One elsewhere is for others: a machine
 * check reaches all CPUs.
 */
bool mce_judge(const struct mce_ops *ops, const struct jailhouse_cell_desc *desc);

#endif
