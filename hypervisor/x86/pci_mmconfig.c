// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other way to PCI configuration space: the MMCONFIG area, 4 KiB for each function. It is
 * mapped in no cell. An access needs no lock, as it is a single one for the hardware as well; the
 * root cell's writes take one, see pci_hurts_owned().
 */
#include "pci_internal.h"

static int deny(struct mmio_access *access)
{
	if (access->is_write)
		return -EPERM;
	access->value = ~0ULL;
	return 0;
}

static void in_memory(struct pci_space *space, u64 hpa, struct pci_access *access)
{
	if (access->is_write)
		space->ops->mem_write(hpa, access->width, access->value);
	else
		access->value = (u32)space->ops->mem_read(hpa, access->width);
}

/* NULL for @cell is the root cell. */
static int access_function(struct pci_space *space, struct pci_cell *cell, bool x2apic,
			   struct mmio_access *access)
{
	const u64 offset = access->gpa - space->mmconfig;
	const u16 bdf = (u16)(offset >> 12);
	struct pci_access in_function = {
		.width = (u8)access->width, .is_write = access->is_write, .x2apic = x2apic,
		.value = (u32)access->value,
	};
	int err;

	if (!pci_in_register(offset, access->width))
		return deny(access);
	if (cell)
		err = pci_access_function(cell, bdf, offset & 0xfff, &in_function);
	else
		err = pci_root_function(space, bdf, offset & 0xfff, &in_function, in_memory,
					access->gpa);
	access->value = in_function.value;
	return err;
}

int pci_root_mmconfig(struct pci_space *space, struct mmio_access *access)
{
	return access_function(space, NULL, false, access);
}

int pci_cell_mmconfig(struct pci_space *space, struct pci_cell *cell, bool x2apic,
		      struct mmio_access *access)
{
	return cell ? access_function(space, cell, x2apic, access) : deny(access);
}
