// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI configuration space through ports 0xcf8 to 0xcff.
 *
 * A cell sees its functions, and of these it changes what only concerns itself: command,
 * interrupt line, MSI within the cell. Its BARs are a memory of its own: where registers
 * of the device appear is the root cell's decision, and the cell's configuration maps
 * them. Resets and power states would lose the root cell's BARs and are not offered.
 *
 * Offsets: PCI 3.0, chapter 6. The hypervisor touches the ports only while the root cell
 * is suspended or trapped, since its own access is one to 0xcf8 and another to 0xcfc.
 */
#include "pci.h"
#include "string.h"

#define ADDRESS_ENABLE		0x80000000U
#define ADDRESS_WRITABLE	0x80fffffcU

#define CFG_COMMAND		0x04
#define CFG_STATUS		0x06
#define CFG_CACHE_LINE		0x0c
#define CFG_BAR0		0x10
#define CFG_BAR_END		0x28
#define CFG_CAPABILITIES	0x34
#define CFG_INTERRUPT_LINE	0x3c
#define CFG_DEVICE_SPECIFIC	0x40

#define COMMAND_MASTER		0x0004
#define COMMAND_INTX_OFF	0x0400
/* I/O, memory, master, parity and SERR responses, INTx off. */
#define COMMAND_WRITABLE	0x0547
#define STATUS_CAPABILITIES	0x0010

#define CAP_MSI			0x05
#define CAP_MSIX		0x11
#define MSI_CONTROL		2
#define MSI_ENABLE		0x0001
#define MSI_64			0x0080
#define MSI_CONTROL_WRITABLE	0x0071
#define MSIX_ENABLE		0x8000
#define MSIX_CONTROL_WRITABLE	0xc000

/* More capabilities than fit behind the header: the list is a loop. */
#define MAX_CAPABILITIES	48

static u32 all_ones(unsigned int width)
{
	return ~0U >> (32 - 8 * width);
}

static u32 hw_read(const struct pci_space *space, u16 bdf, unsigned int offset,
		   unsigned int width)
{
	return space->ops->read(ADDRESS_ENABLE | (u32)bdf << 8 | (offset & 0xfc),
				(u16)(PCI_PORT_DATA + (offset & 3)), width);
}

static void hw_write(const struct pci_space *space, u16 bdf, unsigned int offset,
		     unsigned int width, u32 value)
{
	space->ops->write(ADDRESS_ENABLE | (u32)bdf << 8 | (offset & 0xfc),
			  (u16)(PCI_PORT_DATA + (offset & 3)), width, value);
}

static struct pci_function *find_function(struct pci_cell *cell, u16 bdf)
{
	unsigned int i;

	for (i = 0; i < cell->count; i++)
		if (cell->functions[i].bdf == bdf)
			return &cell->functions[i];
	return NULL;
}

static bool is_owned(const struct pci_space *space, u16 bdf)
{
	struct pci_cell *cell;

	for (cell = space->owners; cell; cell = cell->next)
		if (find_function(cell, bdf))
			return true;
	return false;
}

/* Offset in configuration space, or false: not within one of its doublewords. */
static bool data_offset(u32 address, const struct pci_access *access, unsigned int *offset)
{
	unsigned int byte = access->port & 3U;

	*offset = (address & 0xfc) + byte;
	return access->port >= PCI_PORT_DATA && byte + access->width <= 4;
}

static int deny(struct pci_access *access)
{
	if (access->is_write)
		return -EPERM;
	access->value = all_ones(access->width);
	return 0;
}

/* Only all of it at once is the address register; its bytes are other devices' ports. */
static bool access_latch(u32 *latch, struct pci_access *access)
{
	if (access->port != PCI_PORT_ADDRESS || access->width != 4)
		return false;
	if (access->is_write)
		*latch = access->value & ADDRESS_WRITABLE;
	else
		access->value = *latch;
	return true;
}

static int pass(const struct pci_space *space, u32 address, struct pci_access *access)
{
	if (access->is_write)
		space->ops->write(address, access->port, access->width, access->value);
	else
		access->value = space->ops->read(address, access->port, access->width);
	return 0;
}

/**
 * pci_root_access() - emulate an access of the root cell
 * @space: the machine
 * @access: the access
 *
 * Any CPU of the root cell. What cells own looks absent, all else is passed on.
 *
 * Return: 0. -EPERM: a write to a function of a cell, dropped, to be counted.
 */
