// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences about a configuration number its entries. Whoever has made directories knows these by
 * their names. Asks nobody but what it is given, and runs on the host, too.
 */
#include "directory_names.h"
#include "directory.h"
#include "reason.h"

#include <linux/kernel.h>
#include <linux/string.h>

static const struct directory *numbered(const struct directories *cell,
					enum directory_kind kind, unsigned int n)
{
	const struct directory *directory = cell->first[kind];

	while (directory && n--)
		directory = directory->next;
	return directory;
}

/* A directory's memory can be several regions. */
static const struct directory *region(const struct directories *cell, unsigned int n,
				      enum directory_kind *kind)
{
	const struct directory *directory = cell->first[DIRECTORY_MEMORY];

	*kind = DIRECTORY_MEMORY;
	while (directory && n - directory->memory.first_region >= directory->memory.num_regions)
		directory = directory->next;
	if (directory)
		return directory;
	*kind = DIRECTORY_IVSHMEM;
	directory = cell->first[DIRECTORY_IVSHMEM];
	while (directory && n - directory->ivshmem.first_region >= directory->ivshmem.num_regions)
		directory = directory->next;
	return directory;
}

static const struct {
	const char *words;
	enum directory_kind kind;
} entries[] = {
	{ "memory region ", DIRECTORY_MEMORY },
	{ "port region ", DIRECTORY_PORTS },
	{ "PCI device ", DIRECTORY_DEVICES },
	{ "link ", DIRECTORY_LINKS },
	{ "ivshmem ", DIRECTORY_IVSHMEM },
};

/*
 * A number that @text begins with; returns how many digits it has. 0 if it is none of this cell's
 * entries: that of another cell, or a PCI function, which is called 03:00.0 or 0000:03:00.0.
 */
static size_t take_number(const char *text, unsigned int *number)
{
	static const char of_another[] = " of cell";
	size_t digits = strspn(text, "0123456789"), n;

	if (digits > 6 || strspn(text + digits, ":abcdef") ||
	    !strncmp(text + digits, of_another, strlen(of_another)))
		return 0;
	*number = 0;
	for (n = 0; n < digits; n++)
		*number = 10 * *number + (text[n] - '0');
	return digits;
}

/* What @text begins with, in other words, into @buffer; returns how much of it that is, or 0. */
static size_t translate(const struct directories *cell, const char *text, char *buffer,
			size_t size)
{
	const struct directory *directory;
	size_t row, length, digits;
	enum directory_kind kind;
	unsigned int n;

	for (row = 0; row < ARRAY_SIZE(entries); row++) {
		length = strlen(entries[row].words);
		if (strncmp(text, entries[row].words, length))
			continue;
		digits = take_number(text + length, &n);
		if (!digits)
			return 0;
		kind = entries[row].kind;
		directory = kind == DIRECTORY_MEMORY ? region(cell, n, &kind) :
						       numbered(cell, kind, n);
		if (!directory)
			return 0;
		snprintf(buffer, size, "%s/%s", jh_directory_kinds[kind], directory->name);
		return length + digits;
	}
	return 0;
}

/**
 * jh_directories_explain() - name directories in a sentence about a configuration
 * @cell: what the configuration was last made of
 * @why: the sentence
 *
 * What is about no directory stays as it is.
 *
 * Context: any; jh_lock is held.
 */
void jh_directories_explain(const struct directories *cell, struct reason *why)
{
	const struct reason own = *why;
	const char *from = own.text;
	char name[JAILHOUSE_CELL_NAME_SIZE + 16];
	size_t length = 0, taken;

	while (*from && length < sizeof(why->text) - 1) {
		taken = translate(cell, from, name, sizeof(name));
		if (taken)
			length += scnprintf(why->text + length, sizeof(why->text) - length,
					    "%s", name);
		else
			why->text[length++] = *from;
		from += taken ? taken : 1;
	}
	why->text[length] = '\0';
}
