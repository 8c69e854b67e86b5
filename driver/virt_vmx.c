// SPDX-License-Identifier: GPL-2.0-only
/* VMX, as far as the driver has to know it. */
#include "compat.h"
#include "reason.h"
#include "virt.h"

#include <jailhouse/cell_config.h>
#include <jailhouse/console.h>
#include <jailhouse/image_header.h>

#include <asm/processor.h>
#include <asm/special_insns.h>

#define CPUID_1_ECX_VMX		BIT(5)

static bool vmx_offered(void)
{
	return cpuid_ecx(1) & CPUID_1_ECX_VMX;
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
	.permitted = vmx_permitted,
	.in_use = vmx_in_use,
	.claim = compat_set_vmxe,
	.release = compat_clear_vmxe,
	.check = vmx_check,
};
