// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cpu_set.c x86/apic_policy.c */
/* OPTIONS: --unwind 9 --unwindset add_x2apic_logical.0:17,apic_find_cpu.0:3 --no-standard-checks */
/* OPTIONS: --unwindset apic_find_cpu$link1.0:3,xapic_logical_targets.0:5,main.0:5 */
/* FAULT: x86/apic_policy.c s/return sender->root || (sender->x2apic && sender->hw_x2apic);/return sender->root || sender->hw_x2apic;/ */
/* FAULT: x86/apic_policy.c s/return dest == (x2apic ? APIC_X2APIC_BROADCAST : APIC_XAPIC_BROADCAST);/return x2apic \&\& dest == APIC_X2APIC_BROADCAST;/ */
/* FAULT: x86/apic_policy.c s/return cpu_set_equal(sender->cpus, &topo->present);/return true;/ */
/* FAULT: x86/apic_policy.c s/return !cpu_set_empty(reached) && cpu_set_subset(reached, cpus);/return !cpu_set_empty(reached);/ */
/* FAULT: x86/apic_policy.c s/ipi->icr = (u32)(icr & as_it_is)/ipi->icr = (u32)icr/ */
/* FAULT: x86/apic_policy.c s/if (exact && !(lowest/if (exact || (lowest/ */
/* FAULT: x86/apic_policy.h s/return (vector & APIC_VECTOR) < EXCEPTION_VECTORS;/return false;/ */
/*
 * An interrupt command of any value, given by the page or by the MSR, on hardware of either
 * mode, by a CPU of the root cell or of another one: what is sent reaches CPUs of the cell
 * only, and is a value that the hardware's mode accepts (SDM 3A 11.6.1, 11.12.9). Whatever is
 * to be done for CPUs one by one is done for those of the cell.
 *
 * Four CPUs (topology.h) in any two cells.
 */
#include "topology.h"

/* All but the root cell's CPUs have the logical id 0 for the hardware in xAPIC mode. */
static bool matches_logical_xapic(bool of_root, unsigned int cpu, u32 dest)
{
	const u32 id = of_root ? topo.ldr[cpu] >> 24 : 0;

	if (dest == APIC_XAPIC_BROADCAST)
		return true;
	if (of_root && topo.dfr[cpu] != APIC_DFR_FLAT)
		return id >> 4 == dest >> 4 && (id & dest & 0xf);
	return id & dest;
}

static bool matches_logical_x2apic(u32 id, u32 dest)
{
	return dest >> 16 == id >> 4 && dest & 1U << (id & 0xf);
}

/* What the hardware does with a command. */
static bool hardware_reaches(const struct apic_sender *sender, unsigned int cpu, u64 icr)
{
	const bool of_root = sender->root == cpu_set_has(sender->cpus, cpu);
	const u32 id = ids[cpu], dest = (u32)(icr >> 32);

	switch (icr & APIC_SHORTHAND) {
	case APIC_SHORTHAND_SELF:
		return cpu == sender->cpu;
	case APIC_SHORTHAND_OTHERS:
		return cpu != sender->cpu;
	case APIC_SHORTHAND_ALL:
		return true;
	}
	if (!sender->hw_x2apic)
		return icr & APIC_LOGICAL ? matches_logical_xapic(of_root, cpu, dest & 0xff) :
					    (dest & 0xff) == APIC_XAPIC_BROADCAST ||
					    (dest & 0xff) == id;
	if (dest == APIC_X2APIC_BROADCAST)
		return true;
	return icr & APIC_LOGICAL ? matches_logical_x2apic(id, dest) : dest == id;
}

/* SDM 3A 11.12.9: all other bits fault; there is no lowest priority in x2APIC mode. */
static bool hardware_accepts(const struct apic_sender *sender, u32 low)
{
	return !(low & ~0xccfffU) &&
	       !(sender->hw_x2apic && (low & APIC_MODE) == APIC_MODE_LOWEST);
}

static void check_low(const struct apic_sender *sender, u32 low)
{
	const u32 vector = low & APIC_VECTOR;

	PROVE(hardware_accepts(sender, low), "a value that the hardware accepts");
	PROVE(!(low & APIC_TRIGGER_LEVEL), "an edge");
	PROVE((low & APIC_MODE) == APIC_MODE_FIXED || (low & APIC_MODE) == APIC_MODE_LOWEST,
	      "nothing but an interrupt");
	PROVE(sender->root || vector < 16 || vector > 31, "no vector of an exception");
}

static void check(const struct apic_sender *sender, u64 icr, const struct apic_ipi *ipi)
{
	const u32 cpu = nondet_u8() % CPUS;

	if (ipi->verdict == APIC_SEND) {
		REACHED();
		check_low(sender, ipi->icr);
		PROVE(cpu_set_has(sender->cpus, cpu) ||
		      !hardware_reaches(sender, cpu, (icr & ~0xffffffffULL) | ipi->icr),
		      "only CPUs of the cell");
		return;
	}
	if (ipi->verdict == APIC_SEND_EACH)
		check_low(sender, ipi->icr);
	if (ipi->verdict != APIC_NOTHING && ipi->verdict != APIC_DENY)
		PROVE(cpu_set_subset(&ipi->targets, sender->cpus), "targets are of the cell");
}

int main(void)
{
	const struct cpu_set cell = { { nondet_u64() } };
	const struct apic_sender sender = {
		.cpu = nondet_u8(), .cpus = &cell, .root = nondet_bool(),
		.x2apic = nondet_bool(), .hw_x2apic = nondet_bool(),
	};
	const u64 icr = nondet_u64();
	struct apic_ipi ipi;

	any_topology();
	ASSUME(sender.cpu < CPUS && cpu_set_has(&cell, sender.cpu) && cell.words[0] <= ALL_CPUS);
	/* Linux is in the hardware's mode. */
	ASSUME(!sender.root || sender.x2apic == sender.hw_x2apic);
	/* Eight bits of destination through the page. Reserved bits of the MSR were refused. */
	ASSUME(sender.x2apic ? apic_x2apic_write_ok(0x830, icr) : icr >> 32 < 256);
	/* Who has an id above 255 is in x2APIC mode. */
	ASSUME(sender.hw_x2apic || !(cell.words[0] & 8));

	apic_ipi(&topo, &sender, icr, &ipi);
	check(&sender, icr, &ipi);
	return 0;
}
