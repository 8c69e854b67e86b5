// SPDX-License-Identifier: GPL-2.0-only
/*
 * What interrupts by MSI-X cost a cell: QEMU's e1000e raises them by itself, and the hypervisor
 * says how often this CPU has left the cell since. Prints lines "msix.NAME.cell VALUE exits" (or
 * ticks).
 *
 *	cpu=N		number of the CPU, for the hypervisor
 */
#include "qemu_devices.h"
#include "report.h"

#define VECTOR		0x61
#define COUNT		1000U
#define PATIENCE	(500 * NS_PER_MS)

/* What is looked at: the numbers are the hypervisor's. */
static const u32 statistics[] = {
	JAILHOUSE_CPU_STAT_VMEXITS_TOTAL, JAILHOUSE_CPU_STAT_VMEXITS_MMIO,
	JAILHOUSE_CPU_STAT_VMEXITS_XAPIC, JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER,
	JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT,
};

enum { TOTAL, MMIO, XAPIC, MSR, MANAGEMENT, NUM_STATISTICS };

static volatile u32 interrupts;
static volatile u32 *nic;
static u64 cpu;

static void count(__maybe_unused struct frame *frame)
{
	interrupts++;
}

static void look(u64 *values)
{
	u32 n;

	for (n = 0; n < NUM_STATISTICS; n++)
		values[n] = (u64)hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu,
					   JAILHOUSE_CPU_INFO_STAT_BASE + statistics[n]);
}

/* Since @before, without those that looking costs, and what others have interrupted it for. */
static void spent(const u64 *before, u64 *values)
{
	u32 n;

	look(values);
	for (n = 0; n < NUM_STATISTICS; n++)
		values[n] -= before[n];
	values[TOTAL] -= NUM_STATISTICS + values[MANAGEMENT];
}

static bool raise(void)
{
	u64 end = tsc_ns() + PATIENCE;
	u32 before = interrupts;

	nic[NIC_ICR / 4] = ~0U;
	nic[NIC_ICS / 4] = CAUSE_RX;
	while (interrupts == before && tsc_ns() < end)
		cpu_relax();
	return interrupts != before;
}

static bool raise_all(void)
{
	u32 n;

	for (n = 0; n < COUNT; n++)
		if (!raise())
			return false;
	return true;
}

/* The end of an interrupt is told to the APIC, which is an exit where Linux has an xAPIC. */
static void measure_interrupts(void)
{
	u64 before[NUM_STATISTICS], values[NUM_STATISTICS], eoi;
	u32 first = interrupts, came;
	bool all;

	look(before);
	all = raise_all();
	spent(before, values);
	came = interrupts - first;
	eoi = values[XAPIC] + values[MSR];
	report(all && came >= COUNT, "%u interrupts", came);
	report(eoi == 0 || eoi == came, "%llu exits for their ends", eoi);
	report(values[TOTAL] == eoi, "%llu exits besides", values[TOTAL] - eoi);
	printf("msix.interrupt.cell %llu exits\n", values[TOTAL] - eoi);
	printf("msix.interrupt_eoi.cell %llu exits\n", eoi / came);
}

static void measure_masking(volatile u32 *table, u32 mask, const char *name)
{
	u64 before[NUM_STATISTICS], values[NUM_STATISTICS], ticks;

	look(before);
	ticks = rdtsc();
	table[PCI_MSIX_CONTROL] = mask;
	ticks = rdtsc() - ticks;
	spent(before, values);
	report(values[TOTAL] == 1 && values[MMIO] == 1, "%s: %llu exits", name, values[TOTAL]);
	printf("msix.%s.cell %llu exits\n", name, values[TOTAL]);
	printf("msix.%s_time.cell %llu ticks\n", name, ticks);
}

static bool open_card(volatile u32 **table)
{
	u32 bdf = pci_find(NIC_ID);
	u64 gpa;

	if (!report(bdf != PCI_NOT_FOUND, "e1000e is 0x%x", bdf))
		return false;
	gpa = pci_bar(bdf, 0);
	map_range(gpa, 0x20000);
	nic = (volatile u32 *)gpa;
	pci_command(bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	*table = pci_msix_table(bdf);
	pci_msix_enable(bdf);
	pci_msix_set(*table, 0, apic_id(), VECTOR);
	nic[NIC_IVAR / 4] = IVAR_RX;
	nic[NIC_IMS / 4] = CAUSE_RX;
	return true;
}

void inmate_main(void)
{
	volatile u32 *table;

	report_begin("msix");
	cpu = cmdline_u64("cpu", 0);
	apic_init();
	int_set_handler(VECTOR, count);
	irq_enable();
	if (open_card(&table)) {
		measure_interrupts();
		/* What is done for the first time may be more. */
		table[PCI_MSIX_CONTROL] = 1;
		table[PCI_MSIX_CONTROL] = 0;
		measure_masking(table, 1, "mask");
		measure_masking(table, 0, "unmask");
	}
	report_done();
}
