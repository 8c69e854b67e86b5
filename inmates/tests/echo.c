// SPDX-License-Identifier: GPL-2.0-only
/*
 * Says what it reads at its console, each character as a number; q ends it. "deaf" on the command
 * line: it does not read before it is asked to stop.
 */
#include "report.h"

static bool asked_to_stop(void)
{
	if (comm_message() != JAILHOUSE_MSG_SHUTDOWN_REQUEST)
		return false;
	comm_reply(JAILHOUSE_MSG_REQUEST_APPROVED);
	return true;
}

void inmate_main(void)
{
	const bool deaf = cmdline_is("kind", "deaf");
	int c = 0;

	report_begin("echo");
	printf("type\n");
	while (c != 'q' && !asked_to_stop()) {
		c = deaf ? CONSOLE_NOTHING : console_read();
		if (c == CONSOLE_NOTHING)
			cpu_relax();
		else
			printf("<%x>\n", (unsigned int)c);
	}
	report(true, "it has read");
	report_done();
}
