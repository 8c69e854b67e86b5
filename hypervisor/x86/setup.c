// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the hypervisor gets under a running Linux. All CPUs come here at the same time
 * (image_header.h), do each step, and go on to the next one when all have succeeded; if
 * one has not, all return to Linux as they came.
 */
#include "x86.h"
#include "apic.h"
#include "arch.h"
#include "cell.h"
#include "config_check.h"
#include "cpuid.h"
#include "console.h"
#include "crash.h"
#include "errno.h"
#include "exceptions.h"
#include "format.h"
#include "log.h"
#include "paging.h"
#include "park.h"
#include "rendezvous.h"
#include "string.h"
#include "test_build.h"
#include "ticket.h"
#include "vendor.h"
#include <jailhouse/version.h>

#define CPUID_1_ECX_XSAVE	BIT_ULL(26)

struct machine machine;
struct jailhouse_boot boot_info;
/* What else there was no reason given for is page tables and areas of CPUs. */
#define TOO_SMALL "hypervisor memory is too small (hypervisor_memory.size of the system configuration)"

struct jailhouse_log log_page;

static struct {
	struct ticket_lock lock;
	struct rendezvous meeting;
} setup;

/* The reason of a later error is dropped with it. */
static int all_agree(int err)
{
	return rendezvous(&setup.meeting, boot_info.online_cpus, err);
}

/* Keeps the sentence of the first CPU that has one. Under setup.lock. */
static void explain(unsigned int cpu, const char *why)
{
	if (!boot_info.error[0])
		fmt_snprintf(boot_info.error, sizeof(boot_info.error), "CPU %u: %s", cpu, why);
}

static int init_cpus(void)
{
	size_t size = boot_info.num_cpus * sizeof(machine.cpus[0]);
	unsigned int n;

	machine.cpus = page_alloc(&machine.pool,
				  (unsigned int)(ALIGN_UP(size, PAGE_SIZE) >> PAGE_SHIFT));
	if (!machine.cpus)
		return -ENOMEM;
	machine.num_cpus = boot_info.num_cpus;
	for (n = 0; n < machine.num_cpus; n++) {
		struct cpu *cpu = &machine.cpus[n];

		cpu->id = n;
		cpu->apic_id = boot_info.cpus[n].apic_id;
		cpu->machine = &machine;
		cpu->present = cpu_taken_over(n);
	}
	return 0;
}

/* In xAPIC mode, interrupts reach only ids of eight bits, of which one is a broadcast. */
static int check_apic_ids(char *why, size_t why_size)
{
	const u32 end = apic_is_x2apic() ? APIC_ID_END : APIC_XAPIC_BROADCAST;
	unsigned int n, count = 0;

	for (n = 0; n < boot_info.num_cpus; n++) {
		if (!cpu_taken_over(n))
			continue;
		count++;
		if (boot_info.cpus[n].apic_id < end)
			continue;
		fmt_snprintf(why, why_size,
			     "CPU %u has the APIC id 0x%x, in %sAPIC mode the limit is 0x%x",
			     n, boot_info.cpus[n].apic_id, apic_is_x2apic() ? "x2" : "x", end);
		return -EINVAL;
	}
	if (count == boot_info.online_cpus)
		return 0;
	fmt_snprintf(why, why_size, "the driver describes %u CPUs, of %u that there are", count,
		     boot_info.online_cpus);
	return -EINVAL;
}

static unsigned int phys_bits(void)
{
	u32 regs[4] = { 0x80000008 };

	cpuid(regs);
	return regs[0] & 0xff;
}

