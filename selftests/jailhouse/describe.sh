#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Nobody has written a system configuration: the machine describes itself. What it says is
# what enabling then takes, describes all that Linux uses, and has room for the demo's cell.
# Where no RAM is reserved a sentence says what helps, and nothing has changed.

. ./lib.sh
begin
need_cpus 2

# What the firmware calls RAM and Linux does not: see Documentation/test-machine.rst.
has_reserve()
{
	grep -qi '^3a000000-3e1fffff : reserved' /proc/iomem
}

forget_config()
{
	echo auto >"$J/config" && is "$J/error" ""
}

# describe FILE: what the machine says of itself.
describe()
{
	: >"$1"
	attr copy "$1" "$J/config"
	[ "$outcome" = ok ] || wrong "$J/config: $outcome" || return
	[ -s "$1" ] || wrong "$J/config is empty"
}

says_the_same()
{
	describe "$tmp/again" || return
	cmp "$tmp/described" "$tmp/again" >/dev/null ||
		wrong "$J/config reads as something else now"
}

# The kernel log has no complaint of the configuration.
nothing_missing()
{
	! new_log | grep "system configuration: " >"$tmp/log" ||
		wrong "there are complaints: $(cat "$tmp/log")"
}

enable_undescribed()
{
	mark_log
	forget_config && describe "$tmp/described" && put "$J/enabled" 1 && is "$S/enabled" 1 &&
		nothing_missing && all_online && says_the_same
}

