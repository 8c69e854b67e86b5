// SPDX-License-Identifier: GPL-2.0-only
/* Who may interrupt whom. SDM 3A 11. */
#include "apic_policy.h"

/* Message signalled interrupts: SDM 3A 11.11. */
#define MSI_ADDRESS_BASE	0xfee00000ULL
#define MSI_DEST		0x000ff000ULL
#define MSI_DEST_SHIFT		12
#define MSI_REDIRECTION_HINT	0x00000008ULL
#define MSI_LOGICAL		0x00000004ULL

void apic_topology_init(struct apic_topology *topo)
{
	unsigned int i;

	topo->present = (struct cpu_set) { { 0 } };
	for (i = 0; i < ARRAY_SIZE(topo->cpu); i++)
		topo->cpu[i] = APIC_NO_CPU;
}

void apic_topology_add(struct apic_topology *topo, unsigned int cpu, u32 apic_id)
{
	u32 slot = apic_id % APIC_SLOTS;

	while (topo->cpu[slot] != APIC_NO_CPU)
		slot = (slot + 1) % APIC_SLOTS;
	topo->cpu[slot] = (u16)cpu;
	cpu_set_add(&topo->present, cpu);
	topo->apic_id[cpu] = apic_id;
	topo->ldr[cpu] = 0;
	topo->dfr[cpu] = APIC_DFR_FLAT;
}

u32 apic_x2apic_ldr(u32 apic_id)
{
	return apic_id >> 4 << 16 | 1U << (apic_id & 0xf);
}

static bool is_broadcast(bool x2apic, u32 dest)
{
	return dest == (x2apic ? APIC_X2APIC_BROADCAST : APIC_XAPIC_BROADCAST);
}

static void add_if_there(const struct apic_topology *topo, struct cpu_set *cpus, u32 apic_id)
{
	unsigned int cpu = apic_find_cpu(topo, apic_id);

	if (cpu != APIC_NO_CPU)
		cpu_set_add(cpus, cpu);
}

/* Cluster in the upper half, members in the lower half: the physical ids follow. */
static void add_x2apic_logical(const struct apic_topology *topo, struct cpu_set *cpus, u32 dest)
{
	u32 members = dest & 0xffff;

	for (; members; members &= members - 1)
		add_if_there(topo, cpus, dest >> 16 << 4 | (u32)__builtin_ctz(members));
}

/* Flat and cluster model: SDM 3A 11.6.2.2. */
static bool xapic_logical_match(u32 ldr, u32 dfr, u32 dest)
{
	u32 id = ldr >> 24;

	if (dfr >> 28 == 0xf)
		return id & dest;
	return (id >> 4 == dest >> 4) && (id & dest & 0xf);
}

static struct cpu_set xapic_logical_targets(const struct apic_topology *topo,
					    const struct cpu_set *cpus, u32 dest)
{
	struct cpu_set targets = { { 0 } };
	unsigned int cpu;

	for_each_cpu_in(cpu, cpus)
		if (xapic_logical_match(topo->ldr[cpu], topo->dfr[cpu], dest))
			cpu_set_add(&targets, cpu);
	return targets;
}

struct cpu_set apic_targets(const struct apic_topology *topo, const struct cpu_set *cpus,
			    bool x2apic, bool logical, u32 dest)
{
	struct cpu_set targets = { { 0 } };

	if (is_broadcast(x2apic, dest))
		return *cpus;
	if (logical && !x2apic)
		return xapic_logical_targets(topo, cpus, dest);
	if (logical)
		add_x2apic_logical(topo, &targets, dest);
	else
		add_if_there(topo, &targets, dest);
	return cpu_set_and(&targets, cpus);
}

/*
 * CPUs that an addressed interrupt reaches at all. In xAPIC mode the logical ids of CPUs
 * of other cells are 0 for the hardware, and match nothing.
 */
static struct cpu_set reached_cpus(const struct apic_topology *topo, const struct cpu_set *cpus,
				   bool x2apic, bool logical, u32 dest)
{
	return apic_targets(topo, logical && !x2apic ? cpus : &topo->present, x2apic, logical,
			    dest);
}

