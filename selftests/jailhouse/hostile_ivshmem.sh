#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A peer of an ivshmem device rings without end, while the other one is killed, started and
# destroyed. Nobody else notices, and who starts anew is not rung for before it wants to be.
#
# Two faults show in test_ivshmem alone: a doorbell that rings for a peer that does not run (its CPU
# is parked meanwhile, and its APIC is clean when it runs again), and one that rings for a peer that
# has gone (whose device does not run either, while nobody uses its memory).

. ./attack.sh
begin_attacks

one=$C/ivshmem-demo
two=$C/ivshmem-demo2

# new_peer CELL CHANGE...: of its configuration, as apic-demo has the CPU and the RAM of one
new_peer()
{
	name=$1
	shift
	./patchcell "$cells/$name.cell" "$tmp/$name.cell" "$@" &&
		new_cell "$name" "$tmp/$name.cell" "$inmates/bells.bin" &&
		with_arguments "$C/$name" "" && put "$C/$name/state" create
}

make_peers()
{
	set_up && new_peer ivshmem-demo cpus=4 && new_peer ivshmem-demo2 cpus=2 mem0.phys=0x3c000000
}

# begin_peer CELL ARGUMENTS
begin_peer()
{
	set_arguments "$1" "$2" && put "$1/state" start
}

both_ring()
{
	begin_peer "$one" mode=ring && begin_peer "$two" mode=ring && ticks && linux_works 1 &&
		ticks && is "$one/state" running && is "$two/state" running
}

# counts CELL: what it counts are those that it was told of.
counts()
{
	begin_peer "$1" "mode=count rounds=50" && wait_is "$1/state" "shut down" &&
		is "$1/error" ""
}

killed()
{
	n=0
	while [ "$n" -lt "${ROUNDS:-15}" ]; do
		put "$two/state" kill && begin_peer "$two" mode=ring && pause 0.02 || return
		n=$((n + 1))
	done
	put "$two/state" kill && counts "$two" && ticks && is "$one/state" running
}

# An interrupt that came to a CPU which is Linux's again would have no handler there.
destroyed()
{
	n=0
	while [ "$n" -lt "${ROUNDS:-5}" ]; do
		begin_peer "$two" mode=ring && pause 0.02 && put "$two/enabled" kill &&
			linux_works 2 && put "$two/state" create || return
		n=$((n + 1))
	done
	counts "$two" && ticks && is "$one/state" running
}

# Whoever rings is killed, too, and counts while the other one rings, as it has done all the time.
other_way_round()
{
	put "$one/state" kill && counted ivshmem-demo2 denied || return
	[ "$value" = 0 ] || wrong "$value accesses were denied" || return
	begin_peer "$one" mode=ring && counts "$two" && begin_peer "$two" mode=ring &&
		put "$one/state" kill && counts "$one" && is "$two/state" running
}

nothing_was_wrong()
{
	reported bells 4 || return
	! grep -F "FAIL" "$tmp/all" || wrong "an inmate says so"
}

end()
{
	for cell in "$one" "$two"; do
		put "$cell/enabled" kill && rmdir "$cell/images/arguments" "$cell" || return
	done
	tear_down
}

cases()
{
	t "apic-demo runs, and two peers are there" make_peers
	t "both ring without end" both_ring
	t "one is killed again and again while the other one rings" killed
	t "it is destroyed, and Linux has its CPU" destroyed
	t "the other one is killed, too" other_way_round
	t "no inmate has found anything wrong" nothing_was_wrong
	t "all end" end
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
