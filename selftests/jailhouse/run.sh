#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh [TEST]...: runs the named tests, or all, one after the other, and
# prints one KTAP stream. Exit status 0 if nothing failed.
#
#   LIMIT=SECONDS	for each of them

cd "$(dirname "$0")" || exit 2
limit=${LIMIT:-900}
failed=0
number=0
KTAP_TOTALS=$(mktemp)
KTAP_INDENT='  '
export KTAP_TOTALS KTAP_INDENT
trap 'rm -f "$KTAP_TOTALS"' EXIT

run_test()
{
	number=$((number + 1))
	echo "  # Subtest: $1"
	timeout "$limit" sh "./$1"
	status=$?
	case $status in
	0) echo "ok $number $1" ;;
	4) echo "ok $number $1 # SKIP" ;;
	143 | 124) echo "not ok $number $1 # no end after $limit s" ;;
	*) echo "not ok $number $1 # exit=$status" ;;
	esac
	[ $status = 0 ] || [ $status = 4 ] || failed=$((failed + 1))
}

if [ $# = 0 ]; then
	set -- interface.sh directories.sh compare.sh describe.sh memory.sh in_use.sh bad_config.sh \
		enable_disable.sh lifecycle.sh lock.sh both_demos.sh cpu_hotplug.sh nmi.sh kvm.sh \
		readme.sh cpus1.sh hostile_memory.sh hostile_cpu.sh hostile_interrupts.sh \
		hostile_comm.sh root_access.sh ram.sh jitter.sh stress.sh faults.sh siblings.sh
fi
for test; do
	[ -f "./${test%.sh}.sh" ] || {
		echo "run.sh: there is no test $test" >&2
		exit 2
	}
done
echo "KTAP version 1"
echo "1..$#"
for test; do
	run_test "${test%.sh}.sh"
done

pass=0
fail=0
skip=0
while read -r p f s; do
	pass=$((pass + p))
	fail=$((fail + f))
	skip=$((skip + s))
done <"$KTAP_TOTALS"
echo "# $number tests, $failed failed; cases: $pass passed, $fail failed, $skip skipped"
[ $failed = 0 ]
