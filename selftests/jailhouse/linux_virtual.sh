#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A part of a network card: Linux has QEMU's igb and drives it, and an unmodified Linux in a cell has
# a virtual function of it (SR-IOV), which its own driver drives. Both ping each other through the
# card (scripts/vm --machine tcg --iommu intel --bridges, with a kernel that has igb and igbvf), and
# when the cell has gone, this Linux uses that function itself. Else as linux_nic.sh.

. ./lib.sh
. ./devices.sh
. ./linux_guest.sh
begin
need_cpus 4

kernel=${LINUX_KERNEL:-/root/linux/first/vmlinuz}
initrd=${kernel%/*}/initrd
[ -e "$kernel" ] || ktap_skip_all "there is no $kernel"
{ modprobe igb && modprobe igbvf; } 2>/dev/null || ktap_skip_all "there is no igb"
set -- /sys/bus/pci/drivers/igb/0000:*
physical=${1##*/}
[ -e "$devices/$physical" ] || ktap_skip_all "there is no card that igb drives"
cell=$C/linux-demo

# net_of FUNCTION: its network device, in $net.
net_of()
{
	set -- "$devices/$1"/net/*
	[ -d "$1" ] || wrong "$1 is not there" || return
	net=${1##*/}
}

# The virtual function is for the cell: so no driver of this Linux gets it.
enabled()
{
	net_of "$physical" && ip address add 10.73.0.1/24 dev "$net" && ip link set "$net" up &&
		{ echo 0 >"$devices/$physical/sriov_drivers_autoprobe"; } &&
		{ echo 1 >"$devices/$physical/sriov_numvfs"; } &&
		{ echo 1 >"$devices/$physical/sriov_drivers_autoprobe"; } || return
	virtual=$(readlink "$devices/$physical/virtfn0") && virtual=${virtual##*/}
	jailhouse enable
}

boots()
{
	mark_log
	jailhouse cell linux linux-demo --cpus 2-3 --memory 112M --device "$virtual" "$kernel" \
		-i "$initrd" -c "$options" >"$tmp/said" 2>&1 || wrong "$(cat "$tmp/said")" || return
	awaits_word && says "CELL cpus 2" && has_no_warning
}

one_function()
{
	asks pci "CELL has $virtual 0x8086 0x10ca" || return
	[ "$(printf '%s\n' "$text" | grep -c "CELL has")" = 1 ] || wrong "its console has: $text"
}

here()
{
	ping -q -c 20 -i 0.05 -w 30 -s 1472 10.73.0.2 >"$tmp/ping"
	grep -q " 0% packet loss" "$tmp/ping" || wrong "$(tail -n 3 "$tmp/ping")"
}

pings()
{
	asks ping "5 packets received" && here
}

interrupts()
{
	tell interrupts && awaits_word || return
	printf '%s\n' "$text" | grep -q ":.* [1-9][0-9]* .*PCI-MSI.*eth0-rx" ||
		wrong "its console has: $text"
}

# The driver of the physical function is asked to, and is told who has it.
stays()
{
	! { echo 0 >"$devices/$physical/sriov_numvfs"; } 2>/dev/null ||
		wrong "there is no virtual function any more" || return
	here
}

nothing_denied()
{
	in_sysfs linux-demo && is "$dir/devices/$virtual/dma_faults" 0
}

ends()
{
	tell off && wait_is "$cell/state" "shut down" 300 && jailhouse cell destroy linux-demo &&
		put "$J/enabled" 0 && all_online
}

# By Linux's own driver.
used_here()
{
	echo "$virtual" >/sys/bus/pci/drivers/igbvf/bind && net_of "$virtual" &&
		ip link set "$net" up && { echo 0 >"$devices/$physical/sriov_numvfs"; } || return
	[ ! -e "$devices/$virtual" ] || wrong "$virtual is still there"
}

cases()
{
	t "enabled" enabled
	t "Linux boots with a virtual function, without a warning of its own" boots
	t "it sees that function, and no other" one_function
	t "it pings this Linux through the card, and is pinged" pings
	t "its function interrupts" interrupts
	t "the function stays, whatever is written to sriov_numvfs" stays
	t "nothing that it did was denied" nothing_denied
	t "it powers off" ends
	t "this Linux uses the function, and ends it" used_here
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
