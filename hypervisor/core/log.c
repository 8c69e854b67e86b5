// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log ring and debug console.
 *
 * Two locks. That of the ring is held for a copy of a line. It is waited for, but not
 * forever: its holder may be a CPU that panicked, or the code that an NMI interrupted
 * on this CPU. Text may be torn then, which beats silence.
 *
 * That of the console is only tried. Its holder prints from where the console has got to,
 * as many characters as it has added itself, and a few more. So nobody pays for what others
 * print, and the console lags behind only by what was added while it was busy.
 */
#include "log.h"
#include "arch.h"
#include "format.h"
#include "string.h"

/* Some milliseconds, a thousand times what the copy of a line takes. */
#define LOCK_SPINS	100000

#define CONSOLE_CHUNK	32U

/*
 * The most characters that a CPU prints of what other CPUs have left, besides its own line. At
 * 115200 baud these take 1.4 ms.
 */
#define CONSOLE_EXTRA	16U

/* On the console instead of text that was overwritten before it got there. */
#define SKIPPED		"\n...\n"

static struct jailhouse_log *ring;
static u32 ring_lock;
static u32 console_lock;
/* Number of the next byte for the console. */
static u32 console_tail;

static bool try_lock(u32 *lock)
{
	return !__atomic_exchange_n(lock, 1, __ATOMIC_SEQ_CST);
}

static void unlock(u32 *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_SEQ_CST);
}

static void lock_or_seize(u32 *lock)
{
	unsigned int spins;

	for (spins = 0; spins < LOCK_SPINS && !try_lock(lock); spins++)
		arch_cpu_relax();
}

void log_init(struct jailhouse_log *log)
{
	console_tail = log->tail;
	ring = log;
}

static u32 ring_tail(void)
{
	return __atomic_load_n(&ring->tail, __ATOMIC_SEQ_CST);
}

/*
 * Copies the next chunk for the console. Return: false if it may not be what was there:
 * others have added so much that it was overwritten, or is being.
 */
static bool copy_chunk(char *text, u32 next, u32 chunk)
{
	const u32 at = next % JAILHOUSE_LOG_SIZE;
	const u32 to_end = MIN(chunk, JAILHOUSE_LOG_SIZE - at);

	memcpy(text, ring->text + at, to_end);
	memcpy(text + to_end, ring->text, chunk - to_end);
	return ring_tail() - next <= JAILHOUSE_LOG_SIZE - LOG_LINE_SIZE;
}

/* Moves the console on to text that is still there. */
static void console_skip(u32 tail, bool urgent, const char **remark)
{
	arch_console_write(SKIPPED, sizeof(SKIPPED) - 1, urgent, remark);
	__atomic_store_n(&console_tail, tail, __ATOMIC_SEQ_CST);
}

/* Prints @budget characters at most, less if the console takes no more now. */
static void console_print(u32 budget, bool urgent, const char **remark)
{
	char text[CONSOLE_CHUNK];
	u32 tail, next, chunk;
	size_t written;

	while (budget) {
		tail = ring_tail();
		next = console_tail;
		chunk = MIN(MIN(tail - next, CONSOLE_CHUNK), budget);
		if (!chunk)
			return;
		if (!copy_chunk(text, next, chunk)) {
			console_skip(tail, urgent, remark);
			return;
		}
		written = arch_console_write(text, chunk, urgent, remark);
		__atomic_store_n(&console_tail, next + (u32)written, __ATOMIC_SEQ_CST);
		if (written < chunk)
			return;
		budget -= chunk;
	}
}

static void console_update(u32 added)
{
	const char *remark = NULL;

	if (!try_lock(&console_lock))
		return;
	console_print(added + CONSOLE_EXTRA, false, &remark);
	unlock(&console_lock);
	if (remark)
		log_printf("%s", remark);
}

void log_flush(void)
{
	const char *remark;

	if (!ring)
		return;
	lock_or_seize(&console_lock);
	console_print(JAILHOUSE_LOG_SIZE, true, &remark);
	unlock(&console_lock);
}

