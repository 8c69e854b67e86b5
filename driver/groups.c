// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which PCI functions cannot be kept apart from each other.
 *
 * An IOMMU sees what passes the root complex, and tells functions by the names that their requests
 * bear. What functions exchange before that it does not see: below a switch, or in a device with
 * several functions, requests take the shortest way, unless access control (ACS) sends all of
 * them upwards (PCI Express 4.0, 6.12). And behind a bridge to conventional PCI all requests bear
 * the name of the bridge. So functions make groups, as they do for Linux's VFIO: whoever can reach
 * one of a group past the IOMMU can be in a cell only together with it.
 *
 * Nothing in here asks the machine: the list says all.
 */
#include "groups.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>

#define SLOT(bdf)	((bdf) >> 3)

static bool is_bridge(const struct group_function *function)
{
	return function->kind >= GROUP_PORT;
}

/*
 * Does all that comes from the function, or through it, go upwards? A device with one function
 * has nowhere else to send it.
 */
static bool sends_upwards(const struct group_function *function)
{
	switch (function->kind) {
	case GROUP_ENDPOINT:
	case GROUP_UPSTREAM_PORT:
		return !function->multifunction || function->acs;
	case GROUP_PORT:
		return function->acs;
	default:
		return false;
	}
}

/* A list that leads in a circle ends at its length. */
static bool path_sends_upwards(const struct group_function *list, unsigned int count, u16 at)
{
	unsigned int n;

	for (n = 0; n < count && at < count; n++, at = list[at].parent)
		if (!sends_upwards(&list[at]))
			return false;
	return true;
}

static void merge(struct group_function *list, unsigned int count, u16 one, u16 other)
{
	const u16 from = list[one].group, to = list[other].group;
	unsigned int n;

	for (n = 0; from != to && n < count; n++)
		if (list[n].group == from)
			list[n].group = to;
}

static bool is_behind(const struct group_function *list, unsigned int count, u16 index, u16 bridge)
{
	u16 at = list[index].parent;
	unsigned int n;

	for (n = 0; n < count && at < count; n++, at = list[at].parent)
		if (at == bridge)
			return true;
	return false;
}

/* A port of a switch that sends nothing upwards leads to all other ports of the switch. */
static void merge_switch(struct group_function *list, unsigned int count, u16 port)
{
	const u16 up = list[port].parent;
	unsigned int n;

	if (sends_upwards(&list[port]) || up >= count || list[up].kind != GROUP_UPSTREAM_PORT)
		return;
	for (n = 0; n < count; n++)
		if (is_behind(list, count, n, up))
			merge(list, count, port, n);
}

/* What is not sent upwards by a bridge may reach all that is behind the bridge. */
static void merge_upwards(struct group_function *list, unsigned int count, u16 index)
{
	u16 at = list[index].parent;
	unsigned int n;

	for (n = 0; n < count && at < count && !path_sends_upwards(list, count, at);
	     n++, at = list[at].parent)
		merge(list, count, index, at);
}

static void merge_slot(struct group_function *list, unsigned int count, u16 index)
{
	const struct group_function *function = &list[index];
	unsigned int n;

	if (!function->multifunction || sends_upwards(function))
		return;
	for (n = 0; n < index; n++)
		if (list[n].domain == function->domain &&
		    SLOT(list[n].bdf) == SLOT(function->bdf) && !sends_upwards(&list[n]))
			merge(list, count, index, n);
}

static void make_groups(struct group_function *list, unsigned int count)
{
	unsigned int n;

	for (n = 0; n < count; n++)
		list[n].group = n;
	for (n = 0; n < count; n++) {
		merge_upwards(list, count, n);
		merge_switch(list, count, n);
		merge_slot(list, count, n);
	}
}

/* As Linux names functions. */
struct name {
	char text[16];
};

static struct name name_of(const struct group_function *function)
{
	struct name name;

