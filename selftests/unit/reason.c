// SPDX-License-Identifier: GPL-2.0-only
/* jh_refuse() of the driver, for what runs on the host. */
#include "types.h"

#include <stdarg.h>
#include <stdio.h>

#include "../../driver/reason.h"

int jh_refuse(struct reason *why, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return err;
}
