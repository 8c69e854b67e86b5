// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts and debug exceptions around instructions that exit: the shadows of STI and
 * MOV SS, single steps and the blocking of NMIs must come out as on a CPU without a
 * hypervisor, where this runs as well. A VM entry with inconsistent state would fail.
 *
 *	rounds=N	default 200
 *	quirks=tcg	QEMU's own CPU: no breakpoints, which QEMU ends at while it counts
 *			instructions
 */
#include "report.h"

#define VECTOR	0x51

static u64 interrupts, steps, last_rip, nmis;
static unsigned int nmi_depth, nmi_depth_max;

static void count_interrupt(struct frame *frame)
{
	interrupts++;
	last_rip = frame->rip;
}

static void count_step(struct frame *frame)
{
	(void)frame;
	steps++;
}

static void send_self(u32 command)
{
	apic_send_ipi(apic_id(), command);
	/* So that it has arrived. */
	delay_ns(NS_PER_US);
}

/* An NMI sends another: it has to wait until this one has returned. */
static void nested_nmi(struct frame *frame)
{
	unsigned int i;

	(void)frame;
	nmi_depth++;
	nmi_depth_max = MAX(nmi_depth_max, nmi_depth);
	if (nmis++ == 0)
		send_self(APIC_ICR_NMI | APIC_ICR_ASSERT);
	for (i = 0; i < 10; i++)
		cpuid(1, 0);
	nmi_depth--;
}

#define CLOBBERS	"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "memory", "cc"

/* Each instruction from behind the first POPF to the second is a step. */
#define DEFINE_STEP(name, prepare, instructions)	\
static void step_##name(void)				\
{							\
	asm volatile(prepare "\n"			\
		     "	pushfq\n"			\
		     "	orq	$0x100, (%%rsp)\n"	\
		     "	popfq\n"			\
		     "	" instructions "\n"		\
		     "	pushfq\n"			\
		     "	andq	$~0x100, (%%rsp)\n"	\
		     "	popfq\n"			\
		     : : : CLOBBERS);			\
}

#define TAIL_STEPS	3

DEFINE_STEP(nop, "", "nop")
DEFINE_STEP(cpuid, "movl $1, %%eax; xorl %%ecx, %%ecx", "cpuid")
DEFINE_STEP(two, "movl $1, %%eax; xorl %%ecx, %%ecx", "cpuid; cpuid")
DEFINE_STEP(rdmsr, "movl $0x1b, %%ecx", "rdmsr")
DEFINE_STEP(vmcall, "movl $0x7fffffff, %%eax", "vmcall")
DEFINE_STEP(vmmcall, "movl $0x7fffffff, %%eax", "vmmcall")
DEFINE_STEP(cr, "movq %%cr0, %%rax", "movq %%rax, %%cr0")
/* MOV SS holds back the step behind itself. */
/* INT1 is a debug exception of its own, and the step over it is not another one. */
DEFINE_STEP(int1, "", ".byte 0xf1")
DEFINE_STEP(movss_int1, "movl %%ss, %%edx", "movl %%edx, %%ss; .byte 0xf1")
DEFINE_STEP(movss, "movl $1, %%eax; xorl %%ecx, %%ecx; movl %%ss, %%edx",
	    "movl %%edx, %%ss; cpuid")

static void step_hypercall(void)
{
	if (has_vmmcall)
		step_vmmcall();
	else
		step_vmcall();
}

static const struct {
	const char *name;
	void (*run)(void);
	u64 steps;
	bool cell_only;
} step_cases[] = {
	{ "NOP", step_nop, 1, false },
	{ "CPUID", step_cpuid, 1, false },
	{ "CPUID, CPUID", step_two, 2, false },
	{ "RDMSR", step_rdmsr, 1, false },
	{ "MOV CR0", step_cr, 1, false },
	{ "MOV SS, CPUID", step_movss, 1, false },
	{ "INT1", step_int1, 1, false },
	{ "MOV SS, INT1", step_movss_int1, 1, false },
	{ "hypercall", step_hypercall, 1, true },
};

static void check_steps(u64 rounds)
{
	u64 round, wrong;
	unsigned int i;

	int_set_handler(X86_EXC_DB, count_step);
	for (i = 0; i < ARRAY_SIZE(step_cases); i++) {
		if (step_cases[i].cell_only && on_bare_machine)
			continue;
		for (wrong = 0, round = 0; round < rounds; round++) {
			steps = 0;
			step_cases[i].run();
			wrong += steps != step_cases[i].steps + TAIL_STEPS;
		}
		report(!wrong, "single steps over %s: %llu, wrong %llu times",
		       step_cases[i].name, steps, wrong);
	}
}

/* DR6 and DR7 as SDM 3B 18.2 has them. */
#define DR6_BD		BIT_ULL(13)
#define DR6_BS		BIT_ULL(14)
#define DR6_CAUSES	(15 | DR6_BD | DR6_BS)
#define DR7_FIXED	0x400ULL
#define DR7_GD		BIT_ULL(13)
/* Breakpoint n: accesses to 4 bytes, local. */
#define DR7_DATA(n)	(0xfULL << (16 + 4 * (n)) | 1ULL << 2 * (n))

static u64 db_dr6, db_dr7, db_count;

