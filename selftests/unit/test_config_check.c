// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/config_check.c core/config_fields.c core/config_fits.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/memory_map.c core/format.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "unit.h"
#include "config_check.h"
#include "low_cpus.h"
#include "memory_map.h"
#include "errno.h"

#define RWX	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)
#define RW	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)

struct cell {
	struct jailhouse_cell_desc desc;
	u64 cpus[2];
	struct jailhouse_memory mem[3];
	struct jailhouse_irqchip irqchip[2];
	struct jailhouse_pio pio[3];
	struct jailhouse_pci_device pci[2];
} __packed;

/* A cell that has something of everything. */
static const struct cell good_cell = {
	.desc = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "test-cell_1.0",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,
		.cpu_set_size = sizeof(good_cell.cpus),
		.num_memory_regions = ARRAY_SIZE(good_cell.mem),
		.num_irqchips = ARRAY_SIZE(good_cell.irqchip),
		.num_pio_regions = ARRAY_SIZE(good_cell.pio),
		.num_pci_devices = ARRAY_SIZE(good_cell.pci),
		.cpu_reset_address = 0xffff0,
		.console = { .address = 0x3f8, .type = JAILHOUSE_CON_TYPE_8250 },
	},
	.cpus = { 0xc },
	.mem = {
		{ 0x3bf00000, 0, 0x100000, RWX | JAILHOUSE_MEM_LOADABLE },
		{ 0, 0x100000, 0x1000, RW | JAILHOUSE_MEM_COMM_REGION },
		{ 0x3be00000, 0x40000000, 0x2000, RW | JAILHOUSE_MEM_ROOTSHARED },
	},
	.irqchip = {
		{ .address = 0xfec00000, .pin_bitmap = { 0x10, 0x1 } },
		{ .address = 0xfec00000, .pin_base = 200, .pin_bitmap = { 1 } },
	},
	.pio = {
		PIO_RANGE(0x3f8, 8),
		PIO_RANGE_FLAGS(0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED),
		PIO_RANGE_FLAGS(0x70, 2, JAILHOUSE_PIO_IGNORE),
	},
	.pci = {
		{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x18 },
		{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x20, .num_msix_vectors = 3,
		  .msix_address = 0xfebf1000 },
	},
};

struct sys {
	struct jailhouse_system head;
	u64 cpus;
	struct jailhouse_memory mem[4];
	struct jailhouse_irqchip irqchip[2];
	struct jailhouse_pio pio[3];
	struct jailhouse_pci_device pci[3];
} __packed;

static const struct sys good_sys = {
	.head = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.hypervisor_memory = { .phys_start = 0x3a000000, .size = 0x1000000 },
		.debug_console = { .address = 0x3f8, .type = JAILHOUSE_CON_TYPE_8250 },
		.platform_info = {
			.pci_mmconfig_base = 0xb0000000,
			.pci_mmconfig_end_bus = 0xff,
			.pm_timer_address = 0x608,
			.iommu_units = { { 0xfed90000, 0x1000 } },
		},
		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.total_size = sizeof(good_sys) -
				      offsetof(struct jailhouse_system, root_cell),
			.name = "RootCell",
			.cpu_set_size = sizeof(good_sys.cpus),
			.num_memory_regions = ARRAY_SIZE(good_sys.mem),
			.num_irqchips = ARRAY_SIZE(good_sys.irqchip),
			.num_pio_regions = ARRAY_SIZE(good_sys.pio),
			.num_pci_devices = ARRAY_SIZE(good_sys.pci),
		},
	},
	.cpus = 0xf,
	.mem = {
		{ 0, 0, 0x3a000000, RWX | JAILHOUSE_MEM_DMA },
		{ 0x3b000000, 0x3b000000, 0xf00000, RWX },
		{ 0x3bf00000, 0x3bf00000, 0x4100000, RWX | JAILHOUSE_MEM_DMA },
		{ 0xfeb00000, 0xfeb00000, 0x100000, RW | JAILHOUSE_MEM_IO },
	},
	.irqchip = {
		{ .address = 0xfec00000, .pin_bitmap = { 0xffffffff, 0xffffffff } },
		{ .address = 0xfec00000, .pin_base = 200, .pin_bitmap = { 0xff } },
	},
	.pio = { PIO_RANGE(0, 0x80), PIO_RANGE(0x2f8, 8), PIO_RANGE(0x3f8, 8) },
	.pci = {
		{ .type = JAILHOUSE_PCI_TYPE_BRIDGE, .bdf = 0x08 },
		{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x18 },
		{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x20, .num_msix_vectors = 3,
		  .msix_address = 0xfebf1000 },
	},
};

/* What the build does. */
static void seal(void *blob, size_t size)
{
	struct jailhouse_cell_desc *head = blob;

	head->total_size = (u32)size;
	head->checksum = config_checksum(blob, size);
}

static void expect(int got, const struct config_reason *why, int error, const char *text)
{
	CHECK_EQ(got, error);
	CHECK_EQ(why->error, error);
	CHECK_STR(why->text, text);
}

static void cell_says(struct cell *c, int error, const char *text)
{
	struct config_reason why = { 1, "stale" };

	seal(c, sizeof(*c));
	expect(config_check_cell(c, sizeof(*c), &why), &why, error, text);
}

static void system_says(struct sys *s, int error, const char *text)
{
	struct config_reason why = { 1, "stale" };

	seal(s, sizeof(*s));
	expect(config_check_system(s, sizeof(*s), &why), &why, error, text);
}

static void fits_says(const struct sys *s, const struct cell *c, const struct cell *o,
		      u64 root_low, int error, const char *text)
{
	const struct jailhouse_cell_desc *others[] = { &o->desc };
	const struct cpu_set root_cpus = low_cpus(root_low);
	struct config_reason why = { 1, "stale" };
	struct memory_map map;
	int got;

	memory_map_init(&map, &s->head.root_cell);
	got = config_check_cell_fits(&c->desc, &s->head, &map, others, 1, &root_cpus, &why);
	expect(got, &why, error, text);
}

/* What the rows change: not on the stack, as sanitizers take minutes for hundreds of them. */
static struct cell c, o;
static struct sys s;
static struct jailhouse_cell_desc *const root = &s.head.root_cell;
static u64 m;

