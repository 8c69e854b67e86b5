#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# RAM is taken from Linux while it runs, without memmap=: hypervisor and cells live in it, Linux
# keeps off, all that reads physical memory leaves it out, and at disable it is Linux's again.

. ./lib.sh
begin
need_cpus 2

mib=$((1024 * 1024))

# linux_has: all that Linux calls its memory, in $kib.
linux_has()
{
	while read -r word kib _; do
		[ "$word" != MemTotal: ] || return 0
	done </proc/meminfo
}

# pieces: what /proc/iomem shows, into $tmp/pieces.
pieces()
{
	grep 'Jailhouse memory$' /proc/iomem >"$tmp/pieces"
}

# nothing_taken: as at the start.
nothing_taken()
{
	is "$J/memory" 0 || return
	! pieces || wrong "there is $(cat "$tmp/pieces")" || return
	linux_has
	[ "$kib" = "$all_kib" ] || wrong "Linux has $kib KiB, and had $all_kib"
}

garbage()
{
	for word in x -1 1Q 64MM M 1.5G 0x 64M,64M "$(printf '64M%40s' junk)"; do
		refused EINVAL "$J" "not an amount" write "$J/memory" "$word" || return
	done
	refused EINVAL "$J" "no multiple of 2 MiB" write "$J/memory" 4096 &&
		refused EINVAL "$J" "no multiple of 2 MiB" write "$J/memory" 3M &&
		refused ERANGE "$J" "amount" write "$J/memory" 99999999999999999999 &&
		refused ERANGE "$J" "no such amount" write "$J/memory" 99999999999G && nothing_taken
}

# More than the machine has, and more than Linux can do without.
too_much()
{
	refused ENOMEM "$J" "boot with memmap=" write "$J/memory" 1T && nothing_taken &&
		refused ENOMEM "$J" "MiB are available" write "$J/memory" \
			"$((all_kib / 1024 & ~1))M" && nothing_taken
}

take()
{
	put "$J/memory" "$1M" && is "$J/memory" $(($1 * mib)) || return
	pieces || wrong "/proc/iomem does not show it" || return
	linux_has
	[ "$kib" = $((all_kib - $1 * 1024)) ] ||
		wrong "Linux has $kib KiB, after $all_kib, less $1 MiB"
}

# At most 15 ms a MiB, in the machine's time.
take_fast()
{
	now
	before=$now
	take "$1" || return
	now
	ktap_print "# $1 MiB in $((now - before)) ns"
	[ $(((now - before) / $1)) -le 15000000 ] || wrong "that is more than 15 ms a MiB"
}

# available: what Linux calls so, in $kib.
available()
{
	while read -r word kib _; do
		[ "$word" != MemAvailable: ] || return 0
	done </proc/meminfo
}

# What is available is not all to be taken: others want some at the same time.
nearly_too_much()
{
	available
	refused ENOMEM "$J" "cannot be spared" write "$J/memory" "$((kib * 15 / 16 / 1024 & ~1))M" &&
		nothing_taken
}

# A signal that comes before the search, or after it, interrupts nothing: so there are several.
interrupted()
{
	available
	for ms in 1 2 3 4 6 9 13 20 30 45 70 100 150; do
		attr alarm "$ms" write "$J/memory" "$((kib / 4096 & ~1))M"
		[ "$outcome" = ok ] || break
		put "$J/memory" 0 || return
	done
	[ "$outcome" = EINTR ] || wrong "$outcome, and no signal interrupted it" || return
	reason "$J" "interrupted by a signal" && nothing_taken
}

give_back()
{
	put "$J/memory" 0 && nothing_taken
}

# Who wants another amount says so.
not_twice()
{
	put "$J/memory" 64M && refused EBUSY "$J" "64 MiB are taken already" write "$J/memory" 32M &&
		is "$J/memory" $((64 * mib))
}

not_while_enabled()
{
	refused EBUSY "$J" "is enabled: disable it first" write "$J/memory" 0 &&
		refused EBUSY "$J" "the hypervisor is enabled" write "$J/memory" 128M &&
		put "$J/memory" 64M && is "$J/memory" $((64 * mib))
}

enable_in_it()
{
	mark_log
	echo auto >"$J/config"
	put "$J/enabled" 1 && grep -q 'Jailhouse hypervisor$' /proc/iomem &&
		all_online || return
	! new_log | grep "system configuration: " >"$tmp/log" ||
		wrong "there are complaints: $(cat "$tmp/log")"
}

read_all()
{
	works kcore /proc/kcore
}

# The hypervisor denies what is not Linux's, and counts it; who skips the pages asks for none.
reads_around_it()
{
	get "$S/cells/0/statistics/denied" || return
	before=$value
	read_all && is "$S/cells/0/statistics/denied" "$before"
}

# apic-demo, in the last MiB of a piece.
runs_a_cell()
{
	pieces
	IFS=' -' read -r _ end _ <"$tmp/pieces"
	./patchcell "$cells/apic-demo.cell" "$tmp/here.cell" \
		mem0.phys=$((0x$end + 1 - mib)) || wrong "patchcell" || return
	start_cell apic-demo "$tmp/here.cell" &&
		wait_is "$C/apic-demo/state" running/locked || return
	put "$C/apic-demo/state" kill && drop_cell apic-demo
}

# What of it is none of the cell's is the root cell's, and nobody's in Linux.
not_elsewhere()
{
	mkdir "$C/apic-demo" || return
	./patchcell "$cells/apic-demo.cell" "$tmp/there.cell" mem0.phys=0x1000000 &&
		copy "$tmp/there.cell" "$C/apic-demo/config" &&
		refused EADDRINUSE "$C/apic-demo" "in use by Kernel" write "$C/apic-demo/state" create
	rmdir "$C/apic-demo"
}

