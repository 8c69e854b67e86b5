# shellcheck shell=sh disable=SC2034,SC2154 # names of the command, and of its other parts
# SPDX-License-Identifier: GPL-2.0-only
# Part of the command jailhouse: a Linux in a cell, placed where linux-loader looks for it.

# cmd_linux CONFIG KERNEL..., cmd_linux NAME --cpus LIST --memory SIZE... KERNEL..., and, of a cell
# that is there already, cmd_linux CELL KERNEL...
cmd_linux()
{
	[ $# -ge 2 ] || misuse
	config=$1
	shift
	taken=0
	case $1 in
	--*)	check_name "$config"
		take_values "$@"
		shift "$taken"
		[ $# -ge 1 ] || misuse ;;
	esac
	kernel=$1
	shift
	take_options "$@"
	need_file "$kernel"
	need_file "$loader"
	read_kernel "$kernel"
	first_line "$configfs/enabled"
	[ "$line" = 1 ] || fail "the hypervisor is not enabled"
	snapshot=
	unfinished=
	trap leave_linux EXIT
	settle_config || return
	check_loader "$config" "$cmdline"
	find_ram "$config" "$start" "$end"
	place_files
	cell=$configfs/cells/$name
	if [ -n "$unfinished" ]; then
		fill_linux && unfinished=
	elif [ -d "$cell" ]; then
		replace_linux
	else
		start_linux
	fi && tell_failed "$cell"
}

# take_options [-i INITRD] [-c CMDLINE] [--kill]
take_options()
{
	initrd=
	cmdline=
	how=stop
	while [ $# != 0 ]; do
		case $1 in
		--kill)
			how='kill'
			shift
			continue ;;
		-i | --initrd | -c | --cmdline)
			[ $# -ge 2 ] || misuse "$1 needs a value" ;;
		*)	misuse ;;
		esac
		case $1 in
		-i | --initrd)	initrd=$2 ;;
		*)		cmdline=$2 ;;
		esac
		shift 2
	done
}

