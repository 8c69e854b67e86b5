// SPDX-License-Identifier: GPL-2.0-only
/*
 * patchcell: makes a configuration that differs from another one in the given fields, lacks an
 * entry (drop=mem3), has one link more (add=lnk), or one CPU only (cpu=71), for the tests. The
 * checksum is made anew last, unless it is given itself.
 */
#include <assert.h>
#include <linux/types.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

static unsigned char blob[2 * JAILHOUSE_MAX_CONFIG_SIZE];
static size_t blob_size;

struct field {
	const char *name;
	size_t offset;
	size_t size;
};

#define AT(type, member)	offsetof(struct jailhouse_ ## type, member)

/* Only for the sizes of their members. */
static const struct jailhouse_cell_desc a_cell_desc;
static const struct jailhouse_system a_system;
static const struct jailhouse_memory a_memory;
static const struct jailhouse_irqchip an_irqchip;
static const struct jailhouse_pio a_pio;
static const struct jailhouse_pci_device a_pci_device;
static const struct jailhouse_link a_link;
static const struct jailhouse_ivshmem an_ivshmem;

static const struct field cell_fields[] = {
	{ "signature", AT(cell_desc, signature), sizeof(a_cell_desc.signature) },
	{ "revision", AT(cell_desc, revision), sizeof(a_cell_desc.revision) },
	{ "total", AT(cell_desc, total_size), sizeof(a_cell_desc.total_size) },
	{ "id", AT(cell_desc, id), sizeof(a_cell_desc.id) },
	{ "name", AT(cell_desc, name), sizeof(a_cell_desc.name) },
	{ "flags", AT(cell_desc, flags), sizeof(a_cell_desc.flags) },
	{ "cpu_set_size", AT(cell_desc, cpu_set_size),
	  sizeof(a_cell_desc.cpu_set_size) },
	{ "memory", AT(cell_desc, num_memory_regions),
	  sizeof(a_cell_desc.num_memory_regions) },
	{ "irqchips", AT(cell_desc, num_irqchips), sizeof(a_cell_desc.num_irqchips) },
	{ "pio", AT(cell_desc, num_pio_regions), sizeof(a_cell_desc.num_pio_regions) },
	{ "pci", AT(cell_desc, num_pci_devices), sizeof(a_cell_desc.num_pci_devices) },
	{ "links", AT(cell_desc, num_links), sizeof(a_cell_desc.num_links) },
	{ "reset", AT(cell_desc, cpu_reset_address),
	  sizeof(a_cell_desc.cpu_reset_address) },
	{ NULL, 0, 0 }
};

static const struct field system_fields[] = {
	{ "signature", AT(system, signature), sizeof(a_system.signature) },
	{ "revision", AT(system, revision), sizeof(a_system.revision) },
	{ "total", AT(system, total_size), sizeof(a_system.total_size) },
	{ "flags", AT(system, flags), sizeof(a_system.flags) },
	{ "hv.phys", AT(system, hypervisor_memory.phys_start),
	  sizeof(a_system.hypervisor_memory.phys_start) },
	{ "hv.size", AT(system, hypervisor_memory.size),
	  sizeof(a_system.hypervisor_memory.size) },
	{ "hv.flags", AT(system, hypervisor_memory.flags),
	  sizeof(a_system.hypervisor_memory.flags) },
	{ "pm_timer", AT(system, platform_info.pm_timer_address),
	  sizeof(a_system.platform_info.pm_timer_address) },
	{ "iommu.type", AT(system, platform_info.iommu_type),
	  sizeof(a_system.platform_info.iommu_type) },
	{ "iommu0.base", AT(system, platform_info.iommu_units[0].base),
	  sizeof(a_system.platform_info.iommu_units[0].base) },
	{ "iommu0.size", AT(system, platform_info.iommu_units[0].size),
	  sizeof(a_system.platform_info.iommu_units[0].size) },
	{ "root.signature", AT(system, root_cell.signature),
	  sizeof(a_system.root_cell.signature) },
	{ "root.revision", AT(system, root_cell.revision),
	  sizeof(a_system.root_cell.revision) },
	{ "root.memory", AT(system, root_cell.num_memory_regions),
	  sizeof(a_system.root_cell.num_memory_regions) },
	{ NULL, 0, 0 }
};

