/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may interrupt whom: decisions on interrupt commands, local vector table entries
 * and destinations of interrupts. SDM 3A 11.5, 11.6, 11.12.
 *
 * Knows APIC ids and values of registers, touches no hardware.
 */
#ifndef _X86_APIC_POLICY_H
#define _X86_APIC_POLICY_H

#include "cpu_set.h"

/* Interrupt command register, low half; the same bits in the I/O APIC and in LVTs. */
#define APIC_VECTOR		0x000000ff
#define APIC_MODE		0x00000700
#define APIC_MODE_FIXED		0x00000000
#define APIC_MODE_LOWEST	0x00000100
#define APIC_MODE_SMI		0x00000200
#define APIC_MODE_NMI		0x00000400
#define APIC_MODE_INIT		0x00000500
#define APIC_MODE_SIPI		0x00000600
#define APIC_MODE_EXTINT	0x00000700
#define APIC_LOGICAL		0x00000800
#define APIC_STATUS		0x00001000
#define APIC_LEVEL_ASSERT	0x00004000
#define APIC_TRIGGER_LEVEL	0x00008000
#define APIC_LVT_MASKED		0x00010000
/* Of the version register: the number of the last entry of the local vector table. */
#define APIC_MAX_LVT(version)	((version) >> 16 & 0xff)
#define APIC_SHORTHAND		0x000c0000
#define APIC_SHORTHAND_SELF	0x00040000
#define APIC_SHORTHAND_ALL	0x00080000
#define APIC_SHORTHAND_OTHERS	0x000c0000

#define APIC_NO_CPU		0xffff
#define APIC_XAPIC_BROADCAST	0xffU
#define APIC_X2APIC_BROADCAST	0xffffffffU
#define APIC_DFR_FLAT		0xffffffffU

/*
 * Physical ids are below; see struct apic_topology. What a message and an entry of an I/O APIC
 * name has 8 bits, of which all ones are a broadcast.
 */
#define APIC_ID_END		BIT_ULL(20)
#define APIC_DEVICE_ID_END	APIC_XAPIC_BROADCAST

#define APIC_SLOTS		(2 * JAILHOUSE_MAX_CPUS)

/**
 * struct apic_topology - APIC ids of the machine
 * @present: CPUs that exist
 * @apic_id: physical id of each CPU
 * @ldr: logical destination register of each CPU in xAPIC mode, as its owner programmed
 *	it: bits 31:24. The hardware's register of a CPU that a non-root cell owns holds
 *	0, so that no interrupt of the root cell's devices can end up there
 * @dfr: destination format register of each CPU, likewise
 * @cpu: CPU numbers, each at the first free place from its physical id on, modulo
 *	APIC_SLOTS; the rest is APIC_NO_CPU
 *
 * Physical ids have 20 bits at most, so that no two CPUs have the same logical id in x2APIC
 * mode; on large machines they are far apart. At least half of @cpu stays free.
 *
 * LDR and DFR are written by their CPU only; a reader may see the old or the new value.
 */
struct apic_topology {
	struct cpu_set present;
	u32 apic_id[JAILHOUSE_MAX_CPUS];
	u32 ldr[JAILHOUSE_MAX_CPUS];
	u32 dfr[JAILHOUSE_MAX_CPUS];
	u16 cpu[APIC_SLOTS];
};

/**
 * struct apic_sender - who sends
 * @cpu: CPU number
 * @cpus: CPUs of its cell, itself included
 * @root: of the root cell
 * @x2apic: the command was given as x2APIC mode has it: by the MSR, not through the page
 * @hw_x2apic: mode of the hardware
 */
struct apic_sender {
	unsigned int cpu;
	const struct cpu_set *cpus;
	bool root;
	bool x2apic;
	bool hw_x2apic;
};

/**
 * enum apic_verdict - what to do with an interrupt command
 * @APIC_NOTHING: has no effect, and that is fine
 * @APIC_DENY: has no effect, count it
 * @APIC_SEND: write apic_ipi.icr to the hardware, with the destination of the command moved
 *	to where the hardware's mode has it
 * @APIC_SEND_EACH: write apic_ipi.icr for each target, with its physical id
 * @APIC_NMI: deliver an NMI to each target
 * @APIC_INIT: INIT for each target
 * @APIC_SIPI: start-up with the vector in apic_ipi.icr for each target
 */
