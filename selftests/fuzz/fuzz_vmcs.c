// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcs */
/* BESIDE: vmcs/check.c vmcs/cpu.c vmcs/guest.c entry/guest_state.c entry/machine.c */
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
	struct random_input input = { data, size };
	const char *broken;

	vmcs_boot();
	if (size && data[0] & 1)
		entry_cell();
	while (input.left) {
		vmcs_exit(&input);
		broken = vmcs_check(&vmcs_cpu);
		if (broken) {
			fprintf(stderr, "%s: %s\n", broken, entry_describe());
			REQUIRE(!broken);
		}
	}
	return 0;
}
