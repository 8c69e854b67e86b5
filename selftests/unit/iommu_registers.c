// SPDX-License-Identifier: GPL-2.0-only
/* See iommu_registers.h. */
#include <linux/io.h>
#include <linux/mm.h>
#include <asm/processor.h>

#include "iommu_registers.h"

struct cpuinfo_x86 boot_cpu_data = { .x86_phys_bits = 39 };

u32 iommu_registers[PAGE_SIZE / 4];
unsigned int iommus_mapped, wrong_maps;
bool no_room;

struct iommu_config config = {
	.system.root_cell.num_memory_regions = 1,
	.mem = { { 0, 0, 0x10000000,
		   JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA } },
};

int page_is_ram(unsigned long pfn)
{
	return pfn < RAM_END >> PAGE_SHIFT;
}

void __iomem *ioremap(u64 address, __maybe_unused size_t size)
{
	wrong_maps += address < RAM_END || address >> 39;
	if (no_room)
		return NULL;
	iommus_mapped++;
	return iommu_registers;
}

void iounmap(__maybe_unused void __iomem *where)
{
	iommus_mapped--;
}

u32 readl(const void __iomem *reg)
{
	return *(const u32 *)reg;
}
