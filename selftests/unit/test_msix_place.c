// SPDX-License-Identifier: GPL-2.0-only
/* Where a function has its MSI-X table, and where a configuration says that it is. */
/* HOST: kernel */
/* BESIDE: reason.c */
/* SOURCES: ../driver/msix.c */
#include "unit.h"

#include <errno.h>

#include "../../driver/msix.h"
#include "../../driver/reason.h"

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define NAME	"PCI device 1 (0000:00:07.0) "
#define NONE	", say 0 for num_msix_vectors and msix_address"
#define AT(found, said)								\
	(NAME "has its MSI-X table of 5 vectors at " found ", and not of " said	\
	 ", as the configuration says")

static struct reason why;

/* Five vectors at 0x1000 in BAR 3, which has 16 KiB; BAR 2 has ports, or is nowhere. */
static struct msix_look look;
static struct jailhouse_pci_device config;

static void begin(void)
{
	look = (struct msix_look){
		.vectors = 5, .where = 0x1003,
		.bars = { { 0xfe900000, 0x20000 }, { 0xfe920000, 0x20000 }, { 0, 0 },
			  { 0xfe940000, 0x4000 } },
	};
	config = (struct jailhouse_pci_device){
		.bdf = 0x38, .num_msix_vectors = 5, .msix_address = 0xfe941000,
	};
	why.text[0] = '\0';
}

static void refused(const char *text)
{
	CHECK_EQ(jh_msix_check(&look, &config, 1, "0000:00:07.0", &why), -EINVAL);
	CHECK_STR(why.text, text);
}

UNIT(a_table_where_it_is)
{
	begin();
	CHECK_EQ(jh_msix_address(&look), 0xfe941000);
	CHECK_EQ(jh_msix_check(&look, &config, 1, "0000:00:07.0", &why), 0);
	CHECK_STR(why.text, "");
	/* To the last byte, and above 4 GiB. */
	look.vectors = 2048;
	look.bars[3].start = 0x800000000;
	look.bars[3].size = 0x9000;
	CHECK_EQ(jh_msix_address(&look), 0x800001000);
	look.bars[3].size--;
	CHECK_EQ(jh_msix_address(&look), 0);
}

/* What the function says may be anything: its table is in none of its registers then. */
UNIT(a_table_that_is_nowhere)
{
	static const u32 where[] = {
		0x1002, 0x1004, 0x1006, 0x1007, 0x4003, 0x3fb8 | 3, 0xfffffff8 | 3, 0xfffffff8,
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(where); n++) {
		unit_row("0x%x", where[n]);
		begin();
		look.where = where[n];
		CHECK_EQ(jh_msix_address(&look), 0);
		refused(NAME "has no MSI-X table that lies in one of its BARs" NONE);
	}
}

UNIT(a_configuration_that_has_it_elsewhere)
{
	begin();
	config.msix_address = 0xfe940000;
	refused(AT("0xfe941000", "5 at 0xfe940000"));
	begin();
	config.num_msix_vectors = 4;
	refused(AT("0xfe941000", "4 at 0xfe941000"));
	/* Linux has moved the BAR since. */
	begin();
	look.bars[3].start = 0xfe960000;
	refused(AT("0xfe961000", "5 at 0xfe941000"));
}

UNIT(a_function_without_msix)
{
	begin();
	look.vectors = 0;
	CHECK_EQ(jh_msix_address(&look), 0);
	refused(NAME "has no MSI-X" NONE);
}

/* The hypervisor keeps it off. */
UNIT(a_cell_that_is_to_have_none)
{
	begin();
	config.num_msix_vectors = 0;
	config.msix_address = 0;
	look.where = 0xffffffff;
	CHECK_EQ(jh_msix_check(&look, &config, 1, "0000:00:07.0", &why), 0);
	look.vectors = 0;
	CHECK_EQ(jh_msix_check(&look, &config, 1, "0000:00:07.0", &why), 0);
}
