// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's boot protocol (Documentation/arch/x86/boot.rst): the header of a bzImage, and
 * struct boot_params, the "zero page", by which a kernel is told what it finds.
 */
#include "loader.h"
#include "config_check.h"
#include "string.h"

/* Offsets in the first sectors of the file; the header is at the same ones of the zero page. */
#define SETUP_SECTS		0x1f1
#define SETUP_HEADER		0x1f1
#define BOOT_FLAG		0x1fe
#define JUMP_LENGTH		0x201
#define HEADER_MAGIC		0x202
#define PROTOCOL_VERSION	0x206
#define TYPE_OF_LOADER		0x210
#define RAMDISK_IMAGE		0x218
#define RAMDISK_SIZE		0x21c
#define CMD_LINE_PTR		0x228
#define KERNEL_ALIGNMENT	0x230
#define XLOADFLAGS		0x236
#define CMDLINE_SIZE_MAX	0x238
#define PREF_ADDRESS		0x258
#define INIT_SIZE		0x260

#define MAGIC			0x53726448U	/* "HdrS" */
#define BOOT_FLAG_VALUE		0xaa55U
/* 2.12, Linux 3.8: the first with a 64-bit entry. */
#define PROTOCOL_64BIT		0x020cU
#define XLF_KERNEL_64		BIT_ULL(0)
#define LOADER_UNDEFINED	0xff
#define SECTOR			512U
#define ENTRY_64		0x200U

/* Of the zero page alone. */
#define ACPI_RSDP_ADDR		0x070
#define E820_ENTRIES		0x1e8
#define E820_TABLE		0x2d0
#define E820_ENTRY_SIZE		20U
#define E820_RAM		BOOT_RANGE_RAM
#define E820_RESERVED		2U

#define PLAIN_RAM	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)
#define NOT_RAM		(JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED)

static u64 get(const u8 *at, unsigned int bytes)
{
	u64 value = 0;

	memcpy(&value, at, bytes);
	return value;
}

static void put(u8 *at, u64 value, unsigned int bytes)
{
	memcpy(at, &value, bytes);
}

const char *boot_image_check(const u8 *data, u64 address, struct boot_image *image)
{
	unsigned int sectors = data[SETUP_SECTS];

	if (get(data + BOOT_FLAG, 2) != BOOT_FLAG_VALUE || get(data + HEADER_MAGIC, 4) != MAGIC)
		return "it is no bzImage";
	if (get(data + PROTOCOL_VERSION, 2) < PROTOCOL_64BIT)
		return "it is older than Linux 3.8";
	if (!(get(data + XLOADFLAGS, 2) & XLF_KERNEL_64))
		return "it is no 64-bit kernel";
	/* 0 means 4, for the sake of very old ones. */
	image->header = data;
	image->start = address + ((sectors ?: 4) + 1) * SECTOR;
	image->entry = image->start + ENTRY_64;
	image->init_size = get(data + INIT_SIZE, 4);
	image->cmdline_size = (u32)get(data + CMDLINE_SIZE_MAX, 4);
	if (image->start & (get(data + KERNEL_ALIGNMENT, 4) - 1) ||
	    image->start < get(data + PREF_ADDRESS, 8))
		return "it is not loaded where it prefers to be";
	return NULL;
}

void boot_params_init(u8 *params, const struct boot_image *image)
{
	const u32 end = HEADER_MAGIC + image->header[JUMP_LENGTH];

	memset(params, 0, BOOT_PARAMS_SIZE);
	memcpy(params + SETUP_HEADER, image->header + SETUP_HEADER, end - SETUP_HEADER);
	params[TYPE_OF_LOADER] = LOADER_UNDEFINED;
}

void boot_params_cmdline(u8 *params, u32 address)
{
	put(params + CMD_LINE_PTR, address, 4);
}

void boot_params_initrd(u8 *params, u32 address, u32 size)
{
	put(params + RAMDISK_IMAGE, address, 4);
	put(params + RAMDISK_SIZE, size, 4);
}

void boot_params_acpi(u8 *params, u64 rsdp)
{
	put(params + ACPI_RSDP_ADDR, rsdp, 8);
}

static bool add_range(u8 *params, u64 start, u64 end, u32 type)
{
	u8 *entry = params + E820_TABLE + params[E820_ENTRIES] * E820_ENTRY_SIZE;

	if (start >= end)
		return true;
	if (params[E820_ENTRIES] == BOOT_MAX_RANGES)
		return false;
	params[E820_ENTRIES]++;
	put(entry, start, 8);
	put(entry + 8, end - start, 8);
	put(entry + 16, type, 4);
	return true;
}

static bool is_ram(const struct jailhouse_memory *mem)
{
	return (mem->flags & PLAIN_RAM) == PLAIN_RAM && !(mem->flags & NOT_RAM);
}

/* What is between 640 KiB and 1 MiB is there, but not Linux's. */
static bool add_ram(u8 *params, const struct jailhouse_memory *mem)
{
	u64 start = mem->virt_start, end = start + mem->size;

	return add_range(params, start, MIN(end, LOW_RAM_END), E820_RAM) &&
	       add_range(params, MAX(start, LOW_RAM_END), MIN(end, LOW_END), E820_RESERVED) &&
	       add_range(params, MAX(start, LOW_END), end, E820_RAM);
}

static bool add_region(u8 *params, const struct jailhouse_memory *mem)
{
	if (is_ram(mem))
		return add_ram(params, mem);
	if (mem->flags & JAILHOUSE_MEM_COMM_REGION)
		return add_range(params, mem->virt_start, mem->virt_start + mem->size,
				 E820_RESERVED);
	return true;
}

const char *boot_params_memory(u8 *params, const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, mem++)
		if (!add_region(params, mem))
			return "it has more memory regions than Linux can be told of";
	return NULL;
}

bool boot_params_range(const u8 *params, unsigned int n, struct boot_range *range)
{
	static_assert(sizeof(*range) == E820_ENTRY_SIZE);
	if (n >= params[E820_ENTRIES])
		return false;
	memcpy(range, params + E820_TABLE + n * E820_ENTRY_SIZE, sizeof(*range));
	return true;
}

bool boot_memory_holds(const struct jailhouse_cell_desc *desc, u64 address, u64 size)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, mem++)
		if (is_ram(mem) && address >= MAX(mem->virt_start, LOW_END) &&
		    size <= mem->size &&
		    address - mem->virt_start <= mem->size - size)
			return true;
	return false;
}
