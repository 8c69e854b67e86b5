// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space of ivshmem devices, and their MSI-X tables. Jailhouse's IVSHMEM device
 * specification, version 2, "PCI Configuration Space"; PCI 3.0, chapter 6.
 */
#include "ivshmem.h"
#include "pci_internal.h"

#define ID			0x4106110aU
/* No class; behind it comes the protocol. */
#define CLASS_OTHER		0xffU
#define CFG_CLASS		0x08
#define CFG_SUBSYSTEM		0x2c

#define VENDOR_CAP		0x40
#define VENDOR_CAP_ID		0x09U
#define VENDOR_CAP_SIZE		0x20U
#define PRIVILEGED_CONTROL	24	/* of the first doubleword */
#define ONE_SHOT		1U

#define CFG_INTERRUPT		0x3c
#define INTERRUPT_INTA		0x100U

#define MSIX_CAP		0x60
#define MSIX_CAP_ID		0x11U
#define MSIX_CONTROL		16	/* of the first doubleword */
#define MSIX_MASK_ALL		0x4000U
#define TABLE_BAR		1U
/* Pending bits: behind the longest table, in the same page. */
#define PENDING			0x800U

/* Where the device answers; bus master, and INTx off, for software that sets them. */
#define COMMAND_BITS		(COMMAND_MEMORY | COMMAND_MASTER | COMMAND_INTX_OFF)

#define ENTRY_SIZE		16
#define ENTRY_CONTROL		3
#define ENTRY_MASKED		1U

void ivshmem_pci_reset(struct ivshmem *device)
{
	unsigned int n;

	device->command = 0;
	if (device->pin)
		virtual_pin_reset(device->pin);
	ivshmem_set(&device->msix, 0);
	for (n = 0; n < ARRAY_SIZE(device->bar); n++)
		device->bar[n] = (u32)(device->config->address + n * PAGE_SIZE);
	for (n = 0; n < ARRAY_SIZE(device->vectors); n++)
		device->vectors[n] = (struct ivshmem_vector){
			.word = { [ENTRY_CONTROL] = ENTRY_MASKED },
		};
}

/*
 * Messages
 */

void ivshmem_deliver(struct ivshmem *device, unsigned int vector)
{
	struct ivshmem_vector *entry = &device->vectors[vector];
	const u64 routed = __atomic_load_n(&entry->routed, __ATOMIC_SEQ_CST);
	const u32 msix = ivshmem_get(&device->msix);

	if ((msix & (MSIX_ENABLE | MSIX_MASK_ALL)) != MSIX_ENABLE || !routed ||
	    !__atomic_exchange_n(&entry->pending, 0, __ATOMIC_SEQ_CST))
		return;
	device->ops->send((u32)routed | APIC_LEVEL_ASSERT, (u32)(routed >> 32));
}

static void deliver_all(struct ivshmem *device)
{
	unsigned int n;

	for (n = 0; n < device->config->vectors; n++)
		ivshmem_deliver(device, n);
}

/* What a message that was checked would say to the local APICs. */
static u64 route(const struct ivshmem *device, const u32 *word, bool x2apic)
{
	u64 address = word[0] | (u64)word[1] << 32;
	u32 data = word[2];

	if (word[ENTRY_CONTROL] ||
	    !apic_route_msi(device->topo, device->cpus, x2apic, &address, &data))
		return 0;
	return (address >> 12 & 0xff) << 32 | data;
}

/* Of an entry that changes bit by bit, nothing is sent before all of it fits together. */
static void write_entry(struct ivshmem *device, unsigned int index, unsigned int word, bool x2apic,
			u32 val)
{
	struct ivshmem_vector *entry = &device->vectors[index];

	entry->word[word] = word == ENTRY_CONTROL ? val & ENTRY_MASKED : val;
	__atomic_store_n(&entry->routed, route(device, entry->word, x2apic), __ATOMIC_SEQ_CST);
	ivshmem_deliver(device, index);
}

static u32 read_pending(const struct ivshmem *device)
{
	unsigned int n;
	u32 bits = 0;

	for (n = 0; n < device->config->vectors; n++)
		bits |= ivshmem_get(&device->vectors[n].pending) << n;
	return bits;
}

static u32 access_word(struct ivshmem *device, unsigned int offset, bool x2apic, bool write,
		       u32 val)
{
	const unsigned int index = offset / ENTRY_SIZE, word = offset % ENTRY_SIZE / 4;

	if (offset == PENDING)
		return read_pending(device);
	if (index >= device->config->vectors)
		return 0;
	if (write)
		write_entry(device, index, word, x2apic, val);
	return device->vectors[index].word[word];
}

