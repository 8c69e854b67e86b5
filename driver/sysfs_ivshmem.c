// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/devices/jailhouse/cells/ID/ivshmem/N: Linux as a peer of a cell's ivshmem device. What they
 * share is in shared/; here is how they tell each other to look there.
 *
 * Attributes are read without jh_lock, as those of the cell are.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "sysfs_ivshmem.h"
#include "hypercall.h"
#include "reason.h"
#include "root_pins.h"

#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/hypercall.h>
#include <config_check.h>

/* Registers of a peer (Jailhouse's IVSHMEM device specification, version 2), and of its pin. */
#define REG_CONTROL	0x08
#define REG_DOORBELL	0x0c
#define REG_STATE	0x10
#define PIN_REGISTERS	0x1000

#define CONTROL_ENABLE	1
#define DOORBELL_PEER	16

/**
 * struct sysfs_peer - the directory of a device
 * @kobj: the directory
 * @id: number of the cell
 * @base: of the registers of Linux' end
 * @config: the device
 * @pin: by which it interrupts
 * @doorbell: the attribute that can be polled, NULL as long as nothing interrupts
 * @count: interrupts
 * @state: what Linux has written
 */
struct sysfs_peer {
	struct kobject kobj;
	int id;
	u32 base;
	struct jailhouse_ivshmem config;
	struct root_pin pin;
	struct kernfs_node *doorbell;
	atomic_t count;
	u32 state;
};

/**
 * struct sysfs_ivshmem - the directory of a cell's devices
 * @dir: the directory
 * @count: how many devices have theirs
 * @peers: those
 */
struct sysfs_ivshmem {
	struct kobject *dir;
	unsigned int count;
	struct sysfs_peer *peers[CONFIG_MAX_IVSHMEM];
};

static struct sysfs_peer *to_peer(struct kobject *kobj)
{
	return container_of(kobj, struct sysfs_peer, kobj);
}

static long write_register(const struct sysfs_peer *peer, u32 offset, u32 val)
{
	return jh_hypercall_register(peer->id, peer->base + offset, val);
}

/* When the cell has gone, so has the pin. */
static void write_pin(const struct root_pin *pin, u32 offset, u32 val)
{
	write_register(container_of(pin, struct sysfs_peer, pin), PIN_REGISTERS + offset, val);
}

static irqreturn_t rung(int irq, void *arg)
{
	struct sysfs_peer *peer = arg;

	atomic_inc(&peer->count);
	sysfs_notify_dirent(peer->doorbell);
	return IRQ_HANDLED;
}

/*
 * The next interrupt comes when somebody has seen the last: no cell interrupts Linux more often
 * than somebody reads. What came before that is told by the memory, where he looks now.
 */
static ssize_t doorbell_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	struct sysfs_peer *peer = to_peer(kobj);
	long ret = write_register(peer, REG_CONTROL, CONTROL_ENABLE);

	return ret < 0 ? ret : sysfs_emit(page, "%u\n", atomic_read(&peer->count));
}

static ssize_t doorbell_store(struct kobject *kobj, struct kobj_attribute *attr, const char *page,
			      size_t count)
{
	const struct sysfs_peer *peer = to_peer(kobj);
	long ret;
	u16 vector;
	int err = kstrtou16(page, 0, &vector);

	if (err)
		return err;
	ret = write_register(peer, REG_DOORBELL,
			     (u32)peer->config.peer << DOORBELL_PEER | vector);
	return ret < 0 ? ret : count;
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_peer(kobj)->state));
}

static ssize_t state_store(struct kobject *kobj, struct kobj_attribute *attr, const char *page,
			   size_t count)
{
	struct sysfs_peer *peer = to_peer(kobj);
	long ret;
	u32 state;
	int err = kstrtou32(page, 0, &state);

	if (err)
		return err;
	ret = write_register(peer, REG_STATE, state);
	if (ret < 0)
		return ret;
	WRITE_ONCE(peer->state, state);
	return count;
}

static ssize_t peer_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	return sysfs_emit(page, "%u\n", to_peer(kobj)->config.root - 1);
}

static ssize_t sections_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	const struct jailhouse_ivshmem *config = &to_peer(kobj)->config;

	return sysfs_emit(page, "%u-%u\n", config->first_region,
			  config->first_region + 1 + config->peers);
}

static struct kobj_attribute doorbell = __ATTR(doorbell, 0600, doorbell_show, doorbell_store);
static struct kobj_attribute state = __ATTR(state, 0644, state_show, state_store);
static struct kobj_attribute peer_number = __ATTR(peer, 0444, peer_show, NULL);
static struct kobj_attribute sections = __ATTR_RO(sections);

