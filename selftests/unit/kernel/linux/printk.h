/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel log gets, as a comment of the test's output. */
#ifndef UNIT_KERNEL_PRINTK_H
#define UNIT_KERNEL_PRINTK_H

#include <stdio.h>

#define KBUILD_MODNAME		"jailhouse"
#define pr_info(fmt, ...)	printf("# " pr_fmt(fmt), __VA_ARGS__)

#endif
