#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Devices that are not by themselves (scripts/vm --machine tcg --iommu intel --bridges): which of
# them a cell can have, on a machine that describes itself; and one that is taken out while its
# cell uses it.

. ./lib.sh
begin
need_cpus 2
. ./devices.sh

cell=$C/bridges
root_cell=$S/cells/0
# What nic-demo behind a port answers at.
cell_ip=10.74.0.3
# Ports that others are behind, see options_bridges() in scripts/lib/vm-qemu.sh.
alone_port=0000:00:09.0
pair_port=0000:00:0a.0
switch_port=0000:00:0b.0
old_port=0000:00:0c.0
virtual_port=0000:00:0d.0

[ -e "$devices/$virtual_port" ] || ktap_skip_all "there are no ports at $virtual_port"

# below PORT DEPTH: functions so far behind it, a directory.
below()
{
	if [ "$2" = 0 ]; then
		echo "${1##*/}"
		return
	fi
	for next in "$1"/0000:??:??.?; do
		below "$next" $(($2 - 1))
	done
}

alone=$(below "$devices/$alone_port" 1)
pair=$(below "$devices/$pair_port" 1)
switched=$(below "$devices/$switch_port" 3)
conventional=$(below "$devices/$old_port" 2)
physical=$(below "$devices/$virtual_port" 1)

