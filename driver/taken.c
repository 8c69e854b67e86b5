// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM that was taken from Linux at run time, for the hypervisor and cells: what memmap= does on
 * the command line.
 *
 * Linux moves what is there elsewhere and keeps off, as it does for a driver that allocates
 * contiguous memory. To the resource tree it is a part of System RAM that is named; the inventory
 * shows it as RAM that Linux has reserved.
 *
 * What Linux has kept free for us since it started (reserve_mem=SIZE:2M:jailhouse) is System RAM
 * to the resource tree, too, which does not say that it is nobody's: so it is one more piece,
 * as long as this module is there.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "taken.h"
#include "compat.h"
#include "reason.h"
#include "taken_pages.h"
#include "taken_search.h"

#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/string.h>

/* Of reserve_mem=. */
#define RESERVED_NAME	"jailhouse"

/* What was taken, and its place in /proc/iomem. Protected by jh_lock. */
static struct resource pieces[1 + MAX_PIECES];
static unsigned int num_pieces;
/* The first ones, which were reserved when Linux started, and stay: 0 or 1. */
static unsigned int num_reserved;
/* Bytes of them: 0 while they are being taken. */
static u64 taken;

/** jh_taken_size() - bytes that are taken; jh_lock is held. */
u64 jh_taken_size(void)
{
	return taken;
}

/** jh_taken_is() - is a resource a piece that was taken? */
bool jh_taken_is(const struct resource *res)
{
	return res >= pieces && res < pieces + ARRAY_SIZE(pieces);
}

/**
 * jh_taken_parent() - where to request memory
 * @start: its first address
 * @root: where else
 *
 * System RAM is Linux's, in which nothing can be requested: but in what was taken of it.
 *
 * Context: jh_lock is held.
 */
struct resource *jh_taken_parent(u64 start, struct resource *root)
{
	unsigned int n;

	for (n = 0; n < num_pieces; n++)
		if (start >= pieces[n].start && start <= pieces[n].end)
			return &pieces[n];
	return root;
}

/*
 * Pieces
 */

static struct run run_of(const struct resource *piece)
{
	return (struct run){ PHYS_PFN(piece->start), PHYS_PFN(piece->end + 1) };
}

/* Return: 0, or an errno: then it is none. */
static int insert_piece(const struct run *run)
{
	struct resource *piece = &pieces[num_pieces];
	int err;

	*piece = (struct resource){
		.name = "Jailhouse memory",
		.start = PFN_PHYS(run->pfn),
		.end = PFN_PHYS(run->end) - 1,
		.flags = IORESOURCE_MEM,
	};
	err = insert_resource(&iomem_resource, piece);
	if (err)
		return err;
	jh_pages_set_offline(run, true);
	num_pieces++;
	return 0;
}

static struct run remove_last_piece(void)
{
	struct resource *piece = &pieces[--num_pieces];
	struct run run = run_of(piece);

	jh_pages_set_offline(&run, false);
	remove_resource(piece);
	return run;
}

/* Return: 0, or an errno: then the pages are Linux's again. */
static int add_piece(const struct run *run, struct reason *why)
{
	int err = insert_piece(run);

	if (!err)
		return 0;
	jh_pages_free(run);
	return jh_refuse(why, err, "0x%llx-0x%llx has no place in /proc/iomem",
			 (u64)PFN_PHYS(run->pfn), (u64)PFN_PHYS(run->end));
}

/*
 * The search
 */

static int note_range(struct resource *res, void *arg)
{
	jh_search_add_range(arg, PFN_UP(res->start), PFN_DOWN(res->end + 1));
	return 0;
}

static u64 to_mib(u64 pages)
{
	return PFN_PHYS(pages) / SZ_1M;
}

