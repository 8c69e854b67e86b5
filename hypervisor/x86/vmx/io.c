// SPDX-License-Identifier: GPL-2.0-only
/* IN, OUT, INS and OUTS at ports that the cell was not granted. */
#include "vmx.h"
#include "apic.h"
#include "errno.h"
#include "ops.h"
#include "x86.h"

/* Exit qualification (SDM 3C table 28-5). */
#define IO_WIDTH(qualification)	((unsigned int)(((qualification) & 7) + 1))
#define IO_IN			BIT_ULL(3)
#define IO_STRING		BIT_ULL(4)
#define IO_REP			BIT_ULL(5)
#define IO_PORT(qualification)	((u16)((qualification) >> 16))

/* VM-exit instruction information of INS and OUTS (SDM 3C table 28-8). */
#define VMCS_INSTRUCTION_INFO	VMCS_FIELD(0x440e)
#define INFO_ADDRESS_SIZE(info)	((info) >> 7 & 7)

static inline __always_inline void log_port(struct percpu *percpu, u16 port, unsigned int width)
{
	vmx_log_refusal(percpu, "access to I/O port 0x%x, width %u", port, width);
}

/* All ones, and writes dropped: what a bus without a device there does. */
static bool is_harmless(struct percpu *percpu, u16 port, unsigned int width)
{
	if (vmx_is_root(percpu))
		log_port(percpu, port, width);
	else if (!pio_ignored(percpu->cell->desc, port, width))
		return false;
	vmx_count(percpu, JAILHOUSE_CPU_STAT_DENIED);
	return true;
}

/* Drivers write to such a port over and over: 0x80, for a delay. */
static void remember_out(struct percpu *percpu, u64 qualification)
{
	if (vmx_is_root(percpu))
		percpu->exits.denied_out = qualification;
	else
		percpu->exits.ignored_out = qualification;
}

static int access_pci(struct percpu *percpu, struct pci_access *access)
{
	struct pci_cell *pci = percpu->cell->arch.pci;

	if (vmx_is_root(percpu))
		return pci_root_access(&pci_space, access);
	if (pci)
		return pci_cell_access(pci, access);
	/* A cell without devices sees an empty bus. */
	access->value = ~0U;
	return 0;
}

static void set_rax(u64 *rax, unsigned int width, u32 val)
{
	if (width == 4)
		*rax = val;
	else if (width == 2)
		*rax = (*rax & ~0xffffULL) | (u16)val;
	else
		*rax = (*rax & ~0xffULL) | (u8)val;
}

/* Adds @step within the address size: 16 bits keep the rest, 32 clear it. */
static void advance(u64 *reg, u64 step, u64 mask)
{
	u64 val = (*reg + step) & mask;

	*reg = mask == 0xffff ? (*reg & ~mask) | val : val;
}

/* What INS and OUTS have in memory: ones from where nothing is, and what is dropped there. */
static int access_string(u64 gva, bool in, unsigned int width)
{
	u32 val = ~0U;

	return in ? vmx_write_operand(gva, &val, width) : vmx_read_operand(gva, &val, width);
}

/* With tables that have just changed, the instruction is executed again. */
static void refuse_string(struct percpu *percpu, int err)
{
	if (err == -EFAULT)
		vmx_inject_operand_fault(percpu);
	else if (err != -EAGAIN)
		vmx_inject_gp();
}

/*
 * One element of INS or OUTS for each exit: the instruction is executed again until the
 * count is used up, so interrupts get in between as usual.
 */
static void do_string(struct percpu *percpu, u64 qualification, unsigned int width)
{
	static const u64 masks[] = { 0xffff, 0xffffffff, ~0ULL };
	u64 size = INFO_ADDRESS_SIZE(vmcs_read(VMCS_INSTRUCTION_INFO));
	u64 mask = masks[size < 3 ? size : 2];
	u64 *gpr = this_regs()->gpr;
	bool down = vmcs_read(VMCS_GUEST_RFLAGS) & BIT_ULL(10);
	u64 step = down ? -(u64)width : width;
	int err;

	if ((qualification & IO_REP) && !(gpr[INSN_RCX] & mask)) {
		vmx_skip_instruction();
		return;
	}
	err = access_string(vmcs_read(VMCS_GUEST_LINEAR_ADDRESS), qualification & IO_IN, width);
	if (err) {
		refuse_string(percpu, err);
		return;
	}
	advance(&gpr[qualification & IO_IN ? INSN_RDI : INSN_RSI], step, mask);
	if (qualification & IO_REP)
		advance(&gpr[INSN_RCX], ~0ULL, mask);
	if (!(qualification & IO_REP) || !(gpr[INSN_RCX] & mask))
		vmx_skip_instruction();
}

static noinline void do_io(struct percpu *percpu, u64 qualification)
{
	u64 *rax = &this_regs()->gpr[INSN_RAX];
	struct pci_access access = {
		.port = IO_PORT(qualification),
		.width = (u8)IO_WIDTH(qualification),
		.is_write = !(qualification & IO_IN),
		.x2apic = apic_guest_x2apic(percpu),
		.value = (u32)*rax,
	};

	if (!(qualification & IO_STRING) && pci_is_config(access.port, access.width)) {
		if (access_pci(percpu, &access))
			vmx_count(percpu, JAILHOUSE_CPU_STAT_DENIED);
	} else if (is_harmless(percpu, access.port, access.width)) {
		access.value = ~0U;
		if (!(qualification & (IO_STRING | IO_IN)))
			remember_out(percpu, qualification);
	} else {
		vmx_violation(percpu, "%s I/O port 0x%x, width %u",
			      access.is_write ? "write to" : "read of", access.port,
			      access.width);
		return;
	}
	if (qualification & IO_STRING) {
		do_string(percpu, qualification, access.width);
		return;
	}
	if (!access.is_write)
		set_rax(rax, access.width, access.value);
	vmx_skip_instruction();
}

void handle_io(void)
{
	struct percpu *percpu = this_percpu();
	u64 qualification = vmcs_read(VMCS_EXIT_QUALIFICATION);
	u32 *stats = percpu->cpu->stats;

	stats[JAILHOUSE_CPU_STAT_VMEXITS_PIO]++;
	if (likely(qualification == percpu->exits.denied_out)) {
		stats[JAILHOUSE_CPU_STAT_DENIED]++;
		log_port(percpu, IO_PORT(qualification), IO_WIDTH(qualification));
	} else if (likely(qualification == percpu->exits.ignored_out)) {
		stats[JAILHOUSE_CPU_STAT_DENIED]++;
	} else {
		do_io(percpu, qualification);
		return;
	}
	vmx_skip_instruction();
}
