#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory that cells share: with Linux, as files that programs map, and with each other, as peers of
# ivshmem devices.

. ./lib.sh
begin
need_cpus 4

[ -e mapped ] || ktap_skip_all "run make first"

one=$C/ivshmem-demo
two=$C/ivshmem-demo2

# sees WANTED COMMAND...: what ./mapped prints.
sees()
{
	wanted=$1
	shift
	seen=$(./mapped "$@")
	[ "$seen" = "$wanted" ] || wrong "mapped $*: '$seen', expected '$wanted'"
}

# is_file FILE "MODE SIZE"
is_file()
{
	found=$(stat -c '%a %s' "$1")
	[ "$found" = "$2" ] || wrong "$1 is $found"
}

# new_peers INMATE: the two cells of the demo, which do not run yet.
new_peers()
{
	new_cell ivshmem-demo "$cells/ivshmem-demo.cell" "$inmates/$1.bin" &&
		new_cell ivshmem-demo2 "$cells/ivshmem-demo2.cell" "$inmates/$1.bin" &&
		put "$one/state" create && put "$two/state" create && in_sysfs ivshmem-demo &&
		shared=$dir/shared
}

# What was there before is anybody's.
wiped()
{
	for n in 2 3 4 5; do
		dd if=/dev/zero of="$shared/$n" bs=4096 count=1 2>"$tmp/dd" ||
			wrong "$(cat "$tmp/dd")" || return
	done
}

