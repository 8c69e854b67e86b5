// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VMCS: host state, controls, and guest state at its turning points.
 *
 * A VMCS has no reset state: what its fields hold before they are written is undefined (SDM 3C
 * 25.11.3), and VM entry looks at all of them. So each field that a control of ours makes the CPU
 * use is written here once, be it with 0, and those that only a control uses which is off are not.
 */
#include "vmx.h"
#include "arch.h"
#include "errno.h"
#include "guest_cpu.h"
#include "panic.h"
#include "string.h"

#define VMX_BASIC_REVISION(basic)	((u32)(basic) & 0x7fffffff)

__noreturn void vmread_failed(union vmcs_any field)
{
	panic("VMREAD of field 0x%x failed", field.encoding);
}

__noreturn void vmwrite_failed(union vmcs_any field, u64 val)
{
	panic("VMWRITE of 0x%llx to field 0x%x failed", val, field.encoding);
}

void vmx_entry_failed(void)
{
	panic("VM entry failed, VM-instruction error %llu",
	      vmcs_read32(VMCS_INSTRUCTION_ERROR));
}

/* Fields that get a constant, of no more bits than any field has. */
struct constant {
	union vmcs_any field;
	u16 value;
};

static void write_constants(const struct constant *constants, size_t count)
{
	const struct constant *c;

	for (c = constants; c < constants + count; c++)
		vmwrite(c->field, c->value);
}

static const struct constant host_constants[] = {
	{ VMCS_ANY64(VMCS_HOST_EFER), X86_EFER_LME | X86_EFER_LMA | X86_EFER_NXE },
	{ VMCS_ANY16(VMCS_HOST_CS_SELECTOR), HV_CS },
	{ VMCS_ANY16(VMCS_HOST_SS_SELECTOR), HV_DS },
	{ VMCS_ANY16(VMCS_HOST_DS_SELECTOR), HV_DS },
	{ VMCS_ANY16(VMCS_HOST_ES_SELECTOR), HV_DS },
	{ VMCS_ANY16(VMCS_HOST_FS_SELECTOR), 0 },
	{ VMCS_ANY16(VMCS_HOST_GS_SELECTOR), 0 },
	{ VMCS_ANY16(VMCS_HOST_TR_SELECTOR), HV_TSS },
	{ VMCS_ANY_NATURAL(VMCS_HOST_FS_BASE), 0 },
	{ VMCS_ANY_NATURAL(VMCS_HOST_GS_BASE), 0 },
	{ VMCS_ANY32(VMCS_HOST_SYSENTER_CS), 0 },
	{ VMCS_ANY_NATURAL(VMCS_HOST_SYSENTER_ESP), 0 },
	{ VMCS_ANY_NATURAL(VMCS_HOST_SYSENTER_EIP), 0 },
};

void vmx_set_exit_entry(void)
{
	vmcs_write_natural(VMCS_HOST_RSP, (u64)&this_regs()->rip);
	vmcs_write_natural(VMCS_HOST_RIP, (u64)vmexit_entry);
}

/*
 * What the CPU loads at each exit. Limits, types and privilege levels of the segments are no
 * fields: they become what 64-bit code wants, with 0xffff as limit of GDT and IDT, and TR is busy
 * (SDM 3C 28.5.2, 28.5.3). What is no field at all, and stays the guest's: CR2, DR0 to DR6, CR8,
 * XCR0, STAR and its like, KERNEL_GS_BASE. Nothing here uses any of them.
 */
static void write_host_state(struct percpu *percpu)
{
	write_constants(host_constants, ARRAY_SIZE(host_constants));
	vmcs_write_natural(VMCS_HOST_CR0, read_cr0());
	vmcs_write_natural(VMCS_HOST_CR3, percpu->hv_cr3);
	vmcs_write_natural(VMCS_HOST_CR4, read_cr4());
	vmcs_write64(VMCS_HOST_PAT, X86_PAT_RESET);
	vmcs_write_natural(VMCS_HOST_TR_BASE, (u64)&percpu->handover->tss);
	vmcs_write_natural(VMCS_HOST_GDTR_BASE, (u64)percpu->handover->gdt);
	vmcs_write_natural(VMCS_HOST_IDTR_BASE, read_idt_base());
	vmx_set_exit_entry();
}

