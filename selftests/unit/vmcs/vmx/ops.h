/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of hypervisor/x86/vmx/ops.h: VMX instructions over an array. */
#ifndef _VMX_OPS_H
#define _VMX_OPS_H

#include "types.h"
#include <asm_ops.h>
#include "vmx/fields.h"

__noreturn void vmread_failed(union vmcs_any field);
__noreturn void vmwrite_failed(union vmcs_any field, u64 val);

/* By encoding. */
#define NUM_VMCS_ENCODINGS	0x7000
extern u64 host_vmcs[NUM_VMCS_ENCODINGS];

/* A field of any width as it is, where hardware reads and writes all of them. */
union host_field {
	struct vmcs_field16 w16;
	struct vmcs_field32 w32;
	struct vmcs_field64 w64;
	struct vmcs_natural natural;
	union vmcs_any any;
} __attribute__((__transparent_union__));

/* Widths by bits 14:13, types by bits 11:10 of an encoding (SDM 3D appendix B). */
static inline u64 vmcs_width_mask(u16 encoding)
{
	static const u64 masks[] = { 0xffff, ~0ULL, 0xffffffff, ~0ULL };

	return masks[encoding >> 13 & 3];
}

#define VMCS_TYPE(encoding)	((encoding) >> 10 & 3)
#define VMCS_TYPE_READ_ONLY	1

static inline u64 vmread(union vmcs_any field)
{
	host_cpu.vmcs_accesses++;
	return host_vmcs[field.encoding];
}

/* What the hardware does, for which no field is read-only. */
static inline u64 host_vmcs_get(union host_field field)
{
	return host_vmcs[field.any.encoding];
}

static inline void host_vmcs_set(union host_field field, u64 val)
{
	host_vmcs[field.any.encoding] = val & vmcs_width_mask(field.any.encoding);
}

static inline void vmwrite(union vmcs_any field, u64 val)
{
	host_cpu.vmcs_accesses++;
	if (VMCS_TYPE(field.encoding) == VMCS_TYPE_READ_ONLY)
		vmwrite_failed(field, val);
	host_vmcs_set(field, val);
}

static inline bool vmxon(__maybe_unused u64 hpa)
{
	return true;
}

static inline bool vmclear(__maybe_unused u64 hpa)
{
	return true;
}

static inline bool vmptrld(__maybe_unused u64 hpa)
{
	return true;
}

#define INVEPT_SINGLE	1ULL

static inline bool invept(__maybe_unused u64 type, __maybe_unused u64 eptp)
{
	host_cpu.flushes++;
	return true;
}

#define INVVPID_SINGLE	1ULL

static inline bool invvpid(__maybe_unused u64 type, __maybe_unused u16 vpid)
{
	host_cpu.flushes++;
	return true;
}

static inline void vmxoff(void)
{
}

#endif
