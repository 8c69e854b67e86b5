// SPDX-License-Identifier: GPL-2.0-only
/* The VMCB: intercepts, and the guest's state at its turning points. */
#include "svm.h"
#include "arch.h"
#include "guest_cpu.h"
#include "string.h"

/* Access rights in real mode, as in a VMCB. */
#define ATTR_REAL_CODE		0x09b
#define ATTR_REAL_DATA		0x093
#define ATTR_LDT		0x082
#define ATTR_TSS_BUSY		0x08b

#define MSR_IA32_ISST		0x000006a8

/* All guests: what is not the guest's to execute, and what the hypervisor wants to see. */
#define MISC1_ALL	(INTERCEPT_NMI | INTERCEPT_INIT | INTERCEPT_CR0_SELECTIVE |	\
			 INTERCEPT_CPUID | INTERCEPT_INVD | INTERCEPT_INVLPGA |		\
			 INTERCEPT_IOIO | INTERCEPT_MSR | INTERCEPT_TASK_SWITCH |	\
			 INTERCEPT_SHUTDOWN)
#define MISC2_ALL	(INTERCEPT_VMRUN | INTERCEPT_VMMCALL | INTERCEPT_VMLOAD |	\
			 INTERCEPT_VMSAVE | INTERCEPT_STGI | INTERCEPT_CLGI |		\
			 INTERCEPT_SKINIT | INTERCEPT_XSETBV)

/*
 * Performance counters and idle states belong to the machine, and WBINVD would empty the caches
 * of all cells.
 */
#define MISC1_CELL	INTERCEPT_RDPMC
#define MISC2_CELL	(INTERCEPT_WBINVD | INTERCEPT_MONITOR | INTERCEPT_MWAIT |	\
			 INTERCEPT_MWAIT_ARMED | INTERCEPT_RDPRU)

/*
 * Delivering #AC or #DB can raise the next one without end, with NMIs shut out: the CPU could
 * not be kicked out of such a cell.
 */
#define EXCEPTIONS_CELL	(1U << X86_EXC_DB | 1U << X86_EXC_AC)

void svm_set_exception_intercepts(struct percpu *percpu, u32 exceptions)
{
	percpu->vendor.intercept_exceptions = exceptions;
	percpu_vmcb.intercept_exceptions = exceptions;
}

/*
 * All there is of the guest in this CPU's TLB, at the next VMRUN: whatever was cached is used in
 * the guest only, and in no other than this one.
 */
void svm_flush_guest(void)
{
	if (percpu_vmcb.tlb_control == TLB_NO_FLUSH)
		percpu_vmcb.tlb_control = svm_has.flush_by_asid ? TLB_FLUSH_ASID : TLB_FLUSH_ALL;
}

void vendor_flush_linear(__maybe_unused const struct cell *cell)
{
	svm_flush_guest();
}

/*
 * A processor, and each thread of one, has a TLB of its own, and who comes to a CPU finds its
 * ASID flushed there: cells may share one, however few there are. The root cell's CPUs have one
 * that nobody else has: INVLPGB is about that, on all CPUs.
 */
static void set_memory(const struct pgtable *memory, enum asid asid)
{
	percpu_vmcb.n_cr3 = page_hpa(&machine.pool, memory->root);
	percpu_vmcb.asid = asid;
	svm_flush_guest();
}

static void set_cell_memory(struct cell *cell)
{
	set_memory(&cell->stage2, cell == machine.root ? ASID_ROOT : ASID_CELLS);
}

/*
 * Whose machine checks are, after a reset of the guest: the hypervisor's, in a cell and on a CPU
 * that is parked, or the guest's, which has them off. Without CR4.MCE, one on any CPU would
 * be a shutdown of the machine (APM 2 9.2).
 */
