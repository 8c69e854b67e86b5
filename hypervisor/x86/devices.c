// SPDX-License-Identifier: GPL-2.0-only
/* The devices of the cells: I/O APICs, PCI functions, virtual consoles and pins. */
#include "x86.h"
#include "apic.h"
#include "arch.h"
#include "cell_pin.h"
#include "devices.h"
#include "errno.h"
#include "ioapic.h"
#include "iommu.h"
#include "iommu_irq.h"
#include "ivshmem_cells.h"
#include "link_pins.h"
#include "log.h"
#include "paging.h"
#include "pci.h"
#include "root_messages.h"
#include "string.h"
#include "test_build.h"
#include "vendor.h"

/* One page each, in the order of the root cell's irqchips. */
static struct ioapic *ioapics[IOAPIC_MAX_CHIPS];
static unsigned int num_ioapics;

static u32 ioapic_read(void *hw, unsigned int reg)
{
	volatile u8 *regs = hw;

	mmio_write32(regs + IOAPIC_REGSEL, reg);
	return mmio_read32(regs + IOAPIC_DATA);
}

static void ioapic_write(void *hw, unsigned int reg, u32 val)
{
	volatile u8 *regs = hw;

	mmio_write32(regs + IOAPIC_REGSEL, reg);
	mmio_write32(regs + IOAPIC_DATA, val);
}

static void ioapic_eoi(void *hw, u32 vector)
{
	mmio_write32((volatile u8 *)hw + IOAPIC_EOI, vector);
}

static const struct ioapic_ops ioapic_ops = { ioapic_read, ioapic_write, ioapic_eoi };

static int root_mmconfig(void *space, struct mmio_access *access)
{
	return pci_root_mmconfig(space, access);
}

/* A cell without functions sees an empty area. */
static int cell_mmconfig(void *cell, struct mmio_access *access)
{
	if (adverse_passes(OMIT_CONFIG, access->gpa, access))
		return 0;
	return pci_cell_mmconfig(&pci_space, ((struct cell *)cell)->arch.pci,
				 apic_guest_x2apic(this_percpu()), access);
}

static struct ioapic *find_ioapic(u64 address)
{
	unsigned int n;

	for (n = 0; n < num_ioapics; n++)
		if (ioapics[n]->address == address)
			return ioapics[n];
	return NULL;
}

/* What an I/O APIC is to the table that interrupts go by: ACPI's tables say it. */
static u32 source_of(u64 address)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(boot_info.ioapics); n++)
		if (address && boot_info.ioapics[n].address == address)
			return boot_info.ioapics[n].source;
	return REMAP_NO_SOURCE;
}

/* An entry has 128 pins; a chip with more has several entries. */
static int add_ioapic(const struct jailhouse_irqchip *config)
{
	struct ioapic *chip = find_ioapic(config->address);
	void *regs;
	int err;

	if (chip) {
		ioapic_grant(&chip->root, config);
		return 0;
	}
	regs = paging_remap(config->address);
	chip = page_alloc(&machine.pool, 1);
	if (!regs || !chip || num_ioapics == IOAPIC_MAX_CHIPS)
		return -ENOMEM;
	ioapics[num_ioapics++] = chip;
	err = ioapic_init(chip, config->address, &ioapic_ops, regs, &apic_topology,
			  &machine.root->cpus, apic_is_x2apic());
	if (!err && pci_space.remap && pci_space.remap->pins)
		err = ioapic_remap(chip, pci_space.remap, source_of(config->address));
	if (err)
		return err;
	ioapic_grant(&chip->root, config);
	return mmio_register(&machine.root->mmio, config->address, IOAPIC_MMIO_SIZE,
			     cell_pin_ioapic, &chip->root);
}

/* Linux reads its APIC without an exit; only its writes have to be looked at. */
static int map_apic_page(void)
{
	if (apic_is_x2apic())
		return 0;
	return pgtable_map(&machine.root->stage2, APIC_PAGE, APIC_PAGE, PAGE_SIZE,
			   arch_stage2_attrs(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO), true);
}

