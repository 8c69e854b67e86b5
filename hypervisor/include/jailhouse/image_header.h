/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ABI: what the image of the hypervisor tells the driver, and what the driver tells it. There is
 * one for each vendor of CPUs: jailhouse-intel.bin.
 *
 * The driver lays hypervisor memory out like this, all parts 4K-aligned:
 *
 *	0			image: header and constants (read-only), text
 *				(executable), data and bss (writable)
 *	core_size		per-CPU areas, percpu_size each, by slot
 *	boot.transition_offset	page tables that both worlds can live on
 *	boot.config_offset	copy of the system configuration
 *	boot.pool_offset	page pool of the hypervisor
 *	boot.crash_offset	struct jailhouse_crash, up to the end
 *
 * Includes nothing: whoever includes this provides __u8 ... __u64; cell_config.h first.
 */
#ifndef _JAILHOUSE_IMAGE_HEADER_H
#define _JAILHOUSE_IMAGE_HEADER_H

#define JAILHOUSE_IMAGE_SIGNATURE	"JAILHVIM"
#define JAILHOUSE_IMAGE_REVISION	4
#define JAILHOUSE_VERSION_SIZE		48

/* Whose virtualization the image is made for: VMX, or SVM. */
#define JAILHOUSE_VENDOR_INTEL		1
#define JAILHOUSE_VENDOR_AMD		2

/*
 * The image is linked here. Second slot of the lower half's level-4 table: canonical
 * with four and with five levels, and never used by a kernel thread of Linux.
 */
#define JAILHOUSE_BASE			0x0000008000000000ULL

/**
 * struct jailhouse_header - first bytes of the image
 * @signature: JAILHOUSE_IMAGE_SIGNATURE, not terminated
 * @revision: JAILHOUSE_IMAGE_REVISION
 * @percpu_size: bytes of one CPU's private area
 * @image_size: bytes in the file
 * @core_size: bytes in memory, bss included; the driver zeroes what the file lacks
 * @text_offset: first executable byte; what is before is read-only
 * @data_offset: first writable byte; text ends before it
 * @boot_offset: offset of struct jailhouse_boot, which the driver fills in
 * @log_offset: offset of struct jailhouse_log
 * @entry: virtual address of int entry(unsigned int cpu), System V ABI, see below
 * @version: of the tree that it was built from, NUL-terminated; the driver's is the same
 * @vendor: JAILHOUSE_VENDOR_*
 *
 * entry() is called on every CPU at once, with interrupts off, on the transition page
 * table and Linux's stack, GDT, IDT and GS, with CR4.LASS and CR4.CET off, which would not
 * let it be called. It returns 0 with the CPU as a guest in
 * the root cell, or a negative errno with nothing changed, on all CPUs the same; the
 * reason is then in jailhouse_boot.error. The caller restores CR3 and CR4.
 */
struct jailhouse_header {
	char signature[8];
	__u32 revision;
	__u32 percpu_size;
	__u64 image_size;
	__u64 core_size;
	__u64 text_offset;
	__u64 data_offset;
	__u64 boot_offset;
	__u64 log_offset;
	__u64 entry;
	char version[JAILHOUSE_VERSION_SIZE];
	__u32 vendor;
} __attribute__((packed));

#define JAILHOUSE_BOOT_ERROR_SIZE	256
#define JAILHOUSE_NO_APIC_ID		0xffffffffU

/**
 * struct jailhouse_boot_cpu - a CPU that calls entry()
 * @apic_id: its APIC id, JAILHOUSE_NO_APIC_ID for one that there is not, or that Linux does
 *	not use: then the rest means nothing
 * @slot: its per-CPU area: each number below online_cpus belongs to one CPU
 * @linux_cr3: its CR3 as it has to be in the guest, with its PCID
 */
struct jailhouse_boot_cpu {
	__u32 apic_id;
	__u32 slot;
	__u64 linux_cr3;
} __attribute__((packed));

