// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs as linkers write them: what is to be loaded of them, and what is refused, whatever the
 * numbers in the file say.
 */
/* HOST: kernel */
/* BESIDE: reason.c */
/* SOURCES: ../driver/elf.c */
#include "unit.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../driver/elf.h"
#include "../../driver/reason.h"

/* A program in a ROM: code, data that it moves, with what it clears, and a reset vector. */
static struct {
	Elf64_Ehdr header;
	Elf64_Phdr parts[20];
	u8 rest[0x1000];
} wide;

static struct {
	Elf32_Ehdr header;
	Elf32_Phdr parts[2];
	u8 rest[0x100];
} narrow;

static struct elf_program program;
static struct reason why;

static void begin(void)
{
	memset(&wide, 0, sizeof(wide));
	memcpy(wide.header.e_ident, ELFMAG, SELFMAG);
	wide.header.e_ident[EI_CLASS] = ELFCLASS64;
	wide.header.e_ident[EI_DATA] = ELFDATA2LSB;
	wide.header.e_type = ET_EXEC;
	wide.header.e_machine = EM_X86_64;
	wide.header.e_entry = 0xf0015;
	wide.header.e_phoff = offsetof(typeof(wide), parts);
	wide.header.e_phentsize = sizeof(wide.parts[0]);
	wide.header.e_phnum = 4;
	wide.parts[0] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_offset = 0x100, .p_vaddr = 0xf0000,
				      .p_paddr = 0xf0000, .p_filesz = 0x800, .p_memsz = 0x900 };
	wide.parts[1] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_offset = 0x900, .p_vaddr = 0x10000,
				      .p_paddr = 0xf4000, .p_filesz = 0x10, .p_memsz = 0x1a000 };
	wide.parts[2] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_offset = 0xff0, .p_vaddr = 0xffff0,
				      .p_paddr = 0xffff0, .p_filesz = 0x10, .p_memsz = 0x10 };
	wide.parts[3] = (Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_filesz = ~0ULL };
	why.text[0] = '\0';
}

/* All bytes behind the file would be seen being read. */
static int parse_bytes(const void *file, size_t size)
{
	size_t head_size = size < ELF_HEAD_SIZE ? size : ELF_HEAD_SIZE;
	void *head = malloc(head_size ? head_size : 1);
	int err;

	memcpy(head, file, head_size);
	memset(&program, 0xa5, sizeof(program));
	err = jh_elf_parse(head, head_size, size, &program, &why);
	free(head);
	if (err)
		CHECK_EQ(program.num_segments, 0);
	return err;
}

static int parse(void)
{
	return parse_bytes(&wide, sizeof(wide));
}

static bool says(const char *text)
{
	if (strstr(why.text, text))
		return true;
	printf("# it says: %s\n", why.text);
	return false;
}

UNIT(a_program_in_a_rom)
{
	begin();
	CHECK(jh_elf_is(&wide, sizeof(wide)));
	if (!CHECK_EQ(parse(), 0))
		return;
	CHECK_EQ(program.entry, 0xf0015);
	CHECK_EQ(program.num_segments, 3);
	CHECK_EQ(program.segments[0].offset, 0x100);
	CHECK_EQ(program.segments[0].file_size, 0x800);
	CHECK_EQ(program.segments[0].size, 0x900);
	/* It moves and clears by itself: what lies behind it in the ROM is something else. */
	CHECK_EQ(program.segments[1].address, 0xf4000);
	CHECK_EQ(program.segments[1].size, 0x10);
	CHECK_EQ(program.segments[2].address, 0xffff0);
	CHECK_EQ(jh_elf_lowest(&program), 0xf0000);
}

/* Its addresses are those of paging that is off when it begins. */
UNIT(an_entry_in_virtual_memory)
{
	begin();
	wide.parts[0].p_vaddr = 0xffffffff80000000;
	wide.parts[0].p_paddr = 0x1000000;
	wide.header.e_entry = 0xffffffff80000123;
	CHECK_EQ(parse(), 0);
	CHECK_EQ(program.entry, 0x1000123);
	CHECK_EQ(program.segments[0].size, 0x800);
	CHECK_EQ(jh_elf_lowest(&program), 0xf4000);
}

