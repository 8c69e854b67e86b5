#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A cell with two devices of its own: one that copies by DMA and interrupts by MSI, one of PCI
# Express that interrupts by MSI-X, both found through MMCONFIG.

. ./lib.sh
begin
need_cpus 4

cell=$tmp/express.cell
. ./devices.sh
need_devices

enabled()
{
	place_devices express "$cell" && hv_enable && config_space "$tmp/before"
}

made()
{
	new_cell express "$cell" "$inmates/express.bin" &&
		mkdir "$C/express/images/arguments" &&
		echo "dma=0x3be00000 others=0x30" >"$C/express/images/arguments/data" &&
		put "$C/express/images/arguments/address" 0x1000 &&
		put "$C/express/state" create || return
	if remapped; then
		told_of_devices ""
	else
		told_of_devices "can reach all memory, and interrupt any CPU: no IOMMU is used"
	fi
}

# Of 00:07.0, offset 0x100 and above are reached through MMCONFIG only.
hidden()
{
	for offset in 0 256; do
		bytes=$(dword "$nic" "$offset")
		[ "$bytes" = ffffffff ] || wrong "$nic reads $bytes at $offset"
	done
}

# uses_them TIMES: this one included.
uses_them()
{
	put "$C/express/state" start || return
	wait_is "$C/express/state" "shut down" && reported express "$1"
}

# Without the device, its table is not the cell's either.
foreign_table()
{
	./patchcell "$cell" "$tmp/bad.cell" drop=pci1 && copy "$tmp/bad.cell" "$C/express/config" &&
		refused EACCES "$C/express" MSI-X write "$C/express/state" create
	copy "$cell" "$C/express/config"
}

given_back()
{
	put "$C/express/enabled" 0 || return
	[ "$(dword "$nic" 0)" = 10d38086 ] || wrong "$nic reads $(dword "$nic" 0)"
	[ "$(dword "$nic" 256 | cut -c 5-8)" = 0001 ] || wrong "$nic has no AER" || return
	as_before
}

# While the cell has it. Linux finds it again when the cell is gone.
taken_out()
{
	put "$C/express/state" create && echo 1 >"$devices/$nic/remove" || return
	[ ! -e "$devices/$nic" ] || wrong "$nic is still there" || return
	new_log | grep -qF "PCI device $nic was removed, but is cell express's" ||
		wrong "the kernel log does not tell" || return
	put "$C/express/enabled" 0 && echo 1 >/sys/bus/pci/rescan || return
	[ "$(dword "$nic" 0)" = 10d38086 ] || wrong "$nic does not come back"
}

# elsewhere: as the machine's configuration and the cell's have its table, and the NIC has not.
elsewhere()
{
	mkdir "$C/express" && ./patchcell "$cell" "$tmp/bad.cell" pci1.msix=$((table + 0x1000)) &&
		./patchcell "$system" "$tmp/elsewhere.cell" pci2.msix=$((table + 0x1000)) &&
		copy "$tmp/elsewhere.cell" "$J/config" && put "$J/enabled" 1 &&
		copy "$tmp/bad.cell" "$C/express/config" &&
		refused EINVAL "$C/express" "has its MSI-X table of 5 vectors at 0x" \
			write "$C/express/state" create
	rmdir "$C/express" && hv_disable && all_online
}

removed()
{
	rmdir "$C/express/images/arguments" "$C/express" && hv_disable && all_online
}

# say FILE VALUE: of the cell express.
say()
{
	{ echo "$2" >"$C/express/$1"; } 2>/dev/null || wrong "$1: $(cat "$C/express/error")"
}

# The same cell on a machine that describes itself: its devices' registers are found.
from_directories()
{
	echo auto >"$J/config" && put "$J/enabled" 1 || return
	mkdir "$C/express" && for entry in memory/ram memory/shared "devices/$edu" "devices/$nic" \
			images/arguments; do
		mkdir "$C/express/$entry" || return
	done
	# A function that came back may have its registers elsewhere.
	place_edu
	config_space "$tmp/before"
	say cpus 1 && say memory/ram/size 1M && say memory/shared/size 4K &&
		say memory/shared/physical 0x3be00000 && say memory/shared/address 0x3be00000 &&
		say memory/shared/flags "read write dma" &&
		echo "dma=0x3be00000 others=0x30" >"$C/express/images/arguments/data" &&
		say images/arguments/address 0x1000 &&
		copy "$inmates/express.bin" "$C/express/image" && put "$C/express/state" create &&
		hidden && uses_them 3
}

undone()
{
	given_back && for entry in memory/ram memory/shared "devices/$edu" "devices/$nic"; do
		rmdir "$C/express/$entry" || return
	done
	removed
}

cases()
{
	t "enabled" enabled
	t "a cell with edu and e1000e" made
	t "Linux does not see it, neither by ports nor by MMCONFIG" hidden
	t "MMCONFIG, DMA, MSI, MSI-X in the cell" uses_them 1
	t "and at its next start" uses_them 2
	t "they are back with Linux, as before" given_back
	t "one that is removed while the cell has it" taken_out
	t "an MSI-X table of others is refused" foreign_table
	t "disabled" removed
	t "an MSI-X table that the device has elsewhere is refused" elsewhere
	t "the same cell from directories alone" from_directories
	t "disabled once more" undone
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
