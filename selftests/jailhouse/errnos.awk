# SPDX-License-Identifier: GPL-2.0-only
#
# The errnos that documents in the form of Documentation/ABI name for each file: lines "FILE
# ERRNO", with an empty line at both ends, so that each stands between two ends of line.

BEGIN { print "" }
/^What:/ {
	if (!heading)
		files = 0
	heading = 1
	file[files++] = $2
	next
}
{
	heading = 0
	while (match($0, /-E[A-Z0-9]+/)) {
		for (n = 0; n < files; n++)
			print file[n], substr($0, RSTART + 1, RLENGTH - 1)
		$0 = substr($0, RSTART + RLENGTH)
	}
}
END { print "" }
