// SPDX-License-Identifier: GPL-2.0-only
/* A VMRUN that is meant to come back, while there is still a way back to Linux. */
#include "svm.h"
#include "errno.h"
#include "exceptions.h"
#include "format.h"

static bool came_for_an_interrupt(u64 code)
{
	return code == EXIT_VINTR || code == EXIT_INTR || code == EXIT_NMI || code == EXIT_INIT;
}

/*
 * With interrupts on, and a virtual one that is pending, the guest is out again before it has
 * executed anything: that, and each real interrupt that comes first, is intercepted. What is
 * not tested is the nested page table: nothing is fetched.
 *
 * From the CLGI on the global interrupt flag is clear in the hypervisor, and TR and its like
 * are the guest's.
 */
int vendor_trial_entry(__maybe_unused struct percpu *percpu, char *why, size_t why_size)
{
	struct vmcb *vmcb = &percpu_vmcb;
	const u32 misc1 = vmcb->intercept_misc1;
	const u64 rflags = vmcb->rflags;

	clgi();
	exceptions_leave_tss();
	vmload(vmcb->own_hpa);
	vmcb->intercept_misc1 |= INTERCEPT_INTR | INTERCEPT_VINTR;
	vmcb->int_ctl = INT_CTL_V_IRQ | INT_CTL_V_IGN_TPR;
	vmcb->rflags |= X86_RFLAGS_IF;
	svm_run_once(vmcb->own_hpa);
	vmcb->intercept_misc1 = misc1;
	vmcb->int_ctl = 0;
	vmcb->rflags = rflags;

	if (came_for_an_interrupt(vmcb->exit_code))
		return 0;
	fmt_snprintf(why, why_size, "VMRUN failed: exit code 0x%llx, 0x%llx, 0x%llx",
		     vmcb->exit_code, vmcb->exit_info1, vmcb->exit_info2);
	return -EIO;
}
