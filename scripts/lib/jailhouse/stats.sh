# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: the counters of a cell.

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

cmd_stats()
{
	how=table
	times=
	cell=
	while [ $# != 0 ]; do
		case $1 in
		--json)		how=json ;;
		--watch)	how=watch ;;
		-n | --times)
			check_number "${2-}" "$1 takes a number"
			times=$2
			shift ;;
		-*)	misuse ;;
		*)	[ -z "$cell" ] || misuse
			cell=$1 ;;
		esac
		shift
	done
	[ -n "$cell" ] || misuse
	[ -z "$times" ] || [ $how = watch ] || misuse "-n belongs to --watch"
	find_running "$cell"
	dir=$dir/statistics
	if [ $how = watch ]; then
		watch_counters
	else
		read_counters | awk -v format=$how -f "$parts/stats.awk"
	fi
}

check_number()
{
	case $1 in
	'' | 0* | *[!0-9]*) misuse "$2" ;;
	esac
}

# Each counter of each CPU: "CPU COUNTER VALUE".
read_counters()
{
	for cpu in "$dir"/cpu*; do
		[ -d "$cpu" ] || continue
		for counter in "$cpu"/*; do
			first_line "$counter"
			echo "${cpu##*/} ${counter##*/} $line"
		done
	done
}

# Once a second, until the cell is gone or somebody has seen enough. The moment is told with
# the counters, since a second may be longer than it should.
watch_counters()
{
	{
		while [ -d "$dir" ]; do
			first_line /proc/uptime
			echo "at ${line%% *}"
			read_counters
			echo end
			[ -z "$times" ] || [ "$times" != 0 ] || break
			[ -z "$times" ] || times=$((times - 1))
			sleep 1
		done
	} | awk -v format=watch -f "$parts/stats.awk"
}
