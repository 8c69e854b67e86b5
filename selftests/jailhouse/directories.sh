#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Cells without a configuration file: what they are to have is said in files and directories, one
# value a file, and what comes of it is a configuration like any other.

. ./lib.sh
begin
need_cpus 4

demo=$C/demo
other=$C/other

# said DIR FILE VALUE...: below DIR; directories are made on the way.
said()
{
	dir=$1
	shift
	while [ $# -ge 2 ]; do
		case $1 in
		*/*/*) [ -d "$dir/${1%/*}" ] || mkdir "$dir/${1%/*}" ||
			wrong "mkdir $dir/${1%/*}" || return ;;
		esac
		{ echo "$2" >"$dir/$1"; } 2>"$tmp/said" || wrong "'$2' into $dir/$1" || return
		is "$dir/error" "" || return
		shift 2
	done
}

# unsaid DIR: the cell, with all that is in it.
unsaid()
{
	for entry in "$1"/memory/* "$1"/ports/* "$1"/interrupts/* "$1"/devices/* "$1"/links/* \
			"$1"/images/*; do
		[ ! -d "$entry" ] || rmdir "$entry" || wrong "rmdir $entry" || return
	done
	rmdir "$1" || wrong "rmdir $1"
}

# refuses ERRNO SENTENCE FILE VALUE: of the cell demo, which keeps what it had.
refuses()
{
	get "$demo/$3"
	kept=$value
	refused "$1" "$demo" "cells/demo/$3: " write "$demo/$3" "$4" && reason "$demo" "$2" &&
		is "$demo/$3" "$kept"
}

# does_not_start ERRNO SENTENCE
does_not_start()
{
	refused "$1" "$demo" "$2" write "$demo/enabled" 1 && is "$demo/enabled" 0
}

enable_undescribed()
{
	echo auto >"$J/config"
	put "$J/enabled" 1
}

# As a person would: four writes and an image.
four_writes()
{
	mkdir "$demo" || wrong "mkdir $demo" || return
	is "$demo/state" empty && said "$demo" cpus 3 memory/ram/size 1M &&
		is "$demo/state" configured && copy "$inmates/apic-demo.bin" "$demo/image" &&
		is "$demo/image_address" "$(printf '0x%x' "$load_address")" &&
		put "$demo/enabled" 1 && wait_is "$demo/state" running/locked
}

# What was not said can be read meanwhile, and is what /proc/iomem has.
placed()
{
	is "$demo/memory/ram/address" 0x0 && get "$demo/memory/ram/physical" || return
	grep -q "^ *0*${value#0x}-.* : Jailhouse cell demo\$" /proc/iomem ||
		wrong "$value is not in /proc/iomem: $(grep demo /proc/iomem)"
}

# The configuration in force can be kept, and used like one that a compiler has made.
reads_as_blob()
{
	cat "$demo/config" >"$tmp/demo.cell" || wrong "config cannot be read" || return
	put "$demo/enabled" kill && is "$demo/memory/ram/physical" auto || return
	cmp "$tmp/demo.cell" "$demo/config" || wrong "config reads as something else" || return
	unsaid "$demo" && start_cell demo "$tmp/demo.cell" "$inmates/apic-demo.bin" &&
		wait_is "$demo/state" running/locked && get "$demo/cpus" && [ "$value" = 3 ] &&
		put "$demo/enabled" kill && drop_cell demo
}

# took COMMAND...: in nanoseconds of the machine's time; the shortest so far in $fastest.
took()
{
	now
	before=$now
	"$@" || return
	now
	[ -n "$fastest" ] && [ $((now - before)) -ge "$fastest" ] || fastest=$((now - before))
}

# The first byte tells the rest.
put_together()
{
	# shellcheck disable=SC3045 # the shell there has it
	IFS= read -r -n 1 _ <"$demo/config"
}

# To create a cell takes Linux longer one time than another: its CPU has to go offline. What
# directories have it do in addition is what reading the configuration does.
as_fast_as_a_blob()
{
	mkdir "$demo" && copy "$tmp/demo.cell" "$demo/config" || return
	fastest=
	for _ in 1 2 3; do
		took :
	done
	nothing=$fastest
	fastest=
	for _ in 1 2 3; do
		took put "$demo/state" create && put "$demo/enabled" 0 || return
	done
	created=$((fastest - nothing))
	rmdir "$demo" && mkdir "$demo" && said "$demo" cpus 3 memory/ram/size 1M || return
	fastest=
	for _ in 1 2 3; do
		took put_together || return
	done
	cmp "$tmp/demo.cell" "$demo/config" || wrong "config is another one" || return
	unsaid "$demo"
	fastest=$((fastest - nothing))
	ktap_print "# created from a blob in $created ns, put together in $fastest ns"
	[ $((20 * fastest)) -le "$created" ] || wrong "that is more than 5 % of it"
}

# The second serial port, which Linux may use as well.
tiny_demo()
{
	mkdir "$demo" && said "$demo" cpus 2 memory/ram/size 1M ports/uart/range 0x2f8-0x2ff \
		ports/uart/mode shared console 0x2f8 || return
	copy "$inmates/tiny-demo.bin" "$demo/image" && put "$demo/enabled" 1 &&
		wait_is "$demo/state" running || return
	# apic-demo beside it, and both lie where the other does not.
	mkdir "$other" && said "$other" cpus 3 memory/ram/size 1M &&
		copy "$inmates/apic-demo.bin" "$other/image" && put "$other/enabled" 1 &&
		wait_is "$other/state" running/locked || return
	get "$demo/memory/ram/physical"
	first=$value
	get "$other/memory/ram/physical"
	[ "$first" != "$value" ] || wrong "both have $first" || return
	put "$other/enabled" kill && put "$demo/enabled" 0 && unsaid "$other" && unsaid "$demo"
}

# Large memory is divided around the communication page, and lies so that large pages map it.
large()
{
	mkdir "$demo" && said "$demo" cpus 3 memory/ram/size 16M flags start-first-cpu &&
		copy "$inmates/apic-demo.bin" "$demo/image" && put "$demo/enabled" 1 &&
		wait_is "$demo/state" running/locked && get "$demo/memory/ram/physical" || return
	[ $((value & 0x1fffff)) = $((0x100000)) ] || wrong "it is at $value" || return
	put "$demo/enabled" kill
}

# What is written, or removed, while the cell exists counts the next time.
later()
{
	put "$demo/state" create && said "$demo" cpus 2 memory/more/size 4K &&
		get "$S/cells/$(cat "$demo/id")/cpus_assigned_list" && [ "$value" = 3 ] ||
		wrong "the CPUs are $value" || return
	rmdir "$demo/memory/more" && rmdir "$demo/memory/ram" && put "$demo/state" start &&
		wait_is "$demo/state" running/locked && put "$demo/enabled" kill &&
		does_not_start ENODATA "memory: there is no directory in it" &&
		said "$demo" memory/ram/size 1M && put "$demo/enabled" 1 && is "$demo/cpus" 2 &&
		wait_is "$demo/state" running/locked && put "$demo/enabled" kill && unsaid "$demo"
}

# What a file does not take is named, and nothing has changed.
garbage()
{
	mkdir "$demo" && mkdir "$demo/memory/ram" "$demo/ports/p" "$demo/interrupts/i" || return
	for word in x 1- 3-1 ,1 1,,2 0x 1x 1.5; do
		refuses EINVAL "not a list of CPUs" cpus "$word"
	done
	refuses ERANGE "CPUs 0 to 511" cpus 512
	refuses ERANGE "CPUs 0 to 511" cpus 1-99999999999
	for word in x -1 1Q 64MM 1.5G; do
		refuses EINVAL "not an amount" memory/ram/size "$word"
	done
	refuses EINVAL "no memory has 0 bytes" memory/ram/size 0
	refuses EINVAL "no multiple of 4096" memory/ram/size 4097
	refuses ERANGE "largest" memory/ram/size 999999999G
	refuses ERANGE "no such amount" memory/ram/size 99999999999G
	refuses EINVAL "not a number" memory/ram/address here
	refuses EINVAL "no multiple of 4096" memory/ram/address 0x1001
	refuses ERANGE "largest" memory/ram/physical 0x10000000000000
	refuses EINVAL "no such word: 'fast'; there are: read write" memory/ram/flags "read fast"
	refuses EINVAL "stands there twice" memory/ram/flags "read read"
	refuses EINVAL "to be read at least" memory/ram/flags write
	refuses EINVAL "not a range" ports/p/range 0x3ff-0x3f8
	refuses EINVAL "not a range" ports/p/range uart
	refuses ERANGE "last port" ports/p/range 0xfff8-0x10000
	refuses EINVAL "there are: own shared ignore" ports/p/mode mine
	refuses EINVAL "not a pin" interrupts/i/pin ioapic:4
	refuses EINVAL "not a pin" interrupts/i/pin "4 5"
	refuses EINVAL "there are: log none virtual" console tty0
	refuses ERANGE "largest" console 0xffff
	refuses EINVAL "no such word" flags fast
	refuses ERANGE "largest" start 0x100000000
	refuses EINVAL "there are: auto linux" start windows
	refuses EINVAL "not a number" image_address 0xz
	refuses ERANGE "largest" image_address 0x1000000000000
	is "$demo/memory/ram/flags" "read write execute loadable" && is "$demo/console" log &&
		is "$demo/start" auto && is "$demo/cpus" ""
}

# Whatever it is, each file that can be written refuses it, says so, and keeps what it had. A peer
# and a path of images/ can be called nearly anything.
anything()
{
	mkdir "$demo/devices/0000:00:1f.7" "$demo/links/l" "$demo/images/m" || return
	long=$(printf %04000d 0 | tr 0 9)
	for file in $(cd "$demo" && find . -type f -perm -200 ! -name config ! -name image \
			! -name data); do
		for text in "x?" "-1?" "0x?" "1 2" "99999999999999999999999?" "12Q?" "$long"; do
			get "$demo/$file"
			kept=$value
			! { echo "$text" >"$demo/$file"; } 2>"$tmp/said" ||
				wrong "$file takes '$text'" || return
			get "$demo/error" && [ -n "$value" ] || wrong "$file: no reason" || return
			is "$demo/$file" "$kept" || return
		done
	done
	rmdir "$demo/devices/0000:00:1f.7" "$demo/links/l" "$demo/images/m"
}

# What is missing is named when it is needed.
incomplete()
{
	does_not_start ENODATA "cells/demo: cpus: nothing was written" && said "$demo" cpus 3 &&
		does_not_start ENODATA "memory/ram/size: nothing was written" &&
		said "$demo" memory/ram/size 1M &&
		does_not_start ENODATA "interrupts/i/pin: nothing was written" &&
		rmdir "$demo/interrupts/i" &&
		does_not_start ENODATA "ports/p/range: nothing was written" &&
		rmdir "$demo/ports/p"
}

# What does not go together, or is not there.
impossible()
{
	said "$demo" memory/ram/size 1024M &&
		does_not_start ENOSPC "memory/ram/physical: 1048576 KiB are not free" &&
		said "$demo" memory/ram/size 2M memory/ram/address 0 &&
		does_not_start EADDRINUSE "covers the communication page at 0x100000" &&
		said "$demo" memory/ram/address auto memory/ram/size 1M memory/ram/physical 0x1000000 &&
		copy "$inmates/apic-demo.bin" "$demo/image" &&
		does_not_start EADDRINUSE "memory/ram (0x1000000-" &&
		said "$demo" memory/ram/physical auto console 0x2f8 &&
		does_not_start EINVAL "console: port 0x2f8 is in no directory of ports/" &&
		said "$demo" console log interrupts/i/pin ioapic7:1 &&
		does_not_start ENXIO "interrupts/i/pin: no I/O APIC" &&
		said "$demo" interrupts/i/pin ioapic0:200 &&
		does_not_start ENXIO "interrupts/i/pin: no I/O APIC" &&
		said "$demo" interrupts/i/pin ioapic0:19 interrupts/j/pin 19 &&
		does_not_start EADDRINUSE "interrupts/j/pin: another directory has this pin" &&
		rmdir "$demo/interrupts/i" "$demo/interrupts/j" &&
		said "$demo" cpus 0 && does_not_start EINVAL "CPU 0 cannot leave" &&
		said "$demo" cpus 3,500 && does_not_start ENODEV "CPU 500" &&
		said "$demo" cpus 3 ports/a/range 0x300-0x307 ports/b/range 0x304 &&
		does_not_start EADDRINUSE "ports/b (0x304" &&
		rmdir "$demo/ports/a" "$demo/ports/b" && is "$demo/state" configured
}

names()
{
	refused EINVAL "$demo" "memory: a name consists" mkdir "$demo/memory/a b" &&
		refused EINVAL "$demo" "devices: not a PCI function" mkdir "$demo/devices/03:00.0" &&
		refused EINVAL "$demo" "devices: not a PCI function" mkdir "$demo/devices/0000:00:20.0" &&
		fails EEXIST mkdir "$demo/memory/ram" || return
	mkdir "$demo/devices/0000:ff:1f.7" &&
		does_not_start ENODEV "devices/0000:ff:1f.7: there is no such function" &&
		rmdir "$demo/devices/0000:ff:1f.7"
}

# One of both, and who has begun with one is told so.
one_or_other()
{
	copy_refused "$tmp/demo.cell" "described by files and directories" && put "$demo/timeout_ms" 1000 &&
		refused EBUSY "$demo" "described by" write "$demo/enabled" 1 && unsaid "$demo" &&
		mkdir "$demo" && copy "$tmp/demo.cell" "$demo/config" || return
	for file in "cpus 2" "console none" "flags passive" "start 0x1000"; do
		refused EBUSY "$demo" "a config was written" write "$demo/${file% *}" "${file#* }" ||
			return
	done
	refused EBUSY "$demo" "a config was written" mkdir "$demo/memory/ram" && is "$demo/cpus" 3 &&
		unsaid "$demo" || return
	# A config that was refused since there were directories is in nobody's way without them.
	mkdir "$demo" && said "$demo" cpus 3 && copy_refused "$tmp/demo.cell" "described by" &&
		said "$demo" cpus "" cpus 2 memory/ram/size 1M && unsaid "$demo"
}

copy_refused()
{
	cat "$1" >"$demo/config"
	reason "$demo" "$2"
}

# Nothing but an end of line takes back what was written.
taken_back()
{
	mkdir "$demo" && said "$demo" cpus 2 console none start 0x1000 flags passive &&
		is "$demo/flags" passive && said "$demo" cpus "" console "" start auto flags "" &&
		is "$demo/state" empty && copy "$tmp/demo.cell" "$demo/config" && unsaid "$demo"
}

# Two write at once, and somebody removes what they write to: no file has half of anything.
at_once()
{
	mkdir "$demo" && said "$demo" cpus 3 memory/ram/size 1M || return
	for writer in 1 2; do
		(for n in 0 1 2 3 4 5 6 7 8 9; do
			echo 1M >"$demo/memory/ram/size"
			echo 2M >"$demo/memory/ram/size"
			mkdir "$demo/memory/x$writer" && rmdir "$demo/memory/x$writer"
			mkdir "$demo/ports/same" || rmdir "$demo/ports/same"
		done) 2>/dev/null &
	done
	for n in 0 1 2 3 4 5 6 7 8 9; do
		cat "$demo/config" >/dev/null 2>&1
		get "$demo/memory/ram/size"
		case $value in
		1048576 | 2097152) ;;
		*) wrong "size reads '$value'" ;;
		esac
	done
	wait
	for entry in "$demo"/memory/*; do
		[ "${entry##*/}" = ram ] || wrong "$entry is left"
	done
	unsaid "$demo"
}

