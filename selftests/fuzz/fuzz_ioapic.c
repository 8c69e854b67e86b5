// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cpu_set.c x86/ioapic.c x86/apic_policy.c */
/* OPTIONS: -max_len=512 */
/*
 * Three owners of one I/O APIC, all of them hostile.
 *
 * Input: mode, version, logical ids, pins of two cells, then accesses and changes of
 * ownership. After each of them no pin may interrupt anybody but its owner.
 */
#include "ioapic.h"
#include "fuzz.h"
#include "../unit/fake_ioapic.h"

#define NUM_CPUS	8
#define NUM_PINS	24
#define ADDRESS		0xfec00000ULL
#define ALL		0xffULL

struct owner {
	struct cpu_set cpus;
	bool present;
	struct jailhouse_irqchip pins;
	struct ioapic_cell cell;
};

struct machine {
	struct apic_topology topo;
	struct fake_ioapic hw;
	struct ioapic chip;
	struct cpu_set root_cpus;
	bool in_access;
	struct owner owners[2];
};

struct step {
	u8 what;
	u8 offset;
	u8 width;
	u8 flags;
	u32 value;
};

static const u64 cell_cpus[2] = { 0x30, 0x80 };

static void check_pin(struct machine *m, unsigned int pin);

/* Also between the two halves of an entry nobody else may be interrupted. */
static void checked_write(void *hw, unsigned int reg, u32 value)
{
	struct machine *m = container_of(hw, struct machine, hw);

	fake_ioapic_write(hw, reg, value);
	if (m->in_access && reg >= IOAPIC_REG_ENTRY)
		check_pin(m, (reg - IOAPIC_REG_ENTRY) / 2);
}

static const struct ioapic_ops checked_ops = {
	fake_ioapic_read, checked_write, fake_ioapic_eoi,
};

static void build(struct machine *m, struct fuzz_input *input)
{
	unsigned int i;
	u8 setup;

	memset(m, 0, sizeof(*m));
	apic_topology_init(&m->topo);
	fuzz_take(input, &setup, sizeof(setup));
	for (i = 0; i < NUM_CPUS; i++) {
		apic_topology_add(&m->topo, i, i * 2);
		fuzz_take(input, &m->topo.ldr[i], sizeof(u32));
		if (setup & 1)
			m->topo.dfr[i] = 0x0fffffff;
	}
	m->root_cpus = low_cpus(ALL);
	m->hw.version = (NUM_PINS - 1) << 16 | (setup & 2 ? 0x20 : 0x11);
	for (i = 0; i < NUM_PINS; i++)
		m->hw.entry[i] = APIC_LVT_MASKED;
	REQUIRE(!ioapic_init(&m->chip, ADDRESS, &checked_ops, &m->hw, &m->topo,
			     &m->root_cpus, false));
	m->owners[0].pins.pin_bitmap[0] = ~0U;
	ioapic_grant(&m->chip.root, &m->owners[0].pins);
	for (i = 0; i < 2; i++) {
		m->owners[i].cpus = low_cpus(cell_cpus[i]);
		fuzz_take(input, &m->owners[i].pins, sizeof(m->owners[i].pins));
		m->owners[i].pins.pin_base %= NUM_PINS + 4;
	}
}

static void create_or_destroy(struct machine *m, struct owner *owner)
{
	if (owner->present) {
		m->root_cpus = cpu_set_or(&m->root_cpus, &owner->cpus);
		ioapic_cell_return(&owner->cell);
		owner->present = false;
	} else {
		memset(&owner->cell, 0, sizeof(owner->cell));
		if (ioapic_cell_add(&owner->cell, &m->chip, &owner->pins, &owner->cpus))
			return;
		m->root_cpus = cpu_set_without(&m->root_cpus, &owner->cpus);
		ioapic_cell_take(&owner->cell);
		owner->present = true;
	}
	ioapic_refresh(&m->chip);
}

static struct ioapic_view *view_of(struct machine *m, u8 who)
{
	if (who % 3 == 2)
		return &m->chip.root;
	return m->owners[who % 3].present ? &m->owners[who % 3].cell.views[0] : NULL;
}

/* Index, data register and EOI are worth more than the rest of the page. */
static void access_chip(struct ioapic_view *view, const struct step *step)
{
	static const u64 offsets[] = { IOAPIC_REGSEL, IOAPIC_DATA, IOAPIC_DATA, IOAPIC_EOI };
	struct mmio_access access = {
		.gpa = ADDRESS + (step->flags & 4 ? step->offset : offsets[step->offset % 4]),
		.width = step->flags & 8 ? 1U << step->width % 4 : 4,
		.is_write = step->flags & 1, .value = step->value,
	};
	int err;

	if (step->flags & 2)
		view->select = (u8)(0x10 + step->width % (2 * NUM_PINS));
	err = ioapic_access(view, !view->root && (step->flags & 16), &access);
	REQUIRE(err == 0 || (err == -EPERM && access.is_write));
	REQUIRE(view->chip->lock.next == view->chip->lock.serving);
}

static void check_pin(struct machine *m, unsigned int pin)
{
	u64 entry = m->hw.entry[pin], reached, owner = low_word(&m->root_cpus);
	unsigned int i, owners = 0;
	u32 mode = entry & APIC_MODE;

	for (i = 0; i < 2; i++) {
		if (m->owners[i].present &&
		    (m->owners[i].cell.views[0].pins[0] >> pin & 1)) {
			owner = low_word(&m->owners[i].cpus);
			owners++;
		}
	}
	REQUIRE(owners <= 1);
	REQUIRE(owners == !(m->chip.root.pins[0] >> pin & 1));
	/* The hardware's logical ids of CPUs that cells own are 0. */
	reached = fake_ioapic_reaches(&m->topo, &m->root_cpus, entry);
	REQUIRE(!(reached & ~owner));
	if (entry & APIC_LVT_MASKED)
		return;
	REQUIRE(mode != APIC_MODE_SMI && mode != APIC_MODE_INIT);
	if (!owners)
		return;
	REQUIRE(mode == APIC_MODE_FIXED || mode == APIC_MODE_LOWEST);
	REQUIRE(!apic_vector_reserved((u32)entry & APIC_VECTOR));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	static struct machine m;
	unsigned int pin;

	build(&m, &input);
	while (input.left) {
		struct step step;

		fuzz_take(&input, &step, sizeof(step));
		if (step.what % 16 == 15) {
			create_or_destroy(&m, &m.owners[step.offset & 1]);
		} else {
			struct ioapic_view *view = view_of(&m, step.what);

			m.in_access = true;
			if (view)
				access_chip(view, &step);
			m.in_access = false;
		}
		for (pin = 0; pin < NUM_PINS; pin++)
			check_pin(&m, pin);
	}
	return 0;
}
