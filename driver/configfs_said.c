// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/jailhouse/cells/NAME/{cpus,console,flags,start}: what is said of a cell as a
 * whole, instead of a configuration that is written as a blob.
 */
#include "configfs_said.h"
#include "blob.h"
#include "cell.h"
#include "configfs_directory.h"
#include "directory.h"
#include "operation.h"
#include "reason.h"
#include "sysfs.h"
#include "words.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>

/* An 8250 has eight ports. */
#define LAST_UART	0xfff8

/* Nothing but an end of line takes back what was written. */
static bool is_nothing(const char *page)
{
	return sysfs_streq(page, "");
}

static ssize_t store(struct config_item *item, const char *attribute,
		     int (*set)(struct directories *said, const char *page, struct reason *why),
		     const char *page, size_t count)
{
	struct jh_cell *cell = to_jh_cell(item);
	struct reason why;
	int err;

	mutex_lock(&jh_lock);
	err = jh_check_described(cell, &why);
	if (!err)
		err = jh_check_text(page, count, &why) ?: set(&cell->said, page, &why);
	jh_cell_error_set(cell, attribute, err, &why);
	mutex_unlock(&jh_lock);
	return err ?: count;
}

/*
 * CPUs: what was written, here or in the blob
 */

static ssize_t cpus_show(struct config_item *item, char *page)
{
	struct jh_cell *cell = to_jh_cell(item);
	struct cpu_set cpus;

	mutex_lock(&jh_lock);
	cpus = jh_cell_has_blob(cell) ? cell->cpus : cell->said.cpus;
	mutex_unlock(&jh_lock);
	return jh_cpu_list_show(&cpus, page);
}

static int set_cpus(struct directories *said, const char *page, struct reason *why)
{
	struct cpu_set cpus = { { 0 } };
	int err = is_nothing(page) ? 0 : jh_parse_cpus(page, &cpus, why);

	if (err)
		return err;
	said->cpus = cpus;
	said->has_cpus = !is_nothing(page);
	return 0;
}

static ssize_t cpus_store(struct config_item *item, const char *page, size_t count)
{
	return store(item, "cpus", set_cpus, page, count);
}

/*
 * Console
 */

static const struct word consoles[] = {
	{ "log",	DIRECTORY_LOG },
	{ "none",	DIRECTORY_NO_CONSOLE },
	{ "virtual",	DIRECTORY_VIRTUAL },
};

static ssize_t console_show(struct config_item *item, char *page)
{
	const struct directories *said = &to_jh_cell(item)->said;
	enum directory_console console = READ_ONCE(said->console);

	if (console == DIRECTORY_UART)
		return sysfs_emit(page, "0x%x\n", READ_ONCE(said->console_port));
	return sysfs_emit(page, "%s\n", jh_word_of(consoles, ARRAY_SIZE(consoles), console));
}

static int set_console(struct directories *said, const char *page, struct reason *why)
{
	u64 console = DIRECTORY_LOG, port = DIRECTORY_UART_PORT;
	int err = 0;

	if (page[0] >= '0' && page[0] <= '9') {
		console = DIRECTORY_UART;
		err = jh_parse_number(page, &port, why);
		if (!err && port > LAST_UART)
			err = jh_refuse(why, -ERANGE, "0x%x is the largest", LAST_UART);
	} else if (!is_nothing(page)) {
		err = jh_parse_word(page, consoles, ARRAY_SIZE(consoles), &console, why);
	}
	if (err)
		return err;
	WRITE_ONCE(said->console_port, port);
	WRITE_ONCE(said->console, console);
	return 0;
}

static ssize_t console_store(struct config_item *item, const char *page, size_t count)
{
	return store(item, "console", set_console, page, count);
}

/*
 * Flags
 */

static const struct word flags[] = {
	{ "passive",		JAILHOUSE_CELL_PASSIVE_COMMREG },
	{ "start-first-cpu",	JAILHOUSE_CELL_START_FIRST_CPU },
	{ "test-device",	JAILHOUSE_CELL_TEST_DEVICE },
	{ "take-used",		JAILHOUSE_CELL_TAKE_USED },
	{ "kvm-leaf",		JAILHOUSE_CELL_KVM_LEAF },
	{ "keep-frequency",	JAILHOUSE_CELL_KEEP_FREQUENCY },
	{ "message-pin",	JAILHOUSE_CELL_MESSAGE_PIN },
	{ "console-pin",	JAILHOUSE_CELL_CONSOLE_PIN },
};

static ssize_t flags_show(struct config_item *item, char *page)
{
	size_t length = jh_print_words(page, PAGE_SIZE - 1, flags, ARRAY_SIZE(flags),
				       READ_ONCE(to_jh_cell(item)->said.flags));

	page[length] = '\n';
	return length + 1;
}

static int set_flags(struct directories *said, const char *page, struct reason *why)
{
	u64 bits;
	int err = jh_parse_words(page, flags, ARRAY_SIZE(flags), &bits, why);

	if (!err)
		WRITE_ONCE(said->flags, bits);
	return err;
}

static ssize_t flags_store(struct config_item *item, const char *page, size_t count)
{
	return store(item, "flags", set_flags, page, count);
}

/*
 * Start
 */

static const struct word starts[] = {
	{ "auto",	DIRECTORY_AUTO },
	{ "linux",	DIRECTORY_LINUX },
};

static ssize_t start_show(struct config_item *item, char *page)
{
	u64 start = READ_ONCE(to_jh_cell(item)->said.start);

	if (start > U32_MAX)
		return sysfs_emit(page, "%s\n", jh_word_of(starts, ARRAY_SIZE(starts), start));
	return sysfs_emit(page, "0x%llx\n", start);
}

static int set_start(struct directories *said, const char *page, struct reason *why)
{
	u64 start = DIRECTORY_AUTO;
	int err = 0;

	if (page[0] >= '0' && page[0] <= '9') {
		err = jh_parse_number(page, &start, why);
		if (!err && start > U32_MAX)
			err = jh_refuse(why, -ERANGE, "0x%x is the largest", U32_MAX);
	} else if (!is_nothing(page)) {
		err = jh_parse_word(page, starts, ARRAY_SIZE(starts), &start, why);
	}
	if (!err)
		WRITE_ONCE(said->start, start);
	return err;
}

static ssize_t start_store(struct config_item *item, const char *page, size_t count)
{
	return store(item, "start", set_start, page, count);
}

#define SAID_ATTR(name)							\
	struct configfs_attribute jh_said_attr_##name = {		\
		.ca_name = #name,					\
		.ca_mode = 0644,					\
		.ca_owner = THIS_MODULE,				\
		.show = name##_show,					\
		.store = name##_store,					\
	}

SAID_ATTR(cpus);
SAID_ATTR(console);
SAID_ATTR(flags);
SAID_ATTR(start);
