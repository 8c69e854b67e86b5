// SPDX-License-Identifier: GPL-2.0-only
/* Calls of the hypervisor; only in a cell: they are invalid opcodes on a bare machine. */
#include "inmate.h"

/* AMD's CPUs, and Hygon's, have VMMCALL for it, all others VMCALL. */
bool has_vmmcall;

/** hypercall_init() - find out which instruction it is. */
void hypercall_init(void)
{
	struct cpuid regs = cpuid(0, 0);
	const u32 vendor[] = { regs.ebx, regs.edx, regs.ecx };

	has_vmmcall = !memcmp(vendor, "AuthenticAMD", 12) || !memcmp(vendor, "HygonGenuine", 12);
}

/**
 * hypercall_rax() - call the hypervisor
 * @rax: code; the ABI defines the lower half only
 * @arg1: first argument
 * @arg2: second argument
 *
 * Return: a value, or a negative errno; the ABI defines EAX only.
 */
long hypercall_rax(u64 rax, u64 arg1, u64 arg2)
{
	if (has_vmmcall)
		asm volatile("vmmcall" : "+a" (rax) : "D" (arg1), "S" (arg2) : "memory");
	else
		asm volatile("vmcall" : "+a" (rax) : "D" (arg1), "S" (arg2) : "memory");
	return (s32)rax;
}

/** hypercall() - hypercall_rax() for those who call as the ABI has it. */
long hypercall(u32 code, u64 arg1, u64 arg2)
{
	return hypercall_rax(code, arg1, arg2);
}
