// SPDX-License-Identifier: GPL-2.0-only
/* Who sends interrupts as messages, and what of it the hypervisor cannot rewrite. */
/* HOST: kernel */
/* BESIDE: reason.c */
/* SOURCES: ../driver/messages.c ../driver/msix.c ../driver/topology.c ../driver/groups.c */
#include "unit.h"

#include <linux/acpi.h>
#include <linux/io.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>

#include "../../driver/blob.h"
#include "../../driver/iommu.h"
#include "../../driver/iommu_names.h"
#include "../../driver/iommu_scope.h"
#include "../../driver/messages.h"
#include "../../driver/msix.h"
#include "../../driver/reason.h"

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>

#define HPET		0xfed00000ULL
#define TABLES		0xfe000000ULL
#define SENDS		(BIT(2) | BIT(14))
#define NUM_FUNCTIONS	(JAILHOUSE_BOOT_FUNCTIONS + 1)

static struct reason why;
static struct jailhouse_system machine_config;
struct blob jh_system_config = { .data = &machine_config };
static struct jailhouse_boot boot;

static struct pci_bus bus, segment = { .domain = 1 };
static struct pci_dev functions[NUM_FUNCTIONS];
static unsigned int num_functions, vectors[NUM_FUNCTIONS], tables_held, maps_held;
static struct acpi_table_hpet hpet;
static u32 registers[0x400 / 4];
static bool can_rewrite, no_room;
static struct pci_dev *cannot_wake;
static int held;

/* What an IVRS names. */
static u16 named[JAILHOUSE_BOOT_PASSING + 1];
static unsigned int num_named;
static u16 third_is;
static bool second_is_outside;
static int lacking;

bool jh_iommu_rewrites(void)
{
	return can_rewrite;
}

u16 jh_ivrs_name(u16 bdf)
{
	return bdf == 3 ? third_is : bdf;
}

int jh_ivrs_lacks_ioapic(void)
{
	return lacking;
}

bool jh_iommu_has(u8 type, u16 bdf, u16 physical)
{
	CHECK_EQ(type, machine_config.platform_info.iommu_type);
	return (type == JAILHOUSE_IOMMU_AMD ? bdf : physical) != 2 || !second_is_outside;
}

void jh_ivrs_passing(void (*found)(void *arg, u16 name), void *arg)
{
	unsigned int n;

	for (n = 0; n < num_named; n++)
		found(arg, named[n]);
}

void jh_msix_look(struct pci_dev *dev, struct msix_look *look)
{
	*look = (struct msix_look){
		.vectors = vectors[dev - functions],
		.bars = { { TABLES + (u64)(dev - functions) * 0x10000, 0x10000 } },
	};
}

struct pci_dev *pci_get_device(__maybe_unused unsigned int vendor,
			       __maybe_unused unsigned int device, struct pci_dev *from)
{
	struct pci_dev *next = from ? from + 1 : functions;

	return next < functions + num_functions ? next : NULL;
}

const char *pci_name(const struct pci_dev *dev)
{
	return dev == &functions[0] ? "0000:00:00.0" : "another";
}

/* Nobody has cells' functions looked at here. */
int pci_num_vf(__maybe_unused struct pci_dev *dev)
{
	return 0;
}

u16 pci_find_ext_capability(__maybe_unused struct pci_dev *dev, __maybe_unused int kind)
{
	return 0;
}

int pci_read_config_word(__maybe_unused const struct pci_dev *dev, __maybe_unused int where,
			 __maybe_unused u16 *value)
{
	return -ENODEV;
}

int pci_write_config_word(__maybe_unused const struct pci_dev *dev, __maybe_unused int where,
			  __maybe_unused u16 value)
{
	return -ENODEV;
}

struct pci_dev *pci_get_domain_bus_and_slot(__maybe_unused int domain,
					    __maybe_unused unsigned int number,
					    __maybe_unused unsigned int devfn)
{
	return NULL;
}

