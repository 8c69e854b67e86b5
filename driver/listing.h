/* SPDX-License-Identifier: GPL-2.0-only */
/* A list of complaints, as an attribute shows it. */
#ifndef _JH_LISTING_H
#define _JH_LISTING_H

#include <linux/types.h>

/**
 * struct listing - of complaints, in a page
 * @page: receives a line for each
 * @length: of what is there
 * @left_out: how many had no place
 */
struct listing {
	char *page;
	size_t length;
	unsigned int left_out;
};

void jh_list_complaint(void *listing, const char *text, bool fatal);
ssize_t jh_list_end(struct listing *listing);

#endif
