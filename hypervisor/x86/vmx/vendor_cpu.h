/* SPDX-License-Identifier: GPL-2.0-only */
/* What VMX keeps of each CPU. Part of percpu.h, and nowhere else included. */
#ifndef _VENDOR_CPU_H
#define _VENDOR_CPU_H

#include "types.h"
#include "layout.h"

/* The vendor's pages of a CPU's private area. */
#define VMX_PAGE_VMXON		PERCPU_PAGE_VENDOR
#define VMX_PAGE_VMCS		(PERCPU_PAGE_VENDOR + 1)

#define VENDOR_MAPPED_PAGES	0

#define VENDOR_MSR_BITMAP_SIZE	4096

/* Each exit loads TR: the interrupt stacks of our TSS can be used. */
#define VENDOR_SWITCHES_TSS	1

/* An entry of the lists of MSRs that VM entry and VM exit load (SDM 3C 25.7.2). */
struct msr_entry {
	u32 index;
	u32 reserved;
	u64 value;
} __aligned(16);

enum { COUNTERS_GUEST, COUNTERS_HOST, NUM_COUNTERS };

/**
 * struct vendor_cpu - VMX part of struct percpu
 * @pin_controls: what the VMCS holds now, but for vendor_exit_at_once(); likewise the next two
 * @primary_controls: primary processor-based controls
 * @entry_controls: VM-entry controls
 * @counters: IA32_PERF_GLOBAL_CTRL in the guest and in the hypervisor, lists of one entry
 */
struct vendor_cpu {
	u32 pin_controls;
	u32 primary_controls;
	u32 entry_controls;
	struct msr_entry counters[NUM_COUNTERS];
};

#endif
