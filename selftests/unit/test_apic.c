// SPDX-License-Identifier: GPL-2.0-only
/* HOST: fake_vendor */
/* SOURCES: x86/apic.c x86/apic_policy.c core/format.c core/string.c core/cpu_set.c */
/* Interrupt commands to the local APIC. */
#include <stdio.h>
#include <string.h>
#include "unit.h"
#include "apic.h"
#include "apic_regs.h"

static char steps[200];

static const char *done(void)
{
	static char text[sizeof(steps)];

	strcpy(text, steps);
	steps[0] = '\0';
	return text;
}

void fence_before_x2apic(void)
{
	strcat(steps, "fence; ");
}

int wrmsr_safe(u32 msr, u64 val)
{
	sprintf(steps + strlen(steps), "%#x=%#llx; ", msr, val);
	return 0;
}

int rdmsr_safe(__maybe_unused u32 msr, u64 *val)
{
	*val = 0;
	return 0;
}

void cpuid(u32 regs[4])
{
	memset(regs, 0, 16);
}

/* No test here is in xAPIC mode: there is no page. */
void *paging_remap(__maybe_unused u64 hpa)
{
	return NULL;
}

/*
 * WRMSR may overtake writes to memory there: a CPU that is kicked would look for a request that
 * it cannot see, and a driver for a frame.
 */
UNIT(in_x2apic_mode_a_command_comes_after_what_was_written)
{
	apic_hw.x2apic = true;
	apic_write_icr(APIC_LEVEL_ASSERT | 0x41, 0x107);
	CHECK_STR(done(), "fence; 0x830=0x10700004041; ");
	apic_send_nmi(3);
	CHECK_STR(done(), "fence; 0x830=0x300004400; ");
	apic_send_init(0x12);
	CHECK_STR(done(), "fence; 0x830=0x120000c500; fence; 0x830=0x1200008500; ");
}
