#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What cells have together and is said in directories, on a machine that describes itself: links,
# with the root cell, too, and ivshmem devices.

. ./lib.sh
begin
need_cpus 4

one=$C/one
two=$C/two

enable_with_links()
{
	modprobe virtio_mmio && modprobe virtio_net && echo auto >"$J/config" || return
	refused ERANGE "$J" "links: 8 is the largest" write "$J/links" 9
	refused EINVAL "$J" "links: " write "$J/links" many
	is "$J/links" 0 && put "$J/links" 2 && put "$J/enabled" 1 && put "$J/links" 2 &&
		refused EBUSY "$J" "is enabled" write "$J/links" 0
	set -- /sys/bus/platform/devices/virtio-mmio.*/virtio*/net/*
	[ $# = 2 ] || wrong "Linux has $*"
}

# make CELL CPU PEER: with one link, whose name is net.
make()
{
	mkdir "$1" "$1/memory/ram" "$1/links/net" && put_in "$1" cpus "$2" &&
		put_in "$1" memory/ram/size 1M && put_in "$1" links/net/peer "$3"
}

# put_in CELL FILE VALUE
put_in()
{
	{ echo "$3" >"$1/$2"; } 2>"$tmp/said" || wrong "'$3' into $1/$2: $(cat "$1/error")"
}

unmake()
{
	for cell; do
		for entry in "$cell"/memory/* "$cell"/links/* "$cell"/ivshmem/*; do
			[ ! -d "$entry" ] || rmdir "$entry"
		done
		rmdir "$cell" || wrong "rmdir $cell" || return
	done
}

# does_not_take FILE VALUE ERRNO SENTENCE
does_not_take()
{
	get "$one/links/net/$1"
	kept=$value
	refused "$3" "$one" "cells/one/links/net/$1: $4" write "$one/links/net/$1" "$2" &&
		is "$one/links/net/$1" "$kept"
}

garbage()
{
	make "$one" 1 two || return
	does_not_take peer one EINVAL "a link has its other end in another cell"
	does_not_take peer "a b" EINVAL "a name consists of"
	does_not_take peer ../two EINVAL "a name consists of"
	does_not_take peer 12345678901234567890123456789012 ENAMETOOLONG "a name has 31 characters"
	for mac in x 02:00:00:00:00 02:00:00:00:00:0g 02:00:00:00:00:00:00; do
		does_not_take mac "$mac" EINVAL "not an Ethernet address"
	done
	for mac in 01:00:5e:00:00:01 ff:ff:ff:ff:ff:ff 00:00:00:00:00:00; do
		does_not_take mac "$mac" EINVAL "no single device can have that address"
	done
	is "$one/links/net/mac" auto && put_in "$one" links/net/mac 02:0A:00:00:00:01 &&
		is "$one/links/net/mac" 02:0a:00:00:00:01 && put_in "$one" links/net/mac auto
}

# does_not_start ERRNO SENTENCE
does_not_start()
{
	refused "$1" "$one" "links/net/peer: $2" write "$one/state" create && is "$one/enabled" 0
}

no_other_end()
{
	does_not_start ENOENT "there is no cell two" && put_in "$one" links/net/peer "" &&
		does_not_start ENODATA "nothing was written" && put_in "$one" links/net/peer two &&
		make "$two" 2 one && rmdir "$two/links/net" &&
		does_not_start ENXIO "cell two has no links/net with the peer one" &&
		mkdir "$two/links/net2" && put_in "$two" links/net2/peer one &&
		does_not_start ENXIO "cell two has no links/net" && rmdir "$two/links/net2" &&
		mkdir "$two/links/net" && put_in "$two" links/net/peer root &&
		does_not_start ENXIO "cell two has no links/net" && put_in "$two" links/net/peer one &&
		put_in "$one" links/net/mac 02:00:00:00:00:01 &&
		put_in "$two" links/net/mac 02:00:00:00:00:01 &&
		does_not_start EADDRINUSE "cell two has the same mac" &&
		put_in "$one" links/net/mac auto && put_in "$two" links/net/mac auto
}

# frames_cross TIMES: so often since the log was marked.
frames_cross()
{
	put "$one/enabled" 1 && put "$two/enabled" 1 && wait_is "$one/state" "shut down" &&
		wait_is "$two/state" "shut down" && reported link "$1" && is "$one/error" "" &&
		is "$two/error" ""
}

two_cells()
{
	copy "$inmates/link.bin" "$one/image" && copy "$inmates/link.bin" "$two/image" &&
		frames_cross 2 && jailhouse cell list --map >"$tmp/map" || return
	grep -q "^link .* one *with two, at 0xfd000000" "$tmp/map" || wrong "$(cat "$tmp/map")"
}

# What is changed while a cell exists counts the next time, of either.
later()
{
	cat "$one/config" >"$tmp/one.cell" && cat "$two/config" >"$tmp/two.cell" &&
		rmdir "$two/links/net" && put "$one/state" start &&
		wait_is "$one/state" running && put "$one/state" kill &&
		put "$one/enabled" 0 && does_not_start ENXIO "cell two has no links/net" &&
		put "$two/enabled" 0 && unmake "$one" "$two"
}

# The numbers are those of the names: what was kept is connected like what it was kept of.
as_blobs()
{
	new_cell one "$tmp/one.cell" "$inmates/link.bin" &&
		new_cell two "$tmp/two.cell" "$inmates/link.bin" && frames_cross 4 &&
		put "$one/enabled" 0 && put "$two/enabled" 0 && rmdir "$one" "$two"
}

# refuses_peers VALUE ERRNO SENTENCE
refuses_peers()
{
	refused "$2" "$one" "cells/one/ivshmem/talk/peers: $3" write "$one/ivshmem/talk/peers" "$1"
}

ivshmem_garbage()
{
	make "$one" 1 two && mkdir "$one/ivshmem/talk" || return
	refuses_peers one EINVAL "one cell alone has no peers"
	refuses_peers "two one two" EINVAL "'two' stands there twice"
	refuses_peers "two ../one" EINVAL "a name consists of"
	refuses_peers "a b c d e f g h one" E2BIG "8 peers are the limit"
	refuses_peers "12345678901234567890123456789012 one" ENAMETOOLONG "a name has 31 characters"
	is "$one/ivshmem/talk/peers" ""
	refused EINVAL "$one" "ivshmem/talk/common: no memory has 0 bytes" \
		write "$one/ivshmem/talk/common" 0
	refused EINVAL "$one" "ivshmem/talk/output: no multiple" write "$one/ivshmem/talk/output" 100
	refused ERANGE "$one" "ivshmem/talk/vectors: 16 is the largest number" \
		write "$one/ivshmem/talk/vectors" 17
	put_in "$one" ivshmem/talk/peers "two  one" && is "$one/ivshmem/talk/peers" "two one" &&
		unmake "$one"
}

# with_device CELL INMATE: how the inmate wants it.
with_device()
{
	mkdir "$1/ivshmem/talk" && put_in "$1" ivshmem/talk/peers "two one" &&
		put_in "$1" ivshmem/talk/vectors 2 && copy "$inmates/$2.bin" "$1/image"
}

# What was in the memory before is anybody's. RAM and the communication page come before it.
wipe()
{
	in_sysfs one || return
	for section in 2 3 4 5; do
		dd if=/dev/zero of="$dir/shared/$section" bs=4096 count=1 2>"$tmp/dd" ||
			wrong "$(cat "$tmp/dd")" || return
	done
}

# The memory is looked for once: what the one writes, the other one reads.
peers()
{
	make "$one" 1 two && make "$two" 2 one && with_device "$one" ivshmem || return
	refused ENXIO "$one" "ivshmem/talk/peers: cell two has no ivshmem/talk with the same" \
		write "$one/state" create
	with_device "$two" ivshmem && put "$one/state" create && put "$two/state" create && wipe &&
		mark_log && put "$one/state" start && put "$two/state" start &&
		wait_is "$one/state" "shut down" && wait_is "$two/state" "shut down" &&
		reported ivshmem 2 && is "$one/error" "" && is "$two/error" "" &&
		put "$one/enabled" 0 && put "$two/enabled" 0 && unmake "$one" "$two"
}

# The demo, which Linux watches.
demo()
{
	make "$one" 1 two && make "$two" 2 one && with_device "$one" ivshmem-demo &&
		with_device "$two" ivshmem-demo && put "$one/state" create &&
		put "$two/state" create && wipe && put "$one/state" start &&
		put "$two/state" start && wait_word "$dir/shared/5" 0 4 1000 &&
		put "$one/enabled" 0 && put "$two/enabled" 0 && unmake "$one" "$two"
}

# word FILE NUMBER: of 32 bits, in $value.
word()
{
	value=$(od -A n -t u4 -j $((4 * $2)) -N 4 "$1" | tr -d ' ')
}

# wait_word FILE NUMBER VALUE [MOST]: until it is that, or between the two.
wait_word()
{
	tenths=100
	until word "$1" "$2" && [ "$value" -ge "$3" ] && [ "$value" -le "${4:-$3}" ]; do
		[ "$tenths" -gt 0 ] || wrong "word $2 of $1 is $value, not $3" || return
		tenths=$((tenths - 1))
		sleep 0.1
	done
}

# asks NUMBER TIMES: what the cell makes of it, whose bell wakes up who waits; so often until now.
asks()
{
	./attr poll "$bell/doorbell" >"$tmp/waits" &
	tenths=100
	until grep -q waiting "$tmp/waits"; do
		[ "$tenths" -gt 0 ] || wrong "it does not wait" || return
		tenths=$((tenths - 1))
		sleep 0.1
	done
	# shellcheck disable=SC2059 # the bytes of the number
	printf "\\$(printf '%03o' "$1")\\0\\0\\0" |
		dd of="$common" bs=4 count=1 conv=notrunc 2>"$tmp/dd" && echo 0 >"$bell/doorbell" &&
		wait $! || wrong "$(cat "$tmp/waits" "$tmp/dd")" || return
	word "$common" 1
	[ "$value" = $(($1 + 1)) ] || wrong "it answers $value" || return
	is "$bell/doorbell" "$2"
}

# What the cell does while nobody looks is one interrupt.
storm_is_one()
{
	put_state 3 && wait_word "$common" 2 1 && is "$bell/doorbell" "$1"
}

put_state()
{
	echo "$1" >"$bell/state" && is "$bell/state" "$1" && wait_word "$dir/shared/$first" 0 "$1"
}

# linux_and VECTORS BY: a cell whose only peer is Linux.
linux_and()
{
	make "$one" 1 two && mkdir "$one/ivshmem/talk" "$one/images/by" &&
		put_in "$one" ivshmem/talk/peers "root one" &&
		put_in "$one" ivshmem/talk/vectors "$1" && put_in "$one" images/by/address 0x1000 &&
		rmdir "$one/links/net" && echo "by=$2" >"$one/images/by/data" &&
		copy "$inmates/doorbell.bin" "$one/image" && put "$one/state" create && in_sysfs one ||
		return
	bell=$dir/ivshmem/0
	first=2
	common=$dir/shared/3
	is "$bell/peer" 0 && is "$bell/sections" 2-5 && wait_word "$dir/shared/2" 0 0 &&
		dd if=/dev/zero of="$common" bs=4096 count=1 2>"$tmp/dd" && is "$bell/doorbell" 0 &&
		put "$one/state" start && wait_is "$bell/doorbell" 1 &&
		wait_word "$dir/shared/2" 1 1 && asks 7 2 && asks 41 3 && storm_is_one 4 &&
		fails EINVAL write "$bell/doorbell" x && fails ERANGE write "$bell/doorbell" 65536 &&
		fails EINVAL write "$bell/state" -1
}

# As the documentation has it.
at_a_wall()
{
	commands=$(listing ./guest-interface.txt "Linux as a peer" 1) &&
		(cd "$J" && sh -ec "$commands" >"$tmp/out" 2>&1) || wrong "$(cat "$tmp/out")" || return
	said=$(tr -s ' \n' ' ' <"$tmp/out")
	[ "$said" = "2-5 0 6 1 " ] || wrong "it says $said" || return
	put "$C/wall/enabled" 0 && unmake "$C/wall"
}

# The state of Linux is its own: a cell that starts anew finds it.
linux_is_a_peer()
{
	mark_log && linux_and "$1" "$2" && put_state 2 && wait_is "$one/state" "shut down" &&
		reported doorbell 1 && wait_word "$dir/shared/2" 1 0 && is "$bell/doorbell" 5 ||
		return
	echo 0 >"$bell/doorbell" || wrong "nobody is rung in vain" || return
	put "$one/state" start && wait_is "$one/state" failed && wait_word "$dir/shared/2" 0 2
	put "$one/enabled" 0 && [ ! -e "$bell" ] && rmdir "$one/images/by" && unmake "$one"
}

by_pin()
{
	linux_is_a_peer 0 pin
}

by_message()
{
	linux_is_a_peer 1 message
}

# CPUs leave the root cell while its pin names them, and the cell goes on ringing.
cpus_change()
{
	linux_and 0 pin && make "$two" 2 one && rmdir "$two/links/net" &&
		copy "$inmates/tiny-demo.bin" "$two/image" || return
	irq=$(sed -n 's/^ *\([0-9]*\):.*jailhouse-doorbell$/\1/p' /proc/interrupts)
	echo 2 >"/proc/irq/$irq/smp_affinity_list" && asks 9 5 && put "$two/enabled" 1 &&
		asks 10 6 && put "$two/enabled" 0 && echo 2-3 >"/proc/irq/$irq/smp_affinity_list" &&
		asks 11 7 && put "$one/enabled" kill && rmdir "$one/images/by" && unmake "$one" "$two"
}

answers()
{
	ping -c 5 -i 0.1 -w 30 -s 1400 10.73.0.2 >"$tmp/ping" || wrong "$(tail -n 3 "$tmp/ping")"
}

interface_of()
{
	for net in /sys/class/net/*; do
		[ "$(cat "$net/address")" != "$1" ] || return 0
	done
	wrong "Linux has no interface $1"
}

# Each cell gets one of the root cell's ends, and a third one none.
root_cell()
{
	make "$one" 1 root && make "$two" 2 root && copy "$inmates/pong.bin" "$one/image" &&
		put "$one/enabled" 1 && interface_of 02:4a:00:00:00:01 &&
		ip address add 10.73.0.1/24 dev "${net##*/}" && ip link set "${net##*/}" up &&
		wait_is "$net/carrier" 1 && answers || return
	put "$two/state" create && make "$C/three" 3 root &&
		refused ENXIO "$C/three" "the root cell has no end for it: there are 2" \
			write "$C/three/state" create && unmake "$C/three" && put "$two/enabled" 0 &&
		unmake "$two"
}

once_more()
{
	put "$one/enabled" kill && wait_is "$net/carrier" 0 && put "$one/enabled" 1 &&
		wait_is "$net/carrier" 1 && answers && put "$one/enabled" kill && unmake "$one"
}

disable_without_links()
{
	put "$J/enabled" 0 && put "$J/links" 0 && all_online && [ ! -e "$net" ]
}

cases()
{
	t "the root cell gets as many ends as were asked for" enable_with_links
	t "what peer and mac do not take" garbage
	t "a link has another end" no_other_end
	t "two cells that name each other are connected" two_cells
	t "what is changed counts the next time" later
	t "their configurations, kept, connect them as well" as_blobs
	t "what an ivshmem device does not take" ivshmem_garbage
	t "two cells that name each other are peers" peers
	t "the demo of two peers" demo
	t "the shell plays ball with a cell" at_a_wall
	t "Linux is a peer, of a cell with a pin" by_pin
	t "and of one with MSI-X" by_message
	t "CPUs change while it is rung for" cpus_change
	t "with the root cell" root_cell
	t "its end stays when the cell goes, and serves the next" once_more
	t "disabled" disable_without_links
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
