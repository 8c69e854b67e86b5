// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/config_memory.c */
/* SOURCES: core/config_fits.c core/config_ivshmem.c core/config_owned.c core/cpu_set.c */
/* OPTIONS: --unwind 9 --no-standard-checks */
/* QUICK: 6 s */
/* FAULT: core/config_fits.c s/(owned->flags ^ mem->flags) & JAILHOUSE_MEM_IO/owned->flags \& ~mem->flags \& JAILHOUSE_MEM_IO/ */
/* FAULT: core/config_fits.c s/if (mem->flags & MEM_RIGHTS & ~owned->flags)/if (0)/ */
/* FAULT: core/config_fits.c s/if (written_for(mem) &&/if (0 \&\&/ */
/* FAULT: core/config_fits.c s/return !(mem->flags & (JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_IO));/return !(mem->flags \& JAILHOUSE_MEM_ROOTSHARED) \&\& mem->flags \& JAILHOUSE_MEM_LOADABLE;/ */
/* FAULT: core/config_fits.c s/hpa = owned->phys_start + owned->size)/hpa = end)/ */
/* FAULT: core/config_fits.c s/is_comm(other) || mem->flags & other->flags/is_comm(other) || mem->flags/ */
/* FAULT: core/config_fits.c s/if (overlap(mem->phys_start, mem->size, hv->phys_start, hv->size))/if (0)/ */
/* FAULT: core/config_owned.c s/emulated\[\] = { OWNED_MMCONFIG, OWNED_APIC }/emulated[] = { OWNED_MMCONFIG }/ */
/*
 * Memory of whatever cell is accepted beside another one: each byte of it is in a region of
 * the root cell that is of the same kind and lacks none of its rights, and that may be written
 * to where the hypervisor scrubs; it is none of hypervisor memory, and none of the other
 * cell's that is not shared by both. In the cell's address space no memory is in the place of
 * MMCONFIG or the local APICs.
 *
 * With what prove_owned.c says of the root cell's memory, nothing that the hypervisor owns is
 * in it. Bounds: system.h, fits.h.
 */
#include "fits.h"

/* What a region of the root cell lets the region of the cell be. */
static bool may_give(const struct jailhouse_memory *root, const struct jailhouse_memory *mem)
{
	const bool scrubbed = !(mem->flags & (JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_IO));

	return !(mem->flags & ~root->flags & 0xf) &&
	       !((mem->flags ^ root->flags) & JAILHOUSE_MEM_IO) &&
	       (!scrubbed || root->flags & JAILHOUSE_MEM_WRITE);
}

/* No function here has a table of MSI-X. */
int config_fit_msix(const struct jailhouse_cell_desc *root,
		    const struct jailhouse_cell_desc *cell_desc, unsigned int number,
		    const struct jailhouse_memory *mem, struct config_reason *why)
{
	return 0;
}

static void check_memory(void)
{
	const struct jailhouse_memory *mem = &cell.mem[0];
	const struct jailhouse_platform_info *info = &sys.head.platform_info;
	const u64 address = nondet_u64();

	ASSUME(is_in(mem, address));
	PROVE(is_in(&sys.mem[0], address) || is_in(&sys.mem[1], address), "of the root cell");
	PROVE(!is_in(&sys.mem[0], address) || may_give(&sys.mem[0], mem), "no more rights");
	PROVE(!is_in(&sys.mem[1], address) || may_give(&sys.mem[1], mem), "no more rights");
	PROVE(!is_in(&sys.head.hypervisor_memory, address), "not the hypervisor's");
	PROVE(!is_in(&other.mem[0], address) ||
	      mem->flags & other.mem[0].flags & JAILHOUSE_MEM_ROOTSHARED, "no other cell's");
	PROVE(!overlap(mem->virt_start, mem->size, 0xfee00000, 0x100000), "not over the APIC");
	PROVE(!info->pci_mmconfig_base ||
	      !overlap(mem->virt_start, mem->size, info->pci_mmconfig_base,
		       config_mmconfig_size(info)),
	      "not over MMCONFIG");
}

int main(void)
{
	any_system();
	name_cells();
	cell.cpus = 2;
	other.cpus = 4;
	root_cpus.words[0] = 3;
	any_memory(&cell);
	any_memory(&other);
	if (!accepted())
		return 0;
	REACHED();
	check_memory();
	return 0;
}
