// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/vtd/tables.c x86/vtd/unit.c x86/iommu_unit.c core/page_pool.c core/pgtable.c */
/* A DMA remapping unit of Intel's. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_vtd.h"
#include "log.h"
#include "unit.h"

#define POOL_PAGES	80U
#define POOL_HPA	0x3a000000ULL
#define FAULTS_AT	VTD_CAP_FAULTS_AT(fake_vtd.cap)

struct fake_vtd fake_vtd;

static u8 pool_memory[POOL_PAGES * PAGE_SIZE] __aligned(4096);
/* What of it has left the caches. */
static u8 memory[POOL_PAGES * PAGE_SIZE] __aligned(4096);
static struct page_pool pool;
static struct vtd_unit *unit;
static char said[320];

static void command(u32 value);

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	if (fake_vtd.revives) {
		fake_vtd.dead_after = 0;
		command(fake_vtd.asked);
	}
}

void log_printf(__maybe_unused const char *fmt, ...)
{
}

static void tell(const char *what)
{
	if (strlen(fake_vtd.story) + 64 < sizeof(fake_vtd.story))
		strcat(strcat(fake_vtd.story, what), ", ");
}

/* Return: false if it does nothing any more. */
static bool alive(void)
{
	if (!fake_vtd.dead_after)
		return true;
	if (fake_vtd.dead_after == 1)
		return false;
	fake_vtd.dead_after--;
	return true;
}

u8 fake_root_memory[FAKE_ROOT_SIZE] __aligned(4096);

static const u64 *seen(u64 hpa)
{
	if (hpa >= FAKE_ROOT_MEMORY && hpa < FAKE_ROOT_MEMORY + FAKE_ROOT_SIZE)
		return (const u64 *)(fake_root_memory + (hpa - FAKE_ROOT_MEMORY));
	if (hpa < POOL_HPA || hpa >= POOL_HPA + sizeof(memory))
		abort();
	return (const u64 *)((fake_vtd.ecap & VTD_ECAP_COHERENT ? pool_memory : memory) +
			     (hpa - POOL_HPA));
}

static void *seen_by_cpu(u64 hpa)
{
	if (hpa >= FAKE_ROOT_MEMORY && hpa < FAKE_ROOT_MEMORY + FAKE_ROOT_SIZE)
		return fake_root_memory + (hpa - FAKE_ROOT_MEMORY);
	return pool_memory + (hpa - POOL_HPA);
}

/* What it has read of the table of interrupts, it keeps. */
static struct {
	bool valid;
	struct vtd_entry entry;
} cached[VTD_REMAP_ENTRIES];

static void do_descriptor(const u64 *descriptor)
{
	switch (descriptor[0] & 0xf) {
	case 1:
		tell("context");
		break;
	case 2:
		tell("IOTLB");
		fake_vtd.iotlb = descriptor[0];
		fake_vtd.flushes++;
		break;
	case 4:
		tell("interrupts");
		memset(cached, 0, sizeof(cached));
		break;
	case 5:
		tell("wait");
		*(u32 *)seen_by_cpu(descriptor[1]) = (u32)(descriptor[0] >> 32);
		break;
	default:
		abort();
	}
}

static void run_queue(void)
{
	while (fake_vtd.status & VTD_QUEUE && fake_vtd.head != fake_vtd.tail) {
		if (!alive())
			return;
		do_descriptor(seen((fake_vtd.queue & PAGE_MASK) + fake_vtd.head));
		fake_vtd.head = (fake_vtd.head + (fake_vtd.queue & VTD_IQA_WIDE ? 32 : 16)) %
				(4096U << (fake_vtd.queue & VTD_IQA_PAGES));
	}
}

static void change(u32 value, u32 bit, const char *on, const char *off)
{
	if (!((value ^ fake_vtd.status) & bit) || !alive())
		return;
	tell(value & bit ? on : off);
	fake_vtd.status ^= bit;
}