/* The root cell's configuration ports exit only while they hide something. */
static void trap_root_pci(void)
{
	static const struct jailhouse_pio ports =
		PIO_RANGE(PCI_PORT_FIRST, PCI_PORT_LAST - PCI_PORT_FIRST + 1);

	if (pci_any_owned(&pci_space))
		pio_revoke(machine.root->io_bitmap, &ports);
	else
		pio_grant(machine.root->io_bitmap, &ports);
}

/* In no region of anybody's, see config_owned.c. */
static int add_mmconfig(struct cell *cell, mmio_handler handler, void *arg)
{
	if (!pci_space.mmconfig_size)
		return 0;
	return mmio_register(&cell->mmio, pci_space.mmconfig, pci_space.mmconfig_size, handler,
			     arg);
}

int devices_init(void)
{
	const struct jailhouse_cell_desc *desc = machine.root->desc;
	const struct jailhouse_irqchip *chips = config_irqchips(desc);
	unsigned int n;
	int err;

	pci_init(&pci_space, &pci_machine_ops, &apic_topology, pci_machine_ops.get_address(),
		 &machine.system->platform_info);
	pci_space.remap = iommu_remap();
	if (machine.system->platform_info.iommu_type == JAILHOUSE_IOMMU_AMD)
		memcpy(pci_space.iommus, boot_info.iommus, sizeof(pci_space.iommus));
	err = map_apic_page();
	if (!err)
		err = iommu_irq_init();
	if (!err)
		err = root_messages_init();
	trap_root_pci();
	if (!err)
		err = add_mmconfig(machine.root, root_mmconfig, &pci_space);
	for (n = 0; !err && n < desc->num_irqchips; n++) {
		err = add_ioapic(&chips[n]);
		if (err)
			log_error("I/O APIC %u at 0x%llx: error %d", n, chips[n].address, err);
	}
	root_messages_pins(ioapics, num_ioapics);
	return err;
}

/* What of a cell cannot be, if it does not say so itself. */
static int tell(const struct cell *cell, const char *what, int err)
{
	if (err)
		log_error("cell %s: %s: error %d", cell->desc->name, what, err);
	return err;
}

static int add_irqchips(struct cell *cell)
{
	const struct jailhouse_irqchip *config = config_irqchips(cell->desc);
	struct ioapic_cell *view;
	unsigned int n, count;
	int err;

	if (!cell->desc->num_irqchips)
		return 0;
	view = page_alloc(&machine.pool, 1);
	if (!view)
		return -ENOMEM;
	cell->arch.ioapic = view;
	for (n = 0; n < cell->desc->num_irqchips; n++, config++) {
		struct ioapic *chip = find_ioapic(config->address);

		if (!chip)
			return -ENODEV;
		count = view->count;
		err = ioapic_cell_add(view, chip, config, &cell->cpus);
		if (err == -ENXIO)
			log_printf("cell %s: no IOMMU lists the I/O APIC at 0x%llx: no pins\n",
				   cell->desc->name, config->address);
		if (!err && view->count > count)
			err = mmio_register(&cell->mmio, config->address, IOAPIC_MMIO_SIZE,
					    cell_pin_ioapic, &view->views[count]);
		if (err)
			return err;
	}
	return 0;
}

static unsigned int msix_pages(const struct pci_function *function)
{
	return (unsigned int)(ALIGN_UP(function->num_entries * sizeof(*function->entries),
				       PAGE_SIZE) / PAGE_SIZE);
}

static int msix_mmio(void *arg, struct mmio_access *access)
{
	struct pci_function *function = arg;

	if (adverse_passes(OMIT_MESSAGES, function->table + access->gpa - function->table_gpa,
			   access))
		return 0;
	return pci_msix_access(function, apic_guest_x2apic(this_percpu()), access);
}

