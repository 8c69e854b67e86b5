# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the tests: numbered test cases, reported as KTAP.
#
# A test defines a function that calls "t TITLE COMMAND [ARGUMENT]..." for each
# of its cases, and ends with "ktap_run FUNCTION". The function is called twice:
# once to count the cases, so that the plan comes first and a test that dies
# half-way is noticed, and once to run them. A case fails if COMMAND fails or
# calls "note" or an assertion that fails; the next case runs in any case.
#
# KTAP_INDENT is put before each line (nested tests), totals are added to the
# file KTAP_TOTALS.

ktap_pass=0
ktap_fail=0
ktap_skip=0
ktap_number=0
ktap_counting=

ktap_print()
{
	printf '%s%s\n' "${KTAP_INDENT-}" "$*"
}

# note TEXT...: says what is wrong; the case has failed.
note()
{
	ktap_print "# $*"
	ktap_failed=y
}

# skip REASON...: the case cannot run here.
skip()
{
	ktap_reason=$*
}

t()
{
	ktap_number=$((ktap_number + 1))
	[ -z "$ktap_counting" ] || return 0
	ktap_title=$1
	ktap_failed=
	ktap_reason=
	shift
	"$@" || [ -n "$ktap_reason" ] || ktap_failed=y
	if [ -n "$ktap_failed" ]; then
		ktap_fail=$((ktap_fail + 1))
		ktap_print "not ok $ktap_number $ktap_title"
	elif [ -n "$ktap_reason" ]; then
		ktap_skip=$((ktap_skip + 1))
		ktap_print "ok $ktap_number $ktap_title # SKIP $ktap_reason"
	else
		ktap_pass=$((ktap_pass + 1))
		ktap_print "ok $ktap_number $ktap_title"
	fi
}

ktap_totals()
{
	ktap_print "# Totals: pass:$ktap_pass fail:$ktap_fail xfail:0 xpass:0" \
		"skip:$ktap_skip error:0"
	[ -z "${KTAP_TOTALS-}" ] ||
		echo "$ktap_pass $ktap_fail $ktap_skip" >>"$KTAP_TOTALS"
}

# ktap_run FUNCTION: exits 0, or 1 if a case failed, or 4 if none could run.
ktap_run()
{
	ktap_print "KTAP version 1"
	ktap_counting=y
	"$1"
	ktap_print "1..$ktap_number"
	ktap_counting=
	ktap_number=0
	"$1"
	ktap_totals
	[ $ktap_fail = 0 ] || exit 1
	[ $ktap_pass != 0 ] || exit 4
	exit 0
}

# ktap_skip_all REASON...: this test cannot run here.
ktap_skip_all()
{
	ktap_print "KTAP version 1"
	ktap_print "1..0 # SKIP $*"
	ktap_skip=1
	ktap_totals
	exit 4
}
