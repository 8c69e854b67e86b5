/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI configuration space through ports 0xcf8 to 0xcff (PCI 3.0, 3.2.2.3.2), and through the
 * MMCONFIG area (PCI Express 4.0, 7.2.2). What a guest may do does not depend on the way.
 *
 * A function that a cell owns is there for this cell only. As long as no cell owns one,
 * the ports of the root cell need not be trapped: pci_any_owned().
 */
#ifndef _X86_PCI_H
#define _X86_PCI_H

#include "types.h"
#include "errno.h"
#include "ticket.h"
#include "apic_policy.h"
#include "mmio.h"
#include "remap.h"

#define PCI_PORT_FIRST		0xcf8
#define PCI_PORT_ADDRESS	0xcf8
#define PCI_PORT_DATA		0xcfc
#define PCI_PORT_LAST		0xcff

#define PCI_MAX_DEVICES		16

/* So many messages a function can have by MSI (PCI 3.0, 6.8.1.3). */
#define PCI_MSI_MESSAGES	32U

struct ivshmem;
struct jailhouse_boot_function;

/**
 * struct pci_access - IN or OUT on one of the ports
 * @port: 0xcf8 to 0xcff
 * @width: 1, 2 or 4
 * @is_write: OUT
 * @x2apic: mode of the CPU that accesses: logical destinations of MSIs are meant so
 * @value: written, or receives what is read
 */
struct pci_access {
	u16 port;
	u8 width;
	bool is_write;
	bool x2apic;
	u32 value;
};

/**
 * struct pci_ops - the hardware
 * @read: select with the value for port 0xcf8, read @width bytes at @port; called with the
 *	lock of the space held
 * @write: likewise
 * @get_address: read port 0xcf8: what the root cell selected while it was not trapped
 * @set_address: write port 0xcf8: leave it to the root cell, which is not trapped any more
 * @mem_read: read @width bytes, 1 to 8, aligned, of the MMCONFIG area or of a device's registers
 * @mem_write: likewise
 * @now_ms: milliseconds since whenever
 *
 * @get_address and @set_address may be NULL if the ports of the root cell are always trapped.
 */
struct pci_ops {
	u32 (*read)(u32 address, u16 port, unsigned int width);
	void (*write)(u32 address, u16 port, unsigned int width, u32 value);
	u32 (*get_address)(void);
	void (*set_address)(u32 address);
	u64 (*mem_read)(u64 hpa, unsigned int width);
	void (*mem_write)(u64 hpa, unsigned int width, u64 value);
	u64 (*now_ms)(void);
};

/* Those of the machine itself (pci_machine.c). */
extern const struct pci_ops pci_machine_ops;

/*
 * Registers of messages: of a message of MSI, address, upper address, data; then mask bits and
 * control of MSI, and control of MSI-X.
 */
enum {
	PCI_MSI_ADDRESS, PCI_MSI_UPPER, PCI_MSI_DATA, PCI_MSI_REGS,
	PCI_MSI_MASK = PCI_MSI_REGS, PCI_MSI_CONTROL, PCI_MSIX_CONTROL, PCI_MESSAGE_REGS
};

/* Registers of the header that a cell may write: command, cache line and latency, line. */
#define PCI_HEADER_REGS		3

/* Extended capabilities that no cell gets to see: see pci_extended.c. */
#define PCI_HIDDEN_CAPS		4

/* BARs, and that of the expansion ROM. */
#define PCI_BARS		7

/* How a function is reset: not at all, as PCI Express has it, or as conventional PCI has it. */
enum pci_reset_kind { PCI_RESET_NONE, PCI_RESET_EXPRESS, PCI_RESET_CONVENTIONAL };

/* What there is to wait for: nothing; answers to what it has asked for; its reset. */
enum pci_phase { PCI_SETTLED, PCI_DRAINS, PCI_RESETS };

/**
 * struct pci_reset - the reset of a function, and what it loses by that
 * @kind: how it is done
 * @phase: how far it is
 * @until: when the phase is over at the latest, or at the earliest, in milliseconds
 * @express: offset of its PCI Express capability, 0: it has none whose registers all exist
 * @conventional: offset of its Advanced Features capability, or 0
 * @bars: of the root cell
 * @control: device control registers of the root cell; the second one may not exist
 * @has_control_2: it does
 */
