/* SPDX-License-Identifier: GPL-2.0-only */
/* The files of vmx/, to each other. All functions act on the calling CPU. */
#ifndef _VMX_VMX_H
#define _VMX_VMX_H

#include "access.h"
#include "controls.h"
#include "vendor.h"

extern struct vmx_controls vmx_used;

/* ept.c */

/** ept_pointer() - the EPTP of a table of stage 2 */
u64 ept_pointer(const struct pgtable *table);

/* vmcs.c */

/** vmx_set_nmi_window() - exit as soon as the guest can take an NMI, or no more */
void vmx_set_nmi_window(struct percpu *percpu, bool on);

/** vmx_set_exit_entry() - exits come to vmexit_entry, on the CPU's own stack */
void vmx_set_exit_entry(void);

/* cr.c */

/** vmx_cr4_mask() - bits of CR4 that exit when the guest changes them */
u64 vmx_cr4_mask(bool root);

/** vmx_set_long_mode() - EFER.LMA at VM entry */
void vmx_set_long_mode(struct percpu *percpu, bool on);

/* inject.c */

/**
 * vmx_reflect() - an exception of the guest exited: it gets it after all
 * @info: VMCS_EXIT_INTR_INFO
 *
 * Without what its delivery does on a CPU, the injection not: DR6, DR7 and DEBUGCTL of a
 * debug exception, the end of a shadow by INT1 (SDM 3C 28.1, 27.6.1.1).
 */
void vmx_reflect(u64 info);

/** vmx_nmi_window_open() - the guest can take an NMI, says the CPU: it gets one */
void vmx_nmi_window_open(struct percpu *percpu);

/* exit.c */
void vmexit_handle(void);

/* exit_entry.S, and what it calls when VMLAUNCH or VMRESUME fail */
extern const u8 vmexit_entry[];
__noreturn void vmx_entry_failed(void);
void vmx_resume_failed(void);

/**
 * vmx_launch_and_return() - VMLAUNCH, and come back with the exit; only for vendor_trial_entry()
 * @host_rsp: encoding of that field; host RIP has to be vmx_trial_exit
 *
 * Return: false if the instruction failed.
 */
bool vmx_launch_and_return(u64 host_rsp);
extern const u8 vmx_trial_exit[];

#endif
