// SPDX-License-Identifier: GPL-2.0-only
/* The PCI functions of the machine, in the words of a configuration. */
#include "facts_pci.h"
#include "facts.h"
#include "msix.h"

#include <linux/kernel.h>
#include <linux/pci.h>

/* A BAR is as large as the bits that can be written in it say (PCI 3.0, 6.2.5.1). */
static void describe_bars(struct pci_dev *dev, struct jailhouse_pci_device *function)
{
	unsigned int n, bars = dev->hdr_type == PCI_HEADER_TYPE_BRIDGE ? 2 : PCI_STD_NUM_BARS;
	const struct resource *bar;
	u64 mask;

	for (n = 0; n < bars; n++) {
		bar = &dev->resource[n];
		if (!bar->flags || bar->flags & IORESOURCE_PCI_FIXED || !resource_size(bar))
			continue;
		mask = ~(resource_size(bar) - 1);
		function->bar_mask[n] = mask;
		if (bar->flags & IORESOURCE_MEM_64 && n + 1 < bars)
			function->bar_mask[++n] = mask >> 32;
	}
}

/**
 * jh_msix_look() - ask a function for its MSI-X table
 * @dev: the function
 * @look: receives what it says
 *
 * Context: may sleep.
 */
void jh_msix_look(struct pci_dev *dev, struct msix_look *look)
{
	const struct resource *bar = dev->resource;
	int vectors = pci_msix_vec_count(dev);
	unsigned int n;

	*look = (struct msix_look){ .vectors = vectors > 0 ? vectors : 0 };
	if (!look->vectors)
		return;
	pci_read_config_dword(dev, dev->msix_cap + PCI_MSIX_TABLE, &look->where);
	for (n = 0; n < MSIX_BARS; n++, bar++)
		if (bar->flags & IORESOURCE_MEM && bar->start) {
			look->bars[n].start = bar->start;
			look->bars[n].size = resource_size(bar);
		}
}

static void describe_msix(struct pci_dev *dev, struct jailhouse_pci_device *function)
{
	struct msix_look look;

	jh_msix_look(dev, &look);
	function->msix_address = jh_msix_address(&look);
	if (function->msix_address)
		function->num_msix_vectors = look.vectors;
}

static void describe_kind(struct pci_dev *dev, struct jailhouse_pci_device *function)
{
	function->type = dev->hdr_type == PCI_HEADER_TYPE_NORMAL ?
			 JAILHOUSE_PCI_TYPE_DEVICE : JAILHOUSE_PCI_TYPE_BRIDGE;
	if (!dev->is_virtfn)
		return;
	function->type = JAILHOUSE_PCI_TYPE_VIRTUAL;
	function->physical = pci_dev_id(pci_physfn(dev));
}

/**
 * jh_facts_take_functions() - list the PCI functions that cells can be given
 * @facts: receives them
 *
 * Only those of segment 0: the hypervisor gives no others away. All that is in no list is
 * Linux's.
 *
 * Context: may sleep.
 */
void jh_facts_take_functions(struct machine_facts *facts)
{
	struct jailhouse_pci_device *function;
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev) {
		if (pci_domain_nr(dev->bus) || facts->num_functions == FACTS_MAX_FUNCTIONS)
			continue;
		function = &facts->functions[facts->num_functions++];
		describe_kind(dev, function);
		function->bdf = pci_dev_id(dev);
		describe_bars(dev, function);
		describe_msix(dev, function);
	}
}
