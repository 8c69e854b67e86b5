// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cell with QEMU's "edu" device, which copies between memory and a buffer of its own.
 *
 *	bdf=N		the function, bus << 8 | device << 3 | function
 *	bar=N		where its registers are
 *	dma=N		RAM that it may reach
 *	ram=N		RAM that it may not, though the cell has it
 *	host=N		host-physical address of the former, which means nothing in the cell
 */
#include "qemu_devices.h"
#include "report.h"

#define ADDRESS_PORT	0xcf8
#define DATA_PORT	0xcfc
#define ENABLE		0x80000000U
#define CFG_COMMAND	0x04
#define COMMAND_MEMORY	0x0002U
#define COMMAND_MASTER	0x0004U

#define MARK		0x600df00d600df00dULL

static u64 registers;

static void enable(u32 bdf)
{
	out32(ADDRESS_PORT, ENABLE | bdf << 8 | CFG_COMMAND);
	out32(DATA_PORT, in32(DATA_PORT) | COMMAND_MEMORY | COMMAND_MASTER);
	report((in32(DATA_PORT) & COMMAND_MASTER) != 0, "it is bus master");
}

static void set(u32 offset, u64 value)
{
	*(volatile u64 *)(registers + offset) = value;
}

static void copy(u64 from, u64 to, u32 direction)
{
	set(EDU_DMA_FROM, from);
	set(EDU_DMA_TO, to);
	set(EDU_DMA_COUNT, sizeof(u64));
	set(EDU_DMA_COMMAND, DMA_START | direction);
	while (*(volatile u64 *)(registers + EDU_DMA_COMMAND) & DMA_START)
		delay_ns(1000000);
}

void inmate_main(void)
{
	volatile u64 *dma, *ram;
	u64 host;

	report_begin("dma");
	registers = cmdline_u64("bar", 0);
	map_range(registers, 0x100000);
	dma = (u64 *)cmdline_u64("dma", 0);
	map_range((u64)dma, 0x1000);
	ram = (u64 *)cmdline_u64("ram", 0);
	host = cmdline_u64("host", 0);
	enable((u32)cmdline_u64("bdf", 0));

	dma[0] = MARK;
	dma[1] = 0;
	ram[0] = 0;
	copy((u64)dma, EDU_BUFFER, 0);
	copy(EDU_BUFFER, (u64)&dma[1], DMA_TO_MEMORY);
	report(dma[1] == MARK, "what it may reach reads 0x%llx", dma[1]);
	copy(EDU_BUFFER, (u64)ram, DMA_TO_MEMORY);
	report(ram[0] == 0, "RAM that it may not reach reads 0x%llx", ram[0]);
	dma[0] = 0;
	copy(EDU_BUFFER, host, DMA_TO_MEMORY);
	report(dma[0] == 0, "by its host-physical address, RAM reads 0x%llx", dma[0]);
	report_done();
}
