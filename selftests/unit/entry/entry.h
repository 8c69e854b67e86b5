/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine with one CPU and two cells, around the code that writes a VMCS or VMCB, and guests
 * in all states that the architecture has. vmcs/ and vmcb/ hold what that code writes against
 * the checks that VM entry makes.
 */
#ifndef SELFTESTS_ENTRY_H
#define SELFTESTS_ENTRY_H

#include "vendor.h"

/* Guest-physical memory from 0 on, and the registers of a device. */
#define GUEST_RAM_SIZE		0x200000U
#define DEVICE_GPA		0xfec00000ULL
extern u8 guest_ram[GUEST_RAM_SIZE];

/* Bits of a physical address. */
#define ENTRY_ADDR_BITS		39

/**
 * struct random_input - random bytes, then zeros
 * @next: the next one
 * @left: how many there are
 */
struct random_input {
	const u8 *next;
	size_t left;
};

/** random_fill() - the same bytes for the same @seed, everywhere */
void random_fill(u8 *bytes, size_t size, u32 seed);

/* What pick() takes, and the rest of the hypervisor answers from; NULL: always 0. */
extern struct random_input *entry_input;

/** pick() - a number below @choices, which are at most 256 */
u32 pick(u32 choices);

/** random64() - any value */
u64 random64(void);

/*
 * guest_state.c
 */

enum guest_mode { REAL, PROTECTED, PAGED, PAE, V86, COMPATIBILITY, LONG, NUM_MODES };

/* In which shadow the guest is, that of STI or of a move to SS. */
enum guest_shadow { NO_SHADOW, SHADOW_STI, SHADOW_MOV_SS };

/**
 * struct guest_state - what a guest has made of its CPU
 * @mode: what the rest follows from
 * @cpl: privilege
 * @halted: it executes nothing
 * @cr0: of these, a hypervisor may own bits
 * @cr4: likewise
 * @cr3: mostly make_tables()'s
 * @efer: with LMA, as the mode has it
 * @pdpte: of PAE paging
 * @segments: access rights as in struct guest_segment
 * @rip: mostly in guest_ram
 * @rflags: flags
 * @shadow: see enum guest_shadow
 * @btf: single steps are branches (only of the root cell)
 * @nmi_blocked: an NMI is in service
 */
struct guest_state {
	enum guest_mode mode;
	unsigned int cpl;
	bool halted;
	u64 cr0, cr4, cr3, efer;
	u64 pdpte[4];
	struct guest_segment segments[NUM_SEGMENTS];
	u64 rip, rflags;
	enum guest_shadow shadow;
	bool btf, nmi_blocked;
};

/** guest_is_long() - in long mode */
static inline bool guest_is_long(const struct guest_state *guest)
{
	return guest->mode == COMPATIBILITY || guest->mode == LONG;
}

/**
 * guest_run() - a guest has run for a while
 * @guest: receives a state that hardware could have saved
 * @root: it is Linux
 *
 * Its page tables are in guest_ram, general-purpose registers in this_regs().
 */
void guest_run(struct guest_state *guest, bool root);

/**
 * guest_code() - where RIP leads to in guest_ram
 * @guest: its RIP is changed to be there
 *
 * Return: at least 16 bytes.
 */
u8 *guest_code(struct guest_state *guest);

/** guest_moves() - an instruction with an operand in memory is at @code: @gpa or near to it */
u64 guest_moves(u8 *code);

/* Numbers worth being tried. */
u16 pick_port(void);
u32 pick_msr(void);

/*
 * machine.c
 */

/** entry_boot() - Linux right behind the handover, as a guest; vendor_init() has been called. */
void entry_boot(void);

/** entry_cell() - the CPU is a cell's now, at its reset. */
void entry_cell(void);

/** entry_park() - the CPU is parked, for whoever has it. */
void entry_park(void);

/** entry_failed_after_reset() - the CPU is reset in 64-bit code, and the next entry fails. */
void entry_failed_after_reset(void);

/** entry_describe() - the guest in words, for a report, by the vendor's part. A static string. */
const char *entry_describe(void);

#endif
