# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: the console of a cell, on this terminal.

# Ctrl-], as telnet has it.
escape=$(printf '\035')

# cell_console CELL: prints what it prints, and sends it what is typed, until that key; without a
# terminal, until the input ends.
cell_console()
{
	find_running "$1"
	console=$dir/console
	exec 3<"$console" || fail "the console of $1 cannot be opened"
	cat <&3 || fail "the cell $1 has no console (JAILHOUSE_CELL_VIRTUAL_CONSOLE)"
	settings=
	[ ! -t 0 ] || take_terminal "$1" || return
	print_console &
	printer=$!
	if [ -n "$settings" ]; then
		send_typed
		stty "$settings"
	else
		cat >"$console"
	fi
	kill "$printer" 2>/dev/null || fail "the console of $1 has gone"
	wait "$printer" 2>/dev/null
	cat <&3
}

# Keys are the cell's, Ctrl-C among them. What it prints is made lines of as ever: most programs
# leave the carriage return to the terminal. A read that gets nothing ends after half a second.
take_terminal()
{
	settings=$(stty -g) || return
	trap 'stty "$settings"' EXIT
	trap 'exit 1' HUP INT TERM
	stty raw -echo opost onlcr min 0 time 5 &&
		say "this is the console of $1, Ctrl-] leaves it"
}

# A file that has ended can have more later. When the cell goes, it is an error. Where the command
# was killed, somebody else is to read what comes now.
print_console()
{
	while kill -0 $$ && cat <&3; do
		sleep 0.1 || sleep 1
	done 2>/dev/null
}

# What a cell does not read is lost, and the terminal's bell says so. So is the key that types a 0:
# a shell has no such character.
send_typed()
{
	# The dot keeps line feeds at the end.
	while kill -0 "$printer" 2>/dev/null && typed=$(dd bs=256 count=1 2>/dev/null && printf .); do
		typed=${typed%.}
		printf %s "${typed%%"$escape"*}" 2>/dev/null >"$console" || printf '\a'
		case $typed in
		*"$escape"*) return ;;
		esac
	done
}
