// SPDX-License-Identifier: GPL-2.0-only
/* Memory of the guest that this CPU runs. */
#include "vmx.h"
#include "arch.h"
#include "errno.h"
#include "guest_walk.h"
#include "ops.h"
#include "x86.h"
#include "string.h"

/*
 * A walk reads one table after the other, most of them within the same large page of the
 * second stage. The tables of this stage do not change meanwhile: whoever changes them
 * suspends the CPUs of the cell first.
 */
struct gpa_window {
	const struct cell *cell;
	struct pgtable_leaf leaf;
};

static u8 *map_gpa(struct gpa_window *window, u64 gpa)
{
	struct pgtable_leaf *leaf = &window->leaf;

	if (gpa - leaf->va >= leaf->size &&
	    !pgtable_lookup_leaf(&window->cell->stage2, gpa, leaf)) {
		leaf->size = 0;
		return NULL;
	}
	return arch_window(leaf->hpa + (gpa - leaf->va));
}

static const void *map_table(void *ctx, u64 gpa)
{
	return map_gpa(ctx, gpa);
}

static void get_paging(struct guest_paging *paging)
{
	unsigned int n;

	paging->cr0 = vmcs_read(VMCS_GUEST_CR0);
	paging->cr3 = vmcs_read(VMCS_GUEST_CR3);
	paging->cr4 = vmcs_read(VMCS_GUEST_CR4);
	paging->efer = vmcs_read(VMCS_GUEST_EFER);
	paging->addr_bits = x86_addr_bits;
	if ((paging->cr4 & X86_CR4_PAE) && !(paging->efer & X86_EFER_LMA))
		for (n = 0; n < 4; n++)
			paging->pdpte[n] = vmcs_read(VMCS_GUEST_PDPTE(n));
}

int vmx_read_gva(u64 gva, void *buf, unsigned int size)
{
	struct gpa_window window = { .cell = this_percpu()->cell };
	struct guest_memory memory = { map_table, &window };
	struct guest_paging paging;
	int ret;

	get_paging(&paging);
	ret = guest_read(&paging, &memory, gva, buf, size);
	arch_window_close();
	return ret;
}

int vmx_read_gpa(u64 gpa, void *buf, size_t size)
{
	struct gpa_window window = { .cell = this_percpu()->cell };
	const u8 *page;

	if ((gpa & ~PAGE_MASK) + size > PAGE_SIZE)
		return -EFAULT;
	page = map_gpa(&window, gpa & PAGE_MASK);
	if (!page)
		return -EFAULT;
	memcpy(buf, page + (gpa & ~PAGE_MASK), size);
	arch_window_close();
	return 0;
}

/* One byte: an operand of a string instruction may cross pages. */
static int write_byte(const struct guest_paging *paging, struct gpa_window *window, u64 gva,
		      u8 val)
{
	static const u64 writable = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
	struct guest_memory memory = { map_table, window };
	struct guest_mapping mapping;
	u64 needed = arch_stage2_attrs(writable) & ~arch_stage2_attrs(0);
	u8 *page;
	int err;

	err = guest_walk(paging, &memory, gva, &mapping);
	if (err)
		return err;
	page = map_gpa(window, mapping.gpa & PAGE_MASK);
	if (!page || !(mapping.flags & GUEST_MAP_WRITE) ||
	    (window->leaf.attrs & needed) != needed)
		return -EFAULT;
	page[mapping.gpa & ~PAGE_MASK] = val;
	return 0;
}

int vmx_write_gva(u64 gva, const void *buf, size_t size)
{
	struct gpa_window window = { .cell = this_percpu()->cell };
	struct guest_paging paging;
	const u8 *byte = buf;
	int err = 0;

	get_paging(&paging);
	for (; size && !err; size--)
		err = write_byte(&paging, &window, gva++, *byte++);
	arch_window_close();
	return err;
}
