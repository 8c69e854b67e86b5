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

#
# With a network card of its own, whose cable ends here
#

# boots_with CARD: which is all that is said of the cell's devices.
boots_with()
{
	mark_log
	jailhouse cell linux linux-demo --cpus 2-3 --memory 112M --device "$1" "$kernel" \
		-i "$initrd" -c "$options" >"$tmp/said" 2>&1 || wrong "$(cat "$tmp/said")" || return
	awaits_word && says "CELL cpus 2" && has_no_warning
}

# sees_only FUNCTION: with what it is.
sees_only()
{
	asks pci "CELL has $1" || return
	[ "$(printf '%s\n' "$text" | grep -c "CELL has")" = 1 ] || wrong "its console has: $text"
}

# From here to the cell, with the largest frames.
answers()
{
	ping -q -c 20 -i 0.05 -w 30 -s 1472 10.73.0.2 >"$tmp/ping"
	grep -q " 0% packet loss" "$tmp/ping" || wrong "$(tail -n 3 "$tmp/ping")"
}

# From the cell to here, and back.
pings()
{
	asks ping "5 packets received" && answers
}

interrupts()
{
	tell interrupts && awaits_word || return
	printf '%s\n' "$text" | grep -q ":.* [1-9][0-9]* .*PCI-MSI.*eth0-rx" ||
		wrong "its console has: $text"
}

powers_off()
{
	tell off && wait_is "$cell/state" "shut down" 300 && jailhouse cell destroy linux-demo &&
		put "$J/enabled" 0 && all_online
}
