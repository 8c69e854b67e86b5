/* SPDX-License-Identifier: GPL-2.0-only */
/* Pins by which the hypervisor interrupts Linux. */
#ifndef _JH_ROOT_PINS_H
#define _JH_ROOT_PINS_H

#include <linux/types.h>

struct reason;

/**
 * struct root_pin - a pin, the only one of an I/O APIC that is in no table of the firmware
 * @write: writes to a register of that I/O APIC; any context
 * @irq: Linux's number of its interrupt, 0 if it has none
 */
struct root_pin {
	void (*write)(const struct root_pin *pin, u32 offset, u32 val);
	int irq;
};

int jh_root_pin_take(struct root_pin *pin, struct reason *why);
void jh_root_pin_drop(struct root_pin *pin);

#endif
