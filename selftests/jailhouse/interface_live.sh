# shellcheck shell=sh disable=SC2154 # names of interface.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by interface.sh: what the files say and do while the hypervisor is enabled.

# A broken pipe must not start half an image.
wrong_length()
{
	copy "$demo" "$tiny/image" || return
	size=$(($(wc -c <"$demo")))
	put "$tiny/image_size" $((size + 1))
	refused EMSGSIZE "$tiny" image write "$tiny/enabled" 1
	is "$tiny/enabled" 0
	put "$tiny/image_size" "$size"
}

image_outside()
{
	put "$tiny/image_address" 0x7ffff000 || return
	refused ERANGE "$tiny" image write "$tiny/enabled" 1
	put "$tiny/image_address" 0xf0000
}

# A cell without an image, or whose image does not lie where it starts, would run what
# happens to be in its memory.
nothing_to_run()
{
	./patchcell "$cells/tiny-demo.cell" "$tmp/bare.cell" name=bare && mkdir "$C/bare" &&
		copy "$tmp/bare.cell" "$C/bare/config" || return
	refused ENOEXEC "$C/bare" "no image holds 0xffff0" write "$C/bare/enabled" 1
	refused ENOEXEC "$C/bare" "cpu_reset_address" write "$C/bare/state" start
	is "$C/bare/enabled" 0 && rmdir "$C/bare"
	put "$tiny/image_address" 0 || return
	refused ENOEXEC "$tiny" "no image holds 0xffff0" write "$tiny/enabled" 1
	is "$tiny/enabled" 0 && put "$tiny/image_address" 0xf0000
}

elf_image()
{
	{ printf '\177ELF' && tail -c +5 "$demo"; } >"$tmp/elf" &&
		copy "$tmp/elf" "$tiny/image" || return
	refused ENOEXEC "$tiny" "write auto to its address" write "$tiny/enabled" 1
	is "$tiny/enabled" 0 && image_is_staged
}

# with_fault KIND: the cell runs an inmate that goes wrong so.
with_fault()
{
	put "$tiny/enabled" kill && is "$tiny/state" configured || return
	[ -d "$tiny/images/kind" ] || mkdir "$tiny/images/kind"
	echo "kind=$1" >"$tiny/images/kind/data"
	copy "$inmates/fault.bin" "$tiny/image" && put "$tiny/images/kind/address" 0x1000 &&
		put "$tiny/enabled" 1
}

# The start was a success; why it failed later stays to be read until the next operation.
failed_state()
{
	with_fault triple && wait_is "$tiny/state" failed || return
	reason "$tiny" "failed: triple fault"
	accepts failed create stop kill
	is "$tiny/error" ""
}

# What can be done about a cell that does not answer is said.
no_answer()
{
	with_fault loop && put "$tiny/timeout_ms" 20 || return
	refused ETIMEDOUT "$tiny" "'jailhouse cell kill tiny-demo'" write "$tiny/state" stop
	refused ETIMEDOUT "$tiny" "'jailhouse cell kill tiny-demo'" write "$tiny/enabled" 0
	refused ETIMEDOUT "$tiny" "'jailhouse cell kill tiny-demo'" write "$tiny/state" reload
	refused ETIMEDOUT "$J" "'jailhouse disable --kill'" write "$J/enabled" 0
	is "$tiny/state" running && is "$J/enabled" 1
	put "$tiny/enabled" kill && is "$tiny/state" configured && put "$tiny/enabled" kill &&
		put "$tiny/timeout_ms" 1000 && rmdir "$tiny/images/kind" &&
		image_is_staged && put "$tiny/enabled" 1
}