/* After @change of a good cell c config_check_cell() says this. */
#define CELL(change, error, text)					\
	do {								\
		c = good_cell;						\
		unit_row("%s", #change);				\
		change;							\
		cell_says(&c, error, text);				\
	} while (0)

/* The same of a good system s. */
#define SYSTEM(change, error, text)					\
	do {								\
		s = good_sys;						\
		unit_row("%s", #change);				\
		change;							\
		system_says(&s, error, text);				\
	} while (0)

/* The same of a good cell in a good system, beside another cell o; m: CPUs of the root. */
#define FITS(change, error, text)					\
	do {								\
		s = good_sys;						\
		c = good_cell;						\
		o = other_cell;						\
		m = 0xd;						\
		unit_row("%s", #change);				\
		change;							\
		fits_says(&s, &c, &o, m, error, text);			\
	} while (0)

UNIT(good_ones_pass)
{
	CELL((void)c, 0, "");
	SYSTEM((void)s, 0, "");
}

/* The definition: polynomial 0x04c11db7, bits reflected, inverted before and after. */
static u32 slow_crc(const u8 *data, size_t size)
{
	u32 crc = ~0U;
	int bit;

	while (size--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

UNIT(crc_is_that_of_zlib)
{
	u8 data[300];
	size_t i;

	CHECK_EQ(config_crc32(0, "123456789", 9), 0xcbf43926);
	CHECK_EQ(config_crc32(0, NULL, 0), 0);
	for (i = 0; i < sizeof(data); i++) {
		data[i] = (u8)(i * 37);
		CHECK_EQ(config_crc32(0, data, i), slow_crc(data, i));
	}
	CHECK_EQ(config_crc32(config_crc32(0, data, 100), data + 100, 200),
		 config_crc32(0, data, 300));
}

UNIT(arrays_are_found)
{
	struct cell c = good_cell;
	struct sys s = good_sys;
	struct cpu_set cpus;

	CHECK_EQ(config_size(&c.desc), sizeof(c));
	CHECK(config_mem_regions(&c.desc) == c.mem);
	CHECK(config_irqchips(&c.desc) == c.irqchip);
	CHECK(config_pio(&c.desc) == c.pio);
	CHECK(config_pci(&c.desc) == c.pci);
	config_cpu_set(&c.desc, &cpus);
	CHECK_EQ(low_word(&cpus), 0xc);
	CHECK_EQ(config_system_size(&s.head), sizeof(s));
	config_cpu_set(&s.head.root_cell, &cpus);
	CHECK_EQ(low_word(&cpus), 0xf);
	s.head.root_cell.cpu_set_size = 0;
	config_cpu_set(&s.head.root_cell, &cpus);
	CHECK_EQ(cpu_set_weight(&cpus), JAILHOUSE_MAX_CPUS);
}

UNIT(sizes_of_a_blob)
{
	struct cell c = good_cell;
	struct config_reason why;
	char *copy;
	size_t size;

	seal(&c, sizeof(c));
	expect(config_check_cell(NULL, 5, &why), &why, -ENODATA, "there is no configuration");
	expect(config_check_cell(&c, 0, &why), &why, -ENODATA, "there is no configuration");
	expect(config_check_cell(&c, JAILHOUSE_MAX_CONFIG_SIZE + 1, &why), &why, -EFBIG,
	       "the configuration has more than 262144 bytes");
	expect(config_check_cell(&c, 15, &why), &why, -EMSGSIZE,
	       "the configuration is truncated: 15 bytes");
	expect(config_check_cell(&c, 100, &why), &why, -EMSGSIZE,
	       "the configuration is truncated: 100 bytes of 400 (total_size)");
	expect(config_check_cell(&c, sizeof(c) - 1, &why), &why, -EMSGSIZE,
	       "the configuration is truncated: 399 bytes of 400 (total_size)");

	/* No byte behind the blob is read, whatever its length. */
	for (size = 1; size <= sizeof(c) + 1; size++) {
		unit_row("size %zu", size);
		copy = calloc(1, size);
		memcpy(copy, &c, MIN(size, sizeof(c)));
		CHECK_EQ(config_check_cell(copy, size, &why),
			 size == sizeof(c) ? 0 : -EMSGSIZE);
		if (size > sizeof(c))
			CHECK_STR(why.text,
				  "the configuration is too long: 401 bytes, total_size is 400");
		if (size > 16) {
			seal(copy, size);
			CHECK_EQ(config_check_cell(copy, size, &why),
				 size == sizeof(c) ? 0 : -EMSGSIZE);
		}
		free(copy);
	}
}

UNIT(sizes_of_a_system)
{
	struct sys s = good_sys;
	struct config_reason why;
	char *copy;
	size_t size;

	for (size = 17; size <= sizeof(s) + 1; size++) {
		unit_row("size %zu", size);
		copy = calloc(1, size);
		memcpy(copy, &s, MIN(size, sizeof(s)));
		seal(copy, size);
		CHECK_EQ(config_check_system(copy, size, &why),
			 size == sizeof(s) ? 0 : -EMSGSIZE);
		free(copy);
	}
}

UNIT(every_changed_bit_is_noticed)
{
	struct cell c = good_cell;
	struct config_reason why;
	size_t bit;

	seal(&c, sizeof(c));
	for (bit = 0; bit < sizeof(c) * 8; bit++) {
		((u8 *)&c)[bit / 8] ^= (u8)(1 << bit % 8);
		if (!config_check_cell(&c, sizeof(c), &why) || !why.text[0]) {
			unit_row("bit %zu", bit);
			CHECK(false);
			return;
		}
		((u8 *)&c)[bit / 8] ^= (u8)(1 << bit % 8);
	}
	CHECK_EQ(config_check_cell(&c, sizeof(c), &why), 0);

	c.desc.checksum ^= 1;
	CHECK_EQ(config_check_cell(&c, sizeof(c), &why), -EBADMSG);
	CHECK_EQ(strncmp(why.text, "wrong checksum: 0x", 18), 0);
}

UNIT(head_of_a_cell)
{
	CELL(c.desc.signature[5] = 'l', -EILSEQ,
	     "not the configuration of a cell: the signature is not JHCELL");
	CELL(memcpy(c.desc.signature, JAILHOUSE_SYSTEM_SIGNATURE, 6), -EILSEQ,
	     "not the configuration of a cell: the signature is not JHCELL");
	CELL(c.desc.revision = 2, -EPROTONOSUPPORT,
	     "format revision is 2, only 1 is supported");
	CELL(c.desc.revision = 0, -EPROTONOSUPPORT,
	     "format revision is 0, only 1 is supported");
	CELL(c.desc.id = 7, 0, "");
	CELL(c.desc.reserved = 1, -EINVAL, "the cell's reserved field is not 0");
	CELL(c.desc.flags = 0x20, -EINVAL, "the cell has unknown flags: 0x20");
	CELL(c.desc.flags = 7, 0, "");
}

UNIT(counts_that_overflow)
{
	/* 0x08000000 regions of 32 bytes would be 0 in 32 bits. */
	CELL(c.desc.num_memory_regions += 0x08000000, -E2BIG,
	     "num_memory_regions is 134217731, 1024 is the limit");
	CELL(c.desc.num_irqchips = 33, -E2BIG, "num_irqchips is 33, 32 is the limit");
	CELL(c.desc.num_pio_regions += 0x20000000, -E2BIG,
	     "num_pio_regions is 536870915, 1024 is the limit");
	CELL(c.desc.num_pci_devices = 0xffffffff, -E2BIG,
	     "num_pci_devices is 4294967295, 1024 is the limit");
	CELL(c.desc.cpu_set_size = 0xfffffff8, -E2BIG,
	     "cpu_set_size is 4294967288, 128 is the limit");
	CELL(c.desc.cpu_set_size = 7, -EINVAL,
	     "the CPU set (cpu_set_size) has 7 bytes, not a multiple of 8");
	CELL(c.desc.num_memory_regions++, -EMSGSIZE,
	     "the counts of the cell's lists make 432 bytes, there are 400");
	CELL(c.desc.num_pio_regions = 0, -EMSGSIZE,
	     "the counts of the cell's lists make 376 bytes, there are 400");
	/* Wrong, but of the right length. */
	CELL(c.desc.num_irqchips--; c.desc.num_pio_regions += 4, -EINVAL,
	     "port region 0 (0x0) is empty");
}

UNIT(names)
{
	CELL(c.desc.name[0] = '\0', -EINVAL, "the cell has no name");
	CELL(memset(c.desc.name, 'x', 32), -EINVAL,
	     "the cell's name has more than 31 characters");
	CELL(memset(c.desc.name, 'x', 31), 0, "");
	CELL(c.desc.name[4] = '/', -EINVAL,
	     "character 5 of the cell's name is not one of A-Za-z0-9._-");
	CELL(c.desc.name[0] = ' ', -EINVAL,
	     "character 1 of the cell's name is not one of A-Za-z0-9._-");
	CELL(c.desc.name[12] = (char)0xe4, -EINVAL,
	     "character 13 of the cell's name is not one of A-Za-z0-9._-");
	CELL(strcpy(c.desc.name, "AZaz09._-"), 0, "");
}

UNIT(consoles)
{
	CELL(c.desc.console.type = 1, -EINVAL, "the cell's console has the unknown type 1");
	CELL(c.desc.console.flags = 8, -EINVAL,
	     "the cell's console has the unknown flags 0x8");
	CELL(c.desc.console.flags = 4, -EINVAL,
	     "the cell's console has WIDTH_32, which goes with ACCESS_MMIO and REGDIST_4 only");
	CELL(c.desc.console.flags = 5, -EINVAL,
	     "the cell's console has WIDTH_32, which goes with ACCESS_MMIO and REGDIST_4 only");
	CELL(c.desc.console.flags = 6, -EINVAL,
	     "the cell's console has WIDTH_32, which goes with ACCESS_MMIO and REGDIST_4 only");
	CELL(c.desc.console.address = 0xfe000004; c.desc.console.flags = 7, 0, "");
	CELL(c.desc.console.address = 0xfe000002; c.desc.console.flags = 7, -EINVAL,
	     "the cell's console is at 0xfe000002, which is no multiple of 4");
	CELL(c.desc.console.gate_nr = 1, -EINVAL,
	     "the cell's console has a gate_nr or clock_reg, which must be 0");
	CELL(c.desc.console.clock_reg = 1, -EINVAL,
	     "the cell's console has a gate_nr or clock_reg, which must be 0");
	CELL(c.desc.console.address = 0xfff8, 0, "");
	CELL(c.desc.console.address = 0xfff9, -EOVERFLOW,
	     "the cell's console is at 0xfff9, beyond the last port");
	CELL(c.desc.console.address = 0xfff8; c.desc.console.flags = 2, -EOVERFLOW,
	     "the cell's console is at 0xfff8, beyond the last port");
	CELL(c.desc.console.address = 0xfe000000; c.desc.console.flags = 3, 0, "");
	CELL(c.desc.console.address = 1ULL << 52; c.desc.console.flags = 1, -EOVERFLOW,
	     "the cell's console is at 0x10000000000000, beyond physical memory");
	CELL(c.desc.console.address = ~0ULL; c.desc.console.type = 0, 0, "");
	SYSTEM(s.head.debug_console.type = 9, -EINVAL, "debug_console has the unknown type 9");
	SYSTEM(s.head.debug_console.type = 1, -EINVAL,
	       "debug_console has an address, size, flags or divider, which a screen has not");
	SYSTEM(s.head.debug_console.type = 1; s.head.debug_console.address = 0, 0, "");
}

UNIT(cpu_sets)
{
	CELL(c.cpus[0] = 0, -EINVAL, "the CPU set is empty");
	CELL(c.cpus[1] = 1, 0, "");
	CELL(c.cpus[0] = 0; c.cpus[1] = 1ULL << 63, 0, "");
	CELL(c.cpus[0] = 1ULL << 63, 0, "");
	SYSTEM(s.cpus = 0, -EINVAL, "the CPU set is empty");
}

/* Cells without any list. */
UNIT(cpu_sets_of_odd_sizes)
{
	static const struct {
		u32 size;
		int error;
		const char *text;
	} rows[] = {
		{ 0, -EINVAL, "the CPU set is empty" },
		{ 4, -EINVAL, "the CPU set (cpu_set_size) has 4 bytes, not a multiple of 8" },
		{ 8, -EINVAL, "there is no executable memory region" },
		{ 64, -EINVAL, "there is no executable memory region" },
		{ 72, -ENODEV, "CPU 512 does not exist, the limit is 512 CPUs" },
		{ 128, -ENODEV, "CPU 512 does not exist, the limit is 512 CPUs" },
		{ 136, -E2BIG, "cpu_set_size is 136, 128 is the limit" },
	};
	struct {
		struct jailhouse_cell_desc desc;
		u8 cpus[136];
	} c;
	struct config_reason why;
	size_t i;
	int got;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("size %u", rows[i].size);
		c.desc = good_cell.desc;
		c.desc.num_memory_regions = 0;
		c.desc.num_irqchips = 0;
		c.desc.num_pio_regions = 0;
		c.desc.num_pci_devices = 0;
		c.desc.cpu_set_size = rows[i].size;
		memset(c.cpus, 1, sizeof(c.cpus));
		seal(&c, sizeof(c.desc) + rows[i].size);
		got = config_check_cell(&c, sizeof(c.desc) + rows[i].size, &why);
		expect(got, &why, rows[i].error, rows[i].text);
	}
}

UNIT(memory_regions)
{
	CELL(c.mem[0].size = 0, -EINVAL,
	     "memory region 0 (0x3bf00000-0x3bf00000) is empty");
	CELL(c.mem[0].phys_start += 0x800, -EINVAL,
	     "memory region 0 (0x3bf00800-0x3c000800) is not aligned to 4096 bytes");
	CELL(c.mem[0].virt_start = 1, -EINVAL,
	     "memory region 0 (0x3bf00000-0x3c000000) is not aligned to 4096 bytes");
	CELL(c.mem[2].size += 8, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02008) is not aligned to 4096 bytes");
	CELL(c.mem[2].flags |= 0x200, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02000) has unknown flags: 0x283");
	CELL(c.mem[2].flags |= 1ULL << 63, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02000) has unknown flags: 0x8000000000000083");
	CELL(c.mem[2].flags = JAILHOUSE_MEM_WRITE, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02000) is not readable");
	CELL(c.mem[2].flags = 0, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02000) is not readable");
	CELL(c.mem[0].flags |= JAILHOUSE_MEM_ROOTSHARED, -EINVAL,
	     "memory region 0 (0x3bf00000-0x3c000000) is LOADABLE, which excludes ROOTSHARED and IO");
	CELL(c.mem[0].flags |= JAILHOUSE_MEM_IO, -EINVAL,
	     "memory region 0 (0x3bf00000-0x3c000000) is LOADABLE, which excludes ROOTSHARED and IO");
}

UNIT(memory_regions_that_end_nowhere)
{
	CELL(c.mem[2].phys_start = 0xfffffffffffff000, -EOVERFLOW,
	     "memory region 2 (0xfffffffffffff000-0x1000) ends beyond the last physical address");
	CELL(c.mem[2].phys_start = (1ULL << 52) - 0x1000, -EOVERFLOW,
	     "memory region 2 (0xffffffffff000-0x10000000001000) ends beyond the last physical address");
	CELL(c.mem[2].phys_start = (1ULL << 52) - 0x2000, 0, "");
	CELL(c.mem[2].size = 0xfffffffffffff000, -EOVERFLOW,
	     "memory region 2 (0x3be00000-0x3bdff000) ends beyond the last physical address");
	CELL(c.mem[2].virt_start = (1ULL << 48) - 0x2000, 0, "");
	CELL(c.mem[2].virt_start = (1ULL << 48) - 0x1000, -EOVERFLOW,
	     "memory region 2 (0x3be00000-0x3be02000) at virt_start 0xfffffffff000 ends beyond the last guest-physical address");
	CELL(c.mem[2].virt_start = 0xffffffffffffe000, -EOVERFLOW,
	     "memory region 2 (0x3be00000-0x3be02000) at virt_start 0xffffffffffffe000 ends beyond the last guest-physical address");
}

UNIT(memory_regions_that_overlap_each_other)
{
	CELL(c.mem[2].phys_start = 0x3bfff000, -EADDRINUSE,
	     "memory region 2 (0x3bfff000-0x3c001000) overlaps memory region 0, host-physically (phys_start)");
	CELL(c.mem[2].phys_start = 0x3beff000, -EADDRINUSE,
	     "memory region 2 (0x3beff000-0x3bf01000) overlaps memory region 0, host-physically (phys_start)");
	CELL(c.mem[2].phys_start = 0x3befe000, 0, "");
	CELL(c.mem[2].phys_start = 0x3c000000, 0, "");
	CELL(c.mem[2].virt_start = 0xff000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 0, guest-physically (virt_start)");
	CELL(c.mem[2].virt_start = 0x100000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 1, guest-physically (virt_start)");
	CELL(c.mem[2].virt_start = 0x101000, 0, "");
	CELL(c.mem[1].virt_start = 0xff000, -EADDRINUSE,
	     "memory region 1 (0xff000-0x100000) overlaps memory region 0, guest-physically (virt_start)");
	/* An earlier one, but not the one before. */
	CELL(c.mem[0].virt_start = 0x10000000; c.mem[2].virt_start = 0x10001000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 0, guest-physically (virt_start)");
	/* The comm region's phys_start is no address. */
	CELL(c.mem[2].phys_start = 0, 0, "");
}

UNIT(comm_regions)
{
	CELL(c.mem[1].size = 0x2000, -EINVAL,
	     "memory region 1 (0x100000-0x102000) is a comm region, but not one page at phys_start 0");
	CELL(c.mem[1].phys_start = 0x1000, -EINVAL,
	     "memory region 1 (0x100000-0x101000) is a comm region, but not one page at phys_start 0");
	CELL(c.mem[1].flags |= JAILHOUSE_MEM_EXECUTE, -EINVAL,
	     "memory region 1 (0x100000-0x101000) is a comm region, but has not just the flags READ and WRITE");
	CELL(c.mem[1].flags &= ~(u64)JAILHOUSE_MEM_WRITE, -EINVAL,
	     "memory region 1 (0x100000-0x101000) is a comm region, but has not just the flags READ and WRITE");
	CELL(c.mem[2] = c.mem[1]; c.mem[2].virt_start = 0x200000, -EINVAL,
	     "memory region 2 (0x200000-0x201000) is a second comm region");
	CELL(c.mem[1].flags = RW, 0, "");
}

UNIT(reset_address)
{
	CELL(c.desc.cpu_reset_address = 0, 0, "");
	CELL(c.desc.cpu_reset_address = 0xfffff, 0, "");
	CELL(c.desc.cpu_reset_address = 0x100000, -EINVAL,
	     "cpu_reset_address 0x100000 is in no executable memory region below 4 GiB");
	CELL(c.mem[0].virt_start = 0x100000000; c.desc.cpu_reset_address = 0x100000000, -EINVAL,
	     "cpu_reset_address 0x100000000 is in no executable memory region below 4 GiB");
	CELL(c.mem[0].flags &= ~(u64)JAILHOUSE_MEM_EXECUTE, -EINVAL,
	     "there is no executable memory region");
}

UNIT(irqchips)
{
	CELL(c.irqchip[0].address = 0, -EINVAL, "irqchip 0 cannot be at 0x0");
	CELL(c.irqchip[1].address |= 0x10, -EINVAL, "irqchip 1 cannot be at 0xfec00010");
	CELL(c.irqchip[0].address = 1ULL << 48, -EINVAL,
	     "irqchip 0 cannot be at 0x1000000000000");
	CELL(c.irqchip[1].pin_base = 240, -EOVERFLOW,
	     "irqchip 1 (0xfec00000) has pin_base 240, beyond pin 239");
	CELL(c.irqchip[1].pin_base = 0xffffffff, -EOVERFLOW,
	     "irqchip 1 (0xfec00000) has pin_base 4294967295, beyond pin 239");
	CELL(c.irqchip[1].pin_bitmap[1] = 0x100, -EOVERFLOW,
	     "irqchip 1 (0xfec00000) has a pin 240");
	CELL(c.irqchip[1].pin_bitmap[1] = 0x80, 0, "");
	CELL(c.irqchip[1].pin_base = 32, -EADDRINUSE,
	     "irqchip 1 (0xfec00000) has pin 32, as an earlier one");
	CELL(c.irqchip[1].pin_base = 32; c.irqchip[1].address = 0xfec01000, 0, "");
	CELL(c.irqchip[1].pin_base = 33, 0, "");
	CELL(c.mem[2].virt_start = 0xfebff000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps irqchip 0 (0xfec00000)");
	CELL(c.mem[2].virt_start = 0xfebfe000, 0, "");
}

UNIT(port_regions)
{
	CELL(c.pio[0].length = 0, -EINVAL, "port region 0 (0x3f8) is empty");
	CELL(c.pio[1].flags = 4, -EINVAL,
	     "port region 1 (0x2f8-0x2ff) has unknown flags: 0x4");
	CELL(c.pio[1].flags = 3, -EINVAL,
	     "port region 1 (0x2f8-0x2ff) is IGNORE, which excludes ROOTSHARED");
	CELL(c.pio[0].base = 0xfff8, 0, "");
	CELL(c.pio[0].base = 0xfff9, -EOVERFLOW,
	     "port region 0 (0xfff9-0x10000) ends beyond port 0xffff");
	CELL(c.pio[2].length = 0xffffffff, -EOVERFLOW,
	     "port region 2 (0x70-0x10000006e) ends beyond port 0xffff");
	CELL(c.pio[2].length = 0xffff0002, -EOVERFLOW,
	     "port region 2 (0x70-0xffff0071) ends beyond port 0xffff");
	CELL(c.pio[2].base = 0x2ff, -EADDRINUSE,
	     "port region 2 (0x2ff-0x300) overlaps port region 1");
	CELL(c.pio[1].base = 0x3f1, -EADDRINUSE,
	     "port region 1 (0x3f1-0x3f8) overlaps port region 0");
	CELL(c.pio[1].base = 0x3f0, 0, "");
	CELL(c.pio[2].base = 0x3fe, -EADDRINUSE,
	     "port region 2 (0x3fe-0x3ff) overlaps port region 0");
	CELL(c.pio[1].base = 0; c.pio[1].length = 0x10000, -EADDRINUSE,
	     "port region 1 (0x0-0xffff) overlaps port region 0");
}

UNIT(a_test_device_needs_the_page_behind_the_comm_region)
{
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE, 0, "");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE;
	     c.mem[1].flags = RW; c.mem[1].phys_start = 0x3bd00000, -EINVAL,
	     "the cell has a test device, but no comm region");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE; c.mem[2].virt_start = 0x101000,
	     -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the test device at 0x101000");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE; c.mem[2].virt_start = 0x102000, 0, "");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE; c.mem[1].virt_start = 0xfebff000,
	     -EADDRINUSE, "irqchip 0 (0xfec00000) overlaps the test device");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE;
	     c.mem[1].virt_start = (1ULL << 48) - 0x1000, -EOVERFLOW,
	     "the test device is beyond the last guest-physical address");
}

UNIT(pci_devices)
{
	CELL(c.pci[0].type = 0, -EINVAL, "PCI device 0 (0000:00:03.0) has the unknown type 0x0");
	CELL(c.pci[0].type = 3, -EINVAL, "PCI device 0 (0000:00:03.0) has the unknown type 0x3");
	CELL(c.pci[0].type = 0x80, -EINVAL,
	     "PCI device 0 (0000:00:03.0) has the unknown type 0x80");
	CELL(c.pci[0].type |= JAILHOUSE_PCI_OWNS_PIN, 0, "");
	CELL(c.pci[0].type |= JAILHOUSE_PCI_OWNS_PIN;
	     memset(c.irqchip[0].pin_bitmap, 0, 16); c.irqchip[1].pin_bitmap[0] = 0, -EINVAL,
	     "PCI device 0 (0000:00:03.0) has the flag OWNS_PIN, but the cell owns no pin of an irqchip");
	SYSTEM(s.pci[1].type |= JAILHOUSE_PCI_OWNS_PIN, -EINVAL,
	       "PCI device 1 (0000:00:03.0) of the root cell has a flag of other cells: OWNS_PIN");
	CELL(c.pci[0].iommu = 8, -EINVAL,
	     "PCI device 0 (0000:00:03.0) names DMA remapping unit 8, the limit is 7");
	CELL(c.pci[0].msix_address = 0x1000, -EINVAL,
	     "PCI device 0 (0000:00:03.0) cannot have an MSI-X table of 0 vectors at 0x1000");
	CELL(c.pci[1].msix_address = 0, -EINVAL,
	     "PCI device 1 (0000:00:04.0) cannot have an MSI-X table of 3 vectors at 0x0");
	CELL(c.pci[1].msix_address |= 4, -EINVAL,
	     "PCI device 1 (0000:00:04.0) cannot have an MSI-X table of 3 vectors at 0xfebf1004");
	CELL(c.pci[1].num_msix_vectors = 2049, -EINVAL,
	     "PCI device 1 (0000:00:04.0) cannot have an MSI-X table of 2049 vectors at 0xfebf1000");
	CELL(c.pci[1].msix_address = 1ULL << 52, -EINVAL,
	     "PCI device 1 (0000:00:04.0) cannot have an MSI-X table of 3 vectors at 0x10000000000000");
	CELL(c.pci[1].bdf = 0x18, -EADDRINUSE,
	     "PCI device 1 (0000:00:03.0) is PCI device 0 once more");
	CELL(c.pci[1].bdf = 0x18; c.pci[1].domain = 0xabcd, 0, "");
	CELL(c.pci[0].bdf = 0xffff; c.pci[0].domain = 0xabcd; c.pci[0].type = 9, -EINVAL,
	     "PCI device 0 (abcd:ff:1f.7) has the unknown type 0x9");
}

UNIT(head_of_a_system)
{
	struct config_reason why;

	SYSTEM(s.head.signature[0] = 'X', -EILSEQ,
	       "not the configuration of a system: the signature is not JHSYST");
	SYSTEM(s.head.revision = 9, -EPROTONOSUPPORT,
	       "format revision is 9, only 1 is supported");
	SYSTEM(s.head.flags = 1, -EINVAL, "flags and reserved of the system must be 0");
	SYSTEM(s.head.reserved = 1, -EINVAL, "flags and reserved of the system must be 0");
	SYSTEM(root->num_memory_regions = 0x08000004, -E2BIG,
	       "num_memory_regions is 134217732, 1024 is the limit");
	SYSTEM(root->num_memory_regions = 3, -EMSGSIZE,
	       "the counts of the cell's lists make 432 bytes, there are 464");

	s = good_sys;
	seal(&s, sizeof(s));
	s.mem[0].flags ^= JAILHOUSE_MEM_DMA;
	CHECK_EQ(config_check_system(&s, sizeof(s), &why), -EBADMSG);
	CHECK_EQ(config_check_cell(&s, sizeof(s), &why), -EILSEQ);
}

UNIT(hypervisor_memory)
{
	SYSTEM(s.head.hypervisor_memory.size = 0, -EINVAL,
	       "hypervisor memory cannot be at 0x3a000000 with a size of 0x0");
	SYSTEM(s.head.hypervisor_memory.size = 0x800, -EINVAL,
	       "hypervisor memory cannot be at 0x3a000000 with a size of 0x800");
	SYSTEM(s.head.hypervisor_memory.phys_start |= 1, -EINVAL,
	       "hypervisor memory cannot be at 0x3a000001 with a size of 0x1000000");
	SYSTEM(s.head.hypervisor_memory.phys_start = 1ULL << 52, -EINVAL,
	       "hypervisor memory cannot be at 0x10000000000000 with a size of 0x1000000");
	SYSTEM(s.head.hypervisor_memory.size = 0xfffffffffffff000, -EINVAL,
	       "hypervisor memory cannot be at 0x3a000000 with a size of 0xfffffffffffff000");
	SYSTEM(s.head.hypervisor_memory.virt_start = 0x1000, -EINVAL,
	       "hypervisor memory has a virt_start or flags, which must be 0");
	SYSTEM(s.head.hypervisor_memory.flags = RW, -EINVAL,
	       "hypervisor memory has a virt_start or flags, which must be 0");
	SYSTEM(s.head.hypervisor_memory.size += 0x1000, -EADDRINUSE,
	       "memory region 1 (0x3b000000-0x3bf00000) of the root cell overlaps hypervisor memory (0x3a000000-0x3b001000)");
	SYSTEM(s.head.hypervisor_memory.phys_start -= 0x1000, -EADDRINUSE,
	       "memory region 0 (0x0-0x3a000000) of the root cell overlaps hypervisor memory (0x39fff000-0x3afff000)");
}

UNIT(platform)
{
	struct jailhouse_platform_info *info;

	SYSTEM(s.head.platform_info.reserved[4] = 1, -EINVAL,
	       "platform_info.reserved is not 0");
	SYSTEM(s.head.platform_info.pci_mmconfig_base += 0x1000, -EINVAL,
	       "pci_mmconfig_base cannot be 0xb0001000");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 1ULL << 52, -EINVAL,
	       "pci_mmconfig_base cannot be 0x10000000000000");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 0, 0, "");
	SYSTEM(s.head.platform_info.pm_timer_address = 0xfffd, -EOVERFLOW,
	       "pm_timer_address 0xfffd is too close to port 0xffff");
	SYSTEM(s.head.platform_info.pm_timer_address = 0xfffc, 0, "");
	SYSTEM(s.head.platform_info.iommu_units[7].size = 0x1000, -EINVAL,
	       "DMA remapping unit 7 cannot be at 0x0 with a size of 0x1000");
	SYSTEM(info = &s.head.platform_info; info->iommu_units[0].size = 0, -EINVAL,
	       "DMA remapping unit 0 cannot be at 0xfed90000 with a size of 0x0");
	SYSTEM(s.head.platform_info.iommu_units[0].base |= 1, -EINVAL,
	       "DMA remapping unit 0 cannot be at 0xfed90001 with a size of 0x1000");
	SYSTEM(s.head.platform_info.iommu_units[0].base = 1ULL << 52, -EINVAL,
	       "DMA remapping unit 0 cannot be at 0x10000000000000 with a size of 0x1000");
	SYSTEM(s.head.platform_info.iommu_units[0].size = 0xfffffffffffff000, -EINVAL,
	       "DMA remapping unit 0 cannot be at 0xfed90000 with a size of 0xfffffffffffff000");
	SYSTEM(info = &s.head.platform_info; info->iommu_units[7].base = 0xfebff000;
	       info->iommu_units[7].size = 0x1000, -EADDRINUSE,
	       "memory region 3 (0xfeb00000-0xfec00000) of the root cell overlaps a DMA remapping unit (0xfebff000-0xfec00000)");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 0xef000000, -EADDRINUSE,
	       "memory region 3 (0xfeb00000-0xfec00000) of the root cell overlaps the MMCONFIG area (0xef000000-0xff000000)");
}

/* What is the hypervisor's own is nobody else's, and is only one thing. */
UNIT(nothing_has_two_owners)
{
	struct jailhouse_iommu *unit;
	struct jailhouse_console *con;

	/* regions of the root cell; the ends of the range */
	SYSTEM(s.mem[3].phys_start = s.mem[3].virt_start = 0xfedff000; s.mem[3].size = 0x2000,
	       -EADDRINUSE,
	       "memory region 3 (0xfedff000-0xfee01000) of the root cell overlaps the local APICs (0xfee00000-0xfef00000)");
	SYSTEM(s.mem[3].phys_start = s.mem[3].virt_start = 0xfeeff000; s.mem[3].size = 0x2000,
	       -EADDRINUSE,
	       "memory region 3 (0xfeeff000-0xfef01000) of the root cell overlaps the local APICs (0xfee00000-0xfef00000)");
	SYSTEM(s.mem[3].phys_start = s.mem[3].virt_start = 0xfef00000, 0, "");
	SYSTEM(s.mem[3].phys_start = s.mem[3].virt_start = 0xfed00000, -EADDRINUSE,
	       "memory region 3 (0xfed00000-0xfee00000) of the root cell overlaps a DMA remapping unit (0xfed90000-0xfed91000)");
	/* pairs */
	SYSTEM(s.irqchip[0].address = s.irqchip[1].address = 0x3a000000, -EADDRINUSE,
	       "an I/O APIC (0x3a000000-0x3a001000) overlaps hypervisor memory (0x3a000000-0x3b000000)");
	SYSTEM(s.irqchip[1].address = 0xbffff000, -EADDRINUSE,
	       "an I/O APIC (0xbffff000-0xc0000000) overlaps the MMCONFIG area (0xb0000000-0xc0000000)");
	SYSTEM(s.irqchip[1].address = 0xfee00000, -EADDRINUSE,
	       "an I/O APIC (0xfee00000-0xfee01000) overlaps the local APICs (0xfee00000-0xfef00000)");
	SYSTEM(s.irqchip[1].address = 0xfed90000, -EADDRINUSE,
	       "an I/O APIC (0xfed90000-0xfed91000) overlaps a DMA remapping unit (0xfed90000-0xfed91000)");
	SYSTEM(unit = &s.head.platform_info.iommu_units[1]; unit->base = 0xfed90000;
	       unit->size = 0x1000, -EADDRINUSE,
	       "a DMA remapping unit (0xfed90000-0xfed91000) overlaps a DMA remapping unit (0xfed90000-0xfed91000)");
	SYSTEM(unit = &s.head.platform_info.iommu_units[1]; unit->base = 0xfed91000;
	       unit->size = 0x1000, 0, "");
	SYSTEM(s.head.platform_info.iommu_units[0].base = 0x3afff000, -EADDRINUSE,
	       "a DMA remapping unit (0x3afff000-0x3b000000) overlaps hypervisor memory (0x3a000000-0x3b000000)");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 0xf0000000;
	       s.head.platform_info.pci_mmconfig_end_bus = 0xfe;
	       s.mem[3].phys_start = 0x100000000; s.mem[3].virt_start = 0x100000000, -EADDRINUSE,
	       "the local APICs (0xfee00000-0xfef00000) overlaps the MMCONFIG area (0xf0000000-0xfff00000)");
	/* a console in memory; Linux may see its page */
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0xfeb00000, 0, "");
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0x3a000ff8, -EADDRINUSE,
	       "debug_console (0x3a000ff8-0x3a001000) overlaps hypervisor memory (0x3a000000-0x3b000000)");
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0xfee00300, -EADDRINUSE,
	       "debug_console (0xfee00300-0xfee00308) overlaps the local APICs (0xfee00000-0xfef00000)");
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0xfed90100, -EADDRINUSE,
	       "a DMA remapping unit (0xfed90000-0xfed91000) overlaps debug_console (0xfed90100-0xfed90108)");
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0xfeb00ff9, -EINVAL,
	       "debug_console at 0xfeb00ff9 crosses the end of a page");
	SYSTEM(con = &s.head.debug_console;
	       con->flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4;
	       con->address = 0xfeb00fe4, -EINVAL,
	       "debug_console at 0xfeb00fe4 crosses the end of a page");
	SYSTEM(con = &s.head.debug_console;
	       con->flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4;
	       con->address = 0xfeb00fe0, 0, "");
	/* beyond the end */
	SYSTEM(unit = &s.head.platform_info.iommu_units[1]; unit->base = 0xffffffffff000;
	       unit->size = 0x2000, -EINVAL,
	       "DMA remapping unit 1 cannot be at 0xffffffffff000 with a size of 0x2000");
	SYSTEM(unit = &s.head.platform_info.iommu_units[1]; unit->base = 0xffffffffff000;
	       unit->size = 0x1000, 0, "");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 0xffffff8000000, -EOVERFLOW,
	       "the MMCONFIG area (0xffffff8000000-0x10000008000000) ends beyond the last physical address");
}

