/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions of fake_pci.c that are Linux's, which has CPUs 0 to 2; messages are rewritten. */
#ifndef SELFTESTS_UNIT_LINUX_FUNCTIONS_H
#define SELFTESTS_UNIT_LINUX_FUNCTIONS_H

#include <string.h>
#include "fake_pci.h"
#include "pci_internal.h"
#include "remap.h"
#include <jailhouse/console.h>
#include <jailhouse/image_header.h>

#define MSI_ON		0x0001U

/* Of DISK: MSI of 32 bits at 0x44. */
#define DISK_ADDRESS	0x48U
#define DISK_DATA	0x4cU

static struct pci_root linux_has;
static struct pci_function functions[2];
static struct cpu_set root_cpus;
static struct pci_ops ops;

static const struct jailhouse_boot_function list[] = {
	{ .bdf = NIC, .table = TABLE, .vectors = VECTORS },
	{ .bdf = DISK },
};

/* A word of NIC's MSI-X table, as the device has it. */
static inline u32 device(unsigned int entry, unsigned int word)
{
	u32 value;

	memcpy(&value, &bar[TABLE - BAR + 16 * entry + 4 * word], 4);
	return value;
}

/* An entry that is not masked. */
static inline void set_device(unsigned int entry, u32 address, u32 data)
{
	const u32 words[4] = { address, 0, data, 0 };

	memcpy(&bar[TABLE - BAR + 16 * entry], words, sizeof(words));
}

/* NIC has MSI-X on, and all entries masked; DISK has MSI on, with a message to CPU 2. */
static inline void give_linux(const struct remap *remap, u32 disk_data)
{
	unsigned int n;

	build();
	for (n = 0; n < VECTORS; n++) {
		set_device(n, 0, 0);
		bar[TABLE - BAR + 16 * n + 12] = 1;
	}
	root_cpus = (struct cpu_set) { { 0x7 } };
	ops = *space.ops;
	space.ops = &ops;
	space.remap = remap;
	memset(functions, 0, sizeof(functions));
	linux_has = (struct pci_root) { .functions = functions };
	set_reg(NIC, 0x50, 0x00807005);
	set_reg(DISK, 0x44, 0x00010005);
	set_reg(DISK, DISK_ADDRESS, 0xfee02000);
	set_reg(DISK, DISK_DATA, disk_data);
}

static inline void look_at_linux(void)
{
	CHECK_EQ(pci_root_init(&linux_has, &space, &root_cpus, list, ARRAY_SIZE(list), entries), 0);
	space.root = &linux_has;
}

/* Linux writes to its table. */
static inline int put(unsigned int entry, unsigned int word, u32 value)
{
	struct mmio_access access = { TABLE + 16 * entry + 4 * word, 4, true, value };

	return pci_msix_access(&functions[0], false, &access);
}

#endif
