// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI configuration space: what a guest may do, and the way through ports 0xcf8 to 0xcff.
 *
 * A cell sees its functions, and of these it changes what only concerns itself: command,
 * interrupt line, MSI within the cell. Its BARs are a memory of its own: where registers
 * of the device appear is the root cell's decision, and the cell's configuration maps
 * them. Resets and power states would lose the root cell's BARs and are not offered.
 *
 * The hypervisor touches the ports only while the root cell is suspended or trapped, since
 * its own access is one to 0xcf8 and another to 0xcfc.
 */
#include "pci_internal.h"
#include "ivshmem.h"

#define MSI_ON_BIT		((u32)MSI_ENABLE << 16)

static u32 all_ones(unsigned int width)
{
	return ~0U >> (32 - 8 * width);
}

/*
 * Does it lie within one of the two registers? If not, the hardware splits it, and where the
 * other bytes go does not follow from the first one.
 */
static bool in_one_register(const struct pci_access *access)
{
	return pci_in_register(access->port, access->width);
}

static bool is_data(const struct pci_access *access)
{
	return access->port >= PCI_PORT_DATA;
}

/* In the function that @address selects. */
static unsigned int offset_of(u32 address, const struct pci_access *access)
{
	return (address & 0xfc) | (access->port & 3U);
}

static int deny(struct pci_access *access)
{
	if (access->is_write)
		return -EPERM;
	access->value = all_ones(access->width);
	return 0;
}

/* Only an access of four bytes reaches it: narrower ones are to ports of other devices. */
static bool access_latch(u32 *latch, u32 writable, struct pci_access *access)
{
	if (access->port != PCI_PORT_ADDRESS || access->width != 4)
		return false;
	if (access->is_write)
		*latch = access->value & writable;
	else
		access->value = *latch;
	return true;
}

static bool is_bar(unsigned int reg)
{
	return reg >= CFG_BAR0 && reg < CFG_BAR_END;
}

/* What the cell has written to an MSI register, or NULL if it is none. */
static u32 *find_msi_value(struct pci_function *function, unsigned int reg)
{
	unsigned int i;

	for (i = 0; i < PCI_MSI_REGS; i++)
		if (reg && function->msi_reg[i] == reg)
			return &function->msi_value[i];
	return NULL;
}

/* Any other doubleword as the cell sees it. */
static u32 read_dword(const struct pci_function *function, unsigned int reg)
{
	unsigned int bar = (reg - CFG_BAR0) / 4;
	u32 value;

	if (reg >= CFG_EXTENDED)
		return pci_read_extended(function, reg);
	value = pci_read_header(function, reg);
	if (is_bar(reg))
		return function->bar[bar] | (value & ~function->bar_mask[bar]);
	if (reg == function->msi && reg)
		return (value & ~MSI_ON_BIT) | (function->msi_on ? MSI_ON_BIT : 0);
	/* A function that may not pull its pin has none, so that nobody waits for it. */
	if (reg == CFG_INTERRUPT_LINE && !function->owns_pin)
		return value & ~INTERRUPT_PIN;
	return value;
}

/* It matters only where each one has an entry of a table. More than 32 are reserved. */
static unsigned int messages(const struct pci_function *function)
{
	u32 control;

	if (!function->num_messages)
		return 1;
	control = pci_read(function, function->msi_reg[PCI_MSI_CONTROL], 2);
	return MIN(1U << ((control & MSI_COUNT) >> MSI_COUNT_SHIFT), PCI_MSI_MESSAGES);
}

/*
 * MSI is off while the registers change, or a message could go out with the new address and
 * the old data, and is switched on again only if the message reaches a CPU of the cell. The
 * cell sees it on all the time; it works as soon as the message is valid. Where it names an entry,
 * that is what has changed, and the registers stay as they are.
 */
int pci_program_msi(const struct pci_function *function, bool x2apic)
{
	const u32 *value = function->msi_value;
	u64 address = value[PCI_MSI_ADDRESS] | (u64)value[PCI_MSI_UPPER] << 32;
	unsigned int offset = function->msi_reg[PCI_MSI_CONTROL];
	u32 routed[PCI_MSI_REGS], data = value[PCI_MSI_DATA];
	const bool valid = function->msi_on &&
		pci_route_messages(function, 0, messages(function), x2apic, &address, &data);

	if (!valid || !function->num_messages)
		pci_change(function, offset, 0, MSI_ENABLE);
	if (!valid)
		return function->msi_on ? -EPERM : 0;
	routed[PCI_MSI_ADDRESS] = (u32)address;
	routed[PCI_MSI_UPPER] = 0;
	routed[PCI_MSI_DATA] = data;
	pci_write_messages(function, routed, PCI_MSI_REGS);
	pci_change(function, offset, MSI_ENABLE, MSI_ENABLE);
	return 0;
}