	snprintf(name.text, sizeof(name.text), "%04x:%02x:%02x.%x", function->domain,
		 function->bdf >> 8, SLOT(function->bdf) & 0x1f, function->bdf & 7);
	return name;
}

/* A bridge decides what reaches the devices behind it, and with that belongs to them. */
static int check_bridge(const struct group_function *list, unsigned int count, u16 bridge,
			struct reason *why)
{
	unsigned int n;

	for (n = 0; n < count; n++)
		if (!list[n].wanted && is_behind(list, count, n, bridge))
			return jh_refuse(why, -EINVAL,
					 "PCI device %s is a bridge, and %s behind it is not the cell's: give it all that is there, or leave the bridge out",
					 name_of(&list[bridge]).text, name_of(&list[n]).text);
	return 0;
}

static int check_kind(const struct group_function *list, unsigned int count, u16 index,
		      struct reason *why)
{
	const struct group_function *function = &list[index];

	if (function->has_virtual)
		return jh_refuse(why, -EBUSY,
				 "PCI device %s has virtual functions (SR-IOV), which would be the cell's to end: write 0 to its sriov_numvfs",
				 name_of(function).text);
	return is_bridge(function) ? check_bridge(list, count, index, why) : 0;
}

/* A bridge between conventional PCI and anything, that it is behind, or GROUP_NONE. */
static u16 bridge_above(const struct group_function *list, unsigned int count, u16 index)
{
	u16 at = list[index].parent;
	unsigned int n;

	for (n = 0; n < count && at < count; n++, at = list[at].parent)
		if (list[at].kind == GROUP_BRIDGE)
			return at;
	return GROUP_NONE;
}

static int check_name(const struct group_function *list, unsigned int count, u16 index,
		      struct reason *why)
{
	const struct group_function *function = &list[index];
	const u16 bridge = bridge_above(list, count, index);

	if (bridge != GROUP_NONE)
		return jh_refuse(why, -EOPNOTSUPP,
				 "PCI device %s cannot be told from what else is behind the bridge %s: an IOMMU would not know its requests",
				 name_of(function).text, name_of(&list[bridge]).text);
	if (function->foreign_ids)
		return jh_refuse(why, -EOPNOTSUPP,
				 "PCI device %s makes requests in the name of another function: an IOMMU would not know them",
				 name_of(function).text);
	return 0;
}

/* Ports and bridges have no requests of their own, and stay Linux's. */
static int check_group(const struct group_function *list, unsigned int count, u16 index,
		       struct reason *why)
{
	const struct group_function *function = &list[index];
	unsigned int n;

	for (n = 0; n < count; n++)
		if (list[n].group == function->group && !list[n].wanted && !is_bridge(&list[n]))
			return jh_refuse(why, -EBUSY,
					 "PCI device %s cannot be kept apart from %s, past the IOMMU (there is no access control, ACS, between them): give both to this cell, or neither",
					 name_of(function).text, name_of(&list[n]).text);
	return 0;
}

/**
 * jh_groups_check() - can a cell have the functions that it wants?
 * @list: all functions of the machine
 * @count: of them, below GROUP_NONE
 * @translated: an IOMMU is to keep them from the memory of others. Without one, nothing does.
 * @why: receives the reason
 *
 * Return: 0. -EINVAL: a bridge without what is behind it. -EBUSY: one that cannot be kept apart
 * from another one, or has others that depend on it. -EOPNOTSUPP: one that no cell can have.
 */
int jh_groups_check(struct group_function *list, unsigned int count, bool translated,
		    struct reason *why)
{
	unsigned int n;
	int err = 0;

	make_groups(list, count);
	for (n = 0; n < count && !err; n++) {
		if (!list[n].wanted)
			continue;
		err = check_kind(list, count, n, why);
		if (!err && translated)
			err = check_name(list, count, n, why) ?:
			      check_group(list, count, n, why);
	}
	return err;
}
