// SPDX-License-Identifier: GPL-2.0-only
/* Check of configurations: ends of links. */
#include "config_internal.h"
#include "errno.h"
#include "format.h"

/* Number @n, and what is wrong with it. */
static int __printf(4, 5) refuse_link(struct config_reason *why, int error, unsigned int n,
				      const char *fmt, ...)
{
	char text[120];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return refuse(why, error, "link %u %s", n, text);
}

static bool is_zero(const u8 *bytes, size_t size)
{
	u8 any = 0;

	while (size--)
		any |= bytes[size];
	return !any;
}

static int check_link_fields(const struct jailhouse_link *link, unsigned int n,
			     struct config_reason *why)
{
	if (!link->id)
		return refuse_link(why, -EINVAL, n, "has no id");
	if (link->mac[0] & 1 || is_zero(link->mac, sizeof(link->mac)))
		return refuse_link(why, -EINVAL, n,
				   "has an Ethernet address (mac) that no single device can have");
	if (!is_zero(link->reserved, sizeof(link->reserved)))
		return refuse_link(why, -EINVAL, n, "has reserved bytes that are not 0");
	if (!IS_ALIGNED(link->address, PAGE_SIZE))
		return refuse_link(why, -EINVAL, n, "cannot be at 0x%llx", link->address);
	if (link->address > CONFIG_GUEST_PHYS_END - JAILHOUSE_LINK_SIZE)
		return refuse_link(why, -EOVERFLOW, n,
				   "at 0x%llx ends beyond the last guest-physical address",
				   link->address);
	return 0;
}

static int check_link(const struct jailhouse_cell_desc *desc, unsigned int n,
		      struct config_reason *why)
{
	const struct jailhouse_link *links = config_links(desc), *link = &links[n];
	const char *there;
	unsigned int earlier;
	int err = check_link_fields(link, n, why);

	if (err)
		return err;
	there = config_also_there(desc, link->address, JAILHOUSE_LINK_SIZE);
	if (there)
		return refuse_link(why, -EADDRINUSE, n, "at 0x%llx overlaps %s", link->address,
				   there);
	for (earlier = 0; earlier < n; earlier++) {
		if (links[earlier].id == link->id)
			return refuse_link(why, -EADDRINUSE, n, "has the id %u of link %u",
					   link->id, earlier);
		if (overlap(links[earlier].address, JAILHOUSE_LINK_SIZE, link->address,
			    JAILHOUSE_LINK_SIZE))
			return refuse_link(why, -EADDRINUSE, n, "at 0x%llx overlaps link %u",
					   link->address, earlier);
	}
	return 0;
}

int config_check_links(const struct jailhouse_cell_desc *desc, struct config_reason *why)
{
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < desc->num_links; n++)
		err = check_link(desc, n, why);
	return err;
}
