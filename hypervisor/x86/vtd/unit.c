// SPDX-License-Identifier: GPL-2.0-only
/* VT-d: a unit, its registers and its queue. */
#include "vtd/vtd.h"
#include "errno.h"
#include "log.h"

/* Of GSTS, what stays as it is when GCMD is written: not what starts something (11.4.4.1). */
#define STATUS_KEPT	0x96ffffffU

/* So often a unit is asked whether it lets interrupts of the old format pass. */
#define OLD_FORMAT_LOOKS	100

static u32 read32(const struct vtd_unit *unit, u32 reg)
{
	return iommu_read32(&unit->common, reg);
}

static void write32(const struct vtd_unit *unit, u32 reg, u32 value)
{
	iommu_write32(&unit->common, reg, value);
}

static u64 read64(const struct vtd_unit *unit, u32 reg)
{
	return iommu_read64(&unit->common, reg);
}

static void write64(const struct vtd_unit *unit, u32 reg, u64 value)
{
	iommu_write64(&unit->common, reg, value);
}

static int no_answer(const struct vtd_unit *unit, const char *what)
{
	log_error("the IOMMU at 0x%llx does not answer: %s (GSTS 0x%x, FSTS 0x%x)",
		  unit->common.base, what, read32(unit, VTD_GSTS), read32(unit, VTD_FSTS));
	return -EIO;
}

int vtd_wait(struct vtd_unit *unit, u32 reg, u32 mask, u32 value, const char *what)
{
	return iommu_wait(&unit->common, reg, mask, value) ? 0 : no_answer(unit, what);
}

static void write_command(const struct vtd_unit *unit, u32 bit, bool on)
{
	const u32 status = read32(unit, VTD_GSTS) & STATUS_KEPT;

	write32(unit, VTD_GCMD, on ? status | bit : status & ~bit);
}

int vtd_command(struct vtd_unit *unit, u32 bit, bool on, const char *what)
{
	write_command(unit, bit, on);
	return vtd_wait(unit, VTD_GSTS, bit, on ? bit : 0, what);
}

/*
 * What can the unit do?
 */

static int lacks(const struct vtd_unit *unit, const char *what)
{
	log_error("the IOMMU at 0x%llx cannot be used: %s (CAP 0x%llx, ECAP 0x%llx)",
		  unit->common.base, what, unit->cap, unit->ecap);
	return -ENODEV;
}

int vtd_init(struct vtd_unit *unit)
{
	const u32 status = read32(unit, VTD_GSTS);

	unit->cap = read64(unit, VTD_CAP);
	unit->ecap = read64(unit, VTD_ECAP);
	/* Where there is nothing, all bits read as 1, or as 0. */
	if (!unit->cap || !~unit->cap)
		return lacks(unit, "there is none");
	unit->remaps = (status & (VTD_INTERRUPTS | VTD_QUEUE)) == (VTD_INTERRUPTS | VTD_QUEUE);
	if (status & VTD_TRANSLATION ||
	    (status & (VTD_INTERRUPTS | VTD_QUEUE) && !unit->remaps))
		return lacks(unit, "it is in use, boot with intel_iommu=off");
	if (!(unit->ecap & VTD_ECAP_QI))
		return lacks(unit, "it has no queue of invalidations");
	if (VTD_CAP_FAULTS_AT(unit->cap) + VTD_CAP_FAULTS(unit->cap) * VTD_FAULT_SIZE >
	    unit->common.size)
		return lacks(unit, "its records of faults lie behind its registers (iommu_units)");
	if (VTD_CAP_DOMAINS(unit->cap) <= unit->common.num_cpus)
		return lacks(unit, "it has too few domains");
	return 0;
}

/*
 * Four levels reach as far as any address of a PC, three 512 GiB. What a unit cannot reach of
 * that (MGAW) it denies.
 */
int vtd_make_format(struct iommu_unit *const units[], unsigned int count,
		    struct pgtable_format *format)
{
	u64 cap = ~0ULL, ecap = ~0ULL;
	unsigned int n;

	for (n = 0; n < count; n++) {
		cap &= vtd_unit_of(units[n])->cap;
		ecap &= vtd_unit_of(units[n])->ecap;
	}
	if (!(cap & (VTD_CAP_3_LEVELS | VTD_CAP_4_LEVELS)))
		return lacks(vtd_unit_of(units[0]),
			     "all of them have neither page tables of 3 nor of 4 levels");
	*format = (struct pgtable_format) {
		.levels = cap & VTD_CAP_4_LEVELS ? 4 : 3,
		.huge_levels = (cap & VTD_CAP_2M ? 1U << 1 : 0) | (cap & VTD_CAP_1G ? 1U << 2 : 0),
		.present_mask = VTD_PTE_READ | VTD_PTE_WRITE,
		.table_attrs = VTD_PTE_READ | VTD_PTE_WRITE,
		.leaf_huge_bit = VTD_PTE_HUGE,
		.addr_mask = VTD_PTE_ADDR,
		.snooped = ecap & VTD_ECAP_SNOOP ? VTD_PTE_SNOOP : 0,
		.scrubbed = ecap & VTD_ECAP_SNOOP ? NULL : units[0]->hw->write_back,
		.write_back = ecap & VTD_ECAP_COHERENT ? NULL : units[0]->hw->write_back,
	};
	return 0;
}

