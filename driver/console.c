// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page that the hypervisor lets Linux read: its log, which goes line by line into the
 * kernel log, and a counter that tells when the state of a cell has changed. Nobody
 * interrupts Linux for either: they are polled, which costs no VM exit.
 */
#include "driver.h"
#include "trace.h"

#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <asm/barrier.h>

#define POLL_MS			100
/* With the root cell alone there is less to be told, and less reason to wake up. */
#define POLL_ALONE_MS		1000

#define LINE_SIZE		256
/* What a CPU may have written beyond `tail` while `busy` is set. */
#define LINE_IN_PROGRESS	512

/**
 * struct log_reader - how far the log was read
 * @log: the hypervisor's page, NULL while there is none
 * @position: number of the next byte
 * @lost: bytes that were overwritten before they were read
 * @line: the line that is not complete yet
 * @length: of it
 */
static struct log_reader {
	const struct jailhouse_log *log;
	u32 position;
	u32 lost;
	char line[LINE_SIZE];
	unsigned int length;
} reader;

/* What `console` shows: taken when a reader begins, so that he sees one moment. */
static struct {
	struct mutex lock;	/* readers of the attribute, against each other */
	size_t size;
	char text[JAILHOUSE_LOG_SIZE];
} snapshot = {
	.lock = __MUTEX_INITIALIZER(snapshot.lock),
};

/* Protects reader.log against who reads `console`. */
static DECLARE_RWSEM(log_sem);

/*
 * The ring
 */

/* Number of the oldest byte that cannot be overwritten at this moment. */
static u32 oldest(const struct jailhouse_log *log)
{
	u32 tail, margin;

	tail = READ_ONCE(log->tail);
	margin = READ_ONCE(log->busy) ? LINE_IN_PROGRESS : 0;
	return tail + margin - JAILHOUSE_LOG_SIZE;
}

static bool is_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

/**
 * copy_text() - copy from the ring
 * @log: the log
 * @position: number of the first byte; receives that of the first byte copied, which is
 *	later if the hypervisor was faster
 * @buffer: receives the bytes
 * @size: how many
 *
 * Return: how many are valid, at the start of @buffer.
 */
static size_t copy_text(const struct jailhouse_log *log, u32 *position, char *buffer,
			size_t size)
{
	u32 start = *position, safe;
	size_t i;

	for (i = 0; i < size; i++)
		buffer[i] = READ_ONCE(log->text[(start + i) % JAILHOUSE_LOG_SIZE]);
	/* What was overwritten while it was copied, if anything. */
	smp_rmb();
	safe = oldest(log);
	if (!is_before(start, safe))
		return size;
	*position = safe;
	if (safe - start >= size)
		return 0;
	memmove(buffer, buffer + (safe - start), size - (safe - start));
	return size - (safe - start);
}

/*
 * Into the kernel log
 */

static void print_line(void)
{
	pr_info("hv: %.*s\n", reader.length, reader.line);
	reader.length = 0;
}

/* Cells may print, too: what they print is not to be trusted with the terminal. */
static void print_text(const char *text, size_t size)
{
	for (; size; size--, text++) {
		if (*text == '\r')
			continue;
		if (*text != '\n')
			reader.line[reader.length++] =
				isascii(*text) && (isprint(*text) || *text == '\t') ? *text : '?';
		if (*text == '\n' || reader.length == sizeof(reader.line))
			print_line();
	}
}

static void print_lost(u32 bytes)
{
	if (reader.length)
		print_line();
	pr_warn("hv: (%u bytes of the log were overwritten before they were read)\n", bytes);
}

/* Return: there was something. */
static bool drain(void)
{
	const struct jailhouse_log *log = reader.log;
	u32 tail = smp_load_acquire(&log->tail);	/* the text before it is there */
	bool found = reader.position != tail;
	char buffer[128];

	while (is_before(reader.position, tail)) {
		u32 position = reader.position;
		size_t size = min_t(u32, tail - position, sizeof(buffer));

		size = copy_text(log, &position, buffer, size);
		if (position != reader.position)
			print_lost(position - reader.position);
		print_text(buffer, size);
		reader.position = position + size;
	}
	return found;
}

/*
 * The poll
 */

static u32 events_seen;
static u32 denied_seen[JAILHOUSE_MAX_CPUS];
/* The counters have moved at the last look. */
static bool denied_moves;

/*
 * The counters cost a VM exit each: they are read only if somebody wants to know, and
 * while there is something to be known. The first of several denied accesses is logged.
 */
static void trace_denied(bool logged)
{
	unsigned int cpu;
	long denied;

	if (!trace_jailhouse_denied_enabled() || !(logged || denied_moves))
		return;
	denied_moves = false;
	for_each_cpu_in(cpu, &jh_cpus_known) {
		denied = jh_hypercall_ask(JAILHOUSE_HC_CPU_GET_INFO, cpu,
					  JAILHOUSE_CPU_INFO_STAT_BASE +
					  JAILHOUSE_CPU_STAT_DENIED);
		if (denied < 0 || denied == denied_seen[cpu])
			continue;
		trace_jailhouse_denied(cpu, denied - denied_seen[cpu]);
		denied_seen[cpu] = denied;
		denied_moves = true;
	}
}

