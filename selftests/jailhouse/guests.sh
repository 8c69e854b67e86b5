#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Software that was not made for this project's library, and the examples of the
# documentation.

. ./lib.sh
begin
need_cpus 4

[ -e foreign.cell ] || ktap_skip_all "run make first"

# ends NAME: the cell says so by itself.
ends()
{
	wait_is "$C/$1/state" "shut down" 200
}

# What Linux reads from the register of the TSC: QEMU has RDTSC, but always 0 there.
find_tsc()
{
	modprobe msr 2>/dev/null
	parameters="foreign=yes"
	tsc=$(dd if=/dev/cpu/0/msr bs=8 skip=$((0x10 / 8)) count=1 2>/dev/null | od -A n -t u8)
	[ "${tsc##* }" != 0 ] || parameters="foreign=yes tsc=zero"
	[ -n "$tsc" ] || wrong "there is no register of the TSC to be read" || return
	hv_enable
}

# foreign BITS: the image starts at 0, and its parameters go into it.
foreign()
{
	new_cell foreign foreign.cell "$inmates/foreign-$1.bin" &&
		put "$C/foreign/image_address" 0 &&
		mkdir "$C/foreign/images/arguments" &&
		echo "$parameters" >"$C/foreign/images/arguments/data" &&
		put "$C/foreign/images/arguments/address" 0x1000 &&
		put "$C/foreign/enabled" 1 && ends foreign
	reported "foreign-$1" 1
	# Once more: nothing of the first time, like a TSC that was moved, is left.
	put "$C/foreign/state" start && ends foreign && reported "foreign-$1" 2
	put "$C/foreign/enabled" 0
	rmdir "$C/foreign/images/arguments" "$C/foreign" && all_online
}

# Its communication region is at 0x200000, and it is asked to stop through that. The second
# serial port of this machine is Linux's console: so other ports and another pin, unused.
example()
{
	./patchcell example.cell "$tmp/sensor.cell" pio0.base=0x378 irq0.pins=0x80 &&
		new_cell sensor "$tmp/sensor.cell" "$inmates/doc-example.bin" || return
	mkdir "$C/sensor/images/arguments" &&
		echo "console=none" >"$C/sensor/images/arguments/data" &&
		put "$C/sensor/images/arguments/address" 0x1000 &&
		put "$C/sensor/enabled" 1 && is "$C/sensor/state" running &&
		is "$C/sensor/cpus" 2-3 && put "$C/sensor/state" stop &&
		is "$C/sensor/state" "shut down"
	put "$C/sensor/enabled" 0
	rmdir "$C/sensor/images/arguments" "$C/sensor" && all_online
}

# A program that was compiled for AVX, and uses memory that it is given: two CPUs.
avx_and_heap()
{
	if ! grep -qw avx /proc/cpuinfo; then
		note "the CPU has no AVX"
		return
	fi
	./patchcell "$cells/apic-demo.cell" "$tmp/avx.cell" name=avx cpus=0xc &&
		start_cell avx "$tmp/avx.cell" "$inmates/avx.bin" && ends avx && reported avx 1 &&
		put "$C/avx/state" start && ends avx && reported avx 2 && drop_cell avx &&
		all_online
}

# said CELL [FILE VALUE]...: in directories, on CPUs 2 and 3, with 1 MiB.
said()
{
	said=$C/$1
	mkdir "$said" "$said/memory/ram" "$said/images/arguments" || wrong "mkdir" || return
	put "$said/images/arguments/address" 0x1000 &&
		echo "$parameters" >"$said/images/arguments/data" && put "$said/cpus" 2-3
	{ echo 1M >"$said/memory/ram/size"; } 2>"$tmp/said" || wrong "$(cat "$said/error")" || return
	shift
	while [ $# != 0 ]; do
		put "$said/$1" "$2" || return
		shift 2
	done
}

unsaid()
{
	put "$C/$1/enabled" 0
	rmdir "$C/$1/images/arguments" "$C/$1/memory/ram" "$C/$1" && all_online
}

# The same without a configuration: start and flags are said, the rest is found.
from_directories()
{
	mark_log && said foreign start 0 flags test-device image_address 0 &&
		copy "$inmates/foreign-32.bin" "$said/image" && put "$said/enabled" 1 &&
		ends foreign && reported foreign-32 1 && unsaid foreign || return
	! grep -qw avx /proc/cpuinfo || {
		said avx && copy "$inmates/avx.bin" "$said/image" && put "$said/enabled" 1 &&
			ends avx && reported avx 1 && unsaid avx
	}
}

cases()
{
	t "enabled" find_tsc
	t "64 bits: start at 0, MTRRs, TSC, x2APIC, SMP, SSE, test device" foreign 64
	t "32 bits" foreign 32
	t "the examples of the documentation" example
	t "AVX in a program and its interrupts, and memory to be had" avx_and_heap
	t "32 bits, and AVX on two CPUs, from directories" from_directories
	t "disabled" hv_disable
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
