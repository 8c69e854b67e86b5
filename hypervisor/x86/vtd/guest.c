// SPDX-License-Identifier: GPL-2.0-only
/* VT-d: what the root cell has of a unit, registers and queue. */
#include "vtd/guest.h"
#include "errno.h"

/* A second page is what descriptors of 256 bits need (11.4.9.3). */
#define MOST_PAGES		2U

/* FSTS: the queue has stopped at something that is wrong. */
#define QUEUE_ERROR		(1U << 4)

/* What GCMD starts. Of that, write buffers are empty at once. */
#define STARTED			(VTD_ROOT_TABLE | 1U << 29 | 1U << 28 | VTD_INTERRUPT_TABLE)
#define SWITCHED		(VTD_TRANSLATION | VTD_INTERRUPTS | VTD_COMPATIBLE)

/* Descriptors (6.5.2) */
#define TYPE(low)		((u32)((low) & 0xf) | (u32)((low) >> 5 & 0x70))
#define CONTEXT			1
#define IOTLB			2
#define INTERRUPTS		4
#define WAIT			5
#define ONE_BY_ONE		BIT_ULL(4)
#define MASK(low)		((unsigned int)((low) >> 27) & 0x1f)
#define INDEX(low)		((u32)((low) >> 32) & 0xffff)
#define WAIT_INTERRUPT		BIT_ULL(4)
#define WAIT_WRITE		BIT_ULL(5)

/* More entries than these are all of them: all are copied once in a run at most. */
#define MOST_ONE_BY_ONE		5U

/**
 * struct run - of the queue, from one write of its tail on
 * @unit: whose
 * @remap: its table of interrupts
 * @all: all entries were copied: what was queued before is in them
 * @changed: the unit is to be flushed before anybody is told
 * @denied: entries that must not be used
 */
struct run {
	struct vtd_unit *unit;
	struct vtd_remap *remap;
	bool all;
	bool changed;
	unsigned int denied;
};

static void invalidate(struct run *run, u64 low)
{
	const unsigned int mask = low & ONE_BY_ONE ? MASK(low) : ~0U;
	u32 first = 0, count = VTD_REMAP_ROOT;

	if (run->all)
		return;
	run->changed = true;
	run->all = mask > MOST_ONE_BY_ONE;
	if (!run->all) {
		count = 1U << mask;
		first = INDEX(low) & ~(count - 1);
	}
	run->denied += vtd_remap_copy(run->remap, run->unit->guest.table, first, count);
}

/* Not before the unit has forgotten what it had. */
static bool tell(struct run *run, const struct vtd_entry *wait)
{
	u32 *page;

	if (wait->low & WAIT_INTERRUPT || (wait->high & 3))
		return false;
	if (run->changed && vtd_flush_interrupts(run->unit))
		return false;
	run->changed = false;
	if (!(wait->low & WAIT_WRITE))
		return true;
	page = run->remap->page(wait->high);
	if (!page)
		return false;
	__atomic_store_n(&page[(wait->high & ~PAGE_MASK) / sizeof(*page)],
			 (u32)(wait->low >> VTD_INV_WAIT_DATA_SHIFT), __ATOMIC_RELEASE);
	return true;
}

static bool do_descriptor(struct run *run, const struct vtd_entry *descriptor)
{
	switch (TYPE(descriptor->low)) {
	case CONTEXT:
	case IOTLB:
		/* Nothing is translated by tables of the root cell's. */
		return true;
	case INTERRUPTS:
		invalidate(run, descriptor->low);
		return true;
	case WAIT:
		return tell(run, descriptor);
	default:
		return false;
	}
}

/* A copy: another CPU may write to it meanwhile. It is aligned, and so in one page. */
static bool fetch(const struct run *run, u32 at, u32 size, struct vtd_entry *descriptor)
{
	const u64 gpa = (run->unit->guest.queue & PAGE_MASK) + at;
	const struct vtd_entry *from = run->remap->page(gpa);

	if (!from)
		return false;
	from += (gpa & ~PAGE_MASK) / sizeof(*from);
	descriptor->low = __atomic_load_n(&from[0].low, __ATOMIC_RELAXED);
	descriptor->high = __atomic_load_n(&from[0].high, __ATOMIC_RELAXED);
	return size == sizeof(*from) || !(from[1].low | from[1].high);
}

