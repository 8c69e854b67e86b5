// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual functions of SR-IOV (PCI Express 4.0, chapter 9). One has a number of its own, by which
 * an IOMMU knows it, bus master, MSI-X and reset. All else is its physical function's, which Linux
 * keeps: what it is, where its registers are, that it decodes them, and that it exists. So a cell
 * is shown what the physical function says of it; pci_bridge.c has what Linux may not do to that
 * one meanwhile.
 */
#include "pci_internal.h"

/* Registers of the capability (9.3.3). */
#define SRIOV_CONTROL		0x08
#define SRIOV_ON		0x0009U
#define SRIOV_COUNT		0x10
#define SRIOV_PLACE		0x14
#define SRIOV_DEVICE		0x18
#define SRIOV_BARS		0x24

static u16 find_sriov(struct pci_space *space, u16 bdf)
{
	unsigned int n, at = CFG_EXTENDED;
	u32 header;

	for (n = 0; n < MAX_EXT_CAPS && at >= CFG_EXTENDED; n++) {
		header = pci_hw_dword(space, bdf, at);
		if ((header & EXT_CAP_ID) == EXT_CAP_SRIOV)
			return (u16)at;
		at = header >> 20 & ~3U;
	}
	return 0;
}

/* A register of the capability that the physical function has. */
static u32 read_sriov(const struct pci_function *function, unsigned int reg)
{
	return pci_hw_dword(function->owner->space, function->physical, function->sriov + reg);
}

/* BARs are as large as the lowest bit that can be written, and follow one another (9.3.3.14). */
static void find_bars(struct pci_function *function, unsigned int number)
{
	unsigned int n;
	u64 mask, start;
	bool wide;
	u32 low;

	for (n = 0; n < ARRAY_SIZE(function->bar_mask); n++) {
		low = read_sriov(function, SRIOV_BARS + 4 * n);
		wide = low & BAR_64 && n + 1 < ARRAY_SIZE(function->bar_mask);
		mask = function->bar_mask[n];
		start = low & ~BAR_FLAGS;
		if (wide) {
			mask |= (u64)function->bar_mask[n + 1] << 32;
			start |= (u64)read_sriov(function, SRIOV_BARS + 4 * n + 4) << 32;
		}
		start += number * (mask & -mask);
		function->real_bar[n] = (u32)start | (low & BAR_FLAGS);
		if (wide)
			function->real_bar[++n] = (u32)(start >> 32);
	}
}

/* Which one it is; @count: there is none of that number. */
static unsigned int number_of(const struct pci_function *function, u32 place, unsigned int count)
{
	const unsigned int stride = place >> 16;
	const u16 from = (u16)(function->bdf - function->physical - place);

	if (!stride)
		return from ? count : 0;
	return from % stride ? count : from / stride;
}

/* Return: false if there is none of that number. */
static bool exists(struct pci_function *function, unsigned int *number)
{
	unsigned int count;

	if (!function->sriov || (read_sriov(function, SRIOV_CONTROL) & SRIOV_ON) != SRIOV_ON)
		return false;
	count = read_sriov(function, SRIOV_COUNT) & 0xffff;
	*number = number_of(function, read_sriov(function, SRIOV_PLACE), count);
	return *number < count;
}

void pci_virtual_find(struct pci_function *function)
{
	struct pci_space *space = function->owner->space;
	const u16 physical = function->physical;
	unsigned int number;

	function->sriov = physical ? find_sriov(space, physical) : 0;
	if (!exists(function, &number)) {
		function->sriov = 0;
		return;
	}
	function->real_id = (pci_hw_read(space, physical, 0, 2) & 0xffff) |
		(read_sriov(function, SRIOV_DEVICE) & 0xffff0000);
	find_bars(function, number);
}

u32 pci_read_header(const struct pci_function *function, unsigned int reg)
{
	const bool is_bar = reg >= CFG_BAR0 && reg < CFG_BAR_END;
	u32 value = pci_read(function, reg, 4);

	if (!function->sriov)
		return value;
	if (reg == CFG_COMMAND)
		return value | function->decodes;
	/* One that was taken out has nothing any more. */
	if ((reg && !is_bar) || !~pci_read(function, CFG_COMMAND, 4))
		return value;
	return is_bar ? function->real_bar[(reg - CFG_BAR0) / 4] : function->real_id;
}