# started_from FILE: the cell gets what the file has at each start, and nothing if it has none.
started_from()
{
	./patchcell "$cells/tiny-demo.cell" "$tmp/filed.cell" name=filed &&
		mkdir "$C/filed" "$C/filed/images/program" &&
		copy "$tmp/filed.cell" "$C/filed/config" &&
		put "$C/filed/images/program/path" "$1" &&
		put "$C/filed/images/program/address" 0xf0000 || return
	put "$C/filed/enabled" 1 && is "$C/filed/state" running && put "$C/filed/state" kill ||
		return
	rm "$1" && refused ENOENT "$C/filed" "there is no $1" write "$C/filed/state" start &&
		is "$C/filed/state" "shut down" || return
	{ printf '\177ELF' && tail -c +5 "$demo"; } >"$1" || return
	refused ENOEXEC "$C/filed" "an ELF file" write "$C/filed/state" reload
	cat "$demo" "$demo" >"$1" || return
	refused ERANGE "$C/filed" "is not inside" write "$C/filed/state" start
	cp "$inmates/fault.bin" "$1" && put "$C/filed/state" start &&
		wait_is "$C/filed/state" failed || return
	put "$C/filed/enabled" 0 && rmdir "$C/filed/images/program" "$C/filed"
}

from_a_file()
{
	cp "$demo" "$tmp/program" && started_from "$tmp/program"
}

# Module, image and command are of one version.
one_version()
{
	version=$(jailhouse --version)
	is /sys/module/jailhouse/version "${version#jailhouse }" &&
		log_says "jailhouse: version $value" &&
		log_says "APIC, version $value"
}

live_top()
{
	hv_enable && is "$J/enabled" 1 && put "$J/enabled" 1 && is "$J/enabled" 1
}

# live_config DIR CONFIG GOOD: what is live cannot be exchanged.
live_config()
{
	attr copy "$1/config" "$2"
	reason "$1" config
	cmp -s "$3" "$1/config" || wrong "$1/config has changed"
}

# Whoever wrote it and did not look learns of it at the next start.
live_config_of_cell()
{
	live_config "$tiny" "$cells/apic-demo.cell" "$cells/tiny-demo.cell"
	refused EBUSY "$tiny" config write "$tiny/state" reload
}

no_unload()
{
	attr unload jailhouse
	case $outcome in
	EAGAIN | EBUSY) ;;
	*) wrong "unloading the module: $outcome" ;;
	esac
	[ -d "$J" ] || modprobe jailhouse
}

shut_down_state()
{
	refused_rmdir
	accepts "shut down" create stop kill
	is "$tiny/enabled" 1
	live_config_of_cell
}

refused_rmdir()
{
	fails EBUSY rmdir "$tiny"
	[ -d "$tiny" ] || wrong "the directory of a live cell is gone"
}

created()
{
	accepts "shut down" create && is "$tiny/enabled" 1 && get "$tiny/id" &&
		[ "$value" = 1 ]
}

running_state()
{
	accepts running start create start
	put "$tiny/enabled" 1
	is "$tiny/state" running
	refused_rmdir
	live_config_of_cell
	is "$tiny/state" running
	image_is_staged
	accepts running reload
	accepts "shut down" stop
	accepts running start
	accepts "shut down" kill
	accepts running reload
	is "$tiny/state" running
}

in_one_step()
{
	put "$tiny/enabled" 0 && is "$tiny/state" configured && is "$tiny/enabled" 0 &&
		is "$tiny/id" "" && [ ! -d "$S/cells/1" ] &&
		put "$tiny/enabled" 1 && is "$tiny/state" running
}

sysfs_attributes()
{
	modes "$S/cells/$1" 444-name 444-state 444-cpus_assigned \
		444-cpus_assigned_list 444-cpus_failed 444-cpus_failed_list 600-console \
		755-statistics
	for counter in $statistics; do
		get "$S/cells/$1/statistics/$counter" ||
			wrong "there is no $counter" || continue
		case $value in
		'' | *[!0-9]*) wrong "$counter reads '$value'" ;;
		esac
	done
	for dir in "$S/cells/$1/statistics"/cpu*; do
		get "$dir/vmexits_total" || wrong "$dir has no vmexits_total"
	done
}

sysfs_cell()
{
	sysfs_attributes 1
	get "$tiny/cpus" && [ -d "$S/cells/1" ] || wrong "there is no cell 1" || return
	cpu=$value
	is "$S/cells/1/name" tiny-demo
	is "$S/cells/1/state" running
	is "$S/cells/1/cpus_assigned_list" "$cpu"
	is "$S/cells/1/cpus_failed_list" ""
	get "$S/cells/1/cpus_assigned"
	[ "$((0x0${value##*,}))" = "$((1 << cpu))" ] || wrong "cpus_assigned is $value"
	get "$S/cells/1/cpus_failed"
	[ "$((0x0${value##*,}))" = 0 ] || wrong "cpus_failed is $value"
}

