// SPDX-License-Identifier: GPL-2.0-only
/* HOST: fake_vendor */
/* BESIDE: fake_vendor/host.c fake_vendor/vendor.c */
/* What a CPU does after a kick, and whose an NMI is: x86/exits/events.c and x86/kick.c. */
#include "unit.h"
#include "arch.h"
#include "fake_vendor/host.h"

static void nmi(void)
{
	percpu_area.nmis_seen = 1;
	process_events(&percpu_area);
	CHECK_EQ(percpu_area.nmis_seen, 0);
}

static void boot(void)
{
	host_boot();
	host_cell();
}

UNIT(an_nmi_that_nobody_sent_is_the_guest_s)
{
	boot();
	nmi();
	CHECK_STR(host_done(), "nmi");
}

UNIT(one_that_a_kick_stands_for_is_not)
{
	boot();
	arch_kick_cpu(&host_cpu);
	nmi();
	CHECK_STR(host_done(), "");
	nmi();
	CHECK_STR(host_done(), "nmi");
}

/* The first one's NMI has come, but was not looked at, when the next one kicks. */
UNIT(nor_is_one_that_comes_late)
{
	boot();
	arch_kick_cpu(&host_cpu);
	percpu_area.nmis_seen = host_nmi_comes();
	arch_kick_cpu(&host_cpu);
	process_events(&percpu_area);
	host.tsc += 1000000000;
	percpu_area.nmis_seen = host_nmi_comes();
	process_events(&percpu_area);
	CHECK_STR(host_done(), "");
	nmi();
	CHECK_STR(host_done(), "nmi");
}

UNIT(one_beside_a_kick_is_the_guest_s)
{
	boot();
	arch_kick_cpu(&host_cpu);
	percpu_area.nmis_seen = 2;
	process_events(&percpu_area);
	CHECK_STR(host_done(), "nmi");
}

UNIT(a_counter_that_overflows_with_a_kick_still_has_its_nmi)
{
	boot();
	host.pmi = true;
	arch_kick_cpu(&host_cpu);
	nmi();
	CHECK_STR(host_done(), "nmi");
}

UNIT(without_an_nmi_there_is_none)
{
	boot();
	host.pmi = true;
	process_events(&percpu_area);
	CHECK_STR(host_done(), "");
}

UNIT(those_from_other_cpus_of_the_cell_come_on_top)
{
	boot();
	host.nmis = 2;
	nmi();
	CHECK_STR(host_done(), "nmi; nmi; nmi");
}

UNIT(a_parked_cpu_gets_none)
{
	boot();
	host.nmis = 2;
	host.actions[0] = CPU_PARK;
	nmi();
	CHECK_STR(host_done(), "apic init; park");
	CHECK(host_cpu.parked);
}

/* It came when the CPU was not to run yet: whoever starts it is not ready for one. */
UNIT(nor_does_one_that_starts_get_what_came_before)
{
	boot();
	host_cpu.parked = true;
	host.actions[0] = CPU_STARTUP;
	host_cpu.sipi_vector = 0x9a;
	nmi();
	CHECK_STR(host_done(), "apic init; reset 0x9a000:0x0");
	nmi();
	CHECK_STR(host_done(), "nmi");
}

UNIT(a_reset_is_at_the_address_of_the_configuration)
{
	boot();
	host.actions[0] = CPU_RESET;
	process_events(&percpu_area);
	CHECK_STR(host_done(), "clean; reset 0xf0000:0xfff0");
}

UNIT(a_sipi_brings_the_init_that_it_may_have_overtaken)
{
	boot();
	host.actions[0] = CPU_STARTUP;
	host_cpu.sipi_vector = 0x9a;
	process_events(&percpu_area);
	CHECK_STR(host_done(), "apic init; reset 0x9a000:0x0");
}

/* A CPU changes its owner: reset first, then what the new owner has asked for. */
UNIT(what_is_left_is_done_in_its_order)
{
	boot();
	host.actions[0] = CPU_RESET;
	host.actions[1] = CPU_STARTUP;
	host.num_actions = 2;
	process_events(&percpu_area);
	CHECK_STR(host_done(), "clean; reset 0xf0000:0xfff0; apic init; reset 0x0:0x0");
}

UNIT(a_machine_check_waits_for_an_exit_of_its_own)
{
	boot();
	percpu_area.mc_seen = true;
	process_events(&percpu_area);
	CHECK_STR(host_done(), "exit at once");
	CHECK(percpu_area.mc_seen);
	process_late_events(&percpu_area);
	CHECK(!percpu_area.mc_seen);
	CHECK_STR(host_done(), "failed: machine check, rip 0x8000");
}

UNIT(that_of_the_root_is_linux_s_to_handle)
{
	host_boot();
	percpu_area.mc_seen = true;
	process_late_events(&percpu_area);
	CHECK_STR(host_done(), "#18");
}
