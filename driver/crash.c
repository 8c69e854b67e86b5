// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a hypervisor that panicked left at the end of its memory, which a warm reset keeps, and
 * firmware and Linux leave alone, if it is reserved. It goes into the kernel log, and is shown by
 * the attribute `crash`. The system configuration says where that memory is, or the machine's
 * description of itself; enabling wipes it.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "crash.h"
#include "blob.h"
#include "describe_machine.h"
#include "hypercall.h"
#include "operation.h"
#include "reason.h"

#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/crash.h>

static struct {
	struct mutex lock;	/* readers, against jh_crash_look() */
	char *text;		/* NULL: none was found */
	size_t length;
} crash = {
	.lock = __MUTEX_INITIALIZER(crash.lock),
};

/* Cells printed a part of it, and memory may have suffered: only text gets further. */
static void clean(char *text, size_t length)
{
	for (; length; length--, text++)
		if (*text != '\n' && !(isascii(*text) && isprint(*text)))
			*text = '?';
}

/* Return: a copy of the text in @record, NULL if there is none. */
static char *copy_text(const struct jailhouse_crash *record, size_t *length)
{
	u32 size = READ_ONCE(record->length);
	char *text;

	if (memcmp(record->signature, JAILHOUSE_CRASH_SIGNATURE, sizeof(record->signature)) ||
	    !size || size > JAILHOUSE_CRASH_TEXT_SIZE ||
	    jailhouse_crash_checksum(record, size) != record->checksum)
		return NULL;
	text = kmemdup_nul(record->text, size, GFP_KERNEL);
	if (!text)
		return NULL;
	clean(text, size);
	*length = size;
	return text;
}

static void print_lines(const char *text, size_t length)
{
	const char *end = text + length, *line = text, *next;

	pr_warn("the hypervisor crashed before this machine was started:\n");
	for (; line < end; line = next + 1) {
		next = memchr(line, '\n', end - line) ?: end;
		pr_warn("crash: %.*s\n", (int)(next - line), line);
	}
}

/* The one that is known already is not printed again. */
static void take(char *text, size_t length)
{
	bool known;

	mutex_lock(&crash.lock);
	known = crash.text && crash.length == length && !memcmp(crash.text, text, length);
	if (!known) {
		kfree(crash.text);
		crash.text = text;
		crash.length = length;
	}
	mutex_unlock(&crash.lock);
	if (known)
		kfree(text);
	else
		print_lines(text, length);
}

/**
 * jh_crash_look() - is there a record of a crash?
 * @hypervisor_memory: of the system configuration
 *
 * Context: jh_lock is held, the hypervisor is not enabled.
 */
void jh_crash_look(const struct jailhouse_memory *hypervisor_memory)
{
	u64 start = hypervisor_memory->phys_start, size = hypervisor_memory->size;
	struct jailhouse_crash *record;
	size_t length;
	char *text;

	if (size < JAILHOUSE_CRASH_SIZE ||
	    region_intersects(start, size, IORESOURCE_MEM, IORES_DESC_RESERVED) !=
	    REGION_INTERSECTS)
		return;
	record = memremap(start + size - JAILHOUSE_CRASH_SIZE, JAILHOUSE_CRASH_SIZE, MEMREMAP_WB);
	if (!record)
		return;
	text = copy_text(record, &length);
	memunmap(record);
	if (text)
		take(text, length);
}

/*
 * Nobody has written where hypervisor memory is: then it is where it would be if the hypervisor
 * were enabled now, which is where it was if nothing else has changed. Where the machine cannot
 * be described there is no such memory.
 */
static void look_where_described(void)
{
	struct blob config = { .data = NULL };
	struct jailhouse_system *system;
	struct reason why;

	mutex_lock(&jh_lock);
	if (!jh_hypervisor_enabled() && !jh_blob_written(&jh_system_config) &&
	    !jh_describe_machine(&config, &why)) {
		system = config.data;
		jh_crash_look(&system->hypervisor_memory);
		jh_blob_set(&config, NULL, 0);
	}
	mutex_unlock(&jh_lock);
}

/**
 * jh_crash_text_read() - the text of the record that was found last
 * @buffer: receives text
 * @offset: in it
 * @count: size of @buffer
 *
 * Who begins to read has it looked for, if no configuration was written.
 *
 * Context: may sleep; takes jh_lock.
 *
 * Return: number of bytes, 0 at the end, or if there is none.
 */
ssize_t jh_crash_text_read(char *buffer, loff_t offset, size_t count)
{
	ssize_t ret;

	if (!offset)
		look_where_described();
	mutex_lock(&crash.lock);
	ret = memory_read_from_buffer(buffer, count, &offset, crash.text, crash.length);
	mutex_unlock(&crash.lock);
	return ret;
}

/** jh_crash_exit() - forget it; nobody reads any more. */
void jh_crash_exit(void)
{
	kfree(crash.text);
}
