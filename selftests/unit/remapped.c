// SPDX-License-Identifier: GPL-2.0-only
/* A root cell that has VT-d remap its interrupts: see remapped.h. */
#include "remapped.h"
#include "unit.h"

struct apic_topology topo;
struct cpu_set root_cpus;
struct vtd_unit *unit;
struct vtd_remap remap;
unsigned int pages_seen;

static bool is_owned(u16 source)
{
	return source == CELLS;
}

static void *page(u64 gpa)
{
	pages_seen++;
	if (gpa < FAKE_ROOT_MEMORY || gpa >= FAKE_ROOT_MEMORY + FAKE_ROOT_SIZE)
		return NULL;
	return fake_root_memory + ((gpa - FAKE_ROOT_MEMORY) & PAGE_MASK);
}

struct vtd_entry *at(u64 gpa)
{
	return (struct vtd_entry *)(fake_root_memory + (gpa - FAKE_ROOT_MEMORY));
}

void set_entry(unsigned int index, u32 dest, u8 vector, u16 source)
{
	at(TABLE)[index] = (struct vtd_entry) {
		VTD_IRTE_PRESENT | (u64)vector << 16 | (u64)dest << 32,
		VTD_IRTE_BY_SOURCE | source,
	};
}

void boot(u64 ecap, u64 queue, u32 tail)
{
	static const u32 ids[] = { ROOT_ID, OTHER_ROOT_ID, CELL_ID, FAR_ROOT_ID };
	unsigned int n;

	unit = fake_vtd_boot(CAP, ecap);
	apic_topology_init(&topo);
	root_cpus = (struct cpu_set) { { 0 } };
	for (n = 0; n < ARRAY_SIZE(ids); n++) {
		apic_topology_add(&topo, n, ids[n]);
		if (ids[n] != CELL_ID)
			cpu_set_add(&root_cpus, n);
	}
	remap = (struct vtd_remap) {
		.table = page_alloc(unit->common.pool, VTD_REMAP_PAGES),
		.x2apic = true, .topo = &topo, .cpus = &root_cpus, .owned = is_owned, .page = page,
		.write_back = ecap & VTD_ECAP_COHERENT ? NULL : unit->common.hw->write_back,
	};
	fake_vtd.status = VTD_INTERRUPTS | VTD_QUEUE | VTD_INTERRUPT_TABLE;
	fake_vtd.irta = IRTA;
	fake_vtd.interrupts = IRTA;
	fake_vtd.queue = queue;
	fake_vtd.head = tail;
	fake_vtd.tail = tail;
	fake_vtd.event[0] = 0;
	fake_vtd.event[1] = 0x31;
	fake_vtd.event[2] = 0xfee00000;
	set_entry(5, ROOT_ID, 0x41, NIC);
}

int start(void)
{
	int err = vtd_init(unit);

	vtd_use_table(unit, &remap);
	if (!err)
		err = vtd_take_over(unit, &remap);
	return err ?: vtd_start(unit, FAKE_ROOT_TABLE);
}

int stop(void)
{
	int err = vtd_stop(unit);

	return err ?: vtd_give_back(unit, &remap);
}

int put(u32 reg, unsigned int width, u64 value)
{
	struct mmio_access access = { unit->common.base + reg, width, true, value };

	return vtd_guest_access(unit, &remap, &access);
}

u64 get(u32 reg, unsigned int width)
{
	struct mmio_access access = { .gpa = unit->common.base + reg, .width = width,
				      .value = 0x1122334455667788 };

	CHECK_EQ(vtd_guest_access(unit, &remap, &access), 0);
	return access.value;
}

u64 message(unsigned int index)
{
	return 0xfee00010 | index << 5;
}

u64 interrupt(unsigned int index)
{
	return fake_vtd_interrupt(NIC, message(index), 0);
}
