// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two devices of QEMU, through the MMCONFIG area where there is one: edu, which interrupts by MSI
 * and copies by DMA, and e1000e, a function of PCI Express that interrupts by MSI-X.
 *
 *	dma=N		memory of the cell that is where it is host-physically
 *	others=N	a function that it does not have
 */
#include "qemu_devices.h"
#include "report.h"

#define DMA_BYTES	1024U
#define EDU_VECTOR	0x51
#define NIC_VECTOR	0x61
#define PATIENCE	(500 * NS_PER_MS)

static volatile u32 edu_interrupts, nic_interrupts;
static volatile u32 *edu, *nic;

static void edu_interrupt(__maybe_unused struct frame *frame)
{
	edu[EDU_ACK / 4] = edu[EDU_RAISED / 4];
	edu_interrupts++;
}

static void nic_interrupt(__maybe_unused struct frame *frame)
{
	nic_interrupts++;
}

/* Does @count get to @want? */
static void wait_for(const char *what, const volatile u32 *count, u32 want)
{
	u64 end = pm_timer_ns() + PATIENCE;

	while (*count != want && pm_timer_ns() < end)
		cpu_relax();
	report(*count == want, "%s: %u interrupts", what, *count);
}

static volatile u32 *open_device(u32 bdf)
{
	u64 gpa = pci_bar(bdf, 0);

	map_range(gpa, 0x20000);
	pci_command(bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	return (volatile u32 *)gpa;
}

static void look_around(u32 others)
{
	u32 bdf, found = 0;

	for (bdf = 0; bdf < 256; bdf++)
		found += pci_read(bdf, 0) != ~0U;
	report(found == 2, "%u functions are seen", found);
	pci_write(others, 4, 0);
	report(pci_read(others, 4) == ~0U, "another one's command register is 0x%x",
	       pci_read(others, 4));
}

static void copy(u64 from, u64 to, u32 command)
{
	volatile u64 *regs = (volatile u64 *)edu;

	regs[EDU_DMA_FROM / 8] = from;
	regs[EDU_DMA_TO / 8] = to;
	regs[EDU_DMA_COUNT / 8] = DMA_BYTES;
	regs[EDU_DMA_COMMAND / 8] = DMA_START | DMA_INTERRUPT | command;
}

static void fill(u8 *buffer, u32 seed)
{
	u32 n;

	for (n = 0; n < DMA_BYTES; n++)
		buffer[n] = (u8)(seed * n);
}

/* To the device, and back to another place. */
static void copy_there_and_back(u64 dma)
{
	u8 *from = (u8 *)dma, *to = from + DMA_BYTES;

	fill(from, 7);
	fill(to, 0);
	copy(dma, EDU_BUFFER, 0);
	wait_for("DMA to the device", &edu_interrupts, 2);
	copy(EDU_BUFFER, dma + DMA_BYTES, DMA_TO_MEMORY);
	wait_for("DMA from the device", &edu_interrupts, 3);
	report(!memcmp(from, to, DMA_BYTES), "%u bytes are back", DMA_BYTES);
}

static void use_edu(u64 dma)
{
	u32 bdf = pci_find(EDU_ID);

	if (!report(bdf != PCI_NOT_FOUND, "edu is 0x%x", bdf))
		return;
	edu = open_device(bdf);
	report((edu[EDU_VERSION / 4] & 0xff) == 0xed, "it is version 0x%x", edu[EDU_VERSION / 4]);
	report(pci_msi_enable(bdf, apic_id(), EDU_VECTOR), "it has MSI");
	edu[EDU_STATUS / 4] = STATUS_INTERRUPT;
	edu[EDU_FACTORIAL / 4] = 10;
	wait_for("10 factorial", &edu_interrupts, 1);
	report(edu[EDU_FACTORIAL / 4] == 3628800, "it is %u", edu[EDU_FACTORIAL / 4]);
	copy_there_and_back(dma);
}

static void raise(void)
{
	u32 dummy = nic[NIC_ICR / 4];

	(void)dummy;
	nic[NIC_ICR / 4] = ~0U;
	nic[NIC_ICS / 4] = CAUSE_RX;
}

/* The device may repeat one whose cause nobody has cleared. */
static u32 settled(void)
{
	nic[NIC_ICR / 4] = ~0U;
	delay_ns(NS_PER_MS);
	return nic_interrupts;
}

/* An interrupt that comes while its entry is masked waits in the table. */
static void mask_it(volatile u32 *table)
{
	u32 expected = settled();

	table[PCI_MSIX_CONTROL] = 1;
	report(table[PCI_MSIX_CONTROL] == 1, "the entry is masked");
	raise();
	delay_ns(NS_PER_MS);
	report(nic_interrupts == expected, "masked: %u interrupts", nic_interrupts);
	table[PCI_MSIX_CONTROL] = 0;
	wait_for("unmasked", &nic_interrupts, expected + 1);
}

/* A CPU of Linux, the vector of an exception, memory. */
static void aim_at_others(volatile u32 *table)
{
	u32 expected = settled();

	table[PCI_MSIX_ADDRESS] = 0xfee00000 | (apic_id() ^ 1) << 12;
	raise();
	table[PCI_MSIX_ADDRESS] = 0x1000;
	raise();
	table[PCI_MSIX_DATA] = 13;
	table[PCI_MSIX_ADDRESS] = 0xfee00000 | apic_id() << 12;
	raise();
	delay_ns(NS_PER_MS);
	report(nic_interrupts == expected, "aimed at others: %u interrupts", nic_interrupts);
	report(table[PCI_MSIX_DATA] == 13, "what was written is there: 0x%x",
	       table[PCI_MSIX_DATA]);
	pci_msix_set(table, 0, apic_id(), NIC_VECTOR);
	wait_for("valid again", &nic_interrupts, expected + 1);
}

static void look_at_capabilities(u32 bdf)
{
	u32 header = pci_read(bdf, 0x100);

	if (!comm_region->pci_mmconfig_base)
		return;
	report(pci_find_capability(bdf, PCI_CAP_EXPRESS), "it is of PCI Express");
	report((header & 0xffff) == 1, "its first extended capability is 0x%x", header);
	pci_write(bdf, 0x108, ~0U);
	pci_write(bdf, 0x100, 0);
	report(pci_read(bdf, 0x100) == header, "it is 0x%x after a write",
	       pci_read(bdf, 0x100));
}

static void use_nic(void)
{
	u32 bdf = pci_find(NIC_ID);
	volatile u32 *table;

	if (!report(bdf != PCI_NOT_FOUND, "e1000e is 0x%x", bdf))
		return;
	look_at_capabilities(bdf);
	nic = open_device(bdf);
	table = pci_msix_table(bdf);
	report(table[PCI_MSIX_CONTROL] == 1 && !table[PCI_MSIX_ADDRESS],
	       "its table is as after a reset");
	pci_msix_enable(bdf);
	pci_msix_set(table, 0, apic_id(), NIC_VECTOR);
	nic[NIC_IVAR / 4] = IVAR_RX;
	nic[NIC_IMS / 4] = CAUSE_RX;
	raise();
	wait_for("MSI-X", &nic_interrupts, 1);
	mask_it(table);
	aim_at_others(table);
}

void inmate_main(void)
{
	report_begin("express");
	apic_init();
	int_set_handler(EDU_VECTOR, edu_interrupt);
	int_set_handler(NIC_VECTOR, nic_interrupt);
	irq_enable();
	look_around((u32)cmdline_u64("others", 0));
	use_edu(cmdline_u64("dma", 0));
	use_nic();
	report_done();
}
