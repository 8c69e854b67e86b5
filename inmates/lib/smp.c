// SPDX-License-Identifier: GPL-2.0-only
/* The other CPUs of the cell: start.S made them wait for INIT and SIPI. */
#include "inmate.h"

/* Page number of start.S's first byte. */
#define SIPI_VECTOR	0xf0
#define REPORT_NS	(100 * NS_PER_MS)
#define INIT_NS		(10 * NS_PER_MS)
#define START_NS	(100 * NS_PER_MS)

static char stacks[MAX_CPUS - 1][STACK_SIZE] __aligned(16);
static void (*start_function)(void);

/* Read by start.S. */
void *smp_stack;

static bool wait_until(bool (*condition)(unsigned int cpu), unsigned int cpu, u64 ns)
{
	u64 start = rdtsc(), ticks = scale(ns, tsc_hz(), NS_PER_SEC);

	while (!condition(cpu)) {
		if (rdtsc() - start > ticks)
			return false;
		cpu_relax();
	}
	return true;
}

static bool has_reported(unsigned int cpu)
{
	return boot_apic_ids[cpu] != NO_APIC_ID;
}

static bool has_started(unsigned int cpu)
{
	(void)cpu;
	return !start_function;
}

/**
 * smp_num_cpus() - CPUs of the cell
 *
 * Return: their number, this one included, MAX_CPUS at most.
 */
unsigned int smp_num_cpus(void)
{
	return MIN(comm_region->num_cpus, MAX_CPUS);
}

/**
 * smp_apic_id() - which APIC id a CPU of the cell has
 * @cpu: below MAX_REPORTED; 0 is this CPU, the others follow as they came
 *
 * On a bare machine only the first CPU comes out of reset, and the others are taken to
 * be numbered through, as they are in Bochs and QEMU.
 *
 * Return: the id, or NO_APIC_ID: it did not come out of reset with this CPU.
 */
u32 smp_apic_id(unsigned int cpu)
{
	if (on_bare_machine)
		return cpu;
	wait_until(has_reported, cpu, REPORT_NS);
	return boot_apic_ids[cpu];
}

/* Called by start.S on smp_stack. */
void __noreturn smp_main(void)
{
	void (*function)(void) = start_function;

	int_load();
	fpu_init();
	apic_init();
	start_function = NULL;
	function();
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}

static bool start_cpu(unsigned int cpu, void (*function)(void), u64 init_ns)
{
	u32 id = smp_apic_id(cpu);

	if (id == NO_APIC_ID)
		return false;
	smp_stack = stacks[cpu - 1] + STACK_SIZE;
	start_function = function;
	apic_send_ipi(id, APIC_ICR_INIT | APIC_ICR_ASSERT);
	if (init_ns)
		delay_ns(init_ns);
	apic_send_ipi(id, APIC_ICR_STARTUP | APIC_ICR_ASSERT | SIPI_VECTOR);
	return wait_until(has_started, cpu, START_NS);
}

/**
 * smp_start_cpu() - let another CPU of the cell run
 * @cpu: 1 to smp_num_cpus() - 1
 * @function: called there, with interrupts off; when it returns the CPU halts
 *
 * A CPU that runs already is reset. apic_init() goes before, here; there it is done.
 *
 * Return: false when it did not come within 100 ms.
 */
bool smp_start_cpu(unsigned int cpu, void (*function)(void))
{
	return start_cpu(cpu, function, INIT_NS);
}

/**
 * smp_start_cpu_at_once() - the same, with the SIPI right behind the INIT
 * @cpu: likewise
 * @function: likewise
 *
 * Which a CPU of a bare machine need not take.
 *
 * Return: likewise.
 */
bool smp_start_cpu_at_once(unsigned int cpu, void (*function)(void))
{
	return start_cpu(cpu, function, 0);
}
