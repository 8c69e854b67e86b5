// SPDX-License-Identifier: GPL-2.0-only
/* IN, OUT, INS and OUTS at ports that the cell was not granted. */
#include "exits.h"
#include "apic.h"
#include "cell_console.h"
#include "cell_log.h"
#include "errno.h"
#include "guest_uart.h"
#include "guest_memory.h"
#include "virtual_pin.h"

/*
 * All ones, and writes dropped: what a bus without a device there does. Instead of ones a cell
 * may have zeros.
 */
static bool is_harmless(struct percpu *percpu, const struct io_exit *io, u32 *val)
{
	*val = ~0U;
	if (runs_root(percpu)) {
		/* Linux looks for devices in many places, one after the other. */
		if (!cell_log_skips(percpu->cpu, CELL_LINE_DENIED))
			exit_log_denied(percpu, "access to I/O port 0x%x, width %u", io->port,
					io->width);
	} else if (!pio_ignored(percpu->cell->desc, io->port, io->width, val)) {
		return false;
	}
	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	return true;
}

static int access_pci_as(struct percpu *percpu, struct pci_access *access)
{
	struct pci_cell *pci = percpu->cell->arch.pci;

	if (runs_root(percpu))
		return pci_root_access(&pci_space, access);
	if (pci)
		return pci_cell_access(pci, access);
	/* A cell without devices sees an empty bus. */
	access->value = ~0U;
	return 0;
}

static u32 access_pci(struct percpu *percpu, const struct io_exit *io, u32 val)
{
	struct pci_access access = {
		.port = io->port, .width = io->width, .is_write = !io->in,
		.x2apic = apic_guest_x2apic(percpu), .value = val,
	};

	if (access_pci_as(percpu, &access))
		cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_DENIED);
	return access.value;
}

static bool is_virtual_console(const struct jailhouse_cell_desc *desc, const struct io_exit *io)
{
	return desc->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE && io->width == 1 && !io->string &&
	       io->port - desc->console.address < GUEST_UART_PORTS;
}

static unsigned int console_register(const struct percpu *percpu, const struct io_exit *io)
{
	return io->port - (u16)percpu->cell->desc->console.address;
}

static bool sends_by_interrupts(const struct percpu *percpu)
{
	return percpu->cell->arch.console_pin && guest_uart_is_driven(&percpu->cell->arch.uart);
}

/*
 * Not ready is what it is while lines come faster than they may. Who asks before each character
 * loses none; a burst behind one answer, as into a FIFO, may lose lines, which are counted. A
 * driver that is interrupted finds it ready always, and waits when it writes.
 */
static struct guest_uart_line console_line(struct percpu *percpu)
{
	return (struct guest_uart_line){
		.ready = sends_by_interrupts(percpu) || cell_log_takes(percpu->cpu),
		.received = cell_console_waits(percpu->cell),
	};
}

static u8 read_virtual_console(struct percpu *percpu, unsigned int reg)
{
	const struct guest_uart *uart = &percpu->cell->arch.uart;

	if (guest_uart_on_line(uart, reg))
		return (u8)cell_console_read(percpu->cell);
	return guest_uart_read(uart, reg, console_line(percpu));
}

static u32 access_virtual_console(struct percpu *percpu, const struct io_exit *io, u8 val)
{
	struct guest_uart *uart = &percpu->cell->arch.uart;
	const unsigned int reg = console_register(percpu, io);

	if (io->in)
		val = read_virtual_console(percpu, reg);
	else if (guest_uart_write(uart, reg, val))
		cell_log_putc(percpu->cpu, (char)val);
	if (percpu->cell->arch.console_pin &&
	    guest_uart_edge(uart, reg, !io->in, console_line(percpu)))
		virtual_pin_raise(percpu->cell->arch.console_pin);
	return val;
}

/*
 * Nobody would interrupt it when there is room again: so the character waits, and with it the
 * CPU that sends it, which is executing the same instruction until then.
 */
static bool has_to_wait(const struct percpu *percpu, const struct io_exit *io)
{
	return !io->in && is_virtual_console(percpu->cell->desc, io) &&
	       sends_by_interrupts(percpu) &&
	       guest_uart_on_line(&percpu->cell->arch.uart, console_register(percpu, io)) &&
	       !cell_log_takes(percpu->cpu);
}

static void set_rax(u64 *rax, unsigned int width, u32 val)
{
	if (width == 4)
		*rax = val;
	else if (width == 2)
		*rax = (*rax & ~0xffffULL) | (u16)val;
	else
		*rax = (*rax & ~0xffULL) | (u8)val;
}

/* Adds @step within the address size: 16 bits keep the rest, 32 clear it. */
static void advance(u64 *reg, u64 step, u64 mask)
{
	u64 val = (*reg + step) & mask;

	*reg = mask == 0xffff ? (*reg & ~mask) | val : val;
}

/* What INS and OUTS have in memory: what is read where nothing is, and what is dropped there. */
static int access_string(u64 gva, bool in, unsigned int width, u32 val)
{
	return in ? guest_write_operand(gva, &val, width) : guest_read_operand(gva, &val, width);
}

/* With tables that have just changed, the instruction is executed again. */
static void fail_string(struct percpu *percpu, int err)
{
	if (err == -EFAULT)
		guest_inject_operand_fault(percpu);
	else if (err != -EAGAIN)
		vendor_inject_gp();
}

/*
 * One element of INS or OUTS for each exit: the instruction is executed again until the
 * count is used up, so interrupts get in between as usual.
 */
static void do_string(struct percpu *percpu, const struct io_exit *io, u32 val)
{
	u64 *gpr = this_regs()->gpr;
	bool down = guest_rflags() & X86_RFLAGS_DF;
	u64 step = down ? -(u64)io->width : io->width;
	struct io_string string;
	int err = guest_io_string(io, &string);

	if (!err && io->rep && !(gpr[INSN_RCX] & string.mask)) {
		guest_skip_instruction();
		return;
	}
	if (!err)
		err = access_string(string.gva, io->in, io->width, val);
	if (err) {
		fail_string(percpu, err);
		return;
	}
	advance(&gpr[io->in ? INSN_RDI : INSN_RSI], step, string.mask);
	if (io->rep)
		advance(&gpr[INSN_RCX], ~0ULL, string.mask);
	if (!io->rep || !(gpr[INSN_RCX] & string.mask))
		guest_skip_instruction();
}

/* @val: RAX, and what comes in. Return: false if the cell has no business there. */
static bool access_port(struct percpu *percpu, const struct io_exit *io, u32 *val)
{
	if (!io->string && pci_is_config(io->port, io->width))
		*val = access_pci(percpu, io, *val);
	else if (is_virtual_console(percpu->cell->desc, io))
		*val = access_virtual_console(percpu, io, (u8)*val);
	else
		return is_harmless(percpu, io, val);
	return true;
}

void handle_io(void)
{
	struct percpu *percpu = this_percpu();
	u64 *rax = &this_regs()->gpr[INSN_RAX];
	u32 val = (u32)*rax;
	struct io_exit io;

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_PIO);
	guest_io_exit(&io);
	if (has_to_wait(percpu, &io))
		return;
	if (!access_port(percpu, &io, &val)) {
		exit_violation(percpu, "%s I/O port 0x%x, width %u",
			       io.in ? "read of" : "write to", io.port, io.width);
		return;
	}
	if (io.string) {
		do_string(percpu, &io, val);
		return;
	}
	if (io.in)
		set_rax(rax, io.width, val);
	guest_skip_instruction();
}
