// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of a link's device (virtio 1.2, 4.2.2 and 5.1.4).
 *
 * Any CPU of the cell, any number of them at once. What two CPUs write at the same time leaves
 * one of both values; where several values have to fit together, they are copied, checked
 * and then used.
 */
#include "link.h"
#include "arch.h"
#include "errno.h"

#define REG_MAGIC		0x000
#define REG_VERSION		0x004
#define REG_DEVICE_ID		0x008
#define REG_VENDOR_ID		0x00c
#define REG_DEVICE_FEATURES	0x010
#define REG_FEATURE_SELECT	0x014
#define REG_DRIVER_FEATURES	0x020
#define REG_DRIVER_SELECT	0x024
#define REG_QUEUE_SELECT	0x030
#define REG_QUEUE_SIZE_MAX	0x034
#define REG_QUEUE_SIZE		0x038
#define REG_QUEUE_READY		0x044
#define REG_QUEUE_NOTIFY	0x050
#define REG_INTERRUPT_STATUS	0x060
#define REG_INTERRUPT_ACK	0x064
#define REG_STATUS		0x070
#define REG_QUEUE_DESC		0x080	/* each address: low half, high half, 8 unused bytes */
#define REG_QUEUE_END		0x0b0
#define REG_MEMORY_LENGTH	0x0b0	/* of shared memory: there is none */
#define REG_MEMORY_END		0x0c0
#define REG_GENERATION		0x0fc
#define REG_CONFIG		0x100

#define MAGIC			0x74726976	/* "virt" */
#define VERSION			2
#define DEVICE_NETWORK		1
#define VENDOR			0x484a		/* "JH" */

#define FEATURE_MAC		BIT_ULL(5)
#define FEATURE_STATUS		BIT_ULL(16)
#define FEATURE_EVENT_IDX	BIT_ULL(29)
#define FEATURE_VERSION_1	BIT_ULL(32)
#define FEATURES	(FEATURE_MAC | FEATURE_STATUS | FEATURE_EVENT_IDX | FEATURE_VERSION_1)

#define STATUS_VALID		0x8fU		/* what a driver may set */

/* struct virtio_net_config, as far as the features tell of it. */
#define CONFIG_STATUS		6
#define CONFIG_SIZE		8
#define CONFIG_LINK_UP		0x01

static u32 get(const u32 *reg)
{
	return __atomic_load_n(reg, __ATOMIC_SEQ_CST);
}

static void set(u32 *reg, u32 val)
{
	__atomic_store_n(reg, val, __ATOMIC_SEQ_CST);
}

/* Between CPUs of the cell. */
static void lock(struct link_end *end)
{
	while (__atomic_exchange_n(&end->lock, 1, __ATOMIC_ACQUIRE))
		arch_cpu_relax();
}

static void unlock(struct link_end *end)
{
	__atomic_store_n(&end->lock, 0, __ATOMIC_RELEASE);
}

/*
 * Reading
 */

/* Behind the gate. */
static u32 read_config(const struct link_end *end, u32 offset, unsigned int width)
{
	u64 bytes = 0;

	__builtin_memcpy(&bytes, end->config->mac, sizeof(end->config->mac));
	if (end->peer && link_live(end->peer))
		bytes |= (u64)CONFIG_LINK_UP << (8 * CONFIG_STATUS);
	if (offset + width > CONFIG_SIZE)
		return 0;
	bytes >>= 8 * offset;
	return (u32)(width < 4 ? bytes & ((1U << (8 * width)) - 1) : bytes);
}

static u32 read_queue(const struct link_end *end, u32 reg)
{
	const u32 number = get(&end->queue_select);

	if (number >= LINK_NUM_QUEUES)
		return 0;
	return reg == REG_QUEUE_SIZE_MAX ? LINK_QUEUE_MAX : get(&end->queue[number].ready);
}

static u32 read_register(const struct link_end *end, u32 reg)
{
	const u32 select = get(&end->feature_select);

	switch (reg) {
	case REG_MAGIC:
		return MAGIC;
	case REG_VERSION:
		return VERSION;
	case REG_DEVICE_ID:
		return DEVICE_NETWORK;
	case REG_VENDOR_ID:
		return VENDOR;
	case REG_DEVICE_FEATURES:
		return select < 2 ? (u32)(FEATURES >> (32 * select)) : 0;
	case REG_QUEUE_SIZE_MAX:
	case REG_QUEUE_READY:
		return read_queue(end, reg);
	case REG_INTERRUPT_STATUS:
		return get(&end->interrupts);
	case REG_STATUS:
		return get(&end->status);
	case REG_GENERATION:
		return get(&end->generation);
	default:
		return reg >= REG_MEMORY_LENGTH && reg < REG_MEMORY_END ? ~0U : 0;
	}
}

/*
 * Writing
 */

/* Nothing of the driver's memory is used any more when this returns. Behind the gate. */
static void reset(struct link_end *end)
{
	unsigned int n;

	lock(end);
	set(&end->status, 0);
	for (n = 0; n < LINK_NUM_QUEUES; n++)
		set(&end->queue[n].ready, 0);
	link_settle(end);
	set(&end->interrupts, 0);
	end->features = 0;
	unlock(end);
	link_changed(end);
}

static bool accepts(const struct link_end *end)
{
	const u64 features = __atomic_load_n(&end->features, __ATOMIC_SEQ_CST);

	return !(features & ~FEATURES) && features & FEATURE_VERSION_1;
}

