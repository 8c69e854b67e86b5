// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it costs Linux, as the root cell or without a hypervisor, to do what may exit.
 *
 * Reading /sys/kernel/debug/jailhouse_bench/exits measures on the CPU that reads, with
 * interrupts off, and gives a line `NAME VALUE UNIT` for each figure: TSC ticks, mean of
 * 1000 in a row, without the loop. In the test machine a tick is an instruction.
 *
 * Reading .../costs gives a line `cost.NAME NUMBER...` for each exit, with the test build of the
 * hypervisor, which counts: enum exit_count of hypervisor/x86/exit_count.h has the order.
 */
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/fpu/api.h>
#include <asm/irq_vectors.h>

#include <jailhouse/hypercall.h>
#include "compat.h"

#define ROUNDS		1000
/* The first may be another, as in measure(). */
#define COUNTED_ROUNDS	3
#define IOAPIC_ADDRESS	0xfec00000UL

/* Listed in no configuration of ours; nothing answers there on a PC either. */
static unsigned int port = 0x5e0;
module_param(port, uint, 0444);
MODULE_PARM_DESC(port, "I/O port that the root cell is not granted");

static unsigned long address = 0xfec20000UL;
module_param(address, ulong, 0444);
MODULE_PARM_DESC(address, "page that the root cell is not granted, without RAM or device");

static bool hypercalls = true;
module_param(hypercalls, bool, 0444);
MODULE_PARM_DESC(hypercalls, "there is a hypervisor to call");

static void __iomem *ioapic;
static void __iomem *nowhere;
static struct dentry *dir;

static u64 mtrr_def_type;
static unsigned long rounds = ROUNDS;

/*
 * Two loops, without and with the instruction, which may use RAX to RDI like what prepares
 * it: as in inmates/tests/bench.c. Not the kernel's functions, of which some are calls of
 * paravirtualized ones.
 */
#define OPERATION(name, prepare, instruction, operands...)			\
static u64 name(unsigned long with)						\
{										\
	unsigned long left = rounds;						\
	u64 begin = rdtsc_ordered();						\
										\
	asm volatile("1:	" prepare "\n"					\
		     "	testq	%[with], %[with]\n"				\
		     "	jz	2f\n"						\
		     "	" instruction "\n"					\
		     "2:	decq	%[left]\n"				\
		     "	jnz	1b\n"						\
		     : [left] "+r" (left)					\
		     : [with] "r" (with), operands				\
		     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "memory", "cc"); \
	return rdtsc_ordered() - begin;						\
}

OPERATION(do_cpuid, "xorl %%eax, %%eax; xorl %%ecx, %%ecx", "cpuid", "i" (0))
OPERATION(do_hypercall, "movl %[code], %%eax; movl %[type], %%edi; xorl %%esi, %%esi",
	  ALTERNATIVE("vmcall", "vmmcall", X86_FEATURE_VMMCALL),
	  [code] "i" (JAILHOUSE_HC_HYPERVISOR_GET_INFO),
	  [type] "i" (JAILHOUSE_INFO_NUM_CELLS))
OPERATION(do_pio_write, "xorl %%eax, %%eax; movl %[port], %%edx", "outb %%al, %%dx",
	  [port] "m" (port))
OPERATION(do_msr_write, "movl %[low], %%eax; movl %[high], %%edx; movl %[msr], %%ecx", "wrmsr",
	  [low] "m" (mtrr_def_type), [high] "m" (*((u32 *)&mtrr_def_type + 1)),
	  [msr] "i" (MSR_MTRRdefType))

/* To itself. All of them are one interrupt in the end. */
static u32 own_id;

OPERATION(do_x2apic_icr, "movl %[vector], %%eax; movl %[id], %%edx; movl %[msr], %%ecx", "wrmsr",
	  [vector] "i" (RESCHEDULE_VECTOR), [id] "m" (own_id),
	  [msr] "i" (APIC_BASE_MSR + (APIC_ICR >> 4)))

#define MEMORY_READ(name, address)							\
	OPERATION(name, "leaq %[data], %%rdx", "movl (%%rdx), %%eax",		\
		  [data] "m" (*(u32 __force *)(address)))
#define MEMORY_WRITE(name, address)							\
	OPERATION(name, "leaq %[data], %%rdx; xorl %%eax, %%eax", "movl %%eax, (%%rdx)", \
		  [data] "m" (*(u32 __force *)(address)))

MEMORY_READ(do_xapic_read, APIC_BASE + APIC_ID)
MEMORY_WRITE(do_xapic_write, APIC_BASE + APIC_ESR)
MEMORY_WRITE(do_xapic_eoi, APIC_BASE + APIC_EOI)
MEMORY_READ(do_ioapic_read, ioapic + 0x10)
MEMORY_READ(do_mmio_read, nowhere)
MEMORY_WRITE(do_mmio_write, nowhere)
/* As Linux copies with vector registers. The instruction that is measured is the only one. */
OPERATION(do_mmio_vector, "leaq %[data], %%rdx", "movups (%%rdx), %%xmm0",
	  [data] "m" (*(u32 __force *)nowhere))

enum need { ALWAYS, HYPERVISOR, XAPIC, X2APIC };