static int take(u64 size, struct reason *why)
{
	static struct search search;	/* large, and an operation's alone */
	int err;

	memset(&search, 0, sizeof(search));
	search.left = PHYS_PFN(size);
	search.take = add_piece;
	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0, -1,
			    &search, note_range);
	err = jh_search(&search, why);
	if (!err && search.left)
		err = jh_refuse(why, -ENOMEM,
				"%llu MiB cannot be had in %u pieces, the largest that could be found have %llu MiB together, the rest is used by what cannot be moved: write less, or boot with memmap=",
				size / SZ_1M, MAX_PIECES, to_mib(jh_search_found(&search)));
	if (err)
		jh_taken_give_back();
	else
		taken = size;
	return err;
}

/*
 * Once all is taken that there is, Linux kills programs to make room for others. What it calls
 * available is an estimate, with caches in it that are in use the next moment, and what is moved
 * needs room, too: so an eighth of it stays.
 */
static int check_available(u64 size, struct reason *why)
{
	u64 available = si_mem_available();
	u64 most = round_down(PFN_PHYS(available - available / 8), SZ_2M);

	if (size <= most)
		return 0;
	return jh_refuse(why, -ENOMEM,
			 "%llu MiB cannot be spared: of Linux's %llu MiB %llu MiB are available, of which %llu can be taken: write less, or boot with memmap=",
			 size / SZ_1M, to_mib(totalram_pages()), to_mib(available), most / SZ_1M);
}

/**
 * jh_taken_take() - take RAM from Linux
 * @size: bytes
 * @why: receives the reason
 *
 * Context: in an operation: jh_lock is held, and is released meanwhile; the hypervisor is not
 * enabled. May take long: what is in use is moved elsewhere.
 *
 * Return: 0, -EBUSY if another amount is taken already, -EINVAL for one that is no multiple of
 * 2 MiB, -ENOMEM if it cannot be had, -EOPNOTSUPP if this kernel cannot do it, -EINTR after a
 * signal, -ECANCELED for a reboot: then none is taken.
 */
int jh_taken_take(u64 size, struct reason *why)
{
	u64 had = jh_taken_size();
	int err;

	if (had == size)
		return 0;
	if (had)
		return jh_refuse(why, -EBUSY, "%llu MiB are taken already (write 0 before)",
				 had / SZ_1M);
	if (!IS_ALIGNED(size, SZ_2M))
		return jh_refuse(why, -EINVAL, "0x%llx bytes are no multiple of 2 MiB", size);
	if (!IS_ENABLED(CONFIG_CONTIG_ALLOC))
		return jh_refuse(why, -EOPNOTSUPP,
				 "this kernel was built without CONFIG_CONTIG_ALLOC: boot with memmap=");
	err = check_available(size, why);
	return err ?: take(size, why);
}

/**
 * jh_taken_give_back() - Linux may have it all again
 *
 * Context: jh_lock is held; nobody uses it, and nothing in it is requested.
 */
void jh_taken_give_back(void)
{
	struct run run;

	taken = 0;
	while (num_pieces > num_reserved) {
		run = remove_last_piece();
		jh_pages_free(&run);
	}
}

/*
 * What was reserved when Linux started
 */

/**
 * jh_taken_init() - find what Linux was told to keep free
 *
 * Return: 0, also if there is none.
 */
int jh_taken_init(void)
{
	phys_addr_t start, size;
	struct run run;
	int err;

	if (!compat_find_reserved(RESERVED_NAME, &start, &size))
		return 0;
	run.pfn = round_up(PFN_UP(start), STEP_PAGES);
	run.end = round_down(PFN_DOWN(start + size), STEP_PAGES);
	if (run.pfn >= run.end) {
		pr_warn("reserve_mem=: 0x%llx-0x%llx has no 2 MiB that are aligned (write reserve_mem=SIZE:2M:jailhouse)\n",
			(u64)start, (u64)(start + size));
		return 0;
	}
	err = insert_piece(&run);
	if (err)
		pr_warn("reserve_mem=: 0x%llx-0x%llx has no place in /proc/iomem (%d)\n",
			(u64)start, (u64)(start + size), err);
	num_reserved = num_pieces;
	return 0;
}

/** jh_taken_exit() - it is as the driver found it. */
void jh_taken_exit(void)
{
	while (num_pieces)
		remove_last_piece();
	num_reserved = 0;
}
