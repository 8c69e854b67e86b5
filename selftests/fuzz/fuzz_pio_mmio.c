// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/pio.c core/mmio.c core/page_pool.c */
/* OPTIONS: -max_len=512 */
/*
 * Who handles an access: port bitmaps beside an array of bytes, the sorted table of
 * registers beside a list.
 *
 * Input: operations.
 */
#include "errno.h"
#include "fuzz.h"
#include "mmio.h"
#include "pio.h"

enum { GRANT, REVOKE, REGISTER, UNREGISTER, NUM_KINDS };

struct op {
	u8 kind;
	u8 width;
	u16 start;
	u32 size;
} __packed;

#define MAX_RANGES	200

static u8 bitmap[PIO_BITMAP_PAGES * PAGE_SIZE] __aligned(4096);
static u8 granted[PIO_NUM_PORTS];

static struct page_pool pool;
static struct mmio_table table;
static struct { u64 start, size; } ranges[MAX_RANGES];
static unsigned int num_ranges;

static int handler(void *arg, struct mmio_access *access)
{
	(void)arg;
	(void)access;
	return 0;
}

static void check_port(u32 port, unsigned int width)
{
	bool want = true;
	unsigned int n;

	for (n = 0; n < width; n++)
		if (port + n >= PIO_NUM_PORTS || !granted[port + n])
			want = false;
	REQUIRE(pio_granted(bitmap, (u16)port, width) == want);
}

static void do_ports(const struct op *op)
{
	const struct jailhouse_pio range = { .base = op->start, .length = op->size };
	const u64 end = MIN((u64)op->start + op->size, PIO_NUM_PORTS);
	u32 port;

	if (op->kind == GRANT)
		pio_grant(bitmap, &range);
	else
		pio_revoke(bitmap, &range);
	for (port = op->start; port < end; port++)
		granted[port] = op->kind == GRANT;

	for (port = op->start >= 4 ? op->start - 4U : 0; port < op->start + 8U; port++)
		check_port(port & 0xffff, 1U << op->width % 3);
	for (port = (u32)(end >= 8 ? end - 8 : 0); port < end + 4 && port < PIO_NUM_PORTS; port++)
		check_port(port, 1U << op->width % 3);
}

static bool overlaps(unsigned int n, u64 start, u64 size)
{
	return start <= ranges[n].start + (ranges[n].size - 1) &&
	       ranges[n].start <= start + (size - 1);
}

static int want_register(u64 start, u64 size)
{
	unsigned int n;

	if (!size || start + (size - 1) < start)
		return -EINVAL;
	if (num_ranges == table.capacity)
		return -ENOSPC;
	for (n = 0; n < num_ranges; n++)
		if (overlaps(n, start, size))
			return -EEXIST;
	ranges[num_ranges].start = start;
	ranges[num_ranges++].size = size;
	return 0;
}

static void forget(u64 start)
{
	unsigned int n;

	for (n = 0; n < num_ranges; n++)
		if (ranges[n].start == start)
			ranges[n--] = ranges[--num_ranges];
}

static void check_access(u64 gpa, unsigned int width)
{
	const struct mmio_region *found = mmio_find(&table, gpa, width);
	unsigned int n;

	for (n = 0; n < num_ranges; n++)
		if (gpa >= ranges[n].start && gpa - ranges[n].start < ranges[n].size &&
		    width <= ranges[n].size - (gpa - ranges[n].start))
			break;
	REQUIRE(!!found == (n < num_ranges));
	if (found)
		REQUIRE(found->start == ranges[n].start && found->size == ranges[n].size);
}

static void do_registers(const struct op *op)
{
	/* Half of them at the end of the address space. */
	const u64 start = op->width & 0x80 ? ~0ULL - op->start : op->start * 16ULL;
	const u64 size = op->width & 0x40 ? op->size * 0x100000001ULL : op->size & 0xff;
	unsigned int n;

	if (op->kind == REGISTER) {
		REQUIRE(mmio_register(&table, start, size, handler, NULL) ==
			want_register(start, size));
	} else {
		mmio_unregister(&table, start);
		forget(start);
	}
	REQUIRE(table.count == num_ranges);
	for (n = 0; n < 20; n++) {
		check_access(start - 10 + n, 1U << op->width % 4);
		check_access(start + size - 10 + n, 1U << op->width % 4);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static u8 memory[2 * PAGE_SIZE] __aligned(4096);
	struct fuzz_input input = { data, size };
	struct op op;

	page_pool_init(&pool, memory, 0, sizeof(memory));
	REQUIRE(!mmio_init(&table, &pool));
	num_ranges = 0;
	pio_bitmap_fill(bitmap);
	memset(granted, 0, sizeof(granted));

	while (input.left) {
		fuzz_take(&input, &op, sizeof(op));
		op.kind %= NUM_KINDS;
		if (op.kind == GRANT || op.kind == REVOKE)
			do_ports(&op);
		else
			do_registers(&op);
	}
	mmio_destroy(&table, &pool);
	REQUIRE(pool.used == 1);
	return 0;
}
