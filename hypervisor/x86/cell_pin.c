// SPDX-License-Identifier: GPL-2.0-only
/* Virtual pins of cells. */
#include "cell_pin.h"
#include "apic.h"
#include "errno.h"
#include "x86.h"

/* What the CPU that writes means by a logical destination depends on its own mode. */
int cell_pin_ioapic(void *view, struct mmio_access *access)
{
	return ioapic_access(view, apic_guest_x2apic(this_percpu()), access);
}

int cell_pin_make(struct cell *cell, u64 address, struct virtual_pin **slot)
{
	struct virtual_pin *pin = page_alloc(&machine.pool, 1);

	*slot = pin;
	if (!pin)
		return -ENOMEM;
	virtual_pin_init(pin, address, &apic_topology, &cell->cpus, apic_write_icr);
	return mmio_register(&cell->mmio, address, IOAPIC_MMIO_SIZE, cell_pin_ioapic, &pin->view);
}

void cell_pin_unmake(struct cell *cell, struct virtual_pin **slot)
{
	page_free(&machine.pool, *slot, 1);
	*slot = NULL;
}
