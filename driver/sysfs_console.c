// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/devices/jailhouse/cells/ID/console: what a cell prints and what it is to read, as at the
 * other end of a serial line. The hypervisor keeps both; nothing is kept here.
 */
#include "sysfs_console.h"
#include "hypercall.h"

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include <jailhouse/hypercall.h>

/* How long a cell may take to read something of what it was sent, and how often one looks. */
#define PATIENCE_MS	1000
#define PAUSE_MS	10

/**
 * jh_console_read() - take what a cell has printed
 * @id: its number
 * @buffer: receives it
 * @count: bytes of @buffer
 *
 * What is taken is gone. Two who read at once share it.
 *
 * Context: process context, jh_hypervisor_sem is not held.
 *
 * Return: how many bytes, 0 if there are none now. -ENODEV: there is no hypervisor, or the cell
 * may not print; -ENOENT: no cell.
 */
ssize_t jh_console_read(int id, char *buffer, size_t count)
{
	size_t got = 0;
	long ret = 0, n;

	while (got < count) {
		ret = jh_hypercall_ask(JAILHOUSE_HC_CONSOLE_TAKE, id,
				       min_t(size_t, count - got, JAILHOUSE_CONSOLE_MOST));
		if (ret <= 0)
			break;
		for (n = 0; n < JAILHOUSE_CONSOLE_COUNT(ret); n++)
			buffer[got++] = JAILHOUSE_CONSOLE_CHAR(ret, n);
	}
	return got ?: ret;
}

/* Return: 0 or an errno; waits while the cell does not read what it has. */
static long send(int id, char c)
{
	const unsigned long deadline = jiffies + msecs_to_jiffies(PATIENCE_MS);
	long ret;

	while ((ret = jh_hypercall_ask(JAILHOUSE_HC_CONSOLE_TYPE, id, (u8)c)) == -EAGAIN) {
		if (time_after(jiffies, deadline))
			return -EAGAIN;
		schedule_timeout_interruptible(msecs_to_jiffies(PAUSE_MS));
		if (signal_pending(current))
			return -EINTR;
	}
	return ret;
}

/**
 * jh_console_write() - characters for a cell to read
 * @id: its number
 * @buffer: the characters
 * @count: how many
 *
 * Context: process context, jh_hypervisor_sem is not held; waits up to a second for a cell that
 * has 256 characters that it has not read.
 *
 * Return: how many bytes were sent. -EAGAIN: the cell does not read; -EINTR after a signal;
 * -ENODEV: there is no hypervisor, or the cell has no virtual console; -ENOENT: no cell.
 */
ssize_t jh_console_write(int id, const char *buffer, size_t count)
{
	size_t sent;
	long ret = 0;

	for (sent = 0; !ret && sent < count; sent++)
		ret = send(id, buffer[sent]);
	if (!ret)
		return count;
	return sent - 1 ?: ret;
}
