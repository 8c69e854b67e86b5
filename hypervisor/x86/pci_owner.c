// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who owns which PCI function, and what happens to one that changes hands.
 */
#include "pci_internal.h"
#include "config_check.h"
#include "log.h"
#include "string.h"

#define CAP_MSI			0x05
#define CAP_EXPRESS		0x10
#define CAP_MSIX		0x11
#define CAP_ADVANCED		0x13

/* More capabilities than fit behind the header: the list is a loop. */
#define MAX_CAPABILITIES	48

struct pci_function *pci_find_function(struct pci_cell *cell, u16 bdf)
{
	unsigned int i;

	for (i = 0; i < cell->count; i++)
		if (cell->functions[i].bdf == bdf)
			return &cell->functions[i];
	return NULL;
}

bool pci_is_owned(const struct pci_space *space, u16 bdf)
{
	struct pci_cell *cell;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(space->iommus) && space->iommus[n]; n++)
		if (space->iommus[n] == bdf)
			return true;
	for (cell = space->owners; cell; cell = cell->next)
		if (pci_find_function(cell, bdf))
			return true;
	return false;
}

/* Another card may have come in its place, whose registers are others, or none. */
bool pci_is_same(const struct pci_function *function)
{
	return pci_read(function, CFG_ID, 4) == function->real_id;
}

/* Bytes of each register of messages. */
static const u8 width[PCI_MESSAGE_REGS] = { 4, 4, 2, 4, 2, 2 };

void pci_read_messages(const struct pci_function *function, u32 *values, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (function->msi_reg[i])
			values[i] = pci_read(function, function->msi_reg[i], width[i]);
}

void pci_write_messages(const struct pci_function *function, const u32 *values,
			unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (function->msi_reg[i])
			pci_write(function, function->msi_reg[i], width[i], values[i]);
}

void pci_init(struct pci_space *space, const struct pci_ops *ops,
	      const struct apic_topology *topo, u32 address,
	      const struct jailhouse_platform_info *platform)
{
	memset(space, 0, sizeof(*space));
	space->mmconfig = platform->pci_mmconfig_base;
	space->mmconfig_size = config_mmconfig_size(platform);
	space->ops = ops;
	space->topo = topo;
	space->address = address & PCI_ADDRESS_ROOT;
}

static int check_device(const struct pci_space *space, const struct jailhouse_pci_device *dev)
{
	const bool owned = pci_is_owned(space, dev->bdf);
	const u16 domain = config_domain(dev);

	if (!domain && !owned)
		return 0;
	log_error("PCI device %04x:%02x:%02x.%x is %s", domain, dev->bdf >> 8,
		  dev->bdf >> 3 & 0x1f, dev->bdf & 7,
		  domain ? "not in segment 0" : "another cell's, or an IOMMU");
	return domain ? -EINVAL : -EBUSY;
}

int pci_cell_init(struct pci_cell *cell, struct pci_space *space, const struct cpu_set *cpus,
		  const struct jailhouse_pci_device *devices, unsigned int count)
{
	unsigned int i;
	int err;

	memset(cell, 0, sizeof(*cell));
	cell->space = space;
	cell->cpus = cpus;
	if (count > PCI_MAX_DEVICES) {
		log_error("%u PCI devices are too many for a cell, the limit is %u", count,
			  PCI_MAX_DEVICES);
		return -ENOSPC;
	}
	for (i = 0; i < count; i++) {
		struct pci_function *function = &cell->functions[i];

		err = check_device(space, &devices[i]);
		if (err)
			return err;
		function->owner = cell;
		function->bdf = devices[i].bdf;
		function->table = devices[i].msix_address;
		function->num_entries = devices[i].num_msix_vectors;
		function->owns_pin = devices[i].type & JAILHOUSE_PCI_OWNS_PIN;
		function->no_flr = devices[i].type & JAILHOUSE_PCI_NO_FLR;
		function->physical = config_is_virtual(&devices[i]) ? devices[i].physical : 0;
		memcpy(function->bar_mask, devices[i].bar_mask, sizeof(function->bar_mask));
		err = pci_take_messages(function);
		if (err)
			return err;
		cell->count++;
	}
	return 0;
}

void pci_cell_exit(struct pci_cell *cell)
{
	unsigned int i;

	for (i = 0; cell && i < cell->count; i++)
		pci_release_messages(&cell->functions[i]);
}

/* A capability that would reach beyond the 256 bytes is not believed. */
static void find_msi(struct pci_function *function, unsigned int offset, u32 control)
{
	bool wide = control & MSI_64, maskable = control & MSI_MASKABLE;
	u8 *reg = function->msi_reg;

	if (offset > (maskable ? 0xe8 : 0xf0))
		return;
	function->msi = (u8)offset;
	reg[PCI_MSI_ADDRESS] = (u8)(offset + 4);
	reg[PCI_MSI_UPPER] = wide ? (u8)(offset + 8) : 0;
	reg[PCI_MSI_DATA] = (u8)(offset + (wide ? 12 : 8));
	reg[PCI_MSI_MASK] = maskable ? (u8)(offset + (wide ? 16 : 12)) : 0;
	reg[PCI_MSI_CONTROL] = (u8)(offset + MSI_CONTROL);
}

