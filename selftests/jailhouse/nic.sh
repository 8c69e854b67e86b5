#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A network card that a cell has for itself, QEMU's e1000e, on one cable with one of Linux's:
# nic-demo answers pings, and its timer keeps its pace meanwhile. The machine describes itself, and
# the cell is made as own-machine.rst says, with an IOMMU and without.
#
#	FRAMES=N	how many pings

. ./lib.sh
. ./devices.sh
begin
need_cpus 4
need_devices

cell=$C/nic
frames=${FRAMES:-300}
# Milliseconds, and ticks of the timer, as the listings have it.
loop=500

enabled()
{
	[ -r own-machine.txt ] || ktap_skip_all "there is no own-machine.txt; run make first"
	linux_net 10.74.0.1 && config_space "$tmp/before" && run 1 && jailhouse enable
}

# translates: does an IOMMU make the card see what the cell sees?
translates()
{
	new_log | grep -qF "IOMMUs translate"
}

# run NUMBER: a listing of own-machine.rst, as it stands there, in a directory of its own.
run()
{
	listing own-machine.txt "7. A network card" "$1" >"$tmp/commands" || return
	(cd "$tmp" && sh -e commands) >"$tmp/said" 2>&1 || wrong "$(cat "$tmp/said")"
}

made()
{
	if translates; then
		run 2
	else
		run 6
	fi
}

# last TEXT: the last line of the cell's that has it, in $value.
last()
{
	tries=50
	until value=$(new_log | sed -n "s/.*\[nic\] \(.*$1.*\)/\1/p" | tail -n 1) &&
			[ -n "$value" ]; do
		tries=$((tries - 1))
		[ "$tries" != 0 ] || wrong "the cell does not say $1" || return
		sleep 0.1
	done
}

# until_said TEXT: sleeps until the cell has said that. The machine has nothing else to do
# meanwhile: its CPUs take turns, and others' turns are long.
until_said()
{
	# shellcheck disable=SC2016 # awk's
	timeout 60 awk -v mark="jailhouse test $$: mark $mark" -v text="$1" '
		index($0, mark)			{ begun = 1 }
		begun && index($0, text)	{ exit }
	' /dev/kmsg || wrong "the cell does not say $1"
}

loops()
{
	until_said "came back" && last "came back" && ktap_print "# $value" || return
	case $value in
	"nic-demo: 0 frames"*) wrong "$value" ;;
	*" 0 not as sent") ;;
	*) wrong "$value" ;;
	esac
}

# What is known to be missing is in the log.
told()
{
	if ! translates; then
		told_of_devices "can reach all memory, and interrupt any CPU: no IOMMU is used"
	elif remapped; then
		told_of_devices ""
	else
		told_of_devices "can interrupt any CPU"
	fi
}

# As fast as they are answered.
pings()
{
	last "answers at 10.74.0.2" || return
	ping -A -q -c "$frames" -w 60 -s "$1" 10.74.0.2 >"$tmp/ping"
	grep -q " 0% packet loss" "$tmp/ping" || wrong "$(tail -n 3 "$tmp/ping")"
}

no_faults()
{
	in_sysfs nic || return
	if ! translates; then
		fails ENODEV read "$dir/devices/$nic/dma_faults"
		return
	fi
	run 3 && [ "$(cat "$tmp/said")" = 0 ] || wrong "$(cat "$tmp/said")" || return
	is "$dir/statistics/dma_faults" 0
}

stopped()
{
	run 4 && is "$cell/state" "shut down" || return
	[ "$(grep -c "] timer, " "$tmp/said")" = 3 ] || wrong "$(cat "$tmp/said")" || return
	last "interrupts" || return
	ktap_print "# $value"
	# shellcheck disable=SC2086 # several words
	set -- $value
	if [ "$2" -lt $((2 * frames)) ] || [ "$5" -lt $((2 * frames)) ]; then
		wrong "$value"
	fi
}

# A tick is some 16 us late, since it costs an exit to set. Of 20 one may be later than 32, as the
# emulated CPUs take turns; of a quiet machine it is one of 200.
kept_pace()
{
	for kind in "no frames" "frames of its own" "frames"; do
		last "timer, $kind:" && ktap_print "# $value" && last "us late, $kind:" &&
			ktap_print "# $value" || return
	done
	last "timer, frames of its own:" || return
	# shellcheck disable=SC2086 # several words
	set -- ${value#*: }
	if [ "$1" -lt $((loop - loop / 100)) ] || [ "$3" -gt $((loop / 100)) ]; then
		wrong "$value"
		return
	fi
	ticks=$1
	last "us late, frames of its own:"
	# shellcheck disable=SC2086 # several words
	set -- ${value#*: }
	soon=0
	while [ $# -ge 2 ]; do
		case $1 in
		"<1:" | "<2:" | "<4:" | "<8:" | "<16:" | "<32:")
			soon=$((soon + $2)) ;;
		esac
		shift 2
	done
	[ $((20 * soon)) -ge $((19 * ticks)) ] || wrong "$value"
}

# In the same cell, another program.
counts_exits()
{
	set -- "$cell"/images/*
	echo cpu=3 >"$tmp/arguments"
	copy "$tmp/arguments" "$1/data" && put "$1/size" "$(stat -c %s "$tmp/arguments")" &&
		copy "$inmates/msix.bin" "$cell/image" && put "$cell/state" start &&
		wait_is "$cell/state" "shut down" && reported msix 1 || return
	new_log | sed -n 's/.*\[nic\] \(msix\..*\)/# \1/p' >"$tmp/figures"
	while read -r line; do
		ktap_print "$line"
	done <"$tmp/figures"
}

removed()
{
	run 5 && [ ! -d "$cell/images" ] && put "$J/enabled" 0 && all_online || return
	config_space "$tmp/now"
	differ=$(diff "$tmp/before" "$tmp/now") || wrong "not as before: $differ"
}

cases()
{
	t "enabled" enabled
	t "a cell with a network card" made
	t "what the card sends itself comes back to the cell" loops
	t "the log has what a device may do without an IOMMU" told
	t "$frames pings of 1400 bytes are answered" pings 1400
	t "and $frames of 40" pings 40
	t "nothing was denied" no_faults
	t "it says what it did, and stops" stopped
	t "its timer has kept its pace meanwhile" kept_pace
	t "an interrupt is no exit, masking it a single one" counts_exits
	t "the card is back with Linux, as before" removed
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
