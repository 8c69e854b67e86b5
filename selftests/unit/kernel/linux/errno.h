/* SPDX-License-Identifier: GPL-2.0-only */
/* The C library includes it, too. */
#include <asm/errno.h>
