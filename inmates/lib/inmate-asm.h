/* SPDX-License-Identifier: GPL-2.0-only */
/* What the assembly files share with C. */
#ifndef _INMATE_ASM_H
#define _INMATE_ASM_H

/* CPUs of a cell that the library can keep track of. */
#define MAX_CPUS	8
/* boot_apic_ids[]: this CPU has not come yet. */
#define NO_APIC_ID	0xff

#define STACK_SIZE	4096

#endif
