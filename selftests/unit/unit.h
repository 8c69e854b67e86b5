/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small test harness for portable code on the host: one program per
 * test_NAME.c, TAP on stdout, exit status 1 if any case failed.
 *
 *	(comment) SOURCES: core/region.c core/format.c
 *	#include "unit.h"
 *
 *	UNIT(carving_the_middle_leaves_two_parts)
 *	{
 *		CHECK_EQ(region_count(&r), 2);
 *	}
 *
 * The comments that the Makefile reads stand alone on their line:
 * SOURCES (files under hypervisor/ to link with), LIBS (-l without the -l), BESIDE (files of
 * this directory, and the SOURCES that they name), LIKE (files of this directory whose SOURCES
 * are taken, but not they themselves), HOST (the directory of this one whose headers stand
 * before those of the hypervisor, by default fake).
 *
 * A failed check says where and with which values, and the case goes on.
 */
#ifndef SELFTESTS_UNIT_H
#define SELFTESTS_UNIT_H

#include "types.h"

struct unit_case {
	const char *name;
	void (*run)(void);
	struct unit_case *next;
};

/**
 * UNIT() - define a test case; its name is what TAP prints
 * @case_name: C identifier, reads as a sentence
 */
#define UNIT(case_name)							\
	static void case_name(void);					\
	static struct unit_case unit_case_##case_name = {		\
		.name = #case_name, .run = case_name,			\
	};								\
	static void __attribute__((constructor)) unit_add_##case_name(void) \
	{								\
		unit_register(&unit_case_##case_name);			\
	}								\
	static void case_name(void)

/**
 * CHECK() - the condition holds
 * @cond: anything that is true or false
 *
 * All three checks evaluate their arguments once and are expressions that
 * yield whether the check held, so that a case can return early.
 */
#define CHECK(cond) unit_check(!!(cond), __FILE__, __LINE__, #cond)

/**
 * CHECK_EQ() - two integers or pointers of any width are equal
 * @got: what the code made
 * @want: what it should be
 */
#define CHECK_EQ(got, want)						\
	unit_check_eq((unsigned long long)(got), (unsigned long long)(want), \
		      __FILE__, __LINE__, #got, #want)

/**
 * CHECK_STR() - two strings are equal; NULL equals only NULL
 * @got: what the code made
 * @want: what it should be
 */
#define CHECK_STR(got, want) \
	unit_check_str(got, want, __FILE__, __LINE__, #got, #want)

void unit_register(struct unit_case *entry);
bool unit_check(bool held, const char *file, int line, const char *text);
bool unit_check_eq(unsigned long long got, unsigned long long want,
		   const char *file, int line,
		   const char *got_text, const char *want_text);
bool unit_check_str(const char *got, const char *want,
		    const char *file, int line,
		    const char *got_text, const char *want_text);
void __printf(1, 2) unit_row(const char *fmt, ...);
void __printf(1, 2) unit_note(const char *fmt, ...);

#endif /* SELFTESTS_UNIT_H */
