#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# An unmodified Linux in a cell with a network card of its own, QEMU's e1000e, which its own driver
# drives: it and this Linux, which has the other end of the cable, ping each other. The machine has
# an IOMMU (scripts/vm --machine tcg --iommu intel, or amd), and describes itself; Linux leaves 128
# MiB at 0x30000000 alone, and kernel and initrd are made by scripts/lib/cell-initrd.

. ./lib.sh
. ./devices.sh
. ./linux_guest.sh
begin
need_cpus 4
need_devices

kernel=${LINUX_KERNEL:-/root/linux/first/vmlinuz}
initrd=${kernel%/*}/initrd
[ -e "$kernel" ] || ktap_skip_all "there is no $kernel"
[ -n "$iommu_type" ] || ktap_skip_all "there is no IOMMU"
cell=$C/linux-demo

enabled()
{
	linux_net 10.73.0.1 && config_space "$tmp/before" && jailhouse enable
}

nothing_denied()
{
	in_sysfs linux-demo && is "$dir/statistics/dma_faults" 0 &&
		is "$dir/devices/$nic/dma_faults" 0
}

ends()
{
	powers_off || return
	config_space "$tmp/now"
	differ=$(diff "$tmp/before" "$tmp/now") || wrong "not as before: $differ"
}

cases()
{
	t "enabled" enabled
	t "Linux boots with a network card, without a warning of its own" boots_with "$nic"
	t "it sees that function, and no other" sees_only "$nic 0x8086 0x10d3"
	t "it pings, and is pinged" pings
	t "its card interrupts" interrupts
	t "nothing that the card did was denied" nothing_denied
	t "it powers off, and the card is back, as before" ends
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