/* The reader distrusts the text while @busy is set, so it is set first, cleared last. */
static void ring_append(const char *text, u32 length)
{
	const u32 at = ring->tail % JAILHOUSE_LOG_SIZE;
	const u32 to_end = MIN(length, JAILHOUSE_LOG_SIZE - at);

	__atomic_store_n(&ring->busy, 1, __ATOMIC_SEQ_CST);
	memcpy(ring->text + at, text, to_end);
	memcpy(ring->text, text + to_end, length - to_end);
	__atomic_store_n(&ring->tail, ring->tail + length, __ATOMIC_SEQ_CST);
	__atomic_store_n(&ring->busy, 0, __ATOMIC_SEQ_CST);
}

void log_write(const char *text, size_t length)
{
	if (!ring)
		return;
	lock_or_seize(&ring_lock);
	ring_append(text, (u32)MIN(length, LOG_LINE_SIZE));
	unlock(&ring_lock);
	console_update((u32)MIN(length, LOG_LINE_SIZE));
}

u32 log_copy_end(char *to, u32 size)
{
	const u32 tail = ring ? ring_tail() : 0;
	u32 length = MIN(MIN(tail, size), JAILHOUSE_LOG_SIZE), n;

	/* Where more is cut off than was ever there, a part of a line comes first. */
	while (length && length < tail &&
	       ring->text[(tail - length - 1) % JAILHOUSE_LOG_SIZE] != '\n')
		length--;
	for (n = 0; n < length; n++)
		to[n] = ring->text[(tail - length + n) % JAILHOUSE_LOG_SIZE];
	return length;
}

void log_vprintf(const char *fmt, va_list ap)
{
	char line[LOG_LINE_SIZE + 1];
	int length;

	length = fmt_vsnprintf(line, sizeof(line), fmt, ap);
	if (length > LOG_LINE_SIZE) {
		length = LOG_LINE_SIZE;
		line[length - 1] = '\n';
	}
	log_write(line, (size_t)length);
}

void log_printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vprintf(fmt, ap);
	va_end(ap);
}

void log_error(const char *fmt, ...)
{
	char text[JAILHOUSE_LOG_ERROR_SIZE];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!ring)
		return;

	/* Not more than the string: others read this page. */
	lock_or_seize(&ring_lock);
	memcpy(ring->error, text, strlen(text) + 1);
	__atomic_store_n(&ring->error_seq, ring->error_seq + 1, __ATOMIC_SEQ_CST);
	unlock(&ring_lock);
	log_printf("%s\n", text);
}

void log_failure(unsigned int cell, const char *reason)
{
	struct jailhouse_failure *failure;
	size_t length;

	if (!ring)
		return;
	failure = &ring->failures[cell % JAILHOUSE_LOG_FAILURES];
	length = MIN(strlen(reason), sizeof(failure->text) - 1);
	lock_or_seize(&ring_lock);
	memcpy(failure->text, reason, length);
	failure->text[length] = '\0';
	failure->cell = cell;
	unlock(&ring_lock);
}

bool log_due(u64 *due, u64 now_tsc, u64 interval_tsc, u32 burst)
{
	u64 old = __atomic_load_n(due, __ATOMIC_RELAXED);

	do {
		if (old > now_tsc + (burst - 1) * interval_tsc)
			return false;
	} while (!__atomic_compare_exchange_n(due, &old, MAX(old, now_tsc) + interval_tsc,
					      false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return true;
}

void log_suppressed(u32 count)
{
	log_printf("... %u more like the next one suppressed\n", count);
}

bool log_ratelimit(struct log_limit *limit, u64 now_tsc, u64 interval_tsc, u32 burst)
{
	u32 suppressed;

	if (!log_due(&limit->due, now_tsc, interval_tsc, burst)) {
		__atomic_add_fetch(&limit->suppressed, 1, __ATOMIC_RELAXED);
		return false;
	}
	suppressed = __atomic_exchange_n(&limit->suppressed, 0, __ATOMIC_RELAXED);
	if (suppressed)
		log_suppressed(suppressed);
	return true;
}
