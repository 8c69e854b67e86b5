// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ways to hang or crash a CPU.
 *
 *	kind=triple	a fault without a handler: the cell ends (default)
 *	kind=stack	the same, for lack of a stack
 *	kind=hlt	halts with interrupts off, for ever
 *	kind=loop	loops with interrupts off, for ever
 *	kind=nmi	sends NMIs to itself, for ever: each handler sends the next
 *	kind=db		a debug exception whose delivery raises another, for ever
 *	kind=int3|int1|ud|int	count=N exceptions or software interrupts, default 100000
 *	kind=expected	an exception that the library dumps
 */
#include "report.h"

#define NOT_CANONICAL	0x800000000000ULL
#define TSS_SELECTOR	0x20
#define TSS_IST1	36

#define DR7_WRITE_8	0x00090001	/* breakpoint 0: writes of 8 bytes, local */
#define DR7_FIXED	0x400

struct idtr {
	u16 limit;
	u64 base;
} __packed;

static u64 count, seen;

static void fault_triple(void)
{
	static const struct idtr nothing;

	report_trying("triple fault");
	asm volatile("lidt %0; ud2" : : "m" (nothing));
}

static void fault_stack(void)
{
	report_trying("fault without a stack");
	asm volatile("movq %0, %%rsp; pushq $0" : : "r" (NOT_CANONICAL) : "memory");
}

static void __noreturn fault_hlt(void)
{
	report_note("HLT with interrupts off");
	for (;;)
		asm volatile("cli; hlt");
}

static void __noreturn fault_loop(void)
{
	report_note("loops");
	for (;;)
		asm volatile("");
}

static void send_nmi(void)
{
	apic_send_ipi(apic_id(), APIC_ICR_NMI | APIC_ICR_ASSERT);
}

static void next_nmi(struct frame *frame)
{
	(void)frame;
	seen++;
	send_nmi();
}

static void __noreturn fault_nmi(void)
{
	apic_init();
	int_set_handler(X86_EXC_NMI, next_nmi);
	report_note("NMIs to itself");
	send_nmi();
	for (;;)
		asm volatile("");
}

static void count_exception(struct frame *frame)
{
	seen++;
	/* UD2 is a fault: RIP is still there. */
	if (frame->vector == X86_EXC_UD)
		frame->rip += 2;
}

/* The debug exception gets a stack of its own, which every delivery begins anew. */
static void use_ist(u8 vector, u64 stack)
{
	static u8 tss[104] __aligned(8);
	static u64 gdt[6] = { 0, 0, 0, 0x00af9b000000ffff };
	const struct idtr gdtr = { sizeof(gdt) - 1, (u64)gdt };
	struct idtr idtr;

	memcpy(tss + TSS_IST1, &stack, sizeof(stack));
	gdt[TSS_SELECTOR / 8] = 0x0000890000000000 | (sizeof(tss) - 1) |
				((u64)tss & 0xffffff) << 16;
	asm volatile("lgdt %0; ltr %w1" : : "m" (gdtr), "r" (TSS_SELECTOR));
	asm volatile("sidt %0" : "=m" (idtr));
	((u8 *)idtr.base)[16 * vector + 4] = 1;
}

/*
 * The delivery of a debug exception writes SS to the place that the breakpoint watches,
 * so it raises the next one before the handler begins.
 */
static void __noreturn fault_db(void)
{
	static u8 stack[256] __aligned(64);
	u64 watched = (u64)stack + sizeof(stack) - 8;

	report_note("debug exceptions in debug exceptions");
	use_ist(X86_EXC_DB, (u64)stack + sizeof(stack));
	int_set_handler(X86_EXC_DB, count_exception);
	asm volatile("movq %0, %%dr0; movq %1, %%dr7"
		     : : "r" (watched), "r" ((u64)(DR7_WRITE_8 | DR7_FIXED)));
	mmio_write8(watched, 0);
	for (;;)
		asm volatile("");
}

static void do_int3(void)
{
	asm volatile("int3" : : : "memory");
}

static void do_int1(void)
{
	asm volatile(".byte 0xf1" : : : "memory");
}

static void do_ud(void)
{
	asm volatile("ud2" : : : "memory");
}

static void do_int(void)
{
	asm volatile("int %0" : : "i" (X86_EXC_MF) : "memory");
}

static void storm(const char *name, u8 vector, void (*raise)(void))
{
	u64 i;

	int_set_handler(vector, count_exception);
	for (i = 0; i < count; i++)
		raise();
	report(seen == count, "%s: %llu of %llu came", name, seen, count);
	report_done();
}

void inmate_main(void)
{
	report_begin("fault");
	count = cmdline_u64("count", 100000);
	if (cmdline_is("kind", "hlt"))
		fault_hlt();
	else if (cmdline_is("kind", "loop"))
		fault_loop();
	else if (cmdline_is("kind", "nmi"))
		fault_nmi();
	else if (cmdline_is("kind", "db"))
		fault_db();
	else if (cmdline_is("kind", "int3"))
		storm("INT3", X86_EXC_BP, do_int3);
	else if (cmdline_is("kind", "int1"))
		storm("INT1", X86_EXC_DB, do_int1);
	else if (cmdline_is("kind", "ud"))
		storm("UD2", X86_EXC_UD, do_ud);
	else if (cmdline_is("kind", "int"))
		storm("INT 16", X86_EXC_MF, do_int);
	else if (cmdline_is("kind", "expected"))
		asm volatile("ud2");
	else if (cmdline_is("kind", "stack"))
		fault_stack();
	else
		fault_triple();
	report_survived();
}
