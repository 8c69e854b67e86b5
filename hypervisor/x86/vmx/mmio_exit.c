// SPDX-License-Identifier: GPL-2.0-only
/* Accesses to guest-physical memory that stage 2 does not allow. */
#include "vmx.h"
#include "apic.h"
#include "errno.h"
#include "mmio.h"
#include "ops.h"
#include "x86.h"

/* Exit qualification (SDM 3C table 28-7). */
#define EPT_QUAL_WRITE		BIT_ULL(1)
#define EPT_QUAL_FETCH		BIT_ULL(2)

static int unlisted(struct percpu *percpu, u64 gpa, unsigned int width, bool is_write)
{
	if (percpu->cell != machine.root)
		return -EPERM;
	vmx_denied(percpu, "%s memory 0x%llx, width %u",
		   is_write ? "write to" : "read of", gpa, width);
	return 0;
}

static int do_access(struct percpu *percpu, struct mmio_access *access)
{
	const struct mmio_region *region;

	if ((access->gpa & PAGE_MASK) == APIC_PAGE && !apic_page_hidden(percpu)) {
		vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_XAPIC);
		return apic_mmio(percpu, access);
	}
	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_MMIO);
	region = mmio_find(&percpu->cell->mmio, access->gpa, access->width);
	if (!region)
		return unlisted(percpu, access->gpa, access->width, access->is_write);
	/* A register of a device that is shared: dropped, and the guest goes on. */
	if (region->handler(region->arg, access))
		vmx_count(percpu, JAILHOUSE_CPU_STAT_DENIED);
	return 0;
}

static int mmio_read(void *ctx, u64 gpa, unsigned int width, u64 *val)
{
	struct mmio_access access = { .gpa = gpa, .width = width, .value = ~0ULL };
	int err = do_access(ctx, &access);

	*val = access.value;
	return err;
}

static int mmio_write(void *ctx, u64 gpa, unsigned int width, u64 val)
{
	struct mmio_access access = { .gpa = gpa, .width = width, .is_write = true,
				      .value = val };

	return do_access(ctx, &access);
}

static int mem_read(void *ctx, u64 gva, unsigned int width, u64 *val)
{
	*val = 0;
	return vmx_read_gva(gva, val, width) == (int)width ? 0 : -EFAULT;
}

static int mem_write(void *ctx, u64 gva, unsigned int width, u64 val)
{
	return vmx_write_gva(gva, &val, width);
}

static u64 seg_base(void *ctx, enum insn_seg seg)
{
	return vmcs_read(VMCS_FIELD(VMCS_GUEST_ES_BASE.encoding + 2 * seg));
}

static const struct insn_ops ops = { mmio_read, mmio_write, mem_read, mem_write, seg_base };

static enum insn_mode code_mode(void)
{
	u64 ar = vmcs_read(VMCS_GUEST_CS_AR);

	if (ar & AR_CODE_LONG)
		return INSN_MODE_64;
	return ar & AR_CODE_DEFAULT_32 ? INSN_MODE_32 : INSN_MODE_16;
}

/* Of the bytes up to the next instruction boundary there are at least as many as it has. */
static int fetch_and_decode(struct percpu *percpu, bool is_write, struct insn **insn)
{
	u64 rip = vmcs_read(VMCS_GUEST_CS_BASE) + vmcs_read(VMCS_GUEST_RIP);
	u8 bytes[INSN_MAX_LENGTH + 1];	/* two words are copied faster */
	int size, err;

	size = vmx_read_gva(rip, bytes, sizeof(bytes));
	if (size < 0)
		return size;
	err = insn_decode_cached(&percpu->insn_cache, bytes, MIN((size_t)size, INSN_MAX_LENGTH),
				 code_mode(), insn);
	if (err)
		return err;
	insn_select_operand(*insn, is_write);
	return 0;
}

static int emulate(struct percpu *percpu, u64 gpa, bool is_write)
{
	struct insn_regs *regs = this_regs();
	struct insn *insn;
	int err;

	err = fetch_and_decode(percpu, is_write, &insn);
	if (err)
		return err;
	regs->rip = vmcs_read(VMCS_GUEST_RIP);
	regs->rflags = vmcs_read(VMCS_GUEST_RFLAGS);
	regs->gpr[INSN_RSP] = vmcs_read(VMCS_GUEST_RSP);
	err = insn_execute(insn, gpa, regs, &ops, percpu);
	if (err)
		return err;
	vmcs_write(VMCS_GUEST_RIP, regs->rip);
	vmcs_write(VMCS_GUEST_RFLAGS, regs->rflags);
	vmcs_write(VMCS_GUEST_RSP, regs->gpr[INSN_RSP]);
	vmx_end_instruction();
	return 0;
}

void handle_ept_violation(void)
{
	struct percpu *percpu = this_percpu();
	u64 qualification = vmcs_read(VMCS_EXIT_QUALIFICATION);
	u64 gpa = vmcs_read(VMCS_GUEST_PHYSICAL_ADDRESS);
	bool in_delivery = vmcs_read(VMCS_IDT_VECTORING_INFO) & INTR_INFO_VALID;
	int err = -EPERM;

	if (!in_delivery && !(qualification & EPT_QUAL_FETCH))
		err = emulate(percpu, gpa, qualification & EPT_QUAL_WRITE);
	if (!err) {
		vmx_process_own_events(percpu);
		return;
	}
	if (err == INSN_UNDEFINED) {
		/* Changed since the CPU has decoded it, or it would know itself. */
		vmx_inject_exception(X86_EXC_UD, false, 0);
		return;
	}

	/* What the root cell does by mistake is Linux's own fault, in both senses. */
	if (percpu->cell == machine.root && !in_delivery) {
		vmx_denied(percpu, "access to memory 0x%llx, instruction not emulated (%d)",
			   gpa, err);
		vmx_inject_gp();
		return;
	}
	vmx_violation(percpu, "%s memory 0x%llx",
		      qualification & EPT_QUAL_FETCH ? "execution of" :
		      qualification & EPT_QUAL_WRITE ? "write to" : "read of", gpa);
}
