// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/vmx/controls.c core/format.c core/string.c */
/*
 * What is demanded of a CPU's VMX: recorded registers of real CPUs (capability-sets.txt), and
 * sets that differ from a good one in a single bit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "coffee_lake.h"
#include "unit.h"
#include "vmx/controls.h"

#define SETS		"selftests/unit/capability-sets.txt"
#define MIN_ACCEPTED	13
#define MIN_REFUSED	4

static char why[160];
static struct vmx_controls controls;

static int choose(const struct vmx_caps *caps)
{
	why[0] = 0;
	memset(&controls, 0xa5, sizeof(controls));
	return vmx_controls_choose(caps, &controls, why, sizeof(why));
}

/* The set that nested KVM shows on a Coffee Lake: what every other one is a change of. */
static const struct vmx_caps good = COFFEE_LAKE_CAPS;

/*
 * Recorded sets
 */

/* The next column of a row, without the blanks around it. */
static char *column(char **row)
{
	char *begin = strsep(row, "|"), *end;

	if (!begin)
		return NULL;
	begin += strspn(begin, " ");
	end = begin + strlen(begin);
	while (end > begin && (end[-1] == ' ' || end[-1] == '\n'))
		*--end = 0;
	return begin;
}

static bool parse(char *row, char **name, struct vmx_caps *caps, char **result)
{
	u64 *const fields[] = {
		&caps->basic, &caps->pin, &caps->primary, &caps->secondary,
		&caps->exit, &caps->entry, &caps->misc, &caps->ept,
	};
	unsigned int n;
	char *text;

	*name = column(&row);
	for (n = 0; n < ARRAY_SIZE(fields); n++) {
		text = column(&row);
		if (!text)
			return false;
		*fields[n] = strtoull(text, NULL, 16);
	}
	*result = column(&row);
	return *result && !row;
}

UNIT(recorded_sets_are_accepted_or_refused_by_name)
{
	unsigned int accepted = 0, refused = 0;
	char row[512], *name, *result;
	FILE *file = fopen(SETS, "r");
	struct vmx_caps caps;

	if (!CHECK(file))
		return;
	while (fgets(row, sizeof(row), file)) {
		if (row[0] == '#')
			continue;
		if (!CHECK(parse(row, &name, &caps, &result)))
			break;
		unit_row("%s", name);
		if (strcmp(result, "accepted")) {
			CHECK(choose(&caps) < 0);
			CHECK(strstr(why, result));
			refused++;
		} else {
			CHECK_EQ(choose(&caps), 0);
			CHECK_STR(why, "");
			accepted++;
		}
	}
	fclose(file);
	CHECK(accepted >= MIN_ACCEPTED);
	CHECK(refused >= MIN_REFUSED);
}

/*
 * Sets that were made up
 */

/* What a set of controls has to offer, and what may be forced on without harm. */
static const struct field {
	const char *name;
	size_t offset;
	u32 needed;
	u32 may_be_forced;
} fields[] = {
	/* NMI exiting, virtual NMIs, preemption timer */
	{ "pin", offsetof(struct vmx_caps, pin), 0x68, 0x16 | 0x28 },
	/* MWAIT, RDPMC, NMI window, I/O and MSR bitmaps, MONITOR, secondary; TSC offset */
	{ "primary", offsetof(struct vmx_caps, primary), 0xb2400c00, 0x04006172 | 0x92000008 },
	/* EPT, VPID, WBINVD, unrestricted guest; RDTSCP, INVPCID, XSAVES */
	{ "secondary", offsetof(struct vmx_caps, secondary), 0xe2, 0xa2 | 0x101008 },
	/* debug controls, 64-bit, PAT and EFER both ways */
	{ "exit", offsetof(struct vmx_caps, exit), 0x3c0204, 0x36dfb | 0x3c0204 },
	/* debug controls, 64-bit, PAT, EFER */
	{ "entry", offsetof(struct vmx_caps, entry), 0xc204, 0x11fb | 0xc004 },
};

static u64 *cap_of(struct vmx_caps *caps, const struct field *field)
{
	return (u64 *)((u8 *)caps + field->offset);
}

/* A CPU that will do, or one that will not, and why. */
static void check_choice(const struct vmx_caps *caps, bool good_enough, const char *complaint)
{
	if (good_enough) {
		CHECK_EQ(choose(caps), 0);
		return;
	}
	CHECK(choose(caps) < 0);
	CHECK(strstr(why, complaint));
}

UNIT(each_control_that_is_needed_is_missed_by_name)
{
	const struct field *field;
	struct vmx_caps caps;
	unsigned int bit;

	for (field = fields; field < fields + ARRAY_SIZE(fields); field++) {
		for (bit = 0; bit < 32; bit++) {
			unit_row("%s %u", field->name, bit);
			caps = good;
			*cap_of(&caps, field) &= ~(1ULL << 32 << bit);
			check_choice(&caps, !(field->needed >> bit & 1), "the CPU lacks ");
		}
	}
}

UNIT(each_control_that_is_forced_is_named_unless_it_is_wanted)
{
	const struct field *field;
	struct vmx_caps caps;
	unsigned int bit;

	for (field = fields; field < fields + ARRAY_SIZE(fields); field++) {
		for (bit = 0; bit < 32; bit++) {
			unit_row("%s %u", field->name, bit);
			caps = good;
			*cap_of(&caps, field) |= 1ULL << 32 << bit | 1ULL << bit;
			check_choice(&caps, field->may_be_forced >> bit & 1, "forces ");
		}
	}
}

