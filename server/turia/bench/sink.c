/* The far end of media benches: thousands of lines that read all that comes and say when it came.

   Lean, so that the load generator is not what saturates: one thread, epoll, no allocation per message, payloads are
   skipped. Told by messages on a socket (one end of a sequenced-packet pair, its descriptor is the argument), the first byte is
   the order, each is answered:

     W  descriptors of WebSockets that get media frames        w  the same, not counted among those who should
     T  of lines whose bytes are counted only (TLS)            U  of UDP sockets that get RTP
     Z  forget what was counted                                R  report, as JSON

   A delay is the time of receipt minus the time in a frame: of ours the head's (microseconds of CLOCK_MONOTONIC, 48
   bits), of RTP the eight bytes after MAGIC, which the sender repeats all over the payload. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_DESCRIPTORS 200
#define BUCKET_US 100
#define BUCKETS 100000 /* 10 s */
#define HEAD_ROOM 64   /* of a message: its WebSocket head, the packet's beginning and the frame's head */
#define READ_BYTES 262144
#define PACKETS 64
#define PACKET_BYTES 2048
#define CLOCK_MASK ((UINT64_C(1) << 48) - 1)

static const uint8_t EVENT[] = {0x83, 0xa4, 't', 'y', 'p', 'e', 2, 0xa4, 'd', 'a', 't', 'a', 0x92, 0xa1, 'm'};
static const uint8_t MAGIC[] = {'T', 'u', 'r', 'i', 'a', 'R', 'T', 'P'};
static const uint8_t PONG[] = {0x81, 0x81, 0, 0, 0, 0, '3'};

struct line {
    int fd;
    char kind;
    int open;
    uint8_t head[HEAD_ROOM];
    size_t have;
    uint64_t skip;
    uint64_t frames;
    struct line *next;
};

static struct line *lines;
static uint64_t delays[BUCKETS + 1], frames, others, bytes, reads, timed, pongs, latest_us, sum_us;
static int control, epoll_fd;
static double cpu_before;

static double cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static uint64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static uint64_t little(const uint8_t *at, int count) {
    uint64_t value = 0;
    for (int i = count - 1; i >= 0; i--) value = value << 8 | at[i];
    return value;
}

static void note(uint64_t sent, uint64_t now) {
    uint64_t took = (now - sent) & CLOCK_MASK;
    if (took > CLOCK_MASK / 2) took = 0; /* a hair before: clocks of two cores */
    uint64_t bucket = took / BUCKET_US;
    delays[bucket < BUCKETS ? bucket : BUCKETS]++;
    if (took > latest_us) latest_us = took;
    sum_us += took;
    timed++;
}

/* Bytes of the WebSocket head at `head`, 0 while it is not whole; `size`: of its payload. */
static size_t web_socket(const uint8_t *head, size_t have, uint64_t *size) {
    if (have < 2) return 0;
    uint8_t length = head[1] & 0x7f;
    size_t whole = length < 126 ? 2 : length == 126 ? 4 : 10;
    if (have < whole) return 0;
    *size = length;
    if (length >= 126) {
        *size = 0;
        for (size_t i = 2; i < whole; i++) *size = *size << 8 | head[i];
    }
    return whole;
}

static void message(struct line *line, const uint8_t *payload, size_t have, uint8_t opcode, uint64_t now) {
    if (opcode == 2 && have >= sizeof EVENT + 24 && !memcmp(payload, EVENT, sizeof EVENT)) {
        const uint8_t *argument = payload + sizeof EVENT;
        note(little(argument + (argument[0] == 0xc4 ? 2 : 3) + 14, 6), now);
        frames++;
        line->frames++;
        return;
    }
    others++;
    if (opcode == 1 && have == 1 && payload[0] == '2') {
        send(line->fd, PONG, sizeof PONG, MSG_DONTWAIT | MSG_NOSIGNAL);
        pongs++;
    }
}

static void parse(struct line *line, const uint8_t *at, size_t count, uint64_t now) {
    while (count) {
        if (line->skip) {
            size_t some = line->skip < count ? line->skip : count;
            line->skip -= some, at += some, count -= some;
            continue;
        }
        line->head[line->have++] = *at++, count--;
        uint64_t size = 0;
        size_t first = web_socket(line->head, line->have, &size);
        if (!first) continue;
        size_t looked = size < HEAD_ROOM - 10 ? size : HEAD_ROOM - 10;
        size_t missing = first + looked - line->have;
        size_t some = missing < count ? missing : count;
        memcpy(line->head + line->have, at, some);
        line->have += some, at += some, count -= some;
        if (line->have < first + looked) continue;
        message(line, line->head + first, looked, line->head[0] & 0x0f, now);
        line->skip = size - looked;
        line->have = 0;
    }
}

