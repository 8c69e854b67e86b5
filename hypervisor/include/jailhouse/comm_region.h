/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ABI: the page that a cell and the hypervisor talk through, guest ABI revision 2.
 *
 * Includes nothing: whoever includes this provides __u8 ... __u64; console.h first.
 */
#ifndef _JAILHOUSE_COMM_REGION_H
#define _JAILHOUSE_COMM_REGION_H

#define JAILHOUSE_COMM_SIGNATURE	"JHCOMM"
#define JAILHOUSE_COMM_REVISION		2

/* cell_state */
#define JAILHOUSE_CELL_RUNNING		0
#define JAILHOUSE_CELL_RUNNING_LOCKED	1
#define JAILHOUSE_CELL_SHUT_DOWN	2
#define JAILHOUSE_CELL_FAILED		3
#define JAILHOUSE_CELL_FAILED_COMM_REV	4

/* msg_to_cell */
#define JAILHOUSE_MSG_NONE		0
#define JAILHOUSE_MSG_SHUTDOWN_REQUEST	1
#define JAILHOUSE_MSG_RECONFIG_COMPLETED 2

/* msg_from_cell */
#define JAILHOUSE_MSG_UNKNOWN		1
#define JAILHOUSE_MSG_REQUEST_DENIED	2
#define JAILHOUSE_MSG_REQUEST_APPROVED	3
#define JAILHOUSE_MSG_RECEIVED		4

/* flags */
#define JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED	0x0001
#define JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE	0x0002

/**
 * struct jailhouse_comm_region - the communication page
 * @signature: JAILHOUSE_COMM_SIGNATURE, not terminated
 * @revision: JAILHOUSE_COMM_REVISION; a cell that cannot work with it writes
 *	JAILHOUSE_CELL_FAILED_COMM_REV to @cell_state and stops
 * @cell_state: written by the cell: running, running/locked, shut down or failed
 * @msg_to_cell: request of the hypervisor; the cell clears it to 0 once it has
 *	written its answer
 * @msg_from_cell: the cell's answer
 * @flags: JAILHOUSE_COMM_FLAG_*
 * @console: console of the cell
 * @pci_mmconfig_base: guest-physical address of the MMCONFIG area, 0 for none
 * @pm_timer_address: I/O port of the PM timer
 * @num_cpus: CPUs of the cell
 * @tsc_khz: frequency of the TSC
 * @apic_khz: frequency of the APIC timer, before its divider
 */
struct jailhouse_comm_region {
	char signature[6];
	__u16 revision;
	volatile __u32 cell_state;
	volatile __u32 msg_to_cell;
	volatile __u32 msg_from_cell;
	__u32 flags;
	struct jailhouse_console console;
	__u64 pci_mmconfig_base;
	__u16 pm_timer_address;
	__u16 num_cpus;
	__u32 tsc_khz;
	__u32 apic_khz;
} __attribute__((packed));

_Static_assert(sizeof(struct jailhouse_comm_region) == 76, "comm region ABI");

#endif
