#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Each demo from its creation to its end; RAM and CPUs come back every time.

. ./lib.sh
begin
need_cpus 4

rounds=${ROUNDS:-20}
idle_used=

remember_pool()
{
	hv_enable && get "$S/mem_pool_used" && idle_used=$value
	[ -n "$idle_used" ] || wrong "there is no mem_pool_used"
}

pool_is_back()
{
	is "$S/mem_pool_used" "$idle_used"
}

create()
{
	new_cell "$1" && is "$C/$1/state" configured && put "$C/$1/state" create &&
		is "$C/$1/state" "shut down" && is "$C/$1/enabled" 1 && in_sysfs "$1" &&
		is "$dir/name" "$1" && is "$dir/state" "shut down"
}

# A cell's CPUs are gone from Linux, and its RAM bears its name.
has_resources()
{
	get "$C/$1/cpus"
	cpu=$value
	is "/sys/devices/system/cpu/cpu$cpu/online" 0
	in_sysfs "$1" && is "$dir/cpus_assigned_list" "$cpu" &&
		is "$dir/cpus_failed_list" ""
	grep -q "$1" /proc/iomem || wrong "/proc/iomem does not name $1"
}

# start CELL STATE: the state that the inmate gives itself.
start()
{
	put "$C/$1/state" start && wait_is "$C/$1/state" "$2" && in_sysfs "$1" &&
		is "$dir/state" "$2"
}

reload()
{
	copy "$inmates/$1.bin" "$C/$1/image" && put "$C/$1/state" reload &&
		wait_is "$C/$1/state" "$2"
}

stop()
{
	put "$C/$1/state" stop && is "$C/$1/state" "shut down" && in_sysfs "$1" &&
		is "$dir/state" "shut down" && has_resources "$1"
}

# The first request after each start is denied, the next one is not.
stop_locker()
{
	refused EPERM "$C/$1" "$1" write "$C/$1/state" stop &&
		is "$C/$1/state" running/locked && stop "$1"
}

# Nothing that has been set is lost when the cell is destroyed.
destroy()
{
	put "$C/$1/enabled" 0 && is "$C/$1/state" configured &&
		is "$C/$1/id" "" && is "$C/$1/image_address" "$load_address" &&
		all_online && pool_is_back
	! grep -q "$1" /proc/iomem || wrong "/proc/iomem still names $1"
}

# Every life brings at least this many exits: CPUID and the like at the start.
statistics_move()
{
	counted "$1" vmexits_total
	before=$value
	put "$C/$1/state" kill && reload "$1" "$2" &&
		counted "$1" vmexits_total || return
	[ "$value" -gt "$before" ] ||
		wrong "vmexits_total was $before and is $value after a reload"
}

# They move while they are read: what is read first is not more than the sum, and
# what is read last is not less.
statistics_add_up()
{
	counted "$1" vmexits_total || return
	before=$value
	total=0
	for counter in "$dir"/statistics/cpu*/vmexits_total; do
		get "$counter"
		total=$((total + value))
	done
	counted "$1" vmexits_total
	if [ "$total" -lt "$before" ] || [ "$total" -gt "$value" ]; then
		wrong "the CPUs' vmexits_total are $total together, the cell's" \
			"was $before before and $value after"
	fi
}

one_step()
{
	put "$C/$1/enabled" 1 && wait_is "$C/$1/state" "$2" &&
		put "$C/$1/state" kill && is "$C/$1/state" "shut down" &&
		put "$C/$1/state" start && wait_is "$C/$1/state" "$2" &&
		put "$C/$1/state" kill && destroy "$1"
}

remove()
{
	rmdir "$C/$1" && [ ! -e "$C/$1" ]
}

create_destroy()
{
	put "$C/tiny-demo/state" create && put "$C/tiny-demo/enabled" 0 || return
	pool_is_back && all_online
}

many_times()
{
	new_cell tiny-demo || return
	i=0
	while [ "$i" -lt "$rounds" ] && create_destroy; do
		i=$((i + 1))
	done
	[ "$i" = "$rounds" ] || wrong "in round $((i + 1)) of $rounds"
	rmdir "$C/tiny-demo"
}

# life NAME STATE STOP
life()
{
	t "$1: created, it is shut down" create "$1"
	t "$1: its CPU and RAM have left Linux" has_resources "$1"
	t "$1: started, it is $2" start "$1" "$2"
	t "$1: statistics move" statistics_move "$1" "$2"
	t "$1: statistics of the CPUs add up to the cell's" statistics_add_up "$1"
	t "$1: stopped, it keeps its CPU and RAM" "$3" "$1"
	t "$1: started again" start "$1" "$2"
	t "$1: killed, it is shut down" put "$C/$1/state" kill
	t "$1: reloaded from there, it is $2" reload "$1" "$2"
	t "$1: killed again" put "$C/$1/state" kill
	t "$1: destroyed, everything is back with Linux" destroy "$1"
	t "$1: started in one step, killed, restarted, destroyed" one_step "$1" "$2"
	t "$1: removed" remove "$1"
}

cases()
{
	t "enabled" remember_pool
	life tiny-demo running stop
	life apic-demo running/locked stop_locker
	t "$rounds times created and destroyed, pool use stays" many_times
	t "disabled" hv_disable
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