enum apic_verdict {
	APIC_NOTHING, APIC_DENY, APIC_SEND, APIC_SEND_EACH, APIC_NMI, APIC_INIT, APIC_SIPI,
};

/**
 * struct apic_ipi - decision on an interrupt command
 * @verdict: what to do
 * @foreign: CPUs of other cells, or none at all, were among the destinations: count it
 * @icr: low half of the command for the hardware, which has no bit that is reserved in either
 *	mode; of APIC_SIPI, the vector
 * @targets: CPUs concerned, all of the sender's cell; not filled in for APIC_SEND
 */
struct apic_ipi {
	enum apic_verdict verdict;
	bool foreign;
	u32 icr;
	struct cpu_set targets;
};

/**
 * apic_topology_init() - no CPU yet
 * @topo: the machine
 */
void apic_topology_init(struct apic_topology *topo);

/**
 * apic_topology_add() - a CPU exists
 * @topo: the machine
 * @cpu: its number, below JAILHOUSE_MAX_CPUS
 * @apic_id: its physical id, below APIC_ID_END
 *
 * Its logical id in xAPIC mode is what a reset leaves.
 */
void apic_topology_add(struct apic_topology *topo, unsigned int cpu, u32 apic_id);

/**
 * apic_x2apic_ldr() - logical id in x2APIC mode, SDM 3A 11.12.10.2
 * @apic_id: physical id
 */
u32 apic_x2apic_ldr(u32 apic_id);

/**
 * apic_targets() - CPUs that a destination means
 * @topo: the machine
 * @cpus: CPUs to choose from
 * @x2apic: @dest has 32 bits and is meant as in x2APIC mode; else it has 8 bits
 * @logical: logical destination
 * @dest: destination
 *
 * Return: a subset of @cpus; all of them for a broadcast.
 */
struct cpu_set apic_targets(const struct apic_topology *topo, const struct cpu_set *cpus,
			    bool x2apic, bool logical, u32 dest);

/**
 * apic_reaches_only() - does a device's interrupt, as it is, reach @cpus only?
 * @topo: the machine
 * @cpus: CPUs of a cell whose logical destinations mean the same to the hardware
 * @x2apic: mode of the hardware
 * @logical: logical destination
 * @dest: destination as I/O APIC and MSI have it, 8 bits
 *
 * Return: false also if nobody is addressed.
 */
bool apic_reaches_only(const struct apic_topology *topo, const struct cpu_set *cpus,
		       bool x2apic, bool logical, u32 dest);

/**
 * apic_message_reaches_only() - the same for an interrupt that is remapped
 * @topo: the machine
 * @cpus: CPUs of the root cell
 * @x2apic: mode of the hardware: @dest has 32 bits, else 8
 * @logical: logical destination
 * @dest: destination
 *
 * Return: false also if nobody is addressed.
 */
bool apic_message_reaches_only(const struct apic_topology *topo, const struct cpu_set *cpus,
			       bool x2apic, bool logical, u32 dest);

/**
 * apic_route_message() - one CPU that an interrupt that is remapped can go to
 * @topo: the machine
 * @cpus: CPUs of the cell that owns the device
 * @x2apic: as above
 * @logical: logical destination
 * @dest: destination
 * @physical: receives the physical id of the lowest-numbered CPU of @cpus that is meant
 *
 * Return: false if there is none.
 */
bool apic_route_message(const struct apic_topology *topo, const struct cpu_set *cpus, bool x2apic,
			bool logical, u32 dest, u32 *physical);

/**
 * apic_ipi_slow() - decide on an interrupt command that is not plain
 * @topo: the machine
 * @sender: who sends
 * @icr: command in x2APIC form
 * @ipi: the decision
 *
 * Any CPU, takes no lock. See apic_ipi().
 */