# A file that is open when its directory goes: what is written then has no effect, nor does harm.
removed_while_open()
{
	mkdir "$demo" && said "$demo" cpus 3 memory/ram/size 1M memory/x/size 1M || return
	exec 3>"$demo/memory/x/size" 4<"$demo/memory/x/address"
	rmdir "$demo/memory/x" || return
	! { echo 2M >&3; } 2>/dev/null || is "$demo/error" ""
	cat <&4 >/dev/null 2>&1
	exec 3>&- 4<&-
	put "$demo/state" create && get "$demo/memory/ram/physical" &&
		[ ! -e "$demo/memory/x" ] && fails EBUSY rmdir "$demo" && put "$demo/enabled" 0 &&
		unsaid "$demo"
}

# Many directories, and many cells.
many()
{
	mkdir "$demo" && said "$demo" cpus 3 || return
	set --
	for n in 0 1 2 3 4 5 6 7 8 9; do
		for m in 0 1 2 3 4 5 6 7 8 9; do
			set -- "$@" "$demo/ports/p$n$m"
		done
	done
	mkdir "$demo/memory/ram" "$@" && said "$demo" memory/ram/size 1M || return
	for entry; do
		echo "0x10${entry#*/ports/p}" >"$entry/range" || wrong "$entry/range" || return
	done
	put "$demo/state" create && put "$demo/enabled" 0 && rmdir "$@" && unsaid "$demo" || return
}

