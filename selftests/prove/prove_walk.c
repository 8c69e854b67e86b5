// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/guest_walk.c */
/* OPTIONS: --unwind 6 --no-standard-checks --bounds-check --pointer-check */
/* QUICK: 3 s */
/* FAULT: x86/guest_walk.c s/table = entry & mask;/table = entry \& ~0xfffULL;/ */
/* FAULT: x86/guest_walk.c s/gva >> shift & 0x1ff/gva >> shift \& 0x3ff/ */
/* FAULT: x86/guest_walk.c s/if (shift == 12 || /if (/ */
/* FAULT: x86/guest_walk.c s/index &= 0x3ff/index \&= 0x7ff/ */
/* FAULT: x86/guest_walk.c s/ || (page & ~paging->addr_bits)// */
/*
 * Whatever a guest has in its registers and tables, and whatever another CPU of it writes
 * there meanwhile: the walk asks stage 2 for each table, at an address that the guest can
 * have, and reads one entry of what it is given, the one that the linear address selects.
 * Where it ends is an address of that kind, too. All modes, MAXPHYADDR 36 to 52.
 *
 * One entry is all that there is of a table: look_up() points so far below it that only the
 * right index meets it.
 */
#include "prove.h"
#include "guest_walk.h"
#include "registers.h"

static struct guest_paging paging;
static u64 gva;
static bool wide;
static unsigned int shift;

static const void *look_up(void *ctx, u64 gpa)
{
	static u64 entry;
	static u32 entry32;
	const unsigned int at = shift;

	PROVE(!(gpa & (wide ? ~paging.addr_bits : ~guest_bits(31, 12))),
	      "the start of a page that the guest can have");
	PROVE(shift >= 12, "no more levels than there are");
	entry = nondet_u64();
	entry32 = nondet_u32();
	if (nondet_bool())
		return NULL;
	shift -= wide ? 9 : 10;
	return wide ? (const void *)(&entry - (gva >> at & 0x1ff)) :
		      (const void *)(&entry32 - (gva >> at & 0x3ff));
}

static void walk(void)
{
	const struct guest_memory memory = { .map = look_up };
	struct guest_mapping mapping;

	if (guest_walk(&paging, &memory, gva, &mapping))
		return;
	REACHED();
	PROVE(!(mapping.gpa & ~(paging.addr_bits | 0xfff)), "an address that the guest can have");
	PROVE(mapping.levels <= GUEST_MAX_LEVELS, "as many entries as there is room for");
	PROVE(!((mapping.gpa ^ gva) & 0xfff), "the same place in the page");
}

int main(void)
{
	unsigned int n;

	paging = (struct guest_paging) {
		.cr0 = nondet_u64(), .cr3 = nondet_u64(), .cr4 = nondet_u64(),
		.efer = nondet_u64(), .addr_bits = guest_addr_bits(36 + nondet_u8() % 17),
	};
	for (n = 0; n < 4; n++)
		paging.pdpte[n] = nondet_u64();
	gva = nondet_u64();

	switch (nondet_u8()) {
	case 0:
		ASSUME(paging.efer & X86_EFER_LMA);
		wide = true;
		shift = paging.cr4 & X86_CR4_LA57 ? 48 : 39;
		walk();
		break;
	case 1:
		ASSUME(!(paging.efer & X86_EFER_LMA) && paging.cr4 & X86_CR4_PAE);
		wide = true;
		shift = 21;
		walk();
		break;
	default:
		ASSUME(!(paging.efer & X86_EFER_LMA) && !(paging.cr4 & X86_CR4_PAE));
		wide = false;
		shift = 22;
		walk();
	}
	return 0;
}
