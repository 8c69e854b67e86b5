// SPDX-License-Identifier: GPL-2.0-only
/*
 * Behind the first 256 bytes of configuration space is extended space, which a function of PCI
 * Express has, and which only MMCONFIG leads to. A cell reads it, and writes nothing there. Some
 * capabilities let a device use addresses that nobody has looked at, or make more functions of
 * it: those are the root cell's, and a cell sees a null capability in their place (PCI Express
 * 4.0, 7.6.3, 9.2.3).
 */
#include "pci_internal.h"

#define EXT_CAP_ATS	0x000f
#define EXT_CAP_PRI	0x0013
#define EXT_CAP_PASID	0x001b

/* Of a header: the rest is where the next one is. */
#define EXT_CAP_KIND	0xfffffU

u32 pci_hw_dword(struct pci_space *space, u16 bdf, unsigned int reg)
{
	const u64 offset = (u64)bdf << 12 | reg;

	if (reg < CFG_EXTENDED)
		return pci_hw_read(space, bdf, reg, 4);
	return offset < space->mmconfig_size ?
	       (u32)space->ops->mem_read(space->mmconfig + offset, 4) : ~0U;
}

static bool is_hidden(u32 header)
{
	switch (header & EXT_CAP_ID) {
	case EXT_CAP_ATS:
	case EXT_CAP_SRIOV:
	case EXT_CAP_PRI:
	case EXT_CAP_PASID:
		return true;
	}
	return false;
}

/* A function has each kind once. */
void pci_find_hidden(struct pci_function *function)
{
	unsigned int i, n = 0, next = CFG_EXTENDED;
	u32 header;

	if (!function->express)
		return;
	for (i = 0; i < MAX_EXT_CAPS && next >= CFG_EXTENDED && n < PCI_HIDDEN_CAPS; i++) {
		header = pci_hw_dword(function->owner->space, function->bdf, next);
		if (is_hidden(header))
			function->hidden[n++] = (u16)next;
		next = header >> 20 & ~3U;
	}
}

/* Conventional functions have none; what a bridge makes of an access to it may be anything. */
u32 pci_read_extended(const struct pci_function *function, unsigned int reg)
{
	unsigned int i;
	u32 value;

	if (!function->express)
		return ~0U;
	value = pci_hw_dword(function->owner->space, function->bdf, reg);
	for (i = 0; i < PCI_HIDDEN_CAPS && function->hidden[i]; i++)
		if (function->hidden[i] == reg)
			return value & ~EXT_CAP_KIND;
	return value;
}
