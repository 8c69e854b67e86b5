// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machines that are written down describe themselves. Each description passes the check of the
 * hypervisor, lacks nothing in the comparison of the driver, and says of some addresses what a
 * person has read from the machine's list; and machines that contradict themselves are refused.
 */
/* HOST: kernel */
/* BESIDE: machines.c */
/* SOURCES: ../driver/describe.c ../driver/address_map.c */
/* SOURCES: ../driver/facts_efi.c ../driver/facts_ioapic.c */
/* SOURCES: ../driver/facts_mtrr.c */
/* SOURCES: ../driver/compare.c ../driver/inventory_query.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c */
/* SOURCES: core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/format.c core/string.c */
#include "unit.h"
#include "machines.h"

#include <linux/efi.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../driver/address_map.h"
#include "../../driver/compare.h"
#include "../../driver/describe.h"
#include "../../driver/facts_efi.h"
#include "../../driver/facts_ioapic.h"
#include "../../driver/reason.h"

#include "config_check.h"

static struct address_map map;
static struct {
	u8 blob[DESCRIBE_MAX_SIZE] __aligned(16);
	size_t size;
	struct reason why;
} made;

/* As the driver's. */
int jh_refuse(struct reason *why, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return err;
}

static const struct jailhouse_system *system_made(void)
{
	return (const void *)made.blob;
}

static int describe(const struct machine_facts *facts)
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

static unsigned int complaints_about(const struct machine_facts *facts, int *err)
{
	unsigned int count = 0;
	const struct complaints complaints = { print_complaint, &count };

	*err = jh_compare(system_made(), facts, &complaints, &made.why);
	return count;
}

static const struct jailhouse_memory *find_region(u64 address)
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

static void check_expectations(const struct recorded *machine)
{
	unsigned int n;

	CHECK(machine->num_expected >= 6);
	for (n = 0; n < machine->num_expected; n++)
		if (!CHECK(is_as_expected(&machine->expected[n])))
			printf("# 0x%llx is expected to be %s\n", machine->expected[n].address,
			       machine->expected[n].what);
}

/* Every pin, once. */
static void check_pins(const struct machine_facts *facts)
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

static void check_machine(const char *name)
{
	struct recorded *machine = machine_read(name);
	const struct machine_facts *facts = &machine->facts;
	struct config_reason reason;
	int err;

	if (CHECK_EQ(describe(facts), 0)) {
		CHECK_EQ(config_check_system(made.blob, made.size, &reason), 0);
		CHECK_EQ(config_check_phys_bits(system_made(), facts->phys_bits, &reason), 0);
		CHECK_EQ(complaints_about(facts, &err), 0);
		CHECK_EQ(err, 0);
		CHECK_EQ(system_made()->platform_info.pm_timer_address, facts->pm_timer);
		CHECK_EQ(system_made()->platform_info.pci_mmconfig_base, facts->mmconfig_base);
		check_expectations(machine);
		check_pins(facts);
	} else {
		printf("# %s: %s\n", name, made.why.text);
	}
	machine_drop(machine);
}

UNIT(a_q35_describes_itself) { check_machine("q35"); }
UNIT(a_pc_describes_itself) { check_machine("pc"); }
UNIT(a_server_describes_itself) { check_machine("server"); }
UNIT(a_laptop_describes_itself) { check_machine("laptop"); }
UNIT(a_nuc_describes_itself) { check_machine("nuc"); }
UNIT(an_atom_board_describes_itself) { check_machine("atom"); }

/* The comparison that finds nothing missing would find it. */
UNIT(a_description_of_another_machine_is_no_description)
{
	struct recorded *server = machine_read("server"), *laptop = machine_read("laptop");
	int err;

	CHECK_EQ(describe(&laptop->facts), 0);
	complaints_about(&server->facts, &err);
	CHECK_EQ(err, -EADDRNOTAVAIL);
	CHECK_EQ(describe(&server->facts), 0);
	machine_add(&server->facts, 0x500000000000, 0x500000000fff, "a driver");
	machine_add(&server->facts, 0x500000001000, 0x500000001fff, "0000:80:00.0");
	CHECK_EQ(complaints_about(&server->facts, &err), 2);
	CHECK_EQ(err, -EINVAL);
	machine_drop(laptop);
	machine_drop(server);
}

