// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an exit costs a cell. Prints lines "NAME.cell VALUE ticks": the mean of 1000 in a
 * row, without the loop around them.
 *
 *	port=N		measure writes to this port, which has to be marked PIO_IGNORE
 *	mmio=ADDRESS	measure 32-bit accesses to this address, that of an I/O APIC
 *	count=N		instead of 1000
 *	link=ADDRESS	with costs=1: measure frames over the link that is there. Its other end
 *			takes what comes
 *	costs=1		with the test build of the hypervisor: lines "cost.NAME.cell NUMBER..." of
 *			what each exit executes, in the order of enum exit_count
 *			(hypervisor/x86/exit_count.h)
 */
#include "net.h"
#include "report.h"

#define VECTOR			0x51
#define MSR_BIOS_SIGN_ID	0x8b
#define MSR_XSS			0xda0
#define MSR_X2APIC_ICR		(MSR_X2APIC_BASE + (APIC_REG_ICR >> 4))
#define MSR_X2APIC_EOI		(MSR_X2APIC_BASE + (APIC_REG_EOI >> 4))
#define NO_HYPERCALL		0x7fffffff

#define APIC_PAGE		0xfee00000ULL
#define IOAPIC_DATA		0x10

/* hypervisor/x86/test_build.h */
#define TEST_BUILD_CALL		0x7e57
#define TEST_COUNT		0x100
#define TEST_COUNTED		0x200
#define TEST_COUNTED_SUM	0x300

#define NUM_COUNTS		10

/* Half a ring: of more, the oldest may be dropped. */
#define BURST			(NET_ENTRIES_MAX / 2)
#define FRAME_SIZE		1514

static u64 count, port, mmio, link;
static bool costs;
static struct net net;
static struct net_memory memory;

static void begin_costs(void)
{
	if (costs)
		hypercall(TEST_BUILD_CALL, TEST_COUNT, 0);
}

/* @which: TEST_COUNTED of the last exit, TEST_COUNTED_SUM of all since begin_costs() */
static void print_counts(const char *name, unsigned long which)
{
	unsigned long counts[NUM_COUNTS];
	unsigned int n;

	for (n = 0; n < NUM_COUNTS; n++)
		counts[n] = (unsigned long)hypercall(TEST_BUILD_CALL, which + n, 0);
	printf("cost.%s.cell", name);
	for (n = 0; n < NUM_COUNTS; n++)
		printf(" %lu", counts[n]);
	printf("\n");
}

static void print_costs(const char *name)
{
	print_counts(name, TEST_COUNTED);
}

static void print_mean(const char *name, const u64 ticks[2])
{
	u64 tenths = 10 * (ticks[1] - MIN(ticks[0], ticks[1])) / count;

	if (costs) {
		print_costs(name);
		return;
	}
	printf("%s.cell %llu.%llu ticks\n", name, tenths / 10, tenths % 10);
}

/*
 * Two loops, without and with the instruction, which may use RAX to RDI like what
 * prepares it.
 */
#define MEASURE(name, prepare, instruction, operands...)			\
do {										\
	u64 __ticks[2], __left, __with;						\
										\
	for (__with = 0; __with < 2; __with++) {				\
		__left = count;							\
		begin_costs();							\
		__ticks[__with] = rdtsc();					\
		asm volatile("1:	" prepare "\n"				\
			     "	testq	%[with], %[with]\n"			\
			     "	jz	2f\n"					\
			     "	" instruction "\n"				\
			     "2:	decq	%[left]\n"			\
			     "	jnz	1b\n"					\
			     : [left] "+r" (__left)				\
			     : [with] "r" (__with), operands			\
			     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "memory", "cc"); \
		__ticks[__with] = rdtsc() - __ticks[__with];			\
	}									\
	print_mean(name, __ticks);						\
} while (0)

static void measure_instructions(void)
{
	MEASURE("exit.cpuid", "movl %[leaf], %%eax", "cpuid",
		[leaf] "i" (JAILHOUSE_CPUID_SIGNATURE));
	if (has_vmmcall)
		MEASURE("exit.hypercall", "movl %[code], %%eax", "vmmcall",
			[code] "i" (NO_HYPERCALL));
	else
		MEASURE("exit.hypercall", "movl %[code], %%eax", "vmcall",
			[code] "i" (NO_HYPERCALL));
	MEASURE("exit.msr_read", "movl %[msr], %%ecx", "rdmsr", [msr] "i" (MSR_XSS));
	MEASURE("exit.msr_write", "xorl %%eax, %%eax; xorl %%edx, %%edx; movl %[msr], %%ecx",
		"wrmsr", [msr] "i" (MSR_BIOS_SIGN_ID));
}

