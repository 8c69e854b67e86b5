/* SPDX-License-Identifier: GPL-2.0-only */
/* What the assembly files share with C. */
#ifndef _INMATE_ASM_H
#define _INMATE_ASM_H

/* CPUs of a cell that the library can start. */
#define MAX_CPUS	8
/* CPUs of which it knows the APIC id: all that there can be with an id of 8 bits. */
#define MAX_REPORTED	255
/* boot_apic_ids[]: this CPU has not come yet. */
#define NO_APIC_ID	0xff

#define STACK_SIZE	4096

/* inmate_fpu: x87 and SSE, and these and AVX. */
#define INMATE_SSE	1
#define INMATE_AVX	2

#endif
