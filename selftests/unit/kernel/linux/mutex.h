/* SPDX-License-Identifier: GPL-2.0-only */
/* A lock that is named, but not taken. */
struct mutex;
