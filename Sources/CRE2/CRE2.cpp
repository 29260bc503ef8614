#include "CRE2.h"

#include <new>
#include <vector>

#include <re2/re2.h>
#include <re2/stringpiece.h>

struct tocsin_re2 {
    RE2 expression;

    tocsin_re2(const re2::StringPiece &pattern, const RE2::Options &options) : expression(pattern, options) {}
};

namespace {

tocsin_re2_error error_of(RE2::ErrorCode code) {
    switch (code) {
    case RE2::NoError: return TOCSIN_RE2_OK;
    case RE2::ErrorInternal: return TOCSIN_RE2_INTERNAL;
    case RE2::ErrorBadEscape: return TOCSIN_RE2_BAD_ESCAPE;
    case RE2::ErrorBadCharClass: return TOCSIN_RE2_BAD_CLASS;
    case RE2::ErrorBadCharRange: return TOCSIN_RE2_BAD_RANGE;
    case RE2::ErrorMissingBracket: return TOCSIN_RE2_MISSING_BRACKET;
    case RE2::ErrorMissingParen: return TOCSIN_RE2_MISSING_PARENTHESIS;
    case RE2::ErrorUnexpectedParen: return TOCSIN_RE2_UNEXPECTED_PARENTHESIS;
    case RE2::ErrorTrailingBackslash: return TOCSIN_RE2_TRAILING_BACKSLASH;
    case RE2::ErrorRepeatArgument: return TOCSIN_RE2_REPEAT_ARGUMENT;
    case RE2::ErrorRepeatSize: return TOCSIN_RE2_REPEAT_SIZE;
    case RE2::ErrorRepeatOp: return TOCSIN_RE2_REPEAT_OPERATOR;
    case RE2::ErrorBadPerlOp: return TOCSIN_RE2_BAD_PERL_OPERATOR;
    case RE2::ErrorBadUTF8: return TOCSIN_RE2_BAD_UTF8;
    case RE2::ErrorBadNamedCapture: return TOCSIN_RE2_BAD_NAME;
    case RE2::ErrorPatternTooLarge: return TOCSIN_RE2_TOO_LARGE;
    }
    return TOCSIN_RE2_INTERNAL;
}

// libre2 tells "matched nothing" from "did not take part" by a null pointer, so the text itself must not be one.
re2::StringPiece piece(const void *text, size_t length) {
    return re2::StringPiece(text == nullptr ? "" : static_cast<const char *>(text), text == nullptr ? 0 : length);
}

}  // namespace

extern "C" tocsin_re2 *tocsin_re2_compile(const void *pattern, size_t length, int64_t memory) {
    try {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(memory);
        return new tocsin_re2(piece(pattern, length), options);
    } catch (...) {
        return nullptr;
    }
}

extern "C" void tocsin_re2_free(tocsin_re2 *regex) { delete regex; }

extern "C" tocsin_re2_error tocsin_re2_error_of(const tocsin_re2 *regex, const char **argument, size_t *length) {
    *argument = regex->expression.error_arg().data();
    *length = regex->expression.error_arg().size();
    return error_of(regex->expression.error_code());
}

extern "C" int32_t tocsin_re2_group_count(const tocsin_re2 *regex) {
    return regex->expression.NumberOfCapturingGroups();
}

extern "C" int32_t tocsin_re2_program_size(const tocsin_re2 *regex) { return regex->expression.ProgramSize(); }

extern "C" int32_t tocsin_re2_matches(const tocsin_re2 *regex, const void *text, size_t length) {
    try {
        const re2::StringPiece subject = piece(text, length);
        return regex->expression.Match(subject, 0, subject.size(), RE2::UNANCHORED, nullptr, 0) ? 1 : 0;
    } catch (...) {
        return 0;
    }
}

extern "C" int32_t tocsin_re2_search(
    const tocsin_re2 *regex, const void *text, size_t length, size_t start, ptrdiff_t *bounds, int32_t count) {
    try {
        const re2::StringPiece subject = piece(text, length);
        if (start > subject.size() || count < 0) return 0;
        std::vector<re2::StringPiece> groups(static_cast<size_t>(count));
        if (!regex->expression.Match(subject, start, subject.size(), RE2::UNANCHORED, groups.data(), count)) return 0;
        for (int32_t index = 0; index < count; index++) {
            const re2::StringPiece &group = groups[static_cast<size_t>(index)];
            const bool took_part = group.data() != nullptr;
            const ptrdiff_t begin = took_part ? group.data() - subject.data() : -1;
            bounds[2 * index] = begin;
            bounds[2 * index + 1] = took_part ? begin + static_cast<ptrdiff_t>(group.size()) : -1;
        }
        return 1;
    } catch (...) {
        return 0;
    }
}
