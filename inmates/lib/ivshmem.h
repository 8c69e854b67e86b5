/* SPDX-License-Identifier: GPL-2.0-only */
/* An ivshmem device: memory that cells share, and how they interrupt each other. */
#ifndef _INMATE_IVSHMEM_H
#define _INMATE_IVSHMEM_H

#include "inmate.h"

/**
 * struct ivshmem - a device
 * @bdf: of its PCI function
 * @regs: its registers
 * @table: its MSI-X table, NULL: it interrupts by a pin
 * @vectors: how many entries that has
 * @id: number of this peer
 * @peers: how many there can be
 * @states: of each peer, for reading
 * @common: what all peers write
 * @common_size: bytes
 * @outputs: the sections that one peer each writes, in the order of their numbers
 * @output_size: bytes of each
 */
struct ivshmem {
	u32 bdf;
	volatile u32 *regs;
	volatile u32 *table;
	u32 vectors;
	u32 id;
	u32 peers;
	const volatile u32 *states;
	volatile u8 *common;
	u64 common_size;
	volatile u8 *outputs;
	u64 output_size;
};

bool ivshmem_open(struct ivshmem *device);
void ivshmem_set_vector(const struct ivshmem *device, u32 entry, u8 vector);
void ivshmem_enable(const struct ivshmem *device, bool on);
void ivshmem_one_shot(const struct ivshmem *device, bool on);
void ivshmem_set_state(const struct ivshmem *device, u32 state);
void ivshmem_ring(const struct ivshmem *device, u32 peer, u32 vector);
volatile void *ivshmem_output(const struct ivshmem *device, u32 peer);

#endif
