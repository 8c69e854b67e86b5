/* SPDX-License-Identifier: GPL-2.0-only */
/* Text that has to be a number as a whole, but for one end of line. */
#ifndef UNIT_KERNEL_KSTRTOX_H
#define UNIT_KERNEL_KSTRTOX_H

#include <linux/types.h>

#include <stdlib.h>

static inline int kstrtou64(const char *text, unsigned int base, u64 *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, (int)base);
	if (errno)
		return -ERANGE;
	return *end && strcmp(end, "\n") ? -EINVAL : 0;
}

#endif
