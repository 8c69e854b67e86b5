// SPDX-License-Identifier: GPL-2.0-only
/* Talking with the hypervisor through the communication page. */
#include "inmate.h"

#define LEAF1_ECX_HYPERVISOR	0x80000000U

/* Stands in for the page on a bare machine, and in a cell that has none. */
static struct jailhouse_comm_region own_region;

struct jailhouse_comm_region *comm_region = (void *)COMM_REGION_BASE;
bool on_bare_machine;

static bool is_jailhouse(struct cpuid *signature)
{
	if (!(cpuid(1, 0).ecx & LEAF1_ECX_HYPERVISOR))
		return false;
	*signature = cpuid(JAILHOUSE_CPUID_SIGNATURE, 0);
	return memcmp(&signature->ebx, "Jailhouse\0\0", 12) == 0;
}

/* All that a cell without the page knows of itself is that it may try hypercall 8. */
static void no_comm_region(void)
{
	comm_region = &own_region;
	comm_region->revision = JAILHOUSE_COMM_REVISION;
	comm_region->flags = JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED;
	comm_region->num_cpus = 1;
}

/* Other hypervisors with this guest interface may not say where it is. */
static void find_comm_region(const struct cpuid *signature)
{
	struct cpuid regs;
	u64 gpa;

	if (signature->eax < JAILHOUSE_CPUID_COMM_REGION)
		return;
	regs = cpuid(JAILHOUSE_CPUID_COMM_REGION, 0);
	if (!regs.eax) {
		no_comm_region();
		return;
	}
	gpa = (u64)regs.ecx << 32 | regs.ebx;
	map_range(gpa, sizeof(*comm_region));
	comm_region = (void *)gpa;
}

/**
 * comm_init() - find the communication page, check its revision
 *
 * Without the hypervisor this is a bare machine: comm_region then points to a description
 * of that. With another revision than ours the inmate says so in the page and stops.
 */
void comm_init(void)
{
	struct cpuid signature;

	if (is_jailhouse(&signature)) {
		find_comm_region(&signature);
	} else {
		on_bare_machine = true;
		comm_region = &own_region;
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
