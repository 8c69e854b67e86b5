// SPDX-License-Identifier: GPL-2.0-only
/*
 * Only in the test build: what real machines do and emulators do not. Which of it is done
 * is a word in the image, which whoever makes the image for a test patches in.
 */
#include "test_build.h"
#include "arch.h"
#include "log.h"
#include "mce.h"
#include "paging.h"
#include "x86.h"

#define LATE_MS		5

/* "JHADVERSE" tells where @switches is; of volatile the compiler takes no value for granted. */
static volatile struct {
	char mark[12];
	u32 switches;
} adverse = { "JHADVERSE", 0 };

/* CPUs that have said so. */
static bool woken[MAX_CPUS];

u32 adverse_switches(void)
{
	return adverse.switches;
}

bool adverse_omits(u32 what)
{
	return adverse.switches & what;
}

/* Doublewords are what inmates access. */
bool adverse_passes(u32 what, u64 hpa, struct mmio_access *access)
{
	volatile void *reg;

	if (!adverse_omits(what) || access->width != 4)
		return false;
	reg = paging_device_window(hpa);
	if (access->is_write)
		mmio_write32(reg, (u32)access->value);
	else
		access->value = mmio_read32(reg);
	arch_window_close();
	return true;
}

/* It takes long to leave a deep C-state; meanwhile more requests come. */
void adverse_be_late(const struct percpu *percpu)
{
	u64 until = rdtsc() + (u64)machine.tsc_khz * LATE_MS;

	if (adverse.switches & ADVERSE_LATE && percpu->nmis_seen)
		while (rdtsc() < until)
			cpu_relax();
}

/* Again and again, as an SMI or a machine check would. */
void adverse_park(struct percpu *percpu)
{
	if (adverse.switches & ADVERSE_WAKE)
		vendor_test_wake(percpu, true);
}

void adverse_unpark(struct percpu *percpu)
{
	if (!(adverse.switches & ADVERSE_WAKE))
		return;
	if (percpu->cpu->parked && !percpu->nmis_seen && !woken[percpu->cpu->id]) {
		woken[percpu->cpu->id] = true;
		log_printf("test build: CPU %u: parked, and awake\n", percpu->cpu->id);
	}
	vendor_test_wake(percpu, false);
}

/* One bank, which has VAL, UC and ADDRV set. */
static struct {
	bool exists;
	u64 mcg_status;
	u64 addr;
} machine_check;

bool test_build_msr(u32 msr, u64 *val)
{
	if (!machine_check.exists)
		return false;
	if (msr == MSR_IA32_MCG_CAP)
		*val = 1;
	else if (msr == MSR_IA32_MCG_STATUS)
		*val = machine_check.mcg_status;
	else if (msr == MSR_IA32_MC_STATUS(0))
		*val = BIT_ULL(63) | BIT_ULL(61) | BIT_ULL(58);
	else if (msr == MSR_IA32_MC_ADDR(0))
		*val = machine_check.addr;
	return true;
}

void adverse_plant_check(u64 mcg_status, u64 addr)
{
	machine_check.exists = true;
	machine_check.mcg_status = mcg_status;
	machine_check.addr = addr;
}