# settle_config: $config is a file with the configuration of the cell $name, and $who has it. Of a
# cell in directories, it is what they make at this moment.
settle_config()
{
	who=$config
	if [ "$taken" != 0 ]; then
		name=$config
		make_cell
		unfinished=y
		describe_cell && put "$dir" start linux && keep_config
		return
	fi
	case $config in
	*/* | *.cell)
		config_name "$config" ;;
	*)	find_cell "$config"
		dir=$configfs/cells/$name
		keep_config ;;
	esac
}

keep_config()
{
	who="the cell $name"
	snapshot=$(mktemp) || fail "there is no room for a temporary file"
	config=$snapshot
	message=$({ cat "$dir/config" >"$snapshot"; } 2>&1) && return
	complain "$dir" "config: ${message##*: }"
	return 1
}

# Whatever the end is: what was made for a Linux that does not start goes again.
leave_linux()
{
	[ -z "$snapshot" ] || rm -f "$snapshot"
	[ -z "$unfinished" ] || remove_cell "$configfs/cells/$name"
}

# What the cell runs goes on until all of the new is staged beside it, but for the loader, for
# which there is one place. The loader tells Linux what CONFIG says, so that has to be what the
# hypervisor knows.
replace_linux()
{
	first_line "$cell/enabled"
	if [ -n "$snapshot" ]; then
		:
	elif [ "$line" != 1 ]; then
		put_file "$cell" config "$config" || return
	elif ! cmp -s "$cell/config" - <"$config"; then
		fail "the cell $name has another configuration than $config: destroy it first" \
			"('jailhouse cell destroy $name')"
	fi
	if ! stage_linux "$cell" "$config" "$kernel" "$initrd" "$cmdline" ||
			! put "$cell" state "$how"; then
		drop_images "$cell" new
		return 1
	fi
	drop_images "$cell" old && stage "$cell" "$loader" 0xf0000 0 && put "$cell" state start
}

# Milliseconds that a Linux may take to shut down when it is asked to.
patience=30000

# What is made here goes again if it does not start.
start_linux()
{
	mkdir "$cell" 2>/dev/null || {
		complain "$configfs" "cannot make $cell"
		return 1
	}
	put_file "$cell" config "$config" && fill_linux && return
	remove_cell "$cell"
	return 1
}

fill_linux()
{
	stage "$cell" "$loader" 0xf0000 0 && put "$cell" timeout_ms "$patience" &&
		stage_linux "$cell" "$config" "$kernel" "$initrd" "$cmdline" &&
		put "$cell" enabled 1
}

# number FILE OFFSET BYTES: a number within FILE, in $number.
number()
{
	number=$(od -An -v "-tu$3" "-j$2" "-N$3" <"$1" 2>/dev/null)
	number=${number##* }
	[ -n "$number" ] || fail "$1 is too short"
}

# read_kernel KERNEL: in $start and $end the RAM that it needs at first, and in $longest how many
# bytes its command line may have. A bzImage (the kernel's Documentation/arch/x86/boot.rst) has to
# be at $start itself; $floats is for an ELF file, whose parts linux-loader puts there.
read_kernel()
{
	floats=
	number "$1" 0 4
	if [ "$number" = 1179403647 ]; then
		read_elf "$1"
		return
	fi
	number "$1" 514 4
	[ "$number" = 1400005704 ] ||
		fail "$1 is no kernel (bzImage, or ELF file of 32 bits) for x86"
	number "$1" 497 1
	start=$((((number ? number : 4) + 1) * 512))
	number "$1" 568 4
	longest=$((number - 147))
	number "$1" 608 4
	end=$number
	number "$1" 600 8
	start=$((number - start))
	end=$((number + end))
}

# read_elf FILE: from its program headers. Whether it has a multiboot header the loader sees.
read_elf()
{
	floats=y
	longest=4095
	start=
	end=0
	number "$1" 4 1
	class=$number
	number "$1" 18 2
	[ "$class.$number" = 1.3 ] ||
		fail "$1 is no kernel (bzImage, or ELF file of 32 bits) for x86"
	number "$1" 28 4
	header=$number
	number "$1" 44 2
	headers=$number
	while [ "$headers" != 0 ]; do
		read_part "$1" "$header"
		header=$((header + 32))
		headers=$((headers - 1))
	done
	[ -n "$start" ] || fail "$1 has nothing that is to be loaded"
}

# read_part FILE HEADER: widens $start to $end by what is to be loaded (PT_LOAD).
read_part()
{
	number "$1" "$2" 4
	[ "$number" = 1 ] || return 0
	number "$1" $(($2 + 12)) 4
	[ -n "$start" ] && [ "$start" -le "$number" ] || start=$number
	part=$number
	number "$1" $(($2 + 20)) 4
	[ "$end" -ge $((part + number)) ] || end=$((part + number))
}

# find_ram CONFIG START END: $top is where the memory region ends that holds this, and that
# images can be loaded to.
find_ram()
{
	number "$1" 56 4
	region=$((120 + number))
	number "$1" 60 4
	regions=$number
	while [ "$regions" != 0 ]; do
		number "$1" $((region + 8)) 8
		virt=$number
		number "$1" $((region + 16)) 8
		top=$((virt + number))
		number "$1" $((region + 24)) 8
		if [ $((number & 0x40)) != 0 ] && [ "$virt" -le "$2" ] && [ "$top" -ge "$3" ]; then
			return
		fi
		region=$((region + 32))
		regions=$((regions - 1))
	done
	fail "$who has no loadable memory region from $(printf 0x%x "$2") to $(printf 0x%x "$3")," \
		"which this kernel or its loader needs"
}

# place FILE: as high as it can be in $placed, which becomes $top; its size in $bytes. Above $end;
# below 2 GiB for the kernel.
place()
{
	# Busybox' wc reads all of it for that, a character at a time.
	bytes=$(stat -L -c %s "$1")
	[ "$top" -le 2147483648 ] || top=2147483648
	placed=$(((top - bytes) & ~4095))
	[ "$placed" -ge "$end" ] || fail "$1 does not fit: with this kernel, the memory" \
		"region would have to end at $(printf 0x%x $((end + bytes + 4095))), not at" \
		"$(printf 0x%x "$top")"
	top=$placed
}

# place_files: in $arguments, what linux-loader is told of it.
place_files()
{
	arguments=
	if [ -n "$initrd" ]; then
		need_file "$initrd"
		place "$initrd"
		initrd_start=$placed
		arguments=" initrd=$placed initrd_size=$bytes"
	fi
	[ -z "$floats" ] || {
		place "$kernel"
		start=$placed
		arguments="$arguments kernel_size=$bytes"
	}
	arguments="kernel=$start$arguments"
}

# check_loader CONFIG CMDLINE: there is room for what linux-loader is and reads, below 1 MiB; the
# command line has one page, and Linux's gets at most 147 bytes more from it.
check_loader()
{
	find_ram "$1" $((0x1000)) $((0x3000))
	find_ram "$1" $((0xa0000)) $((0xa0000 + $(wc -c <"$1")))
	find_ram "$1" $((0xf0000)) $((0xf0000 + $(wc -c <"$loader")))
	[ "$longest" -le $((4095 - 147)) ] || [ -n "$floats" ] || longest=$((4095 - 147))
	[ "$(printf %s "$2" | wc -c)" -le "$longest" ] ||
		fail "the command line is too long: this kernel takes $longest bytes"
}

# stage_as CELL NAME FILE ADDRESS: as images/NAME.PID, beside what is there from another start;
# a FILE of - is $text.
stage_as()
{
	image=$1/images/$2.$$
	mkdir "$image" 2>/dev/null || {
		complain "$1" "cannot make $image"
		return 1
	}
	if [ "$3" = - ]; then
		put_text "$image" data "$text" "$1"
	else
		put_file "$image" data "$3" "$1" && put "$image" size "$(wc -c <"$3")" "$1"
	fi && put "$image" address "$4" "$1"
}

# name_as CELL NAME FILE ADDRESS: the same, but the kernel reads FILE at each start.
name_as()
{
	image=$1/images/$2.$$
	case $3 in
	/*)	file=$3 ;;
	*)	file=$(pwd)/$3 ;;
	esac
	mkdir "$image" 2>/dev/null || {
		complain "$1" "cannot make $image"
		return 1
	}
	put "$image" path "$file" "$1" && put "$image" address "$4" "$1"
}

# stage_linux CELL CONFIG KERNEL INITRD CMDLINE: where linux-loader looks for it.
stage_linux()
{
	stage_as "$1" config "$2" 0xa0000 && name_as "$1" kernel "$3" "$start" || return
	[ -z "$4" ] || name_as "$1" initrd "$4" "$initrd_start" || return
	text=$arguments
	stage_as "$1" parameters - 0x1000 && text=$5 && stage_as "$1" cmdline - 0x2000
}

# drop_images CELL new | old: those that stage_as() and name_as() have made, or all others.
drop_images()
{
	for image in "$1"/images/*; do
		case $image in
		*".$$")	age=new ;;
		*)	age=old ;;
		esac
		[ ! -d "$image" ] || [ $age != "$2" ] || rmdir "$image" || return
	done
}
