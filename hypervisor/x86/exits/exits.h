/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handlers of exits have in common, whichever vendor's they are. All functions act
 * on the calling CPU.
 */
#ifndef _EXITS_EXITS_H
#define _EXITS_EXITS_H

#include "cell_log.h"
#include "cpu_events.h"
#include "vendor.h"

/**
 * exit_begin() - what is kept of each exit
 * @percpu: the calling CPU
 * @reason: as the CPU has it
 * @failed: it is no exit, but an entry that the CPU refused
 */
static inline void exit_begin(struct percpu *percpu, u64 reason, bool failed)
{
	struct past_exits *past = &percpu->past;
	const u32 n = past->count++ % NUM_PAST_EXITS;
	const u64 rip = guest_rip();

	past->exits[n].reason = (u32)reason;
	past->exits[n].rip = rip;
	/* A fault that was given to the guest instead has this exit to show that it helped. */
	if (percpu->stuck)
		percpu->stuck >>= 1;
	if (!failed)
		percpu->exit_rip = rip;
}

/* events.c */

/** process_events() - do what other CPUs asked for, after a kick or a violation */
void process_events(struct percpu *percpu);

/**
 * process_own_events() - after what the guest may have asked of its own CPU
 *
 * The last thing that a handler does: the guest may be reset here.
 */
static inline void process_own_events(struct percpu *percpu)
{
	if (cpu_requested(percpu->cpu))
		process_events(percpu);
}

/* violations.c */

/**
 * exit_no_way_on() - the guest cannot be entered again as it is
 * @percpu: of the calling CPU
 * @what: what has failed
 * @reason: and why, as the CPU says
 * @detail: more of it
 *
 * The reason is more likely the hypervisor's fault than the guest's. A CPU of Linux is not
 * given up for that: what Linux did when it last left the guest is a fault, which kills a
 * program, or at worst what the kernel was doing. Only if that does not get it anywhere either,
 * the CPU is parked. Other cells fail. A parked CPU that cannot be entered panics.
 *
 * The last thing that a handler does.
 */
void exit_no_way_on(struct percpu *percpu, const char *what, u64 reason, u64 detail);

/** exit_violation() - the cell did what it must not: it fails, the CPU is parked */
void exit_violation(struct percpu *percpu, const char *fmt, ...) __printf(2, 3);

/** exit_log_denied() - logs, at a limited rate, what a guest is denied */
void exit_log_denied(struct percpu *percpu, const char *fmt, ...) __printf(2, 3);

/** exit_count_denied() - counts it; return: is a line about it due? exit_say_denied() is next */
bool exit_count_denied(struct percpu *percpu);

/** exit_say_denied() - that line */
void exit_say_denied(struct percpu *percpu, const char *fmt, ...) __printf(2, 3);

/*
 * exit_denied() - counts what a guest is denied, and logs it at a limited rate. Of a program that
 * copies by such accesses most are only counted, so what would be said is not even gathered.
 */
#define exit_denied(percpu, ...)				\
	do {							\
		if (exit_count_denied(percpu))			\
			exit_say_denied(percpu, __VA_ARGS__);	\
	} while (0)

/*
 * The handlers, which the vendor's dispatch calls. Each counts its exit once, under
 * JAILHOUSE_CPU_STAT_VMEXITS_*; what none of the others stands for counts under
 * VMEXITS_TOTAL, whose reader gets the sum (core/hypercall.c).
 */

/* events.c */

/** handle_start_signal() - INIT or SIPI from outside: only the hypervisor starts a CPU */
void handle_start_signal(void);

/* violations.c */
void handle_triple_fault(void);

/** handle_task_switch() - it would load TR, with a task state that nobody has looked at */
void handle_task_switch(void);

/** handle_no_way_on() - exit_no_way_on(), as an exit that nothing else stands for */
void handle_no_way_on(const char *what, u64 reason, u64 detail);

/* instructions.c */
void handle_cpuid(void);
void handle_hypercall(void);
void handle_rdmsr(void);
void handle_wrmsr(void);
void handle_xsetbv(void);

/** handle_skip() - an instruction that does nothing here */
void handle_skip(void);

/** handle_ud() - one that does not exist here */
void handle_ud(void);

/** handle_gp() - one that is not allowed here */
void handle_gp(void);

/** handle_unknown() - one that exits though nobody asked for it; @reason: the CPU's word */
void handle_unknown(u64 reason);

/* machine_check.c */

/** machine_check_in_guest() - one came in the guest that the calling CPU runs; after its exit */
void machine_check_in_guest(struct percpu *percpu);

/** process_late_events() - process_events(), and a machine check that came while it was in here */
void process_late_events(struct percpu *percpu);

/* io.c */
void handle_io(void);

/* mmio.c */
void handle_memory_fault(void);

/* cr.c */

/* No control register's number. */
#define CR_NONE	16

/**
 * handle_cr_write() - a move to a control register that changes what is not the guest's
 * @number: 0, 4, or any for one that nobody may write so
 * @val: what was to be written
 */
void handle_cr_write(unsigned int number, u64 val);

/* guest_msr.c */

/**
 * guest_msr_read() - a register that a cell's CPU has only in appearance (msr_cell.h)
 *
 * Return: 0, or a negative errno for #GP.
 */
int guest_msr_read(struct percpu *percpu, u32 msr, u64 *val);

/** guest_msr_write() - see guest_msr_read() */
int guest_msr_write(struct percpu *percpu, u32 msr, u64 val);

/** guest_msr_reset() - all of them, at a start and when the owner changes */
void guest_msr_reset(struct percpu *percpu);

#endif