UNIT(ports_that_are_the_hypervisors)
{
	SYSTEM(s.pio[2].base = 0xcf0; s.pio[2].length = 9, -EADDRINUSE,
	       "port region 2 (0xcf0-0xcf8) of the root cell overlaps those of PCI configuration (0xcf8-0xcff)");
	SYSTEM(s.pio[2].base = 0xcff; s.pio[2].length = 1, -EADDRINUSE,
	       "port region 2 (0xcff-0xcff) of the root cell overlaps those of PCI configuration (0xcf8-0xcff)");
	SYSTEM(s.pio[2].base = 0xcf0; s.pio[2].length = 8, 0, "");
	SYSTEM(s.pio[2].base = 0xd00, 0, "");
	SYSTEM(s.head.debug_console.address = 0xcf1, -EADDRINUSE,
	       "debug_console (0xcf1) overlaps the ports of PCI configuration (0xcf8-0xcff)");
	SYSTEM(s.head.debug_console.address = 0xcf0, 0, "");
	SYSTEM(s.head.platform_info.pm_timer_address = 0xcfc, -EADDRINUSE,
	       "pm_timer_address 0xcfc overlaps the ports of PCI configuration (0xcf8-0xcff)");
	SYSTEM(s.head.platform_info.pm_timer_address = 0xd00, 0, "");
	SYSTEM(s.head.platform_info.pm_timer_address = 0x3fc, -EADDRINUSE,
	       "pm_timer_address 0x3fc overlaps debug_console (0x3f8): every cell would get it");
	SYSTEM(s.head.platform_info.pm_timer_address = 0x400, 0, "");
	SYSTEM(s.head.debug_console.type = 0; s.head.platform_info.pm_timer_address = 0x3fc, 0, "");
}

