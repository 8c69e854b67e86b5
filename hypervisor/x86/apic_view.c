// SPDX-License-Identifier: GPL-2.0-only
/* What of a guest's local APIC is not in the hardware: how it is taken over, and begins. */
#include "apic.h"
#include "cell.h"

/* Registers of xAPIC mode that are not in the hardware, after INIT (SDM 3A 11.4.7). */
static void reset_registers(struct percpu *percpu)
{
	unsigned int id = percpu->cpu->id;

	percpu->apic.icr_high = 0;
	apic_topology.ldr[id] = 0;
	apic_topology.dfr[id] = APIC_DFR_FLAT;
}

void apic_init_state(struct percpu *percpu)
{
	apic_silence();
	reset_registers(percpu);
}

void apic_reset_view(struct percpu *percpu)
{
	unsigned int id = percpu->cpu->id;
	bool first = cpu_set_first(&percpu->cpu->cell->cpus) == id;

	/* The hardware's never changes, so there is nothing to reset of it. */
	percpu->apic.base = cell_is_root(percpu->cpu->cell) ? rdmsr(MSR_IA32_APIC_BASE) :
			    APIC_PAGE | APIC_BASE_ENABLE | (first ? APIC_BASE_BSP : 0);
	reset_registers(percpu);
}

void apic_adopt_linux(struct percpu *percpu)
{
	unsigned int id = percpu->cpu->id;

	percpu->apic.base = rdmsr(MSR_IA32_APIC_BASE);
	if (apic_is_x2apic())
		return;
	apic_topology.ldr[id] = apic_read(APIC_REG_LDR);
	apic_topology.dfr[id] = apic_read(APIC_REG_DFR);
	percpu->apic.icr_high = apic_read(APIC_REG_ICR2);
}
