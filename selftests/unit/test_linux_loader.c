// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: ../inmates/boot/linux-loader/acpi.c ../inmates/boot/linux-loader/acpi_pci.c */
/* SOURCES: ../inmates/boot/linux-loader/acpi_table.c ../inmates/boot/linux-loader/boot.c */
/* SOURCES: ../inmates/boot/linux-loader/setup_data.c */
/* What a cell's Linux is told of its machine. */
#include <string.h>
#include <asm/bootparam.h>
#include "unit.h"
#include "config_check.h"
#include "../../inmates/boot/linux-loader/loader.h"

#define RAM	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
		 JAILHOUSE_MEM_LOADABLE)

static const u8 dsdt[8] = "DSDT\010";

struct config {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[5];
	struct jailhouse_irqchip irqchip[1];
	struct jailhouse_link links[CONFIG_MAX_LINKS];
} __packed;

static const struct config good = {
	.desc = {
		.num_memory_regions = ARRAY_SIZE(good.mem),
		.num_irqchips = ARRAY_SIZE(good.irqchip),
		.console = { .address = 0x2f8, .type = JAILHOUSE_CON_TYPE_8250 },
	},
	.mem = {
		{ 0x30000000, 0, 0x100000, RAM },
		{ 0, 0x100000, 0x1000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				       JAILHOUSE_MEM_COMM_REGION },
		{ 0x30200000, 0x200000, 0x7e00000, RAM },
		{ 0xfe000000, 0xfe000000, 0x1000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
						  JAILHOUSE_MEM_IO },
		{ 0x38000000, 0x8000000, 0x1000, RAM | JAILHOUSE_MEM_ROOTSHARED },
	},
	.irqchip = { { .address = 0xfec00000, .id = 5, .pin_bitmap = { 0x8 } } },
};

static struct config config;
static u8 params[BOOT_PARAMS_SIZE];

static u64 get(const u8 *at, unsigned int bytes)
{
	u64 value = 0;

	memcpy(&value, at, bytes);
	return value;
}

static void put(u8 *at, u64 value, unsigned int bytes)
{
	memcpy(at, &value, bytes);
}

/*
 * The kernel
 */

static u8 kernel[4096];

/* Linux 6.1 of Debian, as it is loaded at 0xffc200: 15 KiB before the 16 MiB that it prefers. */
static void make_kernel(void)
{
	memset(kernel, 0xee, sizeof(kernel));
	kernel[0x1f1] = 30;
	put(kernel + 0x1fe, 0xaa55, 2);
	kernel[0x201] = 0x6a;
	memcpy(kernel + 0x202, "HdrS", 4);
	put(kernel + 0x206, 0x20f, 2);
	put(kernel + 0x230, 0x200000, 4);
	put(kernel + 0x236, 0x3f, 2);
	put(kernel + 0x238, 2047, 4);
	put(kernel + 0x258, 0x1000000, 8);
	put(kernel + 0x260, 0x2d0a000, 4);
}

UNIT(a_kernel_is_found)
{
	struct boot_image image;

	make_kernel();
	CHECK_STR(boot_image_check(kernel, 0x1000000 - 31 * 512, &image), NULL);
	CHECK_EQ(image.start, 0x1000000);
	CHECK_EQ(image.entry, 0x1000200);
	CHECK_EQ(image.init_size, 0x2d0a000);
	CHECK_EQ(image.cmdline_size, 2047);
	boot_params_init(params, &image);
	CHECK_EQ(memcmp(params + 0x1f1, kernel + 0x1f1, 0x1f), 0);
	CHECK_EQ(params[0x210], 0xff);
	CHECK_EQ(memcmp(params + 0x211, kernel + 0x211, 0x202 + 0x6a - 0x211), 0);
	/* The rest is ours. */
	CHECK_EQ(params[0x1f0], 0);
	CHECK_EQ(params[0x26c], 0);
	/* No sectors mean four. */
	kernel[0x1f1] = 0;
	CHECK_STR(boot_image_check(kernel, 0x1000000 - 5 * 512, &image), NULL);
	CHECK_EQ(image.start, 0x1000000);
}

