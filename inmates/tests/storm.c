// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exits, as many as possible.
 *
 *	kind=cpuid|hypercall|rdmsr|wrmsr|gp|ipi|eoi|pio|mmio|cr|xsetbv	default cpuid
 *	count=N								default 1000000
 *
 * Reports TSC ticks for each: the storm also measures. "rdmsr", "wrmsr" and "gp" hit
 * registers that a cell does not get, so a fault is included; "ipi" is to itself; "pio"
 * is to a port whose accesses are ignored, "mmio" to the I/O APIC.
 */
#include "report.h"

#define VECTOR			0x51
#define MSR_NOT_GRANTED		0x1a2
#define NO_HYPERCALL		0x7fffffff
#define PORT_DIAGNOSTIC		0x80
#define IOAPIC			0xfec00000ULL
#define CR0_NE			BIT_ULL(5)
#define CR4_OSXSAVE		BIT_ULL(18)

static u64 interrupts;

static void count_interrupt(struct frame *frame)
{
	(void)frame;
	interrupts++;
}

static void do_cpuid(void)
{
	cpuid(JAILHOUSE_CPUID_SIGNATURE, 0);
}

static void do_hypercall(void)
{
	hypercall(NO_HYPERCALL, 0, 0);
}

static void do_rdmsr(void)
{
	u64 value;

	probe_rdmsr(MSR_NOT_GRANTED, &value);
}

static void do_wrmsr(void)
{
	probe_wrmsr(MSR_NOT_GRANTED, 0);
}

static void do_gp(void)
{
	u64 value;

	probe_rdmsr(0xffffffff, &value);
}

static void do_ipi(void)
{
	apic_send_ipi(apic_id(), APIC_ICR_FIXED | VECTOR);
	irq_enable();
	cpu_relax();
	irq_disable();
}

static void do_eoi(void)
{
	apic_eoi();
}

static void do_pio(void)
{
	out8(PORT_DIAGNOSTIC, 0);
}

static void do_mmio(void)
{
	mmio_read32(IOAPIC);
}

static void do_cr(void)
{
	asm volatile("movq %0, %%cr0" : : "r" (read_cr0() ^ CR0_NE) : "memory");
}

static void do_xsetbv(void)
{
	asm volatile("xsetbv" : : "a" (1), "d" (0), "c" (0) : "memory");
}

static const struct {
	const char *name;
	void (*exit)(void);
} kinds[] = {
	{ "cpuid", do_cpuid },
	{ "hypercall", do_hypercall },
	{ "rdmsr", do_rdmsr },
	{ "wrmsr", do_wrmsr },
	{ "gp", do_gp },
	{ "ipi", do_ipi },
	{ "eoi", do_eoi },
	{ "pio", do_pio },
	{ "mmio", do_mmio },
	{ "cr", do_cr },
	{ "xsetbv", do_xsetbv },
};

static void storm(const char *name, void (*exit)(void))
{
	u64 count = cmdline_u64("count", 1000000), i, start = rdtsc(), ticks;

	for (i = 0; i < count; i++)
		exit();
	ticks = rdtsc() - start;
	report(true, "%s: %llu times, %llu ticks each", name, count, ticks / MAX(count, 1ULL));
}

void inmate_main(void)
{
	char kind[16];
	unsigned int i;

	report_begin("storm");
	if (!cmdline_get("kind", kind, sizeof(kind)))
		memcpy(kind, "cpuid", 6);
	apic_init();
	int_set_handler(VECTOR, count_interrupt);
	asm volatile("movq %0, %%cr4" : : "r" (read_cr4() | CR4_OSXSAVE) : "memory");
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kind, kinds[i].name) == 0)
			storm(kinds[i].name, kinds[i].exit);
	if (strcmp(kind, "ipi") == 0)
		report(interrupts > 0, "%llu interrupts came", interrupts);
	report_done();
}
