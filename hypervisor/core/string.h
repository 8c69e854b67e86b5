/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the C library's string functions that freestanding code needs. */
#ifndef JAILHOUSE_STRING_H
#define JAILHOUSE_STRING_H

#ifdef __KERNEL__

#include <linux/string.h>

#else

#include <stddef.h>

void *memcpy(void *dest, const void *src, size_t n);
void *memmove(void *dest, const void *src, size_t n);
void *memset(void *dest, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *str);
size_t strnlen(const char *str, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

#endif

#endif /* JAILHOUSE_STRING_H */
