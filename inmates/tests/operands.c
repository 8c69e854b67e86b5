// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operands in memory of instructions that the hypervisor executes: MOVS from a device, INS
 * from a port whose accesses are ignored. Rights, faults, and what is written into the page
 * tables have to be as if the CPU had done it.
 *
 *	kind=rights	all of that; the rest has to end the cell
 *	kind=straddle	a write that begins in RAM and ends in a device
 *	kind=table	a page table that is a device
 */
#include "report.h"

#define DEVICE		0xfec00000ULL	/* I/O APIC */
#define IGNORED_PORT	0x80
#define FOREIGN		0x3a000000ULL

#define PTE_PRESENT	0x01ULL
#define PTE_WRITE	0x02ULL
#define PTE_USER	0x04ULL
#define PTE_UNCACHED	0x18ULL
#define PTE_ACCESSED	0x20ULL
#define PTE_DIRTY	0x40ULL
#define PTE_ALL		(PTE_PRESENT | PTE_WRITE | PTE_USER)

#define FAULT_PRESENT	1
#define FAULT_WRITE	2
#define FAULT_USER	4

#define CR0_WP		BIT_ULL(16)
#define CR4_SMAP	BIT_ULL(21)
#define LEAF7_EBX_SMAP	BIT_ULL(20)
#define FLAG_FIXED	2ULL
#define FLAG_RF		BIT_ULL(16)
#define FLAG_AC		BIT_ULL(18)
#define NOT_CANONICAL	0x800000000000ULL

/* What int.c expects, and user mode. */
#define DATA		0x10
#define CODE		0x18
#define TASK		0x20
#define USER_DATA	0x33
#define USER_CODE	0x3b

/* The second slot of the top table: addresses of nobody else. */
#define BASE		BIT_ULL(39)
#define AT(page)	(BASE + (u64)(page) * 4096)

enum page {
	PAGE_DEVICE, PAGE_RAM, PAGE_READ_ONLY, PAGE_MISSING, PAGE_KERNEL, PAGE_KERNEL_DEVICE,
	PAGE_BEFORE_DEVICE, PAGE_BEHIND_RAM, PAGE_FOREIGN,
};

static u64 pointers[512] __aligned(4096), directory[512] __aligned(4096);
static u64 table[512] __aligned(4096);
static u8 ram[4096] __aligned(4096);
static u8 stack[4096] __aligned(16);

/* How an attempt ended; #UD is that of the UD2 behind the instruction. */
static struct fault outcome;
static u64 outcome_flags;
static u64 resume_rip, resume_rsp;

static void end_attempt(struct frame *frame)
{
	outcome = (struct fault) {
		.vector = (u32)frame->vector, .error_code = frame->error_code,
		.rip = frame->rip, .cr2 = read_cr2(),
	};
	outcome_flags = frame->rflags;
	frame->rip = resume_rip;
	frame->rsp = resume_rsp;
	frame->rflags = FLAG_FIXED;
	frame->cs = CODE;
	frame->ss = DATA;
}

/* One instruction in ring 0 or 3, on registers and flags that the caller chooses. */
#define DEFINE_ATTEMPT(name, instruction)						\
static void attempt_##name(u64 from, u64 to, bool user, u64 flags)			\
{											\
	asm volatile("movq %%rsp, %[rsp]\n\t"						\
		     "leaq 2f(%%rip), %%rax\n\t"					\
		     "movq %%rax, %[rip]\n\t"						\
		     "pushq %[ss]\n\t"							\
		     "pushq %[rsp]\n\t"							\
		     "pushq %[flags]\n\t"						\
		     "pushq %[cs]\n\t"							\
		     "leaq 1f(%%rip), %%rax\n\t"					\
		     "pushq %%rax\n\t"							\
		     "iretq\n"								\
		     "1:" instruction "\n\t"						\
		     "ud2\n"								\
		     "2:"								\
		     : [rsp] "=m" (resume_rsp), [rip] "=m" (resume_rip), "+S" (from),	\
		       "+D" (to)							\
		     : [ss] "r" (user ? USER_DATA : (u64)DATA),				\
		       [cs] "r" (user ? USER_CODE : (u64)CODE),				\
		       [flags] "r" (flags | FLAG_FIXED), "d" (IGNORED_PORT)		\
		     : "rax", "memory", "cc");						\
}

DEFINE_ATTEMPT(movs, "movsl")
DEFINE_ATTEMPT(ins, "insb")
DEFINE_ATTEMPT(outs, "outsb")

