/*
 * A sender of alerts, as Prometheus is one: posts batches over a few kept connections, or reads a path a few times,
 * and prints one line of JSON about it. Each connection is a thread that blocks; nothing in it is clever, so that it
 * costs the machine little beside the server that is measured.
 *
 *   load post PORT ALERTS PER_GROUP BATCH CONNECTIONS REQUESTS PER_SECOND STARTS_AT
 *   load get  PORT TIMES PATH
 *
 * All traffic is to 127.0.0.1. PER_SECOND 0 means as fast as the answers come; otherwise a request counts from the
 * time at which it was due, whether or not a connection was free then. STARTS_AT is in milliseconds since 1970.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* A server that has not answered for this long is broken, not slow. */
enum { PATIENCE_SECONDS = 60, MAXIMUM_REQUESTS = 1 << 20, MAXIMUM_CONNECTIONS = 256 };

static int port;
static double began;

static void fail(const char *what) {
    fprintf(stderr, "load: %s\n", what);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void sleep_until(double due) {
    struct timespec time = {.tv_sec = (time_t)due, .tv_nsec = (long)((due - (time_t)due) * 1e9)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

/* --- Text ------------------------------------------------------------------------------------------------------ */

struct text {
    char *bytes;
    size_t count, capacity;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...) {
    char piece[2048];
    va_list arguments;
    va_start(arguments, format);
    size_t count = (size_t)vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    if (count >= sizeof piece) fail("a piece of text is too long");
    if (text->count + count > text->capacity) {
        text->capacity = (text->count + count) * 2;
        text->bytes = realloc(text->bytes, text->capacity);
        if (!text->bytes) fail("no memory");
    }
    memcpy(text->bytes + text->count, piece, count);
    text->count += count;
}

static void add_time(struct text *text, const char *name, long long milliseconds) {
    time_t seconds = milliseconds / 1000;
    struct tm fields;
    char date[32];
    gmtime_r(&seconds, &fields);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &fields);
    add(text, "\"%s\":\"%s.%03dZ\",", name, date, (int)(milliseconds % 1000));
}

/* --- Alerts ---------------------------------------------------------------------------------------------------- */

/* Eight labels, three annotations and a link: about 650 bytes, as the rules of a cluster of GPUs give them. */
static void add_alert(struct text *body, int number, int per_group, long long starts_at, long long ends_at) {
    int group = number / per_group;
    add(body, "{");
    add_time(body, "startsAt", starts_at);
    add_time(body, "endsAt", ends_at);
    add(body, "\"generatorURL\":\"http://prometheus.example:9090/graph?g0.expr=DCGM_FI_DEV_GPU_TEMP%%3E90\",");
    add(body, "\"labels\":{\"alertname\":\"GPUTooHot%d\",\"cluster\":\"train-%d\",\"service\":\"job-%d\",", group % 10,
        group % 7, group);
    add(body, "\"instance\":\"node-%05d.example:9400\",\"gpu\":\"%d\",\"job\":\"dcgm-exporter\",", number, number % 8);
    add(body, "\"severity\":\"%s\",\"team\":\"platform-%d\"},", number % 3 ? "warning" : "critical", group % 5);
    add(body, "\"annotations\":{\"summary\":\"GPU %d of node-%05d has been hotter than 90 degrees\",", number % 8,
        number);
    add(body, "\"description\":\"The work on it has slowed down. Look at its fans and its neighbours.\",");
    add(body, "\"runbook_url\":\"https://runbooks.example/gpu/too-hot\"}}");
}

/* The batches of the alerts, as whole requests. Neighbours are of different groups, as in life: the numbers go round
   the groups rather than through them. */
static struct text *make_requests(int alerts, int per_group, int batch, long long starts_at, int *count) {
    struct timeval wall;
    gettimeofday(&wall, NULL);
    long long ends_at = wall.tv_sec * 1000LL + wall.tv_usec / 1000 + 3600 * 1000LL;
    int groups = alerts / per_group;
    *count = (alerts + batch - 1) / batch;
    struct text *requests = calloc((size_t)*count, sizeof *requests);
    struct text body = {0};
    for (int request = 0; request < *count; request++) {
        body.count = 0;
        for (int place = request * batch; place < (request + 1) * batch && place < alerts; place++) {
            int number = place % groups * per_group + place / groups;
            add(&body, "%s", place == request * batch ? "[" : ",");
            add_alert(&body, number, per_group, starts_at, ends_at);
        }
        add(&body, "]");
        add(&requests[request], "POST /api/v2/alerts HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", port);
        add(&requests[request], "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", body.count);
        size_t head = requests[request].count;
        requests[request].bytes = realloc(requests[request].bytes, head + body.count);
        if (!requests[request].bytes) fail("no memory");
        memcpy(requests[request].bytes + head, body.bytes, body.count);
        requests[request].count = head + body.count;
    }
    free(body.bytes);
    return requests;
}

/* --- HTTP ------------------------------------------------------------------------------------------------------ */

static int dial(void) {
    int yes = 1, connection = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(connection, (struct sockaddr *)&address, sizeof address)) fail("cannot connect to the server");
    return connection;
}

static void send_all(int connection, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(connection, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) fail("the server has closed the connection");
        bytes += sent;
        count -= (size_t)sent;
    }
}

