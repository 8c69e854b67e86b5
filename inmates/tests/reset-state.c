// SPDX-License-Identifier: GPL-2.0-only
/*
 * A CPU comes into a cell as it comes out of reset: nothing of its last owner is left in
 * its registers (SDM 3A table 10-1). reset-state.S looked at those that the start of the
 * library changes.
 *
 *	kind=dirty	afterwards leaves as much as it can in all of them, says "dirty",
 *			and waits for the end
 *	quirks=tcg	QEMU's own CPU lets a cell read that machine checks are on: it looks for
 *			the intercept of reads of CR4 where that of CR0 is
 */
#include "report.h"
#include "reset-state.h"

#define MSR_PAT			0x277
#define MSR_EFER		0xc0000080
#define EFER_LONG_MODE		0x500
#define CR0_ET			0x10
#define CR0_NW_CD		0x60000000
#define CR4_MCE			0x00040
#define CR4_OSFXSR		0x00200
#define CR4_OSXSAVE		0x40000
#define LEAF1_ECX_XSAVE		0x04000000
#define XCR0_X87_SSE_AVX	7
#define DIRTY_VECTOR		0x90

/* What XSAVE stores, in its standard form: SDM 1 13.4. */
static struct {
	u16 fcw, fsw;
	u8 ftw, reserved, fop[2];
	u64 fip, fdp;
	u32 mxcsr, mxcsr_mask;
	u64 st[16];
	u64 xmm[32];
	u64 unused[12];
	u64 header[8];
	u64 ymm[32];
} xsave_area __aligned(64);

static_assert(sizeof(xsave_area) == 832);

static const struct {
	u32 msr;
	u64 value;
	const char *name;
} msrs[] = {
	{ 0x048, 0, "SPEC_CTRL" },
	{ 0x174, 0, "SYSENTER_CS" },
	{ 0x175, 0, "SYSENTER_ESP" },
	{ 0x176, 0, "SYSENTER_EIP" },
	{ MSR_PAT, 0x0007040600070406, "PAT" },
	{ MSR_TSC_DEADLINE, 0, "TSC_DEADLINE" },
	{ 0xda0, 0, "XSS" },
	{ MSR_EFER, EFER_LONG_MODE, "EFER, apart from long mode" },
	{ 0xc0000081, 0, "STAR" },
	{ 0xc0000082, 0, "LSTAR" },
	{ 0xc0000083, 0, "CSTAR" },
	{ 0xc0000084, 0, "FMASK" },
	{ 0xc0000100, 0, "FS_BASE" },
	{ 0xc0000101, 0, "GS_BASE" },
	{ 0xc0000102, 0, "KERNEL_GS_BASE" },
	{ 0xc0000103, 0, "TSC_AUX" },
};

static void check_general(void)
{
	report(!(reset_gprs[EAX] | reset_gprs[EBX] | reset_gprs[ECX] | reset_gprs[ESI] |
		 reset_gprs[EDI] | reset_gprs[EBP] | reset_gprs[ESP]),
	       "EAX to ESP: 0x%x 0x%x 0x%x, 0x%x 0x%x 0x%x 0x%x", reset_gprs[EAX],
	       reset_gprs[EBX], reset_gprs[ECX], reset_gprs[ESI], reset_gprs[EDI],
	       reset_gprs[EBP], reset_gprs[ESP]);
	report((reset_gprs[EDX] & 0xf00) == (cpuid(1, 0).eax & 0xf00),
	       "EDX, processor family: 0x%x", reset_gprs[EDX]);
	/* The arithmetic before it was saved leaves ZF and PF. */
	report((reset_flags & ~0x44U) == 2, "EFLAGS: 0x%x", reset_flags);
}

