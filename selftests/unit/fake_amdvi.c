// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/amdvi/commands.c x86/amdvi/interrupts.c x86/amdvi/unit.c */
/* SOURCES: x86/iommu_unit.c core/page_pool.c core/pgtable.c */
/* An IOMMU of AMD's. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_amdvi.h"
#include "log.h"

#define POOL_PAGES	600U
#define POOL_HPA	0x3a000000ULL

/* What it keeps of translations. */
#define KEPT		16U

struct fake_amdvi fake_amdvi;
struct page_pool fake_pool;

static u8 memory[POOL_PAGES * PAGE_SIZE] __aligned(4096);
static char said[320];
static struct {
	u64 page, arrives;
	unsigned int domain;
	u16 bdf;
	bool write;
} kept[KEPT];
static unsigned int num_kept;

/* And of interrupts. */
static struct {
	u64 sent;
	u32 data;
	u16 bdf;
	bool there;
} kept_interrupts[KEPT];

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	if (fake_amdvi.revives)
		fake_amdvi.dead_after = 0;
}

const char *fake_amdvi_error(void)
{
	return said;
}

static void tell(const char *what)
{
	if (strlen(fake_amdvi.story) + 64 < sizeof(fake_amdvi.story))
		strcat(strcat(fake_amdvi.story, what), ", ");
}

/* Return: false if it does nothing any more. */
static bool alive(void)
{
	if (fake_amdvi.dead_after > 1)
		fake_amdvi.dead_after--;
	return fake_amdvi.dead_after != 1;
}

static u64 *seen(u64 hpa)
{
	if (hpa < POOL_HPA || hpa >= POOL_HPA + sizeof(memory))
		abort();
	return (u64 *)(memory + (hpa - POOL_HPA));
}

static void forget_interrupts(u16 bdf, bool all)
{
	unsigned int n;

	for (n = 0; n < KEPT; n++)
		if (all || kept_interrupts[n].bdf == bdf)
			kept_interrupts[n].there = false;
}

/* Return: false: it is none that there is. */
static bool do_command(const u64 *command)
{
	switch (command[0] >> 60) {
	case 1:
		tell("wait");
		if (command[0] & AMDVI_WAIT_STORE)
			*seen(command[0] & 0x000ffffffffffff8) = command[1];
		return true;
	case 5:
		if (command[0] << 4 >> 20 || command[1])
			return false;
		tell("interrupts");
		fake_amdvi.flushes++;
		forget_interrupts((u16)command[0], false);
		return true;
	case 8:
		tell("all");
		fake_amdvi.flushes++;
		num_kept = 0;
		forget_interrupts(0, true);
		return true;
	default:
		return false;
	}
}

static void run_commands(void)
{
	while (fake_amdvi.status & AMDVI_COMMANDS_RUN &&
	       fake_amdvi.command_head != fake_amdvi.command_tail && alive()) {
		if (!do_command(seen((fake_amdvi.commands & AMDVI_PTE_ADDR) +
				     fake_amdvi.command_head))) {
			fake_amdvi.status &= ~AMDVI_COMMANDS_RUN;
			return;
		}
		fake_amdvi.command_head = (fake_amdvi.command_head + 16) % 4096;
	}
}

static void set_control(u64 value)
{
	u32 runs = 0;

	if (value & AMDVI_ENABLE && value & AMDVI_LOG_ON)
		runs |= AMDVI_LOG_RUNS;
	if (value & AMDVI_ENABLE && value & AMDVI_COMMANDS_ON)
		runs |= AMDVI_COMMANDS_RUN;
	if ((value ^ fake_amdvi.control) & AMDVI_ENABLE)
		tell(value & AMDVI_ENABLE ? "on" : "off");
	fake_amdvi.control = value;
	if (alive())
		fake_amdvi.status = (fake_amdvi.status & AMDVI_STATUS_CLEAR) | runs;
	run_commands();
}

static u64 read64(__maybe_unused void *regs, u32 offset)
{
	switch (offset) {
	case AMDVI_CONTROL:
		return fake_amdvi.control;
	case AMDVI_EXCLUSION:
		return fake_amdvi.exclusion;
	case AMDVI_FEATURES:
		return fake_amdvi.features;
	default:
		abort();
	}
}