struct pci_dev *pci_dev_get(struct pci_dev *dev)
{
	held++;
	return dev;
}

/* Of them, one that was looked up is given back as well. */
void pci_dev_put(__maybe_unused struct pci_dev *dev)
{
	held--;
}

/* The last one it cannot wake, if it was told so. */
int pm_runtime_get_sync(struct device *dev)
{
	struct pci_dev *function = container_of(dev, struct pci_dev, dev);

	dev->awake++;
	if (function == cannot_wake)
		return -EACCES;
	function->current_state = PCI_D0;
	return 0;
}

int pm_runtime_put(struct device *dev)
{
	dev->awake--;
	return 0;
}

int acpi_get_table(__maybe_unused char *signature, __maybe_unused u32 instance,
		   struct acpi_table_header **table)
{
	if (!hpet.header.length)
		return 1;
	*table = &hpet.header;
	tables_held++;
	return 0;
}

void acpi_put_table(__maybe_unused struct acpi_table_header *table)
{
	tables_held--;
}

void __iomem *ioremap(u64 address, size_t size)
{
	CHECK_EQ(address, HPET);
	CHECK_EQ(size, sizeof(registers));
	if (no_room)
		return NULL;
	maps_held++;
	return registers;
}

void iounmap(__maybe_unused void __iomem *where)
{
	maps_held--;
}

u32 readl(const void __iomem *reg)
{
	return *(const u32 *)reg;
}

/* Intel's units could remap interrupts, and there are @count functions with an MSI each. */
static void begin(unsigned int count)
{
	unsigned int n;

	machine_config.platform_info.iommu_type = JAILHOUSE_IOMMU_INTEL;
	can_rewrite = true;
	no_room = false;
	num_named = 0;
	third_is = 3;
	second_is_outside = false;
	lacking = -1;
	num_functions = count;
	cannot_wake = NULL;
	held = 0;
	for (n = 0; n < NUM_FUNCTIONS; n++) {
		functions[n] = (struct pci_dev){ .bus = &bus, .devfn = (u8)n, .msi_cap = 0x40 };
		vectors[n] = 0;
	}
	memset(&hpet, 0, sizeof(hpet));
	memset(registers, 0, sizeof(registers));
	memset(&boot, 0, sizeof(boot));
}

static void give_table(unsigned int n, unsigned int count)
{
	functions[n].msix_cap = 0x70;
	vectors[n] = count;
}

static void begin_hpet(u32 last_timer)
{
	begin(0);
	hpet.header.length = sizeof(hpet);
	hpet.address.address = HPET;
	registers[0] = last_timer << 8;
}

static int check(void)
{
	int err;

	why.text[0] = 0;
	err = jh_check_messages(&machine_config, &why);
	CHECK_EQ(tables_held, 0);
	CHECK_EQ(maps_held, 0);
	return err;
}

static void refused(const char *text)
{
	CHECK_EQ(check(), -EOPNOTSUPP);
	CHECK_STR(why.text, text);
}

static void too_many(const char *found)
{
	char text[256];

	snprintf(text, sizeof(text), "%s, and the hypervisor can rewrite 6144 of 512 devices "
		 "(boot without intremap=off)", found);
	refused(text);
}

UNIT(a_timer_that_sends_messages_is_refused)
{
	static const char text[] =
		"the HPET sends interrupts as messages, which the hypervisor cannot rewrite "
		"(boot without intremap=off, or boot with hpet=disable)";

	/* There is none; it has no address; none of its timers does both. */
	begin(0);
	CHECK_EQ(check(), 0);
	begin_hpet(2);
	registers[0x100 / 4] = BIT(2);
	registers[0x120 / 4] = BIT(14);
	CHECK_EQ(check(), 0);
	registers[0x140 / 4] = SENDS;
	refused(text);
	hpet.address.address = 0;
	CHECK_EQ(check(), 0);
	/* Behind the last one is none, and what it says of that is not believed. */
	begin_hpet(1);
	registers[0x140 / 4] = SENDS;
	CHECK_EQ(check(), 0);
	begin_hpet(31);
	CHECK_EQ(check(), 0);
	registers[0x3e0 / 4] = SENDS;
	refused(text);
	no_room = true;
	CHECK_EQ(check(), -ENOMEM);
	CHECK_STR(why.text, "the HPET at 0xfed00000 cannot be mapped");
	/* A table that ends before its address. */
	hpet.header.length = sizeof(hpet.header);
	CHECK_EQ(check(), 0);
}

