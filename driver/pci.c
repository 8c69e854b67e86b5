// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions of cells. Each cell that has some is a PCI driver to Linux, bound to them as
 * long as the cell exists: so no other driver gets at them, and Linux lets them keep their
 * power state.
 *
 * They are reset before a cell gets them and when it has gone, by whatever means Linux knows, and
 * come back with all that was in configuration space, but no bus masters: as after boot.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "pci.h"
#include "blob.h"
#include "cell.h"
#include "claims.h"
#include "compare.h"
#include "iommu_scope.h"
#include "msix.h"
#include "reason.h"
#include "topology.h"

#include <linux/pci.h>
#include <linux/slab.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/**
 * struct pci_claim - the driver of one cell's functions
 * @driver: as Linux knows it
 * @cell: the cell
 * @desc: its configuration
 * @over: the cell does not exist any more
 * @name: of the driver
 * @ids: vendor and device of each function, then an empty entry
 */
struct pci_claim {
	struct pci_driver driver;
	struct jh_cell *cell;
	const struct jailhouse_cell_desc *desc;
	bool over;
	char name[JAILHOUSE_CELL_NAME_SIZE + 12];
	struct pci_device_id ids[];
};

static struct pci_dev *get_function(const struct jailhouse_pci_device *config)
{
	return pci_get_domain_bus_and_slot(config_domain(config), PCI_BUS_NUM(config->bdf),
					   config->bdf & 0xff);
}

static const struct pci_claim *claim_of(const struct pci_dev *dev)
{
	return container_of(to_pci_driver(dev->dev.driver), struct pci_claim, driver);
}

/* There may be others like it. One that cannot be reset is quiet at least. */
static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	const struct pci_claim *claim = claim_of(dev);
	struct pci_saved_state *state;

	if (!config_find_device(claim->desc, claim->desc->num_pci_devices,
				pci_domain_nr(dev->bus), pci_dev_id(dev)))
		return -ENODEV;
	/* Nobody uses it: it does not come back as one. */
	pci_clear_master(dev);
	pci_save_state(dev);
	state = pci_store_saved_state(dev);
	if (!state)
		return -ENOMEM;
	pci_set_drvdata(dev, state);
	pci_reset_function_locked(dev);
	/* Drivers of physical functions do not end virtual ones that somebody has. */
	if (dev->is_virtfn)
		pci_set_dev_assigned(dev);
	return 0;
}

/* With the device, Linux forgets its resources, and whatever was requested in them. */
static void release_claims(const struct pci_claim *claim, const struct pci_dev *dev)
{
	unsigned int n;

	for (n = 0; n < PCI_NUM_RESOURCES; n++)
		if (dev->resource[n].parent)
			jh_claims_release_within(claim->cell, &dev->resource[n]);
}

/*
 * The cell has it until it is destroyed, when Linux does not know it any more as well. One that
 * cannot be reset is what the hypervisor has left: it may still know what the cell wanted of it,
 * but is no bus master, and its interrupt pin is disabled.
 */
