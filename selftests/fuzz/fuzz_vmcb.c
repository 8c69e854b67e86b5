// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcb */
/* BESIDE: vmcb/check.c vmcb/cpu.c vmcb/guest.c entry/guest_state.c entry/machine.c */
/* OPTIONS: -max_len=2048 */
/*
 * A guest in any state, and its exits, one after the other: after each of them VMRUN has to
 * accept the VMCB, and to keep from the guest what is not its own.
 *
 * Input: whether it is Linux or a cell, on which CPU, then what the guest does and what happens
 * beside it.
 */
#include "vmcb_cpu.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct random_input input = { data, size };
	const char *broken;

	vmcb_boot(&vmcb_cpus[size ? data[0] >> 1 & 1 : 0]);
	if (size && data[0] & 1)
		entry_cell();
	while (input.left) {
		vmcb_exit(&input);
		broken = vmcb_check();
		if (broken) {
			fprintf(stderr, "%s: %s\n", broken, entry_describe());
			REQUIRE(!broken);
		}
	}
	return 0;
}