UNIT(nobody_is_asked_where_nothing_is_rewritten)
{
	begin_hpet(0);
	registers[0x100 / 4] = SENDS;
	can_rewrite = false;
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.flags, 0);
	can_rewrite = true;
	machine_config.platform_info.iommu_type = JAILHOUSE_IOMMU_UNUSED;
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.flags, 0);
}

UNIT(more_than_there_is_room_for_is_refused_by_number)
{
	begin(512);
	CHECK_EQ(check(), 0);
	num_functions++;
	too_many("513 PCI devices have 513 interrupts");
	/* What sends none, and what is of another segment, does not count. */
	functions[7].msi_cap = 0;
	CHECK_EQ(check(), 0);
	functions[7].msi_cap = 0x40;
	functions[8].bus = &segment;
	CHECK_EQ(check(), 0);
	begin(3);
	give_table(0, 2048);
	give_table(1, 2048);
	give_table(2, 2045);
	CHECK_EQ(check(), 0);
	give_table(2, 2046);
	too_many("3 PCI devices have 6145 interrupts");
}

/* The hypervisor counts for itself what it is told of. */
UNIT(what_is_accepted_is_what_it_has_room_for)
{
	unsigned int n;

	begin(512);
	for (n = 0; n < 512; n++)
		give_table(n, 11);
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_functions + boot.num_vectors, JAILHOUSE_BOOT_MESSAGES);
	give_table(0, 12);
	too_many("512 PCI devices have 6145 interrupts");
}

UNIT(the_hypervisor_is_told_of_each)
{
	begin(4);
	give_table(1, 5);
	give_table(2, 257);
	functions[3].bus = &segment;
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.flags, JAILHOUSE_BOOT_REWRITE);
	CHECK_EQ(boot.num_functions, 3);
	CHECK_EQ(boot.num_vectors, 262);
	CHECK_EQ(boot.functions[0].table, 0);
	CHECK_EQ(boot.functions[0].bdf, 0);
	CHECK_EQ(boot.functions[0].vectors, 0);
	CHECK_EQ(boot.functions[1].table, TABLES + 0x10000);
	CHECK_EQ(boot.functions[1].bdf, 1);
	CHECK_EQ(boot.functions[1].vectors, 5);
	CHECK_EQ(boot.functions[1].pages, 1);
	CHECK_EQ(boot.functions[2].pages, 2);
	/* One that has come since then is left out. */
	begin(513);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_functions, 512);
}

