# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the checks: prints results as TAP.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tap_number=0
tap_failed=0
tap_out=$(mktemp)
trap 'rm -f "$tap_out"' EXIT
echo "TAP version 13"

# tap_case NAME COMMAND...: passes if COMMAND succeeds without a word.
tap_case()
{
	local name=$1 ok=ok

	shift
	tap_number=$((tap_number + 1))
	if ! ("$@") >"$tap_out" 2>&1 || [ -s "$tap_out" ]; then
		ok='not ok'
		tap_failed=$((tap_failed + 1))
		sed 's/^/# /' "$tap_out"
	fi
	echo "$ok $tap_number - $name"
}

tap_end()
{
	echo "1..$tap_number"
	[ $tap_failed = 0 ] && [ $tap_number != 0 ]
	exit
}

# Files that git knows, or will know, whose name matches one of the patterns.
tree_files()
{
	git -C "$top" ls-files --cached --others --exclude-standard -- "$@" |
		while read -r file; do
			[ ! -f "$top/$file" ] || echo "$file"
		done | sort -u
}
