// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the hypervisor gets under a running Linux: the table of steps below. All CPUs come here
 * at the same time (image_header.h), go through it, and do each step when all have
 * succeeded with the one before. If one has not, all return to Linux as they came.
 */
#include "x86.h"
#include "apic.h"
#include "arch.h"
#include "cell.h"
#include "config_check.h"
#include "cpuid.h"
#include "console.h"
#include "crash.h"
#include "devices.h"
#include "errno.h"
#include "exceptions.h"
#include "exits/exits.h"
#include "format.h"
#include "guest_walk.h"
#include "iommu.h"
#include "linux.h"
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
#define CPUID_7_ECX_LA57	BIT_ULL(16)

/* What else there was no reason given for is page tables and areas of CPUs. */
#define TOO_SMALL "hypervisor memory is too small (hypervisor_memory.size of the system configuration)"

/* A step that CPUs do one after the other, and the reason of a failure. */
static struct ticket_lock turn;
static struct rendezvous meeting;

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

/* On the transition page table nothing but hypervisor memory is in reach. */
static int init_machine(__maybe_unused unsigned int cpu, char *why, size_t why_size)
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
	return err ? err : apic_map();
}

static int init_percpu(unsigned int cpu, __maybe_unused char *why, __maybe_unused size_t why_size)
{
	struct percpu *percpu = percpu_alias(cpu);

	percpu->cpu = &machine.cpus[cpu];
	percpu->alias = percpu;
	percpu->area_hpa = x86_hpa(percpu) - PERCPU_PAGE_DATA * PAGE_SIZE;
	percpu->handover = handover_page(cpu_slot(cpu));
	return paging_init_cpu(percpu);
}

/* What no CPU may differ in. */
static int choose(__maybe_unused unsigned int cpu, char *why, size_t why_size)
{
	int err = vendor_check_cpu(true, why, why_size);

	return err ? err : apic_init(true, why, why_size);
}

static int check_cpu(__maybe_unused unsigned int cpu, char *why, size_t why_size)
{
	u32 regs[4] = { 1 };
	int err = vendor_check_cpu(false, why, why_size);

	if (err)
		return err;
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
	return apic_init(false, why, why_size);
}

/*
 * Control registers of the hypervisor. CR4 is built: what Linux switches on for its own
 * protection would stand in our way. OSXSAVE is there for XSETBV on behalf of guests, OSFXSR to
 * load and store vector registers of theirs, for which CR0 must not trap (TS, EM) either. LA57
 * cannot change now, nor can VMXE where somebody is in VMX operation, who is found out by
 * vendor_on() (SDM 3C 23.7).
 */
static void set_control_registers(const struct linux_state *state)
{
	write_cr0((state->cr0 | X86_CR0_NE | X86_CR0_WP) &
		  ~(X86_CR0_CD | X86_CR0_NW | X86_CR0_TS | X86_CR0_EM));
	write_cr4(X86_CR4_PAE | X86_CR4_MCE | X86_CR4_OSFXSR | X86_CR4_OSXSAVE |
		  (state->cr4 & (X86_CR4_LA57 | X86_CR4_VMXE)));
	wrmsr(MSR_EFER, state->efer | X86_EFER_NXE);
}

static int init_console(__maybe_unused unsigned int cpu, char *why, size_t why_size)
{
	const char *reason = NULL;
	int err = console_init(&machine.system->debug_console, &reason);

	if (reason)
		fmt_snprintf(why, why_size, "%s", reason);
	if (err)
		return err;
	log_printf("Jailhouse on %u CPUs, %s APIC, version " JAILHOUSE_VERSION "\n",
		   boot_info.online_cpus, apic_is_x2apic() ? "x2" : "x");
	if (machine.small_exec)
		log_printf("Cells execute from 4K pages: the CPU has the iTLB multihit erratum\n");
	return 0;
}

static void init_topology(void)
{
	unsigned int n;

	apic_topology_init(&apic_topology);
	for (n = 0; n < machine.num_cpus; n++)
		if (machine.cpus[n].present)
			apic_topology_add(&apic_topology, n, machine.cpus[n].apic_id);
}

static int init_policies(__maybe_unused unsigned int cpu, __maybe_unused char *why,
			 __maybe_unused size_t why_size)
{
	const bool x2apic = apic_is_x2apic();
	u32 regs[4] = { 7 };
	unsigned int n;

	x86_addr_bits = guest_addr_bits((u8)phys_bits());
	cpuid(regs);
	x86_has_la57 = regs[2] & CPUID_7_ECX_LA57;
	init_topology();
	for (n = 0; n < ARRAY_SIZE(msr_bitmaps); n++)
		msr_bitmap_build(msr_bitmaps[n], &vendor_msrs, n, x2apic);
	/* What passes in one state of a cell and not in the other is decided at the exit. */
	msr_table_build(&msr_tables[MSR_VIEW_ROOT], &vendor_msrs, MSR_VIEW_ROOT, x2apic);
	msr_table_build(&msr_tables[MSR_VIEW_CELL], &vendor_msrs, MSR_VIEW_CELL_TSC, x2apic);
	vendor_init();
	return park_init();
}

static int init_root(__maybe_unused unsigned int cpu, __maybe_unused char *why,
		     __maybe_unused size_t why_size)
{
	int err = iommu_init();

	if (!err)
		err = cell_init_root(&machine);
	return err ? err : devices_init();
}

static int check_tables(__maybe_unused unsigned int cpu, char *why, size_t why_size)
{
	return test_build_walk(why, why_size);
}

static int switch_on(__maybe_unused unsigned int cpu, __maybe_unused char *why,
		     __maybe_unused size_t why_size)
{
	return vendor_on(this_percpu());
}

