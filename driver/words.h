/* SPDX-License-Identifier: GPL-2.0-only */
/* What users write, beside plain numbers: lists of CPUs, ranges, words. */
#ifndef _JH_WORDS_H
#define _JH_WORDS_H

#include <linux/types.h>

#include <cpu_set.h>

struct reason;

/**
 * struct word - a word that stands for a bit
 * @text: the word
 * @bit: what it stands for
 */
struct word {
	const char *text;
	u64 bit;
};

int jh_parse_cpus(const char *page, struct cpu_set *cpus, struct reason *why);
int jh_parse_range(const char *page, u64 *first, u64 *last, struct reason *why);
int jh_parse_words(const char *page, const struct word *words, unsigned int count, u64 *bits,
		   struct reason *why);
int jh_parse_word(const char *page, const struct word *words, unsigned int count, u64 *value,
		  struct reason *why);
int jh_parse_pin(const char *page, u32 *chip, u32 *pin, struct reason *why);
int jh_parse_function(const char *name, u16 *domain, u16 *bdf, struct reason *why);
int jh_parse_mac(const char *page, u8 *mac, struct reason *why);
const char *jh_word_of(const struct word *words, unsigned int count, u64 value);
size_t jh_print_words(char *buffer, size_t size, const struct word *words, unsigned int count,
		      u64 bits);

#endif
