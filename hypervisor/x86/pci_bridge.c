// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bridges. A request of a function bears the number of its bus, by which IOMMUs know whose it is.
 * The number is the bridge's to give, and bridges are the root cell's: one that leads to a function
 * of a cell keeps its buses, and no other one gets a cell's (PCI-to-PCI Bridge 1.2, 3.2.5).
 *
 * Nor does the root cell end by a bridge what a cell has behind it. Linux would do so by itself: it
 * resets buses to recover from errors, lets ports sleep, and takes away what a driver has enabled
 * when the driver goes. (That the power of a slot is switched off means that the card goes, too.)
 * It is the same with a physical function, one of whose virtual functions (SR-IOV) a cell has.
 */
#include "pci_internal.h"

/* To PCI, and to CardBus, whose windows and capabilities are elsewhere (as PCI_CB_* of Linux). */
#define HEADER_BRIDGE	1U
#define HEADER_CARDBUS	2U
#define HEADER_KIND	0x7fU
#define CFG_CARDBUS_CAPABILITIES	0x14

/* Primary, secondary and subordinate bus, of either kind; the fourth byte is a timer. */
#define CFG_BUSES	0x18
#define BUSES		0x00ffffffU
#define SECONDARY(buses)	((buses) >> 8 & 0xff)
#define SUBORDINATE(buses)	((buses) >> 16 & 0xff)

/* Kinds of capabilities: the header, which has none, those of it, and extended ones. */
#define HEADER		0
#define POWER		0x01
#define EXPRESS		0x10
#define PORTAL		0x15
#define EXTENDED	0x100
#define ACS		(EXTENDED | 0x0d)
#define SRIOV		(EXTENDED | 0x10)
#define DPC		(EXTENDED | 0x1d)
#define VF_REBAR	(EXTENDED | 0x24)

/* More of them are a loop. */
#define MAX_CAPABILITIES	96

/* What a function is to those of cells: whatever; a bridge, to CardBus, above; a physical one. */
#define ANY		1U
#define ABOVE		2U
#define PHYSICAL	4U
#define CARDBUS		8U

/**
 * struct guard - what stays in registers of a function that one of a cell depends on
 * @whose: what that is to it
 * @capability: which they are in
 * @first: offset of the first one, a doubleword, in its capability
 * @last: of the last one
 * @no_set: bits that are not to be set
 * @no_clear: and not to be cleared
 */
struct guard {
	u8 whose;
	u16 capability;
	u8 first, last;
	u32 no_set, no_clear;
};

/* PCI-to-PCI Bridge 1.2, 3.2.5; PCI Express 4.0, 7.5.3, 7.7.7, 7.8, 7.9, 9.3.3. */
static const struct guard guards[] = {
	/* Ports and memory are decoded, requests from below passed on: which ones. */
	{ ABOVE, HEADER, 0x04, 0x04, 0, 0x7 },
	{ ABOVE, HEADER, 0x1c, 0x1c, 0xffff, 0xffff },
	{ ABOVE, HEADER, 0x20, 0x30, ~0U, ~0U },
	{ CARDBUS, HEADER, 0x1c, 0x38, ~0U, ~0U },
	/* Reset of the secondary bus; which ports are left out (ISA), and which added (VGA). */
	{ ABOVE, HEADER, 0x3c, 0x3c, 0x5cU << 16, 0x1cU << 16 },
	/* A state without power; the link is disabled. */
	{ ABOVE | PHYSICAL, POWER, 0x04, 0x04, 0x3, 0 },
	{ ABOVE, EXPRESS, 0x10, 0x10, 1U << 4, 0 },
	{ ABOVE, DPC, 0x04, 0x04, 1U << 22, 0 },
	/* How large packets are; whether functions have numbers above 7; which buses are where. */
	{ ABOVE, EXPRESS, 0x08, 0x08, 0xe0, 0xe0 },
	{ ABOVE, EXPRESS, 0x28, 0x28, 1U << 5, 1U << 5 },
	{ ABOVE, PORTAL, 0x08, 0x20, ~0U, ~0U },
	/* All goes upwards, to the IOMMU: of each one, as each could go past it to a cell's. */
	{ ANY, ACS, 0x04, 0x04, 0x60U << 16, 0x1dU << 16 },
	/* Virtual functions: how many, how numbered, that they have memory, where, how large. */
	{ PHYSICAL, SRIOV, 0x08, 0x08, 0x19, 0x19 },
	{ PHYSICAL, SRIOV, 0x10, 0x10, 0xffff, 0xffff },
	{ PHYSICAL, SRIOV, 0x20, 0x38, ~0U, ~0U },
	{ PHYSICAL, VF_REBAR, 0x08, 0x30, 0x3f00, 0x3f00 },
	/* A reset of the physical one is theirs, too. */
	{ PHYSICAL, EXPRESS, 0x08, 0x08, 1U << 15, 0 },
};

