// SPDX-License-Identifier: GPL-2.0-only
/* Tables, and of Linux what is asked for them. */
#include <stdlib.h>
#include <string.h>
#include <linux/pci.h>
#include "acpi_tables.h"

u8 dmar[TABLE_ROOM] __aligned(8), ivrs[TABLE_ROOM] __aligned(8), madt[TABLE_ROOM] __aligned(8);
unsigned int tables_held;

void no_tables(void)
{
	memset(dmar, 0, sizeof(dmar));
	memset(ivrs, 0, sizeof(ivrs));
	memset(madt, 0, sizeof(madt));
}

struct acpi_table_header *header_of(u8 *table)
{
	return (void *)table;
}

static u8 *table_of(const char *signature)
{
	if (!strcmp(signature, "DMAR"))
		return dmar;
	return strcmp(signature, "IVRS") ? madt : ivrs;
}

/* A copy, behind which nothing can be read. */
int acpi_get_table(char *signature, __maybe_unused u32 instance,
		   struct acpi_table_header **table)
{
	u8 *bytes = table_of(signature);
	const u32 length = header_of(bytes)->length;
	const size_t size = MAX(length, sizeof(struct acpi_table_header));

	if (!length)
		return 1;
	*table = malloc(size);
	memcpy(*table, bytes, size);
	memcpy((*table)->signature, signature, 4);
	tables_held++;
	return 0;
}

void acpi_put_table(struct acpi_table_header *table)
{
	free(table);
	tables_held--;
}

/* Behind the bridge 00:03.0 are the buses 5 and 6; 00:04.0 is none. */
struct pci_dev *pci_get_domain_bus_and_slot(__maybe_unused int domain, unsigned int bus,
					    unsigned int devfn)
{
	static struct pci_bus behind = { .number = 5, .busn_res = { 5, 6 } };
	static struct pci_dev bridge = { .subordinate = &behind }, none;

	if (bus)
		return NULL;
	return devfn == PCI_DEVFN(3, 0) ? &bridge : devfn == PCI_DEVFN(4, 0) ? &none : NULL;
}

void pci_dev_put(__maybe_unused struct pci_dev *dev)
{
}

/* What stands before entries. */
static u32 head_of(const u8 *table)
{
	if (table == madt)
		return sizeof(struct acpi_table_madt);
	return table == dmar ? sizeof(struct acpi_table_dmar) : sizeof(struct acpi_table_ivrs);
}

void *add_entry(u8 *table, const void *entry, size_t size)
{
	struct acpi_table_header *header = header_of(table);
	void *at;

	header->length = header->length ?: head_of(table);
	if (header->length + size > TABLE_ROOM)
		abort();
	at = memcpy(table + header->length, entry, size);
	header->length += (u32)size;
	return at;
}

void *add_rmrr(u64 first, u64 last, u8 device, u8 more_hops)
{
	struct {
		struct acpi_dmar_reserved_memory head;
		struct acpi_dmar_device_scope scope;
		struct acpi_dmar_pci_path path[2];
	} __packed entry = {
		.head = { { ACPI_DMAR_TYPE_RESERVED_MEMORY, 0 }, 0, 0, first, last },
		.scope = { .entry_type = 1, .length = (u8)(8 + 2 * more_hops) },
		.path = { { device, 0 }, { 1, 2 } },
	};

	entry.head.header.length = (u16)(sizeof(entry.head) + entry.scope.length);
	return add_entry(dmar, &entry, entry.head.header.length);
}

void *add_drhd(u64 base, u16 segment, u8 ioapic)
{
	const struct {
		struct acpi_dmar_hardware_unit head;
		struct acpi_dmar_device_scope scope;
		struct acpi_dmar_pci_path path;
	} __packed entry = {
		.head = { { ACPI_DMAR_TYPE_HARDWARE_UNIT, sizeof(entry) }, 1, 0, segment, base },
		.scope = { ACPI_DMAR_SCOPE_TYPE_IOAPIC, 8, 0, ioapic, 0 },
		.path = { 30, 0 },
	};

	return add_entry(dmar, &entry, sizeof(entry));
}

void *add_ivmd(u8 type, u16 device, u16 last, u64 start, u64 size)
{
	const struct acpi_ivrs_memory entry = {
		.header = { type, 1, sizeof(entry), device }, .aux_data = last,
		.start_address = start, .memory_length = size,
	};

	return add_entry(ivrs, &entry, sizeof(entry));
}

void *add_ivhd(u8 type, u64 base)
{
	struct {
		struct acpi_ivrs_hardware_11 head;
		struct acpi_ivrs_device_hid named;
		u8 uid[3];
		struct acpi_ivrs_device8a itself, one, first;
		struct acpi_ivrs_de_header last, end;
	} __packed entry = {
		.head = { .header = { type, 0, 0, 2 }, .base_address = base },
		.named = { { ACPI_IVRS_TYPE_HID, 0x90, 0 }, .uid_length = 3 },
		.itself = { { ACPI_IVRS_TYPE_ALIAS_SELECT, 0x30, 0 }, 0, 0x30, 0 },
		.one = { { ACPI_IVRS_TYPE_ALIAS_SELECT, 0x100, 0 }, 0, 0x8, 0 },
		.first = { { ACPI_IVRS_TYPE_ALIAS_START, 0x200, 0 }, 0, 0x200, 0 },
		.last = { ACPI_IVRS_TYPE_END, 0x207, 0 },
		.end = { ACPI_IVRS_TYPE_END, 0x300, 0 },
	};
	const size_t skip = sizeof(entry.head) - sizeof(struct acpi_ivrs_hardware_10);
	u8 *bytes = (void *)&entry;

	entry.head.header.length = sizeof(entry);
	if (type == ACPI_IVRS_TYPE_HARDWARE1) {
		entry.head.header.length = (u16)(sizeof(entry) - skip);
		memmove(bytes + sizeof(struct acpi_ivrs_hardware_10), bytes + sizeof(entry.head),
			sizeof(entry) - sizeof(entry.head));
	}
	return add_entry(ivrs, &entry, entry.head.header.length);
}
