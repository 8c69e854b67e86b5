// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/config_fits.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c */
/* SOURCES: core/config_memory.c core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/memory_map.c core/format.c */
/* SOURCES: core/cpu_set.c */
/* OPTIONS: -max_len=4096 */
/*
 * Configurations of any content. What is accepted is looked at again in the simplest
 * way there is, since hypervisor and driver rely on it.
 *
 * Input: a byte of flags, a byte: length of the first blob in units of 8, the first
 * blob, the second blob. One blob: a cell or a system. Two: does the cell fit?
 */
#include "config_check.h"
#include "memory_map.h"
#include "errno.h"
#include "fuzz.h"

#define SYSTEM		0x01	/* the first blob is a system */
#define SEAL		0x02	/* make lengths and checksum right */
#define TWO		0x04	/* a second blob follows, a cell */

static bool documented(int err)
{
	static const int errors[] = {
		0, -ENODATA, -EFBIG, -EMSGSIZE, -EILSEQ, -EPROTONOSUPPORT, -E2BIG, -EBADMSG,
		-EINVAL, -EOVERFLOW, -EADDRINUSE, -ENODEV, -ENXIO, -EACCES, -EBUSY, -EEXIST,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if (err == errors[i])
			return true;
	return false;
}

static void check_reason(int err, const struct config_reason *why)
{
	size_t length = strnlen(why->text, sizeof(why->text));

	REQUIRE(documented(err));
	REQUIRE(why->error == err);
	REQUIRE(length < sizeof(why->text));
	REQUIRE((length != 0) == (err != 0));
}

/* What the build does; gives inputs a chance to get beyond the checksum. */
static void seal(u8 *blob, size_t size, bool system)
{
	const char *signature = system ? JAILHOUSE_SYSTEM_SIGNATURE :
					 JAILHOUSE_CELL_DESC_SIGNATURE;
	struct jailhouse_system *sys = (void *)blob;
	struct jailhouse_cell_desc *desc = (void *)blob;

	if (size < (system ? sizeof(*sys) : sizeof(*desc)))
		return;
	memcpy(desc->signature, signature, JAILHOUSE_SIGNATURE_SIZE);
	desc->revision = JAILHOUSE_CONFIG_REVISION;
	desc->total_size = (u32)size;
	if (system) {
		memcpy(sys->root_cell.signature, JAILHOUSE_CELL_DESC_SIGNATURE,
		       JAILHOUSE_SIGNATURE_SIZE);
		sys->root_cell.revision = JAILHOUSE_CONFIG_REVISION;
		sys->root_cell.total_size =
			(u32)(size - offsetof(struct jailhouse_system, root_cell));
	}
	desc->checksum = config_checksum(blob, size);
}

static bool apart(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a + a_size <= b || b + b_size <= a;
}

static void check_regions(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	u32 i, k;

	for (i = 0; i < desc->num_memory_regions; i++) {
		REQUIRE(mem[i].size && mem[i].flags & JAILHOUSE_MEM_READ);
		REQUIRE(!((mem[i].phys_start | mem[i].virt_start | mem[i].size) & 0xfff));
		REQUIRE(mem[i].phys_start + mem[i].size <= CONFIG_PHYS_END);
		REQUIRE(mem[i].virt_start + mem[i].size <= CONFIG_GUEST_PHYS_END);
		for (k = 0; k < i; k++) {
			REQUIRE(apart(mem[i].virt_start, mem[i].size,
				      mem[k].virt_start, mem[k].size));
			REQUIRE((mem[i].flags | mem[k].flags) & JAILHOUSE_MEM_COMM_REGION ||
				apart(mem[i].phys_start, mem[i].size,
				      mem[k].phys_start, mem[k].size));
		}
	}
}

static void check_rest(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_pio *pio = config_pio(desc);
	const struct jailhouse_pci_device *pci = config_pci(desc);
	struct cpu_set cpus;
	u32 i, k;

	REQUIRE(desc->name[0] && strnlen(desc->name, 32) < 32);
	config_cpu_set(desc, &cpus);
	REQUIRE(!cpu_set_empty(&cpus));
	for (i = 0; i < desc->num_pio_regions; i++) {
		REQUIRE(pio[i].length && pio[i].base + pio[i].length <= 0x10000);
		for (k = 0; k < i; k++)
			REQUIRE(apart(pio[i].base, pio[i].length, pio[k].base, pio[k].length));
	}
	for (i = 0; i < desc->num_pci_devices; i++)
		for (k = 0; k < i; k++)
			REQUIRE(pci[i].bdf != pci[k].bdf || pci[i].domain != pci[k].domain);
}

static const struct jailhouse_memory *owner(const struct jailhouse_cell_desc *desc, u64 hpa)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	u32 i;

	for (i = 0; i < desc->num_memory_regions; i++)
		if (!(mem[i].flags & JAILHOUSE_MEM_COMM_REGION) &&
		    hpa >= mem[i].phys_start && hpa - mem[i].phys_start < mem[i].size)
			return &mem[i];
	return NULL;
}

