// SPDX-License-Identifier: GPL-2.0-only
/*
 * Only in the test build: the page tables of a CPU as the processor walks them, from CR3
 * and without any help of the code that made them; and what no guest can make happen.
 */
#include "test_build.h"
#include "apic.h"
#include "config_check.h"
#include "errno.h"
#include "exit_count.h"
#include "format.h"
#include "exceptions.h"
#include "framebuffer.h"
#include "log.h"
#include "mce.h"
#include "exits/exits.h"

#define PTE_PRESENT	BIT_ULL(0)
#define PTE_WRITE	BIT_ULL(1)
#define PTE_USER	BIT_ULL(2)
#define PTE_HUGE	BIT_ULL(7)
#define PTE_NX		BIT_ULL(63)
#define PTE_ADDR	0x000ffffffffff000ULL

#define ENTRIES		512
#define LEVEL_SHIFT(level)	(PAGE_SHIFT + 9 * (level))

/* Parts of hypervisor memory as it is mapped linearly, in their order. */
enum part { CONSTANTS, TEXT, DATA, PRIVATE, REST, BEYOND };

struct leaf {
	u64 gva;
	u64 hpa;
	u64 size;
	bool write;
	bool exec;
	bool user;
};

struct walk {
	struct leaf leaf;
	unsigned int leaves;
	u64 exec_size;
	const char *wrong;
};

static enum part part_at(u64 gva)
{
	if (gva < (u64)__text_start)
		return CONSTANTS;
	if (gva < (u64)__data_start)
		return TEXT;
	if (gva < (u64)__core_end)
		return DATA;
	if (gva < HV_BASE + boot_info.transition_offset)
		return PRIVATE;
	return gva < HV_BASE + boot_info.hv_size ? REST : BEYOND;
}

static const char *check_linear(const struct leaf *leaf)
{
	enum part part = part_at(leaf->gva);
	bool text = part == TEXT, writable = part > TEXT;

	if (part == BEYOND || part != part_at(leaf->gva + leaf->size - 1))
		return "reaches beyond a part of hypervisor memory";
	if (part == PRIVATE)
		return "is in the private areas of the CPUs";
	if (leaf->hpa != x86_hpa((void *)leaf->gva))
		return "is not mapped linearly";
	if (leaf->exec != text)
		return leaf->exec ? "is executable" : "is text, but not executable";
	if (leaf->write != writable)
		return leaf->write ? "is writable" : "is data, but read-only";
	return NULL;
}

/* Memory of the guest, as its second stage has it now. */
static const char *check_kept(const struct percpu *percpu, const struct leaf *leaf)
{
	u64 gpa = percpu->exits.kept_gpa[(leaf->gva - (u64)percpu_kept) >> PAGE_SHIFT], hpa;

	if (leaf->write || leaf->size != PAGE_SIZE)
		return "is memory of the guest, but writable, or more than a page";
	if (!pgtable_lookup(&percpu->cell->stage2, gpa, &hpa, NULL) || hpa != leaf->hpa)
		return "is not where the guest has that page";
	return NULL;
}

static const char *check_private(const struct leaf *leaf)
{
	const struct percpu *percpu = this_percpu();
	const struct {
		u64 gva;
		u64 page;
	} own[] = {
		{ HV_PERCPU_BASE + PERCPU_VA_DATA, PERCPU_PAGE_DATA },
		{ HV_PERCPU_BASE + PERCPU_VA_STACK, PERCPU_PAGE_STACK },
		{ (u64)handover_page(cpu_slot(percpu->cpu->id)), PERCPU_PAGE_HANDOVER },
		/* Not each vendor has one. */
		{ HV_PERCPU_BASE + PERCPU_VA_VENDOR, PERCPU_PAGE_VENDOR },
	};
	const unsigned int count = ARRAY_SIZE(own) - !VENDOR_MAPPED_PAGES;
	unsigned int n;

	if (leaf->exec)
		return "is executable";
	if (leaf->gva - (u64)percpu_kept < sizeof(percpu_kept))
		return check_kept(percpu, leaf);
	for (n = 0; n < count; n++)
		if (leaf->gva == own[n].gva && leaf->size == PAGE_SIZE)
			return leaf->hpa == percpu->area_hpa + own[n].page * PAGE_SIZE ?
			       NULL : "is of another CPU";
	return "is neither data nor a stack of this CPU";
}

