#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run harnesses under the fuzzers and report in TAP.
# Usage: TIME=SECONDS OUT=DIRECTORY ENGINES="libFuzzer AFL++" run.sh "NAME OPTION..."...
# TIME is for each harness under each engine; 0 runs each seed once, with libFuzzer.
# SEED, if it is set, is where libFuzzer's random numbers begin: with it, and without what
# earlier runs found, the same inputs come in the same order.
# Exit status 1 if any harness failed.

here=$(dirname "$0")
number=0
failed=0

# result OK TEXT: as status 0 says.
result()
{
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		failed=$((failed + 1))
		echo "not ok $number - $2"
	fi
}

# Each file that is there now and was not before is an input that crashed.
name_crashes()
{
	find "$work" -maxdepth 1 -type f \
		\( -name 'crash-*' -o -name 'leak-*' -o -name 'timeout-*' -o -name 'oom-*' \) \
		-newer "$work/begin" | sort |
		sed 's/^/# input that crashes, to be a row of a unit test: /'
}

# run_libfuzzer OPTION...
run_libfuzzer()
{
	if [ "$TIME" -gt 0 ]; then
		limit="-max_total_time=$TIME"
	else
		limit="-runs=0"
	fi
	"$OUT/fuzz-$name" "$@" "$limit" ${SEED:+"-seed=$SEED"} -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="$work/" \
		"$work/corpus" "$here/corpus/$name" >"$work/log" 2>&1
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
	result $status "libFuzzer $name: ${runs:-0} inputs, exit status $status, log in $work/log"
	[ $status -eq 0 ] || grep -E 'ERROR|is false|SUMMARY' "$work/log" | sed 's/^/# /'
}

# A container may not let AFL++ change the core pattern and the CPU governor. It calls a
# run that found crashes a success, and keeps them where the next run would drop them.
run_afl()
{
	for option; do
		case $option in
		-max_len=*) max_len=${option#*=} ;;
		esac
	done
	rm -rf "$work/afl"
	AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 \
	AFL_NO_AFFINITY=1 afl-fuzz -V "$TIME" -G "${max_len:-4096}" -m none \
		-i "$here/corpus/$name" -o "$work/afl" -- "$OUT/afl-$name" \
		>"$work/afl.log" 2>&1
	status=$?
	for crash in "$work"/afl/default/crashes/id* "$work"/afl/default/hangs/id*; do
		[ -e "$crash" ] || continue
		status=1
		cp "$crash" "$work/crash-$(sha1sum <"$crash" | cut -d ' ' -f 1)"
	done
	runs=$(sed -n 's/^execs_done *: *//p' "$work/afl/default/fuzzer_stats" 2>/dev/null)
	[ "${runs:-0}" -gt 0 ] || status=1
	result $status "AFL++ $name: ${runs:-0} inputs, log in $work/afl.log"
}

run()
{
	engine=$1
	name=$2
	shift 2
	work=$OUT/$name
	mkdir -p "$work/corpus"
	touch "$work/begin"
	case $engine in
	libFuzzer)	run_libfuzzer "$@" ;;
	*)		run_afl "$@" ;;
	esac
	name_crashes
}

echo "TAP version 13"
for harness; do
	for engine in ${ENGINES:-libFuzzer}; do
		# shellcheck disable=SC2086 # name and options are words
		run "$engine" $harness
	done
done
echo "1..$number"
[ "$failed" -eq 0 ]
