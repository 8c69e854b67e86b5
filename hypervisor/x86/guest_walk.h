/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's own page tables: guest-linear to guest-physical. SDM 3A 4.
 *
 * For reading the instruction that faulted, and operands of it. Everything that is read
 * here is under control of the guest, and may change while it is read: each entry is
 * read once, the number of levels is bounded, and a result is only ever an address
 * that stage 2 has to translate.
 */
#ifndef _X86_GUEST_WALK_H
#define _X86_GUEST_WALK_H

#include "types.h"
#include "errno.h"
#include "registers.h"

/**
 * struct guest_paging - registers that the translation depends on
 * @cr0: CR0 as the guest has it in effect
 * @cr3: CR3
 * @cr4: CR4
 * @efer: IA32_EFER
 * @pdpte: the four page-directory-pointer entries that the CPU holds with PAE paging,
 *	which memory may differ from (SDM 3A 4.4.1); else not looked at
 * @addr_bits: of an entry, see guest_addr_bits()
 */
struct guest_paging {
	u64 cr0;
	u64 cr3;
	u64 cr4;
	u64 efer;
	u64 pdpte[4];
	u64 addr_bits;
};

/** guest_bits() - bits @high to @low, both included */
static inline u64 guest_bits(unsigned int high, unsigned int low)
{
	return (~0ULL >> (63 - high)) & (~0ULL << low);
}

/**
 * guest_addr_bits() - bits of an entry that hold an address
 * @phys_bits: MAXPHYADDR, 32 to 52; those above are reserved
 */
static inline u64 guest_addr_bits(unsigned int phys_bits)
{
	return guest_bits(phys_bits - 1, 12);
}

/* Bits of an entry. */
#define GUEST_PTE_PRESENT	BIT_ULL(0)
#define GUEST_PTE_WRITE		BIT_ULL(1)
#define GUEST_PTE_USER		BIT_ULL(2)
#define GUEST_PTE_ACCESSED	BIT_ULL(5)
#define GUEST_PTE_DIRTY		BIT_ULL(6)
#define GUEST_PTE_HUGE		BIT_ULL(7)
#define GUEST_PTE_NX		BIT_ULL(63)

/* guest_mapping.flags: what all levels together allow. Not checked by the walk. */
#define GUEST_MAP_WRITE		0x1
#define GUEST_MAP_USER		0x2
#define GUEST_MAP_EXECUTE	0x4

#define GUEST_MAX_LEVELS	5

/**
 * struct guest_mapping - a translation
 * @gpa: guest-physical address
 * @span: bytes of the page that it lies in: 4K, 2M, 4M or 1G; with paging off 4K
 * @flags: GUEST_MAP_*
 * @levels: how many entries led here
 * @entry_gpa: where they are, the last one being that of the page
 * @entry: what they were
 */
struct guest_mapping {
	u64 gpa;
	u64 span;
	u32 flags;
	u32 levels;
	u64 entry_gpa[GUEST_MAX_LEVELS];
	u64 entry[GUEST_MAX_LEVELS];
};

/**
 * struct guest_memory - how guest-physical memory is reached
 * @map: one page, at a guest-physical address that is a multiple of 4096: returns its
 *	address, valid until the next call, or NULL if the guest may not read there
 * @map_write: the same for writing. For guest_set_accessed() only
 * @ctx: their argument
 */
struct guest_memory {
	const void *(*map)(void *ctx, u64 gpa);
	void *(*map_write)(void *ctx, u64 gpa);
	void *ctx;
};

/** guest_reserved_bits() - bits that must be 0 in all entries of 8 bytes */
static inline u64 guest_reserved_bits(const struct guest_paging *paging)
{
	u64 reserved = guest_bits(51, 12) & ~paging->addr_bits;

	if (!(paging->efer & X86_EFER_NXE))
		reserved |= GUEST_PTE_NX;
	if (!(paging->efer & X86_EFER_LMA))
		reserved |= guest_bits(62, 52);
	return reserved;
}