static const struct field memory_fields[] = {
	{ "phys", AT(memory, phys_start), sizeof(a_memory.phys_start) },
	{ "virt", AT(memory, virt_start), sizeof(a_memory.virt_start) },
	{ "size", AT(memory, size), sizeof(a_memory.size) },
	{ "flags", AT(memory, flags), sizeof(a_memory.flags) },
	{ NULL, 0, 0 }
};

static const struct field irqchip_fields[] = {
	{ "address", AT(irqchip, address), sizeof(an_irqchip.address) },
	{ "pins", AT(irqchip, pin_bitmap[0]), sizeof(an_irqchip.pin_bitmap[0]) },
	{ NULL, 0, 0 }
};

static const struct field pio_fields[] = {
	{ "base", AT(pio, base), sizeof(a_pio.base) },
	{ "flags", AT(pio, flags), sizeof(a_pio.flags) },
	{ "length", AT(pio, length), sizeof(a_pio.length) },
	{ NULL, 0, 0 }
};

static const struct field link_fields[] = {
	{ "address", AT(link, address), sizeof(a_link.address) },
	{ "id", AT(link, id), sizeof(a_link.id) },
	{ "mac", AT(link, mac), sizeof(a_link.mac) },
	{ NULL, 0, 0 }
};

static const struct field ivshmem_fields[] = {
	{ "address", AT(ivshmem, address), sizeof(an_ivshmem.address) },
	{ "id", AT(ivshmem, id), sizeof(an_ivshmem.id) },
	{ "bdf", AT(ivshmem, bdf), sizeof(an_ivshmem.bdf) },
	{ "first", AT(ivshmem, first_region), sizeof(an_ivshmem.first_region) },
	{ "peers", AT(ivshmem, peers), sizeof(an_ivshmem.peers) },
	{ "peer", AT(ivshmem, peer), sizeof(an_ivshmem.peer) },
	{ "vectors", AT(ivshmem, vectors), sizeof(an_ivshmem.vectors) },
	{ "root", AT(ivshmem, root), sizeof(an_ivshmem.root) },
	{ NULL, 0, 0 }
};

static const struct field pci_fields[] = {
	{ "type", AT(pci_device, type), sizeof(a_pci_device.type) },
	{ "domain", AT(pci_device, domain), sizeof(a_pci_device.domain) },
	{ "bdf", AT(pci_device, bdf), sizeof(a_pci_device.bdf) },
	{ "msix", AT(pci_device, msix_address), sizeof(a_pci_device.msix_address) },
	{ NULL, 0, 0 }
};

static void die(const char *what, const char *which)
{
	fprintf(stderr, "patchcell: %s %s\n", what, which);
	exit(2);
}

static int is_system(void)
{
	return !memcmp(blob, JAILHOUSE_SYSTEM_SIGNATURE,
		       JAILHOUSE_SIGNATURE_SIZE);
}

static size_t desc_offset(void)
{
	return is_system() ? offsetof(struct jailhouse_system, root_cell) : 0;
}

static const struct field *find(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (!strcmp(fields->name, name))
			return fields;
	return NULL;
}

/* Where entry number INDEX of an array, "mem3" or "pio0", begins. */
static size_t entry_offset(const struct jailhouse_cell_desc *desc,
			   const char *kind, unsigned long index)
{
	size_t offset = desc_offset() + sizeof(*desc) + desc->cpu_set_size;

	if (!strncmp(kind, "mem", 3))
		return offset + index * sizeof(struct jailhouse_memory);
	offset += desc->num_memory_regions * sizeof(struct jailhouse_memory);
	if (!strncmp(kind, "irq", 3))
		return offset + index * sizeof(struct jailhouse_irqchip);
	offset += desc->num_irqchips * sizeof(struct jailhouse_irqchip);
	if (!strncmp(kind, "pio", 3))
		return offset + index * sizeof(struct jailhouse_pio);
	offset += desc->num_pio_regions * sizeof(struct jailhouse_pio);
	if (!strncmp(kind, "pci", 3))
		return offset + index * sizeof(struct jailhouse_pci_device);
	offset += desc->num_pci_devices * sizeof(struct jailhouse_pci_device);
	if (!strncmp(kind, "lnk", 3))
		return offset + index * sizeof(struct jailhouse_link);
	offset += desc->num_links * sizeof(struct jailhouse_link);
	return offset + index * sizeof(struct jailhouse_ivshmem);
}

