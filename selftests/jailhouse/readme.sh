#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk-through of the README: its seven command lines are run exactly as they
# stand there; and so are the lines of other documents that need no more than it.

. ./lib.sh
begin
need_cpus 4
[ -r readme.txt ] || ktap_skip_all "there is no readme.txt; run make first"

apic=$C/apic-demo
tiny=$C/tiny-demo

# line NUMBER: the command line in $command.
line()
{
	command=$(sed -n '/^Walk-through/,/^By hand/s/^    \(jailhouse .*\)/\1/p' \
		readme.txt | sed -n "$1p")
}

seven_lines()
{
	line 7
	[ -n "$command" ] || wrong "there are less than seven command lines"
	line 8
	[ -z "$command" ] || wrong "there is an eighth command line: $command"
	line 4
	fourth=$command
	line 5
	[ "$command" = "$fourth" ] || wrong "the fourth and the fifth line differ"
}

# says STATUS NUMBER: runs the line; what it says is in $tmp/out.
run_line()
{
	line "$2"
	sh -c "$command" >"$tmp/out" 2>&1
	status=$?
	[ "$status" = "$1" ] || wrong "$command: exit status $status: $(cat "$tmp/out")"
}

enabled()
{
	run_line 0 1 && is "$J/enabled" 1
}

create_tiny()
{
	run_line 0 2 && is "$tiny/state" running
}

create_apic()
{
	run_line 0 3 && wait_is "$apic/state" running/locked
}

destroy_refused()
{
	run_line 1 4 && is "$apic/state" running/locked || return
	grep -q 'apic-demo' "$tmp/out" ||
		wrong "the reason does not name the cell: $(cat "$tmp/out")"
}

destroy_accepted()
{
	run_line 0 5 || return
	[ ! -d "$apic" ] || wrong "$apic is still there"
}

reload()
{
	in_sysfs tiny-demo && get "$dir/statistics/vmexits_total" && before=$value
	run_line 0 6 && is "$tiny/state" running &&
		get "$dir/statistics/vmexits_total" || return
	[ "$value" -gt "$before" ] || wrong "the cell was not started anew"
}

disabled()
{
	run_line 0 7 && is "$J/enabled" 0 && all_online || return
	[ ! -d "$tiny" ] || wrong "$tiny is still there"
}

# runs_listing FILE SECTION NUMBER [DIR]: no line of it fails. Of what stands behind several
# blanks the document says what it does.
runs_listing()
{
	listing "$1" "$2" "$3" | sed 's/   .*//' >"$tmp/lines" || return
	(cd "${4:-$J}" && sh -e "$tmp/lines") >"$tmp/out" 2>&1 || wrong "$2: $(cat "$tmp/out")"
}

by_files()
{
	same="The same, file by file"
	runs_listing readme.txt "$same" 1 && [ "$(cat "$tmp/out")" = running ] &&
		runs_listing readme.txt "$same" 3 && runs_listing readme.txt "$same" 2 || return
	[ ! -d "$tiny" ] || wrong "$tiny is still there" || return
	put "$J/enabled" 0
}

# Two cells of ivshmem-demo, and what Linux sees of their ball; then an image with words for it.
guests_by_lines()
{
	runs enable "$system" || return
	runs_listing guest-interface.txt "The demos" 1 "$inmates" || return
	grep -qE '^ *[0-9]+$' "$tmp/out" || wrong "od says $(cat "$tmp/out")" || return
	runs cell destroy ivshmem-demo && runs cell destroy ivshmem-demo2 && mkdir "$C/x" &&
		runs_listing guest-interface.txt "Building an inmate" 2 &&
		is "$C/x/images/0/address" 0x1000 && rmdir "$C/x/images/0" "$C/x" && runs disable
}

# Files by the names that Documentation/ABI gives them, but for those that all devices of Linux have.
names_of_files()
{
	find "$J" /sys/devices/jailhouse -type f ! -path '*/power/*' ! -name uevent |
		sed -E -e 's,^(/sys/kernel/config/jailhouse/cells/)[^/]+,\1NAME,' \
			-e 's,(NAME/(images|memory|ports|interrupts|links|ivshmem)/)[^/]+,\1N,' \
			-e 's,(NAME/devices/)[^/]+,\1SSSS:BB:DD.F,' \
			-e 's,^(/sys/devices/jailhouse/cells/)[0-9]+,\1ID,' -e 's,(ID/shared/).*,\1N,' \
			-e 's,(ID/devices/)[^/]+,\1FUNCTION,' \
			-e 's,(statistics/)(cpu)[0-9]+/.*,\1\2N/*,' -e 's,(statistics/)[a-z0-9_]+$,\1*,' |
		sort -u
}

# Both ways round, but for functions of cells: this machine may have none to spare; for what Linux
# shares with cells, as no cell is created (directories_links.sh and shared.sh use each by its
# name); and for directories.
all_documented()
{
	runs enable "$system" && run_line 0 2 && mkdir "$C/x" || return
	for directory in images memory ports interrupts links ivshmem; do
		mkdir "$C/x/$directory/one" || wrong "$directory/one cannot be made" || return
	done
	names_of_files >"$tmp/names"
	grep -vxF -f abi.txt "$tmp/names" >"$tmp/undocumented"
	grep -vE '/devices/(SSSS|FUNCTION)|/shared/|ID/ivshmem/N/|(/cells)?/(ID|NAME)(/[a-z]+/N)?$|/jailhouse$|^/sys/module' abi.txt |
		grep -vxF -f "$tmp/names" >"$tmp/gone"
	for directory in images memory ports interrupts links ivshmem; do
		rmdir "$C/x/$directory/one"
	done
	rmdir "$C/x"
	runs disable || return
	[ "$(wc -l <"$tmp/names")" -gt 40 ] || wrong "there are few files: $(cat "$tmp/names")" || return
	[ ! -s "$tmp/undocumented" ] || wrong "not documented: $(cat "$tmp/undocumented")" || return
	[ ! -s "$tmp/gone" ] || wrong "documented, and not there: $(cat "$tmp/gone")"
}