/* Linux as the guest that it is going to be: the last step from which there is a way back. */
static int try_guest(unsigned int cpu, char *why, size_t why_size)
{
	struct percpu *percpu = this_percpu();

	vendor_set_cell(percpu);
	apic_adopt_linux(percpu);
	vendor_set_linux(&percpu->linux_state, percpu->segments, boot_info.cpus[cpu].linux_cr3);
	vendor_resume_counters(percpu);
	return vendor_trial_entry(percpu, why, why_size);
}

/* From here on Linux's devices would notice: nothing fails behind this. */
static int switch_iommus_on(__maybe_unused unsigned int cpu, __maybe_unused char *why,
			    __maybe_unused size_t why_size)
{
	return iommu_start();
}

/* Page tables: Linux's with the hypervisor beside it, or the CPU's own. */
enum step_table { TRANSITION, OWN };

enum step_cpus { ON_THE_FIRST, ON_EACH, ONE_BY_ONE };

/**
 * struct step - of the way under Linux
 * @table: on which page table
 * @cpus: who does it
 * @func: what is to be done on CPU @cpu, which is the calling one. 0 or a negative errno; it
 *	may put the reason into @why
 * @what: the reason if neither that nor log_error() tells one
 *
 * Nothing that a step has done needs to be undone: memory of the hypervisor is forgotten, and
 * what the CPU has in its registers go_back() restores. The last one undoes itself.
 */
static const struct step {
	enum step_table table;
	enum step_cpus cpus;
	int (*func)(unsigned int cpu, char *why, size_t why_size);
	const char *what;
} setup_steps[] = {
	{ TRANSITION, ON_THE_FIRST, choose, "the CPU lacks something" },
	{ TRANSITION, ON_EACH, check_cpu, "CPUs differ" },
	{ TRANSITION, ON_THE_FIRST, init_machine, TOO_SMALL },
	{ TRANSITION, ONE_BY_ONE, init_percpu, TOO_SMALL },
	/* Here each CPU crosses over to its own page table, which cannot fail. */
	{ OWN, ON_THE_FIRST, init_console, TOO_SMALL },
	{ OWN, ON_THE_FIRST, init_policies, TOO_SMALL },
	{ OWN, ON_THE_FIRST, init_root, TOO_SMALL },
	{ OWN, ON_EACH, check_tables, "page tables are wrong" },
	{ OWN, ON_EACH, switch_on, "the CPU does not switch virtualization on" },
	{ OWN, ON_EACH, try_guest, "the CPU does not enter Linux as a guest" },
	{ OWN, ON_THE_FIRST, switch_iommus_on, TOO_SMALL },
};

/* Keeps the sentence of the first CPU that has one. */
static void explain(unsigned int cpu, const char *why)
{
	ticket_lock(&turn);
	if (!boot_info.error[0])
		fmt_snprintf(boot_info.error, sizeof(boot_info.error), "CPU %u: %s", cpu, why);
	ticket_unlock(&turn);
}

static int do_step(const struct step *step, unsigned int cpu)
{
	char why[160] = "";
	int err;

	if (step->cpus == ONE_BY_ONE)
		ticket_lock(&turn);
	err = step->func(cpu, why, sizeof(why));
	if (step->cpus == ONE_BY_ONE)
		ticket_unlock(&turn);
	if (err)
		explain(cpu, why[0] ? why : log_page.error[0] ? log_page.error : step->what);
	return err;
}

/* Return: 0, or the same error on all CPUs: that of the first step that failed on any. */
static int do_steps(enum step_table table, unsigned int cpu)
{
	const struct step *step;
	int err;

	for (step = setup_steps; step < setup_steps + ARRAY_SIZE(setup_steps); step++) {
		if (step->table != table)
			continue;
		err = 0;
		if (step->cpus != ON_THE_FIRST || cpu_slot(cpu) == 0)
			err = do_step(step, cpu);
		err = rendezvous(&meeting, boot_info.online_cpus, err);
		if (err)
			return err;
	}
	return 0;
}

static __noreturn void go_back(struct percpu *percpu, int err)
{
	if (percpu->guest_loaded)
		vendor_off(percpu);
	percpu->linux_state.gpr[INSN_RAX] = (u64)err;
	percpu->linux_state.nmi |= percpu->nmis_seen;
	linux_return(percpu);
}

/* On the CPU's own page table and stack. */
static void enter_guest(void)
{
	struct percpu *percpu = this_percpu();
	int err = do_steps(OWN, percpu->cpu->id);

	if (err)
		go_back(percpu, err);
	/* One that came on the transition page table is Linux's; who sent others is to be seen. */
	if (percpu->linux_state.nmi)
		vendor_inject_nmi(percpu);
	if (percpu->nmis_seen)
		process_events(percpu);
	memcpy(this_regs()->gpr, percpu->linux_state.gpr, sizeof(this_regs()->gpr));
	vendor_resume(this_regs());
}

/*
 * Called by entry(), on Linux's stack and the transition page table. Returns only to fail.
 */
int setup_cpu(unsigned int cpu, u64 linux_rsp)
{
	struct percpu *percpu = percpu_alias(cpu);
	int err = do_steps(TRANSITION, cpu);

	if (err)
		return err;
	linux_save(percpu, linux_rsp);
	exceptions_load(percpu->handover,
			percpu_area.fatal_stack + sizeof(percpu_area.fatal_stack));
	kept_msrs_take(&percpu->kept, &root_msr_io);
	set_control_registers(&percpu->linux_state);
	/* The guest's registers have their place at the top of the stack. */
	switch_stack(this_regs(), percpu->hv_cr3, enter_guest);
	return -EIO;
}