/*
 * Memory for the hypervisor
 */

static struct inventory_entry *reserve_of(struct machine_facts *facts, u64 start)
{
	struct inventory_tree *tree = &facts->inventory.memory;
	unsigned int n;

	for (n = 0; n < tree->count; n++)
		if (tree->entries[n].start == start && !tree->entries[n].depth)
			return &tree->entries[n];
	return NULL;
}

UNIT(without_a_reserve_the_sentence_says_how_much_is_needed)
{
	struct recorded *machine = machine_read("q35");
	struct inventory_entry *reserve = reserve_of(&machine->facts, 0x3a000000);

	reserve->flags = IORESOURCE_SYSRAM | IORESOURCE_BUSY;
	reserve->desc = IORES_DESC_NONE;
	CHECK_EQ(describe(&machine->facts), -EADDRNOTAVAIL);
	CHECK(strstr(made.why.text, "no RAM is reserved"));
	CHECK(strstr(made.why.text, "10 MiB"));
	CHECK(strstr(made.why.text, "memmap="));
	machine_drop(machine);
}

UNIT(a_reserve_that_is_too_small_is_named_with_its_size)
{
	struct recorded *machine = machine_read("q35");

	reserve_of(&machine->facts, 0x3a000000)->end = 0x3a3fffff;
	CHECK_EQ(describe(&machine->facts), -ENOSPC);
	CHECK(strstr(made.why.text, "needs 10 MiB"));
	CHECK(strstr(made.why.text, "0x3a000000-0x3a400000"));
	CHECK(strstr(made.why.text, "4096 KiB"));
	machine_drop(machine);
}

/* What the firmware keeps for itself is never taken, however large it is. */
UNIT(a_range_that_the_firmware_reserved_is_no_reserve)
{
	struct recorded *machine = machine_read("server");

	machine->facts.num_firmware_ram = 2;
	CHECK_EQ(describe(&machine->facts), -EADDRNOTAVAIL);
	machine_drop(machine);
}

UNIT(a_reserve_that_somebody_uses_is_not_taken)
{
	struct recorded *machine = machine_read("q35");
	struct inventory_entry *user =
		machine_add(&machine->facts, 0x3a000000, 0x3a000fff, "a driver");

	user->depth = 1;
	CHECK_EQ(describe(&machine->facts), -EADDRNOTAVAIL);
	machine_drop(machine);
}

/* Without pages of 1 GiB, each GiB that is mapped takes a page table. */
UNIT(page_tables_are_counted)
{
	struct recorded *machine = machine_read("server");
	u64 with;

	CHECK_EQ(describe(&machine->facts), 0);
	with = system_made()->hypervisor_memory.size;
	machine->facts.gib_pages = false;
	CHECK_EQ(describe(&machine->facts), 0);
	CHECK_EQ(system_made()->hypervisor_memory.size, with + 0x200000);
	machine_drop(machine);
}

/* Where cells execute from pages of 4 KiB, 2 MiB of their memory take a page table. */
UNIT(page_tables_of_cells_are_counted_where_their_pages_are_small)
{
	struct recorded *machine = machine_read("server");
	u64 with;

	CHECK_EQ(describe(&machine->facts), 0);
	with = system_made()->hypervisor_memory.size;
	machine->facts.itlb_multihit = true;
	CHECK_EQ(describe(&machine->facts), 0);
	CHECK_EQ(system_made()->hypervisor_memory.size, with + 0x200000);
	machine_drop(machine);
}

/*
 * What the firmware uses of reserved memory (efi_mem_reserve() of Linux), which it has called RAM
 */

static void add_runtime(struct machine_facts *facts, u64 start, u64 end)
{
	facts->runtime[facts->num_runtime++] = (struct facts_runtime){
		.range = { start, end }, .cached = true,
	};
}