UNIT(of_32_bits)
{
	memset(&narrow, 0, sizeof(narrow));
	memcpy(narrow.header.e_ident, ELFMAG, SELFMAG);
	narrow.header.e_ident[EI_CLASS] = ELFCLASS32;
	narrow.header.e_ident[EI_DATA] = ELFDATA2LSB;
	narrow.header.e_type = ET_EXEC;
	narrow.header.e_machine = EM_386;
	narrow.header.e_entry = 0x100020;
	narrow.header.e_phoff = offsetof(typeof(narrow), parts);
	narrow.header.e_phentsize = sizeof(narrow.parts[0]);
	narrow.header.e_phnum = 2;
	narrow.parts[1] = (Elf32_Phdr){ .p_type = PT_LOAD, .p_offset = 0x80, .p_vaddr = 0x100000,
					.p_paddr = 0x100000, .p_filesz = 0x40, .p_memsz = 0x4000 };
	CHECK_EQ(parse_bytes(&narrow, sizeof(narrow)), 0);
	CHECK_EQ(program.entry, 0x100020);
	CHECK_EQ(program.num_segments, 1);
	CHECK_EQ(program.segments[0].size, 0x4000);
	narrow.header.e_phentsize = sizeof(wide.parts[0]);
	CHECK_EQ(parse_bytes(&narrow, sizeof(narrow)), -ENOEXEC);
}

UNIT(no_elf_file)
{
	CHECK(!jh_elf_is("\177EL", 3));
	CHECK(!jh_elf_is("\177ELG", 4));
	CHECK(jh_elf_is("\177ELF", 4));
}

UNIT(headers_that_are_refused)
{
	begin();
	wide.header.e_ident[EI_DATA] = ELFDATA2MSB;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("none for x86"));
	begin();
	wide.header.e_ident[EI_CLASS] = ELFCLASSNONE;
	CHECK_EQ(parse(), -ENOEXEC);
	begin();
	wide.header.e_machine = EM_AARCH64;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("none for x86"));
	begin();
	wide.header.e_type = ET_DYN;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("link it with -no-pie"));
	begin();
	wide.header.e_phentsize = 0;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("program headers of 0 bytes"));
	begin();
	wide.header.e_phnum = 0;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("nothing to load"));
	begin();
	wide.header.e_entry = 0xf0800;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("entry (0xf0800) is in none"));
}

/* What the C library puts into each program, as the fourth part, at this place in the file. */
static Elf64_Nhdr *abi_tag(u64 offset)
{
	/* Linux, from 3.2.0 on. */
	static const u8 rest[] = {
		'G', 'N', 'U', 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
	};
	Elf64_Nhdr *note = (void *)((u8 *)&wide + offset);

	*note = (Elf64_Nhdr){ .n_namesz = 4, .n_descsz = 16, .n_type = NT_GNU_ABI_TAG };
	memcpy(note + 1, rest, sizeof(rest));
	wide.parts[3] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_offset = offset,
				      .p_filesz = sizeof(*note) + sizeof(rest) };
	return note;
}

UNIT(programs_for_linux)
{
	/* As the static busybox of Debian has it, behind another note. */
	Elf64_Nhdr *note;

	begin();
	note = abi_tag(0xc00);
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("a program for Linux"));
	abi_tag(0xc00 + 0x20);
	note->n_type = NT_GNU_BUILD_ID;
	note->n_descsz = 13;
	wide.parts[3].p_offset = 0xc00;
	wide.parts[3].p_filesz += 0x20;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("a program for Linux"));
	/* One that wants a dynamic linker, whether or not it has addresses of its own. */
	begin();
	wide.parts[3].p_type = PT_INTERP;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("a program for Linux"));
	wide.header.e_type = ET_DYN;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("a program for Linux"));
}

/* Other notes, those of other systems, and what is no note at all. */
UNIT(notes_that_say_nothing)
{
	static const struct {
		Elf64_Nhdr note;
		u64 offset;
		u64 cut;
	} rows[] = {
		{ { 4, 16, NT_GNU_BUILD_ID } }, { { 5, 16, NT_GNU_ABI_TAG } },
		{ { 4, 0, NT_GNU_ABI_TAG } }, { { ~0U, 16, NT_GNU_ABI_TAG } },
		{ { 4, ~0U, NT_GNU_ABI_TAG } }, { { 4, 16, NT_GNU_ABI_TAG }, .cut = 1 },
		{ { 4, 16, NT_GNU_ABI_TAG }, .cut = 21 },
		{ { 4, 16, NT_GNU_ABI_TAG }, .offset = ELF_HEAD_SIZE - 31 },
		{ { 4, 16, NT_GNU_ABI_TAG }, .offset = ~0ULL },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%zu", n);
		begin();
		*abi_tag(0xc00) = rows[n].note;
		wide.parts[3].p_filesz -= rows[n].cut;
		if (rows[n].offset)
			wide.parts[3].p_offset = rows[n].offset;
		CHECK_EQ(parse(), 0);
	}
	begin();
	memcpy(abi_tag(0xc00) + 1, "XEN", 4);
	CHECK_EQ(parse(), 0);
	/* FreeBSD's number. */
	((u32 *)(abi_tag(0xc00) + 1))[1] = 3;
	CHECK_EQ(parse(), 0);
}

