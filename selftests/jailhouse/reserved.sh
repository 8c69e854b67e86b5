#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# RAM that Linux has kept free since it started (reserve_mem=SIZE:2M:jailhouse, Linux 6.12): the
# driver finds it by its name, hypervisor and cells live in it, whoever reads all RAM leaves it
# out, and it stays when the hypervisor goes.

. ./lib.sh
begin
need_cpus 2

# piece: the one that /proc/iomem shows, as a line.
piece()
{
	piece=$(grep 'Jailhouse memory$' /proc/iomem)
}

# found: a piece of the size that was asked for, less what is not aligned; it is not what was taken.
found()
{
	piece || wrong "/proc/iomem does not show it" || return
	IFS=' -' read -r start end _ <<-END
		$piece
	END
	[ $((0x$end + 1 - 0x$start)) = $((66 * 1024 * 1024)) ] || wrong "it is $piece"
	is "$J/memory" 0
}

# linux_has: all that Linux calls its memory, in $kib.
linux_has()
{
	while read -r word kib _; do
		[ "$word" != MemTotal: ] || return 0
	done </proc/meminfo
}

# It was never Linux's, so that neither finding nor leaving it changes what Linux has.
left_and_found()
{
	linux_has
	before=$kib
	rmmod jailhouse || wrong "rmmod" || return
	! piece || wrong "there is $piece without the driver" || return
	works kcore /proc/kcore
	modprobe jailhouse || wrong "modprobe" || return
	found
	linux_has
	[ "$kib" = "$before" ] || wrong "Linux has $kib KiB, and had $before"
}

# It is preferred to what memmap= reserved, which may be meant for something else.
enabled_in_it()
{
	mark_log
	echo auto >"$J/config"
	put "$J/enabled" 1 || return
	grep -A 1 'Jailhouse memory$' /proc/iomem | grep -q 'Jailhouse hypervisor$' ||
		wrong "the hypervisor is elsewhere: $(grep Jailhouse /proc/iomem)" || return
	! new_log | grep "system configuration: " >"$tmp/log" ||
		wrong "there are complaints: $(cat "$tmp/log")"
}

# The hypervisor denies what is not Linux's, and counts it; who skips the pages asks for none.
read_around_it()
{
	get "$S/cells/0/statistics/denied" || return
	before=$value
	works kcore /proc/kcore && is "$S/cells/0/statistics/denied" "$before"
}

# A cell of directories has its RAM where there is some.
cell_in_it()
{
	jailhouse cell create demo --cpus 1 --memory 1M "$inmates/apic-demo.bin" >"$tmp/out" 2>&1 ||
		wrong "$(cat "$tmp/out")" || return
	wait_is "$C/demo/state" running/locked || return
	get "$C/demo/memory/ram/physical"
	{ [ $((value)) -ge $((0x$start)) ] && [ $((value)) -le $((0x$end)) ]; } ||
		wrong "its RAM is at $value, not in $piece"
	put "$C/demo/state" kill || return
	jailhouse cell destroy demo >"$tmp/out" 2>&1 || wrong "$(cat "$tmp/out")"
}

stays()
{
	before=$piece
	hv_disable && found || return
	[ "$piece" = "$before" ] || wrong "it was $before, and is $piece"
}

# With some more, that is taken: the largest piece is the hypervisor's.
with_more()
{
	put "$J/memory" 96M && enabled_in_it && hv_disable && found
}

none_asked()
{
	! grep -q 'reserve_mem=66M:2M:jailhouse' /proc/cmdline ||
		[ -z "$(sed -n 's/ reserve_mem_find_by_name$//p' /proc/kallsyms)" ]
}

cases()
{
	if none_asked; then
		t "found" skip "needs reserve_mem=66M:2M:jailhouse and Linux 6.12"
		return
	fi
	t "found by its name" found
	t "left with the driver, and found again" left_and_found
	t "enabled in it, with nothing missing" enabled_in_it
	t "while enabled, /proc/kcore is read around it" read_around_it
	t "a cell of directories in it" cell_in_it
	t "it stays when the hypervisor goes" stays
	t "with more that is taken" with_more
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
