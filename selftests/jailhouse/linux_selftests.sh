#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Linux's own selftests, in the directory linux/ (scripts/checks/linux-selftests puts them
# there), behave with Jailhouse enabled as they do without.
#
#   LIMIT=S	seconds that each may take

. ./lib.sh
begin
need_cpus 2
ls linux/* >/dev/null 2>&1 || ktap_skip_all "there are none in linux/"
limit=${LIMIT:-1000}
before=$tmp/before
after=$tmp/after

# The script is for bash, which knows who runs it.
run()
{
	case $1 in
	*.sh)	UID=0 timeout "$limit" sh "./linux/$1" -a ;;
	*)	timeout "$limit" "./linux/$1" ;;
	esac
}

# run_all DIR: of each, how it ended and how often it said [OK], [FAIL] and the like; of
# all, what the kernel warned of, which it would do but once.
run_all()
{
	mkdir "$1"
	mark_log
	echo 1 >/sys/kernel/debug/clear_warn_once
	for program in linux/*; do
		program=${program#linux/}
		run "$program" >"$tmp/out" 2>&1
		echo "exit status $?" >"$1/$program"
		grep -o '^\[[A-Z]*\]' "$tmp/out" | sort | uniq -c >>"$1/$program"
		cp "$tmp/out" "$1/$program.out"
	done
	new_log | grep -E 'WARNING:|BUG:|Oops|unchecked MSR|lockup|stall' |
		sed 's/^\[[^]]*\] //; s/CPU: [0-9]* PID: [0-9]* //' >"$1/warnings.out"
}

# The emulator is not right about everything either, but most of them have to pass.
most_pass()
{
	passed=$(grep -lx "exit status 0" "$1"/* | wc -l)
	all=$(find linux -type f | wc -l)
	[ "$passed" -ge $((all - 2)) ] ||
		wrong "$passed of $all pass; not: $(grep -Lx "exit status 0" "$1"/*[!t] | tr "\n" " ")"
}

without()
{
	run_all "$before" && most_pass "$before"
}

with()
{
	hv_enable && run_all "$after" && most_pass "$after" && all_online
}

same()
{
	cmp -s "$before/$1" "$after/$1" && return
	note "before: $(tr -s "\n " " " <"$before/$1"), enabled: $(tr -s "\n " " " <"$after/$1")"
	diff "$before/$1.out" "$after/$1.out" | head -n 20 | while read -r line; do
		ktap_print "#   $line"
	done
}

same_warnings()
{
	cmp -s "$before/warnings.out" "$after/warnings.out" ||
		wrong "before: $(cat "$before/warnings.out"), enabled: $(cat "$after/warnings.out")"
}

cases()
{
	t "without Jailhouse" without
	t "in the root cell" with
	for program in linux/*; do
		t "${program#linux/} ends alike" same "${program#linux/}"
	done
	t "disabled again" hv_disable
	t "the kernel log has no other warnings" same_warnings
}

ktap_run cases
