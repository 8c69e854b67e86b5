/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Error numbers, with Linux's values: they travel unchanged from a hypercall
 * to the writer of a configfs attribute. Each is guarded, so that the host's
 * or the kernel's definitions may be there already.
 */
#ifndef JAILHOUSE_ERRNO_H
#define JAILHOUSE_ERRNO_H

#ifndef EPERM
#define EPERM	1
#endif
#ifndef ENOENT
#define ENOENT	2
#endif
#ifndef EINTR
#define EINTR	4
#endif
#ifndef EIO
#define EIO	5
#endif
#ifndef ENXIO
#define ENXIO	6
#endif
#ifndef E2BIG
#define E2BIG	7
#endif
#ifndef EAGAIN
#define EAGAIN	11
#endif
#ifndef ENOMEM
#define ENOMEM	12
#endif
#ifndef EACCES
#define EACCES	13
#endif
#ifndef EFAULT
#define EFAULT	14
#endif
#ifndef EBUSY
#define EBUSY	16
#endif
#ifndef EEXIST
#define EEXIST	17
#endif
#ifndef ENODEV
#define ENODEV	19
#endif
#ifndef EINVAL
#define EINVAL	22
#endif
#ifndef EFBIG
#define EFBIG	27
#endif
#ifndef ENOSPC
#define ENOSPC	28
#endif
#ifndef EROFS
#define EROFS	30
#endif
#ifndef EDOM
#define EDOM	33
#endif
#ifndef ERANGE
#define ERANGE	34
#endif
#ifndef ENAMETOOLONG
#define ENAMETOOLONG	36
#endif
#ifndef ENOSYS
#define ENOSYS	38
#endif
#ifndef ENODATA
#define ENODATA	61
#endif
#ifndef EPROTO
#define EPROTO	71
#endif
#ifndef EBADMSG
#define EBADMSG	74
#endif
#ifndef EOVERFLOW
#define EOVERFLOW	75
#endif
#ifndef EILSEQ
#define EILSEQ	84
#endif
#ifndef EMSGSIZE
#define EMSGSIZE	90
#endif
#ifndef EPROTONOSUPPORT
#define EPROTONOSUPPORT	93
#endif
#ifndef EOPNOTSUPP
#define EOPNOTSUPP	95
#endif
#ifndef EADDRINUSE
#define EADDRINUSE	98
#endif
#ifndef ENOBUFS
#define ENOBUFS	105
#endif
#ifndef ETIMEDOUT
#define ETIMEDOUT	110
#endif
#ifndef EALREADY
#define EALREADY	114
#endif
#ifndef EINPROGRESS
#define EINPROGRESS	115
#endif
#ifndef ECANCELED
#define ECANCELED	125
#endif

#ifndef ESTALE
#define ESTALE	116
#endif
#endif /* JAILHOUSE_ERRNO_H */
