/* SPDX-License-Identifier: GPL-2.0-only */
/* What every configuration includes. The Makefile provides __packed. */
#ifndef CONFIGS_COMMON_H
#define CONFIGS_COMMON_H

#include <linux/types.h>
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Memory regions of the root cell, which sees its memory where it is. */
#define ROOT_RAM(start, bytes)								\
	ROOT_REGION(start, bytes, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |		\
		    JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA)
#define ROOT_ROM(start, bytes)								\
	ROOT_REGION(start, bytes, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE)
#define ROOT_DEVICE(start, bytes)							\
	ROOT_REGION(start, bytes, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |		\
		    JAILHOUSE_MEM_IO)
#define ROOT_REGION(start, bytes, access)	MEM_REGION(start, start, bytes, access)

/* Memory regions of a cell: RAM that an image can be loaded to, and the communication page. */
#define CELL_RAM(phys, virt, bytes)							\
	MEM_REGION(phys, virt, bytes, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |	\
		   JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE)
#define COMM_REGION(virt)								\
	MEM_REGION(0, virt, 0x1000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |		\
		   JAILHOUSE_MEM_COMM_REGION)

/* Any other: "phys" is where it is, "virt" where the cell sees it. */
#define MEM_REGION(phys, virt, bytes, access)						\
	{ .phys_start = (phys), .virt_start = (virt), .size = (bytes), .flags = (access) }

#endif
