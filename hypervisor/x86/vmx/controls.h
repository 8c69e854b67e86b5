/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of the CPU's abilities are needed, and which are used if they are there. */
#ifndef _VMX_CONTROLS_H
#define _VMX_CONTROLS_H

#include "types.h"

/* IA32_VMX_BASIC: the TRUE registers are there. */
#define VMX_BASIC_TRUE_CONTROLS	BIT_ULL(55)

/**
 * struct vmx_caps - what a CPU says of its VMX (SDM 3D appendix A)
 * @basic: IA32_VMX_BASIC
 * @misc: IA32_VMX_MISC
 * @ept: IA32_VMX_EPT_VPID_CAP
 * @pin: IA32_VMX_TRUE_PINBASED_CTLS: these have the bits that must be 1 in their lower
 *	halves, those that may be in the upper
 * @primary: IA32_VMX_TRUE_PROCBASED_CTLS
 * @secondary: IA32_VMX_PROCBASED_CTLS2
 * @exit: IA32_VMX_TRUE_EXIT_CTLS
 * @entry: IA32_VMX_TRUE_ENTRY_CTLS
 *
 * A register that the CPU does not have is 0.
 */
struct vmx_caps {
	u64 basic;
	u64 misc;
	u64 ept;
	u64 pin;
	u64 primary;
	u64 secondary;
	u64 exit;
	u64 entry;
};

/**
 * struct vmx_controls - VM-execution, VM-exit and VM-entry controls in use
 * @pin: always on; so are those of the others
 * @primary: primary processor-based controls
 * @secondary: secondary processor-based controls
 * @exit: VM-exit controls
 * @entry: VM-entry controls
 * @huge_levels: page sizes that EPT knows, for pgtable_format.huge_levels
 *
 * The first CPU determines them, all others have to be capable of the same.
 */
struct vmx_controls {
	u32 pin;
	u32 primary;
	u32 secondary;
	u32 exit;
	u32 entry;
	u32 huge_levels;
};

/**
 * vmx_controls_choose() - does a CPU have everything that we need?
 * @caps: of the CPU
 * @controls: receives what is going to be used
 * @why: receives the name of what is missing, or cannot be switched off
 * @why_size: bytes of @why
 *
 * Return: 0 or -ENODEV.
 */
int vmx_controls_choose(const struct vmx_caps *caps, struct vmx_controls *controls,
			char *why, size_t why_size);

/**
 * vmx_controls_differ() - would two CPUs not get the same?
 * @one: of one CPU
 * @other: of the other
 * @why: receives the sentence
 * @why_size: bytes of @why
 *
 * Return: 0 or -ENODEV.
 */
int vmx_controls_differ(const struct vmx_controls *one, const struct vmx_controls *other,
			char *why, size_t why_size);

#endif
