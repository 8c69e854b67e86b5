// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: configs.c */
/* The check of what a cell configuration says, by itself. */
#include <string.h>
#include "configs.h"

UNIT(head_of_a_cell)
{
	CELL(c.desc.signature[5] = 'l', -EILSEQ,
	     "not the configuration of a cell: the signature is not JHCELL");
	CELL(memcpy(c.desc.signature, JAILHOUSE_SYSTEM_SIGNATURE, 6), -EILSEQ,
	     "not the configuration of a cell: the signature is not JHCELL");
	CELL(c.desc.revision = 2, -EPROTONOSUPPORT,
	     "format revision is 2, only 1 is supported");
	CELL(c.desc.revision = 0, -EPROTONOSUPPORT,
	     "format revision is 0, only 1 is supported");
	CELL(c.desc.id = 7, 0, "");
	CELL(c.desc.flags = 0x80, -EINVAL, "the cell has unknown flags: 0x80");
	CELL(c.desc.flags = 0x40, 0, "");
	CELL(c.desc.flags = 7, 0, "");
}

UNIT(counts_that_overflow)
{
	/* 0x08000000 regions of 32 bytes would be 0 in 32 bits. */
	CELL(c.desc.num_memory_regions += 0x08000000, -E2BIG,
	     "num_memory_regions is 134217731, 1024 is the limit");
	CELL(c.desc.num_irqchips = 33, -E2BIG, "num_irqchips is 33, 32 is the limit");
	CELL(c.desc.num_pio_regions += 0x20000000, -E2BIG,
	     "num_pio_regions is 536870915, 1024 is the limit");
	CELL(c.desc.num_pci_devices = 0xffffffff, -E2BIG,
	     "num_pci_devices is 4294967295, 1024 is the limit");
	CELL(c.desc.cpu_set_size = 0xfffffff8, -E2BIG,
	     "cpu_set_size is 4294967288, 128 is the limit");
	CELL(c.desc.cpu_set_size = 7, -EINVAL,
	     "the CPU set (cpu_set_size) has 7 bytes, not a multiple of 8");
	CELL(c.desc.num_memory_regions++, -EMSGSIZE,
	     "the counts of the cell's lists make 432 bytes, there are 400");
	CELL(c.desc.num_pio_regions = 0, -EMSGSIZE,
	     "the counts of the cell's lists make 376 bytes, there are 400");
	/* Wrong, but of the right length. */
	CELL(c.desc.num_irqchips--; c.desc.num_pio_regions += 4, -EINVAL,
	     "port region 0 (0x0) is empty");
}

UNIT(names)
{
	CELL(c.desc.name[0] = '\0', -EINVAL, "the cell has no name");
	CELL(memset(c.desc.name, 'x', 32), -EINVAL,
	     "the cell's name has more than 31 characters");
	CELL(memset(c.desc.name, 'x', 31), 0, "");
	CELL(c.desc.name[4] = '/', -EINVAL,
	     "character 5 of the cell's name is not one of A-Za-z0-9._-");
	CELL(c.desc.name[0] = ' ', -EINVAL,
	     "character 1 of the cell's name is not one of A-Za-z0-9._-");
	CELL(c.desc.name[12] = (char)0xe4, -EINVAL,
	     "character 13 of the cell's name is not one of A-Za-z0-9._-");
	CELL(strcpy(c.desc.name, "AZaz09._-"), 0, "");
}

