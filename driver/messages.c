// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who sends interrupts as messages, if the hypervisor has them remapped while Linux has not: it
 * rewrites those of PCI functions, and with IOMMUs of Intel's what I/O APICs send, and no others.
 *
 * An IOMMU of AMD's lets interrupts pass by the numbers that they bear. So what bears another one
 * than its own is left alone there, and what else bears that. So is, with either kind, what is
 * behind no IOMMU, where the number of an entry would be a vector.
 */
#include "messages.h"
#include "blob.h"
#include "iommu.h"
#include "iommu_names.h"
#include "iommu_scope.h"
#include "msix.h"
#include "reason.h"
#include "topology.h"

#include <linux/acpi.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>

#define ENTRY_SIZE		16

/* Registers of the HPET (IA-PC HPET Specification 1.0a, 2.3.4, 2.3.8). */
#define HPET_SIZE		0x400
#define HPET_ID			0x000
#define HPET_LAST_TIMER(id)	((id) >> 8 & 0x1f)
#define HPET_TIMER(n)		(0x100 + 0x20 * (n))
#define HPET_TIMER_INTERRUPTS	BIT(2)
#define HPET_TIMER_MESSAGES	BIT(14)
/* More of them do not fit. */
#define HPET_LAST_MOST		23U

/**
 * struct passing - what IOMMUs let pass
 * @names: numbers that such interrupts bear
 * @count: how many
 * @more: there are some for which there is no room
 */
struct passing {
	u16 names[JAILHOUSE_BOOT_PASSING];
	unsigned int count;
	bool more;
};

static bool uses_amd(const struct jailhouse_system *system)
{
	return system->platform_info.iommu_type == JAILHOUSE_IOMMU_AMD;
}

static const char *advice(const struct jailhouse_system *system)
{
	return uses_amd(system) ? "have iommu_type 0" : "boot without intremap=off";
}

static bool sends(u32 timer)
{
	return timer & HPET_TIMER_INTERRUPTS && timer & HPET_TIMER_MESSAGES;
}

static int check_hpet_at(const struct jailhouse_system *system, u64 address, struct reason *why)
{
	void __iomem *registers = ioremap(address, HPET_SIZE);
	unsigned int n, last;
	bool found = false;

	if (!registers)
		return jh_refuse(why, -ENOMEM, "the HPET at 0x%llx cannot be mapped", address);
	last = min_t(u32, HPET_LAST_TIMER(readl(registers + HPET_ID)), HPET_LAST_MOST);
	for (n = 0; n <= last; n++)
		found |= sends(readl(registers + HPET_TIMER(n)));
	iounmap(registers);
	if (!found)
		return 0;
	return jh_refuse(why, -EOPNOTSUPP,
			 "the HPET sends interrupts as messages, which the hypervisor cannot rewrite (%s, or boot with hpet=disable)",
			 advice(system));
}

static int check_hpet(const struct jailhouse_system *system, struct reason *why)
{
	const struct acpi_table_hpet *hpet;
	struct acpi_table_header *table;
	u64 address = 0;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_HPET, 0, &table)))
		return 0;
	hpet = (const void *)table;
	if (table->length >= sizeof(*hpet))
		address = hpet->address.address;
	acpi_put_table(table);
	return address ? check_hpet_at(system, address, why) : 0;
}

static bool passes(const struct passing *passing, u16 name)
{
	unsigned int n;

	for (n = 0; n < passing->count; n++)
		if (passing->names[n] == name)
			return true;
	return false;
}

static void add_passing(void *arg, u16 name)
{
	struct passing *passing = arg;

	if (passes(passing, name))
		return;
	if (passing->count == JAILHOUSE_BOOT_PASSING)
		passing->more = true;
	else
		passing->names[passing->count++] = name;
}

static bool can_send(const struct pci_dev *dev)
{
	return !pci_domain_nr(dev->bus) && (dev->msi_cap || dev->msix_cap);
}

