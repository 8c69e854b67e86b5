// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs as linkers write them (ELF, of 32 and 64 bits): which parts of the file belong where.
 * Whoever writes the file may have it wrong, or mean harm: each number is checked before it is
 * used. Asks nobody, and runs on the host, too.
 */
#include "elf.h"
#include "reason.h"

#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/* Of the kernel's headers, only late ones have it. */
#define NOTE_ABI_TAG	1

/**
 * struct elf_headers - what both kinds of file say at their beginning
 * @wide: of 64 bits
 * @type: ET_*
 * @machine: EM_*
 * @entry: where the program thinks that it begins
 * @offset: of the program headers
 * @entry_size: bytes of one
 * @count: how many
 */
struct elf_headers {
	bool wide;
	u16 type;
	u16 machine;
	u64 entry;
	u64 offset;
	u16 entry_size;
	u16 count;
};

/**
 * struct elf_part - a program header
 * @type: PT_*
 * @virt: where the program sees it
 * @loaded: what is made of it
 */
struct elf_part {
	u32 type;
	u64 virt;
	struct elf_segment loaded;
};

/** jh_elf_is() - does a file begin as an ELF file does? */
bool jh_elf_is(const void *head, size_t size)
{
	return size >= SELFMAG && !memcmp(head, ELFMAG, SELFMAG);
}

static void read_wide(struct elf_headers *headers, const void *head)
{
	Elf64_Ehdr elf;

	memcpy(&elf, head, sizeof(elf));
	*headers = (struct elf_headers){
		.wide = true, .type = elf.e_type, .machine = elf.e_machine,
		.entry = elf.e_entry, .offset = elf.e_phoff,
		.entry_size = elf.e_phentsize, .count = elf.e_phnum,
	};
}

static void read_narrow(struct elf_headers *headers, const void *head)
{
	Elf32_Ehdr elf;

	memcpy(&elf, head, sizeof(elf));
	*headers = (struct elf_headers){
		.wide = false, .type = elf.e_type, .machine = elf.e_machine,
		.entry = elf.e_entry, .offset = elf.e_phoff,
		.entry_size = elf.e_phentsize, .count = elf.e_phnum,
	};
}

static int read_headers(struct elf_headers *headers, const void *head, size_t head_size,
			struct reason *why)
{
	const u8 *ident = head;

	if (head_size < sizeof(Elf64_Ehdr))
		return jh_refuse(why, -ENOEXEC, "an ELF file that is cut off in its header");
	if (ident[EI_DATA] != ELFDATA2LSB ||
	    (ident[EI_CLASS] != ELFCLASS64 && ident[EI_CLASS] != ELFCLASS32))
		return jh_refuse(why, -ENOEXEC, "an ELF file that is none for x86");
	if (ident[EI_CLASS] == ELFCLASS64)
		read_wide(headers, head);
	else
		read_narrow(headers, head);
	return 0;
}

static int refuse_movable(struct reason *why)
{
	return jh_refuse(why, -ENOEXEC,
			 "an ELF file that is no program with addresses of its own (link it with -no-pie)");
}

static int check_headers(const struct elf_headers *headers, size_t head_size, struct reason *why)
{
	const size_t wanted = headers->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

	if (headers->machine != EM_X86_64 && headers->machine != EM_386)
		return jh_refuse(why, -ENOEXEC, "an ELF file that is none for x86");
	if (headers->type != ET_EXEC && headers->type != ET_DYN)
		return refuse_movable(why);
	if (headers->entry_size != wanted)
		return jh_refuse(why, -ENOEXEC, "an ELF file with program headers of %u bytes",
				 headers->entry_size);
	if (headers->offset > head_size || headers->count * wanted > head_size - headers->offset)
		return jh_refuse(why, -ENOEXEC,
				 "an ELF file whose program headers are not in its first %u bytes",
				 ELF_HEAD_SIZE);
	return 0;
}

/* How much a note has of what is padded to a multiple of four. */
static u64 padded(u32 size)
{
	return ((u64)size + 3) & ~3ULL;
}

/* Is there among these notes the one by which the C library says that this is for Linux? */
static bool has_abi_tag(const u8 *notes, u64 size)
{
	static const u8 name_and_system[] = { 'G', 'N', 'U', 0, 0, 0, 0, 0 };
	Elf64_Nhdr note;
	u64 length;

	for (; size >= sizeof(note); notes += length, size -= length) {
		memcpy(&note, notes, sizeof(note));
		length = sizeof(note) + padded(note.n_namesz) + padded(note.n_descsz);
		if (length > size)
			break;
		if (note.n_type == NOTE_ABI_TAG && note.n_namesz == 4 && note.n_descsz >= 4 &&
		    !memcmp(notes + sizeof(note), name_and_system, sizeof(name_and_system)))
			return true;
	}
	return false;
}

/* A program that wants a dynamic linker, or the system calls of Linux: a cell has neither. */
static bool is_for_linux(const struct elf_part *part, const void *head, size_t head_size)
{
	const u64 offset = part->loaded.offset, size = part->loaded.file_size;

	if (part->type == PT_INTERP)
		return true;
	return part->type == PT_NOTE && offset <= head_size && size <= head_size - offset &&
	       has_abi_tag(head + offset, size);
}

/*
 * What is loaded where it runs is followed by what begins as zeros. What runs elsewhere the
 * program itself moves there, as one in a ROM does with its data, and has to clear the rest itself.
 */
static u64 loaded_size(u64 virt, u64 phys, u64 file_size, u64 memory_size)
{
	return virt == phys ? memory_size : file_size;
}

