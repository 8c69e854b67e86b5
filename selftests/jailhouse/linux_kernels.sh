#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Other kernels in a cell than that of linux_cell.sh: on three CPUs in x2APIC mode, and if there is
# time (LINUX_ALL=y) on one to four, in both. Kernels and initrds are in directories of
# /root/linux/others.

. ./lib.sh
. ./linux_guest.sh
begin
need_cpus 4

others=${LINUX_OTHERS:-/root/linux/others}
[ -d "$others" ] || ktap_skip_all "there is no $others"
cell=$C/linux-demo
config=$tmp/this.cell

# The flags of linux-demo.c, without and with JAILHOUSE_CELL_KVM_LEAF.
xapic=0x620
x2apic=0x660

# Accesses to the APIC as memory: in x2APIC mode only those up to where Linux switches.
in_mode()
{
	counted linux-demo vmexits_xapic || return
	case $1 in
	"$xapic")	[ "$value" -gt 100 ] ;;
	*)		[ "$value" -lt 100 ] ;;
	esac || wrong "$value accesses to the APIC as memory"
}

runs()
{
	./patchcell "$cells/linux-demo.cell" "$config" cpus="$1" flags="$3" || return
	boots panic=1 && awaits_word && says "CELL cpus $2" && has_no_warning || return
	ktap_print "# up to its first program: $(printf %s "$text" | sed -n 's/.*, up \(.* s\).*/\1/p')"
	ktap_print "# $(jailhouse cell stats linux-demo | tr -s ' \n' ' ')"
	in_mode "$3" && tell off && wait_is "$cell/state" "shut down" 1200
}

# boots_on CPUS NUMBER FLAGS: and powers off. Whatever became of it, the next one finds nothing.
boots_on()
{
	runs "$@"
	result=$?
	jailhouse cell destroy --kill linux-demo && all_online && [ "$result" = 0 ]
}

cases()
{
	t "enabled" hv_enable
	for kernel in "$others"/*/vmlinuz; do
		initrd=${kernel%/*}/initrd
		name=${initrd%/*}
		name=${name##*/}
		t "$name boots on three CPUs, in x2APIC mode" boots_on 0xe 3 "$x2apic"
		[ "${LINUX_ALL-}" = y ] || continue
		t "$name boots on one CPU, in x2APIC mode" boots_on 0x2 1 "$x2apic"
		t "$name boots on two CPUs, in xAPIC mode" boots_on 0x6 2 "$xapic"
		[ "$num_cpus" -lt 5 ] ||
			t "$name boots on four CPUs, in xAPIC mode" boots_on 0x1e 4 "$xapic"
	done
	t "disabled" hv_disable
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
