// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page that the hypervisor lets Linux read: its log, which goes line by line into the
 * kernel log, the reasons of what it refused and of cells that failed, and a counter of
 * changes of their states.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "log.h"
#include "reason.h"

#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <asm/barrier.h>

#include <jailhouse/console.h>

#define LINE_SIZE		256
/* What a CPU may have written beyond `tail` while `busy` is set. */
#define LINE_IN_PROGRESS	512

/**
 * struct log_reader - how far the log was read
 * @log: the hypervisor's page, NULL while there is none
 * @position: number of the next byte
 * @line: the line that is not complete yet
 * @length: of it
 */
static struct log_reader {
	const struct jailhouse_log *log;
	u32 position;
	char line[LINE_SIZE];
	unsigned int length;
} reader;

/**
 * struct snapshot - what `console` shows one who has it open: of the moment when he began to read
 * @file: whose it is, or was: nobody says when a file of sysfs is closed
 * @used: when he last read, in reads
 * @size: bytes of @text
 * @text: all that the ring had
 */
struct snapshot {
	const struct file *file;
	u64 used;
	size_t size;
	char text[JAILHOUSE_LOG_SIZE];
};

/* As many as may read in turns without disturbing each other. */
static struct snapshot snapshots[4];
static u64 reads;
/* Readers of the attribute, against each other. */
static DEFINE_MUTEX(snapshot_lock);

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

/**
 * jh_log_drain() - what was not read yet goes into the kernel log
 *
 * Context: the log is open; one at a time.
 *
 * Return: there was something.
 */
bool jh_log_drain(void)
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
 * Seen by the rest of the driver
 */

/**
 * jh_log_open() - read the hypervisor's log from now on
 * @phys: host-physical address of its page
 *
 * Context: jh_lock is held, the hypervisor is not active.
 *
 * Return: 0 or -ENOMEM.
 */
int jh_log_open(u64 phys)
{
	const struct jailhouse_log *log;

	log = memremap(phys, sizeof(*log), MEMREMAP_WB);
	if (!log)
		return -ENOMEM;
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

	jh_log_drain();
	if (reader.length)
		print_line();
	down_write(&log_sem);
	reader.log = NULL;
	up_write(&log_sem);
	memunmap((void *)log);
}

/** jh_log_events() - how often the state of a cell has changed; the log is open. */
u32 jh_log_events(void)
{
	return READ_ONCE(reader.log->events);
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

static void take_snapshot(struct snapshot *snapshot)
{
	u32 position, tail, start;

	snapshot->size = 0;
	down_read(&log_sem);
	if (reader.log) {
		tail = smp_load_acquire(&reader.log->tail);	/* as in jh_log_drain() */
		start = tail < JAILHOUSE_LOG_SIZE ? 0 : tail - JAILHOUSE_LOG_SIZE;
		position = start;
		snapshot->size = copy_text(reader.log, &position, snapshot->text, tail - start);
	}
	up_read(&log_sem);
}

/* Begins anew for one who reads from the start, or whose own has gone to others meanwhile. */
static struct snapshot *snapshot_for(const struct file *file, bool starts)
{
	struct snapshot *found = snapshots;
	unsigned int n;

	for (n = 1; n < ARRAY_SIZE(snapshots) && found->file != file; n++)
		if (snapshots[n].file == file || snapshots[n].used < found->used)
			found = &snapshots[n];
	if (starts || found->file != file)
		take_snapshot(found);
	found->file = file;
	found->used = ++reads;
	return found;
}

/**
 * jh_log_read() - the whole ring, from its oldest byte
 * @file: who reads
 * @buffer: receives text
 * @offset: 0 takes a new snapshot of the ring, which others do not see
 * @count: size of @buffer
 *
 * Return: number of bytes, 0 at the end.
 */
ssize_t jh_log_read(const struct file *file, char *buffer, loff_t offset, size_t count)
{
	const struct snapshot *snapshot;
	ssize_t ret;

	mutex_lock(&snapshot_lock);
	snapshot = snapshot_for(file, !offset);
	ret = memory_read_from_buffer(buffer, count, &offset, snapshot->text, snapshot->size);
	mutex_unlock(&snapshot_lock);
	return ret;
}
