/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers that a cell's CPU has only in appearance: what it reads there, and what a write
 * means for it. Knows values, touches no hardware. Registers: SDM 4.
 */
#ifndef _X86_MSR_CELL_H
#define _X86_MSR_CELL_H

#include "types.h"

/**
 * struct msr_cell - registers of one CPU of a cell
 * @mtrr_def_type: IA32_MTRR_DEF_TYPE as it was written
 * @pat: IA32_PAT as it was written
 * @tsc_offset: what the cell's TSC is ahead of the machine's, modulo 2^64
 */
struct msr_cell {
	u64 mtrr_def_type;
	u64 pat;
	u64 tsc_offset;
};

/** msr_cell_reset() - the CPU starts, or changes owner: memory is cached, the TSC is true */
void msr_cell_reset(struct msr_cell *msrs);

/**
 * msr_cell_read() - RDMSR
 * @msrs: registers of the CPU
 * @msr: ECX
 * @val: receives the value
 *
 * Return: 0. -EINVAL for a register that is not emulated: #GP.
 */
int msr_cell_read(const struct msr_cell *msrs, u32 msr, u64 *val);

/**
 * msr_cell_write() - WRMSR
 * @msrs: registers of the CPU
 * @msr: ECX
 * @val: EDX:EAX
 *
 * Return: 0; msr_cell_pat() may have changed. -EINVAL: #GP, for a reserved bit or type, or a
 * register that is not emulated.
 */
int msr_cell_write(struct msr_cell *msrs, u32 msr, u64 val);

/** msr_cell_arch_capabilities() - what a cell sees of IA32_ARCH_CAPABILITIES; @val: its value */
u64 msr_cell_arch_capabilities(u64 val);

/** msr_cell_pat() - what IA32_PAT has to hold: with MTRRs off, all memory is uncached */
u64 msr_cell_pat(const struct msr_cell *msrs);

/* A deadline of the APIC timer, in the cell's time and in the machine's; 0 is none. */
u64 msr_deadline_to_machine(const struct msr_cell *msrs, u64 deadline);
u64 msr_deadline_to_cell(const struct msr_cell *msrs, u64 deadline);

#endif
