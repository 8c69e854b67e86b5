// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts, twice a second by the PM timer, which it polls without interrupts. It touches
 * nothing that a hypervisor would have to trap.
 */
#include "inmate.h"

#define PERIOD_NS	(500 * NS_PER_MS)

/* apic-demo has the first port. */
const u16 bare_console_port = 0x2f8;

/* Returns true once the cell may go. */
static bool answer_messages(void)
{
	switch (comm_message()) {
	case JAILHOUSE_MSG_NONE:
		return false;
	case JAILHOUSE_MSG_SHUTDOWN_REQUEST:
		printf("Shutdown requested: approved\n");
		comm_reply(JAILHOUSE_MSG_REQUEST_APPROVED);
		return true;
	case JAILHOUSE_MSG_RECONFIG_COMPLETED:
		comm_reply(JAILHOUSE_MSG_RECEIVED);
		return false;
	default:
		comm_reply(JAILHOUSE_MSG_UNKNOWN);
		return false;
	}
}

void inmate_main(void)
{
	u64 now = pm_timer_ns(), next = now;
	unsigned int count = 0;

	while (!answer_messages()) {
		now = pm_timer_ns();
		if (now < next) {
			cpu_relax();
			continue;
		}
		next += PERIOD_NS;
		printf("Hello %u from cell! PM timer: %llu ms\n", ++count,
		       now / NS_PER_MS);
	}
}
