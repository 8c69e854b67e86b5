/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ABI: the two configuration blobs, of the system and of a cell.
 *
 * A cell blob is a struct jailhouse_cell_desc and, without gaps, its arrays in this
 * order: CPU set, memory regions, interrupt chips, port regions, PCI devices, links, ivshmem
 * devices. A system blob is a struct jailhouse_system whose last member is the root cell's
 * struct jailhouse_cell_desc, followed by the root cell's arrays.
 *
 * Includes nothing: whoever includes this provides __u8 ... __u64; console.h first.
 */
#ifndef _JAILHOUSE_CELL_CONFIG_H
#define _JAILHOUSE_CELL_CONFIG_H

#define JAILHOUSE_CONFIG_REVISION	1

#define JAILHOUSE_CELL_DESC_SIGNATURE	"JHCELL"
#define JAILHOUSE_SYSTEM_SIGNATURE	"JHSYST"
#define JAILHOUSE_SIGNATURE_SIZE	6

/* Including the terminating NUL. Names are [A-Za-z0-9._-]{1,31}. */
#define JAILHOUSE_CELL_NAME_SIZE	32

/* The largest blob that is accepted, in bytes. */
#define JAILHOUSE_MAX_CONFIG_SIZE	0x40000

/* CPU numbers are Linux's, below this. */
#define JAILHOUSE_MAX_CPUS		512

/* jailhouse_cell_desc.flags */
/* The comm region is there but the cell does not answer: it is never asked. */
#define JAILHOUSE_CELL_PASSIVE_COMMREG		0x00000001
/* The cell may print through hypercall 8. */
#define JAILHOUSE_CELL_DEBUG_CONSOLE		0x00000002
/* Only the lowest-numbered CPU starts; the cell wakes the others by INIT/SIPI. */
#define JAILHOUSE_CELL_START_FIRST_CPU		0x00000004
/* The page behind the comm region is a device, whose registers are the comm region's bytes. */
#define JAILHOUSE_CELL_TEST_DEVICE		0x00000008
/* Ports, device registers and pins are taken also from a driver of Linux that uses them. */
#define JAILHOUSE_CELL_TAKE_USED		0x00000010
/*
 * The cell's console is an 8250 that the hypervisor makes up: what is written to it goes where
 * hypercall 8 prints. Nobody has its ports.
 */
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE		0x00000020
/* CPUID leaf 0x40000100 says "KVM", without a feature: Linux then uses x2APIC. */
#define JAILHOUSE_CELL_KVM_LEAF			0x00000040
/* Its CPUs run as slowly, or fast, as Linux has left them: else as fast as without turbo. */
#define JAILHOUSE_CELL_KEEP_FREQUENCY		0x00000100
/*
 * The page behind the comm region is an I/O APIC with one pin, by which the hypervisor interrupts
 * the cell, an edge, when it has written a message to the comm region.
 */
#define JAILHOUSE_CELL_MESSAGE_PIN		0x00000200
/*
 * The page behind that one is another such I/O APIC, by whose pin the virtual console interrupts
 * the cell. Without it the console is polled.
 */
#define JAILHOUSE_CELL_CONSOLE_PIN		0x00000400

/**
 * struct jailhouse_cell_desc - head of a cell's configuration
 * @signature: JAILHOUSE_CELL_DESC_SIGNATURE, not terminated
 * @revision: JAILHOUSE_CONFIG_REVISION
 * @total_size: bytes of the descriptor and all its arrays; the build fills it in
 * @checksum: CRC-32 (IEEE 802.3, as in zlib) of the blob with this field taken as 0;
 *	the build fills it in; 0 in a root cell, which the system's checksum covers
 * @id: number of the cell; 0 in a file, the driver assigns it
 * @name: NUL-terminated
 * @flags: JAILHOUSE_CELL_*
 * @cpu_set_size: bytes of the CPU bitmap, a multiple of 8; 0 only in a root cell:
 *	every CPU that Linux has
 * @num_memory_regions: entries of struct jailhouse_memory
 * @num_irqchips: entries of struct jailhouse_irqchip
 * @num_pio_regions: entries of struct jailhouse_pio
 * @num_pci_devices: entries of struct jailhouse_pci_device
 * @num_links: entries of struct jailhouse_link
 * @num_ivshmem: entries of struct jailhouse_ivshmem
 * @cpu_reset_address: guest-physical address of the first instruction, in real mode
 * @console: console that the comm region names to the inmate
 */
