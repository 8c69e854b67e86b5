/* SPDX-License-Identifier: GPL-2.0-only */
/* What the machine has of what is needed, and what is missing. */
#ifndef _JH_HARDWARE_H
#define _JH_HARDWARE_H

#include <linux/types.h>

struct blob;

ssize_t jh_hardware_list(struct blob *description, char *page);

#endif