sysfs_root()
{
	sysfs_attributes 0
	is "$S/cells/0/state" running
}

sysfs_top()
{
	is "$S/enabled" 1
	for pool in remap_pool mem_pool; do
		get "$S/${pool}_size"
		size=$value
		get "$S/${pool}_used"
		[ "$value" -le "$size" ] || wrong "${pool}_used $value of $size"
	done
	[ "$value" -gt 0 ] || wrong "mem_pool_used is $value"
}

console_shows()
{
	grep -q . "$S/console" || wrong "$S/console is empty"
	mode=$(stat -c %a "$S/console")
	[ "$mode" = 400 ] || wrong "$S/console has mode $mode"
}

# One who has it open sees one moment, whatever others read meanwhile, and what has come to it.
two_readers()
{
	exec 5<"$S/console" || return
	dd bs=100 count=1 <&5 >"$tmp/first" 2>"$tmp/dd" && cp "$S/console" "$tmp/whole" || return
	put "$tiny/state" kill && put "$tiny/state" start && cat "$S/console" >"$tmp/later" || return
	cat <&5 >"$tmp/rest"
	exec 5<&-
	! cmp -s "$tmp/whole" "$tmp/later" || wrong "the log has not grown" || return
	cat "$tmp/first" "$tmp/rest" >"$tmp/both" || return
	cmp "$tmp/both" "$tmp/whole" >"$tmp/cmp" || wrong "$(cat "$tmp/cmp")"
}

# poll_sees WORD: who sleeps in poll() wakes up when the cell changes so.
poll_sees()
{
	in_sysfs tiny-demo || return
	rm -f "$tmp/poll"
	./attr poll "$dir/state" >"$tmp/poll" &
	poller=$!
	wait_is "$tmp/poll" waiting && put "$tiny/state" "$1"
	wait "$poller"
	grep -q ok "$tmp/poll" || wrong "poll() of $dir/state did not return: $(cat "$tmp/poll")"
}

# A stop and a start, as the tracepoints tell them.
traced()
{
	trace=/sys/kernel/tracing
	if [ ! -e "$trace/events/jailhouse/enable" ]; then
		skip "no tracefs"
		return
	fi
	echo 1 >"$trace/events/jailhouse/enable"
	put "$tiny/state" stop && put "$tiny/state" start
	echo 0 >"$trace/events/jailhouse/enable"
	for event in stop start; do
		grep -q "jailhouse_cell_$event: name=tiny-demo .*result=0" "$trace/trace" ||
			note "there is no jailhouse_cell_$event in the trace"
	done
	echo >"$trace/trace"
}

# suspend STATE
suspend()
{
	get /sys/power/state
	case " $value " in
	*" $1 "*) fails EBUSY write /sys/power/state "$1" && all_as_before ;;
	*) skip "the kernel knows no '$1'" ;;
	esac
}

all_as_before()
{
	is "$J/enabled" 1 && is "$tiny/state" running
}

# udev learns of it too.
uevent_comes()
{
	get /sys/kernel/uevent_seqnum
	before=$value
	put "$tiny/state" stop && get /sys/kernel/uevent_seqnum || return
	[ "$value" -gt "$before" ] || wrong "no uevent when the cell stopped"
}

#
# A cell that never answers, while it is asked
#

asked()
{
	put "$tiny/state" kill && silent_cell tiny-demo && ask "$tiny/state" stop
}

