// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: configs.c */
/* The check of ivshmem devices: of one cell by itself, and beside its peer. */
#include <string.h>

#include "configs.h"
#include "memory_map.h"

#define SHARED_R	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED)
#define SHARED_RW	(SHARED_R | JAILHOUSE_MEM_WRITE)

struct peer {
	struct jailhouse_cell_desc desc;
	u64 cpus[1];
	struct jailhouse_memory mem[9];
	struct jailhouse_pci_device pci[1];
	struct jailhouse_link link[1];
	struct jailhouse_ivshmem ivs[2];
} __packed;

static struct peer p, other;

/* Regions 2 to 5 are of the first device, 5 to 8 would be of the second with fewer sections. */
static void make(struct peer *peer, unsigned int number)
{
	unsigned int n;

	*peer = (struct peer) {
		.desc = good_cell.desc,
		.cpus = { 1ULL << (2 + number) },
		.mem = {
			{ 0x3bf00000 + 0x1000 * number, 0, 0x1000, RWX },
			{ 0, 0x100000, 0x1000, RW | JAILHOUSE_MEM_COMM_REGION },
		},
		.pci = { { .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = (u16)(0x18 + 8 * number) } },
		.link = { { .address = 0xfd004000, .id = 1 + number, .mac = { 2 } } },
		.ivs = {
			{ .address = 0xfd000000, .id = 1, .bdf = 0x70, .first_region = 2,
			  .peers = 3, .peer = (u8)number, .vectors = 16 },
			{ .address = 0xfd002000, .id = 2, .bdf = 0x78, .first_region = 2,
			  .peers = 3, .peer = (u8)number, .vectors = 1 },
		},
	};
	for (n = 0; n < 5; n++)
		peer->mem[2 + n] = (struct jailhouse_memory){
			0x3be00000 + 0x1000 * n, 0x200000 + 0x1000 * n, 0x1000,
			n == 1 || n == 2 + number ? SHARED_RW : SHARED_R,
		};
	for (n = 0; n < 2; n++)
		peer->mem[7 + n] = (struct jailhouse_memory){
			0x3bf10000 + 0x1000 * n + 0x2000 * number, 0x300000 + 0x1000 * n,
			0x1000, RW,
		};
	strcpy(peer->desc.name, number ? "other" : "peer");
	peer->desc.cpu_set_size = sizeof(peer->cpus);
	peer->desc.num_memory_regions = ARRAY_SIZE(peer->mem);
	peer->desc.num_irqchips = 0;
	peer->desc.num_pio_regions = 0;
	peer->desc.num_pci_devices = ARRAY_SIZE(peer->pci);
	peer->desc.num_links = ARRAY_SIZE(peer->link);
	peer->desc.num_ivshmem = ARRAY_SIZE(peer->ivs);
	peer->desc.cpu_reset_address = 0xff0;
}

static void peer_says(int error, const char *text)
{
	struct config_reason why;
	int got;

	seal(&p, sizeof(p));
	got = config_check_cell(&p, sizeof(p), &why);
	expect(got, &why, error, text);
}

