// SPDX-License-Identifier: GPL-2.0-only
/* The local APIC of this CPU, as hardware. SDM 3A 11.4, 11.12. */
#include "apic.h"
#include "apic_regs.h"
#include "errno.h"
#include "format.h"
#include "paging.h"
#include "x86.h"

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

/* Whoever is interrupted looks for what was written before: a request, a ring, what a guest has. */
void apic_write_icr(u32 low, u32 dest)
{
	unsigned int reads;

	if (apic_hw.x2apic)
		fence_before_x2apic();
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

bool apic_has_register(unsigned int reg)
{
	unsigned int last_entry = apic_lvt_needed(reg);

	return !last_entry || APIC_MAX_LVT(apic_read(APIC_REG_VERSION)) >= last_entry;
}

bool apic_in_service(u32 vector)
{
	return apic_read(APIC_REG_ISR + vector / 32) >> vector % 32 & 1;
}

bool apic_pmi_pending(void)
{
	u32 lvt;

	if (!apic_has_register(APIC_REG_LVT_PERF))
		return false;
	lvt = apic_read(APIC_REG_LVT_PERF);
	return (lvt & APIC_MODE) == APIC_MODE_NMI && (lvt & APIC_LVT_MASKED);
}
