// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of the root cell's functions, where units remap interrupts and Linux does not know of
 * it. As a cell's, they are rewritten to what names entries of the table: Linux sees what it has
 * written to MSI registers and MSI-X tables, and the device gets something else. But for that,
 * Linux's accesses to its functions are passed on.
 *
 * It is for Linux's own sake: what it has sent by another way is blocked by the units.
 */
#include "pci_internal.h"
#include <jailhouse/console.h>
#include <jailhouse/image_header.h>

/* Linux has a function send several messages by MSI only where it remaps interrupts itself. */
void pci_root_init(struct pci_root *root, struct pci_space *space, const struct cpu_set *cpus,
		   const struct jailhouse_boot_function *list, unsigned int count,
		   struct pci_msix_entry *entries)
{
	struct pci_function *function = root->functions;
	u16 next = 0;

	root->owner.space = space;
	root->owner.cpus = cpus;
	root->owner.running = true;
	root->count = count;
	for (; count--; function++, list++) {
		function->owner = &root->owner;
		function->bdf = list->bdf;
		function->first_message = next;
		function->num_messages = MAX(list->vectors, (u16)1);
		next += function->num_messages;
		function->real_id = pci_hw_read(space, function->bdf, CFG_ID, 4);
		pci_find_capabilities(space, function);
		if (!list->vectors)
			continue;
		function->has_table = true;
		function->num_entries = list->vectors;
		function->table = list->table;
		function->table_gpa = list->table;
		function->entries = entries;
		entries += list->vectors;
	}
}

static void read_msi(struct pci_space *space, struct pci_function *function)
{
	pci_read_msi(space, function, function->msi_value);
	function->msi_on = pci_hw_read(space, function->bdf, function->msi + MSI_CONTROL, 2) &
			   MSI_ENABLE;
}

static void write_messages(struct pci_space *space, const struct pci_function *function)
{
	if (function->msi) {
		pci_write_msi(space, function, function->msi_value);
		pci_hw_change(space, function->bdf, function->msi + MSI_CONTROL,
			      function->msi_on ? MSI_ENABLE : 0, MSI_ENABLE);
	}
	if (function->has_table)
		pci_msix_write(function);
}

/* MSI stays on, or what comes meanwhile would be lost: the address alone says what is sent. */
static void refresh(struct pci_space *space, struct pci_function *function, bool read)
{
	const struct pci_root *root = space->root;

	if (!pci_is_owned(space, function->bdf) && pci_is_same(space, function)) {
		if (read && function->msi)
			read_msi(space, function);
		if (!function->msi_on && function->has_table) {
			pci_msix_refresh(function, root->x2apic, read);
			return;
		}
		if (function->msi_on && !pci_program_msi(&root->owner, function, root->x2apic))
			return;
	}
	pci_clear_messages(space, function);
}

void pci_root_rewrite(struct pci_space *space, bool on)
{
	struct pci_function *function = space->root->functions;
	unsigned int n;

	for (n = space->root->count; n--; function++)
		if (on)
			refresh(space, function, true);
		else if (pci_is_same(space, function))
			write_messages(space, function);
}

void pci_root_refresh(struct pci_space *space)
{
	unsigned int n;

	for (n = 0; space->root && n < space->root->count; n++)
		refresh(space, &space->root->functions[n], false);
}
