// SPDX-License-Identifier: GPL-2.0-only
/* AMD-Vi: units, and the table of devices that they go by. */
#include "amdvi/amdvi.h"
#include "errno.h"
#include "log.h"
#include "remap.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

/* Events that say which device was denied what: by its entry, page tables, or its own request. */
#define ACCESS_EVENTS		(1U << 1 | 1U << 2 | 1U << 3 | 1U << 4 | 1U << 8)

#define EVENT_PAGE_FAULT	2

static u64 read64(const struct amdvi_unit *unit, u32 reg)
{
	return iommu_read64(&unit->common, reg);
}

/*
 * What can the unit do?
 */

static int lacks(const struct amdvi_unit *unit, const char *what)
{
	log_error("the IOMMU at 0x%llx cannot be used: %s (features 0x%llx)", unit->common.base,
		  what, unit->features);
	return -ENODEV;
}

static int init(struct iommu_unit *common)
{
	struct amdvi_unit *unit = amdvi_unit_of(common);

	static_assert(sizeof(*unit) <= PAGE_SIZE && !offsetof(struct amdvi_unit, common));
	static_assert(AMDVI_ENTRIES * sizeof(*unit->log) == PAGE_SIZE);
	unit->commands = page_alloc(common->pool, 1);
	unit->log = page_alloc(common->pool, 1);
	if (!unit->commands || !unit->log)
		return -ENOMEM;
	if (common->size < AMDVI_REGISTERS_SIZE)
		return lacks(unit, "its registers take 16 KiB (iommu_units)");
	unit->features = read64(unit, AMDVI_FEATURES);
	/* Where there is nothing, all bits read as 1. */
	if (!~unit->features)
		return lacks(unit, "there is none");
	if (read64(unit, AMDVI_CONTROL) & AMDVI_ENABLE)
		return lacks(unit, "it is in use, boot with amd_iommu=off");
	if (!(unit->features & AMDVI_CAN_INVALIDATE_ALL))
		return lacks(unit, "it has no command that invalidates all");
	return 0;
}

/* All units have what these need (2.2.3), and four levels reach as far as any address of a PC. */
static int make_format(struct iommu_unit *const units[], unsigned int count,
		       struct pgtable_format *format)
{
	amdvi_machine.units = units;
	amdvi_machine.num_units = count;
	amdvi_machine.pool = units[0]->pool;
	*format = (struct pgtable_format) {
		.levels = 4,
		.huge_levels = 1U << 1 | 1U << 2,
		.present_mask = AMDVI_PTE_PRESENT,
		.table_attrs = AMDVI_PTE_PRESENT | AMDVI_PTE_READ | AMDVI_PTE_WRITE,
		.next_level = AMDVI_PTE_NEXT_LEVEL,
		.addr_mask = AMDVI_PTE_ADDR,
		.snooped = AMDVI_PTE_COHERENT,
	};
	return 0;
}

static u64 attrs(u64 mem_flags)
{
	return AMDVI_PTE_PRESENT | (mem_flags & JAILHOUSE_MEM_READ ? AMDVI_PTE_READ : 0) |
	       (mem_flags & JAILHOUSE_MEM_WRITE ? AMDVI_PTE_WRITE : 0);
}

/*
 * The table of devices
 */

/* Without the rights to read and to write: then the device is denied everything. */
static u64 translation(const struct pgtable *dma, u64 rights)
{
	return page_hpa(dma->pool, dma->root) | AMDVI_DEVICE_VALID | AMDVI_DEVICE_TRANSLATED |
	       (u64)dma->format->levels << AMDVI_DEVICE_LEVELS_SHIFT | rights;
}

/*
 * Entries that are not valid let everything pass (2.2.2.1), and devices behind what the table
 * has are not for all units denied. So there is one for each number. What is not written is 0.
 */
