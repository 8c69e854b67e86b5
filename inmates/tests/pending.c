// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts that wait, or are being served, while their CPU is taken away. It starts with
 * nothing pending, however often that has happened to it before.
 *
 *	kind=kill	waits to be killed (default)
 *	kind=triple	ends in a triple fault
 *	kind=init	the second CPU gets INIT and SIPI, with all vectors pending, and then
 *			with each by itself
 *	apic=page	through the xAPIC page instead of x2APIC registers; not with kind=init
 *
 * Vectors below 32 are exceptions', and do not arrive: by no way is one pending.
 */
#include "report.h"

#define FIRST_VECTOR	0
#define NUM_WORDS	8

struct vectors {
	u32 word[NUM_WORDS];
};

static const struct vectors nothing;

/* Between the two CPUs. */
static volatile u64 filled, visits;
static u32 next_vector;
static struct vectors found_pending, found_served;

static void (*when_filled)(void);

static struct vectors read_vectors(u32 reg)
{
	struct vectors vectors;
	unsigned int i;

	for (i = 0; i < NUM_WORDS; i++)
		vectors.word[i] = apic_read(reg + 0x10 * i);
	return vectors;
}

static bool same(const struct vectors *a, const struct vectors *b)
{
	unsigned int i;

	for (i = 0; i < NUM_WORDS; i++)
		if (a->word[i] != b->word[i])
			return false;
	return true;
}

static void send_self(u32 vector)
{
	apic_send_ipi(apic_id(), APIC_ICR_FIXED | APIC_ICR_ASSERT | vector);
}

static void serve(u32 vector)
{
	send_self(vector);
	asm volatile("sti; nop; cli" : : : "memory");
}

/* Never returns, and so never acknowledges: each class interrupts the one below. */
static void serve_next_class(struct frame *frame)
{
	u32 vector = (u32)frame->vector + 0x10;

	if (vector < 0x100)
		serve(vector);
	for (vector = FIRST_VECTOR; vector < 0x100; vector++)
		send_self(vector);
	when_filled();
}

/* All vectors pending, and one of each priority class in service. Goes on at @then. */
static void fill(void (*then)(void))
{
	u32 vector;

	when_filled = then;
	for (vector = 0x20; vector < 0x100; vector += 0x10)
		int_set_handler((u8)vector, serve_next_class);
	serve(0x20);
}

static void check_filled(void)
{
	static const struct vectors all = {
		{ 0, ~0U, ~0U, ~0U, ~0U, ~0U, ~0U, ~0U },
	};
	static const struct vectors classes = {
		{ 0, 0x10001, 0x10001, 0x10001, 0x10001, 0x10001, 0x10001, 0x10001 },
	};
	struct vectors pending = read_vectors(APIC_REG_IRR);
	struct vectors served = read_vectors(APIC_REG_ISR);

	report(same(&pending, &all), "all vectors from 32 on are pending, and no others: 0x%x",
	       pending.word[0]);
	report(same(&served, &classes), "one of each class is in service");
}

/* By the timer's entry of the local vector table, and by the self IPI. */
static void check_other_ways(void)
{
	u32 vector, pending = 0, unmasked = 0;

	apic_write(APIC_REG_TIMER_DIVIDE, 0xb);
	for (vector = FIRST_VECTOR; vector < 0x20; vector++) {
		apic_write(APIC_REG_LVT_TIMER, APIC_TIMER_ONESHOT | vector);
		unmasked += !(apic_read(APIC_REG_LVT_TIMER) & APIC_LVT_MASKED);
		apic_write(APIC_REG_TIMER_INITIAL, 1);
		delay_ns(10 * NS_PER_US);
		if (apic_is_x2apic())
			apic_write(APIC_REG_SELF_IPI, vector);
		pending |= apic_read(APIC_REG_IRR);
	}
	apic_write(APIC_REG_LVT_TIMER, APIC_LVT_MASKED);
	report(!pending && !unmasked, "nor by the timer or the self IPI: 0x%x, %u unmasked",
	       pending, unmasked);
}

static void __noreturn spin(void)
{
	filled++;
	for (;;)
		cpu_relax();
}

static void fill_all_and_spin(void)
{
	fill(spin);
}

static void look(void)
{
	found_pending = read_vectors(APIC_REG_IRR);
	found_served = read_vectors(APIC_REG_ISR);
	visits++;
}

static void look_and_send(void)
{
	look();
	send_self(next_vector);
	spin();
}

static bool wait_for(const volatile u64 *counter, u64 value)
{
	u64 start = rdtsc(), ticks = tsc_hz() / 10;

	while (*counter != value && rdtsc() - start < ticks)
		cpu_relax();
	return *counter == value;
}

static bool found_nothing(void)
{
	return same(&found_pending, &nothing) && same(&found_served, &nothing);
}

static void check_init_with_all(void)
{
	report(smp_start_cpu(1, fill_all_and_spin) && wait_for(&filled, 1),
	       "CPU 1 has everything pending");
	report(smp_start_cpu(1, look) && wait_for(&visits, 1) && found_nothing(),
	       "and nothing after INIT and SIPI");
}

/* Without the time between the two in which the CPU knows of the INIT only. */
static void check_init_with_each(void)
{
	u32 left = 0, lost = 0;
	u64 before;

	for (next_vector = FIRST_VECTOR; next_vector < 0x100 && !lost; next_vector++) {
		before = filled;
		lost += !smp_start_cpu_at_once(1, look_and_send) ||
			!wait_for(&filled, before + 1);
		left += !found_nothing();
	}
	report(!lost && !left, "each at INIT and SIPI together: %u left, %u lost", left, lost);
}

static void __noreturn wait_for_the_end(void)
{
	static const struct {
		u16 limit;
		u64 base;
	} __packed no_idt;

	check_filled();
	if (cmdline_is("kind", "triple")) {
		report_trying("triple fault");
		asm volatile("lidt %0; ud2" : : "m" (no_idt));
	}
	report_note("waits to be killed");
	for (;;)
		cpu_relax();
}

void inmate_main(void)
{
	report_begin("pending");
	if (cmdline_is("apic", "page"))
		apic_init_page();
	else
		apic_init();
	look();
	visits = 0;
	report(found_nothing(), "nothing is pending");
	check_other_ways();
	if (!cmdline_is("kind", "init"))
		fill(wait_for_the_end);
	check_init_with_all();
	check_init_with_each();
	report_done();
}
