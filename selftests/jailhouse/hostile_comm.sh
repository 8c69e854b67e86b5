#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A cell plays with the communication page: neither silence nor an answer that nobody asked
# for stops who asks.

. ./attack.sh
begin_attacks

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
	t "answers that do not come, or nobody asked for" in_a_cell 0x4 answers
	t "untrue states" in_a_cell 0x4 claims
	t "apic-demo and Linux have noticed nothing" tear_down
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
