// SPDX-License-Identifier: GPL-2.0-only
/* Not in the library: linked into what is compiled for AVX, instead of fpu-on.o. */
#include "inmate.h"

const u8 inmate_fpu = INMATE_AVX;
