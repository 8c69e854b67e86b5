// SPDX-License-Identifier: GPL-2.0-only
/* What DMA remapping units of all kinds have in common. */
#include "iommu_unit.h"
#include "log.h"

/* So many looks there are at least. */
#define LOOKS	100

u32 iommu_read32(const struct iommu_unit *unit, u32 reg)
{
	return unit->hw->read32(unit->regs, reg);
}

void iommu_write32(const struct iommu_unit *unit, u32 reg, u32 value)
{
	unit->hw->write32(unit->regs, reg, value);
}

u64 iommu_read64(const struct iommu_unit *unit, u32 reg)
{
	return unit->hw->read64(unit->regs, reg);
}

void iommu_write64(const struct iommu_unit *unit, u32 reg, u64 value)
{
	unit->hw->write64(unit->regs, reg, value);
}

struct iommu_patience iommu_patience_begin(const struct iommu_unit *unit)
{
	return (struct iommu_patience) {
		.left = unit->failed ? unit->limit / (LOOKS / 2) : unit->limit,
		.look = unit->hw->now(),
	};
}

bool iommu_patience_lasts(struct iommu_unit *unit, struct iommu_patience *patience)
{
	const u64 now = unit->hw->now();
	const u64 passed = MIN(now - patience->look, unit->limit / LOOKS);

	if (passed >= patience->left) {
		unit->failed = true;
		return false;
	}
	patience->left -= passed;
	patience->look = now;
	unit->hw->relax();
	return true;
}

bool iommu_wait(struct iommu_unit *unit, u32 reg, u32 mask, u32 value)
{
	struct iommu_patience patience = iommu_patience_begin(unit);

	while ((iommu_read32(unit, reg) & mask) != value)
		if (!iommu_patience_lasts(unit, &patience))
			return false;
	return true;
}

static int start(const struct iommu_ops *ops, struct iommu_unit *unit)
{
	unit->failed = false;
	return ops->start(unit);
}

int iommu_start_units(const struct iommu_ops *ops, struct iommu_unit *const units[],
		      unsigned int count)
{
	unsigned int n;
	int err;

	for (n = 0; n < count; n++) {
		err = start(ops, units[n]);
		if (!err)
			continue;
		while (n--)
			ops->stop(units[n]);
		return err;
	}
	return 0;
}

int iommu_restart_units(const struct iommu_ops *ops, struct iommu_unit *const units[],
			unsigned int count)
{
	unsigned int n;
	int err, first = 0;

	for (n = 0; n < count; n++) {
		err = start(ops, units[n]);
		if (err)
			log_error("the IOMMU at 0x%llx stays off: its devices reach all memory",
				  units[n]->base);
		first = first ?: err;
	}
	return first;
}

int iommu_stop_units(const struct iommu_ops *ops, struct iommu_unit *const units[],
		     unsigned int count)
{
	unsigned int n;
	int err;

	for (n = 0; n < count; n++) {
		units[n]->failed = false;
		err = ops->stop(units[n]);
		if (!err)
			continue;
		iommu_restart_units(ops, units, n);
		return err;
	}
	return 0;
}
