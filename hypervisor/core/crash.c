// SPDX-License-Identifier: GPL-2.0-only
/* The crash record. */
#include "crash.h"
#include "format.h"
#include "log.h"
#include "string.h"

static struct jailhouse_crash *record;
static u32 begun;

void crash_init(struct jailhouse_crash *memory)
{
	record = memory;
}

bool crash_begin(void)
{
	return record && !__atomic_exchange_n(&begun, 1, __ATOMIC_SEQ_CST);
}

/* The signature comes last: there is none, or all of it is true. */
static void seal(u32 length)
{
	record->length = length;
	record->checksum = jailhouse_crash_checksum(record, length);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	memcpy(record->signature, JAILHOUSE_CRASH_SIGNATURE, sizeof(record->signature));
}

void crash_printf(const char *fmt, ...)
{
	const u32 at = record->length, room = JAILHOUSE_CRASH_TEXT_SIZE - at;
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = fmt_vsnprintf(record->text + at, room, fmt, ap);
	va_end(ap);
	/* Without the terminating 0, for which there has to be room. */
	if (room)
		seal(at + MIN((u32)length, room - 1));
}

void crash_add_log(void)
{
	const u32 at = record->length;

	seal(at + log_copy_end(record->text + at, JAILHOUSE_CRASH_TEXT_SIZE - at));
}
