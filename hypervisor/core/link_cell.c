// SPDX-License-Identifier: GPL-2.0-only
/* Links: what becomes of those of a cell when it comes, starts, stops and goes. */
#include "link.h"
#include "arch.h"
#include "config_check.h"
#include "errno.h"

static bool changes(const struct link_end *end, const struct cell *cell)
{
	return end && (end->cell == cell || end->cell == end->cell->machine->root);
}

void links_close(const struct cell *cell)
{
	struct cell *other;
	struct link_end *end;

	for_each_cell(cell->machine, other) {
		for_each_link(other, end) {
			if (!changes(end, cell) && !changes(end->peer, cell))
				continue;
			__atomic_fetch_or(&end->gate, LINK_GATE_CLOSED, __ATOMIC_SEQ_CST);
			while (__atomic_load_n(&end->gate, __ATOMIC_SEQ_CST) != LINK_GATE_CLOSED)
				arch_cpu_relax();
		}
	}
}

static void tell_missed(struct link_end *end)
{
	if (__atomic_exchange_n(&end->missed, false, __ATOMIC_SEQ_CST))
		link_changed(end);
}

/* Open first: who is stopped meanwhile notes that it was missed before it looks at the gate. */
void links_open(struct machine *m)
{
	struct cell *cell;
	struct link_end *end;

	for_each_cell(m, cell)
		for_each_link(cell, end) {
			__atomic_fetch_and(&end->gate, ~LINK_GATE_CLOSED, __ATOMIC_SEQ_CST);
			tell_missed(end);
		}
}

/* The ends, then the registers of each, a page. */
static unsigned int pages_of(const struct cell *cell)
{
	return 1 + cell->desc->num_links;
}

/* Nobody takes them for buffers, as they are a device's. Whoever writes to them exits. */
static int make_end(struct link_end *end)
{
	struct cell *cell = end->cell;
	const u64 hpa = page_hpa(&cell->machine->pool, end->registers);
	int err = pgtable_map(&cell->stage2, end->config->address, hpa, LINK_MMIO_SIZE,
			      arch_stage2_attrs(ARCH_MEM_REGISTERS), false);

	return err ?: mmio_register(&cell->mmio, end->config->address, LINK_MMIO_SIZE,
				    link_access, end);
}

int links_make(struct cell *cell)
{
	const struct jailhouse_link *config = config_links(cell->desc);
	struct link_end *end;
	u32 n;
	int err = 0;

	static_assert((LINK_MAX + 1) * sizeof(*end) <= PAGE_SIZE);
	if (!cell->desc->num_links)
		return 0;
	end = page_alloc(&cell->machine->pool, pages_of(cell));
	if (!end)
		return -ENOMEM;
	cell->links = end;
	for (n = 0; !err && n < cell->desc->num_links; n++, end++) {
		end->cell = cell;
		end->config = &config[n];
		end->registers = (u32 *)((u8 *)cell->links + (n + 1) * PAGE_SIZE);
		err = make_end(end);
	}
	if (err)
		links_unmake(cell);
	return err;
}

/* The registers stay in the page tables, which go next, and which no CPU uses any more. */
void links_unmake(struct cell *cell)
{
	page_free(&cell->machine->pool, cell->links, pages_of(cell));
	cell->links = NULL;
}

static struct link_end *find_peer(const struct link_end *end)
{
	struct cell *cell;
	struct link_end *other;

	for_each_cell(end->cell->machine, cell)
		for_each_link(cell, other)
			if (other->cell != end->cell && other->config->id == end->config->id)
				return other;
	return NULL;
}

/* The new cell does not run yet; its peer sees nothing change, as nothing is up. */
int links_pair(struct cell *cell)
{
	struct link_end *end;

	for_each_link(cell, end) {
		end->peer = find_peer(end);
		if (end->peer)
			__atomic_store_n(&end->peer->peer, end, __ATOMIC_SEQ_CST);
	}
	return 0;
}

void links_unpair(struct cell *cell)
{
	struct link_end *end;

	for_each_link(cell, end) {
		if (!end->peer)
			continue;
		link_changed(end);
		end->peer->peer = NULL;
		end->peer = NULL;
	}
}

/* Where the gate is closed nothing is in flight, or whoever has closed it waits for that. */
static void power_down(struct link_end *end)
{
	if (!__atomic_exchange_n(&end->running, false, __ATOMIC_SEQ_CST))
		return;
	__atomic_store_n(&end->missed, true, __ATOMIC_SEQ_CST);
	if (!link_enter(end))
		return;
	link_settle(end);
	tell_missed(end);
	link_leave(end);
}

void links_run(struct cell *cell, bool runs)
{
	struct link_end *end;

	for_each_link(cell, end) {
		if (runs)
			link_power_up(end);
		else
			power_down(end);
	}
}