UNIT(addresses_that_the_machine_does_not_have)
{
	static const struct {
		unsigned int bits;
		int error;
		const char *text;
	} rows[] = {
		{ 52, 0, "" },
		{ 64, 0, "" },
		{ 33, 0, "" },
		{ 32, 0, "" },
		{ 31, -EOVERFLOW,
		  "memory region 3 (0xfeb00000-0xfec00000) of the root cell ends beyond "
		  "the last address of this machine, 0x7fffffff" },
	};
	struct sys s = good_sys;
	struct config_reason why;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%u bits", rows[n].bits);
		expect(config_check_phys_bits(&s.head, rows[n].bits, &why), &why, rows[n].error,
		       rows[n].text);
	}
	s.head.platform_info.iommu_units[7] = (struct jailhouse_iommu) { 0x7ffffff000, 0x1000 };
	expect(config_check_phys_bits(&s.head, 39, &why), &why, 0, "");
	expect(config_check_phys_bits(&s.head, 38, &why), &why, -EOVERFLOW,
	       "a DMA remapping unit (0x7ffffff000-0x8000000000) ends beyond the last address of this machine, 0x3fffffffff");
}

UNIT(root_cells)
{
	SYSTEM(root->signature[0] = 'X', -EILSEQ,
	       "not the configuration of a root cell: the signature is not JHCELL");
	SYSTEM(root->revision = 3, -EPROTONOSUPPORT,
	       "format revision is 3, only 1 is supported");
	SYSTEM(root->total_size--, -EMSGSIZE,
	       "total_size of the root cell is 463, there are 464 bytes");
	SYSTEM(root->checksum = 1, -EINVAL, "checksum and id of the root cell must be 0");
	SYSTEM(root->id = 1, -EINVAL, "checksum and id of the root cell must be 0");
	SYSTEM(root->name[0] = '\0', -EINVAL, "the cell has no name");
	SYSTEM(root->flags = 2, -EINVAL, "the cell has unknown flags: 0x2");
	SYSTEM(s.mem[1].virt_start += 0x1000, -EINVAL,
	       "memory region 1 (0x3b000000-0x3bf00000) of the root cell has another virt_start: 0x3b001000");
	SYSTEM(s.mem[2].flags |= JAILHOUSE_MEM_LOADABLE, -EINVAL,
	       "memory region 2 (0x3bf00000-0x40000000) of the root cell has flags of other cells: 0x4f");
	SYSTEM(s.mem[2].flags |= JAILHOUSE_MEM_ROOTSHARED, -EINVAL,
	       "memory region 2 (0x3bf00000-0x40000000) of the root cell has flags of other cells: 0x8f");
	SYSTEM(s.mem[0].flags |= JAILHOUSE_MEM_COMM_REGION, -EINVAL,
	       "memory region 0 (0x0-0x3a000000) of the root cell has flags of other cells: 0x2f");
	SYSTEM(s.mem[2].size += 0xc0000000, -EADDRINUSE,
	       "memory region 3 (0xfeb00000-0xfec00000) overlaps memory region 2, host-physically (phys_start)");
	SYSTEM(s.mem[3].size += 0x1000, -EADDRINUSE,
	       "memory region 3 (0xfeb00000-0xfec01000) overlaps irqchip 0 (0xfec00000)");
	SYSTEM(s.pio[0].flags = JAILHOUSE_PIO_ROOTSHARED, -EINVAL,
	       "port region 0 (0x0-0x7f) of the root cell has flags of other cells: 0x1");
	SYSTEM(s.pio[1].base = 0x7f, -EADDRINUSE,
	       "port region 1 (0x7f-0x86) overlaps port region 0");
	SYSTEM(s.pci[2].bdf = 8, -EADDRINUSE,
	       "PCI device 2 (0000:00:01.0) is PCI device 0 once more");
}

