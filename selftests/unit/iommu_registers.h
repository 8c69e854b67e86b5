/* SPDX-License-Identifier: GPL-2.0-only */
/* A small machine for driver/iommu.c: where its IOMMUs have registers, all of them the same. */
#ifndef UNIT_IOMMU_REGISTERS_H
#define UNIT_IOMMU_REGISTERS_H

#include <linux/mm.h>
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define RAM_END		0x40000000ULL

/** iommu_registers - of each unit */
extern u32 iommu_registers[PAGE_SIZE / 4];

/** iommus_mapped - how many are mapped; wrong_maps - how often what cannot be a unit was */
extern unsigned int iommus_mapped, wrong_maps;

/** no_room - none can be mapped */
extern bool no_room;

/** struct iommu_config - a system that lends memory to devices */
struct iommu_config {
	struct jailhouse_system system;
	struct jailhouse_memory mem[1];
} __packed;

extern struct iommu_config config;

#endif
