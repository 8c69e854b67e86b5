// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/svm/caps.c core/format.c core/string.c */
/* What is demanded of a CPU's SVM: sets that differ from a good one in a single thing. */
#include <string.h>
#include "unit.h"
#include "errno.h"
#include "registers.h"
#include "svm/caps.h"

static char why[160];
static struct svm_use use;

/* A server CPU of today, with everything. */
static const struct svm_caps good = {
	.max_extended = 0x80000028,
	.ext1_ecx = 0x75c237ff,
	.ext1_edx = 0x2fd3fbff,
	.ext8_ebx = 0x791ef25f,
	.svm_ebx = 0x8000,
	.svm_edx = 0x1ebfbcff,
	.vm_cr = 0x8,
	.efer = 0xd01,
	.syscfg = 0x740000,
};

/* What QEMU 10's model of one has. */
static const struct svm_caps qemu = {
	.max_extended = 0x80000022,
	.ext1_ecx = 0x000003f7,
	.ext1_edx = 0x2fd3fbff,
	.svm_ebx = 16,
	.svm_edx = 0x00000001,
	.efer = 0xd01,
};

static int check(const struct svm_caps *caps)
{
	why[0] = 0;
	memset(&use, 0xa5, sizeof(use));
	return svm_caps_check(caps, &use, why, sizeof(why));
}

UNIT(all_that_there_is_is_used)
{
	CHECK_EQ(check(&good), 0);
	CHECK_STR(why, "");
	CHECK(use.nrips && use.flush_by_asid && use.huge_1g && use.invlpgb && use.spec_ctrl);
}

UNIT(little_is_enough)
{
	CHECK_EQ(check(&qemu), 0);
	CHECK(!use.nrips && !use.flush_by_asid && !use.invlpgb && !use.spec_ctrl);
	CHECK(use.huge_1g);
}

UNIT(what_is_missing_or_in_the_way_is_named)
{
	static const struct {
		const char *name;
		size_t offset;
		bool is64;
		u64 clear, set;
		int err;
	} rows[] = {
#define ROW(name, member, clear, set, err) \
	{ name, offsetof(struct svm_caps, member), sizeof(good.member) == 8, clear, set, err }
		ROW("lacks SVM", ext1_ecx, BIT_ULL(2), 0, -ENODEV),
		ROW("lacks SVM", max_extended, 0xf, 0x9, -ENODEV),
		ROW("nested paging", svm_edx, BIT_ULL(0), 0, -ENODEV),
		ROW("3 ASIDs", svm_ebx, ~0ULL, 3, -ENODEV),
		ROW("0 ASIDs", svm_ebx, ~0ULL, 0, -ENODEV),
		ROW("firmware", vm_cr, 0, BIT_ULL(4), -EACCES),
		ROW("in use", efer, 0, BIT_ULL(12), -EBUSY),
		ROW("SME", syscfg, 0, BIT_ULL(23), -EOPNOTSUPP),
		ROW("SEV-SNP", syscfg, 0, BIT_ULL(24), -EOPNOTSUPP),
		ROW("SEV-SNP", syscfg, 0, BIT_ULL(23) | BIT_ULL(24), -EOPNOTSUPP),
		ROW("encrypted guest", sev_status, 0, BIT_ULL(0), -EOPNOTSUPP),
#undef ROW
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		struct svm_caps caps = good;
		u8 *member = (u8 *)&caps + rows[n].offset;
		u64 value = 0;

		memcpy(&value, member, rows[n].is64 ? 8 : 4);
		value = (value & ~rows[n].clear) | rows[n].set;
		if (rows[n].offset == offsetof(struct svm_caps, max_extended))
			value = 0x80000009;
		memcpy(member, &value, rows[n].is64 ? 8 : 4);
		unit_row("%s", rows[n].name);
		CHECK_EQ(check(&caps), rows[n].err);
		CHECK(strstr(why, rows[n].name));
	}
}

UNIT(cpus_that_differ_are_told_apart)
{
	static const u32 bits[] = { SVM_FEATURE_NRIPS, SVM_FEATURE_FLUSH_BY_ASID,
				    SVM_FEATURE_VIRTUAL_SPEC_CTRL };
	struct svm_use first;
	struct svm_caps caps;
	unsigned int n;

	CHECK_EQ(check(&good), 0);
	first = use;
	CHECK_EQ(svm_use_differs(&first, &use, why, sizeof(why)), 0);
	for (n = 0; n < ARRAY_SIZE(bits); n++) {
		caps = good;
		caps.svm_edx &= ~bits[n];
		CHECK_EQ(check(&caps), 0);
		CHECK_EQ(svm_use_differs(&first, &use, why, sizeof(why)), -ENODEV);
		CHECK(strstr(why, "differ"));
	}
	/* There are enough of them everywhere. */
	caps = good;
	caps.svm_ebx = NUM_ASIDS;
	CHECK_EQ(check(&caps), 0);
	CHECK_EQ(svm_use_differs(&first, &use, why, sizeof(why)), 0);
	caps = good;
	caps.ext1_edx &= ~(u32)BIT_ULL(26);
	CHECK_EQ(check(&caps), 0);
	CHECK_EQ(svm_use_differs(&first, &use, why, sizeof(why)), -ENODEV);
	caps = good;
	caps.ext8_ebx &= ~(u32)BIT_ULL(3);
	CHECK_EQ(check(&caps), 0);
	CHECK_EQ(svm_use_differs(&first, &use, why, sizeof(why)), -ENODEV);
}
