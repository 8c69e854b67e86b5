// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: configs.c */
/* The check of configurations as a whole: sizes, checksums, lists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "configs.h"

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

static struct {
	struct jailhouse_cell_desc desc;
	u64 cpus;
	struct jailhouse_memory mem[6];
} __packed few;

static u32 draw(u32 *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/* Each place in a space of 16 pages; one region may be the comm region. */
static void place_regions(u32 *seed)
{
	const u32 comm = draw(seed) % 12;
	u32 n;

	for (n = 0; n < ARRAY_SIZE(few.mem); n++) {
		few.mem[n] = (struct jailhouse_memory){
			.phys_start = draw(seed) % 16 * PAGE_SIZE,
			.virt_start = draw(seed) % 16 * PAGE_SIZE,
			.size = (1 + draw(seed) % 2) * PAGE_SIZE, .flags = RWX,
		};
		if (n == comm) {
			few.mem[n].phys_start = 0;
			few.mem[n].size = PAGE_SIZE;
			few.mem[n].flags = RW | JAILHOUSE_MEM_COMM_REGION;
		}
	}
	few.desc.cpu_reset_address = few.mem[comm ? 0 : 1].virt_start;
}

static bool is_comm(const struct jailhouse_memory *mem)
{
	return mem->flags & JAILHOUSE_MEM_COMM_REGION;
}

static bool overlap(const struct jailhouse_memory *a, const struct jailhouse_memory *b, bool guest)
{
	const u64 first = guest ? a->virt_start : a->phys_start;
	const u64 second = guest ? b->virt_start : b->phys_start;

	if (!guest && (is_comm(a) || is_comm(b)))
		return false;
	return first < second + b->size && second < first + a->size;
}

/* Each is compared with all before it, whatever the order. Return: is anything wrong? */
static bool wrong_by_pairs(bool guest, char *text, size_t size)
{
	const struct jailhouse_memory *mem = few.mem;
	u64 start;
	u32 n, i;

	for (n = 0; n < ARRAY_SIZE(few.mem); n++) {
		for (i = 0; i < n; i++) {
			if (!overlap(&mem[n], &mem[i], guest))
				continue;
			start = is_comm(&mem[n]) ? mem[n].virt_start : mem[n].phys_start;
			snprintf(text, size,
				 "memory region %u (0x%llx-0x%llx) overlaps memory region %u, %s",
				 n, start, start + mem[n].size, i,
				 guest ? "guest-physically (virt_start)" :
					 "host-physically (phys_start)");
			return true;
		}
	}
	return false;
}

UNIT(lists_in_any_order)
{
	char text[200] = "";
	unsigned int round, good = 0;
	struct config_reason why;
	u32 seed = 1;

	few.desc = good_cell.desc;
	few.desc.cpu_set_size = 8;
	few.desc.num_memory_regions = ARRAY_SIZE(few.mem);
	few.desc.num_irqchips = 0;
	few.desc.num_pio_regions = 0;
	few.desc.num_pci_devices = 0;
	few.cpus = 1;
	for (round = 0; round < 100000; round++) {
		unit_row("round %u", round);
		place_regions(&seed);
		seal(&few, sizeof(few));
		config_check_cell(&few, sizeof(few), &why);
		if (!wrong_by_pairs(false, text, sizeof(text)) &&
		    !wrong_by_pairs(true, text, sizeof(text))) {
			text[0] = '\0';
			good++;
		}
		if (!CHECK_STR(why.text, text))
			return;
	}
	CHECK(good > 1000);
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