void pci_find_capabilities(struct pci_function *function)
{
	unsigned int i, next;
	u32 header;

	if (!(pci_read(function, CFG_STATUS, 2) & STATUS_CAPABILITIES))
		return;
	next = pci_read(function, CFG_CAPABILITIES, 1) & 0xfc;
	for (i = 0; i < MAX_CAPABILITIES && next >= CFG_DEVICE_SPECIFIC; i++) {
		header = pci_read(function, next, 4);
		switch (header & 0xff) {
		case CAP_MSI:
			find_msi(function, next, header >> 16);
			break;
		case CAP_MSIX:
			function->msix = (u8)next;
			function->msi_reg[PCI_MSIX_CONTROL] = (u8)(next + MSI_CONTROL);
			break;
		case CAP_EXPRESS:
			function->express = (u8)next;
			break;
		case CAP_ADVANCED:
			function->reset.conventional = (u8)next;
			break;
		}
		next = header >> 8 & 0xfc;
	}
}

/*
 * No bus master, no interrupt of any kind. What the function has written before may still be
 * on its way to memory; the answer to the read at the end comes behind it (PCI 3.0, 3.2.5).
 * So all of it is there when this returns, and nothing follows.
 */
static void quiesce(struct pci_function *function)
{
	pci_change(function, CFG_COMMAND, COMMAND_INTX_OFF, COMMAND_MASTER | COMMAND_INTX_OFF);
	function->msi_on = false;
	if (function->msi)
		pci_change(function, function->msi_reg[PCI_MSI_CONTROL], 0, MSI_ENABLE);
	if (function->msix)
		pci_change(function, function->msi_reg[PCI_MSIX_CONTROL], 0, MSIX_ENABLE);
	pci_read(function, CFG_COMMAND, 2);
}

static void take_function(struct pci_function *function)
{
	pci_virtual_find(function);
	pci_find_capabilities(function);
	pci_find_hidden(function);
	pci_read_messages(function, function->saved_msi, PCI_MESSAGE_REGS);
	pci_reset_find(function);
	quiesce(function);
	pci_msix_check(function);
	pci_msix_reset(function);
}

/* What a cell finds, when it starts, in the registers that are a memory of its own. */
static void reset_view(struct pci_function *function)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(function->bar); i++)
		function->bar[i] = pci_read_header(function, CFG_BAR0 + 4 * i) &
			function->bar_mask[i];
	function->decodes = COMMAND_MEMORY;
	memset(function->msi_value, 0, sizeof(function->msi_value));
	if (function->msi_reg[PCI_MSI_MASK])
		pci_write(function, function->msi_reg[PCI_MSI_MASK], 4, 0);
	pci_msix_reset(function);
}

static void return_function(struct pci_function *function)
{
	quiesce(function);
	pci_clear_messages(function);
	pci_msix_reset(function);
	pci_write_messages(function, function->saved_msi, PCI_MESSAGE_REGS);
	pci_restore_header(function);
}

static void change_all(struct pci_cell *cell, void (*change)(struct pci_function *function))
{
	unsigned int i;

	for (i = 0; i < cell->count; i++)
		change(&cell->functions[i]);
}

void pci_cell_take(struct pci_cell *cell)
{
	struct pci_space *space = cell->space;

	if (!cell->count)
		return;
	cell->running = false;
	if (!pci_any_owned(space) && space->ops->get_address)
		space->address = space->ops->get_address() & PCI_ADDRESS_ROOT;
	change_all(cell, take_function);
	cell->next = space->owners;
	space->owners = cell;
}

void pci_cell_return(struct pci_cell *cell)
{
	struct pci_space *space = cell->space;
	struct pci_cell **link;

	for (link = &space->owners; *link && *link != cell; link = &(*link)->next)
		;
	if (!*link)
		return;
	*link = cell->next;
	change_all(cell, return_function);
	if (!pci_any_owned(space) && space->ops->set_address)
		space->ops->set_address(space->address);
}

static void stop_function(struct pci_function *function)
{
	quiesce(function);
	pci_reset_begin(function);
}

void pci_cell_run(struct pci_cell *cell, bool runs)
{
	ticket_lock(&cell->lock);
	if (cell->running != runs)
		change_all(cell, runs ? reset_view : stop_function);
	cell->running = runs;
	ticket_unlock(&cell->lock);
}

bool pci_cell_settled(struct pci_cell *cell)
{
	bool settled = true;
	unsigned int i;

	ticket_lock(&cell->lock);
	for (i = 0; i < cell->count; i++)
		settled = pci_reset_step(&cell->functions[i]) && settled;
	ticket_unlock(&cell->lock);
	return settled;
}
