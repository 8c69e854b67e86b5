// SPDX-License-Identifier: GPL-2.0-only
/* Check of configurations: the memory regions and the ports of one cell, and what it has where. */
#include "config_internal.h"
#include "errno.h"
#include "pio.h"

/* Where every CPU finds its local APIC (SDM 3A 11.4.1). */
#define APIC_START	0xfee00000ULL
#define APIC_SIZE	0x00100000ULL

#define COMM_FLAGS							\
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION)

const struct jailhouse_memory *config_comm(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	u32 n;

	for (n = 0; n < desc->num_memory_regions; n++)
		if (is_comm(&mem[n]))
			return &mem[n];
	return NULL;
}

const struct jailhouse_memory *config_region_at(const struct jailhouse_cell_desc *desc,
						u64 address, u64 size)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, mem++)
		if (overlap(mem->virt_start, mem->size, address, size))
			return mem;
	return NULL;
}

const struct jailhouse_irqchip *config_irqchip_at(const struct jailhouse_cell_desc *desc,
						  u64 address, u64 size)
{
	const struct jailhouse_irqchip *chip = config_irqchips(desc);
	unsigned int n;

	for (n = 0; n < desc->num_irqchips; n++, chip++)
		if (overlap(chip->address, PAGE_SIZE, address, size))
			return chip;
	return NULL;
}

const char *config_also_there(const struct jailhouse_cell_desc *desc, u64 address, u64 size)
{
	const struct jailhouse_memory *comm = config_comm(desc);
	unsigned int page;

	if (overlap(APIC_START, APIC_SIZE, address, size))
		return "the local APICs";
	if (config_region_at(desc, address, size))
		return "a memory region";
	for (page = 0; comm && page < CONFIG_PAGES_BEHIND; page++)
		if (config_behind_comm(desc, page) &&
		    overlap(config_page_behind(comm, page), PAGE_SIZE, address, size))
			return "a device behind the comm region";
	return config_irqchip_at(desc, address, size) ? "an irqchip" : NULL;
}

static int check_range(const struct jailhouse_memory *mem, unsigned int n,
		       struct config_reason *why)
{
	if (!mem->size)
		return refuse_memory(why, -EINVAL, n, mem, "is empty");
	if (!IS_ALIGNED(mem->phys_start | mem->virt_start | mem->size, PAGE_SIZE))
		return refuse_memory(why, -EINVAL, n, mem, "is not aligned to %llu bytes",
				     (u64)PAGE_SIZE);
	if (mem->phys_start >= CONFIG_PHYS_END || mem->size > CONFIG_PHYS_END - mem->phys_start)
		return refuse_memory(why, -EOVERFLOW, n, mem,
				     "ends beyond the last physical address");
	if (mem->virt_start >= CONFIG_GUEST_PHYS_END ||
	    mem->size > CONFIG_GUEST_PHYS_END - mem->virt_start)
		return refuse_memory(why, -EOVERFLOW, n, mem,
				     "at virt_start 0x%llx ends beyond the last guest-physical address",
				     mem->virt_start);
	return 0;
}

static int check_root_region(const struct jailhouse_memory *mem, unsigned int n,
			     struct config_reason *why)
{
	if (mem->virt_start != mem->phys_start)
		return refuse_memory(why, -EINVAL, n, mem,
				     "of the root cell has another virt_start: 0x%llx",
				     mem->virt_start);
	if (mem->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_LOADABLE |
			  JAILHOUSE_MEM_ROOTSHARED))
		return refuse_memory(why, -EINVAL, n, mem,
				     "of the root cell has flags of other cells: 0x%llx",
				     mem->flags);
	return 0;
}

static int check_cell_region(const struct jailhouse_memory *mem, unsigned int n,
			     struct config_reason *why)
{
	if (is_comm(mem)) {
		if (mem->size != PAGE_SIZE || mem->phys_start)
			return refuse_memory(why, -EINVAL, n, mem,
					     "is a comm region, but not one page at phys_start 0");
		if (mem->flags != COMM_FLAGS)
			return refuse_memory(why, -EINVAL, n, mem,
					     "is a comm region, but has not just the flags READ and WRITE");
	}
	if (mem->flags & JAILHOUSE_MEM_LOADABLE &&
	    mem->flags & (JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_IO))
		return refuse_memory(why, -EINVAL, n, mem,
				     "is LOADABLE, which excludes ROOTSHARED and IO");
	return 0;
}

/* Addresses or ports of an entry. */
struct extent {
	u64 start;
	u64 end;
};

/* Of entry @n of a list. */
typedef struct extent (*extent_of)(const struct jailhouse_cell_desc *desc, unsigned int n);

/* A comm region has no such address: it lies behind all there are. */
static struct extent host_extent(const struct jailhouse_cell_desc *desc, unsigned int n)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc) + n;
	const u64 start = is_comm(mem) ? CONFIG_PHYS_END : mem->phys_start;

	return (struct extent){ start, start + mem->size };
}

static struct extent guest_extent(const struct jailhouse_cell_desc *desc, unsigned int n)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc) + n;

	return (struct extent){ mem->virt_start, mem->virt_start + mem->size };
}

static struct extent port_extent(const struct jailhouse_cell_desc *desc, unsigned int n)
{
	const struct jailhouse_pio *pio = config_pio(desc) + n;

	return (struct extent){ pio->base, pio->base + pio->length };
}

