/* SPDX-License-Identifier: GPL-2.0-only */
/* Who sends interrupts as messages. */
#ifndef _JH_MESSAGES_H
#define _JH_MESSAGES_H

struct jailhouse_boot;
struct jailhouse_system;
struct reason;

int jh_check_messages(const struct jailhouse_system *system, struct reason *why);
void jh_list_messages(const struct jailhouse_system *system, struct jailhouse_boot *boot);
int jh_wake_senders(struct reason *why);
void jh_let_senders_sleep(void);

#endif