# A thousand of them are no reason that the next one does not start.
a_thousand_cells()
{
	set --
	for n in 0 1 2 3 4 5 6 7 8 9; do
		for m in 0 1 2 3 4 5 6 7 8 9; do
			for l in 0 1 2 3 4 5 6 7 8 9; do
				set -- "$@" "$C/many$n$m$l"
			done
		done
	done
	mkdir "$@" && mkdir "$demo" && said "$demo" cpus 3 memory/ram/size 1M &&
		copy "$inmates/apic-demo.bin" "$demo/image" && put "$demo/enabled" 1 &&
		wait_is "$demo/state" running/locked && put "$demo/enabled" kill && unsaid "$demo" &&
		rmdir "$@"
}

# little BYTES VALUE: as x86 has numbers in memory.
little()
{
	n=$1
	rest=$2
	while [ "$n" != 0 ]; do
		# shellcheck disable=SC2059 # the byte
		printf "\\$(printf %03o $((rest & 255)))"
		rest=$((rest >> 8))
		n=$((n - 1))
	done
}

# segment OFFSET ADDRESS SIZE: a program header, of 56 bytes.
segment()
{
	little 4 1
	little 4 7
	little 8 "$1"
	little 8 "$2"
	little 8 "$2"
	little 8 "$3"
	little 8 "$3"
	little 8 1
}

