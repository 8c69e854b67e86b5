// SPDX-License-Identifier: GPL-2.0-only
/*
 * stray: accesses that Linux should not make, from user space, and RAM before and after
 * it changes hands. Prints "N accesses" or "N words"; what is not answered as by a bus
 * without a device is named, and the exit status is 1.
 *
 *	stray ports CONFIG	every port that the root cell of this system configuration
 *				does not list, IN and OUT of every width
 *	stray config BDF	the command register of a PCI function, by each access that
 *				covers a byte of it
 *	stray mmio ADDRESS	one page, reads and writes of every width, also by vector registers
 *	stray msr CPU		registers that the root cell may not write
 *	stray apic-base CPU	IA32_APIC_BASE, as it is, written in x2APIC mode
 *	stray emulator NAME	status 0 if the CPU says that it is that one of CPUID's leaf
 *				0x40000000
 *	stray entry KIND	only with the test build of the hypervisor: what it has to do
 *				in place of the VM entry behind a hypercall, or of an exit that
 *				it does not know, is a fault right there. KIND: state, injection,
 *				sldt; or rflags, which the CPU is lost by
 *	stray fill ADDRESS SIZE	writes the pattern of inmates/tests/ram.c
 *	stray find ADDRESS SIZE	counts it
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include <linux/types.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define NUM_PORTS	0x10000
#define PCI_FIRST	0xcf8
#define PCI_DATA	0xcfc
#define PCI_LAST	0xcff
#define PAGE_BYTES	4096
#define CPUID1_ECX_HYPERVISOR	(1U << 31)
#define CPUID_EMULATOR	0x40000000
#define PATTERN		0x5ca1ab1e0ddba11dULL
#define MOST_NAMED	8

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static unsigned char listed[NUM_PORTS];
static unsigned long accesses, wrong;

static void die(const char *what)
{
	fprintf(stderr, "stray: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void expect(int right, const char *what, unsigned long where, int width,
		   unsigned long long value)
{
	accesses++;
	if (right)
		return;
	if (wrong++ < MOST_NAMED)
		printf("%s 0x%lx, width %d: 0x%llx\n", what, where, width, value);
}

static int conclude(const char *unit)
{
	printf("%lu %s\n", accesses, unit);
	return wrong != 0;
}

static void list_range(unsigned int base, unsigned int length)
{
	while (length-- && base < NUM_PORTS)
		listed[base++] = 1;
}

/* The ports of the PCI bus are the hypervisor's, and the PM timer is for all. */
static void read_config(const char *path)
{
	static unsigned char blob[JAILHOUSE_MAX_CONFIG_SIZE];
	const struct jailhouse_system *system = (const void *)blob;
	const struct jailhouse_cell_desc *root = &system->root_cell;
	const struct jailhouse_pio *pio;
	FILE *file = fopen(path, "rb");
	unsigned int i;

	if (!file || fread(blob, 1, sizeof(blob), file) < sizeof(*system))
		die(path);
	fclose(file);
	pio = (const void *)(blob + sizeof(*system) + root->cpu_set_size +
			     root->num_memory_regions * sizeof(struct jailhouse_memory) +
			     root->num_irqchips * sizeof(struct jailhouse_irqchip));
	for (i = 0; i < root->num_pio_regions; i++)
		list_range(pio[i].base, pio[i].length);
	list_range(PCI_FIRST, PCI_LAST - PCI_FIRST + 1);
	list_range(system->platform_info.pm_timer_address, 4);
}

static int is_stray(unsigned int port, unsigned int width)
{
	while (width--)
		if (port >= NUM_PORTS || listed[port++])
			return 0;
	return 1;
}

static int sweep_ports(const char *config)
{
	unsigned int port;

	read_config(config);
	if (iopl(3))
		die("iopl");
	for (port = 0; port < NUM_PORTS; port++) {
		if (is_stray(port, 1)) {
			outb(0x5a, port);
			accesses++;
			expect(inb(port) == 0xff, "port", port, 1, 0);
		}
		if (is_stray(port, 2)) {
			outw(0x5a5a, port);
			accesses++;
			expect(inw(port) == 0xffff, "port", port, 2, 0);
		}
		if (is_stray(port, 4)) {
			outl(0x5a5a5a5a, port);
			accesses++;
			expect(inl(port) == 0xffffffff, "port", port, 4, 0);
		}
	}
	return conclude("accesses");
}

