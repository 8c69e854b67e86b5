// SPDX-License-Identifier: GPL-2.0-only
/* Only in the test build: VM entries and exits that the product never makes. */
#include "vmx.h"
#include "errno.h"
#include "test_build.h"

#define WAKE_TICKS	200000

/* One beyond the last of the activity states (SDM 3C 25.4.2). */
#define ACTIVITY_RESERVED	4

/* None of the CPU's interruption types (SDM 3C 25.8.3). */
#define INTR_TYPE_RESERVED	(1U << 8)

u64 vendor_test_spoil(u64 arg)
{
	u64 secondary = vmcs_read32(VMCS_SECONDARY_CONTROLS);

	switch (arg) {
	case TEST_BAD_STATE:
		vmcs_write_natural(VMCS_GUEST_RIP, 0);
		vmcs_write32(VMCS_GUEST_ACTIVITY, ACTIVITY_RESERVED);
		return 0;
	case TEST_BAD_RFLAGS:
		vmcs_write_natural(VMCS_GUEST_RFLAGS, 0);
		return 0;
	case TEST_BAD_INJECTION:
		vmcs_write32(VMCS_ENTRY_INTR_INFO, INTR_INFO_VALID | INTR_TYPE_RESERVED);
		return 0;
	case TEST_EXIT_SLDT:
		vmcs_write32(VMCS_SECONDARY_CONTROLS, secondary | CPU2_DESCRIPTOR_EXITING);
		return 0;
	case TEST_NO_EXIT_SLDT:
		vmcs_write32(VMCS_SECONDARY_CONTROLS, secondary & ~(u64)CPU2_DESCRIPTOR_EXITING);
		return 0;
	case TEST_CR4:
		return vmcs_read_natural(VMCS_GUEST_CR4);
	default:
		return (u64)-EINVAL;
	}
}

/* But for that, the timer stands at 0, for vendor_exit_at_once(). */
void vendor_test_wake(struct percpu *percpu, bool on)
{
	vmcs_write32(VMCS_PREEMPTION_TIMER, on ? WAKE_TICKS : 0);
	if (on)
		vmcs_write32(VMCS_PIN_CONTROLS, percpu->vendor.pin_controls | PIN_PREEMPTION_TIMER);
}