static const struct {
	const char *name;
	u64 (*operation)(unsigned long with);
	enum need need;
} figures[] = {
	{ "exit.cpuid.root", do_cpuid, ALWAYS },
	{ "exit.hypercall.root", do_hypercall, HYPERVISOR },
	{ "exit.pio_write.root", do_pio_write, ALWAYS },
	{ "exit.msr_write.root", do_msr_write, HYPERVISOR },
	{ "exit.x2apic_icr.root", do_x2apic_icr, X2APIC },
	{ "exit.xapic_read.root", do_xapic_read, XAPIC },
	{ "exit.xapic_write.root", do_xapic_write, XAPIC },
	{ "exit.xapic_eoi.root", do_xapic_eoi, XAPIC },
	{ "exit.ioapic_read.root", do_ioapic_read, ALWAYS },
	{ "exit.mmio_read.root", do_mmio_read, ALWAYS },
	{ "exit.mmio_write.root", do_mmio_write, ALWAYS },
	{ "exit.mmio_vector.root", do_mmio_vector, ALWAYS },
};

static bool needed(enum need need)
{
	switch (need) {
	case HYPERVISOR:
		return hypercalls;
	case XAPIC:
		return !x2apic_mode;
	case X2APIC:
		return x2apic_mode;
	default:
		return true;
	}
}

static u64 measure(u64 (*operation)(unsigned long with))
{
	u64 without, with;
	unsigned long flags;

	kernel_fpu_begin();
	local_irq_save(flags);
	own_id = cpu_physical_id(smp_processor_id());
	/* The first time may be another: what is refused may be logged then. */
	operation(1);
	without = operation(0);
	with = operation(1);
	local_irq_restore(flags);
	kernel_fpu_end();
	return with > without ? with - without : 0;
}

static int exits_show(struct seq_file *m, void *unused)
{
	unsigned int n;
	u64 ticks;

	rdmsrq(MSR_MTRRdefType, mtrr_def_type);
	for (n = 0; n < ARRAY_SIZE(figures); n++) {
		if (!needed(figures[n].need))
			continue;
		ticks = measure(figures[n].operation);
		seq_printf(m, "%s %llu ticks\n", figures[n].name,
			   DIV_ROUND_CLOSEST_ULL(ticks, ROUNDS));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(exits);

/* hypervisor/x86/test_build.h */
#define TEST_BUILD_CALL	0x7e57
#define TEST_COUNT	0x100
#define TEST_COUNTED	0x200

#define NUM_COUNTS	10

static long test_call(unsigned long arg)
{
	long result = TEST_BUILD_CALL;

	asm volatile(ALTERNATIVE("vmcall", "vmmcall", X86_FEATURE_VMMCALL)
		     : "+a" (result) : "D" (arg), "S" (0) : "memory");
	return result;
}

static void count(u64 (*operation)(unsigned long with), long counts[NUM_COUNTS])
{
	unsigned long flags;
	unsigned int n;

	local_irq_save(flags);
	own_id = cpu_physical_id(smp_processor_id());
	rounds = COUNTED_ROUNDS;
	test_call(TEST_COUNT);
	operation(1);
	for (n = 0; n < NUM_COUNTS; n++)
		counts[n] = test_call(TEST_COUNTED + n);
	rounds = ROUNDS;
	local_irq_restore(flags);
}

static int costs_show(struct seq_file *m, void *unused)
{
	long counts[NUM_COUNTS];
	unsigned int i, n;

	if (!hypercalls || test_call(TEST_COUNTED) < 0)
		return -ENODEV;
	rdmsrq(MSR_MTRRdefType, mtrr_def_type);
	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		if (!needed(figures[i].need))
			continue;
		count(figures[i].operation, counts);
		seq_printf(m, "cost.%s", figures[i].name);
		for (n = 0; n < NUM_COUNTS; n++)
			seq_printf(m, " %ld", counts[n]);
		seq_puts(m, "\n");
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(costs);

static void receive_call(void *info)
{
}

/* Round trip of an IPI from this CPU to each other one. */
static int ipi_show(struct seq_file *m, void *unused)
{
	unsigned int cpu, n;
	u64 begin, ticks;

	cpu = cpumask_any_but(cpu_online_mask, get_cpu());
	if (cpu >= nr_cpu_ids) {
		put_cpu();
		return 0;
	}
	smp_call_function_single(cpu, receive_call, NULL, 1);
	begin = rdtsc_ordered();
	for (n = 0; n < ROUNDS; n++)
		smp_call_function_single(cpu, receive_call, NULL, 1);
	ticks = rdtsc_ordered() - begin;
	put_cpu();
	seq_printf(m, "ipi.call_function %llu ticks\n", DIV_ROUND_CLOSEST_ULL(ticks, ROUNDS));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ipi);

static int __init bench_init(void)
{
	ioapic = ioremap(IOAPIC_ADDRESS, PAGE_SIZE);
	nowhere = ioremap(address, PAGE_SIZE);
	if (!ioapic || !nowhere) {
		iounmap(ioapic);
		iounmap(nowhere);
		return -ENOMEM;
	}
	dir = debugfs_create_dir("jailhouse_bench", NULL);
	debugfs_create_file("exits", 0400, dir, NULL, &exits_fops);
	debugfs_create_file("costs", 0400, dir, NULL, &costs_fops);
	debugfs_create_file("ipi", 0400, dir, NULL, &ipi_fops);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove_recursive(dir);
	iounmap(nowhere);
	iounmap(ioapic);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("Costs of exits to the Jailhouse hypervisor");
MODULE_LICENSE("GPL");
