#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A cell's console at a terminal: what is typed gets to the cell, what it prints to who looks, and
# the terminal is afterwards what it was before.

. ./lib.sh
begin
need_cpus 4

[ -x terminal ] || ktap_skip_all "run make first"

ctrl_c=$(printf '\003')
ctrl_close=$(printf '\035')

# at_terminal STEP...: of ./terminal, at the console of the cell one.
at_terminal()
{
	seen=$(./terminal "$@" -- jailhouse console one 2>&1)
	[ "$seen" = ok ] || wrong "$(echo "$seen" | tail -n 20)"
}

# echo_cell NAME CPU [KIND]: reads what is typed, or does not.
echo_cell()
{
	mkdir "$C/$1" "$C/$1/memory/ram" "$C/$1/images/arguments" || wrong "mkdir" || return
	put "$C/$1/cpus" "$2" && put "$C/$1/memory/ram/size" 1M && put "$C/$1/console" virtual &&
		copy "$inmates/echo.bin" "$C/$1/image" &&
		put "$C/$1/images/arguments/address" 0x1000 &&
		echo "kind=${3:-echo}" >"$C/$1/images/arguments/data" && put "$C/$1/enabled" 1
}

keys_are_the_cells()
{
	hv_enable && echo_cell one 2 && in_sysfs one || return
	at_terminal see "type" see "Ctrl-] leaves it" type a see "<61>" type "$ctrl_c" see "<3>" \
		type "b
" see "<62>" see "<a>" type "c$ctrl_close" end 0 && is "$C/one/state" running || return
	# What was typed in front of the key is the cell's.
	cat "$dir/console" >"$tmp/rest"
	at_terminal type "d$ctrl_close" end 0 && wait_text "<64>"
}

# wait_text TEXT: in the hypervisor's log, behind the cell's name.
wait_text()
{
	tries=100
	until grep -qF "[one] $1" "$S/console"; do
		tries=$((tries - 1))
		[ "$tries" != 0 ] || wrong "the log does not say '[one] $1'" || return
		sleep 0.1
	done
}

# A program hands its terminal back however it ends.
killed()
{
	at_terminal see "Ctrl-] leaves it" kill 15 end 1 &&
		at_terminal see "Ctrl-] leaves it" kill 1 end 1
}

# Each line of the hypervisor's log is one cell's.
apart()
{
	echo_cell two 3 && in_sysfs two || return
	at_terminal see "Ctrl-] leaves it" type "xyz" see "<7a>" type "$ctrl_close" end 0 || return
	echo q >"$dir/console"
	wait_is "$C/two/state" "shut down" || return
	grep -F "<" "$S/console" >"$tmp/log"
	grep -vE '^\[(one|two)\] <[0-9a-f]+>$' "$tmp/log" >"$tmp/mixed" && wrong "$(cat "$tmp/mixed")" ||
		grep -qF "[two] <71>" "$tmp/log" && ! grep -qE '^\[two\] <7[89a]>' "$tmp/log" ||
		wrong "$(cat "$tmp/log")" || return
	put "$C/two/enabled" 0 && rmdir "$C/two/images/arguments" "$C/two/memory/ram" "$C/two"
}

# Whoever reads takes: together they have all of it, and nothing twice.
two_readers()
{
	in_sysfs one && cat "$dir/console" >"$tmp/rest" || return
	for letter in a b c d e f g h i j; do
		printf %s "$letter" >"$dir/console"
	done
	wait_text "<6a>" || return
	exec 5<"$dir/console" 6<"$dir/console"
	for turn in 1 2 3 4 5 6 7 8; do
		dd bs=7 count=1 <&5 2>/dev/null >>"$tmp/both"
		dd bs=5 count=1 <&6 2>/dev/null >>"$tmp/both"
	done
	exec 5<&- 6<&-
	[ "$(tr -d '\r\n' <"$tmp/both")" = "<61><62><63><64><65><66><67><68><69><6a>" ] ||
		wrong "two readers have $(cat "$tmp/both") $turn"
}

# 256 characters wait for the cell. What comes then is lost, and the bell rings.
deaf_cell()
{
	put "$C/one/enabled" 0 && echo kind=deaf >"$C/one/images/arguments/data" &&
		put "$C/one/enabled" 1 && in_sysfs one || return
	head -c 256 /dev/zero | tr '\0' x >"$dir/console" || wrong "256 characters do not wait" || return
	fails EAGAIN write "$dir/console" y || return
	at_terminal see "type" type z see "$(printf '\007')" type "$ctrl_close" end 0
}

# Who sits there need not press a key to learn of it.
console_goes()
{
	at_terminal see "Ctrl-] leaves it" run "echo 0 >$C/one/enabled" \
		see "the console of one has gone" end 1
}

all_end()
{
	put "$J/enabled" kill && all_online && rmdir "$C/one/images/arguments" \
		"$C/one/memory/ram" "$C/one"
}

cases()
{
	t "keys get to the cell, Ctrl-C too, and Ctrl-] leaves" keys_are_the_cells
	t "a console that is killed leaves the terminal as it was" killed
	t "two cells: the log keeps them apart" apart
	t "two readers share what there is" two_readers
	t "a cell that does not read" deaf_cell
	t "the console goes, and the terminal is as it was" console_goes
	t "disabled" all_end
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