/*
 * The queue. Each call waits until the unit has done all that is in it: so there is always room,
 * and a descriptor is never written while the unit may read it.
 */

static void queue(struct vtd_unit *unit, u64 low, u64 high)
{
	struct vtd_entry *slot = &unit->queue[unit->tail];

	*slot = (struct vtd_entry) { low, high };
	if (!(unit->ecap & VTD_ECAP_COHERENT))
		unit->common.hw->write_back(slot, sizeof(*slot));
	unit->tail = (unit->tail + 1) % VTD_QUEUE_LENGTH;
}

static int run_queue(struct vtd_unit *unit)
{
	struct iommu_patience patience = iommu_patience_begin(&unit->common);

	unit->round++;
	queue(unit, VTD_INV_WAIT | (u64)unit->round << VTD_INV_WAIT_DATA_SHIFT,
	      page_hpa(unit->common.pool, (const void *)&unit->done));
	write64(unit, VTD_IQT, unit->tail * sizeof(unit->queue[0]));
	while (unit->done != unit->round)
		if (read32(unit, VTD_FSTS) & VTD_FSTS_QUEUE ||
		    !iommu_patience_lasts(&unit->common, &patience))
			return no_answer(unit, "invalidation");
	return 0;
}

/*
 * Some old chipsets keep what the CPU writes to memory in a buffer that only a command empties,
 * and until then the unit reads what was there before (6.8).
 */
static int flush_write_buffer(struct vtd_unit *unit)
{
	if (!(unit->cap & VTD_CAP_RWBF))
		return 0;
	write_command(unit, VTD_WRITE_BUFFER, true);
	return vtd_wait(unit, VTD_GSTS, VTD_WRITE_BUFFER, 0, "write buffer");
}

/* In this order, as the second one may bring back what the first one has not dropped. */
static void queue_translation(struct vtd_unit *unit)
{
	queue(unit, VTD_INV_CONTEXT, 0);
	queue(unit, VTD_INV_IOTLB | (unit->cap & VTD_CAP_DWD ? VTD_INV_DRAIN_WRITES : 0) |
	      (unit->cap & VTD_CAP_DRD ? VTD_INV_DRAIN_READS : 0), 0);
}

/*
 * What a slow unit was not waited for may be written over before it reads that, by what is about
 * interrupts alone: from then on it forgets all, each time.
 */
static int flush(struct vtd_unit *unit, bool translation)
{
	int err;

	ticket_lock(&unit->lock);
	err = flush_write_buffer(unit);
	if (!err) {
		if (translation || unit->common.failed)
			queue_translation(unit);
		if (unit->remaps)
			queue(unit, VTD_INV_INTERRUPTS, 0);
		err = run_queue(unit);
	}
	ticket_unlock(&unit->lock);
	return err;
}

int vtd_flush(struct vtd_unit *unit)
{
	return flush(unit, true);
}

int vtd_flush_interrupts(struct vtd_unit *unit)
{
	return flush(unit, false);
}

/*
 * On and off
 */

/* Ranges that firmware protects until an operating system has tables of its own (11.4.8). */
static int set_protected_memory(struct vtd_unit *unit, u32 value)
{
	if (!(unit->cap & (VTD_CAP_PLMR | VTD_CAP_PHMR)))
		return 0;
	write32(unit, VTD_PMEN, value);
	return vtd_wait(unit, VTD_PMEN, VTD_PMEN_ACTIVE,
			value & VTD_PMEN_ENABLE ? VTD_PMEN_ACTIVE : 0, "protected memory");
}

/* Records of what was before, and what the queue was stopped by. */
static void forget_faults(struct vtd_unit *unit)
{
	struct iommu_fault fault;
	unsigned int n = 0;

	while (vtd_take_fault(unit, &n, &fault))
		;
	write32(unit, VTD_FSTS, VTD_FSTS_CLEAR);
}

/*
 * One that never says that the old format passes (QEMU's is one, and lets it pass) may block it:
 * then an interrupt that comes before it is rewritten is lost, which is not worth failing.
 */
int vtd_pass_old_format(struct vtd_unit *unit, bool on)
{
	unsigned int looks = OLD_FORMAT_LOOKS;

	if (!on)
		return vtd_command(unit, VTD_COMPATIBLE, false, "blocking of interrupts");
	write_command(unit, VTD_COMPATIBLE, true);
	while (!(read32(unit, VTD_GSTS) & VTD_COMPATIBLE) && --looks)
		;
	return 0;
}

/*
 * Interrupts are remapped all the time, by one table until it has the other one, in which those
 * that are on their way are the same (11.4.4.1). What is not in the format that names an entry is
 * blocked. If they are not remapped yet, nothing names an entry, and all passes until everything
 * does: see vtd_pass_old_format().
 */
