#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A PCI device moves to a cell, which sees it and nothing else on the bus, and back again.

. ./lib.sh
begin
need_cpus 2

devices=/sys/bus/pci/devices
bridge=0000:00:00.0
cell=$tmp/usb.cell

[ -e usb.cell ] || ktap_skip_all "run make first"

# Each test machine has it somewhere else, and its registers. bdf: number of the device.
find_usb()
{
	for usb in "$devices"/*; do
		get "$usb/device"
		[ "$value" != 0x7020 ] || break
	done
	[ "$value" = 0x7020 ] || ktap_skip_all "there is no USB controller"
	usb=${usb##*/}
	bdf=${usb#0000:00:}
	bdf=$((0x${bdf%.*} << 3 | ${bdf#*.}))
	ports=$(sed -n '5s/ .*//p' "$devices/$usb/resource")
	inmate="bdf=$bdf id=0x70208086 bar=4 size=32 offset=0xc value=0x40"
	./patchcell usb.cell "$cell" pci0.bdf=$bdf pio0.base="$ports" ||
		ktap_skip_all "the cell cannot have it"
}

find_usb

# config_space FILE: of all devices, as Linux reads it.
config_space()
{
	for device in "$devices"/*; do
		echo "${device##*/}"
		od -A d -t x4 "$device/config"
	done >"$1"
}

same_as_before()
{
	config_space "$tmp/now"
	cmp -s "$tmp/before" "$tmp/now" ||
		wrong "configuration space changed: $(diff "$tmp/before" "$tmp/now")"
}

# driver_is DEVICE NAME: as Linux sees it; no NAME: there is none.
driver_is()
{
	driver=$(readlink "$devices/$1/driver")
	[ "${driver##*/}" = "$2" ] || wrong "$1 has the driver '${driver##*/}', not '$2'"
}

# master on|off: bus mastering of the controller, as Linux sets it; I/O space stays on. Off,
# its interrupt pin is, too, if it has a bit for that.
master()
{
	case $1 in
	on)	printf '\005\000' ;;
	off)	printf '\001\004' ;;
	esac | dd of="$devices/$usb/config" bs=1 seek=4 conv=notrunc 2>/dev/null
}

has_bit_for_pin()
{
	master off
	[ $(($(od -A n -t u2 -j 4 -N 2 "$devices/$usb/config") & 0x400)) != 0 ]
}

identify()
{
	bytes=$(od -A n -t x1 -N 4 "$devices/$1/config" | tr -d ' ')
}

# What comes back is no bus master and does not interrupt, whatever it was.
prepare()
{
	identify "$bridge" && bridge_bytes=$bytes && hv_enable && master off && config_space "$tmp/before" && driver_is "$usb" "" && master on
}

# Like all that are older than PCI 2.3, the controller has no bit to disable its interrupt pin;
# with QEMU everybody has.
pin_is_the_roots()
{
	if has_bit_for_pin; then
		skip "its interrupt pin can be disabled"
		return
	fi
	master on
	./patchcell "$cell" "$tmp/pin.cell" pci0.type=1 &&
		new_cell usb "$tmp/pin.cell" "$inmates/pci.bin" || return
	refused EOPNOTSUPP "$C/usb" "INTD#" write "$C/usb/state" create
	reason "$C/usb" JAILHOUSE_PCI_OWNS_PIN
	driver_is "$usb" "" && all_online && rmdir "$C/usb"
}

created()
{
	new_cell usb "$cell" "$inmates/pci.bin" &&
		mkdir "$C/usb/images/arguments" &&
		echo "$inmate" >"$C/usb/images/arguments/data" &&
		put "$C/usb/images/arguments/address" 0x1000 &&
		put "$C/usb/state" create && driver_is "$usb" jailhouse-usb
}

# identification DEVICE BYTES: as Linux reads it.
identification()
{
	identify "$1"
	[ "$bytes" = "$2" ] || wrong "$1 reads $bytes"
}

# All ones is what an empty slot reads as.
hidden()
{
	identification "$usb" ffffffff && identification "$bridge" "$bridge_bytes"
}

# The command register, as a driver of Linux that is in a hurry would.
root_write_is_dropped()
{
	counted_root denied || return
	before=$value
	printf '\000\000' | dd of="$devices/$usb/config" bs=1 seek=4 conv=notrunc 2>/dev/null
	counted_root denied || return
	[ "$value" -gt "$before" ] || wrong "nothing was denied"
}

# By each port and width, also those that begin at a port of somebody else.
root_reaches_no_byte()
{
	counted_root denied || return
	before=$value
	./stray config "$bdf" >"$tmp/result" || wrong "$(cat "$tmp/result")"
	read -r writes _ <"$tmp/result"
	counted_root denied || return
	[ $((value - before)) = "$writes" ] ||
		wrong "$((value - before)) of $writes writes were denied"
}

