// SPDX-License-Identifier: GPL-2.0-only
/* What this CPU says of its VMX, held against what is needed. */
#include "vmx.h"

struct vmx_controls vmx_used;

/*
 * There are fewer registers where there are fewer abilities (SDM 3D A.2 to A.10), and a #GP
 * would be Linux's: its IDT is still there.
 */
static void read_caps(struct vmx_caps *caps)
{
	*caps = (struct vmx_caps){
		.basic = rdmsr(MSR_IA32_VMX_BASIC),
		.misc = rdmsr(MSR_IA32_VMX_MISC),
	};
	if (!(caps->basic & VMX_BASIC_TRUE_CONTROLS))
		return;
	caps->pin = rdmsr(MSR_IA32_VMX_TRUE_PIN);
	caps->primary = rdmsr(MSR_IA32_VMX_TRUE_PROC);
	caps->exit = rdmsr(MSR_IA32_VMX_TRUE_EXIT);
	caps->entry = rdmsr(MSR_IA32_VMX_TRUE_ENTRY);
	if (caps->primary >> 32 & CPU_SECONDARY_CONTROLS)
		caps->secondary = rdmsr(MSR_IA32_VMX_PROCBASED_CTLS2);
	if (caps->secondary >> 32 & (CPU2_EPT | CPU2_VPID))
		caps->ept = rdmsr(MSR_IA32_VMX_EPT_VPID_CAP);
}

int vendor_check_cpu(bool first, char *why, size_t why_size)
{
	struct vmx_caps caps;
	struct vmx_controls controls;
	int err;

	read_caps(&caps);
	err = vmx_controls_choose(&caps, &controls, why, why_size);
	if (err)
		return err;
	if (!first)
		return vmx_controls_differ(&vmx_used, &controls, why, why_size);
	vmx_used = controls;
	return 0;
}