# program ENTRY ADDRESS: apic-demo as an ELF file, with a second segment at ADDRESS: two jumps to
# the reset vector (jmp far 0xf000:0xfff0), each of 5 bytes.
program()
{
	printf '\177ELF\002\001\001\000'
	little 8 0
	little 4 $((62 << 16 | 2))
	little 4 1
	little 8 "$1"
	little 8 64
	little 12 0
	little 4 $((56 << 16 | 64))
	little 8 2
	segment 176 "$2" 10
	segment 186 $((load_address)) "$(wc -c <"$inmates/apic-demo.bin")"
	printf '\352\360\377\000\360\352\360\377\000\360'
	cat "$inmates/apic-demo.bin"
}

# Segments lie where they belong, and its CPU begins at its entry.
elf_program()
{
	program 0x8000 0x8000 >"$tmp/first.elf" && program 0x8005 0x8000 >"$tmp/second.elf" &&
		mkdir "$demo" && said "$demo" cpus 3 memory/ram/size 1M &&
		copy "$tmp/first.elf" "$demo/image" && is "$demo/image_address" 0x8000 &&
		put "$demo/enabled" 1 && wait_is "$demo/state" running/locked &&
		cat "$demo/config" >"$tmp/elf.cell" || return
	[ "$(od -A n -t x8 -j 80 -N 8 "$tmp/elf.cell" | tr -d ' ')" = 0000000000008000 ] ||
		wrong "the cell starts elsewhere" || return
	# Linked anew, it begins elsewhere: the cell that is there already does not.
	put "$demo/state" kill && copy "$tmp/second.elf" "$demo/image" &&
		refused ENOEXEC "$demo" "begins at 0x8005, but the cell was created to start at 0x8000" \
			write "$demo/state" start &&
		put "$demo/enabled" 0 && put "$demo/enabled" 1 && wait_is "$demo/state" running/locked &&
		put "$demo/enabled" kill && copy /bin/busybox "$demo/image" &&
		refused ENOEXEC "$demo" "a program for Linux" write "$demo/enabled" 1
}

