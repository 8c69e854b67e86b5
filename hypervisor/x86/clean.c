// SPDX-License-Identifier: GPL-2.0-only
/* What a CPU's former owner left in it goes before the next one gets it. */
#include "x86.h"
#include "apic.h"
#include "arch.h"
#include "clean.h"
#include "cell.h"
#include "exits/exits.h"
#include "park.h"
#include "string.h"
#include "vendor.h"

#define XCR0_X87	1ULL
#define CPUID_XSAVE	0xd
#define XSAVE_MXCSR	(24 / sizeof(u32))
#define MXCSR_RESET	0x1f80

static void write_msr(u32 msr, u64 value)
{
	/* Announced registers that are missing (emulators) stay missing. */
	wrmsr_safe(msr, value);
}

/*
 * An XSAVE area with an empty XSTATE_BV: XRSTOR brings each component to its initial
 * state (SDM 1 13.6). Only MXCSR is read from it all the same.
 */
static struct {
	u32 legacy[512 / sizeof(u32)];
	u64 header[8];
} __aligned(64) initial_state;

static void reset_fpu(void)
{
	u32 regs[4];
	u64 components;

	/* Each CPU writes the same. In the image it would be half a KiB of zeros. */
	initial_state.legacy[XSAVE_MXCSR] = MXCSR_RESET;
	cpuid_leaf(CPUID_XSAVE, 0, regs);
	components = (u64)regs[3] << 32 | regs[0];
	xsetbv_safe(0, components);
	asm volatile("xrstor64 %0" : : "m" (initial_state), "a" (~0U), "d" (~0U));
	xsetbv_safe(0, XCR0_X87);
}

/* With microcode that knows MDS, VERW also empties the CPU's buffers. */
static void clear_buffers(void)
{
	static const u16 selector = HV_DS;

	asm volatile("verw %0" : : "m" (selector) : "cc");
}

static bool read_if_there(u32 msr, u64 *value)
{
	return !rdmsr_safe(msr, value);
}

static bool write_if_there(u32 msr, u64 value)
{
	return !wrmsr_safe(msr, value);
}

static void set_frequency(struct percpu *percpu)
{
	static const struct pstate_hw hw = { cpuid_leaf, read_if_there, write_if_there };
	const struct cell *cell = percpu->cpu->cell;

	pstate_restore(&percpu->linux_pstate, &hw);
	if (!cell_is_root(cell) && !(cell->desc->flags & JAILHOUSE_CELL_KEEP_FREQUENCY))
		pstate_fix(&percpu->linux_pstate, &hw);
}

void clean_cpu(struct percpu *percpu)
{
	static const struct msr_hw hw = { cpuid_leaf, write_msr };

	apic_silence();
	msr_reset(&hw);
	kept_msrs_reset(&percpu->kept, &root_msr_io);
	reset_fpu();
	clear_buffers();
	guest_msr_reset(percpu);
	apic_reset_view(percpu);
}

void arch_cpu_moved(struct cpu *cpu)
{
	struct percpu *percpu = this_percpu();

	memset(cpu->stats, 0, sizeof(cpu->stats));
	/* First: the former cell may be gone, and nothing of its memory is to be mapped here. */
	vendor_set_cell(percpu);
	clean_cpu(percpu);
	set_frequency(percpu);
	park_cpu(percpu);
}
