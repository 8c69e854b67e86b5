/* SPDX-License-Identifier: GPL-2.0-only */
/* In legacy.S: neither returns. */
#ifndef _LEGACY_H
#define _LEGACY_H

#include "types.h"

void __noreturn legacy_task(void);
void __noreturn legacy_alignment(void);
void __noreturn legacy_user(void);

#endif
