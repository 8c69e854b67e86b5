#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The listings of Documentation/linux-cell.rst, as they stand there, on the machine that the page
# has its reader start (scripts/checks/linux-cell): a Linux in a cell with a configuration, and one
# without.

. ./lib.sh
begin
need_cpus 4

page=$PWD/linux-cell.txt
[ -r "$page" ] || ktap_skip_all "there is no $page; run make first"
[ -e /root/vmlinuz ] || ktap_skip_all "there is no /root/vmlinuz"

# Where the reader types. What "jailhouse console" shows is in shown.
at=$tmp/reader
mkdir "$at" && ln -s /root/vmlinuz "$at"

# types SECTION NUMBER [CELL]: all that stands there, with somebody at the console of a CELL, until
# the Linux that is started there has powered off.
types()
{
	listing "$page" "$1" "$2" >"$at/commands" || return
	if [ $# = 3 ]; then
		wait_is "$C/$3/state" running && wait_is "$C/$3/state" "shut down" 1200
	fi | (cd "$at" && sh -e commands) >"$at/shown" 2>"$tmp/said" ||
		wrong "$(tail -n 5 "$at/shown" "$tmp/said")"
}

# shows LINE
shows()
{
	tr -d '\r' <"$at/shown" | grep -qxF "$1" ||
		wrong "there is no line '$1': $(tail -n 5 "$at/shown" "$tmp/said")"
}

# The words of the kernel's command line are those that this machine has been started with.
started_so()
{
	listing "$page" "Try it" 1 >"$tmp/words" || return
	tr ' ' '\n' <"$tmp/words" >"$tmp/each"
	while read -r word; do
		grep -qwF -- "$word" /proc/cmdline || wrong "Linux has not got $word" || return
	done <"$tmp/each"
}

first()
{
	types "Try it" 3 linux-demo && shows "hello from 2 CPUs" &&
		is "$C/linux-demo/state" "shut down" && wait_said "hello from 2 CPUs"
}

once_more()
{
	types "Try it" 4 linux-demo && shows "shut down" && shows "hello from 2 CPUs" || return
	[ ! -d "$C/linux-demo" ] || wrong "the cell is there" || return
	is "$J/enabled" 0 && all_online
}

without()
{
	types "Try it" 5 guest && shows "hello from 2 CPUs" &&
		is "$C/guest/state" "shut down" && is "$C/guest/start" linux &&
		is "$C/guest/memory/ram/size" 167772160 || return
	jailhouse cell list --map >"$tmp/map" || return
	grep -q "^CPU *2-3 *guest" "$tmp/map" || wrong "$(cat "$tmp/map")"
}

gone()
{
	types "Try it" 6 && is "$J/enabled" 0 && all_online || return
	[ ! -d "$C/guest" ] || wrong "the cell is there" || return
	left=$(jailhouse memory)
	[ "$left" = 0 ] || wrong "$left bytes are still taken"
}

cases()
{
	t "the machine was started as the page says" started_so
	t "the first Linux in a cell" first
	t "started once more, and destroyed" once_more
	t "one without a configuration" without
	t "destroyed" gone
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
