// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of a link's device (virtio 1.2, 4.2.2 and 5.1.4).
 *
 * Any CPU of the cell, any number of them at once, behind the gate. What two CPUs write at the same
 * time leaves one of both values; where several values have to fit together, they are copied,
 * checked and then used.
 */
#include "link.h"
#include "arch.h"
#include "errno.h"

#define REG_IDENTITY		0x000	/* magic number, version, kind of device, vendor */
#define REG_DEVICE_FEATURES	0x010
#define REG_FEATURE_SELECT	0x014
#define REG_DRIVER_FEATURES	0x020
#define REG_DRIVER_SELECT	0x024
#define REG_QUEUE_SELECT	0x030
#define REG_QUEUE_SIZE_MAX	0x034
#define REG_QUEUE_SIZE		0x038
#define REG_QUEUE_READY		0x044
#define REG_QUEUE_NOTIFY	0x050
#define REG_INTERRUPT_ACK	0x064
#define REG_QUEUE_DESC		0x080	/* each address: low half, high half, 8 unused bytes */
#define REG_QUEUE_DRIVER	0x090
#define REG_QUEUE_DEVICE	0x0a0
#define REG_QUEUE_END		0x0b0
#define REG_MEMORY_LENGTH	0x0b0	/* of shared memory, in four words: there is none */

#define MAGIC			0x74726976	/* "virt" */
#define VERSION			2
#define DEVICE_NETWORK		1
#define VENDOR			0x484a		/* "JH" */

/* The device's features, in two halves. */
#define FEATURE_MAC		(1U << 5)
#define FEATURE_STATUS		(1U << 16)
#define FEATURE_EVENT_IDX	(1U << 29)
#define FEATURE_VERSION_1	(1U << (32 - 32))

static const u32 offered[] = {
	FEATURE_MAC | FEATURE_STATUS | FEATURE_EVENT_IDX, FEATURE_VERSION_1,
};

#define STATUS_VALID		0x8fU		/* what a driver may set */

/* Each is one instruction. */
#define get(reg)	__atomic_load_n(reg, __ATOMIC_SEQ_CST)
#define set(reg, val)	__atomic_store_n(reg, val, __ATOMIC_SEQ_CST)

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
 * What is read
 */

static void show_features(struct link_end *end, u32 select)
{
	set(link_register(end, REG_DEVICE_FEATURES), select < 2 ? offered[select] : 0);
}

static void show_queue(struct link_end *end)
{
	const u32 number = get(&end->queue_select);
	const bool exists = number < LINK_NUM_QUEUES;

	set(link_register(end, REG_QUEUE_SIZE_MAX), exists ? LINK_QUEUE_MAX : 0);
	set(link_register(end, REG_QUEUE_READY), exists && get(&end->queue[number].ready));
}

void link_power_up(struct link_end *end)
{
	static const u32 identity[] = { MAGIC, VERSION, DEVICE_NETWORK, VENDOR };
	const size_t kept = offsetof(struct link_end, lock);

	__builtin_memset((u8 *)end + kept, 0, sizeof(*end) - kept);
	__builtin_memset(end->registers, 0, LINK_MMIO_SIZE);
	__builtin_memcpy(end->registers, identity, sizeof(identity));
	__builtin_memset(link_register(end, REG_MEMORY_LENGTH), 0xff, 4 * sizeof(u32));
	__builtin_memcpy(link_register(end, LINK_REG_CONFIG), end->config->mac,
			 sizeof(end->config->mac));
	show_features(end, 0);
	show_queue(end);
	link_show(end);
	__atomic_store_n(&end->running, true, __ATOMIC_SEQ_CST);
}

/*
 * What is written
 */

/* Nothing of the driver's memory is used any more when this returns. */
static void reset(struct link_end *end)
{
	unsigned int n;

	lock(end);
	set(link_register(end, LINK_REG_STATUS), 0);
	for (n = 0; n < LINK_NUM_QUEUES; n++)
		set(&end->queue[n].ready, 0);
	link_settle(end);
	/* The frame in flight may have broken the device. */
	set(link_register(end, LINK_REG_STATUS), 0);
	set(link_register(end, LINK_REG_INTERRUPTS), 0);
	set(&end->features[0], 0);
	set(&end->features[1], 0);
	show_queue(end);
	unlock(end);
	link_changed(end);
}