static const struct constant control_constants[] = {
	{ VMCS_ANY32(VMCS_PREEMPTION_TIMER), 0 },
	{ VMCS_ANY64(VMCS_TSC_OFFSET), 0 },
	{ VMCS_ANY32(VMCS_PF_ERROR_CODE_MASK), 0 },
	{ VMCS_ANY32(VMCS_PF_ERROR_CODE_MATCH), 0 },
	{ VMCS_ANY32(VMCS_CR3_TARGET_COUNT), 0 },
	{ VMCS_ANY32(VMCS_EXIT_MSR_STORE_COUNT), 0 },
	{ VMCS_ANY32(VMCS_EXIT_MSR_LOAD_COUNT), 0 },
	{ VMCS_ANY32(VMCS_ENTRY_MSR_LOAD_COUNT), 0 },
	{ VMCS_ANY32(VMCS_ENTRY_INTR_INFO), 0 },
};

static void write_controls(struct percpu *percpu)
{
	percpu->vendor.pin_controls = vmx_used.pin;
	percpu->vendor.primary_controls = vmx_used.primary;
	percpu->vendor.entry_controls = vmx_used.entry;

	vmcs_write32(VMCS_PIN_CONTROLS, percpu->vendor.pin_controls);
	vmcs_write32(VMCS_PRIMARY_CONTROLS, percpu->vendor.primary_controls);
	vmcs_write32(VMCS_SECONDARY_CONTROLS, vmx_used.secondary);
	vmcs_write32(VMCS_EXIT_CONTROLS, vmx_used.exit);
	vmcs_write32(VMCS_ENTRY_CONTROLS, percpu->vendor.entry_controls);

	write_constants(control_constants, ARRAY_SIZE(control_constants));
	vmcs_write64(VMCS_LINK_POINTER, ~0ULL);
	if (vmx_used.secondary & CPU2_XSAVES)
		vmcs_write64(VMCS_XSS_EXITING_BITMAP, 0);
}

/*
 * Both regions begin with the CPU's revision, or VMXON and VMPTRLD fail (SDM 3C 25.2, 25.11.5).
 * Only VMCLEAR makes a VMCS one that was not launched yet, wherever its memory comes from. From
 * VMPTRLD on it belongs to the CPU, which may hold any part of it inside: nobody reads or writes
 * that memory until vendor_off().
 */
int vendor_on(struct percpu *percpu)
{
	u64 vmxon_hpa = percpu->area_hpa + VMX_PAGE_VMXON * PAGE_SIZE;
	u64 vmcs_hpa = percpu->area_hpa + VMX_PAGE_VMCS * PAGE_SIZE;
	u32 revision = VMX_BASIC_REVISION(rdmsr(MSR_IA32_VMX_BASIC));

	*(u32 *)arch_window(vmxon_hpa) = revision;
	*(u32 *)arch_window(vmcs_hpa) = revision;
	arch_window_close();

	write_cr4(read_cr4() | X86_CR4_VMXE);
	if (!vmxon(vmxon_hpa))
		return -EIO;
	if (!vmclear(vmcs_hpa) || !vmptrld(vmcs_hpa)) {
		vmxoff();
		return -EIO;
	}
	msr_cell_reset(&percpu->msrs);
	percpu->guest_loaded = true;
	write_controls(percpu);
	write_host_state(percpu);
	return 0;
}

void vendor_off(struct percpu *percpu)
{
	percpu->guest_loaded = false;
	/* Or the CPU writes it back some day, to memory that is somebody else's by then. */
	if (!vmclear(percpu->area_hpa + VMX_PAGE_VMCS * PAGE_SIZE))
		panic("VMCLEAR failed");
	vmxoff();
}

static void write_segment(enum segment_index index, const struct guest_segment *segment)
{
	vmcs_write16(VMCS_GUEST_SELECTOR(index), segment->selector);
	vmcs_write32(VMCS_GUEST_LIMIT(index), segment->limit);
	vmcs_write32(VMCS_GUEST_AR(index), segment->ar);
	vmcs_write_natural(VMCS_GUEST_BASE(index), segment->base);
}