static bool is_memory(u64 hpa, u64 size)
{
	const struct jailhouse_memory *region = config_mem_regions(&machine.system->root_cell);
	const struct jailhouse_memory *end = region + machine.system->root_cell.num_memory_regions;

	if (hpa < boot_info.hv_phys + boot_info.hv_size && boot_info.hv_phys < hpa + size)
		return true;
	for (; region < end; region++)
		if (!(region->flags & JAILHOUSE_MEM_IO) &&
		    hpa < region->phys_start + region->size && region->phys_start < hpa + size)
			return true;
	return false;
}

/* Behind its pages there is one of our own constants, see paging_init(). */
static const char *check_device(const struct leaf *leaf)
{
	if (leaf->exec)
		return "is executable";
	if (leaf->gva == HV_REMAP_BASE + HV_REMAP_PAGES * PAGE_SIZE && leaf->size == PAGE_SIZE)
		return leaf->hpa == boot_info.hv_phys && !leaf->write ?
		       NULL : "is not the page of constants";
	return is_memory(leaf->hpa, leaf->size) ? "is memory, not a device" : NULL;
}

static const char *check_leaf(const struct leaf *leaf)
{
	if (leaf->user)
		return "is for user mode";
	if (leaf->gva - HV_BASE < HV_MAX_SIZE)
		return check_linear(leaf);
	if (leaf->gva - HV_PERCPU_BASE < HV_REMAP_BASE - HV_PERCPU_BASE)
		return check_private(leaf);
	if (leaf->gva - HV_REMAP_BASE <= HV_REMAP_PAGES * PAGE_SIZE)
		return check_device(leaf);
	if (leaf->gva - HV_SCREEN_BASE <= FRAMEBUFFER_MAX_SIZE)
		return check_device(leaf);
	return "is outside of all that the hypervisor has";
}

/* The rights of a leaf are what all entries on the way to it allow (SDM 3A 4.6). */
static void walk_table(struct walk *walk, u64 table_hpa, unsigned int level, struct leaf way)
{
	const u64 *table = (const u64 *)(table_hpa - boot_info.hv_phys + HV_BASE);
	unsigned int n;

	for (n = 0; n < ENTRIES && !walk->wrong; n++) {
		struct leaf leaf = way;

		if (!(table[n] & PTE_PRESENT))
			continue;
		leaf.gva |= (u64)n << LEVEL_SHIFT(level);
		leaf.write &= !!(table[n] & PTE_WRITE);
		leaf.user &= !!(table[n] & PTE_USER);
		leaf.exec &= !(table[n] & PTE_NX);
		if (level && !(table[n] & PTE_HUGE)) {
			walk_table(walk, table[n] & PTE_ADDR, level - 1, leaf);
			continue;
		}
		leaf.size = BIT_ULL(LEVEL_SHIFT(level));
		leaf.hpa = table[n] & PTE_ADDR & ~(leaf.size - 1);
		walk->leaf = leaf;
		walk->leaves++;
		walk->exec_size += leaf.exec ? leaf.size : 0;
		walk->wrong = check_leaf(&leaf);
	}
}

static const char *protection_off(void)
{
	if (!(read_cr0() & X86_CR0_WP))
		return "CR0.WP is off";
	return rdmsr(MSR_EFER) & X86_EFER_NXE ? NULL : "EFER.NXE is off";
}

