// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI-X tables of a cell's functions (PCI 3.0, 6.8.2). An entry is a message, and what masks it.
 *
 * The pages that a table lies in are not mapped in the cell. What it writes to an entry is kept
 * as it is, for it to read, and reaches the device when the entry is unmasked: as a message that
 * was checked, and with the entry masked until all of it is there. So each entry of the device is
 * masked, or interrupts a CPU of the cell, whoever has written half of what. The interrupt itself
 * costs no exit, and masking an entry a single one. The rest of these pages is the device's, the
 * pending bits, too.
 */
#include "pci_internal.h"

#define ENTRY_SIZE	16
#define ENTRY_MASKED	1U

/* Words of an entry. */
enum { ENTRY_ADDRESS, ENTRY_UPPER, ENTRY_DATA, ENTRY_CONTROL };

static void write_word(const struct pci_function *function, unsigned int index,
		       unsigned int word, u32 value)
{
	function->owner->space->ops->mem_write(function->table + ENTRY_SIZE * index + 4 * word,
					       4, value);
}

static u32 read_word(const struct pci_function *function, unsigned int index, unsigned int word)
{
	return (u32)function->owner->space->ops->mem_read(function->table + ENTRY_SIZE * index +
							  4 * word, 4);
}

/* A message that was on its way comes before the answer to the read. */
static void mask(const struct pci_function *function, unsigned int index)
{
	write_word(function, index, ENTRY_CONTROL, ENTRY_MASKED);
	read_word(function, index, ENTRY_CONTROL);
}

/* The entry is masked. */
static int unmask(const struct pci_function *function, unsigned int index, bool x2apic)
{
	const u32 *word = function->entries[index].word;
	u64 address = word[ENTRY_ADDRESS] | (u64)word[ENTRY_UPPER] << 32;
	u32 data = word[ENTRY_DATA];

	if (!pci_route_messages(function, index, 1, x2apic, &address, &data))
		return -EPERM;
	write_word(function, index, ENTRY_ADDRESS, (u32)address);
	write_word(function, index, ENTRY_UPPER, 0);
	write_word(function, index, ENTRY_DATA, data);
	write_word(function, index, ENTRY_CONTROL, 0);
	return 0;
}

/* The rest of the control word is reserved. */
static int write_entry(const struct pci_function *function, unsigned int index,
		       unsigned int word, bool x2apic, u32 value)
{
	struct pci_msix_entry *entry = &function->entries[index];
	bool was_masked = entry->word[ENTRY_CONTROL];

	if (!function->owner->running)
		return -EPERM;
	entry->word[word] = word == ENTRY_CONTROL ? value & ENTRY_MASKED : value;
	if (!was_masked)
		mask(function, index);
	return entry->word[ENTRY_CONTROL] ? 0 : unmask(function, index, x2apic);
}

/* Words or pairs of them; anything else is undefined (PCI 3.0, 6.8.2). */
static int access_table(const struct pci_function *function, bool x2apic, u64 offset,
			struct mmio_access *access)
{
	unsigned int n, word = (unsigned int)offset / 4, shift;
	u64 value = 0;
	int err = 0;

	for (n = 0; n < access->width / 4; n++, word++) {
		shift = 32 * n;
		if (access->is_write)
			err = write_entry(function, word / 4, word % 4, x2apic,
					  (u32)(access->value >> shift)) ?: err;
		else
			value |= (u64)function->entries[word / 4].word[word % 4] << shift;
	}
	if (!access->is_write)
		access->value = value;
	return err;
}

static int access_beside(const struct pci_function *function, u64 hpa,
			 struct mmio_access *access)
{
	const struct pci_ops *ops = function->owner->space->ops;

	if (access->is_write)
		ops->mem_write(hpa, access->width, access->value);
	else
		access->value = ops->mem_read(hpa, access->width);
	return 0;
}