static int check_boot_info(char *why, size_t why_size)
{
	struct config_reason reason;
	int err;

	if (boot_info.hv_size > HV_MAX_SIZE || boot_info.num_cpus > MAX_CPUS ||
	    !boot_info.online_cpus ||
	    boot_info.crash_offset > boot_info.hv_size - JAILHOUSE_CRASH_SIZE ||
	    boot_info.pool_offset + 2 * PAGE_SIZE > boot_info.crash_offset) {
		fmt_snprintf(why, why_size, "the driver's description of memory is wrong");
		return -EINVAL;
	}
	err = check_apic_ids(why, why_size);
	if (err)
		return err;
	err = config_check_system((void *)(HV_BASE + boot_info.config_offset),
				  boot_info.config_size, &reason);
	if (!err)
		err = config_check_phys_bits((void *)(HV_BASE + boot_info.config_offset),
					     phys_bits(), &reason);
	if (err)
		fmt_snprintf(why, why_size, "system configuration: %s", reason.text);
	return err;
}

/* First CPU, on the transition page table: nothing but hypervisor memory is in reach. */
static int init_machine(char *why, size_t why_size)
{
	int err = check_boot_info(why, why_size);

	if (err)
		return err;
	machine.system = (void *)(HV_BASE + boot_info.config_offset);
	machine.log = &log_page;
	machine.tsc_khz = boot_info.tsc_khz;
	machine.apic_khz = boot_info.apic_khz;
	machine.small_exec = boot_info.flags & JAILHOUSE_BOOT_ITLB_MULTIHIT;
	page_pool_init(&machine.pool, (void *)(HV_BASE + boot_info.pool_offset),
		       boot_info.hv_phys + boot_info.pool_offset,
		       boot_info.crash_offset - boot_info.pool_offset);
	log_init(&log_page);
	crash_init((void *)(HV_BASE + boot_info.crash_offset));
	idt_init();
	err = init_cpus();
	if (!err)
		err = paging_init();
	if (!err)
		err = apic_map();
	if (err)
		fmt_snprintf(why, why_size, TOO_SMALL);
	return err;
}

static int init_percpu(struct percpu *percpu, unsigned int cpu)
{
	percpu->cpu = &machine.cpus[cpu];
	percpu->alias = percpu;
	percpu->area_hpa = x86_hpa(percpu) - PERCPU_PAGE_DATA * PAGE_SIZE;
	percpu->handover = handover_page(cpu_slot(cpu));
	return paging_init_cpu(percpu);
}

static int check_cpu(char *why, size_t why_size)
{
	u32 regs[4] = { 1 };

	cpuid(regs);
	if (!(regs[2] & CPUID_1_ECX_XSAVE)) {
		fmt_snprintf(why, why_size, "the CPU lacks XSAVE");
		return -ENODEV;
	}
	if (cpuid_finds_kvm(cpuid)) {
		fmt_snprintf(why, why_size,
			     "Linux makes hypercalls to KVM: hide it (QEMU: -cpu host,kvm=off)");
		return -EOPNOTSUPP;
	}
	/* Linux has no IDT then, which NMIs would need as soon as FRED is off. */
	if (read_cr4() & X86_CR4_FRED) {
		fmt_snprintf(why, why_size, "FRED is on, boot with fred=off");
		return -EOPNOTSUPP;
	}
	return 0;
}

/* One CPU after the other; the first one in makes what they share. */
static int prepare_cpu(unsigned int cpu)
{
	static bool machine_done;
	bool first = !machine_done;
	char why[160] = TOO_SMALL;
	int err;

	err = vendor_check_cpu(first, why, sizeof(why));
	if (!err)
		err = check_cpu(why, sizeof(why));
	if (!err)
		err = apic_init(first, why, sizeof(why));
	if (!err && first) {
		err = init_machine(why, sizeof(why));
		machine_done = true;
	}
	if (!err)
		err = init_percpu(percpu_alias(cpu), cpu);
	if (err)
		explain(cpu, why);
	return err;
}

#define READ_SELECTOR(name) ({					\
	u16 sel;						\
								\
	asm volatile("mov %%" #name ", %0" : "=r" (sel));	\
	sel;							\
})