void apic_ipi_slow(const struct apic_topology *topo, const struct apic_sender *sender,
		   u64 icr, struct apic_ipi *ipi);

/* Vectors 0 to 31 are theirs (SDM 3A 6.2). */
#define EXCEPTION_VECTORS	32

/**
 * apic_vector_reserved() - a vector that is an exception's
 * @vector: any value, of which the low 8 bits are the vector
 *
 * The APIC takes vectors from 16 on, and for it those below are an error (SDM 3A 11.5.2); an
 * emulated one may deliver them all the same, as QEMU's does. The hypervisor, which has to
 * take what a cell leaves pending on its CPU, would find exceptions and interrupts under the
 * same numbers: cells get none of these.
 */
static inline bool apic_vector_reserved(u32 vector)
{
	return (vector & APIC_VECTOR) < EXCEPTION_VECTORS;
}

/**
 * apic_xapic_icr() - interrupt command as x2APIC has it
 * @low: ICR, offset 0x300
 * @high: ICR2, offset 0x310
 */
static inline u64 apic_xapic_icr(u32 low, u32 high)
{
	return (u64)(high >> 24) << 32 | low;
}

/**
 * apic_find_cpu() - the CPU with a physical id
 * @topo: the machine
 * @apic_id: any value
 *
 * Return: its number or APIC_NO_CPU, which is in no set of CPUs.
 */
static inline unsigned int apic_find_cpu(const struct apic_topology *topo, u32 apic_id)
{
	u32 slot = apic_id % APIC_SLOTS;
	unsigned int cpu;

	for (;; slot = (slot + 1) % APIC_SLOTS) {
		cpu = topo->cpu[slot];
		if (cpu == APIC_NO_CPU || topo->apic_id[cpu] == apic_id)
			return cpu;
	}
}

/**
 * apic_dest_plain() - does a physical destination mean one CPU of the own cell?
 * @topo: the machine
 * @cpus: CPUs of the sender's cell
 * @dest: destination; 255, which may be a broadcast, does not look plain
 */
static inline bool apic_dest_plain(const struct apic_topology *topo, const struct cpu_set *cpus,
				   u32 dest)
{
	return dest != APIC_XAPIC_BROADCAST && cpu_set_has(cpus, apic_find_cpu(topo, dest));
}

/**
 * apic_ipi_plain() - a fixed interrupt for one CPU of the own cell?
 * @topo: the machine
 * @cpus: CPUs of the sender's cell
 * @icr: command in x2APIC form
 *
 * Return: true: vector and destination may go to the hardware. False: ask apic_ipi().
 */
static inline bool apic_ipi_plain(const struct apic_topology *topo, const struct cpu_set *cpus,
				  u64 icr)
{
	return !(icr & (APIC_SHORTHAND | APIC_LOGICAL | APIC_MODE)) &&
	       !apic_vector_reserved((u32)icr) && apic_dest_plain(topo, cpus, (u32)(icr >> 32));
}

/**
 * apic_ipi() - decide on an interrupt command
 * @topo: the machine
 * @sender: who sends
 * @icr: command in x2APIC form, reserved bits already denied (x2APIC) or ignored (xAPIC)
 * @ipi: the decision
 *
 * Any CPU, takes no lock. Nothing but a fixed interrupt, to root CPUs in xAPIC mode also one
 * of lowest priority, goes to the hardware, and only as an edge. SMI, remote read and ExtINT
 * are denied to everybody, and so are vectors of exceptions to all cells but the root.
 */
static inline void apic_ipi(const struct apic_topology *topo, const struct apic_sender *sender,
			    u64 icr, struct apic_ipi *ipi)
{
	if (apic_ipi_plain(topo, sender->cpus, icr)) {
		ipi->verdict = APIC_SEND;
		ipi->foreign = false;
		ipi->icr = (u32)(icr & APIC_VECTOR) | APIC_LEVEL_ASSERT;
	} else {
		apic_ipi_slow(topo, sender, icr, ipi);
	}
}

