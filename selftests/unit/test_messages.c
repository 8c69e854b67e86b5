// SPDX-License-Identifier: GPL-2.0-only
/* Who sends interrupts as messages, and what of it the hypervisor cannot rewrite. */
/* HOST: kernel */
/* BESIDE: senders.c reason.c */
#include "senders.h"

static void too_many(const char *found)
{
	char text[256];

	snprintf(text, sizeof(text), "%s, and the hypervisor can rewrite 6144 of 512 devices "
		 "(boot without intremap=off)", found);
	refused(text);
}

UNIT(a_timer_that_sends_messages_is_refused)
{
	static const char text[] =
		"the HPET sends interrupts as messages, which the hypervisor cannot rewrite "
		"(boot without intremap=off, or boot with hpet=disable)";

	/* There is none; it has no address; none of its timers does both. */
	begin(0);
	CHECK_EQ(check(), 0);
	begin_hpet(2);
	registers[0x100 / 4] = BIT(2);
	registers[0x120 / 4] = BIT(14);
	CHECK_EQ(check(), 0);
	registers[0x140 / 4] = SENDS;
	refused(text);
	hpet.address.address = 0;
	CHECK_EQ(check(), 0);
	/* Behind the last one is none, and what it says of that is not believed. */
	begin_hpet(1);
	registers[0x140 / 4] = SENDS;
	CHECK_EQ(check(), 0);
	begin_hpet(31);
	CHECK_EQ(check(), 0);
	registers[0x3e0 / 4] = SENDS;
	refused(text);
	no_room = true;
	CHECK_EQ(check(), -ENOMEM);
	CHECK_STR(why.text, "the HPET at 0xfed00000 cannot be mapped");
	/* A table that ends before its address. */
	hpet.header.length = sizeof(hpet.header);
	CHECK_EQ(check(), 0);
}

UNIT(nobody_is_asked_where_nothing_is_rewritten)
{
	begin_hpet(0);
	registers[0x100 / 4] = SENDS;
	can_rewrite = false;
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.flags, 0);
	can_rewrite = true;
	machine_config.platform_info.iommu_type = JAILHOUSE_IOMMU_UNUSED;
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.flags, 0);
}

UNIT(more_than_there_is_room_for_is_refused_by_number)
{
	begin(512);
	CHECK_EQ(check(), 0);
	num_functions++;
	too_many("513 PCI devices have 513 interrupts");
	/* What sends none, and what is of another segment, does not count. */
	functions[7].msi_cap = 0;
	CHECK_EQ(check(), 0);
	functions[7].msi_cap = 0x40;
	functions[8].bus = &segment;
	CHECK_EQ(check(), 0);
	begin(3);
	give_table(0, 2048);
	give_table(1, 2048);
	give_table(2, 2045);
	CHECK_EQ(check(), 0);
	give_table(2, 2046);
	too_many("3 PCI devices have 6145 interrupts");
}

/* The hypervisor counts for itself what it is told of. */
UNIT(what_is_accepted_is_what_it_has_room_for)
{
	unsigned int n;

	begin(512);
	for (n = 0; n < 512; n++)
		give_table(n, 11);
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_functions + boot.num_vectors, JAILHOUSE_BOOT_MESSAGES);
	give_table(0, 12);
	too_many("512 PCI devices have 6145 interrupts");
}

UNIT(the_hypervisor_is_told_of_each)
{
	begin(4);
	give_table(1, 5);
	give_table(2, 257);
	functions[3].bus = &segment;
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.flags, JAILHOUSE_BOOT_REWRITE);
	CHECK_EQ(boot.num_functions, 3);
	CHECK_EQ(boot.num_vectors, 262);
	CHECK_EQ(boot.functions[0].table, 0);
	CHECK_EQ(boot.functions[0].bdf, 0);
	CHECK_EQ(boot.functions[0].vectors, 0);
	CHECK_EQ(boot.functions[1].table, TABLES + 0x10000);
	CHECK_EQ(boot.functions[1].bdf, 1);
	CHECK_EQ(boot.functions[1].vectors, 5);
	CHECK_EQ(boot.functions[1].pages, 1);
	CHECK_EQ(boot.functions[2].pages, 2);
	/* One that has come since then is left out. */
	begin(513);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_functions, 512);
}