static struct attribute *peer_attrs[] = {
	&doorbell.attr,
	&state.attr,
	&peer_number.attr,
	&sections.attr,
	NULL,
};
ATTRIBUTE_GROUPS(peer);

static void release_peer(struct kobject *kobj)
{
	kfree(to_peer(kobj));
}

static const struct kobj_type peer_type = {
	.release = release_peer,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = peer_groups,
};

/* Behind the directory, whose attribute is told of interrupts. */
static int have_interrupts(struct sysfs_peer *peer)
{
	struct reason why;
	int err = jh_root_pin_take(&peer->pin, &why);

	if (err) {
		pr_err("cell %d: ivshmem: %s\n", peer->id, why.text);
		return err;
	}
	peer->doorbell = sysfs_get_dirent(peer->kobj.sd, "doorbell");
	err = request_irq(peer->pin.irq, rung, 0, "jailhouse-doorbell", peer);
	if (!err)
		return 0;
	sysfs_put(peer->doorbell);
	peer->doorbell = NULL;
	return err;
}

static void remove_peer(struct sysfs_peer *peer)
{
	kobject_del(&peer->kobj);
	if (peer->doorbell) {
		free_irq(peer->pin.irq, peer);
		sysfs_put(peer->doorbell);
	}
	jh_root_pin_drop(&peer->pin);
	kobject_put(&peer->kobj);
}

static int add_peer(struct sysfs_ivshmem *ivshmem, int id, const struct jailhouse_ivshmem *config,
		    unsigned int number)
{
	struct sysfs_peer *peer = kzalloc(sizeof(*peer), GFP_KERNEL);
	int err;

	if (!peer)
		return -ENOMEM;
	peer->id = id;
	peer->base = number * JAILHOUSE_IVSHMEM_SIZE;
	peer->config = *config;
	peer->pin.write = write_pin;
	err = kobject_init_and_add(&peer->kobj, &peer_type, ivshmem->dir, "%u", number);
	if (err) {
		kobject_put(&peer->kobj);
		return err;
	}
	err = have_interrupts(peer);
	if (err)
		remove_peer(peer);
	else
		ivshmem->peers[ivshmem->count++] = peer;
	return err;
}

static int add_peers(struct sysfs_ivshmem *ivshmem, int id, const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_ivshmem *config = config_ivshmem(desc);
	unsigned int n;
	int err = 0;

	for (n = 0; n < desc->num_ivshmem && !err; n++)
		if (config[n].root)
			err = add_peer(ivshmem, id, &config[n], n);
	return err;
}

static bool has_root_peer(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_ivshmem *config = config_ivshmem(desc);
	unsigned int n;

	for (n = 0; n < desc->num_ivshmem; n++)
		if (config[n].root)
			return true;
	return false;
}

/**
 * jh_sysfs_ivshmem_add() - make directories of ivshmem devices that have Linux for a peer
 * @parent: the directory of the cell
 * @id: its number
 * @desc: its configuration
 * @ivshmem: receives the directory in it, NULL if the cell has no such device
 *
 * Context: jh_lock is held, the hypervisor knows the cell.
 *
 * Return: 0, -ENOMEM, -ENOSPC without an interrupt to spare, or what sysfs refuses with: then there
 * is no directory.
 */
int jh_sysfs_ivshmem_add(struct kobject *parent, int id, const struct jailhouse_cell_desc *desc,
			 struct sysfs_ivshmem **ivshmem)
{
	struct sysfs_ivshmem *new;
	int err = -ENOMEM;

	*ivshmem = NULL;
	if (!has_root_peer(desc))
		return 0;
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->dir = kobject_create_and_add("ivshmem", parent);
	if (new->dir)
		err = add_peers(new, id, desc);
	if (err) {
		jh_sysfs_ivshmem_remove(new);
		return err;
	}
	*ivshmem = new;
	return 0;
}

/**
 * jh_sysfs_ivshmem_remove() - undo jh_sysfs_ivshmem_add()
 * @ivshmem: the directory, may be NULL
 *
 * Waits until nobody reads, and until no interrupt is on its way.
 *
 * Context: jh_lock is held, jh_hypervisor_sem is not.
 */
void jh_sysfs_ivshmem_remove(struct sysfs_ivshmem *ivshmem)
{
	if (!ivshmem)
		return;
	while (ivshmem->count--)
		remove_peer(ivshmem->peers[ivshmem->count]);
	if (ivshmem->dir)
		kobject_del(ivshmem->dir);
	kobject_put(ivshmem->dir);
	kfree(ivshmem);
}
