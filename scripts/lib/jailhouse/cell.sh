# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: a cell's life.

cell()
{
	[ $# -ge 1 ] || misuse
	action=$1
	shift
	case $action in
	create)		cmd_create "$@" ;;
	linux)		cmd_linux "$@" ;;
	load)		cmd_load stop "$@" ;;
	reload)		cmd_load reload "$@" ;;
	start)		cmd_state start "$@" ;;
	shutdown)	cmd_state stop "$@" ;;
	kill)		cmd_state kill "$@" ;;
	destroy)	cmd_destroy "$@" ;;
	list)		cmd_list "$@" ;;
	stats)		cmd_stats "$@" ;;
	*)		misuse "there is no command 'cell $action'" ;;
	esac
}

# find_cell CELL: sets $name.
find_cell()
{
	case $1 in
	'')
		misuse "the name of a cell is empty" ;;
	*[!0-9]*)
		;;
	*)
		for dir in "$configfs"/cells/*; do
			first_line "$dir/id"
			name=${dir##*/}
			[ "$line" != "$1" ] || return 0
		done ;;
	esac
	name=$1
	case $1 in
	. | .. | *[!A-Za-z0-9._-]*) ;;
	*) [ ! -d "$configfs/cells/$1" ] || return 0 ;;
	esac
	if [ -f "$1" ]; then
		config_name "$1"
		[ ! -d "$configfs/cells/$name" ] || return 0
	fi
	fail "there is no cell $name"
}

# The name inside a cell configuration: 32 bytes at offset 20.
config_name()
{
	need_file "$1"
	name=$(dd if="$1" bs=1 skip=20 count=32 2>/dev/null | tr -d '\000')
	case $name in
	'' | . | .. | *[!A-Za-z0-9._-]*) fail "$1 is not a cell configuration" ;;
	esac
}

# With the CONFIG of a cell, or with a name and what it shall have: "cell create CELL --cpus...".
cmd_create()
{
	[ $# -ge 1 ] || misuse
	case ${2-} in
	--*)	cmd_describe "$@"
		return ;;
	esac
	config=$1
	config_name "$config"
	shift
	check_images "$@"
	make_cell && fill_cell "$dir" "$config" "$@" && return
	drop_cell
}

# make_cell: the directory of cell $name, in $dir.
make_cell()
{
	dir=$configfs/cells/$name
	[ ! -d "$dir" ] || fail "there is a cell $name already"
	mkdir "$dir" 2>/dev/null || {
		complain "$configfs" "cannot make $dir"
		exit 1
	}
}

# drop_cell: the one that make_cell() has made goes again. The reason has been told.
drop_cell()
{
	remove_cell "$configfs/cells/$name"
	return 1
}

# fill_cell DIR CONFIG [IMAGE -l ADDRESS]...: all that makes a cell of DIR.
fill_cell()
{
	cell=$1
	put_file "$cell" config "$2" || return
	shift 2
	enter_cell "$cell" "$@"
}

# enter_cell DIR [IMAGE -l ADDRESS]...: it is created, and started if there is what to start.
enter_cell()
{
	cell=$1
	shift
	if [ $# = 0 ]; then
		put "$cell" state create
	else
		stage_images "$cell" "$@" && put "$cell" enabled 1 && tell_failed "$cell"
	fi
}

# tell_failed DIR: what is no program for a cell (a source, a file of another system) fails with
# its first instructions, and starting it has succeeded.
tell_failed()
{
	first_line "$1/state"
	[ "$line" != failed ] ||
		say "cell ${1##*/} was started, and has failed: 'jailhouse console' says why"
}

# remove_cell DIR: with what was made below it.
remove_cell()
{
	for old in "$1"/images/* "$1"/memory/* "$1"/ports/* "$1"/interrupts/* "$1"/devices/* \
			"$1"/links/* "$1"/ivshmem/*; do
		[ ! -d "$old" ] || rmdir "$old" || return
	done
	rmdir "$1"
}

# cmd_load STATE CELL IMAGE...
cmd_load()
{
	state=$1
	shift
	[ $# -ge 2 ] || misuse
	find_cell "$1"
	shift
	check_images "$@"
	cell=$configfs/cells/$name
	if [ "$state" = stop ]; then
		put "$cell" state stop && stage_images "$cell" "$@"
	else
		stage_images "$cell" "$@" && put "$cell" state reload && tell_failed "$cell"
	fi
}

# cmd_state STATE CELL
cmd_state()
{
	[ $# = 2 ] || misuse
	find_cell "$2"
	put "$configfs/cells/$name" state "$1" || return
	[ "$1" != start ] || tell_failed "$configfs/cells/$name"
}

cmd_destroy()
{
	how=0
	[ $# -le 2 ] || misuse
	case " $* " in
	*" --kill "*)
		how='kill'
		[ "$1" = --kill ] || set -- "$2" "$1"
		shift ;;
	esac
	[ $# = 1 ] || misuse
	find_cell "$1"
	dir=$configfs/cells/$name
	put "$dir" enabled $how || return
	remove_cell "$dir"
}