static void save_linux(struct linux_state *state, u64 rsp)
{
	/* What entry() has pushed: R15, R14, R13, R12, RBX, RBP, RFLAGS, return address. */
	const u64 *frame = (const u64 *)rsp;

	state->gpr[INSN_RAX] = 0;
	state->gpr[15] = frame[0];
	state->gpr[14] = frame[1];
	state->gpr[13] = frame[2];
	state->gpr[12] = frame[3];
	state->gpr[INSN_RBX] = frame[4];
	state->gpr[INSN_RBP] = frame[5];
	state->rflags = frame[6];
	state->rip = frame[7];
	state->rsp = rsp + 8 * sizeof(u64);

	state->cr0 = read_cr0();
	state->cr4 = read_cr4();
	asm volatile("sgdt %0" : "=m" (state->gdtr));
	asm volatile("sidt %0" : "=m" (state->idtr));
	asm volatile("sldt %0" : "=r" (state->ldtr));
	asm volatile("str %0" : "=r" (state->tr));
	state->ss = READ_SELECTOR(ss);
	state->ds = READ_SELECTOR(ds);
	state->es = READ_SELECTOR(es);
	state->fs = READ_SELECTOR(fs);
	state->gs = READ_SELECTOR(gs);
	state->fs_base = rdmsr(MSR_FS_BASE);
	state->gs_base = rdmsr(MSR_GS_BASE);
	state->efer = rdmsr(MSR_EFER);
	state->pat = rdmsr(MSR_IA32_PAT);
	state->debugctl = root_msr_debugctl(rdmsr(MSR_IA32_DEBUGCTL));
	asm volatile("mov %%dr7, %0" : "=r" (state->dr7));
	state->sysenter_cs = rdmsr(MSR_IA32_SYSENTER_CS);
	state->sysenter_esp = rdmsr(MSR_IA32_SYSENTER_ESP);
	state->sysenter_eip = rdmsr(MSR_IA32_SYSENTER_EIP);
}

/* Hidden part of a segment register, from Linux's GDT (SDM 3A 3.4.5, 8.2.3). */
static struct guest_segment read_segment(u16 selector)
{
	struct guest_segment segment = { .selector = selector, .ar = AR_UNUSABLE };
	u32 rights, limit;

	if (!(selector & ~3))
		return segment;
	asm("lar %1, %0" : "=r" (rights) : "r" ((u32)selector));
	asm("lsl %1, %0" : "=r" (limit) : "r" ((u32)selector));
	segment.ar = rights >> 8 & 0xf0ff;
	segment.limit = limit;
	return segment;
}

static u64 system_segment_base(const struct linux_state *state, u16 selector)
{
	const u64 *desc = (const u64 *)(state->gdtr.base + (selector & ~7U));

	return (desc[0] >> 16 & 0xffffff) | (desc[0] >> 56) << 24 | desc[1] << 32;
}

static void save_segments(const struct linux_state *state,
			  struct guest_segment segments[NUM_SEGMENTS])
{
	segments[SEG_ES] = read_segment(state->es);
	segments[SEG_CS] = read_segment(HV_CS);
	segments[SEG_SS] = read_segment(state->ss);
	segments[SEG_DS] = read_segment(state->ds);
	segments[SEG_FS] = read_segment(state->fs);
	segments[SEG_GS] = read_segment(state->gs);
	segments[SEG_LDTR] = read_segment(state->ldtr);
	segments[SEG_TR] = read_segment(state->tr);
	segments[SEG_FS].base = state->fs_base;
	segments[SEG_GS].base = state->gs_base;
	segments[SEG_TR].base = system_segment_base(state, state->tr);
	if (state->ldtr & ~3)
		segments[SEG_LDTR].base = system_segment_base(state, state->ldtr);
}

/*
 * Control registers of the hypervisor. CR4 is built: what Linux switches on for its own
 * protection would stand in our way. OSXSAVE is there for XSETBV on behalf of guests.
 */
static void set_control_registers(const struct linux_state *state)
{
	write_cr0((state->cr0 | X86_CR0_NE | X86_CR0_WP) & ~(X86_CR0_CD | X86_CR0_NW | X86_CR0_TS));
	write_cr4(X86_CR4_PAE | X86_CR4_MCE | X86_CR4_OSXSAVE |
		  (state->cr4 & X86_CR4_LA57));
	wrmsr(MSR_EFER, state->efer | X86_EFER_NXE);
}

