// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attacks with devices, QEMU's edu and e1000e: DMA to memory of others, messages to their CPUs,
 * registers moved onto others, from two CPUs and by both ways to configuration space.
 *
 *	mode=attack|flood|gone	flood: edu writes to the cell's memory without end;
 *				gone: a NIC is taken out while it is used
 *	nic=N			which one, bus << 8 | device << 3 | function
 *	dma=N			memory of the cell that is where it is host-physically
 *	t0=N t1=N ...		addresses that edu must not reach, up to t9
 *	r0=N r1=N ...		addresses that it reaches, since nothing keeps it from that
 *	victim=N		APIC id of a CPU of others
 *	entries=N		the first one of edu's in the table by which VT-d remaps interrupts:
 *				it has MSI, also when it writes without end
 *	modes=1			messages that are no fixed interrupts, too: NMI, INIT, SMI, ExtINT
 *	rounds=N		of messages, default 200
 */
#include "qemu_devices.h"
#include "report.h"

#define EDU_BYTES	4096U
#define NIC_VECTOR	0x61
#define EDU_VECTOR	0x51
#define TIMER_VECTOR	0x71

#define ADDRESS_PORT	0xcf8
#define DATA_PORT	0xcfc
#define ENABLE		0x80000000U
#define CFG_BAR0	0x10
#define MESSAGES	0xfee00000U
#define ALL_CPUS	0xffU
/* A message that names an entry of VT-d's table (5.1.2.2); how many that has. */
#define ENTRY(n)	(MESSAGES | 0x10 | ((n) & 0x7fff) << 5 | (n) >> 15 << 2)
#define ENTRIES		8192U
/* Of a message's data (SDM 3A, 11.11.2), with the vector of an exception. */
#define MODE(n)		((n) << 8 | 2U)

#define MARK		0x600df00d600df00dULL
#define OTHER		0x0badf00d0badf00dULL

static volatile u64 *edu, *memory;
static volatile u32 *nic, *table;
static u32 edu_bdf, nic_bdf, victim, own;
static volatile u32 interrupts, edu_interrupts;
static volatile bool enough, ended;

