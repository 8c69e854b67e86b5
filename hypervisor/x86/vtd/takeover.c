// SPDX-License-Identifier: GPL-2.0-only
/* VT-d: a unit changes hands. */
#include "vtd/takeover.h"
#include "errno.h"
#include "log.h"
#include "string.h"

/* Of GSTS, what says how a unit remaps interrupts. */
#define STATUS		(VTD_QUEUE | VTD_INTERRUPTS | VTD_INTERRUPT_TABLE | VTD_COMPATIBLE)

static u32 read32(const struct vtd_unit *unit, u32 reg)
{
	return iommu_read32(&unit->common, reg);
}

static void read_registers(struct vtd_unit *unit)
{
	struct vtd_registers *guest = &unit->guest;
	unsigned int n;

	guest->version = read32(unit, VTD_VER);
	guest->cap = unit->cap;
	guest->ecap = unit->ecap;
	guest->status = read32(unit, VTD_GSTS) & STATUS;
	guest->fault_status = 0;
	for (n = 0; n < VTD_FE_REGS; n++)
		guest->event[n] = read32(unit, VTD_FECTL + 4 * n);
	guest->queue = iommu_read64(&unit->common, VTD_IQA);
	guest->tail = read32(unit, VTD_IQT);
	guest->head = guest->tail;
	guest->table = iommu_read64(&unit->common, VTD_IRTA);
}

/* Also what is not present in it is for the unit to see. */
void vtd_use_table(struct vtd_unit *unit, const struct vtd_remap *remap)
{
	vtd_write_back(remap->write_back, remap->table, VTD_REMAP_PAGES * PAGE_SIZE);
	unit->table = page_hpa(unit->common.pool, remap->table) | VTD_REMAP_SIZE |
		      (remap->x2apic ? VTD_IRTA_X2APIC : 0);
}

/* Who has queued something waits for it, with interrupts off: so it is done in a moment. */
int vtd_take_over(struct vtd_unit *unit, struct vtd_remap *remap)
{
	unsigned int denied;
	int err;

	read_registers(unit);
	if (!(unit->guest.table & VTD_IRTA_X2APIC) != !remap->x2apic) {
		log_error("the IOMMU at 0x%llx is in another mode than the APICs: use intremap=off",
			  unit->common.base);
		return -ENODEV;
	}
	err = vtd_wait(unit, VTD_IQH, ~0U, unit->guest.tail, "queue of the root cell");
	if (err)
		return err;
	denied = vtd_remap_copy(remap, unit->guest.table, 0, VTD_REMAP_ROOT);
	if (denied)
		log_printf("IOMMU at 0x%llx: %u interrupts of the root cell are not allowed\n",
			   unit->common.base, denied);
	return vtd_command(unit, VTD_QUEUE, false, "queue of the root cell off");
}

/*
 * A queue that is switched on begins at its first place, and the root cell is going to write to
 * the one where it was. On the way there the unit finds invalidations instead of what the root
 * cell has had there, and at the end what tells us that it has arrived.
 */
static bool fill_queue(struct vtd_unit *unit, struct vtd_remap *remap)
{
	const u32 size = unit->guest.queue & VTD_IQA_WIDE ? 32 : 16;
	struct vtd_entry *entry;
	u32 at;

	unit->round++;
	for (at = 0; at < unit->guest.tail; at += size) {
		entry = remap->page((unit->guest.queue & PAGE_MASK) + at);
		if (!entry)
			return false;
		entry += (at & ~PAGE_MASK) / sizeof(*entry);
		memset(entry, 0, size);
		entry->low = VTD_INV_INTERRUPTS;
		if (at + size >= unit->guest.tail) {
			entry->low = VTD_INV_WAIT | (u64)unit->round << VTD_INV_WAIT_DATA_SHIFT;
			entry->high = page_hpa(unit->common.pool, (const void *)&unit->done);
		}
		vtd_write_back(remap->write_back, entry, size);
	}
	return true;
}

static int return_queue(struct vtd_unit *unit, struct vtd_remap *remap)
{
	int err;

	if (!(unit->guest.status & VTD_QUEUE))
		return 0;
	if (unit->guest.fault_status || !fill_queue(unit, remap)) {
		log_printf("IOMMU at 0x%llx: the root cell's queue is not where it has RAM\n",
			   unit->common.base);
		return 0;
	}
	iommu_write64(&unit->common, VTD_IQT, 0);
	iommu_write64(&unit->common, VTD_IQA, unit->guest.queue);
	err = vtd_command(unit, VTD_QUEUE, true, "queue of the root cell");
	if (err || !unit->guest.tail)
		return err;
	iommu_write64(&unit->common, VTD_IQT, unit->guest.tail);
	return vtd_wait(unit, VTD_IQH, ~0U, unit->guest.tail, "queue of the root cell");
}

int vtd_give_back(struct vtd_unit *unit, struct vtd_remap *remap)
{
	unsigned int n;
	int err = return_queue(unit, remap);

	if (!err && unit->guest.status & VTD_COMPATIBLE)
		err = vtd_command(unit, VTD_COMPATIBLE, true, "interrupts of the old format");
	/* The address before what may send it. */
	for (n = VTD_FE_REGS; n--;)
		iommu_write32(&unit->common, VTD_FECTL + 4 * n, unit->guest.event[n]);
	return err;
}