/* Is anybody reached, and nobody else than @cpus? */
static bool reaches_some_of(const struct cpu_set *reached, const struct cpu_set *cpus)
{
	return !cpu_set_empty(reached) && cpu_set_subset(reached, cpus);
}

/*
 * Do logical destinations mean to the hardware what they mean to the sender? The mode of
 * both has to be the same, and in xAPIC mode the hardware holds the logical ids of the root's
 * CPUs only.
 */
static bool is_native(const struct apic_sender *sender)
{
	return sender->root || (sender->x2apic && sender->hw_x2apic);
}

/*
 * These two find the targets. They return true if the hardware would find the same ones: a fixed
 * interrupt needs no change then. "All but self" may be nobody, which is not denied.
 */
static bool expand_shorthand(const struct apic_topology *topo, const struct apic_sender *sender,
			     u64 icr, struct apic_ipi *ipi)
{
	u32 shorthand = (u32)(icr & APIC_SHORTHAND);

	ipi->foreign = false;
	if (shorthand == APIC_SHORTHAND_SELF) {
		ipi->targets = cpu_set_of(sender->cpu);
		return true;
	}
	ipi->targets = *sender->cpus;
	if (shorthand == APIC_SHORTHAND_OTHERS)
		cpu_set_remove(&ipi->targets, sender->cpu);
	return cpu_set_equal(sender->cpus, &topo->present);
}

static bool resolve_destination(const struct apic_topology *topo,
				const struct apic_sender *sender, u64 icr,
				struct apic_ipi *ipi)
{
	bool logical = icr & APIC_LOGICAL;
	u32 dest = (u32)(icr >> 32);
	struct cpu_set reached;

	/* A broadcast is one within the cell. */
	if (is_broadcast(sender->x2apic, dest)) {
		ipi->targets = *sender->cpus;
		ipi->foreign = false;
		return cpu_set_equal(sender->cpus, &topo->present);
	}
	reached = reached_cpus(topo, sender->cpus, sender->x2apic, logical, dest);
	ipi->targets = cpu_set_and(&reached, sender->cpus);
	ipi->foreign = !reaches_some_of(&reached, sender->cpus);
	return !ipi->foreign && (is_native(sender) || !logical);
}

/* A fixed interrupt, or one of lowest priority, which does not exist in x2APIC mode. */
static enum apic_verdict fixed_verdict(const struct apic_sender *sender, struct apic_ipi *ipi,
				       u64 icr, bool exact)
{
	static const u32 as_it_is = APIC_VECTOR | APIC_MODE | APIC_LOGICAL | APIC_SHORTHAND;
	bool lowest = (icr & APIC_MODE) == APIC_MODE_LOWEST;

	if (!sender->root && apic_vector_reserved((u32)icr))
		return APIC_DENY;
	if (exact && !(lowest && (sender->hw_x2apic || !sender->root))) {
		ipi->icr = (u32)(icr & as_it_is) | APIC_LEVEL_ASSERT;
		return APIC_SEND;
	}
	if (lowest)
		ipi->targets = cpu_set_of(cpu_set_first(&ipi->targets));
	ipi->icr = (u32)(icr & APIC_VECTOR) | APIC_MODE_FIXED | APIC_LEVEL_ASSERT;
	return APIC_SEND_EACH;
}

/* These alone make sense with the short forms that include the sender: SDM 3A 11.6.1. */
static bool mode_allowed(u32 shorthand, u32 mode)
{
	if (shorthand == APIC_SHORTHAND_SELF || shorthand == APIC_SHORTHAND_ALL)
		return mode == APIC_MODE_FIXED || mode == APIC_MODE_NMI;
	return true;
}

static enum apic_verdict verdict(const struct apic_sender *sender, struct apic_ipi *ipi,
				 u64 icr, bool exact)
{
	ipi->icr = (u32)(icr & APIC_VECTOR);
	switch (icr & APIC_MODE) {
	case APIC_MODE_FIXED:
	case APIC_MODE_LOWEST:
		return fixed_verdict(sender, ipi, icr, exact);
	case APIC_MODE_NMI:
		return APIC_NMI;
	case APIC_MODE_INIT:
		return APIC_INIT;
	case APIC_MODE_SIPI:
		return APIC_SIPI;
	default:
		return APIC_DENY;
	}
}

