// SPDX-License-Identifier: GPL-2.0-only
/* Messages of the root cell's PCI functions: which there are, and where their tables are. */
#include "x86.h"
#include "apic.h"
#include "errno.h"
#include "ioapic.h"
#include "log.h"
#include "pci_internal.h"
#include "root_messages.h"

static struct pci_root root;

static struct ioapic *const *ioapics;
static unsigned int num_ioapics;

/* A cell may have the function, and with that its registers. */
static int table_mmio(void *arg, struct mmio_access *access)
{
	struct pci_function *function = arg;

	if (pci_is_owned(&pci_space, function->bdf)) {
		access->value = ~0ULL;
		return access->is_write ? -EPERM : 0;
	}
	return pci_msix_access(function, root.x2apic, access);
}

void root_messages_unmap(void)
{
	const struct jailhouse_boot_function *list = boot_info.functions;
	unsigned int n;

	for (n = 0; n < root.count; n++, list++)
		if (pgtable_unmap(&machine.root->stage2, list->table & PAGE_MASK,
				  (u64)list->pages << PAGE_SHIFT))
			log_printf("BUG: no page to emulate the MSI-X table at 0x%llx\n",
				   list->table);
}

static int emulate_tables(void)
{
	const struct jailhouse_boot_function *list = boot_info.functions;
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < root.count; n++, list++)
		if (list->pages)
			err = mmio_register(&machine.root->mmio, list->table & PAGE_MASK,
					    (u64)list->pages << PAGE_SHIFT, table_mmio,
					    &root.functions[n]);
	if (err)
		log_error("MSI-X table at 0x%llx cannot be emulated, error %d: boot without "
			  "intremap=off, or have iommu_type 0", list[-1].table, err);
	return err;
}

int root_messages_init(void)
{
	const u32 count = boot_info.num_functions;
	const u64 size = count * sizeof(*root.functions) +
			 boot_info.num_vectors * sizeof(struct pci_msix_entry);
	int err;

	if (!pci_space.remap || !pci_space.remap->rewrites)
		return 0;
	/* The driver has looked, but functions may have come since. */
	if (count + boot_info.num_vectors > JAILHOUSE_BOOT_MESSAGES) {
		log_error("PCI devices have more interrupts by now than can be rewritten: boot "
			  "without intremap=off, or have iommu_type 0");
		return -ENOSPC;
	}
	root.functions = page_alloc(&machine.pool, (unsigned int)(size / PAGE_SIZE) + 1);
	if (!root.functions)
		return -ENOMEM;
	root.x2apic = apic_is_x2apic();
	err = pci_root_init(&root, &pci_space, &machine.root->cpus, boot_info.functions, count,
			    (struct pci_msix_entry *)&root.functions[count]);
	if (err)
		return err;
	pci_space.root = &root;
	root_messages_unmap();
	return emulate_tables();
}

void root_messages_pins(struct ioapic *const chips[], unsigned int count)
{
	ioapics = chips;
	num_ioapics = count;
}

void root_messages_rewrite(const struct remap *remap)
{
	unsigned int n;

	for (n = 0; pci_space.remap->pins && n < num_ioapics; n++)
		ioapic_rewrite(ioapics[n], remap, apic_write_icr);
	pci_root_rewrite(&pci_space, remap);
}
