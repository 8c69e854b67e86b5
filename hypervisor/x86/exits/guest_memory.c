// SPDX-License-Identifier: GPL-2.0-only
/* Memory of the guest that this CPU runs. */
#include "guest_memory.h"
#include "apic.h"
#include "arch.h"
#include "errno.h"
#include "guest_walk.h"
#include "mmio.h"
#include "exits.h"
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

/* Is the leaf that was looked up last one that the guest may read, or write? */
static bool leaf_allows(const struct gpa_window *window, bool write)
{
	u64 needed = arch_stage2_attrs(write ? JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE :
				       JAILHOUSE_MEM_READ) & ~arch_stage2_attrs(0);

	return (window->leaf.attrs & needed) == needed;
}

static void *map_writable(void *ctx, u64 gpa)
{
	u8 *page = map_gpa(ctx, gpa);

	return page && leaf_allows(ctx, true) ? page : NULL;
}

static void get_paging(struct guest_paging *paging)
{
	paging->cr0 = guest_cr0();
	paging->cr3 = guest_cr3();
	paging->cr4 = guest_cr4();
	paging->efer = guest_efer();
	paging->addr_bits = x86_addr_bits;
	if ((paging->cr4 & X86_CR4_PAE) && !(paging->efer & X86_EFER_LMA))
		vendor_get_pdptes(paging->pdpte);
}

int guest_read_code(u64 gva, void *buf, unsigned int size)
{
	struct gpa_window window = { .cell = this_percpu()->cell };
	struct guest_memory memory = { .map = map_table, .ctx = &window };
	struct guest_paging paging;
	int ret;

	get_paging(&paging);
	ret = guest_read(&paging, &memory, gva, buf, size);
	arch_window_close();
	return ret;
}

int guest_translate(u64 gva, u64 *gpa)
{
	struct gpa_window window = { .cell = this_percpu()->cell };
	struct guest_memory memory = { .map = map_table, .ctx = &window };
	struct guest_mapping mapping;
	struct guest_paging paging;
	int err;

	get_paging(&paging);
	err = guest_walk(&paging, &memory, gva, &mapping);
	arch_window_close();
	*gpa = mapping.gpa;
	return err;
}

int guest_read_gpa(u64 gpa, void *buf, size_t size)
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

/*
 * RDPKRU is not there without CR4.PKE, which the hypervisor has no use for: it maps no
 * user pages.
 */
static u32 read_pkru(void)
{
	u64 cr4 = read_cr4();
	u32 pkru;

	write_cr4(cr4 | X86_CR4_PKE);
	asm volatile("rdpkru" : "=a" (pkru) : "c" (0) : "rdx");
	write_cr4(cr4);
	return pkru;
}

static void get_access(const struct guest_paging *paging, struct guest_access *access, bool write)
{
	u64 pkrs = 0;

	access->write = write;
	access->user = guest_cpl() == 3;
	access->ac = guest_rflags() & X86_RFLAGS_AC;
	access->pkru = paging->cr4 & X86_CR4_PKE ? read_pkru() : 0;
	if (paging->cr4 & X86_CR4_PKS)
		rdmsr_safe(MSR_IA32_PKRS, &pkrs);
	access->pkrs = (u32)pkrs;
}

/* What the guest's CPU would have raised; guest_inject_operand_fault() does. */
static int operand_fault(u64 gva, unsigned int vector, u32 error_code)
{
	struct operand_fault *fault = &this_percpu()->operand_fault;

	fault->gva = gva;
	fault->vector = (u8)vector;
	fault->error_code = error_code;
	return -EFAULT;
}

void guest_inject_operand_fault(struct percpu *percpu)
{
	const struct operand_fault *fault = &percpu->operand_fault;

	if (fault->vector == X86_EXC_PF)
		guest_set_cr2(fault->gva);
	vendor_inject_exception(fault->vector, true, fault->error_code);
}

/**
 * struct part - of an operand, in one page
 * @gpa: where it begins
 * @size: in bytes, 0 if the operand has no such part
 */
struct part {
	u64 gpa;
	unsigned int size;
};

/* As the CPU does it: rights, then accessed and dirty bits. */
static int translate(struct gpa_window *window, u64 gva, bool write, u64 *gpa)
{
	struct guest_memory memory = { map_table, map_writable, window };
	struct guest_mapping mapping;
	struct guest_paging paging;
	struct guest_access access;
	u32 fault;
	int err;

	get_paging(&paging);
	get_access(&paging, &access, write);
	err = guest_walk(&paging, &memory, gva, &mapping);
	if (err == -ERANGE)
		return operand_fault(gva, X86_EXC_GP, 0);
	if (err == -EFAULT || err == -EINVAL)
		return operand_fault(gva, X86_EXC_PF, guest_fault(&access, err));
	if (err)
		return err;
	fault = guest_check_access(&paging, &mapping, &access);
	if (fault)
		return operand_fault(gva, X86_EXC_PF, fault);
	*gpa = mapping.gpa;
	return guest_set_accessed(&paging, &memory, &mapping, write);
}

static int translate_parts(struct gpa_window *window, u64 gva, size_t size, bool write,
			   struct part parts[2])
{
	unsigned int first = (unsigned int)MIN(size, PAGE_SIZE - (gva & ~PAGE_MASK));
	int err;

	parts[0].size = first;
	parts[1].size = (unsigned int)size - first;
	err = translate(window, gva, write, &parts[0].gpa);
	if (!err && parts[1].size)
		err = translate(window, gva + first, write, &parts[1].gpa);
	return err;
}

/*
 * Where there is no memory, Linux reads ones, and what it writes is lost: that it gets there
 * is no reason to end a program. Devices take part in no such operand, nor in one that
 * crosses a page.
 */
static int denied_part(struct percpu *percpu, const struct part *part, u8 *buf, bool write)
{
	if (!runs_root(percpu) || (part->gpa & PAGE_MASK) == APIC_PAGE ||
	    mmio_find(&percpu->cell->mmio, part->gpa, 1))
		return -EPERM;
	exit_denied(percpu, "%s memory 0x%llx, width %u", write ? "write to" : "read of", part->gpa,
		    part->size);
	if (!write)
		memset(buf, 0xff, part->size);
	return 0;
}

static int access_part(struct percpu *percpu, struct gpa_window *window, const struct part *part,
		       u8 *buf, bool write)
{
	u8 *page = map_gpa(window, part->gpa & PAGE_MASK);

	if (!page || !leaf_allows(window, write))
		return denied_part(percpu, part, buf, write);
	page += part->gpa & ~PAGE_MASK;
	memcpy(write ? page : buf, write ? buf : page, part->size);
	return 0;
}

/*
 * An operand that some CPUs would access as a whole may be seen in two halves here: nobody
 * can rely on the opposite where it crosses a page.
 */
static int access_operand(u64 gva, u8 *buf, size_t size, bool write)
{
	struct percpu *percpu = this_percpu();
	struct gpa_window window = { .cell = percpu->cell };
	struct part parts[2];
	int err = translate_parts(&window, gva, size, write, parts);

	if (!err)
		err = access_part(percpu, &window, &parts[0], buf, write);
	if (!err && parts[1].size)
		err = access_part(percpu, &window, &parts[1], buf + parts[0].size, write);
	arch_window_close();
	return err;
}

int guest_read_operand(u64 gva, void *buf, size_t size)
{
	return access_operand(gva, buf, size, false);
}

int guest_write_operand(u64 gva, const void *buf, size_t size)
{
	return access_operand(gva, (u8 *)buf, size, true);
}
