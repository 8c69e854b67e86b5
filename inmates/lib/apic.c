// SPDX-License-Identifier: GPL-2.0-only
/* The local APIC and its timer (SDM 3A 10). */
#include "inmate.h"

#define APIC_BASE_ENABLE	0x800
#define APIC_BASE_EXTD		0x400
#define APIC_PAGE		0xfee00000ULL

#define CPUID1_ECX_X2APIC	0x00200000
#define CPUID1_ECX_DEADLINE	0x01000000

#define SVR_ENABLE		0x100
#define TIMER_DIVIDE_BY_1	0xb
#define CALIBRATE_NS		(10 * NS_PER_MS)

static bool x2apic;
static enum apic_timer_mode timer_mode;
static u64 timer_hz;

static bool enter_x2apic(void)
{
	u64 base = rdmsr(MSR_APIC_BASE);

	if (!(cpuid(1, 0).ecx & CPUID1_ECX_X2APIC))
		return false;
	if ((base & APIC_BASE_EXTD) == 0)
		probe_wrmsr(MSR_APIC_BASE, base | APIC_BASE_ENABLE | APIC_BASE_EXTD);
	return rdmsr(MSR_APIC_BASE) & APIC_BASE_EXTD;
}

/**
 * apic_init() - enable the APIC of this CPU
 *
 * As x2APIC where CPUID has that, else through its page. int_init() goes before.
 */
void apic_init(void)
{
	x2apic = enter_x2apic();
	apic_write(APIC_REG_SVR, SVR_ENABLE | APIC_SPURIOUS_VECTOR);
}

/**
 * apic_init_page() - enable the APIC of this CPU, as an xAPIC in any case
 *
 * Only before apic_init(): there is no way back from x2APIC.
 */
void apic_init_page(void)
{
	x2apic = false;
	apic_write(APIC_REG_SVR, SVR_ENABLE | APIC_SPURIOUS_VECTOR);
}

/**
 * apic_is_x2apic() - how the APIC is accessed
 *
 * Return: true for MSRs, false for the page; valid after apic_init().
 */
bool apic_is_x2apic(void)
{
	return x2apic;
}

/**
 * apic_read() - read a register
 * @reg: APIC_REG_*
 *
 * Return: its lower 32 bits.
 */
u32 apic_read(u32 reg)
{
	if (x2apic)
		return (u32)rdmsr(MSR_X2APIC_BASE + (reg >> 4));
	return mmio_read32(APIC_PAGE + reg);
}

/**
 * apic_write() - write a register
 * @reg: APIC_REG_*, not the ICR: see apic_send_ipi()
 * @value: its new value
 */
void apic_write(u32 reg, u32 value)
{
	if (x2apic)
		wrmsr(MSR_X2APIC_BASE + (reg >> 4), value);
	else
		mmio_write32(APIC_PAGE + reg, value);
}

/**
 * apic_id() - physical APIC id of this CPU
 *
 * Return: the id; valid after apic_init().
 */
u32 apic_id(void)
{
	u32 id = apic_read(APIC_REG_ID);

	return x2apic ? id : id >> 24;
}

/**
 * apic_eoi() - acknowledge the interrupt in service
 */
void apic_eoi(void)
{
	apic_write(APIC_REG_EOI, 0);
}

/**
 * apic_send_ipi() - write the interrupt command register
 * @apic_id: destination
 * @command: lower half of the ICR: APIC_ICR_* and a vector
 */
void apic_send_ipi(u32 apic_id, u32 command)
{
	if (x2apic) {
		wrmsr(MSR_X2APIC_BASE + (APIC_REG_ICR >> 4), (u64)apic_id << 32 | command);
		return;
	}
	mmio_write32(APIC_PAGE + APIC_REG_ICR_HIGH, apic_id << 24);
	mmio_write32(APIC_PAGE + APIC_REG_ICR, command);
	while (mmio_read32(APIC_PAGE + APIC_REG_ICR) & APIC_ICR_PENDING)
		cpu_relax();
}

static u64 measure_timer(void)
{
	u64 start, now;
	u32 count;

	apic_write(APIC_REG_LVT_TIMER, APIC_LVT_MASKED | APIC_TIMER_ONESHOT);
	apic_write(APIC_REG_TIMER_DIVIDE, TIMER_DIVIDE_BY_1);
	start = pm_timer_ns();
	apic_write(APIC_REG_TIMER_INITIAL, ~0U);
	do
		now = pm_timer_ns();
	while (now - start < CALIBRATE_NS);
	count = ~0U - apic_read(APIC_REG_TIMER_CURRENT);
	apic_write(APIC_REG_TIMER_INITIAL, 0);
	return scale(count, NS_PER_SEC, now - start);
}

/**
 * apic_timer_hz() - frequency of the APIC timer before its divider
 *
 * Return: counts a second; from the comm region, measured where that has none. That
 * stops the timer.
 */
u64 apic_timer_hz(void)
{
	if (!timer_hz)
		timer_hz = comm_region->apic_khz * 1000ULL;
	if (!timer_hz)
		timer_hz = measure_timer();
	return timer_hz;
}

/**
 * apic_has_deadline() - does the timer take TSC deadlines?
 *
 * Return: true for APIC_TIMER_DEADLINE.
 */
bool apic_has_deadline(void)
{
	return cpuid(1, 0).ecx & CPUID1_ECX_DEADLINE;
}

/**
 * apic_timer_init() - choose what the timer of this CPU does
 * @vector: interrupt that it raises
 * @mode: how it fires; the deadline mode only where apic_has_deadline()
 *
 * It does not run yet.
 */
void apic_timer_init(u8 vector, enum apic_timer_mode mode)
{
	timer_mode = mode;
	if (mode != APIC_TIMER_DEADLINE) {
		apic_timer_hz();
		apic_write(APIC_REG_TIMER_DIVIDE, TIMER_DIVIDE_BY_1);
	}
	apic_write(APIC_REG_LVT_TIMER, mode | vector);
	/* The mode must be there before the first deadline (SDM 3A 10.5.4.1). */
	asm volatile("mfence" : : : "memory");
}

/**
 * apic_timer_set() - start the timer
 * @ns: from now to the interrupt; in periodic mode also between two. Up to 2^32
 *	counts of the timer unless in deadline mode.
 */
void apic_timer_set(u64 ns)
{
	u64 count;

	if (timer_mode == APIC_TIMER_DEADLINE) {
		apic_timer_set_deadline(rdtsc() + scale(ns, tsc_hz(), NS_PER_SEC));
		return;
	}
	count = scale(ns, apic_timer_hz(), NS_PER_SEC);
	apic_write(APIC_REG_TIMER_INITIAL, (u32)MIN(MAX(count, 1ULL), 0xffffffffULL));
}

/**
 * apic_timer_set_deadline() - start the timer in deadline mode
 * @tsc: value of the TSC to fire at; one that has passed fires at once
 */
void apic_timer_set_deadline(u64 tsc)
{
	wrmsr(MSR_TSC_DEADLINE, tsc);
}
