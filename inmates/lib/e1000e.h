/* SPDX-License-Identifier: GPL-2.0-only */
/* A network card, Intel's 82574L, which Linux calls e1000e and QEMU has. */
#ifndef _INMATE_E1000E_H
#define _INMATE_E1000E_H

#include "inmate.h"

#define E1000E_ID		0x10d38086U
#define E1000E_ENTRIES		32U
#define E1000E_BUFFER		2048U
#define E1000E_FRAME_MAX	1514U

/* The legacy formats (82574 datasheet, 7.1.4.1 and 7.2.10.1). */
struct e1000e_desc {
	u64 address;
	u16 length;
	u8 checksum_offset;
	u8 command;
	u8 status;
	u8 errors;
	u16 special;
};

/**
 * struct e1000e_memory - what the card reads and writes
 *
 * It lies where the card finds it at the address by which the program knows it: with an IOMMU in
 * any memory of the cell with the flag DMA, without one where guest- and host-physical addresses
 * are the same.
 */
struct e1000e_memory {
	struct e1000e_desc rx[E1000E_ENTRIES];
	struct e1000e_desc tx[E1000E_ENTRIES];
	u8 rx_buffers[E1000E_ENTRIES][E1000E_BUFFER];
	u8 tx_buffers[E1000E_ENTRIES][E1000E_BUFFER];
} __aligned(4096);

/**
 * struct e1000e - a card that works
 * @registers: its first BAR
 * @memory: from e1000e_open()
 * @next_rx: entry that the next frame comes to
 * @next_tx: entry that the next frame is sent from
 * @mac: its address
 */
struct e1000e {
	volatile u32 *registers;
	struct e1000e_memory *memory;
	u32 next_rx;
	u32 next_tx;
	u8 mac[6];
};

bool e1000e_open(struct e1000e *nic, u32 bdf, struct e1000e_memory *memory, u8 vector);
void e1000e_loop(const struct e1000e *nic, bool on);
bool e1000e_link_up(const struct e1000e *nic);
void e1000e_mask(const struct e1000e *nic);
void e1000e_unmask(const struct e1000e *nic);
const u8 *e1000e_receive(const struct e1000e *nic, size_t *length);
void e1000e_receive_done(struct e1000e *nic);
u8 *e1000e_send_begin(const struct e1000e *nic);
void e1000e_send(struct e1000e *nic, size_t length);

#endif
