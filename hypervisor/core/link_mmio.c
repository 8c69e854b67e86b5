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
#define REG_INTERRUPT_STATUS	0x060
#define REG_INTERRUPT_ACK	0x064
#define REG_STATUS		0x070
#define REG_QUEUE_DESC		0x080	/* each address: low half, high half, 8 unused bytes */
#define REG_QUEUE_DRIVER	0x090
#define REG_QUEUE_DEVICE	0x0a0
#define REG_QUEUE_END		0x0b0
#define REG_MEMORY_LENGTH	0x0b0	/* of shared memory: there is none */
#define REG_MEMORY_END		0x0c0
#define REG_GENERATION		0x0fc
#define REG_CONFIG		0x100

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

static u32 read_config(const struct link_end *end, u32 offset, unsigned int width)
{
	u64 bytes = 0;

	if (offset + width > CONFIG_SIZE)
		return 0;
	__builtin_memcpy(&bytes, end->config->mac, sizeof(end->config->mac));
	if (end->peer && link_live(end->peer))
		bytes |= (u64)CONFIG_LINK_UP << (8 * CONFIG_STATUS);
	return (u32)(bytes >> (8 * offset) & (~0ULL >> (64 - 8 * width)));
}

static u32 read_register(const struct link_end *end, u32 reg)
{
	static const u32 identity[] = { MAGIC, VERSION, DEVICE_NETWORK, VENDOR };
	const u32 select = get(&end->feature_select), number = get(&end->queue_select);

	if (reg < REG_IDENTITY + sizeof(identity))
		return identity[reg / 4];
	switch (reg) {
	case REG_DEVICE_FEATURES:
		return select < 2 ? offered[select] : 0;
	case REG_QUEUE_SIZE_MAX:
		return number < LINK_NUM_QUEUES ? LINK_QUEUE_MAX : 0;
	case REG_QUEUE_READY:
		return number < LINK_NUM_QUEUES && get(&end->queue[number].ready);
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

/* Nothing of the driver's memory is used any more when this returns. */
static void reset(struct link_end *end)
{
	unsigned int n;

	lock(end);
	set(&end->status, 0);
	for (n = 0; n < LINK_NUM_QUEUES; n++)
		set(&end->queue[n].ready, 0);
	link_settle(end);
	set(&end->interrupts, 0);
	set(&end->features[0], 0);
	set(&end->features[1], 0);
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
	old = __atomic_fetch_or(&end->status, val, __ATOMIC_SEQ_CST);
	if ((old ^ val) & val & (LINK_DRIVER_OK | LINK_FAILED))
		link_changed(end);
}

/* Features are fixed once they were agreed upon. */
static void write_features(struct link_end *end, u32 val)
{
	const u32 select = get(&end->driver_select);

	if (select < 2 && !(get(&end->status) & LINK_FEATURES_OK))
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
	if (__atomic_and_fetch(&end->interrupts, ~val, __ATOMIC_SEQ_CST))
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
	case REG_STATUS:
		write_status(end, val);
		break;
	case REG_QUEUE_READY:
		write_ready(end, val);
		break;
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
	return 0;
}

int link_access(void *arg, struct mmio_access *access)
{
	struct link_end *end = arg;
	const u32 reg = (u32)(access->gpa - end->config->address);
	int err = 0;

	if (!access->is_write)
		access->value = 0;
	/* Only what the device says of itself is read in other portions. */
	if ((reg < REG_CONFIG && (access->width != 4 || reg % 4)) || access->width > 4)
		return -EPERM;
	if (!link_enter(end))
		return -EAGAIN;
	if (access->is_write)
		err = write_register(end, reg, (u32)access->value);
	else if (reg < REG_CONFIG)
		access->value = read_register(end, reg);
	else
		access->value = read_config(end, reg - REG_CONFIG, access->width);
	link_leave(end);
	return err;
}
