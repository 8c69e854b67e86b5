// SPDX-License-Identifier: GPL-2.0-only
/*
 * The I/O APICs of the machine, of those that ACPI lists: servers list some that are switched
 * off, and some twice. Linux leaves those out, and so does a description. Asks nobody, and runs
 * on the host, too.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "facts_ioapic.h"
#include "facts.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/printk.h>

/* 82093AA 3.0: the last pin, in the version register. */
#define LAST_PIN(version)	((version) >> 16 & 0xff)

/* What nobody answers for. Some bits of a version are reserved, and 0. */
#define ALL_ONES		0xffffffffU

static bool is_known(const struct machine_facts *facts, u64 address)
{
	unsigned int n;

	for (n = 0; n < facts->num_ioapics; n++)
		if (facts->ioapics[n].address == address)
			return true;
	return false;
}

/**
 * jh_facts_add_ioapic() - ACPI lists an I/O APIC
 * @facts: receive it, unless it is there already
 * @address: of its registers
 * @id: its APIC id
 * @why: receives the reason
 *
 * Return: 0, -E2BIG.
 */
int jh_facts_add_ioapic(struct machine_facts *facts, u64 address, u32 id, struct reason *why)
{
	if (!address || is_known(facts, address)) {
		pr_info("ACPI's I/O APIC %u at 0x%llx is left out: %s\n", id, address,
			address ? "another one is there" : "it has no address");
		return 0;
	}
	if (facts->num_ioapics == FACTS_MAX_IOAPICS)
		return jh_refuse(why, -E2BIG, "ACPI lists more than %u I/O APICs",
				 FACTS_MAX_IOAPICS);
	facts->ioapics[facts->num_ioapics++] = (struct facts_ioapic){
		.address = address, .id = id,
	};
	return 0;
}

/**
 * jh_facts_set_versions() - what the I/O APICs say of themselves
 * @facts: receive the numbers of pins; who has not answered is in them no longer
 * @versions: the version register of each
 */
void jh_facts_set_versions(struct machine_facts *facts, const u32 *versions)
{
	struct facts_ioapic *ioapic = facts->ioapics;
	unsigned int n, count = 0;

	for (n = 0; n < facts->num_ioapics; n++) {
		if (versions[n] == ALL_ONES) {
			pr_info("ACPI's I/O APIC %u at 0x%llx is left out: it reads as all ones\n",
				ioapic[n].id, ioapic[n].address);
			continue;
		}
		ioapic[count] = ioapic[n];
		ioapic[count++].pins = LAST_PIN(versions[n]) + 1;
	}
	facts->num_ioapics = count;
}