UNIT(a_root_cell_may_have_all_cpus)
{
	struct {
		struct jailhouse_system head;
		struct jailhouse_memory mem;
	} __packed s = {
		.head = good_sys.head,
		.mem = { 0, 0, 0x100000, RW },
	};
	struct jailhouse_cell_desc *root = &s.head.root_cell;
	struct config_reason why;

	root->cpu_set_size = 0;
	root->num_memory_regions = 1;
	root->num_irqchips = 0;
	root->num_pio_regions = 0;
	root->num_pci_devices = 0;
	root->total_size = sizeof(*root) + sizeof(s.mem);
	seal(&s, sizeof(s));
	CHECK_EQ(config_check_system(&s, sizeof(s), &why), 0);
}

/* Owns CPU 1 and a piece of everything. */
static const struct cell other_cell = {
	.desc = {
		.name = "other",
		.cpu_set_size = sizeof(other_cell.cpus),
		.num_memory_regions = ARRAY_SIZE(other_cell.mem),
		.num_irqchips = ARRAY_SIZE(other_cell.irqchip),
		.num_pio_regions = ARRAY_SIZE(other_cell.pio),
		.num_pci_devices = 1,
	},
	.cpus = { 0x2 },
	.mem = {
		{ 0x3c100000, 0, 0x100000, RWX },
		{ 0, 0x100000, 0x1000, RW | JAILHOUSE_MEM_COMM_REGION },
		{ 0x3be01000, 0x200000, 0x1000, RW | JAILHOUSE_MEM_ROOTSHARED },
	},
	.irqchip = {
		{ .address = 0xfec00000, .pin_bitmap = { 0x1 } },
		{ .address = 0xfec00000, .pin_base = 201, .pin_bitmap = { 1 } },
	},
	.pio = {
		PIO_RANGE(0x60, 8),
		PIO_RANGE_FLAGS(0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED),
		PIO_RANGE_FLAGS(0x3f8, 8, JAILHOUSE_PIO_IGNORE),
	},
	.pci = { { .type = JAILHOUSE_PCI_TYPE_BRIDGE, .bdf = 0x08 } },
};

