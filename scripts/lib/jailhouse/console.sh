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
	if [ -t 0 ]; then
		say "this is the console of $1, Ctrl-] leaves it"
		settings=$(stty -g) || return
		trap 'stty "$settings"' EXIT
		trap 'exit 1' HUP INT TERM
		stty raw -echo
	fi
	print_console &
	printer=$!
	send_input
	kill "$printer" 2>/dev/null
	wait "$printer" 2>/dev/null
	cat <&3
}

# A file that has ended can have more later. When the cell goes, it is an error. Where the command
# was killed, somebody else is to read what comes now.
print_console()
{
	while kill -0 $$ && cat <&3; do
		sleep 0.1 || sleep 1
	done 2>/dev/null
	say "the console has gone"
}

send_input()
{
	if [ -z "$settings" ]; then
		cat >"$console"
		return
	fi
	# The dot keeps line feeds at the end.
	while typed=$(dd bs=256 count=1 2>/dev/null && printf .) && [ "$typed" != . ]; do
		case $typed in
		*"$escape"*) return ;;
		esac
		printf %s "${typed%.}" >"$console" || return
	done
}
