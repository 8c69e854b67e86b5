// SPDX-License-Identifier: GPL-2.0-only
/* Which of the CPU's abilities are needed, and which are used if they are there. */
#include "vmx.h"
#include "errno.h"
#include "format.h"
#include "ops.h"

struct vmx_controls vmx_controls;

struct control {
	u32 bit;
	bool required;
	const char *name;
};

/*
 * A control set: bits 31:0 of the capability MSR must be 1, only those in 63:32 may be
 * (SDM 3D A.3 to A.5).
 */
struct control_set {
	u32 msr;
	size_t offset;
	const struct control *controls;
	size_t count;
};

static const struct control pin_controls[] = {
	{ PIN_NMI_EXITING, true, "NMI exiting" },
	{ PIN_VIRTUAL_NMIS, true, "virtual NMIs" },
	{ PIN_PREEMPTION_TIMER, true, "VMX preemption timer" },
};

static const struct control primary_controls[] = {
	{ CPU_IO_BITMAPS, true, "I/O bitmaps" },
	{ CPU_MSR_BITMAPS, true, "MSR bitmaps" },
	{ CPU_SECONDARY_CONTROLS, true, "secondary controls" },
};

static const struct control secondary_controls[] = {
	{ CPU2_EPT, true, "extended page tables" },
	{ CPU2_UNRESTRICTED_GUEST, true, "unrestricted guest" },
	{ CPU2_VPID, true, "virtual-processor identifiers" },
	{ CPU2_RDTSCP, false, "RDTSCP" },
	{ CPU2_INVPCID, false, "INVPCID" },
	{ CPU2_XSAVES, false, "XSAVES/XRSTORS" },
	{ CPU2_USER_WAIT, false, "user wait and pause" },
};

static const struct control exit_controls[] = {
	{ EXIT_SAVE_DEBUG, true, "saving of debug controls" },
	{ EXIT_HOST_64BIT, true, "64-bit host" },
	{ EXIT_SAVE_PAT, true, "saving of IA32_PAT" },
	{ EXIT_LOAD_PAT, true, "loading of IA32_PAT at VM exit" },
	{ EXIT_SAVE_EFER, true, "saving of IA32_EFER" },
	{ EXIT_LOAD_EFER, true, "loading of IA32_EFER at VM exit" },
};

static const struct control entry_controls[] = {
	{ ENTRY_LOAD_DEBUG, true, "loading of debug controls" },
	{ ENTRY_LOAD_PAT, true, "loading of IA32_PAT at VM entry" },
	{ ENTRY_LOAD_EFER, true, "loading of IA32_EFER at VM entry" },
};

#define SET(msr, member, table) \
	{ msr, offsetof(struct vmx_controls, member), table, ARRAY_SIZE(table) }

static const struct control_set control_sets[] = {
	SET(MSR_IA32_VMX_TRUE_PIN, pin, pin_controls),
	SET(MSR_IA32_VMX_TRUE_PROC, primary, primary_controls),
	SET(MSR_IA32_VMX_PROCBASED_CTLS2, secondary, secondary_controls),
	SET(MSR_IA32_VMX_TRUE_EXIT, exit, exit_controls),
	SET(MSR_IA32_VMX_TRUE_ENTRY, entry, entry_controls),
};

/* Bits of IA32_VMX_EPT_VPID_CAP (SDM 3D A.10). */
#define EPT_CAP_4_LEVELS	BIT_ULL(6)
#define EPT_CAP_WB		BIT_ULL(14)
#define EPT_CAP_2M		BIT_ULL(16)
#define EPT_CAP_1G		BIT_ULL(17)
#define EPT_CAP_INVEPT		BIT_ULL(20)
#define EPT_CAP_INVEPT_SINGLE	BIT_ULL(25)
#define EPT_CAP_INVVPID		BIT_ULL(32)
#define EPT_CAP_INVVPID_SINGLE	BIT_ULL(41)

