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

# The driver of the physical function is asked to, and is told who has it.
stays()
{
	! { echo 0 >"$devices/$physical/sriov_numvfs"; } 2>/dev/null ||
		wrong "there is no virtual function any more" || return
	answers
}

nothing_denied()
{
	in_sysfs linux-demo && is "$dir/devices/$virtual/dma_faults" 0
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
	t "Linux boots with a virtual function, without a warning of its own" boots_with "$virtual"
	t "it sees that function, and no other" sees_only "$virtual 0x8086 0x10ca"
	t "it pings this Linux through the card, and is pinged" pings
	t "its function interrupts" interrupts
	t "the function stays, whatever is written to sriov_numvfs" stays
	t "nothing that it did was denied" nothing_denied
	t "it powers off" powers_off
	t "this Linux uses the function, and ends it" used_here
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
