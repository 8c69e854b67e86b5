// SPDX-License-Identifier: GPL-2.0-only
/* From assembly to the inmate. */
#include "inmate.h"

/* Called by start.S on the first CPU. */
void __noreturn first_main(void)
{
	hypercall_init();
	comm_init();
	console_init();
	int_init();
	fpu_init();
	inmate_main();
	stop(JAILHOUSE_CELL_SHUT_DOWN);
}