# It is read where it lies as well, as it is then.
elf_in_a_file()
{
	unsaid "$demo" && mkdir "$demo" "$demo/images/program" &&
		said "$demo" cpus 3 memory/ram/size 1M &&
		put "$demo/images/program/path" "$tmp/first.elf" && put "$demo/enabled" 1 &&
		wait_is "$demo/state" running/locked && put "$demo/enabled" kill || return
	cp "$tmp/second.elf" "$tmp/first.elf" && put "$demo/enabled" 1 &&
		wait_is "$demo/state" running/locked && put "$demo/enabled" kill || return
	# What does not fit into a write is no path, and what follows it no other one.
	long=/$(printf %04094d 7)
	refused ENAMETOOLONG "$demo" "4094 bytes at most" write "$demo/images/program/path" "$long" &&
		refused ENAMETOOLONG "$demo" "4094 bytes at most" write "$demo/images/program/path" \
			"${long}0" && is "$demo/images/program/path" "$tmp/first.elf" &&
		rmdir "$demo/images/program"
}

# starts_from FILE SIZE: the cell is being started, and waits for FILE, which is images/far, of SIZE
# bytes at 0xf0000 or below. It is looked at when it is named, and at each step of the start; then
# it is read.
starts_from()
{
	rm -f "$tmp/net.hung"
	./hung "$tmp/net" "$1" 5 && put "$demo/images/far/path" "$tmp/net/image" &&
		put "$demo/images/far/address" $((0x100000 - $2)) || return
	{ echo 1 >"$demo/enabled"; } 2>"$tmp/started" &
	starting=$!
	wait_is "$tmp/net.hung" 1
}

