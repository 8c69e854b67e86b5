/* SPDX-License-Identifier: GPL-2.0-only */
/* Which PCI functions cannot be kept apart from each other. */
#ifndef _JH_GROUPS_H
#define _JH_GROUPS_H

#include <linux/types.h>

struct reason;

/* Not in the list: a function on a root bus is behind no bridge. */
#define GROUP_NONE	0xffff

/* What a function is to the others: devices first, then ports of PCI Express, then bridges. */
enum group_kind {
	GROUP_CONVENTIONAL,
	GROUP_ENDPOINT,
	GROUP_PORT,		/* root port, or downstream port of a switch */
	GROUP_UPSTREAM_PORT,
	GROUP_BRIDGE,		/* with conventional PCI on either side */
};

/**
 * struct group_function - a PCI function
 * @domain: PCI segment
 * @bdf: bus << 8 | device << 3 | function
 * @parent: index of the bridge or port that it is behind, or GROUP_NONE
 * @kind: what it is
 * @multifunction: it is one of several of its device
 * @acs: it has access control (ACS), which is switched on, or can be
 * @foreign_ids: its requests may bear the name of another function
 * @has_virtual: virtual functions (SR-IOV) of it exist
 * @wanted: it is to be the cell's
 * @group: scratch, of jh_groups_check()
 */
struct group_function {
	u16 domain;
	u16 bdf;
	u16 parent;
	u16 group;
	enum group_kind kind;
	bool multifunction;
	bool acs;
	bool foreign_ids;
	bool has_virtual;
	bool wanted;
};

int jh_groups_check(struct group_function *list, unsigned int count, bool translated,
		    struct reason *why);

#endif