/*
 * One that has no bus passes nothing on. Its secondary bus is a bridge's own, whatever the last one
 * is: by that number, one to conventional PCI names all requests that come from there (PCI Express
 * to PCI/PCI-X Bridge 1.0, 2.3).
 */
static bool leads_to_owned(const struct pci_space *space, u32 buses)
{
	const struct pci_cell *cell;
	unsigned int n, bus;

	if (!SECONDARY(buses) && !SUBORDINATE(buses))
		return false;
	for (cell = space->owners; cell; cell = cell->next)
		for (n = 0; n < cell->count; n++) {
			bus = cell->functions[n].bdf >> 8;
			if (bus == SECONDARY(buses) ||
			    (bus > SECONDARY(buses) && bus <= SUBORDINATE(buses)))
				return true;
		}
	return false;
}

static bool is_guarded(unsigned int whose, unsigned int capability, unsigned int offset, u32 set,
		       u32 cleared)
{
	const struct guard *guard;

	for (guard = guards; guard < guards + ARRAY_SIZE(guards); guard++)
		if (guard->whose & whose && guard->capability == capability &&
		    offset >= guard->first && offset <= guard->last &&
		    (set & guard->no_set || cleared & guard->no_clear))
			return true;
	return false;
}

/* A register before the first capability is of the header. */
static bool changes_guarded(struct pci_space *space, u16 bdf, unsigned int reg, u32 set,
			    u32 cleared, unsigned int whose)
{
	const bool extended = reg >= CFG_EXTENDED;
	unsigned int n, at = 0, id = HEADER, next = CFG_EXTENDED;
	u32 header;

	if (!extended)
		next = pci_hw_read(space, bdf, whose & CARDBUS ? CFG_CARDBUS_CAPABILITIES :
				   CFG_CAPABILITIES, 1) & 0xfc;
	for (n = 0; n < MAX_CAPABILITIES; n++) {
		if (is_guarded(whose, id, reg - at, set, cleared))
			return true;
		at = next;
		if (at < CFG_DEVICE_SPECIFIC)
			break;
		header = pci_hw_dword(space, bdf, at);
		id = (header & 0xff) | (extended ? EXTENDED : 0);
		next = extended ? header >> 20 & 0xffc : header >> 8 & 0xfc;
	}
	return false;
}

static bool has_virtual_owned(const struct pci_space *space, u16 bdf)
{
	const struct pci_cell *cell;
	unsigned int n;

	for (cell = space->owners; cell; cell = cell->next)
		for (n = 0; n < cell->count; n++)
			if (cell->functions[n].sriov && cell->functions[n].physical == bdf)
				return true;
	return false;
}

/* Only what is on a later bus can be behind it: numbers are given that way. */
static bool may_lead_to_owned(const struct pci_space *space, u16 bdf)
{
	return leads_to_owned(space, 0xff0000U | ((bdf >> 8) + 1U) << 8);
}

bool pci_hurts_owned(struct pci_space *space, u16 bdf, unsigned int offset, unsigned int width,
		     u32 value)
{
	const unsigned int shift = 8 * (offset & 3), reg = offset & ~3U;
	const u32 mask = ~0U >> (32 - 8 * width) << shift;
	const bool physical = has_virtual_owned(space, bdf);
	unsigned int whose = physical ? ANY | PHYSICAL : ANY, kind;
	bool bridge;
	u32 old, new;

	if (!space->owners || !(physical || reg >= CFG_EXTENDED || reg == CFG_BUSES ||
				may_lead_to_owned(space, bdf)))
		return false;
	kind = pci_hw_read(space, bdf, CFG_HEADER_TYPE, 1) & HEADER_KIND;
	bridge = kind == HEADER_BRIDGE || kind == HEADER_CARDBUS;
	if (bridge && leads_to_owned(space, pci_hw_read(space, bdf, CFG_BUSES, 4)))
		whose |= kind == HEADER_CARDBUS ? ABOVE | CARDBUS : ABOVE;
	if (whose == ANY && reg < CFG_EXTENDED && !(bridge && reg == CFG_BUSES))
		return false;
	old = pci_hw_dword(space, bdf, reg);
	new = (old & ~mask) | (value << shift & mask);
	if (bridge && reg == CFG_BUSES)
		return (new ^ old) & BUSES && (whose & ABOVE || leads_to_owned(space, new));
	return changes_guarded(space, bdf, reg, new & ~old, old & ~new, whose);
}