UNIT(consoles)
{
	CELL(c.desc.console.type = 1, -EINVAL, "the cell's console has the unknown type 1");
	CELL(c.desc.console.flags = 8, -EINVAL,
	     "the cell's console has the unknown flags 0x8");
	CELL(c.desc.console.flags = 4, -EINVAL,
	     "the cell's console has WIDTH_32, which goes with ACCESS_MMIO and REGDIST_4 only");
	CELL(c.desc.console.flags = 5, -EINVAL,
	     "the cell's console has WIDTH_32, which goes with ACCESS_MMIO and REGDIST_4 only");
	CELL(c.desc.console.flags = 6, -EINVAL,
	     "the cell's console has WIDTH_32, which goes with ACCESS_MMIO and REGDIST_4 only");
	CELL(c.desc.console.address = 0xfe000004; c.desc.console.flags = 7, 0, "");
	CELL(c.desc.console.address = 0xfe000002; c.desc.console.flags = 7, -EINVAL,
	     "the cell's console is at 0xfe000002, which is no multiple of 4");
	CELL(c.desc.console.gate_nr = 1, -EINVAL,
	     "the cell's console has a gate_nr or clock_reg, which must be 0");
	CELL(c.desc.console.clock_reg = 1, -EINVAL,
	     "the cell's console has a gate_nr or clock_reg, which must be 0");
	CELL(c.desc.console.address = 0xfff8, 0, "");
	CELL(c.desc.console.address = 0xfff9, -EOVERFLOW,
	     "the cell's console is at 0xfff9, beyond the last port");
	CELL(c.desc.console.address = 0xfff8; c.desc.console.flags = 2, -EOVERFLOW,
	     "the cell's console is at 0xfff8, beyond the last port");
	CELL(c.desc.console.address = 0xfe000000; c.desc.console.flags = 3, 0, "");
	CELL(c.desc.console.address = 1ULL << 52; c.desc.console.flags = 1, -EOVERFLOW,
	     "the cell's console is at 0x10000000000000, beyond physical memory");
	CELL(c.desc.console.address = ~0ULL; c.desc.console.type = 0, 0, "");
	SYSTEM(s.head.debug_console.type = 9, -EINVAL, "debug_console has the unknown type 9");
	SYSTEM(s.head.debug_console.type = 1, -EINVAL,
	       "debug_console has an address, size, flags or divider, which a screen has not");
	SYSTEM(s.head.debug_console.type = 1; s.head.debug_console.address = 0, 0, "");
}

UNIT(virtual_consoles)
{
	CELL(c.desc.flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE, -EADDRINUSE,
	     "port region 0 (0x3f8-0x3ff) overlaps the virtual console at 0x3f8");
	CELL(c.desc.flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE; c.pio[0].base = 0x3f1, -EADDRINUSE,
	     "port region 0 (0x3f1-0x3f8) overlaps the virtual console at 0x3f8");
	CELL(c.desc.flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE; c.pio[0].base = 0x3f0, 0, "");
	CELL(c.desc.flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE; c.pio[0].base = 0x400, 0, "");
	CELL(c.desc.flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE; c.desc.console.address = 0x70,
	     -EADDRINUSE, "port region 2 (0x70-0x71) overlaps the virtual console at 0x70");
	CELL(c.desc.flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE; c.desc.console.type = 0, -EINVAL,
	     "the cell's console is virtual, but not an 8250 at I/O ports");
	CELL(c.desc.flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE; c.desc.console.flags = 1;
	     c.desc.console.address = 0xfe000000, -EINVAL,
	     "the cell's console is virtual, but not an 8250 at I/O ports");
	CELL(c.desc.flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE; c.desc.console.flags = 2, -EINVAL,
	     "the cell's console is virtual, but not an 8250 at I/O ports");
}

UNIT(cpu_sets)
{
	CELL(c.cpus[0] = 0, -EINVAL, "the CPU set is empty");
	CELL(c.cpus[1] = 1, 0, "");
	CELL(c.cpus[0] = 0; c.cpus[1] = 1ULL << 63, 0, "");
	CELL(c.cpus[0] = 1ULL << 63, 0, "");
	SYSTEM(s.cpus = 0, -EINVAL, "the CPU set is empty");
}

/* Cells without any list. */
UNIT(cpu_sets_of_odd_sizes)
{
	static const struct {
		u32 size;
		int error;
		const char *text;
	} rows[] = {
		{ 0, -EINVAL, "the CPU set is empty" },
		{ 4, -EINVAL, "the CPU set (cpu_set_size) has 4 bytes, not a multiple of 8" },
		{ 8, -EINVAL, "there is no executable memory region" },
		{ 64, -EINVAL, "there is no executable memory region" },
		{ 72, -ENODEV, "CPU 512 does not exist, the limit is 512 CPUs" },
		{ 128, -ENODEV, "CPU 512 does not exist, the limit is 512 CPUs" },
		{ 136, -E2BIG, "cpu_set_size is 136, 128 is the limit" },
	};
	struct {
		struct jailhouse_cell_desc desc;
		u8 cpus[136];
	} c;
	struct config_reason why;
	size_t i;
	int got;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("size %u", rows[i].size);
		c.desc = good_cell.desc;
		c.desc.num_memory_regions = 0;
		c.desc.num_irqchips = 0;
		c.desc.num_pio_regions = 0;
		c.desc.num_pci_devices = 0;
		c.desc.cpu_set_size = rows[i].size;
		memset(c.cpus, 1, sizeof(c.cpus));
		seal(&c, sizeof(c.desc) + rows[i].size);
		got = config_check_cell(&c, sizeof(c.desc) + rows[i].size, &why);
		expect(got, &why, rows[i].error, rows[i].text);
	}
}