/* What the driver cannot have is not there when it reads the status again. Behind the gate. */
static void write_status(struct link_end *end, u32 val)
{
	u32 old;

	if (!val) {
		reset(end);
		return;
	}
	val &= STATUS_VALID;
	if (!accepts(end))
		val &= ~LINK_FEATURES_OK;
	if (!(val & LINK_FEATURES_OK))
		val &= ~LINK_DRIVER_OK;
	old = __atomic_fetch_or(&end->status, val, __ATOMIC_SEQ_CST);
	if ((old ^ val) & val & (LINK_DRIVER_OK | LINK_FAILED))
		link_changed(end);
}

/* Features are fixed once they were agreed upon. */
static void write_features(struct link_end *end, u32 val)
{
	const u32 select = get(&end->driver_select);
	u64 half = 0xffffffffULL;

	if (select > 1 || get(&end->status) & LINK_FEATURES_OK)
		return;
	half <<= 32 * select;
	end->features = (end->features & ~half) | (u64)val << (32 * select);
}

/* Behind the gate. */
static void start_queue(struct link_end *end, u32 number)
{
	const struct link_setup setup = end->setup[number];
	struct link_queue queue = {
		.event_idx = end->features & FEATURE_EVENT_IDX, .size = (u16)setup.size,
		.desc = setup.gpa[0], .driver = setup.gpa[1], .device = setup.gpa[2],
	};

	if (setup.size > LINK_QUEUE_MAX || !link_queue_valid(&queue)) {
		link_break(end, "a queue that cannot be");
		return;
	}
	end->queue[number] = queue;
	set(&end->queue[number].ready, 1);
}

/* Behind the gate. */
static void write_ready(struct link_end *end, u32 val)
{
	const u32 number = get(&end->queue_select);
	u32 *ready;

	if (number >= LINK_NUM_QUEUES)
		return;
	ready = &end->queue[number].ready;
	lock(end);
	if (val & 1 && !get(ready)) {
		start_queue(end, number);
	} else if (!(val & 1)) {
		set(ready, 0);
		link_settle(end);
	}
	unlock(end);
}

static void write_setup(struct link_end *end, u32 reg, u32 val)
{
	const u32 number = get(&end->queue_select);
	u32 *half;

	if (number >= LINK_NUM_QUEUES)
		return;
	if (reg == REG_QUEUE_SIZE) {
		set(&end->setup[number].size, val);
	} else if (reg >= REG_QUEUE_DESC && reg < REG_QUEUE_END && !(reg & 8)) {
		half = (u32 *)&end->setup[number].gpa[(reg - REG_QUEUE_DESC) / 16];
		set(half + reg % 8 / 4, val);
	}
}

/* Of an interrupt that is still there, nobody would be told otherwise. Behind the gate. */
static int acknowledge(struct link_end *end, u32 val)
{
	if (__atomic_and_fetch(&end->interrupts, ~val, __ATOMIC_SEQ_CST))
		arch_link_interrupt(end);
	return link_was_left(end) ? link_notify(end, LINK_TX) : 0;
}

/* Behind the gate. */
static int write_shared(struct link_end *end, u32 reg, u32 val)
{
	if (reg == REG_QUEUE_NOTIFY)
		return val < LINK_NUM_QUEUES ? link_notify(end, val) : 0;
	if (reg == REG_INTERRUPT_ACK)
		return acknowledge(end, val);
	if (reg == REG_STATUS)
		write_status(end, val);
	else
		write_ready(end, val);
	return 0;
}

static void write_own(struct link_end *end, u32 reg, u32 val)
{
	switch (reg) {
	case REG_FEATURE_SELECT:
		set(&end->feature_select, val);
		break;
	case REG_DRIVER_FEATURES:
		write_features(end, val);
		break;
	case REG_DRIVER_SELECT:
		set(&end->driver_select, val);
		break;
	case REG_QUEUE_SELECT:
		set(&end->queue_select, val);
		break;
	default:
		write_setup(end, reg, val);
	}
}

static bool concerns_peer(u32 reg, bool is_write)
{
	if (!is_write)
		return reg >= REG_CONFIG;
	return reg == REG_QUEUE_NOTIFY || reg == REG_INTERRUPT_ACK || reg == REG_STATUS ||
	       reg == REG_QUEUE_READY;
}

static int access_shared(struct link_end *end, u32 reg, struct mmio_access *access)
{
	int err = 0;

	if (!link_enter(end))
		return -EAGAIN;
	if (access->is_write)
		err = write_shared(end, reg, (u32)access->value);
	else
		access->value = read_config(end, reg - REG_CONFIG, access->width);
	link_leave(end);
	return err;
}

int link_access(void *arg, struct mmio_access *access)
{
	struct link_end *end = arg;
	const u32 reg = (u32)(access->gpa - end->config->address);

	if (!access->is_write)
		access->value = 0;
	/* Only what the device says of itself is read in other portions. */
	if ((reg < REG_CONFIG && (access->width != 4 || reg % 4)) || access->width > 4)
		return -EPERM;
	if (concerns_peer(reg, access->is_write))
		return access_shared(end, reg, access);
	if (access->is_write)
		write_own(end, reg, (u32)access->value);
	else
		access->value = read_register(end, reg);
	return 0;
}
