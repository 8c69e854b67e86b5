// SPDX-License-Identifier: GPL-2.0-only
/* Takes from the kernel what is known of the machine. */
#include "compat.h"
#include "facts.h"
#include "facts_efi.h"
#include "facts_ioapic.h"
#include "facts_mtrr.h"
#include "facts_pci.h"
#include "iommu.h"
#include "madt.h"
#include "reason.h"

#include <linux/acpi.h>
#include <linux/efi.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/task.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/stop_machine.h>
#include <asm/bootparam.h>
#include <asm/cpufeature.h>
#include <asm/e820/types.h>
#include <asm/mtrr.h>
#include <asm/processor.h>
#include <asm/vmx.h>

/* 82093AA 3.0: registers of an I/O APIC are reached through two. */
#define IOAPIC_SELECT		0
#define IOAPIC_WINDOW		0x10
#define IOAPIC_VERSION		1

#define AMDVI_WINDOW		SZ_16K

/*
 * ACPI
 */

/* Return: the table, to be given to acpi_put_table(); or NULL. */
static struct acpi_table_header *get_table(char *signature)
{
	struct acpi_table_header *table;

	return ACPI_FAILURE(acpi_get_table(signature, 0, &table)) ? NULL : table;
}

static int add_ioapic(struct machine_facts *facts, const struct acpi_madt_io_apic *ioapic,
		      struct reason *why)
{
	unsigned int known = facts->num_ioapics;
	int err = jh_facts_add_ioapic(facts, ioapic->address, ioapic->id, why);

	if (facts->num_ioapics > known)
		facts->ioapics[known].gsi_base = ioapic->global_irq_base;
	return err;
}

static int take_ioapics(struct machine_facts *facts, struct reason *why)
{
	struct acpi_table_header *madt = get_table(ACPI_SIG_MADT);
	const struct acpi_subtable_header *entry;
	const void *end;
	int err = 0;

	if (!madt)
		return 0;
	end = (void *)madt + madt->length;
	for_each_madt_entry(madt, end, entry) {
		const struct acpi_madt_io_apic *ioapic = (const void *)entry;

		if (!err && entry->type == ACPI_MADT_TYPE_IO_APIC &&
		    (const void *)(ioapic + 1) <= end)
			err = add_ioapic(facts, ioapic, why);
	}
	acpi_put_table(madt);
	return err;
}

static void take_mmconfig(struct machine_facts *facts)
{
	struct acpi_table_header *mcfg = get_table(ACPI_SIG_MCFG);
	const struct acpi_mcfg_allocation *area;
	const void *end;

	if (!mcfg)
		return;
	end = (void *)mcfg + mcfg->length;
	for (area = (void *)mcfg + sizeof(struct acpi_table_mcfg);
	     (const void *)(area + 1) <= end; area++) {
		if (area->pci_segment)
			continue;
		facts->mmconfig_base = area->address;
		facts->mmconfig_end_bus = area->end_bus_number;
		break;
	}
	acpi_put_table(mcfg);
}

static void take_pm_timer(struct machine_facts *facts)
{
	const struct acpi_generic_address *timer = &acpi_gbl_FADT.xpm_timer_block;

	if (timer->space_id == ACPI_ADR_SPACE_SYSTEM_IO)
		facts->pm_timer = timer->address;
}

/*
 * AMD's have a fixed size (48882, 3.4; counters for tuning, where there are some, lie behind it).
 * Of Intel's, the driver of the unit has requested as many registers as it says that it has.
 */
static u64 window_end(const struct machine_facts *facts, const struct iommu_unit *unit)
{
	const struct inventory_entry *entry = facts->inventory.memory.entries;
	unsigned int n;

	if (unit->amd)
		return unit->base + AMDVI_WINDOW;
	for (n = 0; n < facts->inventory.memory.count; n++, entry++)
		if (entry->start == unit->base && entry->flags & IORESOURCE_BUSY)
			return PAGE_ALIGN(entry->end + 1);
	return unit->base + PAGE_SIZE;
}

