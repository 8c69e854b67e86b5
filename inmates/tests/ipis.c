// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt commands of every kind to every destination, interrupt vectors and LVT
 * entries that could reach others. What is not the cell's own is dropped, or refused with
 * #GP; the cell runs on. That nobody else noticed has to be seen from outside. For a cell
 * with one CPU: others would be started anywhere.
 *
 *	vector=N	of the fixed ones, default 0xf0
 *	rounds=N	default 2
 *	apic=page	through the xAPIC page instead of x2APIC registers
 *	self=init	at the end INIT to itself: the CPU then waits for SIPI
 *
 * Destinations of the cell itself are left out where the command would end the test.
 */
#include "report.h"

#define MODE_FIXED	0
#define MODE_NMI	4
#define MODE_INIT	5
#define MODE_STARTUP	6

#define LOGICAL		0x0800
#define LEVEL		0x8000
#define SHORTHAND_SELF	1
#define SHORTHAND_ALL	2

static u64 arrived, nmis;
static unsigned int sent, refused, odd;

static void count_interrupt(struct frame *frame)
{
	(void)frame;
	arrived++;
}

static void count_nmi(struct frame *frame)
{
	(void)frame;
	nmis++;
}

static void send(u32 dest, u32 command)
{
	int fault = NO_FAULT;

	if (apic_is_x2apic())
		fault = probe_wrmsr(MSR_X2APIC_BASE + (APIC_REG_ICR >> 4),
				    (u64)dest << 32 | command);
	else
		apic_send_ipi(dest, command);
	sent++;
	refused += fault == X86_EXC_GP;
	odd += fault != X86_EXC_GP && fault != NO_FAULT;
}

/* INIT and SIPI that reach this CPU would end the test. */
static bool spares_me(u32 dest, u32 mode, u32 shorthand, bool logical)
{
	if (mode != MODE_INIT && mode != MODE_STARTUP)
		return true;
	if (shorthand)
		return shorthand != SHORTHAND_SELF && shorthand != SHORTHAND_ALL;
	return !logical && dest != apic_id() && (dest & 0xff) != 0xff;
}

static void send_modes(u32 dest, bool logical, u32 shorthand, u32 vector)
{
	u32 mode, trigger;

	for (mode = 0; mode < 8; mode++) {
		if (!spares_me(dest, mode, shorthand, logical))
			continue;
		for (trigger = 0; trigger < 4; trigger++)
			send(dest, vector | mode << 8 | (logical ? LOGICAL : 0) |
			     (trigger & 1 ? APIC_ICR_ASSERT : 0) |
			     (trigger & 2 ? LEVEL : 0) | shorthand << 18);
	}
}

static void send_everywhere(u32 vector)
{
	static const u32 far[] = { 0xf, 0x10, 0x20, 0x3f, 0x40, 0x80, 0xff, 0x100, 0xffff,
				   0x10001, 0xffff0001, 0xfffffffe, 0xffffffff };
	u32 dest, i;

	for (dest = 0; dest < 16; dest++) {
		send_modes(dest, false, 0, vector);
		send_modes(dest, true, 0, vector);
		send_modes(1U << dest, true, 0, vector);
	}
	for (i = 0; i < ARRAY_SIZE(far); i++) {
		send_modes(far[i], false, 0, vector);
		send_modes(far[i], true, 0, vector);
	}
	for (i = 1; i < 4; i++)
		send_modes(0, false, i, vector);
}

static int probe_apic_write(u32 reg, u32 value)
{
	if (apic_is_x2apic())
		return probe_wrmsr(MSR_X2APIC_BASE + (reg >> 4), value);
	apic_write(reg, value);
	return NO_FAULT;
}

/* Delivery modes that reach beyond this CPU, or beyond the cell: SMI, INIT, ExtINT. */
static void check_lvt(void)
{
	static const u32 registers[] = { APIC_REG_LVT_TIMER, 0x330, 0x340, APIC_REG_LVT_LINT0,
					 APIC_REG_LVT_LINT1, APIC_REG_LVT_ERROR, 0x2f0 };
	unsigned int i, bad = 0;
	u32 mode, value;

	for (i = 0; i < ARRAY_SIZE(registers); i++) {
		for (mode = 0; mode < 8; mode++) {
			/* Masked last, so that nothing stays behind. */
			probe_apic_write(registers[i], mode << 8 | APIC_LVT_MASKED | 0x60);
			probe_apic_write(registers[i], mode << 8 | 0x60);
			if (registers[i] == 0x2f0)
				continue;
			value = apic_read(registers[i]);
			if (!(value & APIC_LVT_MASKED) && mode != MODE_FIXED &&
			    mode != MODE_NMI && (value >> 8 & 7) == mode)
				bad++;
		}
		probe_apic_write(registers[i], APIC_LVT_MASKED | 0x60);
	}
	report(!bad, "LVT entries with foreign delivery modes: %u unmasked", bad);
}

/* Every register offset, also those that do not exist, read and written. */
static void check_registers(void)
{
	unsigned int i, strange = 0;
	u64 value;

	if (!apic_is_x2apic())
		return;
	for (i = 0; i < 0x100; i++) {
		int fault = probe_rdmsr(MSR_X2APIC_BASE + i, &value);

		strange += fault != NO_FAULT && fault != X86_EXC_GP;
		/* Reserved bits in the upper half. */
		if (i == APIC_REG_ICR >> 4)
			continue;
		fault = probe_wrmsr(MSR_X2APIC_BASE + i, 1ULL << 63);
		strange += fault != X86_EXC_GP;
	}
	report(!strange, "256 x2APIC registers, %u odd answers", strange);
}

static void check_alive(void)
{
	u64 before = arrived;

	irq_enable();
	apic_send_ipi(apic_id(), APIC_ICR_FIXED | 0x51);
	delay_ns(NS_PER_MS);
	irq_disable();
	report(arrived > before, "an interrupt to itself still comes");
}

/* On the page every logical destination has this CPU among those that it means. */
static void init_apic(void)
{
	if (cmdline_is("apic", "page")) {
		apic_init_page();
		apic_write(APIC_REG_LDR, 0xff000000);
	} else {
		apic_init();
	}
}

void inmate_main(void)
{
	u32 vector = (u32)cmdline_u64("vector", 0xf0) & 0xff, i;

	report_begin("ipis");
	for (i = 32; i < 256; i++)
		int_set_handler((u8)i, count_interrupt);
	int_set_handler(X86_EXC_NMI, count_nmi);
	init_apic();
	irq_enable();
	for (i = 0; i < cmdline_u64("rounds", 2); i++) {
		send_everywhere(vector);
		/* Vectors 0 to 15 are illegal. */
		send_everywhere(i);
	}
	irq_disable();
	report(!odd, "%u commands, %u refused, %llu interrupts and %llu NMIs came", sent,
	       refused, arrived, nmis);
	check_registers();
	check_lvt();
	init_apic();
	check_alive();
	if (cmdline_is("self", "init")) {
		report_trying("INIT to itself");
		apic_send_ipi(apic_id(), APIC_ICR_INIT | APIC_ICR_ASSERT);
		report_survived();
	}
	report_done();
}
