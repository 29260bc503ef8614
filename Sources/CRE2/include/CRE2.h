#pragma once

// The part of libre2 that TocsinRegex needs, callable from C. No exception leaves it, and libre2 writes nothing to
// stderr. A compiled expression may be used by several threads at once: libre2 guards what it caches.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tocsin_re2 tocsin_re2;

// Why an expression did not compile.
typedef enum {
    TOCSIN_RE2_OK = 0,
    TOCSIN_RE2_INTERNAL,
    TOCSIN_RE2_BAD_ESCAPE,
    TOCSIN_RE2_BAD_CLASS,
    TOCSIN_RE2_BAD_RANGE,
    TOCSIN_RE2_MISSING_BRACKET,
    TOCSIN_RE2_MISSING_PARENTHESIS,
    TOCSIN_RE2_UNEXPECTED_PARENTHESIS,
    TOCSIN_RE2_TRAILING_BACKSLASH,
    TOCSIN_RE2_REPEAT_ARGUMENT,
    TOCSIN_RE2_REPEAT_SIZE,
    TOCSIN_RE2_REPEAT_OPERATOR,
    TOCSIN_RE2_BAD_PERL_OPERATOR,
    TOCSIN_RE2_BAD_UTF8,
    TOCSIN_RE2_BAD_NAME,
    TOCSIN_RE2_TOO_LARGE,
} tocsin_re2_error;

// Compiles an expression within `memory` bytes. NULL only if there is no memory at all. What did not compile is an
// object too: it tells its error, matches nothing, and must be freed.
tocsin_re2 *tocsin_re2_compile(const void *pattern, size_t length, int64_t memory);
void tocsin_re2_free(tocsin_re2 *regex);

// The error, and the part of the expression that it is about; that text lives as long as the object.
tocsin_re2_error tocsin_re2_error_of(const tocsin_re2 *regex, const char **argument, size_t *length);

// The number of capturing groups, without the whole match.
int32_t tocsin_re2_group_count(const tocsin_re2 *regex);

// The number of instructions, a rough measure of what one byte of text may cost.
int32_t tocsin_re2_program_size(const tocsin_re2 *regex);

// 1 if the expression is found somewhere in the text, else 0.
int32_t tocsin_re2_matches(const tocsin_re2 *regex, const void *text, size_t length);

// Finds the leftmost match that begins at `start` or later. Writes begin and end of the whole match and of the groups
// into `bounds`, which has room for 2 * `count` numbers; -1 where a group took no part. 1 if found, else 0.
int32_t tocsin_re2_search(
    const tocsin_re2 *regex, const void *text, size_t length, size_t start, ptrdiff_t *bounds, int32_t count);

#ifdef __cplusplus
}
#endif
