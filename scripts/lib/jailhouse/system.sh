# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: the hypervisor as a whole.

cmd_enable()
{
	[ $# -le 1 ] || misuse
	[ $# = 0 ] || need_file "$1"
	need_disabled
	if [ $# = 0 ]; then
		put_text "$configfs" config auto
	else
		put_file "$configfs" config "$1"
	fi && put "$configfs" enabled 1
}

cmd_memory()
{
	case $# in
	0)	cat "$configfs/memory" ;;
	1)	put "$configfs" memory "$1" ;;
	*)	misuse ;;
	esac
}

# Cells that were only prepared stay as they are.
cmd_disable()
{
	how=0
	case $* in
	'')	;;
	--kill)	how='kill' ;;
	*)	misuse ;;
	esac
	set --
	for dir in "$configfs"/cells/*; do
		first_line "$dir/enabled"
		[ "$line" != 1 ] || set -- "$@" "$dir"
	done
	put "$configfs" enabled $how || return
	for dir; do
		remove_cell "$dir" || return
	done
}

# The ring as it is; with -f the kernel log is followed, where the driver puts
# each line of the hypervisor's.
cmd_console()
{
	case $* in
	'')	cat "$sysfs/console" ;;
	-f | --follow)
		follow ;;
	-* | *' '*)
		misuse ;;
	*)	cell_console "$1" ;;
	esac
}

# Each record of the kernel log is one read, "PRIORITY,NUMBER,TIME,FLAGS;TEXT".
follow()
{
	# Where sed has this option, a pipe sees each line at once too.
	unbuffered=-u
	sed -u -n '' </dev/null 2>/dev/null || unbuffered=-n
	exec sed $unbuffered -n 's/^[^;]*;jailhouse: hv: //p' </dev/kmsg
}

# The driver looks for it when it is told where hypervisor memory is.
cmd_crash()
{
	[ $# -le 1 ] || misuse
	if [ $# = 1 ]; then
		need_file "$1"
		need_disabled
		put_file "$configfs" config "$1" || return
	fi
	[ -n "$(head -c 1 "$sysfs/crash")" ] || fail "nothing was left by a crash${1:+, or it was" \
		"overwritten: a cold start and enabling do that}"
	cat "$sysfs/crash"
}

# The driver's version, too, if it is loaded and another one.
cmd_version()
{
	[ -n "$version" ] || version=$("$parts/../version" 2>/dev/null) || version=unknown
	echo "jailhouse $version"
	first_line /sys/module/jailhouse/version
	case $line in
	'' | "$version") ;;
	*)	echo "driver $line" ;;
	esac
}