static void take_machine_checks(struct percpu *percpu, bool ours)
{
	u32 exceptions = runs_root(percpu) ? 0 : EXCEPTIONS_CELL;
	u64 cr4 = percpu_vmcb.cr4 & ~X86_CR4_MCE;

	svm_set_exception_intercepts(percpu, ours ? exceptions | 1U << X86_EXC_MC : exceptions);
	percpu_vmcb.cr4 = ours ? cr4 | X86_CR4_MCE : cr4;
}

void vendor_set_cell(struct percpu *percpu)
{
	struct cell *cell = percpu->cpu->cell;
	bool root = cell == machine.root;

	guest_cpu_set_cell(percpu);
	percpu_vmcb.intercept_misc1 = root ? MISC1_ALL : MISC1_ALL | MISC1_CELL;
	percpu_vmcb.intercept_misc2 = root ? MISC2_ALL : MISC2_ALL | MISC2_CELL;
	percpu_vmcb.np_control = NP_ENABLE | (root && svm_has.invlpgb ? NP_INVLPGB : 0);
	percpu_vmcb.iopm_base = page_hpa(&machine.pool, cell->io_bitmap);
	vendor_set_msr_bitmap(cell->arch.msr_bitmap);
	take_machine_checks(percpu, !root);
	set_cell_memory(cell);
}

static struct vmcb_segment to_vmcb(const struct guest_segment *segment)
{
	u32 ar = segment->ar & AR_UNUSABLE ? 0 : segment->ar;

	return (struct vmcb_segment){
		.selector = segment->selector, .limit = segment->limit, .base = segment->base,
		.attr = (u16)((ar & 0xff) | (ar >> 4 & 0xf00)),
	};
}

static void set_table(struct vmcb_segment *table, const struct desc_ptr *desc)
{
	table->base = desc->base;
	table->limit = desc->limit;
}

static void set_segments(const struct guest_segment segments[NUM_SEGMENTS])
{
	percpu_vmcb.es = to_vmcb(&segments[SEG_ES]);
	percpu_vmcb.cs = to_vmcb(&segments[SEG_CS]);
	percpu_vmcb.ss = to_vmcb(&segments[SEG_SS]);
	percpu_vmcb.ds = to_vmcb(&segments[SEG_DS]);
	percpu_vmcb.fs = to_vmcb(&segments[SEG_FS]);
	percpu_vmcb.gs = to_vmcb(&segments[SEG_GS]);
	percpu_vmcb.ldtr = to_vmcb(&segments[SEG_LDTR]);
	percpu_vmcb.tr = to_vmcb(&segments[SEG_TR]);
	/*
	 * VMSAVE shows TR without the busy flag of its descriptor, and there are processors that
	 * look for I/O permissions in no TSS but such a one.
	 */
	percpu_vmcb.tr.attr &= (u16)~SEG_TYPE_BUSY;
}

static u64 read_if_there(u32 msr)
{
	u64 val = 0;

	rdmsr_safe(msr, &val);
	return val;
}

/*
 * Shadow stacks of the supervisor, and SPEC_CTRL where the CPU keeps it apart: the guest goes on
 * with what is in the registers now.
 */
static void save_protection(void)
{
	percpu_vmcb.s_cet = read_if_there(MSR_IA32_S_CET);
	percpu_vmcb.isst = read_if_there(MSR_IA32_ISST);
	if (svm_has.spec_ctrl)
		percpu_vmcb.spec_ctrl = read_if_there(MSR_IA32_SPEC_CTRL);
}

static void restore_protection(void)
{
	wrmsr_safe(MSR_IA32_S_CET, percpu_vmcb.s_cet);
	wrmsr_safe(MSR_IA32_ISST, percpu_vmcb.isst);
	if (svm_has.spec_ctrl)
		wrmsr_safe(MSR_IA32_SPEC_CTRL, percpu_vmcb.spec_ctrl);
}

