// SPDX-License-Identifier: GPL-2.0-only
/* Links: who may copy when, and copies. */
#include "link.h"
#include "arch.h"
#include "cpu_events.h"
#include "errno.h"

/* Frames that one notification moves before its CPU looks at what else there is. */
#define LINK_BURST	16

/* Milliseconds between lines about a malformed ring, and how many may come at once. */
#define NOTE_INTERVAL	1000
#define NOTE_BURST	4

#define PIPE_BUSY	0x1U
#define PIPE_NOTED	0x2U

/*
 * Gates
 */

bool link_enter(struct link_end *end)
{
	u32 old = __atomic_load_n(&end->gate, __ATOMIC_SEQ_CST);

	do {
		if (old & LINK_GATE_CLOSED)
			return false;
	} while (!__atomic_compare_exchange_n(&end->gate, &old, old + 1, false,
					      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return true;
}

void link_leave(struct link_end *end)
{
	__atomic_fetch_sub(&end->gate, 1, __ATOMIC_SEQ_CST);
}

/*
 * Pipes: one CPU at a time works on a direction, and nobody waits for it.
 */

static bool pipe_take(struct link_pipe *pipe)
{
	if (__atomic_fetch_or(&pipe->word, PIPE_BUSY | PIPE_NOTED, __ATOMIC_SEQ_CST) & PIPE_BUSY)
		return false;
	__atomic_fetch_and(&pipe->word, ~PIPE_NOTED, __ATOMIC_SEQ_CST);
	return true;
}

/* Return: false if somebody has come meanwhile: then this CPU still has it. */
static bool pipe_leave(struct link_pipe *pipe)
{
	u32 busy = PIPE_BUSY;

	if (__atomic_compare_exchange_n(&pipe->word, &busy, 0, false, __ATOMIC_SEQ_CST,
					__ATOMIC_SEQ_CST))
		return true;
	__atomic_fetch_and(&pipe->word, ~PIPE_NOTED, __ATOMIC_SEQ_CST);
	return false;
}

/*
 * Until another frame has begun, or nobody works on it. Whoever waits has said before that a
 * queue or a device is not to be used; whoever copies looks at that at the beginning of a frame,
 * behind the count.
 */
static void pipe_settle(const struct link_pipe *pipe)
{
	const u32 seq = __atomic_load_n(&pipe->seq, __ATOMIC_SEQ_CST);

	while (__atomic_load_n(&pipe->word, __ATOMIC_SEQ_CST) & PIPE_BUSY &&
	       __atomic_load_n(&pipe->seq, __ATOMIC_SEQ_CST) == seq)
		arch_cpu_relax();
}

void link_settle(struct link_end *end)
{
	pipe_settle(&end->pipe);
	if (end->peer)
		pipe_settle(&end->peer->pipe);
}

/*
 * What an end has to say
 */

void link_interrupt(struct link_end *end, u32 why)
{
	if (!__atomic_fetch_or(link_register(end, LINK_REG_INTERRUPTS), why, __ATOMIC_SEQ_CST))
		arch_link_interrupt(end);
}

static bool is_up(const struct link_end *end)
{
	return end->peer && link_live(end->peer);
}

/*
 * CPUs that have each changed something may come here in another order: the last one to write has
 * looked once more behind that.
 */
void link_show(struct link_end *end)
{
	u16 *status = (u16 *)((u8 *)end->registers + LINK_REG_NET_STATUS);
	bool up;

	do {
		up = is_up(end);
		__atomic_store_n(status, up, __ATOMIC_SEQ_CST);
	} while (up != is_up(end));
}

void link_changed(struct link_end *end)
{
	struct link_end *peer = end->peer;

	if (!peer)
		return;
	link_show(peer);
	__atomic_fetch_add(link_register(peer, LINK_REG_GENERATION), 1, __ATOMIC_SEQ_CST);
	/* What waits in its ring waits for nothing now: it sees to that when it acknowledges. */
	__atomic_fetch_or(&peer->pipe.word, PIPE_NOTED, __ATOMIC_SEQ_CST);
	if (link_live(peer))
		link_interrupt(peer, LINK_INTERRUPT_CONFIG);
}

void link_break(struct link_end *end, const char *what)
{
	const struct machine *m = end->cell->machine;
	const u64 interval = (u64)m->tsc_khz * NOTE_INTERVAL;

	if (__atomic_fetch_or(link_register(end, LINK_REG_STATUS), LINK_NEEDS_RESET,
			      __ATOMIC_SEQ_CST) & LINK_NEEDS_RESET)
		return;
	__atomic_fetch_add(&end->cell->broken, 1, __ATOMIC_RELAXED);
	if (log_ratelimit(&end->limit, arch_read_tsc(), interval, NOTE_BURST))
		log_printf("Cell %s: link %u: %s, the device stops until it is reset\n",
			   end->cell->desc->name, end->config->id, what);
	link_interrupt(end, LINK_INTERRUPT_CONFIG);
	link_changed(end);
}

/*
 * Copying
 */

/**
 * struct leaf_rights - leaves of a stage 2 that are RAM
 * @wanted: attributes of one that can be written
 * @mask: those of them that count for reading, and for writing. All there is can be read
 */
struct leaf_rights {
	u64 wanted;
	u64 mask[2];
};

/**
 * struct port - a queue of an end, as the CPU that copies reaches it
 * @side: for the rings' code
 * @end: whose; NULL if nothing is connected
 * @number: of the queue
 * @opened: link_queue.ready when it was opened, 0 if it is not open
 * @window: number of the first of its pages
 * @rights: of leaves of its memory
 * @leaf: where the last page was found; memory does not change behind the gate. Its size is 0
 *	before
 */
struct port {
	struct link_side side;
	struct link_end *end;
	enum link_queue_number number;
	u32 opened;
	unsigned int window;
	const struct leaf_rights *rights;
	struct pgtable_leaf leaf;
};

/**
 * struct flow - frames on their way from an end to its peer
 * @self: the CPU that copies
 * @entered: the end whose gate it has passed
 * @pipe: the direction
 * @rights: of leaves that are RAM
 * @tx, @rx: from there, to there
 */
struct flow {
	struct cpu *self;
	const struct link_end *entered;
	struct link_pipe *pipe;
	struct leaf_rights rights;
	struct port tx;
	struct port rx;
};

/*
 * Only where the cell itself has RAM. A device may be mapped to it, the root cell has most of
 * them: the hypervisor must not touch their registers in its name.
 */
static void rights_init(struct leaf_rights *rights)
{
	const u64 readable = arch_stage2_attrs(JAILHOUSE_MEM_READ);

	rights->wanted = arch_stage2_attrs(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE);
	rights->mask[false] = arch_stage2_attrs(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO) ^ readable;
	rights->mask[false] |= arch_stage2_attrs(ARCH_MEM_REGISTERS) ^ readable;
	rights->mask[true] = rights->mask[false] | (rights->wanted ^ readable);
}

static u8 *open_page(struct link_side *side, unsigned int place, u64 gpa, bool write)
{
	struct port *port = container_of(side, struct port, side);
	struct pgtable_leaf *leaf = &port->leaf;

	if (gpa - leaf->va >= leaf->size &&
	    !pgtable_lookup_leaf(&port->end->cell->stage2, gpa, leaf))
		return NULL;
	if ((leaf->attrs ^ port->rights->wanted) & port->rights->mask[write])
		return NULL;
	return arch_link_window(port->window + place, leaf->hpa + (gpa - leaf->va));
}

static u32 ready(const struct port *port)
{
	return __atomic_load_n(&port->end->queue[port->number].ready, __ATOMIC_SEQ_CST);
}

/* Its driver has not taken the queue back, or started it anew, since it was opened. */
static bool usable(const struct port *port)
{
	return port->opened && link_live(port->end) && ready(port) == port->opened;
}

static void port_open(struct port *port)
{
	if (!port->end || !link_live(port->end))
		return;
	port->opened = ready(port);
	if (!port->opened || link_side_open(&port->side))
		return;
	port->opened = 0;
	link_break(port->end, "no memory where a queue is");
}

/* The frame before is over: from here on, what somebody has waited for is seen. */
static void next_frame(struct link_pipe *pipe)
{
	__atomic_fetch_add(&pipe->seq, 1, __ATOMIC_SEQ_CST);
}

static bool break_tx(const struct flow *flow)
{
	link_break(flow->tx.end, "malformed transmit queue");
	return false;
}

static bool break_rx(const struct flow *flow)
{
	link_break(flow->rx.end, "malformed receive queue");
	return false;
}

/* Have the driver notify of the next frame. Return: one has come meanwhile. */
static bool wait_for_frame(const struct flow *flow)
{
	const int count = link_ask_notify(&flow->tx.side, 0);

	return count < 0 ? break_tx(flow) : count;
}

/*
 * Frames wait in the sender's ring until the receiver has new buffers, and says so. If half of
 * the ring waits, the oldest ones are dropped: the sender's stack must not come to a halt
 * because the receiver's has.
 *
 * Return: there is something to do.
 */
static bool wait_for_buffer(struct flow *flow)
{
	const u16 half = flow->tx.side.queue->size / 2;
	int count = link_ask_notify(&flow->rx.side, 0);

	if (count)
		return count < 0 ? break_rx(flow) : true;
	count = link_ask_notify(&flow->tx.side, half);
	if (count < 0)
		return break_tx(flow);
	if (count <= half)
		return false;
	return link_move(&flow->tx.side, NULL) == LINK_DROPPED || break_tx(flow);
}

/* Return: there may be more to do. */
static bool one_frame(struct flow *flow)
{
	next_frame(flow->pipe);
	if (!usable(&flow->tx))
		return false;
	switch (link_move(&flow->tx.side, usable(&flow->rx) ? &flow->rx.side : NULL)) {
	case LINK_MOVED:
	case LINK_DROPPED:
		return true;
	case LINK_IDLE:
		return wait_for_frame(flow);
	case LINK_NO_BUFFER:
		return wait_for_buffer(flow);
	case LINK_TX_BROKEN:
		return break_tx(flow);
	default:
		/* What is in the sender's ring is dropped from here on. */
		break_rx(flow);
		return true;
	}
}

static void tell(struct flow *flow, struct port *port)
{
	next_frame(flow->pipe);
	if (usable(port) && link_wants_interrupt(&port->side))
		link_interrupt(port->end, LINK_INTERRUPT_USED);
}

/* The gate may be closed while a frame is copied: then it is the last one. */
static bool closing(const struct link_end *end)
{
	return __atomic_load_n(&end->gate, __ATOMIC_SEQ_CST) & LINK_GATE_CLOSED;
}

static bool wanted(const struct flow *flow)
{
	return cpu_requested(flow->self) || closing(flow->entered);
}

/*
 * The queues are opened anew each time: a driver that has started one again meanwhile, and had its
 * notification noted, means that one.
 *
 * Return: true if all is done that there was.
 */
static bool burst(struct flow *flow)
{
	bool done = false;
	unsigned int n;

	next_frame(flow->pipe);
	port_open(&flow->tx);
	port_open(&flow->rx);
	for (n = 0; !done && n < LINK_BURST && !wanted(flow); n++)
		done = !one_frame(flow);
	tell(flow, &flow->rx);
	tell(flow, &flow->tx);
	return done;
}

static void port_init(struct flow *flow, struct port *port, struct link_end *end,
		      enum link_queue_number number)
{
	port->side.open = open_page;
	port->side.queue = end ? &end->queue[number] : NULL;
	port->end = end;
	port->number = number;
	port->opened = 0;
	port->window = number * LINK_NUM_PLACES;
	port->rights = &flow->rights;
	port->leaf.size = 0;
}

static void flow_init(struct flow *flow, struct link_end *from, struct link_end *to)
{
	static_assert(LINK_NUM_QUEUES * LINK_NUM_PLACES <= ARCH_LINK_WINDOWS);
	flow->self = &from->cell->machine->cpus[arch_cpu_id()];
	flow->pipe = &from->pipe;
	rights_init(&flow->rights);
	port_init(flow, &flow->tx, from, LINK_TX);
	port_init(flow, &flow->rx, to, LINK_RX);
}

/* What is left it copies when it acknowledges the interrupt. */
static void pipe_leave_to_sender(struct link_end *from)
{
	__atomic_store_n(&from->pipe.word, PIPE_NOTED, __ATOMIC_SEQ_CST);
	if (link_live(from))
		link_interrupt(from, LINK_INTERRUPT_USED);
}

bool link_was_left(const struct link_end *end)
{
	return __atomic_load_n(&end->pipe.word, __ATOMIC_SEQ_CST) == PIPE_NOTED;
}

/*
 * A sender that has more frames than its CPU may copy at once comes again, as often as it takes:
 * they are its own. Nothing that its peer does makes a CPU come again, or a cell could hold
 * another one's CPU at this one instruction, with frames or notes that never end.
 */
int link_notify(struct link_end *end, enum link_queue_number number)
{
	struct link_end *from = number == LINK_TX ? end : end->peer;
	struct flow flow;
	bool done, left, again = false;
	int err = 0;

	if (!from || !pipe_take(&from->pipe))
		return 0;
	flow_init(&flow, from, number == LINK_TX ? end->peer : end);
	flow.entered = end;
	/* Once more for those who came meanwhile. */
	do {
		done = burst(&flow);
		left = done && pipe_leave(&from->pipe);
		again = !again;
	} while (done && !left && again && !closing(end));
	arch_link_windows_close();
	if (!done && from == end) {
		__atomic_fetch_and(&from->pipe.word, ~PIPE_BUSY, __ATOMIC_SEQ_CST);
		err = -EAGAIN;
	} else if (!left) {
		pipe_leave_to_sender(from);
	}
	return err;
}
