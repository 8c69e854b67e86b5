// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check of configurations: blobs as a whole, and the system. Linked into the hypervisor,
 * the driver and host tools, with the other config_*.c.
 */
#include "config_internal.h"
#include "errno.h"
#include "pio.h"
#include "string.h"

/* Both sorts of blobs begin alike. */
struct head {
	char signature[JAILHOUSE_SIGNATURE_SIZE];
	u16 revision;
	u32 total_size;
	u32 checksum;
} __packed;

static_assert(offsetof(struct jailhouse_cell_desc, checksum) ==
	      offsetof(struct head, checksum));
static_assert(offsetof(struct jailhouse_system, checksum) ==
	      offsetof(struct head, checksum));

/*
 * Blob as a whole
 */

u32 config_crc32(u32 crc, const void *data, size_t size)
{
	/* One entry for each half byte: small, and fast enough for a few kilobytes. */
	static const u32 table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const u8 *byte = data;

	for (crc = ~crc; size--; byte++) {
		crc ^= *byte;
		crc = crc >> 4 ^ table[crc & 0xf];
		crc = crc >> 4 ^ table[crc & 0xf];
	}
	return ~crc;
}

u32 config_checksum(const void *blob, size_t size)
{
	const u8 *bytes = blob;
	const u8 zero[sizeof(u32)] = { 0 };
	const size_t field = offsetof(struct head, checksum);
	u32 crc;

	crc = config_crc32(0, bytes, field);
	crc = config_crc32(crc, zero, sizeof(zero));
	return config_crc32(crc, bytes + field + sizeof(zero), size - field - sizeof(zero));
}

static int check_signature(const char *found, const char *wanted, const char *what,
			   struct config_reason *why)
{
	if (!memcmp(found, wanted, JAILHOUSE_SIGNATURE_SIZE))
		return 0;
	return refuse(why, -EILSEQ, "not the configuration of a %s: the signature is not %s",
		      what, wanted);
}

static int check_revision(u16 revision, struct config_reason *why)
{
	if (revision == JAILHOUSE_CONFIG_REVISION)
		return 0;
	return refuse(why, -EPROTONOSUPPORT, "format revision is %u, only %u is supported",
		      revision, JAILHOUSE_CONFIG_REVISION);
}

/* Everything that can be said before the counts are looked at. */
static int check_head(const void *blob, size_t size, size_t min_size, const char *signature,
		      const char *what, struct config_reason *why)
{
	const struct head *head = blob;
	int err;

	if (!blob || !size)
		return refuse(why, -ENODATA, "there is no configuration");
	if (size > JAILHOUSE_MAX_CONFIG_SIZE)
		return refuse(why, -EFBIG, "the configuration has more than %u bytes",
			      JAILHOUSE_MAX_CONFIG_SIZE);
	if (size < sizeof(*head))
		return refuse(why, -EMSGSIZE, "the configuration is truncated: %zu bytes", size);
	err = check_signature(head->signature, signature, what, why);
	if (!err)
		err = check_revision(head->revision, why);
	if (err)
		return err;
	if (size < min_size || size < head->total_size)
		return refuse(why, -EMSGSIZE,
			      "the configuration is truncated: %zu bytes of %u (total_size)",
			      size, head->total_size);
	if (size > head->total_size)
		return refuse(why, -EMSGSIZE,
			      "the configuration is too long: %zu bytes, total_size is %u",
			      size, head->total_size);
	return 0;
}

static int check_counts(const struct jailhouse_cell_desc *desc, size_t size,
			struct config_reason *why)
{
	const struct {
		const char *name;
		u32 count;
		u32 max;
	} rows[] = {
		{ "cpu_set_size", desc->cpu_set_size, CONFIG_MAX_CPU_SET_SIZE },
		{ "num_memory_regions", desc->num_memory_regions, CONFIG_MAX_MEMORY_REGIONS },
		{ "num_irqchips", desc->num_irqchips, CONFIG_MAX_IRQCHIPS },
		{ "num_pio_regions", desc->num_pio_regions, CONFIG_MAX_PIO_REGIONS },
		{ "num_pci_devices", desc->num_pci_devices, CONFIG_MAX_PCI_DEVICES },
		{ "num_links", desc->num_links, CONFIG_MAX_LINKS },
		{ "num_ivshmem", desc->num_ivshmem, CONFIG_MAX_IVSHMEM },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].count > rows[i].max)
			return refuse(why, -E2BIG, "%s is %u, %u is the limit",
				      rows[i].name, rows[i].count, rows[i].max);
	if (desc->cpu_set_size % 8)
		return refuse(why, -EINVAL,
			      "the CPU set (cpu_set_size) has %u bytes, not a multiple of 8",
			      desc->cpu_set_size);
	if (config_size(desc) != size)
		return refuse(why, -EMSGSIZE,
			      "the counts of the cell's lists make %llu bytes, there are %zu",
			      config_size(desc), size);
	return 0;
}

