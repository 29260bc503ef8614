#pragma once

// Swift cannot call variadic C functions, and libcurl sets and reads its options through three of them. Here is one
// wrapper for each type an option can have; everything else of libcurl is called as it is.

#include <curl/curl.h>

#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87 or newer is needed, for CURLOPT_QUICK_EXIT"
#endif

// Sets up libcurl for the process. Call it once, before anything else of libcurl.
CURLcode ccurl_global_init(void);

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
// libcurl keeps a copy of the text; a null pointer unsets the option.
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value);
// For CURLOPT_COPYPOSTFIELDS, whose bytes libcurl copies: set CURLOPT_POSTFIELDSIZE_LARGE first.
CURLcode ccurl_set_bytes(CURL *easy, CURLoption option, const void *bytes);
// libcurl keeps only the pointer: the list must live until the transfer is over.
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list);
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *pointer);
CURLcode ccurl_set_write_callback(CURL *easy, CURLoption option, curl_write_callback callback);
// libcurl copies the bytes.
CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count);
CURLcode ccurl_set_read_callback(CURL *easy, CURLoption option, curl_read_callback callback);
CURLcode ccurl_set_progress_callback(CURL *easy, CURLoption option, curl_xferinfo_callback callback);

CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode ccurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value);
CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