#define PEER(change, error, text)					\
	do {								\
		make(&p, 0);						\
		unit_row("%s", #change);				\
		change;							\
		peer_says(error, text);					\
	} while (0)

UNIT(numbers_of_a_device)
{
	PEER((void)0, 0, "");
	PEER(p.ivs[1].id = 0, -EINVAL, "ivshmem 1 has no id");
	PEER(p.ivs[0].peers = 1, -EINVAL, "ivshmem 0 has 1 peers, there can be 2 to 8");
	PEER(p.ivs[0].peers = 9, -EINVAL, "ivshmem 0 has 9 peers, there can be 2 to 8");
	PEER(p.ivs[0].peer = 3, -EINVAL, "ivshmem 0 is peer 3 of 3: they count from 0");
	PEER(p.ivs[1].vectors = 0, 0, "");
	PEER(p.ivs[1].vectors = 17, -EINVAL, "ivshmem 1 has 17 vectors, 16 are the limit");
	PEER(p.ivs[0].root = 2, 0, "");
	PEER(p.ivs[0].root = 3, 0, "");
	PEER(p.ivs[0].root = 1, -EINVAL,
	     "ivshmem 0 has the root cell as peer 0, which is its own or none of 3");
	PEER(p.ivs[0].root = 4, -EINVAL,
	     "ivshmem 0 has the root cell as peer 3, which is its own or none of 3");
	PEER(p.ivs[0].root = 255, -EINVAL,
	     "ivshmem 0 has the root cell as peer 254, which is its own or none of 3");
	PEER(p.ivs[0].address += 8, -EINVAL,
	     "ivshmem 0 cannot be at 0xfd000008 (a page below 4 GiB, with the next one)");
	PEER(p.ivs[0].address = 0xfffff000, -EINVAL,
	     "ivshmem 0 cannot be at 0xfffff000 (a page below 4 GiB, with the next one)");
	PEER(p.ivs[0].address = 0xffffe000, 0, "");
	PEER(p.desc.num_ivshmem = 5, -E2BIG, "num_ivshmem is 5, 4 is the limit");
	PEER(p.desc.num_ivshmem = 1, -EMSGSIZE,
	     "the counts of the cell's lists make 504 bytes, there are 528");
}

UNIT(memory_of_a_device)
{
	PEER(p.ivs[0].first_region = 5, -EINVAL,
	     "ivshmem 0 needs memory regions 5 to 9, the cell has 9");
	PEER(p.ivs[0].first_region = ~0U, -EINVAL,
	     "ivshmem 0 needs memory regions 4294967295 to 3, the cell has 9");
	PEER(p.mem[2].size = 0x2000; p.mem[2].virt_start -= 0x1000;
	     p.mem[2].phys_start = 0x3be20000, -EINVAL,
	     "ivshmem 0 has a state table (memory region 2) that is no single page");
	PEER(p.mem[2].flags |= JAILHOUSE_MEM_WRITE, -EINVAL,
	     "ivshmem 0 wants memory region 2 with flags 0x81, it has 0x83");
	PEER(p.mem[3].flags = SHARED_R, -EINVAL,
	     "ivshmem 0 wants memory region 3 with flags 0x83, it has 0x81");
	PEER(p.mem[4].flags = SHARED_R, -EINVAL,
	     "ivshmem 0 wants memory region 4 with flags 0x83, it has 0x81");
	PEER(p.mem[5].flags = SHARED_RW, -EINVAL,
	     "ivshmem 0 wants memory region 5 with flags 0x81, it has 0x83");
	PEER(p.mem[3].flags = RW, -EINVAL,
	     "ivshmem 0 wants memory region 3 with flags 0x83, it has 0x3");
	PEER(p.mem[3].flags |= JAILHOUSE_MEM_EXECUTE, -EINVAL,
	     "ivshmem 0 wants memory region 3 with flags 0x83, it has 0x87");
	PEER(p.mem[6].virt_start += 0x1000, -EINVAL,
	     "ivshmem 0 wants memory region 6 (virt_start) right behind the one before");
	PEER(p.mem[6].size += 0x1000, -EINVAL,
	     "ivshmem 0 wants memory region 6 as large as region 4");
	PEER(p.mem[3].flags |= JAILHOUSE_MEM_NO_HUGEPAGES, 0, "");
}

UNIT(place_of_a_device)
{
	PEER(p.ivs[1].id = 1, -EADDRINUSE, "ivshmem 1 has the id or the bdf of ivshmem 0");
	PEER(p.ivs[1].bdf = 0x70, -EADDRINUSE, "ivshmem 1 has the id or the bdf of ivshmem 0");
	PEER(p.ivs[1].bdf = 0x18, -EADDRINUSE, "ivshmem 1 has the bdf 0x18 of a PCI device");
	PEER(p.ivs[1].address = 0xfd001000, -EADDRINUSE,
	     "ivshmem 1 at 0xfd001000 overlaps another ivshmem device");
	PEER(p.ivs[1].address = 0xfd003000, -EADDRINUSE,
	     "ivshmem 1 at 0xfd003000 overlaps a link");
	PEER(p.ivs[1].address = 0x2ff000, -EADDRINUSE,
	     "ivshmem 1 at 0x2ff000 overlaps a memory region");
	PEER(p.ivs[1].address = 0xfedff000, -EADDRINUSE,
	     "ivshmem 1 at 0xfedff000 overlaps the local APICs");
}

static void root_links(void)
{
	struct jailhouse_link *link = (struct jailhouse_link *)config_links(root);
	unsigned int n;

	for (n = 0; n < root->num_links; n++)
		link[n] = (struct jailhouse_link) {
			.address = 0xfef00000 + n * JAILHOUSE_LINK_SIZE, .id = 1 + n, .mac = { 2 },
		};
}

/* Where its three PCI devices of 40 bytes were, five devices of 24 fit, or four links and one. */
UNIT(the_root_cell_has_none)
{
	SYSTEM(root->num_pci_devices = 0; root->num_links = 4; root->num_ivshmem = 1;
	       root_links(), -EINVAL,
	       "ivshmem 0 is the root cell's, which can have none (see shared/ in sysfs)");
}

static void beside(int error, const char *text)
{
	const struct jailhouse_cell_desc *descs[] = { &other.desc };
	const struct cpu_set root_cpus = low_cpus(0xf);
	struct memory_map root_memory;
	struct config_reason why;
	int got;

	s = good_sys;
	memory_map_init(&root_memory, root);
	got = config_check_cell_fits(&p.desc, &s.head, &root_memory, descs, 1, &root_cpus, &why);
	expect(got, &why, error, text);
}

#define BESIDE(change, error, text)					\
	do {								\
		make(&p, 0);						\
		make(&other, 1);					\
		unit_row("%s", #change);				\
		change;							\
		beside(error, text);					\
	} while (0)

UNIT(peers_have_the_same_memory_and_another_number)
{
	BESIDE((void)0, 0, "");
	BESIDE(other.ivs[0].peer = 0, -EBUSY,
	       "ivshmem 0 (id 1): cell \"other\" is peer 0 already");
	BESIDE(other.ivs[1].peer = 0, -EBUSY,
	       "ivshmem 1 (id 2): cell \"other\" is peer 0 already");
	BESIDE(other.ivs[0].peer = 0; other.ivs[0].id = 3, 0, "");
	BESIDE(other.ivs[0].peers = 2, -EINVAL,
	       "ivshmem 0 (id 1) has other peers or another protocol than in cell \"other\"");
	BESIDE(other.ivs[1].protocol = 1, -EINVAL,
	       "ivshmem 1 (id 2) has other peers or another protocol than in cell \"other\"");
	BESIDE(other.mem[2].phys_start = 0x3be10000, -EINVAL,
	       "ivshmem 0 (id 1) has other memory in region 2 than cell \"other\"");
	BESIDE(other.mem[6].size = 0x2000, -EINVAL,
	       "ivshmem 0 (id 1) has other memory in region 6 than cell \"other\"");
	BESIDE(other.mem[6].virt_start = 0x900000, 0, "");
}

UNIT(registers_where_every_cell_has_something)
{
	BESIDE(p.ivs[1].address = 0xc0000000, 0, "");
	BESIDE(p.ivs[1].address = 0xb0000000, -EADDRINUSE,
	       "ivshmem 1 at 0xb0000000 overlaps the MMCONFIG area");
	BESIDE(p.ivs[0].address = 0xaffff000, -EADDRINUSE,
	       "ivshmem 0 at 0xaffff000 overlaps the MMCONFIG area");
	BESIDE(p.mem[1].virt_start = 0xaffff000, 0, "");
	BESIDE(p.mem[1].virt_start = 0xaffff000; p.desc.flags |= JAILHOUSE_CELL_MESSAGE_PIN,
	       -EADDRINUSE,
	       "memory region 1 (0xaffff000-0xb0000000) has a message pin behind it that overlaps the MMCONFIG area");
}