/*
 * More messages than these are reserved. A function that believes it all the same counts them in
 * more bits than a block has: from a vector that was looked at down to those of exceptions.
 */
static u32 fit_count(u32 control)
{
	const u32 most = MSI_COUNT_MOST << MSI_COUNT_SHIFT;

	return (control & MSI_COUNT) > most ? (control & ~MSI_COUNT) | most : control;
}

/*
 * How many messages there are may change only while it is off. Linux writes this register with each
 * message, as it is: what comes just then must not be lost where nothing else has it go off.
 */
static int write_msi_control(struct pci_function *function, bool x2apic, u32 control)
{
	const unsigned int offset = function->msi_reg[PCI_MSI_CONTROL];
	const u32 fits = fit_count(control);

	function->msi_on = control & MSI_ENABLE;
	if (!function->num_messages ||
	    (pci_read(function, offset, 2) ^ fits) & MSI_CONTROL_WRITABLE)
		pci_change(function, offset, fits & ~MSI_ENABLE, MSI_CONTROL_WRITABLE);
	return pci_program_msi(function, x2apic);
}

/*
 * A function that pulls its interrupt pin holds a line down that it may share with devices
 * of others: only one whose line is the cell's own is allowed to.
 */
static void write_command(struct pci_function *function, u32 value)
{
	function->decodes = value & COMMAND_MEMORY;
	if (!function->owns_pin)
		value |= COMMAND_INTX_OFF;
	pci_change(function, CFG_COMMAND, value, COMMAND_WRITABLE);
}

/* Writing a 1 clears an error bit that is set. Nothing else there can be changed. */
static void clear_errors(const struct pci_function *function, u32 value)
{
	value &= pci_read(function, CFG_STATUS, 2) & STATUS_ERRORS;
	if (value)
		pci_write(function, CFG_STATUS, 2, value);
}

/* @mask: bits that the access covers, @value: of the whole doubleword. */
static int write_header(struct pci_function *function, unsigned int reg, u32 value, u32 mask)
{
	if (reg == CFG_COMMAND) {
		if (mask & 0xffff)
			write_command(function, value);
		if (mask >> 16)
			clear_errors(function, (value & mask) >> 16);
	} else if (reg == CFG_CACHE_LINE) {
		pci_change(function, CFG_CACHE_LINE, value, 0xffff);
	} else if (reg == CFG_INTERRUPT_LINE) {
		pci_change(function, CFG_INTERRUPT_LINE, value, 0xff);
	} else if (is_bar(reg)) {
		reg = (reg - CFG_BAR0) / 4;
		function->bar[reg] = value & function->bar_mask[reg];
	} else {
		return -EPERM;
	}
	return 0;
}

static int write_dword(struct pci_function *function, bool x2apic, unsigned int reg, u32 value,
		       u32 mask)
{
	if (reg < CFG_DEVICE_SPECIFIC)
		return write_header(function, reg, value, mask);
	if (reg == function->msi && mask >> 16)
		return write_msi_control(function, x2apic, value >> 16);
	if (reg == function->msi_reg[PCI_MSI_MASK]) {
		pci_write(function, reg, 4, value);
		return 0;
	}
	if (reg == function->msix && mask >> 16 && function->has_table) {
		pci_change(function, function->msi_reg[PCI_MSIX_CONTROL], value >> 16,
			   MSIX_CONTROL_WRITABLE);
		return 0;
	}
	return -EPERM;
}

/* A write that comes after the cell was stopped would wake what was made quiet. */
static int access_dword(struct pci_function *function, unsigned int reg, unsigned int shift,
			struct pci_access *access)
{
	const u32 mask = all_ones(access->width) << shift;
	u32 *msi = find_msi_value(function, reg);
	u32 value = msi ? *msi : read_dword(function, reg);

	if (!access->is_write) {
		access->value = (value & mask) >> shift;
		return 0;
	}
	if (!function->owner->running)
		return -EPERM;
	value = (value & ~mask) | (access->value << shift & mask);
	if (!msi)
		return write_dword(function, access->x2apic, reg, value, mask);
	*msi = msi == &function->msi_value[PCI_MSI_DATA] ? value & 0xffff : value;
	return pci_program_msi(function, access->x2apic);
}