static bool accepts(const struct link_end *end)
{
	return !(get(&end->features[0]) & ~offered[0]) && get(&end->features[1]) == offered[1];
}

/* What the driver cannot have is not there when it reads the status again. */
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
	old = __atomic_fetch_or(link_register(end, LINK_REG_STATUS), val, __ATOMIC_SEQ_CST);
	if ((old ^ val) & val & (LINK_DRIVER_OK | LINK_FAILED))
		link_changed(end);
}

/* Features are fixed once they were agreed upon. */
static void write_features(struct link_end *end, u32 val)
{
	const u32 select = get(&end->driver_select);

	if (select < 2 && !(get(link_register(end, LINK_REG_STATUS)) & LINK_FEATURES_OK))
		set(&end->features[select], val);
}

static u64 setup_of(const struct link_end *end, u32 number, u32 reg)
{
	return __atomic_load_n(&end->setup[number][(reg - REG_QUEUE_SIZE) / 8], __ATOMIC_RELAXED);
}

/* What was set is copied, checked, and then used. */
static void start_queue(struct link_end *end, u32 number)
{
	const u32 size = (u32)setup_of(end, number, REG_QUEUE_SIZE);
	const struct link_queue queue = {
		.event_idx = get(&end->features[0]) & FEATURE_EVENT_IDX, .size = (u16)size,
		.desc = setup_of(end, number, REG_QUEUE_DESC),
		.driver = setup_of(end, number, REG_QUEUE_DRIVER),
		.device = setup_of(end, number, REG_QUEUE_DEVICE),
	};

	if (size > LINK_QUEUE_MAX || !link_queue_valid(&queue)) {
		link_break(end, "a queue that cannot be");
		return;
	}
	end->queue[number] = queue;
	set(&end->queue[number].ready, ++end->starts);
}

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
	show_queue(end);
	unlock(end);
}

static void write_setup(struct link_end *end, u32 reg, u32 val)
{
	const u32 number = get(&end->queue_select);

	if (number < LINK_NUM_QUEUES && reg >= REG_QUEUE_SIZE && reg < REG_QUEUE_END)
		set((u32 *)end->setup[number] + (reg - REG_QUEUE_SIZE) / 4, val);
}

/* Of an interrupt that is still there, nobody would be told otherwise. */
static int acknowledge(struct link_end *end, u32 val)
{
	if (__atomic_and_fetch(link_register(end, LINK_REG_INTERRUPTS), ~val, __ATOMIC_SEQ_CST))
		arch_link_interrupt(end);
	return link_was_left(end) ? link_notify(end, LINK_TX) : 0;
}

static int write_register(struct link_end *end, u32 reg, u32 val)
{
	switch (reg) {
	case REG_QUEUE_NOTIFY:
		return val < LINK_NUM_QUEUES ? link_notify(end, val) : 0;
	case REG_INTERRUPT_ACK:
		return acknowledge(end, val);
	case LINK_REG_STATUS:
		write_status(end, val);
		break;
	case REG_QUEUE_READY:
		write_ready(end, val);
		break;
	case REG_FEATURE_SELECT:
		show_features(end, val);
		break;
	case REG_DRIVER_FEATURES:
		write_features(end, val);
		break;
	case REG_DRIVER_SELECT:
		set(&end->driver_select, val);
		break;
	case REG_QUEUE_SELECT:
		set(&end->queue_select, val);
		show_queue(end);
		break;
	default:
		write_setup(end, reg, val);
	}
	return 0;
}

/* A read that exits is part of an instruction that writes, too. */
int link_access(void *arg, struct mmio_access *access)
{
	struct link_end *end = arg;
	const u32 reg = (u32)(access->gpa - end->config->address);
	int err;

	if (!access->is_write)
		access->value = 0;
	if (access->width != 4 || reg % 4)
		return -EPERM;
	if (!access->is_write) {
		access->value = get(link_register(end, reg));
		return 0;
	}
	if (!link_enter(end))
		return -EAGAIN;
	err = write_register(end, reg, (u32)access->value);
	link_leave(end);
	return err;
}