# Two of them. No driver is there that would use them.
virtual_functions()
{
	modprobe pci-pf-stub && echo pci-pf-stub >"$devices/$physical/driver_override" &&
		echo "$physical" >/sys/bus/pci/drivers_probe &&
		echo 2 >"$devices/$physical/sriov_numvfs" &&
		virtual=$(readlink "$devices/$physical/virtfn0") && virtual=${virtual##*/} &&
		echo "$physical" >/sys/bus/pci/drivers/pci-pf-stub/unbind &&
		echo >"$devices/$physical/driver_override"
}

enabled()
{
	virtual_functions || wrong "there are no virtual functions" || return
	echo auto >"$J/config" && put "$J/enabled" 1 && mkdir "$cell" "$cell/memory/ram" &&
		{ echo 1M >"$cell/memory/ram/size"; } && echo 1 >"$cell/cpus"
}

has()
{
	for function; do
		mkdir "$cell/devices/$function" || wrong "$function" || return
	done
}

has_not()
{
	for function; do
		rmdir "$cell/devices/$function" || return
	done
}

# taken FUNCTION...: a cell can have them.
taken()
{
	has "$@" && put "$cell/state" create && put "$cell/enabled" 0 && has_not "$@"
}

# refused_for ERRNO TEXT FUNCTION...: it cannot.
refused_for()
{
	errno=$1
	text=$2
	shift 2
	has "$@" && refused "$errno" "$cell" "$text" write "$cell/state" create && all_online
	has_not "$@"
}

# What is above it has access control, which nobody has switched on.
by_itself()
{
	taken "$alone" && acs_on "$alone_port"
}

# bus_becomes PORT BUS: Linux writes another number of the bus behind it, and reads what is there.
bus_becomes()
{
	printf '\120' | dd of="$devices/$1/config" bs=1 seek=25 conv=notrunc 2>"$tmp/dd" ||
		wrong "$1: $(cat "$tmp/dd")" || return
	value=$(od -An -tu1 -j25 -N1 "$devices/$1/config" | tr -d ' ')
	[ "$value" = "$2" ] || wrong "the bus behind $1 is $value, expected $2"
}

# By that number an IOMMU knows whose a request is. Linux has its own back when the cell has gone.
keeps_its_bus()
{
	bus=$(od -An -tu1 -j25 -N1 "$devices/$alone_port/config" | tr -d ' ')
	has "$alone" && put "$cell/state" create && get "$root_cell/statistics/denied" || return
	denied=$value
	bus_becomes "$alone_port" "$bus" && get "$root_cell/statistics/denied" || return
	[ "$value" -gt "$denied" ] || wrong "nothing was counted" || return
	put "$cell/enabled" 0 && has_not "$alone" && bus_becomes "$alone_port" 80 || return
	# shellcheck disable=SC2059 # an escape
	printf "\\$(printf %o "$bus")" |
		dd of="$devices/$alone_port/config" bs=1 seek=25 conv=notrunc 2>"$tmp/dd"
}

# acs_of PORT: where its access control is (PCI Express 4.0, 7.7.7), in $at.
acs_of()
{
	at=256
	while value=$(dword "$1" "$at") && [ $((0x$value & 0xffff)) != 13 ]; do
		at=$((0x$value >> 20))
		[ "$at" != 0 ] || wrong "$1 has no access control" || return
	done
}

# acs_on PORT: all is sent upwards.
acs_on()
{
	acs_of "$1" || return
	control=$((0x$(dword "$1" $((at + 4))) >> 16))
	[ $((control & 0x1d)) = $((0x1d)) ] || wrong "access control of $1 is $control"
}

# A network card, and Linux at the other end of the cable.
card_behind_a_port()
{
	linux_net 10.74.0.1 && has "$alone" && mkdir "$cell/images/arguments" &&
		put "$cell/memory/ram/flags" "read write execute dma loadable" &&
		echo "ip=$cell_ip" >"$cell/images/arguments/data" &&
		put "$cell/images/arguments/address" 0x1000 &&
		copy "$inmates/nic-demo.bin" "$cell/image" && mark_log &&
		put "$cell/enabled" 1 && wait_said "answers at $cell_ip" && it_answers
}

it_answers()
{
	ping -A -q -c 20 -w 30 -s 1400 "$cell_ip" >"$tmp/ping"
	grep -q " 0% packet loss" "$tmp/ping" || wrong "$(tail -n 3 "$tmp/ping")"
}

# denies OFFSET CLEAR SET: of the port, of a word of it; nothing changes, which is counted.
denies()
{
	word=$((0x$(dword "$alone_port" $(($1 & ~3))) >> 8 * ($1 & 3) & 0xffff))
	get "$root_cell/statistics/denied"
	denied=$value
	set_word "$alone_port" "$1" $((word & ~$2 | $3))
	get "$root_cell/statistics/denied"
	[ "$value" -gt "$denied" ] || wrong "register $1: nothing was counted" || return
	value=$((0x$(dword "$alone_port" $(($1 & ~3))) >> 8 * ($1 & 3) & 0xffff))
	[ "$value" = "$word" ] || wrong "register $1 was $word, is $value"
}

# linux_resets OUTCOME: the bus, as it does when an error has been reported there. Not every Linux
# has a file for it.
linux_resets()
{
	[ ! -e "$devices/$alone_port/reset_subordinate" ] ||
		fails "$1" write "$devices/$alone_port/reset_subordinate" 1
}

# It waits a minute for what is behind the port, which it does not see, to answer again.
bus_is_reset()
{
	linux_resets ENOTTY && denies 62 0 0x40 && it_answers
}

# The driver of ports takes bus mastering with it when it goes.
port_has_no_driver()
{
	echo "$alone_port" >/sys/bus/pci/drivers/pcieport/unbind && it_answers &&
		echo "$alone_port" >/sys/bus/pci/drivers/pcieport/bind && it_answers
}

# Command register, window, link, access control.
port_is_switched_off()
{
	denies 4 7 0 && denies 32 0 0x10 && express_of "$alone_port" &&
		denies $((at + 16)) 0 0x10 && acs_of "$alone_port" && denies $((at + 6)) 0x1d 0 &&
		acs_on "$alone_port" && it_answers
}

# What was denied is Linux's when the cell has gone.
port_is_linuxs()
{
	put "$cell/enabled" 0 && rmdir "$cell/images/arguments" && has_not "$alone" &&
		linux_resets ok || return
	word=$((0x$(dword "$alone_port" 4) & 0xffff))
	set_word "$alone_port" 4 $((word & ~7))
	[ $((0x$(dword "$alone_port" 4) & 7)) = 0 ] || wrong "it cannot be switched off" || return
	set_word "$alone_port" 4 "$word"
}

# one_of FIRST SECOND: neither without the other.
one_of()
{
	refused_for EBUSY "$1 cannot be kept apart from $2" "$1" &&
		refused_for EBUSY "$2 cannot be kept apart from $1" "$2" && taken "$1" "$2"
}

# shellcheck disable=SC2086 # two words
pair_of_functions()
{
	one_of $pair
}

# shellcheck disable=SC2086 # two words
behind_a_switch()
{
	one_of $switched
}

behind_an_old_bridge()
{
	bridge=$(below "$devices/$old_port" 1)
	refused_for EOPNOTSUPP "cannot be told from what else is behind the bridge $bridge" \
		"$conventional"
}

bridge_alone()
{
	refused_for EINVAL "$alone_port" "$alone_port"
}

physical_one()
{
	refused_for EBUSY "$physical has virtual functions" "$physical" && taken "$virtual"
}

cases()
{
	t "enabled" enabled
	t "behind a port with access control" by_itself
	t "a cell's function keeps its bus, whatever Linux writes" keeps_its_bus
	t "a network card behind a port is a cell's, and pings are answered" card_behind_a_port
	t "they are when Linux resets the bus" bus_is_reset
	t "and when the port has no driver" port_has_no_driver
	t "and when it is switched off, or other devices let through" port_is_switched_off
	t "without the cell that is Linux's to do" port_is_linuxs
	t "two functions of a device go together" pair_of_functions
	t "so do two behind a switch without access control" behind_a_switch
	t "not behind a bridge to conventional PCI" behind_an_old_bridge
	t "a bridge without what is behind it" bridge_alone
	t "a function that has virtual ones" physical_one
	t "taken out while its cell uses it" taken_out
	t "disabled" removed
	t "the kernel log has no warning" log_is_clean
}

taken_out()
{
	bdf=${alone#0000:}
	bdf=$((0x${bdf%%:*} << 8))
	has "$alone" && mkdir "$cell/images/arguments" &&
		echo "mode=gone nic=$bdf" >"$cell/images/arguments/data" &&
		put "$cell/images/arguments/address" 0x1000 &&
		copy "$inmates/devices.bin" "$cell/image" && mark_log &&
		put "$cell/enabled" 1 && wait_said "it may go" && pull_out "$alone_port" &&
		wait_is "$cell/state" "shut down" && reported devices 1 &&
		wait_said "PCI device $alone was removed, but is cell bridges's" &&
		wait_said "does not answer: it may be removed, or broken" || return
	[ ! -e "$devices/$alone" ] || wrong "$alone is still there" || return
	put "$cell/enabled" 0 && all_online &&
		refused ENODEV "$cell" "$alone" write "$cell/state" create
}

removed()
{
	rmdir "$cell/images/arguments" && has_not "$alone" && rmdir "$cell/memory/ram" "$cell" &&
		hv_disable && all_online
}

ktap_run cases
