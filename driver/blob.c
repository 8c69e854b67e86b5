// SPDX-License-Identifier: GPL-2.0-only
/*
 * What users write: numbers and names, and configurations, which are kept as they were written.
 */
#include "blob.h"
#include "reason.h"

#include <linux/ctype.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

struct blob jh_system_config;

/**
 * jh_check_text() - is what was written to an attribute one text?
 * @page: what was written, with a byte of 0 behind it
 * @count: of bytes
 * @why: receives the reason
 *
 * What stands behind another byte of 0 would be lost without a word.
 *
 * Return: 0, or -EINVAL.
 */
int jh_check_text(const char *page, size_t count, struct reason *why)
{
	return strlen(page) == count ? 0 : jh_refuse(why, -EINVAL, "there is a byte of 0 in it");
}

/**
 * jh_parse_number() - decimal, or hexadecimal with 0x
 * @page: text, possibly with a newline
 * @value: receives the number
 * @why: receives the reason
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int jh_parse_number(const char *page, u64 *value, struct reason *why)
{
	bool hex = page[0] == '0' && (page[1] | 0x20) == 'x';
	int err = kstrtou64(page, hex ? 16 : 10, value);

	return err ? jh_refuse(why, err, "not a number (decimal, or 0x...)") : 0;
}

/**
 * jh_parse_size() - a number of bytes, or with K, M, G, T behind it of KiB, MiB, GiB, TiB
 * @page: text, possibly with a newline
 * @size: receives bytes
 * @why: receives the reason
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int jh_parse_size(const char *page, u64 *size, struct reason *why)
{
	static const char units[] = "KMGT";
	char text[32], *number;
	const char *unit;
	unsigned int shift = 0;
	size_t length;
	int err;

	/* What does not fit is no amount, whatever it begins with. */
	err = strscpy(text, page, sizeof(text)) < 0 ? -EINVAL : 0;
	number = strim(text);
	length = strlen(number);
	unit = length ? strchr(units, toupper(number[length - 1])) : NULL;
	if (unit && *unit) {
		shift = 10 * (unit - units + 1);
		number[length - 1] = '\0';
	}
	err = err ?: jh_parse_number(number, size, why);
	if (err)
		return jh_refuse(why, err,
				 "not an amount (bytes, or with K, M, G or T behind them)");
	if (*size << shift >> shift != *size)
		return jh_refuse(why, -ERANGE, "there is no such amount");
	*size <<= shift;
	return 0;
}

/**
 * jh_check_name() - can a directory be called that?
 * @name: what mkdir was given
 * @why: receives the reason
 *
 * Return: 0, -EINVAL, -ENAMETOOLONG.
 */
int jh_check_name(const char *name, struct reason *why)
{
	const char *c;

	for (c = name; *c; c++)
		if (!(isascii(*c) && isalnum(*c)) && !strchr("._-", *c))
			return jh_refuse(why, -EINVAL, "a name consists of A-Z a-z 0-9 . _ -");
	if (c - name >= JAILHOUSE_CELL_NAME_SIZE)
		return jh_refuse(why, -ENAMETOOLONG, "a name has %u characters at most",
				 JAILHOUSE_CELL_NAME_SIZE - 1);
	return 0;
}

/*
 * Configurations. configfs drops the result of a binary attribute's write, which happens
 * at close: what is refused there is told to the next operation that needs it.
 */

/**
 * jh_blob_refuse() - keep what was there, but remember that something else was written
 * @blob: a configuration
 * @err: why it was refused
 * @why: the sentence
 */
void jh_blob_refuse(struct blob *blob, int err, const struct reason *why)
{
	blob->refused = err;
	blob->why = *why;
}

/**
 * jh_blob_set() - take what was written
 * @blob: a configuration
 * @data: kmalloc memory, or NULL to drop it
 * @size: bytes
 */
void jh_blob_set(struct blob *blob, void *data, size_t size)
{
	kfree(blob->data);
	blob->data = data;
	blob->size = size;
	blob->refused = 0;
}

/** jh_blob_written() - was anything written, good or bad, since there was nothing? */
bool jh_blob_written(const struct blob *blob)
{
	return blob->data || blob->refused;
}

/** jh_blob_forget_busy() - a write that came at the wrong time is not refused any more. */
void jh_blob_forget_busy(struct blob *blob)
{
	if (blob->refused == -EBUSY)
		blob->refused = 0;
}

/**
 * jh_blob_ready() - is there a configuration that can be used?
 * @blob: a configuration
 * @why: receives the reason
 *
 * A write that only came at the wrong time is told once: it cannot be made good while
 * the cell lives.
 *
 * Return: 0, the errno of the last write if it was refused, or -ENODATA.
 */
int jh_blob_ready(struct blob *blob, struct reason *why)
{
	int err = blob->refused;

	if (err) {
		*why = blob->why;
		jh_blob_forget_busy(blob);
		return err;
	}
	return blob->data ? 0 : jh_refuse(why, -ENODATA, "no configuration was written");
}

/**
 * jh_blob_read() - what a binary attribute's read returns
 * @blob: a configuration
 * @buffer: NULL if only the size is wanted
 * @size: of the buffer
 * @why: receives the reason
 *
 * Return: number of bytes, 0 if nothing was written; the errno of what was refused, if nothing
 * else was written; -EAGAIN if there is another one now.
 */
ssize_t jh_blob_read(const struct blob *blob, void *buffer, size_t size, struct reason *why)
{
	if (!blob->data && blob->refused) {
		*why = blob->why;
		return blob->refused;
	}
	if (!buffer)
		return blob->size;
	if (size != blob->size)
		return jh_refuse(why, -EAGAIN, "there is another one now, read it again");
	memcpy(buffer, blob->data, size);
	return size;
}
