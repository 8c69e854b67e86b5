// SPDX-License-Identifier: GPL-2.0-only
/* Check of configurations: consoles. */
#include "config_internal.h"
#include "errno.h"
#include "pio.h"

/* Bits of jailhouse_console.flags that mean something. */
#define CONSOLE_FLAGS	(JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4 | \
			 JAILHOUSE_CON_WIDTH_32)

static int check_wide_console(const struct jailhouse_console *con, const char *what,
			      struct config_reason *why)
{
	const u16 needed = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4;

	if (con->flags & JAILHOUSE_CON_WIDTH_32 && (con->flags & needed) != needed)
		return refuse(why, -EINVAL,
			      "%s has WIDTH_32, which goes with ACCESS_MMIO and REGDIST_4 only",
			      what);
	if (con->flags & JAILHOUSE_CON_WIDTH_32 && con->address % sizeof(u32))
		return refuse(why, -EINVAL, "%s is at 0x%llx, which is no multiple of 4", what,
			      con->address);
	return 0;
}

static int check_screen(const struct jailhouse_console *con, const char *what,
			struct config_reason *why)
{
	if (con->address || con->size || con->flags || con->divider)
		return refuse(why, -EINVAL,
			      "%s has an address, size, flags or divider, which a screen has not",
			      what);
	return 0;
}

int config_check_console(const struct jailhouse_console *con, bool debug, const char *what,
			 struct config_reason *why)
{
	const u64 length = config_console_length(con);

	if (con->type == JAILHOUSE_CON_TYPE_EFIFB && debug)
		return check_screen(con, what, why);
	if (con->type != JAILHOUSE_CON_TYPE_NONE && con->type != JAILHOUSE_CON_TYPE_8250)
		return refuse(why, -EINVAL, "%s has the unknown type %u", what, con->type);
	if (con->flags & ~CONSOLE_FLAGS)
		return refuse(why, -EINVAL, "%s has the unknown flags 0x%x", what, con->flags);
	if (con->gate_nr || con->clock_reg)
		return refuse(why, -EINVAL, "%s has a gate_nr or clock_reg, which must be 0", what);
	if (con->type == JAILHOUSE_CON_TYPE_NONE)
		return 0;
	if (con->flags & JAILHOUSE_CON_ACCESS_MMIO) {
		if (con->address >= CONFIG_PHYS_END)
			return refuse(why, -EOVERFLOW, "%s is at 0x%llx, beyond physical memory",
				      what, con->address);
		if (con->address % PAGE_SIZE + length > PAGE_SIZE)
			return refuse(why, -EINVAL, "%s at 0x%llx crosses the end of a page",
				      what, con->address);
	} else if (con->address > PIO_NUM_PORTS - length) {
		return refuse(why, -EOVERFLOW, "%s is at 0x%llx, beyond the last port",
			      what, con->address);
	}
	return check_wide_console(con, what, why);
}

int config_check_virtual_console(const struct jailhouse_cell_desc *desc,
				 struct config_reason *why)
{
	const struct jailhouse_console *con = &desc->console;
	const struct jailhouse_pio *pio = config_pio(desc);
	u32 n;

	if (!(desc->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE))
		return 0;
	if (con->type != JAILHOUSE_CON_TYPE_8250 || con->flags)
		return refuse(why, -EINVAL,
			      "the cell's console is virtual, but not an 8250 at I/O ports");
	for (n = 0; n < desc->num_pio_regions; n++, pio++)
		if (overlap(pio->base, pio->length, con->address,
			    config_console_length(con)))
			return refuse_pio(why, -EADDRINUSE, n, pio,
					  "overlaps the virtual console at 0x%llx", con->address);
	return 0;
}