int pci_root_access(struct pci_space *space, struct pci_access *access)
{
	u32 address = space->address;
	int err;

	if (access_latch(&space->address, access))
		return 0;
	if (access->port >= PCI_PORT_DATA && (address & ADDRESS_ENABLE) &&
	    is_owned(space, (u16)(address >> 8)))
		return deny(access);
	ticket_lock(&space->lock);
	err = pass(space, address, access);
	ticket_unlock(&space->lock);
	return err;
}

static bool is_bar(unsigned int reg)
{
	return reg >= CFG_BAR0 && reg < CFG_BAR_END;
}

/* Index of an MSI register, or PCI_MSI_REGS. */
static unsigned int msi_index(const struct pci_function *function, unsigned int reg)
{
	unsigned int i;

	for (i = 0; i < PCI_MSI_REGS; i++)
		if (function->msi_reg[i] == reg && reg)
			break;
	return i;
}

/* A doubleword as the cell sees it. */
static u32 read_dword(const struct pci_space *space, const struct pci_function *function,
		      unsigned int reg)
{
	unsigned int bar = (reg - CFG_BAR0) / 4, msi = msi_index(function, reg);

	if (msi < PCI_MSI_REGS)
		return function->msi_value[msi];
	if (is_bar(reg))
		return function->bar[bar] | (hw_read(space, function->bdf, reg, 4) &
					     ~function->bar_mask[bar]);
	return hw_read(space, function->bdf, reg, 4);
}

/* A 16-bit register of which only some bits are the cell's. */
static void write_word(const struct pci_space *space, const struct pci_function *function,
		       unsigned int offset, u32 value, u32 writable)
{
	u32 old = hw_read(space, function->bdf, offset, 2);

	hw_write(space, function->bdf, offset, 2, (old & ~writable) | (value & writable));
}

static void write_msi_regs(const struct pci_space *space, const struct pci_function *function,
			   const u32 values[PCI_MSI_REGS])
{
	unsigned int i;

	for (i = 0; i < PCI_MSI_REGS; i++)
		if (function->msi_reg[i])
			hw_write(space, function->bdf, function->msi_reg[i],
				 i == PCI_MSI_DATA ? 2 : 4, values[i]);
}

/* Off while the registers change, and on again only towards a CPU of the cell. */
static int program_msi(const struct pci_cell *cell, const struct pci_function *function,
		       bool x2apic, u32 control)
{
	const u32 *value = function->msi_value;
	u64 address = value[PCI_MSI_ADDRESS] | (u64)value[PCI_MSI_UPPER] << 32;
	unsigned int offset = function->msi + MSI_CONTROL;
	u32 routed[PCI_MSI_REGS], data = value[PCI_MSI_DATA];

	write_word(cell->space, function, offset, 0, MSI_ENABLE);
	if (!(control & MSI_ENABLE)) {
		write_word(cell->space, function, offset, control, MSI_CONTROL_WRITABLE);
		return 0;
	}
	if (!apic_route_msi(cell->space->topo, *cell->cpus, x2apic, &address, &data))
		return -EPERM;
	routed[PCI_MSI_ADDRESS] = (u32)address;
	routed[PCI_MSI_UPPER] = 0;
	routed[PCI_MSI_DATA] = data;
	write_msi_regs(cell->space, function, routed);
	write_word(cell->space, function, offset, control, MSI_CONTROL_WRITABLE);
	return 0;
}

static int write_msi_value(const struct pci_cell *cell, struct pci_function *function,
			   bool x2apic, unsigned int index, u32 value)
{
	u32 control = hw_read(cell->space, function->bdf, function->msi + MSI_CONTROL, 2);

	function->msi_value[index] = index == PCI_MSI_DATA ? value & 0xffff : value;
	return control & MSI_ENABLE ? program_msi(cell, function, x2apic, control) : 0;
}

/* @mask: bits that the access covers, @value: of the whole doubleword. */
static int write_header(const struct pci_cell *cell, struct pci_function *function,
			unsigned int reg, u32 value, u32 mask)
{
	const struct pci_space *space = cell->space;

	if (reg == CFG_COMMAND) {
		if (mask & 0xffff)
			write_word(space, function, CFG_COMMAND, value, COMMAND_WRITABLE);
		/* A 1 clears an error bit: only what the cell wrote may be one. */
		if (mask >> 16)
			hw_write(space, function->bdf, CFG_STATUS, 2, (value & mask) >> 16);
	} else if (reg == CFG_CACHE_LINE) {
		write_word(space, function, CFG_CACHE_LINE, value, 0xffff);
	} else if (reg == CFG_INTERRUPT_LINE) {
		write_word(space, function, CFG_INTERRUPT_LINE, value, 0xff);
	} else if (is_bar(reg)) {
		reg = (reg - CFG_BAR0) / 4;
		function->bar[reg] = value & function->bar_mask[reg];
	} else {
		return -EPERM;
	}
	return 0;
}

