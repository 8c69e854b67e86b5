# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: which cells there are, and what each has.

# want_json ARGUMENT...: is --json the only one? $json is y then, empty if there is none.
want_json()
{
	json=
	case $* in
	'')	;;
	--json)	json=y ;;
	*)	misuse ;;
	esac
}

# Names are of letters, digits and "._-", states and lists of CPUs plain: nothing is to be
# quoted in JSON.
print_cell()
{
	if [ -z "$json" ]; then
		printf '%-6s %-31s %-15s %-13s %s\n' "$@"
		return
	fi
	[ "$1" != - ] || set -- null "$2" "$3" "$4" "$5"
	printf '%s\n  {"id": %s, "name": "%s", "state": "%s", "cpus": "%s", "failed_cpus": "%s"}' \
		"$comma" "$@"
	comma=,
}

cmd_list()
{
	case $* in
	--map)	show_map ''; return ;;
	'--map --json' | '--json --map')
		show_map json; return ;;
	esac
	want_json "$@"
	comma=
	if [ -n "$json" ]; then
		printf '['
	else
		print_cell ID NAME STATE CPUS FAILED
	fi
	list_cells
	[ -z "$json" ] || printf '\n]\n'
	first_line "$configfs/enabled"
	[ "$line" = 1 ] || say "the hypervisor is not enabled: Linux has all of the machine"
}

# The cells that the hypervisor knows, then those that are not created yet.
list_cells()
{
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

# show_map FORMAT: who has which CPU, RAM, port, pin, device and link: what is in the
# configurations of the cells that the hypervisor knows. All else is the root cell's.
show_map()
{
	first_line "$configfs/enabled"
	[ "$line" = 1 ] || fail "the hypervisor is not enabled: Linux has all of the machine"
	map=$(read_map | awk -f "$parts/map.awk") || fail "a configuration cannot be read"
	printf '%s\n' "$map" | sort | awk -v format="$1" -f "$parts/print-map.awk"
}

read_map()
{
	for dir in "$sysfs"/cells/*; do
		first_line "$dir/name" && name=$line
		first_line "$dir/cpus_assigned_list"
		echo "cell $name cpus $line"
	done
	echo "system hypervisor"
	od -An -v -tu1 "$configfs/config" || echo failed
	for dir in "$configfs"/cells/*; do
		first_line "$dir/enabled"
		[ "$line" = 1 ] || continue
		echo "cell ${dir##*/}"
		od -An -v -tu1 "$dir/config" || echo failed
	done
}
