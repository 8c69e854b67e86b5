/* SPDX-License-Identifier: GPL-2.0-only */
/* VMX instructions. Nothing outside of vmx/ uses them. */
#ifndef _VMX_OPS_H
#define _VMX_OPS_H

#include "types.h"
#include "fields.h"

/* Does not return: a VMCS access that fails is a defect of the hypervisor. */
__noreturn void vmread_failed(union vmcs_any field);
__noreturn void vmwrite_failed(union vmcs_any field, u64 val);

/**
 * vmread() - VMREAD from the current VMCS: access.h has the widths
 * @field: the field
 *
 * A failure ends in a panic that names the field (SDM 3C 31.2).
 *
 * Return: its value, zero-extended.
 */
static inline u64 vmread(union vmcs_any field)
{
	u64 val;

	asm volatile goto("vmread %1, %0\n\tjbe %l[fail]"
			  : "=r" (val) : "r" ((u64)field.encoding) : "cc" : fail);
	return val;
fail:
	vmread_failed(field);
}

/**
 * vmread_safe() - VMREAD from the current VMCS, if there is such a field
 * @field: the field
 * @val: receives its value, zero-extended
 *
 * Return: false if it failed.
 */
static inline bool vmread_safe(union vmcs_any field, u64 *val)
{
	bool ok;

	asm volatile("vmread %2, %1" : "=@cca" (ok), "=r" (*val) : "r" ((u64)field.encoding));
	return ok;
}

/**
 * vmwrite() - VMWRITE to the current VMCS
 * @field: the field
 * @val: new value
 *
 * A failure ends in a panic that names field and value.
 */
static inline void vmwrite(union vmcs_any field, u64 val)
{
	asm volatile goto("vmwrite %0, %1\n\tjbe %l[fail]"
			  : : "rm" (val), "r" ((u64)field.encoding) :
			  "cc", "memory" : fail);
	return;
fail:
	vmwrite_failed(field, val);
}

/* The next five return false when the instruction failed. */
static inline bool __must_check vmxon(u64 hpa)
{
	bool ok;

	asm volatile("vmxon %1" : "=@cca" (ok) : "m" (hpa) : "memory");
	return ok;
}

static inline bool __must_check vmclear(u64 hpa)
{
	bool ok;

	asm volatile("vmclear %1" : "=@cca" (ok) : "m" (hpa) : "memory");
	return ok;
}

static inline bool __must_check vmptrld(u64 hpa)
{
	bool ok;

	asm volatile("vmptrld %1" : "=@cca" (ok) : "m" (hpa) : "memory");
	return ok;
}

#define INVEPT_SINGLE	1ULL

static inline bool __must_check invept(u64 type, u64 eptp)
{
	struct { u64 eptp, reserved; } desc = { eptp, 0 };
	bool ok;

	asm volatile("invept %1, %2" : "=@cca" (ok) : "m" (desc), "r" (type) :
		     "memory");
	return ok;
}

#define INVVPID_SINGLE	1ULL

static inline bool __must_check invvpid(u64 type, u16 vpid)
{
	struct { u64 vpid, gva; } desc = { vpid, 0 };
	bool ok;

	asm volatile("invvpid %1, %2" : "=@cca" (ok) : "m" (desc), "r" (type) :
		     "memory");
	return ok;
}

static inline void vmxoff(void)
{
	asm volatile("vmxoff" : : : "cc", "memory");
}

#endif