UNIT(memory_of_efi_is_no_reserve)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;
	int err;

	add_runtime(facts, 0x1000000000, 0x1000001000);
	add_runtime(facts, 0x101fff0000, 0x1020000000);
	CHECK_EQ(describe(facts), 0);
	CHECK_EQ(system_made()->hypervisor_memory.phys_start, 0x1000200000);
	CHECK(find_region(0x1000000000));
	CHECK_EQ(complaints_about(facts, &err), 0);
	/* The larger part of what is left. */
	add_runtime(facts, 0x1018000000, 0x1018001000);
	CHECK_EQ(describe(facts), 0);
	CHECK_EQ(system_made()->hypervisor_memory.phys_start, 0x1000200000);
	add_runtime(facts, 0x1000200000, 0x1018000000);
	CHECK_EQ(describe(facts), 0);
	CHECK_EQ(system_made()->hypervisor_memory.phys_start, 0x1018200000);
	add_runtime(facts, 0x1000000000, 0x1020000000);
	CHECK_EQ(describe(facts), -EADDRNOTAVAIL);
	machine_drop(machine);
}

/* A configuration that was made on another machine. */
UNIT(addresses_that_the_machine_has_not)
{
	struct recorded *machine = machine_read("server");
	int err;

	CHECK_EQ(describe(&machine->facts), 0);
	machine->facts.phys_bits = 39;
	CHECK_EQ(complaints_about(&machine->facts, &err), 1);
	CHECK_EQ(err, -EOVERFLOW);
	CHECK(strstr(made.why.text, "beyond the last address of this machine, 0x7fffffffff"));
	machine->facts.phys_bits = 46;
	CHECK_EQ(complaints_about(&machine->facts, &err), 0);
	machine_drop(machine);
}

UNIT(hypervisor_memory_over_memory_of_efi)
{
	struct recorded *machine = machine_read("server");
	int err;

	CHECK_EQ(describe(&machine->facts), 0);
	add_runtime(&machine->facts, 0xffffff000, 0x1000000001);
	CHECK_EQ(complaints_about(&machine->facts, &err), 1);
	CHECK_EQ(err, -EINVAL);
	CHECK(strstr(made.why.text, "EFI runtime data 0xffffff000-0x1000000001"));
	machine_drop(machine);
}

/* The attribute says what would be possible. */
UNIT(registers_of_efi_are_registers_whatever_could_be_done)
{
	struct recorded *machine = machine_read("q35");
	struct machine_facts *facts = &machine->facts;
	const u64 wb = EFI_MEMORY_RUNTIME | EFI_MEMORY_WB, uc = EFI_MEMORY_RUNTIME | EFI_MEMORY_UC;
	unsigned int n;

	facts->num_runtime = 0;
	CHECK_EQ(jh_facts_add_runtime(facts, 0xff000000, 16, EFI_MEMORY_MAPPED_IO, wb | uc,
				      &made.why), 0);
	CHECK_EQ(jh_facts_add_runtime(facts, 0xfe000000, 1, EFI_MEMORY_MAPPED_IO_PORT_SPACE, wb,
				      &made.why), 0);
	CHECK_EQ(jh_facts_add_runtime(facts, 0x1000, 1, EFI_RUNTIME_SERVICES_DATA, uc,
				      &made.why), 0);
	CHECK_EQ(jh_facts_add_runtime(facts, 0x2000, 1, EFI_RUNTIME_SERVICES_CODE, wb,
				      &made.why), 0);
	CHECK_EQ(jh_facts_add_runtime(facts, 0x3000, 1, EFI_RUNTIME_SERVICES_DATA, EFI_MEMORY_WB,
				      &made.why), 0);
	CHECK_EQ(facts->num_runtime, 4);
	for (n = 0; n < 4; n++) {
		CHECK_EQ(facts->runtime[n].cached, n == 3);
		CHECK_EQ(facts->runtime[n].code, n == 3);
	}
	CHECK_EQ(facts->runtime[0].range.end, 0xff010000);
	while (facts->num_runtime < FACTS_MAX_RANGES)
		add_runtime(facts, 0x3000, 0x4000);
	CHECK_EQ(jh_facts_add_runtime(facts, 0x2000, 1, EFI_RUNTIME_SERVICES_CODE, wb,
				      &made.why), -E2BIG);
	machine_drop(machine);
}

