// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions of virtualization, and hypercalls that a cell may not make or makes with
 * hostile arguments. The cell gets faults and errors, and runs on.
 */
#include "report.h"

static u64 operand[4] __aligned(4096);

/* One function for each instruction: asm needs its text. */
#define DEFINE_PROBE(name, text)						\
static int probe_##name(void)							\
{										\
	PROBE_RESULT(fault);							\
	u64 a = 0, c = 0, d = 0;						\
										\
	asm volatile(PROBED(text)						\
		     : PROBE_OUT(fault), "+a" (a), "+c" (c), "+d" (d)		\
		     : [mem] "m" (operand) : "rbx", "memory", "cc");		\
	return fault;								\
}

DEFINE_PROBE(vmxon, "vmxon %[mem]")
DEFINE_PROBE(vmxoff, "vmxoff")
DEFINE_PROBE(vmclear, "vmclear %[mem]")
DEFINE_PROBE(vmptrld, "vmptrld %[mem]")
DEFINE_PROBE(vmptrst, "vmptrst %[mem]")
DEFINE_PROBE(vmread, "vmread %%rax, %%rdx")
DEFINE_PROBE(vmwrite, "vmwrite %%rax, %%rdx")
DEFINE_PROBE(vmlaunch, "vmlaunch")
DEFINE_PROBE(vmresume, "vmresume")
DEFINE_PROBE(vmfunc, "vmfunc")
DEFINE_PROBE(invept, "invept %[mem], %%rax")
DEFINE_PROBE(invvpid, "invvpid %[mem], %%rax")
DEFINE_PROBE(vmcall, "vmcall")
DEFINE_PROBE(vmmcall, "vmmcall")
DEFINE_PROBE(vmrun, "vmrun")
DEFINE_PROBE(vmload, "vmload")
DEFINE_PROBE(vmsave, "vmsave")
DEFINE_PROBE(stgi, "stgi")
DEFINE_PROBE(clgi, "clgi")
DEFINE_PROBE(skinit, "skinit %%eax")
DEFINE_PROBE(invlpga, "invlpga %%rax, %%ecx")
DEFINE_PROBE(rsm, "rsm")
DEFINE_PROBE(encls, ".byte 0x0f, 0x01, 0xcf")

static const struct {
	const char *name;
	int (*probe)(void);
} instructions[] = {
	{ "VMXON", probe_vmxon },
	{ "VMXOFF", probe_vmxoff },
	{ "VMCLEAR", probe_vmclear },
	{ "VMPTRLD", probe_vmptrld },
	{ "VMPTRST", probe_vmptrst },
	{ "VMREAD", probe_vmread },
	{ "VMWRITE", probe_vmwrite },
	{ "VMLAUNCH", probe_vmlaunch },
	{ "VMRESUME", probe_vmresume },
	{ "VMFUNC", probe_vmfunc },
	{ "INVEPT", probe_invept },
	{ "INVVPID", probe_invvpid },
	{ "VMRUN", probe_vmrun },
	{ "VMLOAD", probe_vmload },
	{ "VMSAVE", probe_vmsave },
	{ "STGI", probe_stgi },
	{ "CLGI", probe_clgi },
	{ "SKINIT", probe_skinit },
	{ "INVLPGA", probe_invlpga },
	{ "RSM", probe_rsm },
	{ "ENCLS", probe_encls },
};

static void check_instructions(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(instructions); i++) {
		int fault = instructions[i].probe();

		report(fault == X86_EXC_UD, "%s raises vector %d", instructions[i].name, fault);
	}
	/* The one that is no hypercall on this CPU. */
	if (has_vmmcall)
		report(probe_vmcall() == X86_EXC_UD, "VMCALL raises #UD");
	else
		report(probe_vmmcall() == X86_EXC_UD, "VMMCALL raises #UD");
}

/* What a careless hypervisor would take for a pointer, an index, a size or a CPU. */
static const u64 hostile[] = {
	0, 1, 4, 63, 64, 65, 0xff, 0xfff, 0x1000, 0xf0000, 0x100000, 0x3a000000,
	0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffff,
	0x8000000000, 0x800000000000, 0xffff800000000000, 0xfffffffffffff000, ~0ULL,
};

static void check_root_calls(void)
{
	unsigned int i, j, wrong = 0;
	u32 code;

	for (code = 0; code < JAILHOUSE_NUM_HYPERCALLS; code++) {
		if (code == JAILHOUSE_HC_CPU_GET_INFO ||
		    code == JAILHOUSE_HC_DEBUG_CONSOLE_PUTC)
			continue;
		for (i = 0; i < ARRAY_SIZE(hostile); i++)
			for (j = 0; j < ARRAY_SIZE(hostile); j++)
				wrong += hypercall(code, hostile[i], hostile[j]) != -EPERM;
		report(!wrong, "hypercall %u is -EPERM, %u times not", code, wrong);
		wrong = 0;
	}
}

static void check_unknown_calls(void)
{
	unsigned int i, wrong = 0;
	u32 code;

	for (code = JAILHOUSE_NUM_HYPERCALLS; code < 300; code++)
		wrong += hypercall(code, ~0ULL, ~0ULL) != -ENOSYS;
	for (i = 0; i < ARRAY_SIZE(hostile); i++) {
		code = (u32)hostile[i];
		if (code >= JAILHOUSE_NUM_HYPERCALLS)
			wrong += hypercall(code, hostile[i], hostile[i]) != -ENOSYS;
	}
	report(!wrong, "unknown hypercalls are -ENOSYS, %u times not", wrong);
}

/* Bits 63:32 of RAX are not part of the code. */
static void check_upper_half(void)
{
	long result = hypercall_rax(0xdeadbeef00000000ULL | JAILHOUSE_HC_CELL_DESTROY, 0, 0);

	report(result == -EPERM, "RAX above 32 bits: %ld", result);
}

/* A cell may ask about its own CPUs, whose numbers it does not know. */
static void check_cpu_info(void)
{
	unsigned int cpu, own = 0, odd = 0;
	u32 info;
	long result;

	for (cpu = 0; cpu < 64; cpu++) {
		result = hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu, JAILHOUSE_CPU_INFO_STATE);
		if (result == JAILHOUSE_CPU_RUNNING)
			own++;
		else if (result != -EPERM && result != -EINVAL)
			odd++;
		if (result != JAILHOUSE_CPU_RUNNING)
			continue;
		for (info = 1; info < 2000; info++) {
			result = hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu, info);
			if (info >= JAILHOUSE_CPU_INFO_STAT_BASE &&
			    info < JAILHOUSE_CPU_INFO_STAT_BASE + JAILHOUSE_NUM_CPU_STATS)
				odd += result < 0;
			else
				odd += result != -EINVAL;
		}
	}
	for (cpu = 12; cpu < ARRAY_SIZE(hostile); cpu++)
		odd += hypercall(JAILHOUSE_HC_CPU_GET_INFO, hostile[cpu], hostile[cpu]) != -EINVAL;
	report(own == smp_num_cpus(), "information on %u CPUs", own);
	report(!odd, "other answers are -EPERM and -EINVAL, %u not", odd);
}

void inmate_main(void)
{
	report_begin("vmx");
	check_instructions();
	check_root_calls();
	check_unknown_calls();
	check_upper_half();
	check_cpu_info();
	report_done();
}
