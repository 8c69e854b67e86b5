// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why something is not done: a sentence for the user. The attribute `error` of an item keeps
 * that of the last operation.
 */
#include "reason.h"

#include <linux/spinlock.h>
#include <linux/sysfs.h>

/**
 * jh_refuse() - note why something is not done
 * @why: receives the sentence
 * @err: negative errno
 * @fmt: printf format, no newline
 *
 * Return: @err.
 */
int jh_refuse(struct reason *why, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vscnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return err;
}

/*
 * The attribute `error`
 */

/** jh_error_init() - no operation has failed yet. */
void jh_error_init(struct last_error *error)
{
	spin_lock_init(&error->lock);
	error->text[0] = '\0';
}

/**
 * jh_error_set() - note how an operation ended
 * @error: of the item
 * @err: 0 if it succeeded
 * @why: the reason, if it failed
 * @fmt: printf format of what it was about: an attribute, or a directory
 */
void jh_error_set(struct last_error *error, int err, const struct reason *why,
		  const char *fmt, ...)
{
	va_list args;
	size_t length = 0;

	spin_lock(&error->lock);
	error->text[0] = '\0';
	if (err) {
		va_start(args, fmt);
		length = vscnprintf(error->text, sizeof(error->text), fmt, args);
		va_end(args);
		scnprintf(error->text + length, sizeof(error->text) - length, ": %s",
			  why->text);
	}
	spin_unlock(&error->lock);
}

/** jh_error_show() - the line of the attribute; empty if there is nothing to say. */
ssize_t jh_error_show(struct last_error *error, char *page)
{
	ssize_t length;

	spin_lock(&error->lock);
	length = error->text[0] ? sysfs_emit(page, "%s\n", error->text) : 0;
	spin_unlock(&error->lock);
	return length;
}