# All that needs no answer of it, at once.
goes_on()
{
	rm -f "$tmp/meanwhile"
	{
		cat "$J/config" "$tiny/config" >/dev/null && mkdir "$C/apic-demo" &&
			./attr copy "$C/apic-demo/config" "$cells/apic-demo.cell" &&
			mkdir "$C/apic-demo/images/one" &&
			./attr copy "$C/apic-demo/images/one/data" "$demo" &&
			rmdir "$C/apic-demo/images/one" && rmdir "$C/apic-demo" &&
			is "$tiny/state" running && is "$S/cells/1/state" running &&
			put "$tiny/image_address" 0xf0000
	} >"$tmp/meanwhile" 2>&1 &
	other=$!
	tenths=50
	while [ -d "/proc/$other" ] && [ "$tenths" -gt 0 ]; do
		tenths=$((tenths - 1))
		sleep 0.1
	done
	[ ! -d "/proc/$other" ] || wrong "still not done after 5 s" || return
	if ! wait "$other" || grep -qvx ok "$tmp/meanwhile"; then
		wrong "$(cat "$tmp/meanwhile")"
	fi
}

still_asked()
{
	[ -d "/proc/$asker" ] || wrong "nobody waits any more: $(cat "$tmp/answer")"
}

refused_meanwhile()
{
	still_asked && new_cell apic-demo || return
	refused EBUSY "$C/apic-demo" tiny-demo write "$C/apic-demo/state" create
	refused EBUSY "$J" tiny-demo write "$J/enabled" 0
	fails EBUSY rmdir "$tiny"
	rmdir "$C/apic-demo" && still_asked
}

asker_dies()
{
	still_asked && kill -9 "$asker" && wait "$asker"
	[ $? = 137 ] && is "$tiny/state" running
}

# The one that is asked goes on being asked.
kill_of_another()
{
	new_cell apic-demo && put "$C/apic-demo/enabled" 1 && ask "$tiny/state" stop || return
	put "$C/apic-demo/state" kill && is "$C/apic-demo/state" "shut down" &&
		put "$C/apic-demo/enabled" kill && rmdir "$C/apic-demo" && asker_dies
}

kill_ends_it()
{
	ask "$tiny/state" stop && put "$tiny/state" kill && is "$tiny/state" "shut down" || return
	wait "$asker"
	[ "$(cat "$tmp/answer")" = ECANCELED ] || wrong "who asked got $(cat "$tmp/answer")"
	rmdir "$tiny/images/arguments" && copy "$demo" "$tiny/image"
}

disable_destroys()
{
	put "$tiny/state" start && put "$J/enabled" 0 && is "$tiny/state" configured &&
		is "$J/enabled" 0 && is "$S/enabled" 0 && all_online &&
		works rmdir "$tiny"
}

live_cases()
{
	t "enabled is 1, and 1 again is no error" live_top
	t "the system configuration of a live machine stays" live_config "$J" "$cells/tiny-demo.cell" "$system"
	t "module unload is refused while enabled" no_unload
	t "an image of another length than announced is not started" wrong_length
	t "an image outside of the cell's memory is not started" image_outside
	t "a cell that would start where no image is" nothing_to_run
	t "an ELF file is named as such" elf_image
	t "a program that is a file is read at each start" from_a_file
	t "one version in all parts" one_version
	t "created: the cell has number 1" created
	t "state shut down" shut_down_state
	t "state running" running_state
	t "enabled 0 and 1 in one step" in_one_step
	t "sysfs: the machine" sysfs_top
	t "sysfs: the root cell" sysfs_root
	t "sysfs: the cell" sysfs_cell
	t "sysfs: console" console_shows
	t "sysfs: console, by two readers in turns" two_readers
	t "sysfs: poll() of state returns when the cell stops" poll_sees stop
	t "sysfs: poll() of state returns when the cell starts" poll_sees start
	t "tracepoints tell of a stop and a start" traced
	t "suspend to RAM is refused" suspend mem
	t "suspend to idle is refused" suspend freeze
	t "a change of state sends a uevent" uevent_comes
	t "a cell that never answers is asked to stop" asked
	t "what needs no answer of it goes on meanwhile" goes_on
	t "other operations are refused meanwhile" refused_meanwhile
	t "who asks can be killed, and the cell runs on" asker_dies
	t "who asks goes on when somebody kills another cell" kill_of_another
	t "who asks gives up when somebody kills the cell" kill_ends_it
	t "state failed, and why" failed_state
	t "a cell that does not answer, and enabled takes kill" no_answer
	t "enabled 0 destroys the cell, its directory stays" disable_destroys
}
