// SPDX-License-Identifier: GPL-2.0-only
/* The comm region. */
#include "comm.h"
#include "arch.h"
#include "string.h"

/*
 * One word of the page. Every word that both sides write is aligned although the structure is
 * packed, since the page is.
 */
#define comm_word(comm, member) \
	((u32 *)((u8 *)(comm) + offsetof(struct jailhouse_comm_region, member)))

static_assert(offsetof(struct jailhouse_comm_region, cell_state) % sizeof(u32) == 0);

static u32 comm_read(const u32 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void comm_write(u32 *word, u32 value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

void comm_init(struct cell *cell)
{
	const struct jailhouse_platform_info *platform =
		&cell->machine->system->platform_info;
	struct jailhouse_comm_region *comm = cell->comm;

	page_fill(comm, 0);
	memcpy(comm->signature, JAILHOUSE_COMM_SIGNATURE, sizeof(comm->signature));
	comm->revision = JAILHOUSE_COMM_REVISION;
	comm->cell_state = JAILHOUSE_CELL_RUNNING;
	if (cell->desc->flags & JAILHOUSE_CELL_DEBUG_CONSOLE)
		comm->flags = JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED |
			      JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE;
	comm->console = cell->desc->console;
	comm->pci_mmconfig_base = platform->pci_mmconfig_base;
	comm->pm_timer_address = platform->pm_timer_address;
	comm->num_cpus = (u16)cpu_set_weight(&cell->cpus);
	comm->tsc_khz = cell->machine->tsc_khz;
	comm->apic_khz = cell->machine->apic_khz;
}

void comm_show_state(struct cell *cell, enum cell_state state)
{
	if (cell->comm)
		comm_write(comm_word(cell->comm, cell_state), state);
}

bool comm_listens(const struct cell *cell)
{
	return cell->comm && !(cell->desc->flags & JAILHOUSE_CELL_PASSIVE_COMMREG);
}

bool comm_ask_shutdown(struct cell *cell)
{
	u32 *message = comm_word(cell->comm, msg_to_cell);
	bool unanswered = comm_read(message) != JAILHOUSE_MSG_NONE;

	/* First, so that an older answer is not taken for the one to come. */
	comm_write(comm_word(cell->comm, msg_from_cell), 0);
	comm_write(message, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	arch_cell_message(cell, false);
	return unanswered;
}

void comm_withdraw(struct cell *cell)
{
	u32 request = JAILHOUSE_MSG_SHUTDOWN_REQUEST;

	if (cell->comm)
		__atomic_compare_exchange_n(comm_word(cell->comm, msg_to_cell), &request,
					    JAILHOUSE_MSG_NONE, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

enum comm_answer comm_answer(const struct cell *cell)
{
	if (comm_read(comm_word(cell->comm, msg_to_cell)) != JAILHOUSE_MSG_NONE)
		return COMM_PENDING;

	switch (comm_read(comm_word(cell->comm, msg_from_cell))) {
	case JAILHOUSE_MSG_REQUEST_APPROVED:
		return COMM_APPROVED;
	case JAILHOUSE_MSG_REQUEST_DENIED:
		return COMM_DENIED;
	case JAILHOUSE_MSG_UNKNOWN:
		return COMM_UNKNOWN;
	case JAILHOUSE_MSG_RECEIVED:
		return COMM_RECEIVED;
	default:
		return COMM_NONSENSE;
	}
}

void comm_tell_reconfigured(struct cell *cell)
{
	u32 none = JAILHOUSE_MSG_NONE;

	if (comm_listens(cell) && cell_state_running(cell_state(cell)) &&
	    __atomic_compare_exchange_n(comm_word(cell->comm, msg_to_cell), &none,
					JAILHOUSE_MSG_RECONFIG_COMPLETED, false,
					__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		arch_cell_message(cell, false);
}

int comm_test_device(void *cell, struct mmio_access *access)
{
	u8 *byte = (u8 *)((struct cell *)cell)->comm + (access->gpa & ~PAGE_MASK);

	if (access->is_write) {
		memcpy(byte, &access->value, access->width);
	} else {
		access->value = 0;
		memcpy(&access->value, byte, access->width);
	}
	return 0;
}

u32 comm_reported_state(const struct cell *cell)
{
	return comm_read(comm_word(cell->comm, cell_state));
}

void comm_correct_state(struct cell *cell, u32 reported, enum cell_state state)
{
	__atomic_compare_exchange_n(comm_word(cell->comm, cell_state), &reported, state,
				    false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}
