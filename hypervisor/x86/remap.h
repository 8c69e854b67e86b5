/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts of devices that are remapped: what a device sends names an entry of a table, and the
 * entry says who is interrupted, and by whom.
 */
#ifndef _X86_REMAP_H
#define _X86_REMAP_H

#include "types.h"

/* Who a device is to the table is not known. */
#define REMAP_NO_SOURCE		0xffffffffU

/* No entries: what a device sends is blocked. */
#define REMAP_NO_ENTRIES	0xffffffffU

/**
 * struct remap - the table, or a table for each source
 * @id_end: APIC ids below fit into an entry
 * @most: so many entries a source can have
 * @pins: it is one for all, and interrupts of I/O APICs go by it as well; else each PCI function
 *	has a table of its own
 * @rewrites: the root cell does not know of it, and what it has its devices send is rewritten;
 *	else it names entries of its own
 * @root_end: with @pins, entries below are the root cell's
 * @take: numbers of entries for @source, @count of them one after the other. Or -ENOMEM; -ENOSPC:
 *	they are more than @most, or others have them. With @pins, the root cell's functions have
 *	some below @root_end, which are not taken
 * @release: they are nobody's any more, and nothing is in them
 * @set: has an entry interrupt the CPU with the APIC id @dest, if @source names it; @low has vector
 *	and trigger where APIC_* has them. Any CPU
 * @clear: has @count entries of @source interrupt nobody. Any CPU
 * @message: what a device sends to name an entry; @several: it adds the number of the message to
 *	the data. Else the data may stay as it is, which makes no difference (VT-d 5.1.2.2)
 * @use: without @pins: what the root cell's @source sends names its entries from @first on, from
 *	now on; or it passes (@on is false). No CPU runs the root cell
 */
struct remap {
	u64 id_end;
	unsigned int most;
	bool pins;
	bool rewrites;
	unsigned int root_end;
	int (*take)(u32 source, unsigned int count);
	void (*release)(u16 source, unsigned int first, unsigned int count);
	void (*set)(unsigned int index, u16 source, u32 dest, u32 low);
	void (*clear)(u16 source, unsigned int first, unsigned int count);
	void (*message)(unsigned int index, bool several, u64 *address, u32 *data);
	void (*use)(u16 source, unsigned int first, bool on);
};

/* An entry of an I/O APIC that names one of the table (VT-d 5.1.5.1). */
#define REMAP_PIN		BIT_ULL(48)

/** remap_pin() - bits of an I/O APIC's entry that name entry @index of the table */
static inline u64 remap_pin(unsigned int index)
{
	return REMAP_PIN | (u64)(index & 0x7fff) << 49 | (u64)(index >> 15) << 11;
}

/** remap_pin_index() - which entry of the table an I/O APIC's names */
static inline unsigned int remap_pin_index(u64 entry)
{
	return (unsigned int)(entry >> 49) | (unsigned int)(entry >> 11 & 1) << 15;
}

/**
 * remap_message() - address of a message that names an entry of the table (VT-d 5.1.2.2)
 * @index: the entry
 * @several: the message's data is added to that
 */
static inline u64 remap_message(unsigned int index, bool several)
{
	return 0xfee00010ULL | (u64)(index & 0x7fff) << 5 | (several ? 1U << 3 : 0) |
	       (index >> 15) << 2;
}

#endif
