/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included ahead of every file of the image: all of its symbols are within itself, so
 * addresses are formed relative to RIP and never loaded from a global offset table.
 */
#ifndef __ASSEMBLY__
#pragma GCC visibility push(hidden)
#endif
