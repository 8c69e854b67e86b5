// SPDX-License-Identifier: GPL-2.0-only
/* Machines that contradict themselves, or have more than there is room for. */
/* HOST: kernel */
/* BESIDE: machines.c described.c reason.c */
/* SOURCES: ../driver/describe.c ../driver/address_map.c */
/* SOURCES: ../driver/describe_map.c ../driver/describe_reserve.c */
/* SOURCES: ../driver/facts_efi.c ../driver/facts_ioapic.c */
/* SOURCES: ../driver/facts_mtrr.c */
/* SOURCES: ../driver/compare.c ../driver/inventory_query.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/cpu_set.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c */
/* SOURCES: core/config_memory.c core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/format.c core/string.c */
#include "unit.h"
#include "described.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../driver/facts_ioapic.h"

#include "config_check.h"

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
