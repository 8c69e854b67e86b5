/* SPDX-License-Identifier: GPL-2.0-only */
/* What real.S leaves, see there. */
#ifndef _INMATE_REAL_H
#define _INMATE_REAL_H

#include "types.h"

extern const u8 real_faults[];
extern const u32 real_stack;

#endif
