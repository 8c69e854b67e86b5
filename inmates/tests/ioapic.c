// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of the floppy disk controller, which raises one after each reset, by its pin of
 * the I/O APIC, in each form that an entry can have. For a cell with one CPU.
 *
 *	apic=page	in xAPIC mode: logical destinations are what LDR says
 */
#include "report.h"

#define IOAPIC		0xfec00000ULL
#define PIN		6

#define FDC_OUTPUT	0x3f2
#define FDC_STATUS	0x3f4
#define FDC_DATA	0x3f5
#define FDC_RUN		0x0c		/* not in reset, with interrupts */
#define FDC_SENSE	0x08
#define FDC_READY	0x80
#define NUM_DRIVES	4

#define VECTOR		0x61
#define LOGICAL		0x800
#define LOWEST		0x100
#define LOGICAL_ID	0x20U

static u64 arrived;

static void count_interrupt(struct frame *frame)
{
	(void)frame;
	arrived++;
}

static void wait_for_controller(void)
{
	u64 start = rdtsc(), ticks = tsc_hz() / 100;

	while (!(in8(FDC_STATUS) & FDC_READY) && rdtsc() - start < ticks)
		cpu_relax();
}

/* Lets the line go down again. */
static void acknowledge(void)
{
	u32 drive;

	for (drive = 0; drive < NUM_DRIVES; drive++) {
		wait_for_controller();
		out8(FDC_DATA, FDC_SENSE);
		wait_for_controller();
		in8(FDC_DATA);
		wait_for_controller();
		in8(FDC_DATA);
	}
}

/* How many came of one. */
static u64 interrupts(u32 dest, u32 low)
{
	u64 before = arrived;

	ioapic_set(IOAPIC, PIN, dest, low);
	out8(FDC_OUTPUT, 0);
	out8(FDC_OUTPUT, FDC_RUN);
	irq_enable();
	delay_ns(NS_PER_MS);
	irq_disable();
	ioapic_set(IOAPIC, PIN, dest, low | IOAPIC_MASKED);
	acknowledge();
	return arrived - before;
}

/* One that nobody gets leaves the line up, and the next would not be an edge. */
static void expect(bool some, u32 dest, u32 low, const char *what)
{
	u64 came = interrupts(dest, low);

	report(came == some, "%s: %llu", what, came);
}

void inmate_main(void)
{
	u32 id, logical, other, vector;
	u64 reserved = 0;

	report_begin("ioapic");
	int_set_handler(VECTOR, count_interrupt);
	if (cmdline_is("apic", "page")) {
		apic_init_page();
		apic_write(APIC_REG_LDR, LOGICAL_ID << 24);
	} else {
		apic_init();
	}
	if (in8(FDC_STATUS) == 0xff) {
		report(true, "there is no floppy disk controller");
		report_done();
	}
	id = apic_id();
	logical = apic_is_x2apic() ? 1U << id : LOGICAL_ID;
	other = apic_is_x2apic() ? LOGICAL_ID << 1 : 1U << id;
	expect(true, id, VECTOR, "physical");
	expect(true, logical, LOGICAL | VECTOR, "logical");
	expect(true, logical, LOGICAL | LOWEST | VECTOR, "logical, lowest priority");
	expect(true, 0xff, VECTOR, "to all");
	expect(true, 0xff, LOGICAL | LOWEST | VECTOR, "to all, logical");
	expect(false, id ^ 1, VECTOR, "to a foreign CPU");
	expect(false, other, LOGICAL | VECTOR, "to a logical id of the other mode");
	expect(true, id, VECTOR, "physical, once more");
	for (vector = 0x10; vector < 0x20; vector++) {
		interrupts(id, vector);
		reserved |= apic_read(APIC_REG_IRR);
	}
	report(!reserved, "no vector of an exception comes: 0x%llx", reserved);
	expect(true, id, VECTOR, "physical, at the end");
	report_done();
}
