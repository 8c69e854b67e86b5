#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The hypervisor reaches other CPUs by NMI. Linux uses NMIs too: its own must all
# arrive, and those of the hypervisor must not, across 1,000 of them.

. ./lib.sh
begin
need_cpus 4

kicks=${KICKS:-1000}
tiny=$C/tiny-demo

# nmi_counts: NMIs that Linux has seen on each of its CPUs, in $counts.
nmi_counts()
{
	while read -r key counts; do
		[ "$key" = NMI: ] && break
	done </proc/interrupts
	counts=${counts%%[A-Za-z]*}
}

sum()
{
	total=0
	for count; do
		total=$((total + count))
	done
}

# Exits of the root cell's CPUs because another CPU wanted something of them.
root_kicks()
{
	get "$S/cells/0/statistics/vmexits_management"
}

# kick NUMBER: has the cell killed and started until the root cell's CPUs were
# kicked that often.
kick()
{
	root_kicks || wrong "the root cell has no statistics" || return
	goal=$((value + $1))
	rounds=0
	while root_kicks && [ "$value" -lt "$goal" ]; do
		rounds=$((rounds + 1))
		[ "$rounds" -le "$1" ] || wrong "$rounds rounds brought too few kicks" ||
			return
		for word in kill start; do
			echo "$word" >"$tiny/state" || wrong "$word failed" || return
		done
	done
}

prepare()
{
	hv_enable && start_cell tiny-demo && is "$tiny/state" running
}

none_leaks()
{
	nmi_counts
	before=$counts
	kick "$kicks" || return
	nmi_counts
	[ "$counts" = "$before" ] ||
		wrong "Linux has seen NMIs of the hypervisor: $before, now $counts"
}

# all_backtraces: each other CPU answers Linux's NMI once.
all_backtraces()
{
	mark_log
	nmi_counts
	# shellcheck disable=SC2086 # a list
	sum $counts
	before=$total
	echo l >/proc/sysrq-trigger
	nmi_counts
	# shellcheck disable=SC2086 # a list
	sum $counts
	# The cell has one CPU, and the one that asks sends itself none.
	[ $((total - before)) = $((num_cpus - 2)) ] ||
		wrong "$((total - before)) NMIs arrived, $((num_cpus - 2)) were sent"
	answers=$(new_log | grep -c 'NMI backtrace for cpu')
	[ "$answers" -ge $((num_cpus - 2)) ] || wrong "$answers CPUs answered"
}

backtraces_among_kicks()
{
	i=0
	while [ "$i" -lt 5 ]; do
		# In the background, so that both happen at the same time.
		kick $((kicks / 5)) &
		kicker=$!
		all_backtraces
		wait "$kicker" || wrong "kicking failed"
		i=$((i + 1))
	done
}

watchdog()
{
	echo 1 >/proc/sys/kernel/nmi_watchdog 2>/dev/null
	get /proc/sys/kernel/nmi_watchdog
	if [ "$value" != 1 ]; then
		skip "the CPU has no performance counters"
		return
	fi
	nmi_counts
	before=$counts
	kick "$kicks"
	wait_for_nmis "$before"
}

# A watchdog that is alive gets an NMI every ten seconds of a busy CPU.
wait_for_nmis()
{
	tenths=300
	while nmi_counts && [ "$counts" = "$1" ]; do
		[ "$tenths" -gt 0 ] || wrong "the watchdog gets no NMI any more" || return
		tenths=$((tenths - 1))
		usleep 100000
	done
}

perf_session()
{
	attr perf
	if [ "$outcome" != ok ]; then
		skip "perf_event_open: $outcome"
		return
	fi
	nmi_counts
	before=$counts
	kick "$kicks" && attr perf && wait_for_nmis "$before"
}

# Linux complains of NMIs that it cannot explain.
no_unknown_nmi()
{
	if dmesg | grep -E 'Uhhuh|unknown reason|Dazed and confused' >"$tmp/log"; then
		wrong "$(cat "$tmp/log")"
	fi
}

finish()
{
	is "$tiny/state" running && put "$J/enabled" kill && all_online && rmdir "$tiny"
}

cases()
{
	t "tiny-demo runs" prepare
	t "Linux's NMIs reach all its CPUs" all_backtraces
	t "$kicks kicks of the hypervisor reach none" none_leaks
	t "Linux's NMIs all arrive among $kicks kicks" backtraces_among_kicks
	t "the NMI watchdog across $kicks kicks" watchdog
	t "a perf session across $kicks kicks" perf_session
	t "no NMI was unexplained" no_unknown_nmi
	t "the cell still runs; disabled" finish
}

ktap_run cases
