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
 * stands in ivshmem_vector.routed at any time interrupts a CPU of that peer; or it has a pin
 * instead of that table (virtual_pin.h). There is one lock for each device. Whoever holds it waits
 * for nobody; its own CPUs take it, and management, when it takes a peer away.
 *
 * The root cell has an end for each device whose configuration has it for a peer: one like a
 * device, whose only peer that one is. Linux reaches its registers by a hypercall, and is
 * interrupted by its pin. Its word of the state table is for Linux to write.
 */
#ifndef _X86_IVSHMEM_H
#define _X86_IVSHMEM_H

#include "types.h"
#include "apic_policy.h"
#include "config_check.h"
#include "mmio.h"
#include "pci.h"
#include "ticket.h"
#include "virtual_pin.h"

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
 * @pin: by which it interrupts, NULL: by its MSI-X table
 * @root: the root cell's end, NULL: that is no peer
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
	struct virtual_pin *pin;
	struct ivshmem_root *root;
	struct ivshmem_vector vectors[JAILHOUSE_IVSHMEM_MAX_VECTORS];
};

static_assert(CONFIG_MAX_IVSHMEM * sizeof(struct ivshmem) <= PAGE_SIZE);

/**
 * struct ivshmem_root - the root cell's end of a device; fits a page
 * @end: it
 * @config: what a configuration would say of it
 * @pin: by which it interrupts
 */
struct ivshmem_root {
	struct ivshmem end;
	struct jailhouse_ivshmem config;
	struct virtual_pin pin;
};

static_assert(sizeof(struct ivshmem_root) <= PAGE_SIZE);

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

/**
 * ivshmem_root_init() - the root cell's end of a device
 * @root: zeroed
 * @of: the device, after ivshmem_init()
 * @address: of the end's registers, as the root cell has them
 * @cpus: those of the root cell, kept up to date by the owner of the mask
 *
 * It runs as long as there is a peer. One interrupt comes, then none until interrupts are enabled
 * again.
 */
void ivshmem_root_init(struct ivshmem_root *root, struct ivshmem *of, u64 address,
		       const struct cpu_set *cpus);

/**
 * ivshmem_root_refresh() - the root cell's CPUs have changed
 * @device: of a cell that may run
 *
 * See virtual_pin_refresh().
 */
void ivshmem_root_refresh(struct ivshmem *device);

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
