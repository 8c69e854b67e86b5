// SPDX-License-Identifier: GPL-2.0-only
/*
 * ACPI tables of a cell (ACPI 6.4, chapter 5). The cell is a machine with "reduced hardware":
 * no PIC, no power button, no event registers, and it is switched off by a method of the
 * DSDT, which is compiled and has what differs from cell to cell in struct acpi_facts.
 */
#include "loader.h"
#include "acpi_pci.h"
#include "acpi_table.h"
#include "config_check.h"
#include "string.h"

#define LAPIC_ADDRESS		0xfee00000U

/* From the registers of a link to those of its interrupt controller. */
#define LINK_PIN_OFFSET		(JAILHOUSE_LINK_SIZE - PAGE_SIZE)

/* The RSDP has a checksum for its first part, which is that of ACPI 1.0. */
#define RSDP_SIZE		36
#define RSDP_FIRST_PART		20
#define RSDP_CHECKSUM		8
#define RSDP_EXTENDED_CHECKSUM	32

/* Offsets in the FADT (table 5.9), revision 6.4. */
#define FADT_SIZE		276
#define FADT_DSDT		40
#define FADT_PM_TIMER_BLOCK	76
#define FADT_PM_TIMER_LENGTH	91
#define FADT_BOOT_ARCH		109
#define FADT_FLAGS		112
#define FADT_RESET_REGISTER	116
#define FADT_RESET_VALUE	128
#define FADT_MINOR		131
#define FADT_X_DSDT		140
#define FADT_X_PM_TIMER		208
#define FADT_SLEEP_CONTROL	244
#define FADT_SLEEP_STATUS	256

/* There is neither a VGA nor a CMOS clock, nor, as bit 1 is clear, a keyboard controller. */
#define BOOT_ARCH		(BIT_ULL(2) | BIT_ULL(5))
/* WBINVD works, all CPUs have C1, no power and no sleep button, the clock wakes nobody. */
#define FLAGS_PLAIN		(BIT_ULL(0) | BIT_ULL(2) | BIT_ULL(4) | BIT_ULL(5) | BIT_ULL(6))
#define FLAGS_TIMER_32BIT	BIT_ULL(8)
#define FLAGS_RESET_REGISTER	BIT_ULL(10)
#define FLAGS_HW_REDUCED	BIT_ULL(20)

#define SPACE_MEMORY		0
#define SPACE_PORTS		1

#define MADT_LOCAL_APIC		0
#define MADT_IO_APIC		1
#define MADT_ENABLED		1

/*
 * The numbers of the pins that interrupt for messages, links and the console, behind those that
 * the largest chip can have (DSDT: GED0, LNK0 and so on), and ids for their chips that no CPU and
 * no chip of a PC has. Each of them has one pin.
 */
#define MESSAGE_PIN		128
#define MESSAGE_CHIP		0xfe
#define LINK_PIN(n)		(129 + (n))
#define LINK_CHIP(n)		((u8)(0xfd - (n)))
#define CONSOLE_PIN		LINK_PIN(CONFIG_MAX_LINKS)
#define CONSOLE_CHIP		LINK_CHIP(CONFIG_MAX_LINKS)

/**
 * struct acpi_facts - what the DSDT reads; at ACPI_BASE
 * @state: address of cell_state in the communication region
 * @port: first port of an 8250, 0: there is none
 * @pin: the number of its pin, 0: it interrupts nobody
 * @sleep_control: register that Linux writes last; does nothing
 * @sleep_status: register that says that it has woken up, which it never does
 * @messages: there is a pin that interrupts for a message in the communication region
 * @links: addresses of the registers of links, 0: there is none
 */
struct acpi_facts {
	u64 state;
	u16 port;
	u16 pin;
	u8 sleep_control;
	u8 sleep_status;
	u8 messages;
	u8 reserved;
	u32 links[CONFIG_MAX_LINKS];
};

static_assert(sizeof(struct acpi_facts) == 48);

/* One register, accessed as a whole. */
static void put_register(u8 *at, u8 space, u8 bytes, u64 address)
{
	/* Access sizes are 1 for a byte to 4 for eight. */
	const u8 head[4] = { space, (u8)(bytes * 8), 0, bytes == 4 ? 3 : 1 };

	memcpy(at, head, sizeof(head));
	memcpy(at + sizeof(head), &address, sizeof(address));
}

