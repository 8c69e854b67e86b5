// SPDX-License-Identifier: GPL-2.0-only
/*
 * linux-loader: starts a Linux that lies in the cell's memory already. Its command line says
 * where: "kernel=ADDRESS initrd=ADDRESS initrd_size=BYTES", the addresses guest-physical. What lies
 * there may also be a program with a multiboot header, of kernel_size=BYTES, the initrd a module.
 */
#include "inmate.h"
#include "loader.h"
#include "acpi_pci.h"
#include "config_check.h"
#include "format.h"

/* dsdt.S */
extern const u8 dsdt[], dsdt_end[];

static u8 boot_params[BOOT_PARAMS_SIZE] __aligned(4096);
static struct setup_node setup_node;
static char *const linux_cmdline = (char *)LINUX_CMDLINE_BASE;
static const struct jailhouse_cell_desc *const config = (const void *)CONFIG_BASE;

/* As the boot protocol wants them: 0x10 is code, 0x18 is data. */
static const u64 descriptors[] = { 0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff };

static void __noreturn __printf(1, 2) fail(const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	fmt_vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printf("linux-loader: %s\n", text);
	stop(JAILHOUSE_CELL_FAILED);
}

static void check_config(void)
{
	if (memcmp(config->signature, JAILHOUSE_CELL_DESC_SIGNATURE, JAILHOUSE_SIGNATURE_SIZE) ||
	    config->revision != JAILHOUSE_CONFIG_REVISION)
		fail("there is no cell configuration at 0x%x", CONFIG_BASE);
	if (config->total_size > JAILHOUSE_MAX_CONFIG_SIZE ||
	    config->total_size != config_size(config))
		fail("the cell configuration at 0x%x is not whole", CONFIG_BASE);
}

static void find_kernel(struct boot_image *image)
{
	const u64 address = cmdline_u64("kernel", 0);
	const char *why;

	why = boot_image_check((const u8 *)address, address, image);
	if (why)
		fail("cannot start what is at 0x%llx: %s", address, why);
	if (!boot_memory_holds(config, image->start, image->init_size))
		fail("the kernel needs RAM up to 0x%llx", image->start + image->init_size);
}

/* Return: its size, 0 if there is none; @end: where the kernel ends. */
static u32 find_initrd(u64 end, u32 *address)
{
	const u64 start = cmdline_u64("initrd", 0), size = cmdline_u64("initrd_size", 0);

	if (!size)
		return 0;
	if (!boot_memory_holds(config, start, size) || start + size > BIT_ULL(32) || start < end)
		fail("the initrd at 0x%llx, 0x%llx bytes, is not in RAM above the kernel's",
		     start, size);
	*address = (u32)start;
	return (u32)size;
}

/* Without the end of a line that it was written with. Return: its length. */
static size_t trim_cmdline(void)
{
	size_t length = strnlen(linux_cmdline, LINUX_CMDLINE_SIZE - 1);

	while (length && (linux_cmdline[length - 1] == '\n' || linux_cmdline[length - 1] == ' '))
		length--;
	linux_cmdline[length] = '\0';
	return length;
}

/*
 * There is nothing in a cell by which Linux could find out what time is: no PIT, and CPUID
 * says it on some machines only. Nor need it be watched: the hypervisor vouches for it.
 *
 * Of its own steps at boot those are left out that can only fail in a cell, and of which it would
 * warn: devices for machine checks, which are the hypervisor's, and PCI where there is none; and,
 * from 6.16 on, one that reads a register of AMD's chip set, without a look at whether there is
 * one. Without MTRRs, which cells have none of, it takes no large pages for its own allocations,
 * and 7.2 warns of that.
 *
 * Where there is PCI, it takes the ports for it that a PC has only if it finds a device there that
 * PCs have, or is told so.
 */
#define TIME		" tsc=reliable tsc_early_khz=%u"
#define NO_STEPS	" nohugevmalloc initcall_blacklist=mcheck_init_device," \
			"print_s5_reset_status_mmio"
#define NO_PCI_STEPS	",pci_arch_init,pci_subsys_init"
#define PCI_BY_PORTS	" pci=conf1"

static void make_cmdline(const struct boot_image *image)
{
	const bool has_pci = config->num_pci_devices || config->num_ivshmem;
	const size_t length = trim_cmdline();
	char extra[160];

	fmt_snprintf(extra, sizeof(extra), TIME NO_STEPS "%s", comm_region->tsc_khz,
		     has_pci ? PCI_BY_PORTS : NO_PCI_STEPS);
	if (length + strlen(extra) > MIN(image->cmdline_size, LINUX_CMDLINE_SIZE - 1))
		fail("the command line is too long: %zu characters, of %zu", length,
		     MIN(image->cmdline_size, LINUX_CMDLINE_SIZE - 1) - strlen(extra));
	memcpy(linux_cmdline + length, extra, strlen(extra) + 1);
	boot_params_cmdline(boot_params, LINUX_CMDLINE_BASE);
}

