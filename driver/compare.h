/* SPDX-License-Identifier: GPL-2.0-only */
/* Does the system configuration describe this machine? */
#ifndef _JH_COMPARE_H
#define _JH_COMPARE_H

#include <linux/types.h>

struct jailhouse_system;
struct machine_facts;
struct reason;

/**
 * struct complaints - who is told what is wrong with a configuration
 * @tell: called for each; @fatal: it is a reason to refuse it
 * @arg: its first argument
 */
struct complaints {
	void (*tell)(void *arg, const char *text, bool fatal);
	void *arg;
};

int jh_compare(const struct jailhouse_system *system, const struct machine_facts *facts,
	       const struct complaints *complaints, struct reason *why);

#endif