/* Words or pairs of them; anything else is undefined (PCI 3.0, 6.8.2). */
int ivshmem_table(struct ivshmem *device, bool x2apic, struct mmio_access *access)
{
	const unsigned int offset = (unsigned int)(access->gpa % PAGE_SIZE);
	u64 val = 0;
	u32 word;
	unsigned int n;

	if (access->width < 4 || offset % access->width) {
		access->value = ~0ULL;
		return -EPERM;
	}
	ticket_lock(&device->lock);
	for (n = 0; n < access->width; n += 4) {
		word = access_word(device, offset + n, x2apic, access->is_write,
				   (u32)(access->value >> 8 * n));
		val |= (u64)word << 8 * n;
	}
	ticket_unlock(&device->lock);
	if (!access->is_write)
		access->value = val;
	return 0;
}

/*
 * Configuration space
 */

static u32 read_vendor_cap(const struct ivshmem *device, unsigned int offset)
{
	const struct jailhouse_memory *section = device->sections;
	const struct {
		u32 head;
		u32 table_size;
		u64 common_size;
		u64 output_size;
		u64 base;
	} cap = {
		VENDOR_CAP_ID | (device->pin ? 0 : MSIX_CAP << 8) | VENDOR_CAP_SIZE << 16 |
			ivshmem_get(&device->one_shot) << PRIVILEGED_CONTROL,
		(u32)section[0].size, section[1].size, section[2].size, section[0].virt_start,
	};

	static_assert(sizeof(cap) == VENDOR_CAP_SIZE);
	return ((const u32 *)&cap)[offset / 4];
}

/* One with a pin has neither the table nor what names it. */
static bool is_absent(const struct ivshmem *device, unsigned int reg)
{
	return device->pin && (reg == CFG_BAR0 + 4 || reg >= MSIX_CAP);
}

static u32 read_dword(const struct ivshmem *device, unsigned int reg)
{
	if (is_absent(device, reg))
		return 0;
	if (reg >= VENDOR_CAP && reg < VENDOR_CAP + VENDOR_CAP_SIZE)
		return read_vendor_cap(device, reg - VENDOR_CAP);
	switch (reg) {
	case 0:
	case CFG_SUBSYSTEM:
		return ID;
	case CFG_COMMAND:
		return device->command | STATUS_CAPABILITIES << 16;
	case CFG_CLASS:
		return CLASS_OTHER << 24 | (u32)device->config->protocol << 8;
	case CFG_BAR0:
	case CFG_BAR0 + 4:
		return device->bar[(reg - CFG_BAR0) / 4];
	case CFG_CAPABILITIES:
		return VENDOR_CAP;
	case CFG_INTERRUPT:
		return device->pin ? INTERRUPT_INTA : 0;
	case MSIX_CAP:
		return MSIX_CAP_ID | ivshmem_get(&device->msix) << MSIX_CONTROL |
		       (device->config->vectors - 1U) << MSIX_CONTROL;
	case MSIX_CAP + 4:
		return TABLE_BAR;
	case MSIX_CAP + 8:
		return TABLE_BAR | PENDING;
	default:
		return 0;
	}
}

/* All else can only be read, and is. */
static void write_dword(struct ivshmem *device, unsigned int reg, u32 val)
{
	if (is_absent(device, reg))
		return;
	switch (reg) {
	case CFG_COMMAND:
		device->command = val & COMMAND_BITS;
		break;
	case CFG_BAR0:
	case CFG_BAR0 + 4:
		device->bar[(reg - CFG_BAR0) / 4] = val & (u32)PAGE_MASK;
		break;
	case VENDOR_CAP:
		ivshmem_set(&device->one_shot, val >> PRIVILEGED_CONTROL & ONE_SHOT);
		break;
	case MSIX_CAP:
		ivshmem_set(&device->msix, val >> MSIX_CONTROL & (MSIX_ENABLE | MSIX_MASK_ALL));
		deliver_all(device);
		break;
	}
}

void ivshmem_config(struct ivshmem *device, unsigned int offset, struct pci_access *access)
{
	const unsigned int shift = 8 * (offset & 3), reg = offset & ~3U;
	const u32 mask = (u32)(~0U >> (32 - 8 * access->width)) << shift;
	u32 val;

	ticket_lock(&device->lock);
	val = reg < IVSHMEM_CONFIG_SIZE ? read_dword(device, reg) : 0;
	if (access->is_write)
		write_dword(device, reg, (val & ~mask) | (access->value << shift & mask));
	else
		access->value = (val & mask) >> shift;
	ticket_unlock(&device->lock);
}
