// SPDX-License-Identifier: GPL-2.0-only
/*
 * NMIs by which CPUs call each other into the hypervisor.
 *
 * An NMI carries no sender, and the guest has NMIs of its own: from a watchdog, from a button, from
 * memory that fails. One that is a kick and is given to the guest is at best a riddle in its log,
 * and at worst its end: a CPU that Linux has just started has no table of interrupts yet. One that
 * is the guest's and is taken for a kick is lost.
 *
 * How many NMIs come of several that were sent is the hardware's choice: a CPU holds one while it
 * cannot take it, and forgets all others. When they come is no help either: the sender, or the CPU
 * that is kicked, may lose any time to an SMI or to a hypervisor below.
 *
 * So a CPU has never more than one kick on its way to it. Whoever wants to kick it, too, before
 * it has seen that one, has no need to: what is wanted of it was written before, and it looks
 * for that after it has seen the NMI. Then each kick that was sent is one NMI that comes, and what
 * comes beyond that is the guest's. If the guest's comes first, it is taken for the kick, and the
 * kick that follows for the guest's: it has the right number of them.
 */
#include "kick.h"
#include "apic.h"
#include "arch.h"
#include "x86.h"

static u8 on_its_way[MAX_CPUS];

void arch_kick_cpu(struct cpu *cpu)
{
	if (!__atomic_exchange_n(&on_its_way[cpu->id], 1, __ATOMIC_SEQ_CST))
		apic_send_nmi(cpu->apic_id);
}

/*
 * What was seen is looked at first. The other way round, a kick that is sent and comes between the
 * two would be the guest's, and nobody would send another one while it is on its way for ever.
 */
u8 kick_take(struct percpu *percpu)
{
	u8 nmis = __atomic_exchange_n(&percpu->nmis_seen, 0, __ATOMIC_SEQ_CST);

	if (!nmis)
		return 0;
	nmis -= __atomic_exchange_n(&on_its_way[percpu->cpu->id], 0, __ATOMIC_SEQ_CST);
	/* A counter overflow masks its own vector: then the guest had one, too. */
	return nmis ? nmis : apic_pmi_pending();
}
