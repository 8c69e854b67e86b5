#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every file of the management interface: its mode, what it reads, what it takes
# and what it refuses, in each state of a cell.

. ./lib.sh
. ./interface_live.sh
begin
# So that nothing is left of earlier tests.
./attr unload jailhouse >/dev/null && modprobe jailhouse

tiny=$C/tiny-demo
demo=$inmates/tiny-demo.bin
newline='
'
statistics="vmexits_total vmexits_mmio vmexits_management vmexits_hypercall
	vmexits_pio vmexits_xapic vmexits_cr vmexits_cpuid vmexits_xsetbv
	vmexits_exception vmexits_msr_other vmexits_msr_x2apic_icr denied
	dma_faults"

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

images_directory()
{
	works mkdir "$tiny/images/1" &&
		modes "$tiny/images/1" 200-data 644-address 644-size 644-path &&
		is "$tiny/images/1/size" 0 && write_only "$tiny/images/1/data" &&
		copy_second && works rmdir "$tiny/images/1"
}

copy_second()
{
	works copy "$tiny/images/1/data" "$demo" &&
		is "$tiny/images/1/size" "$(($(wc -c <"$demo")))" &&
		takes "$tiny/images/1/address" 0x1000 4096
}

# What is in a file is looked at when it is named; what was there stays if that is refused.
image_paths()
{
	one=$tiny/images/one
	works mkdir "$one" && copy "$demo" "$one/data" && mkdir "$tmp/dir" && : >"$tmp/none" &&
		mkfifo "$tmp/fifo" && is "$one/path" "" || return
	refused EINVAL "$tiny" "images/one/path: takes the path" write "$one/path" tiny-demo.bin
	refused ENOENT "$tiny" "there is no $tmp/gone" write "$one/path" "$tmp/gone"
	refused EINVAL "$tiny" "no regular file" write "$one/path" "$tmp/dir"
	refused EINVAL "$tiny" "no regular file" write "$one/path" "$tmp/fifo"
	refused ENODATA "$tiny" "$tmp/none is empty" write "$one/path" "$tmp/none"
	long=0123456789/123456789/123456789/123456789/
	long=$demo/$long$long$long$long$long$long$long$long$long$long
	refused ENOTDIR "$tiny" "cannot be read (error -20)" write "$one/path" "$long"
	# To read these the driver would wait for itself.
	refused EINVAL "$tiny" "$tiny/cpus is in configfs" write "$one/path" "$tiny/cpus"
	refused EINVAL "$tiny" "$J/config is in configfs" write "$one/path" "$J/config"
	is "$one/path" "" && is "$one/size" 65536 || return
	echo parameters >"$tmp/a file" && put "$one/path" "$tmp/a file" &&
		is "$one/path" "$tmp/a file" && is "$one/size" 11 || return
	copy "$demo" "$one/data" && is "$one/path" "" && is "$one/size" 65536 || return
	put "$one/path" "$demo" && put "$one/path" "" && is "$one/path" "" &&
		is "$one/size" 0 && rmdir "$one"
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
		444-id 644-cpus 644-console 644-flags 644-start 755-memory 755-ports \
		755-interrupts 755-devices 755-links 755-ivshmem 400-check 444-error
	t "cell: id and error are read-only" read_only "$tiny/id" "$tiny/error"
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
	t "images/N/path" image_paths
}

cases()
{
	t "files of the top directory" modes "$J" 600-config 644-enabled 644-memory 400-check \
		400-hardware 400-record 444-error 644-links 755-cells
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
