// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library itself, in a cell and on a bare machine. A second CPU is used if the cell
 * has one; on a bare machine with "cpus=2" on the command line.
 */
#include "report.h"

#define VECTOR		0x51
#define NOT_CANONICAL	0x800000000000ULL
#define UNMAPPED	0x8000000000ULL
#define TOLERANCE_NS	(2 * NS_PER_MS)

static u32 in_data = 0x12345678, in_bss;
static u64 fired_ns;
static unsigned int fired, breakpoints, visitors;
static u32 visitor_id;
static int visitor_fault;

static void count_breakpoint(struct frame *frame)
{
	(void)frame;
	breakpoints++;
}

static void count_interrupt(struct frame *frame)
{
	(void)frame;
	fired_ns = tsc_ns();
	fired++;
}

static int probe_ud2(void)
{
	PROBE_RESULT(fault);

	asm volatile(PROBED("ud2") : PROBE_OUT(fault) : : "memory");
	return fault;
}

static int probe_divide(void)
{
	PROBE_RESULT(fault);

	asm volatile(PROBED("divl %%ecx") : PROBE_OUT(fault)
		     : "a" (1), "d" (0), "c" (0) : "memory", "cc");
	return fault;
}

static int probe_load(u64 address)
{
	PROBE_RESULT(fault);

	asm volatile(PROBED("movb (%1), %%al") : PROBE_OUT(fault)
		     : "r" (address) : "rax", "memory");
	return fault;
}

static void check_memory(void)
{
	report(in_data == 0x12345678 && !in_bss, "initialized and zeroed data");
	report(scale(0x8000000000000000ULL, 6, 12) == 0x4000000000000000ULL &&
	       scale(1000, 3, 7) == 428, "128-bit scaling");
}

static void check_exceptions(void)
{
	int_set_handler(3, count_breakpoint);
	asm volatile("int3" : : : "memory");
	report(breakpoints == 1, "breakpoint handler");
	report(probe_ud2() == X86_EXC_UD, "invalid opcode is caught");
	report(probe_divide() == X86_EXC_DE, "divide error is caught");
	report(probe_load(NOT_CANONICAL) == X86_EXC_GP, "general protection is caught");
	report(probe_load(UNMAPPED) == X86_EXC_PF && last_fault.cr2 == UNMAPPED,
	       "page fault is caught, with its address");
	report(probe_load(CMDLINE_BASE) == NO_FAULT, "no fault where there is none");
}

static void check_cmdline(void)
{
	char text[8];

	if (!cmdline_get("selftest", text, sizeof(text))) {
		report_note("no command line");
		return;
	}
	report(strcmp(text, "yes") == 0, "selftest=yes");
	report(cmdline_u64("number", 0) == 12 && cmdline_u64("hex", 0) == 0xfee0, "numbers");
	report(cmdline_u64("umber", 7) == 7, "a name is matched as a whole");
	report(!cmdline_get("none", text, sizeof(text)) && !text[0], "what is not there");
}

static void check_clocks(void)
{
	u64 start, passed;

	if (!comm_region->pm_timer_address) {
		report_note("no PM timer");
		return;
	}
	start = pm_timer_ns();
	delay_ns(20 * NS_PER_MS);
	passed = pm_timer_ns() - start;
	report(passed > 19 * NS_PER_MS && passed < 22 * NS_PER_MS,
	       "20 ms by the TSC are %llu us by the PM timer", passed / NS_PER_US);
}

static void wait_for_interrupts(unsigned int count)
{
	while (fired < count) {
		irq_enable_and_halt();
		irq_disable();
	}
}

static void check_timer(const char *name, enum apic_timer_mode mode, unsigned int count)
{
	u64 start, late;

	fired = 0;
	apic_timer_init(VECTOR, mode);
	start = tsc_ns();
	apic_timer_set(5 * NS_PER_MS);
	wait_for_interrupts(count);
	apic_write(APIC_REG_LVT_TIMER, APIC_LVT_MASKED);
	/* A periodic one may have fired once more meanwhile. */
	irq_enable();
	cpu_relax();
	irq_disable();
	late = fired_ns - start - count * 5 * NS_PER_MS;
	report((s64)late >= -(s64)NS_PER_MS && (s64)late < (s64)TOLERANCE_NS,
	       "%s timer, %u times, %lld ns late", name, count, (s64)late);
}

static void check_apic(void)
{
	apic_init();
	report_note("APIC id %u, %s", apic_id(), apic_is_x2apic() ? "x2APIC" : "xAPIC");
	int_set_handler(VECTOR, count_interrupt);
	check_timer("one-shot", APIC_TIMER_ONESHOT, 1);
	check_timer("periodic", APIC_TIMER_PERIODIC, 3);
	if (apic_has_deadline())
		check_timer("deadline", APIC_TIMER_DEADLINE, 1);
	fired = 0;
	apic_send_ipi(apic_id(), APIC_ICR_FIXED | VECTOR);
	wait_for_interrupts(1);
	report(fired == 1, "interrupt to itself");
}

static void visit(void)
{
	visitor_fault = probe_ud2();
	visitor_id = apic_id();
	visitors++;
}

static void check_cpus(void)
{
	unsigned int cpus = (unsigned int)cmdline_u64("cpus", smp_num_cpus());
	unsigned int cpu, round;

	for (round = 1; round <= 2; round++) {
		for (cpu = 1; cpu < cpus; cpu++) {
			visitors = 0;
			visitor_fault = NO_FAULT;
			report(smp_start_cpu(cpu, visit), "CPU %u, start %u", cpu, round);
			delay_ns(NS_PER_MS);
			report(visitors == 1 && visitor_id == smp_apic_id(cpu) &&
			       visitor_fault == X86_EXC_UD,
			       "CPU %u ran, with APIC id %u", cpu, visitor_id);
		}
	}
}

void inmate_main(void)
{
	report_begin("library");
	in_bss++;
	in_bss--;
	check_memory();
	check_exceptions();
	check_cmdline();
	check_clocks();
	check_apic();
	check_cpus();
	report_done();
}