static int make_tables(struct page_pool *pool,
		       __maybe_unused const struct jailhouse_cell_desc *root,
		       const struct pgtable *dma, u16 domain)
{
	const u64 reached = translation(dma, AMDVI_PTE_READ | AMDVI_PTE_WRITE);
	struct amdvi_device *devices = page_alloc(pool, AMDVI_TABLE_PAGES);
	unsigned int n;

	if (!devices)
		return -ENOMEM;
	for (n = 0; n < AMDVI_DEVICES; n++) {
		devices[n].translation = reached;
		devices[n].domain = domain | AMDVI_SYSTEM_MESSAGES;
		devices[n].interrupts = AMDVI_INTERRUPTS_VALID;
	}
	amdvi_machine.root_domain = domain;
	amdvi_machine.devices = devices;
	return 0;
}

static void pass(u16 source)
{
	amdvi_machine.devices[source].interrupts = 0;
}

/*
 * The entry is valid all the time, or everything would pass. Between page tables that are the
 * old owner's and a domain that is the new one's there is a time when nothing passes.
 */
static void assign(u16 bdf, const struct pgtable *dma, u16 domain, unsigned int first)
{
	struct amdvi_device *entry = &amdvi_machine.devices[bdf];
	const u64 messages = domain == amdvi_machine.root_domain ? AMDVI_SYSTEM_MESSAGES : 0;

	__atomic_store_n(&entry->translation, translation(dma, 0), __ATOMIC_RELEASE);
	__atomic_store_n(&entry->domain, domain | messages, __ATOMIC_RELEASE);
	__atomic_store_n(&entry->interrupts, amdvi_interrupts(first), __ATOMIC_RELEASE);
	__atomic_store_n(&entry->translation,
			 translation(dma, AMDVI_PTE_READ | AMDVI_PTE_WRITE), __ATOMIC_RELEASE);
}

/*
 * On and off
 */

static void clear_log(struct amdvi_unit *unit)
{
	unit->head = 0;
	amdvi_write64(unit, AMDVI_LOG_HEAD, 0);
	amdvi_write64(unit, AMDVI_LOG_TAIL, 0);
	amdvi_write64(unit, AMDVI_STATUS, AMDVI_STATUS_CLEAR);
}

static int run(struct amdvi_unit *unit)
{
	const u32 running = AMDVI_LOG_RUNS | AMDVI_COMMANDS_RUN;

	amdvi_write64(unit, AMDVI_CONTROL, (unit->found_control & AMDVI_CONTROL_KEPT) |
		      AMDVI_ENABLE | AMDVI_HT_TUNNEL | AMDVI_LOG_ON | AMDVI_COHERENT |
		      AMDVI_COMMANDS_ON);
	if (!iommu_wait(&unit->common, AMDVI_STATUS, running, running))
		return amdvi_no_answer(unit, "on");
	return amdvi_flush(&unit->common);
}

/* Nobody waits for an interrupt: the log is looked at. */
static int switch_on(struct amdvi_unit *unit)
{
	struct page_pool *pool = unit->common.pool;

	amdvi_write64(unit, AMDVI_CONTROL, unit->found_control & AMDVI_CONTROL_KEPT);
	/* What firmware lets some devices reach untranslated. */
	amdvi_write64(unit, AMDVI_EXCLUSION, 0);
	amdvi_write64(unit, AMDVI_DEVICE_TABLE, (AMDVI_TABLE_PAGES - 1) |
		      page_hpa(amdvi_machine.pool, amdvi_machine.devices));
	amdvi_write64(unit, AMDVI_COMMANDS, page_hpa(pool, unit->commands) | AMDVI_256_ENTRIES);
	amdvi_write64(unit, AMDVI_LOG, page_hpa(pool, unit->log) | AMDVI_256_ENTRIES);
	unit->tail = 0;
	amdvi_write64(unit, AMDVI_COMMAND_HEAD, 0);
	amdvi_write64(unit, AMDVI_COMMAND_TAIL, 0);
	clear_log(unit);
	return run(unit);
}