UNIT(memory_regions)
{
	CELL(c.mem[0].size = 0, -EINVAL,
	     "memory region 0 (0x3bf00000-0x3bf00000) is empty");
	CELL(c.mem[0].phys_start += 0x800, -EINVAL,
	     "memory region 0 (0x3bf00800-0x3c000800) is not aligned to 4096 bytes");
	CELL(c.mem[0].virt_start = 1, -EINVAL,
	     "memory region 0 (0x3bf00000-0x3c000000) is not aligned to 4096 bytes");
	CELL(c.mem[2].size += 8, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02008) is not aligned to 4096 bytes");
	CELL(c.mem[2].flags |= 0x200, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02000) has unknown flags: 0x283");
	CELL(c.mem[2].flags |= 1ULL << 63, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02000) has unknown flags: 0x8000000000000083");
	CELL(c.mem[2].flags = JAILHOUSE_MEM_WRITE, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02000) is not readable");
	CELL(c.mem[2].flags = 0, -EINVAL,
	     "memory region 2 (0x3be00000-0x3be02000) is not readable");
	CELL(c.mem[0].flags |= JAILHOUSE_MEM_ROOTSHARED, -EINVAL,
	     "memory region 0 (0x3bf00000-0x3c000000) is LOADABLE, which excludes ROOTSHARED and IO");
	CELL(c.mem[0].flags |= JAILHOUSE_MEM_IO, -EINVAL,
	     "memory region 0 (0x3bf00000-0x3c000000) is LOADABLE, which excludes ROOTSHARED and IO");
}

UNIT(memory_regions_that_end_nowhere)
{
	CELL(c.mem[2].phys_start = 0xfffffffffffff000, -EOVERFLOW,
	     "memory region 2 (0xfffffffffffff000-0x1000) ends beyond the last physical address");
	CELL(c.mem[2].phys_start = (1ULL << 52) - 0x1000, -EOVERFLOW,
	     "memory region 2 (0xffffffffff000-0x10000000001000) ends beyond the last physical address");
	CELL(c.mem[2].phys_start = (1ULL << 52) - 0x2000, 0, "");
	CELL(c.mem[2].size = 0xfffffffffffff000, -EOVERFLOW,
	     "memory region 2 (0x3be00000-0x3bdff000) ends beyond the last physical address");
	CELL(c.mem[2].virt_start = (1ULL << 48) - 0x2000, 0, "");
	CELL(c.mem[2].virt_start = (1ULL << 48) - 0x1000, -EOVERFLOW,
	     "memory region 2 (0x3be00000-0x3be02000) at virt_start 0xfffffffff000 ends beyond the last guest-physical address");
	CELL(c.mem[2].virt_start = 0xffffffffffffe000, -EOVERFLOW,
	     "memory region 2 (0x3be00000-0x3be02000) at virt_start 0xffffffffffffe000 ends beyond the last guest-physical address");
}

