// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a PCI function has its MSI-X table: the hypervisor emulates the one that the configuration
 * names, and keeps MSI-X off where the function has another one. Nothing in here asks the machine,
 * and all that the function says may be wrong.
 */
#include "msix.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define BAR_OF(where)		((where) & 7)
#define OFFSET_OF(where)	((u64)((where) & ~7U))
#define ENTRY_SIZE		16ULL

/**
 * jh_msix_address() - the host-physical address of a table
 * @look: what the function says
 *
 * Return: 0 if it has none, or none that lies within one of its BARs.
 */
u64 jh_msix_address(const struct msix_look *look)
{
	const unsigned int bar = BAR_OF(look->where);

	if (!look->vectors || bar >= MSIX_BARS ||
	    OFFSET_OF(look->where) + ENTRY_SIZE * look->vectors > look->bars[bar].size)
		return 0;
	return look->bars[bar].start + OFFSET_OF(look->where);
}

/**
 * jh_msix_check() - is the table where a configuration has it?
 * @look: what the function says
 * @config: the function in the configuration of a cell
 * @n: its number there
 * @name: as Linux calls it
 * @why: receives the reason
 *
 * Return: 0, also if the cell is to have no MSI-X; -EINVAL.
 */
int jh_msix_check(const struct msix_look *look, const struct jailhouse_pci_device *config,
		  unsigned int n, const char *name, struct reason *why)
{
	const u64 address = jh_msix_address(look);

	if (!config->num_msix_vectors)
		return 0;
	if (!look->vectors)
		return jh_refuse(why, -EINVAL,
				 "PCI device %u (%s) has no MSI-X, say 0 for num_msix_vectors and msix_address",
				 n, name);
	if (!address)
		return jh_refuse(why, -EINVAL,
				 "PCI device %u (%s) has no MSI-X table that lies in one of its BARs, say 0 for num_msix_vectors and msix_address",
				 n, name);
	if (address != config->msix_address || look->vectors != config->num_msix_vectors)
		return jh_refuse(why, -EINVAL,
				 "PCI device %u (%s) has its MSI-X table of %u vectors at 0x%llx, and not of %u at 0x%llx, as the configuration says",
				 n, name, look->vectors, address, config->num_msix_vectors,
				 config->msix_address);
	return 0;
}
