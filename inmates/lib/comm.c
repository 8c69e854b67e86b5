// SPDX-License-Identifier: GPL-2.0-only
/* Talking with the hypervisor through the communication page. */
#include "inmate.h"

/* Stands in for the page on a bare machine. */
static struct jailhouse_comm_region bare_region;

struct jailhouse_comm_region *comm_region = (void *)COMM_REGION_BASE;
bool on_bare_machine;

/**
 * comm_init() - find the communication page, check its revision
 *
 * Without the signature this is a bare machine: comm_region then points to a
 * description of that. With another revision than ours the inmate says so in the
 * page and stops.
 */
void comm_init(void)
{
	if (memcmp(comm_region->signature, JAILHOUSE_COMM_SIGNATURE,
		   sizeof(comm_region->signature)) != 0) {
		on_bare_machine = true;
		comm_region = &bare_region;
		bare_machine_init(comm_region);
	}
	if (comm_region->revision != JAILHOUSE_COMM_REVISION)
		stop(JAILHOUSE_CELL_FAILED_COMM_REV);
}

/**
 * comm_set_state() - tell the hypervisor the state of the cell
 * @state: JAILHOUSE_CELL_*
 */
void comm_set_state(u32 state)
{
	comm_region->cell_state = state;
}

/**
 * comm_message() - what the hypervisor wants to know
 *
 * Return: JAILHOUSE_MSG_* that waits for comm_reply(), or JAILHOUSE_MSG_NONE.
 */
u32 comm_message(void)
{
	return comm_region->msg_to_cell;
}

/**
 * comm_reply() - answer the message that comm_message() returned
 * @answer: JAILHOUSE_MSG_* from the cell
 */
void comm_reply(u32 answer)
{
	comm_region->msg_from_cell = answer;
	/* The hypervisor looks at the answer once the message is gone. */
	asm volatile("" : : : "memory");
	comm_region->msg_to_cell = JAILHOUSE_MSG_NONE;
}

/**
 * stop() - end this CPU, and the cell as far as the hypervisor is concerned
 * @state: JAILHOUSE_CELL_* to leave behind
 */
void __noreturn stop(u32 state)
{
	comm_set_state(state);
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}
