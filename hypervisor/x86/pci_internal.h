/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of PCI configuration space (pci.h) share, and nobody else. */
#ifndef _X86_PCI_INTERNAL_H
#define _X86_PCI_INTERNAL_H

#include "pci.h"

#define PCI_ADDRESS_ENABLE	0x80000000U
#define PCI_ADDRESS_WRITABLE	0x80fffffcU
/*
 * What the root cell writes to it: on AMD's processors from family 10h on, bits 27:24 are the upper
 * ones of a register's number, if Linux has said so (NB_CFG). Others ignore them.
 */
#define PCI_ADDRESS_ROOT	0x8ffffffcU
#define PCI_ADDRESS_UPPER	0x0f000000U

/* Offsets: PCI 3.0, chapter 6. */
#define CFG_ID			0x00
#define CFG_COMMAND		0x04
#define CFG_STATUS		0x06
#define CFG_CACHE_LINE		0x0c
#define CFG_BAR0		0x10
#define CFG_BAR_END		0x28
#define CFG_HEADER_TYPE		0x0e
#define CFG_ROM			0x30
#define CFG_CAPABILITIES	0x34
#define CFG_INTERRUPT_LINE	0x3c
#define CFG_DEVICE_SPECIFIC	0x40
#define CFG_EXTENDED		0x100

#define BAR_IO			1U
#define BAR_64			4U
#define BAR_FLAGS		0xfU

/* In the doubleword at CFG_INTERRUPT_LINE. */
#define INTERRUPT_PIN		0xff00U

#define COMMAND_MEMORY		0x0002
#define COMMAND_MASTER		0x0004
#define COMMAND_INTX_OFF	0x0400
/* I/O, memory, master, parity and SERR responses, INTx off. */
#define COMMAND_WRITABLE	0x0547
#define STATUS_CAPABILITIES	0x0010
#define STATUS_ERRORS		0xf900

#define MSI_CONTROL		2
#define MSI_ENABLE		0x0001U
#define MSI_COUNT		0x0070U
#define MSI_COUNT_SHIFT		4
/* As a power of two: PCI_MSI_MESSAGES. */
#define MSI_COUNT_MOST		5U
#define MSI_64			0x0080
#define MSI_MASKABLE		0x0100
#define MSI_CONTROL_WRITABLE	0x0071
#define MSIX_ENABLE		0x8000
/* Further on it would not fit into the 256 bytes. */
#define MSIX_OFFSET_MAX		0xf4
#define MSIX_LAST		0x07ffU
#define MSIX_TABLE		4
#define MSIX_BAR		7U
#define MSIX_CONTROL_WRITABLE	0xc000

/*
 * pci_hw.c; each access takes the lock of the space for itself. Who changes a register in
 * several accesses holds the lock of the cell, or has its CPUs and the root cell's suspended.
 */

/** pci_ports_read() - write @address to port 0xcf8, and read @width bytes at @port */
u32 pci_ports_read(struct pci_space *space, u32 address, u16 port, unsigned int width);

/** pci_ports_write() - write @address to port 0xcf8, and @width bytes to @port */
void pci_ports_write(struct pci_space *space, u32 address, u16 port, unsigned int width,
		     u32 value);

/**
 * pci_hw_read() - read a register of a function
 * @space: the machine
 * @bdf: of the function
 * @offset: first byte; all are in one doubleword
 * @width: 1, 2 or 4
 */
u32 pci_hw_read(struct pci_space *space, u16 bdf, unsigned int offset, unsigned int width);

/** pci_read() - read a register of a function that has an owner; see pci_hw_read() */
u32 pci_read(const struct pci_function *function, unsigned int offset, unsigned int width);

/** pci_write() - write one, likewise */
void pci_write(const struct pci_function *function, unsigned int offset, unsigned int width,
	       u32 value);

/** pci_change() - give those bits of a 16-bit register that are in @which a value */
void pci_change(const struct pci_function *function, unsigned int offset, u32 value, u32 which);

/* pci.c */

/** pci_in_register() - are all @width bytes from @offset on in one doubleword? */
static inline bool pci_in_register(u64 offset, unsigned int width)
{
	return (offset & 3) + width <= 4;
}

/**
 * pci_access_function() - emulate an access of a cell to a function
 * @cell: the cell
 * @bdf: the function, which looks absent unless it is the cell's own
 * @offset: first byte; all are in one doubleword
 * @access: the access, whose port means nothing
 *
 * Return: 0. -EPERM: a write that is not allowed, dropped, to be counted.
 */
int pci_access_function(struct pci_cell *cell, u16 bdf, unsigned int offset,
			struct pci_access *access);

/**
 * pci_program_msi() - have a function send what its owner wants it to, or nothing
 * @function: the function, with msi_on and msi_value
 * @x2apic: mode of the CPU that programs it
 *
 * Return: 0; -EPERM: it must not send that, and MSI is off.
 */
int pci_program_msi(const struct pci_function *function, bool x2apic);

/** typedef pci_pass - have the hardware do an access of the root cell's, which is to @where */
typedef void pci_pass(struct pci_space *space, u64 where, struct pci_access *access);

/**
 * pci_root_function() - emulate an access of the root cell to a function
 * @space: the machine
 * @bdf: the function, which looks absent if it is a cell's
 * @offset: first byte; all are in one doubleword
 * @access: the access, whose port means nothing
 * @pass: what has the hardware do it
 * @where: for that
 *
 * Return: 0. -EPERM: a write that is dropped, or a message that is blocked; to be counted.
 */
