/* SPDX-License-Identifier: GPL-2.0-only */
/* Which IOMMUs there are, and is one of them active? */
#ifndef _JH_IOMMU_H
#define _JH_IOMMU_H

#include <linux/types.h>

struct jailhouse_boot;
struct jailhouse_cell_desc;
struct jailhouse_system;
struct reason;

#define IOMMU_LIST_MAX		64
#define RESERVED_LIST_MAX	32

/**
 * struct iommu_list - the IOMMUs of a machine
 * @units: of each where its registers are, the PCI segment that it is for, and whether it is one
 *	of AMD's, else of Intel's; which function that is
 * @count: how many
 * @reserved: memory that devices of firmware's reach (RMRR, IVMD), up to the address behind it
 * @num_reserved: how many ranges
 */
struct iommu_list {
	struct iommu_unit {
		u64 base;
		u16 segment;
		bool amd;
		u16 function;
	} units[IOMMU_LIST_MAX];
	unsigned int count;
	struct iommu_reserved {
		u64 start;
		u64 end;
	} reserved[RESERVED_LIST_MAX];
	unsigned int num_reserved;
};

void jh_iommu_list(struct iommu_list *list);
u8 jh_iommu_kind(const struct iommu_list *list);
int jh_check_iommu(struct reason *why);
int jh_check_iommu_config(const struct jailhouse_system *system, struct reason *why);
void jh_iommu_ioapics(struct jailhouse_boot *boot);
void jh_iommu_functions(struct jailhouse_boot *boot);
bool jh_iommu_rewrites(void);

#endif
