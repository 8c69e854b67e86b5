// SPDX-License-Identifier: GPL-2.0-only
/* The local APIC of this CPU, as hardware. SDM 3A 11.4, 11.12. */
#include "apic.h"
#include "apic_regs.h"
#include "errno.h"
#include "exceptions.h"
#include "format.h"
#include "paging.h"
#include "x86.h"

#define SVR_AFTER_INIT		0xff
#define SPURIOUS_VECTOR		0xef
#define SVR_ENABLE		BIT_ULL(8)
#define MAX_LVT(version)	((version) >> 16 & 0xff)
#define LVTS_WITH_PERF		4

/* Of 240 vectors that can be pending or in service. */
#define MAX_DRAIN		256

/* An ICR stays busy for the time of a bus message; a guest cannot hold it. */
#define MAX_BUSY_READS		100000

struct apic_hw apic_hw;

int apic_init(bool first, char *why, size_t why_size)
{
	u64 base = rdmsr(MSR_IA32_APIC_BASE);
	bool extended = base & APIC_BASE_EXTD;

	if (!(base & APIC_BASE_ENABLE) || (base & 0xffffff000ULL) != APIC_PAGE) {
		fmt_snprintf(why, why_size, "the local APIC is off or not at 0x%llx",
			     APIC_PAGE);
		return -ENODEV;
	}
	if (first) {
		apic_hw.x2apic = extended;
	} else if (apic_hw.x2apic != extended) {
		fmt_snprintf(why, why_size, "CPUs differ in their APIC mode");
		return -ENODEV;
	}
	return 0;
}

int apic_map(void)
{
	if (apic_hw.x2apic)
		return 0;
	apic_hw.page = paging_remap(APIC_PAGE);
	return apic_hw.page ? 0 : -ENOMEM;
}

u32 apic_own_id(void)
{
	u32 regs[4] = { 1 };

	if (apic_hw.x2apic)
		return apic_read(APIC_REG_ID);
	cpuid(regs);
	return regs[1] >> 24;
}

void apic_write_icr(u32 low, u32 dest)
{
	unsigned int reads;

	for (reads = 0; reads < MAX_BUSY_READS; reads++)
		if (apic_try_icr(low, dest))
			return;
	apic_write(APIC_REG_ICR2, dest << 24);
	apic_write(APIC_REG_ICR, low);
}

void apic_send_nmi(u32 apic_id)
{
	apic_write_icr(APIC_MODE_NMI | APIC_LEVEL_ASSERT, apic_id);
}

void apic_send_init(u32 apic_id)
{
	apic_write_icr(APIC_MODE_INIT | APIC_LEVEL_ASSERT | APIC_TRIGGER_LEVEL, apic_id);
	apic_write_icr(APIC_MODE_INIT | APIC_TRIGGER_LEVEL, apic_id);
}

void apic_eoi(void)
{
	apic_write(APIC_REG_EOI, 0);
}

bool apic_in_service(u32 vector)
{
	return apic_read(APIC_REG_ISR + vector / 32) >> vector % 32 & 1;
}

static bool any_bit(unsigned int first_reg)
{
	unsigned int n;
	u32 bits = 0;

	for (n = 0; n < 8; n++)
		bits |= apic_read(first_reg + n);
	return bits;
}

static void mask_lvts(void)
{
	static const u8 regs[] = {
		APIC_REG_LVT_TIMER, APIC_REG_LVT_LINT0, APIC_REG_LVT_LINT1,
		APIC_REG_LVT_ERROR, APIC_REG_LVT_PERF, APIC_REG_LVT_THERMAL,
		APIC_REG_LVT_CMCI,
	};
	unsigned int max_lvt = MAX_LVT(apic_read(APIC_REG_VERSION));
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(regs) && n <= max_lvt; n++)
		apic_write(regs[n], APIC_LVT_MASKED);
}

/*
 * What is in service goes first, then what is pending is taken one by one. A CPU of the
 * same cell that still runs can send more meanwhile; it is parked, too, before this one
 * changes its owner, which drains once more. Only an APIC that is enabled delivers.
 */
static void drain(u32 spurious_vector)
{
	unsigned int n;

	apic_write(APIC_REG_SVR, SVR_ENABLE | spurious_vector);
	for (n = 0; n < MAX_DRAIN && any_bit(APIC_REG_ISR); n++)
		apic_eoi();
	for (n = 0; n < MAX_DRAIN && any_bit(APIC_REG_IRR); n++)
		exceptions_take_interrupt();
}

void apic_silence(void)
{
	mask_lvts();
	apic_write(APIC_REG_TIMER_INITIAL, 0);
	wrmsr_safe(MSR_IA32_TSC_DEADLINE, 0);

	apic_write(APIC_REG_TPR, 0);
	/*
	 * A spurious interrupt has no end (SDM 3A 11.9), and there are APICs that heed none
	 * while an interrupt with its vector is in service: the first such vector is left to
	 * the second round.
	 */
	drain(SPURIOUS_VECTOR);
	drain(SVR_AFTER_INIT);
	apic_write(APIC_REG_TIMER_DIVIDE, 0);
	apic_write(APIC_REG_SVR, SVR_AFTER_INIT);
	if (apic_hw.x2apic)
		return;
	apic_write(APIC_REG_LDR, 0);
	apic_write(APIC_REG_DFR, APIC_DFR_FLAT);
}

bool apic_pmi_pending(void)
{
	u32 lvt;

	if (MAX_LVT(apic_read(APIC_REG_VERSION)) < LVTS_WITH_PERF)
		return false;
	lvt = apic_read(APIC_REG_LVT_PERF);
	return (lvt & APIC_MODE) == APIC_MODE_NMI && (lvt & APIC_LVT_MASKED);
}
