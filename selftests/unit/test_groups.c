// SPDX-License-Identifier: GPL-2.0-only
/* PCI functions that cannot be kept apart, in machines that are described here. */
/* HOST: kernel */
/* BESIDE: reason.c */
/* SOURCES: ../driver/groups.c */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "../../driver/groups.h"
#include "../../driver/reason.h"

/* Where they are in the list. */
enum {
	VGA, ROOT_A, NIC_A, ROOT_B, UP, DOWN_1, DISK_1, DOWN_2, DISK_2, ROOT_C, DUAL_0, DUAL_1,
	TO_PCI, CARD_1, CARD_2, ISA, SATA, ROOT_D, GPU, COUNT
};

#define BDF(bus, device, function)	((bus) << 8 | (device) << 3 | (function))

static struct group_function list[COUNT];
static struct reason why;

/*
 * Root ports A, B and C have access control, D has not; below B is a switch, both of whose ports
 * have it; below C a device with two functions; a bridge to conventional PCI with two cards.
 */
static const struct group_function machine[COUNT] = {
	[VGA] = { .bdf = BDF(0, 1, 0), .kind = GROUP_CONVENTIONAL, .parent = GROUP_NONE },
	[ROOT_A] = { .bdf = BDF(0, 2, 0), .kind = GROUP_PORT, .parent = GROUP_NONE, .acs = true,
		     .multifunction = true },
	[NIC_A] = { .bdf = BDF(1, 0, 0), .kind = GROUP_ENDPOINT, .parent = ROOT_A },
	[ROOT_B] = { .bdf = BDF(0, 2, 1), .kind = GROUP_PORT, .parent = GROUP_NONE, .acs = true,
		     .multifunction = true },
	[UP] = { .bdf = BDF(2, 0, 0), .kind = GROUP_UPSTREAM_PORT, .parent = ROOT_B },
	[DOWN_1] = { .bdf = BDF(3, 0, 0), .kind = GROUP_PORT, .parent = UP, .acs = true },
	[DISK_1] = { .bdf = BDF(4, 0, 0), .kind = GROUP_ENDPOINT, .parent = DOWN_1 },
	[DOWN_2] = { .bdf = BDF(3, 1, 0), .kind = GROUP_PORT, .parent = UP, .acs = true },
	[DISK_2] = { .bdf = BDF(5, 0, 0), .kind = GROUP_ENDPOINT, .parent = DOWN_2 },
	[ROOT_C] = { .bdf = BDF(0, 3, 0), .kind = GROUP_PORT, .parent = GROUP_NONE, .acs = true },
	[DUAL_0] = { .bdf = BDF(6, 0, 0), .kind = GROUP_ENDPOINT, .parent = ROOT_C,
		     .multifunction = true },
	[DUAL_1] = { .bdf = BDF(6, 0, 1), .kind = GROUP_ENDPOINT, .parent = ROOT_C,
		     .multifunction = true },
	[TO_PCI] = { .bdf = BDF(0, 0x1e, 0), .kind = GROUP_BRIDGE, .parent = GROUP_NONE },
	[CARD_1] = { .bdf = BDF(7, 1, 0), .kind = GROUP_CONVENTIONAL, .parent = TO_PCI },
	[CARD_2] = { .bdf = BDF(7, 2, 0), .kind = GROUP_CONVENTIONAL, .parent = TO_PCI },
	[ISA] = { .bdf = BDF(0, 0x1f, 0), .kind = GROUP_CONVENTIONAL, .parent = GROUP_NONE,
		  .multifunction = true },
	[SATA] = { .bdf = BDF(0, 0x1f, 2), .kind = GROUP_CONVENTIONAL, .parent = GROUP_NONE,
		   .multifunction = true },
	[ROOT_D] = { .bdf = BDF(0, 4, 0), .kind = GROUP_PORT, .parent = GROUP_NONE },
	[GPU] = { .bdf = BDF(8, 0, 0), .kind = GROUP_ENDPOINT, .parent = ROOT_D },
};

static void begin(void)
{
	memcpy(list, machine, sizeof(list));
	why.text[0] = '\0';
}

/* Up to two of them; the same one twice is one. */
static int check(bool translated, unsigned int first, unsigned int second)
{
	list[first].wanted = true;
	list[second].wanted = true;
	return jh_groups_check(list, COUNT, translated, &why);
}

/* An IOMMU would have to know, without one nobody is kept from anything. */
static void refused_by_iommu(unsigned int first, unsigned int second, int err, const char *text)
{
	CHECK_EQ(check(true, first, second), err);
	CHECK_STR(why.text, text);
	CHECK_EQ(check(false, first, second), 0);
}

UNIT(what_is_alone_can_be_given)
{
	static const u8 alone[] = { VGA, NIC_A, DISK_1, DISK_2, GPU };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(alone); n++) {
		unit_row("%u", alone[n]);
		begin();
		CHECK_EQ(check(true, alone[n], alone[n]), 0);
		CHECK_STR(why.text, "");
	}
}

