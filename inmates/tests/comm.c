// SPDX-License-Identifier: GPL-2.0-only
/*
 * Misuse of the communication page.
 *
 *	kind=garbage	writes every value there is room for, without end (default)
 *	kind=silent	never answers
 *	kind=unasked	answers what nobody asked, without end
 *	kind=nonsense	answers each message with what is no answer
 *	kind=unknown	answers each message with "unknown"
 *	kind=deny	denies every request
 *	kind=locks	locks and unlocks the configuration, without end
 *	kind=lies	says "failed" and runs on
 *	kind=revision	says that it does not know the revision
 *	state=N		cell_state to write first, default 0
 */
#include "report.h"

static void garbage(void)
{
	u8 *page = (u8 *)comm_region;
	u32 seed = 1;
	size_t i;

	for (;;)
		for (i = 0; i < 4096; i++) {
			seed = seed * 1664525 + 1013904223;
			page[i] = (u8)(seed >> 24);
		}
}

static void silent(void)
{
	for (;;)
		cpu_relax();
}

static void unasked(void)
{
	u32 answer = 0;

	for (;;)
		comm_reply(answer++ % 6);
}

static void answer_all(u32 answer)
{
	for (;;) {
		if (comm_message())
			comm_reply(answer);
		cpu_relax();
	}
}

static void nonsense(void)
{
	answer_all(0x7fffffff);
}

static void unknown(void)
{
	answer_all(JAILHOUSE_MSG_UNKNOWN);
}

static void deny(void)
{
	answer_all(JAILHOUSE_MSG_REQUEST_DENIED);
}

static void locks(void)
{
	u32 state = JAILHOUSE_CELL_RUNNING;

	for (;;)
		comm_set_state(state++ % 2);
}

static void lies(void)
{
	comm_set_state(JAILHOUSE_CELL_FAILED);
	silent();
}

static void revision(void)
{
	stop(JAILHOUSE_CELL_FAILED_COMM_REV);
}

static const struct {
	const char *name;
	void (*run)(void);
} kinds[] = {
	{ "garbage", garbage },
	{ "silent", silent },
	{ "unasked", unasked },
	{ "nonsense", nonsense },
	{ "unknown", unknown },
	{ "deny", deny },
	{ "locks", locks },
	{ "lies", lies },
	{ "revision", revision },
};

void inmate_main(void)
{
	unsigned int i;
	char kind[16];

	report_begin("comm");
	if (!cmdline_get("kind", kind, sizeof(kind)))
		memcpy(kind, "garbage", 8);
	report_note("kind %s", kind);
	comm_set_state((u32)cmdline_u64("state", JAILHOUSE_CELL_RUNNING));
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kind, kinds[i].name) == 0)
			kinds[i].run();
	report(false, "no kind '%s'", kind);
	report_done();
}
