/*
 * A receiver of notifications that answers 200 at once and counts: notifications, the alerts in them, and the groups
 * they speak of. `GET /counts` tells. One thread, so that it costs little beside the server that is measured.
 *
 *   sink           prints the port, on 127.0.0.1, that it has found free, and serves until it is ended
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAXIMUM_REQUEST = 64 << 20, GROUP_SLOTS = 1 << 18 };

struct connection {
    int descriptor;
    char *bytes;
    size_t count, capacity;
};

static long notifications, alerts, groups;
static double first, last;
/* The hashes of the groups' keys, open addressing; a quarter full at most, by the limit on it. */
static uint64_t seen[GROUP_SLOTS];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* --- Counting -------------------------------------------------------------------------------------------------- */

static void note_group(const char *key, const char *end) {
    uint64_t hash = 0xCBF29CE484222325;
    for (; key < end && !(*key == '"' && key[-1] != '\\'); key++) hash = (hash ^ (unsigned char)*key) * 0x100000001B3;
    if (hash == 0) hash = 1;
    size_t slot = hash % GROUP_SLOTS;
    while (seen[slot] != 0 && seen[slot] != hash) slot = (slot + 1) % GROUP_SLOTS;
    if (seen[slot] == hash || groups >= GROUP_SLOTS / 4) return;
    seen[slot] = hash;
    groups++;
}

static void count_notification(const char *body, size_t length) {
    static const char fingerprint[] = "\"fingerprint\":", key[] = "\"groupKey\":\"";
    const char *end = body + length, *place = body;
    last = now();
    if (notifications++ == 0) first = last;
    while ((place = memmem(place, (size_t)(end - place), fingerprint, sizeof fingerprint - 1))) {
        alerts++;
        place += sizeof fingerprint - 1;
    }
    place = memmem(body, length, key, sizeof key - 1);
    if (place) note_group(place + sizeof key - 1, end);
}

/* --- HTTP ------------------------------------------------------------------------------------------------------ */

static void answer(int descriptor, const char *body) {
    char text[512];
    int count = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    /* An answer fits into the socket's buffer; if not, the other side does not read and has lost its connection. */
    if (send(descriptor, text, (size_t)count, MSG_NOSIGNAL | MSG_DONTWAIT) != count) shutdown(descriptor, SHUT_RDWR);
}

static void answer_counts(int descriptor) {
    char body[256];
    snprintf(body, sizeof body,
             "{\"notifications\": %ld, \"alerts\": %ld, \"groups\": %ld, \"first\": %.6f, \"last\": %.6f}\n",
             notifications, alerts, groups, first, last);
    answer(descriptor, body);
}

/* Takes one whole request off the front. 0: it is not whole yet. -1: it is none. */
static int take_request(struct connection *connection) {
    connection->bytes[connection->count] = 0;
    char *end = strstr(connection->bytes, "\r\n\r\n");
    if (!end) return 0;
    char *length = strcasestr(connection->bytes, "\r\ncontent-length:");
    size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    size_t head = (size_t)(end + 4 - connection->bytes);
    if (body > MAXIMUM_REQUEST) return -1;
    if (connection->count < head + body) return 0;
    if (!strncmp(connection->bytes, "GET /counts ", 12)) {
        answer_counts(connection->descriptor);
    } else {
        count_notification(end + 4, body);
        answer(connection->descriptor, "");
    }
    connection->count -= head + body;
    memmove(connection->bytes, connection->bytes + head + body, connection->count);
    return 1;
}

static void forget(struct connection *connection) {
    close(connection->descriptor);
    free(connection->bytes);
    free(connection);
}

static void serve(struct connection *connection) {
    if (connection->capacity - connection->count < 1 << 14) {
        connection->capacity = connection->capacity * 2 + (1 << 15);
        connection->bytes = realloc(connection->bytes, connection->capacity);
        if (!connection->bytes) fail("sink: memory");
    }
    char *free_space = connection->bytes + connection->count;
    ssize_t got = recv(connection->descriptor, free_space, connection->capacity - connection->count - 1, MSG_DONTWAIT);
    if (got <= 0 || connection->count + (size_t)got > MAXIMUM_REQUEST + (1 << 16)) {
        forget(connection);
        return;
    }
    connection->count += (size_t)got;
    int taken;
    while ((taken = take_request(connection)) > 0) {}
    if (taken < 0) forget(connection);
}

/* --- Sockets --------------------------------------------------------------------------------------------------- */

static int listen_on_loopback(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 8192)) fail("sink: listen");
    if (getsockname(listener, (struct sockaddr *)&address, &size)) fail("sink: port");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);

    int listener = listen_on_loopback(), poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, ready[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poll, ready, 256, -1);
        for (int index = 0; index < count; index++) {
            if (ready[index].data.ptr) {
                serve(ready[index].data.ptr);
                continue;
            }
            int descriptor = accept(listener, NULL, NULL);
            if (descriptor < 0) continue;
            struct connection *connection = calloc(1, sizeof *connection);
            if (!connection) fail("sink: memory");
            connection->descriptor = descriptor;
            event.data.ptr = connection;
            epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
        }
    }
}