UNIT(program_headers_that_are_elsewhere)
{
	static const u64 offsets[] = { ELF_HEAD_SIZE, ELF_HEAD_SIZE - 1, ~0ULL, 1ULL << 63 };
	size_t n;

	for (n = 0; n < ARRAY_SIZE(offsets); n++) {
		begin();
		wide.header.e_phoff = offsets[n];
		CHECK_EQ(parse(), -ENOEXEC);
		CHECK(says("not in its first 4096 bytes"));
	}
	begin();
	wide.header.e_phnum = 0xffff;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("not in its first 4096 bytes"));
	/* The last one that is. */
	begin();
	wide.header.e_phnum = 1;
	wide.header.e_phoff = ELF_HEAD_SIZE - sizeof(wide.parts[0]);
	memcpy((u8 *)&wide + wide.header.e_phoff, &wide.parts[0], sizeof(wide.parts[0]));
	CHECK_EQ(parse(), 0);
	wide.header.e_phoff++;
	CHECK_EQ(parse(), -ENOEXEC);
}

UNIT(segments_that_cannot_be)
{
	static const struct {
		Elf64_Phdr part;
		const char *says;
	} rows[] = {
		{ { .p_offset = 1 << 20, .p_filesz = 1 }, "segment 1 ends behind the file" },
		{ { .p_offset = ~0ULL, .p_filesz = 2 }, "ends behind the file" },
		{ { .p_offset = 0x10, .p_filesz = ~0ULL - 8 }, "ends behind the file" },
		{ { .p_filesz = 0x11, .p_memsz = 0x10 }, "larger in the file than in memory" },
		{ { .p_filesz = 0x10, .p_memsz = ~0ULL }, "beyond the last guest-physical" },
		{ { .p_vaddr = 1ULL << 52, .p_paddr = 1ULL << 52, .p_memsz = 1 },
		  "beyond the last" },
		{ { .p_vaddr = ~0ULL, .p_paddr = ~0ULL, .p_memsz = 2 }, "beyond the last" },
		{ { .p_vaddr = 0xf0000, .p_paddr = 0xf0000, .p_memsz = 1 }, "overlaps another" },
		{ { .p_vaddr = 0xf08ff, .p_paddr = 0xf08ff, .p_memsz = 1 }, "overlaps another" },
		{ { .p_vaddr = 0xe0000, .p_paddr = 0xe0000, .p_memsz = 0x10001 },
		  "overlaps another" },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		begin();
		wide.parts[1] = rows[n].part;
		wide.parts[1].p_type = PT_LOAD;
		CHECK_EQ(parse(), -ENOEXEC);
		CHECK(says(rows[n].says));
	}
}

/* Of no bytes it is none, wherever it says that it is. */
UNIT(empty_segments)
{
	begin();
	wide.parts[1] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_offset = ~0ULL, .p_paddr = ~0ULL,
				      .p_vaddr = ~0ULL };
	CHECK_EQ(parse(), 0);
	CHECK_EQ(program.num_segments, 2);
}

UNIT(more_segments_than_there_is_room_for)
{
	unsigned int n;

	begin();
	for (n = 0; n < 17; n++)
		wide.parts[n] = (Elf64_Phdr){
			.p_type = PT_LOAD, .p_offset = 0x100, .p_filesz = 0x20, .p_memsz = 0x20,
			.p_vaddr = 0xf0000 + 0x100 * n, .p_paddr = 0xf0000 + 0x100 * n,
		};
	wide.header.e_phnum = 16;
	CHECK_EQ(parse(), 0);
	CHECK_EQ(program.num_segments, 16);
	wide.header.e_phnum = 17;
	CHECK_EQ(parse(), -ENOEXEC);
	CHECK(says("more than 16 segments"));
}

/* Cut off anywhere, nothing behind the end is looked at. */
UNIT(cut_off_anywhere)
{
	size_t size;

	begin();
	for (size = SELFMAG; size < 0x1000; size++)
		CHECK_EQ(parse_bytes(&wide, size), -ENOEXEC);
	CHECK_EQ(parse_bytes(&wide, 0x1000), 0);
}

/* Any byte may be anything: what is accepted lies in the file and in what a guest can address. */
UNIT(whatever_the_numbers_are)
{
	const size_t changed = sizeof(wide.header) + 3 * sizeof(wide.parts[0]);
	u32 random = 1;
	unsigned int round, n;
	const struct elf_segment *segment;

	for (round = 0; round < 20000; round++) {
		begin();
		for (n = 0; n < 3; n++) {
			random = random * 1664525 + 1013904223;
			((u8 *)&wide)[(random >> 8) % changed] = (u8)(random >> 24);
		}
		if (parse())
			continue;
		for (n = 0, segment = program.segments; n < program.num_segments; n++, segment++) {
			CHECK(segment->offset + segment->file_size <= sizeof(wide));
			CHECK(segment->size >= segment->file_size);
			CHECK(segment->address + segment->size <= 1ULL << 52);
		}
	}
}