# Devices that nobody has listed are there as before.
devices_work()
{
	cat /proc/interrupts /sys/class/rtc/rtc0/time /sys/bus/pci/devices/*/config \
		/sys/firmware/acpi/tables/[A-Z]* >/dev/null
}

runs_a_cell()
{
	start_cell apic-demo && wait_is "$C/apic-demo/state" running/locked || return
	put "$C/apic-demo/state" kill && drop_cell apic-demo
}

# A person may keep it, and write it: it is a configuration like any other.
as_written()
{
	mark_log
	copy "$tmp/described" "$J/config" && put "$J/enabled" 1 && says_the_same &&
		nothing_missing && hv_disable && says_the_same
}

# command_fails SENTENCE ARGUMENT...
command_fails()
{
	sentence=$1
	shift
	! jailhouse "$@" >"$tmp/out" 2>&1 || wrong "jailhouse $* succeeds" || return
	grep -q -e "$sentence" "$tmp/out" || wrong "jailhouse $* says: $(cat "$tmp/out")"
}

# One that was written is in the way of the description, a bad one, too.
bad_one_stays()
{
	forget_config
	echo nonsense >"$J/config"
	refused EMSGSIZE "$J" config write "$J/enabled" 1 && put "$J/enabled" 0 &&
		refused EMSGSIZE "$J" "config: " read "$J/config" || return
	echo kept >"$tmp/created"
	command_fails "config: " config create "$tmp/created" && is "$tmp/created" kept &&
		forget_config &&
		put "$J/enabled" 1 && hv_disable
}

not_while_enabled()
{
	put "$J/enabled" 1 || return
	echo auto >"$J/config"
	reason "$J" "the hypervisor is enabled" && says_the_same && hv_disable
}

# The command says so before it writes what would be refused, and told once more later.
command_while_enabled()
{
	put "$J/enabled" 1 || return
	for arguments in "config check" "config check $tmp/described" enable \
			"enable $tmp/described" "crash $tmp/described"; do
		# shellcheck disable=SC2086 # several arguments
		command_fails "the hypervisor is enabled" $arguments
		is "$J/error" "" || note "after jailhouse $arguments"
	done
	hv_disable
}

# created_as FILE: by the command, with what the machine says, and nothing beside it.
created_as()
{
	jailhouse config create "$1" && cmp "$tmp/described" "$1" || wrong "$1" || return
	for file in "$1".*; do
		[ ! -e "$file" ] || wrong "$file was left"
	done
}

# A file is replaced, anything else is written into. What fails is not told in the words of
# what failed before.
created()
{
	echo old >"$tmp/created" && ln -s created "$tmp/link" &&
		created_as "$tmp/created" && created_as "$tmp/link" || return
	[ -L "$tmp/link" ] || wrong "the link is a file now"
	(cd "$tmp" && jailhouse config create -file && cmp described ./-file) ||
		wrong "a name that begins with a dash"
	jailhouse config create /proc/self/fd/1 | cmp - "$tmp/described" || wrong "a pipe"
	jailhouse config create /dev/null || wrong "/dev/null"
	[ -c /dev/null ] || wrong "/dev/null is no device any more"
	refused EINVAL "$J" "takes 0, 1 or kill" write "$J/enabled" 7
	command_fails "/none/file cannot be written" config create /none/file
	! grep "takes 0" "$tmp/out" || wrong "it tells what failed before"
	put "$J/enabled" 0
}

# again: the machine may have changed meanwhile, and is looked at each time.
again()
{
	for round in 1 2 3; do
		put "$J/enabled" 1 && hv_disable || wrong "round $round" || return
	done
}

# fastest_enable: of three, in nanoseconds of the machine's time: $fastest.
fastest_enable()
{
	fastest=
	for round in 1 2 3; do
		now
		before=$now
		put "$J/enabled" 1 || return
		now
		hv_disable || return
		[ -n "$fastest" ] && [ $((now - before)) -ge "$fastest" ] || fastest=$((now - before))
	done
}

# To look at the machine takes at most half as long as all the rest.
fast_enough()
{
	copy "$tmp/described" "$J/config" && fastest_enable || return
	with=$fastest
	forget_config && fastest_enable || return
	ktap_print "# enabled in $fastest ns, with a configuration in $with ns"
	[ $((2 * fastest)) -le $((3 * with)) ] || wrong "that is more than 1.5 times as much"
}

# The command: without a file, and with the one that it makes.
with_the_command()
{
	jailhouse config create "$tmp/created" && cmp "$tmp/described" "$tmp/created" &&
		jailhouse enable && is "$J/enabled" 1 && jailhouse disable &&
		jailhouse enable "$tmp/created" && jailhouse disable && forget_config
}

# as_checked EXPECTED STATUS FILE EDIT...: what check says of an edited description, line by line.
as_checked()
{
	./patchcell "$tmp/described" "$tmp/wrong" "$3" ${4:+"$4"} || wrong "patchcell" || return
	jailhouse config check "$tmp/wrong" >"$tmp/log"
	status=$?
	[ "$status" = "$2" ] || wrong "exit status $status: $(cat "$tmp/log")" || return
	count=$(grep -c "^refused: " "$tmp/log")
	[ "$count" = "$1" ] || wrong "$count are refused: $(cat "$tmp/log")"
}

# Of what is wrong all is said at once, before anything is tried.
checked()
{
	jailhouse config check >"$tmp/log" && [ ! -s "$tmp/log" ] ||
		wrong "of a description: $(cat "$tmp/log")" || return
	as_checked 1 1 pm_timer=0x2f8 && as_checked 2 1 pm_timer=0x2f8 mem0.flags=0xb &&
		is "$J/error" "" && is "$J/enabled" 0 || return
	# Without a file it is about what was written, which stays.
	jailhouse config check >"$tmp/again" && wrong "nothing is wrong any more"
	cmp "$tmp/again" "$tmp/log" || wrong "it says: $(cat "$tmp/again")"
	cmp "$tmp/wrong" "$J/config" || wrong "it was not kept"
	forget_config
	# Where the driver says nothing, it does not say that nothing is wrong.
	mkdir "$tmp/nothing" && (export JAILHOUSE_CONFIGFS="$tmp/nothing" &&
		command_fails "check cannot be read" config check)
}

cases_with_reserve()
{
	t "enabled without a configuration, and nothing is missing" enable_undescribed
	t "what nobody has listed works" devices_work
	t "a cell runs in what is reserved" runs_a_cell
	t "disabled" hv_disable
	t "config reads as it would be taken" says_the_same
	t "it is a configuration that can be written" as_written
	t "a bad one is not replaced, until auto is written" bad_one_stays
	t "auto is refused while enabled" not_while_enabled
	t "the command refuses while enabled" command_while_enabled
	t "the command does the same" with_the_command
	t "the command writes it anywhere" created
	t "all that is wrong is said at once" checked
	t "three times more" again
	t "enabling takes at most 1.5 times what it takes with a configuration" fast_enough
}

# No sentence without the amount, and what to do.
refused_without_memory()
{
	forget_config || return
	refused EADDRNOTAVAIL "$J" "no RAM is reserved, the hypervisor needs " write "$J/enabled" 1 &&
		reason "$J" "memmap=" && is "$J/enabled" 0 && is "$S/enabled" 0
}

# Nor does the command leave a file.
not_described_either()
{
	get "$J/check"
	case $value in
	"refused: no RAM is reserved"*) ;;
	*) wrong "check says '$value'" || return ;;
	esac
	! jailhouse config create "$tmp/created" 2>"$tmp/log" || wrong "it was created" || return
	grep -q "no RAM is reserved" "$tmp/log" || wrong "the command says: $(cat "$tmp/log")" ||
		return
	[ ! -e "$tmp/created" ] || wrong "it has left a file" || return
	refused EADDRNOTAVAIL "$J" "no RAM is reserved" read "$J/config"
}

cases()
{
	if has_reserve; then
		cases_with_reserve
	else
		t "no RAM is reserved: a sentence says so" refused_without_memory
		t "then config cannot be read" not_described_either
	fi
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
