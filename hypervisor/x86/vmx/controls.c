// SPDX-License-Identifier: GPL-2.0-only
/* Which of the CPU's abilities are needed, and which are used if they are there. */
#include "controls.h"
#include "errno.h"
#include "fields.h"
#include "format.h"
#include "string.h"

/*
 * NEVER is for names: what no table lists must not be forced on either, but has a number
 * only. SWITCHED is what is on for some cells, or for some time.
 */
#define NEEDED		1
#define ON		2
#define CLEARABLE	4

#define ALWAYS			(NEEDED | ON)
#define IF_OFFERED		ON
#define SWITCHED		(NEEDED | CLEARABLE)
#define SWITCHED_IF_OFFERED	(ON | CLEARABLE)
#define NEVER			CLEARABLE

struct control {
	u32 bit;
	u8 use;
	const char *name;
};

/**
 * struct control_set - controls of one field
 * @name: of the field
 * @caps: offset of the register in struct vmx_caps
 * @value: offset of what is chosen in struct vmx_controls
 * @reserved: bits that are 1 on each CPU and stand for nothing that could be switched
 *	off (default1 without those that the TRUE registers free; SDM 3D A.3 to A.5)
 * @controls: the others
 * @count: how many
 */
struct control_set {
	const char *name;
	size_t caps;
	size_t value;
	u32 reserved;
	const struct control *controls;
	size_t count;
};

static const struct control pin_controls[] = {
	{ BIT_ULL(0), NEVER, "external-interrupt exiting" },
	{ PIN_NMI_EXITING, ALWAYS, "NMI exiting" },
	{ PIN_VIRTUAL_NMIS, ALWAYS, "virtual NMIs" },
	{ PIN_PREEMPTION_TIMER, SWITCHED, "VMX preemption timer" },
};

static const struct control primary_controls[] = {
	{ BIT_ULL(2), NEVER, "interrupt-window exiting" },
	{ CPU_TSC_OFFSETTING, IF_OFFERED, "TSC offsetting" },
	{ BIT_ULL(7), NEVER, "HLT exiting" },
	{ BIT_ULL(9), NEVER, "INVLPG exiting" },
	{ CPU_MWAIT_EXITING, SWITCHED, "MWAIT exiting" },
	{ CPU_RDPMC_EXITING, SWITCHED, "RDPMC exiting" },
	{ BIT_ULL(12), NEVER, "RDTSC exiting" },
	{ BIT_ULL(15), NEVER, "CR3-load exiting" },
	{ BIT_ULL(16), NEVER, "CR3-store exiting" },
	{ BIT_ULL(19), NEVER, "CR8-load exiting" },
	{ BIT_ULL(20), NEVER, "CR8-store exiting" },
	{ BIT_ULL(21), NEVER, "the TPR shadow" },
	{ CPU_NMI_WINDOW_EXITING, SWITCHED, "NMI-window exiting" },
	{ BIT_ULL(23), NEVER, "MOV-DR exiting" },
	{ BIT_ULL(24), NEVER, "unconditional I/O exiting" },
	{ CPU_IO_BITMAPS, ALWAYS, "I/O bitmaps" },
	{ CPU_MSR_BITMAPS, ALWAYS, "MSR bitmaps" },
	{ CPU_MONITOR_EXITING, SWITCHED, "MONITOR exiting" },
	{ BIT_ULL(30), NEVER, "PAUSE exiting" },
	{ CPU_SECONDARY_CONTROLS, ALWAYS, "secondary controls" },
};

static const struct control secondary_controls[] = {
	{ CPU2_EPT, ALWAYS, "extended page tables" },
	{ CPU2_RDTSCP, IF_OFFERED, "RDTSCP" },
	{ CPU2_VPID, ALWAYS, "virtual-processor identifiers" },
	{ CPU2_WBINVD_EXITING, SWITCHED, "WBINVD exiting" },
	{ CPU2_UNRESTRICTED_GUEST, ALWAYS, "unrestricted guest" },
	{ CPU2_INVPCID, IF_OFFERED, "INVPCID" },
	{ CPU2_XSAVES, IF_OFFERED, "XSAVES/XRSTORS" },
	{ CPU2_USER_WAIT, SWITCHED_IF_OFFERED, "user wait and pause" },
};

static const struct control exit_controls[] = {
	{ EXIT_SAVE_DEBUG, ALWAYS, "saving of debug controls" },
	{ EXIT_HOST_64BIT, ALWAYS, "64-bit host" },
	{ BIT_ULL(15), NEVER, "acknowledging of interrupts at VM exit" },
	{ EXIT_SAVE_PAT, ALWAYS, "saving of IA32_PAT" },
	{ EXIT_LOAD_PAT, ALWAYS, "loading of IA32_PAT at VM exit" },
	{ EXIT_SAVE_EFER, ALWAYS, "saving of IA32_EFER" },
	{ EXIT_LOAD_EFER, ALWAYS, "loading of IA32_EFER at VM exit" },
	{ BIT_ULL(22), NEVER, "saving of the VMX preemption timer" },
};