static int switch_off(struct amdvi_unit *unit)
{
	amdvi_write64(unit, AMDVI_CONTROL, unit->found_control);
	amdvi_write64(unit, AMDVI_EXCLUSION, unit->found_exclusion);
	return iommu_wait(&unit->common, AMDVI_STATUS, AMDVI_LOG_RUNS | AMDVI_COMMANDS_RUN, 0) ?
		0 : amdvi_no_answer(unit, "off");
}

/* One that does not say that it is off may be, and everything would pass. Its buffers are kept. */
static int stop(struct iommu_unit *common)
{
	struct amdvi_unit *unit = amdvi_unit_of(common);
	int err = switch_off(unit);

	if (err) {
		amdvi_write64(unit, AMDVI_EXCLUSION, 0);
		run(unit);
	}
	return err;
}

static int start(struct iommu_unit *common)
{
	struct amdvi_unit *unit = amdvi_unit_of(common);
	int err;

	unit->found_control = read64(unit, AMDVI_CONTROL);
	unit->found_exclusion = read64(unit, AMDVI_EXCLUSION);
	err = switch_on(unit);
	if (err)
		switch_off(unit);
	return err;
}

/*
 * Faults
 */

/*
 * A log that ran over stands still until it was switched off and on (2.5). One that has not come to
 * rest at once is left to the next look: nobody waits for a unit that is broken, or gone.
 */
static void restart_log(struct amdvi_unit *unit)
{
	const u64 control = read64(unit, AMDVI_CONTROL);

	amdvi_write64(unit, AMDVI_CONTROL, control & ~AMDVI_LOG_ON);
	if (amdvi_status(unit) & AMDVI_LOG_RUNS)
		return;
	clear_log(unit);
	amdvi_write64(unit, AMDVI_CONTROL, control | AMDVI_LOG_ON);
}

/* Whether it was a read says only a fault of a page that there is (2.5.3). */
static const char *access_of(u64 low)
{
	if (AMDVI_EVENT_CODE(low) <= EVENT_PAGE_FAULT && low & AMDVI_EVENT_INTERRUPT)
		return "interrupt by";
	if (AMDVI_EVENT_CODE(low) != EVENT_PAGE_FAULT || !(low & AMDVI_EVENT_PRESENT))
		return "reach";
	return low & AMDVI_EVENT_WRITE ? "write" : "read";
}

static struct amdvi_entry next_event(struct amdvi_unit *unit)
{
	struct amdvi_entry *slot = &unit->log[unit->head / sizeof(*slot)], event;

	event.low = __atomic_load_n(&slot->low, __ATOMIC_ACQUIRE);
	event.high = __atomic_load_n(&slot->high, __ATOMIC_RELAXED);
	if (!event.low)
		return event;
	*slot = (struct amdvi_entry) { 0 };
	unit->head = (unit->head + (u32)sizeof(*slot)) % PAGE_SIZE;
	amdvi_write64(unit, AMDVI_LOG_HEAD, unit->head);
	return event;
}

/*
 * Some units say that an event is there before it is: its place is 0 until then, and it is left
 * to the next look.
 */
static bool take_fault(struct iommu_unit *common, unsigned int *n, struct iommu_fault *fault)
{
	struct amdvi_unit *unit = amdvi_unit_of(common);
	const u32 tail = iommu_read32(common, AMDVI_LOG_TAIL);
	struct amdvi_entry event = { 1, 0 };

	while (event.low && unit->head != tail && (*n)++ < AMDVI_ENTRIES) {
		event = next_event(unit);
		if (!(ACCESS_EVENTS & 1U << AMDVI_EVENT_CODE(event.low)))
			continue;
		*fault = (struct iommu_fault) {
			.address = event.high,
			.access = access_of(event.low),
			.bdf = (u16)event.low,
			.reason = AMDVI_EVENT_CODE(event.low),
		};
		return true;
	}
	if (amdvi_status(unit) & AMDVI_LOG_OVERFLOW)
		restart_log(unit);
	return false;
}

static const struct remap *remap_by(void)
{
	return &amdvi_remap;
}

const struct iommu_ops amdvi = {
	init, make_format, attrs, make_tables, pass, assign, start, stop, amdvi_flush, take_fault,
	remap_by,
};
