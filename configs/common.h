/* SPDX-License-Identifier: GPL-2.0-only */
/* What every configuration includes. The Makefile provides __packed. */
#ifndef CONFIGS_COMMON_H
#define CONFIGS_COMMON_H

#include <linux/types.h>
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#endif
