/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel headers of the host: the little of them that files of the driver need which ask
 * nobody but what they are given. Here: types.
 */
#ifndef UNIT_KERNEL_TYPES_H
#define UNIT_KERNEL_TYPES_H

#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <stdarg.h>

#include "core/types.h"

#endif