/* The last bit of the bitmap is a pin like all others. */
UNIT(the_last_pin_of_a_bitmap)
{
	const struct jailhouse_irqchip last = {
		.address = 0xfec00000, .pin_base = 64, .pin_bitmap = { 0, 0, 0, 1U << 31 },
	};

	CELL(c.irqchip[1] = last, 0, "");
	CELL(c.irqchip[1] = last; c.irqchip[1].pin_base = 112, 0, "");
	CELL(c.irqchip[1] = last; c.irqchip[1].pin_base = 113, -EOVERFLOW,
	     "irqchip 1 (0xfec00000) has a pin 240");
	CELL(c.irqchip[0] = c.irqchip[1] = last, -EADDRINUSE,
	     "irqchip 1 (0xfec00000) has pin 191, as an earlier one");
	FITS(c.irqchip[1] = last, -ENXIO,
	     "irqchip 1 (0xfec00000) has pin 191, which is not the root cell's");
	FITS(c.irqchip[1] = last; s.irqchip[1] = last, 0, "");
	FITS(c.irqchip[1] = last; s.irqchip[1] = last; o.irqchip[1] = last, -EBUSY,
	     "irqchip 1 (0xfec00000) has pin 191, which belongs to cell \"other\"");
}

UNIT(names_and_cpus_that_do_not_fit)
{
	FITS((void)c, 0, "");
	FITS(strcpy(c.desc.name, "other"), -EEXIST, "there is a cell \"other\" already");
	FITS(strcpy(c.desc.name, "RootCell"), -EEXIST, "the root cell has the name \"RootCell\"");
	FITS(c.cpus[0] = 0xe, -EBUSY, "CPU 1 belongs to cell \"other\"");
	FITS(c.cpus[1] = 0x80, -ENODEV, "CPU 71 does not exist, or Linux does not use it");
	FITS(o.cpus[1] = 0x80; c.cpus[1] = 0x180, -EBUSY, "CPU 71 belongs to cell \"other\"");
	FITS(c.cpus[0] = 0x80, -ENODEV, "CPU 7 does not exist, or Linux does not use it");
	FITS(c.cpus[0] = 1ULL << 63, -ENODEV, "CPU 63 does not exist, or Linux does not use it");
	FITS(c.cpus[0] = 0xd, -EBUSY, "CPU 0 is the last one of the root cell");
	FITS(m = 0xc, -EBUSY, "CPU 2 is the last one of the root cell");
	FITS(m = 0x4, -ENODEV, "CPU 3 does not exist, or Linux does not use it");
}

