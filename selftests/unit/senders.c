// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: ../driver/messages.c ../driver/msix.c ../driver/topology.c ../driver/groups.c */
/* A machine with PCI functions that send interrupts as messages. */
#include "senders.h"

#include <linux/io.h>
#include <linux/pm_runtime.h>

#include "../../driver/blob.h"
#include "../../driver/iommu.h"
#include "../../driver/iommu_names.h"
#include "../../driver/iommu_scope.h"
#include "../../driver/msix.h"

struct reason why;
struct jailhouse_system machine_config;
struct blob jh_system_config = { .data = &machine_config };
struct jailhouse_boot boot;

struct pci_bus bus, segment = { .domain = 1 };
struct pci_dev functions[NUM_FUNCTIONS];
unsigned int num_functions, vectors[NUM_FUNCTIONS], tables_held, maps_held;
int held;
struct acpi_table_hpet hpet;
u32 registers[0x400 / 4];
bool can_rewrite, no_room;
struct pci_dev *cannot_wake;

u16 named[JAILHOUSE_BOOT_PASSING + 1];
unsigned int num_named;
u16 third_is;
bool second_is_outside;
int lacking;

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

void begin(unsigned int count)
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

void give_table(unsigned int n, unsigned int count)
{
	functions[n].msix_cap = 0x70;
	vectors[n] = count;
}

void begin_hpet(u32 last_timer)
{
	begin(0);
	hpet.header.length = sizeof(hpet);
	hpet.address.address = HPET;
	registers[0] = last_timer << 8;
}

int check(void)
{
	int err;

	why.text[0] = 0;
	err = jh_check_messages(&machine_config, &why);
	CHECK_EQ(tables_held, 0);
	CHECK_EQ(maps_held, 0);
	return err;
}

void refused(const char *text)
{
	CHECK_EQ(check(), -EOPNOTSUPP);
	CHECK_STR(why.text, text);
}
