// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machine checks. Most processors send an uncorrected one to all CPUs of the machine, and
 * CR4.MCE being clear on any of them would be a shutdown. Linux wants each of its own CPUs
 * to take part in handling it, and gets it there. On all others it is noted, and ends the
 * cell that it concerns.
 */
#include "machine_check.h"
#include "log.h"
#include "mce.h"
#include "panic.h"
#include "test_build.h"
#include "vendor.h"

/* All CPUs have the same to tell, and a bank that is stuck would tell it for ever. */
static struct log_limit limit;

/* A line a second, but what belongs together is not to be torn. */
#define LINES_AT_ONCE	32

/* A bank may have fewer registers than most. */
static u64 read_msr(u32 msr)
{
	u64 val = 0;

	if (!test_build_msr(msr, &val))
		rdmsr_safe(msr, &val);
	return val;
}

static void note(const struct mce_bank *bank)
{
	if (log_ratelimit(&limit, rdtsc(), (u64)machine.tsc_khz * 1000, LINES_AT_ONCE))
		log_printf("CPU %u: machine check, bank %u: "
			   "status 0x%llx, address 0x%llx, misc 0x%llx\n",
			   this_percpu()->cpu->id, bank->number, bank->status, bank->addr,
			   bank->misc);
}

static const struct mce_ops ops = { read_msr, note };

/*
 * The next one would be a shutdown as long as "in progress" is set. The banks stay as they
 * are.
 */
bool machine_check_survived(struct percpu *percpu)
{
	bool lives = mce_judge(&ops, percpu->cell->desc);

	wrmsr_safe(MSR_IA32_MCG_STATUS, 0);
	return lives;
}

void machine_check_in_hypervisor(struct percpu *percpu, u64 rip)
{
	if (!(read_msr(MSR_IA32_MCG_STATUS) & MCG_STATUS_RIPV)) {
		mce_judge(&ops, percpu->cell->desc);
		panic("machine check in the hypervisor, rip 0x%llx", rip);
	}
	percpu->mc_seen = true;
	if (percpu->guest_loaded)
		vendor_exit_at_once(percpu);
}
