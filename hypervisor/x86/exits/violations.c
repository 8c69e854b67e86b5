// SPDX-License-Identifier: GPL-2.0-only
/* What is done about a guest that oversteps, or cannot go on. */
#include "exits.h"
#include "cell.h"
#include "format.h"
#include "log.h"
#include "panic.h"

void exit_violation(struct percpu *percpu, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	cell_fail(percpu->cpu, "%s, rip 0x%llx", text, guest_rip());
	process_events(percpu);
}

static void say_denied(struct percpu *percpu, const char *fmt, va_list ap)
{
	char text[128];

	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	log_printf("Denied on CPU %u: %s, rip 0x%llx\n", percpu->cpu->id, text,
		   guest_rip());
}

void exit_log_denied(struct percpu *percpu, const char *fmt, ...)
{
	va_list ap;

	if (!cell_log_begin(percpu->cpu, CELL_LINE_DENIED))
		return;
	va_start(ap, fmt);
	say_denied(percpu, fmt, ap);
	va_end(ap);
}

bool exit_count_denied(struct percpu *percpu)
{
	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	return cell_log_begin(percpu->cpu, CELL_LINE_DENIED);
}

void exit_say_denied(struct percpu *percpu, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_denied(percpu, fmt, ap);
	va_end(ap);
}

void exit_no_way_on(struct percpu *percpu, const char *what, u64 reason, u64 detail)
{
	/* See exit_begin(): this is the next exit after a fault that was given here. */
	bool again = percpu->stuck;

	if (percpu->cpu->parked)
		panic("%s, reason 0x%llx, detail 0x%llx, on a parked CPU", what, reason, detail);
	if (!runs_root(percpu) || again) {
		exit_violation(percpu, "%s%s, reason 0x%llx, detail 0x%llx", what,
			       again ? " twice" : "", reason, detail);
		return;
	}
	vendor_back_to_exit(percpu);
	exit_denied(percpu, "%s, reason 0x%llx, detail 0x%llx", what, reason, detail);
	percpu->stuck = 2;
	vendor_inject_gp();
}

void handle_no_way_on(const char *what, u64 reason, u64 detail)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	exit_no_way_on(percpu, what, reason, detail);
}

static void handle_violation(const char *what)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	exit_violation(percpu, "%s", what);
}

void handle_triple_fault(void)
{
	handle_violation("triple fault");
}

void handle_task_switch(void)
{
	handle_violation("task switch");
}
