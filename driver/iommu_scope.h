/* SPDX-License-Identifier: GPL-2.0-only */
/* Which functions are IOMMUs for? */
#ifndef _JH_IOMMU_SCOPE_H
#define _JH_IOMMU_SCOPE_H

#include <linux/types.h>

struct jailhouse_cell_desc;
struct jailhouse_system;
struct reason;

bool jh_iommu_has(u8 type, u16 bdf, u16 physical);
int jh_check_iommu_scope(const struct jailhouse_system *system,
			 const struct jailhouse_cell_desc *cell, struct reason *why);

#endif