static uint32_t in_width(unsigned int port, unsigned int width)
{
	return width == 4 ? inl(port) : width == 2 ? inw(port) : inb(port);
}

static void out_width(unsigned int port, unsigned int width, uint32_t value)
{
	if (width == 4)
		outl(value, port);
	else if (width == 2)
		outw((uint16_t)value, port);
	else
		outb((uint8_t)value, port);
}

/* The command register of a function that a cell owns, by each access that covers it. */
static int reach_function(const char *bdf)
{
	uint32_t address = 0x80000004U | (uint32_t)strtoul(bdf, NULL, 0) << 8, value;
	unsigned int port, width;

	if (iopl(3))
		die("iopl");
	for (port = PCI_FIRST; port <= PCI_LAST; port++) {
		for (width = 1; width <= 4; width *= 2) {
			if (port + width <= PCI_DATA || port + width > PCI_LAST + 1)
				continue;
			outl(address, PCI_FIRST);
			value = in_width(port, width);
			expect(value == ~0U >> (32 - 8 * width), "port", port, (int)width, value);
			accesses--;
			outl(address, PCI_FIRST);
			out_width(port, width, 0x07070707);
			accesses++;
		}
	}
	return conclude("writes");
}

static volatile void *map_memory(const char *address, size_t size)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);
	void *map;

	if (fd < 0)
		die("/dev/mem");
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   (off_t)strtoull(address, NULL, 0));
	if (map == MAP_FAILED)
		die(address);
	close(fd);
	return map;
}

#define TRY(type, offset)							\
	do {									\
		volatile type *place = (volatile void *)(page + (offset));	\
		type value;							\
										\
		*place = (type)0x5a5a5a5a5a5a5a5a;				\
		accesses++;							\
		value = *place;							\
		expect(value == (type)~0ULL, "offset", offset, sizeof(type), value);	\
	} while (0)

/* What is all ones in memory, and 0 behind it in the register */
static void expect_vector(const uint8_t *is, unsigned int ones, unsigned int size)
{
	unsigned int i;
	int right = 1;

	for (i = 0; i < size; i++)
		right &= is[i] == (i < ones ? 0xff : 0);
	expect(right, "vector", 0, (int)ones, is[0]);
}

#define TRY_VECTOR(move, save, reg, bytes, size)					\
	do {									\
		uint8_t is[size];						\
										\
		asm volatile(move " %%" reg ", (%1)\n"				\
			     move " (%1), %%" reg "\n"				\
			     save " %%" reg ", (%0)"				\
			     : : "r" (is), "r" (page + 64) : "xmm9", "memory");	\
		accesses++;							\
		expect_vector(is, bytes, size);					\
	} while (0)

static void touch_by_vectors(volatile char *page)
{
	TRY_VECTOR("movups", "movups", "xmm9", 16, 16);
	TRY_VECTOR("movaps", "movups", "xmm9", 16, 16);
	TRY_VECTOR("movdqu", "movups", "xmm9", 16, 16);
	TRY_VECTOR("movsd", "movups", "xmm9", 8, 16);
	TRY_VECTOR("movd", "movups", "xmm9", 4, 16);
	if (__builtin_cpu_supports("avx")) {
		TRY_VECTOR("vmovdqu", "vmovdqu", "ymm9", 32, 32);
		TRY_VECTOR("vmovdqu", "vmovdqu", "xmm9", 16, 16);
	}
	/* What the C library copies by then */
	if (__builtin_cpu_supports("avx512vl")) {
		TRY_VECTOR("vmovdqu64", "vmovdqu64", "ymm25", 32, 32);
		TRY_VECTOR("vmovdqa64", "vmovdqu64", "zmm25", 64, 64);
	}
	asm volatile("movnti %0, (%1)\n"
		     "movntps %%xmm9, (%1)" : : "r" (0UL), "r" (page) : "memory");
	accesses += 2;
}

