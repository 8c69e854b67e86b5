#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# On a machine that cannot be partitioned, the driver loads, and enabling is refused.
# REASON: what error has to say. EDITS: changes of the system configuration (patchcell), or
# "described": there is none.

. ./lib.sh
begin
[ -n "${REASON-}" ] || ktap_skip_all "this machine can be partitioned: no REASON was given"

give_configuration()
{
	[ "${EDITS-}" != described ] || return 0
	# shellcheck disable=SC2086 # several arguments
	./patchcell "$system" "$tmp/system.cell" ${EDITS-} || wrong "patchcell" || return
	copy "$tmp/system.cell" "$J/config"
}

refused_by_name()
{
	give_configuration || return
	attr write "$J/enabled" 1
	case $outcome in
	ENODEV | EACCES | EOPNOTSUPP | EADDRINUSE | EINVAL) ;;
	*) wrong "enabling: $outcome" ;;
	esac
	reason "$J" "$REASON"
	is "$J/enabled" 0 && is "$S/enabled" 0 && all_online
}

cases()
{
	t "enabling is refused: $REASON" refused_by_name
	t "and refused again" refused_by_name
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
