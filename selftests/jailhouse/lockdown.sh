#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel that is locked down does not give the machine away. Lockdown lasts until
# the next boot: to be run last.

. ./lib.sh
begin

securityfs=/sys/kernel/security
[ -e "$securityfs/lockdown" ] || mount -t securityfs securityfs "$securityfs" 2>/dev/null
[ -e "$securityfs/lockdown" ] || ktap_skip_all "the kernel knows no lockdown"

works_before()
{
	hv_enable && hv_disable
}

refused_when_locked()
{
	put "$securityfs/lockdown" integrity &&
		refused EPERM "$J" "locked down" write "$J/enabled" 1 &&
		is "$J/enabled" 0 && all_online
}

# As with Secure Boot, where Linux is locked down from the start and nobody has signed the driver.
not_loaded_when_locked()
{
	works unload jailhouse || return
	modprobe jailhouse 2>"$tmp/out" && wrong "the driver was loaded" && return 1
	grep -q "Operation not permitted\|Key was rejected" "$tmp/out" ||
		wrong "modprobe: $(cat "$tmp/out")" || return
	jailhouse enable 2>"$tmp/out" && wrong "jailhouse enable says nothing" && return 1
	grep -q "the kernel is locked down (Secure Boot" "$tmp/out" || wrong "$(cat "$tmp/out")"
}

cases()
{
	t "enabled and disabled before lockdown" works_before
	t "enabling is refused under lockdown" refused_when_locked
	t "the driver is not loaded then, and the command says why" not_loaded_when_locked
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