UNIT(a_forced_control_has_the_name_that_the_manual_gives_it)
{
	struct vmx_caps caps = good;

	caps.primary |= 1 << 7;
	CHECK(choose(&caps) < 0);
	CHECK_STR(why, "the CPU, or the hypervisor below, forces HLT exiting");
	caps = good;
	caps.primary |= 1 << 27;
	CHECK(choose(&caps) < 0);
	CHECK_STR(why, "the CPU, or the hypervisor below, forces bit 27 of the primary controls");
}

/* Numbers of the bits and what they do: SDM 3C 25.6 to 25.8. */
UNIT(what_is_never_wanted_has_its_own_name)
{
	static const struct {
		size_t offset;
		unsigned int bit;
		const char *name;
	} rows[] = {
		{ offsetof(struct vmx_caps, pin), 0, "external-interrupt exiting" },
		{ offsetof(struct vmx_caps, primary), 2, "interrupt-window exiting" },
		{ offsetof(struct vmx_caps, primary), 9, "INVLPG exiting" },
		{ offsetof(struct vmx_caps, primary), 12, "RDTSC exiting" },
		{ offsetof(struct vmx_caps, primary), 15, "CR3-load exiting" },
		{ offsetof(struct vmx_caps, primary), 16, "CR3-store exiting" },
		{ offsetof(struct vmx_caps, primary), 19, "CR8-load exiting" },
		{ offsetof(struct vmx_caps, primary), 20, "CR8-store exiting" },
		{ offsetof(struct vmx_caps, primary), 21, "the TPR shadow" },
		{ offsetof(struct vmx_caps, primary), 23, "MOV-DR exiting" },
		{ offsetof(struct vmx_caps, primary), 24, "unconditional I/O exiting" },
		{ offsetof(struct vmx_caps, primary), 30, "PAUSE exiting" },
		{ offsetof(struct vmx_caps, exit), 15, "acknowledging of interrupts at VM exit" },
		{ offsetof(struct vmx_caps, exit), 22, "saving of the VMX preemption timer" },
		{ offsetof(struct vmx_caps, entry), 10, "entry to SMM" },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		struct vmx_caps caps = good;

		unit_row("%s", rows[n].name);
		*(u64 *)((u8 *)&caps + rows[n].offset) |= 0x100000001ULL << rows[n].bit;
		CHECK(choose(&caps) < 0);
		CHECK(strstr(why, rows[n].name));
	}
}

UNIT(what_is_chosen_is_within_what_the_cpu_allows)
{
	CHECK_EQ(choose(&good), 0);
	CHECK_EQ(controls.pin, 0x3e);
	CHECK_EQ(controls.primary, 0x9600617a);
	CHECK_EQ(controls.secondary, 0x1010aa);
	CHECK_EQ(controls.exit, 0x3f6fff);
	CHECK_EQ(controls.entry, 0xd1ff);
	CHECK_EQ(controls.huge_levels, 1 << 1 | 1 << 2);
}

/* Without them there is another way. */
UNIT(what_is_not_needed_is_left_out)
{
	struct vmx_caps caps = good;

	caps.secondary = 0x000000e200000000;
	caps.ept &= ~0x30000ULL;
	CHECK_EQ(choose(&caps), 0);
	CHECK_EQ(controls.secondary, 0xa2);
	CHECK_EQ(controls.huge_levels, 0);
}

UNIT(each_ability_of_ept_that_is_needed_is_missed_by_name)
{
	static const u64 needed = BIT_ULL(6) | BIT_ULL(14) | BIT_ULL(20) | BIT_ULL(25) |
				  BIT_ULL(32) | BIT_ULL(41);
	struct vmx_caps caps;
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		unit_row("%u", bit);
		caps = good;
		caps.ept &= ~BIT_ULL(bit);
		if (needed >> bit & 1) {
			CHECK(choose(&caps) < 0);
			CHECK(strstr(why, "the CPU lacks "));
		} else {
			CHECK_EQ(choose(&caps), 0);
		}
	}
}

UNIT(vmcs_regions_are_write_back_and_hlt_is_an_activity_state)
{
	struct vmx_caps caps = good;

	caps.basic &= ~(15ULL << 50);
	CHECK(choose(&caps) < 0);
	CHECK_STR(why, "the CPU lacks write-back VMCS regions");
	caps = good;
	caps.misc &= ~BIT_ULL(6);
	CHECK(choose(&caps) < 0);
	CHECK_STR(why, "the CPU lacks the HLT activity state");
}

UNIT(cpus_that_differ_are_refused)
{
	struct vmx_caps caps = good;
	struct vmx_controls first;
	u32 *field;

	CHECK_EQ(choose(&good), 0);
	first = controls;
	CHECK_EQ(vmx_controls_differ(&first, &controls, why, sizeof(why)), 0);
	CHECK_STR(why, "");
	for (field = &controls.pin; field <= &controls.huge_levels; field++) {
		controls = first;
		*field ^= 1;
		CHECK(vmx_controls_differ(&first, &controls, why, sizeof(why)) < 0);
	}
	caps.ept &= ~BIT_ULL(17);
	CHECK_EQ(choose(&caps), 0);
	CHECK(vmx_controls_differ(&first, &controls, why, sizeof(why)) < 0);
	CHECK_STR(why, "its VMX controls differ from other CPUs'");
}

/* What one of them can and the other need not use makes no difference. */
UNIT(cpus_may_differ_in_what_is_not_used)
{
	struct vmx_caps caps = good;
	struct vmx_controls first;

	CHECK_EQ(choose(&good), 0);
	first = controls;
	caps.pin |= BIT_ULL(39);
	caps.misc |= BIT_ULL(14);
	CHECK_EQ(choose(&caps), 0);
	CHECK_EQ(vmx_controls_differ(&first, &controls, why, sizeof(why)), 0);
}