static void check_system(void)
{
	u32 quirk = cmdline_is("quirks", "tcg") ? CR4_MCE : 0;

	report((reset_crs[CR0] & ~CR0_NW_CD) == CR0_ET, "CR0: 0x%x", reset_crs[CR0]);
	report(!(reset_crs[CR2] | reset_crs[CR3] | (reset_crs[CR4] & ~quirk)),
	       "CR2, CR3, CR4: 0x%x 0x%x 0x%x", reset_crs[CR2], reset_crs[CR3], reset_crs[CR4]);
	report(reset_segments[0] == 0xf000, "CS: 0x%x", reset_segments[0]);
	report(!(reset_segments[1] | reset_segments[2] | reset_segments[3] |
		 reset_segments[4] | reset_segments[5]),
	       "DS to GS: 0x%x 0x%x 0x%x 0x%x 0x%x", reset_segments[1], reset_segments[2],
	       reset_segments[3], reset_segments[4], reset_segments[5]);
	report(!reset_gdtr.base && reset_gdtr.limit == 0xffff, "GDTR: 0x%x, limit 0x%x",
	       reset_gdtr.base, reset_gdtr.limit);
	report(!reset_idtr.base && reset_idtr.limit == 0xffff, "IDTR: 0x%x, limit 0x%x",
	       reset_idtr.base, reset_idtr.limit);
}

static void check_debug(void)
{
	u64 dr0, dr1, dr2, dr3, dr6, dr7;

	asm volatile("movq %%dr0, %0; movq %%dr1, %1; movq %%dr2, %2; movq %%dr3, %3"
		     : "=r" (dr0), "=r" (dr1), "=r" (dr2), "=r" (dr3));
	asm volatile("movq %%dr6, %0; movq %%dr7, %1" : "=r" (dr6), "=r" (dr7));
	report(!(dr0 | dr1 | dr2 | dr3), "DR0 to DR3: 0x%llx 0x%llx 0x%llx 0x%llx",
	       dr0, dr1, dr2, dr3);
	report(dr6 == 0xffff0ff0 && dr7 == 0x400, "DR6, DR7: 0x%llx 0x%llx", dr6, dr7);
}

static void check_msrs(void)
{
	unsigned int i;
	u64 value;

	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		if (probe_rdmsr(msrs[i].msr, &value) == NO_FAULT)
			report(value == msrs[i].value, "%s: 0x%llx", msrs[i].name, value);
	report_note("APIC_BASE 0x%llx, TSC 0x%llx", rdmsr(MSR_APIC_BASE), rdtsc());
}

static u64 read_xcr0(void)
{
	u32 low, high;

	asm volatile("xgetbv" : "=a" (low), "=d" (high) : "c" (0));
	return (u64)high << 32 | low;
}

static void write_xcr0(u64 value)
{
	asm volatile("xsetbv" : : "a" ((u32)value), "d" ((u32)(value >> 32)), "c" (0));
}

static bool is_zero(const u64 *words, size_t count)
{
	u64 any = 0;

	while (count--)
		any |= *words++;
	return !any;
}

static u64 vector_features(void)
{
	if (!(cpuid(1, 0).ecx & LEAF1_ECX_XSAVE))
		return 0;
	return cpuid(0xd, 0).eax & XCR0_X87_SSE_AVX;
}

static void check_vectors(void)
{
	u64 features = vector_features();

	if (!features) {
		report_note("no XSAVE");
		return;
	}
	asm volatile("movq %0, %%cr4" : : "r" (read_cr4() | CR4_OSFXSR | CR4_OSXSAVE));
	report(read_xcr0() == 1, "XCR0: 0x%llx", read_xcr0());
	write_xcr0(features);
	asm volatile("xsave64 %0" : "+m" (xsave_area)
		     : "a" ((u32)features), "d" (0) : "memory");
	report((xsave_area.fcw == 0x40 || xsave_area.fcw == 0x37f) && !xsave_area.fsw,
	       "x87 control 0x%x, status 0x%x", xsave_area.fcw, xsave_area.fsw);
	report(is_zero(xsave_area.st, 16), "x87 registers");
	report(xsave_area.mxcsr == 0x1f80, "MXCSR: 0x%x", xsave_area.mxcsr);
	report(is_zero(xsave_area.xmm, 32), "XMM registers");
	report(is_zero(xsave_area.ymm, 32), "YMM registers");
}

