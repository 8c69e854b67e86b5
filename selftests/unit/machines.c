// SPDX-License-Identifier: GPL-2.0-only
/* Reads machines that are written down. */
#include "machines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ENTRIES	2048

static void __attribute__((__noreturn__)) bad(const char *name, const char *line)
{
	fprintf(stderr, "machines/%s.txt: what is %s", name, line);
	exit(1);
}

/* What the kernel says of a resource, beside its name. */
static const struct {
	const char *name;
	unsigned long flags;
	unsigned long desc;
} kinds[] = {
	{ "System RAM", IORESOURCE_SYSRAM | IORESOURCE_BUSY },
	{ "Kernel ", IORESOURCE_SYSRAM | IORESOURCE_BUSY },
	{ "Crash kernel", IORESOURCE_SYSRAM | IORESOURCE_BUSY, IORES_DESC_CRASH_KERNEL },
	{ "Reserved", 0, IORES_DESC_RESERVED },
	{ "ACPI Tables", 0, IORES_DESC_ACPI_TABLES },
	{ "ACPI Non-volatile Storage", 0, IORES_DESC_ACPI_NV_STORAGE },
	{ "System ROM", IORESOURCE_BUSY | IORESOURCE_READONLY },
	{ "Video ROM", IORESOURCE_BUSY | IORESOURCE_READONLY },
	{ "Adapter ROM", IORESOURCE_BUSY | IORESOURCE_READONLY },
	{ "PCI Bus ", IORESOURCE_WINDOW },
	{ "PCI MMCONFIG ", IORESOURCE_BUSY },
	{ "IOAPIC ", IORESOURCE_BUSY },
	{ "HPET ", IORESOURCE_BUSY },
	{ "Local APIC", IORESOURCE_BUSY },
	{ "dmar", IORESOURCE_BUSY },
	{ "pnp ", IORESOURCE_BUSY },
	{ "PCI conf1", IORESOURCE_BUSY },
};

static void classify(struct inventory_entry *entry)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(kinds); n++)
		if (!strncmp(entry->name, kinds[n].name, strlen(kinds[n].name))) {
			entry->flags = kinds[n].flags;
			entry->desc = kinds[n].desc;
			return;
		}
	/* Drivers have names of small letters, devices have addresses. */
	if (entry->name[0] >= 'a' && entry->name[0] <= 'z')
		entry->flags = IORESOURCE_BUSY;
}

static struct inventory_entry *add(struct inventory_tree *tree, u64 start, u64 end,
				   unsigned int depth, const char *name)
{
	struct inventory_entry *entry = &tree->entries[tree->count++];

	*entry = (struct inventory_entry){ .start = start, .end = end, .depth = depth };
	snprintf(entry->name, sizeof(entry->name), "%s", name);
	classify(entry);
	return entry;
}

struct inventory_entry *machine_add(struct machine_facts *facts, u64 start, u64 end,
				    const char *name)
{
	return add(&facts->inventory.memory, start, end, 0, name);
}

/* A driver has written it down (driver/record.c): nobody needs to guess. */
static bool read_marks(struct inventory_entry *entry, const char *marks)
{
	static const struct {
		const char *word;
		unsigned long flag;
	} words[] = {
		{ "busy ", IORESOURCE_BUSY }, { "ram ", IORESOURCE_SYSRAM },
		{ "readonly ", IORESOURCE_READONLY }, { "window ", IORESOURCE_WINDOW },
	};
	unsigned int n;

	entry->flags = 0;
	for (n = 0; n < ARRAY_SIZE(words); n++)
		if (!strncmp(marks, words[n].word, strlen(words[n].word))) {
			entry->flags |= words[n].flag;
			marks += strlen(words[n].word);
		}
	entry->taken = !strncmp(marks, "taken ", 6);
	return sscanf(marks + (entry->taken ? 6 : 0), "%lu}", &entry->desc) == 1;
}

