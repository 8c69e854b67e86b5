/* SPDX-License-Identifier: GPL-2.0-only */
/* What start.S and foreign.c share. */
#ifndef _FOREIGN_H
#define _FOREIGN_H

#include <stdint.h>

/* Not 0: whoever starts now is the second CPU. */
extern volatile uint32_t cpu_wanted;
/* How many were taken. */
extern volatile uint32_t interrupts;
/* Of the CPUs that came out of reset, as they came; 0xff: none. */
extern uint8_t apic_ids[];
extern const uint8_t interrupt_entry[];

void foreign_main(void);
void second_main(void);

#endif
