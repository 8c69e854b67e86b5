/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs as linkers write them: which parts of the file belong where. */
#ifndef _JH_ELF_H
#define _JH_ELF_H

#include <linux/types.h>

struct reason;

/* Headers lie at the beginning of a file. */
#define ELF_HEAD_SIZE		4096

/* Linkers make four or five. */
#define ELF_MAX_SEGMENTS	16

/**
 * struct elf_segment - a part of a program
 * @offset: in the file
 * @file_size: bytes that are there
 * @address: guest-physical, where they belong
 * @size: bytes that are written there: behind those of the file, zeros
 */
struct elf_segment {
	u64 offset;
	u64 file_size;
	u64 address;
	u64 size;
};

/**
 * struct elf_program - what is to be loaded of a file
 * @entry: guest-physical address of the first instruction
 * @num_segments: how many
 * @segments: they do not overlap
 */
struct elf_program {
	u64 entry;
	unsigned int num_segments;
	struct elf_segment segments[ELF_MAX_SEGMENTS];
};

bool jh_elf_is(const void *head, size_t size);
int jh_elf_parse(const void *head, size_t head_size, u64 size, struct elf_program *program,
		 struct reason *why);
u64 jh_elf_lowest(const struct elf_program *program);

#endif
