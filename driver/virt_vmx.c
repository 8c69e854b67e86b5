// SPDX-License-Identifier: GPL-2.0-only
/* VMX, as far as the driver has to know it. */
#include "compat.h"
#include "reason.h"
#include "virt.h"

#include <jailhouse/cell_config.h>
#include <jailhouse/console.h>
#include <jailhouse/image_header.h>

#include <linux/kernel.h>
#include <asm/processor.h>
#include <asm/special_insns.h>

#include "../hypervisor/x86/vmx/controls.h"

#define CPUID_1_ECX_VMX		BIT(5)

static bool vmx_offered(void)
{
	return cpuid_ecx(1) & CPUID_1_ECX_VMX;
}

static bool vmx_barred(void)
{
	u64 control;

	return rdmsrq_safe(MSR_IA32_FEAT_CTL, &control) ||
	       (control & FEAT_CTL_LOCKED && !(control & FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX));
}

/*
 * The firmware may leave the decision to the operating system: then it is made here,
 * for VMX, and cannot be unmade until the next reset (SDM 3C 23.7).
 */
static bool vmx_permitted(void)
{
	u64 control;

	if (rdmsrq_safe(MSR_IA32_FEAT_CTL, &control))
		return false;
	if (control & FEAT_CTL_LOCKED)
		return control & FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX;
	control |= FEAT_CTL_LOCKED | FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX;
	return !wrmsrq_safe(MSR_IA32_FEAT_CTL, control);
}

/* The register itself: not everybody who sets it tells the kernel. */
static bool vmx_in_use(void)
{
	return __read_cr4() & X86_CR4_VMXE;
}

static int vmx_check(struct reason *why)
{
	return 0;
}

/* A register that the CPU does not have is 0 (SDM 3D appendix A). */
static u64 read_capability(u32 msr)
{
	u64 value;

	return rdmsrq_safe(msr, &value) ? 0 : value;
}

static struct vmx_caps read_capabilities(void)
{
	return (struct vmx_caps){
		.basic = read_capability(MSR_IA32_VMX_BASIC),
		.misc = read_capability(MSR_IA32_VMX_MISC),
		.ept = read_capability(MSR_IA32_VMX_EPT_VPID_CAP),
		.pin = read_capability(MSR_IA32_VMX_TRUE_PINBASED_CTLS),
		.primary = read_capability(MSR_IA32_VMX_TRUE_PROCBASED_CTLS),
		.secondary = read_capability(MSR_IA32_VMX_PROCBASED_CTLS2),
		.exit = read_capability(MSR_IA32_VMX_TRUE_EXIT_CTLS),
		.entry = read_capability(MSR_IA32_VMX_TRUE_ENTRY_CTLS),
	};
}

/* By the rules of the hypervisor, which has the same source. */
static int vmx_capable(struct reason *why)
{
	struct vmx_caps caps = read_capabilities();
	struct vmx_controls controls;

	return vmx_controls_choose(&caps, &controls, why->text, sizeof(why->text));
}

/* In the order of the recorded ones that the hypervisor is tested with. */
static int vmx_describe(char *text, size_t size)
{
	struct vmx_caps caps = read_capabilities();

	return scnprintf(text, size,
			 "# VMX | %016llx | %016llx | %016llx | %016llx | %016llx | %016llx | %016llx | %016llx\n",
			 caps.basic, caps.pin, caps.primary, caps.secondary, caps.exit,
			 caps.entry, caps.misc, caps.ept);
}

/*
 * CR4.VMXE stays set while the hypervisor is there: KVM takes that for somebody who
 * uses VMX, which is the truth, and does not load or run.
 */
const struct virt jh_virt_vmx = {
	.name = "VMX",
	.firmware = JH_FIRMWARE_INTEL,
	.vendor = JAILHOUSE_VENDOR_INTEL,
	.switch_on = "see its setup: VMX, or Intel Virtualization Technology",
	.offered = vmx_offered,
	.barred = vmx_barred,
	.permitted = vmx_permitted,
	.in_use = vmx_in_use,
	.claim = compat_set_vmxe,
	.release = compat_clear_vmxe,
	.check = vmx_check,
	.capable = vmx_capable,
	.describe = vmx_describe,
};
