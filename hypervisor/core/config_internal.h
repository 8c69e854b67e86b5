/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the check of configurations (config_check.h) share, and nobody else. */
#ifndef _CORE_CONFIG_INTERNAL_H
#define _CORE_CONFIG_INTERNAL_H

#include "config_check.h"

/*
 * config_refuse.c: each puts a sentence into @why, and returns @error. Those with an entry
 * begin the sentence with its kind, @number and place.
 */

int __printf(3, 4) refuse(struct config_reason *why, int error, const char *fmt, ...);
int __printf(5, 6) refuse_memory(struct config_reason *why, int error,
				 unsigned int number,
				 const struct jailhouse_memory *mem,
				 const char *fmt, ...);
int __printf(5, 6) refuse_pio(struct config_reason *why, int error,
			      unsigned int number, const struct jailhouse_pio *pio,
			      const char *fmt, ...);
int __printf(5, 6) refuse_pci(struct config_reason *why, int error,
			      unsigned int number,
			      const struct jailhouse_pci_device *dev,
			      const char *fmt, ...);

/** config_accept() - there is nothing to be refused */
static inline void config_accept(struct config_reason *why)
{
	why->error = 0;
	why->text[0] = '\0';
}

/* config_console.c */

/* @what: whose it is, as the sentence begins */
int config_check_console(const struct jailhouse_console *con, bool debug, const char *what,
			 struct config_reason *why);

/* The rest of the configuration was checked. */
int config_check_virtual_console(const struct jailhouse_cell_desc *desc,
				 struct config_reason *why);

/* config_links.c */

/* The rest of the configuration was checked. */
int config_check_links(const struct jailhouse_cell_desc *desc, struct config_reason *why);

/* config_ivshmem.c */

/* The rest of the configuration was checked. */
int config_check_ivshmem(const struct jailhouse_cell_desc *desc, bool root,
			 struct config_reason *why);

/* Devices of @cell that have peers in @other: they have the same memory, and another number. */
int config_fit_ivshmem(const struct jailhouse_cell_desc *cell,
		       const struct jailhouse_cell_desc *other, struct config_reason *why);

/* config_memory.c */

/* Counts and sizes were checked. */
int config_check_memory(const struct jailhouse_cell_desc *desc, bool root,
			struct config_reason *why);

/* The same. */
int config_check_ports(const struct jailhouse_cell_desc *desc, bool root,
		       struct config_reason *why);

/* The memory regions were checked. */
int config_check_reset_address(const struct jailhouse_cell_desc *desc,
			       struct config_reason *why);

/* Of a memory region in the list. */
static inline unsigned int config_number(const struct jailhouse_cell_desc *desc,
					 const struct jailhouse_memory *mem)
{
	return (unsigned int)(mem - config_mem_regions(desc));
}

/* The comm region, of which there is one at most; NULL for none. */
const struct jailhouse_memory *config_comm(const struct jailhouse_cell_desc *desc);

/* The first memory region of the cell in a range of guest-physical addresses; NULL for none. */
const struct jailhouse_memory *config_region_at(const struct jailhouse_cell_desc *desc,
						u64 address, u64 size);

/* The first irqchip of the cell in a range of guest-physical addresses; NULL for none. */
const struct jailhouse_irqchip *config_irqchip_at(const struct jailhouse_cell_desc *desc,
						  u64 address, u64 size);

/* What else of the cell is at registers of @size bytes; NULL if nothing is. */
const char *config_also_there(const struct jailhouse_cell_desc *desc, u64 address, u64 size);

/* config_fields.c */

/* Pages behind the comm region that can be devices. */
#define CONFIG_PAGES_BEHIND	2U

/* What page @page behind the comm region is, from 0 on; NULL for nothing. */
static inline const char *config_behind_comm(const struct jailhouse_cell_desc *desc,
					     unsigned int page)
{
	if (page)
		return desc->flags & JAILHOUSE_CELL_CONSOLE_PIN ? "console pin" : NULL;
	if (desc->flags & JAILHOUSE_CELL_TEST_DEVICE)
		return "test device";
	return desc->flags & JAILHOUSE_CELL_MESSAGE_PIN ? "message pin" : NULL;
}

/* Its address. */
static inline u64 config_page_behind(const struct jailhouse_memory *comm, unsigned int page)
{
	return comm->virt_start + (page + 1) * PAGE_SIZE;
}

/* Counts and sizes were checked. @root: of the root cell, which may not say everything. */
int config_check_fields(const struct jailhouse_cell_desc *desc, bool root,
			struct config_reason *why);

/* Bytes, or ports, of a console's registers. */
static inline u64 config_console_length(const struct jailhouse_console *con)
{
	return con->flags & JAILHOUSE_CON_REGDIST_4 ? 32 : 8;
}

/* config_owned.c */

/* Ports that nobody has, as the hypervisor deals with PCI configuration. */
#define CONFIG_PCI_PORTS	PIO_RANGE(0xcf8, 8)

/* What is the hypervisor's is nobody else's, and nothing is it twice. */
int config_check_owned(const struct jailhouse_system *sys, struct config_reason *why);

/* A cell has no memory of its own where the hypervisor shows it registers. */
int config_check_owned_by_guest(const struct jailhouse_system *sys,
				const struct jailhouse_memory *mem, unsigned int number,
				struct config_reason *why);

/* And no device that the hypervisor makes up. */
int config_check_registers_by_guest(const struct jailhouse_system *sys,
				    const struct jailhouse_cell_desc *cell,
				    struct config_reason *why);

/* config_msix.c */

/* Where a cell has the MSI-X table of its device number @number. */
int config_check_msix(const struct jailhouse_cell_desc *desc, unsigned int number,
		      const struct jailhouse_pci_device *dev, struct config_reason *why);

/* Memory region @number of @cell has nothing of a table of others. */
int config_fit_msix(const struct jailhouse_cell_desc *root,
		    const struct jailhouse_cell_desc *cell, unsigned int number,
		    const struct jailhouse_memory *mem, struct config_reason *why);

/* Small questions */

/** overlap() - have two ranges, which do not wrap, anything in common? */
static inline bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

/** is_comm() - the communication page, whose host-physical address means nothing */
static inline bool is_comm(const struct jailhouse_memory *mem)
{
	return mem->flags & JAILHOUSE_MEM_COMM_REGION;
}

/** has_pin() - is @pin, counted from the first of the I/O APIC, among those of @chip? */
static inline bool has_pin(const struct jailhouse_irqchip *chip, u32 pin)
{
	const u32 bit = pin - chip->pin_base;

	return bit < 128 && chip->pin_bitmap[bit / 32] & 1U << bit % 32;
}

#endif
