// SPDX-License-Identifier: GPL-2.0-only
/* A VM entry that is meant to come back, while there is still a way back to Linux. */
#include "vmx.h"
#include "errno.h"
#include "format.h"

/*
 * VM entry checks all controls, the host state and the guest state (SDM 3C 27.2, 27.3). With
 * the preemption timer at 0 and nothing injected, which would be delivered before the timer
 * is looked at, the exit comes before the guest's first instruction (27.7.4). What is not
 * tested is EPT: nothing is fetched.
 */
int vendor_trial_entry(struct percpu *percpu, char *why, size_t why_size)
{
	bool entered;
	u64 reason;

	vendor_exit_at_once(percpu);
	vmcs_write_natural(VMCS_HOST_RIP, (u64)vmx_trial_exit);
	entered = vmx_launch_and_return(VMCS_HOST_RSP.encoding);
	vmx_set_exit_entry();
	vmcs_write32(VMCS_PIN_CONTROLS, percpu->vendor.pin_controls);

	if (!entered) {
		fmt_snprintf(why, why_size, "VM entry failed: VM-instruction error %llu",
			     vmcs_read32(VMCS_INSTRUCTION_ERROR));
		return -EIO;
	}
	reason = vmcs_read32(VMCS_EXIT_REASON);
	if (reason == EXIT_PREEMPTION_TIMER)
		return 0;
	fmt_snprintf(why, why_size, "VM entry failed: exit reason 0x%llx, qualification 0x%llx",
		     reason, vmcs_read_natural(VMCS_EXIT_QUALIFICATION));
	return -EIO;
}
