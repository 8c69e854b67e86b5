/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory, ports and interrupt pins of a cell, as Linux sees them. */
#ifndef _JH_CLAIMS_H
#define _JH_CLAIMS_H

struct complaints;
struct jh_cell;
struct reason;
struct resource;

int jh_claims_make(struct jh_cell *cell, struct reason *why);
void jh_claims_list(const struct jh_cell *cell, const struct complaints *complaints);
void jh_claims_release(struct jh_cell *cell);
void jh_claims_release_within(struct jh_cell *cell, const struct resource *resource);

#endif
