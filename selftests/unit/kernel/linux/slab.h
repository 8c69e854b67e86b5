/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#define GFP_KERNEL			0
#define kvcalloc(count, size, flags)	calloc(count, size)
#define kvfree(memory)			free(memory)
