// SPDX-License-Identifier: GPL-2.0-only
/* The machine that this image runs, as all of its files see it. */
#include "x86.h"

struct machine machine;
struct jailhouse_boot boot_info;
struct jailhouse_log log_page;

struct apic_topology apic_topology;
struct pci_space pci_space;
struct msr_table msr_tables[2];
u8 msr_bitmaps[MSR_NUM_VIEWS][VENDOR_MSR_BITMAP_SIZE] __aligned(4096);
u64 x86_addr_bits;
bool x86_has_la57;
