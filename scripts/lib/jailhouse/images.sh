# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: what is loaded into a cell.

# check_images [IMAGE [-l ADDRESS]]...: before anything is changed.
check_images()
{
	while [ $# != 0 ]; do
		case $1 in
		-*) misuse "an image is expected before $1" ;;
		esac
		need_file "$1"
		shift
		case ${1:-} in
		-l | -a | --address)
			[ $# -ge 2 ] || misuse "$1 needs an address"
			check_address "$2"
			shift 2 ;;
		esac
	done
}

check_address()
{
	case $1 in
	0[xX] | 0[xX]*[!0-9A-Fa-f]*) ;;
	0[xX]*) return ;;
	'' | *[!0-9]*) ;;
	*) return ;;
	esac
	misuse "$1 is not an address"
}

# stage_images DIR [IMAGE [-l ADDRESS]]...: instead of what was there before. With memory/ram and
# so on instead of a configuration, the image says where it belongs; and so does an ELF file.
stage_images()
{
	dir=$1
	shift
	number=0
	unplaced=0
	for old in "$dir"/memory/*; do
		[ ! -d "$old" ] || unplaced='auto'
	done
	for old in "$dir"/images/*; do
		[ ! -d "$old" ] || rmdir "$old" || return
	done
	while [ $# != 0 ]; do
		image=$1
		address=$unplaced
		! is_elf "$image" || address='auto'
		shift
		case ${1:-} in
		-l | -a | --address)
			address=$2
			shift 2 ;;
		esac
		stage "$dir" "$image" "$address" $number || return
		number=$((number + 1))
	done
}

# stage DIR IMAGE ADDRESS NUMBER: hands over one image; the first is the cell's
# own, the others are items below images/.
stage()
{
	if [ "$4" = 0 ]; then
		put_file "$1" image "$2" &&
			put "$1" image_size "$(wc -c <"$2")" &&
			put "$1" image_address "$3"
		return
	fi
	mkdir "$1/images/$4" 2>/dev/null || {
		complain "$1" "cannot make $1/images/$4"
		return 1
	}
	put_file "$1/images/$4" data "$2" "$1" &&
		put "$1/images/$4" size "$(wc -c <"$2")" &&
		put "$1/images/$4" address "$3"
}

# is_elf FILE: by its first bytes.
is_elf()
{
	[ "$(dd if="$1" bs=4 count=1 2>/dev/null | tr -d '\177')" = ELF ]
}
