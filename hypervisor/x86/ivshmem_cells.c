// SPDX-License-Identifier: GPL-2.0-only
/* ivshmem devices of the cells. */
#include "ivshmem_cells.h"
#include "x86.h"
#include "apic.h"
#include "arch.h"
#include "cell_pin.h"
#include "errno.h"
#include "ivshmem.h"
#include "percpu.h"

/* It is RAM of the root cell, which the peers share: config_ivshmem.c. */
static void write_ram(u64 hpa, u32 val)
{
	u8 *page = arch_window(hpa & PAGE_MASK);

	__atomic_store_n((u32 *)(page + (hpa & ~PAGE_MASK)), val, __ATOMIC_SEQ_CST);
	arch_window_close();
}

static const struct ivshmem_ops ops = { apic_write_icr, write_ram };

static int table_mmio(void *device, struct mmio_access *access)
{
	return ivshmem_table(device, apic_guest_x2apic(this_percpu()), access);
}

static int make_table(struct cell *cell, struct ivshmem *device)
{
	return mmio_register(&cell->mmio, device->config->address + PAGE_SIZE, PAGE_SIZE,
			     table_mmio, device);
}

static int make_root(struct cell *cell, struct ivshmem *device, u64 address)
{
	struct mmio_table *table = &cell->root_mmio;
	struct ivshmem_root *root;
	int err = 0;

	if (!table->capacity)
		err = mmio_init(table, &cell->machine->pool);
	if (err)
		return err;
	root = page_alloc(&cell->machine->pool, 1);
	if (!root)
		return -ENOMEM;
	ivshmem_root_init(root, device, address, &cell->machine->root->cpus);
	err = mmio_register(table, address, PAGE_SIZE, ivshmem_registers, &root->end);
	return err ?: mmio_register(table, address + PAGE_SIZE, IOAPIC_MMIO_SIZE,
				    cell_pin_ioapic, &root->pin.view);
}

static int make_device(struct cell *cell, struct ivshmem *device, unsigned int number)
{
	const struct jailhouse_ivshmem *config = &config_ivshmem(cell->desc)[number];
	int err;

	device->config = config;
	device->sections = config_mem_regions(cell->desc) + config->first_region;
	device->topo = &apic_topology;
	device->cpus = &cell->cpus;
	device->ops = &ops;
	err = config->vectors ? make_table(cell, device) :
				cell_pin_make(cell, config->address + PAGE_SIZE, &device->pin);
	if (err)
		return err;
	ivshmem_init(device);
	err = mmio_register(&cell->mmio, config->address, PAGE_SIZE, ivshmem_registers, device);
	if (err || !config->root)
		return err;
	return make_root(cell, device, number * JAILHOUSE_IVSHMEM_SIZE);
}

int ivshmem_make(struct cell *cell)
{
	struct pci_cell *pci = cell->arch.pci;
	unsigned int n;
	int err = 0;

	if (!cell->desc->num_ivshmem)
		return 0;
	pci->ivshmem = page_alloc(&cell->machine->pool, 1);
	if (!pci->ivshmem)
		return -ENOMEM;
	pci->num_ivshmem = cell->desc->num_ivshmem;
	for (n = 0; !err && n < pci->num_ivshmem; n++)
		err = make_device(cell, &pci->ivshmem[n], n);
	return err;
}

void ivshmem_unmake(struct cell *cell)
{
	struct page_pool *pool = &cell->machine->pool;
	struct pci_cell *pci = cell->arch.pci;
	unsigned int n;

	for (n = 0; pci && n < pci->num_ivshmem; n++) {
		cell_pin_unmake(cell, &pci->ivshmem[n].pin);
		page_free(pool, pci->ivshmem[n].root, 1);
	}
	mmio_destroy(&cell->root_mmio, pool);
	if (pci)
		page_free(pool, pci->ivshmem, 1);
}

/* The first that has a device writes the state of the root cell, which it writes itself then. */
static void find_peers(struct ivshmem *device, const struct cell *cell)
{
	struct cell *other;
	struct pci_cell *pci;
	bool first = true;
	unsigned int n;

	for_each_cell(cell->machine, other) {
		pci = other->arch.pci;
		for (n = 0; other != cell && pci && n < pci->num_ivshmem; n++)
			if (pci->ivshmem[n].config->id == device->config->id) {
				ivshmem_pair(device, &pci->ivshmem[n]);
				first = false;
			}
	}
	if (!device->root)
		return;
	ivshmem_pair(device, &device->root->end);
	if (first)
		write_ram(device->sections->phys_start +
			  sizeof(u32) * device->root->config.peer, 0);
}

void ivshmem_moved(struct cell *cell, bool to_root)
{
	struct pci_cell *pci = cell->arch.pci;
	unsigned int n;

	for (n = 0; pci && n < pci->num_ivshmem; n++) {
		if (to_root)
			ivshmem_unpair(&pci->ivshmem[n]);
		else
			find_peers(&pci->ivshmem[n], cell);
	}
}

void ivshmem_root_changed(struct machine *m)
{
	struct pci_cell *pci;
	struct cell *cell;
	unsigned int n;

	for_each_cell(m, cell) {
		pci = cell->arch.pci;
		for (n = 0; pci && n < pci->num_ivshmem; n++)
			ivshmem_root_refresh(&pci->ivshmem[n]);
	}
}

void ivshmem_run(struct cell *cell, bool runs)
{
	struct pci_cell *pci = cell->arch.pci;
	unsigned int n;

	for (n = 0; pci && n < pci->num_ivshmem; n++) {
		if (runs)
			ivshmem_start(&pci->ivshmem[n]);
		else
			ivshmem_stop(&pci->ivshmem[n]);
	}
}