UNIT(memory_regions_that_overlap_each_other)
{
	CELL(c.mem[2].phys_start = 0x3bfff000, -EADDRINUSE,
	     "memory region 2 (0x3bfff000-0x3c001000) overlaps memory region 0, host-physically (phys_start)");
	CELL(c.mem[2].phys_start = 0x3beff000, -EADDRINUSE,
	     "memory region 2 (0x3beff000-0x3bf01000) overlaps memory region 0, host-physically (phys_start)");
	CELL(c.mem[2].phys_start = 0x3befe000, 0, "");
	CELL(c.mem[2].phys_start = 0x3c000000, 0, "");
	CELL(c.mem[2].virt_start = 0xff000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 0, guest-physically (virt_start)");
	CELL(c.mem[2].virt_start = 0x100000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 1, guest-physically (virt_start)");
	CELL(c.mem[2].virt_start = 0x101000, 0, "");
	CELL(c.mem[1].virt_start = 0xff000, -EADDRINUSE,
	     "memory region 1 (0xff000-0x100000) overlaps memory region 0, guest-physically (virt_start)");
	/* An earlier one, but not the one before. */
	CELL(c.mem[0].virt_start = 0x10000000; c.mem[2].virt_start = 0x10001000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 0, guest-physically (virt_start)");
	/* The comm region's phys_start is no address. */
	CELL(c.mem[2].phys_start = 0, 0, "");
}

UNIT(comm_regions)
{
	CELL(c.mem[1].size = 0x2000, -EINVAL,
	     "memory region 1 (0x100000-0x102000) is a comm region, but not one page at phys_start 0");
	CELL(c.mem[1].phys_start = 0x1000, -EINVAL,
	     "memory region 1 (0x100000-0x101000) is a comm region, but not one page at phys_start 0");
	CELL(c.mem[1].flags |= JAILHOUSE_MEM_EXECUTE, -EINVAL,
	     "memory region 1 (0x100000-0x101000) is a comm region, but has not just the flags READ and WRITE");
	CELL(c.mem[1].flags &= ~(u64)JAILHOUSE_MEM_WRITE, -EINVAL,
	     "memory region 1 (0x100000-0x101000) is a comm region, but has not just the flags READ and WRITE");
	CELL(c.mem[2] = c.mem[1]; c.mem[2].virt_start = 0x200000, -EINVAL,
	     "memory region 2 (0x200000-0x201000) is a second comm region");
	CELL(c.mem[1].flags = RW, 0, "");
}

UNIT(reset_address)
{
	CELL(c.desc.cpu_reset_address = 0, 0, "");
	CELL(c.desc.cpu_reset_address = 0xfffff, 0, "");
	CELL(c.desc.cpu_reset_address = 0x100000, -EINVAL,
	     "cpu_reset_address 0x100000 is in no executable memory region below 4 GiB");
	CELL(c.mem[0].virt_start = 0x100000000; c.desc.cpu_reset_address = 0x100000000, -EINVAL,
	     "cpu_reset_address 0x100000000 is in no executable memory region below 4 GiB");
	CELL(c.mem[0].flags &= ~(u64)JAILHOUSE_MEM_EXECUTE, -EINVAL,
	     "there is no executable memory region");
}

UNIT(irqchips)
{
	CELL(c.irqchip[0].address = 0, -EINVAL, "irqchip 0 cannot be at 0x0");
	CELL(c.irqchip[1].address |= 0x10, -EINVAL, "irqchip 1 cannot be at 0xfec00010");
	CELL(c.irqchip[0].address = 1ULL << 48, -EINVAL,
	     "irqchip 0 cannot be at 0x1000000000000");
	CELL(c.irqchip[1].pin_base = 240, -EOVERFLOW,
	     "irqchip 1 (0xfec00000) has pin_base 240, beyond pin 239");
	CELL(c.irqchip[1].pin_base = 0xffffffff, -EOVERFLOW,
	     "irqchip 1 (0xfec00000) has pin_base 4294967295, beyond pin 239");
	CELL(c.irqchip[1].pin_bitmap[1] = 0x100, -EOVERFLOW,
	     "irqchip 1 (0xfec00000) has a pin 240");
	CELL(c.irqchip[1].pin_bitmap[1] = 0x80, 0, "");
	CELL(c.irqchip[1].pin_base = 32, -EADDRINUSE,
	     "irqchip 1 (0xfec00000) has pin 32, as an earlier one");
	CELL(c.irqchip[1].pin_base = 32; c.irqchip[1].address = 0xfec01000, 0, "");
	CELL(c.irqchip[1].pin_base = 33, 0, "");
	CELL(c.mem[2].virt_start = 0xfebff000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps irqchip 0 (0xfec00000)");
	CELL(c.mem[2].virt_start = 0xfebfe000, 0, "");
}

UNIT(port_regions)
{
	CELL(c.pio[0].length = 0, -EINVAL, "port region 0 (0x3f8) is empty");
	CELL(c.pio[1].flags = 8, -EINVAL,
	     "port region 1 (0x2f8-0x2ff) has unknown flags: 0x8");
	CELL(c.pio[1].flags = 3, -EINVAL,
	     "port region 1 (0x2f8-0x2ff) is IGNORE, which excludes ROOTSHARED");
	CELL(c.pio[1].flags = 7, -EINVAL,
	     "port region 1 (0x2f8-0x2ff) is IGNORE, which excludes ROOTSHARED");
	CELL(c.pio[1].flags = 4, -EINVAL, "port region 1 (0x2f8-0x2ff) is ZERO, but not IGNORE");
	CELL(c.pio[1].flags = 5, -EINVAL, "port region 1 (0x2f8-0x2ff) is ZERO, but not IGNORE");
	CELL(c.pio[1].flags = 6, 0, "");
	CELL(c.pio[0].base = 0xfff8, 0, "");
	CELL(c.pio[0].base = 0xfff9, -EOVERFLOW,
	     "port region 0 (0xfff9-0x10000) ends beyond port 0xffff");
	CELL(c.pio[2].length = 0xffffffff, -EOVERFLOW,
	     "port region 2 (0x70-0x10000006e) ends beyond port 0xffff");
	CELL(c.pio[2].length = 0xffff0002, -EOVERFLOW,
	     "port region 2 (0x70-0xffff0071) ends beyond port 0xffff");
	CELL(c.pio[2].base = 0x2ff, -EADDRINUSE,
	     "port region 2 (0x2ff-0x300) overlaps port region 1");
	CELL(c.pio[1].base = 0x3f1, -EADDRINUSE,
	     "port region 1 (0x3f1-0x3f8) overlaps port region 0");
	CELL(c.pio[1].base = 0x3f0, 0, "");
	CELL(c.pio[2].base = 0x3fe, -EADDRINUSE,
	     "port region 2 (0x3fe-0x3ff) overlaps port region 0");
	CELL(c.pio[1].base = 0; c.pio[1].length = 0x10000, -EADDRINUSE,
	     "port region 1 (0x0-0xffff) overlaps port region 0");
}

static void swap_memory(struct jailhouse_memory *a, struct jailhouse_memory *b)
{
	struct jailhouse_memory other = *a;

	*a = *b;
	*b = other;
}

UNIT(a_test_device_needs_the_page_behind_the_comm_region)
{
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE, 0, "");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE;
	     c.mem[1].flags = RW; c.mem[1].phys_start = 0x3bd00000, -EINVAL,
	     "the cell has a test device, but no comm region");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE; c.mem[2].virt_start = 0x101000,
	     -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the test device at 0x101000");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE; c.mem[2].virt_start = 0x101000;
	     swap_memory(&c.mem[0], &c.mem[1]),
	     -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the test device at 0x101000");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE; c.mem[2].virt_start = 0x102000, 0, "");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE; c.mem[1].virt_start = 0xfebff000,
	     -EADDRINUSE, "irqchip 0 (0xfec00000) overlaps the test device");
	CELL(c.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE;
	     c.mem[1].virt_start = (1ULL << 48) - 0x1000, -EOVERFLOW,
	     "the test device is beyond the last guest-physical address");
}

UNIT(a_message_pin_is_at_the_same_place)
{
	CELL(c.desc.flags |= JAILHOUSE_CELL_MESSAGE_PIN, 0, "");
	CELL(c.desc.flags |= JAILHOUSE_CELL_MESSAGE_PIN | JAILHOUSE_CELL_TEST_DEVICE, -EINVAL,
	     "the cell has a test device and a message pin at one place");
	CELL(c.desc.flags |= JAILHOUSE_CELL_MESSAGE_PIN;
	     c.mem[1].flags = RW; c.mem[1].phys_start = 0x3bd00000, -EINVAL,
	     "the cell has a message pin, but no comm region");
	CELL(c.desc.flags |= JAILHOUSE_CELL_MESSAGE_PIN; c.mem[2].virt_start = 0x101000,
	     -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the message pin at 0x101000");
}

UNIT(a_console_pin_is_behind_that)
{
	const u32 flags = JAILHOUSE_CELL_CONSOLE_PIN | JAILHOUSE_CELL_VIRTUAL_CONSOLE;

	CELL(c.pio[0].base = 0x400; c.desc.flags |= flags, 0, "");
	CELL(c.pio[0].base = 0x400; c.desc.flags |= flags | JAILHOUSE_CELL_TEST_DEVICE, 0, "");
	CELL(c.desc.flags |= JAILHOUSE_CELL_CONSOLE_PIN, -EINVAL,
	     "the cell has a console pin, but no virtual console");
	CELL(c.pio[0].base = 0x400; c.desc.flags |= flags; c.mem[2].virt_start = 0x101000,
	     -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the console pin at 0x102000");
	CELL(c.pio[0].base = 0x400; c.desc.flags |= flags; c.mem[2].virt_start = 0x103000, 0, "");
	CELL(c.pio[0].base = 0x400; c.desc.flags |= flags;
	     c.mem[1].virt_start = (1ULL << 48) - 0x2000, -EOVERFLOW,
	     "the console pin is beyond the last guest-physical address");
}

UNIT(pci_devices)
{
	CELL(c.pci[0].type = 0, -EINVAL, "PCI device 0 (0000:00:03.0) has the unknown type 0x0");
	CELL(c.pci[0].type = 4, -EINVAL, "PCI device 0 (0000:00:03.0) has the unknown type 0x4");
	CELL(c.pci[0].type = 0x80, -EINVAL,
	     "PCI device 0 (0000:00:03.0) has the unknown type 0x80");
	CELL(c.pci[0].type |= JAILHOUSE_PCI_OWNS_PIN, 0, "");
	CELL(c.pci[0].type |= JAILHOUSE_PCI_OWNS_PIN;
	     memset(c.irqchip[0].pin_bitmap, 0, 16); c.irqchip[1].pin_bitmap[0] = 0, -EINVAL,
	     "PCI device 0 (0000:00:03.0) has the flag OWNS_PIN, but the cell owns no pin of an irqchip");
	SYSTEM(s.pci[1].type |= JAILHOUSE_PCI_OWNS_PIN, -EINVAL,
	       "PCI device 1 (0000:00:03.0) of the root cell has a flag of other cells: OWNS_PIN");
	CELL(c.pci[0].type |= JAILHOUSE_PCI_NO_FLR, 0, "");
	SYSTEM(s.pci[1].type |= JAILHOUSE_PCI_NO_FLR, -EINVAL,
	       "PCI device 1 (0000:00:03.0) of the root cell has a flag of other cells: NO_FLR");
	CELL(c.pci[0].iommu = 8, -EINVAL,
	     "PCI device 0 (0000:00:03.0) names DMA remapping unit 8, the limit is 7");
	CELL(c.pci[0].msix_address = 0x1000, -EINVAL,
	     "PCI device 0 (0000:00:03.0) cannot have an MSI-X table of 0 vectors at 0x1000");
	CELL(c.pci[1].msix_address = 0, -EINVAL,
	     "PCI device 1 (0000:00:04.0) cannot have an MSI-X table of 3 vectors at 0x0");
	CELL(c.pci[1].msix_address |= 4, -EINVAL,
	     "PCI device 1 (0000:00:04.0) cannot have an MSI-X table of 3 vectors at 0xfebf1004");
	CELL(c.pci[1].num_msix_vectors = 2049, -EINVAL,
	     "PCI device 1 (0000:00:04.0) cannot have an MSI-X table of 2049 vectors at 0xfebf1000");
	CELL(c.pci[1].msix_address = 1ULL << 52, -EINVAL,
	     "PCI device 1 (0000:00:04.0) cannot have an MSI-X table of 3 vectors at 0x10000000000000");
	CELL(c.pci[1].bdf = 0x18, -EADDRINUSE,
	     "PCI device 1 (0000:00:03.0) is PCI device 0 once more");
	CELL(c.pci[1].bdf = 0x18; c.pci[1].domain = 0xabcd, 0, "");
	CELL(c.pci[0].bdf = 0xffff; c.pci[0].domain = 0xabcd; c.pci[0].type = 9, -EINVAL,
	     "PCI device 0 (abcd:ff:1f.7) has the unknown type 0x9");
}

/* Where others have their segment, it has its physical function. */
UNIT(virtual_functions)
{
	CELL(c.pci[0].type = JAILHOUSE_PCI_TYPE_VIRTUAL; c.pci[0].physical = 0x17, 0, "");
	CELL(c.pci[0].type = JAILHOUSE_PCI_TYPE_VIRTUAL; c.pci[0].physical = 0x18, -EINVAL,
	     "PCI device 0 (0000:00:03.0) cannot be a virtual function of 00:03.0, which is not before it");
	CELL(c.pci[0].type = JAILHOUSE_PCI_TYPE_VIRTUAL | JAILHOUSE_PCI_OWNS_PIN, -EINVAL,
	     "PCI device 0 (0000:00:03.0) has the flag OWNS_PIN, but a virtual function has no pin");
	CELL(c.pci[0].type = JAILHOUSE_PCI_TYPE_VIRTUAL | JAILHOUSE_PCI_NO_FLR, 0, "");
	CELL(c.pci[1].type = JAILHOUSE_PCI_TYPE_VIRTUAL; c.pci[1].physical = 0x10;
	     c.pci[1].bdf = 0x18, -EADDRINUSE,
	     "PCI device 1 (0000:00:03.0) is PCI device 0 once more");
	SYSTEM(s.pci[1].type = JAILHOUSE_PCI_TYPE_VIRTUAL; s.pci[1].physical = 0x10, 0, "");
}