/* What there are lists of; their counts are in struct jailhouse_cell_desc. */
static const struct {
	const char *kind;
	const struct field *fields;
	size_t size;
	size_t count;
} kinds[] = {
	{ "mem", memory_fields, sizeof(a_memory), AT(cell_desc, num_memory_regions) },
	{ "irq", irqchip_fields, sizeof(an_irqchip), AT(cell_desc, num_irqchips) },
	{ "pio", pio_fields, sizeof(a_pio), AT(cell_desc, num_pio_regions) },
	{ "pci", pci_fields, sizeof(a_pci_device), AT(cell_desc, num_pci_devices) },
	{ "lnk", link_fields, sizeof(a_link), AT(cell_desc, num_links) },
	{ "ivs", ivshmem_fields, sizeof(an_ivshmem), AT(cell_desc, num_ivshmem) },
	{ NULL, NULL, 0, 0 }
};

/* Index in kinds[] of what "mem3" is. */
static size_t kind_of(const char *name)
{
	size_t i;

	for (i = 0; kinds[i].kind; i++)
		if (!strncmp(name, kinds[i].kind, 3))
			return i;
	die("there is no field", name);
	return 0;
}

/* "mem0.phys" and so on; the counts must still be those of the input. */
static struct field entry_field(const char *name)
{
	struct jailhouse_cell_desc desc;
	const struct field *field = NULL;
	struct field found;
	unsigned long index;
	size_t i = kind_of(name);
	char *end;

	index = strtoul(name + 3, &end, 10);
	if (*end == '.')
		field = find(kinds[i].fields, end + 1);
	if (!field)
		die("there is no field", name);
	memcpy(&desc, blob + desc_offset(), sizeof(desc));
	found = *field;
	found.offset += entry_offset(&desc, name, index);
	return found;
}

static struct field any_field(const char *name)
{
	const struct field *field;
	struct field cpus = { "cpus", 0, 8 };

	field = find(is_system() ? system_fields : cell_fields, name);
	if (field)
		return *field;
	if (strcmp(name, "cpus"))
		return entry_field(name);
	cpus.offset = desc_offset() + sizeof(struct jailhouse_cell_desc);
	return cpus;
}

static void set_field(const struct field *field, const char *value)
{
	unsigned long long number;
	char *end;

	if (field->offset + field->size > blob_size)
		die("outside of the configuration:", field->name);
	if (!strcmp(field->name, "name") || !strcmp(field->name, "signature") ||
	    !strcmp(field->name, "root.signature")) {
		memset(blob + field->offset, 0, field->size);
		memcpy(blob + field->offset, value,
		       strlen(value) < field->size ? strlen(value) : field->size);
		return;
	}
	number = strtoull(value, &end, 0);
	if (end == value || *end)
		die("not a number:", value);
	memcpy(blob + field->offset, &number, field->size);
}

static void decrease(size_t offset, __u32 by)
{
	__u32 value;

	memcpy(&value, blob + offset, sizeof(value));
	value -= by;
	memcpy(blob + offset, &value, sizeof(value));
}

/* Makes a CPU the only one of the cell, whose set may become larger for that. */
static void set_cpu(const char *value)
{
	unsigned long cpu = strtoul(value, NULL, 10);
	size_t size = (cpu / 64 + 1) * 8, old, set, rest;
	struct jailhouse_cell_desc desc;

	memcpy(&desc, blob + desc_offset(), sizeof(desc));
	old = desc.cpu_set_size;
	set = desc_offset() + sizeof(desc);
	rest = set + old;
	if (rest > blob_size || set + size + blob_size - rest > sizeof(blob))
		die("there is no place for CPU", value);
	memmove(blob + set + size, blob + rest, blob_size - rest);
	memset(blob + set, 0, size);
	blob[set + cpu / 8] = (unsigned char)(1 << cpu % 8);
	decrease(desc_offset() + AT(cell_desc, cpu_set_size), (__u32)(old - size));
	decrease(desc_offset() + AT(cell_desc, total_size), (__u32)(old - size));
	if (is_system())
		decrease(AT(system, total_size), (__u32)(old - size));
	blob_size += size - old;
}