static void take_iommus(struct machine_facts *facts)
{
	struct iommu_list list;
	unsigned int n;

	BUILD_BUG_ON(IOMMU_LIST_MAX > FACTS_MAX_IOMMUS);
	BUILD_BUG_ON(RESERVED_LIST_MAX > FACTS_MAX_RESERVED);
	jh_iommu_list(&list);
	facts->iommu_type = jh_iommu_kind(&list);
	for (n = 0; n < list.count; n++)
		facts->iommus[n] = (struct facts_range){
			list.units[n].base, window_end(facts, &list.units[n])
		};
	facts->num_iommus = list.count;
	for (n = 0; n < list.num_reserved; n++)
		facts->reserved[n] = (struct facts_range){
			list.reserved[n].start, list.reserved[n].end
		};
	facts->num_reserved = list.num_reserved;
}

static int take_acpi(struct machine_facts *facts, struct reason *why)
{
	if (acpi_disabled)
		return 0;
	facts->has_acpi = true;
	take_mmconfig(facts);
	take_pm_timer(facts);
	take_iommus(facts);
	return take_ioapics(facts, why);
}

/*
 * An I/O APIC says itself how many pins it has. The first of its two registers says which one the
 * second is, and Linux holds a lock around the pair: but while all CPUs stand still, nobody is
 * between the two, and whoever comes writes the first one again.
 */
struct ioapic_registers {
	struct machine_facts *facts;
	void __iomem *at[FACTS_MAX_IOAPICS];
	u32 versions[FACTS_MAX_IOAPICS];
};

static int read_versions(void *arg)
{
	struct ioapic_registers *registers = arg;
	unsigned int n;

	for (n = 0; n < registers->facts->num_ioapics; n++) {
		writel(IOAPIC_VERSION, registers->at[n] + IOAPIC_SELECT);
		registers->versions[n] = readl(registers->at[n] + IOAPIC_WINDOW);
	}
	return 0;
}

static int map_ioapic(struct ioapic_registers *registers, unsigned int n, struct reason *why)
{
	u64 address = registers->facts->ioapics[n].address;

	if (jh_inventory_check_reserved(&registers->facts->inventory, address, PAGE_SIZE, why))
		return jh_refuse(why, -EINVAL,
				 "ACPI's tables have an I/O APIC at 0x%llx, which is RAM", address);
	registers->at[n] = ioremap(address, PAGE_SIZE);
	return registers->at[n] ? 0 : jh_refuse(why, -ENOMEM,
						"the I/O APIC at 0x%llx cannot be mapped", address);
}

static int read_ioapics(struct ioapic_registers *registers, struct reason *why)
{
	struct machine_facts *facts = registers->facts;
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < facts->num_ioapics; n++)
		err = map_ioapic(registers, n, why);
	if (!err) {
		err = stop_machine(read_versions, registers, NULL);
		if (err)
			jh_refuse(why, err, "the CPUs cannot be stopped (%d)", err);
	}
	while (n--)
		if (registers->at[n])
			iounmap(registers->at[n]);
	return err;
}

static int count_pins(struct machine_facts *facts, struct reason *why)
{
	struct ioapic_registers *registers = kzalloc(sizeof(*registers), GFP_KERNEL);
	int err;

	if (!registers)
		return jh_refuse(why, -ENOMEM, "no memory");
	registers->facts = facts;
	err = read_ioapics(registers, why);
	if (!err)
		jh_facts_set_versions(facts, registers->versions);
	kfree(registers);
	return err;
}

/*
 * Firmware
 */

static int take_runtime(struct machine_facts *facts, struct reason *why)
{
	efi_memory_desc_t *md;
	int err;

	if (!efi_enabled(EFI_RUNTIME_SERVICES))
		return 0;
	for_each_efi_memory_desc(md) {
		err = jh_facts_add_runtime(facts, md->phys_addr, md->num_pages, md->type,
					   md->attribute, why);
		if (err)
			return err;
	}
	return 0;
}

