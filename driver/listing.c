// SPDX-License-Identifier: GPL-2.0-only
/* A list of complaints, as an attribute shows it: all that there is room for in a page. */
#include "listing.h"

#include <linux/kernel.h>
#include <linux/mm.h>

/* Room for the line that says how much was left out. */
#define LAST_LINE	64

/**
 * jh_list_complaint() - add one, as struct complaints has it
 * @arg: the struct listing
 * @text: the sentence
 * @fatal: it is a reason to refuse what was asked for; else it is a warning
 */
void jh_list_complaint(void *arg, const char *text, bool fatal)
{
	const char *kind = fatal ? "refused" : "warning";
	struct listing *listing = arg;
	size_t room = PAGE_SIZE - LAST_LINE - listing->length;
	int length = snprintf(NULL, 0, "%s: %s\n", kind, text);

	if (length >= room)
		listing->left_out++;
	else
		listing->length += sprintf(listing->page + listing->length, "%s: %s\n", kind, text);
}

/** jh_list_end() - say how many had no place; return: bytes of all. */
ssize_t jh_list_end(struct listing *listing)
{
	if (listing->left_out)
		listing->length += sprintf(listing->page + listing->length, "(and %u more)\n",
					   listing->left_out);
	return listing->length;
}