/* By that of a bridge, of another function of the device, or of whatever is in another segment. */
UNIT(what_sends_by_another_number_than_its_own_is_refused)
{
	static const char text[] =
		"PCI device 0000:00:00.0 sends interrupts as messages, and not by its own number in "
		"segment 0: the hypervisor cannot rewrite them (boot without intremap=off, or "
		"unbind it)";
	struct pci_bus below_port = { .self = &functions[1] }, below_bridge = { .number = 2 };
	struct pci_bus virtuals = { .number = 3 };
	unsigned long aliases[4] = { BIT(0) };
	struct pci_dev bridge;

	/* A port alone leads to a function, or to the physical one of one that is virtual. */
	begin(2);
	functions[1].hdr_type = PCI_HEADER_TYPE_BRIDGE;
	functions[1].express = true;
	functions[1].type = PCI_EXP_TYPE_ROOT_PORT;
	functions[1].msi_enabled = true;
	functions[0].bus = &below_port;
	functions[0].msi_enabled = true;
	CHECK_EQ(check(), 0);
	bridge = (struct pci_dev){
		.bus = &below_port, .hdr_type = PCI_HEADER_TYPE_BRIDGE, .express = true,
		.type = PCI_EXP_TYPE_PCI_BRIDGE,
	};
	below_bridge.self = &bridge;
	functions[0].bus = &below_bridge;
	refused(text);
	functions[0].bus = &virtuals;
	functions[0].physical = &bridge;
	CHECK_EQ(check(), 0);
	bridge.bus = &below_bridge;
	bridge.bus->self = &functions[1];
	CHECK_EQ(check(), 0);
	functions[1].express = false;
	refused(text);
	/* It is not used. */
	functions[0].msi_enabled = false;
	CHECK_EQ(check(), 0);
	functions[0].msix_enabled = true;
	refused(text);
	functions[0].physical = NULL;
	CHECK_EQ(check(), 0);
	functions[0].dma_alias_mask = aliases;
	CHECK_EQ(check(), 0);
	aliases[0] = BIT(0) | BIT(1);
	refused(text);
	aliases[0] = BIT(1);
	refused(text);
	functions[0].dma_alias_mask = NULL;
	functions[0].bus = &segment;
	refused(text);
}

UNIT(a_table_that_is_nowhere_is_none)
{
	begin(1);
	give_table(0, 0x10000 / 16 + 1);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.functions[0].table, 0);
	CHECK_EQ(boot.functions[0].vectors, 0);
}

static void all_awake(int expected)
{
	unsigned int n;

	for (n = 0; n < num_functions; n++)
		CHECK_EQ(functions[n].dev.awake, functions[n].msi_cap ? expected : 0);
}

/* From before it is looked at until it was. */
UNIT(who_sends_interrupts_is_awake)
{
	begin(512);
	functions[3].msi_cap = 0;
	functions[3].current_state = PCI_D3cold;
	functions[4].current_state = PCI_D3cold;
	functions[5].current_state = PCI_D3hot;
	CHECK_EQ(jh_wake_senders(&why), 0);
	all_awake(1);
	CHECK_EQ(held, 511);
	CHECK_EQ(functions[3].current_state, PCI_D3cold);
	CHECK_EQ(functions[4].current_state, PCI_D0);
	jh_let_senders_sleep();
	all_awake(0);
	CHECK_EQ(held, 0);
	jh_let_senders_sleep();
	all_awake(0);

	/* Without room for all of them, it is refused elsewhere. */
	begin(513);
	CHECK_EQ(jh_wake_senders(&why), 0);
	CHECK_EQ(held, 512);
	jh_let_senders_sleep();

	can_rewrite = false;
	CHECK_EQ(jh_wake_senders(&why), 0);
	all_awake(0);
}

UNIT(one_that_cannot_be_woken_is_refused)
{
	begin(3);
	cannot_wake = &functions[0];
	CHECK_EQ(jh_wake_senders(&why), 0);
	jh_let_senders_sleep();
	functions[0].current_state = PCI_D3cold;
	CHECK_EQ(jh_wake_senders(&why), -EOPNOTSUPP);
	CHECK_STR(why.text, "PCI device 0000:00:00.0 is switched off (D3cold) and cannot be woken: "
		  "the hypervisor cannot rewrite its interrupts (boot without intremap=off, or "
		  "remove it)");
	all_awake(0);
	CHECK_EQ(held, 0);
}

/* Its physical one is behind none, either. */
UNIT(what_is_behind_no_iommu_of_intels_is_not_rewritten)
{
	begin(5);
	second_is_outside = true;
	functions[4].physical = &functions[2];
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_functions, 3);
	CHECK_EQ(boot.functions[2].bdf, 3);
}
