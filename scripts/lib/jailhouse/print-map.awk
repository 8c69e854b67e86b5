# SPDX-License-Identifier: GPL-2.0-only
# The sorted lines of map.awk, as a table or (format=json) as JSON.
BEGIN {
	FS = "\t"
	if (format == "json")
		printf "["
	else
		printf "%-10s %-33s %-31s %s\n", "WHAT", "RANGE", "CELL", "REMARK"
}

format != "json" {
	line = sprintf("%-10s %-33s %-31s %s", $3, $4, $5, $6)
	sub(/ +$/, "", line)
	print line
	next
}

{
	printf "%s\n  {\"what\": \"%s\", \"range\": \"%s\", \"cell\": \"%s\", \"remark\": \"%s\"}",
		comma, $3, $4, $5, $6
	comma = ","
}

END {
	if (format == "json")
		printf "\n]\n"
}
