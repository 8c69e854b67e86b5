/* SPDX-License-Identifier: GPL-2.0-only */
/* Who has which CPU. */
#ifndef _JH_CPUS_H
#define _JH_CPUS_H

#include <linux/types.h>

#include <cpu_set.h>

struct complaints;
struct jh_cell;
struct reason;

extern struct cpu_set jh_cpus_known;

int jh_cpus_init(void);
void jh_cpus_exit(void);
void jh_cpus_enlist(void);
void jh_cpus_dismiss(void);
int jh_cpus_online(struct cpu_set *cpus, struct reason *why);
int jh_cpus_check_enlisted(struct reason *why);
struct cpu_set jh_cpus_of_root(void);
bool jh_cpus_in_cells(void);
void jh_cpus_list(const struct jh_cell *cell, const struct complaints *complaints);
void jh_cpus_warn(struct jh_cell *cell);
int jh_cpus_check_taken(const struct jh_cell *cell, struct reason *why);
int jh_cpus_take(struct jh_cell *cell, struct reason *why);
void jh_cpus_give_back(struct jh_cell *cell);

#endif
