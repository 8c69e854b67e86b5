/* SPDX-License-Identifier: GPL-2.0-only */
/* How fast is the APIC timer? */
#ifndef _JH_APIC_TIMER_H
#define _JH_APIC_TIMER_H

#include <linux/types.h>

u32 jh_apic_timer_khz(void);

#endif
