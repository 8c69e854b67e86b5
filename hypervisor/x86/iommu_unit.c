// SPDX-License-Identifier: GPL-2.0-only
/* What DMA remapping units of all kinds have in common. */
#include "iommu_unit.h"

bool iommu_wait(const struct iommu_unit *unit, u32 reg, u32 mask, u32 value)
{
	const u64 until = unit->hw->now() + unit->limit;

	while ((iommu_read32(unit, reg) & mask) != value) {
		if (unit->hw->now() >= until)
			return false;
		unit->hw->relax();
	}
	return true;
}