/* What is not aligned might reach into the table from beside it. */
int pci_msix_access(struct pci_function *function, bool x2apic, struct mmio_access *access)
{
	u64 offset = access->gpa - function->table_gpa;
	bool in_table = offset < (u64)ENTRY_SIZE * function->num_entries;
	int err;

	if (offset % access->width || (in_table && access->width < 4)) {
		access->value = ~0ULL;
		return access->is_write ? -EPERM : 0;
	}
	if (!in_table)
		return access_beside(function, function->table + offset, access);
	ticket_lock(&function->owner->lock);
	err = access_table(function, x2apic, offset, access);
	ticket_unlock(&function->owner->lock);
	return err;
}

void pci_msix_attach(struct pci_function *function, struct pci_msix_entry *entries,
		     u64 table_gpa)
{
	function->entries = entries;
	function->table_gpa = table_gpa;
}

void pci_msix_write(const struct pci_function *function)
{
	unsigned int n, word;

	for (n = 0; n < function->num_entries; n++) {
		mask(function, n);
		for (word = 0; word <= ENTRY_CONTROL; word++)
			write_word(function, n, word, function->entries[n].word[word]);
	}
}

/* What comes while an entry is masked comes when it is not any more. */
void pci_msix_hold(const struct pci_function *function, bool read)
{
	unsigned int n, word;
	u32 *words;

	for (n = 0; n < function->num_entries; n++) {
		words = function->entries[n].word;
		for (word = 0; read && word <= ENTRY_CONTROL; word++)
			words[word] = read_word(function, n, word);
		words[ENTRY_CONTROL] &= ENTRY_MASKED;
		/* Most are, and so are the device's: these are slow registers. */
		if (!words[ENTRY_CONTROL])
			mask(function, n);
	}
}

void pci_msix_refresh(const struct pci_function *function, bool x2apic)
{
	unsigned int n;

	pci_clear_messages(function);
	for (n = 0; n < function->num_entries; n++)
		if (!function->entries[n].word[ENTRY_CONTROL])
			unmask(function, n, x2apic);
}

/* Where the device has it: in a BAR, which the root cell has placed (PCI 3.0, 6.8.2.3). */
static bool is_in_place(const struct pci_function *function)
{
	u32 control = pci_read(function, function->msi_reg[PCI_MSIX_CONTROL], 2);
	u32 where = pci_read(function, function->msix + MSIX_TABLE, 4);
	unsigned int bar = CFG_BAR0 + 4 * (where & MSIX_BAR);
	u32 low = bar < CFG_BAR_END ? pci_read_header(function, bar) : BAR_IO;
	u64 base = low & ~BAR_FLAGS;

	if (low & BAR_IO || (control & MSIX_LAST) + 1 != function->num_entries)
		return false;
	if (low & BAR_64 && bar + 4 < CFG_BAR_END)
		base |= (u64)pci_read_header(function, bar + 4) << 32;
	return function->table == base + (where & ~MSIX_BAR);
}

/*
 * Its messages are the ones that were looked at only if the table is where the configuration
 * says: it would be mapped else.
 */
void pci_msix_check(struct pci_function *function)
{
	function->has_table = function->entries && function->msix &&
			      function->msix <= MSIX_OFFSET_MAX && is_in_place(function);
}

/*
 * Registers of a device can be written while it decodes memory, which Linux may have switched
 * off. MSI-X is off.
 */
void pci_msix_reset(struct pci_function *function)
{
	unsigned int n;
	u32 command;

	if (!function->has_table)
		return;
	command = pci_read(function, CFG_COMMAND, 2);
	pci_write(function, CFG_COMMAND, 2, command | COMMAND_MEMORY);
	for (n = 0; n < function->num_entries; n++)
		function->entries[n] = (struct pci_msix_entry){
			.word = { [ENTRY_CONTROL] = ENTRY_MASKED },
		};
	pci_msix_write(function);
	pci_write(function, CFG_COMMAND, 2, command);
}
