# shellcheck shell=sh disable=SC2154 # names of lib.sh and of the tests
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the tests of a Linux in a cell, behind lib.sh: the cell linux-demo, which is made of
# $config, $kernel and $initrd (scripts/lib/cell-init).

# The emulated machine takes a minute for what nobody here wants to see.
options="console=ttyS0 quiet mitigations=off cryptomgr.notests"
options="$options initcall_blacklist=ftrace_check_for_weak_functions,trace_eval_init"
options="$options,btf_module_init"

# boots [OPTION...]: of its command line
boots()
{
	jailhouse cell linux "$config" "$kernel" -i "$initrd" -c "$options $*" >"$tmp/said" 2>&1 ||
		wrong "$(cat "$tmp/said")"
}

# console_ends TEXT: waits for that. In $text is what has come since it was called before.
console_ends()
{
	in_sysfs linux-demo || return
	text=
	tenths=1200
	while tenths=$((tenths - 1)) && [ "$tenths" -gt 0 ]; do
		text=$text$(cat "$dir/console")
		case $text in
		*"$1") return ;;
		esac
		sleep 0.1
	done
	wrong "its console has: $text"
}

awaits_word()
{
	console_ends "CELL what? "
}

# says TEXT: within what has come when console_ends() was called last.
says()
{
	case $text in
	*"$1"*) ;;
	*) wrong "its console has: $text" ;;
	esac
}

# tell WORD
tell()
{
	echo "$1" >"$dir/console" || wrong "its console takes nothing"
}

# asks WORD ANSWER: it has that in it
asks()
{
	tell "$1" && awaits_word && says "$2"
}

# All that it warned of.
has_no_warning()
{
	! printf '%s\n' "$text" | grep "CELL dmesg" >"$tmp/warnings" || wrong "$(cat "$tmp/warnings")"
}
