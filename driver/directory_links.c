// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cell's links: what is in links/. In a configuration, the two ends of a link have the same
 * number; here they have the same name, each in the directory of a cell that names the other one
 * as its peer. So the number is made of three names, and is the same whoever asks for it: the
 * configurations of both can also be kept, and used as they are.
 *
 * The root cell's ends are in its configuration, with numbers and without names: a cell gets one
 * that no other cell has.
 *
 * Asks nobody but what it is given, and runs on the host, too.
 */
#include "directory_assembly.h"
#include "placement.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <config_check.h>

static u32 number_of(const char *one, const char *other, const char *name)
{
	const bool ordered = strcmp(one, other) < 0;
	u32 value = jh_assembly_hash(ASSEMBLY_HASH_START, ordered ? one : other);

	value = jh_assembly_hash(value, ordered ? other : one);
	value = jh_assembly_hash(value, name);
	return value ?: 1;
}

static bool has_number(const struct jailhouse_cell_desc *desc, u32 id)
{
	const struct jailhouse_link *link = config_links(desc);
	unsigned int n;

	for (n = 0; n < desc->num_links; n++)
		if (link[n].id == id)
			return true;
	return false;
}

/* A cell that has it, or NULL; @but is not asked. */
static const char *who_has(const struct assembly *a, u32 id, const char *but)
{
	const struct directory_machine *machine = a->machine;
	unsigned int n;

	for (n = 0; n < machine->num_others; n++)
		if (strcmp(machine->others[n]->name, but) && has_number(machine->others[n], id))
			return machine->others[n]->name;
	return NULL;
}

/* Two ends in the same cell would be the same. */
static bool is_own(const struct assembly *a, u32 id)
{
	return has_number(a->desc, id);
}

static int take_root_end(const struct assembly *a, u32 *id)
{
	const struct jailhouse_cell_desc *root = &a->machine->system->root_cell;
	const struct jailhouse_link *link = config_links(root);
	unsigned int n;

	for (n = 0; n < root->num_links; n++, link++)
		if (!who_has(a, link->id, "") && !is_own(a, link->id)) {
			*id = link->id;
			return 0;
		}
	return jh_refuse(a->why, -ENXIO,
			 "the root cell has no end for it: there are %u in its configuration, none is free (write a number to jailhouse/links before enabling)",
			 root->num_links);
}

static const struct directory *find_end(const struct directory_peer *peer, const char *name,
					const char *of)
{
	const struct directory *end = peer->said->first[DIRECTORY_LINKS];

	while (end && (strcmp(end->name, name) || strcmp(end->link.peer, of)))
		end = end->next;
	return end;
}

/* Nobody has named the same device otherwise; of local ones, which anybody may use (IEEE 802). */
static void default_mac(u8 *mac, const char *cell, const char *name)
{
	u32 value = jh_assembly_hash(jh_assembly_hash(ASSEMBLY_HASH_START, cell), name);

	mac[0] = 0x02;
	mac[1] = 0x4a;
	memcpy(mac + 2, &value, sizeof(value));
}

static void mac_of(u8 *mac, const char *cell, const struct directory *directory)
{
	if (directory->link.has_mac)
		memcpy(mac, directory->link.mac, sizeof(directory->link.mac));
	else
		default_mac(mac, cell, directory->name);
}

static int find_other_end(const struct assembly *a, const struct directory *directory, u32 *id)
{
	const char *peer_name = directory->link.peer, *taken;
	const struct directory_peer *peer = jh_assembly_find_peer(a, peer_name);
	const struct directory *end;
	u8 own[6], theirs[6];

	if (!peer)
		return -ENOENT;
	end = find_end(peer, directory->name, a->name);
	if (!end)
		return jh_refuse(a->why, -ENXIO, "cell %s has no links/%s with the peer %s",
				 peer_name, directory->name, a->name);
	mac_of(own, a->name, directory);
	mac_of(theirs, peer_name, end);
	if (!memcmp(own, theirs, sizeof(own)))
		return jh_refuse(a->why, -EADDRINUSE, "cell %s has the same mac", peer_name);
	*id = number_of(a->name, peer_name, directory->name);
	taken = who_has(a, *id, peer_name);
	if (taken || is_own(a, *id) || has_number(&a->machine->system->root_cell, *id))
		return jh_refuse(a->why, -EADDRINUSE,
				 "its number (0x%x) is that of another link%s%s, by chance: give both ends another name",
				 *id, taken ? " of cell " : "", taken ?: "");
	return 0;
}

static int add_link(struct assembly *a, const struct directory *directory)
{
	struct jailhouse_link link = { 0 };
	u32 id;
	int err;

	if (!directory->link.peer[0])
		return jh_assembly_refuse_unwritten(a, DIRECTORY_LINKS, directory, "/peer");
	if (!strcmp(directory->link.peer, DIRECTORY_ROOT))
		err = take_root_end(a, &id);
	else
		err = find_other_end(a, directory, &id);
	if (err)
		return jh_assembly_refuse(a, err, DIRECTORY_LINKS, directory, "/peer");
	err = jh_place_registers(a->cell, JAILHOUSE_LINK_SIZE, &a->registers, a->why);
	if (err)
		return jh_assembly_refuse(a, err, DIRECTORY_LINKS, directory, "");
	link.address = a->registers;
	link.id = id;
	mac_of(link.mac, a->name, directory);
	a->registers += JAILHOUSE_LINK_SIZE;
	jh_assembly_add(a, &link, sizeof(link));
	a->desc->num_links++;
	return 0;
}

/**
 * jh_assembly_add_links() - the links of a cell
 * @a: all else is in it
 *
 * Return: 0, -ENODATA for a peer that nobody has written, -ENOENT if there is no such cell, -ENXIO
 * if that has no end for it, -EADDRINUSE, -ENOSPC if nothing is free where its registers could be.
 */
int jh_assembly_add_links(struct assembly *a)
{
	const struct directory *directory = a->cell->first[DIRECTORY_LINKS];
	int err = 0;

	for (; directory && !err; directory = directory->next)
		err = add_link(a, directory);
	return err;
}