/* Both sizes are powers of two. */
static bool is_place(u32 at, u32 size, u32 bytes)
{
	return at < bytes && !(at & (size - 1));
}

static bool run_queue(struct run *run)
{
	struct vtd_registers *guest = &run->unit->guest;
	const u32 size = guest->queue & VTD_IQA_WIDE ? 32 : 16;
	const u32 bytes = (u32)PAGE_SIZE << (guest->queue & VTD_IQA_PAGES);
	struct vtd_entry descriptor;

	if (bytes > MOST_PAGES * PAGE_SIZE || !is_place(guest->tail, size, bytes) ||
	    !is_place(guest->head, size, bytes))
		return false;
	for (; guest->head != guest->tail; guest->head = (guest->head + size) % bytes)
		if (!fetch(run, guest->head, size, &descriptor) ||
		    !do_descriptor(run, &descriptor))
			return false;
	return true;
}

/* It goes on when the root cell has written to the register that says why it has stopped. */
static int go_on(struct vtd_unit *unit, struct vtd_remap *remap)
{
	struct run run = { .unit = unit, .remap = remap };

	if (!(unit->guest.status & VTD_QUEUE) || unit->guest.fault_status)
		return 0;
	if (!run_queue(&run))
		unit->guest.fault_status = QUEUE_ERROR;
	if (run.changed)
		vtd_flush_interrupts(unit);
	return run.denied || unit->guest.fault_status ? -EPERM : 0;
}

/* The queue can be switched off and on, and that is all. */
static int write_command(struct vtd_unit *unit, struct vtd_remap *remap, u32 value)
{
	struct vtd_registers *guest = &unit->guest;

	if (value & STARTED || (value ^ guest->status) & SWITCHED)
		return -EPERM;
	if (!((value ^ guest->status) & VTD_QUEUE))
		return 0;
	guest->status ^= VTD_QUEUE;
	guest->head = 0;
	return go_on(unit, remap);
}

static int write_register(struct vtd_unit *unit, struct vtd_remap *remap, u32 offset, u32 value)
{
	struct vtd_registers *guest = &unit->guest;

	switch (offset) {
	case VTD_GCMD:
		return write_command(unit, remap, value);
	case VTD_FSTS:
		guest->fault_status &= ~value;
		return go_on(unit, remap);
	case VTD_IQT:
		guest->tail = value;
		return go_on(unit, remap);
	case VTD_IQT + 4:
		return 0;
	case VTD_FECTL ... VTD_FECTL + 4 * (VTD_FE_REGS - 1):
		break;
	case VTD_IQA:
	case VTD_IQA + 4:
		if (guest->status & VTD_QUEUE)
			return -EPERM;
		break;
	default:
		return -EPERM;
	}
	unit->guest_word[offset / 4] = value;
	return 0;
}

static u32 read_register(const struct vtd_unit *unit, u32 offset)
{
	return offset < sizeof(unit->guest) ? unit->guest_word[offset / 4] : 0;
}

/* Registers have 32 bits, or two times that many: a pair of them. */
static int access_words(struct vtd_unit *unit, struct vtd_remap *remap, u32 offset,
			struct mmio_access *access)
{
	unsigned int shift;
	u64 value = 0;
	int err = 0;

	for (shift = 0; shift < 8 * access->width; shift += 32, offset += 4) {
		if (access->is_write)
			err = write_register(unit, remap, offset, (u32)(access->value >> shift)) ?:
			      err;
		else
			value |= (u64)read_register(unit, offset) << shift;
	}
	if (!access->is_write)
		access->value = value;
	return err;
}

int vtd_guest_access(struct vtd_unit *unit, struct vtd_remap *remap, struct mmio_access *access)
{
	const u32 offset = (u32)(access->gpa - unit->common.base);
	int err;

	if (access->width < 4 || offset % access->width) {
		access->value = ~0ULL;
		return access->is_write ? -EPERM : 0;
	}
	ticket_lock(&unit->guest_lock);
	err = access_words(unit, remap, offset, access);
	ticket_unlock(&unit->guest_lock);
	return err;
}

void vtd_guest_refresh(struct vtd_unit *unit, struct vtd_remap *remap)
{
	vtd_remap_copy(remap, unit->guest.table, 0, remap->used);
}
