# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Completion of the command jailhouse: commands, their options, cells, files.

# The cells that were made, and with "all" the root cell, which can only be looked at.
_jailhouse_cells()
{
	local configfs=${JAILHOUSE_CONFIGFS:-/sys/kernel/config/jailhouse} cell

	for cell in "$configfs"/cells/*/; do
		[ ! -d "$cell" ] || basename "$cell"
	done
	[ "$1" != all ] || echo root
}

# _jailhouse_words COMMAND: what may stand behind it.
_jailhouse_words()
{
	case $1 in
	'')			echo enable disable memory hardware config cell console crash --help --version ;;
	config)			echo create check ;;
	hardware)		echo check ;;
	"hardware check")	echo --record ;;
	cell)			echo create linux reload load start shutdown kill destroy list stats ;;
	disable)		echo --kill ;;
	console)		echo -f; _jailhouse_cells ;;
	"cell create")		echo --cpus --memory --port --device -l ;;
	"cell linux")		echo --cpus --memory --port --device -i -c --kill
				_jailhouse_cells ;;
	"cell destroy")		echo --kill; _jailhouse_cells ;;
	"cell stats")		echo --watch --json -n; _jailhouse_cells all ;;
	"cell list")		echo --map --json ;;
	"cell reload" | "cell load" | "cell start" | "cell shutdown" | "cell kill")
				_jailhouse_cells ;;
	esac
}

_jailhouse()
{
	local word=${COMP_WORDS[COMP_CWORD]} command=

	[ "$COMP_CWORD" -lt 2 ] || command=${COMP_WORDS[1]}
	case $command in
	cell | config | hardware)
			[ "$COMP_CWORD" -lt 3 ] || command+=" ${COMP_WORDS[2]}" ;;
	esac
	mapfile -t COMPREPLY < <(
		compgen -W "$(_jailhouse_words "$command")" -- "$word"
		# Files belong where a configuration, an image or a kernel may stand.
		case $command in
		enable | crash | config\ * | cell\ create | cell\ linux | cell\ reload | cell\ load)
			compgen -f -- "$word" ;;
		esac
	)
}

complete -o filenames -F _jailhouse jailhouse