int pci_root_function(struct pci_space *space, u16 bdf, unsigned int offset,
		      struct pci_access *access, pci_pass *pass, u64 where);

/* pci_bridge.c */

/**
 * pci_hurts_owned() - would a function of a cell be lost, or reached past the IOMMU?
 * @space: the machine
 * @bdf: a function of the root cell's, which is written to
 * @offset: first byte; all are in one doubleword
 * @width: 1, 2 or 4
 * @value: what is written
 *
 * With the lock of writes, which is held until it is written: two CPUs that each write a byte would
 * come to what neither of them may write.
 */
bool pci_hurts_owned(struct pci_space *space, u16 bdf, unsigned int offset, unsigned int width,
		     u32 value);

/* pci_extended.c */

/* Of the header of a capability in extended space. */
#define EXT_CAP_ID		0xffffU
#define EXT_CAP_SRIOV		0x0010U

/* More of them do not fit behind one another, 8 bytes each: the list is a loop. */
#define MAX_EXT_CAPS		480

/** pci_find_hidden() - look which extended capabilities a cell must not see */
void pci_find_hidden(struct pci_function *function);

/** pci_hw_dword() - a doubleword; of extended space, ones where MMCONFIG does not lead to it */
u32 pci_hw_dword(struct pci_space *space, u16 bdf, unsigned int reg);

/** pci_read_extended() - a doubleword of extended space as the cell sees it */
u32 pci_read_extended(const struct pci_function *function, unsigned int reg);

/* pci_virtual.c */

/**
 * pci_virtual_find() - ask the physical function for a virtual one
 * @space: the machine
 * @function: of a cell, virtual or not
 *
 * If there is none of that number, the cell sees what is there: all ones for what it is, and no
 * BARs.
 */
void pci_virtual_find(struct pci_function *function);

/** pci_read_header() - a doubleword of the header, with what a virtual function has elsewhere */
u32 pci_read_header(const struct pci_function *function, unsigned int reg);

/* pci_message.c */

/**
 * pci_take_messages() - have room in the table that interrupts go by
 * @function: with its owner and num_entries set
 *
 * Return: 0, also if there is no such table; -ENOSPC or -ENOMEM after a log_error().
 */
int pci_take_messages(struct pci_function *function);

/** pci_release_messages() - give back what pci_take_messages() got */
void pci_release_messages(struct pci_function *function);

/**
 * pci_route_messages() - what the function is to send
 * @function: of a cell
 * @n: number of its message
 * @count: so many, a power of two, which are counted in the lowest bits of the data; 1: just one
 * @x2apic: mode of the CPU that programs it
 * @address: address, as the cell wrote it; receives what is for the device
 * @data: likewise
 *
 * Return: false if it must not send it: see apic_route_msi().
 */
bool pci_route_messages(const struct pci_function *function, unsigned int n, unsigned int count,
			bool x2apic, u64 *address, u32 *data);

/** pci_clear_messages() - nothing that the function sends interrupts anybody any more */
void pci_clear_messages(const struct pci_function *function);

/** pci_root_find() - the function @bdf of @root, which may be NULL, whoever has it; or NULL */
struct pci_function *pci_root_find(struct pci_root *root, u16 bdf);

/* pci_msix.c */

/** pci_msix_check() - look whether the table is there; the function was found */
void pci_msix_check(struct pci_function *function);

/** pci_msix_write() - the device gets what the owner has written, as it is */
void pci_msix_write(const struct pci_function *function);

/**
 * pci_msix_hold() - mask all entries of a function of struct pci_root's
 * @function: the function, which has a table
 * @read: what the device has is what the owner has written
 */
void pci_msix_hold(const struct pci_function *function, bool read);

/**
 * pci_msix_refresh() - who the function's messages reach may have changed
 * @function: after pci_msix_hold()
 * @x2apic: mode of the owner's CPUs
 */
void pci_msix_refresh(const struct pci_function *function, bool x2apic);

/** pci_msix_reset() - mask all entries of a table, and forget what the cell wrote to it */
void pci_msix_reset(struct pci_function *function);

/* pci_reset.c */

/** pci_reset_find() - save what a reset loses, and how it is done; capabilities were found */
void pci_reset_find(struct pci_function *function);

/** pci_reset_begin() - its cell has stopped; the function is quiet */
void pci_reset_begin(struct pci_function *function);

/** pci_reset_step() - go on with it; true: it has settled */
bool pci_reset_step(struct pci_function *function);

/** pci_restore_header() - what the root cell had in the header, but no bus master, nor the pin */
void pci_restore_header(const struct pci_function *function);

/* pci_owner.c */

/** pci_is_owned() - does a cell own the function @bdf? */
bool pci_is_owned(const struct pci_space *space, u16 bdf);

/** pci_is_same() - is @function of a struct pci_root, no cell's, still what it was? */
bool pci_is_same(const struct pci_function *function);

/** pci_find_capabilities() - where those are that have a meaning here; they start out as 0 */
void pci_find_capabilities(struct pci_function *function);

/** pci_find_function() - the function @bdf of @cell, or NULL */
struct pci_function *pci_find_function(struct pci_cell *cell, u16 bdf);

/** pci_read_messages() - the first @count registers of messages, those that it has */
void pci_read_messages(const struct pci_function *function, u32 *values, unsigned int count);

/** pci_write_messages() - likewise; MSI is off, or the address alone changes what is sent */
void pci_write_messages(const struct pci_function *function, const u32 *values,
			unsigned int count);

#endif