/* The sentence has to say what could not be known. */
UNIT(without_the_firmwares_list_the_sentence_says_so)
{
	struct recorded *machine = machine_read("server");

	machine->facts.num_firmware_ram = 0;
	machine->facts.firmware_ram_gap = FIRMWARE_RAM_UNREADABLE;
	CHECK_EQ(describe(&machine->facts), -EADDRNOTAVAIL);
	CHECK(strstr(made.why.text, "/sys/kernel/boot_params/data cannot be read"));
	CHECK(strstr(made.why.text, "memmap="));
	machine->facts.firmware_ram_gap = FIRMWARE_RAM_CUT;
	CHECK_EQ(describe(&machine->facts), -EADDRNOTAVAIL);
	CHECK(strstr(made.why.text, "more than 128 pieces"));
	machine_drop(machine);
}

/*
 * Memory that was taken at run time: a resource within System RAM
 */

static struct inventory_entry *take_after(struct machine_facts *facts, unsigned int n, u64 start,
					  u64 end)
{
	struct inventory_tree *tree = &facts->inventory.memory;
	struct inventory_entry *entry = &tree->entries[n + 1];

	memmove(entry + 1, entry, (tree->count - n - 1) * sizeof(*entry));
	tree->count++;
	*entry = (struct inventory_entry){
		.start = start, .end = end, .depth = 1, .taken = true, .name = "Jailhouse memory"
	};
	return entry;
}

static unsigned int number_of(const struct machine_facts *facts, u64 start)
{
	const struct inventory_tree *tree = &facts->inventory.memory;
	unsigned int n;

	for (n = 0; n < tree->count && tree->entries[n].start != start; n++)
		;
	return n;
}

static void check_entry(const struct machine_facts *facts, u64 start, u64 end, unsigned int depth)
{
	const unsigned int n = number_of(facts, start);

	if (!CHECK(n < facts->inventory.memory.count))
		return;
	CHECK_EQ(facts->inventory.memory.entries[n].end, end);
	CHECK_EQ(facts->inventory.memory.entries[n].depth, depth);
}

/* In the middle, behind it, at the end, at the start, and all of a range of System RAM. */
UNIT(taken_memory_is_no_system_ram)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;
	struct inventory_tree *tree = &facts->inventory.memory;
	struct inventory_entry *user;
	unsigned int n;
	int err;

	take_after(facts, number_of(facts, 0x26000000), 0x50000000, 0x53ffffff);
	n = number_of(facts, 0x100000000);
	take_after(facts, n, 0x200000000, 0x23fffffff);
	user = take_after(facts, n + 1, 0x200000000, 0x2009fffff);
	user->depth = 2;
	user->taken = false;
	user->flags = IORESOURCE_BUSY;
	take_after(facts, n + 2, 0x300000000, 0x300ffffff);
	take_after(facts, n + 3, 0xfff000000, 0xfffffffff);
	take_after(facts, number_of(facts, 0x1020000000), 0x1020000000, 0x107fffffff);
	CHECK_EQ(jh_inventory_reserve_taken(tree, tree->count + 8), 0);

	check_entry(facts, 0x100000, 0x4fffffff, 0);
	check_entry(facts, 0x26000000, 0x365fffff, 1);
	check_entry(facts, 0x50000000, 0x53ffffff, 0);
	check_entry(facts, 0x54000000, 0x62ffffff, 0);
	check_entry(facts, 0x100000000, 0x1ffffffff, 0);
	check_entry(facts, 0x200000000, 0x23fffffff, 0);
	check_entry(facts, 0x240000000, 0x2ffffffff, 0);
	check_entry(facts, 0x301000000, 0xffeffffff, 0);
	check_entry(facts, 0x1020000000, 0x107fffffff, 0);
	CHECK(jh_inventory_find_used(tree, 0x200000000, 0x200000fff));
	CHECK(!jh_inventory_find_used(tree, 0x200a00000, 0x23fffffff));
	CHECK(!jh_inventory_find_used(tree, 0x1020000000, 0x107fffffff));
	CHECK_EQ(jh_inventory_check_reserved(&facts->inventory, 0x50000000, 0x4000000, &made.why),
		 0);
	CHECK_EQ(jh_inventory_check_reserved(&facts->inventory, 0x4ffff000, 0x4000000, &made.why),
		 -EADDRNOTAVAIL);

	/* It is used rather than what memmap= has reserved, the largest of it first. */
	CHECK_EQ(describe(facts), 0);
	CHECK_EQ(system_made()->hypervisor_memory.phys_start, 0x1020000000);
	CHECK_EQ(complaints_about(facts, &err), 0);
	machine_drop(machine);
}

