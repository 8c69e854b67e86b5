#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh [--quick] [--faults] [NAME]...: has the model checker decide what the harnesses
# here, or the named ones, state about the product's sources, for all values within their
# bounds, as many at a time as JOBS says (2). --quick: only those that take seconds. --faults:
# with each fault that they name planted in a copy of the sources, too. TAP on stdout, with
# the seconds of CPU time that each took.

# Cases are called by begin.
# shellcheck disable=SC2317
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"
here=$top/selftests/prove
cbmc=$(prover)
work=$(mktemp -d)
trap 'rm -rf "$work" "$tap_out"' EXIT
names=()

# note NAME KEYWORD: what the comments "KEYWORD: ..." of a harness say, one a line.
note()
{
	sed -n "s|^/\* $2: \(.*\) \*/\$|\1|p" "$here/prove_$1.c"
}

# decide NAME TREE: each property, with the sources in TREE.
decide()
{
	local name=$1 from=$2 source sources=() program

	for source in $(note "$name" SOURCES); do
		sources+=("$from/$source")
	done
	set -- -I "$from/include" -I "$from/core" -I "$from/x86" -I "$from" -I "$here" \
		-I "$top/selftests/unit/fake" "$here/prove_$name.c" "${sources[@]}"
	if [ -n "$(note "$name" RUN)" ]; then
		program=$(mktemp -p "$work")
		# Functions that it does not call may want others that are not there.
		cc -std=gnu11 -O2 -Wall -ffunction-sections -Wl,--gc-sections \
			-o "$program" "$@" 2>&1 && timeout 100 "$program"
		return
	fi
	# What takes more memory is no small harness.
	ulimit -v 8000000
	# shellcheck disable=SC2046 # a list of options
	"$cbmc" "$@" --unwinding-assertions --slice-formula $(note "$name" OPTIONS) 2>&1
}

# Every place that is to be reached fails as an assertion, and nothing else does.
proved()
{
	decide "$1" "$top/hypervisor" >"$work/$1"
	grep '^\[' "$work/$1" | grep -v 'reached: FAILURE$' | grep -v ': SUCCESS$'
	grep 'reached: SUCCESS$' "$work/$1"
	grep -q 'reached: FAILURE$' "$work/$1" || tail -n 5 "$work/$1"
}

# noticed NAME FILE COMMAND: not only by a loop that goes on longer.
noticed()
{
	local tree

	tree=$(mktemp -d -p "$work")
	cp -r "$top/hypervisor/." "$tree"
	sed -i "$3" "$tree/$2"
	cmp -s "$top/hypervisor/$2" "$tree/$2" && echo "this changes nothing in $2"
	decide "$1" "$tree" >"$tree/out"
	grep 'FAILURE$' "$tree/out" | grep -Eqv 'unwinding assertion|reached: ' ||
		tail -n 5 "$tree/out"
}

# begin DESCRIPTION COMMAND...: in the background. What says nothing is a success.
begin()
{
	local out

	while [ "$(jobs -pr | wc -l)" -ge "${JOBS:-2}" ]; do
		wait -n
	done
	names+=("$1")
	out=$work/${#names[@]}
	shift
	{
		"$@" >"$out.some" 2>&1
		times >"$out.times"
		mv "$out.some" "$out.all"
	} &
}

plant()
{
	local file command

	while read -r file command; do
		begin "$1 notices $command" noticed "$1" "$file" "$command"
	done < <(note "$1" FAULT)
}

# report NUMBER: there is a result only of what came to its end.
report()
{
	tap_case "${names[$1 - 1]}" cat "$work/$1.all"
	awk 'END { split($1, t, /[ms]/); printf "# %.0f s\n", 60 * t[1] + t[2] }' "$work/$1.times"
}

quick=
faults=
while :; do
	case ${1:-} in
	--quick)	quick=yes ;;
	--faults)	faults=yes ;;
	*)		break ;;
	esac
	shift
done
if [ $# = 0 ]; then
	for name in "$here"/prove_*.c; do
		name=${name##*/prove_}
		set -- "$@" "${name%.c}"
	done
fi
for name; do
	[ -z "$quick" ] || [ -n "$(note "$name" QUICK)" ] || continue
	begin "$name" proved "$name"
	[ -z "$faults" ] || plant "$name"
done
wait
for number in $(seq ${#names[@]}); do
	report "$number"
done
tap_end