static void copy_ram(struct machine_facts *facts, const struct boot_e820_entry *entry,
		     unsigned int count)
{
	for (; count-- && facts->num_firmware_ram < FACTS_MAX_RANGES; entry++)
		if (entry->type == E820_TYPE_RAM)
			facts->firmware_ram[facts->num_firmware_ram++] = (struct facts_range){
				entry->addr, entry->addr + entry->size
			};
}

/*
 * A file of init's tree, whoever asks: a command may run in a container. kernel_read_file() is
 * for what the kernel is to execute or to trust, and IPE of Linux 6.12 warns of all else.
 */
static ssize_t read_file(const char *path, void *buffer, size_t size)
{
	struct file *file;
	struct path root;
	loff_t pos = 0;
	ssize_t got;

	task_lock(&init_task);
	get_fs_root(init_task.fs, &root);
	task_unlock(&init_task);
	file = file_open_root(&root, path, O_RDONLY, 0);
	path_put(&root);
	if (IS_ERR(file))
		return PTR_ERR(file);
	got = kernel_read(file, buffer, size, &pos);
	fput(file);
	return got;
}

/*
 * What the firmware called RAM, before memmap= and the like: the kernel's own copy is exported
 * to KVM alone in newer ones, but boot_params are there to be read. An older kernel of a kexec,
 * or one without sysfs, may have none, or a security module refuses it: then no reserved range
 * is found, and the sentence that says so has to say why.
 */
static void take_firmware_ram(struct machine_facts *facts)
{
	struct boot_params *params = kmalloc(sizeof(*params), GFP_KERNEL);

	if (!params || read_file("/sys/kernel/boot_params/data", params, sizeof(*params)) !=
		       sizeof(*params)) {
		facts->firmware_ram_gap = FIRMWARE_RAM_UNREADABLE;
	} else {
		/* A list that is full goes on in SETUP_E820_EXT, which is not there. */
		if (params->e820_entries >= ARRAY_SIZE(params->e820_table))
			facts->firmware_ram_gap = FIRMWARE_RAM_CUT;
		copy_ram(facts, params->e820_table,
			 min_t(u32, params->e820_entries, ARRAY_SIZE(params->e820_table)));
	}
	kfree(params);
}

/*
 * As the hypervisor decides it: tables for SVM are as Linux's own are, those for VMX have a
 * capability of their own, which some CPUs lack that have such pages otherwise (SDM 3D A.10).
 */
static bool has_gib_pages(const struct machine_facts *facts)
{
	u64 ept;

	if (facts->hypertransport)
		return boot_cpu_has(X86_FEATURE_GBPAGES);
	return !rdmsrq_safe(MSR_IA32_VMX_EPT_VPID_CAP, &ept) && ept & VMX_EPT_1GB_PAGE_BIT;
}

/* MTRRcap, MTRRdefType and SYSCFG (APM 2 7.7 and 7.9). */
#define CAP_VARIABLE		0xff
#define CAP_FIXED		BIT(8)
#define DEFAULT_TYPE		0xff
#define DEFAULT_FIXED_ON	BIT(10)
#define DEFAULT_ON		BIT(11)
#define SYSCFG			0xc0010010
#define SYSCFG_TOM2_WB		(BIT(21) | BIT(22))
#define TOM2			0xc001001d

static void take_fixed_mtrrs(struct facts_mtrrs *mtrrs)
{
	static const u32 registers[FACTS_FIXED_MTRRS] = {
		MSR_MTRRfix64K_00000, MSR_MTRRfix16K_80000, MSR_MTRRfix16K_A0000,
		MSR_MTRRfix4K_C0000, MSR_MTRRfix4K_C8000, MSR_MTRRfix4K_D0000,
		MSR_MTRRfix4K_D8000, MSR_MTRRfix4K_E0000, MSR_MTRRfix4K_E8000,
		MSR_MTRRfix4K_F0000, MSR_MTRRfix4K_F8000,
	};
	unsigned int n;

	mtrrs->has_fixed = true;
	for (n = 0; n < FACTS_FIXED_MTRRS; n++)
		if (rdmsrq_safe(registers[n], &mtrrs->fixed[n]))
			mtrrs->known = false;
}