/* By that of a bridge, of another function of the device, or of whatever is in another segment. */
UNIT(what_sends_by_another_number_than_its_own_is_refused)
{
	static const char text[] =
		"PCI device 0000:00:00.0 sends interrupts as messages, and not by its own number in "
		"segment 0: the hypervisor cannot rewrite them (boot without intremap=off, or "
		"unbind it)";
	struct pci_bus below_port = { .self = &functions[1] }, below_bridge = { .number = 2 };
	struct pci_bus virtuals = { .number = 3 };
	unsigned long aliases[4] = { BIT(0) };
	struct pci_dev bridge;

	/* A port alone leads to a function, or to the physical one of one that is virtual. */
	begin(2);
	functions[1].hdr_type = PCI_HEADER_TYPE_BRIDGE;
	functions[1].express = true;
	functions[1].type = PCI_EXP_TYPE_ROOT_PORT;
	functions[1].msi_enabled = true;
	functions[0].bus = &below_port;
	functions[0].msi_enabled = true;
	CHECK_EQ(check(), 0);
	bridge = (struct pci_dev){
		.bus = &below_port, .hdr_type = PCI_HEADER_TYPE_BRIDGE, .express = true,
		.type = PCI_EXP_TYPE_PCI_BRIDGE,
	};
	below_bridge.self = &bridge;
	functions[0].bus = &below_bridge;
	refused(text);
	functions[0].bus = &virtuals;
	functions[0].physical = &bridge;
	CHECK_EQ(check(), 0);
	bridge.bus = &below_bridge;
	bridge.bus->self = &functions[1];
	CHECK_EQ(check(), 0);
	functions[1].express = false;
	refused(text);
	/* It is not used. */
	functions[0].msi_enabled = false;
	CHECK_EQ(check(), 0);
	functions[0].msix_enabled = true;
	refused(text);
	functions[0].physical = NULL;
	CHECK_EQ(check(), 0);
	functions[0].dma_alias_mask = aliases;
	CHECK_EQ(check(), 0);
	aliases[0] = BIT(0) | BIT(1);
	refused(text);
	aliases[0] = BIT(1);
	refused(text);
	functions[0].dma_alias_mask = NULL;
	functions[0].bus = &segment;
	refused(text);
}

UNIT(a_table_that_is_nowhere_is_none)
{
	begin(1);
	give_table(0, 0x10000 / 16 + 1);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.functions[0].table, 0);
	CHECK_EQ(boot.functions[0].vectors, 0);
}

static void all_awake(int expected)
{
	unsigned int n;

	for (n = 0; n < num_functions; n++)
		CHECK_EQ(functions[n].dev.awake, functions[n].msi_cap ? expected : 0);
}

/* From before it is looked at until it was. */
UNIT(who_sends_interrupts_is_awake)
{
	begin(512);
	functions[3].msi_cap = 0;
	functions[3].current_state = PCI_D3cold;
	functions[4].current_state = PCI_D3cold;
	functions[5].current_state = PCI_D3hot;
	CHECK_EQ(jh_wake_senders(&why), 0);
	all_awake(1);
	CHECK_EQ(held, 511);
	CHECK_EQ(functions[3].current_state, PCI_D3cold);
	CHECK_EQ(functions[4].current_state, PCI_D0);
	jh_let_senders_sleep();
	all_awake(0);
	CHECK_EQ(held, 0);
	jh_let_senders_sleep();
	all_awake(0);

	/* Without room for all of them, it is refused elsewhere. */
	begin(513);
	CHECK_EQ(jh_wake_senders(&why), 0);
	CHECK_EQ(held, 512);
	jh_let_senders_sleep();

	can_rewrite = false;
	CHECK_EQ(jh_wake_senders(&why), 0);
	all_awake(0);
}

UNIT(one_that_cannot_be_woken_is_refused)
{
	begin(3);
	cannot_wake = &functions[0];
	CHECK_EQ(jh_wake_senders(&why), 0);
	jh_let_senders_sleep();
	functions[0].current_state = PCI_D3cold;
	CHECK_EQ(jh_wake_senders(&why), -EOPNOTSUPP);
	CHECK_STR(why.text, "PCI device 0000:00:00.0 is switched off (D3cold) and cannot be woken: "
		  "the hypervisor cannot rewrite its interrupts (boot without intremap=off, or "
		  "remove it)");
	all_awake(0);
	CHECK_EQ(held, 0);
}

/* As AMD's IOMMUs have it. */
static void begin_amd(unsigned int count)
{
	begin(count);
	machine_config.platform_info.iommu_type = JAILHOUSE_IOMMU_AMD;
}

