#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# System configurations that do not describe the machine: each of their entries is left
# out in turn, and some are wrong. What Linux uses it refuses to lose, with a sentence;
# without the rest it goes on, and is warned. In no case does the machine hang.

. ./lib.sh
begin
need_cpus 2

less=$tmp/less.cell
refused_mem=0
refused_pio=0

# count_of OFFSET: a count in the root cell's descriptor, in $count.
count_of()
{
	count=$(($(od -A n -t u4 -j $((232 + $1)) -N 4 "$system")))
}

# changed EDIT...: the configuration is well-formed, so it is accepted when written.
changed()
{
	./patchcell "$system" "$less" "$@" || wrong "patchcell $*" || return
	copy "$less" "$J/config"
}

# The sentence names what is missing, and nothing has changed.
nothing_happened()
{
	reason "$J" "$1" && is "$J/enabled" 0 && is "$S/enabled" 0
}

# without KIND INDEX: Linux cannot warn of ports that it has never heard of.
without()
{
	changed "drop=$1$2" || return
	[ "$1" = pio ] || mark_log
	attr write "$J/enabled" 1
	case $outcome in
	EINVAL)	eval "refused_$1=\$((refused_$1 + 1))"
		nothing_happened " region of the root cell" ;;
	ok)	[ "$1" = pio ] || { log_says "(reads as all ones)" && goes_on; }
		hv_disable ;;
	*)	wrong "$outcome" ;;
	esac
}

# Some of all that Linux does.
goes_on()
{
	all_online && cat /proc/interrupts /sys/class/rtc/rtc0/time \
		/sys/bus/pci/devices/*/config >/dev/null
}

# denied WORD EDIT...: refused, and the sentence says WORD.
denied()
{
	word=$1
	shift
	changed "$@" || return
	refused EINVAL "$J" "$word" write "$J/enabled" 1 && nothing_happened "$word"
}

# The first of several complaints is the reason, all are in the kernel log.
several()
{
	mark_log
	denied "(and 1 more, see dmesg)" drop=pio0 mem2.flags=0xb || return
	log_says "has the wrong flags for it" && log_says "is in no port region"
}

# Some are not needed, some are: or this test has looked at nothing.
both_kinds()
{
	some_of "$refused_mem" 3 60 "memory regions"
	some_of "$refused_pio" 6 68 "port regions"
}

# some_of NUMBER LEAST OFFSET WHAT: at least LEAST were refused, but not all.
some_of()
{
	count_of "$3"
	if [ "$1" -lt "$2" ] || [ "$1" -ge "$count" ]; then
		note "without them, $1 of $count $4 were refused"
	fi
}

# The largest region of RAM is number 2 in both configurations.
good_again()
{
	mark_log
	hv_enable && goes_on && hv_disable || return
	! new_log | grep "system configuration: " >"$tmp/log" ||
		wrong "there are complaints: $(cat "$tmp/log")"
}

each()
{
	count_of "$2"
	n=0
	while [ "$n" -lt "$count" ]; do
		t "without $1$n" without "$1" "$n"
		n=$((n + 1))
	done
}

cases()
{
	t "the configuration describes the machine" good_again
	each mem 60
	each pio 68
	t "some of that was refused, some was not" both_kinds
	t "part of the RAM is missing" denied "from 0x3000000 on" mem2.size=$((0x3000000 - 0xc0000))
	t "RAM that is said to be a device" denied "wrong flags" mem2.flags=0x1f
	t "RAM that cannot be executed" denied "EXECUTE" mem2.flags=0xb
	t "RAM that cannot be written" denied "WRITE" mem2.flags=0xd
	t "more than one reason" several
	t "no I/O APIC" denied "list of interrupt chips" drop=irq0
	t "an I/O APIC that lacks a pin" denied "pin 9 of the interrupt chip" irq0.pins=0xfffdff
	t "a PM timer where there is none" denied "PM timer" pm_timer=0x2f8
	t "the configuration describes the machine still" good_again
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
