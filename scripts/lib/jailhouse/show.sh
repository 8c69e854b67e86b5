# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: what there is: cells and their counters.

print_cell()
{
	printf '%-6s %-31s %-15s %-13s %s\n' "$@"
}

# The cells that the hypervisor knows, then those that are not created yet.
cmd_list()
{
	[ $# = 0 ] || misuse
	print_cell ID NAME STATE CPUS FAILED
	for dir in "$sysfs"/cells/*; do
		[ -d "$dir" ] || continue
		first_line "$dir/name" && name=$line
		first_line "$dir/state" && state=$line
		first_line "$dir/cpus_assigned_list" && cpus=$line
		first_line "$dir/cpus_failed_list"
		print_cell "${dir##*/}" "$name" "$state" "$cpus" "$line"
	done
	for dir in "$configfs"/cells/*; do
		[ -d "$dir" ] || continue
		first_line "$dir/state"
		case $line in
		empty | configured) print_cell - "${dir##*/}" "$line" '' '' ;;
		esac
	done
}

# The directory below sysfs of a cell, also of the root cell, in $dir.
find_running()
{
	dir=$sysfs/cells/$1
	case $1 in
	'' | *[!0-9]*) ;;
	*) [ ! -d "$dir" ] || return 0 ;;
	esac
	for dir in "$sysfs"/cells/*; do
		first_line "$dir/name"
		[ "$line" != "$1" ] || return 0
	done
	find_cell "$1"
	first_line "$configfs/cells/$name/id"
	dir=$sysfs/cells/$line
	if [ -z "$line" ] || [ ! -d "$dir" ]; then
		fail "cell $name is not created"
	fi
}

# The counters move while they are read: ALL is the sum of what is shown beside it.
cmd_stats()
{
	[ $# = 1 ] || misuse
	find_running "$1"
	dir=$dir/statistics
	printf '%-26s %12s' COUNTER ALL
	for cpu in "$dir"/cpu*; do
		[ ! -d "$cpu" ] || printf ' %12s' "${cpu##*/}"
	done
	printf '\n'
	for counter in "$dir"/*; do
		[ -f "$counter" ] || continue
		all=0
		each=
		for cpu in "$dir"/cpu*; do
			[ -d "$cpu" ] || continue
			first_line "$cpu/${counter##*/}"
			all=$((all + ${line:-0}))
			each="$each $(printf '%12s' "$line")"
		done
		printf '%-26s %12s%s\n' "${counter##*/}" "$all" "$each"
	done
}
