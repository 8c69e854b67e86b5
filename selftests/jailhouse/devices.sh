# shellcheck shell=sh disable=SC2154 # names of lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by tests of cells that have devices of QEMU's: two of them are edu and e1000e.

devices=/sys/bus/pci/devices
edu=0000:00:05.0
nic=0000:00:07.0

# need_devices: they are there, and the configuration was made.
need_devices()
{
	[ -e express.cell ] || ktap_skip_all "run make first"
	[ -e "$devices/$nic/device" ] || ktap_skip_all "there is no device at $nic"
	get "$devices/$nic/device"
	[ "$value" = 0x10d3 ] || ktap_skip_all "there is no e1000e at $nic"
}

# bar DEVICE N: where it begins, in $value.
bar()
{
	value=$(sed -n "$(($2 + 1))s/ .*//p" "$devices/$1/resource")
}

# A machine of QEMU that was kept has forgotten where edu's registers are.
place_edu()
{
	value=$((edu_bar))
	# shellcheck disable=SC2059 # the bytes of the address
	printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((value & 255)) $((value >> 8 & 255)) \
		$((value >> 16 & 255)) $((value >> 24)))" |
		dd of="$devices/$edu/config" bs=1 seek=16 conv=notrunc 2>/dev/null
}

# place_devices NAME TO: the firmware has placed them; so where registers and the MSI-X table are
# is patched into the configuration of a cell of that name, and the table into the machine's.
place_devices()
{
	bar "$edu" 0; edu_bar=$value
	place_edu
	bar "$nic" 0; nic_bar=$value
	bar "$nic" 3; table=$value
	./patchcell express.cell "$2" name="$1" mem3.phys="$edu_bar" mem3.virt="$edu_bar" \
		mem4.phys="$nic_bar" mem4.virt="$nic_bar" mem5.phys="$table" \
		mem5.virt="$table" pci1.msix="$table" || wrong "express.cell" || return
	./patchcell "$system" "$tmp/system.cell" pci2.msix="$table" || wrong "$system" || return
	system=$tmp/system.cell
}

# Interrupts of Linux's devices are the first CPU's from now on: they leave one that goes, and their
# registers change with that.
stay_on_first_cpu()
{
	for online in 0 1; do
		for cpu in /sys/devices/system/cpu/cpu[1-9]*/online; do
			put "$cpu" "$online" || return
		done
	done
}

# config_space FILE: of all devices, as Linux reads it.
config_space()
{
	for device in "$devices"/*; do
		echo "${device##*/}"
		od -A d -t x4 "$device/config"
	done >"$1"
}

# without_edu FILE: its command register left out.
without_edu()
{
	sed "/^$edu/{n;s/^\(0000000 [0-9a-f]*\) [0-9a-f]*/\1/}" "$1"
}

# as_before: configuration space, since $tmp/before. Nothing resets edu: it is no bus master, and
# its pin is disabled.
as_before()
{
	config_space "$tmp/now"
	without_edu "$tmp/before" >"$tmp/expected"
	differ=$(without_edu "$tmp/now" | diff "$tmp/expected" -) ||
		wrong "not as before: $differ" || return
	command=$(dword "$edu" 4)
	[ $((0x$command & 0x404)) = $((0x400)) ] || wrong "edu's command register is 0x$command"
}

# dword DEVICE OFFSET: of its configuration space, as Linux reads it.
dword()
{
	od -A n -t x4 -j "$2" -N 4 "$devices/$1/config" | tr -d ' '
}

# linux_net ADDRESS: the other end of the cable is Linux's card $net, which has that address.
linux_net()
{
	modprobe virtio_pci && modprobe virtio_net || wrong "no virtio_net" || return
	set -- "$1" "$devices"/0000:00:08.0/virtio*/net/*
	[ -d "$2" ] || wrong "Linux has no network card at 0000:00:08.0" || return
	net=${2##*/}
	ip address add "$1/24" dev "$net" && ip link set "$net" up
}

# express_of FUNCTION: where its capability of PCI Express is (7.5.3), in $at.
express_of()
{
	at=$((0x$(dword "$1" 52) & 0xff))
	while value=$(dword "$1" "$at") && [ $((0x$value & 0xff)) != 16 ]; do
		at=$((0x$value >> 8 & 0xff))
		[ "$at" != 0 ] || wrong "$1 is not of PCI Express" || return
	done
}

# pull_out PORT: QEMU takes out what is in a slot that is switched off (PCI Express 4.0, 7.5.3.10).
# Linux is not told before the power is back, as if somebody had pulled it out under power.
pull_out()
{
	express_of "$1" || return
	at=$((at + 24))
	control=$((0x$(dword "$1" "$at") & 0xffff))
	set_word "$1" "$at" $(((control | 0x700) & 0xffdf)) && set_word "$1" "$at" "$control"
}

# set_word DEVICE OFFSET VALUE: of its configuration space.
set_word()
{
	# shellcheck disable=SC2059 # the bytes of the register
	printf "$(printf '\\%03o\\%03o' $(($3 & 255)) $(($3 >> 8)))" |
		dd of="$devices/$1/config" bs=2 seek=$(($2 / 2)) conv=notrunc 2>/dev/null
}