static void shut(struct line *line) {
    epoll_ctl(epoll_fd, EPOLL_CTL_DEL, line->fd, NULL);
    close(line->fd);
    line->open = 0;
}

static void read_stream(struct line *line) {
    static uint8_t buffer[READ_BYTES];
    ssize_t got = recv(line->fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) shut(line);
        return;
    }
    reads++;
    bytes += got;
    if (line->kind != 'T') parse(line, buffer, got, now_us());
}

static void read_packets(struct line *line) {
    static uint8_t buffers[PACKETS][PACKET_BYTES];
    struct mmsghdr messages[PACKETS] = {0};
    struct iovec parts[PACKETS];
    for (int i = 0; i < PACKETS; i++) {
        parts[i] = (struct iovec){buffers[i], PACKET_BYTES};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    int got = recvmmsg(line->fd, messages, PACKETS, MSG_DONTWAIT, NULL);
    uint64_t now = now_us();
    reads += got > 0;
    for (int i = 0; i < got; i++) {
        size_t size = messages[i].msg_len;
        bytes += size;
        frames++;
        line->frames++;
        const uint8_t *found = memmem(buffers[i], size < HEAD_ROOM ? size : HEAD_ROOM, MAGIC, sizeof MAGIC);
        if (found && found + sizeof MAGIC + 8 <= buffers[i] + size) note(little(found + sizeof MAGIC, 8), now);
    }
}

static void forget(void) {
    memset(delays, 0, sizeof delays);
    frames = others = bytes = reads = timed = pongs = latest_us = sum_us = 0;
    for (struct line *line = lines; line; line = line->next) line->frames = 0;
    cpu_before = cpu();
}

/* Milliseconds that `share` of all delays are at most, -1 when there are none. */
static double quantile(double share) {
    uint64_t upto = (uint64_t)(share * timed), seen = 0;
    for (int bucket = 0; bucket <= BUCKETS; bucket++) {
        seen += delays[bucket];
        if (timed && seen > upto) return (bucket + 1) * BUCKET_US / 1000.0;
    }
    return timed ? latest_us / 1000.0 : -1;
}

static void report(void) {
    uint64_t least = UINT64_MAX, most = 0;
    int all = 0, open = 0;
    for (struct line *line = lines; line; line = line->next) {
        all++, open += line->open;
        if (line->kind == 'w' || line->kind == 'T') continue;
        if (line->frames < least) least = line->frames;
        if (line->frames > most) most = line->frames;
    }
    char text[1024];
    int size = snprintf(text, sizeof text,
        "{\"lines\":%d,\"open\":%d,\"frames\":%llu,\"others\":%llu,\"bytes\":%llu,\"reads\":%llu,\"timed\":%llu,"
        "\"pongs\":%llu,\"least\":%llu,\"most\":%llu,\"mean_ms\":%.3f,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.3f,"
        "\"cpu_s\":%.4f}",
        all, open, (unsigned long long)frames, (unsigned long long)others, (unsigned long long)bytes,
        (unsigned long long)reads, (unsigned long long)timed, (unsigned long long)pongs,
        (unsigned long long)(least == UINT64_MAX ? 0 : least), (unsigned long long)most,
        timed ? sum_us / 1000.0 / timed : -1.0, quantile(0.5), quantile(0.99), latest_us / 1000.0, cpu() - cpu_before);
    send(control, text, size, MSG_NOSIGNAL);
}

static void add(char kind, struct cmsghdr *with) {
    int count = (with->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (int i = 0; i < count; i++) {
        struct line *line = calloc(1, sizeof *line);
        if (!line) exit(1);
        memcpy(&line->fd, CMSG_DATA(with) + i * sizeof(int), sizeof(int));
        line->kind = kind, line->open = 1, line->next = lines;
        lines = line;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, line->fd, &event);
    }
}

static void obey(void) {
    char order[16], with[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
    struct iovec part = {order, sizeof order};
    struct msghdr told = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = with, .msg_controllen = sizeof with};
    if (recvmsg(control, &told, 0) <= 0) exit(0);
    struct cmsghdr *first = CMSG_FIRSTHDR(&told);
    if (order[0] == 'Z') forget();
    else if (order[0] == 'R') { report(); return; }
    else if (first && strchr("WwTU", order[0])) add(order[0], first);
    send(control, "{}", 2, MSG_NOSIGNAL);
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments != 2) return 2;
    control = atoi(arguments[1]);
    epoll_fd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, ready[256];
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, control, &event);
    for (;;) {
        int count = epoll_wait(epoll_fd, ready, 256, -1);
        for (int i = 0; i < count; i++) {
            struct line *line = ready[i].data.ptr;
            if (!line) obey();
            else if (line->open && line->kind == 'U') read_packets(line);
            else if (line->open) read_stream(line);
        }
    }
}
