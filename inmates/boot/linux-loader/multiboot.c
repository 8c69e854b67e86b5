// SPDX-License-Identifier: GPL-2.0-only
/*
 * Systems other than Linux: programs that any boot loader for the Multiboot Specification, version
 * 0.6.96, can start, as Zephyr is one. They are ELF files of 32 bits with a header of that
 * specification in their first 8 KiB, and are entered in protected mode, without paging.
 */
#include "loader.h"
#include "string.h"

#define HEADER_MAGIC		0x1badb002U
#define HEADER_SEARCH		8192U
#define HEADER_SIZE		12U

/* Bits of the header that must be understood, and those that are: modules in pages, and memory. */
#define HEADER_MUST		0xffffU
#define HEADER_UNDERSTOOD	3U

/* Offsets in an ELF file, and in its program headers. */
#define ELF_MAGIC		0x464c457fU
#define ELF_CLASS		4
#define ELF_MACHINE		18
#define ELF_ENTRY		24
#define ELF_PHOFF		28
#define ELF_PHENTSIZE		42
#define ELF_PHNUM		44
#define ELF_HEADER_SIZE		52U
#define ELF_CLASS_32		1
#define ELF_386			3
#define PHDR_SIZE		32U
#define PHDR_OFFSET		4
#define PHDR_PADDR		12
#define PHDR_FILESZ		16
#define PHDR_MEMSZ		20
#define PT_LOAD			1

/* What the information has: bit 0 amounts of memory, 2 command line, 3 modules, 6 memory map. */
#define INFO_FLAGS		(BIT_ULL(0) | BIT_ULL(2) | BIT_ULL(3) | BIT_ULL(6))

static u32 get(const u8 *at, unsigned int bytes)
{
	u32 value = 0;

	memcpy(&value, at, bytes);
	return value;
}

bool multiboot_is_elf(const u8 *file)
{
	return get(file, 4) == ELF_MAGIC;
}

static const u8 *find_header(const u8 *file, u64 size)
{
	const u64 end = MIN(size, HEADER_SEARCH);
	u64 at;

	for (at = 0; at + HEADER_SIZE <= end; at += 4)
		if (get(file + at, 4) == HEADER_MAGIC &&
		    !(get(file + at, 4) + get(file + at + 4, 4) + get(file + at + 8, 4)))
			return file + at;
	return NULL;
}

/* Return: the program header, NULL behind the last one. */
static const u8 *program_header(const u8 *file, unsigned int n)
{
	return n < get(file + ELF_PHNUM, 2) ? file + get(file + ELF_PHOFF, 4) + n * PHDR_SIZE :
	       NULL;
}

static const char *check_elf(const u8 *file, u64 size)
{
	if (size < ELF_HEADER_SIZE || file[ELF_CLASS] != ELF_CLASS_32 ||
	    get(file + ELF_MACHINE, 2) != ELF_386)
		return "it is no ELF file of 32 bits for x86";
	if (get(file + ELF_PHENTSIZE, 2) != PHDR_SIZE ||
	    (u64)get(file + ELF_PHOFF, 4) + get(file + ELF_PHNUM, 2) * PHDR_SIZE > size)
		return "its program headers are not in the file";
	return NULL;
}

/* The file itself has to stay until the last of its parts is where it belongs. */
static const char *check_part(const struct multiboot_file *from, const u8 *header,
			      const struct jailhouse_cell_desc *desc)
{
	const u64 start = get(header + PHDR_PADDR, 4), size = get(header + PHDR_MEMSZ, 4);
	const u64 filled = get(header + PHDR_FILESZ, 4);

	if (get(header, 4) != PT_LOAD || !size)
		return NULL;
	if (filled > size || get(header + PHDR_OFFSET, 4) + filled > from->size)
		return "a part of it is not in the file";
	if (!boot_memory_holds(desc, start, size))
		return "a part of it belongs where the cell has no RAM, or below 1 MiB";
	if (start < from->address + from->size && start + size > from->address)
		return "a part of it belongs where the file lies";
	return NULL;
}

const char *multiboot_check(const struct multiboot_file *from,
			    const struct jailhouse_cell_desc *desc)
{
	const char *why = check_elf(from->data, from->size);
	const u8 *header;
	unsigned int n;

	if (why)
		return why;
	header = find_header(from->data, from->size);
	if (!header)
		return "it has no multiboot header";
	if (get(header + 4, 4) & HEADER_MUST & ~HEADER_UNDERSTOOD)
		return "it wants more of a boot loader than modules and memory";
	for (n = 0; !why && (header = program_header(from->data, n)); n++)
		why = check_part(from, header, desc);
	return why;
}

u32 multiboot_load(const struct multiboot_file *from, u8 *memory)
{
	const u8 *header;
	unsigned int n;

	for (n = 0; (header = program_header(from->data, n)); n++) {
		const u32 filled = get(header + PHDR_FILESZ, 4);
		u8 *to = memory + get(header + PHDR_PADDR, 4);

		if (get(header, 4) != PT_LOAD || !get(header + PHDR_MEMSZ, 4))
			continue;
		memcpy(to, from->data + get(header + PHDR_OFFSET, 4), filled);
		memset(to + filled, 0, get(header + PHDR_MEMSZ, 4) - filled);
	}
	return get(from->data + ELF_ENTRY, 4);
}

/* An entry of the BIOS' map, with its size before it: that is what the specification has. */
void multiboot_info_memory(struct multiboot_info *info, const u8 *params)
{
	struct boot_range range;
	unsigned int n;

	info->flags = INFO_FLAGS;
	info->mem_lower = LOW_RAM_END / 1024;
	for (n = 0; boot_params_range(params, n, &range); n++) {
		info->map[n] = (struct multiboot_range){
			.entry_size = sizeof(range), .range = range,
		};
		if (range.type == BOOT_RANGE_RAM && range.start <= LOW_END &&
		    range.start + range.size > LOW_END)
			info->mem_upper = (u32)((range.start + range.size - LOW_END) / 1024);
	}
	info->mmap_length = n * (u32)sizeof(info->map[0]);
}
