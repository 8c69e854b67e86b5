/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernels differ that the driver is built for: all such differences stand here, each
 * with its reason, and are told by what a kernel has, not by its version.
 */
#ifndef _JAILHOUSE_DRIVER_COMPAT_H
#define _JAILHOUSE_DRIVER_COMPAT_H

#include <linux/gfp.h>
#include <linux/kvm_types.h>
#include <linux/mmzone.h>
#include <linux/screen_info.h>
#include <linux/sysfs.h>
#include <asm/msr.h>
#include <asm/processor-flags.h>
#include <asm/special_insns.h>
#include <asm/tlbflush.h>

/*
 * Linux 6.16 gave the accessors of 64-bit MSRs these names, and later dropped the old ones. It
 * also took CPUID out of <asm/processor.h>.
 */
#ifdef rdmsrq
#include <asm/cpuid/api.h>
#else
#define rdmsrq		rdmsrl
#define wrmsrq		wrmsrl
#define rdmsrq_safe	rdmsrl_safe
#define wrmsrq_safe	wrmsrl_safe
#endif

/*
 * Binary attributes of sysfs are constant to those who read them in Linux 7, and are not in
 * 6.1 and 6.12: the type of the third argument of bin_attribute.read.
 */
typedef ssize_t compat_bin_read(struct file *file, struct kobject *kobj,
				struct bin_attribute *attr, char *buffer, loff_t offset,
				size_t count);
#define compat_bin_attribute						\
	typeof(*__builtin_choose_expr(					\
		__same_type(((struct bin_attribute *)NULL)->read, compat_bin_read *), \
		(struct bin_attribute *)NULL,				\
		(const struct bin_attribute *)NULL))

/**
 * compat_alloc_contig_range() - have the pages of a range
 * @pfn: the first one
 * @count: how many
 *
 * What Linux 7 calls ordinary (and has a type for) used to be the migration type of movable
 * pages, whose number means pages of CMA there.
 *
 * A kernel without CONFIG_CONTIG_ALLOC has no such function.
 *
 * Return: 0, or an errno if somebody has one of them who does not move.
 */
static inline int compat_alloc_contig_range(unsigned long pfn, unsigned long count)
{
#ifndef CONFIG_CONTIG_ALLOC
	return -EOPNOTSUPP;
#elif defined(ACR_FLAGS_NONE)
	return alloc_contig_range(pfn, pfn + count, ACR_FLAGS_NONE, GFP_KERNEL | __GFP_NOWARN);
#else
	return alloc_contig_range(pfn, pfn + count, MIGRATE_MOVABLE, GFP_KERNEL | __GFP_NOWARN);
#endif
}

/** compat_free_contig_range() - undo compat_alloc_contig_range(), all at once or in parts. */
static inline void compat_free_contig_range(unsigned long pfn, unsigned long count)
{
#ifdef CONFIG_CONTIG_ALLOC
	free_contig_range(pfn, count);
#endif
}

/* Linux 6.12 and later: what reserve_mem= on the command line has kept free. */
typedef int compat_find_reserved_fn(const char *name, phys_addr_t *start, phys_addr_t *size);
extern compat_find_reserved_fn compat_reserved __asm__("reserve_mem_find_by_name") __weak;

/** compat_find_reserved() - is there something by this name of reserve_mem=, and where? */
static inline bool compat_find_reserved(const char *name, phys_addr_t *start, phys_addr_t *size)
{
	compat_find_reserved_fn *find = &compat_reserved;

	return find && find(name, start, size);
}

/*
 * What the firmware has left on the screen, by the two names that it has had. Under the second
 * one, of Linux 7, it is the first member of a larger structure.
 */
extern const struct screen_info compat_screen __asm__("screen_info") __weak;
extern const struct screen_info compat_primary_screen __asm__("sysfb_primary_display") __weak;

/** compat_screen_info() - the firmware's screen, NULL if nobody knows. */
static inline const struct screen_info *compat_screen_info(void)
{
	return &compat_screen ?: &compat_primary_screen;
}

/**
 * compat_set_vmxe() - set CR4.VMXE on this CPU
 *
 * Linux keeps a copy of CR4, where KVM looks whether somebody else uses VMX. Since 6.19,
 * which has EXPORT_SYMBOL_FOR_KVM, what keeps both alike is exported to KVM alone. Then the
 * register is written by hand, and the copy does not know the bit: KVM, which would find out
 * when VMXON fails, is not loaded (main.c); one that is loaded and has left VMX alone so far
 * (kvm.enable_virt_at_load=0) does. The hypervisor keeps the bit set, whatever Linux writes.
 *
 * Context: interrupts are off.
 */
static inline void compat_set_vmxe(void)
{
#ifdef EXPORT_SYMBOL_FOR_KVM
	asm volatile("mov %0, %%cr4" : : "r" (__read_cr4() | X86_CR4_VMXE) : "memory");
#else
	cr4_update_irqsoff(X86_CR4_VMXE, 0);
#endif
}

/**
 * compat_clear_vmxe() - undo compat_set_vmxe()
 *
 * Nothing is forced out that is not there: the copy of CR4 never had the bit, and what Linux
 * wrote meanwhile from it may have cleared the register's.
 *
 * Context: interrupts are off.
 */
static inline void compat_clear_vmxe(void)
{
#ifdef EXPORT_SYMBOL_FOR_KVM
	unsigned long cr4 = __read_cr4();

	if (cr4 & X86_CR4_VMXE)
		asm volatile("mov %0, %%cr4" : : "r" (cr4 & ~X86_CR4_VMXE) : "memory");
#else
	cr4_update_irqsoff(0, X86_CR4_VMXE);
#endif
}

#endif
