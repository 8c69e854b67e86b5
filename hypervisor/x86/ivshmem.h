/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ivshmem devices: virtual PCI functions by which cells that share memory interrupt each other.
 *
 * Cells whose configurations have a device with the same id are peers. What they share are memory
 * regions like any other, which no code here reads; each finds in its configuration space how
 * large the sections are and where they begin. The hypervisor writes the state table: a word for
 * each peer, as that has written it to its register, and 0 as long as it does not run.
 *
 * Whoever writes to the doorbell, or changes its state, sends the interrupts, on its own CPU. The
 * peer has prepared them: an entry of its MSI-X table is checked when it is written, so that what
 * stands in ivshmem_vector.routed at any time interrupts a CPU of that peer. There is one lock for
 * each device. Whoever holds it waits for nobody; its own CPUs take it, and management, when it
 * takes a peer away.
 */
#ifndef _X86_IVSHMEM_H
#define _X86_IVSHMEM_H

#include "types.h"
#include "apic_policy.h"
#include "config_check.h"
#include "mmio.h"
#include "pci.h"
#include "ticket.h"

/* PCI configuration space of a device has this many bytes; behind them it reads as 0. */
#define IVSHMEM_CONFIG_SIZE	256

/**
 * struct ivshmem_ops - what a device needs of the machine
 * @send: an interrupt: command and destination as apic_write_icr() has them
 * @write_ram: a word to physical memory, which is RAM
 */
struct ivshmem_ops {
	void (*send)(u32 low, u32 dest);
	void (*write_ram)(u64 hpa, u32 val);
};

/**
 * struct ivshmem_vector - an entry of the MSI-X table
 * @word: as the cell wrote it: address, upper address, data, and control with the mask bit
 * @pending: it is to interrupt as soon as it is not masked; atomic
 * @routed: physical APIC id << 32 | vector: a CPU of the cell. 0 if it is masked, or must not
 *	be sent; atomic
 */
struct ivshmem_vector {
	u32 word[4];
	u32 pending;
	u64 routed;
};

/**
 * struct ivshmem - a device
 * @config: what the configuration says
 * @sections: the memory regions of the cell that its peers have, too; the state table first
 * @topo: APIC ids of the machine
 * @cpus: CPUs of the cell, which do not change
 * @ops: see struct ivshmem_ops
 * @lock: guards @peers, @state, and what CPUs of the cell write
 * @peers: the other devices, by their numbers
 * @running: the cell runs; atomic
 * @control: register: interrupts are wanted; atomic
 * @one_shot: the next one clears @control; atomic
 * @state: register
 * @command: register of configuration space
 * @msix: control register of the MSI-X capability, its two highest bits; atomic
 * @bar: as the cell wrote them. Where the registers appear does not follow
 * @vectors: the MSI-X table
 */
struct ivshmem {
	const struct jailhouse_ivshmem *config;
	const struct jailhouse_memory *sections;
	const struct apic_topology *topo;
	const struct cpu_set *cpus;
	const struct ivshmem_ops *ops;
	struct ticket_lock lock;
	struct ivshmem *peers[JAILHOUSE_IVSHMEM_MAX_PEERS];
	u32 running;
	u32 control;
	u32 one_shot;
	u32 state;
	u32 command;
	u32 msix;
	u32 bar[2];
	struct ivshmem_vector vectors[JAILHOUSE_IVSHMEM_MAX_VECTORS];
};

static_assert(CONFIG_MAX_IVSHMEM * sizeof(struct ivshmem) <= PAGE_SIZE);

/** ivshmem_get() - read what other CPUs may write meanwhile */
static inline u32 ivshmem_get(const u32 *val)
{
	return __atomic_load_n(val, __ATOMIC_SEQ_CST);
}

/** ivshmem_set() - write what other CPUs may read meanwhile */
static inline void ivshmem_set(u32 *at, u32 val)
{
	__atomic_store_n(at, val, __ATOMIC_SEQ_CST);
}

/* Management: one CPU at a time, which holds the lock of all operations. */

/** ivshmem_init() - a device of a new cell; @device is zeroed but for its first five members */
void ivshmem_init(struct ivshmem *device);

/**
 * ivshmem_pair() - two devices with the same id become peers
 * @device: of a cell that does not run
 * @peer: of another cell, which may run
 */
void ivshmem_pair(struct ivshmem *device, struct ivshmem *peer);

/** ivshmem_unpair() - undo all ivshmem_pair() of a device; nobody uses it when this returns */
void ivshmem_unpair(struct ivshmem *device);

/** ivshmem_start() - its cell starts: as after power-up */
void ivshmem_start(struct ivshmem *device);

/**
 * ivshmem_stop() - its cell is stopped, or stops itself
 * @device: may be stopped already
 *
 * Its state is 0, and peers learn of that. Any CPU, also while those of the cell are still on
 * their way to where they park.
 */
void ivshmem_stop(struct ivshmem *device);

/* Accesses of the cell; any of its CPUs. */

/** ivshmem_registers() - to the register region (BAR 0); an mmio_handler for struct ivshmem */
int ivshmem_registers(void *device, struct mmio_access *access);

/* ivshmem_pci.c */

/** ivshmem_table() - to the MSI-X region (BAR 1); @x2apic: see apic_route_msi() */
int ivshmem_table(struct ivshmem *device, bool x2apic, struct mmio_access *access);

/**
 * ivshmem_config() - to configuration space
 * @device: the device
 * @offset: first byte; all are in one doubleword
 * @access: the access, whose port means nothing
 */
void ivshmem_config(struct ivshmem *device, unsigned int offset, struct pci_access *access);

/** ivshmem_deliver() - send what an entry has pending, if it may be; any CPU */
void ivshmem_deliver(struct ivshmem *device, unsigned int vector);

/** ivshmem_pci_reset() - configuration space and MSI-X table as after power-up */
void ivshmem_pci_reset(struct ivshmem *device);

#endif