/* What Linux has when it comes, and takes along when it goes, as it is. */
static const struct linux_register {
	union vmcs_any field;
	u16 offset;
	u16 size;
} linux_registers[] = {
#define LINUX_REGISTER(width, field, member) \
	{ VMCS_ANY##width(field), offsetof(struct linux_state, member), \
	  sizeof(((struct linux_state *)NULL)->member) }
	LINUX_REGISTER(16, VMCS_GUEST_ES_SELECTOR, es),
	LINUX_REGISTER(16, VMCS_GUEST_SS_SELECTOR, ss),
	LINUX_REGISTER(16, VMCS_GUEST_DS_SELECTOR, ds),
	LINUX_REGISTER(16, VMCS_GUEST_FS_SELECTOR, fs),
	LINUX_REGISTER(16, VMCS_GUEST_GS_SELECTOR, gs),
	LINUX_REGISTER(16, VMCS_GUEST_LDTR_SELECTOR, ldtr),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_FS_BASE, fs_base),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_GS_BASE, gs_base),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_GDTR_BASE, gdtr.base),
	LINUX_REGISTER(32, VMCS_GUEST_GDTR_LIMIT, gdtr.limit),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_IDTR_BASE, idtr.base),
	LINUX_REGISTER(32, VMCS_GUEST_IDTR_LIMIT, idtr.limit),
	LINUX_REGISTER(64, VMCS_GUEST_EFER, efer),
	LINUX_REGISTER(64, VMCS_GUEST_PAT, pat),
	LINUX_REGISTER(64, VMCS_GUEST_DEBUGCTL, debugctl),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_DR7, dr7),
	LINUX_REGISTER(32, VMCS_GUEST_SYSENTER_CS, sysenter_cs),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_SYSENTER_ESP, sysenter_esp),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_SYSENTER_EIP, sysenter_eip),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_RIP, rip),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_RSP, rsp),
	LINUX_REGISTER(_NATURAL, VMCS_GUEST_RFLAGS, rflags),
#undef LINUX_REGISTER
};

#define for_each_linux_register(reg) \
	for ((reg) = linux_registers; \
	     (reg) < linux_registers + ARRAY_SIZE(linux_registers); (reg)++)

void vendor_set_linux(const struct linux_state *state,
		      const struct guest_segment segments[NUM_SEGMENTS], u64 cr3)
{
	const struct linux_register *reg;
	unsigned int n;
	u64 value;

	for_each_linux_register(reg) {
		value = 0;
		memcpy(&value, (const u8 *)state + reg->offset, reg->size);
		vmwrite(reg->field, value);
	}
	/* With the hidden parts, which the CPU has, and Linux's GDT may not have any more. */
	for (n = 0; n < NUM_SEGMENTS; n++)
		write_segment(n, &segments[n]);

	vmcs_write_natural(VMCS_GUEST_CR0, state->cr0);
	vmcs_write_natural(VMCS_CR0_SHADOW, state->cr0);
	vmcs_write_natural(VMCS_GUEST_CR3, cr3);
	vmcs_write_natural(VMCS_GUEST_CR4, state->cr4 | X86_CR4_VMXE);
	vmcs_write_natural(VMCS_CR4_SHADOW, state->cr4 | X86_CR4_VMXE);
	vmcs_write_natural(VMCS_GUEST_PENDING_DEBUG, 0);
	vmcs_write32(VMCS_GUEST_INTERRUPTIBILITY, 0);
	vmcs_write32(VMCS_GUEST_ACTIVITY, ACTIVITY_ACTIVE);
	vmx_set_long_mode(this_percpu(), true);
}

void vendor_get_linux(struct percpu *percpu, struct linux_state *state)
{
	const struct linux_register *reg;
	u64 value;

	memcpy(state->gpr, this_regs()->gpr, sizeof(state->gpr));
	for_each_linux_register(reg) {
		value = vmread(reg->field);
		memcpy((u8 *)state + reg->offset, &value, reg->size);
	}
	state->cr0 = guest_seen_cr0();
	state->cr4 = guest_cr4();
}

