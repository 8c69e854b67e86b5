/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a configuration blob well-formed, and does a cell fit the machine?
 *
 * The same code in the hypervisor (it decides, on its private copy), in the driver (an
 * early, readable reason) and in the host tools. Allocates nothing, writes nothing but
 * the reason.
 *
 * What went wrong, by kind:
 *
 * -ENODATA		there is no blob
 * -EFBIG		larger than JAILHOUSE_MAX_CONFIG_SIZE
 * -EMSGSIZE		truncated or too long: total_size or the counts say otherwise
 * -EILSEQ		the signature is not that of such a blob
 * -EPROTONOSUPPORT	another revision of the format
 * -E2BIG		more entries of a kind than there may be (CONFIG_MAX_*)
 * -EBADMSG		wrong checksum
 * -EINVAL		a field has a value that makes no sense
 * -EOVERFLOW		an address, port or pin range ends beyond the last there is
 * -EADDRINUSE		overlap with another entry, or with hypervisor memory
 * -ENODEV		a CPU that does not exist
 * -ENXIO		memory, port, pin or device that is not the root cell's
 * -EACCES		more rights than the root cell has
 * -EBUSY		belongs to another cell, or is the root cell's last CPU
 * -EEXIST		there is a cell of that name
 */
#ifndef _CORE_CONFIG_CHECK_H
#define _CORE_CONFIG_CHECK_H

#include "types.h"
#include "cpu_set.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define CONFIG_MAX_MEMORY_REGIONS	1024
#define CONFIG_MAX_IRQCHIPS		32
#define CONFIG_MAX_PIO_REGIONS		1024
#define CONFIG_MAX_PCI_DEVICES		1024
#define CONFIG_MAX_LINKS		8
#define CONFIG_MAX_IVSHMEM		4
#define CONFIG_MAX_CPU_SET_SIZE		128U

/* First addresses that cannot be. */
#define CONFIG_PHYS_END		BIT_ULL(52)
#define CONFIG_GUEST_PHYS_END	BIT_ULL(48)

struct memory_map;

/**
 * struct config_reason - why a configuration is refused
 * @error: negative errno, 0 if it is not
 * @text: a sentence that names the entry, empty if it is not refused
 */
struct config_reason {
	int error;
	char text[200];
};

/**
 * config_check_system() - is this a system configuration?
 * @blob: the bytes; copied to where nobody else can change them
 * @size: how many; more or fewer than the configuration has are refused
 * @why: receives errno and reason
 *
 * Return: 0, or the errno as listed above.
 */
int config_check_system(const void *blob, size_t size, struct config_reason *why);

/**
 * config_check_cell() - is this the configuration of a non-root cell?
 * @blob: the bytes; copied to where nobody else can change them
 * @size: how many; more or fewer than the configuration has are refused
 * @why: receives errno and reason
 *
 * jailhouse_cell_desc.id may be anything.
 *
 * Return: 0, or the errno as listed above.
 */
int config_check_cell(const void *blob, size_t size, struct config_reason *why);

/**
 * config_check_cell_fits() - can the root cell give what the cell asks for?
 * @cell: passed config_check_cell()
 * @sys: passed config_check_system()
 * @root_memory: of the root cell in @sys
 * @others: the configurations of all other non-root cells
 * @num_others: how many
 * @root_cpus: CPUs that belong to the root cell now
 * @why: receives errno and reason
 *
 * Return: 0, or the errno as listed above.
 */
int config_check_cell_fits(const struct jailhouse_cell_desc *cell,
			   const struct jailhouse_system *sys,
			   const struct memory_map *root_memory,
			   const struct jailhouse_cell_desc *const others[],
			   unsigned int num_others, const struct cpu_set *root_cpus,
			   struct config_reason *why);

/**
 * config_check_phys_bits() - does the machine have all addresses of its configuration?
 * @sys: passed config_check_system()
 * @bits: width of a physical address (CPUID.80000008H:EAX[7:0])
 * @why: receives errno and reason
 *
 * An address beyond that would be a reserved bit in page tables.
 *
 * Return: 0 or -EOVERFLOW.
 */
int config_check_phys_bits(const struct jailhouse_system *sys, unsigned int bits,
			   struct config_reason *why);

/**
 * config_size() - bytes of a cell descriptor and its arrays, from the counts
 * @desc: only the counts are read
 *
 * Cannot overflow, whatever the counts are.
 */
static inline u64 config_size(const struct jailhouse_cell_desc *desc)
{
	return sizeof(*desc) + (u64)desc->cpu_set_size +
	       (u64)desc->num_memory_regions * sizeof(struct jailhouse_memory) +
	       (u64)desc->num_irqchips * sizeof(struct jailhouse_irqchip) +
	       (u64)desc->num_pio_regions * sizeof(struct jailhouse_pio) +
	       (u64)desc->num_pci_devices * sizeof(struct jailhouse_pci_device) +
	       (u64)desc->num_links * sizeof(struct jailhouse_link) +
	       (u64)desc->num_ivshmem * sizeof(struct jailhouse_ivshmem);
}

/** config_system_size() - bytes of a system configuration, from the root cell's counts. */
static inline u64 config_system_size(const struct jailhouse_system *sys)
{
	return offsetof(struct jailhouse_system, root_cell) + config_size(&sys->root_cell);
}

