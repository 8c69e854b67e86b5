// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of ivshmem devices, peers and their states. Jailhouse's IVSHMEM device specification,
 * version 2, "Register Region" and "State Table".
 */
#include "ivshmem.h"
#include "errno.h"

#define REG_ID		0x00
#define REG_MAX_PEERS	0x04
#define REG_CONTROL	0x08
#define REG_DOORBELL	0x0c
#define REG_STATE	0x10

#define CONTROL_ENABLE	1U

#define DOORBELL_VECTOR	0xffffU
#define DOORBELL_PEER	16

/* Interrupts of this number tell of states. */
#define VECTOR_STATE	0

/*
 * On a CPU of a peer. What comes while the device wants no interrupts is lost: its driver looks at
 * the shared memory after it has enabled them.
 */
static void interrupt(struct ivshmem *device, unsigned int vector)
{
	if ((!device->pin && vector >= device->config->vectors) ||
	    !ivshmem_get(&device->running) || !ivshmem_get(&device->control))
		return;
	if (ivshmem_get(&device->one_shot) &&
	    !__atomic_exchange_n(&device->control, 0, __ATOMIC_SEQ_CST))
		return;
	if (device->pin) {
		virtual_pin_raise(device->pin);
		return;
	}
	ivshmem_set(&device->vectors[vector].pending, 1);
	ivshmem_deliver(device, vector);
}

/*
 * With the lock: states
 */

static void write_state(const struct ivshmem *device, unsigned int peer, u32 state)
{
	device->ops->write_ram(device->sections->phys_start + sizeof(u32) * peer, state);
}

/* The table comes first: whoever is interrupted looks there. */
static void change_state(struct ivshmem *device, u32 state)
{
	const bool same = state == device->state;
	unsigned int n;

	device->state = state;
	write_state(device, device->config->peer, state);
	for (n = 0; !same && n < device->config->peers; n++)
		if (device->peers[n])
			interrupt(device->peers[n], VECTOR_STATE);
}

/*
 * Management
 */

static void set_peer(struct ivshmem *device, const struct ivshmem *of, struct ivshmem *peer)
{
	ticket_lock(&device->lock);
	device->peers[of->config->peer] = peer;
	ticket_unlock(&device->lock);
}

/* Nobody has written the table yet, or those who have are gone. */
void ivshmem_init(struct ivshmem *device)
{
	ivshmem_pci_reset(device);
}

void ivshmem_pair(struct ivshmem *device, struct ivshmem *peer)
{
	set_peer(device, peer, peer);
	set_peer(peer, device, device);
}

void ivshmem_unpair(struct ivshmem *device)
{
	unsigned int n;

	for (n = 0; n < device->config->peers; n++) {
		if (!device->peers[n])
			continue;
		set_peer(device->peers[n], device, NULL);
		device->peers[n] = NULL;
	}
}

void ivshmem_root_init(struct ivshmem_root *root, struct ivshmem *of, u64 address,
		       const struct cpu_set *cpus)
{
	struct ivshmem *end = &root->end;

	root->config = *of->config;
	root->config.address = address;
	root->config.peer = (u8)(of->config->root - 1);
	root->config.vectors = 0;
	end->config = &root->config;
	end->sections = of->sections;
	end->ops = of->ops;
	end->pin = &root->pin;
	end->one_shot = 1;
	end->running = 1;
	virtual_pin_init(&root->pin, address + PAGE_SIZE, of->topo, cpus, of->ops->send);
	of->root = root;
}

/* The device alone rings there: with its lock. */
void ivshmem_root_refresh(struct ivshmem *device)
{
	if (!device->root)
		return;
	ticket_lock(&device->lock);
	virtual_pin_refresh(&device->root->pin);
	ticket_unlock(&device->lock);
}

/* A peer that saw it run before it was stopped may be sending still. */
static void settle(const struct ivshmem *device)
{
	unsigned int n;

	for (n = 0; n < device->config->peers; n++)
		if (device->peers[n]) {
			ticket_lock(&device->peers[n]->lock);
			ticket_unlock(&device->peers[n]->lock);
		}
}

void ivshmem_start(struct ivshmem *device)
{
	unsigned int n;

	settle(device);
	ticket_lock(&device->lock);
	ivshmem_set(&device->control, 0);
	ivshmem_set(&device->one_shot, 0);
	device->state = 0;
	ivshmem_pci_reset(device);
	/* Of those who are not there, or have not started yet, memory may have anything. */
	for (n = 0; n < device->config->peers; n++)
		if (!device->peers[n] || !ivshmem_get(&device->peers[n]->running))
			write_state(device, n, 0);
	ivshmem_set(&device->running, 1);
	ticket_unlock(&device->lock);
}

void ivshmem_stop(struct ivshmem *device)
{
	ticket_lock(&device->lock);
	if (ivshmem_get(&device->running)) {
		ivshmem_set(&device->running, 0);
		change_state(device, 0);
	}
	ticket_unlock(&device->lock);
}

/*
 * Registers
 */

static u32 read_register(const struct ivshmem *device, unsigned int reg)
{
	switch (reg) {
	case REG_ID:
		return device->config->peer;
	case REG_MAX_PEERS:
		return device->config->peers;
	case REG_CONTROL:
		return ivshmem_get(&device->control);
	case REG_STATE:
		return device->state;
	default:
		return 0;
	}
}

/* What is no peer is rung in vain. */
static void ring(const struct ivshmem *device, u32 val)
{
	const u32 peer = val >> DOORBELL_PEER;

	if (peer < device->config->peers && device->peers[peer])
		interrupt(device->peers[peer], val & DOORBELL_VECTOR);
}

static void write_register(struct ivshmem *device, unsigned int reg, u32 val)
{
	switch (reg) {
	case REG_CONTROL:
		ivshmem_set(&device->control, val & CONTROL_ENABLE);
		break;
	case REG_DOORBELL:
		ring(device, val);
		break;
	case REG_STATE:
		change_state(device, val);
		break;
	}
}

/* A CPU that writes after its cell was stopped does not bring its state back. */
int ivshmem_registers(void *arg, struct mmio_access *access)
{
	struct ivshmem *device = arg;
	const unsigned int reg = (unsigned int)(access->gpa - device->config->address);
	int err = 0;

	if (access->width != 4 || reg % 4) {
		access->value = ~0ULL;
		return -EPERM;
	}
	ticket_lock(&device->lock);
	if (!access->is_write)
		access->value = read_register(device, reg);
	else if (ivshmem_get(&device->running))
		write_register(device, reg, (u32)access->value);
	else
		err = -EPERM;
	ticket_unlock(&device->lock);
	return err;
}
