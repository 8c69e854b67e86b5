// SPDX-License-Identifier: GPL-2.0-only
/* The third vendor's functions: each notes what it is asked for. */
#include <string.h>
#include "fake_vendor/host.h"
#include "arch.h"
#include "../stage2_format.h"

u64 arch_stage2_attrs(u64 mem_flags)
{
	return mem_flags & 7;
}

static void set(__maybe_unused u8 *bitmap, __maybe_unused u32 first, __maybe_unused u32 last,
		__maybe_unused bool read_exits, __maybe_unused bool write_exits)
{
}

static const struct msr_rule vendor_rules[] = {
	{ MSR_EFER, MSR_EFER, MSR_HANDLE, MSR_HANDLE, MSR_KIND_VENDOR, "EFER" },
};

const struct msr_vendor vendor_msrs = {
	.bitmap_size = VENDOR_MSR_BITMAP_SIZE,
	.set = set,
	.num_groups = 2 * MSR_GROUPS_OF_RANGE,
	.rules = { vendor_rules, vendor_rules },
	.num_rules = { ARRAY_SIZE(vendor_rules), ARRAY_SIZE(vendor_rules) },
};

static int root_read(u32 msr, u64 *val)
{
	return rdmsr_safe(msr, val);
}

static int root_write(u32 msr, u64 val)
{
	return wrmsr_safe(msr, val);
}

static void guest_debugctl(u64 val)
{
	host_did("debugctl 0x%llx", val);
}

static void guest_counters(u64 val)
{
	host_did("counters 0x%llx", val);
}

const struct root_msr_io root_msr_io = { root_read, root_write, guest_debugctl, guest_counters };

void guest_skip_instruction(void)
{
	guest.rip += guest.length;
	host_did("skip");
}

void vendor_inject_exception(unsigned int vector, bool has_error_code, u32 error_code)
{
	if (vector == X86_EXC_PF)
		host_did("#%u(%x) 0x%llx", vector, error_code, guest.cr2);
	else if (has_error_code)
		host_did("#%u(%x)", vector, error_code);
	else
		host_did("#%u", vector);
}

void vendor_inject_nmi(__maybe_unused struct percpu *percpu)
{
	host_did("nmi");
}

void vendor_exit_at_once(__maybe_unused struct percpu *percpu)
{
	host_did("exit at once");
}

void vendor_let_run(__maybe_unused struct percpu *percpu)
{
}

void vendor_reset(__maybe_unused struct percpu *percpu, u64 cs_base, u16 ip)
{
	host_did("reset 0x%llx:0x%x", cs_base, ip);
}

void vendor_back_to_exit(struct percpu *percpu)
{
	guest.rip = percpu->exit_rip;
	host_did("back");
}

void vendor_flush_linear(__maybe_unused const struct cell *cell)
{
	host_did("flush");
}

u64 vendor_cr4_allowed(void)
{
	return X86_CR4_PSE | X86_CR4_PAE | X86_CR4_PGE | X86_CR4_MCE | X86_CR4_VMXE | X86_CR4_CET |
	       X86_CR4_KL | X86_CR4_PKS | X86_CR4_UINTR | X86_CR4_LASS | X86_CR4_FRED;
}

u64 vendor_cr4_forced(void)
{
	return X86_CR4_VMXE;
}

void vendor_set_cr0(__maybe_unused struct percpu *percpu, u64 val)
{
	guest.cr0 = val;
	host_did("cr0");
}

void vendor_set_cr4(__maybe_unused struct percpu *percpu, u64 val)
{
	guest.cr4 = val;
	host_did("cr4");
}

void vendor_set_efer(__maybe_unused struct percpu *percpu, u64 val)
{
	guest.efer = val;
	host_did("efer");
}

void vendor_set_pdptes(const u64 pdpte[4])
{
	host_did("pdptes 0x%llx 0x%llx 0x%llx 0x%llx", pdpte[0], pdpte[1], pdpte[2], pdpte[3]);
}

void vendor_get_pdptes(u64 pdpte[4])
{
	memset(pdpte, 0, 4 * sizeof(*pdpte));
}

void vendor_set_pat(__maybe_unused struct percpu *percpu, u64 val)
{
	host_did("pat 0x%llx", val);
}

bool vendor_has_tsc_offset(void)
{
	return true;
}

void vendor_set_tsc_offset(u64 offset)
{
	host_did("offset 0x%llx", offset);
}

void vendor_set_msr_bitmap(const u8 *bitmap)
{
	host_did(bitmap == msr_bitmaps[MSR_VIEW_CELL_TSC] ? "deadlines exit" : "bitmap");
}
