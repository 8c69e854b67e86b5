// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/crash.c core/panic.c core/log.c core/format.c */
/* What is left in memory when the hypervisor panics. */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include "unit.h"
#include "arch.h"
#include "crash.h"
#include "log.h"
#include "panic.h"

static struct jailhouse_log *ring;
static jmp_buf halted;
static void (*describe)(void (*print)(const char *fmt, ...));
static unsigned int halts, write_backs;

/* With room behind it, to see what is written there. */
static struct {
	struct jailhouse_crash crash;
	char behind[64];
} memory;

u64 arch_read_tsc(void)
{
	return 0;
}

unsigned int arch_cpu_id(void)
{
	return 5;
}

void arch_cpu_relax(void)
{
}

size_t arch_console_write(__maybe_unused const char *text, size_t length,
			  __maybe_unused bool urgent,
			  __maybe_unused const char **remark)
{
	return length;
}

void arch_describe_cpu(void (*print)(const char *fmt, ...))
{
	if (describe)
		describe(print);
}

void arch_write_back_caches(void)
{
	write_backs++;
}

void arch_halt(void)
{
	halts++;
	CHECK(write_backs);
	longjmp(halted, 1);
}

static void setup(void)
{
	free(ring);
	ring = aligned_alloc(4096, sizeof(*ring));
	memset(ring, 0, sizeof(*ring));
	log_init(ring);
	describe = NULL;
	write_backs = 0;
}

static void die(const char *why)
{
	if (!setjmp(halted))
		panic("%s", why);
}

/* As the driver looks at it. */
static bool valid(void)
{
	const struct jailhouse_crash *crash = &memory.crash;

	return !memcmp(crash->signature, JAILHOUSE_CRASH_SIGNATURE, sizeof(crash->signature)) &&
	       crash->length && crash->length <= JAILHOUSE_CRASH_TEXT_SIZE &&
	       jailhouse_crash_checksum(crash, crash->length) == crash->checksum;
}

static bool has(const char *part)
{
	return strstr(memory.crash.text, part);
}

static void die_again(void (*print)(const char *fmt, ...))
{
	print("half of what is known\n");
	CHECK(valid());
	/* As if looking at the CPU had raised an exception. */
	panic("another one");
}

/* In this order: a hypervisor panics once, and there is one record. */
UNIT(a_panic_before_there_is_a_record)
{
	setup();
	die("early");
	CHECK_EQ(halts, 1);
	CHECK(!valid());
}

UNIT(the_first_panic_is_recorded_as_far_as_it_gets)
{
	unsigned int n;

	setup();
	crash_init(&memory.crash);
	CHECK(!valid());
	describe = die_again;
	log_printf("before\n");
	die("it broke");
	CHECK_EQ(halts, 2);
	CHECK(valid());
	CHECK(!strncmp(memory.crash.text, "JAILHOUSE PANIC on CPU 5: it broke\n", 35));
	CHECK(has("half of what is known\n"));
	CHECK(!has("another one"));
	/* And neither do others. */
	describe = NULL;
	die("a third one");
	CHECK(!has("third"));
	CHECK(valid());
	for (n = 0; n < sizeof(memory.behind); n++)
		CHECK_EQ(memory.behind[n], 0);
}

UNIT(more_text_than_room_is_cut)
{
	char line[101];
	unsigned int n;

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	for (n = 0; n < 300; n++) {
		crash_printf("%s", line);
		CHECK(valid());
	}
	CHECK(memory.crash.length >= JAILHOUSE_CRASH_TEXT_SIZE - 1);
	crash_add_log();
	CHECK(valid());
	for (n = 0; n < sizeof(memory.behind); n++)
		CHECK_EQ(memory.behind[n], 0);
}

UNIT(a_record_that_is_full_takes_nothing_more)
{
	static const char last[] = "line 00000\n";
	const u32 room = sizeof(last) - 1;
	unsigned int n;

	setup();
	memset(&memory, 0, sizeof(memory));
	crash_init(&memory.crash);
	for (n = 0; n < JAILHOUSE_CRASH_TEXT_SIZE - room; n++)
		crash_printf("x");
	log_printf("%s", last);
	crash_add_log();
	CHECK_EQ(memory.crash.length, JAILHOUSE_CRASH_TEXT_SIZE);
	crash_printf("beyond");
	CHECK_EQ(memory.crash.length, JAILHOUSE_CRASH_TEXT_SIZE);
	CHECK(!memcmp(memory.crash.text + JAILHOUSE_CRASH_TEXT_SIZE - room, last, room));
	CHECK(valid());
	for (n = 0; n < sizeof(memory.behind); n++)
		CHECK_EQ(memory.behind[n], 0);
}

/* Through the public side only: another image, as after the next enabling. */
UNIT(the_end_of_the_log_is_there_in_whole_lines)
{
	static char text[JAILHOUSE_LOG_SIZE];
	static const u32 sizes[] = { 0, 1, 11, 12, 100, 3999, JAILHOUSE_LOG_SIZE };
	unsigned int n, size;
	u32 length;

	setup();
	CHECK_EQ(log_copy_end(text, sizeof(text)), 0);
	for (n = 0; n < 20; n++)
		log_printf("line %05u\n", n);
	for (size = 0; size < ARRAY_SIZE(sizes); size++) {
		unit_row("%u bytes", sizes[size]);
		length = log_copy_end(text, sizes[size]);
		CHECK_EQ(length, MIN(sizes[size], 220U) / 11 * 11);
		if (length)
			CHECK(!memcmp(text + length - 11, "line 00019\n", 11));
	}
	/* Also when the ring has wrapped. */
	for (; n < 9000; n++)
		log_printf("line %05u\n", n);
	length = log_copy_end(text, 4000);
	CHECK_EQ(length, 3993);
	CHECK(!memcmp(text, "line 08637\n", 11));
	length = log_copy_end(text, sizeof(text));
	CHECK(length > JAILHOUSE_LOG_SIZE - 11);
	CHECK(!memcmp(text + length - 11, "line 08999\n", 11));
}
