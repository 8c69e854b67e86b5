# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the scripts: names of places, messages, locks.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$top/build
cache=$build/kernels
me=${0##*/}
flavours="6.1-cloud 6.1-amd64 6.1-rt 6.12-cloud 6.12-amd64 6.12-rt"
debug_flavour=6.1-debug
# shellcheck disable=SC2034 # used by the scripts that source this file
default_flavour=6.1-cloud

say()
{
	printf '%s: %s\n' "$me" "$*" >&2
}

# die STATUS SENTENCE...
die()
{
	local status=$1

	shift
	say "$*"
	exit "$status"
}

check_flavour()
{
	case " $flavours $debug_flavour " in
	*" $1 "*) ;;
	*) die 2 "no kernel flavour '$1' (there are: $flavours $debug_flavour)" ;;
	esac
}

# The release string of the kernel of a flavour, once scripts/setup has it.
kernel_release()
{
	cat "$cache/$1.release"
}

# locked NAME COMMAND...: one process at a time, machine-wide for this tree.
locked()
{
	local name=$1 fd status

	shift
	mkdir -p "$build"
	exec {fd}>"$build/.$name.lock"
	flock "$fd"
	"$@" {fd}>&-
	status=$?
	exec {fd}>&-
	return $status
}
