#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.reasons and the output of gcov -b -n -> one line per portable file. A branch
# counts as covered when it was taken at least once. The same file may be reported by
# several objects (included by a test, or linked): the best report stands.
#
# Fails if a portable file has no test at all, if less than 90 % of its branches are taken
# and no reason stands in coverage.reasons, or if one stands there for nothing.

FILENAME ~ /coverage\.reasons$/ {
	if (!/^(#|$)/) {
		file = $1
		sub(/^[^\t]*\t+/, "")
		reasons[file] = $0
	}
	next
}
/^File / {
	file = substr($2, 2, length($2) - 2)
	sub("^" top "/", "", file)
	next
}
/^Lines executed:/ && file != "" {
	split($2, part, /[:%]/)
	if (part[2] + 0 >= lines[file] + 0)
		lines[file] = part[2]
}
/^Taken at least once:/ && file != "" {
	split($4, part, /[:%]/)
	if (part[2] + 0 >= branches[file] + 0)
		branches[file] = part[2]
}
/^No branches/ && file != "" && !(file in branches) { branches[file] = "-" }
/^$/ { file = "" }

function complain(text)
{
	print "* " file ": " text
	failed = 1
}

END {
	printf "%-36s %9s %9s\n", "file", "lines %", "branches %"
	count = split(portable, files, " ")
	for (i = 1; i <= count; i++) {
		file = files[i]
		printf "%-36s %9s %9s\n", file, lines[file], branches[file]
		low = branches[file] != "-" && branches[file] + 0 < 90
		if (!(file in branches))
			complain("no test has it")
		else if (low && !(file in reasons))
			complain("less than 90 % of its branches are taken, and coverage.reasons does not say why")
		else if (low)
			print "  " reasons[file]
		if (!low && file in reasons)
			complain("coverage.reasons has it for no reason")
		if (file in reasons)
			known++
	}
	for (file in reasons)
		all++
	if (known != all) {
		print "* coverage.reasons has a file that is not there"
		failed = 1
	}
	exit failed
}