/* "INIT level de-assert" sets arbitration ids of CPUs long gone: SDM 3A 11.6.1. */
static bool is_init_deassert(u64 icr)
{
	return (icr & (APIC_MODE | APIC_LEVEL_ASSERT | APIC_TRIGGER_LEVEL)) ==
	       (APIC_MODE_INIT | APIC_TRIGGER_LEVEL);
}

void apic_ipi_slow(const struct apic_topology *topo, const struct apic_sender *sender,
		   u64 icr, struct apic_ipi *ipi)
{
	u32 shorthand = (u32)(icr & APIC_SHORTHAND);
	bool exact;

	if (shorthand)
		exact = expand_shorthand(topo, sender, icr, ipi);
	else
		exact = resolve_destination(topo, sender, icr, ipi);

	if (is_init_deassert(icr))
		ipi->verdict = APIC_NOTHING;
	else if (!mode_allowed(shorthand, (u32)(icr & APIC_MODE)))
		ipi->verdict = APIC_DENY;
	else if (cpu_set_empty(&ipi->targets))
		ipi->verdict = ipi->foreign ? APIC_DENY : APIC_NOTHING;
	else
		ipi->verdict = verdict(sender, ipi, icr, exact);
}

/*
 * Devices have a destination of 8 bits: it counts as a logical id of x2APIC mode, but all
 * ones are a broadcast in either mode.
 */
static bool is_wide(bool x2apic, bool logical, u32 dest)
{
	return x2apic && logical && dest != APIC_XAPIC_BROADCAST;
}

bool apic_message_reaches_only(const struct apic_topology *topo, const struct cpu_set *cpus,
			       bool x2apic, bool logical, u32 dest)
{
	struct cpu_set reached;

	if (is_broadcast(x2apic, dest))
		return cpu_set_equal(cpus, &topo->present);
	reached = reached_cpus(topo, cpus, x2apic, logical, dest);
	return reaches_some_of(&reached, cpus);
}

bool apic_reaches_only(const struct apic_topology *topo, const struct cpu_set *cpus,
		       bool x2apic, bool logical, u32 dest)
{
	return apic_message_reaches_only(topo, cpus, is_wide(x2apic, logical, dest), logical, dest);
}

/* The lowest-numbered CPU that is meant, with an id below @end. */
static bool route_to_one(const struct apic_topology *topo, const struct cpu_set *targets, u64 end,
			 u32 *physical)
{
	unsigned int cpu;

	for_each_cpu_in(cpu, targets) {
		*physical = topo->apic_id[cpu];
		if (*physical < end)
			return true;
	}
	return false;
}

bool apic_route_message(const struct apic_topology *topo, const struct cpu_set *cpus, bool x2apic,
			bool logical, u32 dest, u32 *physical)
{
	struct cpu_set targets = apic_targets(topo, cpus, x2apic, logical, dest);

	return route_to_one(topo, &targets, APIC_ID_END, physical);
}

bool apic_route(const struct apic_topology *topo, const struct cpu_set *cpus, bool x2apic,
		bool logical, u32 dest, u64 end, u32 *physical)
{
	struct cpu_set targets = apic_targets(topo, cpus, is_wide(x2apic, logical, dest),
					      logical, dest);

	return route_to_one(topo, &targets, end, physical);
}

bool apic_check_msi(const struct apic_topology *topo, const struct cpu_set *cpus, bool x2apic,
		    u64 address, u32 data, u64 end, u32 *physical)
{
	u32 mode = data & APIC_MODE, dest = (u32)((address & MSI_DEST) >> MSI_DEST_SHIFT);

	if ((address & ~(MSI_DEST | MSI_REDIRECTION_HINT | MSI_LOGICAL)) != MSI_ADDRESS_BASE)
		return false;
	if (mode != APIC_MODE_FIXED && mode != APIC_MODE_LOWEST)
		return false;
	if (apic_vector_reserved(data))
		return false;
	return apic_route(topo, cpus, x2apic, address & MSI_LOGICAL, dest, end, physical);
}

