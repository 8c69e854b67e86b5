// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD-Vi: tables of interrupts. What a device sends names an entry by its data, whatever its
 * address says, and the entry says which CPU is interrupted, with which vector (2.2.5).
 *
 * Each function of a cell has a table of its own, so that none can name what is another's: that
 * is all there is of a check of the source. Linux was booted without the IOMMU, and what its own
 * functions send is interrupts, not names of entries: they have no table, and pass. So do I/O
 * APICs, each of whose entries is the hypervisor's to write (ioapic.c). They could not be remapped
 * as they are on VT-d: the number of an entry would stand where an I/O APIC has the vector, by
 * which it learns the end of an interrupt that is level-triggered.
 */
#include "amdvi/amdvi.h"
#include "apic_policy.h"
#include "errno.h"
#include "remap.h"

#define MESSAGE_ADDRESS	0xfee00000ULL

static u64 *word_of(u16 source)
{
	return &amdvi_machine.devices[source].interrupts;
}

static u32 *table_of(u16 source)
{
	return page_virt(amdvi_machine.pool, *word_of(source) & AMDVI_INTERRUPTS_TABLE);
}

/* It is in the entry of the function from now on, and counts when that is the cell's. */
static int take(u32 source, unsigned int count)
{
	u32 *table;

	static_assert(AMDVI_INTERRUPTS * sizeof(*table) <= PAGE_SIZE);
	if (count > AMDVI_INTERRUPTS)
		return -ENOSPC;
	table = page_alloc(amdvi_machine.pool, 1);
	if (!table)
		return -ENOMEM;
	*word_of((u16)source) = page_hpa(amdvi_machine.pool, table) | AMDVI_INTERRUPTS_512 |
				AMDVI_INTERRUPTS_REMAPPED;
	return 0;
}

/* The function is the root cell's again, and units were flushed. */
static void release(u16 source, __maybe_unused unsigned int first,
		    __maybe_unused unsigned int count)
{
	u32 *table = table_of(source);

	*word_of(source) = 0;
	page_free(amdvi_machine.pool, table, 1);
}

/* A unit that does not answer says so itself. */
static void flush(u16 source)
{
	unsigned int n;

	for (n = 0; n < amdvi_machine.num_units; n++)
		amdvi_flush_interrupts(amdvi_machine.units[n], source);
}

/* An entry is written at once: an interrupt goes by what it was, or by what it is now. */
static bool change(u16 source, unsigned int index, u32 value)
{
	u32 *entry = &table_of(source)[index];

	if (__atomic_load_n(entry, __ATOMIC_RELAXED) == value)
		return false;
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
	return true;
}

static void set(unsigned int index, u16 source, u32 dest, u32 low)
{
	if (change(source, index, AMDVI_INTERRUPT_ENABLED | dest << AMDVI_INTERRUPT_DEST_SHIFT |
		   (low & APIC_VECTOR) << AMDVI_INTERRUPT_VECTOR_SHIFT))
		flush(source);
}

static void clear(u16 source, unsigned int first, unsigned int count)
{
	bool changed = false;
	unsigned int n;

	for (n = 0; n < count; n++)
		changed |= change(source, first + n, 0);
	if (changed)
		flush(source);
}

/* The number of the message is added to the data by the device in any case. */
static void message(unsigned int index, __maybe_unused bool several, u64 *address, u32 *data)
{
	*address = MESSAGE_ADDRESS;
	*data = index;
}

const struct remap amdvi_remap = {
	.id_end = APIC_DEVICE_ID_END,
	.most = AMDVI_INTERRUPTS,
	.take = take,
	.release = release,
	.set = set,
	.clear = clear,
	.message = message,
};