static int check_blob_checksum(const void *blob, size_t size, struct config_reason *why)
{
	const struct head *head = blob;
	const u32 sum = config_checksum(blob, size);

	if (head->checksum == sum)
		return 0;
	return refuse(why, -EBADMSG, "wrong checksum: 0x%08x, the contents have 0x%08x",
		      head->checksum, sum);
}

int config_check_cell(const void *blob, size_t size, struct config_reason *why)
{
	const struct jailhouse_cell_desc *desc = blob;
	int err;

	config_accept(why);
	err = check_head(blob, size, sizeof(*desc), JAILHOUSE_CELL_DESC_SIGNATURE, "cell", why);
	if (!err)
		err = check_counts(desc, size, why);
	if (!err)
		err = check_blob_checksum(blob, size, why);
	if (!err)
		err = config_check_fields(desc, false, why);
	return err;
}

/*
 * System
 */

static int check_hypervisor_memory(const struct jailhouse_memory *mem,
				   struct config_reason *why)
{
	if (!mem->size || !IS_ALIGNED(mem->phys_start | mem->size, PAGE_SIZE) ||
	    mem->phys_start >= CONFIG_PHYS_END || mem->size > CONFIG_PHYS_END - mem->phys_start)
		return refuse(why, -EINVAL,
			      "hypervisor memory cannot be at 0x%llx with a size of 0x%llx",
			      mem->phys_start, mem->size);
	if (mem->virt_start || mem->flags)
		return refuse(why, -EINVAL,
			      "hypervisor memory has a virt_start or flags, which must be 0");
	return 0;
}

static int check_platform(const struct jailhouse_platform_info *info,
			  struct config_reason *why)
{
	const struct jailhouse_iommu *unit = info->iommu_units;
	unsigned int n;

	for (n = 0; n < sizeof(info->reserved); n++)
		if (info->reserved[n])
			return refuse(why, -EINVAL, "platform_info.reserved is not 0");
	if (info->pci_mmconfig_base % BIT_ULL(20) || info->pci_mmconfig_base >= CONFIG_PHYS_END)
		return refuse(why, -EINVAL, "pci_mmconfig_base cannot be 0x%llx",
			      info->pci_mmconfig_base);
	if (info->pm_timer_address > PIO_NUM_PORTS - PIO_PM_TIMER_LENGTH)
		return refuse(why, -EOVERFLOW, "pm_timer_address 0x%x is too close to port 0xffff",
			      info->pm_timer_address);
	if (info->iommu_type > JAILHOUSE_IOMMU_AMD)
		return refuse(why, -EINVAL, "there is no iommu_type %u", info->iommu_type);
	if (info->iommu_type && !unit->base)
		return refuse(why, -EINVAL, "iommu_type is %u, but unit 0 of iommu_units is empty",
			      info->iommu_type);
	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++, unit++)
		if (!unit->base != !unit->size || !IS_ALIGNED(unit->base | unit->size, PAGE_SIZE) ||
		    unit->base >= CONFIG_PHYS_END || unit->size > CONFIG_PHYS_END - unit->base)
			return refuse(why, -EINVAL,
				      "DMA remapping unit %u cannot be at 0x%llx with a size of 0x%llx",
				      n, unit->base, unit->size);
	return 0;
}

static int check_root_head(const struct jailhouse_cell_desc *root, size_t size,
			   struct config_reason *why)
{
	int err;

	err = check_signature(root->signature, JAILHOUSE_CELL_DESC_SIGNATURE, "root cell", why);
	if (!err)
		err = check_revision(root->revision, why);
	if (err)
		return err;
	if (root->total_size != size)
		return refuse(why, -EMSGSIZE,
			      "total_size of the root cell is %u, there are %zu bytes",
			      root->total_size, size);
	if (root->checksum || root->id)
		return refuse(why, -EINVAL, "checksum and id of the root cell must be 0");
	return 0;
}

static int check_system_fields(const struct jailhouse_system *sys, struct config_reason *why)
{
	int err;

	if (sys->flags || sys->reserved)
		return refuse(why, -EINVAL, "flags and reserved of the system must be 0");
	err = check_hypervisor_memory(&sys->hypervisor_memory, why);
	if (!err)
		err = config_check_console(&sys->debug_console, true, "debug_console", why);
	if (!err)
		err = check_platform(&sys->platform_info, why);
	return err;
}

int config_check_system(const void *blob, size_t size, struct config_reason *why)
{
	const size_t root_offset = offsetof(struct jailhouse_system, root_cell);
	const struct jailhouse_system *sys = blob;
	int err;

	config_accept(why);
	err = check_head(blob, size, sizeof(*sys), JAILHOUSE_SYSTEM_SIGNATURE, "system", why);
	if (!err)
		err = check_counts(&sys->root_cell, size - root_offset, why);
	if (!err)
		err = check_blob_checksum(blob, size, why);
	if (!err)
		err = check_root_head(&sys->root_cell, size - root_offset, why);
	if (!err)
		err = check_system_fields(sys, why);
	if (!err)
		err = config_check_fields(&sys->root_cell, true, why);
	if (!err)
		err = config_check_owned(sys, why);
	return err;
}
