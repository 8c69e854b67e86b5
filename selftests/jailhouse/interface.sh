#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every file of the management interface: its mode, what it reads, what it takes
# and what it refuses, in each state of a cell.

. ./lib.sh
begin
# So that nothing is left of earlier tests.
./attr unload jailhouse >/dev/null && modprobe jailhouse

tiny=$C/tiny-demo
demo=$inmates/tiny-demo.bin
newline='
'
statistics="vmexits_total vmexits_mmio vmexits_management vmexits_hypercall
	vmexits_pio vmexits_xapic vmexits_cr vmexits_cpuid vmexits_xsetbv
	vmexits_exception vmexits_msr_other vmexits_msr_x2apic_icr denied"

# modes DIR MODE-NAME...: these entries and no others.
modes()
{
	dir=$1
	shift
	for entry in "$dir"/*; do
		case " $* " in
		*"-${entry##*/} "*) ;;
		*) note "$entry should not be there" ;;
		esac
	done
	for entry; do
		[ -e "$dir/${entry#*-}" ] || wrong "there is no $dir/${entry#*-}" ||
			continue
		set -- "$entry" "$(stat -c %a "$dir/${entry#*-}")"
		[ "$2" = "${entry%%-*}" ] || wrong "$dir/${entry#*-} has mode $2"
	done
}

# nonsense ERRNO DIR ATTRIBUTE WORD...: each is refused and named.
nonsense()
{
	errno=$1
	item=$2
	attribute=$3
	shift 3
	get "$item/$attribute"
	before=$value
	for word; do
		refused "$errno" "$item" "$attribute" write "$item/$attribute" "$word"
	done
	is "$item/$attribute" "$before"
}

# A success takes the reason of the last failure away.
error_is_cleared()
{
	refused EINVAL "$J" enabled write "$J/enabled" 7 &&
		put "$J/enabled" 0 && is "$J/error" ""
}

read_only()
{
	for file; do
		fails EACCES write "$file" 1
	done
}

good_name()
{
	works mkdir "$C/$1" && is "$C/$1/state" empty && works rmdir "$C/$1"
}

bad_name()
{
	refused "$1" "$J" "$3" mkdir "$C/$2"
	[ ! -d "$C/$2" ] || wrong "$C/$2 was made"
}

name_twice()
{
	works mkdir "$C/twice" && fails EEXIST mkdir "$C/twice" &&
		works rmdir "$C/twice"
}

# Directories belong where the interface has them, and nowhere else.
other_places()
{
	attr mkdir "$J/other"
	[ "$outcome" != ok ] || wrong "a directory can be made in $J"
	mkdir "$tiny"
	attr mkdir "$tiny/other"
	[ "$outcome" != ok ] || wrong "a directory can be made in a cell"
	attr rmdir "$C"
	[ "$outcome" != ok ] || wrong "$C can be removed"
	attr rmdir "$tiny/images"
	[ "$outcome" != ok ] || wrong "images/ of a cell can be removed"
}

new_is_empty()
{
	is "$tiny/state" empty && is "$tiny/enabled" 0 && is "$tiny/id" "" &&
		is "$tiny/cpus" "" && is "$tiny/error" "" &&
		is "$tiny/timeout_ms" 1000 && is "$tiny/image_size" 0
}