int test_build_walk(char *why, size_t why_size)
{
	const struct leaf everything = { .write = true, .exec = true, .user = true };
	unsigned int levels = read_cr4() & X86_CR4_LA57 ? 5 : 4;
	struct walk walk = { .wrong = protection_off() };

	walk_table(&walk, read_cr3() & PTE_ADDR, levels - 1, everything);
	if (!walk.wrong && walk.exec_size != (u64)(__data_start - __text_start))
		walk.wrong = "is all, though there is more text";
	if (walk.wrong) {
		fmt_snprintf(why, why_size, "page tables: 0x%llx-0x%llx, at 0x%llx, %s",
			     walk.leaf.gva, walk.leaf.gva + walk.leaf.size, walk.leaf.hpa,
			     walk.wrong);
		log_printf("test build: CPU %u: %s\n", this_percpu()->cpu->id, why);
		return -EIO;
	}
	log_printf("test build: CPU %u: %u leaves of the page tables are as they should be\n",
		   this_percpu()->cpu->id, walk.leaves);
	if (adverse_switches())
		log_printf("test build: CPU %u: adverse 0x%x\n", this_percpu()->cpu->id,
			   adverse_switches());
	return 0;
}

static u32 pending_or_served(void)
{
	unsigned int n;
	u32 bits = 0;

	for (n = 0; n < 8; n++)
		bits |= apic_read(APIC_REG_IRR + n) | apic_read(APIC_REG_ISR + n);
	return bits;
}

/*
 * No guest but Linux can leave a vector of an exception pending. Here each is, with all the
 * others, and has to go.
 */
static int drain(void)
{
	u32 vector;

	for (vector = 16; vector < 256; vector++)
		apic_write_icr(APIC_SHORTHAND_SELF | APIC_LEVEL_ASSERT | vector, 0);
	if (apic_read(APIC_REG_IRR) != 0xffff0000)
		return -ENODEV;
	apic_silence();
	return pending_or_served() ? -EIO : 0;
}

/* Pushes until there is no more stack. */
static __noreturn void overflow(void *stack_top)
{
	asm volatile("mov %0, %%rsp\n"
		     "1: push %%rsp\n\t"
		     "jmp 1b"
		     : : "r" (stack_top));
	__builtin_unreachable();
}

static void check_machine(struct percpu *percpu, u64 arg)
{
	const struct jailhouse_memory *own = config_mem_regions(percpu->cell->desc);

	adverse_plant_check(arg == TEST_MACHINE_CHECK_END ? 0 : MCG_STATUS_RIPV,
			    arg == TEST_MACHINE_CHECK_OWN ? own->phys_start : 0);
	if (arg == TEST_MACHINE_CHECK_END)
		machine_check_in_guest(percpu);
	else
		asm volatile("int %0" : : "i" (X86_EXC_MC) : "memory");
}

bool test_build_call(struct percpu *percpu, u32 code, u64 arg)
{
	char why[120];

	if (code != TEST_BUILD_CALL)
		return false;
	guest_skip_instruction();
	switch (arg) {
	case TEST_WALK:
		this_regs()->gpr[INSN_RAX] = (u64)test_build_walk(why, sizeof(why));
		break;
	case TEST_DRAIN:
		this_regs()->gpr[INSN_RAX] = (u64)drain();
		break;
	case TEST_OVERFLOW_EXIT:
		overflow((void *)(HV_PERCPU_BASE + PERCPU_VA_STACK_TOP));
	case TEST_OVERFLOW_FATAL:
		overflow(percpu->fatal_stack + sizeof(percpu->fatal_stack));
	case TEST_OVERFLOW_NMI:
		overflow(percpu->handover->nmi_stack + sizeof(percpu->handover->nmi_stack));
	case TEST_MACHINE_CHECK:
	case TEST_MACHINE_CHECK_OWN:
	case TEST_MACHINE_CHECK_END:
		check_machine(percpu, arg);
		break;
	case TEST_COUNT:
		exit_count_begin();
		break;
	case TEST_COUNTED ... TEST_COUNTED + NUM_EXIT_COUNTS:
		this_regs()->gpr[INSN_RAX] = exit_count_last(arg - TEST_COUNTED);
		break;
	case TEST_COUNTED_SUM ... TEST_COUNTED_SUM + NUM_EXIT_COUNTS:
		this_regs()->gpr[INSN_RAX] = exit_count_sum(arg - TEST_COUNTED_SUM);
		break;
	default:
		this_regs()->gpr[INSN_RAX] = vendor_test_spoil(arg);
	}
	return true;
}
