/* SPDX-License-Identifier: GPL-2.0-only */
/* What of the kernel's <linux/compiler.h> the driver's portable parts use. */
#ifndef _FAKE_LINUX_COMPILER_H
#define _FAKE_LINUX_COMPILER_H

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile __typeof__(x) *)&(x) = (val))

#endif
