/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of the machine, as text. */
#ifndef _JH_RECORD_H
#define _JH_RECORD_H

#include <linux/types.h>

struct machine_facts;

size_t jh_record(const struct machine_facts *facts, char *text, size_t size);

#endif