UNIT(what_cannot_be_started_is_refused)
{
	static const struct {
		unsigned int offset;
		u64 value;
		unsigned int bytes;
		const char *why;
	} rows[] = {
		{ 0x1fe, 0xaa56, 2, "it is no bzImage" },
		{ 0x202, 0x12345678, 4, "it is no bzImage" },
		{ 0x206, 0x20b, 2, "it is older than Linux 3.8" },
		{ 0x236, 0x3e, 2, "it is no 64-bit kernel" },
		{ 0x258, 0x1000001, 8, "it is not loaded where it prefers to be" },
		{ 0x258, 1ULL << 40, 8, "it is not loaded where it prefers to be" },
		{ 0x230, 0x2000000, 4, "it is not loaded where it prefers to be" },
		{ 0x1f1, 29, 1, "it is not loaded where it prefers to be" },
	};
	struct boot_image image;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].why);
		make_kernel();
		put(kernel + rows[n].offset, rows[n].value, rows[n].bytes);
		CHECK_STR(boot_image_check(kernel, 0x1000000 - 31 * 512, &image), rows[n].why);
	}
}

/*
 * Memory
 */

static void check_range(unsigned int n, u64 start, u64 size, u32 type)
{
	const u8 *entry = params + 0x2d0 + 20 * n;

	unit_row("range %u", n);
	CHECK_EQ(get(entry, 8), start);
	CHECK_EQ(get(entry + 8, 8), size);
	CHECK_EQ(get(entry + 16, 4), type);
}

UNIT(ram_is_told_and_what_it_must_leave_alone)
{
	memset(params, 0, sizeof(params));
	config = good;
	CHECK_STR(boot_params_memory(params, &config.desc), NULL);
	CHECK_EQ(params[0x1e8], 4);
	check_range(0, 0, 0xa0000, 1);
	check_range(1, 0xa0000, 0x60000, 2);
	check_range(2, 0x100000, 0x1000, 2);
	check_range(3, 0x200000, 0x7e00000, 1);
	/* One piece of RAM around the place where nothing is to be touched. */
	memset(params, 0, sizeof(params));
	config.desc.num_memory_regions = 1;
	config.mem[0].size = 0x8000000;
	CHECK_STR(boot_params_memory(params, &config.desc), NULL);
	CHECK_EQ(params[0x1e8], 3);
	check_range(0, 0, 0xa0000, 1);
	check_range(1, 0xa0000, 0x60000, 2);
	check_range(2, 0x100000, 0x7f00000, 1);
}

UNIT(there_is_room_for_128_ranges)
{
	static struct {
		struct jailhouse_cell_desc desc;
		struct jailhouse_memory mem[129];
	} __packed many;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(many.mem); n++)
		many.mem[n] = (struct jailhouse_memory){
			.virt_start = 0x100000 + 0x2000ULL * n, .size = 0x1000, .flags = RAM,
		};
	many.desc.num_memory_regions = 128;
	memset(params, 0, sizeof(params));
	CHECK_STR(boot_params_memory(params, &many.desc), NULL);
	CHECK_EQ(params[0x1e8], 128);
	check_range(127, 0x1fe000, 0x1000, 1);
	many.desc.num_memory_regions = 129;
	memset(params, 0, sizeof(params));
	CHECK_STR(boot_params_memory(params, &many.desc),
		  "it has more memory regions than Linux can be told of");
	CHECK_EQ(params[0x2d0 + 128 * 20], 0);
}

UNIT(what_is_loaded_has_to_be_in_ram)
{
	config = good;
	CHECK(boot_memory_holds(&config.desc, 0x200000, 0x7e00000));
	CHECK(!boot_memory_holds(&config.desc, 0x200000, 0x7e00001));
	CHECK(!boot_memory_holds(&config.desc, 0x1ff000, 0x1000));
	CHECK(boot_memory_holds(&config.desc, 0x7fff000, 0x1000));
	CHECK(!boot_memory_holds(&config.desc, 0x7fff000, ~0ULL));
	CHECK(!boot_memory_holds(&config.desc, ~0ULL, 1));
	/* That is the loader's, that shared, that no RAM. */
	CHECK(!boot_memory_holds(&config.desc, 0x10000, 0x1000));
	CHECK(!boot_memory_holds(&config.desc, 0x8000000, 0x1000));
	CHECK(!boot_memory_holds(&config.desc, 0xfe000000, 0x1000));
	config.mem[0].size = 0x8000000;
	CHECK(boot_memory_holds(&config.desc, 0x100000, 0x1000));
	CHECK(!boot_memory_holds(&config.desc, 0xff000, 0x1000));
}

/*
 * ACPI
 */

static u8 tables[ACPI_SIZE + 8];

static const u8 *table(u64 address)
{
	CHECK(address >= ACPI_BASE && address < ACPI_BASE + ACPI_SIZE);
	return tables + (address - ACPI_BASE);
}

