/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether this build has an address sanitizer, which brings an allocator of its own: no library
 * can take its place, and what it refuses or puts between objects is not the C library's.
 */
#ifndef AMK_SANITIZED_H
#define AMK_SANITIZED_H

#ifdef __has_feature
#define AMK_SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define AMK_SANITIZED 1
#else
#define AMK_SANITIZED 0
#endif

#endif
