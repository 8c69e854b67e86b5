// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function is reset when its cell has stopped, if it can be (PCI Express 4.0, 6.6.2; for a
 * conventional one the ECN "Advanced Capabilities for Conventional PCI"): what its cell has told
 * it to do is gone then, whatever it makes of its bus master bit. First it gets time for the
 * answers to what it has asked for, so that none comes when nobody expects it any more. After the
 * reset it is left alone for 100 ms. Nobody waits in here: who wants something of it asks until
 * it has settled.
 *
 * What Linux and the firmware have set up is lost as well. Of that, all that a cell needs is
 * written back here; the driver knows the rest.
 */
#include "pci_internal.h"
#include "log.h"

/* Milliseconds: for answers; until a reset is over; until it has to be. */
#define DRAIN_LIMIT		1000
#define RESET_TIME		100
#define RETURN_LIMIT		1000

/* Registers of the PCI Express capability (7.5.3). */
#define EXP_FLAGS		2
#define EXP_CAPABILITIES	4
#define EXP_CONTROL		8
#define EXP_STATUS		10
#define EXP_CONTROL_2		0x28
#define EXP_VERSION		0x000fU
#define EXP_CAN_RESET		0x10000000U
#define EXP_RESET		0x8000U
#define EXP_PENDING		0x0020U
/* Further on, these would not fit into the 256 bytes. */
#define EXP_OFFSET_MAX		0xf4U
#define EXP_OFFSET_MAX_2	0xd4U

/* And of that for conventional functions. */
#define ADV_CAPABILITIES	3
#define ADV_CONTROL		4
#define ADV_STATUS		5
#define ADV_CAN_RESET		0x03U
#define ADV_RESET		0x01U
#define ADV_PENDING		0x01U
#define ADV_OFFSET_MAX		0xf8U

/* Of the type of a header: it is not that of a bridge. */
#define HEADER_TYPE		0x7fU

/* What a cell may write, in the order of pci_function.saved_header. */
static const struct {
	u8 offset;
	u16 writable;
} header_regs[PCI_HEADER_REGS] = {
	{ CFG_COMMAND, COMMAND_WRITABLE },
	{ CFG_CACHE_LINE, 0xffff },
	{ CFG_INTERRUPT_LINE, 0x00ff },
};

static unsigned int bar_offset(unsigned int n)
{
	return n < PCI_BARS - 1 ? CFG_BAR0 + 4 * n : CFG_ROM;
}

static void find_express(struct pci_function *function)
{
	struct pci_reset *reset = &function->reset;
	const unsigned int at = function->express;

	if (!at || at > EXP_OFFSET_MAX)
		return;
	reset->express = (u8)at;
	reset->has_control_2 = at <= EXP_OFFSET_MAX_2 &&
		(pci_read(function, at + EXP_FLAGS, 2) & EXP_VERSION) >= 2;
	reset->control[0] = (u16)(pci_read(function, at + EXP_CONTROL, 2) & ~EXP_RESET);
	if (reset->has_control_2)
		reset->control[1] = (u16)pci_read(function, at + EXP_CONTROL_2, 2);
	if (pci_read(function, at + EXP_CAPABILITIES, 4) & EXP_CAN_RESET)
		reset->kind = PCI_RESET_EXPRESS;
}

static void find_conventional(struct pci_function *function)
{
	struct pci_reset *reset = &function->reset;

	if (reset->conventional > ADV_OFFSET_MAX)
		reset->conventional = 0;
	if (reset->conventional && !reset->kind &&
	    (pci_read(function, reset->conventional + ADV_CAPABILITIES, 1) &
	     ADV_CAN_RESET) == ADV_CAN_RESET)
		reset->kind = PCI_RESET_CONVENTIONAL;
}

/* Linux has what is behind a bridge, and its registers mean something else. */
void pci_reset_find(struct pci_function *function)
{
	struct pci_reset *reset = &function->reset;
	unsigned int n;

	for (n = 0; n < PCI_HEADER_REGS; n++)
		function->saved_header[n] = (u16)pci_read(function, header_regs[n].offset, 2);
	for (n = 0; n < PCI_BARS; n++)
		reset->bars[n] = pci_read(function, bar_offset(n), 4);
	find_express(function);
	find_conventional(function);
	if (function->no_flr || pci_read(function, CFG_HEADER_TYPE, 1) & HEADER_TYPE)
		reset->kind = PCI_RESET_NONE;
}

