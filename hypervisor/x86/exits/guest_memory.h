/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory of the guest that runs on this CPU. */
#ifndef _EXITS_GUEST_MEMORY_H
#define _EXITS_GUEST_MEMORY_H

#include "types.h"

struct percpu;

/**
 * guest_read_code() - read the instruction that the CPU has fetched
 * @gva: linear address
 * @buf: receives the bytes
 * @size: how many at most
 *
 * Rights are not checked: the CPU has done that.
 *
 * Return: how many bytes there are, or a negative errno if there is none.
 */
int guest_read_code(u64 gva, void *buf, unsigned int size);

/**
 * guest_translate() - what a linear address is to the guest's page tables
 * @gva: linear address
 * @gpa: receives the guest-physical one, unless it fails
 *
 * Return: 0, or a negative errno: there is none.
 */
int guest_translate(u64 gva, u64 *gpa);

/**
 * guest_read_pdpt() - the four entries that CR3 points to with PAE paging
 * @gpa: where they are, a multiple of 32
 * @pdpte: receives them
 *
 * Return: 0, or -EFAULT if there is no memory of the guest's.
 */
int guest_read_pdpt(u64 gpa, u64 pdpte[4]);

/**
 * guest_read_operand() - read an operand in memory as the guest itself would
 * @gva: linear address
 * @buf: receives it
 * @size: up to 4096 bytes
 *
 * With the rights of the code that runs: CPL, SMAP, protection keys. Accessed and dirty bits
 * are set. All of it is translated before a byte is accessed.
 *
 * Return: 0. -EFAULT: the guest's CPU would raise an exception, see
 * guest_inject_operand_fault(). -EAGAIN: its tables changed meanwhile. -EPERM: not its memory.
 */
int guest_read_operand(u64 gva, void *buf, size_t size);

/** guest_write_operand() - write one, see guest_read_operand() */
int guest_write_operand(u64 gva, const void *buf, size_t size);

/**
 * guest_denied_operand() - access an operand where the cell has no memory
 * @gpa: where it is
 * @buf: what is written, or receives ones
 * @size: of it
 * @write: it is written
 *
 * Where there is no memory, Linux reads ones, and what it writes is lost: that it gets there
 * is no reason to end a program. Devices take part in no such operand, nor in one that
 * crosses a page.
 *
 * Return: 0, or -EPERM: the cell is not the root cell, or has a device there.
 */
int guest_denied_operand(u64 gpa, void *buf, size_t size, bool write);

/** guest_check_write() - may the guest write to an operand in a page? See guest_read_operand() */
int guest_check_write(u64 gva);

/** guest_inject_operand_fault() - after one of the three was -EFAULT */
void guest_inject_operand_fault(struct percpu *percpu);

#endif