static u32 read32(__maybe_unused void *regs, u32 offset)
{
	switch (offset) {
	case AMDVI_STATUS:
		return fake_amdvi.status;
	case AMDVI_LOG_TAIL:
		return fake_amdvi.log_tail;
	default:
		abort();
	}
}

/* Where its tables and buffers are changes only while it is off. */
static u64 place(u64 value)
{
	if (fake_amdvi.control & (AMDVI_ENABLE | AMDVI_LOG_ON | AMDVI_COMMANDS_ON))
		abort();
	return value;
}

static void write64(__maybe_unused void *regs, u32 offset, u64 value)
{
	switch (offset) {
	case AMDVI_DEVICE_TABLE:
		fake_amdvi.table = place(value);
		break;
	case AMDVI_COMMANDS:
		fake_amdvi.commands = place(value);
		break;
	case AMDVI_LOG:
		fake_amdvi.log = place(value);
		break;
	case AMDVI_CONTROL:
		set_control(value);
		break;
	case AMDVI_EXCLUSION:
		fake_amdvi.exclusion = value;
		break;
	case AMDVI_COMMAND_HEAD:
		fake_amdvi.command_head = (u32)place(value);
		break;
	case AMDVI_COMMAND_TAIL:
		fake_amdvi.command_tail = (u32)value;
		run_commands();
		break;
	case AMDVI_LOG_HEAD:
		fake_amdvi.log_head = (u32)value;
		break;
	case AMDVI_LOG_TAIL:
		if (fake_amdvi.status & AMDVI_LOG_RUNS)
			abort();
		fake_amdvi.log_tail = (u32)value;
		break;
	case AMDVI_STATUS:
		fake_amdvi.status &= ~((u32)value & AMDVI_STATUS_CLEAR);
		break;
	default:
		abort();
	}
}

static void write32(__maybe_unused void *regs, __maybe_unused u32 offset,
		    __maybe_unused u32 value)
{
	abort();
}

static void write_back(__maybe_unused const void *start, __maybe_unused size_t size)
{
	abort();
}

static void relax(void)
{
	fake_amdvi.now += 10;
}

static u64 now(void)
{
	return fake_amdvi.now++;
}

static const struct iommu_hw hw = { read32, write32, read64, write64, write_back, relax, now };

struct iommu_unit *fake_amdvi_boot(void)
{
	struct iommu_unit *unit;

	memset(&fake_amdvi, 0, sizeof(fake_amdvi));
	fake_amdvi.features = 0x29d3;
	said[0] = 0;
	num_kept = 0;
	forget_interrupts(0, true);
	memset(memory, 0xa5, sizeof(memory));
	page_pool_init(&fake_pool, memory, POOL_HPA, sizeof(memory));
	unit = page_alloc(&fake_pool, 1);
	*unit = (struct iommu_unit) {
		.hw = &hw, .base = 0xfed80000, .size = 0x4000, .pool = &fake_pool, .limit = 1000,
	};
	return unit;
}

/* Through tables that say at which level the next one is (2.2.3). */
static u64 walk(u64 entry, u64 rights, u64 address)
{
	unsigned int level = entry >> 9 & 7, next = level;

	do {
		level = next;
		rights &= entry;
		entry = seen(entry & AMDVI_PTE_ADDR)[address >> (3 + 9 * level) & 511];
		next = entry >> 9 & 7;
		if (!(entry & AMDVI_PTE_PRESENT))
			return FAKE_DENIED;
		/* Levels can be left out, which nobody does here. */
		if (next && next != level - 1)
			abort();
	} while (next);
	if (!(rights & entry))
		return FAKE_DENIED;
	address &= (1ULL << (3 + 9 * level)) - 1;
	return (entry & AMDVI_PTE_ADDR) | address;
}

static u64 translate(u16 bdf, bool write, u64 address)
{
	const u64 *entry = seen(fake_amdvi.table & AMDVI_PTE_ADDR) + 4 * bdf;

	if (32U * bdf >= ((fake_amdvi.table & 0x1ff) + 1) * 4096)
		return FAKE_DENIED;
	/* Everything passes. */
	if (!(entry[0] & AMDVI_DEVICE_VALID) || !(entry[0] & AMDVI_DEVICE_TRANSLATED))
		return address;
	/* No TLB of its own, no exclusion range, no ports. */
	if ((entry[1] & ~(3ULL << 40)) >> 16 || entry[3])
		abort();
	fake_amdvi.domain = (u32)entry[1];
	return walk(entry[0], write ? AMDVI_PTE_WRITE : AMDVI_PTE_READ, address);
}

