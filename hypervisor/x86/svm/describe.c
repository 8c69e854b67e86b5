// SPDX-License-Identifier: GPL-2.0-only
/* The VMCB, for the crash record. */
#include "svm.h"

static const struct {
	const char *name;
	u16 offset;
	u16 size;
} fields[] = {
#define FIELD(name, member) \
	{ name, offsetof(struct vmcb, member), sizeof(((struct vmcb *)NULL)->member) }
	FIELD("exit code", exit_code),
	FIELD("exit info 1", exit_info1),
	FIELD("exit info 2", exit_info2),
	FIELD("event at exit", exit_int_info),
	FIELD("event injected", event_inj),
	FIELD("intercepts 1", intercept_misc1),
	FIELD("intercepts 2", intercept_misc2),
	FIELD("intercepted exceptions", intercept_exceptions),
	FIELD("ASID", asid),
	FIELD("nested CR3", n_cr3),
	FIELD("guest CR0", cr0),
	FIELD("guest CR2", cr2),
	FIELD("guest CR3", cr3),
	FIELD("guest CR4", cr4),
	FIELD("guest EFER", efer),
	FIELD("guest RIP", rip),
	FIELD("guest RSP", rsp),
	FIELD("guest RFLAGS", rflags),
	FIELD("guest CS", cs.selector),
	FIELD("guest shadow", int_shadow),
#undef FIELD
};

void vendor_describe(void (*print)(const char *fmt, ...))
{
	unsigned int n;
	u64 value;

	print("VMCB:\n");
	for (n = 0; n < ARRAY_SIZE(fields); n++) {
		value = 0;
		__builtin_memcpy(&value, (const u8 *)&percpu_vmcb + fields[n].offset,
				 fields[n].size == 8 ? 8 : fields[n].size == 4 ? 4 : 2);
		print("  %s 0x%llx\n", fields[n].name, value);
	}
}
