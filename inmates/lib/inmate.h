/* SPDX-License-Identifier: GPL-2.0-only */
/* Library for programs that run in a cell, or alone on a PC without firmware. */
#ifndef _INMATE_H
#define _INMATE_H

#include "types.h"
#include "errno.h"
#include "string.h"
#include "inmate-asm.h"
#include "x86.h"
#include <jailhouse/console.h>
#include <jailhouse/comm_region.h>
#include <jailhouse/hypercall.h>

#define NS_PER_US	1000ULL
#define NS_PER_MS	1000000ULL
#define NS_PER_SEC	1000000000ULL

/* Where the communication region is unless the hypervisor says otherwise. */
#define COMM_REGION_BASE	0x100000
/* Guest-physical places that a cell's configuration has to agree with. */
#define CMDLINE_BASE		0x1000
#define CMDLINE_SIZE		0x1000

/** inmate_main() - the inmate; runs on the first CPU, interrupts off. */
void inmate_main(void);

/* comm.c */
extern struct jailhouse_comm_region *comm_region;
extern bool on_bare_machine;

void comm_init(void);
void comm_set_state(u32 state);
u32 comm_message(void);
void comm_reply(u32 answer);
void __noreturn stop(u32 state);

/* hypercall.c */
extern bool has_vmmcall;

void hypercall_init(void);
long hypercall_rax(u64 rax, u64 arg1, u64 arg2);
long hypercall(u32 code, u64 arg1, u64 arg2);

/* bare.c */
/* UART of an inmate on a bare machine, 0x3f8; an inmate may define its own. */
extern const u16 bare_console_port;
void bare_machine_init(struct jailhouse_comm_region *region);

/* console.c */
void console_init(void);
void console_write(const char *text, size_t length);
#define CONSOLE_NOTHING		(-1)
int console_read(void);
void __printf(1, 2) printf(const char *format, ...);

/* cmdline.c */
bool cmdline_get(const char *name, char *value, size_t size);
bool cmdline_is(const char *name, const char *value);
u64 cmdline_u64(const char *name, u64 otherwise);

/* map.c */
extern u64 page_root[512];
void map_range(u64 gpa, u64 size);

/**
 * struct frame - what a vector's entry leaves on the stack
 */
struct frame {
	u64 r15, r14, r13, r12, r11, r10, r9, r8;
	u64 rbp, rdi, rsi, rdx, rcx, rbx, rax;
	u64 vector, error_code;
	u64 rip, cs, rflags, rsp, ss;
};

/**
 * struct fault - the last exception that a PROBED() instruction raised
 */
struct fault {
	u32 vector;
	u64 error_code, rip, cr2;
};

typedef void (*int_handler)(struct frame *frame);

/* An instruction that may fault, and where to go on then: x86.h, PROBED(). */
struct fixup {
	u64 instruction, resume;
};

/* int.c, vectors.S */
extern const struct fixup fixups[], fixups_end[];
extern const u8 vector_stubs[256][16];
extern struct fault last_fault;
void int_init(void);
void int_load(void);
void int_set_handler(u8 vector, int_handler handler);
void int_dispatch(struct frame *frame);

/* timing.c */
u64 pm_timer_ns(void);
u64 tsc_hz(void);
u64 tsc_calibrate(u64 ns);
u64 tsc_ns(void);
void delay_ns(u64 ns);
u64 scale(u64 value, u64 to, u64 from);

/* APIC registers by their offset in the xAPIC page (SDM 3A 11.4.1). */
#define APIC_REG_ID		0x020
#define APIC_REG_VERSION	0x030
#define APIC_REG_TPR		0x080
#define APIC_REG_EOI		0x0b0
#define APIC_REG_LDR		0x0d0
#define APIC_REG_DFR		0x0e0
#define APIC_REG_SVR		0x0f0
#define APIC_REG_ISR		0x100
#define APIC_REG_IRR		0x200
#define APIC_REG_ESR		0x280
#define APIC_REG_ICR		0x300
#define APIC_REG_ICR_HIGH	0x310
#define APIC_REG_LVT_TIMER	0x320
#define APIC_REG_LVT_LINT0	0x350
#define APIC_REG_LVT_LINT1	0x360
#define APIC_REG_LVT_ERROR	0x370
#define APIC_REG_TIMER_INITIAL	0x380
#define APIC_REG_TIMER_CURRENT	0x390
#define APIC_REG_TIMER_DIVIDE	0x3e0
#define APIC_REG_SELF_IPI	0x3f0

