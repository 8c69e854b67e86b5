/* SPDX-License-Identifier: GPL-2.0-only */
/* Is an IOMMU active? */
#ifndef _JH_IOMMU_H
#define _JH_IOMMU_H

struct reason;

int jh_check_iommu(struct reason *why);

#endif
