// SPDX-License-Identifier: GPL-2.0-only
/* The kind of IOMMUs that is Intel's: units with one set of tables, which may remap interrupts. */
#include "x86.h"
#include "errno.h"
#include "iommu.h"
#include "iommu_irq.h"
#include "log.h"
#include "test_build.h"
#include "vtd/vtd.h"

static struct vtd_tables tables;
static const struct vtd_unit *first_unit;

/* All remap interrupts, or none: what a device has to send does not depend on its unit then. */
static int check_like_others(struct vtd_unit *unit)
{
	const struct vtd_unit *first = first_unit ?: unit;

	first_unit = first;
	if (unit->remaps == first->remaps)
		return unit->remaps ? iommu_irq_add(unit) : 0;
	log_error("the IOMMU at 0x%llx remaps interrupts, 0x%llx does not: use intremap=off",
		  unit->remaps ? unit->common.base : first->common.base,
		  unit->remaps ? first->common.base : unit->common.base);
	return -ENODEV;
}

/* Linux does not have them remap interrupts, and the driver has seen that all can. */
static void rewrite(struct vtd_unit *unit)
{
	unit->rewrites = boot_info.flags & JAILHOUSE_BOOT_REWRITE && !adverse_omits(OMIT_DMA);
	unit->remaps |= unit->rewrites;
}

static int init(struct iommu_unit *common)
{
	struct vtd_unit *unit = vtd_unit_of(common);
	int err;

	static_assert(sizeof(*unit) <= PAGE_SIZE && !offsetof(struct vtd_unit, common));
	unit->queue = page_alloc(common->pool, 1);
	if (!unit->queue)
		return -ENOMEM;
	err = vtd_init(unit);
	if (!err)
		rewrite(unit);
	return err ?: check_like_others(unit);
}

static u64 attrs(u64 mem_flags)
{
	return vtd_attrs(mem_flags);
}

static int make_tables(struct page_pool *pool, const struct jailhouse_cell_desc *root,
		       const struct pgtable *dma, u16 domain)
{
	tables.pool = pool;
	tables.write_back = dma->format->write_back;
	return vtd_tables_init(&tables, root, dma, domain);
}

static void assign(u16 bdf, const struct pgtable *dma, u16 domain,
		   __maybe_unused unsigned int first)
{
	vtd_tables_assign(&tables, bdf, dma, domain);
}

static int start(struct iommu_unit *common)
{
	struct vtd_unit *unit = vtd_unit_of(common);
	int err = iommu_irq_take(unit);

	if (err)
		return err;
	err = vtd_start(unit, page_hpa(tables.pool, tables.buses));
	if (err)
		iommu_irq_return(unit);
	return err;
}

static int stop(struct iommu_unit *common)
{
	struct vtd_unit *unit = vtd_unit_of(common);
	int err = vtd_stop(unit);

	if (err)
		return err;
	err = iommu_irq_return(unit);
	if (err)
		start(common);
	return err;
}

static int flush(struct iommu_unit *common)
{
	return vtd_flush(vtd_unit_of(common));
}

static bool take_fault(struct iommu_unit *common, unsigned int *n, struct iommu_fault *fault)
{
	return vtd_take_fault(vtd_unit_of(common), n, fault);
}

const struct iommu_ops iommu_vtd = {
	init, vtd_make_format, attrs, make_tables, NULL, assign, start, stop, flush,
	take_fault, iommu_irq_remap,
};