static void take_variable_mtrrs(struct machine_facts *facts, unsigned int count)
{
	unsigned int n;
	u64 base, mask;

	for (n = 0; n < count; n++) {
		if (rdmsrq_safe(MTRRphysBase_MSR(n), &base) ||
		    rdmsrq_safe(MTRRphysMask_MSR(n), &mask))
			facts->mtrrs.known = false;
		else
			jh_facts_add_mtrr(facts, base, mask);
	}
}

/* Above 4 GiB AMD's firmware leaves it at saying where RAM ends. */
static void take_tom2(struct facts_mtrrs *mtrrs)
{
	u64 config, end;

	if (!rdmsrq_safe(SYSCFG, &config) && (config & SYSCFG_TOM2_WB) == SYSCFG_TOM2_WB &&
	    !rdmsrq_safe(TOM2, &end))
		mtrrs->cached_end = end & PAGE_MASK;
}

/* They are alike on all CPUs. Where there are none, or they are off, nothing is known. */
static void take_mtrrs(struct machine_facts *facts)
{
	struct facts_mtrrs *mtrrs = &facts->mtrrs;
	u64 cap, standard;

	if (!boot_cpu_has(X86_FEATURE_MTRR) || rdmsrq_safe(MSR_MTRRcap, &cap) ||
	    rdmsrq_safe(MSR_MTRRdefType, &standard) || !(standard & DEFAULT_ON))
		return;
	mtrrs->known = true;
	mtrrs->standard = standard & DEFAULT_TYPE;
	if (cap & CAP_FIXED && standard & DEFAULT_FIXED_ON)
		take_fixed_mtrrs(mtrrs);
	if (facts->hypertransport)
		take_tom2(mtrrs);
	take_variable_mtrrs(facts, cap & CAP_VARIABLE);
}

static int take(struct machine_facts *facts, struct reason *why)
{
	int err;

	facts->phys_bits = boot_cpu_data.x86_phys_bits;
	facts->num_cpus = num_online_cpus();
	facts->hypertransport = boot_cpu_data.x86_vendor == X86_VENDOR_AMD ||
				boot_cpu_data.x86_vendor == X86_VENDOR_HYGON;
	facts->gib_pages = has_gib_pages(facts);
	facts->itlb_multihit = boot_cpu_has_bug(X86_BUG_ITLB_MULTIHIT);
	take_mtrrs(facts);
	take_firmware_ram(facts);
	jh_facts_take_functions(facts);
	err = take_acpi(facts, why);
	if (!err)
		err = take_runtime(facts, why);
	return err ?: count_pins(facts, why);
}

/**
 * jh_facts_take() - look at the machine
 * @why: receives the reason
 *
 * Context: process context, may sleep.
 *
 * Return: what is known, to be given to jh_facts_drop(); or an ERR_PTR(): -ENOMEM, -E2BIG if
 * there is too much of something, -EINVAL if ACPI's tables contradict the kernel.
 */
struct machine_facts *jh_facts_take(struct reason *why)
{
	struct machine_facts *facts = kvzalloc(sizeof(*facts), GFP_KERNEL);
	int err;

	if (!facts) {
		jh_refuse(why, -ENOMEM, "no memory");
		return ERR_PTR(-ENOMEM);
	}
	err = jh_inventory_take(&facts->inventory, why);
	if (err) {
		kvfree(facts);
		return ERR_PTR(err);
	}
	err = take(facts, why);
	if (err) {
		jh_facts_drop(facts);
		return ERR_PTR(err);
	}
	return facts;
}

/** jh_facts_drop() - free what jh_facts_take() made. */
void jh_facts_drop(struct machine_facts *facts)
{
	jh_inventory_drop(&facts->inventory);
	kvfree(facts);
}
