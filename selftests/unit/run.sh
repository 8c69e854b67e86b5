#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Run host test programs and merge their TAP into one renumbered stream.
# Usage: run.sh PROGRAM...
#
# A program that dies, hangs or reports fewer cases than it announced becomes a
# failed case of its own. What is not TAP (a sanitizer's report) is passed on as
# a comment. Exit status 0 if every case passed, else 1.
#
#   TIMEOUT=SECONDS	of CPU time for each program; and ten times that by the clock, for one
#			that waits: on a busy machine the clock tells nothing of a program that works

TIMEOUT=${TIMEOUT:-300}

for program; do
	name=$(basename "$(dirname "$program")")/$(basename "$program")
	echo "@start $name"
	(ulimit -S -t "$TIMEOUT" && exec timeout $((10 * TIMEOUT)) "$program") 2>&1
	# On a line of its own even if the output was cut in the middle of one.
	printf '\n@end %d\n' $?
done | awk '
	BEGIN { print "TAP version 13" }
	/^@start / { name = $2; plan = -1; seen = bad = 0; next }
	/^@end / {
		status = $2
		if (plan < 0 || seen != plan || (status != 0) != (bad != 0))
			result(0, "ran to its end (exit status " status \
			       ", " seen " of " plan " cases reported)")
		next
	}
	/^TAP version / || /^$/ { next }
	/^1\.\.[0-9]+$/ { plan = substr($0, 4) + 0; next }
	/^ok [0-9]+ - / { sub(/^ok [0-9]+ - /, ""); seen++; result(1, $0); next }
	/^not ok [0-9]+ - / {
		sub(/^not ok [0-9]+ - /, ""); seen++; bad++; result(0, $0); next
	}
	/^#/ { print; fflush(); next }
	{ print "# " $0; fflush() }
	END {
		print "1.." total + 0
		print "# " passed + 0 " passed, " total - passed " failed"
		exit !total || passed != total
	}
	function result(good, text) {
		total++
		passed += good
		print (good ? "ok " : "not ok ") total " - " name ": " text
		fflush()
	}
'