static volatile void *open_device(u32 bdf)
{
	u64 gpa = pci_bar(bdf, 0);

	map_range(gpa, 0x20000);
	pci_command(bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	return (volatile void *)gpa;
}

static void timer_interrupt(__maybe_unused struct frame *frame)
{
}

static void nic_interrupt(__maybe_unused struct frame *frame)
{
	interrupts++;
}

static void edu_interrupt(__maybe_unused struct frame *frame)
{
	edu_interrupts++;
}

static u32 address_of(u32 id)
{
	return MESSAGES | id << 12;
}

static void copy(u64 from, u64 to, u64 bytes, u32 direction)
{
	edu[EDU_DMA_FROM / 8] = from;
	edu[EDU_DMA_TO / 8] = to;
	edu[EDU_DMA_COUNT / 8] = bytes;
	edu[EDU_DMA_COMMAND / 8] = DMA_START | direction;
	/* A tenth of a second, which an emulated CPU had better not spend in a loop. */
	while (edu[EDU_DMA_COMMAND / 8] & DMA_START) {
		apic_timer_set(10 * NS_PER_MS);
		irq_enable_and_halt();
	}
}

/*
 * What is read there is what was written there, if anything is; of registers that are read-only,
 * what they have. Who is kept from it reads what was in the buffer, zeros, or ones.
 */
static u64 write_and_read(u64 target)
{
	const u64 at = (u64)memory;

	copy(at, EDU_BUFFER, 16, 0);
	copy(EDU_BUFFER, target, 8, DMA_TO_MEMORY);
	copy(target, EDU_BUFFER + 8, 8, 0);
	copy(EDU_BUFFER + 8, at + 16, 8, DMA_TO_MEMORY);
	return memory[2];
}

static void attack_memory(u64 target)
{
	const u64 value = write_and_read(target);

	report(value == OTHER || !value || !~value, "DMA to 0x%llx, which reads 0x%llx", target,
	       value);
}

static void reach_memory(u64 target)
{
	report(write_and_read(target) == MARK, "DMA reaches 0x%llx", target);
}

static void each_target(char kind, void (*visit)(u64 target))
{
	char name[] = { kind, '0', 0 };
	u64 target;

	memory[0] = MARK;
	memory[1] = OTHER;
	for (; name[1] <= '9'; name[1]++) {
		target = cmdline_u64(name, 0);
		if (target)
			visit(target);
	}
}

/* Where nothing translates what edu writes, it is an interrupt of whatever CPU it names. */
static void interrupt_by_memory(void)
{
	const u32 before = interrupts;

	memory[0] = NIC_VECTOR;
	copy((u64)memory, EDU_BUFFER, 4, 0);
	copy(EDU_BUFFER, address_of(own), 4, DMA_TO_MEMORY);
	report(interrupts > before, "DMA to 0x%x interrupts", address_of(own));
}

static void name_entry(u32 n)
{
	memory[0] = 0;
	copy((u64)memory, EDU_BUFFER, 4, 0);
	copy(EDU_BUFFER, ENTRY(n), 4, DMA_TO_MEMORY);
}

/*
 * Where interrupts are remapped, what edu writes there names an entry: of its own one that it has
 * for MSI, and is the cell's; one that it does not use; the NIC's; the last one; none.
 */
static void attack_entries(u32 first)
{
	const u32 others[] = { first + 1, first + 40, ENTRIES - 1, ENTRIES, 0xffff };
	u32 n;

	if (!report(pci_msi_enable(edu_bdf, own, EDU_VECTOR), "edu has MSI"))
		return;
	name_entry(first);
	report(edu_interrupts == 1, "edu's entry 0x%x by DMA: %u interrupts", first,
	       edu_interrupts);
	for (n = 0; n < ARRAY_SIZE(others); n++)
		name_entry(others[n]);
	report(edu_interrupts == 1 && !interrupts, "others by DMA: %u interrupts",
	       edu_interrupts - 1 + interrupts);
}

static u32 read_ports(u32 bdf, u32 offset)
{
	out32(ADDRESS_PORT, ENABLE | bdf << 8 | offset);
	return in32(DATA_PORT);
}

static void write_ports(u32 bdf, u32 offset, u32 value)
{
	out32(ADDRESS_PORT, ENABLE | bdf << 8 | offset);
	out32(DATA_PORT, value);
}

/* Its registers stay where they are, whatever it says where they should be. */
static void move_onto(u32 address)
{
	const u32 before = pci_read(edu_bdf, CFG_BAR0);

	pci_write(edu_bdf, CFG_BAR0, address);
	report(read_ports(edu_bdf, CFG_BAR0) == pci_read(edu_bdf, CFG_BAR0),
	       "both ways to a BAR at 0x%x show 0x%x", address, pci_read(edu_bdf, CFG_BAR0));
	report((*(volatile u32 *)edu & 0xff) == 0xed, "edu is where it was");
	write_ports(edu_bdf, CFG_BAR0, before);
	report(pci_read(edu_bdf, CFG_BAR0) == before, "its BAR is as before");
}

/* What is refused by one way is refused by the other. */
static void write_others(void)
{
	u32 bdf, seen = 0;

	for (bdf = 0; bdf < 0x100; bdf++) {
		if (bdf == edu_bdf || bdf == nic_bdf)
			continue;
		write_ports(bdf, 4, 0);
		pci_write(bdf, 4, 0);
		seen += read_ports(bdf, 0) != ~0U;
		seen += pci_read(bdf, 0) != ~0U;
	}
	report(!seen, "%u of others' functions are seen", seen);
}

static void raise(void)
{
	nic[NIC_ICR / 4] = ~0U;
	nic[NIC_ICS / 4] = CAUSE_RX;
}

/* No fixed interrupts, for others: ExtINT, INIT, NMI, SMI. */
static void other_modes(void)
{
	static const u32 modes[] = { MODE(7), MODE(5), MODE(4), MODE(2) };
	u32 n;

	table[PCI_MSIX_ADDRESS] = address_of(victim);
	for (n = 0; n < ARRAY_SIZE(modes); n++) {
		table[PCI_MSIX_DATA] = modes[n];
		table[PCI_MSIX_CONTROL] = 0;
		raise();
		table[PCI_MSIX_CONTROL] = 1;
	}
}

/*
 * On another CPU: the message is for a CPU of others, for memory, an exception, for all CPUs, and
 * each half of that.
 */
static void rewrite(void)
{
	while (!enough) {
		table[PCI_MSIX_ADDRESS] = address_of(victim);
		table[PCI_MSIX_DATA] = NIC_VECTOR;
		table[PCI_MSIX_UPPER] = 1;
		table[PCI_MSIX_ADDRESS] = (u32)(u64)memory;
		table[PCI_MSIX_UPPER] = 0;
		table[PCI_MSIX_DATA] = 13;
		table[PCI_MSIX_ADDRESS] = address_of(own);
		table[PCI_MSIX_DATA] = NIC_VECTOR;
		table[PCI_MSIX_ADDRESS] = address_of(ALL_CPUS);
		table[PCI_MSIX_CONTROL] = 0;
	}
	ended = true;
}

/* Masked and unmasked, of one entry, while another CPU writes to it; and then by this one alone. */
static void attack_table(void)
{
	const u32 rounds = (u32)cmdline_u64("rounds", 200);
	u32 n, before;

	memory[0] = 0;
	report(smp_start_cpu(1, rewrite), "another CPU writes to the table");
	for (n = 0; n < rounds; n++) {
		table[PCI_MSIX_CONTROL] = n & 1;
		raise();
	}
	enough = true;
	while (!ended)
		cpu_relax();
	if (cmdline_u64("modes", 0))
		other_modes();
	/* One that waits must not come from half of what is written now. */
	table[PCI_MSIX_CONTROL] = 1;
	table[PCI_MSIX_UPPER] = 0;
	table[PCI_MSIX_ADDRESS] = address_of(victim);
	table[PCI_MSIX_DATA] = NIC_VECTOR;
	delay_ns(NS_PER_MS);
	before = interrupts;
	table[PCI_MSIX_CONTROL] = 0;
	for (n = 0; n < 3; n++)
		raise();
	delay_ns(NS_PER_MS);
	report(interrupts == before, "a message to others came here %u times",
	       interrupts - before);
	report(!memory[0], "one to memory wrote 0x%llx", memory[0]);
	pci_msix_set(table, 0, own, NIC_VECTOR);
	raise();
	delay_ns(NS_PER_MS);
	report(interrupts > before, "one to this CPU: %u times", interrupts - before);
}

static void __noreturn flood(void)
{
	memory[0] = MARK;
	copy((u64)memory, EDU_BUFFER, EDU_BYTES, 0);
	if (cmdline_u64("entries", 0))
		report(pci_msi_enable(edu_bdf, own, EDU_VECTOR), "edu has MSI");
	report_note("edu writes without end");
	for (;;) {
		copy(EDU_BUFFER, (u64)memory, EDU_BYTES, DMA_TO_MEMORY);
		if (edu_interrupts)
			report(false, "%u interrupts of edu's, which it has not sent",
			       edu_interrupts);
		edu_interrupts = 0;
	}
}

/* What is not there reads as all ones, and is written to in vain. */
static void __noreturn see_it_go(u32 bdf)
{
	report(pci_read(bdf, 0) == NIC_ID, "the NIC is 0x%x", bdf);
	nic = open_device(bdf);
	report(nic[NIC_STATUS / 4] != ~0U, "its status is 0x%x", nic[NIC_STATUS / 4]);
	report_note("it may go");
	while (pci_read(bdf, 0) != ~0U)
		delay_ns(NS_PER_MS);
	pci_command(bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	nic[NIC_ICS / 4] = CAUSE_RX;
	report(pci_read(bdf, 4) == ~0U, "its command register reads 0x%x", pci_read(bdf, 4));
	report_done();
}

static void find_devices(void)
{
	edu_bdf = pci_find(EDU_ID);
	nic_bdf = pci_find(NIC_ID);
	if (!report(edu_bdf != PCI_NOT_FOUND, "edu is 0x%x", edu_bdf))
		report_done();
	edu = open_device(edu_bdf);
	memory = (volatile u64 *)cmdline_u64("dma", 0);
	map_range((u64)memory, EDU_BYTES);
}

void inmate_main(void)
{
	report_begin("devices");
	if (cmdline_is("mode", "gone"))
		see_it_go((u32)cmdline_u64("nic", 0));
	find_devices();
	apic_init();
	int_set_handler(TIMER_VECTOR, timer_interrupt);
	apic_timer_init(TIMER_VECTOR, APIC_TIMER_ONESHOT);
	int_set_handler(EDU_VECTOR, edu_interrupt);
	own = apic_id();
	if (cmdline_is("mode", "flood"))
		flood();
	int_set_handler(NIC_VECTOR, nic_interrupt);
	irq_enable();
	victim = (u32)cmdline_u64("victim", 0);
	each_target('t', attack_memory);
	each_target('r', reach_memory);
	if (cmdline_u64("r0", 0))
		interrupt_by_memory();
	if (cmdline_u64("entries", 0))
		attack_entries((u32)cmdline_u64("entries", 0));
	move_onto((u32)pci_bar(nic_bdf, 0));
	move_onto(MESSAGES);
	move_onto((u32)(u64)memory);
	write_others();
	nic = open_device(nic_bdf);
	table = pci_msix_table(nic_bdf);
	pci_msix_enable(nic_bdf);
	pci_msix_set(table, 0, own, NIC_VECTOR);
	nic[NIC_IVAR / 4] = IVAR_RX;
	nic[NIC_IMS / 4] = CAUSE_RX;
	attack_table();
	report_done();
}
