#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Virtual functions (SR-IOV) of QEMU's igb in cells: what a cell sees of one and does with it, and
# that it stays the cell's whatever Linux does with the physical one. The card is behind a port
# (scripts/vm --machine tcg --iommu intel --bridges), or on bus 0 (--iommu amd).

. ./lib.sh
begin
need_cpus 2
find_iommu
. ./devices.sh

cell=$C/virtual
port=0000:00:0d.0
# The cell's, at the addresses that devices know them by: they reach the first one alone.
page=0x3be00000
foreign=0x3be01000

[ -e "$devices/$port" ] || ktap_skip_all "there is no port or card at $port"
physical=$port
for below in "$devices/$port"/0000:??:??.?; do
	[ ! -e "$below" ] || physical=${below##*/}
	break
done

# virtual_functions COUNT: so many. Their first one is $virtual, and the last one $spare.
virtual_functions()
{
	{ echo 0 >"$devices/$physical/sriov_numvfs" &&
		echo "$1" >"$devices/$physical/sriov_numvfs"; } ||
		wrong "there are no virtual functions" || return
	virtual=$(readlink "$devices/$physical/virtfn0") && virtual=${virtual##*/}
	spare=$(readlink "$devices/$physical/virtfn$(($1 - 1))") && spare=${spare##*/}
}

# What the driver of the physical function does on a machine that has it: interrupts by MSI-X, and
# frames are sent.
physical_works()
{
	bar "$physical" 0
	{ echo 1 >"$devices/$physical/enable" && devmem $((value + 0x1514)) 32 0x10 &&
		devmem $((value + 0x400)) 32 2 && modprobe pci-pf-stub &&
		echo pci-pf-stub >"$devices/$physical/driver_override" &&
		echo "$physical" >/sys/bus/pci/drivers_probe; } || wrong "$physical cannot be set up"
}

# say FILE VALUE: of the cell.
say()
{
	{ echo "$2" >"$cell/$1"; } 2>/dev/null || wrong "$1: $(cat "$cell/error")"
}

# arguments FUNCTION [WORD]: of the inmate.
arguments()
{
	bdf=${1#0000:}
	bus=${bdf%%:*}
	slot=${bdf#*:}
	number=$((0x$bus << 8 | 0x${slot%.*} << 3 | ${slot#*.}))
	bar "$1" 0
	echo "vf=$number at=$value dma=$page ${iommu_type:+foreign=$foreign} ${2-}" \
		>"$cell/images/arguments/data"
}

# page_of_ours NAME AT FLAGS: a page, at the same address for the cell.
page_of_ours()
{
	mkdir "$cell/memory/$1" && say "memory/$1/size" 4K && say "memory/$1/physical" "$2" &&
		say "memory/$1/address" "$2" && say "memory/$1/flags" "$3"
}

made()
{
	mkdir "$cell" && for entry in memory/ram images/arguments; do
		mkdir "$cell/$entry" || return
	done
	say cpus 1 && say memory/ram/size 1M && page_of_ours shared "$page" "read write dma" &&
		page_of_ours foreign "$foreign" "read write" &&
		say images/arguments/address 0x1000
}

enabled()
{
	physical_works && virtual_functions 2 || return
	echo auto >"$J/config" && put "$J/enabled" 1 && made
}

# uses FUNCTION: the cell gets it, and it works there.
uses()
{
	mark_log
	mkdir "$cell/devices/$1" || wrong "$1" || return
	arguments "$1" && copy "$inmates/virtual.bin" "$cell/image" && put "$cell/enabled" 1 &&
		wait_is "$cell/state" "shut down" && reported virtual 1
}

# What it wrote to others' memory, where an IOMMU keeps it from that: the driver looks now and then.
denied_to_write()
{
	wait_said "Cell virtual: PCI function ${1#0000:} was denied to write $foreign" &&
		in_sysfs virtual && get "$dir/devices/$1/dma_faults" || return
	[ "$value" -ge 1 ] || wrong "$value accesses of $1 were denied"
}

# Configuration space of the physical function and of its virtual ones, as Linux reads it.
all_of_it()
{
	for function in "$physical" "$virtual" "$spare"; do
		od -A d -t x4 "$devices/$function/config"
	done
}

first_one()
{
	all_of_it >"$tmp/before" && uses "$virtual" || return
	[ "$(dword "$virtual" 4)" = ffffffff ] || wrong "Linux still sees $virtual" || return
	[ -z "$iommu_records" ] || denied_to_write "$virtual"
}

# capability FUNCTION ID: where it has it, in $at: below 256 those of 8 bits.
capability()
{
	at=$((0x$(dword "$1" 52) & 0xfc))
	while [ "$at" != 0 ] && header=$((0x$(dword "$1" "$at"))) &&
			[ $((header & 0xff)) != "$2" ]; do
		at=$((header >> 8 & 0xfc))
	done
	[ "$at" != 0 ] || wrong "$1 has no capability $2"
}

extended_capability()
{
	at=256
	while header=$((0x$(dword "$physical" "$at"))) && [ $((header & 0xffff)) != "$1" ]; do
		at=$((header >> 20))
		[ "$at" != 0 ] || wrong "$physical has no extended capability $1" || return
	done
}

# word_is_kept OFFSET VALUE: Linux writes it, and it is as before.
word_is_kept()
{
	before=$(dword "$physical" $(($1 & ~3)))
	set_word "$physical" "$1" "$2"
	now=$(dword "$physical" $(($1 & ~3)))
	[ "$now" = "$before" ] || wrong "$physical at $1: $now, it was $before"
}

# By its driver: as many as there are, none, one more. By its registers: there are none, they have
# no memory; their number; their pages; their first and last BAR; no power; a reset.
stays()
{
	mark_log
	mkdir "$cell/devices/$virtual" && arguments "$virtual" && put "$cell/state" create &&
		get "$S/cells/0/statistics/denied" || return
	denied=$value
	! { echo 0 >"$devices/$physical/sriov_numvfs"; } 2>/dev/null ||
		wrong "there are no virtual functions any more" || return
	log_says "VFs are assigned" && extended_capability 16 || return
	word_is_kept $((at + 8)) 0 && word_is_kept $((at + 8)) 1 && word_is_kept $((at + 16)) 1 &&
		word_is_kept $((at + 32)) 2 && word_is_kept $((at + 38)) 0xfd00 &&
		word_is_kept $((at + 58)) 0xfd00 && capability "$physical" 1 && word_is_kept $((at + 4)) 3 &&
		capability "$physical" 16 && word_is_kept $((at + 8)) 0x8000 &&
		get "$S/cells/0/statistics/denied" || return
	[ $((value - denied)) -ge 8 ] || wrong "$((value - denied)) were counted" || return
	echo 1 >"$devices/$physical/reset" &&
		echo "$physical" >/sys/bus/pci/drivers/pci-pf-stub/unbind &&
		echo "$physical" >/sys/bus/pci/drivers_probe
}

still_works()
{
	copy "$inmates/virtual.bin" "$cell/image" && put "$cell/state" start &&
		wait_is "$cell/state" "shut down" && reported virtual 1 && gone "$virtual"
}

gone()
{
	put "$cell/enabled" 0 && rmdir "$cell/devices/$1"
}

second_one()
{
	uses "$spare" && gone "$spare"
}

# They are anew. What had the number before is what has it now.
came_later()
{
	virtual_functions 2 && second_one && virtual_functions 3 &&
		mkdir "$cell/devices/$spare" &&
		refused ENXIO "$cell" "create virtual functions, SR-IOV, before you enable" \
			write "$cell/state" create && rmdir "$cell/devices/$spare"
}

# Of Linux's, and nobody has looked at its message: to the first CPU, with a vector that Linux does
# not use, of which it would tell. QEMU's unit of Intel's kind lets it pass.
sends_as_before()
{
	mark_log
	bar "$spare" 0; registers=$value
	bar "$spare" 3; table=$value
	{ capability "$spare" 17 && set_word "$spare" 4 6 && set_word "$spare" $((at + 2)) 0x8000 &&
		devmem "$table" 32 0xfee00000 && devmem $((table + 4)) 32 0 &&
		devmem $((table + 8)) 32 0xd5 && devmem $((table + 12)) 32 0 &&
		devmem $((registers + 0x1524)) 32 7 && devmem $((registers + 0x1580)) 32 1 &&
		devmem $((registers + 0x1520)) 32 1; } || wrong "$spare cannot be set up" || return
	sleep 0.1
	[ "$(devmem $((registers + 0x1580)) 32)" != 0x00000000 ] ||
		wrong "$spare has sent nothing" || return
	! new_log | grep "No irq handler" >"$tmp/result" || wrong "$(cat "$tmp/result")"
}

# With the physical one, as if somebody had pulled out the card.
taken_out()
{
	mark_log
	mkdir "$cell/devices/$virtual" && arguments "$virtual" "mode=gone" &&
		copy "$inmates/virtual.bin" "$cell/image" && put "$cell/enabled" 1 &&
		wait_said "it may go" && pull_out "$port" &&
		wait_is "$cell/state" "shut down" && reported virtual 1 &&
		wait_said "PCI device $virtual was removed, but is cell virtual's" &&
		wait_said "does not answer: it may be removed, or broken" && gone "$virtual" &&
		all_online
}

removed()
{
	for entry in memory/ram memory/shared memory/foreign images/arguments; do
		rmdir "$cell/$entry" || return
	done
	rmdir "$cell" && hv_disable && all_online
}

given_back()
{
	gone "$virtual" && all_of_it >"$tmp/now" || return
	differ=$(diff "$tmp/before" "$tmp/now") || wrong "not as before: $differ"
}

cases()
{
	t "enabled" enabled
	t "one in a cell: what it is, registers, interrupts, memory" first_one
	t "it is back with Linux, as before" given_back
	t "it stays, whatever Linux does with its physical function" stays
	t "and works" still_works
	t "the second one, whose registers are behind those of the first one" second_one
	t "one that came after the machine was described" came_later
	[ "$iommu_type" != 2 ] ||
		t "nor does it interrupt Linux, for which it would have to name an entry" \
			sends_as_before
	[ "$physical" = "$port" ] ||
		t "taken out with its physical function while its cell uses it" taken_out
	t "disabled" removed
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
