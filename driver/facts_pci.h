/* SPDX-License-Identifier: GPL-2.0-only */
/* The PCI functions of the machine. */
#ifndef _JH_FACTS_PCI_H
#define _JH_FACTS_PCI_H

struct machine_facts;

void jh_facts_take_functions(struct machine_facts *facts);

#endif
