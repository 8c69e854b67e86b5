// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtual function (SR-IOV) of QEMU's igb, a network card: what the cell sees of it, that its
 * registers are there, and that it interrupts by MSI-X and writes to memory. Linux, which has the
 * physical function, has switched on what all functions have in common.
 *
 *	mode=gone	it is taken out while it is used
 *	vf=N		the function, bus << 8 | device << 3 | function
 *	at=N		where its registers are
 *	dma=N		memory of the cell that is where it is host-physically
 *	foreign=N	memory that the cell sees there as well, and no device of its own may reach
 */
#include "inmate.h"
#include "report.h"

#define VF_ID		0x10ca8086U
#define VF_VECTORS	3U
#define VF_BYTES	0x4000U
#define VECTOR		0x61

#define CFG_COMMAND	0x04
#define CFG_BAR0	0x10
#define CFG_INTERRUPT	0x3c
#define BAR_64		0x4U

/* Registers of the function (82576 datasheet, 8.28), and those of its queue of what to send. */
#define VTEICS		0x1520
#define VTEIMS		0x1524
#define VTEICR		0x1580
#define TDBAL		0x3800
#define TDBAH		0x3804
#define TDLEN		0x3808
#define TDH		0x3810
#define TDT		0x3818
#define TXDCTL		0x3828
#define TDWBAL		0x3838
#define TDWBAH		0x383c
#define QUEUE_ENABLED	0x02000000U
#define HEAD_WRITTEN	1U

#define RING_SIZE	128U
#define FRAME		0x800U
#define FRAME_SIZE	60U
#define HEAD		0x900U
#define MARK		0x5a5a5a5aU
/* A descriptor of data, 7.2.2.3: the only one of its frame, reported when it was sent. */
#define DESCRIPTOR	0x2b300000U

static u32 bdf;
static volatile u32 *vf, *memory;
static volatile u32 interrupts;

static void interrupt(__maybe_unused struct frame *frame)
{
	interrupts++;
}

/* What it says itself is all ones, and zeros. */
static void look_at_header(void)
{
	const u64 at = cmdline_u64("at", 0);
	u32 low;

	report(pci_read(bdf, 0) == VF_ID, "it is 0x%x", pci_read(bdf, 0));
	report(at && pci_bar(bdf, 0) == at, "its registers are at 0x%llx", pci_bar(bdf, 0));
	low = pci_read(bdf, CFG_BAR0);
	pci_write(bdf, CFG_BAR0, ~0U);
	pci_write(bdf, CFG_BAR0 + 4, ~0U);
	report(pci_read(bdf, CFG_BAR0) == (~(VF_BYTES - 1) | (low & 0xf)) &&
	       (!(low & BAR_64) || pci_read(bdf, CFG_BAR0 + 4) == ~0U),
	       "its BAR has 0x%x bytes", -(pci_read(bdf, CFG_BAR0) & ~0xfU));
	pci_write(bdf, CFG_BAR0, low);
	pci_write(bdf, CFG_BAR0 + 4, (u32)(at >> 32));
	report(pci_bar(bdf, 0) == at, "and is where it was");
	pci_command(bdf, 0);
	report(!(pci_read(bdf, CFG_COMMAND) & 0x7), "it is switched off: 0x%x",
	       pci_read(bdf, CFG_COMMAND));
	pci_command(bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	report((pci_read(bdf, CFG_COMMAND) & 0x7) == (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER),
	       "and on: 0x%x", pci_read(bdf, CFG_COMMAND));
	report(!(pci_read(bdf, CFG_INTERRUPT) & 0xff00), "it has no pin");
}

static void interrupt_by_message(void)
{
	volatile u32 *table = pci_msix_table(bdf);
	u32 n, before;

	if (!report(table, "it has MSI-X"))
		return;
	pci_msix_enable(bdf);
	vf[VTEIMS / 4] = (1U << VF_VECTORS) - 1;
	for (n = 0; n < VF_VECTORS; n++) {
		before = interrupts;
		pci_msix_set(table, n, apic_id(), VECTOR);
		/* A cause that is still there from before would be no new one: a 1 ends it. */
		vf[VTEICR / 4] = 1U << n;
		vf[VTEICS / 4] = 1U << n;
		delay_ns(NS_PER_MS);
		report(interrupts == before + 1, "message %u interrupts %u times", n,
		       interrupts - before);
		table[4 * n + PCI_MSIX_CONTROL] = 1;
	}
}

/* Sends a frame. What is written is how many were, to the address @head. */
static void send(u64 head)
{
	const u64 ring = (u64)memory;

	vf[TXDCTL / 4] = 0;
	memory[0] = (u32)ring + FRAME;
	memory[1] = (u32)(ring >> 32);
	memory[2] = DESCRIPTOR | FRAME_SIZE;
	memory[3] = FRAME_SIZE << 14;
	vf[TDBAL / 4] = (u32)ring;
	vf[TDBAH / 4] = (u32)(ring >> 32);
	vf[TDLEN / 4] = RING_SIZE;
	vf[TDH / 4] = 0;
	vf[TDT / 4] = 0;
	vf[TDWBAL / 4] = (u32)head | HEAD_WRITTEN;
	vf[TDWBAH / 4] = (u32)(head >> 32);
	vf[TXDCTL / 4] = QUEUE_ENABLED;
	vf[TDT / 4] = 1;
	delay_ns(NS_PER_MS);
}

static void write_memory(void)
{
	const u64 foreign = cmdline_u64("foreign", 0);
	volatile u32 *there = (volatile u32 *)foreign;

	memory[HEAD / 4] = MARK;
	send((u64)memory + HEAD);
	report(memory[HEAD / 4] == 1, "it writes 0x%x to memory of the cell", memory[HEAD / 4]);
	if (!foreign)
		return;
	map_range(foreign, 0x1000);
	*there = MARK;
	send(foreign);
	report(vf[TDH / 4] == 1, "and what it was told to, to 0x%llx", foreign);
	report(*there == MARK, "which has 0x%x", *there);
}

/* What is not there reads as all ones, and is written to in vain. */
static void __noreturn see_it_go(void)
{
	report(vf[VTEIMS / 4] != ~0U, "its registers are there");
	report_note("it may go");
	while (pci_read(bdf, 0) != ~0U)
		delay_ns(NS_PER_MS);
	pci_command(bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	vf[VTEIMS / 4] = 1;
	report(pci_read(bdf, CFG_COMMAND) == ~0U, "its command register reads 0x%x",
	       pci_read(bdf, CFG_COMMAND));
	report_done();
}

void inmate_main(void)
{
	report_begin("virtual");
	bdf = (u32)cmdline_u64("vf", 0);
	memory = (volatile u32 *)cmdline_u64("dma", 0);
	map_range((u64)memory, 0x1000);
	look_at_header();
	map_range(pci_bar(bdf, 0), VF_BYTES);
	vf = (volatile u32 *)pci_bar(bdf, 0);
	if (cmdline_is("mode", "gone"))
		see_it_go();
	vf[TDBAL / 4] = 0x12345680;
	report(vf[TDBAL / 4] == 0x12345680, "its registers can be written: 0x%x", vf[TDBAL / 4]);
	apic_init();
	int_set_handler(VECTOR, interrupt);
	irq_enable();
	interrupt_by_message();
	write_memory();
	report_done();
}
