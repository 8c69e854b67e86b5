/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Links: network cables between cells.
 *
 * Cells whose configurations have a link with the same id are connected. At its end each finds
 * a virtio network device (virtio 1.2, 5.1) with registers in memory (4.2), for which every
 * operating system has a driver. Neither sees a byte of the other's memory: whoever notifies,
 * copies, here, on its own CPU and in its own time, from the transmit ring of the one to the
 * receive ring of the other.
 *
 * What can be read of the registers is a page of the hypervisor's, which the cell has in its memory
 * to be read: only writing to it is an exit.
 *
 * No cell waits for another one. A direction that another CPU works on is left to that CPU,
 * which looks once more before it goes. There is one exception: a driver that resets its device,
 * or takes a queue back, is to free the memory next, so it waits for the frame in flight.
 *
 * To look at the other end, a CPU passes the gate of its own one (link_enter()). Management
 * closes the gates of a cell, of the root cell, and of whoever is linked to either, before it
 * changes memory, CPUs or links of these: whoever finds its gate closed comes again.
 */
#ifndef _CORE_LINK_H
#define _CORE_LINK_H

#include "link_ring.h"
#include "log.h"
#include "machine.h"

#define LINK_MAX	CONFIG_MAX_LINKS

/* The registers, and behind them those of the interrupt controller. */
#define LINK_MMIO_SIZE	0x1000U

/* The architecture's. */
struct virtual_pin;

/* Pairs of registers from QUEUE_SIZE to the last one about a queue. */
#define LINK_SETUP_WORDS	15

/* Numbers of the queues. */
enum link_queue_number { LINK_RX, LINK_TX, LINK_NUM_QUEUES };

/*
 * Registers that more than their own file knows of (virtio 1.2, 4.2.2 and 5.1.4). The configuration
 * begins with the address.
 */
#define LINK_REG_INTERRUPTS	0x060
#define LINK_REG_STATUS		0x070
#define LINK_REG_GENERATION	0x0fc
#define LINK_REG_CONFIG		0x100
#define LINK_REG_NET_STATUS	0x106

/* Bits of the device's status (virtio 1.2, 2.1). */
#define LINK_DRIVER_OK		0x04U
#define LINK_FEATURES_OK	0x08U
#define LINK_NEEDS_RESET	0x40U
#define LINK_FAILED		0x80U

/* In link_end.gate, beside the count. */
#define LINK_GATE_CLOSED	0x80000000U

/* Why a device interrupts. */
#define LINK_INTERRUPT_USED	0x1U
#define LINK_INTERRUPT_CONFIG	0x2U

/**
 * struct link_pipe - one direction, from the end that it is in
 * @word: a CPU works on it, and another one has come meanwhile; atomic
 * @seq: changes after each frame, for whoever waits for the frame in flight
 */
struct link_pipe {
	u32 word;
	u32 seq;
};

/**
 * struct link_end - a device, one end of a link
 * @cell: whose it is
 * @config: what its configuration says; NULL behind the last end of a cell
 * @peer: the other end, NULL if there is none. Behind the gate
 * @gate: how many CPUs are inside, and whether it is closed; atomic
 * @missed: the other end is to be told that this one has changed
 * @running: its cell runs
 * @registers: see link_register(): what the cell reads, at the addresses of its configuration
 * @starts: how often a queue became ready
 * @pipe: what this end sends
 * @limit: of lines about its rings
 * @pin: what the architecture interrupts with
 * @lock: a queue becomes ready, or is no longer: between CPUs of the cell. From here on all is 0
 *	after power-up
 * @driver_select, @queue_select: registers that are written only
 * @features: what the driver has accepted, in two halves
 * @setup: registers, from that of the size of a queue on: what the driver has written about each;
 *	two of them are a word
 * @queue: the queues in use
 */
struct link_end {
	struct cell *cell;
	const struct jailhouse_link *config;
	struct link_end *peer;
	u32 gate;
	bool missed;
	bool running;
	u32 *registers;
	u32 starts;
	struct link_pipe pipe;
	struct log_limit limit;
	struct virtual_pin *pin;
	u32 lock;
	u32 driver_select;
	u32 queue_select;
	u32 features[2];
	u64 setup[LINK_NUM_QUEUES][LINK_SETUP_WORDS];
	struct link_queue queue[LINK_NUM_QUEUES];
};

