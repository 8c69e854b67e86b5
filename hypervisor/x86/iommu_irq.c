// SPDX-License-Identifier: GPL-2.0-only
/* IOMMUs that remap interrupts, of the root cell and of cells. */
#include "x86.h"
#include "apic.h"
#include "arch.h"
#include "cell.h"
#include "iommu_irq.h"
#include "pci_internal.h"
#include "root_messages.h"
#include "vtd/guest.h"
#include "vtd/takeover.h"

/**
 * struct emulated - a unit of the root cell's
 * @unit: the unit
 * @remap: what it remaps interrupts by
 * @taken: it is the hypervisor's
 */
static struct emulated {
	struct vtd_unit *unit;
	struct vtd_remap remap;
	bool taken;
} emulated[JAILHOUSE_MAX_IOMMU_UNITS];
static unsigned int num_emulated;

static_assert(JAILHOUSE_BOOT_MESSAGES == VTD_REMAP_ROOT, "entries of the root cell's");

static struct remap remap;

/* Of cells. Management operations change it. */
static struct vtd_indices indices;

/* Entries of cells have one CPU at a time that changes them. */
static struct ticket_lock entries_lock;

/* In the root cell, guest-physical is host-physical. */
static void *root_page(u64 gpa)
{
	const struct jailhouse_memory *mem = memory_map_find(&machine.root_memory, gpa);
	const u64 wanted = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
	u64 hpa;

	if (!mem || (mem->flags & (wanted | JAILHOUSE_MEM_IO)) != wanted ||
	    !pgtable_lookup(&machine.root->stage2, gpa & PAGE_MASK, &hpa, NULL))
		return NULL;
	return arch_window(hpa);
}

static bool is_owned(u16 source)
{
	return pci_is_owned(&pci_space, source);
}

int iommu_irq_add(struct vtd_unit *unit)
{
	struct emulated *entry = &emulated[num_emulated];

	entry->unit = unit;
	remap.rewrites = unit->rewrites;
	/* The old format has 8 bits for an id, and where it may pass, entries have as many. */
	if (unit->rewrites)
		remap.id_end = APIC_DEVICE_ID_END;
	entry->remap = (struct vtd_remap) {
		.table = page_alloc(&machine.pool, VTD_REMAP_PAGES),
		.x2apic = apic_is_x2apic() && !unit->rewrites,
		.topo = &apic_topology,
		.owned = is_owned,
		.page = root_page,
		.write_back = unit->ecap & VTD_ECAP_COHERENT ? NULL : unit->common.hw->write_back,
	};
	if (!entry->remap.table)
		return -ENOMEM;
	num_emulated++;
	return 0;
}

static int take_entries(__maybe_unused u32 source, unsigned int count)
{
	return vtd_indices_take(&indices, count);
}

/* A unit that does not answer says so itself. */
static void set(unsigned int first, unsigned int count, u16 source, u32 dest, u32 low)
{
	unsigned int n, i;
	bool changed;

	ticket_lock(&entries_lock);
	for (n = 0; n < num_emulated; n++) {
		changed = false;
		for (i = 0; i < count; i++)
			changed |= vtd_remap_set(&emulated[n].remap, first + i, source, dest, low);
		if (changed)
			vtd_flush_interrupts(emulated[n].unit);
	}
	ticket_unlock(&entries_lock);
}

static void set_entry(unsigned int index, u16 source, u32 dest, u32 low)
{
	set(index, 1, source, dest, low);
}

static void clear_entries(__maybe_unused u16 source, unsigned int first, unsigned int count)
{
	set(first, count, 0, 0, 0);
}

static void release_entries(__maybe_unused u16 source, unsigned int first, unsigned int count)
{
	vtd_indices_release(&indices, first, count);
}

static void make_message(unsigned int index, bool several, u64 *address, u32 *data)
{
	*address = remap_message(index, several);
	if (several)
		*data = 0;
}

static struct remap remap = {
	.id_end = APIC_ID_END,
	.most = VTD_REMAP_ENTRIES - VTD_REMAP_ROOT,
	.pins = true,
	.root_end = VTD_REMAP_ROOT,
	.take = take_entries,
	.release = release_entries,
	.set = set_entry,
	.clear = clear_entries,
	.message = make_message,
};

const struct remap *iommu_irq_remap(void)
{
	return num_emulated ? &remap : NULL;
}

static int unit_mmio(void *arg, struct mmio_access *access)
{
	struct emulated *entry = arg;
	int err = vtd_guest_access(entry->unit, &entry->remap, access);

	arch_window_close();
	return err;
}

int iommu_irq_init(void)
{
	struct emulated *entry;
	int err = 0;

	for (entry = emulated; !err && entry < emulated + num_emulated; entry++) {
		entry->remap.cpus = &machine.root->cpus;
		if (!remap.rewrites)
			err = mmio_register(&machine.root->mmio, entry->unit->common.base,
					    PAGE_SIZE, unit_mmio, entry);
	}
	return err;
}

static struct emulated *find(const struct vtd_unit *unit)
{
	struct emulated *entry;

	for (entry = emulated; entry < emulated + num_emulated; entry++)
		if (entry->unit == unit)
			return entry;
	return NULL;
}

int iommu_irq_take(struct vtd_unit *unit)
{
	struct emulated *entry = find(unit);
	int err;

	if (!entry)
		return 0;
	vtd_use_table(unit, &entry->remap);
	if (remap.rewrites)
		return 0;
	err = vtd_take_over(unit, &entry->remap);
	entry->taken = !err;
	arch_window_close();
	return err;
}

int iommu_irq_return(struct vtd_unit *unit)
{
	struct emulated *entry = find(unit);
	int err;

	if (!entry || !entry->taken)
		return 0;
	err = vtd_give_back(unit, &entry->remap);
	entry->taken = false;
	arch_window_close();
	return err;
}

int iommu_irq_rewrite(bool on)
{
	const struct remap *used = pci_space.remap;
	unsigned int n;
	int err = 0;

	if (!used || !used->rewrites)
		return 0;
	if (on)
		root_messages_rewrite(used);
	for (n = 0; !err && n < num_emulated; n++)
		err = vtd_pass_old_format(emulated[n].unit, !on);
	if (!on)
		root_messages_rewrite(NULL);
	return err;
}

void iommu_irq_refresh(void)
{
	struct emulated *entry;

	for (entry = emulated; entry < emulated + num_emulated; entry++)
		if (entry->taken)
			vtd_guest_refresh(entry->unit, &entry->remap);
	pci_root_refresh(&pci_space);
	arch_window_close();
}
