// SPDX-License-Identifier: GPL-2.0-only
/* PCI functions: find one, its registers, and have it interrupt by message. */
#include "inmate.h"

#define ADDRESS_PORT	0xcf8
#define DATA_PORT	0xcfc
#define ADDRESS_ENABLE	0x80000000U

#define CFG_ID		0x00
#define CFG_STATUS	0x06
#define CFG_BAR0	0x10
#define CFG_CAPABILITIES 0x34
#define STATUS_CAPABILITIES 0x10
#define BAR_IO		0x01U
#define BAR_64		0x04U

/* More capabilities than fit into 256 bytes. */
#define MAX_CAPABILITIES 48

#define MSI_CONTROL	2
#define MSI_ENABLE	0x0001
#define MSI_64		0x0080
#define MSIX_ENABLE	0x8000
#define MSIX_TABLE	4
#define MSIX_BAR	7U

#define MESSAGE_BASE	0xfee00000U

/* Of 256 buses. */
#define PCI_FUNCTIONS	0x10000U

/* Where a register is in the MMCONFIG area, or 0: the bus is not there, or there is no area. */
static u64 mmconfig_at(u32 bdf, u32 offset)
{
	const u64 base = comm_region->pci_mmconfig_base;

	return base ? base + ((u64)bdf << 12) + offset : 0;
}

static u32 port_read(u32 bdf, u32 offset)
{
	out32(ADDRESS_PORT, ADDRESS_ENABLE | bdf << 8 | offset);
	return in32(DATA_PORT);
}

/**
 * pci_read() - read a register of configuration space
 * @bdf: bus << 8 | device << 3 | function
 * @offset: of the doubleword, below 0x1000
 *
 * Through the MMCONFIG area if there is one, else through ports, which reach 256 bytes. Uses the
 * ports like everybody: one CPU at a time.
 *
 * Return: all ones if nothing is there.
 */
u32 pci_read(u32 bdf, u32 offset)
{
	u64 at = mmconfig_at(bdf, offset);

	if (at) {
		map_range(at, 4);
		return *(volatile u32 *)at;
	}
	return offset < 0x100 ? port_read(bdf, offset) : ~0U;
}

/** pci_write() - write a register of configuration space; see pci_read() */
void pci_write(u32 bdf, u32 offset, u32 value)
{
	u64 at = mmconfig_at(bdf, offset);

	if (at) {
		map_range(at, 4);
		*(volatile u32 *)at = value;
	} else if (offset < 0x100) {
		out32(ADDRESS_PORT, ADDRESS_ENABLE | bdf << 8 | offset);
		out32(DATA_PORT, value);
	}
}

/**
 * pci_find() - look for a function
 * @id: device << 16 | vendor
 *
 * Through ports, which reach all buses: nobody says where the MMCONFIG area ends. All functions are
 * looked at, as a cell may have any of a device.
 *
 * Return: bdf of the first one, PCI_NOT_FOUND if the cell has none.
 */
u32 pci_find(u32 id)
{
	u32 bdf;

	for (bdf = 0; bdf < PCI_FUNCTIONS; bdf++)
		if (port_read(bdf, CFG_ID) == id)
			return bdf;
	return PCI_NOT_FOUND;
}

/**
 * pci_bar() - where registers of a function are
 * @bdf: the function
 * @n: number of the BAR
 *
 * Return: address or port.
 */
u64 pci_bar(u32 bdf, unsigned int n)
{
	u32 low = pci_read(bdf, CFG_BAR0 + 4 * n);

	if (low & BAR_IO)
		return low & ~3U;
	if (low & BAR_64)
		return (u64)pci_read(bdf, CFG_BAR0 + 4 * n + 4) << 32 | (low & ~0xfU);
	return low & ~0xfU;
}

/**
 * pci_find_capability() - look for a capability
 * @bdf: the function
 * @id: its kind
 *
 * Return: its offset, 0 if there is none.
 */
u32 pci_find_capability(u32 bdf, u8 id)
{
	u32 at, header, n;

	if (!(pci_read(bdf, CFG_STATUS & ~3U) >> 16 & STATUS_CAPABILITIES))
		return 0;
	at = pci_read(bdf, CFG_CAPABILITIES) & 0xfc;
	for (n = 0; at && n < MAX_CAPABILITIES; n++) {
		header = pci_read(bdf, at);
		if ((header & 0xff) == id)
			return at;
		at = header >> 8 & 0xfc;
	}
	return 0;
}

/**
 * pci_command() - change the command register
 * @bdf: the function
 * @bits: PCI_COMMAND_*: all others are cleared
 */
void pci_command(u32 bdf, u16 bits)
{
	/* Zeros clear no error. */
	pci_write(bdf, 4, bits);
}

static u32 message_address(u32 apic_id)
{
	return MESSAGE_BASE | apic_id << 12;
}

/**
 * pci_msi_enable() - have a function send MSIs
 * @bdf: the function
 * @apic_id: CPU that gets them, below 255
 * @vector: as this interrupt, 32 to 255
 *
 * Return: false if it has no MSI.
 */
bool pci_msi_enable(u32 bdf, u32 apic_id, u8 vector)
{
	u32 at = pci_find_capability(bdf, PCI_CAP_MSI), header;

	if (!at)
		return false;
	header = pci_read(bdf, at);
	pci_write(bdf, at + 4, message_address(apic_id));
	if (header >> 16 & MSI_64)
		pci_write(bdf, at + 8, 0);
	pci_write(bdf, at + (header >> 16 & MSI_64 ? 12 : 8), vector);
	pci_write(bdf, at, header | MSI_ENABLE << 16);
	return true;
}

/**
 * pci_msix_table() - where a function has its MSI-X table
 * @bdf: the function
 *
 * Return: its first word, NULL if it has no MSI-X. An entry has four words: address, upper
 * address, data, and control, whose bit 0 masks it.
 */
volatile u32 *pci_msix_table(u32 bdf)
{
	u32 at = pci_find_capability(bdf, PCI_CAP_MSIX), table;
	u64 gpa;

	if (!at)
		return NULL;
	table = pci_read(bdf, at + MSIX_TABLE);
	gpa = pci_bar(bdf, table & MSIX_BAR) + (table & ~MSIX_BAR);
	map_range(gpa, 4096);
	return (volatile u32 *)gpa;
}

/**
 * pci_msix_enable() - have a function send the messages of its MSI-X table
 * @bdf: the function, which has one
 */
void pci_msix_enable(u32 bdf)
{
	u32 at = pci_find_capability(bdf, PCI_CAP_MSIX);

	pci_write(bdf, at, pci_read(bdf, at) | (u32)MSIX_ENABLE << 16);
}

/**
 * pci_msix_set() - write an entry of an MSI-X table, and unmask it
 * @table: from pci_msix_table()
 * @entry: number of the entry
 * @apic_id: CPU that gets the interrupt, below 255
 * @vector: of the interrupt, 32 to 255
 */
void pci_msix_set(volatile u32 *table, unsigned int entry, u32 apic_id, u8 vector)
{
	volatile u32 *word = table + 4 * entry;

	word[PCI_MSIX_CONTROL] = 1;
	word[PCI_MSIX_ADDRESS] = message_address(apic_id);
	word[PCI_MSIX_UPPER] = 0;
	word[PCI_MSIX_DATA] = vector;
	word[PCI_MSIX_CONTROL] = 0;
}