struct pci_reset {
	u64 until;
	u32 bars[PCI_BARS];
	u16 control[2];
	u8 kind;
	u8 phase;
	u8 express;
	u8 conventional;
	bool has_control_2;
};

/**
 * struct pci_msix_entry - an entry of an MSI-X table as the cell sees it
 * @word: address, upper address, data, and control with the mask bit
 */
struct pci_msix_entry {
	u32 word[4];
};

/**
 * struct pci_function - a PCI function of a cell
 * @owner: of the function
 * @bdf: bus << 8 | device << 3 | function
 * @msi: offset of its MSI capability, 0: none
 * @msix: offset of its MSI-X capability, 0: none
 * @express: offset of its PCI Express capability, 0: a conventional function
 * @msi_reg: offsets of its registers of messages, 0: there is none
 * @hidden: offsets of extended capabilities that the cell does not see, then 0
 * @table: host-physical address of its MSI-X table
 * @table_gpa: where the cell sees that
 * @entries: as the cell sees them; NULL: it does not
 * @num_entries: of the table
 * @has_table: it is emulated, and where the device has it: else MSI-X stays off
 * @num_messages: how many entries of the table of interrupts it has; 0: they go by no table
 * @owns_pin: its interrupt pin ends at an I/O APIC pin of the cell
 * @no_flr: it must not be reset, though it says that it can be
 * @reset: what becomes of it when its cell stops
 * @msi_on: the cell has switched MSI on; the hardware's is off as long as the message
 *	would reach others
 * @bar_mask: writable bits of each BAR
 * @bar: BARs as the cell wrote them; the hardware keeps what the root cell gave it
 * @physical: the physical function, if it is a virtual one, else 0
 * @sriov: where that has the capability of its virtual ones; 0 if it is none, or does not exist
 * @decodes: bit of the command register that a virtual function has as the cell wrote it
 * @first_message: entry of the table of interrupts for its first message
 * @real_id: what a virtual function, or one of struct pci_root, is: device << 16 | vendor
 * @real_bar: where its registers are, as BARs
 * @msi_value: its message of MSI as the cell wrote it
 * @saved_header: header registers of the root cell
 * @saved_msi: registers of messages of the root cell
 * @dma_faults: accesses that IOMMUs denied it since the cell has it
 */
struct pci_function {
	struct pci_cell *owner;
	u64 table;
	u64 table_gpa;
	struct pci_msix_entry *entries;
	u16 num_entries;
	bool has_table;
	u16 bdf;
	u8 msi;
	u8 msix;
	u8 express;
	u8 msi_reg[PCI_MESSAGE_REGS];
	u16 hidden[PCI_HIDDEN_CAPS];
	u16 num_messages;
	bool owns_pin;
	bool no_flr;
	bool msi_on;
	struct pci_reset reset;
	u16 physical;
	u16 sriov;
	u16 decodes;
	u32 first_message;
	u32 real_id;
	u32 real_bar[6];
	u32 bar_mask[6];
	u32 bar[6];
	u32 msi_value[PCI_MSI_REGS];
	u16 saved_header[PCI_HEADER_REGS];
	u32 saved_msi[PCI_MESSAGE_REGS];
	u32 dma_faults;
};

/**
 * struct pci_cell - configuration space as one cell sees it; fits a page
 * @next: next cell that owns functions
 * @space: the machine's configuration space
 * @cpus: CPUs of the cell
 * @address: its register at port 0xcf8
 * @lock: a function changes in several accesses to the hardware: between CPUs of the cell,
 *	and the one that stops or starts it
 * @running: it may write to its functions: else they are, and stay, quiet
 * @ivshmem: its virtual functions
 * @num_ivshmem: how many
 * @count: entries of @functions in use
 * @functions: what it owns
 */
struct pci_cell {
	struct pci_cell *next;
	struct pci_space *space;
	const struct cpu_set *cpus;
	u32 address;
	struct ticket_lock lock;
	bool running;
	struct ivshmem *ivshmem;
	unsigned int num_ivshmem;
	unsigned int count;
	struct pci_function functions[PCI_MAX_DEVICES];
};

static_assert(sizeof(struct pci_cell) <= PAGE_SIZE, "one page for each cell");

/**
 * struct pci_root - functions of the root cell whose messages are rewritten (pci_root.c)
 * @functions: those that can send messages, whoever has them
 * @count: of them
 * @x2apic: mode of the root cell's CPUs
 * @owner: stands for the root cell, and has none of these functions
 */