files_are_there()
{
	hv_enable && new_peers ivshmem || return
	set -- "$shared"/*
	[ "$*" = "$shared/2 $shared/3 $shared/4 $shared/5" ] || wrong "there is $*" || return
	is_file "$shared/2" "600 4096" || return
	[ ! -e "$S/cells/0/shared" ] || wrong "the root cell shares with itself"
}

maps_what_it_reads()
{
	wiped && sees 0x12345678 write "$shared/3" 0x40 0x12345678 &&
		sees 0x12345678 read "$shared/3" 0x40 || return
	word=$(od -A n -t x4 -j 64 -N 4 "$shared/3")
	[ "$word" = " 12345678" ] || wrong "the file reads $word" || return
	sees 0x12345678 read "$S/cells/$(cat "$two/id")/shared/3" 0x40 || return
	sees 0x0 read "$shared/4" 0x40 && sees 0x0 read "$shared/2" 0x40
}

nothing_behind_it()
{
	sees EINVAL open "$shared/3" 8192 rw && sees EINVAL open "$shared/3" 0x100000 ro &&
		sees ok open "$shared/3" 4096 rw || return
	[ "$(dd if="$shared/3" bs=8192 2>"$tmp/dd" | wc -c)" = 4096 ] || wrong "it is longer" || return
	! dd if=/dev/zero of="$shared/3" bs=4096 seek=1 count=1 2>"$tmp/dd" || wrong "it grows"
}

# run_peers ARGUMENTS: both, to the end.
run_peers()
{
	for cell in "$one" "$two"; do
		[ -e "$cell/images/arguments" ] || mkdir "$cell/images/arguments" || return
		echo "$1" >"$cell/images/arguments/data"
		put "$cell/images/arguments/address" 0x1000 && put "$cell/state" start || return
	done
}

peers_end()
{
	wait_is "$one/state" "shut down" && wait_is "$two/state" "shut down" &&
		reported ivshmem "$1" && is "$one/error" "" && is "$two/error" ""
}

peers_talk()
{
	wiped && run_peers "root=no" && peers_end 2 && sees 0x0 read "$shared/2" 0 &&
		sees 0x0 read "$shared/2" 4
}

# Word 15 of the section that all write; the answers are behind it.
linux_takes_part()
{
	wiped && run_peers "root=yes" && sees 0x1000 write "$shared/3" 60 0x1000 && peers_end 4 &&
		sees 0x1000 read "$shared/3" 64 && sees 0x1001 read "$shared/3" 68
}

# A peer that is killed is in state 0, and the other one reads and rings on.
peer_goes()
{
	put "$one/enabled" kill && rmdir "$one/images/arguments" "$one" &&
		put "$two/enabled" kill && rmdir "$two/images/arguments" "$two" &&
		new_peers ivshmem-demo && wiped && put "$one/enabled" 1 && put "$two/enabled" 1 &&
		log_will_say "[ivshmem-demo] Peer 1 has thrown ball 2" &&
		sees 0x1 read "$shared/2" 4 && put "$two/enabled" kill &&
		sees 0x0 read "$shared/2" 4 && log_will_say "[ivshmem-demo] Peer 1 is in state 0" &&
		is "$one/state" running && put "$two/enabled" 1 && wait_word 0x1 "$shared/2" 4
}

# wait_word WANTED FILE OFFSET
wait_word()
{
	tenths=100
	while [ "$(./mapped read "$2" "$3")" != "$1" ]; do
		[ "$tenths" -gt 0 ] || wrong "$2 at $3 is not $1" || return
		tenths=$((tenths - 1))
		sleep 0.1
	done
}

# log_will_say TEXT: within ten seconds.
log_will_say()
{
	tenths=100
	while ! new_log | grep -qF "$1"; do
		[ "$tenths" -gt 0 ] || wrong "the log does not say '$1'" || return
		tenths=$((tenths - 1))
		sleep 0.1
	done
}

no_third_peer()
{
	./patchcell "$cells/ivshmem-demo2.cell" "$tmp/third.cell" name=third cpus=2 \
		mem0.phys=0x3c000000 && new_cell third "$tmp/third.cell" "$inmates/tiny-demo.bin" &&
		refused EBUSY "$C/third" "is peer 1 already" write "$C/third/state" create || return
	./patchcell "$tmp/third.cell" "$tmp/other.cell" ivs0.peer=0 mem5.phys=0x3bd04000 \
		mem4.flags=0x83 mem5.flags=0x81 && put "$one/enabled" kill &&
		copy "$tmp/other.cell" "$C/third/config" &&
		refused EINVAL "$C/third" "other memory in region 5" write "$C/third/state" create &&
		rmdir "$C/third"
}

# A page of the firmware, which the root cell has to read only; cells share it, too.
rights_of_the_root()
{
	./patchcell "$cells/ivshmem-demo.cell" "$tmp/rom.cell" drop=ivs0 drop=mem5 drop=mem4 \
		drop=mem3 mem2.phys=0xfffff000 mem2.virt=0x300000 name=rom &&
		new_cell rom "$tmp/rom.cell" "$inmates/tiny-demo.bin" && put "$C/rom/state" create &&
		in_sysfs rom || return
	is_file "$dir/shared/2" "400 4096" || return
	# The CPU's first instruction, a jump.
	[ "$(od -A n -t x1 -j 4080 -N 1 "$dir/shared/2")" = " ea" ] || wrong "it is not the firmware" ||
		return
	sees ok open "$dir/shared/2" 4096 ro && sees EACCES open "$dir/shared/2" 4096 rw &&
		put "$C/rom/enabled" kill && rmdir "$C/rom"
}

# hold FILE: a program has it mapped, and reads when $tmp/go is closed.
hold()
{
	mkfifo "$tmp/go" && { ./mapped hold "$1" 0 <"$tmp/go" >"$tmp/held" & } && exec 7>"$tmp/go" &&
		wait_for_line mapped
}

wait_for_line()
{
	tenths=100
	while ! grep -q "^$1" "$tmp/held"; do
		[ "$tenths" -gt 0 ] || wrong "it does not say $1: $(cat "$tmp/held")" || return
		tenths=$((tenths - 1))
		sleep 0.1
	done
}

let_go()
{
	exec 7>&- && wait_for_line "$1" && rm "$tmp/go"
}

create_again()
{
	put "$one/state" create && in_sysfs ivshmem-demo && shared=$dir/shared
}

gone_with_the_cell()
{
	create_again && hold "$shared/3" && let_go 0x && hold "$shared/3" && put "$one/enabled" kill &&
		[ ! -e "$shared" ] && let_go SIGBUS
}

# Even with the module.
gone_with_the_hypervisor()
{
	create_again && hold "$shared/3" && put "$J/enabled" kill && rmdir "$one" "$two" &&
		works unload jailhouse && let_go SIGBUS && modprobe jailhouse
}

cases()
{
	t "what cells share with Linux are files" files_are_there
	t "they map what they read, which is the memory of both cells" maps_what_it_reads
	t "and nothing behind it" nothing_behind_it
	t "peers of an ivshmem device talk" peers_talk
	t "and Linux takes part, by a mapping" linux_takes_part
	t "the demo: a peer goes, and comes back" peer_goes
	t "no cell is a peer that there is, or has other memory than its peers" no_third_peer
	t "a file has the rights that the root cell has" rights_of_the_root
	t "a mapping goes with the cell" gone_with_the_cell
	t "and with the hypervisor" gone_with_the_hypervisor
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
