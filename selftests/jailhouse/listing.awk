# SPDX-License-Identifier: GPL-2.0-only
# The listings of a document: indented lines, with the empty ones between them; in a .rst file, by
# a tab, behind a line that ends with "::". With -v section=HEADING -v wanted=N the Nth one of that
# section is printed as it is typed; without, a line for each: section, number, first line.
NR == 1			{ rst = /^[.][.] / }
/^(=+|-+)$/ && last	{ heading = last; number = 0 }
rst			{ indented = /^\t/ && (inside || before ~ /::$/) }
!rst			{ indented = /^    / }
indented && !inside {
	number++
	if (section == "")
		print heading "\t" number "\t" substr($0, rst ? 2 : 5)
	empty = 0
}
indented && section != "" && section == heading && wanted == number {
	for (; empty > 0; empty--)
		print ""
	print substr($0, rst ? 2 : 5)
}
indented		{ inside = 1; empty = 0 }
/^$/			{ empty++ }
!indented && !/^$/	{ inside = 0; before = $0 }
			{ last = $0 }