void vendor_set_linux(const struct linux_state *state,
		      const struct guest_segment segments[NUM_SEGMENTS], u64 cr3)
{
	/* STAR and its like are still Linux's. */
	svm_save_hidden();
	set_segments(segments);
	set_table(&percpu_vmcb.gdtr, &state->gdtr);
	set_table(&percpu_vmcb.idtr, &state->idtr);
	percpu_vmcb.cpl = 0;
	percpu_vmcb.cr0 = state->cr0 & ~(X86_CR0_CD | X86_CR0_NW);
	percpu_vmcb.cr2 = read_cr2();
	percpu_vmcb.cr3 = cr3;
	percpu_vmcb.cr4 = state->cr4;
	percpu_vmcb.efer = state->efer | X86_EFER_SVME;
	percpu_vmcb.pat = state->pat;
	percpu_vmcb.dr6 = read_dr6();
	percpu_vmcb.dr7 = state->dr7;
	percpu_vmcb.sysenter_cs = state->sysenter_cs;
	percpu_vmcb.sysenter_esp = state->sysenter_esp;
	percpu_vmcb.sysenter_eip = state->sysenter_eip;
	percpu_vmcb.rip = state->rip;
	percpu_vmcb.rsp = state->rsp;
	percpu_vmcb.rflags = state->rflags;
	save_protection();
	this_percpu()->vendor.seen_cr0 = state->cr0 & (X86_CR0_CD | X86_CR0_NW);
	svm_update_cr_intercepts(this_percpu());
}

static void get_table(struct desc_ptr *desc, const struct vmcb_segment *table)
{
	desc->base = table->base;
	desc->limit = (u16)table->limit;
}

static void get_segments(struct linux_state *state)
{
	state->es = percpu_vmcb.es.selector;
	state->ss = percpu_vmcb.ss.selector;
	state->ds = percpu_vmcb.ds.selector;
	state->fs = percpu_vmcb.fs.selector;
	state->gs = percpu_vmcb.gs.selector;
	state->ldtr = percpu_vmcb.ldtr.selector;
	state->fs_base = percpu_vmcb.fs.base;
	state->gs_base = percpu_vmcb.gs.base;
	get_table(&state->gdtr, &percpu_vmcb.gdtr);
	get_table(&state->idtr, &percpu_vmcb.idtr);
}

/* What the caller does not restore, because it is never changed by VMX, is restored here. */
void vendor_get_linux(struct percpu *percpu, struct linux_state *state)
{
	svm_save_hidden();
	memcpy(state->gpr, this_regs()->gpr, sizeof(state->gpr));
	get_segments(state);
	state->cr0 = guest_seen_cr0();
	state->cr4 = percpu_vmcb.cr4;
	state->efer = guest_efer();
	state->pat = percpu_vmcb.pat;
	state->debugctl = read_if_there(MSR_IA32_DEBUGCTL);
	state->dr7 = percpu_vmcb.dr7;
	state->sysenter_cs = percpu_vmcb.sysenter_cs;
	state->sysenter_esp = percpu_vmcb.sysenter_esp;
	state->sysenter_eip = percpu_vmcb.sysenter_eip;
	state->rip = percpu_vmcb.rip;
	state->rsp = percpu_vmcb.rsp;
	state->rflags = percpu_vmcb.rflags;
	write_cr2(percpu_vmcb.cr2);
	write_dr6(percpu_vmcb.dr6);
	restore_protection();
}

static void reset_segments(u64 cs_base)
{
	struct vmcb_segment data = { .attr = ATTR_REAL_DATA, .limit = 0xffff };

	percpu_vmcb.es = data;
	percpu_vmcb.ss = data;
	percpu_vmcb.ds = data;
	percpu_vmcb.fs = data;
	percpu_vmcb.gs = data;
	percpu_vmcb.cs = (struct vmcb_segment){ (u16)(cs_base >> 4), ATTR_REAL_CODE, 0xffff,
						cs_base };
	percpu_vmcb.ldtr = (struct vmcb_segment){ .attr = ATTR_LDT, .limit = 0xffff };
	percpu_vmcb.tr = (struct vmcb_segment){ .attr = ATTR_TSS_BUSY, .limit = 0xffff };
	percpu_vmcb.gdtr = (struct vmcb_segment){ .limit = 0xffff };
	percpu_vmcb.idtr = (struct vmcb_segment){ .limit = 0xffff };
}