static int write_dword(const struct pci_cell *cell, struct pci_function *function,
		       bool x2apic, unsigned int reg, u32 value, u32 mask)
{
	unsigned int msi = msi_index(function, reg);

	if (reg < CFG_DEVICE_SPECIFIC)
		return write_header(cell, function, reg, value, mask);
	if (msi < PCI_MSI_REGS)
		return write_msi_value(cell, function, x2apic, msi, value);
	if (reg == function->msi && mask >> 16)
		return program_msi(cell, function, x2apic, value >> 16);
	if (reg == function->msix && mask >> 16) {
		write_word(cell->space, function, reg + MSI_CONTROL, value >> 16,
			   MSIX_CONTROL_WRITABLE);
		return 0;
	}
	return -EPERM;
}

static int access_function(const struct pci_cell *cell, struct pci_function *function,
			   unsigned int offset, struct pci_access *access)
{
	unsigned int shift = 8 * (offset & 3), reg = offset & 0xfc;
	u32 mask = all_ones(access->width) << shift;
	u32 value = read_dword(cell->space, function, reg);

	if (!access->is_write) {
		access->value = (value & mask) >> shift;
		return 0;
	}
	value = (value & ~mask) | (access->value << shift & mask);
	return write_dword(cell, function, access->x2apic, reg, value, mask);
}

/**
 * pci_cell_access() - emulate an access of another cell than the root
 * @cell: the cell
 * @access: the access
 *
 * Any CPU of the cell. What it does not own looks absent.
 *
 * Return: 0. -EPERM: a write that is not allowed, dropped, to be counted.
 */
int pci_cell_access(struct pci_cell *cell, struct pci_access *access)
{
	struct pci_function *function;
	unsigned int offset;
	int err;

	if (access_latch(&cell->address, access))
		return 0;
	if (!(cell->address & ADDRESS_ENABLE) ||
	    !data_offset(cell->address, access, &offset))
		return deny(access);
	function = find_function(cell, (u16)(cell->address >> 8));
	if (!function)
		return deny(access);
	ticket_lock(&cell->space->lock);
	err = access_function(cell, function, offset, access);
	ticket_unlock(&cell->space->lock);
	return err;
}

/**
 * pci_init() - nobody owns anything but the root cell
 * @space: to be initialized
 * @ops: the hardware
 * @topo: APIC ids of the machine
 * @address: what port 0xcf8 holds
 */
void pci_init(struct pci_space *space, const struct pci_ops *ops,
	      const struct apic_topology *topo, u32 address)
{
	memset(space, 0, sizeof(*space));
	space->ops = ops;
	space->topo = topo;
	space->address = address & ADDRESS_WRITABLE;
}

/**
 * pci_cell_init() - functions that a cell is going to own
 * @cell: to be initialized
 * @space: the machine
 * @cpus: CPUs of the cell
 * @devices: its functions
 * @count: number of them
 *
 * Does not touch the hardware: the root cell runs.
 *
 * Return: 0. -ENOSPC: more than PCI_MAX_DEVICES. -EINVAL: not in PCI segment 0.
 * -EBUSY: another cell owns one.
 */
int pci_cell_init(struct pci_cell *cell, struct pci_space *space, const u64 *cpus,
		  const struct jailhouse_pci_device *devices, unsigned int count)
{
	unsigned int i;

	memset(cell, 0, sizeof(*cell));
	cell->space = space;
	cell->cpus = cpus;
	if (count > PCI_MAX_DEVICES)
		return -ENOSPC;
	for (i = 0; i < count; i++) {
		struct pci_function *function = &cell->functions[i];

		if (devices[i].domain)
			return -EINVAL;
		if (is_owned(space, devices[i].bdf))
			return -EBUSY;
		function->bdf = devices[i].bdf;
		memcpy(function->bar_mask, devices[i].bar_mask, sizeof(function->bar_mask));
	}
	cell->count = count;
	return 0;
}

static void find_msi_regs(struct pci_function *function, u32 control)
{
	bool wide = control & MSI_64;

	function->msi_reg[PCI_MSI_ADDRESS] = (u8)(function->msi + 4);
	function->msi_reg[PCI_MSI_UPPER] = wide ? (u8)(function->msi + 8) : 0;
	function->msi_reg[PCI_MSI_DATA] = (u8)(function->msi + (wide ? 12 : 8));
}

