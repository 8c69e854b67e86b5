// SPDX-License-Identifier: GPL-2.0-only
/* Start through the 32-bit entry; start32.S jumps there. */
#include "report.h"

void inmate_main(void)
{
	report_begin("start32");
	report(true, "started from protected mode");
	report_done();
}
