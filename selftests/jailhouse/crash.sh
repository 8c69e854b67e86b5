#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What a hypervisor that panicked left in its memory is there after a warm reset: a record is
# put where one would have left it, and the machine restarts. It has to start twice, with the
# same RAM:
#
#	scripts/vm --machine tcg --no-snapshot --restart --append iomem=relaxed \
#		-- sh selftests/crash.sh

cd "$(dirname "$0")" || exit 2
. ./lib.sh
begin

# The offsets are those of hypervisor_memory in the configuration.
plant_and_restart()
{
	# shellcheck disable=SC2046 # two numbers
	set -- $(od -A n -t u8 -j 24 -N 8 "$system") $(od -A n -t u8 -j 40 -N 8 "$system")
	./plantcrash "$(($1 + $2))" "JAILHOUSE PANIC on CPU 1: planted
before the restart
" || wrong "the memory cannot be written to" || return
	note "restarting"
	echo b >/proc/sysrq-trigger
	sleep 1000
}

shown()
{
	printf 'JAILHOUSE PANIC on CPU 1: planted\nbefore the restart\n' >"$tmp/planted"
	cmp "$tmp/planted" "$S/crash" || wrong "$S/crash reads '$(cat "$S/crash")'"
}

told_to_the_log()
{
	log_says "the hypervisor crashed before this machine was started" &&
		log_says "jailhouse: crash: JAILHOUSE PANIC on CPU 1: planted"
}

told_by_the_command()
{
	jailhouse crash "$system" | cmp - "$tmp/planted" ||
		wrong "jailhouse crash says something else"
}

cases()
{
	t "there is a record after the restart" shown
	t "it is in the kernel log" told_to_the_log
	t "jailhouse crash shows it" told_by_the_command
}

copy "$system" "$J/config" || exit 1
[ -n "$(head -c 1 "$S/crash")" ] || plant_and_restart || exit 1
ktap_run cases
