// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD-Vi: tables of interrupts. What a device sends names an entry by its data, whatever its
 * address says, and the entry says which CPU is interrupted, with which vector (2.2.5).
 *
 * Each function has a table of its own, so that none can name what is another's: that is all there
 * is of a check of the source. One that is lent to a cell has two, its owner's and the root
 * cell's, and goes by that of who has it. What has no table is blocked.
 *
 * I/O APICs have none, and pass: each of their entries is the hypervisor's to write (ioapic.c). An
 * I/O APIC has the number of an entry where the vector would be, by which it learns the end of an
 * interrupt that is level-triggered. So the number would have to be the vector, which owners of
 * different pins may have in common: one cell's choice would take the other one's away.
 */
#include "amdvi/amdvi.h"
#include "apic_policy.h"
#include "errno.h"
#include "remap.h"

#define MESSAGE_ADDRESS	0xfee00000ULL

/* An entry of ours has the number of the page that its table is, and its own one in there. */
static u32 *table_of(unsigned int index)
{
	return (u32 *)(amdvi_machine.pool->base + index / AMDVI_INTERRUPTS * PAGE_SIZE);
}

/* Once for each function of the root cell, during setup, and for each one that a cell gets. */
static int take(__maybe_unused u32 source, unsigned int count)
{
	u32 *table;

	static_assert(AMDVI_INTERRUPTS * sizeof(*table) <= PAGE_SIZE);
	if (count > AMDVI_INTERRUPTS)
		return -ENOSPC;
	table = page_alloc(amdvi_machine.pool, 1);
	if (!table)
		return -ENOMEM;
	return (int)((page_hpa(amdvi_machine.pool, table) - amdvi_machine.pool->base_hpa) /
		     PAGE_SIZE * AMDVI_INTERRUPTS);
}

/* No function goes by it, and units were flushed. */
static void release(__maybe_unused u16 source, unsigned int first,
		    __maybe_unused unsigned int count)
{
	page_free(amdvi_machine.pool, table_of(first), 1);
}

u64 amdvi_interrupts(unsigned int first)
{
	return AMDVI_INTERRUPTS_VALID | (first == REMAP_NO_ENTRIES ? 0 :
		page_hpa(amdvi_machine.pool, table_of(first)) | AMDVI_INTERRUPTS_512 |
		AMDVI_INTERRUPTS_REMAPPED);
}

/* A unit that does not answer says so itself. */
static void flush(u16 source)
{
	unsigned int n;

	for (n = 0; n < amdvi_machine.num_units; n++)
		amdvi_flush_interrupts(amdvi_machine.units[n], source);
}

/* An entry is written at once: an interrupt goes by what it was, or by what it is now. */
static bool change(unsigned int index, u32 value)
{
	u32 *entry = &table_of(index)[index % AMDVI_INTERRUPTS];

	if (__atomic_load_n(entry, __ATOMIC_RELAXED) == value)
		return false;
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
	return true;
}

static void set(unsigned int index, u16 source, u32 dest, u32 low)
{
	if (change(index, AMDVI_INTERRUPT_ENABLED | dest << AMDVI_INTERRUPT_DEST_SHIFT |
		   (low & APIC_VECTOR) << AMDVI_INTERRUPT_VECTOR_SHIFT))
		flush(source);
}

static void clear(u16 source, unsigned int first, unsigned int count)
{
	bool changed = false;
	unsigned int n;

	for (n = 0; n < count; n++)
		changed |= change(first + n, 0);
	if (changed)
		flush(source);
}

/* The number of the message is added to the data by the device in any case. */
static void message(unsigned int index, __maybe_unused bool several, u64 *address, u32 *data)
{
	*address = MESSAGE_ADDRESS;
	*data = index % AMDVI_INTERRUPTS;
}

/* A unit keeps what it has read of the table of devices, too. */
static void use(u16 source, unsigned int first, bool on)
{
	unsigned int n;

	__atomic_store_n(&amdvi_machine.devices[source].interrupts,
			 on ? amdvi_interrupts(first) : 0, __ATOMIC_RELEASE);
	for (n = 0; n < amdvi_machine.num_units; n++)
		amdvi_flush(amdvi_machine.units[n]);
}

const struct remap amdvi_remap = {
	.id_end = APIC_DEVICE_ID_END,
	.most = AMDVI_INTERRUPTS,
	.rewrites = true,
	.take = take,
	.release = release,
	.set = set,
	.clear = clear,
	.message = message,
	.use = use,
};