UNIT(memory_that_does_not_fit)
{
	FITS(c.mem[0].phys_start = 0x3aff0000, -EADDRINUSE,
	     "memory region 0 (0x3aff0000-0x3b0f0000) overlaps hypervisor memory");
	FITS(c.mem[0].phys_start = 0x39fff000, -EADDRINUSE,
	     "memory region 0 (0x39fff000-0x3a0ff000) overlaps hypervisor memory");
	FITS(c.mem[0].phys_start = 0x3ff80000, -ENXIO,
	     "memory region 0 (0x3ff80000-0x40080000) is not the root cell's from 0x40000000 on");
	FITS(c.mem[0].phys_start = 0x80000000, -ENXIO,
	     "memory region 0 (0x80000000-0x80100000) is not the root cell's from 0x80000000 on");
	FITS(c.mem[0].phys_start = 0x3be80000; c.mem[2].phys_start = 0x1000, 0, "");
	FITS(c.mem[0].phys_start = 0xfeb00000, -EACCES,
	     "memory region 0 (0xfeb00000-0xfec00000) has rights (flags 0x4) that the root cell lacks at 0xfeb00000");
	FITS(c.mem[0].phys_start = 0x3be80000; c.mem[0].flags |= JAILHOUSE_MEM_DMA, -EACCES,
	     "memory region 0 (0x3be80000-0x3bf80000) has rights (flags 0x8) that the root cell lacks at 0x3be80000");
	FITS(c.mem[0].flags |= JAILHOUSE_MEM_DMA, 0, "");
	FITS(c.mem[2].phys_start = 0xfeb00000, -EACCES,
	     "memory region 2 (0xfeb00000-0xfeb02000) lacks the flag IO, other than the root cell at 0xfeb00000");
	/* RAM that claims to be registers would neither be scrubbed nor asked of Linux. */
	FITS(c.mem[0].flags = RWX | JAILHOUSE_MEM_IO, -EACCES,
	     "memory region 0 (0x3bf00000-0x3c000000) has the flag IO, other than the root cell at 0x3bf00000");
	FITS(c.mem[2].flags |= JAILHOUSE_MEM_IO, -EACCES,
	     "memory region 2 (0x3be00000-0x3be02000) has the flag IO, other than the root cell at 0x3be00000");
	FITS(c.mem[2].phys_start = 0xfeb00000; c.mem[2].flags |= JAILHOUSE_MEM_IO, 0, "");
	FITS(c.mem[2].virt_start = 0xb0000000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the MMCONFIG area, guest-physically (virt_start)");
	FITS(c.mem[1].virt_start = 0xbffff000, -EADDRINUSE,
	     "memory region 1 (0xbffff000-0xc0000000) overlaps the MMCONFIG area, guest-physically (virt_start)");
	FITS(c.mem[2].virt_start = 0xc0000000, 0, "");
	FITS(c.mem[2].virt_start = 0xfee00000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the local APICs, guest-physically (virt_start)");
	FITS(c.mem[1].virt_start = 0xfeeff000, -EADDRINUSE,
	     "memory region 1 (0xfeeff000-0xfef00000) overlaps the local APICs, guest-physically (virt_start)");
	FITS(c.mem[2].virt_start = 0xfef00000, 0, "");
	FITS(s.head.platform_info.pci_mmconfig_base = 0; c.mem[2].virt_start = 0xb0000000, 0, "");
}

/* What neither scrub nor loader of Linux may write to, Linux may not give away. */
UNIT(memory_that_the_root_cell_cannot_write)
{
	FITS(s.mem[2].flags = RWX & ~JAILHOUSE_MEM_WRITE;
	     c.mem[0].flags &= ~(u64)JAILHOUSE_MEM_WRITE, -EACCES,
	     "memory region 0 (0x3bf00000-0x3c000000) is scrubbed, but the root cell cannot write at 0x3bf00000 (ROOTSHARED is not scrubbed)");
	FITS(s.mem[2].flags = RWX & ~JAILHOUSE_MEM_WRITE;
	     c.mem[0].flags = RWX & ~JAILHOUSE_MEM_WRITE, -EACCES,
	     "memory region 0 (0x3bf00000-0x3c000000) is scrubbed, but the root cell cannot write at 0x3bf00000 (ROOTSHARED is not scrubbed)");
	FITS(s.mem[2].flags = RWX & ~JAILHOUSE_MEM_WRITE;
	     c.mem[0].flags = (RWX & ~JAILHOUSE_MEM_WRITE) | JAILHOUSE_MEM_ROOTSHARED, 0, "");
	FITS(s.mem[3].flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO;
	     c.mem[2].flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO;
	     c.mem[2].phys_start = 0xfeb00000, 0, "");
}

UNIT(each_right_that_the_root_cell_lacks)
{
	static const u64 rights[] = {
		JAILHOUSE_MEM_WRITE, JAILHOUSE_MEM_EXECUTE, JAILHOUSE_MEM_DMA,
	};
	unsigned int i;
	char text[160];

	for (i = 0; i < ARRAY_SIZE(rights); i++) {
		snprintf(text, sizeof(text),
			 "memory region 2 (0x3be00000-0x3be02000) has rights (flags 0x%llx) that the root cell lacks at 0x3be00000",
			 rights[i]);
		FITS(s.mem[1].flags = 0xf & ~rights[i];
		     c.mem[2].flags = 0xf | JAILHOUSE_MEM_ROOTSHARED, -EACCES, text);
		FITS(s.mem[1].flags = 0xf & ~rights[i];
		     c.mem[2].flags = (0xf & ~rights[i]) | JAILHOUSE_MEM_ROOTSHARED, 0, "");
	}
}

UNIT(memory_of_another_cell)
{
	FITS(c.mem[0].phys_start = 0x3c1ff000, -EBUSY,
	     "memory region 0 (0x3c1ff000-0x3c2ff000) overlaps memory region 0 of cell \"other\"");
	FITS(c.mem[0].phys_start = 0x3c001000, -EBUSY,
	     "memory region 0 (0x3c001000-0x3c101000) overlaps memory region 0 of cell \"other\"");
	FITS(c.mem[0].phys_start = 0x3c000000, 0, "");
	FITS(c.mem[0].phys_start = 0x3c200000, 0, "");
	/* ROOTSHARED must be said on both sides. */
	FITS(c.mem[2].flags = RW, -EBUSY,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 2 of cell \"other\"");
	FITS(o.mem[2].flags = RW, -EBUSY,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 2 of cell \"other\"");
	/* The other's comm region has no phys_start. */
	FITS(c.mem[2].phys_start = 0, 0, "");
}

UNIT(ports_that_do_not_fit)
{
	FITS(c.pio[0].base = 0x80, -ENXIO,
	     "port region 0 (0x80-0x87) is not the root cell's from 0x80 on");
	FITS(c.pio[0].base = 0x7c, -ENXIO,
	     "port region 0 (0x7c-0x83) is not the root cell's from 0x80 on");
	/* A cell gets only what is the root cell's. */
	FITS(c.pio[0].base = 0xcf8, -ENXIO,
	     "port region 0 (0xcf8-0xcff) is not the root cell's from 0xcf8 on");
	FITS(s.pio[1].base = 0x80; s.pio[1].length = 0x300; c.pio[0].base = 0x7c, 0, "");
	FITS(c.pio[0].base = 0x5f, -EBUSY,
	     "port region 0 (0x5f-0x66) overlaps port region 0 of cell \"other\"");
	FITS(c.pio[0].base = 0x58, 0, "");
	FITS(c.pio[1].flags = 0, -EBUSY,
	     "port region 1 (0x2f8-0x2ff) overlaps port region 1 of cell \"other\"");
	FITS(o.pio[1].flags = 0, -EBUSY,
	     "port region 1 (0x2f8-0x2ff) overlaps port region 1 of cell \"other\"");
	/* What is ignored may be anybody's, and nobody's. */
	FITS(c.pio[2].base = 0x60, 0, "");
	FITS(c.pio[2].base = 0x9000, 0, "");
}

UNIT(the_pm_timer_is_everybodys)
{
	FITS(c.pio[0].base = 0x608; c.pio[0].length = 4, 0, "");
	FITS(c.pio[0].base = 0x609; c.pio[0].length = 2, 0, "");
	FITS(c.pio[0].base = 0x608, -ENXIO,
	     "port region 0 (0x608-0x60f) is not the root cell's from 0x60c on");
	FITS(c.pio[0].base = 0x607; c.pio[0].length = 5, -ENXIO,
	     "port region 0 (0x607-0x60b) is not the root cell's from 0x607 on");
	FITS(c.pio[0].base = 0x608; c.pio[0].length = 4; o.pio[0] = c.pio[0], 0, "");
	/* In the middle of what the root cell lists, and of what two cells list. */
	FITS(s.pio[0].length = 0x800; s.pio[1].base = 0x800; c.pio[1].base = 0x600;
	     c.pio[1].length = 0x20; o.pio[1] = (struct jailhouse_pio)PIO_RANGE(0x608, 4), 0, "");
	FITS(s.pio[0].length = 0x800; s.pio[1].base = 0x800; c.pio[1].base = 0x600;
	     c.pio[1].length = 0x20; o.pio[1] = (struct jailhouse_pio)PIO_RANGE(0x608, 5), -EBUSY,
	     "port region 1 (0x600-0x61f) overlaps port region 1 of cell \"other\"");
	FITS(s.head.platform_info.pm_timer_address = 0; c.pio[0].base = 0; c.pio[0].length = 4;
	     o.pio[0] = c.pio[0], -EBUSY,
	     "port region 0 (0x0-0x3) overlaps port region 0 of cell \"other\"");
}

UNIT(pins_that_do_not_fit)
{
	FITS(c.irqchip[0].address = 0xfec01000, -ENXIO,
	     "irqchip 0 (0xfec01000) has pin 4, which is not the root cell's");
	FITS(c.irqchip[1].pin_base = 208, -ENXIO,
	     "irqchip 1 (0xfec00000) has pin 208, which is not the root cell's");
	FITS(c.irqchip[1].pin_base = 64, -ENXIO,
	     "irqchip 1 (0xfec00000) has pin 64, which is not the root cell's");
	FITS(c.irqchip[1].pin_base = 63, 0, "");
	FITS(c.irqchip[0].pin_bitmap[0] = 0x11, -EBUSY,
	     "irqchip 0 (0xfec00000) has pin 0, which belongs to cell \"other\"");
	FITS(c.irqchip[0].pin_base = 170; c.irqchip[0].pin_bitmap[0] = 1U << 31, -EBUSY,
	     "irqchip 0 (0xfec00000) has pin 201, which belongs to cell \"other\"");
}

UNIT(devices_that_do_not_fit)
{
	FITS(c.pci[0].bdf = 0x19, -ENXIO, "PCI device 0 (0000:00:03.1) is not the root cell's");
	FITS(c.pci[0].domain = 1, -ENXIO, "PCI device 0 (0001:00:03.0) is not the root cell's");
	FITS(c.pci[0].type |= JAILHOUSE_PCI_OWNS_PIN, 0, "");
	FITS(c.pci[0].type = JAILHOUSE_PCI_TYPE_BRIDGE, -EINVAL,
	     "PCI device 0 (0000:00:03.0) is described in another way than in the root cell");
	FITS(c.pci[1].num_msix_vectors = 2, -EINVAL,
	     "PCI device 1 (0000:00:04.0) is described in another way than in the root cell");
	FITS(c.pci[0] = o.pci[0], -EBUSY, "PCI device 0 (0000:00:01.0) belongs to cell \"other\"");
}

/* As many regions as there may be, in both orders. */
UNIT(long_lists)
{
	static struct {
		struct jailhouse_cell_desc desc;
		u64 cpus;
		struct jailhouse_memory mem[CONFIG_MAX_MEMORY_REGIONS];
	} __packed c;
	struct config_reason why;
	u64 n, at;
	int up;

	for (up = 0; up <= 1; up++) {
		c.desc = good_cell.desc;
		c.desc.cpu_set_size = 8;
		c.desc.num_memory_regions = CONFIG_MAX_MEMORY_REGIONS;
		c.desc.num_irqchips = 0;
		c.desc.num_pio_regions = 0;
		c.desc.num_pci_devices = 0;
		c.cpus = 1;
		for (n = 0; n < CONFIG_MAX_MEMORY_REGIONS; n++) {
			at = (up ? n : CONFIG_MAX_MEMORY_REGIONS - 1 - n) * 0x100000;
			c.mem[n] = (struct jailhouse_memory){ at, at, 0x100000, RWX };
		}
		seal(&c, sizeof(c));
		CHECK_EQ(config_check_cell(&c, sizeof(c), &why), 0);

		c.mem[700].phys_start += 0x1000;
		seal(&c, sizeof(c));
		CHECK_EQ(config_check_cell(&c, sizeof(c), &why), -EADDRINUSE);
	}
}

UNIT(long_reasons_are_cut)
{
	struct cell c = good_cell, o = other_cell;
	const struct jailhouse_cell_desc *others[] = { &o.desc };
	const struct cpu_set root_cpus = low_cpus(0xd);
	struct config_reason why;
	struct memory_map map;

	memset(o.desc.name, 'n', 31);
	c.mem[2].flags = RW;
	memory_map_init(&map, &good_sys.head.root_cell);
	CHECK_EQ(config_check_cell_fits(&c.desc, &good_sys.head, &map, others, 1, &root_cpus, &why),
		 -EBUSY);
	CHECK(strnlen(why.text, sizeof(why.text)) < sizeof(why.text));
}