static void remove(struct pci_dev *dev)
{
	struct pci_saved_state *state = pci_get_drvdata(dev);
	const struct pci_claim *claim = claim_of(dev);

	pci_clear_dev_assigned(dev);
	if (!claim->over) {
		pr_warn("PCI device %s was removed, but is cell %s's until that is destroyed\n",
			pci_name(dev), claim->desc->name);
		release_claims(claim, dev);
	} else if (!pci_reset_function_locked(dev)) {
		pci_load_saved_state(dev, state);
		pci_restore_state(dev);
	}
	kfree(state);
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

/* Linux knows devices that say they can be reset, and hang then. */
static int check_reset(const struct jailhouse_pci_device *config, unsigned int n,
		       const struct pci_dev *dev, struct reason *why)
{
	if (!(dev->dev_flags & PCI_DEV_FLAGS_NO_FLR_RESET) || config->type & JAILHOUSE_PCI_NO_FLR)
		return 0;
	return jh_refuse(why, -EOPNOTSUPP,
			 "PCI device %u (%s) would hang when it is reset after the cell, say JAILHOUSE_PCI_NO_FLR",
			 n, pci_name(dev));
}

/* A number may have been given to another function since the machine was described. */
static int check_virtual(const struct jailhouse_pci_device *config, unsigned int n,
			 struct pci_dev *dev, struct reason *why)
{
	const u16 is = dev->is_virtfn ? pci_dev_id(pci_physfn(dev)) : 0;
	const u16 said = config_is_virtual(config) ? config->physical : 0;

	if (is == said)
		return 0;
	if (!is)
		return jh_refuse(why, -EINVAL,
				 "PCI device %u (%s) is no virtual function (SR-IOV), as the configuration says",
				 n, pci_name(dev));
	return jh_refuse(why, -EINVAL,
			 "PCI device %u (%s) is a virtual function (SR-IOV) of %s, and the configuration does not say so",
			 n, pci_name(dev), pci_name(pci_physfn(dev)));
}

static int check_function(const struct jailhouse_pci_device *config, unsigned int n,
			  struct pci_dev *dev, struct reason *why)
{
	struct msix_look look;

	jh_msix_look(dev, &look);
	return check_virtual(config, n, dev, why) ?: check_pin(config, n, dev, why) ?:
	       check_reset(config, n, dev, why) ?:
	       jh_msix_check(&look, config, n, pci_name(dev), why);
}

static int refuse_missing(const struct jailhouse_pci_device *config, unsigned int n,
			  struct reason *why)
{
	return jh_refuse(why, -ENODEV, "PCI device %u (%04x:%02x:%02x.%x) does not exist", n,
			 config_domain(config), PCI_BUS_NUM(config->bdf), PCI_SLOT(config->bdf),
			 PCI_FUNC(config->bdf));
}

static int refuse_used(const struct pci_dev *dev, unsigned int n, struct reason *why)
{
	return jh_refuse(why, -EBUSY, "PCI device %u (%s) is used by %s (unbind it)", n,
			 pci_name(dev), dev_driver_string(&dev->dev));
}

/* Most likely somebody has kept it for a driver that is not loaded, as for VFIO's. */
static int refuse_kept(const struct pci_dev *dev, unsigned int n, struct reason *why)
{
	return jh_refuse(why, -EBUSY,
			 "PCI device %u (%s) is kept from the cell by Linux (has its driver_override in /sys/bus/pci/devices a name in it, or the sriov_drivers_autoprobe of its physical function a 0?)",
			 n, pci_name(dev));
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
		err = check_function(&config[n], n, dev, why);
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
		if (!dev)
			err = refuse_missing(&config[n], n, why);
		else if (!dev->dev.driver)
			err = refuse_kept(dev, n, why);
		else if (dev->dev.driver != &claim->driver.driver)
			err = refuse_used(dev, n, why);
		pci_dev_put(dev);
	}
	return err;
}

static bool is_translated(void)
{
	const struct jailhouse_system *system = jh_system_config.data;

	return system->platform_info.iommu_type;
}

/* Is what they do translated, and by whatever way it goes? */
static int check_isolation(const struct jailhouse_cell_desc *desc, struct reason *why)
{
	return jh_topology_check(desc, is_translated(), why) ?:
	       jh_check_iommu_scope(jh_system_config.data, desc, why);
}

static int claim_functions(struct pci_claim *claim, struct reason *why)
{
	int err;

	err = fill_ids(claim, why);
	if (!err)
		err = check_isolation(claim->desc, why);
	if (err)
		return err;
	err = pci_register_driver(&claim->driver);
	if (err)
		return jh_refuse(why, err, "Linux has no place for the PCI driver %s", claim->name);
	/* Linux was told, perhaps, to leave that to the user (drivers_autoprobe). */
	err = driver_attach(&claim->driver.driver);
	if (err)
		jh_refuse(why, err, "Linux does not let the PCI driver %s look at devices (%d)",
			  claim->name, err);
	else
		err = check_bound(claim, why);
	if (err) {
		claim->over = true;
		pci_unregister_driver(&claim->driver);
	} else if (is_translated()) {
		jh_topology_isolate(claim->desc);
	}
	return err;
}

static int look_at(const struct jailhouse_pci_device *config, unsigned int n, struct reason *why)
{
	struct pci_dev *dev = get_function(config);
	int err;

	if (!dev)
		return refuse_missing(config, n, why);
	err = check_function(config, n, dev, why);
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
	if (check_isolation(desc, &why))
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
 * driver uses, -EOPNOTSUPP for one whose interrupt pin cannot be disabled, or that hangs when it
 * is reset, those of jh_topology_check() and jh_check_iommu_scope(), -ENOMEM: Linux still has all
 * of them.
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
	claim->cell = cell;
	claim->desc = desc;
	claim->driver.name = claim->name;
	claim->driver.id_table = claim->ids;
	claim->driver.probe = probe;
	claim->driver.remove = remove;
	claim->driver.driver.suppress_bind_attrs = true;
	/* Whatever the command line says (driver_async_probe=): who has what is looked at then. */
	claim->driver.driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
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
	cell->pci->over = true;
	pci_unregister_driver(&cell->pci->driver);
	kfree(cell->pci);
	cell->pci = NULL;
}