/*
 * The memory types announced here are those of the paging structures themselves, which are
 * write-back; a leaf may be uncached on any CPU. KVM does not announce that type.
 */
static const struct {
	u64 bit;
	const char *name;
} ept_caps[] = {
	{ EPT_CAP_4_LEVELS, "EPT with 4 levels" },
	{ EPT_CAP_WB, "EPT write-back memory type" },
	{ EPT_CAP_INVEPT, "INVEPT" },
	{ EPT_CAP_INVEPT_SINGLE, "single-context INVEPT" },
	{ EPT_CAP_INVVPID, "INVVPID" },
	{ EPT_CAP_INVVPID_SINGLE, "single-context INVVPID" },
};

#define VMX_BASIC_TRUE_CONTROLS	BIT_ULL(55)
#define VMX_BASIC_TYPE(basic)	((basic) >> 50 & 15)
#define VMX_BASIC_TYPE_WB	6
#define VMX_MISC_ACTIVITY_HLT	BIT_ULL(6)

static int missing(char *why, size_t why_size, const char *name)
{
	fmt_snprintf(why, why_size, "the CPU lacks %s", name);
	return -ENODEV;
}

static int choose(const struct control_set *set, struct vmx_controls *controls,
		  char *why, size_t why_size)
{
	u64 cap = rdmsr(set->msr);
	u32 allowed = (u32)(cap >> 32);
	u32 value = (u32)cap;
	size_t n;

	for (n = 0; n < set->count; n++) {
		const struct control *control = &set->controls[n];

		if (control->required && !(allowed & control->bit))
			return missing(why, why_size, control->name);
		value |= allowed & control->bit;
	}
	*(u32 *)((u8 *)controls + set->offset) = value;
	return 0;
}

static int check_ept(char *why, size_t why_size)
{
	u64 cap = rdmsr(MSR_IA32_VMX_EPT_VPID_CAP);
	size_t n;

	for (n = 0; n < ARRAY_SIZE(ept_caps); n++)
		if (!(cap & ept_caps[n].bit))
			return missing(why, why_size, ept_caps[n].name);
	return 0;
}

static int check_basic(char *why, size_t why_size)
{
	u64 basic = rdmsr(MSR_IA32_VMX_BASIC);

	if (!(basic & VMX_BASIC_TRUE_CONTROLS))
		return missing(why, why_size, "the TRUE capability MSRs");
	if (VMX_BASIC_TYPE(basic) != VMX_BASIC_TYPE_WB)
		return missing(why, why_size, "write-back VMCS regions");
	if (!(rdmsr(MSR_IA32_VMX_MISC) & VMX_MISC_ACTIVITY_HLT))
		return missing(why, why_size, "the HLT activity state");
	return 0;
}

int vmx_check_cpu(bool first, char *why, size_t why_size)
{
	struct vmx_controls controls;
	size_t n;
	int err;

	err = check_basic(why, why_size);
	for (n = 0; !err && n < ARRAY_SIZE(control_sets); n++)
		err = choose(&control_sets[n], &controls, why, why_size);
	if (!err)
		err = check_ept(why, why_size);
	if (err)
		return err;

	if (first) {
		vmx_controls = controls;
	} else if (controls.pin != vmx_controls.pin ||
		   controls.primary != vmx_controls.primary ||
		   controls.secondary != vmx_controls.secondary ||
		   controls.exit != vmx_controls.exit ||
		   controls.entry != vmx_controls.entry) {
		fmt_snprintf(why, why_size, "its VMX controls differ from other CPUs'");
		return -ENODEV;
	}
	return 0;
}

unsigned int vmx_ept_huge_levels(void)
{
	u64 cap = rdmsr(MSR_IA32_VMX_EPT_VPID_CAP);

	return (cap & EPT_CAP_2M ? BIT_ULL(1) : 0) | (cap & EPT_CAP_1G ? BIT_ULL(2) : 0);
}