/* While an operation is under way, who does it tells what it changed. */
static void look_at_cells(void)
{
	u32 events = READ_ONCE(reader.log->events);

	if (events == events_seen || !mutex_trylock(&jh_lock))
		return;
	events_seen = events;
	jh_cells_notify();
	mutex_unlock(&jh_lock);
}

static void poll(struct work_struct *work)
{
	unsigned long pause;

	trace_denied(drain());
	look_at_cells();
	pause = msecs_to_jiffies(POLL_MS);
	/* Together with what else wakes up this CPU once a second. */
	if (!jh_cpus_in_cells())
		pause = round_jiffies_relative(msecs_to_jiffies(POLL_ALONE_MS));
	queue_delayed_work(system_power_efficient_wq, to_delayed_work(work), pause);
}

static DECLARE_DELAYED_WORK(poll_work, poll);

/** jh_log_poll() - look at once, and as often as there is need now. */
void jh_log_poll(void)
{
	mod_delayed_work(system_power_efficient_wq, &poll_work, 0);
}

/*
 * Seen by the rest of the driver
 */

/**
 * jh_log_open() - read the hypervisor's log from now on
 * @mem: hypervisor memory, with the image in place
 *
 * Context: jh_lock is held, the hypervisor is not active.
 *
 * Return: 0 or -ENOMEM.
 */
int jh_log_open(const struct hypervisor_memory *mem)
{
	const struct jailhouse_log *log;

	log = memremap(mem->phys + mem->header->log_offset, sizeof(*log), MEMREMAP_WB);
	if (!log)
		return -ENOMEM;
	events_seen = 0;
	denied_moves = false;
	memset(denied_seen, 0, sizeof(denied_seen));
	reader.position = 0;
	reader.length = 0;
	down_write(&log_sem);
	reader.log = log;
	up_write(&log_sem);
	return 0;
}

/**
 * jh_log_close() - read what is left of it, and stop
 *
 * Context: jh_lock is held, the hypervisor is not active.
 */
void jh_log_close(void)
{
	const struct jailhouse_log *log = reader.log;

	cancel_delayed_work_sync(&poll_work);
	drain();
	if (reader.length)
		print_line();
	down_write(&log_sem);
	reader.log = NULL;
	up_write(&log_sem);
	memunmap((void *)log);
}

/** jh_log_error_seq() - for jh_log_error_since(); the log is open. */
u32 jh_log_error_seq(void)
{
	return READ_ONCE(reader.log->error_seq);
}

/**
 * jh_log_error_since() - why did the hypervisor refuse?
 * @seq: jh_log_error_seq() before the hypercall
 * @why: receives the sentence
 *
 * Return: false if it gave no reason since then.
 */
bool jh_log_error_since(u32 seq, struct reason *why)
{
	const struct jailhouse_log *log = reader.log;

	if (READ_ONCE(log->error_seq) == seq)
		return false;
	smp_rmb();	/* the sentence was written before its number */
	jh_refuse(why, 0, "%.*s", (int)sizeof(log->error), log->error);
	return true;
}

/**
 * jh_log_failure() - why did a cell fail?
 * @id: the cell, which is in state failed
 * @why: receives the sentence
 *
 * Context: any lock but log_sem may be held, may sleep.
 */
void jh_log_failure(int id, struct reason *why)
{
	const struct jailhouse_failure *failure;

	jh_refuse(why, 0, "it says so itself");
	down_read(&log_sem);
	if (reader.log) {
		failure = &reader.log->failures[id % JAILHOUSE_LOG_FAILURES];
		if (failure->cell == id && failure->text[0])
			jh_refuse(why, 0, "%.*s", (int)sizeof(failure->text), failure->text);
	}
	up_read(&log_sem);
}

static void take_snapshot(void)
{
	u32 position, tail, start;

	snapshot.size = 0;
	down_read(&log_sem);
	if (reader.log) {
		tail = smp_load_acquire(&reader.log->tail);	/* as in drain() */
		start = tail < JAILHOUSE_LOG_SIZE ? 0 : tail - JAILHOUSE_LOG_SIZE;
		position = start;
		snapshot.size = copy_text(reader.log, &position, snapshot.text, tail - start);
	}
	up_read(&log_sem);
}

/**
 * jh_log_read() - the whole ring, from its oldest byte
 * @buffer: receives text
 * @offset: 0 takes a new snapshot of the ring
 * @count: size of @buffer
 *
 * Return: number of bytes, 0 at the end.
 */
ssize_t jh_log_read(char *buffer, loff_t offset, size_t count)
{
	ssize_t ret;

	mutex_lock(&snapshot.lock);
	if (!offset)
		take_snapshot();
	ret = memory_read_from_buffer(buffer, count, &offset, snapshot.text, snapshot.size);
	mutex_unlock(&snapshot.lock);
	return ret;
}
