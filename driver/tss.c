// SPDX-License-Identifier: GPL-2.0-only
/* Linux's task-state segment, after the hypervisor has used another one. */
#include "handover.h"

#include <linux/smp.h>
#include <asm/desc.h>

/**
 * jh_restore_tr() - use Linux's TSS again
 *
 * Its descriptor is marked busy, which LTR does not accept, and the GDT in use is a
 * read-only alias, where LTR cannot mark it again: so the GDT is changed for a moment.
 *
 * Context: called by jh_handover_leave(), on the transition page table.
 */
void jh_restore_tr(void)
{
	struct desc_struct *gdt = get_cpu_gdt_rw(smp_processor_id());
	const struct desc_ptr writable = {
		.size = GDT_SIZE - 1,
		.address = (unsigned long)gdt,
	};
	tss_desc *tss = (tss_desc *)&gdt[GDT_ENTRY_TSS];
	struct desc_ptr alias;

	native_store_gdt(&alias);
	tss->type = DESC_TSS;
	native_load_gdt(&writable);
	asm volatile("ltr %w0" : : "q" (GDT_ENTRY_TSS * 8) : "memory");
	native_load_gdt(&alias);
}