static u8 sum(const u8 *data, u64 size)
{
	u8 total = 0;

	while (size--)
		total = (u8)(total + *data++);
	return total;
}

static const u8 *check_table(u64 address, const char *signature, u64 size)
{
	const u8 *t = table(address);

	unit_row("table %s", signature);
	CHECK_EQ(memcmp(t, signature, 4), 0);
	CHECK_EQ(get(t + 4, 4), size);
	CHECK_EQ(sum(t, size), 0);
	return t;
}

static u64 build(unsigned int cpus, u16 pm_timer)
{
	static u8 ids[255];
	const struct acpi_machine machine = {
		.desc = &config.desc, .comm = 0x100000, .pm_timer = pm_timer,
		.num_cpus = cpus, .apic_ids = ids, .dsdt = dsdt, .dsdt_size = sizeof(dsdt),
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(ids); n++)
		ids[n] = (u8)(n ^ 2);
	memset(tables, 0xaa, sizeof(tables));
	return acpi_build(&machine, tables);
}

UNIT(tables_lead_to_each_other)
{
	const u8 *rsdp, *xsdt, *fadt, *madt;

	config = good;
	rsdp = table(build(2, 0x608));
	CHECK_EQ(memcmp(rsdp, "RSD PTR ", 8), 0);
	CHECK_EQ((u64)rsdp % 16, (u64)tables % 16);
	CHECK_EQ(sum(rsdp, 20), 0);
	CHECK_EQ(sum(rsdp, 36), 0);
	CHECK_EQ(rsdp[15], 2);
	xsdt = check_table(get(rsdp + 24, 8), "XSDT", 36 + 2 * 8);
	fadt = check_table(get(xsdt + 36, 8), "FACP", 276);
	madt = check_table(get(xsdt + 44, 8), "APIC", 44 + 2 * 8 + 12);
	CHECK_EQ(memcmp(table(get(fadt + 140, 8)), "DSDT", 4), 0);
	CHECK_EQ(get(fadt + 40, 4), get(fadt + 140, 8));
	/* Reduced hardware, a reset register, a PM timer of 32 bits, neither VGA nor CMOS. */
	CHECK_EQ(get(fadt + 112, 4), 0x100575);
	CHECK_EQ(get(fadt + 109, 2), 0x24);
	/* The reset register is cell_state, and what goes there is "shut down". */
	CHECK_EQ(get(fadt + 116, 4), 0x01000800);
	CHECK_EQ(get(fadt + 120, 8), 0x100008);
	CHECK_EQ(fadt[128], 2);
	CHECK_EQ(get(fadt + 76, 4), 0x608);
	CHECK_EQ(get(fadt + 208, 4), 0x03002001);
	CHECK_EQ(get(fadt + 212, 8), 0x608);
	/* The boot CPU stands first, whatever its id. */
	CHECK_EQ(get(madt + 36, 4), 0xfee00000);
	CHECK_EQ(get(madt + 44, 8), 0x0000000102000800);
	CHECK_EQ(get(madt + 52, 8), 0x0000000103010800);
	CHECK_EQ(get(madt + 60, 8), 0xfec0000000050c01);
	CHECK_EQ(get(madt + 68, 4), 0);
}

UNIT(a_cell_may_have_less)
{
	const u8 *fadt, *xsdt;

	config = good;
	config.desc.num_irqchips = 0;
	xsdt = table(get(table(build(1, 0)) + 24, 8));
	fadt = check_table(get(xsdt + 36, 8), "FACP", 276);
	check_table(get(xsdt + 44, 8), "APIC", 44 + 8);
	CHECK_EQ(get(fadt + 76, 4), 0);
	CHECK_EQ(get(fadt + 208, 8), 0);
}

UNIT(the_console_is_where_the_configuration_says)
{
	config = good;
	build(1, 0);
	CHECK_EQ(get(tables, 8), 0x100008);
	CHECK_EQ(get(tables + 8, 2), 0x2f8);
	CHECK_EQ(get(tables + 10, 2), 3);
	/* The cell does not have the other pin. */
	config.desc.console.address = 0x3f8;
	build(1, 0);
	CHECK_EQ(get(tables + 8, 2), 0x3f8);
	CHECK_EQ(get(tables + 10, 2), 0);
	config.irqchip[0].pin_bitmap[0] = 0x10;
	build(1, 0);
	CHECK_EQ(get(tables + 10, 2), 4);
	config.irqchip[0].pin_base = 1;
	build(1, 0);
	CHECK_EQ(get(tables + 10, 2), 0);
	config.desc.console.flags = JAILHOUSE_CON_ACCESS_MMIO;
	build(1, 0);
	CHECK_EQ(get(tables + 8, 4), 0);
	config.desc.console = (struct jailhouse_console){ .address = 0x3f8 };
	build(1, 0);
	CHECK_EQ(get(tables + 8, 4), 0);
}

