// SPDX-License-Identifier: GPL-2.0-only
/* How the machine's PCI functions are accessed: by ports, and in memory. */
#include "x86.h"
#include "arch.h"
#include "machine.h"
#include "paging.h"
#include "pci_internal.h"
#include "test_build.h"

static u32 ports_read(u32 address, u16 port, unsigned int width)
{
	outl(PCI_PORT_ADDRESS, address);
	return width == 4 ? inl(port) : width == 2 ? inw(port) : inb(port);
}

static void ports_write(u32 address, u16 port, unsigned int width, u32 val)
{
	if (adverse_omits(OMIT_QUIET) && width == 2 && (address & 0xff) == CFG_COMMAND)
		val |= COMMAND_MASTER;
	outl(PCI_PORT_ADDRESS, address);
	if (width == 4)
		outl(port, val);
	else if (width == 2)
		outw(port, (u16)val);
	else
		outb(port, (u8)val);
}

static u32 get_address(void)
{
	return inl(PCI_PORT_ADDRESS);
}

static void set_address(u32 address)
{
	outl(PCI_PORT_ADDRESS, address);
}

/*
 * What is behind the window belongs to a cell, or to the machine: it is there for this access
 * only. AMD's CPUs want MMCONFIG accessed from and to EAX (BKDG of family 10h, 2.11).
 */
static u64 mem_read(u64 hpa, unsigned int width)
{
	const volatile void *reg = paging_device_window(hpa);
	u64 val = 0;

	if (width == 8)
		val = *(const volatile u64 *)reg;
	else if (width == 4)
		asm volatile("movl %1, %k0" : "=a" (val) : "m" (*(const volatile u32 *)reg));
	else if (width == 2)
		asm volatile("movw %1, %w0" : "+a" (val) : "m" (*(const volatile u16 *)reg));
	else
		asm volatile("movb %1, %b0" : "+a" (val) : "m" (*(const volatile u8 *)reg));
	arch_window_close();
	return val;
}

static void mem_write(u64 hpa, unsigned int width, u64 val)
{
	volatile void *reg = paging_device_window(hpa);

	if (width == 8)
		*(volatile u64 *)reg = val;
	else if (width == 4)
		asm volatile("movl %k1, %0" : "=m" (*(volatile u32 *)reg) : "a" (val));
	else if (width == 2)
		asm volatile("movw %w1, %0" : "=m" (*(volatile u16 *)reg) : "a" (val));
	else
		asm volatile("movb %b1, %0" : "=m" (*(volatile u8 *)reg) : "a" (val));
	arch_window_close();
}

static u64 now_ms(void)
{
	return arch_read_tsc() / machine.tsc_khz;
}

const struct pci_ops pci_machine_ops = {
	ports_read, ports_write, get_address, set_address, mem_read, mem_write, now_ms,
};