/* Error code of a page fault (SDM 3A 4.7). */
#define GUEST_FAULT_PRESENT	0x01U
#define GUEST_FAULT_WRITE	0x02U
#define GUEST_FAULT_USER	0x04U
#define GUEST_FAULT_RESERVED	0x08U
#define GUEST_FAULT_KEY		0x20U

/**
 * struct guest_access - an explicit access to data, whose rights count
 * @write: it writes
 * @user: at CPL 3
 * @ac: RFLAGS.AC
 * @pkru: rights that protection keys leave to user pages
 * @pkrs: to supervisor pages
 */
struct guest_access {
	bool write;
	bool user;
	bool ac;
	u32 pkru;
	u32 pkrs;
};

/**
 * guest_fault() - the error code of a page fault
 * @access: the access
 * @walk_error: what guest_walk() returned, -EFAULT or -EINVAL
 */
u32 guest_fault(const struct guest_access *access, int walk_error);

/**
 * guest_check_access() - may the guest access what was translated?
 * @paging: registers of the guest
 * @mapping: the translation
 * @access: the access
 *
 * Return: 0, or the error code of the page fault, which is not 0.
 */
u32 guest_check_access(const struct guest_paging *paging, const struct guest_mapping *mapping,
		       const struct guest_access *access);

/**
 * guest_set_accessed() - accessed and dirty bits of a translation that is used (SDM 3A 4.8)
 * @paging: registers of the guest
 * @memory: its memory
 * @mapping: the translation
 * @write: for a write
 *
 * Return: 0. -EAGAIN: an entry has changed since it was read, the access is to be tried
 * again. -EPERM: a table is where the guest may not write.
 */
int guest_set_accessed(const struct guest_paging *paging, const struct guest_memory *memory,
		       const struct guest_mapping *mapping, bool write);

/**
 * guest_untag() - the address that a pointer to data means (LAM, SDM 3A 4.4)
 * @paging: registers of the guest
 * @gva: linear address as an instruction has it
 *
 * Where the guest has switched it on, the CPU does not look at bits that programs, or the kernel,
 * may keep something else in. CR2 has none of that either. Code is not fetched by such addresses.
 *
 * Return: the address without a tag: canonical, unless the CPU would take it for wrong, too.
 */
u64 guest_untag(const struct guest_paging *paging, u64 gva);

/**
 * guest_walk() - translate a linear address as the guest's CPU would
 * @paging: registers of the guest
 * @memory: its memory
 * @gva: linear address; outside 64-bit mode its upper half does not count
 * @mapping: receives the translation
 *
 * Rights are reported, not checked, and accessed and dirty bits are not set. For the
 * instruction, the CPU that fetched it has done both, unless the tables changed; for its
 * operands see guest_check_access() and guest_set_accessed().
 *
 * Return: 0. -EFAULT: not present. -EINVAL: a reserved bit is set. -ERANGE: not canonical.
 * -EPERM: a table is where the guest may not read.
 */
int guest_walk(const struct guest_paging *paging, const struct guest_memory *memory, u64 gva,
	       struct guest_mapping *mapping);

/**
 * guest_read() - read from linear addresses
 * @paging: registers of the guest
 * @memory: its memory
 * @gva: linear address of the first byte
 * @buf: receives the bytes
 * @size: how many at most, up to 4096
 *
 * Return: number of bytes up to the first page that cannot be read; if that is the first
 * one, the error of guest_walk(), or -EPERM.
 */
int guest_read(const struct guest_paging *paging, const struct guest_memory *memory, u64 gva,
	       void *buf, unsigned int size);

/**
 * guest_read_long() - read from linear addresses that lie in one page, in long mode
 * @paging: with EFER.LMA set; cr0 and pdpte are not looked at
 * @memory, @buf: see guest_read()
 * @gva: canonical: where an instruction was fetched
 * @size: how many bytes; all of them in the page
 *
 * Return: 0. Otherwise guest_read() knows more.
 */
int guest_read_long(const struct guest_paging *paging, const struct guest_memory *memory, u64 gva,
		    void *buf, unsigned int size);

#endif
