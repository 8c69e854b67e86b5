// SPDX-License-Identifier: GPL-2.0-only
/*
 * A peer of an ivshmem device that gives the other one no rest. For a cell with one CPU.
 *
 *	mode=ring	rings for its peer, for itself and for such as do not exist, and has its
 *			state change; for ever
 *	mode=count	does not want to be rung for at first, then looks how often it is
 *	rounds=N	so often at least, 50 by default
 */
#include "ivshmem.h"
#include "report.h"

#define STATE_VECTOR	0x60
#define BELL_VECTOR	0x61
#define QUIET_NS	(5 * NS_PER_MS)
#define LIMIT		(10 * NS_PER_SEC)

static struct ivshmem device;
static volatile u64 bells;

static void count_bell(__maybe_unused struct frame *frame)
{
	bells++;
}

static void __noreturn ring_for_ever(void)
{
	const u32 peers[] = { !device.id, !device.id, device.id, device.peers, 0xffff };
	u32 n;

	ivshmem_enable(&device, true);
	irq_enable();
	for (n = 0;; n++) {
		ivshmem_ring(&device, peers[n % ARRAY_SIZE(peers)], n % 4);
		if (n % 16 == 0)
			ivshmem_set_state(&device, n);
	}
}

/* What was enabled before the cell was killed, and what came meanwhile, is over. */
static void count(u64 wanted)
{
	u64 start;

	irq_enable();
	delay_ns(QUIET_NS);
	report(!bells && !device.regs[2], "%llu bells before any is wanted, control is %u", bells,
	       device.regs[2]);
	ivshmem_enable(&device, true);
	start = tsc_ns();
	while (bells < wanted && tsc_ns() - start < LIMIT)
		cpu_relax();
	report(bells >= wanted, "%llu bells", bells);
}

void inmate_main(void)
{
	report_begin("bells");
	apic_init();
	int_set_handler(STATE_VECTOR, count_bell);
	int_set_handler(BELL_VECTOR, count_bell);
	if (!report(ivshmem_open(&device), "there is a device"))
		report_done();
	ivshmem_set_vector(&device, 0, STATE_VECTOR);
	ivshmem_set_vector(&device, 1, BELL_VECTOR);
	if (cmdline_is("mode", "ring"))
		ring_for_ever();
	count(cmdline_u64("rounds", 50));
	report_done();
}