/**
 * apic_route() - one CPU that a device's interrupt can go to
 * @topo: the machine
 * @cpus: CPUs of the cell that owns the device
 * @x2apic: mode of the CPU that programs it, for logical destinations
 * @logical: logical destination
 * @dest: destination as I/O APIC and MSI have it, 8 bits
 * @end: ids below have room where the result goes: APIC_DEVICE_ID_END, or APIC_ID_END for an entry
 *	of a table that interrupts go by
 * @physical: receives the physical id of the lowest-numbered CPU of @cpus that is meant and has
 *	such an id
 *
 * Return: false if there is none.
 */
bool apic_route(const struct apic_topology *topo, const struct cpu_set *cpus, bool x2apic,
		bool logical, u32 dest, u64 end, u32 *physical);

/**
 * apic_check_msi() - check a message of a cell's device that is going to be remapped
 * @topo: the machine
 * @cpus: CPUs of the cell
 * @x2apic: mode of the CPU that programs it, for logical destinations
 * @address: message address
 * @data: message data
 * @end: as above
 * @physical: receives the physical id of a CPU that it can go to
 *
 * Return: see apic_route_msi().
 */
bool apic_check_msi(const struct apic_topology *topo, const struct cpu_set *cpus, bool x2apic,
		    u64 address, u32 data, u64 end, u32 *physical);

/**
 * apic_route_msi() - check a message signalled interrupt of a cell's device
 * @topo: the machine
 * @cpus: CPUs of the cell
 * @x2apic: mode of the CPU that programs it, for logical destinations
 * @address: message address; receives one that reaches a single CPU of the cell
 * @data: message data; receives the vector alone, for a fixed interrupt: one CPU leaves no
 *	choice of lowest priority. A message is an edge: the end of one that claims to be
 *	level-triggered would be told to all I/O APICs, and would end interrupts of other
 *	cells that have its vector
 *
 * A device with several messages counts through up to 32 vectors, in a block that is aligned
 * to its size: it holds none of an exception if @data has none, so not even the first 16,
 * which no APIC takes, can be allowed.
 *
 * Return: false if it must not be used: it is no interrupt, is neither fixed nor lowest
 * priority, has the vector of an exception, or means no CPU of the cell.
 */
bool apic_route_msi(const struct apic_topology *topo, const struct cpu_set *cpus, bool x2apic,
		    u64 *address, u32 *data);

/**
 * apic_lvt_check() - check an entry of the local vector table of a cell
 * @value: the entry; masked if it is not allowed, and edge-triggered in any case
 *
 * Fixed and NMI concern the cell's own CPU only. SMI and INIT do not, and ExtINT would
 * take interrupts of the root cell's 8259 away; a vector of an exception is nobody's. A
 * masked entry can do nothing. The end of a level-triggered interrupt is told to all I/O
 * APICs, which is for those to have that own a pin.
 *
 * Return: false if the entry had to be masked: count it.
 */
bool apic_lvt_check(u32 *value);

/**
 * apic_lvt_needed() - is there a register on some APICs only?
 * @reg: its number
 *
 * Return: what the version register says at least (APIC_MAX_LVT) where there is one, or 0.
 */
unsigned int apic_lvt_needed(unsigned int reg);

/**
 * apic_x2apic_read_ok() - can a register be read in x2APIC mode?
 * @msr: 0x800 to 0x8ff
 *
 * Return: false: RDMSR is #GP. LVT CMCI is there on some CPUs only.
 */
bool apic_x2apic_read_ok(u32 msr);

/**
 * apic_x2apic_write_ok() - can a register be written in x2APIC mode?
 * @msr: 0x800 to 0x8ff
 * @value: EDX:EAX
 *
 * Return: false: WRMSR is #GP, because of the register or of a reserved bit.
 */
bool apic_x2apic_write_ok(u32 msr, u64 value);

/**
 * apic_x2apic_fit() - make a write that suits xAPIC mode one that suits x2APIC mode
 * @msr: 0x800 to 0x8ff, but not the interrupt command
 * @value: loses reserved bits, which fault in x2APIC mode: of EOI and ESR, all
 *
 * Return: false if the register is none that can be written in x2APIC mode.
 */
bool apic_x2apic_fit(u32 msr, u32 *value);

#endif