UNIT(taken_memory_needs_room_in_the_list)
{
	struct recorded *machine = machine_read("q35");
	struct inventory_tree *tree = &machine->facts.inventory.memory;

	take_after(&machine->facts, number_of(&machine->facts, 0x100000), 0x20000000, 0x23ffffff);
	CHECK_EQ(jh_inventory_reserve_taken(tree, tree->count), -E2BIG);
	CHECK_EQ(jh_inventory_reserve_taken(tree, tree->count + 1), 0);
	machine_drop(machine);
}

/*
 * Machines that contradict themselves
 */

static void check_refused(struct recorded *machine, int err, const char *words)
{
	CHECK_EQ(describe(&machine->facts), err);
	if (!CHECK(strstr(made.why.text, words)))
		printf("# %s\n", made.why.text);
	machine_drop(machine);
}

UNIT(an_io_apic_in_ram)
{
	struct recorded *machine = machine_read("server");

	machine->facts.ioapics[3].address = 0x20000000;
	check_refused(machine, -EINVAL, "an I/O APIC (0x20000000-0x20001000)");
}

UNIT(an_iommu_in_ram)
{
	struct recorded *machine = machine_read("laptop");

	machine->facts.iommus[1] = (struct facts_range){ 0x100000, 0x101000 };
	check_refused(machine, -EINVAL, "an IOMMU (0x100000-0x101000)");
}

/* What ACPI's table of IOMMUs has wrong, as it is seen here: nothing of it is believed. */
UNIT(a_dmar_that_lies)
{
	static const struct {
		u64 start, end;
		int err;
		const char *words;
	} lies[] = {
		{ 0xfec00000, 0xfec01000, -EADDRINUSE, "overlaps" },
		{ 0x80100000, 0x80101000, -EADDRINUSE, "overlaps" },
		{ 0xaaffc000, 0xaaffd000, -EADDRINUSE, "overlaps" },
		{ 0xfee00000, 0xfee01000, -EADDRINUSE, "overlaps" },
		{ 0x9d7fc004, 0x9d7fd004, -EINVAL, "unit 3 cannot be at 0x9d7fc004" },
		{ 0x1000000000, 0x1000001000, -EINVAL, "lies in RAM" },
		{ 0x400000000000, 0x400000001000, -EOVERFLOW, "beyond the last address" },
		{ 0xfffffffffffff000, 0, -EINVAL, "unit 3 cannot be at 0xfffffffffffff000" },
	};
	struct recorded *machine;
	struct machine_facts *before;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(lies); n++) {
		machine = machine_read("server");
		machine->facts.iommus[3] = (struct facts_range){ lies[n].start, lies[n].end };
		before = malloc(sizeof(*before));
		memcpy(before, &machine->facts, sizeof(*before));
		CHECK_EQ(describe(&machine->facts), lies[n].err);
		if (!CHECK(strstr(made.why.text, lies[n].words)))
			printf("# %u: %s\n", n, made.why.text);
		CHECK(!memcmp(before, &machine->facts, sizeof(*before)));
		free(before);
		machine_drop(machine);
	}
}

