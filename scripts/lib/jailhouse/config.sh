# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: what the machine is like.

config()
{
	[ $# -ge 1 ] || misuse
	command=$1
	shift
	case $command in
	create)	cmd_config_create "$@" ;;
	check)	cmd_config_check "$@" ;;
	*)	misuse "there is no command 'config $command'" ;;
	esac
}

# What this machine is like. While the hypervisor is enabled, and where a configuration was
# written, that is what the file has. If it cannot be said, FILE stays as it is.
cmd_config_create()
{
	[ $# = 1 ] || misuse
	beside=$1.
	if [ -L "$1" ] || { [ -e "$1" ] && [ ! -f "$1" ]; }; then
		beside=${TMPDIR:-/tmp}/jailhouse.
	fi
	new=$(mktemp -- "${beside}XXXXXX") || fail "$1 cannot be written"
	read_config "$new" && write_out "$new" "$1" "$beside" && return
	rm -f -- "$new"
	return 1
}

# read_config NEW: if that fails, the driver has said why; but of a full disk it knows nothing.
read_config()
{
	message=$({ LC_ALL=C cat "$configfs/config" >"$1"; } 2>&1) && [ -s "$1" ] && return
	case $message in
	*'write error'*)	say "$1: ${message##*: }" ;;
	'')			say "there is no configuration" ;;
	*)			complain "$configfs" "config: ${message##*: }" ;;
	esac
	return 1
}

# write_out NEW FILE BESIDE: a file is replaced as a whole, with the rights of a new one. Into
# what is something else, /dev/stdout for example, it is written.
write_out()
{
	if [ "$3" = "$2." ]; then
		chmod -- '=rw' "$1" && mv -f -- "$1" "$2"
	else
		cat "$1" >"$2" && rm -f "$1"
	fi || {
		say "$2 cannot be written"
		return 1
	}
}

# The FILE stays what is written; without one, what was written stays. While enabled, the
# driver has nothing to say. What there is but a warning is no failure.
cmd_config_check()
{
	[ $# -le 1 ] || misuse
	[ $# = 0 ] || need_file "$1"
	need_disabled
	[ $# = 0 ] || put_file "$configfs" config "$1" || return
	complaints=$(cat "$configfs/check") || fail "$configfs/check cannot be read"
	[ -z "$complaints" ] || printf '%s\n' "$complaints"
	case "
$complaints" in
	*"
refused: "*) return 1 ;;
	esac
}

hardware()
{
	case $* in
	check)		cmd_hardware_check ;;
	'check --record')
			show_file record ;;
	*)		misuse ;;
	esac
}

# Each line begins with "ok: " or "missing: ". While enabled there is nothing to be said.
cmd_hardware_check()
{
	need_disabled
	complaints=$(show_file hardware) || return
	printf '%s\n' "$complaints"
	case "
$complaints" in
	*"
missing: "*) return 1 ;;
	esac
}

# show_file NAME: of what the driver has to say about the machine.
show_file()
{
	[ -e "$configfs/$1" ] || fail "this driver has no $configfs/$1: install driver and command" \
		"together"
	message=$({ LC_ALL=C cat "$configfs/$1"; } 2>&1) || {
		complain "$configfs" "$1: ${message##*: }"
		return 1
	}
	printf '%s\n' "$message"
}
