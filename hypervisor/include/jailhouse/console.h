/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ABI: description of a console device, and the hypervisor's log as Linux sees it.
 *
 * Includes nothing: whoever includes this provides __u8 ... __u64.
 */
#ifndef _JAILHOUSE_CONSOLE_H
#define _JAILHOUSE_CONSOLE_H

#define JAILHOUSE_CON_TYPE_NONE		0x0000
#define JAILHOUSE_CON_TYPE_EFIFB	0x0001
#define JAILHOUSE_CON_TYPE_8250		0x0002

/* Bits of jailhouse_console.flags: how the registers are reached. */
#define JAILHOUSE_CON_ACCESS_PIO	0x0000
#define JAILHOUSE_CON_ACCESS_MMIO	0x0001
#define JAILHOUSE_CON_REGDIST_1		0x0000
#define JAILHOUSE_CON_REGDIST_4		0x0002
#define JAILHOUSE_CON_WIDTH_8		0x0000
#define JAILHOUSE_CON_WIDTH_32		0x0004

/**
 * struct jailhouse_framebuffer - the screen that the firmware has left, for a console of
 *	JAILHOUSE_CON_TYPE_EFIFB
 * @address: host-physical address of the first pixel, 0: there is none
 * @pitch: bytes from one line to the next
 * @width: pixels of a line
 * @height: lines
 * @depth: bits of a pixel, 16, 24 or 32
 */
struct jailhouse_framebuffer {
	__u64 address;
	__u32 pitch;
	__u16 width;
	__u16 height;
	__u16 depth;
	__u16 reserved[3];
} __attribute__((packed));

/**
 * struct jailhouse_console - where a console device is and how it is driven
 * @address: I/O port or host-physical address of the first register
 * @size: bytes of its registers (MMIO only)
 * @type: JAILHOUSE_CON_TYPE_*; of EFIFB, for the hypervisor only, the driver knows the rest
 * @flags: JAILHOUSE_CON_ACCESS_*, JAILHOUSE_CON_REGDIST_* and JAILHOUSE_CON_WIDTH_*
 * @divider: baud rate divider; 0 leaves the device as it is programmed
 * @gate_nr: unused on x86, 0
 * @clock_reg: unused on x86, 0
 */
struct jailhouse_console {
	__u64 address;
	__u32 size;
	__u16 type;
	__u16 flags;
	__u32 divider;
	__u32 gate_nr;
	__u64 clock_reg;
} __attribute__((packed));

/* Bytes of log text that the ring keeps; a power of two. */
#define JAILHOUSE_LOG_SIZE	0x8000
#define JAILHOUSE_LOG_ERROR_SIZE 256
/* Cells with this many numbers in a row can have failed and be told why. */
#define JAILHOUSE_LOG_FAILURES	16

/**
 * struct jailhouse_failure - why a cell failed
 * @cell: number of the cell
 * @text: NUL-terminated; empty: it has not failed, or said so itself
 */
struct jailhouse_failure {
	volatile __u32 cell;
	char text[156];
} __attribute__((packed));

/**
 * struct jailhouse_log - what the hypervisor lets the root cell read directly
 * @tail: number of bytes ever written to the log, modulo 2^32
 * @busy: non-zero while a CPU is writing to @text
 * @events: incremented with each change of a cell's state: a reader that polls it
 *	needs no hypercall
 * @error_seq: incremented with each text that is stored in @error
 * @error: why the last management hypercall was refused, NUL-terminated
 * @failures: why cells failed, that with number N at N modulo JAILHOUSE_LOG_FAILURES
 * @text: ring; the byte with number N is at N modulo JAILHOUSE_LOG_SIZE
 *
 * Mapped read-only into the root cell at jailhouse_header.log_offset, nine pages.
 */
struct jailhouse_log {
	volatile __u32 tail;
	volatile __u32 busy;
	volatile __u32 events;
	volatile __u32 error_seq;
	char error[JAILHOUSE_LOG_ERROR_SIZE];
	struct jailhouse_failure failures[JAILHOUSE_LOG_FAILURES];
	__u8 reserved[0x1000 - 16 - JAILHOUSE_LOG_ERROR_SIZE -
		      JAILHOUSE_LOG_FAILURES * sizeof(struct jailhouse_failure)];
	char text[JAILHOUSE_LOG_SIZE];
} __attribute__((packed, aligned(4096)));

_Static_assert(sizeof(struct jailhouse_console) == 32, "console ABI");
_Static_assert(sizeof(struct jailhouse_log) == 0x9000, "log ABI");

#endif
