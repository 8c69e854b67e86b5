// SPDX-License-Identifier: GPL-2.0-only
/* In a file of its own: the linker takes it unless fpu-on.o is there. */
#include "inmate.h"

const u8 inmate_fpu;
