// SPDX-License-Identifier: GPL-2.0-only
/* Not in the library: linked into what uses float and double. */
#include "inmate.h"

const u8 inmate_fpu = INMATE_SSE;
