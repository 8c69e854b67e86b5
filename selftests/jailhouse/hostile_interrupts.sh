#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A cell sends interrupts to everybody, by all ways, and has its own taken away with the CPU:
# what was not meant for others does not reach them. Under an xAPIC and an x2APIC root.

. ./attack.sh
begin_attacks

interrupts()
{
	limit=30 must_pass ipis "vector=0xdd"
	limit=60 must_pass ipis "apic=page vector=0xdd"
	denied_some 1000
	must_run ipis "self=init rounds=1"
}

# With every vector pending, and some in service, each time by another way.
left_pending()
{
	must_run pending ""
	must_run pending "apic=page"
	must_fail pending kind=triple "triple fault"
	limit=30 must_pass pending kind=init
	must_pass smp rounds=1
}

# Linux starts a CPU from each that the cells had. It reads there of errors in sending, and
# must find none that was the cell's.
starts_others()
{
	for cpu in 1 2; do
		other=/sys/devices/system/cpu/cpu$((3 - cpu))/online
		taskset $((1 << cpu)) sh -c "echo 0 >$other && echo 1 >$other" ||
			wrong "CPU $cpu cannot start CPU $((3 - cpu))" || return
	done
}

# By the one interface, by the other one, and by both.
own_interrupts()
{
	must_pass apic ""
	must_pass ioapic ""
	must_pass ioapic "apic=page"
}

# Of the kinds that came, Linux would have complained about these.
linux_got_none()
{
	collect
	! grep -vF "[hostile]" "$tmp/all" |
		grep -E "NMI received|Dazed|[Uu]nexpected|No irq handler|[Ss]purious|SMI" ||
		wrong "Linux got something"
}

cases()
{
	t "apic-demo runs" set_up
	t "interrupt commands of every kind, to everybody" in_a_cell 0x4 interrupts
	t "Linux got none of them" linux_got_none
	t "interrupts of its own, in both modes" in_a_cell 0x4 own_interrupts
	t "interrupts that wait while their CPU is taken away" in_a_cell 0x6 left_pending
	t "Linux starts CPUs from those that it got back" starts_others
	t "apic-demo and Linux have noticed nothing" tear_down
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