/* Of I/O APICs, and of devices that are others to the IOMMU. */
UNIT(what_an_iommu_of_amds_lets_pass_is_not_rewritten)
{
	struct pci_bus below = { .number = 2 };
	unsigned long aliases[4] = { BIT(1) };

	begin_amd(4);
	named[0] = 0xa0;
	named[1] = 2;
	named[2] = 0xa0;
	num_named = 3;
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.flags, JAILHOUSE_BOOT_REWRITE);
	CHECK_EQ(boot.num_passing, 2);
	CHECK_EQ(boot.passing[0], 0xa0);
	CHECK_EQ(boot.passing[1], 2);
	CHECK_EQ(boot.num_functions, 3);
	CHECK_EQ(boot.functions[2].bdf, 3);
	CHECK_EQ(check(), 0);

	/* One that firmware says is another one. */
	begin_amd(4);
	third_is = 1;
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_passing, 2);
	CHECK_EQ(boot.passing[0], 3);
	CHECK_EQ(boot.passing[1], 1);
	CHECK_EQ(boot.num_functions, 2);
	CHECK_EQ(boot.functions[1].bdf, 2);

	/* One that is behind none: what names an entry would be an interrupt there. */
	begin_amd(4);
	second_is_outside = true;
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_passing, 1);
	CHECK_EQ(boot.passing[0], 2);
	CHECK_EQ(boot.num_functions, 3);

	/* One that sends as another function of its device: both are left alone. */
	begin_amd(4);
	functions[0].dma_alias_mask = aliases;
	functions[0].msi_enabled = true;
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_passing, 2);
	CHECK_EQ(boot.passing[0], 0);
	CHECK_EQ(boot.passing[1], 1);
	CHECK_EQ(boot.num_functions, 2);
	CHECK_EQ(boot.functions[0].bdf, 2);

	/* Behind a bridge to conventional PCI; the bridge is function 1, of a bus that is known. */
	begin_amd(3);
	functions[1].hdr_type = PCI_HEADER_TYPE_BRIDGE;
	functions[1].subordinate = &below;
	below.self = &functions[1];
	functions[0].bus = &below;
	functions[0].msi_enabled = true;
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_passing, 2);
	CHECK_EQ(boot.passing[0], 0x200);
	CHECK_EQ(boot.passing[1], 1);
	CHECK_EQ(boot.num_functions, 1);
	CHECK_EQ(boot.functions[0].bdf, 2);
	/* Of another segment nothing is any of its business. */
	begin_amd(2);
	functions[0].bus = &segment;
	functions[0].msi_enabled = true;
	CHECK_EQ(check(), 0);
}

UNIT(an_iommu_of_amds_has_to_know_each_io_apic)
{
	begin_amd(1);
	lacking = 0;
	refused("I/O APIC 0 is not in ACPI's IVRS: an IOMMU would not let its interrupts pass "
		"(have iommu_type 0)");
	begin(1);
	lacking = 0;
	CHECK_EQ(check(), 0);
}

/* Its physical one is behind none, either. */
UNIT(what_is_behind_no_iommu_of_intels_is_not_rewritten)
{
	begin(5);
	second_is_outside = true;
	functions[4].physical = &functions[2];
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.num_functions, 3);
	CHECK_EQ(boot.functions[2].bdf, 3);
}

UNIT(an_iommu_of_amds_is_advised_to_be_left_alone)
{
	unsigned int n;

	begin_hpet(0);
	machine_config.platform_info.iommu_type = JAILHOUSE_IOMMU_AMD;
	registers[0x100 / 4] = SENDS;
	refused("the HPET sends interrupts as messages, which the hypervisor cannot rewrite "
		"(have iommu_type 0, or boot with hpet=disable)");
	begin_amd(513);
	refused("513 PCI devices have 513 interrupts, and the hypervisor can rewrite 6144 of 512 "
		"devices (have iommu_type 0)");
	begin_amd(1);
	for (n = 0; n < ARRAY_SIZE(named); n++)
		named[n] = (u16)(0x100 + n);
	num_named = JAILHOUSE_BOOT_PASSING;
	CHECK_EQ(check(), 0);
	num_named++;
	refused("PCI devices have interrupts that bear other numbers than their own, or are behind "
		"no IOMMU, and one can let no more than 64 numbers pass (have iommu_type 0)");
}