struct jailhouse_cell_desc {
	char signature[JAILHOUSE_SIGNATURE_SIZE];
	__u16 revision;
	__u32 total_size;
	__u32 checksum;
	__u32 id;
	char name[JAILHOUSE_CELL_NAME_SIZE];
	__u32 flags;
	__u32 cpu_set_size;
	__u32 num_memory_regions;
	__u32 num_irqchips;
	__u32 num_pio_regions;
	__u32 num_pci_devices;
	__u16 num_links;
	__u16 num_ivshmem;
	__u64 cpu_reset_address;
	struct jailhouse_console console;
} __attribute__((packed));

/* jailhouse_memory.flags */
#define JAILHOUSE_MEM_READ		0x0001
#define JAILHOUSE_MEM_WRITE		0x0002
#define JAILHOUSE_MEM_EXECUTE		0x0004
/* Devices of the cell may reach it: with an IOMMU they reach nothing else. */
#define JAILHOUSE_MEM_DMA		0x0008
/* Device registers: mapped uncached. */
#define JAILHOUSE_MEM_IO		0x0010
/* The communication page: one 4K page, phys_start 0, memory of the hypervisor. */
#define JAILHOUSE_MEM_COMM_REGION	0x0020
/* Given back to the root cell while the cell is being loaded. */
#define JAILHOUSE_MEM_LOADABLE		0x0040
/* Stays with the root cell as well. */
#define JAILHOUSE_MEM_ROOTSHARED	0x0080
/* Mapped with 4K pages only. */
#define JAILHOUSE_MEM_NO_HUGEPAGES	0x0100
#define JAILHOUSE_MEM_VALID_FLAGS	0x01ff

/**
 * struct jailhouse_memory - a memory region
 * @phys_start: host-physical address
 * @virt_start: guest-physical address
 * @size: bytes; all three are multiples of 4096
 * @flags: JAILHOUSE_MEM_*
 */
struct jailhouse_memory {
	__u64 phys_start;
	__u64 virt_start;
	__u64 size;
	__u64 flags;
} __attribute__((packed));

/*
 * What the hypervisor has room for of a machine's I/O APICs, and of the pins of each: as many as
 * the eight bits of the index register reach.
 */
#define JAILHOUSE_MAX_IOAPICS		16
#define JAILHOUSE_MAX_IOAPIC_PINS	120

/**
 * struct jailhouse_irqchip - pins of an I/O APIC
 * @address: host-physical address of its registers
 * @id: its APIC id, for the log
 * @pin_base: first pin that bit 0 of @pin_bitmap stands for
 * @pin_bitmap: pins that the cell owns
 */
struct jailhouse_irqchip {
	__u64 address;
	__u32 id;
	__u32 pin_base;
	__u32 pin_bitmap[4];
} __attribute__((packed));

/* jailhouse_pio.flags */
/* Stays with the root cell as well. */
#define JAILHOUSE_PIO_ROOTSHARED	0x0001
/* Not granted: reads give all ones, writes are dropped, the cell lives on. */
#define JAILHOUSE_PIO_IGNORE		0x0002
/* With IGNORE: reads give zeros. */
#define JAILHOUSE_PIO_ZERO		0x0004
#define JAILHOUSE_PIO_VALID_FLAGS	0x0007

