// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ten times a second the APIC timer fires; the inmate prints how late it was by the PM
 * timer and sleeps again. It locks the configuration while it runs, denies the first
 * request to shut down, and approves the second.
 *
 *	lock=no		does not lock it: cells may come and go beside this one
 */
#include "inmate.h"

#define TIMER_VECTOR	0x40
#define PERIOD_NS	(100 * NS_PER_MS)
#define CALIBRATE_NS	(50 * NS_PER_MS)

/* The first tick fills the caches, and is not counted. */
#define WARM_UP_TICKS	1

/* After so many it ends on a bare machine, where nobody asks it to. */
#define BARE_TICKS	50

static enum apic_timer_mode mode;
static u64 expected_ns, deadline, late_max;
static u64 ticks;
static s64 jitter, jitter_min = 0x7fffffffffffffffLL, jitter_max;

/*
 * In deadline mode each deadline is computed anew from the PM timer, so that the two
 * clocks do not drift apart. That would cost an exit in the other modes where the
 * hypervisor has to trap APIC registers: a periodic timer is left running, and only
 * its period can be looked at.
 */
static void expect_next(u64 now, u64 tsc)
{
	if (mode == APIC_TIMER_PERIODIC) {
		expected_ns = now + PERIOD_NS;
		return;
	}
	do
		expected_ns += PERIOD_NS;
	while (expected_ns <= now);
	deadline = tsc + scale(expected_ns - now, tsc_hz(), NS_PER_SEC);
	apic_timer_set_deadline(deadline);
}

static void timer_fired(struct frame *frame)
{
	u64 now = pm_timer_ns(), tsc = rdtsc();

	(void)frame;
	jitter = (s64)(now - expected_ns);
	if (ticks++ >= WARM_UP_TICKS) {
		jitter_min = MIN(jitter, jitter_min);
		jitter_max = MAX(jitter, jitter_max);
		late_max = MAX(tsc - deadline, late_max);
	}
	expect_next(now, tsc);
}

static void start_timer(void)
{
	mode = apic_has_deadline() ? APIC_TIMER_DEADLINE : APIC_TIMER_PERIODIC;
	if (mode == APIC_TIMER_DEADLINE)
		tsc_calibrate(CALIBRATE_NS);
	int_set_handler(TIMER_VECTOR, timer_fired);
	apic_init();
	apic_timer_init(TIMER_VECTOR, mode);
	printf("APIC timer: %s, %s\n", apic_is_x2apic() ? "x2APIC" : "xAPIC",
	       mode == APIC_TIMER_DEADLINE ? "TSC deadline" : "periodic");
	expected_ns = pm_timer_ns() + PERIOD_NS;
	apic_timer_set(PERIOD_NS);
}

static void print_jitter(void)
{
	printf("Timer fired, jitter: %6lld ns, min: %6lld ns, max: %6lld ns\n",
	       jitter, jitter_min, jitter_max);
}

/* The TSC is finer than the PM timer; only deadlines are known in its ticks. */
static void print_summary(void)
{
	if (mode == APIC_TIMER_DEADLINE)
		printf("%llu ticks, at most %llu TSC ticks late\n", ticks, late_max);
}

/* Returns true once the cell may go. */
static bool answer_messages(void)
{
	static bool denied;

	switch (comm_message()) {
	case JAILHOUSE_MSG_NONE:
		return false;
	case JAILHOUSE_MSG_SHUTDOWN_REQUEST:
		if (denied) {
			print_summary();
			printf("Shutdown requested again: approved\n");
			comm_reply(JAILHOUSE_MSG_REQUEST_APPROVED);
			return true;
		}
		denied = true;
		printf("Shutdown requested: denied, this once\n");
		comm_reply(JAILHOUSE_MSG_REQUEST_DENIED);
		return false;
	case JAILHOUSE_MSG_RECONFIG_COMPLETED:
		comm_reply(JAILHOUSE_MSG_RECEIVED);
		return false;
	default:
		comm_reply(JAILHOUSE_MSG_UNKNOWN);
		return false;
	}
}

static bool may_end(void)
{
	if (!on_bare_machine)
		return answer_messages();
	if (ticks < BARE_TICKS)
		return false;
	print_summary();
	return true;
}

void inmate_main(void)
{
	u64 seen = 0;

	if (!cmdline_is("lock", "no"))
		comm_set_state(JAILHOUSE_CELL_RUNNING_LOCKED);
	printf("apic-demo starts\n");
	start_timer();
	while (!may_end()) {
		while (ticks == seen) {
			irq_enable_and_halt();
			irq_disable();
		}
		seen = ticks;
		if (seen > WARM_UP_TICKS)
			print_jitter();
	}
}