/* First CPU, on its own page table, where devices are in reach. */
static int init_devices(void)
{
	int err;

	err = console_init(&machine.system->debug_console);
	if (err)
		return err;
	log_printf("Jailhouse on %u CPUs, %s APIC, version " JAILHOUSE_VERSION "\n",
		   boot_info.online_cpus, apic_is_x2apic() ? "x2" : "x");
	if (machine.small_exec)
		log_printf("Cells execute from 4K pages: the CPU has the iTLB multihit erratum\n");
	arch_init(apic_is_x2apic());
	err = park_init();
	if (!err)
		err = cell_init_root(&machine);
	return err ? err : arch_init_root();
}

static __noreturn void go_back(struct percpu *percpu, int err)
{
	if (percpu->guest_loaded)
		vendor_off(percpu);
	percpu->linux_state.gpr[INSN_RAX] = (u64)err;
	percpu->linux_state.nmi |= percpu->nmi_seen;
	arch_restore_linux(percpu);
}

/* After a step that is different on each CPU's own page table. */
static int explain_own(struct percpu *percpu, int err, const char *why)
{
	if (err) {
		ticket_lock(&setup.lock);
		explain(percpu->cpu->id, why);
		ticket_unlock(&setup.lock);
	}
	return err;
}

static int begin_vmx(struct percpu *percpu)
{
	char why[120] = "the CPU does not switch virtualization on";
	int err = test_build_walk(why, sizeof(why));

	if (!err)
		err = vendor_on(percpu);
	return explain_own(percpu, err, why);
}

/* Linux as the guest that it is going to be: the last step from which there is a way back. */
static int try_guest(struct percpu *percpu)
{
	char why[120];
	int err;

	vendor_set_cell(percpu);
	apic_adopt_linux(percpu);
	vendor_set_linux(&percpu->linux_state, percpu->segments,
			 boot_info.cpus[percpu->cpu->id].linux_cr3);
	vendor_resume_counters(percpu);
	err = vendor_trial_entry(percpu, why, sizeof(why));
	return explain_own(percpu, err, why);
}

/* On the CPU's own page table and stack. */
static void enter_guest(void)
{
	struct percpu *percpu = this_percpu();
	unsigned int id = percpu->cpu->id;
	static u32 devices_done;
	int err = 0;

	if (!__atomic_exchange_n(&devices_done, 1, __ATOMIC_ACQ_REL)) {
		err = init_devices();
		if (err)
			explain(id, log_page.error[0] ? log_page.error : TOO_SMALL);
	}
	err = all_agree(err);
	if (err)
		go_back(percpu, err);

	err = all_agree(begin_vmx(percpu));
	if (err)
		go_back(percpu, err);

	err = all_agree(try_guest(percpu));
	if (err)
		go_back(percpu, err);

	if (percpu->nmi_seen || percpu->linux_state.nmi)
		vendor_inject_nmi(percpu);
	memcpy(this_regs()->gpr, percpu->linux_state.gpr, sizeof(this_regs()->gpr));
	vendor_resume(this_regs());
}

/*
 * Called by entry(), on Linux's stack and the transition page table. Returns only to fail.
 */
int setup_cpu(unsigned int cpu, u64 linux_rsp)
{
	struct percpu *percpu = percpu_alias(cpu);
	int err;

	ticket_lock(&setup.lock);
	err = prepare_cpu(cpu);
	ticket_unlock(&setup.lock);
	err = all_agree(err);
	if (err)
		return err;

	save_linux(&percpu->linux_state, linux_rsp);
	save_segments(&percpu->linux_state, percpu->segments);
	exceptions_load(percpu->handover,
			percpu_area.fatal_stack + sizeof(percpu_area.fatal_stack));
	kept_msrs_take(&percpu->kept, &root_msr_io);
	set_control_registers(&percpu->linux_state);
	/* The guest's registers have their place at the top of the stack. */
	switch_stack(this_regs(), percpu->hv_cr3, enter_guest);
	return -EIO;
}
