# SPDX-License-Identifier: GPL-2.0-only
#
# For the Makefile of a program that runs in a cell, outside of the tree:
#
#	INMATES := loop
#	FPU := y
#	include /usr/lib/jailhouse/sdk/inmate.mk
#
# makes loop.bin of loop.c. INMATES may name several; NAME_OBJECTS are further objects of one
# (loop_OBJECTS := filter.o). FPU := y: they use float and double. AVX := y: that, and AVX. CFLAGS
# are added.

INMATE_SDK := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
include $(INMATE_SDK)/flags.mk

OBJCOPY ?= objcopy
INMATE_FPU := $(if $(filter y,$(AVX)),avx,$(if $(filter y,$(FPU)),fpu))
INMATE_CFLAGS := $(if $(INMATE_FPU),$(inmate_$(INMATE_FPU)_cflags),$(inmate_cflags)) \
	-isystem $(INMATE_SDK)/include -I.
INMATE_START := $(INMATE_SDK)/lib/start.o $(INMATE_FPU:%=$(INMATE_SDK)/lib/%-on.o)
INMATE_LIBRARY := $(INMATE_SDK)/lib/inmate.a

.PHONY: all clean
all: $(INMATES:=.bin)

%.o: %.c $(MAKEFILE_LIST)
	$(CC) $(INMATE_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

%.o: %.S $(MAKEFILE_LIST)
	$(CC) $(INMATE_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

.SECONDEXPANSION:
%.elf: %.o $$($$*_OBJECTS) $(INMATE_START) $(INMATE_LIBRARY)
	$(LD) $(inmate_ldflags) -T $(INMATE_SDK)/lib/inmate.lds -o $@ $(INMATE_START) \
		$(filter-out $(INMATE_START) $(INMATE_LIBRARY),$^) $(INMATE_LIBRARY)

%.bin: %.elf
	$(OBJCOPY) -O binary $< $@

clean:
	rm -f $(foreach name,$(INMATES),$(addprefix $(name),.bin .elf .o .d) \
		$($(name)_OBJECTS) $(patsubst %.o,%.d,$($(name)_OBJECTS)))

.SECONDARY:
-include $(INMATES:=.d)