/**
 * struct jailhouse_pio - a range of I/O ports
 * @base: first port
 * @flags: JAILHOUSE_PIO_*
 * @length: number of ports; @base + @length is at most 0x10000
 */
struct jailhouse_pio {
	__u16 base;
	__u16 flags;
	__u32 length;
} __attribute__((packed));

#define PIO_RANGE(__base, __length)				\
	{							\
		.base = (__base),				\
		.length = (__length),				\
	}
#define PIO_RANGE_FLAGS(__base, __length, __flags)		\
	{							\
		.base = (__base),				\
		.flags = (__flags),				\
		.length = (__length),				\
	}

#define JAILHOUSE_PCI_TYPE_DEVICE	0x01
#define JAILHOUSE_PCI_TYPE_BRIDGE	0x02
/* A virtual function of SR-IOV, whose physical one is the root cell's. */
#define JAILHOUSE_PCI_TYPE_VIRTUAL	0x03
/* With a type, in a cell: the I/O APIC pin that INTA# to INTD# of it ends at is the cell's. */
#define JAILHOUSE_PCI_OWNS_PIN		0x80
/* With a type, in a cell: it is not reset when the cell stops, though it says that it can be. */
#define JAILHOUSE_PCI_NO_FLR		0x40
#define JAILHOUSE_PCI_TYPE_MASK		0x3f

/**
 * struct jailhouse_pci_device - a PCI function that a cell owns
 * @type: JAILHOUSE_PCI_TYPE_*, JAILHOUSE_PCI_OWNS_PIN, JAILHOUSE_PCI_NO_FLR
 * @iommu: index of the IOMMU unit that it is behind
 * @domain: PCI segment, unless it is a virtual function: that is in segment 0
 * @physical: of a virtual function, the physical one that it is of, numbered like @bdf
 * @bdf: bus << 8 | device << 3 | function
 * @num_msix_vectors: entries of its MSI-X table, 0 for none
 * @msix_address: host-physical address of the MSI-X table, 0 for none
 * @bar_mask: writable bits of each BAR
 */
struct jailhouse_pci_device {
	__u8 type;
	__u8 iommu;
	union {
		__u16 domain;
		__u16 physical;
	};
	__u16 bdf;
	__u16 num_msix_vectors;
	__u64 msix_address;
	__u32 bar_mask[6];
} __attribute__((packed));

/* Bytes of a link's registers: those of the device, and behind them its interrupt controller's. */
#define JAILHOUSE_LINK_SIZE	0x2000

/**
 * struct jailhouse_link - a network device that is connected with another cell's
 * @address: guest-physical address of its registers, of JAILHOUSE_LINK_SIZE bytes
 * @id: not 0; the two cells that have a link with the same id are connected
 * @mac: its Ethernet address
 * @reserved: 0
 */
struct jailhouse_link {
	__u64 address;
	__u32 id;
	__u8 mac[6];
	__u8 reserved[6];
} __attribute__((packed));

/* Bytes of an ivshmem device's registers, and behind them its MSI-X table, or its pin. */
#define JAILHOUSE_IVSHMEM_SIZE	0x2000

#define JAILHOUSE_IVSHMEM_MAX_PEERS	8
#define JAILHOUSE_IVSHMEM_MAX_VECTORS	16

/**
 * struct jailhouse_ivshmem - a virtual PCI function by which cells interrupt each other
 * @address: guest-physical address of its registers, of JAILHOUSE_IVSHMEM_SIZE bytes
 * @id: not 0; cells that have one with the same id are peers
 * @bdf: where the cell sees it: bus << 8 | device << 3 | function
 * @protocol: what the peers talk, of its class code
 * @first_region: number of the memory region that is the state table. Behind that come the
 *	section that all peers read and write, and the section that each of them writes alone
 * @peers: how many there can be
 * @peer: number of this one
 * @vectors: interrupts that it can get, by MSI-X. 0: one, by a pin: behind its registers are those
 *	of an I/O APIC that has no other
 * @root: number of the root cell plus 1; 0 if that is no peer
 */
