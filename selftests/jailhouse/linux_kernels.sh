#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Other kernels in a cell than that of linux_cell.sh, each on one CPU in xAPIC mode, on three in
# x2APIC mode, and on a machine with more than four CPUs on four. Kernels and initrds are in
# directories of /root/linux/others.

. ./lib.sh
. ./linux_guest.sh
begin
need_cpus 4

others=${LINUX_OTHERS:-/root/linux/others}
[ -d "$others" ] || ktap_skip_all "there is no $others"
cell=$C/linux-demo

# boots_on CPUS NUMBER FLAGS: and powers off
boots_on()
{
	mark_log
	./patchcell "$cells/linux-demo.cell" "$config" cpus="$1" flags="$3" || return
	boots panic=1 && awaits_word && says "CELL cpus $2" && has_no_new_warning &&
		tell off && wait_is "$cell/state" "shut down" 1200 && in_sysfs linux-demo &&
		ktap_print "# $(jailhouse cell stats linux-demo | tr -s ' \n' ' ')" &&
		works write "$cell/enabled" 0 && rmdir "$cell"/images/* "$cell" && all_online
}

cases()
{
	config=$tmp/this.cell
	t "enabled" hv_enable
	for kernel in "$others"/*/vmlinuz; do
		initrd=${kernel%/*}/initrd
		name=${initrd%/*}
		name=${name##*/}
		t "$name boots on one CPU, in xAPIC mode" boots_on 0x2 1 0x220
		t "$name boots on three CPUs, in x2APIC mode" boots_on 0xe 3 0x260
		[ "$num_cpus" -lt 5 ] ||
			t "$name boots on four CPUs, in x2APIC mode" boots_on 0x1e 4 0x260
	done
	t "disabled" hv_disable
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
