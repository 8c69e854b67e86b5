// SPDX-License-Identifier: GPL-2.0-only
/*
 * linux-loader: starts a Linux that lies in the cell's memory already. Its command line says
 * where: "kernel=ADDRESS initrd=ADDRESS initrd_size=BYTES", the addresses guest-physical.
 */
#include "inmate.h"
#include "loader.h"
#include "config_check.h"
#include "format.h"

/* dsdt.S */
extern const u8 dsdt[], dsdt_end[];

static u8 boot_params[BOOT_PARAMS_SIZE] __aligned(4096);
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

	if (!boot_memory_holds(config, address, PAGE_SIZE))
		fail("kernel=0x%llx is not RAM of the cell", address);
	why = boot_image_check((const u8 *)address, address, image);
	if (why)
		fail("cannot start what is at 0x%llx: %s", address, why);
	if (!boot_memory_holds(config, image->start, image->init_size))
		fail("the kernel needs RAM up to 0x%llx", image->start + image->init_size);
}

static void find_initrd(const struct boot_image *image)
{
	const u64 start = cmdline_u64("initrd", 0), size = cmdline_u64("initrd_size", 0);

	if (!size)
		return;
	if (!boot_memory_holds(config, start, size) || start + size > BIT_ULL(32) ||
	    start < image->start + image->init_size)
		fail("the initrd at 0x%llx, 0x%llx bytes, is not in RAM above the kernel's",
		     start, size);
	boot_params_initrd(boot_params, (u32)start, (u32)size);
}

/*
 * There is nothing in a cell by which Linux could find out what time is: no PIT, and CPUID
 * says it on some machines only. Nor need it be watched: the hypervisor vouches for it.
 */
static void make_cmdline(const struct boot_image *image)
{
	size_t length = strnlen(linux_cmdline, LINUX_CMDLINE_SIZE);
	char extra[64];

	while (length && (linux_cmdline[length - 1] == '\n' || linux_cmdline[length - 1] == ' '))
		length--;
	fmt_snprintf(extra, sizeof(extra), " tsc=reliable tsc_early_khz=%u",
		     comm_region->tsc_khz);
	if (length + strlen(extra) > MIN(image->cmdline_size, LINUX_CMDLINE_SIZE - 1))
		fail("the command line is too long: %zu characters, of %zu", length,
		     MIN(image->cmdline_size, LINUX_CMDLINE_SIZE - 1) - strlen(extra));
	memcpy(linux_cmdline + length, extra, strlen(extra) + 1);
	boot_params_cmdline(boot_params, LINUX_CMDLINE_BASE);
}

static void make_tables(void)
{
	struct acpi_machine machine = {
		.desc = config, .comm = (u64)comm_region,
		.pm_timer = comm_region->pm_timer_address,
		.num_cpus = comm_region->num_cpus, .apic_ids = boot_apic_ids,
		.dsdt = dsdt, .dsdt_size = (u32)(dsdt_end - dsdt),
	};
	unsigned int n;
	u64 rsdp;

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

void inmate_main(void)
{
	struct boot_image image;
	const char *why;

	/* A restart ends the cell: whoever manages it starts it again, with all that it needs. */
	if (linux_entered)
		stop(JAILHOUSE_CELL_SHUT_DOWN);
	check_config();
	find_kernel(&image);
	boot_params_init(boot_params, &image);
	find_initrd(&image);
	why = acpi_check(config) ?: boot_params_memory(boot_params, config);
	if (why)
		fail("the configuration is not for Linux: %s", why);
	make_cmdline(&image);
	make_tables();
	expect_restart();
	enter(image.entry);
}