struct jailhouse_ivshmem {
	__u64 address;
	__u32 id;
	__u16 bdf;
	__u16 protocol;
	__u32 first_region;
	__u8 peers;
	__u8 peer;
	__u8 vectors;
	__u8 root;
} __attribute__((packed));

#define JAILHOUSE_MAX_IOMMU_UNITS	8

/* jailhouse_platform_info.iommu_type */
/* Units are nobody's, and are not used: devices reach all memory. */
#define JAILHOUSE_IOMMU_UNUSED		0
/* Intel's VT-d: devices of each cell reach its memory regions with JAILHOUSE_MEM_DMA. */
#define JAILHOUSE_IOMMU_INTEL		1
/* AMD's AMD-Vi: likewise. */
#define JAILHOUSE_IOMMU_AMD		2

/**
 * struct jailhouse_iommu - registers of a DMA remapping unit
 * @base: host-physical address, 0 for an unused entry
 * @size: bytes
 */
struct jailhouse_iommu {
	__u64 base;
	__u64 size;
} __attribute__((packed));

/**
 * struct jailhouse_platform_info - what cannot be found out by probing
 * @pci_mmconfig_base: host-physical address of the MMCONFIG area, 0 for none
 * @pci_mmconfig_end_bus: last bus in it
 * @iommu_type: JAILHOUSE_IOMMU_*, of all units
 * @reserved: 0
 * @pm_timer_address: I/O port of the ACPI PM timer
 * @iommu_units: DMA remapping units
 */
struct jailhouse_platform_info {
	__u64 pci_mmconfig_base;
	__u8 pci_mmconfig_end_bus;
	__u8 iommu_type;
	__u8 reserved[4];
	__u16 pm_timer_address;
	struct jailhouse_iommu iommu_units[JAILHOUSE_MAX_IOMMU_UNITS];
} __attribute__((packed));

/**
 * struct jailhouse_system - head of the system configuration
 * @signature: JAILHOUSE_SYSTEM_SIGNATURE, not terminated
 * @revision: JAILHOUSE_CONFIG_REVISION
 * @total_size: bytes of everything up to the end of the root cell's arrays
 * @checksum: CRC-32 of the blob with this field taken as 0
 * @flags: 0
 * @hypervisor_memory: reserved RAM that the hypervisor lives in (flags 0)
 * @debug_console: console of the hypervisor
 * @platform_info: the machine
 * @root_cell: the root cell; its signature is a cell's, its memory regions map
 *	guest-physical to equal host-physical addresses
 */
struct jailhouse_system {
	char signature[JAILHOUSE_SIGNATURE_SIZE];
	__u16 revision;
	__u32 total_size;
	__u32 checksum;
	__u32 flags;
	__u32 reserved;
	struct jailhouse_memory hypervisor_memory;
	struct jailhouse_console debug_console;
	struct jailhouse_platform_info platform_info;
	struct jailhouse_cell_desc root_cell;
} __attribute__((packed));

_Static_assert(sizeof(struct jailhouse_cell_desc) == 120, "cell config ABI");
_Static_assert(sizeof(struct jailhouse_memory) == 32, "memory region ABI");
_Static_assert(sizeof(struct jailhouse_irqchip) == 32, "irqchip ABI");
_Static_assert(sizeof(struct jailhouse_pio) == 8, "port region ABI");
_Static_assert(sizeof(struct jailhouse_pci_device) == 40, "PCI device ABI");
_Static_assert(sizeof(struct jailhouse_link) == 24, "link ABI");
_Static_assert(sizeof(struct jailhouse_ivshmem) == 24, "ivshmem ABI");
_Static_assert(sizeof(struct jailhouse_platform_info) == 144, "platform ABI");
_Static_assert(sizeof(struct jailhouse_system) == 24 + 32 + 32 + 144 + 120, "system ABI");

#endif
