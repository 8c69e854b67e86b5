# SPDX-License-Identifier: GPL-2.0-only
#
# Included by the Makefile: what is installed, and where.
#
#   install-programs	what the test machine has: images, configurations, inmates, the command
#   install-system	what belongs to a real one: manual, completion, what happens at boot
#   install-tests	inmates of the tests
#   install-sdk		what a program for a cell is built with, outside of this tree
#   uninstall		removes what install, install-sdk and modules_install have put there

sbindir := $(DESTDIR)/usr/sbin
firmwaredir := $(DESTDIR)/lib/firmware
etcdir := $(DESTDIR)/etc
cellsdir := $(etcdir)/jailhouse
libdir := $(DESTDIR)/usr/lib/jailhouse
sdkdir := $(libdir)/sdk
sdk_headers := types.h errno.h string.h
mandir := $(DESTDIR)/usr/share/man
completiondir := $(DESTDIR)/usr/share/bash-completion/completions
unitdir := $(DESTDIR)/usr/lib/systemd/system

# install-files MODE,DIRECTORY,FILES
define install-files
	$(if $(strip $(3)),install -d $(2))
	$(if $(strip $(3)),install -m $(1) $(3) $(2))
endef

.PHONY: install install-programs install-system install-tests install-sdk uninstall deb
install: install-programs install-system

install-programs: $(parts)
	$(call install-files,644,$(firmwaredir),$(wildcard hypervisor/jailhouse-*.bin))
	$(call install-files,644,$(cellsdir),$(wildcard configs/*.cell))
	$(call install-files,644,$(libdir)/inmates,$(wildcard inmates/demos/*.bin inmates/boot/*.bin))
	$(call install-files,755,$(sbindir),scripts/jailhouse)
	$(call install-files,644,$(libdir)/command,$(wildcard $(addprefix scripts/lib/jailhouse/*.,sh awk)))
	sed -i -e "s/^version=.*/version=$$(scripts/lib/version)/" \
		-e 's,^parts=.*,parts=/usr/lib/jailhouse/command,' $(sbindir)/jailhouse

# What a person may have changed, is left alone.
install-system:
	$(call install-files,644,$(mandir)/man5,$(wildcard Documentation/man/*.5))
	$(call install-files,644,$(mandir)/man8,$(wildcard Documentation/man/*.8))
	install -D -m 644 scripts/lib/jailhouse/completion.bash $(completiondir)/jailhouse
	install -D -m 644 scripts/system/jailhouse.service $(unitdir)/jailhouse.service
	install -D -m 755 scripts/system/boot $(libdir)/boot
	install -d $(cellsdir)/cells.d
	test -e $(etcdir)/default/jailhouse || \
		install -D -m 644 scripts/system/jailhouse.default $(etcdir)/default/jailhouse
	test -e $(etcdir)/modprobe.d/jailhouse.conf || \
		install -D -m 644 scripts/system/modprobe.conf $(etcdir)/modprobe.d/jailhouse.conf

install-tests: $(parts)
	$(call install-files,644,$(libdir)/inmates,$(wildcard inmates/tests/*.bin) inmates/tests/multiboot.elf)

# What the programs include lies in one directory there.
install-sdk: inmates
	$(call install-files,644,$(sdkdir)/include,$(wildcard inmates/lib/*.h) \
		$(addprefix hypervisor/core/,$(sdk_headers)))
	$(call install-files,644,$(sdkdir)/include/jailhouse,\
		$(addprefix hypervisor/include/jailhouse/,comm_region.h console.h hypercall.h))
	$(call install-files,644,$(sdkdir)/lib,\
		$(addprefix inmates/lib/,inmate.a start.o fpu-on.o avx-on.o inmate.lds))
	$(call install-files,644,$(sdkdir),inmates/lib/inmate.mk inmates/lib/flags.mk)

uninstall:
	@scripts/lib/uninstall '$(DESTDIR)'

deb: hypervisor configs inmates
	@scripts/deb/build
