/* SPDX-License-Identifier: GPL-2.0-only */
/* In legacy.S: none of them returns. */
#ifndef _LEGACY_H
#define _LEGACY_H

#include "types.h"

void __noreturn legacy_task(void);
void __noreturn legacy_alignment(void);
void __noreturn legacy_user(void);

/* Of the hypercall that legacy_user() makes: VMCALL's. */
extern u8 legacy_hypercall_last_byte;
#define VMMCALL_LAST_BYTE	0xd9

#endif