# A file system that answers no more keeps the start waiting, and nobody else.
hung_file()
{
	modprobe fuse 2>/dev/null
	grep -qw fuse /proc/filesystems || { skip "this kernel has no FUSE"; return; }
	mkdir "$tmp/net" "$demo/images/far" && starts_from "$inmates/apic-demo.bin" 0x10000 || return
	for what in "cat $demo/cpus $J/memory" "mkdir $other" "echo 2 >$other/cpus" \
			"rmdir $demo/images/far $other"; do
		timeout 10 sh -c "$what" >/dev/null || wrong "waits for it, too: $what"
	done
	kill "$(cat "$tmp/net.pid")"
	! wait "$starting" || wrong "it was started" || return
	reason "$demo" "images/far: $tmp/net/image cannot be read" && is "$demo/enabled" 0 &&
		umount "$tmp/net"
}

# goes_on: what was hung answers again, and the start has an end; then it is no more.
goes_on()
{
	kill -USR1 "$(cat "$tmp/net.pid")"
	wait "$starting"
	started=$?
	kill "$(cat "$tmp/net.pid")"
	umount "$tmp/net"
}

# While one image is read, others change: what does not fit any more is not placed, wherever it is.
changed_meanwhile()
{
	[ -d "$tmp/net" ] || { skip "this kernel has no FUSE"; return; }
	mkdir "$demo/images/far" "$demo/images/near" && copy "$inmates/apic-demo.bin" \
		"$demo/images/near/data" && put "$demo/images/near/address" 0x20000 &&
		starts_from "$inmates/apic-demo.bin" 0x10000 || return
	put "$demo/images/near/address" 0x40000000
	goes_on
	[ "$started" != 0 ] || wrong "it was started" || return
	reason "$demo" "images/near: 0x40000000-0x40010000 is not inside a loadable" &&
		is "$demo/enabled" 0 && put "$demo/images/near/address" 0x20000 || return
	# Nothing is left where the cell starts.
	put "$demo/start" 0x20000 && starts_from "$inmates/apic-demo.bin" 0x10000 || return
	put "$demo/images/near/address" 0x30000
	goes_on
	[ "$started" != 0 ] || wrong "it was started" || return
	reason "$demo" "no image holds 0x20000" && is "$demo/enabled" 0 &&
		put "$demo/start" auto && rmdir "$demo/images/near"
}