# What would be refused one by one is listed before, and nothing has changed.
cell_checked()
{
	mkdir "$C/linux-demo" &&
		is "$C/linux-demo/check" "refused: no configuration was written" &&
		copy "$cells/linux-demo.cell" "$C/linux-demo/config" || return
	cat "$C/linux-demo/check" >"$tmp/log"
	count=$(grep -c "^refused: memory region" "$tmp/log")
	[ "$count" -ge 2 ] && ! grep -qv "^refused: " "$tmp/log" ||
		wrong "it says $(cat "$tmp/log")" || return
	is "$C/linux-demo/state" configured && all_online && rmdir "$C/linux-demo"
}

disable_gives_back()
{
	hv_disable && nothing_taken
}

# A failure on the way in leaves it for the next try.
kept_after_refusal()
{
	put "$J/memory" 4M && refused ENOSPC "$J" "write a larger amount to memory" \
		write "$J/enabled" 1 && is "$J/memory" $((4 * mib)) && give_back
}

rounds()
{
	for round in 1 2 3; do
		put "$J/memory" 32M && put "$J/enabled" 1 && hv_disable && nothing_taken ||
			wrong "round $round" || return
	done
}

# fragment: nearly all of Linux's free memory has something in it that does not move, each 8 MiB.
fragment()
{
	available
	mkfifo "$tmp/hold" || return
	./attr fragment $((kib / 1024 - 64)) 8 <"$tmp/hold" >"$tmp/fragment" &
	holder=$!
	exec 9>"$tmp/hold"
	wait_is "$tmp/fragment" ok 600
}

defragment()
{
	exec 9>&-
	wait "$holder"
	rm "$tmp/hold"
	nothing_taken
}

# in_pieces MIB: so much is taken, in several pieces, and Linux lacks no more.
in_pieces()
{
	take "$1" || return
	pieces
	count=$(grep -c . "$tmp/pieces")
	{ [ "$count" -gt 1 ] && [ "$count" -le 16 ]; } || wrong "$count pieces"
}

# The hypervisor is in the largest piece, and the root cell has the others.
enabled_in_pieces()
{
	enable_in_it && read_all && hv_disable && nothing_taken
}

# The sentence says how much there would have been.
too_many_pieces()
{
	refused ENOMEM "$J" "256 MiB cannot be had in 16 pieces, the largest that could be found have " \
		write "$J/memory" 256M && reason "$J" "boot with memmap=" && nothing_taken
}

# kill_search MIB: kills come until the search is over; what it has meanwhile is nobody's amount.
kill_search()
{
	rm -f "$tmp/outcome"
	{
		attr write "$J/memory" "$1M"
		echo "$outcome" >"$tmp/outcome"
	} &
	until [ -s "$tmp/outcome" ]; do
		put "$J/enabled" kill || return
	done
	wait $!
	read -r outcome <"$tmp/outcome"
}

killed()
{
	for round in 1 2 3 4 5 6 7 8; do
		kill_search 256 || return
		[ "$outcome" = ENOMEM ] || break
	done
	[ "$outcome" = ECANCELED ] || wrong "$outcome after $round rounds" || return
	nothing_taken
}

# What one reads while others write: all of an amount, or none.
read_meanwhile()
{
	rm -f "$tmp/outcome"
	{
		attr write "$J/memory" 96M
		echo "$outcome" >"$tmp/outcome"
	} &
	until [ -s "$tmp/outcome" ]; do
		get "$J/memory"
		[ "$value" = 0 ] || [ "$value" = $((96 * mib)) ] || wrong "it reads $value" || return
	done
	wait $!
	read -r outcome <"$tmp/outcome"
	[ "$outcome" = ok ] && is "$J/memory" $((96 * mib)) && give_back
}

# offline_a_block: memory that Linux does not use, as a block of its own; $block.
offline_a_block()
{
	for block in /sys/devices/system/memory/memory*; do
		attr write "$block/state" offline
		[ "$outcome" != ok ] || return 0
	done
	wrong "no block of memory can be taken offline"
}

# While enabled no memory comes: the root cell might not have it, as that which was plugged in.
no_memory_comes()
{
	offline_a_block && put "$J/memory" 32M && put "$J/enabled" 1 || return
	fails EBUSY write "$block/state" online
	hv_disable && works write "$block/state" online && nothing_taken
}

linux_has
all_kib=$kib

cases()
{
	t "nothing is taken at first" nothing_taken
	t "what is no amount is refused" garbage
	t "more than there is is refused, and nothing kept" too_much
	t "nearly all that is available is refused" nearly_too_much
	t "a signal ends the search, and nothing is kept" interrupted
	t "2 MiB" take 2
	t "given back" give_back
	t "4 MiB are too few to be enabled in, and kept" kept_after_refusal
	t "64 MiB, in time" take_fast 64
	t "another amount is refused" not_twice
	t "all of /proc/kcore can be read" read_all
	t "enabled in it, with nothing missing" enable_in_it
	t "no other amount while enabled" not_while_enabled
	t "while enabled, /proc/kcore is read around it" reads_around_it
	t "a cell in it" runs_a_cell
	t "no cell elsewhere" not_elsewhere
	t "all that is in a cell's way is said at once" cell_checked
	t "disabling gives it back" disable_gives_back
	t "three times more" rounds
	t "no memory comes while enabled" no_memory_comes
	t "memory is in pieces" fragment
	t "96 MiB of it" in_pieces 96
	t "enabled in pieces" enabled_in_pieces
	t "more than there can be in 16 pieces is refused" too_many_pieces
	t "a kill ends the search, and nothing is kept" killed
	t "who reads meanwhile sees none of it, or all" read_meanwhile
	t "memory is in one piece again" defragment
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