static bool read_resource(struct inventory_tree *tree, const char *line)
{
	unsigned int depth = (unsigned int)strspn(line, " ") / 2;
	struct inventory_entry *entry;
	char name[100], *marks;
	u64 start, end;

	if (sscanf(line, " %llx-%llx : %99[^\n]", &start, &end, name) != 3 ||
	    tree->count == MAX_ENTRIES)
		return false;
	marks = name[strlen(name) - 1] == '}' ? strrchr(name, '{') : NULL;
	if (marks && marks > name)
		marks[-1] = '\0';
	entry = add(tree, start, end, depth, name);
	return !marks || read_marks(entry, marks + 1);
}

static bool read_ranges(struct machine_facts *facts, const char *line)
{
	struct facts_runtime runtime;
	struct facts_range range;
	char kind[12];

	if (sscanf(line, "firmware %llx-%llx", &range.start, &range.end) == 2) {
		range.end++;
		facts->firmware_ram[facts->num_firmware_ram++] = range;
		return true;
	}
	if (sscanf(line, "reserved %llx-%llx", &range.start, &range.end) == 2) {
		range.end++;
		facts->reserved[facts->num_reserved++] = range;
		return true;
	}
	if (sscanf(line, "runtime %11s %llx-%llx", kind, &range.start, &range.end) == 3) {
		range.end++;
		runtime = (struct facts_runtime){
			range, !strcmp(kind, "code"), !!strcmp(kind, "registers")
		};
		facts->runtime[facts->num_runtime++] = runtime;
		return true;
	}
	return false;
}

static bool read_pin(struct inventory *inventory, const char *line)
{
	struct inventory_pin pin;

	if (sscanf(line, "pin %u of %u irq %u", &pin.pin, &pin.chip, &pin.irq) != 3)
		return false;
	inventory->pins[inventory->num_pins++] = pin;
	return true;
}

static bool read_function(struct machine_facts *facts, const char *line)
{
	struct jailhouse_pci_device *function = &facts->functions[facts->num_functions];
	unsigned int bdf, type, vectors, bars[6], physical = 0;
	u64 address;

	if (sscanf(line, "function %x type %x msix %u %llx bars %x %x %x %x %x %x of %x", &bdf,
		   &type, &vectors, &address, &bars[0], &bars[1], &bars[2], &bars[3], &bars[4],
		   &bars[5], &physical) < 10)
		return false;
	*function = (struct jailhouse_pci_device){
		.type = (u8)type, .bdf = (u16)bdf, .num_msix_vectors = (u16)vectors,
		.msix_address = address, .physical = (u16)physical,
	};
	memcpy(function->bar_mask, bars, sizeof(bars));
	facts->num_functions++;
	return true;
}

static bool read_mtrr(struct facts_mtrrs *mtrrs, const char *line)
{
	struct facts_mtrr range;
	unsigned int type;
	u64 value;

	if (sscanf(line, "mtrr default %u", &type) == 1) {
		mtrrs->known = true;
		mtrrs->standard = (u8)type;
	} else if (sscanf(line, "mtrr cached %llx", &value) == 1) {
		mtrrs->cached_end = value;
	} else if (sscanf(line, "mtrr fixed %llx", &value) == 1) {
		memmove(mtrrs->fixed, mtrrs->fixed + 1, sizeof(mtrrs->fixed) - sizeof(u64));
		mtrrs->fixed[FACTS_FIXED_MTRRS - 1] = value;
		mtrrs->has_fixed = true;
	} else if (sscanf(line, "mtrr %llx size %llx type %u", &range.start, &range.size,
			  &type) == 3) {
		range.type = (u8)type;
		mtrrs->variable[mtrrs->count++] = range;
	} else {
		return false;
	}
	return true;
}

static bool read_gap(struct machine_facts *facts, const char *line)
{
	if (!strcmp(line, "firmware unreadable\n"))
		facts->firmware_ram_gap = FIRMWARE_RAM_UNREADABLE;
	else if (!strcmp(line, "firmware cut\n"))
		facts->firmware_ram_gap = FIRMWARE_RAM_CUT;
	else
		return false;
	return true;
}