UNIT(an_mmconfig_window_in_ram)
{
	struct recorded *machine = machine_read("q35");

	machine->facts.mmconfig_base = 0x30000000;
	check_refused(machine, -EINVAL, "the MMCONFIG area (0x30000000-0x40000000)");
}

UNIT(ram_where_the_local_apics_are)
{
	struct recorded *machine = machine_read("q35");

	machine_add(&machine->facts, 0xfe000000, 0xfeffffff, "System RAM");
	check_refused(machine, -EINVAL, "the local APICs");
}

UNIT(two_io_apics_at_one_address)
{
	struct recorded *machine = machine_read("server");

	machine->facts.ioapics[1].address = 0xfec00000;
	check_refused(machine, -EADDRINUSE, "contradicts itself");
}

UNIT(an_io_apic_in_the_mmconfig_window)
{
	struct recorded *machine = machine_read("server");

	machine->facts.ioapics[1].address = 0x80100000;
	check_refused(machine, -EADDRINUSE, "overlaps");
}

UNIT(an_mmconfig_window_that_is_not_aligned)
{
	struct recorded *machine = machine_read("q35");

	machine->facts.mmconfig_base = 0xb0001000;
	check_refused(machine, -EINVAL, "pci_mmconfig_base");
}

/* The rest is nobody's, as if it were listed: all that an inactive unit needs. */
UNIT(more_iommus_than_a_configuration_has_room_for)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;
	u64 start;
	int err;

	for (; facts->num_iommus < 12; facts->num_iommus++) {
		start = 0x90000000 + 0x1000 * facts->num_iommus;
		facts->iommus[facts->num_iommus] = (struct facts_range){ start, start + 0x1000 };
		machine_add(facts, start, start + 0xfff, "dmar");
	}
	CHECK_EQ(describe(facts), 0);
	CHECK_EQ(system_made()->platform_info.iommu_units[7].base, 0x90007000);
	CHECK(!find_region(0x90007000));
	CHECK(!find_region(0x9000b000));
	CHECK(find_region(0x9000c000));
	CHECK_EQ(complaints_about(facts, &err), 0);
	/* One that the root cell could program is refused as before. */
	machine_add(facts, 0x90010000, 0x90010fff, "dmar12");
	CHECK_EQ(complaints_about(facts, &err), 1);
	CHECK_EQ(err, -EINVAL);
	machine_drop(machine);
}

UNIT(memory_in_too_many_pieces)
{
	struct recorded *machine = machine_read("server");
	u64 start = 0x400000000000;
	unsigned int n;

	machine->facts.phys_bits = 47;
	for (n = 0; n < 1100; n++, start += 0x2000)
		machine_add(&machine->facts, start, start + 0xfff, "PCI Bus 0000:80");
	check_refused(machine, -E2BIG, "more than 1024 pieces");
}

/* Both are believed; what is RAM in one of them is RAM. */
UNIT(windows_that_overlap)
{
	struct recorded *machine = machine_read("q35");
	int err;

	machine_add(&machine->facts, 0x50000000, 0xcfffffff, "PCI Bus 0000:00");
	machine_add(&machine->facts, 0x10000000, 0x100ffffff, "PCI Bus 0000:01");
	CHECK_EQ(describe(&machine->facts), 0);
	CHECK_EQ(complaints_about(&machine->facts, &err), 0);
	check_expectations(machine);
	machine_drop(machine);
}

/* What the processor has no address for is left out. */
UNIT(a_window_beyond_the_last_address)
{
	struct recorded *machine = machine_read("atom");
	struct config_reason reason;

	machine_add(&machine->facts, 0xf00000000, 0x1fffffffff, "PCI Bus 0000:00");
	CHECK_EQ(describe(&machine->facts), 0);
	CHECK_EQ(config_check_phys_bits(system_made(), 36, &reason), 0);
	CHECK(find_region(0xfffffffff));
	machine_drop(machine);
}

/*
 * I/O APICs
 */

