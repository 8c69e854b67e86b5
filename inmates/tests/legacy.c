// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only protected mode without paging has.
 *
 *	kind=task	a task switch, which always exits: the cell ends (default)
 *	kind=alignment	alignment checks whose delivery raises the next, for ever
 *	kind=user	a hypercall by a program in ring 3, then loops; the cell ends if it
 *			was carried out
 */
#include "report.h"
#include "legacy.h"

void inmate_main(void)
{
	report_begin("legacy");
	if (cmdline_is("kind", "alignment")) {
		report_note("alignment checks in alignment checks");
		legacy_alignment();
	}
	if (cmdline_is("kind", "user")) {
		report_note("hypercall in ring 3");
		if (has_vmmcall)
			legacy_hypercall_last_byte = VMMCALL_LAST_BYTE;
		legacy_user();
	}
	report_trying("task switch");
	legacy_task();
}