static int touch_page(const char *address)
{
	volatile char *page = map_memory(address, PAGE_BYTES);

	touch_by_vectors(page);
	TRY(uint8_t, 0);
	TRY(uint16_t, 2);
	TRY(uint32_t, 4);
	TRY(uint64_t, 8);
	TRY(uint8_t, PAGE_BYTES - 1);
	TRY(uint32_t, PAGE_BYTES - 4);
	return conclude("accesses");
}

static const struct {
	uint32_t msr;
	int faults;	/* a write does; else it is dropped */
} msrs[] = {
	{ 0x03a, 1 },	/* FEATURE_CONTROL */
	{ 0x09b, 1 },	/* SMM_MONITOR_CTL */
	{ 0x1f2, 1 },	/* SMRR_PHYSBASE */
	{ 0x1f3, 1 },	/* SMRR_PHYSMASK */
	{ 0x480, 1 },	/* VMX_BASIC */
	{ 0x48b, 1 },	/* VMX_PROCBASED_CTLS2 */
	{ 0x49f, 1 },	/* the last one for VMX */
	{ 0x200, 0 },	/* MTRR_PHYSBASE0 */
	{ 0x250, 0 },	/* MTRR_FIX64K_00000 */
	{ 0x26f, 0 },	/* MTRR_FIX4K_F8000 */
	{ 0x2ff, 0 },	/* MTRR_DEF_TYPE */
	{ 0x2000, 1 },	/* these, which no bitmap covers, cannot be read either */
	{ 0x40000000, 1 },
	{ 0xc0002000, 1 },
	{ 0xffffffff, 1 },
};

/* What is dropped, not refused, is not counted as denied. */
static uint64_t read_msr(int fd, uint32_t msr)
{
	uint64_t value = 0;

	if (pread(fd, &value, sizeof(value), msr) < 0)
		accesses++;
	return value;
}

static void touch_msr(int fd, uint32_t msr, int faults)
{
	uint64_t before = read_msr(fd, msr), value = before ^ 6, after;
	int refused = pwrite(fd, &value, sizeof(value), msr) < 0;

	after = read_msr(fd, msr);
	expect(refused == faults && before == after, "MSR", msr, 8, after);
	if (!faults)
		accesses--;
}

static int open_msrs(const char *cpu)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/cpu/%s/msr", cpu);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die(path);
	return fd;
}

static int touch_msrs(const char *cpu)
{
	int fd = open_msrs(cpu);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		touch_msr(fd, msrs[i].msr, msrs[i].faults);
	return conclude("accesses");
}

#define MSR_APIC_BASE	0x1b
#define APIC_BASE_EXTD	0x400

/*
 * Bochs gives a CPU its logical id of x2APIC mode when IA32_APIC_BASE is written in that
 * mode, not when it is entered: without this nobody would be reached by one.
 */
static int write_apic_base(const char *cpu)
{
	int fd = open_msrs(cpu);
	uint64_t base = read_msr(fd, MSR_APIC_BASE);

	if (base & APIC_BASE_EXTD)
		accesses += pwrite(fd, &base, sizeof(base), MSR_APIC_BASE) == sizeof(base);
	return conclude("writes");
}

/* hypervisor/x86/test_build.h */
#define TEST_BUILD_CALL		0x7e57
#define TEST_BAD_STATE		5
#define TEST_BAD_RFLAGS		6
#define TEST_BAD_INJECTION	7
#define TEST_EXIT_SLDT		8
#define TEST_NO_EXIT_SLDT	9

static sigjmp_buf survived;
static int fault_signal;
static unsigned long fault_rip, call_rip, sldt_rip;

static void note_fault(int sig, siginfo_t *info, void *context)
{
	(void)info;
	fault_signal = sig;
	fault_rip = (unsigned long)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
	siglongjmp(survived, 1);
}