unsigned int fake_amdvi_messages(u16 bdf)
{
	return seen(fake_amdvi.table & AMDVI_PTE_ADDR)[4 * bdf + 1] >> 40 & 3;
}

u64 fake_amdvi_access(u16 bdf, bool write, u64 address)
{
	const u64 page = address & PAGE_MASK;
	unsigned int n;

	if (!(fake_amdvi.control & AMDVI_ENABLE))
		return address;
	for (n = 0; n < num_kept; n++)
		if (kept[n].bdf == bdf && kept[n].page == page && kept[n].write == write)
			break;
	if (n == num_kept) {
		if (num_kept == KEPT)
			abort();
		kept[n].arrives = translate(bdf, write, page);
		kept[n].bdf = bdf;
		kept[n].page = page;
		kept[n].write = write;
		kept[n].domain = fake_amdvi.domain;
		num_kept++;
	}
	fake_amdvi.domain = kept[n].domain;
	return kept[n].arrives == FAKE_DENIED ? FAKE_DENIED : kept[n].arrives | (address - page);
}

/*
 * By the third word of its entry (2.2.2.1): if that is not valid, it passes. Else what is neither
 * fixed nor lowest priority passes by bits of its own, and the rest names an entry of 32 bits.
 */
static u64 remapped(u16 bdf, u32 data)
{
	const u64 word = (seen(fake_amdvi.table & AMDVI_PTE_ADDR) + 4 * bdf)[2];
	const u32 index = data & 0x7ff;
	u32 entry;

	if (!(word & 1))
		return FAKE_PASSED;
	if (word & (0xfULL << 52 | 1ULL << 59 | 1ULL << 5) || (word >> 60 & 3) == 3)
		abort();
	if ((data >> 8 & 7) > 1)
		return word & (0xc7ULL << 56) ? FAKE_PASSED : FAKE_DENIED;
	if ((word >> 60 & 3) == 1)
		return FAKE_PASSED;
	if (!(word >> 60 & 3) || index >= 1U << (word >> 1 & 0xf))
		return FAKE_DENIED;
	memcpy(&entry, (u8 *)seen(word & 0x000fffffffffffc0) + 4 * index, sizeof(entry));
	if (!(entry & 1))
		return FAKE_DENIED;
	/* All of it is fixed, for a physical id, and an edge. */
	if (entry & 0xff0000fe)
		abort();
	return (u64)(entry >> 8 & 0xff) << 32 | entry >> 16;
}

u64 fake_amdvi_interrupt(u16 bdf, u32 data)
{
	unsigned int n, empty = KEPT;

	/* With entries of 128 bits, or not on at all. */
	if (fake_amdvi.control & BIT_ULL(17) || !(fake_amdvi.control & AMDVI_ENABLE))
		abort();
	for (n = 0; n < KEPT; n++) {
		if (!kept_interrupts[n].there)
			empty = n;
		else if (kept_interrupts[n].bdf == bdf && kept_interrupts[n].data == data)
			return kept_interrupts[n].sent;
	}
	if (empty == KEPT)
		abort();
	kept_interrupts[empty].there = true;
	kept_interrupts[empty].bdf = bdf;
	kept_interrupts[empty].data = data;
	kept_interrupts[empty].sent = remapped(bdf, data);
	return kept_interrupts[empty].sent;
}

void fake_amdvi_event(u64 low, u64 address, bool late)
{
	const u32 next = (fake_amdvi.log_tail + 16) % 4096;
	u64 *slot;

	if (!(fake_amdvi.status & AMDVI_LOG_RUNS))
		return;
	if (next == fake_amdvi.log_head) {
		fake_amdvi.status &= ~AMDVI_LOG_RUNS;
		fake_amdvi.status |= AMDVI_LOG_OVERFLOW;
		return;
	}
	slot = seen((fake_amdvi.log & AMDVI_PTE_ADDR) + fake_amdvi.log_tail);
	slot[0] = late ? 0 : low;
	slot[1] = late ? 0 : address;
	fake_amdvi.log_tail = next;
}