/* Iterates @end over the ends of @cell. */
#define for_each_link(cell, end)					\
	for ((end) = (cell)->links; (end) && (end)->config; (end)++)

/*
 * Management, link_cell.c
 */

/**
 * links_make() - the ends of a new cell
 * @cell: with its table of emulated registers
 *
 * Return: 0 or -ENOMEM.
 */
int links_make(struct cell *cell);

/** links_unmake() - undo links_make(); a cell without ends is fine. */
void links_unmake(struct cell *cell);

/**
 * links_pair() - connect a new cell
 * @cell: a cell that is in the list
 *
 * Return: 0.
 */
int links_pair(struct cell *cell);

/** links_unpair() - undo links_pair(); the gates of @cell and of its peers are closed. */
void links_unpair(struct cell *cell);

/**
 * links_close() - from here on nobody looks at memory or CPUs of a cell, or of the root cell
 * @cell: whose
 *
 * Waits for the frames in flight, at most one for each link.
 */
void links_close(const struct cell *cell);

/** links_open() - undo links_close(), for all cells of @m. */
void links_open(struct machine *m);

/**
 * links_run() - a cell starts, or is stopped
 * @cell: the cell
 * @runs: it starts: its devices are as after power-up. CPUs and gates as for a change of its
 *	memory. False: nothing is copied from or to its memory any more when this returns
 *
 * Waits for the frames in flight.
 */
void links_run(struct cell *cell, bool runs);

/*
 * Devices
 */

/** link_enter() - pass the gate of the calling CPU's own end. False: it is closed. */
bool link_enter(struct link_end *end);

/** link_leave() - go back out */
void link_leave(struct link_end *end);

/**
 * link_register() - a register that the cell can read
 * @end: the device
 * @reg: its offset, a multiple of four. All are written by any CPU, at any time: atomic
 */
static inline u32 *link_register(const struct link_end *end, u32 reg)
{
	return &end->registers[reg / 4];
}

/** link_power_up() - registers are as after power-up; CPUs and gates as for links_run() */
void link_power_up(struct link_end *end);

/** link_show() - have the driver of @end see whether the link is up; behind the gate */
void link_show(struct link_end *end);

/** link_live() - can this end send and receive? */
static inline bool link_live(const struct link_end *end)
{
	const u32 status = __atomic_load_n(link_register(end, LINK_REG_STATUS), __ATOMIC_SEQ_CST);

	return __atomic_load_n(&end->running, __ATOMIC_SEQ_CST) &&
	       (status & (LINK_DRIVER_OK | LINK_NEEDS_RESET | LINK_FAILED)) == LINK_DRIVER_OK;
}

/** link_interrupt() - have a device interrupt; @why: LINK_INTERRUPT_* */
void link_interrupt(struct link_end *end, u32 why);

/**
 * link_changed() - the other end is to learn that this one is up, or down
 * @end: behind its gate, or with CPUs and gates as for a change of memory
 */
void link_changed(struct link_end *end);

/**
 * link_break() - the driver has done what no driver may: the device stops until it is reset
 * @end: behind its gate, or that of its peer
 * @what: it was
 */
void link_break(struct link_end *end, const char *what);

/**
 * link_settle() - wait for the frames in flight from and to an end
 * @end: behind its gate
 *
 * None that begins afterwards uses a queue that is not ready now, or a device that is down.
 */
void link_settle(struct link_end *end);

/**
 * link_notify() - a driver has new entries in a queue
 * @end: of the calling CPU's cell, behind its gate
 * @number: LINK_RX or LINK_TX
 *
 * Return: 0. -EAGAIN: a sender has more to copy; it is to notify again, so that its CPU takes
 * interrupts, and what other CPUs ask of it, in between. A receiver leaves that to the sender.
 */
int link_notify(struct link_end *end, enum link_queue_number number);

/** link_was_left() - does something wait in the transmit queue that nobody sees to? */
bool link_was_left(const struct link_end *end);

/**
 * link_access() - an access to the registers, an mmio_handler
 * @end: struct link_end
 * @access: the access
 *
 * Return: 0. -EPERM: there is no such register. -EAGAIN: to be executed again.
 */
int link_access(void *end, struct mmio_access *access);

#endif