void vendor_set_cell(struct percpu *percpu)
{
	struct cell *cell = percpu->cpu->cell;
	bool root = cell == machine.root;
	u32 secondary = vmx_used.secondary;

	guest_cpu_set_cell(percpu);
	percpu->vendor.primary_controls = vmx_used.primary;
	if (!root) {
		/*
		 * Performance counters and idle states belong to the machine, and
		 * WBINVD would empty the caches of all cells.
		 */
		percpu->vendor.primary_controls |= CPU_RDPMC_EXITING | CPU_MWAIT_EXITING |
					    CPU_MONITOR_EXITING;
		secondary |= CPU2_WBINVD_EXITING;
		secondary &= ~CPU2_USER_WAIT;
	}
	vmcs_write32(VMCS_PRIMARY_CONTROLS, percpu->vendor.primary_controls);
	vmcs_write32(VMCS_SECONDARY_CONTROLS, secondary);

	vmcs_write64(VMCS_EPT_POINTER, ept_pointer(&cell->stage2));
	/* 0 is what the hypervisor's own translations are tagged with (SDM 3C 29.1). */
	vmcs_write16(VMCS_VPID, cell->id + 1);
	vmcs_write64(VMCS_IO_BITMAP_A, page_hpa(&machine.pool, cell->io_bitmap));
	vmcs_write64(VMCS_IO_BITMAP_B, page_hpa(&machine.pool, cell->io_bitmap) + PAGE_SIZE);
	vmcs_write64(VMCS_MSR_BITMAP, x86_hpa(cell->arch.msr_bitmap));

	/*
	 * Delivering #AC or #DB can raise the next one without end, with NMIs shut out:
	 * the CPU could not be kicked out of such a cell.
	 */
	vmcs_write32(VMCS_EXCEPTION_BITMAP, root ? 0 : BIT_ULL(X86_EXC_DB) |
		     BIT_ULL(X86_EXC_AC) | BIT_ULL(X86_EXC_MC));
	vmcs_write_natural(VMCS_CR0_MASK, X86_CR0_NE | X86_CR0_CD | X86_CR0_NW);
	vmcs_write_natural(VMCS_CR4_MASK, vmx_cr4_mask(root));

	arch_flush_stage2(percpu->cpu);
	vendor_flush_linear(cell);
}

static void reset_segments(u64 cs_base)
{
	struct guest_segment data = { .limit = 0xffff, .ar = AR_REAL_DATA };
	struct guest_segment code = { .selector = (u16)(cs_base >> 4), .limit = 0xffff,
				      .ar = AR_REAL_CODE, .base = cs_base };
	struct guest_segment ldt = { .limit = 0xffff, .ar = AR_LDT };
	struct guest_segment tss = { .limit = 0xffff, .ar = AR_TSS_BUSY };
	unsigned int n;

	for (n = SEG_ES; n <= SEG_GS; n++)
		write_segment(n, &data);
	write_segment(SEG_CS, &code);
	write_segment(SEG_LDTR, &ldt);
	write_segment(SEG_TR, &tss);
}

static const struct constant reset_constants[] = {
	{ VMCS_ANY_NATURAL(VMCS_GUEST_GDTR_BASE), 0 },
	{ VMCS_ANY32(VMCS_GUEST_GDTR_LIMIT), 0xffff },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_IDTR_BASE), 0 },
	{ VMCS_ANY32(VMCS_GUEST_IDTR_LIMIT), 0xffff },
	/* CD and NW are set after INIT (SDM 3A 9.1.1); nobody here would clear them again. */
	{ VMCS_ANY_NATURAL(VMCS_GUEST_CR0), X86_CR0_ET | X86_CR0_NE },
	{ VMCS_ANY_NATURAL(VMCS_CR0_SHADOW), X86_CR0_ET },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_CR3), 0 },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_CR4), X86_CR4_VMXE },
	{ VMCS_ANY_NATURAL(VMCS_CR4_SHADOW), 0 },
	{ VMCS_ANY64(VMCS_GUEST_EFER), 0 },
	{ VMCS_ANY64(VMCS_GUEST_DEBUGCTL), 0 },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_DR7), DR7_RESET },
	{ VMCS_ANY32(VMCS_GUEST_SYSENTER_CS), 0 },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_SYSENTER_ESP), 0 },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_SYSENTER_EIP), 0 },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_RSP), 0 },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_RFLAGS), X86_RFLAGS_FIXED },
	{ VMCS_ANY_NATURAL(VMCS_GUEST_PENDING_DEBUG), 0 },
	{ VMCS_ANY32(VMCS_GUEST_INTERRUPTIBILITY), 0 },
	{ VMCS_ANY32(VMCS_GUEST_ACTIVITY), ACTIVITY_ACTIVE },
	{ VMCS_ANY32(VMCS_ENTRY_INTR_INFO), 0 },
};

