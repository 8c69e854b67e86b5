/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices of QEMU's machine that tests give to cells: what is used of their registers. */
#ifndef TESTS_QEMU_DEVICES_H
#define TESTS_QEMU_DEVICES_H

/* edu, which calculates, and copies between memory and a buffer of its own (docs/specs/edu.rst) */
#define EDU_ID		0x11e81234U
#define EDU_VERSION	0x00
#define EDU_FACTORIAL	0x08
#define EDU_STATUS	0x20
#define EDU_RAISED	0x24
#define EDU_ACK		0x64
#define EDU_DMA_FROM	0x80
#define EDU_DMA_TO	0x88
#define EDU_DMA_COUNT	0x90
#define EDU_DMA_COMMAND	0x98
#define EDU_BUFFER	0x40000U

/* EDU_STATUS */
#define STATUS_BUSY	0x01U
#define STATUS_INTERRUPT 0x80U

/* EDU_DMA_COMMAND */
#define DMA_START	1U
#define DMA_TO_MEMORY	2U
#define DMA_INTERRUPT	4U

/* e1000e, an 82574L, which raises interrupts by itself if it is told to */
#define NIC_ID		0x10d38086U
#define NIC_STATUS	0x0008
#define NIC_ICR		0x00c0
#define NIC_ICS		0x00c8
#define NIC_IMS		0x00d0
#define NIC_IVAR	0x00e4
#define CAUSE_RX	0x00100000U
/* NIC_IVAR: interrupts of this cause have entry 0. */
#define IVAR_RX		0x8U

#endif
