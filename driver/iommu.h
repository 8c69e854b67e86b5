/* SPDX-License-Identifier: GPL-2.0-only */
/* Which IOMMUs there are, and is one of them active? */
#ifndef _JH_IOMMU_H
#define _JH_IOMMU_H

#include <linux/types.h>

struct reason;

#define IOMMU_LIST_MAX	64

/**
 * struct iommu_list - the IOMMUs of a machine
 * @units: of each where its registers are, and whether it is one of AMD's, else of Intel's
 * @count: how many
 */
struct iommu_list {
	struct iommu_unit {
		u64 base;
		bool amd;
	} units[IOMMU_LIST_MAX];
	unsigned int count;
};

void jh_iommu_list(struct iommu_list *list);
int jh_check_iommu(struct reason *why);

#endif
