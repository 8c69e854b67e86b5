/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The local APIC: the hardware, in whichever mode Linux left it, and what guests see of
 * it. Registers are numbered as in x2APIC mode: MSR - 0x800, or xAPIC offset / 16.
 */
#ifndef _X86_APIC_H
#define _X86_APIC_H

#include "types.h"
#include "apic_regs.h"
#include "mmio.h"
#include "x86.h"

#define APIC_PAGE		0xfee00000ULL

#define APIC_BASE_BSP		BIT_ULL(8)
#define APIC_BASE_EXTD		BIT_ULL(10)
#define APIC_BASE_ENABLE	BIT_ULL(11)

/**
 * apic_init() - find out the mode, which must be the same on all CPUs
 * @why: receives the reason of a refusal
 * @why_size: bytes of @why
 *
 * Return: 0 or -ENODEV.
 */
int apic_init(bool first, char *why, size_t why_size);

/** apic_map() - make the xAPIC page reachable; first CPU. 0 or -ENOMEM. */
int apic_map(void);

/** apic_own_id() - physical id of this CPU; the xAPIC page need not be mapped */
u32 apic_own_id(void);

/** apic_send_nmi(), apic_send_init() - to a CPU by its physical id. */
void apic_send_nmi(u32 apic_id);
void apic_send_init(u32 apic_id);

/** apic_eoi() - end of interrupt; also called by interrupt_stub. */
void apic_eoi(void);

/** apic_in_service() - was an interrupt with @vector taken and not acknowledged? */
bool apic_in_service(u32 vector);

/**
 * apic_silence() - bring this CPU's APIC to its state after INIT
 *
 * All of the local vector table masked, the timer stopped, nothing pending and nothing
 * in service. Interrupts are taken and forgotten here: not from the NMI handler.
 */
void apic_silence(void);

/**
 * apic_pmi_pending() - did a performance counter raise an NMI that is not yet handled?
 *
 * The CPU masks the counters' vector when it delivers it (SDM 3B 20.6.3.5.8).
 */
bool apic_pmi_pending(void);

/* The guest's side; 0, or a negative errno for #GP. */
int apic_write_base(struct percpu *percpu, u64 val);
int apic_x2apic_read(struct percpu *percpu, u32 msr, u64 *val);
int apic_x2apic_write(struct percpu *percpu, u32 msr, u64 val);

/**
 * apic_guest_x2apic() - is the guest in x2APIC mode?
 *
 * Its devices' logical destinations are ids of that mode then. Its commands are in the form
 * of the interface that it uses, which may be either one while it is not.
 */
static inline bool apic_guest_x2apic(const struct percpu *percpu)
{
	return percpu->apic.base & APIC_BASE_EXTD;
}

/** apic_guest_enabled() - has the guest an APIC? */
static inline bool apic_guest_enabled(const struct percpu *percpu)
{
	return percpu->apic.base & APIC_BASE_ENABLE;
}

/**
 * apic_send_plain() - a write to the command register of x2APIC mode, if it is simple
 * @low, @dest: EAX and EDX
 *
 * Return: false if apic_x2apic_write() has to look at it. That would come to the same for
 * a fixed interrupt to one CPU of the cell by its physical id.
 */
static inline bool apic_send_plain(const struct percpu *percpu, u32 low, u64 dest)
{
	if ((low & ~(u32)(APIC_VECTOR | APIC_LEVEL_ASSERT)) || !apic_guest_enabled(percpu) ||
	    !apic_ipi_plain(&apic_topology, &percpu->cell->cpus, dest << 32 | low))
		return false;
	return apic_try_icr(low, (u32)dest);
}

/** apic_page_hidden() - is there no xAPIC page: in x2APIC mode, or without an APIC? */
static inline bool apic_page_hidden(const struct percpu *percpu)
{
	return (percpu->apic.base & (APIC_BASE_ENABLE | APIC_BASE_EXTD)) != APIC_BASE_ENABLE;
}

/**
 * apic_mmio_read(), apic_mmio_write() - access to the xAPIC page that exited
 * @percpu: the calling CPU's
 *
 * See struct insn_ops. One that is none to a register is denied: it has no effect, reads
 * 0 and is counted.
 *
 * Return: 0.
 */
int apic_mmio_read(void *percpu, u64 gpa, unsigned int width, u64 *val);
int apic_mmio_write(void *percpu, u64 gpa, unsigned int width, u64 val);

/** apic_adopt_linux() - take over the logical ids that Linux has programmed */
void apic_adopt_linux(struct percpu *percpu);

/** apic_init_state() - the APIC after INIT: apic_silence(), and what is not in the hardware */
void apic_init_state(struct percpu *percpu);

/** apic_reset_view() - what a guest sees of its APIC after a reset */
void apic_reset_view(struct percpu *percpu);

#endif
