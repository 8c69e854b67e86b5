// SPDX-License-Identifier: GPL-2.0-only
/*
 * A peer of Linux. Whenever it is rung for, it answers the number in the shared memory with the
 * next, and rings; when Linux is in state 3 it rings a thousand times, in state 2 it ends.
 */
#include "ivshmem.h"
#include "report.h"

#define BELL_VECTOR	0x50
#define LINUX		0
#define END		2
#define STORM		3
#define RINGS		1000

/* Words of the common section. */
enum { QUESTION, ANSWER, STORMED };

static struct ivshmem device;
static volatile u32 bells;

static void count_bell(__maybe_unused struct frame *frame)
{
	bells++;
}

static void answer(volatile u32 *words)
{
	words[ANSWER] = words[QUESTION] + 1;
	ivshmem_ring(&device, LINUX, 0);
}

static void ring_often(volatile u32 *words)
{
	unsigned int n;

	for (n = 0; n < RINGS; n++)
		ivshmem_ring(&device, LINUX, 0);
	words[STORMED] = 1;
}

void inmate_main(void)
{
	volatile u32 *words;
	u32 seen = 0;

	report_begin("doorbell");
	apic_init();
	if (!report(ivshmem_open(&device), "there is a device"))
		report_done();
	report(device.id == 1 && device.peers == 2, "this is peer %u of %u", device.id,
	       device.peers);
	report(!device.table == cmdline_is("by", "pin"), "%u vectors", device.vectors);
	report(device.table || (pci_read(device.bdf, 0x3c) >> 8 & 0xff) == 1, "pin 0x%x",
	       pci_read(device.bdf, 0x3c));
	words = (volatile u32 *)device.common;
	int_set_handler(BELL_VECTOR, count_bell);
	ivshmem_set_vector(&device, 0, BELL_VECTOR);
	ivshmem_enable(&device, true);
	irq_enable();
	ivshmem_set_state(&device, 1);
	while (device.states[LINUX] != END) {
		if (bells == seen)
			continue;
		seen = bells;
		answer(words);
		if (device.states[LINUX] == STORM && !words[STORMED])
			ring_often(words);
	}
	report(bells >= 3, "%u interrupts", bells);
	report_done();
}