static void make_tables(void)
{
	static struct acpi_pci_range pci[ACPI_PCI_MAX];
	struct acpi_machine machine = {
		.desc = config, .comm = (u64)comm_region,
		.pm_timer = comm_region->pm_timer_address,
		.num_cpus = comm_region->num_cpus, .apic_ids = boot_apic_ids,
		.dsdt = dsdt, .dsdt_size = (u32)(dsdt_end - dsdt), .pci = pci,
	};
	const char *why = acpi_pci_find(config, pci_read, pci, &machine.num_pci);
	unsigned int n;
	u64 rsdp;

	if (why)
		fail("the configuration is not for Linux: %s", why);
	if (machine.num_cpus > MAX_REPORTED)
		fail("%u CPUs are too many, %u at most", machine.num_cpus, MAX_REPORTED);
	for (n = 0; n < machine.num_cpus; n++)
		if (smp_apic_id(n) == NO_APIC_ID)
			fail("%u of %u CPUs have started", n, machine.num_cpus);
	rsdp = acpi_build(&machine, (u8 *)ACPI_BASE);
	if (!rsdp)
		fail("there is no room for the ACPI tables");
	boot_params_acpi(boot_params, rsdp);
}

/*
 * The last way in which Linux restarts a PC, and the one that it comes to when it panics, is a
 * jump to the reset vector, where it expects a BIOS. Here it comes to this program, which takes
 * the CPU for the first one, as none has come since.
 */
static void expect_restart(void)
{
	linux_entered = 1;
	boot_cpus = 0;
}

/* RSI: struct boot_params. Nothing else is passed (boot.rst, "64-bit boot protocol"). */
static void __noreturn enter(u64 entry)
{
	const struct {
		u16 limit;
		u64 base;
	} __packed gdt = { sizeof(descriptors) - 1, (u64)descriptors };

	asm volatile("cli\n\t"
		     "lgdt	%0\n\t"
		     "movl	$0x18, %%eax\n\t"
		     "movl	%%eax, %%ds\n\t"
		     "movl	%%eax, %%es\n\t"
		     "movl	%%eax, %%ss\n\t"
		     "pushq	$0x10\n\t"
		     "pushq	%1\n\t"
		     "lretq"
		     : : "m" (gdt), "r" (entry), "S" (boot_params) : "rax", "memory");
	__builtin_unreachable();
}

static void check_tables(void)
{
	const char *why = acpi_check(config) ?: boot_params_memory(boot_params, config);

	if (why)
		fail("the configuration is not for Linux: %s", why);
}

static void __noreturn start_linux(void)
{
	struct boot_image image;
	u32 initrd = 0, size;

	find_kernel(&image);
	boot_params_init(boot_params, &image);
	size = find_initrd(image.start + image.init_size, &initrd);
	boot_params_initrd(boot_params, initrd, size);
	check_tables();
	make_cmdline(&image);
	make_tables();
	setup_node_fill(&setup_node, config, comm_region, boot_apic_ids);
	boot_params_setup_data(boot_params, (u64)&setup_node);
	expect_restart();
	enter(image.entry);
}

/* The tables are where a program finds them that looks for them as on a PC, from 0xe0000 on. */
static void __noreturn start_multiboot(const struct multiboot_file *file)
{
	static struct multiboot_info info;
	const char *why = multiboot_check(file, config);
	u32 initrd = 0, size;

	if (why)
		fail("cannot start what is at 0x%llx: %s", file->address, why);
	size = find_initrd(file->address + file->size, &initrd);
	check_tables();
	make_tables();
	multiboot_info_memory(&info, boot_params);
	trim_cmdline();
	info.cmdline = LINUX_CMDLINE_BASE;
	info.mmap_address = (u32)(u64)info.map;
	info.mods_count = size != 0;
	info.mods_address = (u32)(u64)&info.module;
	info.module.start = initrd;
	info.module.end = initrd + size;
	expect_restart();
	multiboot_enter(multiboot_load(file, NULL), (u32)(u64)&info);
}

/* What it is to be is at least a page. */
static const u8 *kernel_at(u64 address)
{
	if (!boot_memory_holds(config, address, PAGE_SIZE))
		fail("kernel=0x%llx is not RAM of the cell", address);
	return (const u8 *)address;
}

void inmate_main(void)
{
	struct multiboot_file file;

	/* A restart ends the cell: whoever manages it starts it again, with all that it needs. */
	if (linux_entered)
		stop(JAILHOUSE_CELL_SHUT_DOWN);
	check_config();
	file.address = cmdline_u64("kernel", 0);
	file.size = cmdline_u64("kernel_size", 0);
	file.data = kernel_at(file.address);
	if (!multiboot_is_elf(file.data))
		start_linux();
	if (!boot_memory_holds(config, file.address, file.size))
		fail("kernel_size=0x%llx is not RAM of the cell", file.size);
	start_multiboot(&file);
}
