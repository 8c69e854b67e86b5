# shellcheck shell=bash disable=SC2154 # names of common.sh
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by setup: Debian packages of the suite that this machine runs, and of
# others. Those of others are never installed: apt gets a state of its own for them,
# below build/kernels/suites, and they are unpacked there.

# apt_of SUITE COMMAND...: with the package lists of SUITE.
apt_of()
{
	local suite=$1

	shift
	if [ "$suite" = "$host_suite" ]; then
		"$@"
	else
		APT_CONFIG=$(suite_dir "$suite")/apt.conf "$@"
	fi
}

# The mirrors that the machine itself is set up for: "URI LABEL" of each.
mirrors()
{
	# shellcheck disable=SC2016 # the names are apt's
	apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' |
		sort -u
}

# Mirrors have one suite beside the other.
suite_sources()
{
	local suite=$1 uri label

	mirrors | while read -r uri label; do
		case $label in
		Debian)
			echo "$uri $suite main"
			[ "$suite" = bookworm ] || echo "$uri $suite-backports main" ;;
		Debian-Security)
			echo "$uri $suite-security main" ;;
		esac
	done | sed 's,^,deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ,' | sort -u
}

make_suite()
{
	local dir

	[ "$1" != "$host_suite" ] || return 0
	dir=$(suite_dir "$1")
	[ ! -e "$dir/apt.conf" ] || return 0
	need_lists linux-base
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	suite_sources "$1" >"$dir/sources.list"
	[ -s "$dir/sources.list" ] ||
		die 1 "apt knows no mirror of Debian from which packages of $1 could come"
	: >"$dir/status"
	cat >"$dir/apt.conf" <<EOF
Dir::State "$dir";
Dir::State::Lists "$dir/lists";
Dir::State::status "$dir/status";
Dir::Etc::SourceList "$dir/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Cache "$dir/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
EOF
}

# apt_known PACKAGE [SUITE]: do the package lists offer it?
apt_known()
{
	apt_of "${2:-$host_suite}" apt-cache show --no-all-versions "$1" >/dev/null 2>&1
}

# need_lists PACKAGE [SUITE]: reads the package lists anew if they lack PACKAGE.
need_lists()
{
	local suite=${2:-$host_suite}

	make_suite "$suite"
	apt_known "$1" "$suite" && return
	[ "$suite" != "$host_suite" ] || [ "$(id -u)" = 0 ] ||
		die 2 "the package lists do not know $1; run as root: apt-get update"
	say "reading the package lists of $suite"
	apt_of "$suite" apt-get -qq update || die 1 "apt-get update failed for $suite"
	apt_known "$1" "$suite" || die 1 "the package lists of $suite do not know $1"
}

# fetch PACKAGE [SUITE]: downloads it and unpacks it below $cache/root, once.
fetch()
{
	local suite=${2:-$host_suite} stamp=$cache/.$1.stamp tmp=$cache/tmp.$$

	[ -e "$stamp" ] && return
	need_lists "$1" "$suite"
	say "fetching $1"
	mkdir -p "$cache/root" "$tmp"
	(cd "$tmp" && apt_of "$suite" apt-get -qq -o APT::Sandbox::User=root download "$1") ||
		die 1 "could not download $1"
	dpkg -x "$tmp"/*.deb "$cache/root" || die 1 "could not unpack $1"
	rm -rf "$tmp"
	touch "$stamp"
}

# unpack_programs SUITE PACKAGE...: with all that they depend on, below the root of
# SUITE, where they run beside those of the machine.
unpack_programs()
{
	local suite=$1 dir stamp deb

	shift
	dir=$(suite_dir "$suite")
	stamp=$dir/.$(tr ' ' _ <<<"$*").stamp
	[ -e "$stamp" ] && return
	need_lists "$1" "$suite"
	say "fetching $* of $suite, and what they need"
	apt_of "$suite" apt-get -qq -y --no-install-recommends --download-only install "$@" \
		>"$build/setup.log" 2>&1 ||
		die 1 "could not download $* of $suite ($(tail -n 1 "$build/setup.log"))"
	mkdir -p "$dir/root"
	for deb in "$dir"/cache/archives/*.deb; do
		dpkg -x "$deb" "$dir/root" || die 1 "could not unpack $deb"
	done
	rm -f "$dir"/cache/archives/*.deb
	adopt_programs "$suite" "$dir/root"
	touch "$stamp"
}

# adopt_programs SUITE DIRECTORY: has the programs in DIRECTORY use the C library and
# the loader of SUITE. The machine's own may be older than they ask for.
adopt_programs()
{
	local root file loader libraries interpreter

	[ "$1" != "$host_suite" ] || return 0
	root=$(suite_dir "$1")/root
	# Older suites have them outside of /usr, and a loader that is a link to the machine's.
	loader=$(find "$root" -type f -name ld-linux-x86-64.so.2 | head -n 1)
	[ -n "$loader" ] || die 1 "there is no loader below $root"
	libraries=$root/usr/lib/x86_64-linux-gnu
	libraries+=:$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu/pulseaudio
	libraries+=:$root/usr/lib
	find "$2" -type f -perm -u+x ! -name '*.so*' ! -name '*.ko*' | while read -r file; do
		interpreter=$(patchelf --print-interpreter "$file" 2>/dev/null)
		case $interpreter in
		'' | "$loader") continue ;;
		esac
		patchelf --set-interpreter "$loader" --force-rpath \
			--set-rpath "$libraries" "$file" ||
			die 1 "patchelf failed for $file"
	done
}