static void put(u8 *at, u64 value, u32 bytes)
{
	memcpy(at, &value, bytes);
}

static void fill_fadt(const struct acpi_machine *machine, u8 *fadt, u64 dsdt)
{
	const u64 facts = ACPI_BASE;

	put(fadt + FADT_DSDT, dsdt, 4);
	put(fadt + FADT_X_DSDT, dsdt, 8);
	put(fadt + FADT_BOOT_ARCH, BOOT_ARCH, 2);
	put(fadt + FADT_FLAGS, FLAGS_PLAIN | FLAGS_TIMER_32BIT | FLAGS_RESET_REGISTER |
	    FLAGS_HW_REDUCED, 4);
	put(fadt + FADT_MINOR, 4, 1);
	/* A restart ends the cell as well: whoever manages it starts it again. */
	put_register(fadt + FADT_RESET_REGISTER, SPACE_MEMORY, 1, machine->comm +
		     offsetof(struct jailhouse_comm_region, cell_state));
	put(fadt + FADT_RESET_VALUE, JAILHOUSE_CELL_SHUT_DOWN, 1);
	put_register(fadt + FADT_SLEEP_CONTROL, SPACE_MEMORY, 1,
		     facts + offsetof(struct acpi_facts, sleep_control));
	put_register(fadt + FADT_SLEEP_STATUS, SPACE_MEMORY, 1,
		     facts + offsetof(struct acpi_facts, sleep_status));
	if (!machine->pm_timer)
		return;
	put(fadt + FADT_PM_TIMER_BLOCK, machine->pm_timer, 4);
	put(fadt + FADT_PM_TIMER_LENGTH, 4, 1);
	put_register(fadt + FADT_X_PM_TIMER, SPACE_PORTS, 4, machine->pm_timer);
}

static u64 write_fadt(struct writer *w, const struct acpi_machine *machine, u64 dsdt)
{
	static const u8 zeros[FADT_SIZE - TABLE_HEADER];
	const u32 table = table_begin(w, "FACP", 6);

	write_bytes(w, zeros, sizeof(zeros));
	if (!w->overflow)
		fill_fadt(machine, w->memory + table, dsdt);
	return table_end(w, table);
}

static void write_cpu(struct writer *w, u8 number, u8 apic_id)
{
	write(w, MADT_LOCAL_APIC, 1);
	write(w, 8, 1);
	write(w, number, 1);
	write(w, apic_id, 1);
	write(w, MADT_ENABLED, 4);
}

/* Pins are numbered through over all chips; Linux finds out how many a chip has. */
static void write_ioapic(struct writer *w, u8 id, u64 address, u32 first_pin)
{
	write(w, MADT_IO_APIC, 1);
	write(w, 12, 1);
	write(w, id, 1);
	write(w, 0, 1);
	write(w, address, 4);
	write(w, first_pin, 4);
}

static bool has_message_pin(const struct jailhouse_cell_desc *desc)
{
	return desc->flags & JAILHOUSE_CELL_MESSAGE_PIN;
}

static u64 message_chip(const struct acpi_machine *machine)
{
	return machine->comm + PAGE_SIZE;
}

static bool has_console_pin(const struct jailhouse_cell_desc *desc)
{
	return desc->flags & JAILHOUSE_CELL_CONSOLE_PIN;
}

static void write_link_pins(struct writer *w, const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_link *link = config_links(desc);
	unsigned int n;

	for (n = 0; n < desc->num_links; n++, link++)
		write_ioapic(w, LINK_CHIP(n), link->address + LINK_PIN_OFFSET, LINK_PIN(n));
}

static u64 write_madt(struct writer *w, const struct acpi_machine *machine)
{
	const struct jailhouse_irqchip *chip = config_irqchips(machine->desc);
	const u32 table = table_begin(w, "APIC", 4);
	unsigned int n;

	write(w, LAPIC_ADDRESS, 4);
	write(w, 0, 4);
	for (n = 0; n < machine->num_cpus; n++)
		write_cpu(w, (u8)n, machine->apic_ids[n]);
	/* Of several entries for one chip, or several chips, the first is what Linux gets. */
	if (machine->desc->num_irqchips)
		write_ioapic(w, (u8)chip->id, chip->address, 0);
	if (has_message_pin(machine->desc))
		write_ioapic(w, MESSAGE_CHIP, message_chip(machine), MESSAGE_PIN);
	write_link_pins(w, machine->desc);
	if (has_console_pin(machine->desc))
		write_ioapic(w, CONSOLE_CHIP, message_chip(machine) + PAGE_SIZE, CONSOLE_PIN);
	return table_end(w, table);
}

static u64 write_dsdt(struct writer *w, const struct acpi_machine *machine)
{
	const u32 table = align(w);

	write_bytes(w, machine->dsdt, machine->dsdt_size);
	return ACPI_BASE + table;
}

/* @ssdt: 0 if there is none. */
static u64 write_xsdt(struct writer *w, u64 fadt, u64 madt, u64 ssdt)
{
	const u32 table = table_begin(w, "XSDT", 1);

	write(w, fadt, 8);
	write(w, madt, 8);
	if (ssdt)
		write(w, ssdt, 8);
	return table_end(w, table);
}

static u64 write_rsdp(struct writer *w, u64 xsdt)
{
	const u32 at = align(w);
	u8 *rsdp;

	write_bytes(w, "RSD PTR \0JHCELL", 15);
	write(w, 2, 1);
	write(w, 0, 4);
	write(w, RSDP_SIZE, 4);
	write(w, xsdt, 8);
	write(w, 0, 4);
	if (w->overflow)
		return 0;
	rsdp = w->memory + at;
	rsdp[RSDP_CHECKSUM] = checksum(rsdp, RSDP_FIRST_PART);
	rsdp[RSDP_EXTENDED_CHECKSUM] = checksum(rsdp, RSDP_SIZE);
	return ACPI_BASE + at;
}

/* The pin that the serial ports of a PC have always had, if the cell has it. */
static u16 pin_of_port(const struct jailhouse_cell_desc *desc, u16 port)
{
	static const struct { u16 port, pin; } ports[] = {
		{ 0x3f8, 4 }, { 0x2f8, 3 }, { 0x3e8, 4 }, { 0x2e8, 3 },
	};
	const struct jailhouse_irqchip *chip = config_irqchips(desc);
	unsigned int n;

	if (!desc->num_irqchips || chip->pin_base)
		return 0;
	for (n = 0; n < ARRAY_SIZE(ports); n++)
		if (ports[n].port == port && chip->pin_bitmap[0] >> ports[n].pin & 1)
			return ports[n].pin;
	return 0;
}

static void fill_facts(const struct acpi_machine *machine, struct acpi_facts *facts)
{
	const struct jailhouse_console *console = &machine->desc->console;
	const struct jailhouse_link *links = config_links(machine->desc);
	unsigned int n;

	for (n = 0; n < machine->desc->num_links; n++)
		facts->links[n] = (u32)links[n].address;
	facts->state = machine->comm + offsetof(struct jailhouse_comm_region, cell_state);
	facts->messages = has_message_pin(machine->desc);
	if (console->type != JAILHOUSE_CON_TYPE_8250 ||
	    console->flags & JAILHOUSE_CON_ACCESS_MMIO)
		return;
	facts->port = (u16)console->address;
	facts->pin = has_console_pin(machine->desc) ? CONSOLE_PIN :
						       pin_of_port(machine->desc, facts->port);
}

const char *acpi_check(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_link *links = config_links(desc);
	unsigned int n;

	if (desc->num_links > CONFIG_MAX_LINKS)
		return "it has more links than there may be";
	for (n = 0; n < desc->num_links; n++)
		if (links[n].address > BIT_ULL(32) - JAILHOUSE_LINK_SIZE)
			return "it has a link above 4 GiB, where Linux takes no interrupts from";
	return NULL;
}

u64 acpi_build(const struct acpi_machine *machine, u8 *memory)
{
	struct writer w = { .memory = memory };
	struct acpi_facts facts = { 0 };
	u64 dsdt, fadt, madt, ssdt;

	fill_facts(machine, &facts);
	write_bytes(&w, &facts, sizeof(facts));
	dsdt = write_dsdt(&w, machine);
	fadt = write_fadt(&w, machine, dsdt);
	madt = write_madt(&w, machine);
	ssdt = acpi_pci_write(&w, machine);
	return write_rsdp(&w, write_xsdt(&w, fadt, madt, ssdt));
}