/* What is behind no IOMMU sends what it has, and nobody remaps that. */
static void add_outside(const struct jailhouse_system *system, struct passing *passing,
			struct pci_dev *dev)
{
	if (!jh_iommu_has(system->platform_info.iommu_type, pci_dev_id(dev),
			  pci_dev_id(pci_physfn(dev))))
		add_passing(passing, pci_dev_id(dev));
}

/* One that bears the number of another function, and that one. */
static void add_names(struct passing *passing, struct pci_dev *dev)
{
	const u16 bdf = pci_dev_id(dev), name = jh_ivrs_name(bdf);

	if (name != bdf) {
		add_passing(passing, bdf);
		add_passing(passing, name);
	}
	if (!jh_topology_own_name(dev))
		jh_topology_names(dev, add_passing, passing);
}

static void list_passing(const struct jailhouse_system *system, struct passing *passing)
{
	struct pci_dev *dev = NULL;

	passing->count = 0;
	passing->more = false;
	if (uses_amd(system))
		jh_ivrs_passing(add_passing, passing);
	for_each_pci_dev(dev) {
		if (!can_send(dev))
			continue;
		add_outside(system, passing, dev);
		if (uses_amd(system))
			add_names(passing, dev);
	}
}

static bool is_sender(const struct passing *passing, struct pci_dev *dev)
{
	return can_send(dev) && !passes(passing, pci_dev_id(dev));
}

/* An entry of the hypervisor's is for what bears the function's own number, and nobody else. */
static int check_names(struct reason *why)
{
	struct pci_dev *dev = NULL;
	int err = 0;

	for_each_pci_dev(dev)
		if (!err && (dev->msi_enabled || dev->msix_enabled) && !jh_topology_own_name(dev))
			err = jh_refuse(why, -EOPNOTSUPP,
					"PCI device %s sends interrupts as messages, and not by its own number in segment 0: the hypervisor cannot rewrite them (boot without intremap=off, or unbind it)",
					pci_name(dev));
	return err;
}

/*
 * Return: how many messages the hypervisor has room for if this one is there: one for MSI, and
 * those of a table that could be found.
 */
static unsigned int describe(struct pci_dev *dev, struct jailhouse_boot_function *function)
{
	struct msix_look look;
	u64 end;

	jh_msix_look(dev, &look);
	*function = (struct jailhouse_boot_function){
		.table = jh_msix_address(&look), .bdf = pci_dev_id(dev),
	};
	if (!function->table)
		return 1;
	function->vectors = look.vectors;
	end = PAGE_ALIGN(function->table + ENTRY_SIZE * look.vectors);
	function->pages = (end - (function->table & PAGE_MASK)) >> PAGE_SHIFT;
	return 1 + function->vectors;
}

static int check_passing(const struct passing *passing, struct reason *why)
{
	return !passing->more ? 0 :
		jh_refuse(why, -EOPNOTSUPP,
			  "PCI devices have interrupts that bear other numbers than their own, or are behind no IOMMU, and one can let no more than %u numbers pass (have iommu_type 0)",
			  JAILHOUSE_BOOT_PASSING);
}

/* They pass by the numbers that ACPI's table has for them. */
static int check_ioapics(struct reason *why)
{
	const int id = jh_ivrs_lacks_ioapic();

	return id < 0 ? 0 :
		jh_refuse(why, -EOPNOTSUPP,
			  "I/O APIC %d is not in ACPI's IVRS: an IOMMU would not let its interrupts pass (have iommu_type 0)",
			  id);
}

static int check_count(const struct jailhouse_system *system, const struct passing *passing,
		       struct reason *why)
{
	struct jailhouse_boot_function function;
	unsigned int functions = 0, messages = 0;
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev)
		if (is_sender(passing, dev)) {
			functions++;
			messages += describe(dev, &function);
		}
	if (functions <= JAILHOUSE_BOOT_FUNCTIONS && messages <= JAILHOUSE_BOOT_MESSAGES)
		return 0;
	return jh_refuse(why, -EOPNOTSUPP,
			 "%u PCI devices have %u interrupts, and the hypervisor can rewrite %u of %u devices (%s)",
			 functions, messages, JAILHOUSE_BOOT_MESSAGES, JAILHOUSE_BOOT_FUNCTIONS,
			 advice(system));
}