/* Reserved bits of the status register read as 0, if anybody reads them. */
static bool is_gone(const struct pci_function *function)
{
	return !~pci_read(function, CFG_COMMAND, 4);
}

static bool is_pending(const struct pci_function *function)
{
	const struct pci_reset *reset = &function->reset;

	if (reset->express)
		return pci_read(function, reset->express + EXP_STATUS, 2) & EXP_PENDING;
	return reset->conventional &&
	       pci_read(function, reset->conventional + ADV_STATUS, 1) & ADV_PENDING;
}

static void tell(const struct pci_function *function, const char *what)
{
	log_printf("PCI device %02x:%02x.%x %s\n", function->bdf >> 8, function->bdf >> 3 & 0x1f,
		   function->bdf & 7, what);
}

static u64 now_ms(const struct pci_function *function)
{
	return function->owner->space->ops->now_ms();
}

static bool settle(struct pci_function *function)
{
	function->reset.phase = PCI_SETTLED;
	return true;
}

static void start_reset(struct pci_function *function)
{
	const struct pci_reset *reset = &function->reset;

	if (reset->kind == PCI_RESET_EXPRESS)
		pci_change(function, reset->express + EXP_CONTROL, EXP_RESET, EXP_RESET);
	else
		pci_write(function, reset->conventional + ADV_CONTROL, 1, ADV_RESET);
}

static bool drain(struct pci_function *function)
{
	struct pci_reset *reset = &function->reset;
	const u64 now = now_ms(function);

	if (is_gone(function)) {
		tell(function, "does not answer: it may be removed, or broken");
		return settle(function);
	}
	if (is_pending(function)) {
		if (now < reset->until)
			return false;
		tell(function, reset->kind ?
		     "still waits for answers after a second, and is reset all the same" :
		     "still waits for answers after a second, and cannot be reset");
	}
	if (reset->kind == PCI_RESET_NONE)
		return settle(function);
	start_reset(function);
	reset->phase = PCI_RESETS;
	reset->until = now + RESET_TIME;
	return false;
}

/*
 * The device may still know the addresses and interrupts that the cell gave it: it becomes bus
 * master, and pulls its pin, when somebody enables it and not before.
 */
void pci_restore_header(const struct pci_function *function)
{
	u16 value;
	unsigned int i;

	for (i = 0; i < PCI_HEADER_REGS; i++) {
		value = function->saved_header[i];
		if (header_regs[i].offset == CFG_COMMAND)
			value = (value & (u16)~COMMAND_MASTER) | COMMAND_INTX_OFF;
		pci_change(function, header_regs[i].offset, value, header_regs[i].writable);
	}
}

/* It decodes neither memory nor ports while its BARs change. */
static void restore(struct pci_function *function)
{
	const struct pci_reset *reset = &function->reset;
	unsigned int n;

	for (n = 0; n < PCI_BARS; n++)
		pci_write(function, bar_offset(n), 4, reset->bars[n]);
	if (reset->express)
		pci_write(function, reset->express + EXP_CONTROL, 2, reset->control[0]);
	if (reset->has_control_2)
		pci_write(function, reset->express + EXP_CONTROL_2, 2, reset->control[1]);
	pci_restore_header(function);
}

static bool finish(struct pci_function *function)
{
	const u64 now = now_ms(function);

	if (now < function->reset.until)
		return false;
	if (!is_gone(function)) {
		restore(function);
		return settle(function);
	}
	if (now < function->reset.until + RETURN_LIMIT)
		return false;
	tell(function, "does not answer any more since it was reset");
	return settle(function);
}

bool pci_reset_step(struct pci_function *function)
{
	switch (function->reset.phase) {
	case PCI_DRAINS:
		return drain(function);
	case PCI_RESETS:
		return finish(function);
	}
	return true;
}

void pci_reset_begin(struct pci_function *function)
{
	function->reset.phase = PCI_DRAINS;
	function->reset.until = now_ms(function) + DRAIN_LIMIT;
	pci_reset_step(function);
}
