// SPDX-License-Identifier: GPL-2.0-only
/*
 * One management operation at a time: the hypervisor knows no more.
 *
 * An operation may wait for the answer of a cell, for as long as the user has granted. Nobody
 * else waits that long: whoever finds an operation under way is refused after a moment, and
 * who does not ask (a kill, a reboot) makes it give up its question.
 */
#include "operation.h"
#include "cell.h"
#include "reason.h"

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/wait.h>

/* Enough for operations that wait for nobody. */
#define PATIENCE_MS	2000

#define UNDER_WAY	0	/* bit in operation_flags */

/* Protects what the driver knows: see operation.h. */
DEFINE_MUTEX(jh_lock);

static unsigned long operation_flags;
static DECLARE_WAIT_QUEUE_HEAD(operation_ended);
/* How many wait that do not ask. */
static atomic_t urgent;
/* What the operation is about: NULL for the hypervisor. Protected by jh_lock. */
static const struct jh_cell *subject;

static bool try_begin(void)
{
	return !test_and_set_bit_lock(UNDER_WAY, &operation_flags);
}

static void begun(const struct jh_cell *cell)
{
	mutex_lock(&jh_lock);
	subject = cell;
}

static int refuse_busy(struct reason *why)
{
	mutex_lock(&jh_lock);
	if (subject)
		jh_refuse(why, -EBUSY, "cell %s is still busy (kill ends what it is waited for)",
			  jh_cell_name(subject));
	else
		jh_refuse(why, -EBUSY,
			  "the hypervisor is still busy (kill ends what is waited for)");
	mutex_unlock(&jh_lock);
	return -EBUSY;
}

/**
 * jh_operation_begin() - be the one who changes something in the hypervisor
 * @cell: what it is about, NULL for the hypervisor
 * @why: receives the reason
 *
 * Context: process context, no lock of the driver is held. Takes jh_lock.
 *
 * Return: 0, -EBUSY if another operation does not end in time, -EINTR after a signal.
 */
int jh_operation_begin(const struct jh_cell *cell, struct reason *why)
{
	long left = wait_event_interruptible_timeout(operation_ended, try_begin(),
						     msecs_to_jiffies(PATIENCE_MS));

	if (left < 0)
		return jh_refuse(why, -EINTR, "interrupted by a signal");
	if (!left)
		return refuse_busy(why);
	begun(cell);
	return 0;
}

/**
 * jh_operation_begin_urgent() - the same for one that asks no cell, and waits for none
 * @cell: what it is about, NULL for the hypervisor
 * @why: receives the reason
 *
 * The operation that is under way goes on as if the cell had not answered in time.
 *
 * Context: process context, no lock of the driver is held. Takes jh_lock.
 *
 * Return: 0, or -EINTR after a signal.
 */
int jh_operation_begin_urgent(const struct jh_cell *cell, struct reason *why)
{
	int err;

	atomic_inc(&urgent);
	err = wait_event_interruptible(operation_ended, try_begin());
	atomic_dec(&urgent);
	if (err)
		return jh_refuse(why, -EINTR, "interrupted by a signal");
	begun(cell);
	return 0;
}

/**
 * jh_operation_begin_word() - begin the operation that a written word stands for
 * @cell: what it is about, NULL for the hypervisor
 * @page: the word; kill waits for nobody
 * @why: receives the reason
 *
 * Return: 0, -EBUSY, -EINTR: as jh_operation_begin().
 */
int jh_operation_begin_word(const struct jh_cell *cell, const char *page, struct reason *why)
{
	return sysfs_streq(page, "kill") ? jh_operation_begin_urgent(cell, why) :
					   jh_operation_begin(cell, why);
}

/**
 * jh_operation_seize() - the same where there is nobody who could be told of a failure
 *
 * Context: as jh_operation_begin_urgent().
 */
void jh_operation_seize(void)
{
	atomic_inc(&urgent);
	wait_event(operation_ended, try_begin());
	atomic_dec(&urgent);
	begun(NULL);
}

/** jh_operation_end() - undo jh_operation_begin(). */
void jh_operation_end(void)
{
	subject = NULL;
	mutex_unlock(&jh_lock);
	clear_bit_unlock(UNDER_WAY, &operation_flags);
	wake_up_all(&operation_ended);
}

/**
 * jh_operation_pause() - wait for the hypervisor, or a cell, in an operation
 * @us: how long, in microseconds; 0: let others run if there are any
 *
 * Others may read, and may change what is not part of the operation: see operation.h.
 *
 * Context: jh_lock is held, and is released meanwhile.
 */
void jh_operation_pause(unsigned int us)
{
	mutex_unlock(&jh_lock);
	if (us)
		usleep_range_state(us, 2 * us, TASK_IDLE);
	else
		cond_resched();
	mutex_lock(&jh_lock);
}

/**
 * jh_operation_give_up() - is it to wait no longer?
 * @why: receives the reason
 *
 * Return: 0, -EINTR for a signal, -ECANCELED for somebody who does not ask.
 */
int jh_operation_give_up(struct reason *why)
{
	if (signal_pending(current))
		return jh_refuse(why, -EINTR, "interrupted by a signal");
	if (atomic_read(&urgent))
		return jh_refuse(why, -ECANCELED, "given up for a kill, or a reboot");
	return 0;
}

/**
 * jh_operation_concerns() - is a cell in the middle of an operation?
 * @cell: the cell
 *
 * Context: jh_lock is held.
 */
bool jh_operation_concerns(const struct jh_cell *cell)
{
	return subject == cell;
}