counted_root()
{
	get "$S/cells/0/statistics/$1"
}

# cell_uses_it TIMES: this one included.
cell_uses_it()
{
	put "$C/usb/state" start || return
	wait_is "$C/usb/state" "shut down"
	reported pci "$1"
	counted usb denied || return
	[ "$value" != 0 ] || wrong "no write to other devices was counted"
}

given_back()
{
	put "$C/usb/enabled" 0 && driver_is "$usb" "" && same_as_before
}

again()
{
	master on && put "$C/usb/state" create && driver_is "$usb" jailhouse-usb &&
		put "$C/usb/enabled" 0 && driver_is "$usb" "" && same_as_before
}

# What a driver of Linux uses is not taken from it. This one takes any device that it is
# told about, even if it finds nothing to drive in it.
in_use()
{
	serial=/sys/bus/pci/drivers/serial
	if ! echo "8086 7020 ffffffff ffffffff 0 0 1" >"$serial/new_id"; then
		skip "there is no driver to be used"
		return
	fi
	driver_is "$usb" serial || return
	get "$S/mem_pool_used"
	pool=$value
	refused EBUSY "$C/usb" "$usb" write "$C/usb/state" create
	reason "$C/usb" "used by serial"
	is "$S/mem_pool_used" "$pool" && all_online && driver_is "$usb" serial
	echo "8086 7020" >"$serial/remove_id"
	echo "$usb" >"$serial/unbind"
	master off && config_space "$tmp/before" && master on
	driver_is "$usb" "" && again
}

# What was unbound and is still kept for VFIO, say, is nobody's, and no cell's.
kept()
{
	echo vfio-pci >"$devices/$usb/driver_override"
	refused EBUSY "$C/usb" driver_override write "$C/usb/state" create
	echo >"$devices/$usb/driver_override"
	driver_is "$usb" "" && all_online && again
}

# Where no driver is bound unless the user says so, the user has said so.
by_hand()
{
	echo 0 >/sys/bus/pci/drivers_autoprobe
	again
	bound=$?
	echo 1 >/sys/bus/pci/drivers_autoprobe
	return "$bound"
}

not_the_roots()
{
	./patchcell "$cell" "$tmp/none.cell" pci0.bdf=0xf8 &&
		copy "$tmp/none.cell" "$C/usb/config" &&
		refused ENXIO "$C/usb" "PCI device 0" write "$C/usb/state" create && all_online
}

# said FILE VALUE: of the cell usb.
said()
{
	{ echo "$2" >"$C/usb/$1"; } 2>/dev/null || wrong "$1: $(cat "$C/usb/error")"
}

# Its ports are those of its BAR; the pin and what surrounds PCI configuration are said.
from_directories()
{
	rmdir "$C/usb/images/arguments" "$C/usb" && mkdir "$C/usb" || return
	for entry in memory/ram "devices/$usb" interrupts/own ports/around images/arguments; do
		mkdir "$C/usb/$entry" || return
	done
	said cpus 1 && said memory/ram/size 1M && said interrupts/own/pin ioapic0:10 &&
		said "devices/$usb/owns_pin" 1 && said ports/around/range 0xcf0-0xd07 &&
		said ports/around/mode ignore && copy "$inmates/pci.bin" "$C/usb/image" &&
		echo "$inmate" >"$C/usb/images/arguments/data" &&
		said images/arguments/address 0x1000 && put "$C/usb/state" create &&
		driver_is "$usb" jailhouse-usb && hidden && cell_uses_it 3 && given_back || return
	for entry in memory/ram "devices/$usb" interrupts/own ports/around; do
		rmdir "$C/usb/$entry" || return
	done
}

removed()
{
	rmdir "$C/usb/images/arguments" "$C/usb" && hv_disable && all_online
}

cases()
{
	t "enabled" prepare
	t "its interrupt pin is the root's, and cannot be disabled: refused" pin_is_the_roots
	t "a cell with the USB controller" created
	t "Linux does not see it any more" hidden
	t "a write of Linux to it is dropped and counted" root_write_is_dropped
	t "nor does an access across ports reach it" root_reaches_no_byte
	t "the cell sees it, alone on the bus, and uses it" cell_uses_it 1
	t "its next start finds it quiet" cell_uses_it 2
	t "it is back with Linux, and nobody else's configuration changed" given_back
	t "and once more" again
	t "but not while a driver of Linux uses it" in_use
	t "nor while it is kept for another driver" kept
	t "where Linux binds no driver by itself" by_hand
	t "a device that the root cell does not list" not_the_roots
	t "from directories alone" from_directories
	t "disabled" removed
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
