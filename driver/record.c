// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the machine, as text: a user can send it, and whoever gets it can have it
 * described, and refused, as on the machine itself (selftests/unit/machines/). So nothing is
 * left out that a description or a comparison depends on. Runs on the host, too.
 */
#include "record.h"
#include "facts.h"

#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/string.h>

/**
 * struct record - a text in the making
 * @text: where
 * @size: of it
 * @length: of what is there; what has no room is counted, too
 */
struct record {
	char *text;
	size_t size;
	size_t length;
};

static void __printf(2, 3) say(struct record *record, const char *fmt, ...)
{
	bool room = record->length < record->size;
	va_list args;

	va_start(args, fmt);
	record->length += vsnprintf(room ? record->text + record->length : NULL,
				    room ? record->size - record->length : 0, fmt, args);
	va_end(args);
}

static void say_if(struct record *record, bool is, const char *words)
{
	if (is)
		say(record, "%s", words);
}

static void say_machine(struct record *record, const struct machine_facts *facts)
{
	say(record, "cpus %u\nbits %u\n", facts->num_cpus, facts->phys_bits);
	say_if(record, facts->gib_pages, "gib-pages\n");
	say_if(record, facts->itlb_multihit, "itlb-multihit\n");
	say_if(record, facts->hypertransport, "hypertransport\n");
	say_if(record, !facts->has_acpi, "no-acpi\n");
	say_if(record, facts->firmware_ram_gap == FIRMWARE_RAM_UNREADABLE,
	       "firmware unreadable\n");
	say_if(record, facts->firmware_ram_gap == FIRMWARE_RAM_CUT, "firmware cut\n");
	if (facts->mmconfig_base)
		say(record, "mmconfig 0x%llx bus 0x%x\n", facts->mmconfig_base,
		    facts->mmconfig_end_bus);
	if (facts->pm_timer)
		say(record, "pm-timer 0x%x\n", facts->pm_timer);
}

static void say_chips(struct record *record, const struct machine_facts *facts)
{
	const struct facts_ioapic *ioapic = facts->ioapics;
	const struct facts_range *iommu = facts->iommus;
	const struct inventory_pin *pin = facts->inventory.pins;
	unsigned int n;

	for (n = 0; n < facts->num_ioapics; n++, ioapic++)
		say(record, "ioapic 0x%llx id %u pins %u\n", ioapic->address, ioapic->id,
		    ioapic->pins);
	for (n = 0; n < facts->num_iommus; n++, iommu++)
		say(record, "iommu 0x%llx 0x%llx\n", iommu->start, iommu->end - iommu->start);
	say_if(record, facts->iommu_type == JAILHOUSE_IOMMU_INTEL, "iommus-intel\n");
	say_if(record, facts->iommu_type == JAILHOUSE_IOMMU_AMD, "iommus-amd\n");
	for (n = 0; n < facts->num_reserved; n++)
		say(record, "reserved 0x%llx-0x%llx\n", facts->reserved[n].start,
		    facts->reserved[n].end - 1);
	for (n = 0; n < facts->inventory.num_pins; n++, pin++)
		say(record, "pin %u of %u irq %u\n", pin->pin, pin->chip, pin->irq);
}

static void say_functions(struct record *record, const struct machine_facts *facts)
{
	const struct jailhouse_pci_device *function = facts->functions;
	unsigned int n, bar;

	for (n = 0; n < facts->num_functions; n++, function++) {
		say(record, "function 0x%x type 0x%x msix %u 0x%llx bars", function->bdf,
		    function->type, function->num_msix_vectors, function->msix_address);
		for (bar = 0; bar < ARRAY_SIZE(function->bar_mask); bar++)
			say(record, " %x", function->bar_mask[bar]);
		if (function->type == JAILHOUSE_PCI_TYPE_VIRTUAL)
			say(record, " of 0x%x", function->physical);
		say(record, "\n");
	}
}

static void say_mtrrs(struct record *record, const struct facts_mtrrs *mtrrs)
{
	const struct facts_mtrr *range = mtrrs->variable;
	unsigned int n;

	if (!mtrrs->known)
		return;
	say(record, "mtrr default %u\n", mtrrs->standard);
	if (mtrrs->cached_end)
		say(record, "mtrr cached 0x%llx\n", mtrrs->cached_end);
	for (n = 0; n < FACTS_FIXED_MTRRS && mtrrs->has_fixed; n++)
		say(record, "mtrr fixed 0x%llx\n", mtrrs->fixed[n]);
	for (n = 0; n < mtrrs->count; n++, range++)
		say(record, "mtrr 0x%llx size 0x%llx type %u\n", range->start, range->size,
		    range->type);
}

static void say_firmware(struct record *record, const struct machine_facts *facts)
{
	const struct facts_range *ram = facts->firmware_ram;
	const struct facts_runtime *runtime = facts->runtime;
	unsigned int n;

	for (n = 0; n < facts->num_firmware_ram; n++, ram++)
		say(record, "firmware %08llx-%08llx\n", ram->start, ram->end - 1);
	for (n = 0; n < facts->num_runtime; n++, runtime++)
		say(record, "runtime %s %08llx-%08llx\n",
		    !runtime->cached ? "registers" : runtime->code ? "code" : "data",
		    runtime->range.start, runtime->range.end - 1);
}

/* What the name does not tell: for who wrote a list down by hand, it does. */
static void say_marks(struct record *record, const struct inventory_entry *entry)
{
	say(record, " {");
	say_if(record, entry->flags & IORESOURCE_BUSY, "busy ");
	say_if(record, entry->flags & IORESOURCE_SYSRAM, "ram ");
	say_if(record, entry->flags & IORESOURCE_READONLY, "readonly ");
	say_if(record, entry->flags & IORESOURCE_WINDOW, "window ");
	say_if(record, entry->taken, "taken ");
	say(record, "%lu}\n", entry->desc);
}

static void say_tree(struct record *record, const struct inventory_tree *tree, int digits)
{
	const struct inventory_entry *entry = tree->entries;
	unsigned int n;

	for (n = 0; n < tree->count; n++, entry++) {
		say(record, "%*s%0*llx-%0*llx : %s", 2 * (int)entry->depth, "", digits,
		    entry->start, digits, entry->end, entry->name);
		say_marks(record, entry);
	}
}

/**
 * jh_record() - write down what is known of the machine
 * @facts: what is known
 * @text: receives the text, NULL if only its size is wanted
 * @size: of @text
 *
 * Context: any.
 *
 * Return: the length of all of it; what had no room, if it is @size or more, is missing.
 */
size_t jh_record(const struct machine_facts *facts, char *text, size_t size)
{
	struct record record = { .text = text, .size = size };

	say_machine(&record, facts);
	say_chips(&record, facts);
	say_functions(&record, facts);
	say_mtrrs(&record, &facts->mtrrs);
	say_firmware(&record, facts);
	say_tree(&record, &facts->inventory.memory, 8);
	say(&record, "ports\n");
	say_tree(&record, &facts->inventory.ports, 4);
	return record.length;
}
