// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions of cells. Each cell that has some is a PCI driver to Linux, bound to them as
 * long as the cell exists: so no other driver gets at them, and Linux lets them keep their
 * power state.
 */
#include "pci.h"
#include "cell.h"
#include "compare.h"
#include "reason.h"

#include <linux/pci.h>
#include <linux/slab.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/**
 * struct pci_claim - the driver of one cell's functions
 * @driver: as Linux knows it
 * @desc: the cell's configuration
 * @name: of the driver
 * @ids: vendor and device of each function, then an empty entry
 */
struct pci_claim {
	struct pci_driver driver;
	const struct jailhouse_cell_desc *desc;
	char name[JAILHOUSE_CELL_NAME_SIZE + 12];
	struct pci_device_id ids[];
};

static struct pci_dev *get_function(const struct jailhouse_pci_device *config)
{
	return pci_get_domain_bus_and_slot(config->domain, PCI_BUS_NUM(config->bdf),
					   config->bdf & 0xff);
}

/* There may be others like it. */
static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	const struct pci_claim *claim =
		container_of(to_pci_driver(dev->dev.driver), struct pci_claim, driver);

	return config_find_device(claim->desc, claim->desc->num_pci_devices,
				  pci_domain_nr(dev->bus), pci_dev_id(dev)) ? 0 : -ENODEV;
}

/*
 * The hypervisor keeps a cell's function from pulling its interrupt pin. Before PCI 2.3 there
 * was no way to: then the whole line has to be the cell's.
 */
static int check_pin(const struct jailhouse_pci_device *config, unsigned int n,
		     const struct pci_dev *dev, struct reason *why)
{
	if (!dev->pin || !dev->broken_intx_masking || config->type & JAILHOUSE_PCI_OWNS_PIN)
		return 0;
	return jh_refuse(why, -EOPNOTSUPP,
			 "PCI device %u (%s) cannot be kept from pulling INT%c#, a line of Linux (if it ends at an I/O APIC pin of the cell, say JAILHOUSE_PCI_OWNS_PIN)",
			 n, pci_name(dev), 'A' + dev->pin - 1);
}

static int refuse_missing(const struct jailhouse_pci_device *config, unsigned int n,
			  struct reason *why)
{
	return jh_refuse(why, -ENODEV, "PCI device %u (%04x:%02x:%02x.%x) does not exist", n,
			 config->domain, PCI_BUS_NUM(config->bdf), PCI_SLOT(config->bdf),
			 PCI_FUNC(config->bdf));
}

static int refuse_used(const struct pci_dev *dev, unsigned int n, struct reason *why)
{
	return jh_refuse(why, -EBUSY, "PCI device %u (%s) is used by %s (unbind it)", n,
			 dev ? pci_name(dev) : "removed",
			 dev ? dev_driver_string(&dev->dev) : "nobody");
}

static int fill_ids(struct pci_claim *claim, struct reason *why)
{
	const struct jailhouse_pci_device *config = config_pci(claim->desc);
	struct pci_dev *dev;
	unsigned int n;
	int err;

	for (n = 0; n < claim->desc->num_pci_devices; n++) {
		dev = get_function(&config[n]);
		if (!dev)
			return refuse_missing(&config[n], n, why);
		claim->ids[n] = (struct pci_device_id){
			PCI_DEVICE(dev->vendor, dev->device)
		};
		err = check_pin(&config[n], n, dev, why);
		pci_dev_put(dev);
		if (err)
			return err;
	}
	return 0;
}

static int check_bound(const struct pci_claim *claim, struct reason *why)
{
	const struct jailhouse_pci_device *config = config_pci(claim->desc);
	struct pci_dev *dev;
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < claim->desc->num_pci_devices; n++) {
		dev = get_function(&config[n]);
		if (!dev || dev->dev.driver != &claim->driver.driver)
			err = refuse_used(dev, n, why);
		pci_dev_put(dev);
	}
	return err;
}

static int claim_functions(struct pci_claim *claim, struct reason *why)
{
	int err;

	err = fill_ids(claim, why);
	if (err)
		return err;
	err = pci_register_driver(&claim->driver);
	if (err)
		return jh_refuse(why, err, "Linux has no place for the PCI driver %s", claim->name);
	err = check_bound(claim, why);
	if (err)
		pci_unregister_driver(&claim->driver);
	return err;
}

static int look_at(const struct jailhouse_pci_device *config, unsigned int n, struct reason *why)
{
	struct pci_dev *dev = get_function(config);
	int err;

	if (!dev)
		return refuse_missing(config, n, why);
	err = check_pin(config, n, dev, why);
	if (!err && dev->dev.driver)
		err = refuse_used(dev, n, why);
	pci_dev_put(dev);
	return err;
}

/**
 * jh_pci_list() - tell of all that is in the way of jh_pci_take()
 * @cell: its configuration is valid, and it does not exist
 * @complaints: who is told
 *
 * Context: jh_lock is held, may sleep.
 */
void jh_pci_list(const struct jh_cell *cell, const struct complaints *complaints)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;
	struct reason why;
	unsigned int n;

	for (n = 0; n < desc->num_pci_devices; n++)
		if (look_at(&config_pci(desc)[n], n, &why))
			complaints->tell(complaints->arg, why.text, true);
}

/**
 * jh_pci_take() - take the cell's PCI functions from Linux
 * @cell: to be created; its configuration is valid
 * @why: receives the reason
 *
 * Context: jh_lock is held, may sleep.
 *
 * Return: 0, -ENODEV for a function that the machine does not have, -EBUSY for one that a
 * driver uses, -EOPNOTSUPP for one whose interrupt pin cannot be disabled, -ENOMEM: Linux
 * still has all of them.
 */
int jh_pci_take(struct jh_cell *cell, struct reason *why)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;
	struct pci_claim *claim;
	int err;

	if (!desc->num_pci_devices)
		return 0;
	claim = kzalloc(struct_size(claim, ids, desc->num_pci_devices + 1), GFP_KERNEL);
	if (!claim)
		return jh_refuse(why, -ENOMEM, "no memory");
	snprintf(claim->name, sizeof(claim->name), "jailhouse-%s", jh_cell_name(cell));
	claim->desc = desc;
	claim->driver.name = claim->name;
	claim->driver.id_table = claim->ids;
	claim->driver.probe = probe;
	claim->driver.driver.suppress_bind_attrs = true;
	err = claim_functions(claim, why);
	if (err)
		kfree(claim);
	else
		cell->pci = claim;
	return err;
}

/**
 * jh_pci_give_back() - let Linux have the cell's PCI functions again
 * @cell: does not exist any more
 *
 * Context: jh_lock is held, may sleep. Does nothing if it had none.
 */
void jh_pci_give_back(struct jh_cell *cell)
{
	if (!cell->pci)
		return;
	pci_unregister_driver(&cell->pci->driver);
	kfree(cell->pci);
	cell->pci = NULL;
}