# takes FILE READS WORD...
takes()
{
	file=$1
	shift
	while [ $# -ge 2 ]; do
		put "$file" "$2" && is "$file" "$1"
		shift 2
	done
}

# refuses ERRNO WORD...: values of the attribute state.
refuses()
{
	errno=$1
	shift
	for word; do
		refused "$errno" "$tiny" "" write "$tiny/state" "$word"
		[ -n "$value" ] || note "$word: there is no reason in $tiny/error"
	done
}

# accepts STATE WORD...: each leads to STATE.
accepts()
{
	state=$1
	shift
	for word; do
		put "$tiny/state" "$word" && is "$tiny/state" "$state"
	done
}

empty_state()
{
	refuses ENODATA create start reload
	refused ENODATA "$tiny" config write "$tiny/enabled" 1
	accepts empty stop kill
	put "$tiny/enabled" 0
	is "$tiny/state" empty
}

# A file of no bytes would look like an answer.
nothing_accepted()
{
	works read "$tiny/config"
	echo nonsense >"$tiny/config"
	put "$tiny/timeout_ms" 1000 && refused EMSGSIZE "$tiny" tiny-demo read "$tiny/config" &&
		is "$tiny/state" empty
}

# A blob reads back as it was written.
config_round_trip()
{
	copy "$1" "$2/config" || return
	cmp "$1" "$2/config" || wrong "$2/config does not read back"
}

# Small blocks make the kernel join many pieces; the result is the same.
config_in_pieces()
{
	works copy "$tiny/config" "$cells/tiny-demo.cell" 7 && is "$tiny/error" "" &&
		is "$tiny/state" configured &&
		cmp "$cells/tiny-demo.cell" "$tiny/config"
}

# Of a truncation configfs tells nobody (the ABI document says so), of a write of nothing it
# does, after it has refused that.
empty_file()
{
	: >"$tiny/config"
	cmp "$cells/tiny-demo.cell" "$tiny/config" || wrong "a truncation has changed $tiny/config"
	fails EFAULT copy "$tiny/config" /dev/null && reason "$tiny" "there is no configuration"
	copy "$cells/tiny-demo.cell" "$tiny/config"
}

configured_names_cpus()
{
	get "$tiny/cpus"
	[ -n "$value" ] || wrong "cpus is empty in state configured"
	is "$tiny/id" ""
}

configured_state()
{
	refuses EINVAL reload
	accepts configured stop kill
	put "$tiny/enabled" 0
	is "$tiny/state" configured
}

# A cell without a hypervisor.
start_while_disabled()
{
	refuses ENODEV create start
	refused ENODEV "$tiny" "not enabled" write "$tiny/enabled" 1
	is "$tiny/state" configured && is "$tiny/enabled" 0
}

image_is_staged()
{
	copy "$demo" "$tiny/image" && is "$tiny/image_size" "$(($(wc -c <"$demo")))" &&
		takes "$tiny/image_address" 0xf0000 0xf0000
}

write_only()
{
	fails EACCES read "$1"
}

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
	refused ENOEXEC "$tiny" "objcopy -O binary" write "$tiny/enabled" 1
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

# Module, image and command are of one version.
one_version()
{
	version=$(jailhouse --version)
	is /sys/module/jailhouse/version "${version#jailhouse }" &&
		log_says "jailhouse: version $value" &&
		log_says "APIC, version $value"
}

images_directory()
{
	works mkdir "$tiny/images/1" && modes "$tiny/images/1" 200-data 644-address 644-size &&
		is "$tiny/images/1/size" 0 && write_only "$tiny/images/1/data" &&
		copy_second && works rmdir "$tiny/images/1"
}

copy_second()
{
	works copy "$tiny/images/1/data" "$demo" &&
		is "$tiny/images/1/size" "$(($(wc -c <"$demo")))" &&
		takes "$tiny/images/1/address" 0x1000 4096
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
		444-cpus_assigned_list 444-cpus_failed 444-cpus_failed_list \
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

unload_and_load()
{
	works unload jailhouse || return
	[ ! -d "$J" ] || wrong "$J is still there"
	[ ! -d "$S" ] || wrong "$S is still there"
	modprobe jailhouse && is "$J/enabled" 0
}

# plant TEXT [WRONG]: the record of a crash, where the system configuration says that
# hypervisor memory ends.
plant()
{
	# shellcheck disable=SC2046 # two numbers
	set -- $(od -A n -t u8 -j 24 -N 8 "$system") $(od -A n -t u8 -j 40 -N 8 "$system") "$@"
	end=$(($1 + $2))
	shift 2
	./plantcrash "$end" "$@" || wrong "the memory cannot be written to"
}

crash_is()
{
	cat "$S/crash" >"$tmp/crash" || return
	printf '%s' "$1" | cmp -s - "$tmp/crash" ||
		wrong "$S/crash reads '$(cat "$tmp/crash")'"
}

no_crash()
{
	crash_is "" && plant "untrue" wrong && copy "$system" "$J/config" && crash_is "" || return
	jailhouse crash "$system" >"$tmp/out" 2>&1 && wrong "jailhouse crash has found one"
	grep -q "nothing was left" "$tmp/out" || wrong "$(cat "$tmp/out")"
}

crash_is_shown()
{
	plant "JAILHOUSE PANIC on CPU 1: planted
second$(printf '\033')line
" && copy "$system" "$J/config" && crash_is "JAILHOUSE PANIC on CPU 1: planted
second?line
" && log_says "jailhouse: crash: JAILHOUSE PANIC on CPU 1: planted" &&
		log_says "jailhouse: crash: second?line" &&
		[ "$(jailhouse crash "$system" | head -n 1)" = "JAILHOUSE PANIC on CPU 1: planted" ]
}

# What was found remains for as long as the module does; in memory there is nothing left.
enabling_wipes_it()
{
	hv_enable && hv_disable || return
	jailhouse crash >"$tmp/out" 2>&1
	grep -q planted "$tmp/out" || wrong "jailhouse crash says '$(cat "$tmp/out")'" || return
	unload_and_load && copy "$system" "$J/config" && crash_is ""
}

cell_cases()
{
	t "a new cell is empty" new_is_empty
	t "files of a cell" modes "$tiny" 600-config 200-image 644-image_address \
		644-image_size 755-images 644-timeout_ms 644-enabled 644-state \
		444-id 444-cpus 444-error
	t "cell: id, cpus and error are read-only" read_only "$tiny/id" "$tiny/cpus" "$tiny/error"
	t "cell: image is write-only" write_only "$tiny/image"
	t "cell: enabled takes 0 and 1" nonsense EINVAL "$tiny" enabled 2 -1 on% "$newline"
	t "cell: state takes its five words" nonsense EINVAL "$tiny" state run 1 Create "create now" "$newline"
	t "cell: image_address takes numbers" nonsense EINVAL "$tiny" image_address -1 0xg 1k "$newline"
	t "cell: image_address of more than 64 bits" nonsense ERANGE "$tiny" image_address 0x10000000000000000
	t "cell: image_address, decimal and hexadecimal" takes "$tiny/image_address" 0x10000 65536 0xf0000 0xF0000
	t "cell: image_size takes numbers" nonsense EINVAL "$tiny" image_size -1 x "$newline"
	t "cell: timeout_ms takes numbers" nonsense EINVAL "$tiny" timeout_ms -5 soon "$newline"
	t "cell: timeout_ms" takes "$tiny/timeout_ms" 500 500 1000 1000
	t "state empty" empty_state
	t "cell: config of which nothing was accepted" nothing_accepted
	t "cell: config reads back, the state is configured" config_round_trip "$cells/tiny-demo.cell" "$tiny"
	t "cell: config in pieces of 7 bytes" config_in_pieces
	t "cell: an empty file" empty_file
	t "state configured: CPUs are known, the number is not" configured_names_cpus
	t "state configured" configured_state
	t "no cell runs while the hypervisor is disabled" start_while_disabled
	t "cell: image and its length" image_is_staged
	t "images/N" images_directory
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
	t "one version in all parts" one_version
	t "created: the cell has number 1" created
	t "state shut down" shut_down_state
	t "state running" running_state
	t "enabled 0 and 1 in one step" in_one_step
	t "sysfs: the machine" sysfs_top
	t "sysfs: the root cell" sysfs_root
	t "sysfs: the cell" sysfs_cell
	t "sysfs: console" console_shows
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

cases()
{
	t "files of the top directory" modes "$J" 600-config 644-enabled 644-memory 400-check \
		444-error 755-cells
	t "enabled reads 0" is "$J/enabled" 0
	t "enabled takes 0, 1 and kill" nonsense EINVAL "$J" enabled 2 -1 yes% killall "$newline"
	t "disabling what is disabled succeeds" put "$J/enabled" 0
	t "killing what is disabled succeeds" put "$J/enabled" kill
	t "a success clears error" error_is_cleared
	t "error is read-only" read_only "$J/error"
	t "config reads back" config_round_trip "$system" "$J"
	t "a name of one character" good_name a
	t "a name of 31 characters" good_name a234567890123456789012345678901
	t "all kinds of characters in a name" good_name A-z_0.9
	t "a name of 32 characters" bad_name ENAMETOOLONG a2345678901234567890123456789012 name
	t "a space in a name" bad_name EINVAL "a b" name
	t "a plus sign in a name" bad_name EINVAL a+b name
	t "a letter that is not ASCII in a name" bad_name EINVAL "é" name
	t "a name that is taken" name_twice
	t "directories elsewhere are refused" other_places
	cell_cases
	if [ "$num_cpus" -ge 4 ]; then
		live_cases
	fi
	t "a record of a crash that is damaged is none" no_crash
	t "one that is whole is shown, in the kernel log, too" crash_is_shown
	t "enabling wipes it" enabling_wipes_it
	t "the module can be unloaded and loaded again" unload_and_load
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
