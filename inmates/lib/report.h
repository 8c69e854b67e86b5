/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How test inmates report. All lines begin with "INMATE NAME: ":
 *
 *	begin
 *	ok TEXT			a check that held
 *	FAIL TEXT		one that did not
 *	note TEXT		for people
 *	trying TEXT		the hypervisor is to end the cell for what comes now
 *	done, N ok, N failed	then the cell says "shut down", or "failed" if N > 0
 */
#ifndef _INMATE_REPORT_H
#define _INMATE_REPORT_H

#include "inmate.h"

void report_begin(const char *name);
bool __printf(2, 3) report(bool ok, const char *format, ...);
void __printf(1, 2) report_note(const char *format, ...);
void __printf(1, 2) report_trying(const char *format, ...);
void __noreturn report_survived(void);
void __noreturn report_done(void);

#endif