static void check_apic(void)
{
	static const u16 masked[] = { APIC_REG_LVT_TIMER, APIC_REG_LVT_LINT0,
				      APIC_REG_LVT_LINT1, APIC_REG_LVT_ERROR };
	u32 pending = 0, in_service = 0, lvt = APIC_LVT_MASKED, i;

	apic_init();
	for (i = 0; i < 8; i++) {
		in_service |= apic_read(APIC_REG_ISR + i * 16);
		pending |= apic_read(APIC_REG_IRR + i * 16);
	}
	report(!pending && !in_service, "no interrupt is pending or in service");
	for (i = 0; i < ARRAY_SIZE(masked); i++)
		lvt |= apic_read(masked[i]);
	report(lvt == APIC_LVT_MASKED, "LVT entries: 0x%x", lvt);
	report(!apic_read(APIC_REG_TPR), "TPR: 0x%x", apic_read(APIC_REG_TPR));
	report(!apic_read(APIC_REG_TIMER_INITIAL) && !apic_read(APIC_REG_TIMER_DIVIDE),
	       "timer: 0x%x, divider 0x%x", apic_read(APIC_REG_TIMER_INITIAL),
	       apic_read(APIC_REG_TIMER_DIVIDE));
}

static void dirty_vectors(void)
{
	memset(xsave_area.st, 0x5a, sizeof(xsave_area.st));
	memset(xsave_area.xmm, 0x5a, sizeof(xsave_area.xmm));
	memset(xsave_area.ymm, 0x5a, sizeof(xsave_area.ymm));
	xsave_area.fcw = 0x27f;
	xsave_area.ftw = 0xff;
	xsave_area.mxcsr = 0x1fbf;
	memset(xsave_area.header, 0, sizeof(xsave_area.header));
	xsave_area.header[0] = vector_features();
	if (vector_features())
		asm volatile("xrstor64 %0" : : "m" (xsave_area),
			     "a" ((u32)vector_features()), "d" (0) : "memory");
}

static void dirty_registers(void)
{
	static const u32 set[] = { 0x174, 0x175, 0x176, 0xc0000082, 0xc0000083, 0xc0000084,
				   0xc0000100, 0xc0000101, 0xc0000102, 0xc0000103 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(set); i++)
		probe_wrmsr(set[i], 0x5a5a5a);
	probe_wrmsr(0x48, 1);
	probe_wrmsr(0xc0000081, 0x5a5a5a5a5a5a5a5a);
	probe_wrmsr(MSR_PAT, 0x0606060606060606);
	probe_wrmsr(MSR_EFER, rdmsr(MSR_EFER) | 0x801);
	/* Breakpoints where nobody of us goes: only the registers matter. */
	asm volatile("movq %0, %%dr0; movq %0, %%dr1; movq %0, %%dr2; movq %0, %%dr3"
		     : : "r" (0xffffffff81000000ULL));
	asm volatile("movq %0, %%dr6; movq %1, %%dr7"
		     : : "r" (0xffff4ff5ULL), "r" (0x23330fffULL & ~0x2000ULL));
	asm volatile("movq %0, %%cr2" : : "r" (0x5a5a5a5aULL));
}

static void leave_in_service(struct frame *frame)
{
	(void)frame;
	/* For ever: without EOI. */
	for (;;)
		if (comm_message() == JAILHOUSE_MSG_SHUTDOWN_REQUEST) {
			comm_reply(JAILHOUSE_MSG_REQUEST_APPROVED);
			stop(JAILHOUSE_CELL_SHUT_DOWN);
		}
}

static void dirty_apic(void)
{
	apic_write(APIC_REG_LVT_LINT0, 0x700);
	apic_write(APIC_REG_LVT_LINT1, 0x400);
	apic_write(APIC_REG_LVT_ERROR, DIRTY_VECTOR + 1);
	apic_timer_init(DIRTY_VECTOR + 2, APIC_TIMER_PERIODIC);
	apic_timer_set(NS_PER_MS);
	/* These stay pending below the one in service. */
	apic_send_ipi(apic_id(), APIC_ICR_FIXED | (DIRTY_VECTOR - 0x20));
	apic_send_ipi(apic_id(), APIC_ICR_FIXED | (DIRTY_VECTOR - 0x30));
	int_set_handler(DIRTY_VECTOR + 0x30, leave_in_service);
	apic_send_ipi(apic_id(), APIC_ICR_FIXED | (DIRTY_VECTOR + 0x30));
}

void inmate_main(void)
{
	report_begin("reset-state");
	check_general();
	check_system();
	check_debug();
	check_msrs();
	check_vectors();
	check_apic();
	if (!cmdline_is("kind", "dirty"))
		report_done();
	dirty_registers();
	dirty_vectors();
	dirty_apic();
	report_note("dirty");
	irq_enable();
	for (;;)
		cpu_relax();
}