/* A capability that would reach beyond the 256 bytes is not believed. */
static void find_capabilities(const struct pci_space *space, struct pci_function *function)
{
	unsigned int i, next;
	u32 header;

	if (!(hw_read(space, function->bdf, CFG_STATUS, 2) & STATUS_CAPABILITIES))
		return;
	next = hw_read(space, function->bdf, CFG_CAPABILITIES, 1) & 0xfc;
	for (i = 0; i < MAX_CAPABILITIES && next >= CFG_DEVICE_SPECIFIC; i++) {
		header = hw_read(space, function->bdf, next, 4);
		if ((header & 0xff) == CAP_MSI && next <= 0xf0) {
			function->msi = (u8)next;
			find_msi_regs(function, header >> 16);
		} else if ((header & 0xff) == CAP_MSIX) {
			function->msix = (u8)next;
		}
		next = header >> 8 & 0xfc;
	}
}

/* No bus master, no interrupt of any kind. */
static void quiesce(const struct pci_space *space, const struct pci_function *function)
{
	write_word(space, function, CFG_COMMAND, COMMAND_INTX_OFF,
		   COMMAND_MASTER | COMMAND_INTX_OFF);
	if (function->msi)
		write_word(space, function, function->msi + MSI_CONTROL, 0, MSI_ENABLE);
	if (function->msix)
		write_word(space, function, function->msix + MSI_CONTROL, 0, MSIX_ENABLE);
}

static void take_function(const struct pci_space *space, struct pci_function *function)
{
	u16 bdf = function->bdf;
	unsigned int i;

	find_capabilities(space, function);
	function->saved_command = (u16)hw_read(space, bdf, CFG_COMMAND, 2);
	for (i = 0; i < PCI_MSI_REGS; i++)
		if (function->msi_reg[i])
			function->saved_msi[i] = hw_read(space, bdf, function->msi_reg[i],
							 i == PCI_MSI_DATA ? 2 : 4);
	if (function->msi)
		function->saved_control[0] =
			(u16)hw_read(space, bdf, function->msi + MSI_CONTROL, 2);
	if (function->msix)
		function->saved_control[1] =
			(u16)hw_read(space, bdf, function->msix + MSI_CONTROL, 2);
	quiesce(space, function);
	for (i = 0; i < ARRAY_SIZE(function->bar); i++)
		function->bar[i] = hw_read(space, bdf, CFG_BAR0 + 4 * i, 4) &
			function->bar_mask[i];
}

static void return_function(const struct pci_space *space, const struct pci_function *function)
{
	u16 bdf = function->bdf;

	quiesce(space, function);
	write_msi_regs(space, function, function->saved_msi);
	if (function->msi)
		hw_write(space, bdf, function->msi + MSI_CONTROL, 2, function->saved_control[0]);
	if (function->msix)
		hw_write(space, bdf, function->msix + MSI_CONTROL, 2,
			 function->saved_control[1]);
	hw_write(space, bdf, CFG_COMMAND, 2, function->saved_command);
}

/**
 * pci_cell_take() - the functions of a cell leave the root cell
 * @cell: the cell
 *
 * They cannot interrupt and are no bus masters any more. CPUs of the root cell do not run
 * meanwhile; from now on its ports are to be trapped, see pci_any_owned().
 */
void pci_cell_take(struct pci_cell *cell)
{
	struct pci_space *space = cell->space;
	unsigned int i;

	if (!cell->count)
		return;
	ticket_lock(&space->lock);
	if (!space->owners && space->ops->get_address)
		space->address = space->ops->get_address() & ADDRESS_WRITABLE;
	for (i = 0; i < cell->count; i++)
		take_function(space, &cell->functions[i]);
	cell->next = space->owners;
	space->owners = cell;
	ticket_unlock(&space->lock);
}

/**
 * pci_cell_return() - the functions of a cell go back to the root cell
 * @cell: the cell, that took them
 *
 * As they were when they left. CPUs of the root cell and of @cell do not run meanwhile.
 */
void pci_cell_return(struct pci_cell *cell)
{
	struct pci_space *space = cell->space;
	struct pci_cell **link;
	unsigned int i;

	ticket_lock(&space->lock);
	for (link = &space->owners; *link && *link != cell; link = &(*link)->next)
		;
	if (*link) {
		*link = cell->next;
		for (i = 0; i < cell->count; i++)
			return_function(space, &cell->functions[i]);
		if (!space->owners && space->ops->set_address)
			space->ops->set_address(space->address);
	}
	ticket_unlock(&space->lock);
}
