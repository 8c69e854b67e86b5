/* SPDX-License-Identifier: GPL-2.0-only */
/* What SVM keeps of each CPU. Part of percpu.h, and nowhere else included. */
#ifndef _VENDOR_CPU_H
#define _VENDOR_CPU_H

#include "types.h"
#include "layout.h"
#include "vmcb.h"

/* The vendor's pages of a CPU's private area. The first one is mapped, as percpu_vmcb. */
#define SVM_PAGE_VMCB		PERCPU_PAGE_VENDOR
#define SVM_PAGE_HOST_SAVE	(PERCPU_PAGE_VENDOR + 1)
#define VENDOR_MAPPED_PAGES	1

#define VENDOR_MSR_BITMAP_SIZE	8192

/* TR is the guest's all the time: no interrupt stack of our TSS can be used. */
#define VENDOR_SWITCHES_TSS	0

/**
 * enum guest_nmi - what the guest does with the NMI that it got last
 * @NMI_NONE: it is through with it
 * @NMI_IN_SERVICE: its handler runs; IRET exits
 * @NMI_LEAVING: the handler's IRET is about to be executed
 */
enum guest_nmi { NMI_NONE, NMI_IN_SERVICE, NMI_LEAVING };

/**
 * struct vendor_cpu - SVM part of struct percpu
 * @host_save_before: VM_HSAVE_PA as it was before us
 * @vm_cr_before: VM_CR, likewise
 * @next_rip: where the instruction ends that has exited
 * @seen_cr0: CD and NW as the guest set them; the hardware has them clear
 * @seen_cr4: MCE as a cell set it; the hardware has it set
 * @intercept_exceptions: those that exit while IRET is not stepped over
 * @step_dr6: DR6 before that
 * @iret_rip: of NMI_LEAVING
 * @guest_nmi: see enum guest_nmi
 * @stepping: the guest executes the IRET of NMI_LEAVING, and exits behind it
 * @step_own_tf: it single-steps itself at that
 * @again: see vendor_exit_at_once()
 */
struct vendor_cpu {
	u64 host_save_before;
	u64 vm_cr_before;
	u64 next_rip;
	u64 seen_cr0;
	u64 seen_cr4;
	u32 intercept_exceptions;
	u64 step_dr6;
	u64 iret_rip;
	enum guest_nmi guest_nmi;
	bool stepping;
	bool step_own_tf;
	bool again;
};

/* Placed by the linker script. */
extern struct vmcb percpu_vmcb;

#endif
