// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/cr_policy.c */
#include "unit.h"

#include "cr_policy.h"
#include "errno.h"
#include "guest_walk.h"
#include "registers.h"

#define PE	X86_CR0_PE
#define PG	X86_CR0_PG
#define WP	X86_CR0_WP
#define CD	X86_CR0_CD
#define NW	X86_CR0_NW
#define PAE	X86_CR4_PAE
#define LME	X86_EFER_LME
#define LMA	X86_EFER_LMA

UNIT(moves_to_cr0)
{
	static const struct {
		u64 cr0, cr4, efer;
		bool cs_long, tss16;
		u64 val;
		int err;
	} rows[] = {
		{ PE, 0, 0, false, false, 0, 0 },
		{ PE, 0, 0, false, false, PE | WP | CD, 0 },
		{ PE, 0, 0, false, false, PE | CD | NW, 0 },
		{ PE, 0, 0, false, false, PE | NW, -EINVAL },
		{ PE, 0, 0, false, false, PG, -EINVAL },
		{ PE, 0, 0, false, false, PE | BIT_ULL(32), -EINVAL },
		{ PE, 0, 0, false, false, PE | BIT_ULL(63), -EINVAL },
		/* paging without long mode */
		{ PE, 0, 0, false, true, PE | PG, 0 },
		{ PE, PAE, 0, false, true, PE | PG, 0 },
		{ PE | PG, 0, 0, false, false, PE, 0 },
		/* and with it */
		{ PE, PAE, LME, false, false, PE | PG, 0 },
		{ PE, 0, LME, false, false, PE | PG, -EINVAL },
		{ PE, PAE, LME, true, false, PE | PG, -EINVAL },
		{ PE, PAE, LME, false, true, PE | PG, -EINVAL },
		{ PE | PG, PAE, LME | LMA, false, true, PE | PG | WP, 0 },
		{ PE | PG, PAE, LME | LMA, true, false, PE | PG | WP, 0 },
		{ PE | PG, PAE, LME | LMA, false, false, PE, 0 },
		{ PE | PG, PAE, LME | LMA, true, false, PE, -EINVAL },
		{ PE | PG, PAE | X86_CR4_PCIDE, LME | LMA, false, false, PE, -EINVAL },
		{ PE | PG, PAE | X86_CR4_PCIDE, LME | LMA, false, false, PE | PG, 0 },
		/* control-flow enforcement needs write protection */
		{ PE | PG | WP, PAE | X86_CR4_CET, LME | LMA, true, false, PE | PG, -EINVAL },
		{ PE | PG | WP, PAE | X86_CR4_CET, LME | LMA, true, false, PE | PG | WP | CD, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cr_state now = {
			.cr0 = rows[i].cr0, .cr4 = rows[i].cr4, .efer = rows[i].efer,
			.cs_long = rows[i].cs_long, .tss16 = rows[i].tss16,
		};

		unit_row("row %zu", i);
		CHECK_EQ(cr0_check(&now, rows[i].val), rows[i].err);
	}
}

UNIT(moves_to_cr4)
{
	const u64 all = X86_CR4_PAE | X86_CR4_PSE | X86_CR4_PCIDE | X86_CR4_CET | X86_CR4_LA57;
	static const struct {
		u64 cr0, cr3, cr4, efer, val;
		int err;
	} rows[] = {
		{ PE, 0, 0, 0, X86_CR4_PSE, 0 },
		{ PE, 0, 0, 0, X86_CR4_VMXE, -EINVAL },
		{ PE, 0, 0, 0, BIT_ULL(63), -EINVAL },
		{ PE, 0, 0, 0, X86_CR4_LA57, 0 },
		{ PE | PG, 0, PAE, LME | LMA, PAE | X86_CR4_PSE, 0 },
		{ PE | PG, 0, PAE, LME | LMA, 0, -EINVAL },
		{ PE | PG, 0, PAE, LME | LMA, PAE | X86_CR4_LA57, -EINVAL },
		{ PE | PG, 0, PAE | X86_CR4_LA57, LME | LMA, PAE, -EINVAL },
		{ PE | PG, 0, PAE | X86_CR4_LA57, LME | LMA, PAE | X86_CR4_LA57, 0 },
		{ PE | PG, 0, PAE, 0, 0, 0 },
		{ PE | PG, 0xf000, PAE, LME | LMA, PAE | X86_CR4_PCIDE, 0 },
		{ PE | PG, 0xf001, PAE, LME | LMA, PAE | X86_CR4_PCIDE, -EINVAL },
		{ PE | PG, 0xf800, PAE, LME | LMA, PAE | X86_CR4_PCIDE, -EINVAL },
		{ PE | PG, 0xf000, PAE, 0, PAE | X86_CR4_PCIDE, -EINVAL },
		{ PE | PG, 0xf001, PAE | X86_CR4_PCIDE, LME | LMA, PAE | X86_CR4_PCIDE, 0 },
		{ PE | PG, 0xf001, PAE | X86_CR4_PCIDE, LME | LMA, PAE, 0 },
		{ PE | PG, 0, PAE, LME | LMA, PAE | X86_CR4_CET, -EINVAL },
		{ PE | PG | WP, 0, PAE, LME | LMA, PAE | X86_CR4_CET, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cr_state now = {
			.cr0 = rows[i].cr0, .cr3 = rows[i].cr3, .cr4 = rows[i].cr4,
			.efer = rows[i].efer, .cr4_allowed = all,
		};

		unit_row("row %zu", i);
		CHECK_EQ(cr4_check(&now, rows[i].val), rows[i].err);
	}
}

UNIT(paging_switches_long_mode)
{
	struct cr_state now = { .cr0 = PE, .cr4 = PAE, .efer = LME | X86_EFER_NXE };

	CHECK_EQ(cr0_efer(&now, PE | PG), LME | LMA | X86_EFER_NXE);
	CHECK_EQ(cr0_efer(&now, PE), LME | X86_EFER_NXE);
	now.efer = X86_EFER_NXE;
	CHECK_EQ(cr0_efer(&now, PE | PG), X86_EFER_NXE);
	now.efer = LME | LMA;
	now.cr0 = PE | PG;
	CHECK_EQ(cr0_efer(&now, PE | PG), LME | LMA);
	CHECK_EQ(cr0_efer(&now, PE), LME);
}

/* With PAE paging, and there only. */
UNIT(when_the_four_entries_are_loaded)
{
	struct cr_state pae = { .cr0 = PE | PG, .cr4 = PAE };
	struct cr_state off = { .cr0 = PE, .cr4 = PAE };
	struct cr_state to_long = { .cr0 = PE, .cr4 = PAE, .efer = LME };
	struct cr_state legacy = { .cr0 = PE | PG };
	struct cr_state in_long = { .cr0 = PE | PG, .cr4 = PAE, .efer = LME | LMA };

	CHECK(cr0_loads_pdptes(&off, PE | PG));
	CHECK(!cr0_loads_pdptes(&off, PE | CD));
	CHECK(!cr0_loads_pdptes(&to_long, PE | PG));
	CHECK(!cr0_loads_pdptes(&legacy, PE | PG | CD));
	CHECK(!cr0_loads_pdptes(&in_long, PE | PG | CD));
	CHECK(cr0_loads_pdptes(&pae, PE | PG | CD));
	CHECK(cr0_loads_pdptes(&pae, PE | PG | CD | NW));
	CHECK(!cr0_loads_pdptes(&pae, PE | PG | WP));
	CHECK(!cr0_loads_pdptes(&pae, PE));

	CHECK(cr4_loads_pdptes(&legacy, PAE));
	CHECK(!cr4_loads_pdptes(&pae, 0));
	CHECK(cr4_loads_pdptes(&pae, PAE | X86_CR4_PSE));
	CHECK(cr4_loads_pdptes(&pae, PAE | X86_CR4_PGE));
	CHECK(cr4_loads_pdptes(&pae, PAE | X86_CR4_SMEP));
	CHECK(!cr4_loads_pdptes(&pae, PAE | X86_CR4_OSXSAVE));
	CHECK(!cr4_loads_pdptes(&off, PAE | X86_CR4_PSE));
	CHECK(!cr4_loads_pdptes(&in_long, PAE | X86_CR4_PGE));
}

/* A bit that may not be set counts in an entry that is present. */
UNIT(reserved_bits_of_the_four_entries)
{
	const u64 allowed = 0xffffff000ULL | 0xe19;	/* MAXPHYADDR is 36 */
	unsigned int bit, n;

	for (n = 0; n < 4; n++) {
		for (bit = 0; bit < 64; bit++) {
			u64 pdpte[4] = { 1, 0x1000 | 1, 0, 0xffffff000ULL | 1 };

			unit_row("entry %u, bit %u", n, bit);
			pdpte[n] = 1 | BIT_ULL(bit);
			CHECK_EQ(pdptes_check(pdpte, guest_addr_bits(36)),
				 allowed & BIT_ULL(bit) ? 0 : -EINVAL);
			pdpte[n] = BIT_ULL(bit) & ~1ULL;
			CHECK_EQ(pdptes_check(pdpte, guest_addr_bits(36)), 0);
		}
	}
}
