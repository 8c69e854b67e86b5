// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machines that are written down describe themselves. Each description passes the check of the
 * hypervisor, lacks nothing in the comparison of the driver, and says of some addresses what a
 * person has read from the machine's list; and there is memory for the hypervisor, or a sentence.
 */
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

#include <linux/efi.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../driver/facts_efi.h"

#include "config_check.h"

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