/* Takes the entry "mem3" out of its list. */
static void drop_entry(const char *name)
{
	size_t i = kind_of(name), offset, size = kinds[i].size;
	struct jailhouse_cell_desc desc;

	memcpy(&desc, blob + desc_offset(), sizeof(desc));
	offset = entry_offset(&desc, name, strtoul(name + 3, NULL, 10));
	if (offset + size > blob_size)
		die("outside of the configuration:", name);
	memmove(blob + offset, blob + offset + size, blob_size - offset - size);
	decrease(desc_offset() + kinds[i].count, 1);
	decrease(desc_offset() + AT(cell_desc, total_size), size);
	if (is_system())
		decrease(AT(system, total_size), size);
	blob_size -= size;
}

/* Where there is no ivshmem device links come last: another one, of zeros, is behind them. */
static void add_link(const char *name)
{
	if (strcmp(name, "lnk") || blob_size + sizeof(a_link) > sizeof(blob))
		die("cannot add", name);
	memset(blob + blob_size, 0, sizeof(a_link));
	decrease(desc_offset() + AT(cell_desc, num_links), -1);
	decrease(desc_offset() + AT(cell_desc, total_size), -(__u32)sizeof(a_link));
	if (is_system())
		decrease(AT(system, total_size), -(__u32)sizeof(a_link));
	blob_size += sizeof(a_link);
}

static __u32 crc32(const unsigned char *data, size_t size)
{
	__u32 crc = ~0U;
	int bit;

	while (size--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
	}
	return ~crc;
}

static_assert(AT(system, checksum) == AT(cell_desc, checksum), "one place");

static void set_checksum(const char *value)
{
	const struct field field = {
		"checksum", AT(system, checksum), sizeof(a_system.checksum)
	};
	char text[16];

	set_field(&field, "0");
	if (!value) {
		snprintf(text, sizeof(text), "%u", crc32(blob, blob_size));
		value = text;
	}
	set_field(&field, value);
}

static void read_blob(const char *path)
{
	FILE *file = fopen(path, "rb");

	if (!file)
		die("cannot read", path);
	blob_size = fread(blob, 1, JAILHOUSE_MAX_CONFIG_SIZE, file);
	fclose(file);
	if (blob_size < sizeof(struct jailhouse_cell_desc))
		die("not a configuration:", path);
}

static void write_blob(const char *path)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(blob, 1, blob_size, file) != blob_size ||
	    fclose(file))
		die("cannot write", path);
}

int main(int argc, char **argv)
{
	const char *checksum = NULL, *size = NULL;
	struct field field;
	char *value;
	int i;

	if (argc < 3) {
		fputs("usage: patchcell FROM TO [FIELD=VALUE | drop=ENTRY | add=lnk | "
		      "cpu=NUMBER]...\n",
		      stderr);
		return 2;
	}
	read_blob(argv[1]);
	for (i = 3; i < argc; i++) {
		value = strchr(argv[i], '=');
		if (!value)
			die("not FIELD=VALUE:", argv[i]);
		*value++ = 0;
		if (!strcmp(argv[i], "checksum")) {
			checksum = value;
		} else if (!strcmp(argv[i], "size")) {
			size = value;
		} else if (!strcmp(argv[i], "drop")) {
			drop_entry(value);
		} else if (!strcmp(argv[i], "add")) {
			add_link(value);
		} else if (!strcmp(argv[i], "cpu")) {
			set_cpu(value);
		} else {
			field = any_field(argv[i]);
			set_field(&field, value);
		}
	}
	set_checksum(checksum);
	if (size)
		blob_size = strtoul(size, NULL, 0);
	if (blob_size > sizeof(blob))
		die("too large:", size);
	write_blob(argv[2]);
	return 0;
}