static int set_interrupts(struct vtd_unit *unit, u64 table)
{
	int err;

	write64(unit, VTD_IRTA, table);
	err = vtd_command(unit, VTD_INTERRUPT_TABLE, true, "table of interrupts");
	if (!err)
		err = vtd_pass_old_format(unit, unit->rewrites);
	return err ?: vtd_command(unit, VTD_INTERRUPTS, true, "remapping");
}

/* One that is on stays as it is. */
static int start_queue(struct vtd_unit *unit)
{
	if (read32(unit, VTD_GSTS) & VTD_QUEUE)
		return 0;
	unit->tail = 0;
	write64(unit, VTD_IQT, 0);
	write64(unit, VTD_IQA, page_hpa(unit->common.pool, unit->queue));
	return vtd_command(unit, VTD_QUEUE, true, "queue");
}

static int remap_interrupts(struct vtd_unit *unit)
{
	return unit->remaps ? set_interrupts(unit, unit->table) : 0;
}

static int translate(struct vtd_unit *unit)
{
	return vtd_command(unit, VTD_TRANSLATION, true, "translation");
}

static int unprotect(struct vtd_unit *unit)
{
	return set_protected_memory(unit, unit->found_pmen & ~VTD_PMEN_ENABLE);
}

static int protect(struct vtd_unit *unit)
{
	return set_protected_memory(unit, unit->found_pmen);
}

static int translate_no_more(struct vtd_unit *unit)
{
	return vtd_command(unit, VTD_TRANSLATION, false, "translation off");
}

static int return_interrupts(struct vtd_unit *unit)
{
	if (!unit->remaps || !(read32(unit, VTD_GSTS) & VTD_QUEUE))
		return 0;
	if (unit->rewrites)
		return vtd_command(unit, VTD_INTERRUPTS, false, "remapping off");
	return set_interrupts(unit, unit->guest.table) ?: vtd_flush_interrupts(unit);
}

static int stop_queue(struct vtd_unit *unit)
{
	return vtd_command(unit, VTD_QUEUE, false, "queue off");
}

typedef int step(struct vtd_unit *unit);

#define MOST_STEPS	5

static step *const on_steps[MOST_STEPS] = {
	start_queue, remap_interrupts, vtd_flush, translate, unprotect,
};

static step *const off_steps[MOST_STEPS] = {
	protect, translate_no_more, return_interrupts, stop_queue,
};

/* Those behind one that the unit does not answer to, too, if @all are wanted. */
static int do_steps(struct vtd_unit *unit, step *const steps[MOST_STEPS], bool all)
{
	unsigned int n;
	int err = 0;

	for (n = 0; n < MOST_STEPS && steps[n] && (all || !err); n++)
		err = steps[n](unit) ?: err;
	return err;
}

int vtd_start(struct vtd_unit *unit, u64 root_table)
{
	int err;

	unit->found_pmen = read32(unit, VTD_PMEN);
	forget_faults(unit);
	/* Nobody waits for an interrupt: records are looked at. */
	write32(unit, VTD_FECTL, VTD_FECTL_MASKED);
	write64(unit, VTD_RTADDR, root_table);
	err = vtd_command(unit, VTD_ROOT_TABLE, true, "root table") ?:
	      do_steps(unit, on_steps, false);
	/* What stayed on would go by memory that is Linux's again: so no step is left out. */
	if (err)
		do_steps(unit, off_steps, true);
	return err;
}

/*
 * One that has obeyed some commands and then one no more is told everything again, whatever it
 * answers: what it has obeyed would otherwise let devices reach all memory from now on.
 */
int vtd_stop(struct vtd_unit *unit)
{
	int err = do_steps(unit, off_steps, false);

	if (err)
		do_steps(unit, on_steps, true);
	return err;
}

/*
 * Faults
 */

static struct iommu_fault make_fault(u64 low, u64 high)
{
	const u8 reason = VTD_FAULT_REASON(high);
	const bool interrupt = VTD_FAULT_INTERRUPT(reason);

	return (struct iommu_fault) {
		.address = interrupt ? low >> VTD_FAULT_INDEX_SHIFT : low & PAGE_MASK,
		.access = interrupt ? "interrupt by" : high & VTD_FAULT_READ ? "read" : "write",
		.bdf = VTD_FAULT_SOURCE(high),
		.reason = reason,
	};
}

bool vtd_take_fault(struct vtd_unit *unit, unsigned int *n, struct iommu_fault *fault)
{
	u64 high;
	u32 at;

	while (*n < VTD_CAP_FAULTS(unit->cap)) {
		at = VTD_CAP_FAULTS_AT(unit->cap) + (*n)++ * VTD_FAULT_SIZE;
		high = read64(unit, at + 8);
		if (!(high & VTD_FAULT_PRESENT))
			continue;
		*fault = make_fault(read64(unit, at), high);
		/* The highest of four bytes: the record is free. */
		write32(unit, at + 12, (u32)(VTD_FAULT_PRESENT >> 32));
		return true;
	}
	if (read32(unit, VTD_FSTS) & VTD_FSTS_OVERFLOW)
		write32(unit, VTD_FSTS, VTD_FSTS_OVERFLOW);
	return false;
}
