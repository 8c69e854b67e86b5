/* SPDX-License-Identifier: GPL-2.0-only */
/* What reset-state.S leaves to reset-state.c. */
#ifndef _RESET_STATE_H
#define _RESET_STATE_H

#include "types.h"

enum { EAX, EBX, ECX, EDX, ESI, EDI, EBP, ESP };
enum { CR0, CR2, CR3, CR4 };

struct table16 {
	u16 limit;
	u32 base;
} __packed;

extern const u32 reset_gprs[8], reset_crs[4], reset_flags;
/* CS, DS, ES, SS, FS, GS */
extern const u16 reset_segments[6];
extern const struct table16 reset_gdtr, reset_idtr;

#endif