/**
 * struct jailhouse_boot_ioapic - an I/O APIC that is behind an IOMMU
 * @address: host-physical address of its registers; 0: there is none
 * @source: as which PCI function it sends its interrupts: bus << 8 | device << 3 | function
 */
struct jailhouse_boot_ioapic {
	__u64 address;
	__u32 source;
} __attribute__((packed));

/**
 * struct jailhouse_boot_function - a PCI function that can send interrupts as messages
 * @table: host-physical address of its MSI-X table, 0: there is none
 * @pages: so many pages the table lies in
 * @vectors: entries of it
 * @bdf: bus << 8 | device << 3 | function
 */
struct jailhouse_boot_function {
	__u64 table;
	__u16 pages;
	__u16 vectors;
	__u16 bdf;
} __attribute__((packed));

#define JAILHOUSE_BOOT_FUNCTIONS	512
/* Interrupts that all of them can have: a table has no more entries for Linux (x86/vtd/remap.h). */
#define JAILHOUSE_BOOT_MESSAGES		6144
#define JAILHOUSE_BOOT_PASSING		64

/* The CPU has the erratum of CVE-2018-12207: a guest that changes page sizes stops it. */
#define JAILHOUSE_BOOT_ITLB_MULTIHIT	0x1
/* IOMMUs could remap interrupts, and Linux does not have them do so. */
#define JAILHOUSE_BOOT_REWRITE		0x2

/**
 * struct jailhouse_boot - what the driver knows of the machine
 * @hv_phys: host-physical address of hypervisor memory
 * @hv_size: bytes of it
 * @transition_offset: offset of the top-level transition page table, 8K-aligned
 * @config_offset: offset of the system configuration
 * @config_size: bytes of it
 * @pool_offset: offset of the page pool
 * @crash_offset: offset of the crash record, zeroed
 * @num_cpus: highest Linux CPU number in use plus one
 * @online_cpus: number of CPUs that are about to call entry()
 * @tsc_khz: frequency of the TSC
 * @apic_khz: frequency of the APIC timer before its divider, 0: not known
 * @framebuffer: the screen, see console.h
 * @flags: JAILHOUSE_BOOT_*
 * @ioapics: those that ACPI's DMAR table names
 * @iommus: PCI functions that are IOMMUs of AMD's, as ACPI's IVRS table names them; 0: none
 * @num_functions: how many @functions there are
 * @num_vectors: entries of all their MSI-X tables
 * @functions: with JAILHOUSE_BOOT_REWRITE, those of segment 0 that have MSI or MSI-X, and are
 *	not in @passing
 * @num_passing: how many numbers @passing has
 * @passing: with JAILHOUSE_BOOT_REWRITE, PCI functions as bus << 8 | device << 3 | function: an
 *	IOMMU of AMD's lets interrupts that bear these numbers pass
 * @cpus: by Linux CPU number
 * @error: written by the hypervisor: why entry() failed, NUL-terminated
 */
struct jailhouse_boot {
	__u64 hv_phys;
	__u64 hv_size;
	__u64 transition_offset;
	__u64 config_offset;
	__u64 config_size;
	__u64 pool_offset;
	__u64 crash_offset;
	__u32 num_cpus;
	__u32 online_cpus;
	__u32 tsc_khz;
	__u32 apic_khz;
	struct jailhouse_framebuffer framebuffer;
	__u32 flags;
	struct jailhouse_boot_ioapic ioapics[JAILHOUSE_MAX_IOAPICS];
	__u16 iommus[JAILHOUSE_MAX_IOMMU_UNITS];
	__u32 num_functions;
	__u32 num_vectors;
	struct jailhouse_boot_function functions[JAILHOUSE_BOOT_FUNCTIONS];
	__u32 num_passing;
	__u16 passing[JAILHOUSE_BOOT_PASSING];
	struct jailhouse_boot_cpu cpus[JAILHOUSE_MAX_CPUS];
	char error[JAILHOUSE_BOOT_ERROR_SIZE];
} __attribute__((packed));

_Static_assert(sizeof(struct jailhouse_header) == 76 + JAILHOUSE_VERSION_SIZE, "image header ABI");

#endif
