/* SPDX-License-Identifier: GPL-2.0-only */
/* Which IOMMUs there are, and is one of them active? */
#ifndef _JH_IOMMU_H
#define _JH_IOMMU_H

#include <linux/types.h>

struct jailhouse_boot;
struct jailhouse_cell_desc;
struct jailhouse_system;
struct reason;

#define IOMMU_LIST_MAX	64

/**
 * struct iommu_list - the IOMMUs of a machine
 * @units: of each where its registers are, the PCI segment that it is for, and whether it is one
 *	of AMD's, else of Intel's
 * @count: how many
 */
struct iommu_list {
	struct iommu_unit {
		u64 base;
		u16 segment;
		bool amd;
	} units[IOMMU_LIST_MAX];
	unsigned int count;
};

void jh_iommu_list(struct iommu_list *list);
int jh_check_iommu(struct reason *why);
int jh_check_iommu_config(const struct jailhouse_system *system, struct reason *why);
int jh_check_iommu_cell(const struct jailhouse_system *system,
			const struct jailhouse_cell_desc *cell, struct reason *why);
void jh_iommu_ioapics(struct jailhouse_boot *boot);

#endif
