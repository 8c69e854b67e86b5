// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/msr.c x86/vmx/msr_bitmap.c */
/* RUN: 2^32 registers, some 2^18 accesses */
/* QUICK: 7 s */
/* FAULT: x86/vmx/msr_bitmap.c s/msr >> 31 ? 1024 : 0/msr >> 31 ? 512 : 0/ */
/* FAULT: x86/vmx/msr_bitmap.c s/(exits ? \*byte | bit : \*byte & ~bit)/(*byte | bit)/ */
/* FAULT: x86/msr.c s/{ MSR_FS_BASE, MSR_TSC_AUX,/{ MSR_FS_BASE, MSR_TSC_AUX + 1,/ */
/* FAULT: x86/msr.c s/{ 0x808, 0x808, MSR_PASS/{ 0x807, 0x808, MSR_PASS/ */
/* FAULT: x86/msr.c s/0x83f, MSR_GP, MSR_HANDLE/0x83f, MSR_GP, MSR_PASS/ */
/* FAULT: x86/msr.c s/+ ((msr & 0x1fff) >> 8)/+ ((msr \& 0xfff) >> 8)/ */
/* FAULT: x86/msr.h s/msr != low && msr - low != 0xc0000000/0/ */
/*
 * Each register number, for each view and mode of the hardware's APICs: an access exits
 * exactly if the table does not pass it to the hardware, so that nothing that the table
 * decides is decided by the CPU. A cell is passed nothing but what is listed here once more.
 */
#include "prove.h"
#include "msr.h"
#include "vmx/vendor_cpu.h"

static bool between(u32 msr, u32 first, u32 last)
{
	return msr >= first && msr <= last;
}

/* What only this CPU notices, or what the VMCS switches. */
static bool harmless(u32 msr, bool write)
{
	return between(msr, MSR_IA32_SPEC_CTRL, MSR_IA32_PRED_CMD) ||
	       msr == MSR_IA32_FLUSH_CMD || msr == MSR_IA32_TSC_DEADLINE ||
	       between(msr, MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_EIP) ||
	       between(msr, MSR_EFER, MSR_FMASK) || between(msr, MSR_FS_BASE, MSR_TSC_AUX) ||
	       (!write && (msr == MSR_IA32_TSC || msr == MSR_SMI_COUNT ||
			   msr == MSR_IA32_ARCH_CAPABILITIES || msr == MSR_IA32_BIOS_SIGN_ID));
}

/* TPR, EOI, ESR and the timer's counts are written; no command goes out, no entry of the LVT. */
static bool harmless_x2apic(u32 msr, bool write)
{
	if (write)
		return msr == 0x808 || msr == 0x80b || msr == 0x828 || msr == 0x838 ||
		       msr == 0x83e;
	return msr == 0x802 || msr == 0x803 || msr == 0x808 || msr == 0x80a || msr == 0x80d ||
	       between(msr, 0x80f, 0x828) || between(msr, 0x82f, 0x830) ||
	       between(msr, 0x832, 0x839) || msr == 0x83e;
}

/* What the root must not do behind the back of the hypervisor. */
static bool guarded(u32 msr)
{
	return msr == MSR_IA32_APIC_BASE || msr == MSR_IA32_FEAT_CTL ||
	       msr == MSR_IA32_SMM_MONITOR_CTL || msr == MSR_IA32_BIOS_UPDT_TRIG ||
	       between(msr, MSR_IA32_MTRR_PHYSBASE0, 0x21f) || msr == MSR_IA32_MTRR_DEF_TYPE ||
	       between(msr, MSR_IA32_VMX_BASIC, MSR_IA32_VMX_BASIC + 0x1f) ||
	       msr == MSR_IA32_PEBS_ENABLE || msr == MSR_IA32_DS_AREA ||
	       msr == MSR_IA32_RTIT_CTL || msr == MSR_IA32_HW_FEEDBACK_PTR;
}

static bool has_bit(u32 msr)
{
	return between(msr, 0, 0x1fff) || between(msr, 0xc0000000, 0xc0001fff);
}

/* SDM 3C 25.6.9 */
static bool exits(const u8 *bitmap, u32 msr, bool write)
{
	const u32 low = msr & 0x1fff;

	return !has_bit(msr) ||
	       bitmap[(write ? 2048 : 0) + (msr >= 0xc0000000 ? 1024 : 0) + low / 8] >>
	       low % 8 & 1;
}

static void check_access(const struct msr_table *table, const u8 *bitmap, enum msr_view view,
			 bool x2apic_hw, u32 msr, bool write)
{
	const struct msr_rule *rule = msr_rule_find(table, msr);
	const bool passed = !exits(bitmap, msr, write);

	REACHED();
	PROVE(passed == ((write ? rule->write : rule->read) == MSR_PASS), "bitmap and table agree");
	if (!passed)
		return;
	if (view == MSR_VIEW_ROOT) {
		PROVE(!write || !guarded(msr), "the hypervisor's own are guarded");
		PROVE(!write || !x2apic_hw || msr != MSR_X2APIC_ICR, "commands are looked at");
		return;
	}
	PROVE(harmless(msr, write) || (x2apic_hw && harmless_x2apic(msr, write)),
	      "a cell is passed nothing but this");
	PROVE(view != MSR_VIEW_CELL_TSC || msr != MSR_IA32_TSC_DEADLINE,
	      "the deadline of a TSC that was moved is computed");
}

int main(void)
{
	static u8 bitmap[VENDOR_MSR_BITMAP_SIZE];
	static struct msr_table table;
	enum msr_view view;
	unsigned int i;
	u32 msr;

	for (view = 0; view < MSR_NUM_VIEWS; view++) {
		for (i = 0; i < 2 * 2 * 0x4000; i++) {
			if (i % (2 * 0x4000) == 0) {
				msr_table_build(&table, &vendor_msrs, view, i > 0);
				msr_bitmap_build(bitmap, &vendor_msrs, view, i > 0);
			}
			msr = i / 2 % 0x2000 + (i / 2 & 0x2000 ? 0xc0000000 : 0);
			check_access(&table, bitmap, view, i >= 2 * 0x4000, msr, i & 1);
		}
	}
	/* No bitmap covers any other, and they are the same in each. */
	msr = 0;
	do {
		PROVE(has_bit(msr) || msr_rule_find(&table, msr) == &msr_rule_unknown,
		      "others are unknown");
	} while (++msr);
	return 0;
}
