#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run libFuzzer harnesses and report in TAP.
# Usage: TIME=SECONDS OUT=DIRECTORY run.sh "NAME OPTION..."...
# TIME=0 runs each seed once. Exit status 1 if any harness failed.

here=$(dirname "$0")
number=0
failed=0

echo "TAP version 13"
echo "1..$#"
for harness; do
	number=$((number + 1))
	name=${harness%% *}
	options=${harness#"$name"}
	work=$OUT/$name
	mkdir -p "$work/corpus"

	if [ "$TIME" -gt 0 ]; then
		limit="-max_total_time=$TIME"
	else
		limit="-runs=0"
	fi
	# shellcheck disable=SC2086 # options are words
	"$OUT/fuzz-$name" $options "$limit" -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="$work/" \
		"$work/corpus" "$here/corpus/$name" >"$work/log" 2>&1
	status=$?

	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
	if [ $status -eq 0 ]; then
		echo "ok $number - fuzz $name: ${runs:-0} inputs"
	else
		failed=$((failed + 1))
		echo "not ok $number - fuzz $name: exit status $status, log in $work/log"
		grep -E 'ERROR|is false|SUMMARY|Test unit written' "$work/log" | sed 's/^/# /'
	fi
done

[ "$failed" -eq 0 ]
