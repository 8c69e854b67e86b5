/* SPDX-License-Identifier: GPL-2.0-only */
/* Of ACPI's tables: DMAR, HPET, IVRS and MADT. */
#ifndef UNIT_KERNEL_ACPI_H
#define UNIT_KERNEL_ACPI_H

#include <linux/types.h>

#define ACPI_SIG_DMAR	"DMAR"
#define ACPI_SIG_HPET	"HPET"
#define ACPI_SIG_IVRS	"IVRS"
#define ACPI_SIG_MADT	"APIC"
#define ACPI_FAILURE(status)	(status)
#define ACPI_SUCCESS(status)	(!(status))
#ifndef U16_MAX
#define U16_MAX	0xffff
#endif
#ifndef U64_MAX
#define U64_MAX	(~0ULL)
#endif

enum { ACPI_DMAR_TYPE_HARDWARE_UNIT, ACPI_DMAR_TYPE_RESERVED_MEMORY };
enum {
	ACPI_DMAR_SCOPE_TYPE_ENDPOINT = 1, ACPI_DMAR_SCOPE_TYPE_BRIDGE,
	ACPI_DMAR_SCOPE_TYPE_IOAPIC, ACPI_DMAR_SCOPE_TYPE_HPET, ACPI_DMAR_SCOPE_TYPE_NAMESPACE,
};

#define ACPI_DMAR_INCLUDE_ALL	1

enum { ACPI_MADT_TYPE_IO_APIC = 1 };

enum {
	ACPI_IVRS_TYPE_HARDWARE1 = 0x10, ACPI_IVRS_TYPE_HARDWARE2 = 0x11,
	ACPI_IVRS_TYPE_HARDWARE3 = 0x40, ACPI_IVRS_TYPE_MEMORY1 = 0x20,
	ACPI_IVRS_TYPE_MEMORY2 = 0x21, ACPI_IVRS_TYPE_MEMORY3 = 0x22,
};

enum {
	ACPI_IVRS_TYPE_ALL = 1, ACPI_IVRS_TYPE_SELECT, ACPI_IVRS_TYPE_START, ACPI_IVRS_TYPE_END,
	ACPI_IVRS_TYPE_ALIAS_SELECT = 66, ACPI_IVRS_TYPE_ALIAS_START = 67,
	ACPI_IVRS_TYPE_EXT_SELECT = 70, ACPI_IVRS_TYPE_EXT_START = 71,
	ACPI_IVRS_TYPE_SPECIAL = 72, ACPI_IVRS_TYPE_HID = 240,
};

struct acpi_table_header {
	char signature[4];
	u32 length;
	u8 rest[28];
} __packed;

struct acpi_table_dmar {
	struct acpi_table_header header;
	u8 width, flags;
	u8 reserved[10];
} __packed;

#define ACPI_DMAR_INTR_REMAP	1

struct acpi_dmar_header {
	u16 type, length;
} __packed;

struct acpi_dmar_hardware_unit {
	struct acpi_dmar_header header;
	u8 flags, size;
	u16 segment;
	u64 address;
} __packed;

struct acpi_dmar_reserved_memory {
	struct acpi_dmar_header header;
	u16 reserved, segment;
	u64 base_address, end_address;
} __packed;

struct acpi_dmar_device_scope {
	u8 entry_type, length;
	u16 reserved;
	u8 enumeration_id, bus;
} __packed;

struct acpi_dmar_pci_path {
	u8 device, function;
} __packed;

struct acpi_table_madt {
	struct acpi_table_header header;
	u32 address, flags;
} __packed;

struct acpi_subtable_header {
	u8 type, length;
} __packed;

struct acpi_madt_io_apic {
	struct acpi_subtable_header header;
	u8 id, reserved;
	u32 address, global_irq_base;
} __packed;

struct acpi_table_hpet {
	struct acpi_table_header header;
	u32 id;
	struct {
		u8 space_id, bit_width, bit_offset, access_width;
		u64 address;
	} __packed address;
	u8 sequence;
	u16 minimum_tick;
	u8 flags;
} __packed;

struct acpi_table_ivrs {
	struct acpi_table_header header;
	u32 info;
	u64 reserved;
} __packed;

struct acpi_ivrs_header {
	u8 type, flags;
	u16 length, device_id;
} __packed;

struct acpi_ivrs_hardware_10 {
	struct acpi_ivrs_header header;
	u16 capability_offset;
	u64 base_address;
	u16 pci_segment_group, info;
	u32 feature_reporting;
} __packed;

struct acpi_ivrs_hardware_11 {
	struct acpi_ivrs_header header;
	u16 capability_offset;
	u64 base_address;
	u16 pci_segment_group, info;
	u32 attributes;
	u64 efr_register_image, reserved;
} __packed;

struct acpi_ivrs_de_header {
	u8 type;
	u16 id;
	u8 data_setting;
} __packed;

struct acpi_ivrs_device8a {
	struct acpi_ivrs_de_header header;
	u8 reserved1;
	u16 used_id;
	u8 reserved2;
} __packed;

struct acpi_ivrs_device8c {
	struct acpi_ivrs_de_header header;
	u8 handle;
	u16 used_id;
	u8 variety;
} __packed;

#define ACPI_IVHD_IOAPIC	1

struct acpi_ivrs_device_hid {
	struct acpi_ivrs_de_header header;
	u64 acpi_hid, acpi_cid;
	u8 uid_type, uid_length;
} __packed;

struct acpi_ivrs_memory {
	struct acpi_ivrs_header header;
	u16 aux_data;
	u64 reserved, start_address, memory_length;
} __packed;

int acpi_get_table(char *signature, u32 instance, struct acpi_table_header **table);
void acpi_put_table(struct acpi_table_header *table);

#endif
