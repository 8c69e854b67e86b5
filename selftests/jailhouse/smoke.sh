#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The most important of everything, short: for further kernels, numbers of CPUs
# and modes of the interrupt controller.

. ./lib.sh
begin
need_cpus 2

last=$((num_cpus - 1))

# with CELL CPU: a directory with the demo's configuration for that CPU.
with()
{
	./patchcell "$cells/$1.cell" "$tmp/$1.cell" cpu="$2" &&
		new_cell "$1" "$tmp/$1.cell"
}

three_times()
{
	i=0
	while [ "$i" -lt 3 ]; do
		hv_enable && all_online && hv_disable && all_online || return
		i=$((i + 1))
	done
	hv_enable
}

tiny_runs()
{
	with tiny-demo "$last" && put "$C/tiny-demo/enabled" 1 &&
		is "$C/tiny-demo/state" running &&
		is "/sys/devices/system/cpu/cpu$last/online" 0
}

tiny_stops()
{
	put "$C/tiny-demo/state" stop && is "$C/tiny-demo/state" "shut down" &&
		put "$C/tiny-demo/state" start && put "$C/tiny-demo/state" reload &&
		is "$C/tiny-demo/state" running
}

tiny_ends()
{
	drop_cell tiny-demo && all_online
}

# On the same CPU, which has just come back, or on the one before it.
apic_runs()
{
	with apic-demo "$1" && put "$C/apic-demo/enabled" 1 &&
		wait_is "$C/apic-demo/state" running/locked
}

# While it runs, its timer goes: it answers after the next tick only.
apic_denies_once()
{
	refused EPERM "$C/apic-demo" apic-demo write "$C/apic-demo/state" stop &&
		put "$C/apic-demo/state" stop && is "$C/apic-demo/state" "shut down"
}

lock_holds()
{
	refused EPERM "$C/tiny-demo" apic-demo write "$C/tiny-demo/enabled" 0 &&
		put "$C/tiny-demo/state" reload
}

apic_again()
{
	put "$C/apic-demo/state" start && wait_is "$C/apic-demo/state" running/locked
}

disable_asks()
{
	refused EPERM "$J" apic-demo write "$J/enabled" 0 && hv_disable &&
		all_online && is "$C/apic-demo/state" configured
}

cases()
{
	t "enabled and disabled three times" three_times
	t "tiny-demo runs on CPU $last" tiny_runs
	t "tiny-demo stops, starts, reloads" tiny_stops
	if [ "$num_cpus" -ge 3 ]; then
		t "apic-demo runs on CPU $((last - 1)) beside it" apic_runs $((last - 1))
		t "apic-demo locks the configuration" lock_holds
	else
		t "tiny-demo is destroyed" tiny_ends
		t "apic-demo runs on CPU $last" apic_runs "$last"
	fi
	t "apic-demo denies the first request to stop" apic_denies_once
	t "apic-demo starts again" apic_again
	t "disabling asks apic-demo, and succeeds the second time" disable_asks
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
