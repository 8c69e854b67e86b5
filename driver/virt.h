/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the CPU has for hypervisors: VMX on Intel's and others' CPUs, SVM on AMD's and
 * Hygon's. Each has an image of its own. What the driver has to know of them is whether one
 * can be had, and how others see that it is taken.
 */
#ifndef _JH_VIRT_H
#define _JH_VIRT_H

#include <linux/types.h>

#define JH_FIRMWARE_INTEL	"jailhouse-intel.bin"
#define JH_FIRMWARE_AMD		"jailhouse-amd.bin"

struct reason;

/**
 * struct virt - one of them
 * @name: what the vendor calls it
 * @firmware: file name of the hypervisor that uses it
 * @vendor: JAILHOUSE_VENDOR_* in its header
 * @switch_on: what the user can do if the firmware has switched it off
 * @offered: has this CPU got it? The CPU itself is asked: Linux clears its own flag when the
 *	firmware has switched it off, which is another reason
 * @barred: has the firmware switched it off for good, on this CPU? Changes nothing
 * @permitted: is it switched on, on this CPU? If the firmware has left that open, it is
 *	switched on, for good
 * @in_use: does somebody use it, on this CPU?
 * @claim: from now on others see that it is in use, on this CPU; interrupts are off
 * @release: undo @claim
 * @check: what else may be in the way
 * @capable: can this CPU do all that the hypervisor needs?
 * @describe: what it says of itself, as text, which may be empty
 */
struct virt {
	const char *name;
	const char *firmware;
	u32 vendor;
	const char *switch_on;
	bool (*offered)(void);
	bool (*barred)(void);
	bool (*permitted)(void);
	bool (*in_use)(void);
	void (*claim)(void);
	void (*release)(void);
	int (*check)(struct reason *why);
	int (*capable)(struct reason *why);
	int (*describe)(char *text, size_t size);
};

/* virt_vmx.c, virt_svm.c */
extern const struct virt jh_virt_vmx;
extern const struct virt jh_virt_svm;

/* virt.c */
extern const struct virt *jh_virt;
int jh_virt_look(struct reason *why);
int jh_virt_check(struct reason *why);
int jh_virt_capable(struct reason *why);
int jh_virt_describe(char *text, size_t size);

#endif
