#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A network card that a cell has for itself, QEMU's e1000e, on one cable with one of Linux's:
# nic-demo answers pings, and its timer keeps its pace meanwhile. The machine describes itself.
#
#	FRAMES=N	how many pings

. ./lib.sh
. ./devices.sh
begin
need_cpus 4
need_devices

cell=$C/nic
frames=${FRAMES:-300}
# Where the card finds what the cell finds there, too, so that it needs no IOMMU.
dma=0x3be00000
# Milliseconds, and ticks of the timer.
loop=500

find_net()
{
	modprobe virtio_pci && modprobe virtio_net || wrong "no virtio_net" || return
	set -- "$devices"/0000:00:08.0/virtio*/net/*
	net=${1##*/}
	[ -d "$1" ] || wrong "Linux has no network card at 0000:00:08.0"
}

enabled()
{
	find_net && config_space "$tmp/before" && jailhouse enable || return
	ip address add 10.74.0.1/24 dev "$net" && ip link set "$net" up
}

# translates: does an IOMMU make the card see what the cell sees?
translates()
{
	new_log | grep -qF "IOMMUs translate"
}

by_command()
{
	echo "cpu=3 loop=$loop" >"$tmp/arguments"
	jailhouse cell create nic --cpus 3 --memory 2M --device "$nic" \
		"$inmates/nic-demo.bin" "$tmp/arguments" -l 0x1000 >"$tmp/said" 2>&1 ||
		wrong "$(cat "$tmp/said")"
}

by_hand()
{
	echo "cpu=3 dma=$dma loop=$loop" >"$tmp/arguments"
	mkdir "$cell" "$cell/memory/ram" "$cell/memory/shared" "$cell/devices/$nic" \
		"$cell/images/arguments" || return
	put "$cell/cpus" 3 && put "$cell/memory/ram/size" 1M &&
		put "$cell/memory/shared/size" 256K && put "$cell/memory/shared/physical" "$dma" &&
		put "$cell/memory/shared/address" "$dma" &&
		put "$cell/memory/shared/flags" "read write dma" &&
		copy "$tmp/arguments" "$cell/images/arguments/data" &&
		put "$cell/images/arguments/address" 0x1000 &&
		copy "$inmates/nic-demo.bin" "$cell/image" && put "$cell/state" start
}

made()
{
	if translates; then
		by_command
	else
		by_hand
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

# The machine has nothing else to do meanwhile: its CPUs take turns, and others' turns are long.
loops()
{
	sleep 2
	last "came back" && ktap_print "# $value"
	case $value in
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
	is "$dir/statistics/dma_faults" 0 && is "$dir/devices/$nic/dma_faults" 0
}

stopped()
{
	put "$cell/state" stop && is "$cell/state" "shut down" && last "interrupts" || return
	ktap_print "# $value"
	# shellcheck disable=SC2086 # several words
	set -- $value
	if [ "$2" -lt $((2 * frames)) ] || [ "$5" -lt $((2 * frames)) ]; then
		wrong "$value"
	fi
}

# Of 20 ticks one may be late, as the emulated CPUs take turns; of a quiet machine it is one of 200.
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
	[ $((20 * ($2 + $4 + $6 + $8 + ${10}))) -ge $((19 * ticks)) ] || wrong "$value"
}

# In the same cell, another program.
counts_exits()
{
	copy "$inmates/msix.bin" "$cell/image" && put "$cell/state" start &&
		wait_is "$cell/state" "shut down" && reported msix 1 || return
	new_log | sed -n 's/.*\[nic\] \(msix\..*\)/# \1/p' >"$tmp/figures"
	while read -r line; do
		ktap_print "$line"
	done <"$tmp/figures"
}

removed()
{
	jailhouse cell destroy nic && [ ! -d "$cell" ] && put "$J/enabled" 0 && all_online || return
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
