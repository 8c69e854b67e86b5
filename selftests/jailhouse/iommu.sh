#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What a device may do is what its cell may do: QEMU's "edu" device does DMA on request, on a
# machine with an IOMMU (scripts/vm --machine tcg --iommu intel, or amd).

. ./lib.sh
begin
need_cpus 4

devices=/sys/bus/pci/devices
cell_ram=0x3be00000

[ -e dma.cell ] || ktap_skip_all "run make first"
find_iommu
[ -n "$iommu_type" ] || ktap_skip_all "there is no IOMMU"

find_edu()
{
	for edu in "$devices"/*; do
		get "$edu/device"
		[ "$value" != 0x11e8 ] || return 0
	done
	ktap_skip_all "there is no edu device"
}

find_edu
# With IOMMU_TYPE=0 one sees what fails without.
iommu_type=${IOMMU_TYPE:-$iommu_type}
iommu_translates "$tmp/iommu.cell"

# dma ADDRESS reached|denied
dma()
{
	found=$(./edu "$edu" "$1") || wrong "edu: $found" || return
	[ "$found" = "$2" ] || wrong "DMA to $1: $found, expected $2"
}

# An address in the middle of it, where nothing is.
hypervisor_address()
{
	hv_address=$(printf '0x%x' $((0x3a000000 + 0x800000)))
}

before()
{
	hypervisor_address && vendor_of_iommu 1022 && dma own reached &&
		dma "$hv_address" reached && dma "$cell_ram" reached
}

enabled()
{
	hv_enable && wait_said "IOMMUs translate" && vendor_of_iommu ffff && dma own reached
}

# faults DIRECTORY: of a cell. QEMU's unit keeps one until the driver looks, and drops others.
faults()
{
	get "$1/statistics/dma_faults" || wrong "there is no $1/statistics/dma_faults" || return
	[ "$value" -ge 1 ] || wrong "$1/statistics/dma_faults reads $value"
}

# one_device DIRECTORY: of a cell whose only device it is.
one_device()
{
	all=$(cat "$1/statistics/dma_faults")
	is "$1/devices/${edu##*/}/dma_faults" "$all" || return
	[ "$(ls "$1/devices")" = "${edu##*/}" ] ||
		wrong "$1/devices has $(ls "$1/devices")"
}

hypervisor_is_out_of_reach()
{
	is "$S/cells/0/statistics/dma_faults" 0 || return
	[ ! -e "$S/cells/0/devices" ] || wrong "the root cell has a list of devices" || return
	dma "$hv_address" denied && dma own reached || return
	[ -n "$iommu_records" ] || return 0
	wait_said "PCI function 00:05.0 was denied to write $hv_address" && faults "$S/cells/0"
}

cell_is_out_of_reach()
{
	dma "$cell_ram" reached && new_cell tiny-demo &&
		put "$C/tiny-demo/state" create && dma "$cell_ram" denied &&
		put "$C/tiny-demo/state" start && dma "$cell_ram" denied &&
		put "$C/tiny-demo/state" stop && dma "$cell_ram" denied &&
		drop_cell tiny-demo && dma "$cell_ram" reached
}

# Ten lines at once, and one a second; while there is a cell, the driver looks ten times a second.
logged_at_a_limited_rate()
{
	[ -n "$iommu_records" ] || return 0
	mark_log
	new_cell tiny-demo && put "$C/tiny-demo/state" create &&
		get "$S/cells/0/statistics/dma_faults" || return
	before=$value
	seconds=$(sed 's/\..*//' /proc/uptime)
	tries=40
	while [ "$tries" != 0 ]; do
		dma "$cell_ram" denied || return
		sleep 0.1
		tries=$((tries - 1))
	done
	get "$S/cells/0/statistics/dma_faults" || return
	[ $((value - before)) -ge 30 ] || wrong "$((value - before)) of 40 were counted" || return
	seconds=$(($(sed 's/\..*//' /proc/uptime) - seconds))
	lines=$(new_log | grep -c "was denied to .* $cell_ram")
	if [ "$lines" -lt 10 ] || [ "$lines" -gt $((12 + seconds)) ]; then
		wrong "$((value - before)) faults are $lines lines in $seconds seconds"
		return
	fi
	drop_cell tiny-demo
}

# Of AMD's kind: its own registers in configuration space are not Linux's meanwhile.
vendor_of_iommu()
{
	[ "$iommu_type" = 2 ] || return 0
	value=$(od -An -tx2 -N2 "$devices/0000:00:01.0/config")
	[ "$value" = " $1" ] || wrong "vendor of the IOMMU: $value, expected $1"
}

# The device of a cell, which is driven there. Its registers are where Linux has put them.
cells_device()
{
	bar=$(sed -n '1s/ .*//p' "$edu/resource")
	./patchcell dma.cell "$tmp/dma.cell" "mem3.phys=$bar" "mem3.virt=$bar" &&
		new_cell dma "$tmp/dma.cell" "$inmates/dma.bin" &&
		mkdir "$C/dma/images/arguments" &&
		echo "bdf=40 bar=$bar dma=0x400000 ram=0x80000 host=0x3be00000" \
			>"$C/dma/images/arguments/data" &&
		put "$C/dma/images/arguments/address" 0x1000 || return
	mark_log
	put "$C/dma/enabled" 1 && reported dma 1 || return
	if remapped; then
		told_of_devices "" || return
	else
		told_of_devices "can interrupt any CPU" || return
	fi
	in_sysfs dma || return
	if [ -n "$iommu_records" ]; then
		wait_said "Cell dma: PCI function 00:05.0 was denied to write 0x80000" &&
			faults "$dir" || return
	fi
	one_device "$dir" &&
		put "$C/dma/enabled" 0 && rmdir "$C/dma/images/arguments" "$C/dma" &&
		dma own reached && dma "$hv_address" denied
}

disabled()
{
	hv_disable && vendor_of_iommu 1022 && dma "$hv_address" reached && dma own reached
}

cases()
{
	t "without the hypervisor a device reaches all memory" before
	t "the hypervisor starts, and the device reaches memory of the root cell" enabled
	t "memory of the hypervisor is out of reach, which is logged and counted" hypervisor_is_out_of_reach
	t "RAM is out of reach as long as it is a cell's" cell_is_out_of_reach
	t "a device that is denied again and again is logged at a limited rate" \
		logged_at_a_limited_rate
	t "a cell's device reaches what it has for it, and is the root cell's again" cells_device
	t "without the hypervisor it reaches all memory again" disabled
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
