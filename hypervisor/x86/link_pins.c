// SPDX-License-Identifier: GPL-2.0-only
/* The interrupt controllers of links. */
#include "link_pins.h"
#include "apic.h"
#include "arch.h"
#include "errno.h"
#include "link.h"
#include "percpu.h"
#include "virtual_pin.h"

void arch_link_interrupt(struct link_end *end)
{
	virtual_pin_raise(end->pin);
}

static int pin_access(void *view, struct mmio_access *access)
{
	return ioapic_access(view, apic_guest_x2apic(this_percpu()), access);
}

static int pin_make(struct cell *cell, struct link_end *end)
{
	const u64 address = end->config->address + LINK_MMIO_SIZE;
	struct virtual_pin *pin = page_alloc(&cell->machine->pool, 1);

	if (!pin)
		return -ENOMEM;
	end->pin = pin;
	virtual_pin_init(pin, address, &apic_topology, &cell->cpus, apic_write_icr);
	return mmio_register(&cell->mmio, address, IOAPIC_MMIO_SIZE, pin_access, &pin->view);
}

int link_pins_make(struct cell *cell)
{
	struct link_end *end;
	int err = 0;

	for_each_link(cell, end)
		err = err ?: pin_make(cell, end);
	return err;
}

void link_pins_unmake(struct cell *cell)
{
	struct link_end *end;

	for_each_link(cell, end) {
		page_free(&cell->machine->pool, end->pin, 1);
		end->pin = NULL;
	}
}

void link_pins_reset(struct cell *cell)
{
	struct link_end *end;

	for_each_link(cell, end)
		virtual_pin_reset(end->pin);
}

void link_pins_refresh(struct cell *cell)
{
	struct link_end *end;

	for_each_link(cell, end)
		virtual_pin_refresh(end->pin);
}
