// SPDX-License-Identifier: GPL-2.0-only
/*
 * One management operation at a time: the hypervisor knows no more.
 *
 * An operation may wait for the answer of a cell, for as long as the user has granted. Nobody
 * else waits that long: whoever finds an operation under way is refused after a moment. Who
 * does not ask makes it give up its question, if that is about the same cell, or about all (a
 * kill, a reboot); a kill of another cell comes between, and the question stays.
 */
#include "operation.h"
#include "cell.h"
#include "reason.h"

#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>

/* Enough for operations that wait for nobody. */
#define PATIENCE_MS	2000

/* What the machine waits for that goes down: first for who may, and then for who has to end. */
#define SEIZE_PATIENCE_MS	5000
#define SEIZE_LIMIT_MS		60000

#define UNDER_WAY	0	/* bit in operation_flags */

/* Protects what the driver knows: see operation.h. */
DEFINE_MUTEX(jh_lock);

static unsigned long operation_flags;
/* An operation has ended, or lets others come between. */
static DECLARE_WAIT_QUEUE_HEAD(operation_ended);

/* Who waits and does not ask. */
struct urgent {
	struct list_head node;
	const struct jh_cell *cell;	/* as subject */
};

static LIST_HEAD(all_urgent);
static DEFINE_SPINLOCK(urgent_lock);

/* Who does the operation; protected by urgent_lock. Nobody ends before his operation has. */
static struct task_struct *doer;

/* Protected by jh_lock. */
static const struct jh_cell *subject;	/* of the operation: NULL for the hypervisor */
static const struct jh_cell *asked;	/* the cell that it waits for, if others may come between */
static bool between;			/* somebody has: @subject is what that is about */

static bool try_begin(void)
{
	return !test_and_set_bit_lock(UNDER_WAY, &operation_flags);
}

static void set_doer(struct task_struct *task)
{
	spin_lock(&urgent_lock);
	doer = task;
	spin_unlock(&urgent_lock);
}

static void begun(const struct jh_cell *cell)
{
	set_doer(current);
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

static void line_up(struct urgent *urgent, const struct jh_cell *cell)
{
	urgent->cell = cell;
	spin_lock(&urgent_lock);
	list_add_tail(&urgent->node, &all_urgent);
	spin_unlock(&urgent_lock);
}

static void step_out(struct urgent *urgent)
{
	spin_lock(&urgent_lock);
	list_del(&urgent->node);
	spin_unlock(&urgent_lock);
}

/* Is the operation in the way of somebody who waits, even while it asks? */
static bool in_the_way(void)
{
	const struct urgent *urgent;
	bool found = false;

	spin_lock(&urgent_lock);
	list_for_each_entry(urgent, &all_urgent, node)
		found |= !urgent->cell || !subject || urgent->cell == subject;
	spin_unlock(&urgent_lock);
	return found;
}

/*
 * Between two questions to another cell. jh_lock is not waited for: whoever asks takes and
 * releases it all the time, and wakes us up.
 */
static bool try_between(const struct jh_cell *cell)
{
	if (!mutex_trylock(&jh_lock))
		return false;
	if (cell && asked && asked != cell && !between) {
		between = true;
		subject = cell;
		return true;
	}
	mutex_unlock(&jh_lock);
	return false;
}

/**
 * jh_operation_begin_urgent() - the same for one that asks no cell, and waits for none
 * @cell: what it is about, NULL for the hypervisor
 * @why: receives the reason
 *
 * An operation that waits for the answer of another cell pauses meanwhile. Any other one goes
 * on as if the cell had not answered in time.
 *
 * Context: process context, no lock of the driver is held. Takes jh_lock.
 *
 * Return: 0, or -EINTR after a signal.
 */
int jh_operation_begin_urgent(const struct jh_cell *cell, struct reason *why)
{
	bool is_between = false;
	struct urgent urgent;
	int err;

	line_up(&urgent, cell);
	err = wait_event_interruptible(operation_ended,
				       try_begin() || (is_between = try_between(cell)));
	step_out(&urgent);
	if (err)
		return jh_refuse(why, -EINTR, "interrupted by a signal");
	if (!is_between)
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

/* A file system that answers no more lets go only of who is killed. */
static void kill_doer(void)
{
	spin_lock(&urgent_lock);
	if (doer)
		send_sig(SIGKILL, doer, 1);
	spin_unlock(&urgent_lock);
}

/**
 * jh_operation_seize() - the same for a machine that goes down
 * @why: receives the reason
 *
 * Who reads an image from a file system whose server has gone may wait for ever, and is killed
 * after a while. What even that does not end is no reason to stay up.
 *
 * Context: as jh_operation_begin_urgent().
 *
 * Return: 0, or -EBUSY if the operation that is under way does not end.
 */
int jh_operation_seize(struct reason *why)
{
	struct urgent urgent;
	bool seized;

	line_up(&urgent, NULL);
	seized = wait_event_timeout(operation_ended, try_begin(),
				    msecs_to_jiffies(SEIZE_PATIENCE_MS));
	if (!seized) {
		kill_doer();
		seized = wait_event_timeout(operation_ended, try_begin(),
					    msecs_to_jiffies(SEIZE_LIMIT_MS));
	}
	step_out(&urgent);
	if (!seized)
		return jh_refuse(why, -EBUSY, "an operation does not end");
	begun(NULL);
	return 0;
}

/** jh_operation_end() - undo jh_operation_begin(). */
void jh_operation_end(void)
{
	bool was_between = between;

	subject = was_between ? asked : NULL;
	between = false;
	mutex_unlock(&jh_lock);
	if (!was_between) {
		set_doer(NULL);
		clear_bit_unlock(UNDER_WAY, &operation_flags);
	}
	wake_up_all(&operation_ended);
}

static void pause_asking(unsigned int us)
{
	asked = subject;
	mutex_unlock(&jh_lock);
	wake_up_all(&operation_ended);
	usleep_range_state(us, 2 * us, TASK_IDLE);
	mutex_lock(&jh_lock);
	while (between) {
		mutex_unlock(&jh_lock);
		wait_event_idle(operation_ended, !READ_ONCE(between));
		mutex_lock(&jh_lock);
	}
	asked = NULL;
}

/**
 * jh_operation_pause() - wait for the hypervisor, or a cell, in an operation
 * @us: how long at least a cell is waited for, in microseconds; 0: let others run if there are
 *	any
 *
 * Others may read, and may change what is not part of the operation: see operation.h.
 *
 * Context: jh_lock is held, and is released meanwhile.
 */
void jh_operation_pause(unsigned int us)
{
	if (us) {
		pause_asking(us);
		return;
	}
	mutex_unlock(&jh_lock);
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
	if (in_the_way())
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
	return subject == cell || (between && asked == cell);
}
