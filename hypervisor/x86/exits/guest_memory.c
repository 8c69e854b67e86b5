// SPDX-License-Identifier: GPL-2.0-only
/* Memory of the guest that this CPU runs. */
#include "guest_memory.h"
#include "apic.h"
#include "arch.h"
#include "errno.h"
#include "guest_pages.h"
#include "guest_walk.h"
#include "mmio.h"
#include "exits.h"
#include "string.h"

/*
 * The operand itself is accessed through the window, which is closed again at the end: it may be
 * written. So are the tables on the way to it where an accessed or dirty bit is missing. Tables
 * of the second stage do not change meanwhile: whoever changes them suspends the CPUs of the
 * cell first.
 *
 * Return: the page, until the next call. NULL if the guest may not do that with it.
 */
static u8 *open_gpa(u64 gpa, bool write)
{
	u64 needed = arch_stage2_attrs(write ? JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE :
				       JAILHOUSE_MEM_READ) & ~arch_stage2_attrs(0);
	struct pgtable_leaf leaf;

	if (!pgtable_lookup_leaf(&this_percpu()->cell->stage2, gpa, &leaf) ||
	    (leaf.attrs & needed) != needed)
		return NULL;
	return arch_window(leaf.hpa + (gpa - leaf.va));
}

static void *map_writable(__maybe_unused void *ctx, u64 gpa)
{
	return open_gpa(gpa, true);
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

static int read_code(const struct guest_paging *paging, u64 gva, u8 *buf, unsigned int size)
{
	struct guest_pages pages = guest_pages_begin(GUEST_PAGES_CODE);
	struct guest_memory memory = { .map = guest_pages_map, .ctx = &pages };

	return guest_read(paging, &memory, gva, buf, size);
}

/* Page by page: each has a walk of its own. */
int guest_read_code(u64 gva, void *buf, unsigned int size)
{
	unsigned int first = (unsigned int)MIN(size, PAGE_SIZE - (gva & ~PAGE_MASK));
	struct guest_paging paging;
	int done, more;

	get_paging(&paging);
	done = read_code(&paging, gva, buf, first);
	if (done < 0 || first == size)
		return done;
	more = read_code(&paging, gva + first, (u8 *)buf + first, size - first);
	return more < 0 ? done : done + more;
}

int guest_translate(u64 gva, u64 *gpa)
{
	struct guest_pages pages = guest_pages_begin(GUEST_PAGES_OPERAND);
	struct guest_memory memory = { .map = guest_pages_map, .ctx = &pages };
	struct guest_mapping mapping;
	struct guest_paging paging;
	int err;

	get_paging(&paging);
	err = guest_walk(&paging, &memory, guest_untag(&paging, gva), &mapping);
	*gpa = mapping.gpa;
	return err;
}

int guest_read_pdpt(u64 gpa, u64 pdpte[4])
{
	struct guest_pages pages = guest_pages_begin(GUEST_PAGES_PDPT);
	const u8 *page = guest_pages_map(&pages, gpa & PAGE_MASK);

	if (!page)
		return -EFAULT;
	memcpy(pdpte, page + (gpa & ~PAGE_MASK), 4 * sizeof(*pdpte));
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
static int translate(u64 gva, bool write, u64 *gpa)
{
	struct guest_pages pages = guest_pages_begin(GUEST_PAGES_OPERAND);
	struct guest_memory memory = { guest_pages_map, map_writable, &pages };
	struct guest_mapping mapping;
	struct guest_paging paging;
	struct guest_access access;
	u32 fault;
	int err;

	get_paging(&paging);
	get_access(&paging, &access, write);
	gva = guest_untag(&paging, gva);
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

int guest_check_write(u64 gva)
{
	u64 gpa;
	int err = translate(gva, true, &gpa);

	arch_window_close();
	return err;
}

static int translate_parts(u64 gva, size_t size, bool write, struct part parts[2])
{
	unsigned int first = (unsigned int)MIN(size, PAGE_SIZE - (gva & ~PAGE_MASK));
	int err;

	parts[0].size = first;
	parts[1].size = (unsigned int)size - first;
	err = translate(gva, write, &parts[0].gpa);
	if (!err && parts[1].size)
		err = translate(gva + first, write, &parts[1].gpa);
	return err;
}

int guest_denied_operand(u64 gpa, void *buf, size_t size, bool write)
{
	struct percpu *percpu = this_percpu();

	if (!runs_root(percpu) || (gpa & PAGE_MASK) == APIC_PAGE ||
	    mmio_find(&percpu->cell->mmio, gpa, 1))
		return -EPERM;
	exit_denied(percpu, "%s memory 0x%llx, width %u", write ? "write to" : "read of", gpa,
		    (unsigned int)size);
	if (!write)
		memset(buf, 0xff, size);
	return 0;
}

static int access_part(const struct part *part, u8 *buf, bool write)
{
	u8 *page = open_gpa(part->gpa & PAGE_MASK, write);

	if (!page)
		return guest_denied_operand(part->gpa, buf, part->size, write);
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
	struct part parts[2];
	int err = translate_parts(gva, size, write, parts);

	if (!err)
		err = access_part(&parts[0], buf, write);
	if (!err && parts[1].size)
		err = access_part(&parts[1], buf + parts[0].size, write);
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