/*
 * The arrays of a checked configuration.
 */

/** config_cpu_set() - CPUs; a root cell with no bitmap has all that Linux has. */
static inline void config_cpu_set(const struct jailhouse_cell_desc *desc, struct cpu_set *cpus)
{
	/* The blob need not be aligned in memory. */
	__builtin_memset(cpus, desc->cpu_set_size ? 0 : 0xff, sizeof(*cpus));
	__builtin_memcpy(cpus, desc + 1, MIN(desc->cpu_set_size, sizeof(*cpus)));
}

/** config_mem_regions() - the num_memory_regions memory regions. */
static inline const struct jailhouse_memory *
config_mem_regions(const struct jailhouse_cell_desc *desc)
{
	return (const void *)((const u8 *)(desc + 1) + desc->cpu_set_size);
}

/** config_irqchips() - the num_irqchips interrupt chips. */
static inline const struct jailhouse_irqchip *
config_irqchips(const struct jailhouse_cell_desc *desc)
{
	return (const void *)(config_mem_regions(desc) + desc->num_memory_regions);
}

/** config_pio() - the num_pio_regions port regions. */
static inline const struct jailhouse_pio *
config_pio(const struct jailhouse_cell_desc *desc)
{
	return (const void *)(config_irqchips(desc) + desc->num_irqchips);
}

/** config_mmconfig_size() - bytes of the MMCONFIG area, one MiB a bus; 0 if there is none */
static inline u64 config_mmconfig_size(const struct jailhouse_platform_info *info)
{
	return info->pci_mmconfig_base ? (u64)(info->pci_mmconfig_end_bus + 1) << 20 : 0;
}

/** config_pci() - the num_pci_devices PCI devices. */
static inline const struct jailhouse_pci_device *
config_pci(const struct jailhouse_cell_desc *desc)
{
	return (const void *)(config_pio(desc) + desc->num_pio_regions);
}

/** config_links() - the num_links links. */
static inline const struct jailhouse_link *
config_links(const struct jailhouse_cell_desc *desc)
{
	return (const void *)(config_pci(desc) + desc->num_pci_devices);
}

/** config_ivshmem() - the num_ivshmem ivshmem devices. */
static inline const struct jailhouse_ivshmem *
config_ivshmem(const struct jailhouse_cell_desc *desc)
{
	return (const void *)(config_links(desc) + desc->num_links);
}

/** config_msix_pages() - the pages that an MSI-X table lies in; of size 0 if there is none */
static inline struct jailhouse_memory config_msix_pages(const struct jailhouse_pci_device *dev)
{
	const u64 start = ALIGN_DOWN(dev->msix_address, PAGE_SIZE);
	const u64 end = ALIGN_UP(dev->msix_address + 16ULL * dev->num_msix_vectors, PAGE_SIZE);

	return (struct jailhouse_memory){
		.phys_start = start, .size = dev->num_msix_vectors ? end - start : 0,
	};
}

/**
 * config_msix_region() - the memory region of a cell that an MSI-X table lies in
 * @desc: the cell
 * @dev: the table's device
 *
 * Return: NULL if it has nothing of it.
 */
const struct jailhouse_memory *config_msix_region(const struct jailhouse_cell_desc *desc,
						  const struct jailhouse_pci_device *dev);

/** config_is_virtual() - is it a virtual function (SR-IOV)? */
static inline bool config_is_virtual(const struct jailhouse_pci_device *dev)
{
	return (dev->type & JAILHOUSE_PCI_TYPE_MASK) == JAILHOUSE_PCI_TYPE_VIRTUAL;
}

/** config_domain() - the PCI segment that a device is in */
static inline u16 config_domain(const struct jailhouse_pci_device *dev)
{
	return config_is_virtual(dev) ? 0 : dev->domain;
}

/**
 * config_find_device() - a PCI device of a cell
 * @desc: the cell
 * @end: it is looked for before this one of its num_pci_devices
 * @domain: PCI segment
 * @bdf: bus << 8 | device << 3 | function
 *
 * Return: the device or NULL.
 */
static inline const struct jailhouse_pci_device *
config_find_device(const struct jailhouse_cell_desc *desc, unsigned int end, u16 domain, u16 bdf)
{
	const struct jailhouse_pci_device *dev = config_pci(desc);

	for (; end--; dev++)
		if (dev->bdf == bdf && config_domain(dev) == domain)
			return dev;
	return NULL;
}

/**
 * config_has_pin() - does a cell have a pin of an I/O APIC?
 * @desc: the cell
 * @end: one of its num_irqchips interrupt chips before this one says so
 * @address: of the chip's registers
 * @pin: which pin
 */
bool config_has_pin(const struct jailhouse_cell_desc *desc, unsigned int end, u64 address,
		    u32 pin);

/**
 * config_crc32() - CRC-32 of IEEE 802.3, as zlib's crc32()
 * @crc: 0, or the result of the bytes before
 * @data: bytes
 * @size: how many
 */
u32 config_crc32(u32 crc, const void *data, size_t size);

/**
 * config_checksum() - what the checksum field of a blob has to be
 * @blob: system or cell configuration
 * @size: its bytes, at least those of the fields before and including the checksum
 */
u32 config_checksum(const void *blob, size_t size);

#endif
