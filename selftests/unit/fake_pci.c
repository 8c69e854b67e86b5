// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/pci.c x86/pci_bridge.c x86/pci_extended.c x86/pci_hw.c x86/pci_message.c */
/* SOURCES: x86/pci_mmconfig.c x86/pci_msix.c x86/pci_owner.c x86/pci_reset.c x86/pci_root.c */
/* SOURCES: x86/ivshmem_pci.c core/cpu_set.c x86/pci_virtual.c x86/virtual_pin.c x86/ioapic.c */
/* SOURCES: x86/apic_policy.c */
/* PCI configuration space made of memory. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "fake_pci.h"
#include "log.h"

struct apic_topology topo;
struct pci_space space;
struct pci_cell cell;
const struct cpu_set cell_cpus = { { CELL } };
bool cell_x2apic;

u8 config[16 << 3][256];
u8 extended[16 << 3][PAGE_SIZE - 256];
u32 hw_address;
unsigned int hw_writes;
u16 last_port;
static u32 last_turn;

/*
 * An instruction of the hypervisor's. Address and data together, and nothing else: who waits for
 * the ports waits for this.
 */
static void check_access(unsigned int width)
{
	CHECK(width == 1 || width == 2 || width == 4);
	CHECK_EQ(space.lock.next, space.lock.serving + 1);
	CHECK(space.lock.serving != last_turn);
	last_turn = space.lock.serving;
}

u32 hw_read(u32 address, u16 port, unsigned int width)
{
	u8 *regs = config[address >> 8 & 0x7f];
	unsigned int i;
	u32 value = 0;

	hw_address = address;
	check_access(width);
	if (port < PCI_PORT_DATA)
		value = 0x5a5a5a5a;
	if (removed && (address >> 8 & 0x7f) == removed)
		return ~0U >> (32 - 8 * width);
	for (i = 0; i < width; i++)
		if (port + i >= PCI_PORT_DATA && port + i <= PCI_PORT_LAST)
			memcpy((u8 *)&value + i, &regs[(address & 0xfc) + ((port + i) & 3)], 1);
	return value;
}

char said[200];

void log_printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

u64 now;

static u64 now_ms(void)
{
	return now;
}

unsigned int reset_at;
unsigned int resets;
unsigned int removed;

/* All that is programmed is lost, but how large a packet may be. */
static void reset_function(u8 *regs)
{
	CHECK(!(regs[4] & 4));
	resets++;
	memset(&regs[0x04], 0, 2);
	memset(&regs[0x0c], 0, 2);
	memset(&regs[0x10], 0, 0x18);
	memset(&regs[0x30], 0, 4);
	regs[0x3c] = 0;
	regs[0x52] &= 0x8e;
	memset(&regs[0x54], 0, 12);
	regs[0x73] &= 0x3f;
	if ((reset_at & 0xff) == 0xa9)
		memset(&regs[0xa8], 0, 2);
}

/* Error bits of the status register are cleared by a 1, the others are the device's. */
static void hw_write_byte(u8 *regs, unsigned int offset, u8 value)
{
	if (offset == 6)
		return;
	if (reset_at && offset == (reset_at & 0xff) && value & (reset_at >> 8)) {
		reset_function(regs);
		return;
	}
	regs[offset] = offset == 7 ? regs[offset] & ~(value & 0xf9) : value;
}

/* What reaches from one register into the next is split, as hardware may do it. */
void hw_write(u32 address, u16 port, unsigned int width, u32 value)
{
	u8 *regs = config[address >> 8 & 0x7f];
	unsigned int i;

	hw_address = address;
	hw_writes++;
	last_port = port;
	/* Never half a message: off while its address changes, which says all if it is remapped. */
	if (!space.remap && (address & 0xfffc) == (NIC << 8 | 0x54) && port >= PCI_PORT_DATA)
		CHECK(!(regs[0x52] & 1));
	check_access(width);
	for (i = 0; i < width && !(removed && (address >> 8 & 0x7f) == removed); i++)
		if (port + i >= PCI_PORT_DATA && port + i <= PCI_PORT_LAST)
			hw_write_byte(regs, (address & 0xfc) + ((port + i) & 3),
				      (u8)(value >> 8 * i));
}

static u32 get_address(void)
{
	return hw_address;
}

static void set_address(u32 address)
{
	hw_address = address;
}

u8 bar[2 * PAGE_SIZE];
unsigned int table_writes;
struct pci_msix_entry entries[VECTORS];

/* Messages leave an entry that is not masked: never half a one, nor while its BAR decodes none. */
static void check_table(u64 offset)
{
	const u32 *entry = (u32 *)&bar[ALIGN_DOWN(offset, 16)];

	CHECK(config[NIC][4] & 2);
	table_writes++;
	if (offset % 16 != 12)
		CHECK(entry[3] & 1);
}

static u8 *config_byte(unsigned int bdf, unsigned int reg)
{
	return reg < 256 ? &config[bdf][reg] : &extended[bdf][reg - 256];
}

static u8 *mem_byte(u64 hpa)
{
	const u64 offset = hpa - MMCONFIG;
	const unsigned int bdf = (unsigned int)(offset >> 12), reg = offset & 0xfff;

	if (hpa >= BAR && hpa < BAR + sizeof(bar))
		return &bar[hpa - BAR];
	CHECK(bdf < ARRAY_SIZE(config));
	return config_byte(bdf, reg);
}