static void command(u32 value)
{
	fake_vtd.asked = value;
	if (value & VTD_ROOT_TABLE && alive()) {
		tell("root table");
		fake_vtd.status |= VTD_ROOT_TABLE;
	}
	if (value & VTD_WRITE_BUFFER)
		tell("write buffer");
	if (value & VTD_INTERRUPT_TABLE && alive()) {
		tell("table of interrupts");
		fake_vtd.interrupts = fake_vtd.irta;
		fake_vtd.status |= VTD_INTERRUPT_TABLE;
	}
	change(value, VTD_INTERRUPTS, "remapping", "remapping off");
	if (!(fake_vtd.stuck & VTD_COMPATIBLE))
		change(value, VTD_COMPATIBLE, "old format", "old format off");
	change(value, VTD_QUEUE, "queue", "queue off");
	if (!(fake_vtd.status & VTD_QUEUE))
		fake_vtd.head = 0;
	change(value, VTD_TRANSLATION, "translation", "translation off");
}

static u32 read32(__maybe_unused void *regs, u32 offset)
{
	switch (offset) {
	case VTD_GSTS:
		return fake_vtd.status | (fake_vtd.stuck & VTD_WRITE_BUFFER);
	case VTD_FSTS:
		return fake_vtd.fault_status;
	case VTD_PMEN:
		return fake_vtd.protected_memory;
	case VTD_IQH:
		return fake_vtd.head;
	case VTD_IQT:
		return fake_vtd.tail;
	case 0:
		return 0x10;
	case VTD_FECTL ... VTD_FECTL + 12:
		return fake_vtd.event[(offset - VTD_FECTL) / 4];
	default:
		abort();
	}
}

static void protect(u32 value)
{
	if (fake_vtd.stuck & VTD_PMEN_ACTIVE)
		value = (value & VTD_PMEN_ENABLE) | (fake_vtd.protected_memory & VTD_PMEN_ACTIVE);
	else
		value = value & VTD_PMEN_ENABLE ? VTD_PMEN_ENABLE | VTD_PMEN_ACTIVE : 0;
	fake_vtd.protected_memory = value;
}

static void write32(__maybe_unused void *regs, u32 offset, u32 value)
{
	if (offset == VTD_GCMD)
		command(value);
	else if (offset == VTD_FSTS)
		fake_vtd.fault_status &= ~value;
	else if (offset == VTD_PMEN)
		protect(value);
	else if (offset >= FAULTS_AT && (offset - FAULTS_AT) % 16 == 12 && value == 1U << 31)
		fake_vtd.faults[(offset - FAULTS_AT) / 16][1] &= ~VTD_FAULT_PRESENT;
	else if (offset >= VTD_FECTL && offset <= VTD_FECTL + 12)
		fake_vtd.event[(offset - VTD_FECTL) / 4] = value;
	else
		abort();
}

static u64 read64(__maybe_unused void *regs, u32 offset)
{
	if (offset == VTD_CAP)
		return fake_vtd.cap;
	if (offset == VTD_ECAP)
		return fake_vtd.ecap;
	if (offset == VTD_IQA)
		return fake_vtd.queue;
	if (offset == VTD_IRTA)
		return fake_vtd.irta;
	if (offset < FAULTS_AT || offset >= FAULTS_AT + sizeof(fake_vtd.faults))
		abort();
	return fake_vtd.faults[(offset - FAULTS_AT) / 16][offset / 8 % 2];
}

/* Only while it is off (11.4.9.3). */
static void move_queue(u64 value)
{
	CHECK(!(fake_vtd.status & VTD_QUEUE));
	fake_vtd.queue = value;
}

static void write64(__maybe_unused void *regs, u32 offset, u64 value)
{
	if (offset == VTD_RTADDR)
		fake_vtd.root_table = value;
	else if (offset == VTD_IQA)
		move_queue(value);
	else if (offset == VTD_IRTA)
		fake_vtd.irta = value;
	else if (offset == VTD_IQT)
		fake_vtd.tail = (u32)value;
	else
		abort();
	run_queue();
}

static void write_back(const void *start, size_t size)
{
	const size_t offset = (size_t)((const u8 *)start - pool_memory);

	fake_vtd.written_back++;
	if ((const u8 *)start >= fake_root_memory &&
	    (const u8 *)start < fake_root_memory + FAKE_ROOT_SIZE)
		return;
	if (offset > sizeof(memory) || size > sizeof(memory) - offset)
		abort();
	memcpy(memory + offset, start, size);
}

static void relax(void)
{
	fake_vtd.now += 10;
}

