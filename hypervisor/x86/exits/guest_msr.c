// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of a cell's CPU that are not those of the hardware: memory types, and a TSC of
 * its own. The machine's TSC is never written: other cells and the hypervisor use it.
 */
#include "exits.h"
#include "errno.h"
#include "msr_cell.h"

/* The APIC timer compares with the machine's TSC: deadlines have to exit from now on. */
static void load_tsc_offset(struct percpu *percpu)
{
	const u8 *bitmap = percpu->msrs.tsc_offset ? msr_bitmaps[MSR_VIEW_CELL_TSC] :
			   percpu->cell->arch.msr_bitmap;

	vendor_set_tsc_offset(percpu->msrs.tsc_offset);
	vendor_set_msr_bitmap(bitmap);
}

/* A deadline stays what it is in the cell's time. */
static int write_tsc(struct percpu *percpu, u64 val)
{
	u64 deadline = 0;

	if (!vendor_has_tsc_offset())
		return -EPERM;
	rdmsr_safe(MSR_IA32_TSC_DEADLINE, &deadline);
	deadline = msr_deadline_to_cell(&percpu->msrs, deadline);
	percpu->msrs.tsc_offset = val - rdtsc();
	load_tsc_offset(percpu);
	if (deadline)
		wrmsr_safe(MSR_IA32_TSC_DEADLINE,
			   msr_deadline_to_machine(&percpu->msrs, deadline));
	return 0;
}

static int read_deadline(const struct percpu *percpu, u64 *val)
{
	u64 deadline;

	if (rdmsr_safe(MSR_IA32_TSC_DEADLINE, &deadline))
		return -EINVAL;
	*val = msr_deadline_to_cell(&percpu->msrs, deadline);
	return 0;
}

static int read_arch_capabilities(u64 *val)
{
	if (rdmsr_safe(MSR_IA32_ARCH_CAPABILITIES, val))
		return -EINVAL;
	*val = msr_cell_arch_capabilities(*val);
	return 0;
}

int guest_msr_read(struct percpu *percpu, u32 msr, u64 *val)
{
	if (msr == MSR_IA32_TSC_DEADLINE)
		return read_deadline(percpu, val);
	if (msr == MSR_IA32_ARCH_CAPABILITIES)
		return read_arch_capabilities(val);
	return msr_cell_read(&percpu->msrs, msr, val);
}

int guest_msr_write(struct percpu *percpu, u32 msr, u64 val)
{
	int err;

	if (msr == MSR_IA32_TSC)
		return write_tsc(percpu, val);
	if (msr == MSR_IA32_TSC_DEADLINE)
		return wrmsr_safe(msr, msr_deadline_to_machine(&percpu->msrs, val));
	err = msr_cell_write(&percpu->msrs, msr, val);
	if (!err)
		vendor_set_pat(percpu, msr_cell_pat(&percpu->msrs));
	return err;
}

void guest_msr_reset(struct percpu *percpu)
{
	msr_cell_reset(&percpu->msrs);
	load_tsc_offset(percpu);
}