/* Behind the pins of the other chip, and with an id of its own; the DSDT knows. */
UNIT(messages_come_by_a_pin)
{
	const u8 *xsdt, *madt;

	config = good;
	build(1, 0);
	CHECK_EQ(tables[14], 0);
	config.desc.flags = JAILHOUSE_CELL_MESSAGE_PIN;
	xsdt = table(get(table(build(1, 0)) + 24, 8));
	CHECK_EQ(tables[14], 1);
	madt = check_table(get(xsdt + 44, 8), "APIC", 44 + 8 + 2 * 12);
	CHECK_EQ(get(madt + 52, 8), 0xfec0000000050c01);
	CHECK_EQ(get(madt + 64, 8), 0x0010100000fe0c01);
	CHECK_EQ(get(madt + 72, 4), 128);
	config.desc.num_irqchips = 0;
	xsdt = table(get(table(build(1, 0)) + 24, 8));
	madt = check_table(get(xsdt + 44, 8), "APIC", 44 + 8 + 12);
	CHECK_EQ(get(madt + 52, 8), 0x0010100000fe0c01);
}

/* Instead of what a PC's port has always had. */
UNIT(the_console_has_a_pin)
{
	const u8 *xsdt, *madt;

	config = good;
	config.desc.flags = JAILHOUSE_CELL_CONSOLE_PIN;
	config.desc.num_irqchips = 0;
	xsdt = table(get(table(build(1, 0)) + 24, 8));
	CHECK_EQ(get(tables + 10, 2), 137);
	madt = check_table(get(xsdt + 44, 8), "APIC", 44 + 8 + 12);
	CHECK_EQ(get(madt + 52, 8), 0x0010200000f50c01);
	CHECK_EQ(get(madt + 60, 4), 137);
}

/* Registers in the DSDT's facts, pins in the MADT: behind everybody else's, one for each link. */
UNIT(links_have_registers_and_a_pin)
{
	const u8 *xsdt, *madt;

	config = good;
	config.links[0].address = 0xfd000000;
	config.links[1].address = 0xffffe000;
	config.desc.num_links = 2;
	CHECK_STR(acpi_check(&config.desc), NULL);
	xsdt = table(get(table(build(1, 0)) + 24, 8));
	CHECK_EQ(get(tables + 16, 8), 0xffffe000fd000000);
	CHECK_EQ(get(tables + 24, 8), 0);
	CHECK_EQ(get(tables + 40, 8), 0);
	madt = check_table(get(xsdt + 44, 8), "APIC", 44 + 8 + 3 * 12);
	CHECK_EQ(get(madt + 64, 8), 0xfd00100000fd0c01);
	CHECK_EQ(get(madt + 72, 4), 129);
	CHECK_EQ(get(madt + 76, 8), 0xfffff00000fc0c01);
	CHECK_EQ(get(madt + 84, 4), 130);
	config.desc.num_links = CONFIG_MAX_LINKS;
	xsdt = table(get(table(build(1, 0)) + 24, 8));
	madt = check_table(get(xsdt + 44, 8), "APIC", 44 + 8 + 9 * 12);
	CHECK_EQ(get(madt + 156, 4), 136);
	CHECK_EQ(memcmp(tables + 48, "DSDT", 4), 0);
}

UNIT(a_link_that_linux_cannot_be_told_of_is_refused)
{
	config = good;
	config.desc.num_links = 2;
	config.links[1].address = 0xfffff000;
	CHECK_STR(acpi_check(&config.desc),
		  "it has a link above 4 GiB, where Linux takes no interrupts from");
	config.links[1].address = 1ULL << 32;
	CHECK_STR(acpi_check(&config.desc),
		  "it has a link above 4 GiB, where Linux takes no interrupts from");
	config.desc.num_links = CONFIG_MAX_LINKS + 1;
	CHECK_STR(acpi_check(&config.desc), "it has more links than there may be");
}