static u64 read_dr6(void)
{
	u64 value;

	asm volatile("movq %%dr6, %0" : "=r" (value));
	return value;
}

static void write_dr6(u64 value)
{
	asm volatile("movq %0, %%dr6" : : "r" (value));
}

static void write_dr7(u64 value)
{
	asm volatile("movq %0, %%dr7" : : "r" (value));
}

/* Whoever left GD set here would not get beyond the first line. */
static void note_debug(struct frame *frame)
{
	db_dr6 = read_dr6();
	asm volatile("movq %%dr7, %0" : "=r" (db_dr7));
	db_count++;
	if (db_dr6 & DR6_BD && db_count > 3)
		write_dr7(DR7_FIXED);
	(void)frame;
}

static void check_debug(const char *what, u64 dr6, u64 dr7)
{
	report(db_count == 1 && (db_dr6 & DR6_CAUSES) == dr6 && db_dr7 == dr7,
	       "%s: %llu exceptions, DR6 0x%llx, DR7 0x%llx", what, db_count, db_dr6, db_dr7);
	db_count = 0;
}

static void check_breakpoints(void)
{
	static u32 watched[2];
	const u64 both = DR7_DATA(0) | DR7_DATA(1) | DR7_FIXED;
	u64 eax = 1, ecx = 0;

	int_set_handler(X86_EXC_DB, note_debug);
	asm volatile("movq %0, %%dr0; movq %1, %%dr1" : : "r" (&watched[0]), "r" (&watched[1]));
	write_dr6(0);
	write_dr7(both);
	mmio_write32((u64)&watched[0], 0);
	check_debug("breakpoint 0", 1, both);
	mmio_write32((u64)&watched[1], 0);
	check_debug("breakpoint 1 after it", 2, both);
	/* The load of SS holds the breakpoint back, and what exits behind it must not lose it. */
	asm volatile("movl %%ss, %%edx; movl %%edx, (%2); movw (%2), %%ss; cpuid"
		     : "+a" (eax), "+c" (ecx) : "D" (&watched[0]), "m" (watched)
		     : "rbx", "rdx", "memory");
	report(db_count == 2 && (db_dr6 & DR6_CAUSES) == 1,
	       "breakpoint at a load of SS: %llu exceptions, DR6 0x%llx", db_count, db_dr6);
	db_count = 0;
	write_dr7(DR7_FIXED);
	write_dr6(DR6_BS | 4);
	write_dr7(DR7_FIXED | DR7_GD);
	asm volatile("movq %%dr0, %%rax" : : : "rax");
	check_debug("a debug register that is guarded", DR6_BD | DR6_BS, DR7_FIXED);
	write_dr7(DR7_FIXED);
	write_dr6(0);
}

extern const u8 after_sti_cpuid[], after_sti_rdmsr[];

static void sti_cpuid_cli(void)
{
	asm volatile("xorl %%eax, %%eax; sti; cpuid; after_sti_cpuid: cli" : : : CLOBBERS);
}

static void sti_rdmsr_cli(void)
{
	asm volatile("movl $0x1b, %%ecx; sti; rdmsr; after_sti_rdmsr: cli" : : : CLOBBERS);
}

static void sti_cli(void)
{
	asm volatile("sti; cli" : : : CLOBBERS);
}

/* The instruction behind STI still runs; then the interrupt comes, before CLI. */
static void check_shadow(const char *name, void (*run)(void), const u8 *rip, u64 rounds)
{
	u64 round, wrong = 0;

	for (round = 0; round < rounds; round++) {
		u64 before = interrupts;

		send_self(APIC_ICR_FIXED | VECTOR);
		run();
		if (rip)
			wrong += interrupts != before + 1 || last_rip != (u64)rip;
		else
			wrong += interrupts != before;
		/* What a shadow held back. */
		irq_enable();
		cpu_relax();
		irq_disable();
	}
	report(!wrong, "interrupt around %s, wrong %llu times", name, wrong);
}

static void check_halt(u64 rounds)
{
	u64 round, before = interrupts;

	for (round = 0; round < rounds; round++) {
		send_self(APIC_ICR_FIXED | VECTOR);
		irq_enable_and_halt();
		irq_disable();
	}
	report(interrupts == before + rounds, "a pending interrupt ends STI, HLT");
}

static void check_nmi(void)
{
	int_set_handler(X86_EXC_NMI, nested_nmi);
	send_self(APIC_ICR_NMI | APIC_ICR_ASSERT);
	delay_ns(NS_PER_MS);
	report(nmis == 2, "%llu of 2 NMIs came", nmis);
	report(nmi_depth_max == 1, "an NMI waits for the end of the other");
}

void inmate_main(void)
{
	u64 rounds = cmdline_u64("rounds", 200);

	report_begin("window");
	apic_init();
	int_set_handler(VECTOR, count_interrupt);
	check_steps(rounds);
	if (!cmdline_is("quirks", "tcg"))
		check_breakpoints();
	check_shadow("STI, CPUID, CLI", sti_cpuid_cli, after_sti_cpuid, rounds);
	check_shadow("STI, RDMSR, CLI", sti_rdmsr_cli, after_sti_rdmsr, rounds);
	check_shadow("STI, CLI", sti_cli, NULL, rounds);
	check_halt(rounds);
	check_nmi();
	report_done();
}
