// SPDX-License-Identifier: GPL-2.0-only
/* Machine checks that came while the guest ran; see ../machine_check.c. */
#include "exits.h"
#include "machine_check.h"

void machine_check_in_guest(struct percpu *percpu)
{
	if (runs_root(percpu) && !percpu->cpu->parked) {
		vendor_inject_exception(X86_EXC_MC, false, 0);
		return;
	}
	if (!machine_check_survived(percpu) && !percpu->cpu->parked)
		exit_violation(percpu, "machine check");
}

void process_late_events(struct percpu *percpu)
{
	if (percpu->mc_seen) {
		percpu->mc_seen = false;
		machine_check_in_guest(percpu);
	}
	process_events(percpu);
}