UNIT(as_many_cpus_as_there_are_ids)
{
	const u8 *xsdt, *madt;

	config = good;
	xsdt = table(get(table(build(255, 0x608)) + 24, 8));
	madt = check_table(get(xsdt + 44, 8), "APIC", 44 + 255 * 8 + 12);
	CHECK_EQ(madt[44 + 254 * 8 + 3], 254 ^ 2);
	/* Nothing is written behind the place for them. */
	CHECK_EQ(tables[ACPI_SIZE], 0xaa);
}

/*
 * For kernels that know the hypervisor
 */

static const struct ported {
	struct jailhouse_cell_desc desc;
	struct jailhouse_irqchip irqchip[2];
	struct jailhouse_pio pio[3];
} __packed ported = {
	.desc = {
		.num_irqchips = ARRAY_SIZE(ported.irqchip),
		.num_pio_regions = ARRAY_SIZE(ported.pio),
		.console = { .address = 0x3e8, .type = JAILHOUSE_CON_TYPE_8250 },
	},
	.irqchip = { { .address = 0xfec10000 }, { .address = 0xfec00000 } },
	.pio = {
		{ .base = 0, .length = 0x400, .flags = JAILHOUSE_PIO_IGNORE },
		{ .base = 0x2f0, .length = 0x10 },
		/* Not the whole of it. */
		{ .base = 0x3f8, .length = 7 },
	},
};

static const struct jailhouse_comm_region facts = {
	.pci_mmconfig_base = 0xb0000000, .pm_timer_address = 0x608, .num_cpus = 3,
	.tsc_khz = 2000123, .apic_khz = 1000456,
};

static struct setup_node node;

static struct jailhouse_setup_data told(const struct jailhouse_cell_desc *desc,
					const struct jailhouse_comm_region *comm)
{
	static const u8 ids[255] = { 2, 1, 3, [254] = 9 };
	struct jailhouse_setup_data told;

	memset(&node, 0xaa, sizeof(node));
	setup_node_fill(&node, desc, comm, ids);
	memcpy(&told, (const u8 *)&node + 16, sizeof(told));
	return told;
}

/* What the kernel reads, by the structure of its headers; the head of a node as it is there. */
UNIT(a_kernel_that_knows_the_hypervisor_is_told)
{
	const struct jailhouse_setup_data it = told(&ported.desc, &facts);
	const u8 *bytes = (const u8 *)&node;

	CHECK_EQ(sizeof(node), 16 + sizeof(it));
	CHECK_EQ(get(bytes, 8), 0);
	CHECK_EQ(get(bytes + 8, 4), SETUP_JAILHOUSE);
	CHECK_EQ(get(bytes + 12, 4), sizeof(it));
	CHECK_EQ(it.hdr.version, 2);
	CHECK_EQ(it.hdr.compatible_version, JAILHOUSE_SETUP_REQUIRED_VERSION);
	CHECK_EQ(it.v1.pm_timer_address, 0x608);
	CHECK_EQ(it.v1.num_cpus, 3);
	CHECK_EQ(it.v1.pci_mmconfig_base, 0xb0000000);
	CHECK_EQ(it.v1.tsc_khz, 2000123);
	CHECK_EQ(it.v1.apic_khz, 1000456);
	CHECK_EQ(it.v1.standard_ioapic, 1);
	CHECK_EQ(it.v1.cpu_ids[0], 2);
	CHECK_EQ(it.v1.cpu_ids[1], 1);
	CHECK_EQ(it.v1.cpu_ids[2], 3);
	CHECK_EQ(it.v1.cpu_ids[254], 0);
	/* The console, and the port that the cell has; not what it may only probe. */
	CHECK_EQ(it.v2.flags, 0x6);
	memset(params, 0, sizeof(params));
	boot_params_setup_data(params, 0x5678);
	CHECK_EQ(((const struct boot_params *)params)->hdr.setup_data, 0x5678);
}

UNIT(it_is_told_what_there_is_not)
{
	struct jailhouse_comm_region comm = facts;
	struct ported few = ported;
	struct jailhouse_setup_data it;

	few.desc.num_irqchips = 0;
	few.desc.num_pio_regions = 0;
	few.desc.console.flags = JAILHOUSE_CON_ACCESS_MMIO;
	comm.num_cpus = 255;
	it = told(&few.desc, &comm);
	CHECK_EQ(it.v1.standard_ioapic, 0);
	CHECK_EQ(it.v1.cpu_ids[254], 9);
	CHECK_EQ(it.v2.flags, 0);
	few.desc.console = (struct jailhouse_console){ .address = 0x3e8 };
	comm.num_cpus = 256;
	it = told(&few.desc, &comm);
	CHECK_EQ(it.v2.flags, 0);
}