struct pci_root {
	struct pci_function *functions;
	unsigned int count;
	bool x2apic;
	struct pci_cell owner;
};

/**
 * struct pci_space - configuration space of the machine
 * @ops: the hardware
 * @topo: APIC ids of the machine
 * @remap: table that interrupts of functions go by, or tables; NULL: there is none
 * @root: functions of the root cell whose messages are rewritten, NULL: its messages are its own
 * @owners: cells that own functions; changes only while the root cell is suspended
 * @iommus: functions that are IOMMUs which the hypervisor uses, and nobody reaches; 0: none
 * @address: register of the root cell at port 0xcf8
 * @lock: address and data ports belong together
 * @writes: of the root cell's CPUs, held from what pci_hurts_owned() looks at until that is written
 * @mmconfig: host-physical address of the MMCONFIG area
 * @mmconfig_size: its bytes, 0: there is none
 */
struct pci_space {
	const struct pci_ops *ops;
	const struct apic_topology *topo;
	const struct remap *remap;
	struct pci_root *root;
	struct pci_cell *owners;
	u16 iommus[JAILHOUSE_MAX_IOMMU_UNITS];
	u32 address;
	struct ticket_lock lock;
	struct ticket_lock writes;
	u64 mmconfig;
	u64 mmconfig_size;
};

/** pci_is_config() - are all @width ports from @port on those of configuration space? */
static inline bool pci_is_config(u16 port, unsigned int width)
{
	return port >= PCI_PORT_FIRST && port + width - 1 <= PCI_PORT_LAST;
}

/** pci_any_owned() - is a function, or what it sends, not the root's? If not, it needs no trap. */
static inline bool pci_any_owned(const struct pci_space *space)
{
	return space->owners || space->iommus[0] || space->root;
}

/**
 * pci_init() - nobody owns anything but the root cell
 * @space: to be initialized
 * @ops: the hardware
 * @topo: APIC ids of the machine
 * @address: what port 0xcf8 holds
 * @platform: where the MMCONFIG area is
 */
void pci_init(struct pci_space *space, const struct pci_ops *ops,
	      const struct apic_topology *topo, u32 address,
	      const struct jailhouse_platform_info *platform);

/**
 * pci_cell_init() - functions that a cell is going to own
 * @cell: to be initialized
 * @space: the machine
 * @cpus: CPUs of the cell
 * @devices: its functions
 * @count: number of them
 *
 * Does not touch the hardware: the root cell runs.
 *
 * Return: 0. After a log_error(), -ENOSPC: more than PCI_MAX_DEVICES, or the table of interrupts is
 * full; -ENOMEM: no memory for one; -EINVAL: not in PCI segment 0; -EBUSY: another cell owns one.
 * Whatever it is, pci_cell_exit() comes last.
 */
int pci_cell_init(struct pci_cell *cell, struct pci_space *space, const struct cpu_set *cpus,
		  const struct jailhouse_pci_device *devices, unsigned int count);

/**
 * pci_cell_exit() - forget what pci_cell_init() got
 * @cell: the cell, whose functions are the root cell's; NULL is fine
 */
void pci_cell_exit(struct pci_cell *cell);

/**
 * pci_cell_take() - the functions of a cell leave the root cell
 * @cell: the cell
 *
 * They cannot interrupt and are no bus masters any more. CPUs of the root cell do not run
 * meanwhile; from now on its ports are to be trapped, see pci_any_owned().
 */
void pci_cell_take(struct pci_cell *cell);

/**
 * pci_cell_return() - the functions of a cell go back to the root cell
 * @cell: the cell, that took them
 *
 * As they were when they left, but no bus masters and with their interrupt pins disabled.
 * CPUs of the root cell and of @cell do not run meanwhile.
 */
void pci_cell_return(struct pci_cell *cell);

/**
 * pci_cell_run() - the cell starts, or was stopped
 * @cell: the cell, that took its functions
 * @runs: it may write to its functions, which have settled; else they get quiet, and stay so
 *
 * Any CPU, also while the cell's CPUs are still on their way to where they park: what they
 * write from now on is denied.
 */
void pci_cell_run(struct pci_cell *cell, bool runs);

