/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How fast a CPU runs. Linux sets a CPU that it takes offline to its lowest frequency, and a
 * cell has no way to change that: the registers act on the power of others as well, and are
 * not its own. So a cell's CPU runs at the frequency that it can keep for ever, without
 * turbo, which would come and go with what its neighbours do (SDM 3B 15.3, 15.4).
 */
#ifndef _X86_PSTATE_H
#define _X86_PSTATE_H

#include "types.h"

/**
 * struct pstate_hw - how pstate.c reaches the CPU that it runs on
 * @cpuid: CPUID as the hardware answers it
 * @read: RDMSR; false: #GP, there is no such register
 * @write: WRMSR; false: #GP
 */
struct pstate_hw {
	void (*cpuid)(u32 leaf, u32 subleaf, u32 regs[4]);
	bool (*read)(u32 msr, u64 *value);
	bool (*write)(u32 msr, u64 value);
};

/**
 * struct pstate - what Linux had set
 * @msr: the register, 0: nothing was changed
 * @value: what it had in it
 */
struct pstate {
	u32 msr;
	u64 value;
};

/**
 * pstate_fix() - run at the frequency that this CPU can keep
 * @before: receives what pstate_restore() needs
 * @hw: the CPU
 *
 * A CPU that does not say what that is, or has nothing to set, stays as it is.
 *
 * Context: on the CPU, on its way from the root cell to another one.
 */
void pstate_fix(struct pstate *before, const struct pstate_hw *hw);

/**
 * pstate_restore() - undo pstate_fix()
 * @before: what that left; nothing is left in it
 * @hw: the CPU
 *
 * Context: on the CPU, on its way back to the root cell.
 */
void pstate_restore(struct pstate *before, const struct pstate_hw *hw);

#endif