/* A hole in what of the device the cell has mapped. It may have nothing of it: no table then. */
static int add_msix_table(struct cell *cell, struct pci_function *function,
			  const struct jailhouse_pci_device *dev)
{
	const struct jailhouse_memory table = config_msix_pages(dev);
	const struct jailhouse_memory *mem = config_msix_region(cell->desc, dev);
	struct pci_msix_entry *entries;
	u64 gpa;
	int err;

	if (!mem)
		return 0;
	entries = page_alloc(&machine.pool, msix_pages(function));
	if (!entries)
		return -ENOMEM;
	gpa = mem->virt_start + (table.phys_start - mem->phys_start);
	pci_msix_attach(function, entries, gpa + (function->table & ~PAGE_MASK));
	err = pgtable_unmap(&cell->stage2, gpa, table.size);
	return err ?: mmio_register(&cell->mmio, gpa, table.size, msix_mmio, function);
}

static int add_pci_devices(struct cell *cell)
{
	const struct jailhouse_pci_device *devices = config_pci(cell->desc);
	unsigned int n, count = cell->desc->num_pci_devices;
	int err;

	if (!count && !cell->desc->num_ivshmem)
		return 0;
	cell->arch.pci = page_alloc(&machine.pool, 1);
	if (!cell->arch.pci)
		return tell(cell, "PCI devices", -ENOMEM);
	err = pci_cell_init(cell->arch.pci, &pci_space, &cell->cpus, devices, count);
	if (err)
		return err;
	for (n = 0; !err && n < count; n++)
		err = add_msix_table(cell, &cell->arch.pci->functions[n], &devices[n]);
	return tell(cell, "tables of MSI-X", err);
}

static void free_msix_tables(struct pci_cell *pci)
{
	unsigned int n;

	for (n = 0; pci && n < pci->count; n++)
		page_free(&machine.pool, pci->functions[n].entries,
			  msix_pages(&pci->functions[n]));
}

/* A pin that the configuration has by @flag, in page @page behind the comm region. */
static int add_pin(struct cell *cell, u32 flag, unsigned int page, struct virtual_pin **slot)
{
	if (!(cell->desc->flags & flag))
		return 0;
	return cell_pin_make(cell, cell->comm_gpa + (page + 1) * PAGE_SIZE, slot);
}

/* The root cell has the machine's, devices_init(). */
static int add_devices(struct cell *cell)
{
	int err = tell(cell, "interrupt pins", add_irqchips(cell));

	if (!err)
		err = tell(cell, "MMCONFIG", add_mmconfig(cell, cell_mmconfig, cell));
	if (!err)
		err = add_pci_devices(cell);
	if (!err)
		err = tell(cell, "ivshmem devices", ivshmem_make(cell));
	if (!err)
		err = tell(cell, "message pin", add_pin(cell, JAILHOUSE_CELL_MESSAGE_PIN, 0,
							&cell->arch.message_pin));
	return err ?: tell(cell, "console pin", add_pin(cell, JAILHOUSE_CELL_CONSOLE_PIN, 1,
							&cell->arch.console_pin));
}

int arch_cell_create(struct cell *cell)
{
	const bool root = !machine.root;
	int err = 0;

	cell->arch.msr_bitmap = msr_bitmaps[root ? MSR_VIEW_ROOT : MSR_VIEW_CELL];
	if (!root)
		err = add_devices(cell);
	if (!err)
		err = tell(cell, "links", link_pins_make(cell));
	if (err)
		arch_cell_destroy(cell);
	return err;
}

void arch_cell_destroy(struct cell *cell)
{
	link_pins_unmake(cell);
	ivshmem_unmake(cell);
	pci_cell_exit(cell->arch.pci);
	page_free(&machine.pool, cell->arch.ioapic, 1);
	free_msix_tables(cell->arch.pci);
	page_free(&machine.pool, cell->arch.pci, 1);
	cell_pin_unmake(cell, &cell->arch.message_pin);
	cell_pin_unmake(cell, &cell->arch.console_pin);
	cell->arch.ioapic = NULL;
	cell->arch.pci = NULL;
}

void arch_root_cpus_changed(struct machine *m)
{
	unsigned int n;

	iommu_irq_refresh();
	for (n = 0; n < num_ioapics; n++)
		ioapic_refresh(ioapics[n]);
	link_pins_for_each(m->root, virtual_pin_refresh);
	ivshmem_root_changed(m);
}

void arch_cell_run(struct cell *cell, bool runs)
{
	if (runs) {
		guest_uart_reset(&cell->arch.uart);
		link_pins_for_each(cell, virtual_pin_reset);
	}
	if (runs && cell->arch.message_pin)
		virtual_pin_reset(cell->arch.message_pin);
	if (runs && cell->arch.console_pin)
		virtual_pin_reset(cell->arch.console_pin);
	ivshmem_run(cell, runs);
	if (cell->arch.pci)
		pci_cell_run(cell->arch.pci, runs);
}

bool arch_cell_settled(struct cell *cell)
{
	return !cell->arch.pci || pci_cell_settled(cell->arch.pci);
}

/* Neither the cell nor its CPUs change while a CPU of the root cell is in here. */
void arch_cell_message(struct cell *cell, bool console)
{
	struct virtual_pin *pin = console ? cell->arch.console_pin : cell->arch.message_pin;

	if (pin)
		virtual_pin_raise(pin);
}

/* The device has it elsewhere, does not answer, or the configuration is not of this machine. */
static void tell_missing_tables(const struct cell *cell)
{
	const struct pci_function *function = cell->arch.pci->functions;
	unsigned int n;

	for (n = 0; n < cell->arch.pci->count; n++, function++)
		if (function->entries && !function->has_table)
			log_printf("cell %s: PCI device %02x:%02x.%x has no MSI-X table of %u "
				   "entries at 0x%llx: its MSI-X stays off\n",
				   cell->desc->name, function->bdf >> 8,
				   function->bdf >> 3 & 0x1f, function->bdf & 7,
				   function->num_entries, function->table);
}

/* Entries of some tables are too narrow for some APIC ids. */
static void tell_unreached(const struct cell *cell)
{
	const u64 end = pci_space.remap ? pci_space.remap->id_end : APIC_DEVICE_ID_END;
	unsigned int n;

	for_each_cpu_in(n, &cell->cpus)
		if (cell->arch.pci->count && apic_topology.apic_id[n] >= end)
			log_printf("cell %s: its PCI devices cannot interrupt CPU %u: APIC id %u\n",
				   cell->desc->name, n, apic_topology.apic_id[n]);
}

/* What a cell's devices can do to others is for who gives it some to know. */
static void tell_unbounded(const struct cell *cell)
{
	if (!cell->arch.pci->count)
		return;
	if (!arch_dma_format())
		log_printf("cell %s: its PCI devices can reach all memory, and interrupt any CPU: "
			   "no IOMMU is used\n", cell->desc->name);
	else if (!pci_space.remap)
		log_printf("cell %s: its PCI devices can interrupt any CPU: the IOMMUs do not "
			   "remap interrupts\n", cell->desc->name);
}

void arch_cell_moved(struct cell *cell, bool to_root)
{
	ivshmem_moved(cell, to_root);
	if (cell->arch.ioapic) {
		if (to_root)
			ioapic_cell_return(cell->arch.ioapic);
		else
			ioapic_cell_take(cell->arch.ioapic);
	}
	if (cell->arch.pci) {
		if (to_root) {
			pci_cell_return(cell->arch.pci);
		} else {
			pci_cell_take(cell->arch.pci);
			tell_missing_tables(cell);
			tell_unbounded(cell);
			tell_unreached(cell);
		}
		iommu_cell_moved(cell, to_root);
		iommu_irq_refresh();
		trap_root_pci();
	}
}
