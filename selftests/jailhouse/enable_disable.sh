#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Linux goes under the hypervisor and out again, 20 times, and nobody notices.

. ./lib.sh
begin

rounds=${ROUNDS:-20}
pool_used=

check_enabled()
{
	hv_enable && is "$J/enabled" 1 && is "$S/enabled" 1 &&
		is "$S/cells/0/state" running && all_online || return
	get "$S/mem_pool_used"
	[ -n "$pool_used" ] || pool_used=$value
	[ "$value" = "$pool_used" ] ||
		wrong "mem_pool_used is $value, in the first round it was $pool_used"
}

check_disabled()
{
	hv_disable && is "$J/enabled" 0 && is "$S/enabled" 0 && all_online || return
	[ ! -e "$S/cells/0" ] || wrong "$S/cells/0 is still there"
}

round()
{
	check_enabled
	check_disabled
}

# Every CPU does its work while enabled: one process on each.
work_everywhere()
{
	hv_enable || return
	cpu=0
	while [ "$cpu" -lt "$num_cpus" ]; do
		mask=$(printf '%x' $((1 << cpu)))
		taskset "$mask" true || wrong "no process ran on CPU $cpu"
		cpu=$((cpu + 1))
	done
	hv_disable
}

# The time of the day goes on, at its pace.
clock_goes_on()
{
	hv_enable || return
	before=$(date +%s)
	sleep 1
	after=$(date +%s)
	hv_disable || return
	case $((after - before)) in
	1 | 2 | 3) ;;
	*) wrong "a second took $((after - before)) s" ;;
	esac
}

# The file may have been read ahead by the one who wrote it.
again_without_config()
{
	put "$J/enabled" 1 && put "$J/enabled" 0
}

cases()
{
	i=1
	while [ "$i" -le "$rounds" ]; do
		t "round $i: enabled, with all CPUs and the same pool use; disabled" round
		i=$((i + 1))
	done
	t "the configuration stays for the next time" again_without_config
	t "every CPU runs processes while enabled" work_everywhere
	t "time goes on while enabled" clock_goes_on
	t "the hypervisor's log is readable in the kernel log" log_says "jailhouse: hv: Jailhouse on"
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