static bool read_fact(struct machine_facts *facts, const char *line)
{
	struct facts_ioapic ioapic;
	u64 start, size;
	unsigned int value;

	if (sscanf(line, "ioapic %llx id %u pins %u", &ioapic.address, &ioapic.id,
		   &ioapic.pins) == 3) {
		facts->ioapics[facts->num_ioapics++] = ioapic;
	} else if (sscanf(line, "mmconfig %llx bus %x", &start, &value) == 2) {
		facts->mmconfig_base = start;
		facts->mmconfig_end_bus = (u8)value;
	} else if (sscanf(line, "iommu %llx %llx", &start, &size) == 2) {
		facts->iommus[facts->num_iommus++] = (struct facts_range){ start, start + size };
	} else if (sscanf(line, "pm-timer %x", &value) == 1) {
		facts->pm_timer = (u16)value;
	} else if (!strcmp(line, "iommus-intel\n")) {
		facts->iommu_type = JAILHOUSE_IOMMU_INTEL;
	} else if (!strcmp(line, "iommus-amd\n")) {
		facts->iommu_type = JAILHOUSE_IOMMU_AMD;
	} else if (!strcmp(line, "no-acpi\n")) {
		facts->has_acpi = false;
	} else if (!strcmp(line, "itlb-multihit\n")) {
		facts->itlb_multihit = true;
	} else if (sscanf(line, "cpus %u", &value) == 1) {
		facts->num_cpus = value;
	} else if (sscanf(line, "bits %u", &value) == 1) {
		facts->phys_bits = value;
	} else if (!strcmp(line, "gib-pages\n")) {
		facts->gib_pages = true;
	} else if (!strcmp(line, "hypertransport\n")) {
		facts->hypertransport = true;
	} else {
		return false;
	}
	return true;
}

static bool read_expectation(struct recorded *machine, const char *line)
{
	struct expectation *expected = &machine->expected[machine->num_expected];

	if (machine->num_expected == ARRAY_SIZE(machine->expected) ||
	    sscanf(line, "expect %11s %llx", expected->what, &expected->address) != 2)
		return false;
	machine->num_expected++;
	return true;
}

static bool read_line(struct recorded *machine, struct inventory_tree *tree, const char *line)
{
	struct machine_facts *facts = &machine->facts;

	return read_gap(facts, line) || read_fact(facts, line) || read_ranges(facts, line) ||
	       read_pin(&facts->inventory, line) || read_function(facts, line) ||
	       read_mtrr(&facts->mtrrs, line) || read_expectation(machine, line) ||
	       read_resource(tree, line);
}

struct recorded *machine_read_from(FILE *file, const char *name)
{
	struct recorded *machine = calloc(1, sizeof(*machine));
	struct inventory *inventory = &machine->facts.inventory;
	struct inventory_tree *tree = &inventory->memory;
	char line[200];

	machine->facts.has_acpi = true;
	inventory->memory.entries = calloc(MAX_ENTRIES, sizeof(struct inventory_entry));
	inventory->ports.entries = calloc(MAX_ENTRIES, sizeof(struct inventory_entry));
	inventory->pins = calloc(MAX_ENTRIES, sizeof(struct inventory_pin));
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#')
			continue;
		if (!strcmp(line, "ports\n"))
			tree = &inventory->ports;
		else if (!read_line(machine, tree, line))
			bad(name, line);
	}
	return machine;
}

struct recorded *machine_read(const char *name)
{
	struct recorded *machine;
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "selftests/unit/machines/%s.txt", name);
	file = fopen(path, "r");
	if (!file)
		bad(name, "nowhere\n");
	machine = machine_read_from(file, name);
	fclose(file);
	return machine;
}

void machine_drop(struct recorded *machine)
{
	free(machine->facts.inventory.memory.entries);
	free(machine->facts.inventory.ports.entries);
	free(machine->facts.inventory.pins);
	free(machine);
}
