// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local APIC as a CPU of a cell finds it after a reset: on, not in x2APIC mode, and
 * reached by its page as well as by the x2APIC registers. What its modes change, and that it
 * can be switched off. For a cell with one CPU.
 */
#include "report.h"

#define VECTOR		0x51
#define SVR_ENABLE	0x100
#define LOGICAL		0x800
#define LOGICAL_ID	0x40U
#define CPUID1_EDX_APIC	0x200
#define PAGE		0xfee00000ULL

#define BASE_BSP	0x100ULL
#define BASE_EXTD	0x400ULL
#define BASE_ENABLE	0x800ULL

static u64 arrived;

static void count_interrupt(struct frame *frame)
{
	(void)frame;
	arrived++;
}

static u32 page_read(u32 reg)
{
	return mmio_read32(PAGE + reg);
}

static void page_write(u32 reg, u32 value)
{
	mmio_write32(PAGE + reg, value);
}

static int msr_read(u32 reg, u64 *value)
{
	return probe_rdmsr(MSR_X2APIC_BASE + (reg >> 4), value);
}

static int msr_write(u32 reg, u64 value)
{
	return probe_wrmsr(MSR_X2APIC_BASE + (reg >> 4), value);
}

static bool has_cpuid_bit(void)
{
	return cpuid(1, 0).edx & CPUID1_EDX_APIC;
}

/* The handler acknowledges by the interface that the library knows of. */
static u64 wait_for_interrupts(u64 before)
{
	irq_enable();
	delay_ns(NS_PER_MS / 10);
	irq_disable();
	return arrived - before;
}

static u64 send_by_page(u32 dest, u32 command)
{
	u64 before = arrived;

	page_write(APIC_REG_ICR_HIGH, dest << 24);
	page_write(APIC_REG_ICR, command | VECTOR);
	return wait_for_interrupts(before);
}

static u64 send_by_msr(u32 dest, u32 command)
{
	u64 before = arrived;

	return msr_write(APIC_REG_ICR, (u64)dest << 32 | command | VECTOR) == NO_FAULT ?
	       wait_for_interrupts(before) : 0;
}

static u32 x2apic_logical_id(u32 id)
{
	return id >> 4 << 16 | 1U << (id & 0xf);
}

static void check_reset(void)
{
	u64 base = rdmsr(MSR_APIC_BASE), id = 0, svr = 0, ldr = 0;
	int fault = msr_read(APIC_REG_ID, &id);

	report(base == (PAGE | BASE_ENABLE | BASE_BSP), "APIC_BASE is 0x%llx", base);
	report(has_cpuid_bit(), "CPUID tells of it");
	report(fault == NO_FAULT && page_read(APIC_REG_ID) >> 24 == (id & 0xff),
	       "the id is 0x%x on the page, 0x%llx by register", page_read(APIC_REG_ID), id);
	msr_read(APIC_REG_SVR, &svr);
	report(svr == 0xff && page_read(APIC_REG_SVR) == 0xff, "SVR is 0x%llx, 0x%x", svr,
	       page_read(APIC_REG_SVR));
	msr_read(APIC_REG_LDR, &ldr);
	report(ldr == x2apic_logical_id((u32)id) && !page_read(APIC_REG_LDR) &&
	       page_read(APIC_REG_DFR) == ~0U, "logical ids are 0x%llx and 0x%x", ldr,
	       page_read(APIC_REG_LDR));
}

/* What the one writes, the other reads; a command is in the form of the one it came by. */
static void check_both(void)
{
	u64 tpr = 0;
	u32 id = page_read(APIC_REG_ID) >> 24;
	int fault;

	fault = msr_write(APIC_REG_SVR, SVR_ENABLE | APIC_SPURIOUS_VECTOR);
	report(fault == NO_FAULT &&
	       page_read(APIC_REG_SVR) == (SVR_ENABLE | APIC_SPURIOUS_VECTOR),
	       "SVR written by register is 0x%x on the page", page_read(APIC_REG_SVR));
	page_write(APIC_REG_TPR, 0x20);
	msr_read(APIC_REG_TPR, &tpr);
	report(tpr == 0x20, "TPR written on the page is 0x%llx by register", tpr);
	page_write(APIC_REG_TPR, 0);
	page_write(APIC_REG_LDR, LOGICAL_ID << 24);
	report(page_read(APIC_REG_LDR) == LOGICAL_ID << 24, "LDR is 0x%x",
	       page_read(APIC_REG_LDR));
	report(send_by_page(id, APIC_ICR_ASSERT) == 1, "physical, by the page");
	report(send_by_msr(id, APIC_ICR_ASSERT) == 1, "physical, by register");
	report(send_by_page(LOGICAL_ID, LOGICAL) == 1, "logical, by the page");
	report(send_by_msr(x2apic_logical_id(id), LOGICAL) == 1, "logical, by register");
	report(send_by_page(0xff, 0) == 1, "to all, by the page");
	report(send_by_msr(~0U, 0) == 1, "to all, by register");
	report(send_by_page((u32)(LOGICAL_ID >> 1), LOGICAL) == 0, "to nobody, by the page");
	report(msr_write(APIC_REG_SELF_IPI, VECTOR) == NO_FAULT &&
	       wait_for_interrupts(arrived) == 1, "self IPI");
}

