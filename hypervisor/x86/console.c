// SPDX-License-Identifier: GPL-2.0-only
/* Debug console: the device that the system configuration describes. */
#include "console.h"
#include "arch.h"
#include "cpu_events.h"
#include "errno.h"
#include "framebuffer.h"
#include "paging.h"
#include "uart.h"
#include "x86.h"

static const struct uart_ports ports = { inb, outb };
static struct uart uart;
static bool uart_present;
static struct framebuffer screen;

static int init_uart(const struct jailhouse_console *console)
{
	u8 *mmio = NULL;

	if (console->flags & JAILHOUSE_CON_ACCESS_MMIO) {
		mmio = paging_remap(console->address & PAGE_MASK);
		if (!mmio)
			return -ENOMEM;
		mmio += console->address & ~PAGE_MASK;
	}
	uart_init(&uart, console, &ports, mmio);
	uart_present = true;
	return 0;
}

static int init_screen(const struct jailhouse_framebuffer *desc, const char **why)
{
	void *memory;

	if (!framebuffer_usable(desc)) {
		*why = "debug_console: the firmware has left no screen that can be used";
		return -ENODEV;
	}
	memory = paging_map_screen(desc->address, (u64)desc->pitch * desc->height);
	if (!memory)
		return -ENOMEM;
	framebuffer_init(&screen, desc, memory);
	return 0;
}

int console_init(const struct jailhouse_console *console, const char **why)
{
	if (console->type == JAILHOUSE_CON_TYPE_EFIFB)
		return init_screen(&boot_info.framebuffer, why);
	return console->type == JAILHOUSE_CON_TYPE_8250 ? init_uart(console) : 0;
}

/* Before the root cell is there, nobody can want anything of a CPU. */
static bool is_wanted(void)
{
	return machine.root && cpu_requested(this_percpu()->cpu);
}

/* On the transition page table there are no devices. */
static bool in_reach(void)
{
	return uart.ports || read_cr3() != transition_cr3();
}

/* Takes some microseconds a character, whatever else there is to do. */
static void write_screen(const char *text, size_t length)
{
	if (screen.memory && in_reach())
		framebuffer_write(&screen, text, length);
}

size_t arch_console_write(const char *text, size_t length, bool urgent, const char **remark)
{
	const bool was_given_up = uart.given_up;
	size_t written;

	write_screen(text, length);
	if (!uart_present || !in_reach())
		return length;
	written = uart_write(&uart, text, length, urgent ? NULL : is_wanted);
	if (uart.given_up && !was_given_up && !urgent)
		*remark = "The UART of the debug console is not ready: it gets nothing more\n";
	return written;
}