static bool has_port(const struct jailhouse_cell_desc *desc, u32 port)
{
	const struct jailhouse_pio *pio = config_pio(desc);
	u32 i;

	for (i = 0; i < desc->num_pio_regions; i++)
		if (!(pio[i].flags & JAILHOUSE_PIO_IGNORE) &&
		    port >= pio[i].base && port - pio[i].base < pio[i].length)
			return true;
	return false;
}

/* Its first and last page, and where regions of the root cell end in between. */
static void check_owned(const struct jailhouse_memory *mem, const struct jailhouse_system *sys)
{
	const struct jailhouse_memory *root = config_mem_regions(&sys->root_cell), *found;
	u64 probe[3];
	u32 i, k;

	REQUIRE(apart(mem->phys_start, mem->size, sys->hypervisor_memory.phys_start,
		      sys->hypervisor_memory.size));
	for (i = 0; i < sys->root_cell.num_memory_regions; i++) {
		probe[0] = mem->phys_start;
		probe[1] = mem->phys_start + mem->size - 1;
		probe[2] = root[i].phys_start + root[i].size;
		for (k = 0; k < 3; k++) {
			if (probe[k] - mem->phys_start >= mem->size)
				continue;
			found = owner(&sys->root_cell, probe[k]);
			REQUIRE(found);
			REQUIRE(!(mem->flags & ~found->flags & 0xf));
		}
	}
	REQUIRE(i > 0);
}

static void check_fit(const struct jailhouse_cell_desc *cell,
		      const struct jailhouse_system *sys)
{
	const u32 timer = sys->platform_info.pm_timer_address;
	const struct jailhouse_memory *mem = config_mem_regions(cell);
	u32 i, port;

	for (i = 0; i < cell->num_memory_regions; i++)
		if (!(mem[i].flags & JAILHOUSE_MEM_COMM_REGION))
			check_owned(&mem[i], sys);
	for (port = 0; port < 0x10000; port += 7)
		if (has_port(cell, port))
			REQUIRE(has_port(&sys->root_cell, port) ||
				(timer && port >= timer && port < timer + 4));
}

static bool check_blob(const u8 *blob, size_t size, bool system)
{
	const struct jailhouse_cell_desc *desc = (const void *)blob;
	struct config_reason why;
	int err;

	if (system) {
		desc = &((const struct jailhouse_system *)blob)->root_cell;
		err = config_check_system(blob, size, &why);
	} else {
		err = config_check_cell(blob, size, &why);
	}
	check_reason(err, &why);
	if (err)
		return false;
	check_regions(desc);
	check_rest(desc);
	return true;
}

/* Under another name it finds its CPUs taken. */
static void check_twice(const struct jailhouse_cell_desc *cell,
			const struct jailhouse_system *sys)
{
	const struct jailhouse_cell_desc *const others[] = { cell };
	struct jailhouse_cell_desc *again = malloc(cell->total_size);
	struct config_reason why;
	struct memory_map map;
	struct cpu_set all;
	int err;

	memset(&all, 0xff, sizeof(all));
	REQUIRE(again);
	memcpy(again, cell, cell->total_size);
	again->name[0] ^= 1;
	memory_map_init(&map, &sys->root_cell);
	err = config_check_cell_fits(again, sys, &map, others, 1, &all, &why);
	check_reason(err, &why);
	REQUIRE(err == -EBUSY || err == -EEXIST);
	free(again);
}

static void check_two(const u8 *sys_blob, const u8 *cell_blob)
{
	const struct jailhouse_cell_desc *cell = (const void *)cell_blob;
	const struct jailhouse_system *sys = (const void *)sys_blob;
	struct config_reason why;
	struct cpu_set root_cpus;
	struct memory_map map;
	int err;

	memory_map_init(&map, &sys->root_cell);
	config_cpu_set(&sys->root_cell, &root_cpus);
	err = config_check_cell_fits(cell, sys, &map, NULL, 0, &root_cpus, &why);
	check_reason(err, &why);
	if (err)
		return;
	check_fit(cell, sys);
	check_twice(cell, sys);
}

/* In memory of its own, so that a read beyond it is seen. */
static u8 *take_blob(struct fuzz_input *input, size_t size)
{
	u8 *blob = malloc(size ? size : 1);

	REQUIRE(blob);
	fuzz_take(input, blob, size);
	return blob;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input input = { data, size };
	u8 flags, units, *first, *second = NULL;
	size_t first_size, second_size;
	bool good;

	fuzz_take(&input, &flags, sizeof(flags));
	fuzz_take(&input, &units, sizeof(units));
	first_size = flags & TWO ? MIN(units * 8UL, input.left) : input.left;
	first = take_blob(&input, first_size);
	second_size = input.left;
	second = take_blob(&input, second_size);
	if (flags & SEAL) {
		seal(first, first_size, flags & SYSTEM);
		seal(second, second_size, false);
	}
	good = check_blob(first, first_size, flags & SYSTEM);
	if (flags & TWO && check_blob(second, second_size, false) && good && flags & SYSTEM)
		check_two(first, second);
	free(first);
	free(second);
	return 0;
}