UNIT(functions_of_a_device_go_together)
{
	begin();
	refused_by_iommu(DUAL_0, DUAL_0, -EBUSY,
			 "PCI device 0000:06:00.0 cannot be kept apart from 0000:06:00.1, past the IOMMU (there is no access control, ACS, between them): give both to this cell, or neither");
	CHECK_EQ(check(true, DUAL_1, DUAL_1), 0);
	begin();
	refused_by_iommu(SATA, SATA, -EBUSY,
			 "PCI device 0000:00:1f.2 cannot be kept apart from 0000:00:1f.0, past the IOMMU (there is no access control, ACS, between them): give both to this cell, or neither");
	CHECK_EQ(check(true, ISA, ISA), 0);
	/* With access control they are two devices. */
	begin();
	list[DUAL_0].acs = true;
	CHECK_EQ(check(true, DUAL_0, DUAL_0), 0);
	/* The same slot of another segment is another one. */
	begin();
	list[DUAL_1].domain = 1;
	CHECK_EQ(check(true, DUAL_0, DUAL_0), 0);
}

UNIT(what_is_behind_a_switch_goes_together_without_access_control)
{
	/* One port without it is enough: what is behind it reaches all. */
	begin();
	list[DOWN_1].acs = false;
	refused_by_iommu(DISK_1, DISK_1, -EBUSY,
			 "PCI device 0000:04:00.0 cannot be kept apart from 0000:05:00.0, past the IOMMU (there is no access control, ACS, between them): give both to this cell, or neither");
	CHECK_EQ(check(true, DISK_1, DISK_2), 0);
	/* Neither does it help that all ports of the switch have it, if the one above has not. */
	begin();
	list[ROOT_B].acs = false;
	refused_by_iommu(DISK_2, DISK_2, -EBUSY,
			 "PCI device 0000:05:00.0 cannot be kept apart from 0000:04:00.0, past the IOMMU (there is no access control, ACS, between them): give both to this cell, or neither");
}

UNIT(ports_of_one_device_without_access_control_go_together)
{
	begin();
	list[ROOT_A].acs = false;
	list[ROOT_B].acs = false;
	refused_by_iommu(NIC_A, NIC_A, -EBUSY,
			 "PCI device 0000:01:00.0 cannot be kept apart from 0000:04:00.0, past the IOMMU (there is no access control, ACS, between them): give both to this cell, or neither");
	/* The one that has it is by itself. */
	begin();
	list[ROOT_B].acs = false;
	CHECK_EQ(check(true, NIC_A, NIC_A), 0);
}

UNIT(who_has_no_name_of_its_own_is_refused)
{
	begin();
	refused_by_iommu(CARD_1, CARD_2, -EOPNOTSUPP,
			 "PCI device 0000:07:01.0 cannot be told from what else is behind the bridge 0000:00:1e.0: an IOMMU would not know its requests");
	begin();
	list[GPU].foreign_ids = true;
	refused_by_iommu(GPU, GPU, -EOPNOTSUPP,
			 "PCI device 0000:08:00.0 makes requests in the name of another function: an IOMMU would not know them");
}

/* What follows does not depend on an IOMMU. */
static void refused_always(unsigned int first, unsigned int second, int err, const char *text)
{
	CHECK_EQ(check(false, first, second), err);
	CHECK_STR(why.text, text);
	CHECK_EQ(check(true, first, second), err);
}

UNIT(a_bridge_goes_with_all_behind_it)
{
	begin();
	refused_always(TO_PCI, CARD_2, -EINVAL,
		       "PCI device 0000:00:1e.0 is a bridge, and 0000:07:01.0 behind it is not the cell's: give it all that is there, or leave the bridge out");
	CHECK_EQ(check(false, CARD_1, CARD_1), 0);
	/* Also what is far behind it. */
	begin();
	list[UP].wanted = true;
	list[DOWN_1].wanted = true;
	list[DISK_1].wanted = true;
	list[DOWN_2].wanted = true;
	refused_always(ROOT_B, ROOT_B, -EINVAL,
		       "PCI device 0000:00:02.1 is a bridge, and 0000:05:00.0 behind it is not the cell's: give it all that is there, or leave the bridge out");
	CHECK_EQ(check(true, DISK_2, DISK_2), 0);
}

UNIT(virtual_functions)
{
	/* Each is a device to Linux, that has nowhere but upwards to send what it sends. */
	begin();
	list[DUAL_0].multifunction = false;
	list[DUAL_0].has_virtual = true;
	list[DUAL_1].multifunction = false;
	CHECK_EQ(check(true, DUAL_1, DUAL_1), 0);
	/* Behind a port that sends it back down, it would reach the physical one. */
	begin();
	list[DUAL_0].multifunction = false;
	list[DUAL_1].multifunction = false;
	list[ROOT_C].acs = false;
	refused_by_iommu(DUAL_1, DUAL_1, -EBUSY,
			 "PCI device 0000:06:00.1 cannot be kept apart from 0000:06:00.0, past the IOMMU (there is no access control, ACS, between them): give both to this cell, or neither");
	begin();
	list[NIC_A].has_virtual = true;
	refused_always(NIC_A, NIC_A, -EBUSY,
		       "PCI device 0000:01:00.0 has virtual functions (SR-IOV), which would be the cell's to end: write 0 to its sriov_numvfs");
}

/* Linux would have to be wrong. */
UNIT(a_list_that_leads_in_a_circle_or_nowhere_has_an_end)
{
	begin();
	list[ROOT_B].parent = DOWN_1;
	list[ROOT_D].parent = COUNT + 3;
	CHECK_EQ(check(true, DISK_1, DISK_1), 0);
	CHECK_EQ(check(true, GPU, GPU), 0);
	list[ROOT_B].acs = false;
	CHECK_EQ(check(true, DISK_1, DISK_1), -EBUSY);
	CHECK_EQ(jh_groups_check(list, 0, true, &why), 0);
}
