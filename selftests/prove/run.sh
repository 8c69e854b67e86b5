#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh [--faults] [NAME]...: has the model checker decide what the harnesses here state
# about the product's sources, for all values within their bounds. TAP on stdout. Each is
# run once more with an assertion that must fail where the others are, and with --faults
# for each fault that it names, planted in a copy of the sources.

# Cases are called by tap_case.
# shellcheck disable=SC2317
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"
here=$top/selftests/prove
cbmc=$(prover)
tree=$(mktemp -d)
trap 'rm -rf "$tree" "$tap_out"' EXIT

# note NAME KEYWORD: what the comments "KEYWORD: ..." of a harness say, one a line.
note()
{
	sed -n "s|^/\* $2: \(.*\) \*/\$|\1|p" "$here/prove_$1.c"
}

# check NAME TREE [OPTION]...: with the sources in TREE.
check()
{
	local name=$1 from=$2 source sources=()

	shift 2
	for source in $(note "$name" SOURCES); do
		sources+=("$from/$source")
	done
	# shellcheck disable=SC2046 # a list of options
	"$cbmc" -I "$from/include" -I "$from/core" -I "$from/x86" -I "$from" -I "$here" \
		-I "$top/selftests/unit/fake" "$here/prove_$name.c" "${sources[@]}" \
		--unwinding-assertions $(note "$name" OPTIONS) "$@" 2>&1
}

proved()
{
	check "$1" "$top/hypervisor" >"$tree/out"
	grep -q "^VERIFICATION SUCCESSFUL" "$tree/out" && return
	grep -E "FAILURE|error|rror:" "$tree/out" | head -n 20
	tail -n 3 "$tree/out"
}

# What fails must be that place alone: not a loop that goes on.
reached()
{
	check "$1" "$top/hypervisor" -DREACH >"$tree/out"
	grep "FAILURE$" "$tree/out" >"$tree/failures"
	grep -q "this place is reached: FAILURE" "$tree/failures" || echo "it is not reached"
	! grep -v "this place is reached" "$tree/failures"
}

# noticed NAME FILE COMMAND
noticed()
{
	rm -rf "$tree/hypervisor"
	cp -r "$top/hypervisor" "$tree/hypervisor"
	sed -i "$3" "$tree/hypervisor/$2"
	cmp -s "$top/hypervisor/$2" "$tree/hypervisor/$2" && echo "$3 changes nothing in $2"
	check "$1" "$tree/hypervisor" >"$tree/out"
	grep -q "^VERIFICATION FAILED" "$tree/out" || tail -n 3 "$tree/out"
}

plant()
{
	local file command

	note "$1" FAULT | while read -r file command; do
		noticed "$1" "$file" "$command"
	done
}

faults=
[ "${1:-}" != --faults ] || { faults=yes; shift; }
if [ $# = 0 ]; then
	for name in "$here"/prove_*.c; do
		name=${name##*/prove_}
		set -- "$@" "${name%.c}"
	done
fi
for name; do
	tap_case "$name: proved" proved "$name"
	tap_case "$name: not without reason" reached "$name"
	[ -z "$faults" ] || tap_case "$name: each planted fault is noticed" plant "$name"
done
tap_end