/**
 * jh_check_messages() - could all of Linux's interrupts be rewritten that have to be?
 * @system: the system configuration
 * @why: receives the reason
 *
 * Context: may sleep.
 *
 * Return: 0, also if none has to be; -EOPNOTSUPP, -ENOMEM.
 */
int jh_check_messages(const struct jailhouse_system *system, struct reason *why)
{
	struct passing passing;

	if (!system->platform_info.iommu_type || !jh_iommu_rewrites())
		return 0;
	list_passing(system, &passing);
	return check_hpet(system, why) ?: check_passing(&passing, why) ?:
	       check_count(system, &passing, why) ?:
	       (uses_amd(system) ? check_ioapics(why) : check_names(why));
}

/**
 * jh_list_messages() - tell the hypervisor who sends interrupts as messages that it rewrites
 * @system: the system configuration
 * @boot: receives it
 *
 * Context: may sleep.
 */
void jh_list_messages(const struct jailhouse_system *system, struct jailhouse_boot *boot)
{
	struct pci_dev *dev = NULL;
	struct passing passing;

	if (!system->platform_info.iommu_type || !jh_iommu_rewrites())
		return;
	boot->flags |= JAILHOUSE_BOOT_REWRITE;
	list_passing(system, &passing);
	boot->num_passing = passing.count;
	memcpy(boot->passing, passing.names, passing.count * sizeof(*passing.names));
	for_each_pci_dev(dev)
		if (is_sender(&passing, dev) && boot->num_functions < JAILHOUSE_BOOT_FUNCTIONS) {
			describe(dev, &boot->functions[boot->num_functions]);
			boot->num_vectors += boot->functions[boot->num_functions++].vectors;
		}
}

/*
 * In its deepest sleep (D3cold) a function has no registers, and nothing that the hypervisor would
 * know it by later. Those that are awake are not to fall asleep meanwhile. References to them are
 * held.
 */
static struct pci_dev *awake[JAILHOUSE_BOOT_FUNCTIONS];
static unsigned int num_awake;

/**
 * jh_let_senders_sleep() - end of jh_wake_senders()
 *
 * Context: jh_lock is held.
 */
void jh_let_senders_sleep(void)
{
	while (num_awake) {
		pm_runtime_put(&awake[--num_awake]->dev);
		pci_dev_put(awake[num_awake]);
	}
}

/* One that runtime power management has not put to sleep, it does not wake either. */
static int wake(struct pci_dev *dev, struct reason *why)
{
	pm_runtime_get_sync(&dev->dev);
	awake[num_awake++] = pci_dev_get(dev);
	if (dev->current_state != PCI_D3cold)
		return 0;
	return jh_refuse(why, -EOPNOTSUPP,
			 "PCI device %s is switched off (D3cold) and cannot be woken: the hypervisor cannot rewrite its interrupts (%s, or remove it)",
			 pci_name(dev), advice(jh_system_config.data));
}

/**
 * jh_wake_senders() - who sends interrupts that have to be rewritten is awake, and stays so
 * @why: receives the reason
 *
 * Until jh_let_senders_sleep().
 *
 * Context: jh_lock is held; may sleep.
 *
 * Return: 0, also if nothing has to be rewritten; -EOPNOTSUPP.
 */
int jh_wake_senders(struct reason *why)
{
	const struct jailhouse_system *system = jh_system_config.data;
	struct pci_dev *dev = NULL;
	struct passing passing;
	int err = 0;

	if (!system->platform_info.iommu_type || !jh_iommu_rewrites())
		return 0;
	list_passing(system, &passing);
	for_each_pci_dev(dev)
		if (!err && is_sender(&passing, dev) && num_awake < ARRAY_SIZE(awake))
			err = wake(dev, why);
	if (err)
		jh_let_senders_sleep();
	return err;
}