/* Reads one answer with a Content-Length, which is how both servers answer a POST. */
static int read_answer(int connection) {
    char buffer[8192];
    size_t count = 0;
    char *end = NULL;
    while (!end) {
        ssize_t got = recv(connection, buffer + count, sizeof buffer - 1 - count, 0);
        if (got <= 0) fail("no answer to a POST");
        count += (size_t)got;
        buffer[count] = 0;
        end = strstr(buffer, "\r\n\r\n");
        if (!end && count == sizeof buffer - 1) fail("the head of an answer is too long");
    }
    char *length = strcasestr(buffer, "\r\ncontent-length:");
    size_t rest = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    size_t have = count - (size_t)(end + 4 - buffer);
    while (have < rest) {
        ssize_t got = recv(connection, buffer, sizeof buffer, 0);
        if (got <= 0) fail("an answer breaks off");
        have += (size_t)got;
    }
    return atoi(buffer + 9);
}

/* --- Posting --------------------------------------------------------------------------------------------------- */

static struct text *requests;
static int request_count, total;
static double per_second;
static atomic_int next_request, refused;
static double *latencies;

static void *post_in_turn(void *unused) {
    (void)unused;
    int connection = dial();
    for (;;) {
        int number = atomic_fetch_add(&next_request, 1);
        if (number >= total) break;
        double start = now();
        if (per_second > 0) {
            start = began + number / per_second;
            sleep_until(start);
        }
        struct text *request = &requests[number % request_count];
        send_all(connection, request->bytes, request->count);
        if (read_answer(connection) != 200) atomic_fetch_add(&refused, 1);
        latencies[number] = now() - start;
    }
    close(connection);
    return NULL;
}

static int compare(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void report(int count, size_t bytes, long alerts) {
    double seconds = now() - began;
    qsort(latencies, (size_t)count, sizeof *latencies, compare);
    printf("{\"requests\": %d, \"refused\": %d, \"seconds\": %.6f, ", count, refused, seconds);
    printf("\"bytes\": %zu, \"alerts\": %ld, ", bytes, alerts);
    printf("\"p50_ms\": %.4f, \"p99_ms\": %.4f, \"max_ms\": %.4f}\n", latencies[count / 2] * 1e3,
           latencies[(long)count * 99 / 100] * 1e3, latencies[count - 1] * 1e3);
}

static void post(char **arguments) {
    int alerts = atoi(arguments[0]), per_group = atoi(arguments[1]), batch = atoi(arguments[2]);
    int connections = atoi(arguments[3]);
    total = atoi(arguments[4]);
    per_second = atof(arguments[5]);
    if (alerts < 1 || per_group < 1 || alerts % per_group || batch < 1 || total < 1 || total > MAXIMUM_REQUESTS ||
        connections < 1 || connections > MAXIMUM_CONNECTIONS)
        fail("a number is out of range");
    requests = make_requests(alerts, per_group, batch, atoll(arguments[6]), &request_count);
    latencies = calloc((size_t)total, sizeof *latencies);
    pthread_t threads[MAXIMUM_CONNECTIONS];
    began = now();
    for (int index = 0; index < connections; index++) {
        if (pthread_create(&threads[index], NULL, post_in_turn, NULL)) fail("no thread");
    }
    for (int index = 0; index < connections; index++) pthread_join(threads[index], NULL);
    report(total, 0, 0);
}

/* --- Reading --------------------------------------------------------------------------------------------------- */

static const char mark[] = "\"fingerprint\":";
enum { MARK = sizeof mark - 1 };

static long count_marks(const char *bytes, size_t count) {
    long marks = 0;
    const char *place = bytes, *end = bytes + count;
    while ((place = memmem(place, (size_t)(end - place), mark, MARK))) {
        marks++;
        place += MARK;
    }
    return marks;
}

/* Reads one answer until the connection is closed and counts the alerts in it. The request is of HTTP/1.0, so that no
   chunk's edge can fall into a mark. */
static int read_list(int connection, size_t *bytes, long *alerts) {
    static char buffer[1 << 18];
    size_t kept = 0;
    int status = 0;
    ssize_t got;
    *bytes = 0;
    *alerts = 0;
    while ((got = recv(connection, buffer + kept, sizeof buffer - 1 - kept, 0)) > 0) {
        size_t count = kept + (size_t)got;
        buffer[count] = 0;
        if (*bytes == 0 && got > 12) status = atoi(buffer + 9);
        *bytes += (size_t)got;
        *alerts += count_marks(buffer, count);
        /* A mark may begin in the last bytes, and is whole only with the next; it is too short to be in both. */
        kept = count < MARK - 1 ? count : MARK - 1;
        memmove(buffer, buffer + count - kept, kept);
    }
    if (got < 0) fail("an answer breaks off");
    return status;
}

static void get(int times, const char *path) {
    size_t bytes = 0;
    long alerts = 0;
    struct text request = {0};
    if (times < 1 || times > MAXIMUM_REQUESTS) fail("a number is out of range");
    add(&request, "GET %s HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n", path, port);
    latencies = calloc((size_t)times, sizeof *latencies);
    began = now();
    for (int index = 0; index < times; index++) {
        double start = now();
        int connection = dial();
        send_all(connection, request.bytes, request.count);
        if (read_list(connection, &bytes, &alerts) != 200) refused++;
        latencies[index] = now() - start;
        close(connection);
    }
    report(times, bytes, alerts);
}

int main(int count, char **arguments) {
    signal(SIGPIPE, SIG_IGN);
    if (count > 2) port = atoi(arguments[2]);
    if (count == 10 && !strcmp(arguments[1], "post")) {
        post(arguments + 3);
    } else if (count == 5 && !strcmp(arguments[1], "get")) {
        get(atoi(arguments[3]), arguments[4]);
    } else {
        fail("see the head of load.c for its arguments");
    }
    return 0;
}
