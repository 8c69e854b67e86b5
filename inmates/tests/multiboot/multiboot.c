// SPDX-License-Identifier: GPL-2.0-only
/*
 * multiboot: a program that any boot loader for the Multiboot Specification can start. It prints at
 * the serial port what it was told, a line each, and says that it has shut down.
 */
#include "types.h"
#include <jailhouse/console.h>
#include <jailhouse/comm_region.h>
#include <jailhouse/hypercall.h>

#define PORT		0x3f8
#define LOADER_MAGIC	0x2badb002U

/* Offsets in what EBX points to, and in an entry of the memory map there. */
#define MEM_UPPER	8
#define CMDLINE		16
#define MODS_COUNT	20
#define MODS_ADDRESS	24
#define MMAP_LENGTH	44
#define MMAP_ADDRESS	48
#define RANGE_SIZE	0
#define RANGE_LENGTH	12
#define RANGE_TYPE	20

#define CR0_PG		0x80000000U
#define RSDP_FROM	0xe0000U
#define RSDP_TO		0x100000U

static u32 filled = 0x12345678, cleared;

static u32 at(u32 address)
{
	return *(const volatile u32 *)(unsigned long)address;
}

static void put(char c)
{
	asm volatile("outb %0, %1" : : "a" (c), "d" ((u16)PORT));
}

static void text(const char *from)
{
	while (*from)
		put(*from++);
}

static void number(u32 value)
{
	if (value >= 10)
		number(value / 10);
	put((char)('0' + value % 10));
}

static void line(const char *name, u32 value)
{
	text("MULTIBOOT ");
	text(name);
	put(' ');
	number(value);
	text("\r\n");
}

static void check(const char *name, int good)
{
	text("MULTIBOOT ");
	text(name);
	text(good ? " ok\r\n" : " FAIL\r\n");
}

static u32 ram_in_map(u32 info)
{
	u32 entry = at(info + MMAP_ADDRESS), end = entry + at(info + MMAP_LENGTH), ram = 0;

	for (; entry < end; entry += at(entry + RANGE_SIZE) + 4)
		if (at(entry + RANGE_TYPE) == 1)
			ram += at(entry + RANGE_LENGTH);
	return ram;
}

/* ACPI's tables are found as on a PC. */
static int has_rsdp(void)
{
	u32 address;

	for (address = RSDP_FROM; address < RSDP_TO; address += 16)
		if (at(address) == 0x20445352 && at(address + 4) == 0x20525450)
			return 1;
	return 0;
}

static int without_paging(void)
{
	unsigned long cr0;

	asm volatile("mov %%cr0, %0" : "=r" (cr0));
	return !(cr0 & CR0_PG);
}

static void shut_down(void)
{
	u32 eax = JAILHOUSE_CPUID_COMM_REGION, ebx, ecx = 0, edx;
	struct jailhouse_comm_region *comm;

	asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
	comm = (struct jailhouse_comm_region *)(unsigned long)ebx;
	comm->cell_state = JAILHOUSE_CELL_SHUT_DOWN;
}

void multiboot_main(u32 magic, u32 info);

void multiboot_main(u32 magic, u32 info)
{
	const u32 module = at(info + MODS_ADDRESS);

	check("magic", magic == LOADER_MAGIC);
	check("data", filled == 0x12345678 && cleared == 0);
	check("mode", without_paging());
	check("tables", has_rsdp());
	filled = 1;
	cleared = 1;
	line("RAM", ram_in_map(info));
	line("upper", at(info + MEM_UPPER));
	line("modules", at(info + MODS_COUNT));
	if (at(info + MODS_COUNT))
		line("bytes", at(module + 4) - at(module));
	text("MULTIBOOT command line ");
	text((const char *)(unsigned long)at(info + CMDLINE));
	text("\r\nMULTIBOOT done");
	shut_down();
}
