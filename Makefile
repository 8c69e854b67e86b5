# SPDX-License-Identifier: GPL-2.0-only
#
#   make                        everything, for the running kernel
#   make KERNELDIR=DIR          ... for the kernel whose headers are in DIR
#   make modules_install install [DESTDIR=DIR], uninstall
#   make install-sdk            what programs for cells are built with elsewhere
#   make deb                    a Debian package, build/deb/*.deb
#   make /some/where/NAME.cell  compiles a configuration that lies elsewhere
#   make demo [MACHINE=tcg]     shows it all on the test machine; tcg: on the one with SVM
#   make demo-linux             a Linux in a cell of it, linked with this one
#   make check [ALL=1]          the tests; ALL=1: also on other machines and kernels
#   make stress                 what takes long: endurance, a million of each attack
#   make fuzz TIME=600          fuzzers, TIME seconds for each harness and fuzzer
#   make mutate [SEED= COUNT=]  do the unit tests notice a line that is wrong?
#   make prove [FAULTS=1]       properties of the portable files, for all values
#   make coverage               branches of the portable files that their tests take
#   make bench                  what the hypervisor costs (GROWTH=1: and how that grows)
#   make clean, distclean       distclean also drops downloaded packages
#
# The driver is built in OUT, by default build/driver/RELEASE, so that
# several kernels can be built for at once. W=1 and C=1 are kbuild's.

KERNELDIR ?= /lib/modules/$(shell uname -r)/build
DESTDIR ?=

top := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
release := $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KERNELDIR)/include/generated/utsrelease.h 2>/dev/null)
OUT ?= $(top)/build/driver/$(release)
moduledir := $(DESTDIR)/lib/modules/$(release)/updates

parts := $(patsubst %/Makefile,%,$(wildcard hypervisor/Makefile \
	configs/Makefile inmates/Makefile))
driver := $(if $(wildcard driver/Kbuild),modules)

# Without pahole the kernel's build of a module's type information fails, so
# it is left out.
kbuild = $(MAKE) -C $(KERNELDIR) M=$(abspath $(OUT)) \
	CONFIG_DEBUG_INFO_BTF_MODULES= $(if $(W),W=$(W)) $(if $(C),C=$(C))

.DEFAULT_GOAL := all
.PHONY: all version $(parts) modules headers modules_install FORCE
.PHONY: demo demo-linux check bench fuzz mutate stress prove coverage clean distclean

all: $(parts) $(driver)

# One version for all: it is looked at once, before anything is built.
$(parts) headers: version
version:
	@scripts/lib/version hypervisor/include/jailhouse/version.h

$(parts):
	$(MAKE) -C $@

%.cell: FORCE
	$(MAKE) -C configs $(abspath $@)

headers:
	@test -n '$(release)' || { \
		echo 'There are no kernel headers in $(KERNELDIR).' >&2; \
		echo "Install linux-headers-$$(uname -r), or give KERNELDIR=DIR." >&2; \
		exit 2; }

# kbuild puts objects beside their sources: give it a tree of links.
modules: headers
	@scripts/lib/link-sources $(abspath $(OUT))
	+$(kbuild) modules
	$(if $(filter file,$(origin OUT)),@ln -sf $(abspath $(OUT))/driver/jailhouse.ko driver/jailhouse.ko)

modules_install: $(driver)
ifneq ($(driver),)
	install -D -m 644 $(OUT)/driver/jailhouse.ko $(moduledir)/jailhouse.ko
	PATH=$$PATH:/usr/sbin:/sbin depmod $(if $(DESTDIR),-b $(DESTDIR)) $(release) 2>/dev/null
endif

include scripts/lib/install.mk

demo:
	@scripts/demo $(if $(MACHINE),--machine $(MACHINE))

demo-linux:
	@scripts/demo-linux

check:
	@scripts/check $(if $(ALL),--all)

# KERNEL=FLAVOUR: on that kernel. SEED=N: repeats a run. ENABLES=, CYCLES=, STORM=,
# ROUNDS=, SITES=: how much of it (see selftests/jailhouse). SUITES=: only these.
export SEED ENABLES CYCLES STORM ROUNDS SITES
stress:
	@scripts/check --stress $(if $(KERNEL),--kernel $(KERNEL)) $(SUITES)

# GROWTH=1: the curves. SAVE=1: becomes the table. STRICT=1: fails if it is worse.
bench:
	@selftests/bench/run $(if $(GROWTH),--growth) $(if $(SAVE),--save) \
		$(if $(STRICT),--strict)

TIME ?= 60
fuzz:
	@scripts/setup check
	@scripts/setup fuzz || echo 'going on without AFL++'
	@$(MAKE) -s --no-print-directory -C selftests/fuzz run TIME=$(TIME)

# SEED= COUNT= FILES=: see selftests/unit/mutate.
mutate:
	@scripts/setup mutate
	@$(MAKE) -s --no-print-directory -C selftests/unit mutate

# ONLY=NAME...: only these. QUICK=1: those that take seconds. FAULTS=1: each must fail with
# each fault that it names. JOBS=N: so many at a time.
prove:
	@scripts/setup prove
	@JOBS=$(JOBS) selftests/prove/run.sh $(if $(QUICK),--quick) $(if $(FAULTS),--faults) $(ONLY)

coverage:
	@scripts/setup check
	@$(MAKE) -s --no-print-directory -C selftests/unit coverage

clean:
	$(foreach part,$(parts),$(MAKE) -C $(part) clean;)
	rm -rf build/driver build/vm build/logs build/bench build/hypervisor-test \
		driver/jailhouse.ko

distclean: clean
	rm -rf build

FORCE:
