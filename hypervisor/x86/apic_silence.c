// SPDX-License-Identifier: GPL-2.0-only
/* Brings the local APIC to its state after INIT, which none of its registers does. SDM 3A 11.4. */
#include "apic.h"
#include "exceptions.h"

#define SVR_AFTER_INIT		0xff
#define SPURIOUS_VECTOR		0xef
#define SVR_ENABLE		BIT_ULL(8)

/* Of 240 vectors that can be pending or in service. */
#define MAX_DRAIN		256

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
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(regs); n++)
		if (apic_has_register(regs[n]))
			apic_write(regs[n], APIC_LVT_MASKED);
}

/*
 * A write moves the errors since the last one to where they can be read; the second one leaves
 * none there (SDM 3A 11.5.3). Linux takes what it reads after it has started a CPU for the
 * fate of that start-up message.
 */
static void forget_errors(void)
{
	apic_write(APIC_REG_ESR, 0);
	apic_write(APIC_REG_ESR, 0);
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
	forget_errors();
	if (apic_hw.x2apic)
		return;
	apic_write(APIC_REG_LDR, 0);
	apic_write(APIC_REG_DFR, APIC_DFR_FLAT);
}
