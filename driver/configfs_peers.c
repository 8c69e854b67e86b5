// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/jailhouse/cells/NAME/{links,ivshmem}/N: attributes of what a cell has together
 * with others.
 */
#include "configfs_entry.h"
#include "blob.h"
#include "cell.h"
#include "directory.h"
#include "operation.h"
#include "reason.h"
#include "words.h"

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>

/*
 * Links
 */

static ssize_t link_peer_show(struct config_item *item, char *page)
{
	ssize_t length = 0;

	mutex_lock(&jh_lock);
	if (to_entry(item)->directory.link.peer[0])
		length = sysfs_emit(page, "%s\n", to_entry(item)->directory.link.peer);
	mutex_unlock(&jh_lock);
	return length;
}

/* Longer than any name: what does not fit is refused as one that is too long. */
static int set_link_peer(struct directory *directory, const char *page, struct reason *why)
{
	const struct jh_cell *cell = container_of(directory, struct entry_item, directory)->cell;
	char name[JAILHOUSE_CELL_NAME_SIZE + 1], *end;
	int err;

	strscpy(name, page, sizeof(name));
	end = strchr(name, '\n');
	if (end && !end[1])
		*end = '\0';
	err = jh_check_name(name, why);
	if (!err && !strcmp(name, jh_cell_name(cell)))
		err = jh_refuse(why, -EINVAL, "a link has its other end in another cell");
	if (!err)
		strscpy(directory->link.peer, name, sizeof(directory->link.peer));
	return err;
}

ENTRY_ATTR(link, peer);

static ssize_t link_mac_show(struct config_item *item, char *page)
{
	struct directory_link link;

	mutex_lock(&jh_lock);
	link = to_entry(item)->directory.link;
	mutex_unlock(&jh_lock);
	return link.has_mac ? sysfs_emit(page, "%pM\n", link.mac) : sysfs_emit(page, "auto\n");
}

static int set_link_mac(struct directory *directory, const char *page, struct reason *why)
{
	int err;

	if (sysfs_streq(page, "auto")) {
		directory->link.has_mac = false;
		return 0;
	}
	err = jh_parse_mac(page, directory->link.mac, why);
	if (!err)
		directory->link.has_mac = true;
	return err;
}

ENTRY_ATTR(link, mac);

struct configfs_attribute *jh_link_attrs[] = {
	&link_attr_peer,
	&link_attr_mac,
	NULL,
};

/*
 * ivshmem
 */

static ssize_t ivshmem_peers_show(struct config_item *item, char *page)
{
	const struct directory_ivshmem *device = &to_entry(item)->directory.ivshmem;
	ssize_t length = 0;
	u32 n;

	mutex_lock(&jh_lock);
	for (n = 0; n < device->num_peers; n++)
		length += sysfs_emit_at(page, length, "%s%s", n ? " " : "", device->peers[n]);
	mutex_unlock(&jh_lock);
	return length ? length + sysfs_emit_at(page, length, "\n") : 0;
}

static int take_peer(struct directory_ivshmem *device, const char *word, size_t length,
		     struct reason *why)
{
	char name[JAILHOUSE_CELL_NAME_SIZE + 1];
	u32 n;
	int err;

	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	err = jh_check_name(name, why);
	if (err)
		return err;
	for (n = 0; n < device->num_peers; n++)
		if (!strcmp(device->peers[n], name))
			return jh_refuse(why, -EINVAL, "'%s' stands there twice", name);
	if (n == JAILHOUSE_IVSHMEM_MAX_PEERS)
		return jh_refuse(why, -E2BIG, "%u peers are the limit",
				 JAILHOUSE_IVSHMEM_MAX_PEERS);
	strscpy(device->peers[device->num_peers++], name, sizeof(device->peers[0]));
	return 0;
}

/* A row of cells, or nothing. */
static int set_ivshmem_peers(struct directory *directory, const char *page, struct reason *why)
{
	static const char blanks[] = " \t\n";
	struct directory_ivshmem device = directory->ivshmem;
	size_t length;
	int err = 0;

	device.num_peers = 0;
	for (page += strspn(page, blanks); *page && !err; page += strspn(page, blanks)) {
		length = strcspn(page, blanks);
		err = take_peer(&device, page, length, why);
		page += length;
	}
	if (!err && device.num_peers == 1)
		err = jh_refuse(why, -EINVAL, "one cell alone has no peers");
	if (!err)
		directory->ivshmem = device;
	return err;
}

ENTRY_ATTR(ivshmem, peers);

static ssize_t ivshmem_common_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%llu\n", READ_ONCE(to_entry(item)->directory.ivshmem.common));
}

static int set_ivshmem_common(struct directory *directory, const char *page, struct reason *why)
{
	return jh_entry_set_size(&directory->ivshmem.common, page, why);
}

ENTRY_ATTR(ivshmem, common);

static ssize_t ivshmem_output_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%llu\n", READ_ONCE(to_entry(item)->directory.ivshmem.output));
}

static int set_ivshmem_output(struct directory *directory, const char *page, struct reason *why)
{
	return jh_entry_set_size(&directory->ivshmem.output, page, why);
}

ENTRY_ATTR(ivshmem, output);

static ssize_t ivshmem_vectors_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_entry(item)->directory.ivshmem.vectors));
}

static int set_ivshmem_vectors(struct directory *directory, const char *page,
			       struct reason *why)
{
	u64 vectors;
	int err = jh_parse_number(page, &vectors, why);

	if (!err && vectors > JAILHOUSE_IVSHMEM_MAX_VECTORS)
		err = jh_refuse(why, -ERANGE, "%u is the largest number",
				JAILHOUSE_IVSHMEM_MAX_VECTORS);
	if (!err)
		WRITE_ONCE(directory->ivshmem.vectors, vectors);
	return err;
}

ENTRY_ATTR(ivshmem, vectors);

struct configfs_attribute *jh_ivshmem_attrs[] = {
	&ivshmem_attr_peers,
	&ivshmem_attr_common,
	&ivshmem_attr_output,
	&ivshmem_attr_vectors,
	NULL,
};