/**
 * pci_cell_settled() - have the functions of a stopped cell been reset, those that can be?
 * @cell: the cell, that took its functions
 *
 * Until then it must not start, nor may its RAM be scrubbed or its functions go back; to be asked
 * again. A function that does not answer, or has something under way without end, is logged, and
 * not waited for any longer. Any CPU, without locks; waits for a few accesses to devices at most.
 */
bool pci_cell_settled(struct pci_cell *cell);

/**
 * pci_root_access() - emulate an access of the root cell
 * @space: the machine
 * @access: the access
 *
 * Any CPU of the root cell. What cells own looks absent, and so does what an access that is
 * not within one register reaches; all else is passed on.
 *
 * Return: 0. -EPERM: a write to a function of a cell, dropped, to be counted.
 */
int pci_root_access(struct pci_space *space, struct pci_access *access);

/**
 * pci_cell_access() - emulate an access of another cell than the root
 * @cell: the cell
 * @access: the access
 *
 * Any CPU of the cell. What it does not own looks absent.
 *
 * Return: 0. -EPERM: a write that is not allowed, dropped, to be counted.
 */
int pci_cell_access(struct pci_cell *cell, struct pci_access *access);

/**
 * pci_root_init() - functions of the root cell can send messages
 * @root: zeroed but for @functions, zeroed, with room for @count of them, and @x2apic; is going to
 *	be @root of @space
 * @space: the machine
 * @cpus: CPUs of the root cell
 * @list: the functions
 * @count: how many
 * @entries: room for those of all their MSI-X tables
 *
 * First CPU; Linux is not a guest yet. The hardware is only read.
 *
 * Return: 0; -ENOMEM: no room for the tables of interrupts of them all.
 */
int pci_root_init(struct pci_root *root, struct pci_space *space, const struct cpu_set *cpus,
		  const struct jailhouse_boot_function *list, unsigned int count,
		  struct pci_msix_entry *entries);

/**
 * pci_root_rewrite() - have what functions of the root cell send name entries, or be as it was
 * @space: the machine
 * @on: which of both; interrupts of either kind arrive meanwhile
 *
 * What names no CPU of the root cell with a vector of an interrupt is blocked. No CPU runs the root
 * cell, and no other cell has functions.
 */
void pci_root_rewrite(struct pci_space *space, bool on);

/**
 * pci_root_refresh() - the root cell has other CPUs, or PCI functions, than before
 * @space: the machine
 *
 * What goes to a CPU that is not the root cell's, or comes from a function that is not, is blocked,
 * until it is. No CPU runs the root cell.
 */
void pci_root_refresh(struct pci_space *space);

/**
 * pci_root_mmconfig() - emulate an access of the root cell to the MMCONFIG area
 * @space: the machine, which has one
 * @access: the access; its address is a host-physical one
 *
 * Any CPU of the root cell; see pci_root_access().
 *
 * Return: 0. -EPERM: a write to a function of a cell, dropped, to be counted.
 */
int pci_root_mmconfig(struct pci_space *space, struct mmio_access *access);

/**
 * pci_cell_mmconfig() - emulate an access of another cell to the MMCONFIG area
 * @space: the machine, which has one
 * @cell: the cell, or NULL for one that owns no function
 * @x2apic: mode of the CPU that accesses
 * @access: the access; the area is where it is host-physically
 *
 * Any CPU of the cell; see pci_cell_access(). Extended space is read-only, and shows nothing
 * that would let a device get past what it was given.
 *
 * Return: 0. -EPERM: a write that is not allowed, dropped, to be counted.
 */
int pci_cell_mmconfig(struct pci_space *space, struct pci_cell *cell, bool x2apic,
		      struct mmio_access *access);

/**
 * pci_msix_attach() - an MSI-X table is emulated from now on
 * @function: of a cell that has not taken its functions yet
 * @entries: room for its num_entries
 * @table_gpa: where the cell sees the table
 */
void pci_msix_attach(struct pci_function *function, struct pci_msix_entry *entries,
		     u64 table_gpa);

/**
 * pci_msix_access() - emulate an access to the pages that an MSI-X table lies in
 * @function: whose table is emulated
 * @x2apic: mode of the CPU that accesses
 * @access: the access
 *
 * Any CPU of the cell. What is not of the table is the device's, and passed on.
 *
 * Return: 0. -EPERM: a write of an undefined width, or a message that is not allowed: the entry
 * stays masked. To be counted.
 */
int pci_msix_access(struct pci_function *function, bool x2apic, struct mmio_access *access);

#endif
