#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every attribute of configfs that takes text, found by looking for them, gets everything that is
# none: an errno that Documentation/ABI has, a sentence that names the file, and what it read
# before. Where something of it is meant to be taken, it stands here with the reason.

. ./lib.sh
begin
./attr unload jailhouse >/dev/null && modprobe jailhouse

demo=$C/demo
bad=$tmp/bad

# blob NAME FORMAT: what printf makes of it.
blob()
{
	# shellcheck disable=SC2059 # escapes are meant
	printf "$2" >"$bad/$1"
}

# repeated NAME COUNT CHARACTER
repeated()
{
	head -c "$2" /dev/zero | tr '\0' "$3" >"$bad/$1"
}

make_values()
{
	mkdir -p "$bad"
	blob garbage '!"$%%&/()=?\n'
	blob newline '\n'
	blob blanks '  \t \n'
	blob two-lines '1\n2\n'
	blob negative '-1\n'
	blob fraction '1.5\n'
	blob hexadecimal '0xzz\n'
	blob over-64-bits '18446744073709551616\n'
	blob over-by-unit '18014398509481984K\n'
	blob largest '18446744073709551615\n'
	blob unit '1Q\n'
	blob units '1MM\n'
	blob only-unit 'M\n'
	blob open-range '3-\n'
	blob backwards '7-3\n'
	blob twice '1,1 1 1\n'
	blob nul '1\0\n'
	blob nul-behind '0\n\0garbage'
	blob escape '\0331\n'
	blob not-ascii '\303\251\377\n'
	repeated letters 4095 a
	repeated digits 4095 1
	repeated more-than-a-page 8192 /
}

populate()
{
	make_values
	mkdir "$demo" || wrong "mkdir $demo" || return
	for directory in images memory ports interrupts links ivshmem; do
		mkdir "$demo/$directory/one" || wrong "$directory/one cannot be made" || return
	done
	mkdir "$demo/devices/0000:00:1e.7"
}

empty()
{
	for directory in "$demo"/*/*; do
		[ ! -d "$directory" ] || rmdir "$directory" || wrong "rmdir $directory" || return
	done
	rmdir "$demo"
}

# taken ATTRIBUTE VALUE: is that one meant to be taken?
taken()
{
	case ${1#"$demo"/}:$2 in
	# A line without anything takes back what was said.
	cpus:newline | console:newline | flags:newline | start:newline | images/one/path:newline | \
	links/one/peer:newline | ivshmem/one/peers:newline | ivshmem/one/peers:blanks) ;;
	# Any name may be that of a cell that is still to be made.
	links/one/peer:negative | links/one/peer:fraction | links/one/peer:hexadecimal | \
	links/one/peer:largest | links/one/peer:*-unit | links/one/peer:unit | \
	links/one/peer:units | links/one/peer:over-* | links/one/peer:open-range | \
	links/one/peer:backwards) ;;
	# Names may stand in two lines.
	ivshmem/one/peers:two-lines) ;;
	*) return 1 ;;
	esac
}

# offer ATTRIBUTE FILE: it as $value, and the sentence as the item's.
offer()
{
	get "$1"
	before=$value
	attr copy "$1" "$2"
	get "$1"
	if [ "$outcome" = ok ]; then
		taken "$1" "${2##*/}" || wrong "${2##*/} is taken, reads '$value'" || return
		[ "$value" = "$before" ] || attr write "$1" "$before"
		return
	fi
	! taken "$1" "${2##*/}" || wrong "${2##*/} is refused with $outcome" || return
	[ "$value" = "$before" ] || wrong "${2##*/} left '$value' of '$before'" || return
	documented "$1" "$outcome" && reason "$item" "${1##*/}"
}

# all_of ATTRIBUTE: each value, and all that went wrong.
all_of()
{
	item=$J
	case $1 in
	"$demo"/*) item=$demo ;;
	esac
	for file in "$bad"/*; do
		offer "$1" "$file" || :
	done
	is "$item/enabled" 0
}

# Where mkdir makes what the driver knows, but for cells.
kinds="images memory ports interrupts devices links ivshmem"

# makes PLACE NAME ITEM: a directory which goes again, or an errno that Documentation/ABI has, and a
# sentence.
makes()
{
	attr mkdir "$1/$2"
	if [ "$outcome" = ok ]; then
		made=$((made + 1))
		rmdir "$1/$2" || wrong "rmdir $1/$2"
		return
	fi
	documented "$1/$2" "$outcome" && reason "$3" "${1##*/}"
}

names_of()
{
	made=0
	for wrong_name in 'a b' -x '*' .hidden 0000:00:20.0 0000:00:1d.0 00:1d.0 "$(printf '\303\251')" \
			"$(printf %031d 1)" "$(printf %032d 1)" "$(printf %0200d 1)"; do
		makes "$1" "$wrong_name" "$2"
	done
	# What no name is refused for shows nothing.
	case $made in
	[1-5]) ;;
	*) wrong "$made of these names were taken" ;;
	esac
}

directories()
{
	names_of "$C" "$J"
	for directory in $kinds; do
		names_of "$demo/$directory" "$demo"
	done
}

# Of a cell that is a blob, directories say nothing.
of_a_blob()
{
	mkdir "$C/tiny-demo" && copy "$cells/tiny-demo.cell" "$C/tiny-demo/config" || return
	for directory in $kinds; do
		[ "$directory" != images ] || continue
		refused EBUSY "$C/tiny-demo" "a config was written" \
			mkdir "$C/tiny-demo/$directory/0000:00:1d.0"
		documented "$C/tiny-demo/$directory/0000:00:1d.0" EBUSY
	done
	rmdir "$C/tiny-demo"
}

# A search that finds little would show little.
many_are_found()
{
	[ "$(echo "$attributes" | wc -l)" -ge 25 ] || wrong "these are all: $attributes"
}

cases()
{
	t "they are found" many_are_found
	for attribute in $attributes; do
		t "${attribute#"$J"/}" all_of "$attribute"
	done
	t "names of directories" directories
	t "beside a blob" of_a_blob
	t "all of it goes away" empty
	t "the kernel log has no warning" log_is_clean
}

populate || ktap_skip_all "there is nothing to write to"
# What takes text has this mode, binary files have 600 and 200.
attributes=$(find "$J" -type f -perm 644 | sort)
ktap_run cases