# Whoever kills the cell need not wait until all of a large file is read.
killed_meanwhile()
{
	[ -d "$tmp/net" ] || { skip "this kernel has no FUSE"; return; }
	head -c 196608 /dev/zero >"$tmp/large" && starts_from "$tmp/large" 0x30000 || return
	echo kill >"$demo/enabled" &
	killing=$!
	wait_is "/proc/$killing/wchan" jh_operation_begin_urgent
	goes_on
	wait "$killing" || wrong "it cannot be killed" || return
	[ "$started" != 0 ] || wrong "it was started" || return
	grep -qi "cancel" "$tmp/started" || wrong "$(cat "$tmp/started")" || return
	is "$demo/enabled" 0 && rmdir "$demo/images/far"
}

# What cannot be loaded as a program, and with an address it is none.
elf_refused()
{
	head -c 100 "$tmp/second.elf" >"$tmp/bad.elf" && copy "$tmp/bad.elf" "$demo/image" &&
		does_not_start ENOEXEC "image: an ELF file whose program headers" || return
	head -c 300 "$tmp/second.elf" >"$tmp/bad.elf" && copy "$tmp/bad.elf" "$demo/image" &&
		does_not_start ENOEXEC "segment 1 ends behind the file" || return
	program 0x8000 0x200000 >"$tmp/bad.elf" && copy "$tmp/bad.elf" "$demo/image" &&
		does_not_start ENOEXEC "entry (0x8000) is in none of its segments" || return
	program 0xffff0 0x200000 >"$tmp/bad.elf" && copy "$tmp/bad.elf" "$demo/image" &&
		does_not_start ERANGE "image: a segment of it (0x200000-0x20000a) is not inside" || return
	copy "$tmp/second.elf" "$demo/image" && put "$demo/image_address" 0xf0000 &&
		does_not_start ERANGE "is not inside a loadable" && put "$demo/image_address" 0xe0000 &&
		does_not_start ENOEXEC "an ELF file with an address is loaded as it is" &&
		put "$demo/image_address" auto && put "$demo/enabled" 1 &&
		wait_is "$demo/state" running/locked && put "$demo/enabled" kill && unsaid "$demo"
}


# readme N: the Nth listing of that section of the README.
readme()
{
	listing readme.txt "A cell of nothing but directories" "$1" >"$tmp/lines" || return
	(cd "$J" && sh -e "$tmp/lines") >"$tmp/said" 2>&1 || wrong "they say: $(cat "$tmp/said")"
}

as_the_readme_says()
{
	readme 1 || return
	case $(cat "$tmp/said") in
	running | running/locked) ;;
	*) wrong "it says: $(cat "$tmp/said")" || return ;;
	esac
	wait_is "$demo/state" running/locked && grep -q ' : Jailhouse memory' /proc/iomem &&
		readme 2 && is "$J/enabled" 0 && is "$J/memory" 0
}

only_while_enabled()
{
	mkdir "$demo" && said "$demo" cpus 3 memory/ram/size 1M &&
		does_not_start ENODEV "the hypervisor is not enabled" &&
		refused ENODEV "$demo" "not enabled" read "$demo/config" && unsaid "$demo"
}

cases()
{
	t "described before there is a hypervisor, it does not start" only_while_enabled
	t "enabled without a configuration" enable_undescribed
	t "four writes make a cell" four_writes
	t "its files say where it is" placed
	t "config is what a compiler would have made" reads_as_blob
	t "which is not created faster by more than 5 %" as_fast_as_a_blob
	t "with ports and a console of its own, beside another one" tiny_demo
	t "large memory" large
	t "what is changed counts the next time" later
	t "what a file does not take" garbage
	t "what no file takes" anything
	t "what is missing" incomplete
	t "what cannot be" impossible
	t "names" names
	t "a config or directories, not both" one_or_other
	t "what was written can be taken back" taken_back
	t "several at once" at_once
	t "a directory goes while its files are open" removed_while_open
	t "many" many
	t "a thousand cells" a_thousand_cells
	t "an ELF file is a program, which says where it belongs and begins" elf_program
	t "also in a file" elf_in_a_file
	t "a file on a file system that hangs" hung_file
	t "other images change while a file is read" changed_meanwhile
	t "a kill while a large file is read" killed_meanwhile
	t "or it is refused" elf_refused
	t "disabled" hv_disable
	t "as the README says, in RAM that is taken from Linux" as_the_readme_says
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