static void use_segments(void)
{
	static u8 tss[104] __aligned(8);
	static u64 gdt[] = {
		0, 0, 0x00cf93000000ffff, 0x00af9b000000ffff, 0, 0,
		0x00cff3000000ffff, 0x00affb000000ffff,
	};
	const struct {
		u16 limit;
		u64 base;
	} __packed gdtr = { sizeof(gdt) - 1, (u64)gdt };
	u64 top = (u64)stack + sizeof(stack);

	memcpy(tss + 4, &top, sizeof(top));
	gdt[TASK / 8] = 0x0000890000000000 | (sizeof(tss) - 1) | ((u64)tss & 0xffffff) << 16;
	asm volatile("lgdt %0; ltr %w1" : : "m" (gdtr), "r" (TASK));
}

/* The code and the data of this program are for user mode, too, or no more. */
static void share_program(bool share)
{
	u64 *first = (u64 *)ALIGN_DOWN(page_root[0], 4096);
	u64 *second = (u64 *)ALIGN_DOWN(first[0], 4096);

	page_root[0] |= PTE_USER;
	first[0] |= PTE_USER;
	second[0] = share ? second[0] | PTE_USER : second[0] & ~PTE_USER;
	write_cr3(read_cr3());
}

static void use_tables(void)
{
	page_root[1] = (u64)pointers | PTE_ALL;
	pointers[0] = (u64)directory | PTE_ALL;
	directory[0] = (u64)table | PTE_ALL;
	directory[1] = DEVICE | PTE_ALL | PTE_UNCACHED;
	table[PAGE_DEVICE] = DEVICE | PTE_ALL | PTE_UNCACHED;
	table[PAGE_KERNEL_DEVICE] = DEVICE | PTE_PRESENT | PTE_WRITE | PTE_UNCACHED;
	table[PAGE_RAM] = (u64)ram | PTE_ALL;
	table[PAGE_READ_ONLY] = (u64)ram | PTE_PRESENT | PTE_USER;
	table[PAGE_KERNEL] = (u64)ram | PTE_PRESENT | PTE_WRITE;
	table[PAGE_BEFORE_DEVICE] = (u64)ram | PTE_ALL;
	table[PAGE_BEHIND_RAM] = DEVICE | PTE_ALL | PTE_UNCACHED;
	table[PAGE_FOREIGN] = FOREIGN | PTE_ALL;
	share_program(true);
}

static void works(const char *what)
{
	report(outcome.vector == X86_EXC_UD, "%s: vector %u, error code 0x%llx", what,
	       outcome.vector, outcome.error_code);
}

/* A fault has RF in the flags that it saves. */
static void faults(const char *what, u32 vector, u64 error_code, u64 cr2)
{
	report(outcome.vector == vector && outcome.error_code == error_code &&
	       (vector != X86_EXC_PF || outcome.cr2 == cr2) && (outcome_flags & FLAG_RF),
	       "%s: vector %u, error code 0x%llx, CR2 0x%llx, RFLAGS 0x%llx", what,
	       outcome.vector, outcome.error_code, outcome.cr2, outcome_flags);
}

static void check_movs(void)
{
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_RAM), false, 0);
	works("MOVS from a device");
	report((table[PAGE_RAM] & (PTE_ACCESSED | PTE_DIRTY)) == (PTE_ACCESSED | PTE_DIRTY),
	       "the page is accessed and dirty: 0x%llx", table[PAGE_RAM]);
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_READ_ONLY) + 8, false, 0);
	faults("MOVS to a read-only page", X86_EXC_PF, FAULT_PRESENT | FAULT_WRITE,
	       AT(PAGE_READ_ONLY) + 8);
	report(!(table[PAGE_READ_ONLY] & PTE_DIRTY), "which is not dirty");
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_MISSING) + 8, false, 0);
	faults("MOVS to a missing page", X86_EXC_PF, FAULT_WRITE, AT(PAGE_MISSING) + 8);
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_READ_ONLY) + 4094, false, 0);
	faults("MOVS to two pages", X86_EXC_PF, FAULT_PRESENT | FAULT_WRITE,
	       AT(PAGE_READ_ONLY) + 4094);
	attempt_movs(AT(PAGE_DEVICE), NOT_CANONICAL, false, 0);
	faults("MOVS to no canonical address", X86_EXC_GP, 0, 0);
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_RAM), true, 0);
	works("MOVS in user mode");
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_KERNEL), true, 0);
	faults("MOVS in user mode to the kernel's page", X86_EXC_PF,
	       FAULT_PRESENT | FAULT_WRITE | FAULT_USER, AT(PAGE_KERNEL));
	attempt_movs(AT(PAGE_KERNEL), AT(PAGE_DEVICE), true, 0);
	faults("MOVS in user mode from the kernel's page", X86_EXC_PF,
	       FAULT_PRESENT | FAULT_USER, AT(PAGE_KERNEL));
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_MISSING), true, 0);
	faults("MOVS in user mode to a missing page", X86_EXC_PF, FAULT_WRITE | FAULT_USER,
	       AT(PAGE_MISSING));
}

