// SPDX-License-Identifier: GPL-2.0-only
/* A driver of ivshmem devices (Jailhouse's IVSHMEM device specification, version 2). */
#include "ivshmem.h"

#define IVSHMEM_ID	0x4106110aU
#define CAP_VENDOR	0x09

/* Of the vendor's capability. */
#define CAP_COMMON_SIZE	0x08
#define CAP_OUTPUT_SIZE	0x10
#define CAP_BASE	0x18
#define ONE_SHOT	0x01000000U

/* Behind the registers, where there is no MSI-X table: those of an I/O APIC with one pin. */
#define PIN_OFFSET	4096

/* Registers, by words. */
enum { REG_ID, REG_MAX_PEERS, REG_CONTROL, REG_DOORBELL, REG_STATE };

static u64 read64(u32 bdf, u32 offset)
{
	return (u64)pci_read(bdf, offset + 4) << 32 | pci_read(bdf, offset);
}

/* The sections lie one behind the other. */
static void find_sections(struct ivshmem *device, u32 cap)
{
	const u64 base = read64(device->bdf, cap + CAP_BASE);
	const u32 table_size = pci_read(device->bdf, cap + 4);

	device->common_size = read64(device->bdf, cap + CAP_COMMON_SIZE);
	device->output_size = read64(device->bdf, cap + CAP_OUTPUT_SIZE);
	device->states = (const volatile u32 *)base;
	device->common = (volatile u8 *)base + table_size;
	device->outputs = device->common + device->common_size;
	map_range(base, table_size + device->common_size + device->peers * device->output_size);
}

/**
 * ivshmem_open() - find the cell's first device
 * @device: to be filled in
 *
 * Return: false if there is none, or it is not as this driver needs it.
 */
bool ivshmem_open(struct ivshmem *device)
{
	u32 cap, msix;

	device->bdf = pci_find(IVSHMEM_ID);
	if (device->bdf == PCI_NOT_FOUND)
		return false;
	cap = pci_find_capability(device->bdf, CAP_VENDOR);
	msix = pci_find_capability(device->bdf, PCI_CAP_MSIX);
	if (!cap)
		return false;
	pci_command(device->bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	device->regs = (volatile u32 *)pci_bar(device->bdf, 0);
	map_range((u64)device->regs, PIN_OFFSET + 4096);
	device->table = msix ? pci_msix_table(device->bdf) : NULL;
	device->vectors = msix ? (pci_read(device->bdf, msix) >> 16 & 0x7ff) + 1 : 0;
	device->id = device->regs[REG_ID];
	device->peers = device->regs[REG_MAX_PEERS];
	find_sections(device, cap);
	if (msix)
		pci_msix_enable(device->bdf);
	return true;
}

/**
 * ivshmem_set_vector() - interrupt number @entry comes to this CPU, as @vector
 *
 * Of a device with a pin there is one interrupt, whatever @entry is.
 */
void ivshmem_set_vector(const struct ivshmem *device, u32 entry, u8 vector)
{
	if (device->table)
		pci_msix_set(device->table, entry, apic_id(), vector);
	else
		ioapic_set((u64)device->regs + PIN_OFFSET, 0, apic_id(), vector);
}

/**
 * ivshmem_enable() - have interrupts, or none
 *
 * What peers ring for while there are none, is lost: look at the memory afterwards.
 */
void ivshmem_enable(const struct ivshmem *device, bool on)
{
	device->regs[REG_CONTROL] = on;
}

/** ivshmem_one_shot() - each interrupt turns interrupts off, until ivshmem_enable() */
void ivshmem_one_shot(const struct ivshmem *device, bool on)
{
	const u32 cap = pci_find_capability(device->bdf, CAP_VENDOR);
	const u32 head = pci_read(device->bdf, cap);

	pci_write(device->bdf, cap, on ? head | ONE_SHOT : head & ~ONE_SHOT);
}

/** ivshmem_set_state() - all peers read it in states[], and get interrupt 0 if it is another one */
void ivshmem_set_state(const struct ivshmem *device, u32 state)
{
	device->regs[REG_STATE] = state;
}

/** ivshmem_ring() - interrupt a peer; what it is to read then is written before */
void ivshmem_ring(const struct ivshmem *device, u32 peer, u32 vector)
{
	device->regs[REG_DOORBELL] = peer << 16 | vector;
}

/** ivshmem_output() - the section that @peer writes alone */
volatile void *ivshmem_output(const struct ivshmem *device, u32 peer)
{
	return device->outputs + peer * device->output_size;
}