static const struct control entry_controls[] = {
	{ ENTRY_LOAD_DEBUG, ALWAYS, "loading of debug controls" },
	{ ENTRY_GUEST_64BIT, SWITCHED, "64-bit guest" },
	{ BIT_ULL(10), NEVER, "entry to SMM" },
	{ ENTRY_LOAD_PAT, ALWAYS, "loading of IA32_PAT at VM entry" },
	{ ENTRY_LOAD_EFER, ALWAYS, "loading of IA32_EFER at VM entry" },
};

#define SET(member, set_name, reserved_bits)				\
	{ .name = set_name, .reserved = reserved_bits,			\
	  .caps = offsetof(struct vmx_caps, member),			\
	  .value = offsetof(struct vmx_controls, member),		\
	  .controls = member##_controls, .count = ARRAY_SIZE(member##_controls) }

static const struct control_set control_sets[] = {
	SET(pin, "pin-based controls", 0x16),
	SET(primary, "primary controls", 0x04006172),
	SET(secondary, "secondary controls", 0),
	SET(exit, "VM-exit controls", 0x36dfb),
	SET(entry, "VM-entry controls", 0x11fb),
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

#define VMX_BASIC_TYPE(basic)	((basic) >> 50 & 15)
#define VMX_BASIC_TYPE_WB	6
#define VMX_MISC_ACTIVITY_HLT	BIT_ULL(6)

static int missing(char *why, size_t why_size, const char *name)
{
	fmt_snprintf(why, why_size, "the CPU lacks %s", name);
	return -ENODEV;
}

static const struct control *control_of(const struct control_set *set, u32 bit)
{
	size_t n;

	for (n = 0; n < set->count; n++)
		if (set->controls[n].bit == bit)
			return &set->controls[n];
	return NULL;
}

/* A control that is on against our will makes exits that nobody expects. */
static int check_forced(const struct control_set *set, u32 forced, char *why, size_t why_size)
{
	const struct control *control;
	unsigned int n;

	forced &= ~set->reserved;
	for (n = 0; n < 32; n++) {
		if (!(forced >> n & 1))
			continue;
		control = control_of(set, 1U << n);
		if (control && !(control->use & CLEARABLE))
			continue;
		if (control)
			fmt_snprintf(why, why_size, "the CPU, or the hypervisor below, forces %s",
				     control->name);
		else
			fmt_snprintf(why, why_size,
				     "the CPU, or the hypervisor below, forces bit %u of the %s",
				     n, set->name);
		return -ENODEV;
	}
	return 0;
}

static int choose(const struct control_set *set, u64 cap, u32 *value,
		  char *why, size_t why_size)
{
	const struct control *control;
	u32 allowed = (u32)(cap >> 32);

	*value = (u32)cap;
	for (control = set->controls; control < set->controls + set->count; control++) {
		if (control->use & NEEDED && !(allowed & control->bit))
			return missing(why, why_size, control->name);
		if (control->use & ON)
			*value |= allowed & control->bit;
	}
	return check_forced(set, (u32)cap, why, why_size);
}

static int check_ept(u64 cap, char *why, size_t why_size)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(ept_caps); n++)
		if (!(cap & ept_caps[n].bit))
			return missing(why, why_size, ept_caps[n].name);
	return 0;
}

static int check_basic(const struct vmx_caps *caps, char *why, size_t why_size)
{
	if (!(caps->basic & VMX_BASIC_TRUE_CONTROLS))
		return missing(why, why_size, "the TRUE capability MSRs");
	if (VMX_BASIC_TYPE(caps->basic) != VMX_BASIC_TYPE_WB)
		return missing(why, why_size, "write-back VMCS regions");
	if (!(caps->misc & VMX_MISC_ACTIVITY_HLT))
		return missing(why, why_size, "the HLT activity state");
	return 0;
}

int vmx_controls_choose(const struct vmx_caps *caps, struct vmx_controls *controls,
			char *why, size_t why_size)
{
	const struct control_set *set;
	int err;

	memset(controls, 0, sizeof(*controls));
	err = check_basic(caps, why, why_size);
	for (set = control_sets; !err && set < control_sets + ARRAY_SIZE(control_sets); set++)
		err = choose(set, *(const u64 *)((const u8 *)caps + set->caps),
			     (u32 *)((u8 *)controls + set->value), why, why_size);
	if (!err)
		err = check_ept(caps->ept, why, why_size);
	controls->huge_levels = (caps->ept & EPT_CAP_2M ? BIT_ULL(1) : 0) |
				(caps->ept & EPT_CAP_1G ? BIT_ULL(2) : 0);
	return err;
}

int vmx_controls_differ(const struct vmx_controls *one, const struct vmx_controls *other,
			char *why, size_t why_size)
{
	if (!memcmp(one, other, sizeof(*one)))
		return 0;
	fmt_snprintf(why, why_size, "its VMX controls differ from other CPUs'");
	return -ENODEV;
}