/* The CPU comes out of reset in this mode. */
static void measure_xapic(void)
{
	u64 id = APIC_PAGE + APIC_REG_ID;
	u64 esr = APIC_PAGE + APIC_REG_ESR;
	u64 eoi = APIC_PAGE + APIC_REG_EOI;

	MEASURE("exit.xapic_read", "movq %[address], %%rdx", "movl (%%rdx), %%eax",
		[address] "m" (id));
	MEASURE("exit.xapic_write", "movq %[address], %%rdx; xorl %%eax, %%eax",
		"movl %%eax, (%%rdx)", [address] "m" (esr));
	MEASURE("exit.xapic_eoi", "movq %[address], %%rdx; xorl %%eax, %%eax",
		"movl %%eax, (%%rdx)", [address] "m" (eoi));
}

static void measure_x2apic(void)
{
	u32 id;

	apic_init();
	if (!apic_is_x2apic())
		return;
	id = apic_id();
	/* Interrupts are off: all but the first find it pending already. */
	MEASURE("exit.x2apic_icr", "movl %[vector], %%eax; movl %[id], %%edx; movl %[msr], %%ecx",
		"wrmsr", [vector] "i" (APIC_ICR_FIXED | VECTOR), [id] "m" (id),
		[msr] "i" (MSR_X2APIC_ICR));
	MEASURE("exit.x2apic_eoi", "xorl %%eax, %%eax; xorl %%edx, %%edx; movl %[msr], %%ecx",
		"wrmsr", [msr] "i" (MSR_X2APIC_EOI));
}

static void measure_devices(void)
{
	u64 data;

	if (port)
		MEASURE("exit.pio_write", "xorl %%eax, %%eax; movl %[port], %%edx",
			"outb %%al, %%dx", [port] "m" (port));
	if (!mmio)
		return;
	map_range(mmio, IOAPIC_DATA + 4);
	data = mmio + IOAPIC_DATA;
	MEASURE("exit.ioapic_read", "movq %[address], %%rdx", "movl (%%rdx), %%eax",
		[address] "m" (data));
	MEASURE("exit.mmio_read", "movq %[address], %%rdx", "movl (%%rdx), %%eax",
		[address] "m" (mmio));
	MEASURE("exit.mmio_write", "movq %[address], %%rdx; xorl %%eax, %%eax",
		"movl %%eax, (%%rdx)", [address] "m" (mmio));
}

/* Bytes that are nobody's protocol, for everybody. */
static void make_frame(u8 *bytes)
{
	memset(bytes, 0xff, FRAME_SIZE);
}

/* All are sent, so that the next notification is of the next frame alone. */
static void wait_until_sent(void)
{
	const struct net_ring *ring = &memory.ring[NET_TX];

	while (__atomic_load_n(&ring->used.index, __ATOMIC_SEQ_CST) != ring->avail.index)
		cpu_relax();
}

static void send_lone(void)
{
	make_frame(net_send_begin(&net));
	begin_costs();
	net_send(&net, FRAME_SIZE);
	print_costs("exit.link_frame");
	wait_until_sent();
}

/* Like a driver that is given many at once, and notifies behind the last of them. */
static void send_burst(void)
{
	struct net_ring *ring = &memory.ring[NET_TX];
	const u16 index = ring->avail.index;
	unsigned int n;

	for (n = 0; n < BURST; n++)
		ring->desc[(index + n) % NET_ENTRIES_MAX].length = NET_HEADER + FRAME_SIZE;
	__atomic_store_n(&ring->avail.index, (u16)(index + BURST), __ATOMIC_SEQ_CST);
	begin_costs();
	mmio_write32(link + NET_QUEUE_NOTIFY, NET_TX);
	print_counts("exit.link_64_frames", TEST_COUNTED_SUM);
	wait_until_sent();
}

/* What the handler of a receiver's interrupt does. */
static void acknowledge(void)
{
	u32 why;

	begin_costs();
	why = mmio_read32(link + NET_INTERRUPT_STATUS);
	print_costs("exit.link_status");
	begin_costs();
	mmio_write32(link + NET_INTERRUPT_ACK, why);
	print_costs("exit.link_ack");
}

static void measure_link(void)
{
	net.entries = NET_ENTRIES_MAX;
	if (!link || !costs || !net_init(&net, link, &memory, VECTOR))
		return;
	while (!net_link_up(&net))
		cpu_relax();
	/* What an end does first is not what it does each time. */
	net_acknowledge(&net);
	make_frame(net_send_begin(&net));
	net_send(&net, FRAME_SIZE);
	wait_until_sent();
	send_lone();
	send_burst();
	acknowledge();
}

void inmate_main(void)
{
	costs = cmdline_u64("costs", 0);
	/* The first may be another. */
	count = costs ? 3 : MAX(cmdline_u64("count", 1000), 1ULL);
	port = cmdline_u64("port", 0);
	mmio = cmdline_u64("mmio", 0);
	link = cmdline_u64("link", 0);
	report_begin("bench");
	measure_instructions();
	measure_xapic();
	measure_x2apic();
	measure_devices();
	measure_link();
	report_done();
}
