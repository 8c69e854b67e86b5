// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log ring and debug console.
 *
 * Two locks. That of the ring is held for a copy of a line. It is waited for, but not
 * forever: its holder may be a CPU that panicked, or the code that an NMI interrupted
 * on this CPU. Text may be torn then, which beats silence.
 *
 * That of the console is only tried. Its holder prints until the ring has nothing
 * more; whoever does not get it may leave, since the holder looks again after giving
 * it up.
 */
#include "log.h"
#include "arch.h"
#include "format.h"
#include "string.h"

/* Some milliseconds, a thousand times what the copy of a line takes. */
#define LOCK_SPINS	100000

/* Longer than CONSOLE_CHUNK characters take at 115200 baud. */
#define CONSOLE_SPINS	1000000
#define CONSOLE_CHUNK	32U

/*
 * What a CPU prints for others at most: one that adds text without end must not keep
 * another one here. What remains waits for the next line.
 */
#define CONSOLE_BUDGET	1024U

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

/* How many bytes up to number @tail the console lacks; negative: it is beyond. */
static s32 console_lacks(u32 tail)
{
	return (s32)(tail - __atomic_load_n(&console_tail, __ATOMIC_SEQ_CST));
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

/* Prints a chunk. Return: its length, 0 if there is nothing left. */
static u32 console_print(void)
{
	const u32 tail = ring_tail(), next = console_tail;
	const u32 chunk = MIN(tail - next, CONSOLE_CHUNK);
	char text[CONSOLE_CHUNK];

	if (!chunk)
		return 0;
	if (!copy_chunk(text, next, chunk)) {
		arch_console_write(SKIPPED, sizeof(SKIPPED) - 1);
		__atomic_store_n(&console_tail, tail, __ATOMIC_SEQ_CST);
		return sizeof(SKIPPED) - 1;
	}
	arch_console_write(text, chunk);
	__atomic_store_n(&console_tail, next + chunk, __ATOMIC_SEQ_CST);
	return chunk;
}

/*
 * Whoever adds text looks for the lock afterwards, and whoever gives the lock up looks
 * for text afterwards: one of the two sees the other.
 */
static void console_update(void)
{
	u32 printed = 0, chunk;

	while (printed < CONSOLE_BUDGET && console_lacks(ring_tail()) &&
	       try_lock(&console_lock)) {
		do {
			chunk = console_print();
			printed += chunk;
		} while (chunk && printed < CONSOLE_BUDGET);
		unlock(&console_lock);
	}
}

void log_flush(void)
{
	unsigned int spins;
	s32 lacks, last = 0;
	u32 tail;

	if (!ring)
		return;
	tail = ring_tail();
	for (spins = 0; spins < CONSOLE_SPINS; spins++) {
		console_update();
		lacks = console_lacks(tail);
		if (lacks <= 0)
			return;
		if (lacks != last)
			spins = 0;
		last = lacks;
		arch_cpu_relax();
	}
	/* Its holder is gone. */
	while (console_lacks(tail) > 0 && console_print())
		;
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
	console_update();
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

bool log_ratelimit(struct log_limit *limit, u64 now_tsc, u64 interval_tsc)
{
	u64 next = __atomic_load_n(&limit->next, __ATOMIC_RELAXED);
	u32 suppressed;

	if (now_tsc < next ||
	    !__atomic_compare_exchange_n(&limit->next, &next, now_tsc + interval_tsc, false,
					 __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
		__atomic_add_fetch(&limit->suppressed, 1, __ATOMIC_RELAXED);
		return false;
	}
	suppressed = __atomic_exchange_n(&limit->suppressed, 0, __ATOMIC_RELAXED);
	if (suppressed)
		log_printf("... %u more like the next one suppressed\n", suppressed);
	return true;
}
