// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of the root cell's functions, where units remap interrupts and Linux does not know of
 * it. As a cell's, they are rewritten to what names entries of the table: Linux sees what it has
 * written to MSI registers and MSI-X tables, and the device gets something else. But for that,
 * Linux's accesses to its functions are passed on.
 *
 * It is for Linux's own sake: what it has sent by another way is blocked by the units.
 *
 * Where one table is for all, units let both kinds of messages pass meanwhile. Where each function
 * has its own, all that it sends names an entry of that from the moment on when it is used, old
 * messages by their data. So just then MSI-X entries are masked, and the entry that an old message
 * of MSI names has the same interrupt.
 */
#include "pci_internal.h"
#include <jailhouse/console.h>
#include <jailhouse/image_header.h>

static void describe(struct pci_function *function, const struct jailhouse_boot_function *boot)
{
	function->real_id = pci_read(function, CFG_ID, 4);
	pci_find_capabilities(function);
	function->has_table = boot->vectors;
	function->num_entries = boot->vectors;
	function->table = boot->table;
	function->table_gpa = boot->table;
}

/* Linux has a function send several messages by MSI only where it remaps interrupts itself. */
int pci_root_init(struct pci_root *root, struct pci_space *space, const struct cpu_set *cpus,
		  const struct jailhouse_boot_function *list, unsigned int count,
		  struct pci_msix_entry *entries)
{
	const struct remap *remap = space->remap;
	struct pci_function *function = root->functions;
	int next = 0;

	root->owner.space = space;
	root->owner.cpus = cpus;
	root->owner.running = true;
	root->count = count;
	for (; count--; function++, list++) {
		function->owner = &root->owner;
		function->bdf = list->bdf;
		function->num_messages = (u16)MIN(MAX(list->vectors, (u16)1), remap->most);
		if (!remap->pins)
			next = remap->take(list->bdf, function->num_messages);
		if (next < 0)
			return next;
		function->first_message = (u32)next;
		next += function->num_messages;
		function->entries = entries;
		entries += list->vectors;
		describe(function, list);
	}
	return 0;
}

static void read_msi(struct pci_function *function)
{
	pci_read_messages(function, function->msi_value, PCI_MSI_REGS);
	function->msi_on = pci_read(function, function->msi_reg[PCI_MSI_CONTROL], 2) & MSI_ENABLE;
}

/* Of a message of MSI as Linux has written it: the entry that it names by its data. */
static void keep_old(const struct pci_function *function, bool keep)
{
	const struct pci_space *space = function->owner->space;
	const struct remap *remap = space->remap;
	const u32 *value = function->msi_value, data = value[PCI_MSI_DATA];
	const u64 address = value[PCI_MSI_ADDRESS] | (u64)value[PCI_MSI_UPPER] << 32;
	const unsigned int index = function->first_message + data % remap->most;
	u32 dest;

	if (!remap->use || !function->msi_on)
		return;
	if (!keep)
		remap->clear(function->bdf, index, 1);
	else if (apic_check_msi(space->topo, function->owner->cpus, space->root->x2apic, address,
				data, remap->id_end, &dest))
		remap->set(index, function->bdf, dest, data & APIC_VECTOR);
}

static void use(const struct pci_function *function, bool on)
{
	const struct remap *remap = function->owner->space->remap;

	if (remap->use)
		remap->use(function->bdf, function->first_message, on);
}

static void write_messages(const struct pci_function *function)
{
	if (function->msi) {
		keep_old(function, true);
		pci_write_messages(function, function->msi_value, PCI_MSI_REGS);
		pci_change(function, function->msi_reg[PCI_MSI_CONTROL],
			   function->msi_on ? MSI_ENABLE : 0, MSI_ENABLE);
	}
	if (function->has_table)
		pci_msix_hold(function, false);
	use(function, false);
	if (function->has_table)
		pci_msix_write(function);
}

/* MSI stays on, or what comes meanwhile would be lost. */
static void refresh(struct pci_function *function, bool read)
{
	const struct pci_space *space = function->owner->space;
	const bool there = !pci_is_owned(space, function->bdf) && pci_is_same(function);
	bool by_table;

	if (there && read && function->msi)
		read_msi(function);
	by_table = there && !function->msi_on && function->has_table;
	if (by_table)
		pci_msix_hold(function, read);
	if (read) {
		keep_old(function, true);
		use(function, true);
	}
	if (by_table)
		pci_msix_refresh(function, space->root->x2apic);
	else if (!there || !function->msi_on ||
		 pci_program_msi(function, space->root->x2apic))
		pci_clear_messages(function);
	if (read)
		keep_old(function, false);
}

void pci_root_rewrite(struct pci_space *space, bool on)
{
	struct pci_function *function = space->root->functions;
	unsigned int n;

	for (n = space->root->count; n--; function++)
		if (on)
			refresh(function, true);
		else if (pci_is_same(function))
			write_messages(function);
}

void pci_root_refresh(struct pci_space *space)
{
	unsigned int n;

	for (n = 0; space->root && n < space->root->count; n++)
		refresh(&space->root->functions[n], false);
}