static void test_call(unsigned long kind)
{
	if (__builtin_cpu_is("amd"))
		asm volatile("leaq 1f(%%rip), %%rsi; movq %%rsi, %0\n"
			     "1: vmmcall"
			     : "=m" (call_rip) : "a" (TEST_BUILD_CALL), "D" (kind)
			     : "rsi", "memory");
	else
		asm volatile("leaq 1f(%%rip), %%rsi; movq %%rsi, %0\n"
			     "1: vmcall"
			     : "=m" (call_rip) : "a" (TEST_BUILD_CALL), "D" (kind)
			     : "rsi", "memory");
}

static void fault_at(unsigned long kind, int sig, const unsigned long *where)
{
	fault_signal = 0;
	if (!sigsetjmp(survived, 1)) {
		test_call(kind);
		asm volatile("leaq 1f(%%rip), %%rax; movq %%rax, %0\n"
			     "1: sldt %%eax"
			     : "=m" (sldt_rip) : : "rax", "memory");
	}
	expect(fault_signal == sig && fault_rip == *where, "fault at", fault_rip, 0,
	       (unsigned long long)fault_signal);
}

/* Again and again: each is the first in a row. */
static int fail_entries(const char *kind)
{
	struct sigaction action = { .sa_sigaction = note_fault, .sa_flags = SA_SIGINFO };
	int i;

	if (sigaction(SIGSEGV, &action, NULL) || sigaction(SIGILL, &action, NULL))
		die("sigaction");
	for (i = 0; i < 3; i++) {
		if (!strcmp(kind, "state"))
			fault_at(TEST_BAD_STATE, SIGSEGV, &call_rip);
		else if (!strcmp(kind, "injection"))
			fault_at(TEST_BAD_INJECTION, SIGSEGV, &call_rip);
		else if (!strcmp(kind, "sldt"))
			fault_at(TEST_EXIT_SLDT, SIGILL, &sldt_rip);
		else if (!strcmp(kind, "rflags"))
			test_call(TEST_BAD_RFLAGS);
	}
	if (!strcmp(kind, "sldt"))
		test_call(TEST_NO_EXIT_SLDT);
	return conclude("faults");
}

static int fill(const char *address, const char *size)
{
	size_t bytes = strtoull(size, NULL, 0);
	volatile uint64_t *word = map_memory(address, bytes);

	for (accesses = 0; accesses < bytes / 8; accesses++)
		word[accesses] = PATTERN;
	return conclude("words");
}

static int find(const char *address, const char *size)
{
	size_t i, bytes = strtoull(size, NULL, 0);
	volatile uint64_t *word = map_memory(address, bytes);

	for (i = 0; i < bytes / 8; i++)
		accesses += word[i] == PATTERN;
	return conclude("words");
}

static int is_emulator(const char *name)
{
	unsigned int eax, ebx, ecx, edx;
	char says[13] = "";

	__cpuid(1, eax, ebx, ecx, edx);
	if (!(ecx & CPUID1_ECX_HYPERVISOR))
		return 1;
	__cpuid(CPUID_EMULATOR, eax, ebx, ecx, edx);
	memcpy(says, &ebx, 4);
	memcpy(says + 4, &ecx, 4);
	memcpy(says + 8, &edx, 4);
	return strcmp(says, name) != 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "ports"))
		return sweep_ports(argv[2]);
	if (!strcmp(what, "config"))
		return reach_function(argv[2]);
	if (!strcmp(what, "mmio"))
		return touch_page(argv[2]);
	if (!strcmp(what, "msr"))
		return touch_msrs(argv[2]);
	if (!strcmp(what, "apic-base"))
		return write_apic_base(argv[2]);
	if (!strcmp(what, "emulator"))
		return is_emulator(argv[2]);
	if (!strcmp(what, "entry"))
		return fail_entries(argv[2]);
	if (!strcmp(what, "fill") && argc > 3)
		return fill(argv[2], argv[3]);
	if (!strcmp(what, "find") && argc > 3)
		return find(argv[2], argv[3]);
	fputs("usage: stray ports CONFIG | config BDF | mmio ADDRESS | msr|apic-base CPU |\n"
	      "       stray emulator NAME | entry KIND |\n"
	      "       stray fill|find ADDRESS SIZE\n",
	      stderr);
	return 2;
}
