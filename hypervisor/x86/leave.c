// SPDX-License-Identifier: GPL-2.0-only
/* The way back from the hypervisor to Linux. */
#include "x86.h"
#include "apic.h"
#include "arch.h"
#include "cpu_events.h"
#include "kick.h"
#include "leave.h"
#include "linux.h"
#include "panic.h"
#include "vendor.h"

#define PTE_ADDR		0x000ffffffffff000ULL
#define ENTRIES			512
#define KERNEL_HALF		256

/*
 * Linux's text, stack and GS base are reached through the kernel half of its top-level
 * table, which has changed since the transition table was made.
 */
static void copy_kernel_half(u64 linux_cr3)
{
	u64 *transition = (u64 *)(HV_BASE + boot_info.transition_offset);
	u64 hpa;

	if (!pgtable_lookup(&machine.root->stage2, linux_cr3 & PTE_ADDR, &hpa, NULL))
		panic("CR3 0x%llx of Linux is not in its memory", linux_cr3);
	copy_words(transition + KERNEL_HALF, (u64 *)arch_window(hpa) + KERNEL_HALF,
		   ENTRIES - KERNEL_HALF);
	arch_window_close();
}

/*
 * CPUs that Linux does not use wait in the hypervisor, whose memory goes away. INIT, which
 * VMX operation had held off, puts them where a CPU waits for its operating system.
 */
static void init_offline_cpus(void)
{
	unsigned int n;

	for (n = 0; n < machine.num_cpus; n++)
		if (cpu_taken_over(n) && !machine.cpus[n].present)
			apic_send_init(machine.cpus[n].apic_id);
}

void leave_to_linux(struct percpu *percpu)
{
	struct linux_state *state = &percpu->linux_state;

	if (cpu_set_first(&machine.root->cpus) == percpu->cpu->id)
		init_offline_cpus();
	vendor_get_linux(percpu, state);
	copy_kernel_half(guest_cr3());
	vendor_off(percpu);
	/* What was held until now has come. */
	state->nmi = kick_take(percpu) || percpu->guest_nmis;
	linux_return(percpu);
}

void leave_offline(struct percpu *percpu)
{
	apic_silence();
	vendor_off(percpu);
	cpu_left(percpu->cpu);
	arch_halt();
}
