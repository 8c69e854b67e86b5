// SPDX-License-Identifier: GPL-2.0-only
/* In a file of its own: the linker takes it unless the inmate brings one. */
#include "inmate.h"

const u16 bare_console_port = 0x3f8;