static void read_part(struct elf_part *part, const struct elf_headers *headers, const void *at)
{
	Elf64_Phdr wide;
	Elf32_Phdr narrow;

	if (headers->wide) {
		memcpy(&wide, at, sizeof(wide));
	} else {
		memcpy(&narrow, at, sizeof(narrow));
		wide = (Elf64_Phdr){
			.p_type = narrow.p_type, .p_offset = narrow.p_offset,
			.p_vaddr = narrow.p_vaddr, .p_paddr = narrow.p_paddr,
			.p_filesz = narrow.p_filesz, .p_memsz = narrow.p_memsz,
		};
	}
	*part = (struct elf_part){
		.type = wide.p_type, .virt = wide.p_vaddr,
		.loaded = {
			.offset = wide.p_offset, .file_size = wide.p_filesz,
			.address = wide.p_paddr,
			.size = loaded_size(wide.p_vaddr, wide.p_paddr, wide.p_filesz,
					    wide.p_memsz),
		},
	};
}

static bool overlap(const struct elf_segment *one, const struct elf_segment *other)
{
	return one->address < other->address + other->size &&
	       other->address < one->address + one->size;
}

static int check_part(const struct elf_segment *segment, unsigned int n, u64 size,
		      const struct elf_program *program, struct reason *why)
{
	unsigned int earlier;

	if (segment->offset > size || segment->file_size > size - segment->offset)
		return jh_refuse(why, -ENOEXEC,
				 "an ELF file whose segment %u ends behind the file", n);
	if (segment->size < segment->file_size)
		return jh_refuse(why, -ENOEXEC,
				 "an ELF file whose segment %u is larger in the file than in memory",
				 n);
	if (segment->address >= CONFIG_GUEST_PHYS_END ||
	    segment->size > CONFIG_GUEST_PHYS_END - segment->address)
		return jh_refuse(why, -ENOEXEC,
				 "an ELF file whose segment %u ends beyond the last guest-physical address",
				 n);
	if (program->num_segments == ELF_MAX_SEGMENTS)
		return jh_refuse(why, -ENOEXEC, "an ELF file with more than %u segments to load",
				 ELF_MAX_SEGMENTS);
	for (earlier = 0; earlier < program->num_segments; earlier++)
		if (overlap(segment, &program->segments[earlier]))
			return jh_refuse(why, -ENOEXEC,
					 "an ELF file whose segment %u overlaps another one", n);
	return 0;
}

/* The program knows virtual addresses; its CPUs begin at a physical one. */
static void settle_entry(struct elf_program *program, const struct elf_part *part, u64 entry,
			 bool *found)
{
	if (entry < part->virt || entry - part->virt >= part->loaded.file_size)
		return;
	program->entry = part->loaded.address + (entry - part->virt);
	*found = true;
}

/* Which kind of program: what it is made for comes before how it is linked. */
static int check_kind(const struct elf_headers *headers, const void *head, size_t head_size,
		      struct reason *why)
{
	struct elf_part part;
	unsigned int n;

	for (n = 0; n < headers->count; n++) {
		read_part(&part, headers, head + headers->offset + n * headers->entry_size);
		if (is_for_linux(&part, head, head_size))
			return jh_refuse(why, -ENOEXEC,
					 "a program for Linux, which this cell does not have: one for a cell is linked with the inmate library, others run in the initrd of 'jailhouse cell linux'");
	}
	return headers->type == ET_EXEC ? 0 : refuse_movable(why);
}

static int read_parts(const struct elf_headers *headers, const void *head, u64 size,
		      struct elf_program *program, struct reason *why)
{
	bool has_entry = false;
	struct elf_part part;
	unsigned int n;
	int err;

	for (n = 0; n < headers->count; n++) {
		read_part(&part, headers, head + headers->offset + n * headers->entry_size);
		if (part.type != PT_LOAD || (!part.loaded.size && !part.loaded.file_size))
			continue;
		err = check_part(&part.loaded, n, size, program, why);
		if (err)
			return err;
		program->segments[program->num_segments++] = part.loaded;
		settle_entry(program, &part, headers->entry, &has_entry);
	}
	if (!program->num_segments)
		return jh_refuse(why, -ENOEXEC, "an ELF file with nothing to load");
	return has_entry ? 0 : jh_refuse(why, -ENOEXEC,
					 "an ELF file whose entry (0x%llx) is in none of its segments",
					 headers->entry);
}

/**
 * jh_elf_parse() - what is to be loaded of an ELF file?
 * @head: its first bytes
 * @head_size: how many; ELF_HEAD_SIZE, or all that the file has
 * @size: of the file
 * @program: receives it; without segments if it is refused
 * @why: receives the reason
 *
 * Return: 0 or -ENOEXEC.
 */
int jh_elf_parse(const void *head, size_t head_size, u64 size, struct elf_program *program,
		 struct reason *why)
{
	struct elf_headers headers;
	int err;

	program->num_segments = 0;
	err = read_headers(&headers, head, head_size, why);
	if (!err)
		err = check_headers(&headers, head_size, why);
	if (!err)
		err = check_kind(&headers, head, head_size, why);
	if (!err)
		err = read_parts(&headers, head, size, program, why);
	if (err)
		program->num_segments = 0;
	return err;
}

/** jh_elf_lowest() - the lowest address that something is loaded to. */
u64 jh_elf_lowest(const struct elf_program *program)
{
	u64 lowest = program->segments[0].address;
	unsigned int n;

	for (n = 1; n < program->num_segments; n++)
		if (program->segments[n].address < lowest)
			lowest = program->segments[n].address;
	return lowest;
}