/*
 * Whose machine checks are, after a reset of the guest: the hypervisor's, in a cell and on a CPU
 * that is parked, or the guest's, which has them off. Without CR4.MCE, one on any CPU would
 * be a shutdown of the machine (SDM 3B 16.7).
 */
static void take_machine_checks(bool ours)
{
	u64 bitmap = vmcs_read32(VMCS_EXCEPTION_BITMAP) & ~BIT_ULL(X86_EXC_MC);
	u64 cr4 = vmcs_read_natural(VMCS_GUEST_CR4) & ~X86_CR4_MCE;

	vmcs_write32(VMCS_EXCEPTION_BITMAP, ours ? bitmap | BIT_ULL(X86_EXC_MC) : bitmap);
	vmcs_write_natural(VMCS_GUEST_CR4, ours ? cr4 | X86_CR4_MCE : cr4);
}

void vendor_reset(struct percpu *percpu, u64 cs_base, u16 ip)
{
	guest_cpu_reset();
	write_cr2(0);
	write_dr6(DR6_RESET);
	reset_segments(cs_base);
	write_constants(reset_constants, ARRAY_SIZE(reset_constants));
	percpu->msrs.pat = X86_PAT_RESET;
	vmcs_write64(VMCS_GUEST_PAT, msr_cell_pat(&percpu->msrs));
	vmcs_write_natural(VMCS_GUEST_RIP, ip);
	/* It may have been parked, which is elsewhere. */
	vmcs_write64(VMCS_EPT_POINTER, ept_pointer(&percpu->cell->stage2));
	vmx_set_long_mode(percpu, false);
	percpu->guest_nmis = 0;
	vmx_set_nmi_window(percpu, false);
	take_machine_checks(!runs_root(percpu));
	vendor_flush_linear(percpu->cpu->cell);
}

void vendor_park(struct percpu *percpu, const struct pgtable *memory)
{
	vendor_reset(percpu, 0, 0);
	vmcs_write64(VMCS_EPT_POINTER, ept_pointer(memory));
	take_machine_checks(true);
}

/* After a failed entry, not even the state is left that the guest would have gone on with. */
void vendor_back_to_exit(struct percpu *percpu)
{
	vmcs_write_natural(VMCS_GUEST_RIP, percpu->exit_rip);
	vmcs_write32(VMCS_GUEST_ACTIVITY, ACTIVITY_ACTIVE);
	vmcs_write32(VMCS_GUEST_INTERRUPTIBILITY, vmcs_read32(VMCS_GUEST_INTERRUPTIBILITY) &
		     INTERRUPTIBILITY_NMI);
	vmcs_write_natural(VMCS_GUEST_PENDING_DEBUG, 0);
}

void vmx_set_nmi_window(struct percpu *percpu, bool on)
{
	if (on)
		percpu->vendor.primary_controls |= CPU_NMI_WINDOW_EXITING;
	else
		percpu->vendor.primary_controls &= ~CPU_NMI_WINDOW_EXITING;
	vmcs_write32(VMCS_PRIMARY_CONTROLS, percpu->vendor.primary_controls);
}

/*
 * Called from the NMI handler too: VMCS_PREEMPTION_TIMER is always 0, so switching it
 * on is a single VMWRITE that harms nobody whom it interrupts.
 */
void vendor_exit_at_once(struct percpu *percpu)
{
	vmcs_write32(VMCS_PIN_CONTROLS, percpu->vendor.pin_controls | PIN_PREEMPTION_TIMER);
}

void vendor_let_run(struct percpu *percpu)
{
	vmcs_write32(VMCS_PIN_CONTROLS, percpu->vendor.pin_controls);
}

/* Memory types that were in use are in the TLB. */
void vendor_set_pat(struct percpu *percpu, u64 val)
{
	vmcs_write64(VMCS_GUEST_PAT, val);
	vendor_flush_linear(percpu->cell);
}

bool vendor_has_tsc_offset(void)
{
	return vmx_used.primary & CPU_TSC_OFFSETTING;
}

void vendor_set_tsc_offset(u64 offset)
{
	vmcs_write64(VMCS_TSC_OFFSET, offset);
}

void vendor_set_msr_bitmap(const u8 *bitmap)
{
	vmcs_write64(VMCS_MSR_BITMAP, x86_hpa(bitmap));
}
