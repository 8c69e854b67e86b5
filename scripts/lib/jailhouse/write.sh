# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: how values get to the driver, and reasons from it.

say()
{
	printf 'jailhouse: %s\n' "$*" >&2
}

fail()
{
	say "$*"
	exit 1
}

misuse()
{
	[ $# = 0 ] || say "$*"
	usage >&2
	exit 2
}

# Fails if the kernel tells that it is locked down. Where securityfs is not mounted, it does not.
not_locked_down()
{
	first_line /sys/kernel/security/lockdown
	case $line in
	'' | '[none]'*) ;;
	*)	return 1 ;;
	esac
}

need_driver()
{
	[ -d "$configfs" ] || not_locked_down || fail "the kernel is locked down" \
		"(Secure Boot, or lockdown=): it loads no driver that it does not trust"
	[ -d "$configfs" ] || fail "there is no $configfs: load the driver with" \
		"'modprobe jailhouse' (and mount configfs on ${configfs%/*})"
}

need_disabled()
{
	first_line "$configfs/enabled"
	[ "$line" != 1 ] || fail "the hypervisor is enabled: 'jailhouse disable' comes first"
}

# An empty file is refused here: the kernel does not tell the driver of a file into
# which nothing was written.
need_file()
{
	if [ ! -f "$1" ] || [ ! -r "$1" ]; then
		fail "cannot read $1"
	fi
	[ -s "$1" ] || fail "$1 is empty"
}

# first_line FILE: its first line in $line, empty if there is none.
first_line()
{
	line=
	[ ! -r "$1" ] || IFS= read -r line <"$1" || :
}

# complain DIR WHAT: prints why the last operation on the item in DIR failed.
# WHAT is said only if the driver has nothing to say.
complain()
{
	first_line "$1/error"
	say "${line:-$2}"
}

# put DIR ATTRIBUTE VALUE [ITEM]: why not is in the error attribute of ITEM, or DIR.
put()
{
	# The shell reports a failed write by itself; that text is kept for
	# the case that the driver gives no reason.
	message=$({ printf '%s\n' "$3" >"$1/$2"; } 2>&1) && return
	complain "${4:-$1}" "$2: ${message##*: }"
	return 1
}

# accepted ITEM: what takes bytes decides when it is closed, where no write fails any more;
# the result shows in the item's error attribute only.
accepted()
{
	first_line "$1/error"
	[ -z "$line" ] || say "$line"
	[ -z "$line" ]
}

# put_text DIR ATTRIBUTE TEXT [ITEM]: where bytes are taken.
put_text()
{
	put "$1" "$2" "$3" && accepted "${4:-$1}"
}

# put_file DIR ATTRIBUTE FILE [ITEM]: copies FILE in large blocks, because the kernel
# copies what it has so far at each write.
put_file()
{
	message=$({ dd if="$3" bs=4M >"$1/$2"; } 2>&1) || {
		complain "$1" "$2: ${message##*: }"
		return 1
	}
	accepted "${4:-$1}"
}