static int access_register(struct pci_function *function, unsigned int offset,
			   struct pci_access *access)
{
	int err;

	ticket_lock(&function->owner->lock);
	err = access_dword(function, offset & ~3U, 8 * (offset & 3), access);
	ticket_unlock(&function->owner->lock);
	return err;
}

struct pci_function *pci_root_find(struct pci_root *root, u16 bdf)
{
	unsigned int n;

	for (n = 0; root && n < root->count; n++)
		if (root->functions[n].bdf == bdf)
			return &root->functions[n];
	return NULL;
}

/* Control, address and data of MSI are one behind the other. Of others, nothing is rewritten. */
static bool root_message(struct pci_space *space, u16 bdf, unsigned int offset,
			 struct pci_access *access, int *err)
{
	struct pci_root *root = space->root;
	struct pci_function *function = pci_root_find(root, bdf);

	if (!function || !function->msi || offset < function->msi ||
	    offset >= function->msi_reg[PCI_MSI_DATA] + 4U || !pci_is_same(function))
		return false;
	access->x2apic = root->x2apic;
	*err = access_register(function, offset, access);
	return true;
}

static int write_root(struct pci_space *space, u16 bdf, unsigned int offset,
		      struct pci_access *access, pci_pass *pass, u64 where)
{
	int err = 0;

	ticket_lock(&space->writes);
	if (pci_hurts_owned(space, bdf, offset, access->width, access->value))
		err = -EPERM;
	else
		pass(space, where, access);
	ticket_unlock(&space->writes);
	return err;
}

int pci_root_function(struct pci_space *space, u16 bdf, unsigned int offset,
		      struct pci_access *access, pci_pass *pass, u64 where)
{
	int err;

	if (pci_is_owned(space, bdf))
		return deny(access);
	if (root_message(space, bdf, offset, access, &err))
		return err;
	if (access->is_write)
		return write_root(space, bdf, offset, access, pass, where);
	pass(space, where, access);
	return 0;
}

static void by_ports(struct pci_space *space, u64 address, struct pci_access *access)
{
	if (access->is_write)
		pci_ports_write(space, (u32)address, access->port, access->width, access->value);
	else
		access->value = pci_ports_read(space, (u32)address, access->port, access->width);
}

/*
 * Processors that do not know bits 27:24 of the address ignore them: so does this. On the others
 * Linux has no use for them where there is MMCONFIG.
 */
static bool hurts_by_upper(const struct pci_space *space, u32 address,
			   const struct pci_access *access)
{
	return access->is_write && address & PCI_ADDRESS_UPPER && space->owners &&
	       space->mmconfig_size;
}

int pci_root_access(struct pci_space *space, struct pci_access *access)
{
	const u32 address = space->address;

	if (access_latch(&space->address, PCI_ADDRESS_ROOT, access))
		return 0;
	if (!in_one_register(access))
		return deny(access);
	if (!is_data(access) || !(address & PCI_ADDRESS_ENABLE)) {
		by_ports(space, address, access);
		return 0;
	}
	if (hurts_by_upper(space, address, access))
		return -EPERM;
	return pci_root_function(space, (u16)(address >> 8), offset_of(address, access), access,
				 by_ports, address);
}

static struct ivshmem *find_ivshmem(const struct pci_cell *cell, u16 bdf)
{
	unsigned int n;

	for (n = 0; n < cell->num_ivshmem; n++)
		if (cell->ivshmem[n].config->bdf == bdf)
			return &cell->ivshmem[n];
	return NULL;
}

int pci_access_function(struct pci_cell *cell, u16 bdf, unsigned int offset,
			struct pci_access *access)
{
	struct pci_function *function = pci_find_function(cell, bdf);
	struct ivshmem *device = find_ivshmem(cell, bdf);

	if (device) {
		ivshmem_config(device, offset, access);
		return 0;
	}
	if (!function)
		return deny(access);
	return access_register(function, offset, access);
}

int pci_cell_access(struct pci_cell *cell, struct pci_access *access)
{
	if (access_latch(&cell->address, PCI_ADDRESS_WRITABLE, access))
		return 0;
	if (!(cell->address & PCI_ADDRESS_ENABLE) || !is_data(access) ||
	    !in_one_register(access))
		return deny(access);
	return pci_access_function(cell, (u16)(cell->address >> 8),
				   offset_of(cell->address, access), access);
}
