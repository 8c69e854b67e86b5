// SPDX-License-Identifier: GPL-2.0-only
/* The VMCS, for the crash record. */
#include "vmx.h"

static const struct {
	const char *name;
	union vmcs_any field;
} fields[] = {
	{ "exit reason", VMCS_ANY32(VMCS_EXIT_REASON) },
	{ "exit qualification", VMCS_ANY_NATURAL(VMCS_EXIT_QUALIFICATION) },
	{ "exit interruption", VMCS_ANY32(VMCS_EXIT_INTR_INFO) },
	{ "entry interruption", VMCS_ANY32(VMCS_ENTRY_INTR_INFO) },
	{ "instruction error", VMCS_ANY32(VMCS_INSTRUCTION_ERROR) },
	{ "pin controls", VMCS_ANY32(VMCS_PIN_CONTROLS) },
	{ "primary controls", VMCS_ANY32(VMCS_PRIMARY_CONTROLS) },
	{ "secondary controls", VMCS_ANY32(VMCS_SECONDARY_CONTROLS) },
	{ "entry controls", VMCS_ANY32(VMCS_ENTRY_CONTROLS) },
	{ "EPT pointer", VMCS_ANY64(VMCS_EPT_POINTER) },
	{ "guest CR0", VMCS_ANY_NATURAL(VMCS_GUEST_CR0) },
	{ "guest CR3", VMCS_ANY_NATURAL(VMCS_GUEST_CR3) },
	{ "guest CR4", VMCS_ANY_NATURAL(VMCS_GUEST_CR4) },
	{ "guest EFER", VMCS_ANY64(VMCS_GUEST_EFER) },
	{ "guest RIP", VMCS_ANY_NATURAL(VMCS_GUEST_RIP) },
	{ "guest RSP", VMCS_ANY_NATURAL(VMCS_GUEST_RSP) },
	{ "guest RFLAGS", VMCS_ANY_NATURAL(VMCS_GUEST_RFLAGS) },
	{ "guest CS", VMCS_ANY16(VMCS_GUEST_CS_SELECTOR) },
	{ "guest activity", VMCS_ANY32(VMCS_GUEST_ACTIVITY) },
	{ "guest interruptibility", VMCS_ANY32(VMCS_GUEST_INTERRUPTIBILITY) },
};

void vendor_describe(void (*print)(const char *fmt, ...))
{
	unsigned int n;
	u64 value;

	print("VMCS:\n");
	for (n = 0; n < ARRAY_SIZE(fields); n++)
		if (vmread_safe(fields[n].field, &value))
			print("  %s 0x%llx\n", fields[n].name, value);
}
