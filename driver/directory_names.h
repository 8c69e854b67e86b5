/* SPDX-License-Identifier: GPL-2.0-only */
/* Sentences about a configuration, in the words of the directories that it was made of. */
#ifndef _JH_DIRECTORY_NAMES_H
#define _JH_DIRECTORY_NAMES_H

struct directories;
struct reason;

void jh_directories_explain(const struct directories *cell, struct reason *why);

#endif
