#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A cell misuses its CPU: registers and instructions that it is not granted, exceptions
# and exits without end, every way to hang. apic-demo and Linux keep their pace.
#
#   STORM=N	exits of each kind in a storm

. ./attack.sh
begin_attacks
storm=${STORM:-20000}

instructions()
{
	must_pass vmx ""
	must_pass cpuid ""
	must_pass cr "quirks=$quirks"
	[ -z "$quirks" ] || must_fail cr kind=cr3 "$failed_entry"
	must_pass real ""
	denied_some
}

registers()
{
	limit=20 must_pass msrs ""
	denied_some 30000
}

crashes()
{
	if [ -n "$emulated_apu" ]; then
		skip "the emulator ends there"
		return 0
	fi
	must_fail fault kind=triple "triple fault"
	must_fail fault kind=stack "triple fault"
	must_fail legacy kind=task "$task_switch"
}

# Nothing comes to an end by itself, and each is killed.
hangs()
{
	for kind in hlt loop nmi db; do
		must_run fault "kind=$kind"
	done
	[ -z "$emulated_apu" ] || return 0
	must_run legacy kind=alignment
	must_run legacy kind=user
}

exceptions()
{
	for kind in int3 int1 ud int; do
		limit=$((5 + storm / 10000)) must_pass fault "kind=$kind count=$storm"
	done
}

exits()
{
	for kind in cpuid hypercall rdmsr wrmsr gp ipi eoi pio mmio cr xsetbv; do
		limit=$((60 + storm / 2000)) must_pass storm "kind=$kind count=$storm"
	done
	denied_some "$storm"
}

windows()
{
	if [ -n "$emulated_apu" ]; then
		skip "the emulator traps in the hypervisor for a single step of the guest's"
		return 0
	fi
	must_pass library ""
	must_pass start32 ""
	limit=20 must_pass window "rounds=50 quirks=$quirks"
	limit=20 must_pass rewrite "rounds=500"
}

# The CPU comes from Linux, goes to the cell again with all registers that can be spoilt
# spoilt, and comes back to Linux so.
registers_of_the_last_owner()
{
	if [ -n "$emulated_apu" ]; then
		skip "the emulator's VMRUN does not load CR2"
		return 0
	fi
	must_pass reset-state "quirks=$quirks"
	must_run reset-state "kind=dirty quirks=$quirks"
	must_pass reset-state "quirks=$quirks"
	must_run reset-state "kind=dirty quirks=$quirks"
}

two_cpus()
{
	# That emulator has more than one NMI wait for the end of another.
	[ -n "$emulated_apu" ] || limit=30 must_pass smp rounds=3
	must_pass fpu ""
	# What it wrote last and what it executed need not be the same: it may fail.
	limit=30 may_fail rewrite "rounds=2000 kind=hard"
}

cases()
{
	t "apic-demo runs" set_up
	t "VMX, SVM, hypercalls, CPUID, control registers" in_a_cell 0x4 instructions
	t "every MSR" in_a_cell 0x4 registers
	t "triple faults and a task switch" in_a_cell 0x4 crashes
	t "halts, loops, NMIs and faults without end" in_a_cell 0x4 hangs
	t "storms of exceptions" in_a_cell 0x4 exceptions
	t "storms of $storm exits" in_a_cell 0x4 exits
	t "interrupt windows, single steps, rewritten instructions" in_a_cell 0x4 windows
	t "no register survives a change of owner" in_a_cell 0x4 registers_of_the_last_owner
	t "and none that Linux has left" in_a_cell 0x2 registers_of_the_last_owner
	t "two CPUs against each other" in_a_cell 0x6 two_cpus
	t "apic-demo and Linux have noticed nothing" tear_down
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