bool apic_route_msi(const struct apic_topology *topo, const struct cpu_set *cpus, bool x2apic,
		    u64 *address, u32 *data)
{
	u32 dest;

	if (!apic_check_msi(topo, cpus, x2apic, *address, *data, APIC_DEVICE_ID_END, &dest))
		return false;
	*address = MSI_ADDRESS_BASE | (u64)dest << MSI_DEST_SHIFT;
	*data &= APIC_VECTOR;
	return true;
}

bool apic_lvt_check(u32 *value)
{
	u32 mode = *value & APIC_MODE;

	*value &= ~(u32)APIC_TRIGGER_LEVEL;
	if (*value & APIC_LVT_MASKED || mode == APIC_MODE_NMI ||
	    (mode == APIC_MODE_FIXED && !apic_vector_reserved(*value)))
		return true;
	*value |= APIC_LVT_MASKED;
	return false;
}

/* Entries of the local vector table came one by one (SDM 3A 11.5.1). */
unsigned int apic_lvt_needed(unsigned int reg)
{
	switch (reg) {
	case 0x2f: /* CMCI */
		return 6;
	case 0x33: /* thermal */
		return 5;
	case 0x34: /* performance counters */
		return 4;
	default:
		return 0;
	}
}

/* Registers 0x800 to 0x83f, SDM 3A table 11-6; bit N: 0x800 + N. */
#define X2APIC_READABLE							\
	(BIT_ULL(0x02) | BIT_ULL(0x03) | BIT_ULL(0x08) | BIT_ULL(0x0a) |	\
	 BIT_ULL(0x0d) | BIT_ULL(0x0f) | 0xffffffULL << 0x10 | BIT_ULL(0x28) |	\
	 BIT_ULL(0x2f) | BIT_ULL(0x30) | 0x3fULL << 0x32 | BIT_ULL(0x38) |	\
	 BIT_ULL(0x39) | BIT_ULL(0x3e))
#define X2APIC_WRITABLE							\
	(BIT_ULL(0x08) | BIT_ULL(0x0b) | BIT_ULL(0x0f) | BIT_ULL(0x28) |	\
	 BIT_ULL(0x2f) | BIT_ULL(0x30) | 0x3fULL << 0x32 | BIT_ULL(0x38) |	\
	 BIT_ULL(0x3e) | BIT_ULL(0x3f))

/*
 * Bits that a write may set. Read-only ones are among them, since software writes back what
 * it read. Suppression of EOI broadcasts (SVR bit 12) is not: some CPUs lack it. The
 * command register's upper half is a destination.
 */
static const u32 x2apic_bits[0x40] = {
	[0x08] = 0xff,			/* TPR */
	[0x0f] = 0x1ff,			/* SVR */
	[0x2f] = 0x117ff,		/* LVT CMCI */
	[0x30] = 0xccfff,		/* ICR */
	[0x32] = 0x710ff,		/* LVT timer */
	[0x33] = 0x117ff,		/* LVT thermal */
	[0x34] = 0x117ff,		/* LVT performance counters */
	[0x35] = 0x1f7ff,		/* LVT LINT0 */
	[0x36] = 0x1f7ff,		/* LVT LINT1 */
	[0x37] = 0x110ff,		/* LVT error */
	[0x38] = 0xffffffff,		/* initial count */
	[0x3e] = 0xb,			/* divide configuration */
	[0x3f] = 0xff,			/* self IPI */
};

bool apic_x2apic_read_ok(u32 msr)
{
	return (msr & 0xff) < 0x40 && (X2APIC_READABLE >> (msr & 0x3f) & 1);
}

bool apic_x2apic_write_ok(u32 msr, u64 value)
{
	u32 reg = msr & 0xff;
	u64 bits;

	if (reg >= 0x40 || !(X2APIC_WRITABLE >> reg & 1))
		return false;
	bits = x2apic_bits[reg];
	if (msr == 0x830)
		bits |= 0xffffffffULL << 32;
	return !(value & ~bits);
}

bool apic_x2apic_fit(u32 msr, u32 *value)
{
	if (!apic_x2apic_write_ok(msr, 0))
		return false;
	*value &= x2apic_bits[msr & 0x3f];
	return true;
}