#define APIC_ICR_FIXED		0x00000
#define APIC_ICR_NMI		0x00400
#define APIC_ICR_INIT		0x00500
#define APIC_ICR_STARTUP	0x00600
#define APIC_ICR_PENDING	0x01000
#define APIC_ICR_ASSERT		0x04000
#define APIC_LVT_MASKED		0x10000

#define APIC_SPURIOUS_VECTOR	0xff

/**
 * enum apic_timer_mode - how the APIC timer fires; the values are the LVT's
 */
enum apic_timer_mode {
	APIC_TIMER_ONESHOT	= 0x00000,
	APIC_TIMER_PERIODIC	= 0x20000,
	APIC_TIMER_DEADLINE	= 0x40000,
};

/* apic.c */
void apic_init(void);
void apic_init_page(void);
bool apic_is_x2apic(void);
u32 apic_read(u32 reg);
void apic_write(u32 reg, u32 value);
u32 apic_id(void);
void apic_eoi(void);
void apic_send_ipi(u32 apic_id, u32 command);
u64 apic_timer_hz(void);
bool apic_has_deadline(void);
void apic_timer_init(u8 vector, enum apic_timer_mode mode);
void apic_timer_set(u64 ns);
void apic_timer_set_deadline(u64 tsc);

#define IOAPIC_LEVEL		0x08000U
#define IOAPIC_MASKED		0x10000U

/* ioapic.c; map_range() is needed above 4 GiB only. */
void ioapic_set(u64 chip, u32 pin, u32 dest, u32 low);

/* smp.c, start.S */
extern u32 boot_cpus;
extern u8 boot_apic_ids[MAX_REPORTED];
extern void *smp_stack;
unsigned int smp_num_cpus(void);
u32 smp_apic_id(unsigned int cpu);
bool smp_start_cpu(unsigned int cpu, void (*function)(void));
bool smp_start_cpu_at_once(unsigned int cpu, void (*function)(void));
void __noreturn smp_main(void);

/* fpu.c, fpu-on.c, avx-on.c, fpu-off.c: what the program uses beside general registers. */
extern const u8 inmate_fpu;
void fpu_init(void);

/* heap.c, inmate.lds */
extern char bss_end[];
void heap_init(void *start, size_t size);
void *malloc(size_t size);
void free(void *block);

/* pci.c; map_range() makes what a BAR says usable, and a device reaches host-physical memory. */
#define PCI_NOT_FOUND		~0U
#define PCI_CAP_MSI		0x05
#define PCI_CAP_EXPRESS		0x10
#define PCI_CAP_MSIX		0x11
#define PCI_COMMAND_IO		0x0001
#define PCI_COMMAND_MEMORY	0x0002
#define PCI_COMMAND_MASTER	0x0004

enum { PCI_MSIX_ADDRESS, PCI_MSIX_UPPER, PCI_MSIX_DATA, PCI_MSIX_CONTROL };

u32 pci_read(u32 bdf, u32 offset);
void pci_write(u32 bdf, u32 offset, u32 value);
u32 pci_find(u32 id);
u64 pci_bar(u32 bdf, unsigned int n);
u32 pci_find_capability(u32 bdf, u8 id);
void pci_command(u32 bdf, u16 bits);
bool pci_msi_enable(u32 bdf, u32 apic_id, u8 vector);
volatile u32 *pci_msix_table(u32 bdf);
void pci_msix_enable(u32 bdf);
void pci_msix_set(volatile u32 *table, unsigned int entry, u32 apic_id, u8 vector);

/* setup.c */
void __noreturn first_main(void);

#endif
