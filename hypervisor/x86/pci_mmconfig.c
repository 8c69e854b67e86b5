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

static int write_root(struct pci_space *space, u64 offset, struct mmio_access *access)
{
	int err = 0;

	ticket_lock(&space->writes);
	if (pci_hurts_owned(space, (u16)(offset >> 12), offset & 0xfff, access->width,
			    (u32)access->value))
		err = deny(access);
	else
		space->ops->mem_write(access->gpa, access->width, access->value);
	ticket_unlock(&space->writes);
	return err;
}

static bool root_message(struct pci_space *space, u64 offset, struct mmio_access *access, int *err)
{
	struct pci_access in_function = {
		.width = (u8)access->width, .is_write = access->is_write,
		.value = (u32)access->value,
	};

	if (!pci_root_message(space, (u16)(offset >> 12), offset & 0xfff, &in_function, err))
		return false;
	access->value = in_function.value;
	return true;
}

int pci_root_mmconfig(struct pci_space *space, struct mmio_access *access)
{
	u64 offset = access->gpa - space->mmconfig;
	int err;

	if (!pci_in_register(offset, access->width) || pci_is_owned(space, (u16)(offset >> 12)))
		return deny(access);
	if (root_message(space, offset, access, &err))
		return err;
	if (access->is_write)
		return write_root(space, offset, access);
	access->value = space->ops->mem_read(access->gpa, access->width);
	return 0;
}

int pci_cell_mmconfig(struct pci_space *space, struct pci_cell *cell, bool x2apic,
		      struct mmio_access *access)
{
	u64 offset = access->gpa - space->mmconfig;
	struct pci_access in_function = {
		.width = (u8)access->width, .is_write = access->is_write, .x2apic = x2apic,
		.value = (u32)access->value,
	};
	int err;

	if (!cell || !pci_in_register(offset, access->width))
		return deny(access);
	err = pci_access_function(cell, (u16)(offset >> 12), offset & 0xfff, &in_function);
	access->value = in_function.value;
	return err;
}
