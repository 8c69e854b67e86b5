// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: ../inmates/boot/linux-loader/multiboot.c ../inmates/boot/linux-loader/boot.c */
/* Programs with a multiboot header, and what they are told of the cell's memory. */
#include <string.h>
#include "unit.h"
#include "config_check.h"
#include "../../inmates/boot/linux-loader/loader.h"

#define RAM	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
		 JAILHOUSE_MEM_LOADABLE)
#define BASE	0x100000U

/* As the loader sees it, which is at the beginning of all RAM. */
static const struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[2];
} __packed config = {
	.desc = { .num_memory_regions = 2 },
	.mem = {
		{ 0x30000000, 0, 0x100000, RAM },
		{ 0x30200000, BASE, 0x300000, RAM },
	},
};

static u8 memory[BASE + 0x10000];
static u8 file[8192 + 64];
static struct multiboot_file from;

static void put(unsigned int at, u64 value, unsigned int bytes)
{
	memcpy(file + at, &value, bytes);
}

static void part(unsigned int n, u32 offset, u32 address, u32 filled, u32 size)
{
	const unsigned int at = 0x40 + n * 32;

	put(at, 1, 4);
	put(at + 4, offset, 4);
	put(at + 12, address, 4);
	put(at + 16, filled, 4);
	put(at + 20, size, 4);
}

/* Two parts, and one that is not loaded between them. */
static void make_file(void)
{
	memset(memory, 0xee, sizeof(memory));
	memset(file, 0, sizeof(file));
	memcpy(file, "\177ELF\1\1\1", 7);
	put(18, 3, 2);
	put(24, BASE + 0x1004, 4);
	put(28, 0x40, 4);
	put(42, 32, 2);
	put(44, 3, 2);
	part(0, 0x200, BASE + 0x1000, 0x10, 0x20);
	part(1, 0xffffffff, 0, 1, 1);
	put(0x60, 4, 4);
	part(2, 0x300, BASE + 0x3000, 4, 4);
	memset(file + 0x200, 0xaa, 0x10);
	memset(file + 0x300, 0xbb, 4);
	put(0x100, 0x1badb002, 4);
	put(0x104, 3, 4);
	put(0x108, (u32)-(0x1badb002 + 3), 4);
	from = (struct multiboot_file){ file, BASE + 0x200000, sizeof(file) };
}

UNIT(a_program_is_loaded)
{
	make_file();
	CHECK(multiboot_is_elf(file));
	CHECK_STR(multiboot_check(&from, &config.desc), NULL);
	CHECK_EQ(multiboot_load(&from, memory), BASE + 0x1004);
	CHECK_EQ(memory[BASE + 0xfff], 0xee);
	CHECK_EQ(memory[BASE + 0x1000], 0xaa);
	CHECK_EQ(memory[BASE + 0x100f], 0xaa);
	CHECK_EQ(memory[BASE + 0x1010], 0);
	CHECK_EQ(memory[BASE + 0x101f], 0);
	CHECK_EQ(memory[BASE + 0x1020], 0xee);
	CHECK_EQ(memory[BASE + 0x3003], 0xbb);
	CHECK_EQ(memory[BASE + 0x3004], 0xee);
	memcpy(file, "MZ\0\0", 4);
	CHECK(!multiboot_is_elf(file));
}

UNIT(what_is_no_such_program_is_refused)
{
	static const char no_elf[] = "it is no ELF file of 32 bits for x86";
	static const char headers[] = "its program headers are not in the file";
	static const char outside[] = "a part of it is not in the file";
	static const char no_ram[] =
		"a part of it belongs where the cell has no RAM, or below 1 MiB";
	static const char no_header[] = "it has no multiboot header";
	static const struct {
		unsigned int offset;
		u64 value;
		unsigned int bytes;
		const char *why;
	} rows[] = {
		{ 4, 2, 1, no_elf },
		{ 18, 62, 2, no_elf },
		{ 42, 56, 2, headers },
		{ 44, 0xffff, 2, headers },
		{ 28, 0xffffffff, 4, headers },
		{ 28, sizeof(file) - 95, 4, headers },
		{ 0x100, 0, 4, no_header },
		{ 0x108, 0, 4, no_header },
		/* Offset and size of the first part's bytes, where they belong, how many. */
		{ 0x44, sizeof(file) - 0xf, 4, outside },
		{ 0x44, 0xffffffff, 4, outside },
		{ 0x50, 0x21, 4, outside },
		{ 0x4c, 0, 4, no_ram },
		{ 0x4c, BASE - 1, 4, no_ram },
		{ 0x4c, 0xffffffff, 4, no_ram },
		{ 0x4c, BASE + 0x300000 - 0x1f, 4, no_ram },
		{ 0x54, 0xffffffff, 4, no_ram },
		{ 0x4c, BASE + 0x200000 - 0x1f, 4, "a part of it belongs where the file lies" },
		{ 0x4c, BASE + 0x200000 + sizeof(file) - 1, 4,
		  "a part of it belongs where the file lies" },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		make_file();
		put(rows[n].offset, rows[n].value, rows[n].bytes);
		CHECK_STR(multiboot_check(&from, &config.desc), rows[n].why);
	}
	make_file();
	from.size = 51;
	CHECK_STR(multiboot_check(&from, &config.desc), no_elf);
	/* A video mode. */
	make_file();
	put(0x104, 7, 4);
	put(0x108, (u32)-(0x1badb002 + 7), 4);
	CHECK_STR(multiboot_check(&from, &config.desc),
		  "it wants more of a boot loader than modules and memory");
}

/* It is looked for in 8 KiB, and it is whole there. */
UNIT(the_header_is_found)
{
	make_file();
	memmove(file + 8192 - 12, file + 0x100, 12);
	put(0x100, 0, 4);
	CHECK_STR(multiboot_check(&from, &config.desc), NULL);
	memmove(file + 8192 - 8, file + 8192 - 12, 12);
	CHECK_STR(multiboot_check(&from, &config.desc), "it has no multiboot header");
}

UNIT(it_is_told_of_memory)
{
	static u8 params[BOOT_PARAMS_SIZE];
	static struct multiboot_info info;

	CHECK_STR(boot_params_memory(params, &config.desc), NULL);
	multiboot_info_memory(&info, params);
	CHECK_EQ(info.flags, 0x4d);
	CHECK_EQ(info.mem_lower, 640);
	CHECK_EQ(info.mem_upper, 3072);
	CHECK_EQ(info.mmap_length, 3 * 24);
	CHECK_EQ(info.map[0].entry_size, 20);
	CHECK_EQ(info.map[0].range.start, 0);
	CHECK_EQ(info.map[0].range.size, 0xa0000);
	CHECK_EQ(info.map[0].range.type, 1);
	CHECK_EQ(info.map[1].range.type, 2);
	CHECK_EQ(info.map[2].range.start, BASE);
	CHECK_EQ(info.map[2].range.size, 0x300000);
	/* As the specification has them. */
	CHECK_EQ(offsetof(struct multiboot_info, cmdline), 16);
	CHECK_EQ(offsetof(struct multiboot_info, mods_count), 20);
	CHECK_EQ(offsetof(struct multiboot_info, mmap_length), 44);
	CHECK_EQ(sizeof(info.map[0]), 24);
}
