// SPDX-License-Identifier: GPL-2.0-only
/* Extended page tables: what core/ needs to know of them (SDM 3C 29.3). */
#include "vmx.h"
#include "arch.h"
#include "exits/guest_pages.h"
#include "panic.h"

#define EPT_READ		BIT_ULL(0)
#define EPT_WRITE		BIT_ULL(1)
#define EPT_EXECUTE		BIT_ULL(2)
#define EPT_TYPE_UC		(0ULL << 3)
#define EPT_TYPE_WB		(6ULL << 3)
#define EPT_IGNORE_PAT		BIT_ULL(6)
#define EPT_HUGE		BIT_ULL(7)
#define EPT_SOFTWARE		BIT_ULL(52)
#define EPT_ADDR		0x000ffffffffff000ULL

#define EPTP_TYPE_WB		6ULL
#define EPTP_4_LEVELS		(3ULL << 3)

static struct pgtable_format format = {
	.levels = 4,
	.present_mask = EPT_READ | EPT_WRITE | EPT_EXECUTE,
	.table_attrs = EPT_READ | EPT_WRITE | EPT_EXECUTE,
	.leaf_huge_bit = EPT_HUGE,
	.small_bit = EPT_SOFTWARE,
	.addr_mask = EPT_ADDR,
};

void vendor_init(void)
{
	format.huge_levels = vmx_used.huge_levels;
}

u64 ept_pointer(const struct pgtable *table)
{
	return page_hpa(&machine.pool, table->root) | EPTP_4_LEVELS | EPTP_TYPE_WB;
}

const struct pgtable_format *arch_stage2_format(void)
{
	return &format;
}

/*
 * Accessed and dirty flags of EPT stay off. Nobody here looks at them, and with them each walk of
 * the guest's own page tables counts as a write to these (SDM 3C 29.3.5): a guest whose tables are
 * in memory that it may only read would exit at every access.
 *
 * The MTRRs have no say in a guest's memory types (29.3.7.2): it is the type here, combined with
 * the guest's PAT. So RAM is write-back and registers uncached by what the configuration says of
 * them, and MTRRs that a guest believes to have set change nothing but what it reads there.
 */
u64 arch_stage2_attrs(u64 mem_flags)
{
	/* PAT is not ignored: the guest decides within what these types allow. */
	u64 attrs = mem_flags & JAILHOUSE_MEM_IO ? EPT_TYPE_UC : EPT_TYPE_WB;

	/*
	 * Registers that are memory of the hypervisor, which has it cached: a page must not be
	 * of two types (SDM 3A 11.12.4), as it would be by a guest that takes it for a device's.
	 */
	if ((mem_flags & ARCH_MEM_REGISTERS) == ARCH_MEM_REGISTERS)
		attrs = EPT_TYPE_WB | EPT_IGNORE_PAT;
	/* Writable or executable without readable is a misconfiguration (29.3.3.1). */
	if (mem_flags & (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE))
		attrs |= EPT_READ;
	if (mem_flags & JAILHOUSE_MEM_WRITE)
		attrs |= EPT_WRITE;
	if (mem_flags & JAILHOUSE_MEM_EXECUTE)
		attrs |= EPT_EXECUTE;
	return attrs;
}

void arch_flush_stage2(struct cpu *cpu)
{
	exit_cache_flush();
	if (!invept(INVEPT_SINGLE, ept_pointer(&cpu->cell->stage2)))
		panic("INVEPT failed");
}

void vendor_flush_linear(const struct cell *cell)
{
	if (!invvpid(INVVPID_SINGLE, (u16)(cell->id + 1)))
		panic("INVVPID failed");
}
