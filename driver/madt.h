/* SPDX-License-Identifier: GPL-2.0-only */
/* ACPI's table of interrupt controllers. */
#ifndef _JH_MADT_H
#define _JH_MADT_H

#include <linux/acpi.h>

/* Iterates @entry over what a MADT lists, up to what does not fit in it. */
#define for_each_madt_entry(table, end, entry)						\
	for ((entry) = (const void *)(table) + sizeof(struct acpi_table_madt);		\
	     (const void *)((entry) + 1) <= (end) && (entry)->length >= sizeof(*(entry)); \
	     (entry) = (const void *)(entry) + (entry)->length)

#endif
