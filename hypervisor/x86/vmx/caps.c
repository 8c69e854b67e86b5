// SPDX-License-Identifier: GPL-2.0-only
/* What this CPU says of its VMX, held against what is needed. */
#include "vmx.h"
#include "ops.h"

struct vmx_controls vmx_controls;

/* There are fewer registers where there are fewer abilities: 0 then. */
static u64 read_cap(u32 msr)
{
	u64 value = 0;

	rdmsr_safe(msr, &value);
	return value;
}

int vmx_check_cpu(bool first, char *why, size_t why_size)
{
	struct vmx_caps caps = {
		.basic = read_cap(MSR_IA32_VMX_BASIC),
		.misc = read_cap(MSR_IA32_VMX_MISC),
		.ept = read_cap(MSR_IA32_VMX_EPT_VPID_CAP),
		.pin = read_cap(MSR_IA32_VMX_TRUE_PIN),
		.primary = read_cap(MSR_IA32_VMX_TRUE_PROC),
		.secondary = read_cap(MSR_IA32_VMX_PROCBASED_CTLS2),
		.exit = read_cap(MSR_IA32_VMX_TRUE_EXIT),
		.entry = read_cap(MSR_IA32_VMX_TRUE_ENTRY),
	};
	struct vmx_controls controls;
	int err;

	err = vmx_controls_choose(&caps, &controls, why, why_size);
	if (err)
		return err;
	if (!first)
		return vmx_controls_differ(&vmx_controls, &controls, why, why_size);
	vmx_controls = controls;
	return 0;
}
