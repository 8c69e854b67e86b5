# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: a cell from what it shall have, as directories.

# cmd_describe NAME --cpus LIST --memory SIZE [--port RANGE[:MODE]]... [--device BDF]...
# [IMAGE [-l ADDRESS]]...: which values there may be, the driver says.
cmd_describe()
{
	name=$1
	shift
	check_name "$name"
	take_values "$@"
	shift "$taken"
	check_images "$@"
	make_cell && describe_cell && enter_cell "$dir" "$@" && return
	drop_cell
}

check_name()
{
	case $1 in
	'' | . | .. | -* | *[!A-Za-z0-9._-]*)	misuse "'$1' is no name for a cell" ;;
	esac
}

# take_values ARGUMENT...: what the cell shall have; $taken is how many of them say that.
take_values()
{
	cpus=
	memory=
	ports=
	devices=
	taken=$#
	while :; do
		case ${1-} in
		--cpus | --memory | --port | --device)
			[ -n "${2-}" ] || misuse "$1 needs a value" ;;
		-*)	misuse "there is no option $1" ;;
		*)	break ;;
		esac
		case $1 in
		--cpus)		cpus=$2 ;;
		--memory)	memory=$2 ;;
		--port)		ports="$ports $2" ;;
		--device)	devices="$devices $2" ;;
		esac
		shift 2
	done
	taken=$((taken - $#))
	[ -n "$cpus" ] || misuse "a cell needs --cpus"
	[ -n "$memory" ] || misuse "a cell needs --memory"
}

# make_item KIND NAME: below the cell in $dir, and nowhere else.
make_item()
{
	case $2 in
	. | .. | */*)	say "'$2' is no name for one of $1/"
			return 1 ;;
	esac
	mkdir "$dir/$1/$2" 2>/dev/null && return
	complain "$dir" "cannot make $dir/$1/$2"
	return 1
}

# The same reason is in the cell's error, wherever the value is written.
put_item()
{
	message=$({ printf '%s\n' "$3" >"$dir/$1/$2"; } 2>&1) && return
	complain "$dir" "$1/$2: ${message##*: }"
	return 1
}

describe_cell()
{
	[ -d "$dir/memory" ] || {
		say "this driver takes a CONFIG only: install driver and command together"
		return 1
	}
	put "$dir" cpus "$cpus" && make_item memory ram && put_item memory/ram size "$memory" || return
	# What its devices write and read is the same RAM.
	[ -z "$devices" ] || put_item memory/ram flags "read write execute loadable dma" || return
	number=0
	for range in $ports; do
		make_item ports "$number" && put_item "ports/$number" range "${range%%:*}" || return
		case $range in
		*:*)	put_item "ports/$number" mode "${range#*:}" || return ;;
		esac
		number=$((number + 1))
	done
	for device in $devices; do
		make_item devices "$device" || return
	done
}
