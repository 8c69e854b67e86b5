// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local APIC as a guest sees it. Root cell: the hardware, but interrupt commands are
 * checked. Other cells: either interface, whatever the mode of the hardware, which never
 * changes (there is no way back from x2APIC mode but through INIT). As long as EXTD is clear
 * a cell's CPU has both: a command is in the form of the interface that it came by.
 */
#include "apic.h"
#include "apic_regs.h"
#include "cell.h"
#include "cpu_events.h"
#include "errno.h"
#include "x86.h"

#define APIC_BASE_MODES		(APIC_BASE_ENABLE | APIC_BASE_EXTD)

/*
 * Modes change one step at a time (SDM 3A 11.12.5); the address does not. An APIC that is
 * switched off forgets everything (11.4.3).
 */
int apic_write_base(struct percpu *percpu, u64 val)
{
	u64 old = percpu->apic.base;
	u64 old_mode = old & APIC_BASE_MODES;
	u64 mode = val & APIC_BASE_MODES;

	if (runs_root(percpu) || (old & ~APIC_BASE_MODES) != (val & ~APIC_BASE_MODES))
		return val == old ? 0 : -EINVAL;
	if (mode == APIC_BASE_EXTD || (old_mode == APIC_BASE_MODES && mode == APIC_BASE_ENABLE) ||
	    (!old_mode && mode == APIC_BASE_MODES))
		return -EINVAL;
	percpu->apic.base = val;
	if (old_mode && !mode)
		apic_init_state(percpu);
	return 0;
}

static void post_each(const struct cpu_set *targets, u32 request, u8 vector)
{
	unsigned int n;

	for_each_cpu_in(n, targets) {
		if (request == CPU_REQ_SIPI)
			machine.cpus[n].sipi_vector = vector;
		cpu_post(&machine.cpus[n], request);
	}
}

static void send_each(const struct cpu_set *targets, u32 icr)
{
	unsigned int n;

	for_each_cpu_in(n, targets)
		apic_write_icr(icr, machine.cpus[n].apic_id);
}

/* @x2apic: by the MSR. @icr is in x2APIC form in any case. */
static void send_ipi(struct percpu *percpu, bool x2apic, u64 icr)
{
	struct cell *cell = percpu->cell;
	struct apic_sender sender = {
		.cpu = percpu->cpu->id,
		.cpus = &cell->cpus,
		.root = runs_root(percpu),
		.x2apic = x2apic,
		.hw_x2apic = apic_is_x2apic(),
	};
	struct apic_ipi ipi;

	apic_ipi(&apic_topology, &sender, icr, &ipi);
	if (ipi.foreign)
		cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	switch (ipi.verdict) {
	case APIC_SEND:
		apic_write_icr(ipi.icr, (u32)(icr >> 32));
		break;
	case APIC_SEND_EACH:
		send_each(&ipi.targets, ipi.icr);
		break;
	case APIC_NMI:
		post_each(&ipi.targets, CPU_REQ_NMI, 0);
		break;
	case APIC_INIT:
		post_each(&ipi.targets, CPU_REQ_INIT, 0);
		break;
	case APIC_SIPI:
		post_each(&ipi.targets, CPU_REQ_SIPI, (u8)ipi.icr);
		break;
	case APIC_DENY:
		if (!ipi.foreign)
			cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
		break;
	case APIC_NOTHING:
		break;
	}
}

static bool is_lvt(unsigned int reg)
{
	return reg == APIC_REG_LVT_CMCI ||
	       (reg >= APIC_REG_LVT_TIMER && reg <= APIC_REG_LVT_ERROR);
}

/*
 * A register that the guest may write as it is, after its LVT modes were checked. It may
 * use the page though the hardware is in x2APIC mode, where not everything is allowed: that
 * is dropped. Not each CPU has each entry of the LVT, and each mode of the timer.
 *
 * Return: 0, or -EIO if the hardware does not have it or, in x2APIC mode, refuses it.
 */
static int write_plain(struct percpu *percpu, unsigned int reg, u32 val)
{
	if (!runs_root(percpu) && is_lvt(reg) && !apic_lvt_check(&val))
		cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	if (!apic_has_register(reg))
		return -EIO;
	if (apic_is_x2apic() && !apic_x2apic_fit(MSR_X2APIC_FIRST + reg, &val))
		return -EIO;
	return apic_write_safe(reg, val);
}

int apic_x2apic_read(struct percpu *percpu, u32 msr, u64 *val)
{
	unsigned int reg = msr - MSR_X2APIC_FIRST;

	if (!apic_guest_enabled(percpu) || !apic_x2apic_read_ok(msr) || !apic_has_register(reg))
		return -EINVAL;
	if (apic_is_x2apic())
		return apic_read_safe(reg, val);
	if (reg == APIC_REG_ID)
		*val = percpu->cpu->apic_id;
	else if (reg == APIC_REG_LDR)
		*val = apic_x2apic_ldr(percpu->cpu->apic_id);
	else if (reg == APIC_REG_ICR)
		*val = apic_xapic_icr(apic_read(APIC_REG_ICR) & ~(u32)APIC_STATUS,
				      apic_read(APIC_REG_ICR2));
	else
		*val = apic_read(reg);
	return 0;
}