/*
 * Does one of @count entries overlap an earlier one? Lists come in order, but for some entries that
 * stand somewhere else. So what is remembered is the gap around the last entry, in which no other
 * one lies: if the next entry lies there, too, the last one is all that it can overlap. Any other
 * is compared with all before it, which finds the gap around it. A list in no order at all, of
 * CONFIG_MAX_MEMORY_REGIONS entries, takes half a million comparisons.
 *
 * Return: true, and the numbers of the first entry that does and of the earlier one.
 */
static bool find_overlap(const struct jailhouse_cell_desc *desc, u32 count, extent_of extent_of,
			 unsigned int *later, unsigned int *earlier)
{
	struct extent gap = { 0, 0 }, range, other;
	unsigned int n, i;

	for (n = 0; n < count; n++) {
		range = extent_of(desc, n);
		i = n - 1;
		if (range.start < gap.start || range.end > gap.end) {
			i = 0;
			gap = (struct extent){ 0, ~0ULL };
		}
		for (; i < n; i++) {
			other = extent_of(desc, i);
			if (other.end <= range.start) {
				gap.start = MAX(gap.start, other.end);
			} else if (range.end <= other.start) {
				gap.end = MIN(gap.end, other.start);
			} else {
				*later = n;
				*earlier = i;
				return true;
			}
		}
	}
	return false;
}

static int check_region_overlaps(const struct jailhouse_cell_desc *desc, bool guest,
				 struct config_reason *why)
{
	unsigned int later, earlier;

	if (!find_overlap(desc, desc->num_memory_regions, guest ? guest_extent : host_extent,
			  &later, &earlier))
		return 0;
	return refuse_memory(why, -EADDRINUSE, later, config_mem_regions(desc) + later,
			     "overlaps memory region %u, %s", earlier,
			     guest ? "guest-physically (virt_start)" :
				     "host-physically (phys_start)");
}

int config_check_memory(const struct jailhouse_cell_desc *desc, bool root,
			struct config_reason *why)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	unsigned int n, comms = 0;
	int err;

	for (n = 0; n < desc->num_memory_regions; n++, mem++) {
		if (mem->flags & ~(u64)JAILHOUSE_MEM_VALID_FLAGS)
			return refuse_memory(why, -EINVAL, n, mem, "has unknown flags: 0x%llx",
					     mem->flags);
		err = check_range(mem, n, why);
		if (err)
			return err;
		if (!(mem->flags & JAILHOUSE_MEM_READ))
			return refuse_memory(why, -EINVAL, n, mem, "is not readable");
		err = root ? check_root_region(mem, n, why) : check_cell_region(mem, n, why);
		if (err)
			return err;
		if (is_comm(mem) && comms++)
			return refuse_memory(why, -EINVAL, n, mem, "is a second comm region");
	}
	err = check_region_overlaps(desc, false, why);
	/* In the root cell, guest-physical is host-physical. */
	return err || root ? err : check_region_overlaps(desc, true, why);
}

int config_check_reset_address(const struct jailhouse_cell_desc *desc,
			       struct config_reason *why)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	const u64 address = desc->cpu_reset_address;
	bool any = false;
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, mem++) {
		if (!(mem->flags & JAILHOUSE_MEM_EXECUTE))
			continue;
		any = true;
		if (address >= mem->virt_start && address - mem->virt_start < mem->size &&
		    address <= 0xffffffff)
			return 0;
	}
	if (!any)
		return refuse(why, -EINVAL, "there is no executable memory region");
	return refuse(why, -EINVAL,
		      "cpu_reset_address 0x%llx is in no executable memory region below 4 GiB",
		      address);
}

static int check_port_range(const struct jailhouse_pio *pio, unsigned int n, bool root,
			    struct config_reason *why)
{
	if (!pio->length)
		return refuse(why, -EINVAL, "port region %u (0x%x) is empty", n, pio->base);
	if (pio->length > PIO_NUM_PORTS - pio->base)
		return refuse_pio(why, -EOVERFLOW, n, pio, "ends beyond port 0xffff");
	if (pio->flags & ~JAILHOUSE_PIO_VALID_FLAGS)
		return refuse_pio(why, -EINVAL, n, pio, "has unknown flags: 0x%x", pio->flags);
	if (root && pio->flags)
		return refuse_pio(why, -EINVAL, n, pio,
				  "of the root cell has flags of other cells: 0x%x", pio->flags);
	if (pio->flags & JAILHOUSE_PIO_ROOTSHARED && pio->flags & JAILHOUSE_PIO_IGNORE)
		return refuse_pio(why, -EINVAL, n, pio, "is IGNORE, which excludes ROOTSHARED");
	if (pio->flags & JAILHOUSE_PIO_ZERO && !(pio->flags & JAILHOUSE_PIO_IGNORE))
		return refuse_pio(why, -EINVAL, n, pio, "is ZERO, but not IGNORE");
	return 0;
}

int config_check_ports(const struct jailhouse_cell_desc *desc, bool root,
		       struct config_reason *why)
{
	const struct jailhouse_pio *pio = config_pio(desc);
	unsigned int n, earlier;
	int err = 0;

	for (n = 0; !err && n < desc->num_pio_regions; n++)
		err = check_port_range(&pio[n], n, root, why);
	if (err || !find_overlap(desc, desc->num_pio_regions, port_extent, &n, &earlier))
		return err;
	return refuse_pio(why, -EADDRINUSE, n, &pio[n], "overlaps port region %u", earlier);
}
