#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A cell sends interrupts to everybody, and plays with the communication page. What was
# not meant for others does not reach them, and no answer stops who asks.

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
	! grep -E "NMI received|Dazed|[Uu]nexpected|No irq handler|[Ss]purious|SMI" "$tmp/all" ||
		wrong "Linux got something"
}

asks()
{
	begin_attack comm "kind=$1" && sleep 0.2 && ticks
}

# stop_refused KIND ERRNO: the inmate is asked to stop, and is killed.
stop_refused()
{
	asks "$1" &&
		refused "$2" "$hostile" hostile write "$hostile/state" stop &&
		ticks && put "$hostile/state" kill &&
		is "$hostile/state" "shut down" && ticks
}

answers()
{
	put "$hostile/timeout_ms" 200
	stop_refused silent ETIMEDOUT
	stop_refused deny EPERM
	must_run comm kind=unasked
	must_run comm kind=nonsense
	must_run comm kind=unknown
	must_run comm kind=garbage
	must_run comm kind=locks
}

# What the cell says of itself is not what the hypervisor knows.
claims()
{
	begin_attack comm kind=lies && wait_end 3 && ticks &&
		is "$hostile/state" failed
	begin_attack comm kind=revision && wait_end 3 && ticks && collect &&
		is "$hostile/state" failed && said "revision"
}

cases()
{
	t "apic-demo runs" set_up
	t "interrupt commands of every kind, to everybody" in_a_cell 0x4 interrupts
	t "Linux got none of them" linux_got_none
	t "interrupts of its own, in both modes" in_a_cell 0x4 own_interrupts
	t "interrupts that wait while their CPU is taken away" in_a_cell 0x6 left_pending
	t "answers that do not come, or nobody asked for" in_a_cell 0x4 answers
	t "untrue states" in_a_cell 0x4 claims
	t "apic-demo and Linux have noticed nothing" tear_down
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