/* Bits that the page ignores and the register does not: 31 to 20, 17, 16, 13. */
static void check_reserved(void)
{
	u32 id = page_read(APIC_REG_ID) >> 24, bit, came = 0, faults = 0, sent = 0;

	for (bit = 13; bit < 32; bit++) {
		if ((bit > 13 && bit < 16) || bit == 18 || bit == 19)
			continue;
		sent++;
		came += send_by_page(id, APIC_ICR_ASSERT | 1U << bit) == 1;
		faults += msr_write(APIC_REG_ICR, (u64)id << 32 | 1U << bit | VECTOR) ==
			  X86_EXC_GP;
	}
	report(came == sent && faults == sent,
	       "%u reserved bits of commands: %u ignored by the page, %u faults by register",
	       sent, came, faults);
	/* All that can be written, and what is not there on each CPU. */
	for (bit = 0x20; bit < 0x400; bit += 0x10)
		if (bit != APIC_REG_ICR && bit != APIC_REG_TPR) {
			page_write(bit, ~0U);
			page_read(bit);
		}
	for (bit = 0x20; bit < 0x400; bit += 0x10)
		if (bit != APIC_REG_ICR && bit != APIC_REG_TPR) {
			page_write(bit, 0x60000 | APIC_LVT_MASKED | VECTOR);
			page_write(bit, 0x40000 | APIC_LVT_MASKED | VECTOR);
			page_write(bit, APIC_LVT_MASKED | VECTOR);
		}
	page_write(APIC_REG_DFR, ~0U);
	page_write(APIC_REG_TIMER_INITIAL, 0);
	page_write(APIC_REG_SVR, SVR_ENABLE | APIC_SPURIOUS_VECTOR);
	report(send_by_page(id, APIC_ICR_ASSERT) == 1, "all ones in every register");
}

static int set_base(u64 modes)
{
	return probe_wrmsr(MSR_APIC_BASE, PAGE | BASE_BSP | modes);
}

static void check_off(void)
{
	u32 id = page_read(APIC_REG_ID) >> 24, page;
	int fault;

	page_write(APIC_REG_LDR, LOGICAL_ID << 24);
	/* Pending; an APIC that is switched off forgets it. */
	page_write(APIC_REG_ICR_HIGH, id << 24);
	page_write(APIC_REG_ICR, APIC_ICR_ASSERT | VECTOR);
	fault = set_base(0);
	report(fault == NO_FAULT && !(rdmsr(MSR_APIC_BASE) & BASE_ENABLE),
	       "switched off: APIC_BASE is 0x%llx", rdmsr(MSR_APIC_BASE));
	report(!has_cpuid_bit(), "CPUID does not tell of it");
	page = page_read(APIC_REG_ID);
	page_write(APIC_REG_ICR, APIC_ICR_ASSERT | VECTOR);
	report(page == ~0U, "nothing is at its address: 0x%x", page);
	report(msr_write(APIC_REG_ICR, (u64)id << 32 | VECTOR) == X86_EXC_GP &&
	       msr_write(APIC_REG_SVR, SVR_ENABLE) == X86_EXC_GP,
	       "nor are there registers for commands");
	report(set_base(BASE_ENABLE | BASE_EXTD) == X86_EXC_GP, "not to x2APIC mode at once");
	report(set_base(BASE_ENABLE) == NO_FAULT && has_cpuid_bit(), "and on again");
	report(page_read(APIC_REG_SVR) == 0xff && !page_read(APIC_REG_LDR) &&
	       !page_read(APIC_REG_IRR + 0x20), "as after a reset");
	page_write(APIC_REG_SVR, SVR_ENABLE | APIC_SPURIOUS_VECTOR);
	report(!wait_for_interrupts(arrived), "nothing was pending");
	report(send_by_page(id, APIC_ICR_ASSERT) == 1, "it works");
}

static void check_modes(void)
{
	u32 id = page_read(APIC_REG_ID) >> 24;
	u64 value = 0;
	int fault;

	report(probe_wrmsr(MSR_APIC_BASE, (PAGE + 0x1000) | BASE_BSP | BASE_ENABLE) ==
	       X86_EXC_GP, "the page cannot be moved");
	report(set_base(BASE_EXTD) == X86_EXC_GP, "EXTD alone");
	report(probe_wrmsr(MSR_APIC_BASE, PAGE | BASE_ENABLE) == X86_EXC_GP, "nor the BSP");
	/* From here on the library uses registers, for EOI. */
	apic_init();
	report(rdmsr(MSR_APIC_BASE) == (PAGE | BASE_BSP | BASE_ENABLE | BASE_EXTD) &&
	       has_cpuid_bit(), "x2APIC mode");
	report(page_read(APIC_REG_ID) == ~0U, "without a page: 0x%x", page_read(APIC_REG_ID));
	report(send_by_msr(id, APIC_ICR_ASSERT) == 1, "physical");
	report(set_base(BASE_ENABLE) == X86_EXC_GP, "no way back");
	report(set_base(0) == NO_FAULT && !has_cpuid_bit(), "but off");
	report(set_base(BASE_ENABLE) == NO_FAULT && page_read(APIC_REG_ID) >> 24 == id,
	       "and on again");
	fault = msr_read(APIC_REG_SVR, &value);
	report(fault == NO_FAULT && value == 0xff, "SVR is 0x%llx", value);
}

void inmate_main(void)
{
	report_begin("apic");
	int_set_handler(VECTOR, count_interrupt);
	check_reset();
	check_both();
	check_reserved();
	check_off();
	check_modes();
	report_done();
}
