#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# apic-demo's timer is not later while another cell is created and destroyed beside it, nor while
# Linux and another cell send each other frames as fast as they can, or notifications without end.
#
#   ROUNDS=N	how often the cell is created

. ./attack.sh
begin_attacks
# Of Intel's, Linux may hide it from programs and apic-demo use it all the same.
[ "$virtualization" = VMX ] || grep -qw tsc_deadline_timer /proc/cpuinfo ||
	ktap_skip_all "the APIC's timer has no deadlines, in whose ticks apic-demo could say how late it was"
rounds=${ROUNDS:-20}
alone=
one=$C/linked

# lateness: the worst, in TSC ticks, in $worst. apic-demo stops, which it does when asked
# twice, and says it.
lateness()
{
	collect
	attr write "$apic/state" stop
	put "$apic/state" stop && is "$apic/state" "shut down" || return
	get "$S/console"
	worst=$(dmesg | sed -n 's/.*apic-demo\] .*at most \([0-9]*\) TSC ticks late.*/\1/p')
	[ -n "$worst" ] || wrong "apic-demo does not say how late it was"
}

# Linux has an end, of which nobody has the other one yet.
alone()
{
	modprobe virtio_mmio && modprobe virtio_net && ./patchcell "$system" "$tmp/system.cell" \
		add=lnk lnk0.address=0xfef00000 lnk0.id=1 lnk0.mac=0x030000000002 || return
	system=$tmp/system.cell
	hv_enable && start_neighbour && sleep 3 && lateness && alone=$worst &&
		ktap_print "# alone: at most $alone ticks late"
}

comes_and_goes()
{
	put "$apic/state" start || return
	i=0
	while [ "$i" -lt "$rounds" ]; do
		start_cell tiny-demo && drop_cell tiny-demo || return
		i=$((i + 1))
	done
}

# In ticks of the machine: what the same instructions differ by. The CPUs of an emulator take
# turns of up to 32 instructions, and its clock moves after each round, so that the handler is
# entered, and looks at the clock, a turn early or late. The cheapest exit takes more than twice
# as long.
tolerance=${TOLERANCE:-40}

# not_later BESIDE
not_later()
{
	lateness || return
	ktap_print "# beside $1: at most $worst ticks late"
	[ "$worst" -le $((alone + tolerance)) ] ||
		wrong "at most $worst ticks late, alone $alone"
}

# packets: how many Linux has received, and sent, in $received and $sent.
packets()
{
	get "$net/statistics/rx_packets" && received=$value &&
		get "$net/statistics/tx_packets" && sent=$value
}

# Linux sends to everybody, so that it need not ask for an address.
frames_both_ways()
{
	set -- /sys/bus/platform/devices/virtio-mmio.*/virtio*/net/*
	net=$1
	ip address add 10.73.0.1/24 broadcast 10.73.0.255 dev "${net##*/}" &&
		ip link set "${net##*/}" up && new_cell linked linked.cell "$inmates/flood.bin" &&
		with_arguments "$one" mode=frames && put "$one/enabled" 1 &&
		wait_is "$net/carrier" 1 && put "$apic/state" start && packets || return
	was="$received $sent"
	./attr flood 10.73.0.255 >"$tmp/flood" &
	sleep "${SECONDS_OF_LOAD:-2}"
	kill $! && packets || return
	ktap_print "# Linux received $((received - ${was% *})) frames, and sent $((sent - ${was#* }))"
	if [ $((received - ${was% *})) -lt 500 ] || [ $((sent - ${was#* })) -lt 500 ]; then
		wrong "that is no load: $(cat "$tmp/flood")"
	fi
}

notes_without_end()
{
	put "$one/state" kill && set_arguments "$one" mode=notes && put "$one/state" start &&
		put "$apic/state" start && sleep "${SECONDS_OF_LOAD:-2}" && is "$one/state" running
}

end()
{
	put "$J/enabled" kill && rmdir "$one/images/arguments" "$one" && all_online
}

cases()
{
	t "apic-demo runs alone" alone
	t "tiny-demo is created and destroyed $rounds times beside it" comes_and_goes
	t "apic-demo's timer was not later" not_later "a cell that comes and goes"
	t "Linux and a cell send each other frames beside it" frames_both_ways
	t "apic-demo's timer was not later" not_later "frames at full rate"
	t "a cell notifies Linux's end beside it, without end" notes_without_end
	t "apic-demo's timer was not later" not_later "notifications without end"
	t "all CPUs are back" end
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