static u64 now(void)
{
	return fake_vtd.now++;
}

static const struct iommu_hw hw = { read32, write32, read64, write64, write_back, relax, now };

struct vtd_unit *fake_vtd_boot(u64 cap, u64 ecap)
{
	memset(&fake_vtd, 0, sizeof(fake_vtd));
	fake_vtd.cap = cap;
	fake_vtd.ecap = ecap;
	said[0] = 0;
	memset(pool_memory, 0xa5, sizeof(pool_memory));
	memset(memory, 0xa5, sizeof(memory));
	memset(fake_root_memory, 0, sizeof(fake_root_memory));
	memset(cached, 0, sizeof(cached));
	page_pool_init(&pool, pool_memory, POOL_HPA, sizeof(pool_memory));
	unit = page_alloc(&pool, 1);
	unit->common.hw = &hw;
	unit->common.base = 0xfed90000;
	unit->common.pool = &pool;
	unit->queue = page_alloc(&pool, 1);
	unit->common.size = PAGE_SIZE;
	unit->common.limit = 1000;
	unit->common.num_cpus = 16;
	return unit;
}

const char *fake_vtd_error(void)
{
	return said;
}

void fake_vtd_fault(unsigned int n, u16 bdf, bool read, u64 address, u8 reason)
{
	fake_vtd.faults[n][0] = address;
	fake_vtd.faults[n][1] = VTD_FAULT_PRESENT | (read ? VTD_FAULT_READ : 0) |
				(u64)reason << 32 | bdf;
}

u64 fake_vtd_walk(u64 root_table, u16 bdf, u64 address)
{
	const u64 *entry = seen(root_table) + 2 * (bdf >> 8);
	unsigned int level;

	if (!(entry[0] & 1) || entry[1])
		abort();
	entry = seen(entry[0] & PAGE_MASK) + 2 * (bdf & 0xff);
	/* Translation type 0, faults are recorded. */
	if ((entry[0] & 0xfff) != 1)
		return ~0ULL;
	fake_vtd.domain = (u32)(entry[1] >> 8) & 0xffff;
	level = (u32)(entry[1] & 7) + 2;
	entry = seen(entry[0] & PAGE_MASK) + (address >> (12 + 9 * (level - 1)) & 511);
	while (--level && *entry & 3 && !(*entry & VTD_PTE_HUGE))
		entry = seen(*entry & VTD_PTE_ADDR) + (address >> (12 + 9 * (level - 1)) & 511);
	if (!(*entry & 3))
		return ~0ULL;
	return (*entry & VTD_PTE_ADDR) | (address & ((1ULL << (12 + 9 * level)) - 1));
}

static const struct vtd_entry *entry_at(unsigned int index)
{
	const u64 *entry;

	if (index >= 2U << (fake_vtd.interrupts & VTD_IRTA_SIZE) || index >= VTD_REMAP_ENTRIES)
		return NULL;
	if (!cached[index].valid) {
		entry = seen((fake_vtd.interrupts & PAGE_MASK) + 16 * index);
		cached[index].entry = (struct vtd_entry) { entry[0], entry[1] };
		cached[index].valid = true;
	}
	return &cached[index].entry;
}

u64 fake_vtd_interrupt(u16 source, u64 address, u32 data)
{
	const struct vtd_entry *entry;
	unsigned int index;

	if (!(fake_vtd.status & VTD_INTERRUPTS))
		return (address >> 12 & 0xff) << 32 | (data & 0xff);
	if (!(address & 0x10))
		return fake_vtd.interrupts & VTD_IRTA_X2APIC ||
		       !(fake_vtd.status & VTD_COMPATIBLE) ? FAKE_BLOCKED :
		       (address >> 12 & 0xff) << 32 | (data & 0xff);
	index = (u32)(address >> 5 & 0x7fff) | (u32)(address >> 2 & 1) << 15;
	if (address & 8)
		index += data & 0xffff;
	entry = entry_at(index);
	if (!entry || !(entry->low & 1) ||
	    ((entry->high >> 18 & 3) == 1 && (u16)entry->high != source))
		return FAKE_BLOCKED;
	return (entry->low >> 32) << 32 | (entry->low >> 16 & 0xff);
}