static void check_write_protection(void)
{
	u64 cr0 = read_cr0();

	write_cr0(cr0 & ~CR0_WP);
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_READ_ONLY), false, 0);
	works("MOVS to a read-only page without CR0.WP");
	attempt_movs(AT(PAGE_DEVICE), AT(PAGE_READ_ONLY), true, 0);
	faults("the same in user mode", X86_EXC_PF, FAULT_PRESENT | FAULT_WRITE | FAULT_USER,
	       AT(PAGE_READ_ONLY));
	write_cr0(cr0 | CR0_WP);
}

static void check_smap(void)
{
	if (!(cpuid(7, 0).ebx & LEAF7_EBX_SMAP))
		return;
	share_program(false);
	write_cr4(read_cr4() | CR4_SMAP);
	attempt_movs(AT(PAGE_KERNEL_DEVICE), AT(PAGE_RAM), false, 0);
	faults("MOVS to a page of user mode with SMAP", X86_EXC_PF, FAULT_PRESENT | FAULT_WRITE,
	       AT(PAGE_RAM));
	attempt_movs(AT(PAGE_KERNEL_DEVICE), AT(PAGE_RAM), false, FLAG_AC);
	works("MOVS to a page of user mode with SMAP and AC");
	attempt_movs(AT(PAGE_KERNEL_DEVICE), AT(PAGE_KERNEL), false, 0);
	works("MOVS to a page of the kernel with SMAP");
	write_cr4(read_cr4() & ~CR4_SMAP);
	share_program(true);
}

static void check_strings(void)
{
	table[PAGE_RAM] = (u64)ram | PTE_ALL;
	write_cr3(read_cr3());
	attempt_ins(0, AT(PAGE_RAM), false, 0);
	works("INS");
	report(table[PAGE_RAM] & PTE_DIRTY && ram[0] == 0xff, "the page is dirty: 0x%llx",
	       table[PAGE_RAM]);
	attempt_ins(0, AT(PAGE_MISSING), false, 0);
	faults("INS to a missing page", X86_EXC_PF, FAULT_WRITE, AT(PAGE_MISSING));
	attempt_ins(0, AT(PAGE_READ_ONLY), false, 0);
	faults("INS to a read-only page", X86_EXC_PF, FAULT_PRESENT | FAULT_WRITE,
	       AT(PAGE_READ_ONLY));
	attempt_ins(0, AT(PAGE_FOREIGN), false, 0);
	faults("INS to memory of others", X86_EXC_GP, 0, 0);
	attempt_outs(AT(PAGE_READ_ONLY), 0, false, 0);
	works("OUTS");
	attempt_outs(AT(PAGE_MISSING), 0, false, 0);
	faults("OUTS from a missing page", X86_EXC_PF, 0, AT(PAGE_MISSING));
}

void inmate_main(void)
{
	report_begin("operands");
	use_segments();
	use_tables();
	int_set_handler(X86_EXC_PF, end_attempt);
	int_set_handler(X86_EXC_GP, end_attempt);
	int_set_handler(X86_EXC_UD, end_attempt);
	if (cmdline_is("kind", "straddle")) {
		report_trying("eight bytes to RAM and a device");
		asm volatile("movq $-1, (%0)" : : "r" (AT(PAGE_BEHIND_RAM) - 4) : "memory");
		report_survived();
	}
	if (cmdline_is("kind", "table")) {
		report_trying("a device as page table");
		asm volatile("movb (%0), %%al" : : "r" (BASE + 0x200000) : "rax", "memory");
		report_survived();
	}
	write_cr0(read_cr0() | CR0_WP);
	check_movs();
	check_write_protection();
	check_smap();
	check_strings();
	report_done();
}
