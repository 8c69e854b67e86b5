// SPDX-License-Identifier: GPL-2.0-only
/* Machines that describe themselves, and what is looked at in what they say. */
#include "unit.h"
#include "described.h"

#include <stdio.h>
#include <string.h>

#include "../../driver/address_map.h"
#include "../../driver/compare.h"

#include "config_check.h"

struct made made;
static struct address_map map;

const struct jailhouse_system *system_made(void)
{
	return (const void *)made.blob;
}

int describe(const struct machine_facts *facts)
{
	memset(&made, 0xa5, sizeof(made));
	made.why.text[0] = '\0';
	return jh_describe(facts, &map, made.blob, &made.size, &made.why);
}

static void print_complaint(void *arg, const char *text, bool fatal)
{
	printf("# %s%s\n", text, fatal ? "" : " (a warning)");
	++*(unsigned int *)arg;
}

unsigned int complaints_about(const struct machine_facts *facts, int *err)
{
	unsigned int count = 0;
	const struct complaints complaints = { print_complaint, &count };

	*err = jh_compare(system_made(), facts, &complaints, &made.why);
	return count;
}

const struct jailhouse_memory *find_region(u64 address)
{
	const struct jailhouse_cell_desc *root = &system_made()->root_cell;
	const struct jailhouse_memory *region = config_mem_regions(root);
	unsigned int n;

	for (n = 0; n < root->num_memory_regions; n++, region++)
		if (address >= region->phys_start && address - region->phys_start < region->size)
			return region;
	return NULL;
}

static bool in_hypervisor_memory(u64 address)
{
	const struct jailhouse_memory *mem = &system_made()->hypervisor_memory;

	return address >= mem->phys_start && address - mem->phys_start < mem->size;
}

static bool is_as_expected(const struct expectation *expected)
{
	const struct jailhouse_memory *region = find_region(expected->address);
	const u64 flags = region ? region->flags : 0;

	if (!strcmp(expected->what, "hypervisor"))
		return !region && in_hypervisor_memory(expected->address);
	if (!strcmp(expected->what, "nothing"))
		return !region;
	if (!strcmp(expected->what, "device"))
		return flags == (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO);
	if (!strcmp(expected->what, "ram") || !strcmp(expected->what, "execute"))
		return flags == (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA);
	return false;
}

void check_expectations(const struct recorded *machine)
{
	unsigned int n;

	CHECK(machine->num_expected >= 6);
	for (n = 0; n < machine->num_expected; n++)
		if (!CHECK(is_as_expected(&machine->expected[n])))
			printf("# 0x%llx is expected to be %s\n", machine->expected[n].address,
			       machine->expected[n].what);
}

void check_pins(const struct machine_facts *facts)
{
	const struct jailhouse_cell_desc *root = &system_made()->root_cell;
	const struct jailhouse_irqchip *chip = config_irqchips(root);
	unsigned int n, all = 0, described = 0;
	size_t i;

	for (n = 0; n < facts->num_ioapics; n++) {
		all += facts->ioapics[n].pins;
		CHECK(config_has_pin(root, root->num_irqchips, facts->ioapics[n].address, 0));
		CHECK(config_has_pin(root, root->num_irqchips, facts->ioapics[n].address,
				     facts->ioapics[n].pins - 1));
	}
	for (n = 0; n < root->num_irqchips; n++)
		for (i = 0; i < ARRAY_SIZE(chip->pin_bitmap); i++)
			described += (unsigned int)__builtin_popcount(chip[n].pin_bitmap[i]);
	CHECK_EQ(described, all);
}
