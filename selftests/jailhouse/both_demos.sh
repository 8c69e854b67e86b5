#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Both demos run at once, each on its own CPU, while Linux works on the others.
# (What they print is on serial ports that Linux does not see; the host looks
# at that, see scripts/demo-host.)

. ./lib.sh
begin
need_cpus 4

apic=$C/apic-demo
tiny=$C/tiny-demo

both_run()
{
	hv_enable && start_cell tiny-demo && start_cell apic-demo &&
		wait_is "$apic/state" running/locked && is "$tiny/state" running
}

# Different numbers, different CPUs, all others with Linux.
apart()
{
	get "$tiny/id"
	tiny_id=$value
	get "$apic/id"
	[ "$value" != "$tiny_id" ] || wrong "both have number $value"
	get "$tiny/cpus"
	tiny_cpu=$value
	get "$apic/cpus"
	apic_cpu=$value
	[ "$tiny_cpu" != "$apic_cpu" ] || wrong "both have CPU $apic_cpu"
	is "/sys/devices/system/cpu/cpu$tiny_cpu/online" 0
	is "/sys/devices/system/cpu/cpu$apic_cpu/online" 0
	linux=
	while read -r key rest; do
		[ "$key" != processor ] || linux=$linux${rest#*:}
	done </proc/cpuinfo
	# shellcheck disable=SC2086 # a list
	set -- $linux
	[ $# = $((num_cpus - 2)) ] || wrong "Linux runs on CPUs$linux"
}

linux_works()
{
	checksum=$(dd if=/bin/busybox bs=64k count=8 2>/dev/null | sha256sum)
	i=0
	while [ "$i" -lt 3 ]; do
		again=$(dd if=/bin/busybox bs=64k count=8 2>/dev/null | sha256sum)
		[ "$again" = "$checksum" ] || wrong "$again is not $checksum"
		i=$((i + 1))
	done
}

still_running()
{
	is "$apic/state" running/locked && is "$tiny/state" running &&
		is "$apic/error" "" && is "$tiny/error" "" &&
		none_failed tiny-demo && none_failed apic-demo
}

none_failed()
{
	in_sysfs "$1" && is "$dir/cpus_failed_list" "" &&
		is "$dir/statistics/denied" 0
}

# tiny-demo has all that it touches for itself.
tiny_costs_nothing()
{
	counted tiny-demo vmexits_total && before=$value && sleep 1 &&
		counted tiny-demo vmexits_total || return
	[ $((value - before)) -le 2 ] ||
		wrong "$((value - before)) exits in a second"
}

# Numbers of the wrapper's list are those of the cells.
wrapper_lists_both()
{
	jailhouse cell list >"$tmp/list" || return
	for name in apic-demo tiny-demo; do
		get "$C/$name/id"
		grep -q "^$value  *$name " "$tmp/list" ||
			wrong "$name is not listed as number $value"
	done
}

# Starts the neighbour again and again: the other one must not stumble.
neighbour_comes_and_goes()
{
	i=0
	while [ "$i" -lt 5 ]; do
		put "$tiny/state" stop && put "$tiny/state" start || return
		i=$((i + 1))
	done
	still_running
}

all_end()
{
	put "$J/enabled" kill && all_online && rmdir "$apic" "$tiny"
}

cases()
{
	t "tiny-demo and apic-demo run" both_run
	t "they and Linux have different CPUs" apart
	t "Linux works beside them" linux_works
	t "both still run, and no access was denied" still_running
	t "tiny-demo runs without VM exits" tiny_costs_nothing
	t "jailhouse cell list shows both" wrapper_lists_both
	t "apic-demo runs on while tiny-demo is stopped and started" neighbour_comes_and_goes
	t "all CPUs are back at the end" all_end
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