# What else the wrapper says and takes.
usage_errors()
{
	for arguments in "" "enable a b" "cell" "cell create" "frobnicate" \
			"cell start" "cell reload tiny-demo" "disable now" \
			"disable --kill now" "cell kill" "cell destroy --kill" \
			"cell destroy a b --kill"; do
		# shellcheck disable=SC2086 # several arguments
		jailhouse $arguments >"$tmp/out" 2>&1
		status=$?
		[ "$status" = 2 ] || note "jailhouse $arguments: exit status $status"
	done
}

failures()
{
	: >"$tmp/empty"
	for arguments in "enable /no/such/file" "cell start nobody" "cell destroy 7" \
			"cell create /etc/passwd" "enable $tmp/empty" "cell kill nobody" \
			"cell create $tmp/empty" "cell destroy nobody --kill" \
			"cell create $cells/tiny-demo.cell $tmp/empty"; do
		# shellcheck disable=SC2086 # several arguments
		jailhouse $arguments >/dev/null 2>"$tmp/out"
		status=$?
		[ "$status" = 1 ] || note "jailhouse $arguments: exit status $status"
		[ -s "$tmp/out" ] || note "jailhouse $arguments: nothing on stderr"
	done
}

# runs ARGUMENT...
runs()
{
	jailhouse "$@" >"$tmp/out" 2>&1 || wrong "jailhouse $*: $(cat "$tmp/out")"
}

# shows REGULAR_EXPRESSION: what was run last.
shows()
{
	grep -q "$1" "$tmp/out" || wrong "not what was expected: $(cat "$tmp/out")"
}

# A cell by name and by number; created first, loaded and started after.
by_name_and_number()
{
	runs enable "$system" && runs cell create "$cells/tiny-demo.cell" &&
		is "$tiny/state" "shut down" &&
		runs cell load tiny-demo "$inmates/tiny-demo.bin" -l 0xf0000 &&
		runs cell start tiny-demo && is "$tiny/state" running &&
		get "$tiny/id" && id=$value && runs cell shutdown "$id" &&
		is "$tiny/state" "shut down" && runs cell start "$id" || return
	runs cell stats "$id" && shows '^vmexits_total  *[0-9]'
	runs cell stats 0 && adds_up
	runs console && shows .
	runs cell destroy tiny-demo && runs disable
}

# In each line, ALL is the sum of the CPUs' values.
adds_up()
{
	awk 'NR > 1 { sum = 0; for (i = 3; i <= NF; i++) sum += $i
		      if (sum != $2) print }
	     END { if (NR < 10 || NF < 5) print "too little" }' "$tmp/out" >"$tmp/wrong"
	[ ! -s "$tmp/wrong" ] || wrong "it does not add up: $(cat "$tmp/wrong")"
}

# Killing needs no consent: apic-demo would deny the first request.
killed()
{
	runs enable "$system" && run_line 0 3 && wait_is "$apic/state" running/locked &&
		runs cell kill apic-demo && is "$apic/state" "shut down" &&
		runs cell start apic-demo && wait_is "$apic/state" running/locked &&
		runs cell destroy apic-demo --kill || return
	[ ! -d "$apic" ] || wrong "$apic is still there"
	run_line 0 3 && wait_is "$apic/state" running/locked && runs disable --kill &&
		is "$J/enabled" 0 && all_online || return
	[ ! -d "$apic" ] || wrong "$apic is still there"
}

# What the wrapper could not start it does not leave behind.
no_leftover()
{
	runs enable "$system" || return
	jailhouse cell create "$cells/tiny-demo.cell" "$inmates/tiny-demo.bin" \
		-l 0x70000000 >"$tmp/out" 2>&1 && wrong "that address was accepted"
	grep -q image "$tmp/out" || wrong "the reason is: $(cat "$tmp/out")"
	[ ! -d "$tiny" ] || wrong "$tiny is still there"
	runs disable
}

cases()
{
	t "the README has seven command lines" seven_lines
	t "1: enabled" enabled
	t "2: tiny-demo runs" create_tiny
	t "3: apic-demo runs" create_apic
	t "4: apic-demo refuses to be destroyed" destroy_refused
	t "5: the second time it does not" destroy_accepted
	t "6: tiny-demo is reloaded" reload
	t "7: disabled while a cell runs" disabled
	t "the same, file by file" by_files
	t "lines of guest-interface.rst" guests_by_lines
	t "each file stands in Documentation/ABI, and each that stands there is one" all_documented
	t "the wrapper: wrong usage is status 2" usage_errors
	t "the wrapper: a failure is status 1, with a reason" failures
	t "the wrapper: a cell by name and by number" by_name_and_number
	t "the wrapper: a cell that does not start leaves nothing" no_leftover
	t "the wrapper: cell kill, cell destroy --kill, disable --kill" killed
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
