#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
#
# gcov -b -n output -> one line per hypervisor source file. A branch counts as
# covered when it was taken at least once. The same file may be reported by
# several objects (included by a test, or linked): the best report stands.

/^File / {
	file = substr($2, 2, length($2) - 2)
	sub("^" top "/", "", file)
	wanted = file ~ /^hypervisor\/.*\.c$/
	next
}
wanted && /^Lines executed:/ {
	split($2, part, /[:%]/)
	if (part[2] + 0 >= lines[file] + 0)
		lines[file] = part[2]
	if (!(file in branches))
		branches[file] = "-"
}
wanted && /^Taken at least once:/ {
	split($4, part, /[:%]/)
	if (branches[file] == "-" || part[2] + 0 > branches[file] + 0)
		branches[file] = part[2]
}
END {
	printf "%-36s %9s %9s\n", "file", "lines %", "branches %"
	for (file in lines)
		printf "%-36s %9s %9s\n", file, lines[file], branches[file] | "sort"
}
