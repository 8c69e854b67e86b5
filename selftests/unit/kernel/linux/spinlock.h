/* SPDX-License-Identifier: GPL-2.0-only */
/* Nothing that takes a lock runs on the host. */
#define spinlock_t int
