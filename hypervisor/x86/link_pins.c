// SPDX-License-Identifier: GPL-2.0-only
/* The interrupt controllers of links. */
#include "link_pins.h"
#include "arch.h"
#include "cell_pin.h"
#include "link.h"

void arch_link_interrupt(struct link_end *end)
{
	virtual_pin_raise(end->pin);
}

int link_pins_make(struct cell *cell)
{
	struct link_end *end;
	int err = 0;

	for_each_link(cell, end)
		err = err ?: cell_pin_make(cell, end->config->address + LINK_MMIO_SIZE, &end->pin);
	return err;
}

void link_pins_unmake(struct cell *cell)
{
	struct link_end *end;

	for_each_link(cell, end)
		cell_pin_unmake(cell, &end->pin);
}

void link_pins_for_each(struct cell *cell, void (*what)(struct virtual_pin *pin))
{
	struct link_end *end;

	for_each_link(cell, end)
		what(end->pin);
}
