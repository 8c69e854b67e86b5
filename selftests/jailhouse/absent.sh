#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# CPUs that Linux was told not to use (nosmt, maxcpus=) are absent: it is enabled without
# them, they stay out of reach, and come to no harm.

. ./lib.sh
leave_offline=yes
begin

cpu_dir=/sys/devices/system/cpu
present=$(cat $cpu_dir/present)
online=$(cat $cpu_dir/online)
[ "$present" != "$online" ] || ktap_skip_all "all CPUs are online ($online)"

# The highest CPU that is online, and the lowest that is not.
last=${online##*[,-]}
absent=0
while [ "$(cat $cpu_dir/cpu$absent/online 2>/dev/null || echo 1)" = 1 ]; do
	absent=$((absent + 1))
done

enabled_without_them()
{
	hv_enable && is "$S/cells/0/cpus_assigned_list" "$online" &&
		is "$cpu_dir/online" "$online"
}

# With nosmt Linux refuses by itself (EPERM).
not_onlined()
{
	attr write "$cpu_dir/cpu$absent/online" 1
	[ "$outcome" = EBUSY ] || [ "$outcome" = EPERM ] ||
		wrong "CPU $absent online: $outcome" || return
	is "$cpu_dir/online" "$online"
}

# with CELL CPU
with()
{
	./patchcell "$cells/$1.cell" "$tmp/$1.cell" cpus=$((1 << $2)) &&
		new_cell "$1" "$tmp/$1.cell"
}

not_given_away()
{
	with tiny-demo "$absent" || return
	refused ENODEV "$C/tiny-demo" "CPU $absent" write "$C/tiny-demo/enabled" 1
	drop_cell tiny-demo
}

cell_runs()
{
	with tiny-demo "$last" && put "$C/tiny-demo/enabled" 1 &&
		is "$C/tiny-demo/state" running && is "$cpu_dir/cpu$last/online" 0 &&
		not_onlined_beside_cell && drop_cell tiny-demo && is "$cpu_dir/online" "$online"
}

not_onlined_beside_cell()
{
	attr write "$cpu_dir/cpu$absent/online" 1
	[ "$outcome" != ok ] || wrong "CPU $absent came online"
}

# Where Linux allows it at all: it was as healthy as before, and is known the next time.
online_afterwards()
{
	hv_disable && is "$cpu_dir/online" "$online" || return
	attr write "$cpu_dir/cpu$absent/online" 1
	[ "$outcome" != EPERM ] || return 0
	[ "$outcome" = ok ] || wrong "CPU $absent online: $outcome" || return
	get "$cpu_dir/online" && all=$value && hv_enable &&
		is "$S/cells/0/cpus_assigned_list" "$all" && hv_disable
}

cases()
{
	t "enabled on CPUs $online of $present" enabled_without_them
	t "CPU $absent does not come online" not_onlined
	t "no cell gets CPU $absent" not_given_away
	t "tiny-demo runs on CPU $last" cell_runs
	t "disabled, all are as they were" online_afterwards
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
