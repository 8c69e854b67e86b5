# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the scripts: names of places, messages, locks.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$top/build
cache=$(readlink -m "$build/kernels")
me=${0##*/}
flavours="6.1-cloud 6.1-amd64 6.1-rt 6.12-cloud 6.12-amd64 6.12-rt"
# Those of later Debian releases; 6.12-deb13 is what 6.12 is on a machine that runs it.
later_flavours="6.12-deb13-cloud 6.12-deb13-amd64 6.12-deb13-rt"
later_flavours+=" 7.2-cloud 7.2-amd64 7.2-rt 7.3-cloud 7.3-amd64 7.3-rt"
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
	local all="$flavours $later_flavours $debug_flavour"

	case " $all " in
	*" $1 "*) ;;
	*) die 2 "no kernel flavour '$1' (there are: $all)" ;;
	esac
}

# shellcheck source=/etc/os-release
host_suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")

# The suite of Debian that has a kernel flavour.
suite_of()
{
	case $1 in
	6.1-*)			echo bookworm ;;
	6.12-deb13-* | 7.*)	echo trixie ;;
	*)			echo "$host_suite" ;;
	esac
}

# Where packages of a suite are unpacked that this machine does not run.
suite_dir()
{
	echo "$cache/suites/$1"
}

# make_for FLAVOUR ARGUMENT...: make, with the compiler that this kernel asks for, which
# may be that of another suite.
make_for()
{
	local programs

	programs=$(suite_dir "$(suite_of "$1")")/root/usr/bin
	shift
	PATH=$PATH:$programs make "$@"
}

# The machine that scripts/vm starts unless it is told another one.
default_machine()
{
	if [ -w /dev/kvm ] && grep -qw vmx /proc/cpuinfo &&
	   grep -qs '[Y1]' /sys/module/kvm_intel/parameters/nested; then
		echo kvm
	else
		echo bochs
	fi
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

# The model checker that "setup prove" provides.
prover()
{
	if [ "$host_suite" = bookworm ]; then
		echo "$(suite_dir trixie)/root/usr/bin/cbmc"
	else
		echo /usr/bin/cbmc
	fi
}
