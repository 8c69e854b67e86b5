#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Linux touches by mistake what it was not granted: it lives on, nothing is reached, each
# access is counted, and a few lines in the log tell of them. Programs without rights have
# nothing that they could do to a CPU.

. ./attack.sh
begin_attacks

# stray COMMAND...: all of its accesses are answered as they should be, and counted.
stray()
{
	counted_before=$(sum_denied)
	collect
	result=$(./stray "$@" 2>&1) || wrong "stray $*: $result" || return
	collect
	counted_now=$(($(sum_denied) - counted_before))
	result=${result%% *}
	[ "$result" -gt 0 ] || wrong "stray $* did nothing" || return
	[ "$counted_now" = "$result" ] ||
		wrong "stray $*: $result accesses, $counted_now counted as denied"
}

sum_denied()
{
	get "$S/cells/0/statistics/denied"
	echo "$value"
}

# At most a line a second, and one about what was left out.
some_lines()
{
	lines=$(grep -c "hv: Denied on CPU" "$tmp/new")
	[ "$lines" -ge 1 ] || wrong "no line about it"
	[ "$lines" -le "$1" ] || wrong "$lines lines about it"
	said "$2"
}

ports()
{
	stray ports "$system" && some_lines 30 "I/O port" && linux_works 3
}

nobodys_memory()
{
	# There is a line a second, and the ports have just had one.
	pause 1.1
	stray mmio 0xfec20000 && some_lines 2 "memory 0xfec20" && linux_works 3
}

# Only a kernel that lets us: iomem=relaxed.
reserved_memory()
{
	grep -qw iomem=relaxed /proc/cmdline || skip "needs iomem=relaxed" || return
	[ -z "$ktap_reason" ] || return 0
	stray mmio "$1" && linux_works 3 && ticks
}

registers()
{
	[ -e /dev/cpu/0/msr ] || modprobe msr 2>/dev/null
	[ -e /dev/cpu/0/msr ] || skip "there is no /dev/cpu/0/msr"
	[ -z "$ktap_reason" ] || return 0
	stray msr 0
	linux_works 3
}

# What became of a program in odd states, on each CPU, before there was a hypervisor.
odd_before()
{
	./odd >"$tmp/odd.before" || wrong "odd: $?"
}

# QEMU's own CPU leaves RF set behind some instructions; the hypervisor, which carries them out,
# does not. And it may leave it set in any state: of six runs on the bare machine, one had a line
# that differed from the others' in RF, and in nothing else.
without_rf()
{
	sed -i -E 's,/5([0-9a-f]{4})\b,/4\1,g; s,/1([0-9a-f]{4})\b,/\1,g
		s,/0+([1-9a-f]),/\1,g; s,/0+\b,/0,g' "$tmp/odd.same" "$tmp/odd.after"
}

# The CPUs that cells have now are missing.
odd_as_before()
{
	./odd >"$tmp/odd.after" || wrong "odd: $?" || return
	lines=$(wc -l <"$tmp/odd.after")
	[ "$lines" -ge 1000 ] || wrong "only $lines lines" || return
	head -n "$lines" "$tmp/odd.before" >"$tmp/odd.same"
	[ -z "$quirks" ] || without_rf
	cmp -s "$tmp/odd.same" "$tmp/odd.after" && linux_works 3 && return
	diff "$tmp/odd.same" "$tmp/odd.after" | head -n 20 | while read -r line; do
		ktap_print "#   $line"
	done
	return 1
}

cases()
{
	t "a program in odd states, on the bare machine" odd_before
	t "apic-demo runs" set_up
	t "every port that is not listed, by every width" ports
	t "memory of nobody" nobodys_memory
	t "memory of the hypervisor" reserved_memory 0x3a000000
	t "the end of the hypervisor's memory" reserved_memory 0x3afff000
	t "memory of a cell" reserved_memory 0x3bf80000
	t "registers" registers
	t "a program in odd states, as on the bare machine" odd_as_before
	t "apic-demo and Linux live on" tear_down
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
