/* SPDX-License-Identifier: GPL-2.0-only */
/* RFLAGS (SDM 1 3.4.3), as tests of instructions name them. */
#ifndef SELFTESTS_FLAGS_H
#define SELFTESTS_FLAGS_H

#define CF	0x001
#define PF	0x004
#define AF	0x010
#define ZF	0x040
#define SF	0x080
#define DF	0x400
#define OF	0x800
#define RF	0x10000

#define STATUS	(CF | PF | AF | ZF | SF | OF)

#endif
