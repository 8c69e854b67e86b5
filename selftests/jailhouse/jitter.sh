#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# apic-demo's timer is not later while another cell is created and destroyed beside it.
#
#   ROUNDS=N	how often

. ./attack.sh
begin_attacks
# Of Intel's, Linux may hide it from programs and apic-demo use it all the same.
[ "$virtualization" = VMX ] || grep -qw tsc_deadline_timer /proc/cpuinfo ||
	ktap_skip_all "the APIC's timer has no deadlines, in whose ticks apic-demo could say how late it was"
rounds=${ROUNDS:-20}
alone=

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

alone()
{
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

not_later()
{
	lateness || return
	ktap_print "# beside a cell that comes and goes: at most $worst ticks late"
	[ "$worst" -le $((alone + tolerance)) ] ||
		wrong "at most $worst ticks late, alone $alone"
}

end()
{
	put "$J/enabled" kill && all_online
}

cases()
{
	t "apic-demo runs alone" alone
	t "tiny-demo is created and destroyed $rounds times beside it" comes_and_goes
	t "apic-demo's timer was not later" not_later
	t "all CPUs are back" end
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
