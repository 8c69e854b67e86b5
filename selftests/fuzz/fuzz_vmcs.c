// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcs */
/* BESIDE: vmcs/check.c vmcs/guest.c vmcs/machine.c */
/* SOURCES: x86/vmx/vmcs.c x86/vmx/inject.c x86/vmx/cr.c x86/vmx/exit.c x86/vmx/ept.c */
/* SOURCES: x86/vmx/tracing.c x86/vmx/controls.c x86/vmx/msr_bitmap.c x86/kick.c */
/* SOURCES: x86/exits/cr.c x86/exits/events.c x86/exits/guest_memory.c x86/exits/guest_msr.c */
/* SOURCES: x86/exits/instructions.c x86/exits/io.c x86/exits/mmio.c x86/exits/violations.c */
/* SOURCES: x86/cpuid.c x86/cr_policy.c x86/decode.c x86/emulate.c x86/guest_walk.c x86/msr.c */
/* SOURCES: x86/root_msr.c core/format.c core/mmio.c core/page_pool.c core/pgtable.c */
/* SOURCES: core/pio.c x86/exits/fetch.c x86/guest_cpu.c x86/msr_cell.c x86/park.c */
/* OPTIONS: -max_len=2048 */
/*
 * A guest in any state, and its exits, one after the other: after each of them the CPU has to
 * accept the VMCS.
 *
 * Input: whether it is Linux or a cell, then what the guest does and what happens beside it.
 */
#include "vmcs.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vmcs_input input = { data, size };
	const char *broken;

	vmcs_boot();
	if (size && data[0] & 1)
		vmcs_cell();
	while (input.left) {
		vmcs_exit(&input);
		broken = vmcs_check(&vmcs_cpu);
		if (broken) {
			fprintf(stderr, "%s: %s\n", broken, vmcs_state());
			REQUIRE(!broken);
		}
	}
	return 0;
}
