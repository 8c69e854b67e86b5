// SPDX-License-Identifier: GPL-2.0-only
/*
 * A peer of an ivshmem device; the same program is the other one. Both go from step to step
 * together, by their states.
 *
 *	root=yes	Linux has a word in the shared memory, too
 */
#include "ivshmem.h"
#include "report.h"

#define STATE_VECTOR	0x50
#define BELL_VECTOR	0x51
#define ROUNDS		100
#define PATIENCE	(5 * NS_PER_SEC)
#define LINUX_WORD	15

static struct ivshmem device;
static u32 peer;
static volatile u32 states, bells;

static void count_state(__maybe_unused struct frame *frame)
{
	states++;
}

static void count_bell(__maybe_unused struct frame *frame)
{
	bells++;
}

static bool wait_for(const volatile u32 *val, u32 want)
{
	const u64 start = tsc_ns();

	while (*val != want)
		if (tsc_ns() - start > PATIENCE)
			return false;
	return true;
}

/* Has it not come so far yet? When it has ended, it has been everywhere. */
static bool is_behind(u32 step)
{
	const u32 state = device.states[peer];

	return state < step && (state || step == 1);
}

/* Both have come so far; what the other one has written before is there. */
static void meet(u32 step)
{
	const u64 start = tsc_ns();

	ivshmem_set_state(&device, step);
	while (is_behind(step))
		if (tsc_ns() - start > PATIENCE) {
			report(false, "step %u: peer %u is in state %u", step, peer,
			       device.states[peer]);
			report_done();
		}
}

static void look_at_device(void)
{
	report(device.peers == 2 && device.id < 2, "this is peer %u of %u", device.id,
	       device.peers);
	report(device.vectors == 2, "%u vectors", device.vectors);
	report(pci_read(device.bdf, 8) == 0xff000000, "class and revision 0x%x",
	       pci_read(device.bdf, 8));
	report(device.common_size == 4096 && device.output_size == 4096,
	       "sections of %llu and %llu bytes", device.common_size, device.output_size);
	report(!device.regs[2] && !device.regs[3] && !device.regs[4], "registers after power-up");
	pci_write(device.bdf, 0x10, ~0U);
	report(pci_read(device.bdf, 0x10) == 0xfffff000, "size of BAR 0: 0x%x",
	       pci_read(device.bdf, 0x10));
	pci_write(device.bdf, 0x10, (u32)(u64)device.regs);
}

static void exchange(void)
{
	volatile u32 *mine = ivshmem_output(&device, device.id);
	volatile u32 *its = ivshmem_output(&device, peer);
	u32 n, wrong = 0;

	for (n = 0; n < 1024; n++)
		mine[n] = n * 77 + device.id;
	for (n = 0; n < 1000; n++)
		__atomic_fetch_add((u32 *)device.common, 1, __ATOMIC_SEQ_CST);
	meet(2);
	for (n = 0; n < 1024; n++)
		wrong += its[n] != n * 77 + peer;
	report(!wrong, "%u words of the other one's section are wrong", wrong);
	report(*(volatile u32 *)device.common == 2000, "both have counted to %u",
	       *(volatile u32 *)device.common);
	report(states >= 1, "%u interrupts for states", states);
}

/* There and back, a hundred times. */
static void ring_each_other(void)
{
	u32 n;

	meet(3);
	for (n = 1; n <= ROUNDS; n++) {
		if (device.id == 0)
			ivshmem_ring(&device, peer, 1);
		if (!wait_for(&bells, n))
			break;
		if (device.id == 1)
			ivshmem_ring(&device, peer, 1);
	}
	report(bells == ROUNDS, "%u interrupts of %u", bells, ROUNDS);
	meet(4);
}

/* Numbers that nobody has, and messages that are none of this cell's. */
static void try_others(void)
{
	static const u32 doorbells[] = {
		0xffff0001, 0x00020001, 0x00080000, 0x00010002, 0x00000002, 0x0001ffff, ~0U,
	};
	u32 n;

	for (n = 0; n < ARRAY_SIZE(doorbells); n++)
		device.regs[3] = doorbells[n];
	device.table[PCI_MSIX_ADDRESS] = 0xfee00000;
	device.table[PCI_MSIX_DATA] = 0x30;
	device.table[4 + PCI_MSIX_DATA] = 13;
	device.table[8 + PCI_MSIX_DATA] = BELL_VECTOR;
	meet(5);
	ivshmem_ring(&device, peer, 0);
	ivshmem_ring(&device, peer, 1);
	ivshmem_set_vector(&device, 0, STATE_VECTOR);
	meet(6);
	bells = 0;
	report(device.table[4 + PCI_MSIX_DATA] == 13, "what was written can be read");
	ivshmem_set_vector(&device, 1, BELL_VECTOR);
	report(wait_for(&bells, 1), "what came for a wrong message comes with a right one");
	meet(7);
}

/* Peer 1 is rung for ten times, and hears it once. States do not interrupt it meanwhile. */
static void once(void)
{
	volatile u32 *mine = ivshmem_output(&device, device.id);
	const volatile u32 *its = ivshmem_output(&device, peer);
	u32 n;

	mine[0] = 0;
	bells = 0;
	if (device.id == 1)
		ivshmem_one_shot(&device, true);
	meet(8);
	if (device.id == 1) {
		ivshmem_enable(&device, true);
		mine[0] = 1;
		wait_for(its, 1);
		wait_for(&bells, 1);
		report(bells == 1 && !device.regs[2], "one-shot: %u interrupts, control is %u",
		       bells, device.regs[2]);
	} else if (wait_for(its, 1)) {
		for (n = 0; n < 10; n++)
			ivshmem_ring(&device, peer, 1);
		mine[0] = 1;
	}
	meet(9);
}

/* Linux writes a word, sees what becomes of it, and that is all it is told. */
static void answer_linux(void)
{
	volatile u32 *words = (volatile u32 *)device.common + LINUX_WORD;

	if (!cmdline_is("root", "yes"))
		return;
	while (!words[0])
		cpu_relax();
	words[1 + device.id] = words[0] + device.id;
	report(true, "Linux has written 0x%x", words[0]);
	meet(10);
}

void inmate_main(void)
{
	report_begin("ivshmem");
	apic_init();
	if (!report(ivshmem_open(&device), "there is a device"))
		report_done();
	peer = !device.id;
	look_at_device();
	int_set_handler(STATE_VECTOR, count_state);
	int_set_handler(BELL_VECTOR, count_bell);
	ivshmem_set_vector(&device, 0, STATE_VECTOR);
	ivshmem_set_vector(&device, 1, BELL_VECTOR);
	ivshmem_enable(&device, true);
	irq_enable();
	meet(1);
	exchange();
	ring_each_other();
	try_others();
	once();
	answer_linux();
	report_done();
}