/* What only VMLOAD loads; the segments among it are in the VMCB by now. */
static void reset_hidden(void)
{
	percpu_vmcb.star = 0;
	percpu_vmcb.lstar = 0;
	percpu_vmcb.cstar = 0;
	percpu_vmcb.sfmask = 0;
	percpu_vmcb.kernel_gs_base = 0;
	percpu_vmcb.sysenter_cs = 0;
	percpu_vmcb.sysenter_esp = 0;
	percpu_vmcb.sysenter_eip = 0;
	vmload(percpu_vmcb.own_hpa);
}

static void reset_registers(struct percpu *percpu)
{
	guest_cpu_reset();
	wrmsr_safe(MSR_IA32_DEBUGCTL, 0);
	/* CD and NW are set after INIT (APM 2 7.6.2); nobody here would clear them again. */
	percpu_vmcb.cr0 = X86_CR0_ET;
	percpu_vmcb.cr2 = 0;
	percpu_vmcb.cr3 = 0;
	percpu_vmcb.cr4 = 0;
	percpu_vmcb.efer = X86_EFER_SVME;
	percpu_vmcb.dr6 = DR6_RESET;
	percpu_vmcb.dr7 = DR7_RESET;
	percpu_vmcb.rsp = 0;
	percpu_vmcb.rflags = X86_RFLAGS_FIXED;
	percpu_vmcb.cpl = 0;
	percpu_vmcb.s_cet = 0;
	percpu_vmcb.ssp = 0;
	percpu_vmcb.isst = 0;
	percpu_vmcb.spec_ctrl = 0;
	percpu_vmcb.int_ctl = 0;
	percpu_vmcb.int_shadow = 0;
	percpu_vmcb.event_inj = 0;
	percpu->vendor.seen_cr0 = 0;
	percpu->vendor.seen_cr4 = 0;
}

void vendor_reset(struct percpu *percpu, u64 cs_base, u16 ip)
{
	reset_registers(percpu);
	reset_segments(cs_base);
	reset_hidden();
	percpu->msrs.pat = X86_PAT_RESET;
	percpu_vmcb.pat = msr_cell_pat(&percpu->msrs);
	percpu_vmcb.rip = ip;
	percpu->guest_nmis = 0;
	svm_forget_nmis(percpu);
	take_machine_checks(percpu, !runs_root(percpu));
	svm_update_cr_intercepts(percpu);
	/* It may have been parked, which is elsewhere. */
	set_cell_memory(percpu->cell);
}

void vendor_park(struct percpu *percpu, const struct pgtable *memory)
{
	vendor_reset(percpu, 0, 0);
	set_memory(memory, ASID_PARKED);
	take_machine_checks(percpu, true);
}

void vendor_back_to_exit(struct percpu *percpu)
{
	percpu_vmcb.rip = percpu->exit_rip;
	percpu_vmcb.int_shadow = 0;
	percpu_vmcb.event_inj = 0;
	/* Whatever it was that VMRUN did not like, this much is always right. */
	percpu_vmcb.efer |= X86_EFER_SVME;
	percpu_vmcb.rflags = (percpu_vmcb.rflags & ~X86_RFLAGS_TF) | X86_RFLAGS_FIXED;
}

void vendor_set_pat(__maybe_unused struct percpu *percpu, u64 val)
{
	percpu_vmcb.pat = val;
	/* Memory types that were in use are in the TLB. */
	svm_flush_guest();
}

bool vendor_has_tsc_offset(void)
{
	return true;
}

void vendor_set_tsc_offset(u64 offset)
{
	percpu_vmcb.tsc_offset = offset;
}

void vendor_set_msr_bitmap(const u8 *bitmap)
{
	percpu_vmcb.msrpm_base = x86_hpa(bitmap);
}
