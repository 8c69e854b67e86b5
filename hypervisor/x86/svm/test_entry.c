// SPDX-License-Identifier: GPL-2.0-only
/* Only in the test build: entries and exits that the product never makes. */
#include "svm.h"
#include "errno.h"
#include "test_build.h"

/* SLDT and STR */
#define INTERCEPT_LDTR_READ	(1U << 8)

u64 vendor_test_spoil(u64 arg)
{
	switch (arg) {
	case TEST_BAD_STATE:
		percpu_vmcb.rip = 0;
		percpu_vmcb.efer &= ~X86_EFER_SVME;
		return 0;
	case TEST_BAD_RFLAGS:
		/* There are no such RFLAGS; but the upper half of DR7 has to be clear. */
		percpu_vmcb.dr7 |= BIT_ULL(32);
		return 0;
	case TEST_BAD_INJECTION:
		percpu_vmcb.event_inj = EVENT_VALID | EVENT_TYPE_EXCEPTION | X86_EXC_NMI;
		return 0;
	case TEST_EXIT_SLDT:
		percpu_vmcb.intercept_misc1 |= INTERCEPT_LDTR_READ;
		return 0;
	case TEST_NO_EXIT_SLDT:
		percpu_vmcb.intercept_misc1 &= ~INTERCEPT_LDTR_READ;
		return 0;
	case TEST_CR4:
		return percpu_vmcb.cr4;
	default:
		return (u64)-EINVAL;
	}
}

/* There is no timer. What a parked CPU does is to halt. */
void vendor_test_wake(__maybe_unused struct percpu *percpu, bool on)
{
	percpu_vmcb.intercept_misc1 &= ~INTERCEPT_HLT;
	if (on)
		percpu_vmcb.intercept_misc1 |= INTERCEPT_HLT;
}
