// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: configs.c */
/* The check of links: of one cell by itself, and beside others. */
#include <string.h>

#include "configs.h"
#include "memory_map.h"

struct linked {
	struct cell cell;
	struct jailhouse_link link[2];
} __packed;

static struct linked l, others[2];

static void make(struct linked *linked, const char *name, u64 cpus)
{
	*linked = (struct linked) {
		.cell = good_cell,
		.link = {
			{ .address = 0xfd000000, .id = 1, .mac = { 2, 0, 0, 0, 0, 1 } },
			{ .address = 0xfd002000, .id = 2, .mac = { 2, 0, 0, 0, 0, 2 } },
		},
	};
	linked->cell.desc.num_links = 2;
	strcpy(linked->cell.desc.name, name);
	linked->cell.cpus[0] = cpus;
}

static void link_says(int error, const char *text)
{
	struct config_reason why;
	int got;

	seal(&l, sizeof(l));
	got = config_check_cell(&l, sizeof(l), &why);
	expect(got, &why, error, text);
}

#define LINK(change, error, text)					\
	do {								\
		make(&l, "linked", 0xc);				\
		unit_row("%s", #change);				\
		change;							\
		link_says(error, text);					\
	} while (0)

UNIT(links_of_a_cell)
{
	LINK((void)0, 0, "");
	LINK(l.link[1].id = 0, -EINVAL, "link 1 has no id");
	LINK(l.link[1].id = 1, -EADDRINUSE, "link 1 has the id 1 of link 0");
	LINK(l.link[0].mac[0] = 3, -EINVAL,
	     "link 0 has an Ethernet address (mac) that no single device can have");
	LINK(memset(l.link[0].mac, 0, 6), -EINVAL,
	     "link 0 has an Ethernet address (mac) that no single device can have");
	LINK(memset(l.link[0].mac, 0, 5), 0, "");
	LINK(l.link[0].reserved[5] = 1, -EINVAL, "link 0 has reserved bytes that are not 0");
	LINK(l.link[0].address += 0x800, -EINVAL, "link 0 cannot be at 0xfd000800");
	LINK(l.link[0].address = 0xfffffffff000, -EOVERFLOW,
	     "link 0 at 0xfffffffff000 ends beyond the last guest-physical address");
	LINK(l.link[0].address = ~0xfffULL, -EOVERFLOW,
	     "link 0 at 0xfffffffffffff000 ends beyond the last guest-physical address");
	LINK(l.link[0].address = 0xffffffffe000, 0, "");
	LINK(l.link[1].address = 0xfd001000, -EADDRINUSE, "link 1 at 0xfd001000 overlaps link 0");
	LINK(l.link[1].address = 0xfcfff000, -EADDRINUSE, "link 1 at 0xfcfff000 overlaps link 0");
	LINK(l.link[1].address = 0xfcffe000, 0, "");
}

UNIT(links_among_the_rest_of_a_cell)
{
	LINK(l.link[0].address = 0x100000, -EADDRINUSE,
	     "link 0 at 0x100000 overlaps a memory region");
	LINK(l.link[0].address = 0x3ffff000, -EADDRINUSE,
	     "link 0 at 0x3ffff000 overlaps a memory region");
	LINK(l.link[0].address = 0xfebff000, -EADDRINUSE,
	     "link 0 at 0xfebff000 overlaps an irqchip");
	LINK(l.link[0].address = 0xfedff000, -EADDRINUSE,
	     "link 0 at 0xfedff000 overlaps the local APICs");
	LINK(l.link[0].address = 0xfee00000, -EADDRINUSE,
	     "link 0 at 0xfee00000 overlaps the local APICs");
	LINK(l.link[0].address = 0xfeefe000, -EADDRINUSE,
	     "link 0 at 0xfeefe000 overlaps the local APICs");
	LINK(l.link[0].address = 0xfef00000, 0, "");
	LINK(l.link[0].address = 0x101000, 0, "");
	LINK(l.link[0].address = 0x101000; l.cell.desc.flags |= JAILHOUSE_CELL_MESSAGE_PIN,
	     -EADDRINUSE, "link 0 at 0x101000 overlaps a device behind the comm region");
	LINK(l.link[0].address = 0x101000; l.cell.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE,
	     -EADDRINUSE, "link 0 at 0x101000 overlaps a device behind the comm region");
}

UNIT(counts_of_links)
{
	CELL(c.desc.num_links = 9, -E2BIG, "num_links is 9, 8 is the limit");
	CELL(c.desc.num_links = 1, -EMSGSIZE,
	     "the counts of the cell's lists make 424 bytes, there are 400");
}

/* Links of the root cell, where its three PCI devices were. */
static struct jailhouse_link *root_links(void)
{
	struct jailhouse_link *link;
	u32 n;

	root->num_pci_devices -= 3;
	root->num_links = 5;
	link = (struct jailhouse_link *)config_links(root);
	for (n = 0; n < root->num_links; n++)
		link[n] = (struct jailhouse_link) {
			.address = 0xfef00000 + n * JAILHOUSE_LINK_SIZE, .id = 101 + n,
			.mac = { 2, 0, 0, 0, 0, 1 },
		};
	return link;
}

UNIT(links_of_the_root_cell)
{
	SYSTEM(root_links(), 0, "");
	SYSTEM(root_links()[4].id = 0, -EINVAL, "link 4 has no id");
	SYSTEM(root_links()[1].id = 101, -EADDRINUSE, "link 1 has the id 101 of link 0");
	SYSTEM(root_links()[0].address = 0xfec00000, -EADDRINUSE,
	       "link 0 at 0xfec00000 overlaps an irqchip");
	SYSTEM(root_links()[0].address = 0, -EADDRINUSE, "link 0 at 0x0 overlaps a memory region");
	SYSTEM(root_links()[1].address = 0xb0000000, -EADDRINUSE,
	       "link 1 at 0xb0000000 overlaps the MMCONFIG area");
	SYSTEM(root_links()[0].address = s.head.hypervisor_memory.phys_start, -EADDRINUSE,
	       "link 0 at 0x3a000000 overlaps hypervisor memory");
}

/* @of_root: id of the root cell's last link; @address: of the cell's second one */
static void beside_at(u64 address, u32 of_root, u32 first, u32 second, int error, const char *text)
{
	const struct jailhouse_cell_desc *descs[] = { &others[0].cell.desc, &others[1].cell.desc };
	const struct cpu_set root_cpus = low_cpus(0xf);
	struct memory_map root_memory;
	struct config_reason why;
	unsigned int n;
	int got;

	unit_row("%u, %u, %u", of_root, first, second);
	s = good_sys;
	root_links()[4].id = of_root;
	make(&l, "linked", 0x8);
	l.link[1].address = address;
	/* No device of the root cell is left. */
	l.cell.desc.num_pci_devices = 0;
	memmove((void *)config_links(&l.cell.desc), l.link, sizeof(l.link));
	make(&others[0], "one", 0x2);
	make(&others[1], "two", 0x4);
	for (n = 0; n < 2; n++) {
		others[n].cell.desc.num_memory_regions = 0;
		others[n].cell.desc.num_irqchips = 0;
		others[n].cell.desc.num_pio_regions = 0;
		others[n].cell.desc.num_pci_devices = 0;
		/* Its list follows the CPU set now. */
		memmove(&others[n].cell.mem, others[n].link, sizeof(others[n].link));
		((struct jailhouse_link *)&others[n].cell.mem)[0].id = n ? second : first;
		others[n].cell.desc.num_links = 1;
	}
	memory_map_init(&root_memory, root);
	got = config_check_cell_fits(&l.cell.desc, &s.head, &root_memory, descs, 2, &root_cpus,
				     &why);
	expect(got, &why, error, text);
}

static void beside(u32 of_root, u32 first, u32 second, int error, const char *text)
{
	beside_at(0xfd004000, of_root, first, second, error, text);
}

/* Of the machine's addresses the check of the cell alone knows nothing. */
UNIT(links_where_every_cell_has_something)
{
	beside_at(0xc0000000, 9, 7, 8, 0, "");
	beside_at(0xb0000000, 9, 7, 8, -EADDRINUSE,
		  "link 1 at 0xb0000000 overlaps the MMCONFIG area");
	beside_at(0xaffff000, 9, 7, 8, -EADDRINUSE,
		  "link 1 at 0xaffff000 overlaps the MMCONFIG area");
	beside_at(0xbffff000, 9, 7, 8, -EADDRINUSE,
		  "link 1 at 0xbffff000 overlaps the MMCONFIG area");
}

UNIT(links_have_two_ends)
{
	beside(9, 7, 8, 0, "");
	beside(9, 7, 2, 0, "");
	beside(9, 1, 2, 0, "");
	beside(9, 2, 2, -EBUSY, "link 1 (id 2) connects cells \"one\" and \"two\" already");
	beside(9, 1, 1, -EBUSY, "link 0 (id 1) connects cells \"one\" and \"two\" already");
	/* The root cell's is one. */
	beside(1, 7, 8, 0, "");
	beside(1, 2, 7, 0, "");
	beside(2, 7, 2, -EBUSY, "link 1 (id 2) connects cells \"RootCell\" and \"two\" already");
	beside(1, 1, 7, -EBUSY, "link 0 (id 1) connects cells \"RootCell\" and \"one\" already");
}
