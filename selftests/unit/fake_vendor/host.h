/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A third vendor: neither VMX nor SVM, but a struct (guest.h), so that the handlers in
 * hypervisor/x86/exits/ run on the host. A test sets up the guest and the exit, calls the
 * handler, and looks at the guest and at what was done, which is text.
 *
 *	host_boot();
 *	guest.io = (struct io_exit){ .port = 0x80, .width = 1 };
 *	handle_io();
 *	CHECK_STR(host_done(), "skip");
 *
 * Guest-physical memory is @host_ram from 0 on; the guest is in 64-bit mode, where linear
 * addresses below 4 GiB are guest-physical ones but for HOST_HOLE. HOST_DEVICE is a device.
 */
#ifndef SELFTESTS_FAKE_VENDOR_HOST_H
#define SELFTESTS_FAKE_VENDOR_HOST_H

#include "apic.h"
#include "exits/exits.h"

#define HOST_RAM_SIZE	0x200000U
extern u8 host_ram[HOST_RAM_SIZE];

/* Its page tables are here; no linear address in the second gigabyte is mapped. */
#define HOST_TABLES	0x100000U
#define HOST_HOLE	0x40000000ULL

#define HOST_CODE	0x8000U
#define HOST_DEVICE	0xfec00000ULL

/* The cell's console, of which the configuration does not say that it is virtual. */
#define HOST_CONSOLE	0x2f9U

#define HOST_NUM_MSRS	8

/**
 * struct host - what is around the handlers, and what they find there
 * @device: the last access to the device
 * @device_value: what it reads
 * @device_error: what its handler returns
 * @pci: the last access to PCI configuration space
 * @pci_value: what that reads
 * @pci_error: what it returns
 * @apic_value: what registers of the local APIC read
 * @apic_error: what an access to one of x2APIC mode returns
 * @pmi: a counter has overflown
 * @actions: what cpu_events_process() wants, one call after the other
 * @num_actions: how many calls there are until nothing is left
 * @nmis: how many cpu_take_nmis() has
 * @msr: registers that are there
 * @tsc: time
 * @nmi_held: an NMI has been sent, see host_nmi_comes()
 * @xsetbv_error: what XSETBV does
 * @log_full: no line would be logged
 * @typed: what the cell can read from its console, NULL for nothing
 * @on_window: called when a page of the guest's is mapped
 */
struct host {
	struct mmio_access device;
	u64 device_value;
	int device_error;
	struct pci_access pci;
	u32 pci_value;
	int pci_error;
	u64 apic_value;
	int apic_error;
	bool pmi;
	enum cpu_action actions[4];
	unsigned int num_actions;
	unsigned int nmis;
	struct {
		u32 msr;
		u64 val;
	} msr[HOST_NUM_MSRS];
	u64 tsc;
	bool nmi_held;
	int xsetbv_error;
	bool log_full;
	const char *typed;
	void (*on_window)(u64 hpa);
};

extern struct host host;
extern struct cpu host_cpu;

/** host_boot() - a machine with one CPU that runs the root cell, right at an exit */
void host_boot(void);

/** host_cell() - the CPU runs another cell from now on */
void host_cell(void);

/** host_code() - what the guest executes: @size bytes at @gpa, and RIP points there */
void host_code(u64 gpa, const void *code, size_t size);

/** host_did() - note that something was done: one step of host_done() */
void host_did(const char *fmt, ...) __printf(1, 2);

/**
 * host_done() - what was done since the last call, the steps separated by "; "
 *
 * skip, end: the instruction was passed over, or carried out. #14(2) 0x...: an exception with
 * its error code (and CR2). failed: the cell was, with the text. log: a line, without "Denied on
 * CPU 0: ". What else there is has the name of the function that was called.
 *
 * Return: valid until the next call.
 */
const char *host_done(void);

/** host_nmi_comes() - the CPU takes the NMI that it holds. Return: how many those are, 1 or 0. */
u8 host_nmi_comes(void);

/** host_stat() - how often the CPU has counted JAILHOUSE_CPU_STAT_* @stat */
u32 host_stat(unsigned int stat);

#endif
