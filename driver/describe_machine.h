/* SPDX-License-Identifier: GPL-2.0-only */
/* A system configuration for the machine that this is. */
#ifndef _JH_DESCRIBE_MACHINE_H
#define _JH_DESCRIBE_MACHINE_H

struct blob;
struct reason;

extern unsigned int jh_describe_links;
int jh_describe_machine(struct blob *config, struct reason *why);
int jh_record_machine(struct blob *text, struct reason *why);

#endif
