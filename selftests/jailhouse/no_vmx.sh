#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# On a CPU that lacks what the hypervisor needs, the driver loads, and enabling is
# refused with the name of what is missing.

. ./lib.sh
begin
lacks=${LACKS-}
if grep -qw vmx /proc/cpuinfo && [ -z "$lacks" ]; then
	ktap_skip_all "this CPU has VMX"
fi

refused_by_name()
{
	copy "$system" "$J/config" || return
	attr write "$J/enabled" 1
	case $outcome in
	ENODEV | EOPNOTSUPP) ;;
	*) wrong "enabling: $outcome" ;;
	esac
	reason "$J" "${lacks:-VMX}"
	is "$J/enabled" 0 && is "$S/enabled" 0 && all_online
}

cases()
{
	t "enabling is refused, ${lacks:-VMX} is named" refused_by_name
	t "and refused again" refused_by_name
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
