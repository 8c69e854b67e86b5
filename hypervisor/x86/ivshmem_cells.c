// SPDX-License-Identifier: GPL-2.0-only
/* ivshmem devices of the cells. */
#include "ivshmem_cells.h"
#include "x86.h"
#include "apic.h"
#include "arch.h"
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

static int make_device(struct cell *cell, struct ivshmem *device,
		       const struct jailhouse_ivshmem *config)
{
	int err;

	device->config = config;
	device->sections = config_mem_regions(cell->desc) + config->first_region;
	device->topo = &apic_topology;
	device->cpus = &cell->cpus;
	device->ops = &ops;
	ivshmem_init(device);
	err = mmio_register(&cell->mmio, config->address, PAGE_SIZE, ivshmem_registers, device);
	return err ?: mmio_register(&cell->mmio, config->address + PAGE_SIZE, PAGE_SIZE, table_mmio,
				    device);
}

int ivshmem_make(struct cell *cell)
{
	const struct jailhouse_ivshmem *config = config_ivshmem(cell->desc);
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
		err = make_device(cell, &pci->ivshmem[n], &config[n]);
	return err;
}

void ivshmem_unmake(struct cell *cell)
{
	if (cell->arch.pci)
		page_free(&cell->machine->pool, cell->arch.pci->ivshmem, 1);
}

static void find_peers(struct ivshmem *device, const struct cell *cell)
{
	struct cell *other;
	struct pci_cell *pci;
	unsigned int n;

	for_each_cell(cell->machine, other) {
		pci = other->arch.pci;
		for (n = 0; other != cell && pci && n < pci->num_ivshmem; n++)
			if (pci->ivshmem[n].config->id == device->config->id)
				ivshmem_pair(device, &pci->ivshmem[n]);
	}
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