UNIT(an_io_apic_with_as_many_pins_as_there_may_be)
{
	struct recorded *machine = machine_read("laptop");

	machine->facts.ioapics[0].pins = 120;
	CHECK_EQ(describe(&machine->facts), 0);
	check_pins(&machine->facts);
	machine_drop(machine);
}

UNIT(an_io_apic_with_more_pins_than_the_hypervisor_reaches)
{
	struct recorded *machine = machine_read("laptop");

	machine->facts.ioapics[0].pins = 121;
	check_refused(machine, -E2BIG,
		      "0xfec00000 has 121 pins, of which the hypervisor reaches 120");
}

static void list_ioapics(struct machine_facts *facts, unsigned int count)
{
	for (; facts->num_ioapics < count; facts->num_ioapics++)
		facts->ioapics[facts->num_ioapics] = (struct facts_ioapic){
			.address = 0xfec20000 + 0x1000 * facts->num_ioapics,
			.id = 8 + facts->num_ioapics,
			.pins = 8,
		};
}

UNIT(as_many_io_apics_as_the_hypervisor_has_room_for)
{
	struct recorded *machine = machine_read("server");

	list_ioapics(&machine->facts, 16);
	CHECK_EQ(describe(&machine->facts), 0);
	check_pins(&machine->facts);
	machine_drop(machine);
}

UNIT(more_io_apics_than_the_hypervisor_has_room_for)
{
	struct recorded *machine = machine_read("server");

	list_ioapics(&machine->facts, 17);
	check_refused(machine, -E2BIG, "17 I/O APICs, the hypervisor has room for 16");
}

/* As firmware lists those of a socket that is empty: nobody answers there. */
UNIT(an_io_apic_that_reads_as_ones_is_left_out)
{
	struct recorded *machine = machine_read("server");
	static const u32 versions[] = {
		0x00170020, 0xffffffff, 0x00070020, 0x00070020, 0xffffffff
	};
	struct machine_facts *facts = &machine->facts;

	jh_facts_set_versions(facts, versions);
	CHECK_EQ(facts->num_ioapics, 3);
	CHECK_EQ(facts->ioapics[0].pins, 24);
	CHECK_EQ(facts->ioapics[1].address, 0xfec08000);
	CHECK_EQ(facts->ioapics[1].pins, 8);
	CHECK_EQ(facts->ioapics[2].id, 11);
	CHECK_EQ(describe(facts), 0);
	check_pins(facts);
	machine_drop(machine);
}

UNIT(an_io_apic_that_is_listed_twice_is_one)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;

	CHECK_EQ(jh_facts_add_ioapic(facts, 0xfec08000, 20, &made.why), 0);
	CHECK_EQ(jh_facts_add_ioapic(facts, 0, 21, &made.why), 0);
	CHECK_EQ(facts->num_ioapics, 5);
	CHECK_EQ(jh_facts_add_ioapic(facts, 0xfec20000, 22, &made.why), 0);
	CHECK_EQ(facts->num_ioapics, 6);
	CHECK_EQ(facts->ioapics[5].address, 0xfec20000);
	CHECK_EQ(facts->ioapics[5].id, 22);
	machine_drop(machine);
}

UNIT(more_io_apics_than_there_is_room_to_note)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;

	list_ioapics(facts, FACTS_MAX_IOAPICS);
	CHECK_EQ(jh_facts_add_ioapic(facts, 0xfec00000, 8, &made.why), 0);
	CHECK_EQ(jh_facts_add_ioapic(facts, 0xfed80000, 200, &made.why), -E2BIG);
	CHECK(strstr(made.why.text, "more than 128 I/O APICs"));
	machine_drop(machine);
}

UNIT(no_acpi_and_no_io_apic)
{
	struct recorded *machine = machine_read("pc");

	machine->facts.num_ioapics = 0;
	machine->facts.pm_timer = 0;
	machine->facts.has_acpi = false;
	CHECK_EQ(describe(&machine->facts), 0);
	CHECK_EQ(system_made()->root_cell.num_irqchips, 0);
	machine_drop(machine);
}