u64 mem_read(u64 hpa, unsigned int width)
{
	u64 value = 0;

	CHECK(!(hpa % width));
	memcpy(&value, mem_byte(hpa), width);
	return value;
}

void mem_write(u64 hpa, unsigned int width, u64 value)
{
	CHECK(!(hpa % width));
	hw_writes++;
	if (hpa >= TABLE && hpa < TABLE + 16 * VECTORS)
		check_table(hpa - BAR);
	memcpy(mem_byte(hpa), &value, width);
}

static const struct pci_ops ops = {
	hw_read, hw_write, get_address, set_address, mem_read, mem_write, now_ms,
};

/* The first bus, of which this has the first half. */
const struct jailhouse_platform_info platform = { .pci_mmconfig_base = MMCONFIG };

void set_reg(unsigned int bdf, unsigned int reg, u32 value)
{
	memcpy(config_byte(bdf, reg), &value, 4);
}

u32 reg(unsigned int bdf, unsigned int offset)
{
	u32 value;

	memcpy(&value, config_byte(bdf, offset), 4);
	return value;
}

const struct jailhouse_pci_device devices[2] = {
	{ .bdf = NIC, .num_msix_vectors = VECTORS, .msix_address = TABLE,
	  .bar_mask = { 0xfffff000, 0, 0xffffffe0 } },
	{ .bdf = DISK, .bar_mask = { 0xffffff00 } },
};

void build(void)
{
	unsigned int i;

	apic_topology_init(&topo);
	for (i = 0; i < 4; i++)
		apic_topology_add(&topo, i, i);
	memset(config, 0xff, sizeof(config));
	memset(extended, 0xff, sizeof(extended));
	memset(bar, 0x5a, sizeof(bar));
	memset(entries, 0xa5, sizeof(entries));
	for (i = 0; i < VECTORS; i++)
		bar[TABLE - BAR + 16 * i + 12] |= 1;
	memset(config[NIC], 0, 256);
	set_reg(NIC, 0x00, 0x100e8086);
	set_reg(NIC, 0x04, 0x00100007);
	set_reg(NIC, 0x10, 0xfeb80000);
	set_reg(NIC, 0x14, 0x12345678);
	set_reg(NIC, 0x18, 0xc001);
	set_reg(NIC, 0x34, 0x50);
	set_reg(NIC, 0x3c, 0x010b);
	set_reg(NIC, 0x50, 0x00817005);		/* MSI, 64 bits, on; next 0x70 */
	set_reg(NIC, 0x54, 0xfee01000);
	set_reg(NIC, 0x58, 0x77);
	set_reg(NIC, 0x5c, 0x4031);
	set_reg(NIC, 0x70, 0x80040011);		/* MSI-X, on; end */
	set_reg(NIC, 0x74, TABLE - BAR);	/* in the first BAR */
	memset(config[DISK], 0, 256);
	set_reg(DISK, 0x00, 0x71118086);
	set_reg(DISK, 0x04, 0x00100001);
	set_reg(DISK, 0x34, 0x40);
	set_reg(DISK, 0x40, 0x00004401);	/* power management; next 0x44 */
	set_reg(DISK, 0x44, 0x00000005);	/* MSI, 32 bits */
	hw_address = 0x80001004;
	reset_at = 0;
	resets = 0;
	removed = 0;
	said[0] = '\0';
	now = 1000;
	last_turn = ~0U;
	pci_init(&space, &ops, &topo, 0, &platform);
}

void give(void)
{
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 2), 0);
	CHECK(!pci_any_owned(&space));
	pci_msix_attach(&cell.functions[0], entries, TABLE_GPA);
	pci_cell_take(&cell);
	CHECK(pci_any_owned(&space));
	pci_cell_run(&cell, true);
}

int root_io(u16 port, u8 width, bool is_write, u32 *value)
{
	struct pci_access access = { port, width, is_write, false, *value };
	int err = pci_root_access(&space, &access);

	*value = access.value;
	return err;
}

int cell_io(u16 port, u8 width, bool is_write, u32 *value)
{
	struct pci_access access = { port, width, is_write, cell_x2apic, *value };
	int err = pci_cell_access(&cell, &access);

	*value = access.value;
	return err;
}

u32 cfg_read(io io, u32 address, unsigned int byte, u8 width)
{
	u32 value = address;

	CHECK_EQ(io(0xcf8, 4, true, &value), 0);
	value = 0;
	CHECK_EQ(io((u16)(0xcfc + byte), width, false, &value), 0);
	return value;
}

int cfg_write(io io, u32 address, unsigned int byte, u8 width, u32 value)
{
	CHECK_EQ(io(0xcf8, 4, true, &address), 0);
	return io((u16)(0xcfc + byte), width, true, &value);
}

int by_ports(u16 bdf, unsigned int offset, u8 width, u32 value)
{
	return cfg_write(root_io, ADDR(bdf, offset & 0xfc), offset & 3, width, value);
}

int by_mmconfig(u16 bdf, unsigned int offset, u8 width, u32 value)
{
	struct mmio_access access = { AT(bdf, offset), width, true, value };

	return pci_root_mmconfig(&space, &access);
}

int (*const ways[2])(u16 bdf, unsigned int offset, u8 width, u32 value) = {
	by_ports, by_mmconfig,
};
