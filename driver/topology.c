// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the PCI functions of the machine are, to each other: as Linux knows it, in the words of
 * groups.h. And access control of what is above a cell's functions, which Linux switches on only
 * if it uses the IOMMU itself.
 */
#include "topology.h"
#include "groups.h"
#include "reason.h"

#include <linux/bitmap.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/*
 * What functions have to do so that all that comes from below goes upwards: check who a request
 * is from, redirect requests and their completions, forward what is for the host. What a function
 * does not have, it does (PCI Express 4.0, 7.7.7.2).
 */
#define ISOLATION	(PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF)

static bool is_wanted(const struct jailhouse_cell_desc *desc, struct pci_dev *dev)
{
	return config_find_device(desc, desc->num_pci_devices, pci_domain_nr(dev->bus),
				  pci_dev_id(dev));
}

/* Virtual functions may be on a bus that no bridge leads to. */
static struct pci_dev *bridge_of(struct pci_dev *dev)
{
	struct pci_dev *physical = pci_physfn(dev);

	return pci_is_root_bus(physical->bus) ? NULL : physical->bus->self;
}

static enum group_kind kind_of(struct pci_dev *dev)
{
	const bool bridge = dev->hdr_type != PCI_HEADER_TYPE_NORMAL;

	if (!pci_is_pcie(dev))
		return bridge ? GROUP_BRIDGE : GROUP_CONVENTIONAL;
	switch (pci_pcie_type(dev)) {
	case PCI_EXP_TYPE_ROOT_PORT:
	case PCI_EXP_TYPE_DOWNSTREAM:
		return GROUP_PORT;
	case PCI_EXP_TYPE_UPSTREAM:
		return GROUP_UPSTREAM_PORT;
	}
	return bridge ? GROUP_BRIDGE : GROUP_ENDPOINT;
}

/*
 * That of a device with several functions, a reset of one of them would switch off in the middle
 * of a cell's life.
 */
static bool can_isolate(struct pci_dev *dev)
{
	return kind_of(dev) == GROUP_PORT && pci_find_ext_capability(dev, PCI_EXT_CAP_ID_ACS);
}

static bool has_foreign_ids(const struct pci_dev *dev)
{
	return dev->dma_alias_mask &&
	       (bitmap_weight(dev->dma_alias_mask, 256) > 1 ||
		!test_bit(dev->devfn, dev->dma_alias_mask));
}

/**
 * jh_topology_own_name() - do IOMMUs of segment 0 know a function by its own number?
 * @dev: the function
 *
 * Behind a bridge to conventional PCI its requests, and so its messages, bear that of the bridge or
 * of its bus, and those of another segment (VMD's devices) may bear any.
 */
bool jh_topology_own_name(struct pci_dev *dev)
{
	struct pci_dev *bridge;

	if (pci_domain_nr(dev->bus) || has_foreign_ids(dev))
		return false;
	for (bridge = bridge_of(dev); bridge; bridge = bridge_of(bridge))
		if (kind_of(bridge) == GROUP_BRIDGE)
			return false;
	return true;
}

/**
 * jh_topology_names() - numbers that the messages of a function may bear
 * @dev: the function, in segment 0
 * @found: receives each of them
 * @arg: for @found
 */
void jh_topology_names(struct pci_dev *dev, void (*found)(void *arg, u16 name), void *arg)
{
	struct pci_dev *bridge;
	unsigned int devfn;

	found(arg, pci_dev_id(dev));
	for (devfn = 0; dev->dma_alias_mask && devfn < 256; devfn++)
		if (test_bit(devfn, dev->dma_alias_mask))
			found(arg, PCI_DEVID(dev->bus->number, devfn));
	for (bridge = bridge_of(dev); bridge; bridge = bridge_of(bridge)) {
		if (kind_of(bridge) != GROUP_BRIDGE)
			continue;
		found(arg, pci_dev_id(bridge));
		found(arg, PCI_DEVID(bridge->subordinate->number, 0));
	}
}

static u16 find_index(const struct group_function *list, unsigned int count, struct pci_dev *dev)
{
	unsigned int n;

	for (n = 0; dev && n < count; n++)
		if (list[n].domain == pci_domain_nr(dev->bus) && list[n].bdf == pci_dev_id(dev))
			return n;
	return GROUP_NONE;
}

static void describe(struct group_function *function, struct pci_dev *dev,
		     const struct jailhouse_cell_desc *desc)
{
	*function = (struct group_function) {
		.domain = pci_domain_nr(dev->bus),
		.bdf = pci_dev_id(dev),
		.kind = kind_of(dev),
		.multifunction = dev->multifunction,
		.acs = can_isolate(dev),
		.foreign_ids = has_foreign_ids(dev),
		.has_virtual = pci_num_vf(dev),
		.wanted = is_wanted(desc, dev),
	};
}

/* One that comes meanwhile is not in the list, and no cell's. */
static unsigned int describe_all(struct group_function *list, unsigned int most,
				 const struct jailhouse_cell_desc *desc)
{
	struct pci_dev *dev = NULL;
	unsigned int count = 0, n;

	for_each_pci_dev(dev)
		if (count < most)
			describe(&list[count++], dev, desc);
	for (n = 0; n < count; n++) {
		dev = pci_get_domain_bus_and_slot(list[n].domain, PCI_BUS_NUM(list[n].bdf),
						  list[n].bdf & 0xff);
		list[n].parent = dev ? find_index(list, count, bridge_of(dev)) : GROUP_NONE;
		pci_dev_put(dev);
	}
	return count;
}

static unsigned int count_functions(void)
{
	struct pci_dev *dev = NULL;
	unsigned int count = 0;

	for_each_pci_dev(dev)
		count++;
	return min_t(unsigned int, count, GROUP_NONE - 1);
}

/**
 * jh_topology_check() - can a cell have the PCI functions that it wants?
 * @desc: its configuration
 * @translated: an IOMMU is to keep them from the memory of others
 * @why: receives the reason
 *
 * Context: may sleep.
 *
 * Return: 0, -ENOMEM, or those of jh_groups_check().
 */
int jh_topology_check(const struct jailhouse_cell_desc *desc, bool translated, struct reason *why)
{
	const unsigned int most = count_functions();
	struct group_function *list;
	int err;

	list = kvcalloc(most + 1, sizeof(*list), GFP_KERNEL);
	if (!list)
		return jh_refuse(why, -ENOMEM, "no memory");
	err = jh_groups_check(list, describe_all(list, most, desc), translated, why);
	kvfree(list);
	return err;
}

/*
 * The port may have been found with access control off. It stays on: Linux has it on whenever it
 * uses an IOMMU.
 */
static void isolate(struct pci_dev *port)
{
	u16 at = pci_find_ext_capability(port, PCI_EXT_CAP_ID_ACS), can, control;

	if (!at || kind_of(port) != GROUP_PORT)
		return;
	pci_read_config_word(port, at + PCI_ACS_CAP, &can);
	pci_read_config_word(port, at + PCI_ACS_CTRL, &control);
	pci_write_config_word(port, at + PCI_ACS_CTRL, control | (can & ISOLATION));
}

/**
 * jh_topology_isolate() - have all that a cell's functions send go upwards
 * @desc: its configuration
 *
 * Context: may sleep; the cell has been checked, and has its functions.
 */
void jh_topology_isolate(const struct jailhouse_cell_desc *desc)
{
	struct pci_dev *dev = NULL, *bridge;

	for_each_pci_dev(dev)
		if (is_wanted(desc, dev))
			for (bridge = bridge_of(dev); bridge; bridge = bridge_of(bridge))
				isolate(bridge);
}