int apic_x2apic_write(struct percpu *percpu, u32 msr, u64 val)
{
	unsigned int reg = msr - MSR_X2APIC_FIRST;

	if (!apic_guest_enabled(percpu) || !apic_x2apic_write_ok(msr, val))
		return -EINVAL;
	if (reg == APIC_REG_ICR)
		send_ipi(percpu, true, val);
	else if (reg == APIC_REG_SELF_IPI)
		send_ipi(percpu, true, APIC_SHORTHAND_SELF | (u8)val);
	else
		return write_plain(percpu, reg, (u32)val);
	return 0;
}

/* Registers of the cell's xAPIC page that are not those of the hardware. */
static u32 read_register(struct percpu *percpu, unsigned int reg)
{
	u64 val = 0;

	switch (reg) {
	case APIC_REG_ID:
		return percpu->cpu->apic_id << 24;
	case APIC_REG_LDR:
		return apic_topology.ldr[percpu->cpu->id];
	case APIC_REG_DFR:
		return apic_topology.dfr[percpu->cpu->id];
	case APIC_REG_ICR2:
		return percpu->apic.icr_high;
	default:
		/* There are fewer registers in x2APIC mode. */
		if (apic_has_register(reg) &&
		    (!apic_is_x2apic() || apic_x2apic_read_ok(MSR_X2APIC_FIRST + reg)))
			apic_read_safe(reg, &val);
		return (u32)val;
	}
}

static void write_register(struct percpu *percpu, unsigned int reg, u32 val)
{
	unsigned int id = percpu->cpu->id;

	switch (reg) {
	case APIC_REG_ICR:
		send_ipi(percpu, false, apic_xapic_icr(val, percpu->apic.icr_high));
		return;
	case APIC_REG_ICR2:
		percpu->apic.icr_high = val;
		return;
	case APIC_REG_ID:
		/* Addresses the CPU: never changes. */
		return;
	case APIC_REG_LDR:
		apic_topology.ldr[id] = val & 0xff000000;
		break;
	case APIC_REG_DFR:
		apic_topology.dfr[id] = val | 0x0fffffff;
		break;
	default:
		write_plain(percpu, reg, val);
		return;
	}
	/* Logical destinations of the root's devices must not match a cell's CPU. */
	if (runs_root(percpu) && !apic_is_x2apic())
		apic_write(reg, val);
}

/*
 * By number, those that SDM 3A table 11-1 gives a meaning to: ID, version, ... Not that of
 * remote reads (0x0c), which no cell can make, and which APICs lack.
 */
#define REGISTERS	(BIT_ULL(APIC_REG_ID) | BIT_ULL(APIC_REG_VERSION) |		\
			 /* TPR to EOI, LDR to ESR */					\
			 (BIT_ULL(APIC_REG_EOI + 1) - BIT_ULL(APIC_REG_TPR)) |		\
			 (BIT_ULL(APIC_REG_ESR + 1) - BIT_ULL(APIC_REG_LDR)) |		\
			 /* LVT CMCI to the timer's current count */			\
			 (BIT_ULL(0x39 + 1) - BIT_ULL(APIC_REG_LVT_CMCI)) |		\
			 BIT_ULL(APIC_REG_TIMER_DIVIDE))

/* What a guest writes most, and nobody has to look at. */
#define HARMLESS	(BIT_ULL(APIC_REG_TPR) | BIT_ULL(APIC_REG_EOI) |		\
			 BIT_ULL(APIC_REG_ESR) | BIT_ULL(APIC_REG_TIMER_INITIAL))

/* Other accesses are undefined (SDM 3A 11.4.1), and fatal on some machines. */
static bool is_among(u64 registers, u64 gpa, unsigned int width)
{
	unsigned int reg = (gpa & ~PAGE_MASK) >> 4;

	return width == 4 && !(gpa & 15) && reg < 64 && (registers >> reg & 1);
}

int apic_mmio_read(void *percpu, u64 gpa, unsigned int width, u64 *val)
{
	*val = 0;
	if (is_among(REGISTERS, gpa, width))
		*val = read_register(percpu, (gpa & ~PAGE_MASK) >> 4);
	else
		cpu_count(((struct percpu *)percpu)->cpu, JAILHOUSE_CPU_STAT_DENIED);
	return 0;
}

int apic_mmio_write(void *percpu, u64 gpa, unsigned int width, u64 val)
{
	unsigned int reg = (gpa & ~PAGE_MASK) >> 4;

	if (is_among(HARMLESS, gpa, width) && !apic_is_x2apic())
		apic_write(reg, (u32)val);
	else if (is_among(REGISTERS, gpa, width))
		write_register(percpu, reg, (u32)val);
	else
		cpu_count(((struct percpu *)percpu)->cpu, JAILHOUSE_CPU_STAT_DENIED);
	return 0;
}
