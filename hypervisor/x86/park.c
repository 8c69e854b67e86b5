// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a CPU waits that nobody uses. It cannot simply be put into the HLT activity state at
 * some address: an SMI or a machine check ends that, and the CPU goes on with whatever is
 * there. So it gets a page of ours, and nothing else, and can do nothing but HLT.
 */
#include "park.h"
#include "arch.h"
#include "errno.h"
#include "page_pool.h"
#include "pgtable.h"
#include "string.h"
#include "vendor.h"

/* In real mode, at 0: CLI; HLT; JMP back to the CLI. */
static const u8 waiting[] = { 0xfa, 0xf4, 0xeb, 0xfc };

static struct pgtable parking;

int park_init(void)
{
	u8 *page = page_alloc(&machine.pool, 1);
	int err;

	if (!page)
		return -ENOMEM;
	memcpy(page, waiting, sizeof(waiting));
	err = pgtable_init(&parking, arch_stage2_format(), &machine.pool);
	if (err)
		return err;
	return pgtable_map(&parking, 0, page_hpa(&machine.pool, page), PAGE_SIZE,
			   arch_stage2_attrs(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE), false);
}

void park_cpu(struct percpu *percpu)
{
	vendor_park(percpu, &parking);
}
