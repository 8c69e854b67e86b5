# SPDX-License-Identifier: GPL-2.0-only
# The counters of a cell, lines "CPU COUNTER VALUE", as a table or (format=json) as JSON. With
# format=watch each round stands between "at SECONDS" and "end", and from the second one on
# what is shown is how often a second. Counters are modulo 2^31 on each CPU.

# They move while they are read: ALL is the sum of what is shown beside it.
function table(unit,    c, p, line, all)
{
	line = sprintf("%-26s %12s", "COUNTER" unit, "ALL")
	for (p = 0; p < cpus; p++)
		line = line sprintf(" %12s", cpu[p])
	print line
	for (c = 0; c < counters; c++) {
		all = 0
		line = ""
		for (p = 0; p < cpus; p++) {
			all += value[cpu[p], counter[c]]
			line = line sprintf(" %12.0f", value[cpu[p], counter[c]])
		}
		printf "%-26s %12.0f%s\n", counter[c], all, line
	}
}

function json(    c, p, comma)
{
	printf "{"
	for (p = 0; p < cpus; p++) {
		printf "%s\n  \"%s\": {", p ? "," : "", cpu[p]
		for (c = 0; c < counters; c++)
			printf "%s\"%s\": %.0f", c ? ", " : "", counter[c], value[cpu[p], counter[c]]
		printf "}"
	}
	printf "\n}\n"
}

function rates(    c, p, moved, span)
{
	span = now - then
	for (p = 0; p < cpus; p++)
		for (c = 0; c < counters; c++) {
			moved = value[cpu[p], counter[c]] - old[cpu[p], counter[c]]
			old[cpu[p], counter[c]] = value[cpu[p], counter[c]]
			if (moved < 0)
				moved += 2147483648
			value[cpu[p], counter[c]] = span > 0 ? int(moved / span + 0.5) : 0
		}
	if (rounds++) {
		table(" (a second)")
		print ""
		fflush()
	}
	then = now
}

$1 == "at" { now = $2; next }
$1 == "end" { rates(); next }

!($1 in seen) { seen[$1]; cpu[cpus++] = $1 }
!($2 in seen) { seen[$2]; counter[counters++] = $2 }
{ value[$1, $2] = $3 + 0 }

END {
	if (format == "json")
		json()
	else if (format == "table")
		table("")
}
