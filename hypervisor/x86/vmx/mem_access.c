// SPDX-License-Identifier: GPL-2.0-only
/* Memory of the guest that this CPU runs. */
#include "vmx.h"
#include "arch.h"
#include "errno.h"
#include "guest_walk.h"
#include "ops.h"
#include "x86.h"
#include "string.h"

static const void *map_gpa(void *ctx, u64 gpa)
{
	struct cell *cell = ctx;
	u64 hpa;

	if (!pgtable_lookup(&cell->stage2, gpa, &hpa, NULL))
		return NULL;
	return arch_window(hpa);
}

static void get_paging(struct guest_paging *paging)
{
	unsigned int n;

	paging->cr0 = vmcs_read(VMCS_GUEST_CR0);
	paging->cr3 = vmcs_read(VMCS_GUEST_CR3);
	paging->cr4 = vmcs_read(VMCS_GUEST_CR4);
	paging->efer = vmcs_read(VMCS_GUEST_EFER);
	paging->phys_bits = x86_phys_bits;
	if ((paging->cr4 & X86_CR4_PAE) && !(paging->efer & X86_EFER_LMA))
		for (n = 0; n < 4; n++)
			paging->pdpte[n] = vmcs_read(VMCS_GUEST_PDPTE(n));
}

int vmx_read_gva(u64 gva, void *buf, unsigned int size)
{
	struct guest_memory memory = { map_gpa, this_percpu()->cpu->cell };
	struct guest_paging paging;
	int ret;

	get_paging(&paging);
	ret = guest_read(&paging, &memory, gva, buf, size);
	arch_window_close();
	return ret;
}

int vmx_read_gpa(u64 gpa, void *buf, size_t size)
{
	struct cell *cell = this_percpu()->cpu->cell;
	const u8 *page;

	if ((gpa & ~PAGE_MASK) + size > PAGE_SIZE)
		return -EFAULT;
	page = map_gpa(cell, gpa & PAGE_MASK);
	if (!page)
		return -EFAULT;
	memcpy(buf, page + (gpa & ~PAGE_MASK), size);
	arch_window_close();
	return 0;
}

/* One byte: an operand of a string instruction may cross pages. */
static int write_byte(const struct guest_paging *paging, struct cell *cell, u64 gva, u8 val)
{
	struct guest_memory memory = { map_gpa, cell };
	struct guest_mapping mapping;
	u64 hpa, attrs;
	u8 *page;
	int err;

	err = guest_walk(paging, &memory, gva, &mapping);
	if (err)
		return err;
	if (!(mapping.flags & GUEST_MAP_WRITE) ||
	    !pgtable_lookup(&cell->stage2, mapping.gpa, &hpa, &attrs) ||
	    !(attrs & arch_stage2_attrs(JAILHOUSE_MEM_WRITE) & ~arch_stage2_attrs(JAILHOUSE_MEM_READ)))
		return -EFAULT;
	page = arch_window(hpa & PAGE_MASK);
	page[mapping.gpa & ~PAGE_MASK] = val;
	return 0;
}

int vmx_write_gva(u64 gva, const void *buf, size_t size)
{
	struct cell *cell = this_percpu()->cpu->cell;
	struct guest_paging paging;
	const u8 *byte = buf;
	int err = 0;

	get_paging(&paging);
	for (; size && !err; size--)
		err = write_byte(&paging, cell, gva++, *byte++);
	arch_window_close();
	return err;
}
