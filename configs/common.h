/* SPDX-License-Identifier: GPL-2.0-only */
/* What every configuration includes. */
#ifndef CONFIGS_COMMON_H
#define CONFIGS_COMMON_H

#include <linux/types.h>
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Without it the lists would not follow each other without gaps. */
#ifndef __packed
#define __packed		__attribute__((__packed__))
#endif

#endif
