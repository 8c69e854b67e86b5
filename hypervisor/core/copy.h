/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copying of what is long: hundreds of bytes and more.
 *
 * By REP MOVSQ: CPUs copy a line of the cache at a time with it. By bytes, only those with ERMS do
 * so (SDM 1 7.3.9.3). It takes tens of cycles to begin: what is short is better copied by memcpy().
 */
#ifndef _CORE_COPY_H
#define _CORE_COPY_H

#include "types.h"

/**
 * copy_long() - copy between areas that do not overlap
 * @to: where to
 * @from: where from
 * @size: bytes
 */
void copy_long(void *to, const void *from, size_t size);

#endif
