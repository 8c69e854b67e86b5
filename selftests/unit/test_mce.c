// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/mce.c */
#include "unit.h"

#include <string.h>

#include "config_check.h"
#include "mce.h"

#define BANKS	4

#define VALID	BIT_ULL(63)
#define UC	BIT_ULL(61)
#define MISCV	BIT_ULL(59)
#define ADDRV	BIT_ULL(58)
#define PCC	BIT_ULL(57)

#define OWN	0x3be00000ULL
#define OWN_SIZE 0xa0000ULL
#define COMM	0x5000ULL

static u64 mcg_status, status[BANKS], addr[BANKS], misc[BANKS];
static unsigned int noted;
static struct mce_bank last;

static u64 read_msr(u32 msr)
{
	unsigned int n = (msr - 0x400) / 4;

	if (msr == MSR_IA32_MCG_CAP)
		return 0x1000000 | BANKS;
	if (msr == MSR_IA32_MCG_STATUS)
		return mcg_status;
	if (!CHECK(msr >= 0x401 && n < BANKS))
		return 0;
	if (msr == MSR_IA32_MC_STATUS(n))
		return status[n];
	/* Reading what is not said to be valid may fault. */
	if (msr == MSR_IA32_MC_ADDR(n)) {
		CHECK(status[n] & ADDRV);
		return addr[n];
	}
	CHECK(msr == MSR_IA32_MC_MISC(n) && (status[n] & MISCV));
	return misc[n];
}

static void note(const struct mce_bank *bank)
{
	noted++;
	last = *bank;
}

static const struct mce_ops ops = { read_msr, note };

static const struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[2];
} __packed cell = {
	.desc = { .num_memory_regions = 2 },
	.mem = {
		{ .phys_start = OWN, .size = OWN_SIZE },
		/* Its address is of the hypervisor's choice. */
		{ .phys_start = COMM, .size = 0x1000, .flags = JAILHOUSE_MEM_COMM_REGION },
	},
};

UNIT(what_a_cell_survives)
{
	static const struct {
		u64 mcg, status, addr, misc;
		bool lives;
	} rows[] = {
		{ MCG_STATUS_RIPV, 0, 0, 0, true },
		{ 0, 0, 0, 0, false },
		{ 6, 0, 0, 0, false },
		/* not valid, or corrected */
		{ MCG_STATUS_RIPV, UC | ADDRV | PCC, OWN, 0, true },
		{ MCG_STATUS_RIPV, VALID | ADDRV, OWN, 0, true },
		{ MCG_STATUS_RIPV, VALID | PCC, 0, 0, true },
		/* others' */
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV, OWN - 1, 0, true },
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV, OWN + OWN_SIZE, 0, true },
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV, COMM, 0, true },
		{ MCG_STATUS_RIPV, VALID | UC, OWN, 0, true },
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV | MISCV, OWN - 0x40, 0x86, true },
		/* its own */
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV, OWN, 0, false },
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV, OWN + OWN_SIZE - 1, 0, false },
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV | MISCV, OWN - 0x40, 0x8c, true },
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV | MISCV, OWN - 0x40, 0x96, false },
		{ MCG_STATUS_RIPV, VALID | UC | ADDRV | MISCV, OWN + OWN_SIZE + 1, 0x95, false },
		{ MCG_STATUS_RIPV, VALID | UC | PCC, 0, 0, false },
	};
	unsigned int bank;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (bank = 0; bank < BANKS; bank++) {
			unit_row("row %zu, bank %u", i, bank);
			memset(status, 0, sizeof(status));
			mcg_status = rows[i].mcg;
			status[bank] = rows[i].status;
			addr[bank] = rows[i].addr;
			misc[bank] = rows[i].misc;
			noted = 0;
			CHECK_EQ(mce_judge(&ops, &cell.desc), rows[i].lives);
			CHECK_EQ(noted, !!(rows[i].status & VALID));
		}
	}
}

UNIT(all_banks_are_told)
{
	unsigned int bank;

	mcg_status = MCG_STATUS_RIPV;
	for (bank = 0; bank < BANKS; bank++) {
		status[bank] = VALID | ADDRV | MISCV | bank;
		addr[bank] = 0x1000 + bank;
		misc[bank] = 0x2000 + bank;
	}
	noted = 0;
	CHECK(mce_judge(&ops, &cell.desc));
	CHECK_EQ(noted, BANKS);
	CHECK_EQ(last.number, BANKS - 1);
	CHECK_EQ(last.status, VALID | ADDRV | MISCV | (BANKS - 1));
	CHECK_EQ(last.addr, 0x1000 + BANKS - 1);
	CHECK_EQ(last.misc, 0x2000 + BANKS - 1);

	/* One that is fatal does not end the list. */
	status[0] = VALID | UC | PCC;
	noted = 0;
	CHECK(!mce_judge(&ops, &cell.desc));
	CHECK_EQ(noted, BANKS);
}
