/* The physical limit: a loop that reads what has come, puts a name before each line, and sends it on, with one system
 * call for each member and turn of the loop, whatever came for that member in that turn. It knows as much of the text
 * wire as the load speaks. It stores, checks, queues and announces nothing; who does not read fast enough stops it.
 *
 * It listens on a port of its own choice, which it prints.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_MEMBERS = 65536, MAX_ROOMS = 65536, MAX_NAME = 40, READ_BYTES = 65536, EVENTS = 1024, BUCKETS = 65536 };

struct buffer { char *data; size_t length, room; };

struct member {
    char name[MAX_NAME];
    size_t name_length;
    int room;                   /* an index of rooms; 0 is the lobby */
    struct buffer partial;      /* an unfinished line */
    struct buffer own;          /* what only this one hears in this turn */
    int is_open, next_named, waits;
    size_t said_from, said_to;  /* its own part of what its room hears in this turn */
};

struct room {
    char name[MAX_NAME];
    int *members;
    size_t count, space;
    struct buffer said;
    int waits;
};

static struct member members[MAX_MEMBERS];
static struct room rooms[MAX_ROOMS];
static int room_count = 1, named[BUCKETS], waiting_members[MAX_MEMBERS], waiting_rooms[MAX_ROOMS];
static size_t waiting_member_count, waiting_room_count;

static void add(struct buffer *buffer, const char *data, size_t length) {
    if (buffer->length + length > buffer->room) {
        buffer->room = 2 * (buffer->length + length);
        buffer->data = realloc(buffer->data, buffer->room);
        if (!buffer->data) abort();
    }
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
}

static unsigned hash(const char *name, size_t length) {
    unsigned value = 5381;
    for (size_t i = 0; i < length; i++) value = value * 33 + (unsigned char)name[i];
    return value % BUCKETS;
}

static int find(const char *name, size_t length) {
    int fd = named[hash(name, length)];
    while (fd && (members[fd].name_length != length || memcmp(members[fd].name, name, length))) fd = members[fd].next_named;
    return fd;
}

static void tell(int fd, const char *data, size_t length) {
    if (!members[fd].waits) {
        members[fd].waits = 1;
        waiting_members[waiting_member_count++] = fd;
    }
    add(&members[fd].own, data, length);
}

static void send_all(int fd, const char *data, size_t length) {
    while (length && members[fd].is_open) {
        ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);
        if (sent >= 0) {
            data += sent;
            length -= (size_t)sent;
        } else if (errno == EAGAIN) {
            struct pollfd full = {.fd = fd, .events = POLLOUT};
            poll(&full, 1, -1);
        } else {
            return;
        }
    }
}

static void move(int fd, const char *name, size_t length) {
    struct room *room;
    int index = name ? 1 : 0;
    while (name && index < room_count && (strlen(rooms[index].name) != length || memcmp(rooms[index].name, name, length)))
        index++;
    if (index == MAX_ROOMS) abort();
    if (index == room_count) memcpy(rooms[room_count++].name, name, length);
    room = &rooms[index];
    if (members[fd].is_open && members[fd].room != index) {
        struct room *old = &rooms[members[fd].room];
        size_t place = 0;
        while (place < old->count && old->members[place] != fd) place++;
        if (place < old->count) old->members[place] = old->members[--old->count];
    }
    members[fd].room = index;
    if (room->count == room->space) {
        room->space = 2 * room->space + 16;
        room->members = realloc(room->members, room->space * sizeof(int));
        if (!room->members) abort();
    }
    room->members[room->count++] = fd;
}

static void enter(int fd, const char *name, size_t length) {
    struct member *member = &members[fd];
    unsigned bucket = hash(name, length);
    memcpy(member->name, name, length);
    member->name_length = length;
    member->next_named = named[bucket];
    named[bucket] = fd;
    move(fd, NULL, 0);
    tell(fd, "server: welcome, ", 17);
    tell(fd, name, length);
    tell(fd, "\n", 1);
}

static void say(int fd, const char *line, size_t length) {
    struct member *member = &members[fd];
    struct room *room = &rooms[member->room];
    if (!room->waits) {
        room->waits = 1;
        waiting_rooms[waiting_room_count++] = member->room;
    }
    if (member->said_to == 0) member->said_from = room->said.length;
    add(&room->said, member->name, member->name_length);
    add(&room->said, " (in ", 5);
    add(&room->said, member->room ? room->name : "lobby", strlen(member->room ? room->name : "lobby"));
    add(&room->said, "): ", 3);
    add(&room->said, line, length);
    member->said_to = room->said.length;
}

/* `line` ends with its newline, and `length` counts it. */
static void obey(int fd, const char *line, size_t length) {
    const char *colon = memchr(line, ':', length);
    if (length > 16 && length < 16 + MAX_NAME && !memcmp(line, "server:register ", 16)) {
        enter(fd, line + 16, length - 17);
    } else if (length > 12 && length < 12 + MAX_NAME && !memcmp(line, "server:join ", 12)) {
        move(fd, line + 12, length - 13);
        tell(fd, "server: you are in ", 19);
        tell(fd, line + 12, length - 12);
    } else if (colon && members[fd].room == 0) {
        int to = find(line, (size_t)(colon - line));
        if (to) {
            tell(to, members[fd].name, members[fd].name_length);
            tell(to, ": ", 2);
            tell(to, colon + 1, length - (size_t)(colon + 1 - line));
        }
    } else {
        say(fd, line, length);
    }
}

static void leave(int fd) {
    struct member *member = &members[fd];
    struct room *room = &rooms[member->room];
    int *link = &named[hash(member->name, member->name_length)];
    while (*link && *link != fd) link = &members[*link].next_named;
    if (*link) *link = member->next_named;
    for (size_t place = 0; place < room->count; place++)
        if (room->members[place] == fd) room->members[place--] = room->members[--room->count];
    free(member->partial.data);
    free(member->own.data);
    memset(member, 0, sizeof *member);
    close(fd);
}

static void receive(int fd) {
    static char chunk[READ_BYTES];
    struct member *member = &members[fd];
    ssize_t length = recv(fd, chunk, sizeof chunk, 0);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
        leave(fd);
        return;
    }
    char *line = chunk, *end = chunk + length, *newline;
    while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
        if (member->partial.length) {
            add(&member->partial, line, (size_t)(newline + 1 - line));
            obey(fd, member->partial.data, member->partial.length);
            member->partial.length = 0;
        } else {
            obey(fd, line, (size_t)(newline + 1 - line));
        }
        line = newline + 1;
    }
    if (line < end) add(&member->partial, line, (size_t)(end - line));
}

/* Everybody but who said something hears all of it in one piece. */
static void flush(void) {
    for (size_t i = 0; i < waiting_room_count; i++) {
        struct room *room = &rooms[waiting_rooms[i]];
        for (size_t place = 0; place < room->count; place++) {
            int fd = room->members[place];
            struct member *member = &members[fd];
            send_all(fd, room->said.data, member->said_from);
            send_all(fd, room->said.data + member->said_to, room->said.length - member->said_to);
            member->said_from = member->said_to = 0;
        }
        room->said.length = 0;
        room->waits = 0;
    }
    for (size_t i = 0; i < waiting_member_count; i++) {
        struct member *member = &members[waiting_members[i]];
        send_all(waiting_members[i], member->own.data, member->own.length);
        member->own.length = 0;
        member->waits = 0;
    }
    waiting_room_count = waiting_member_count = 0;
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0), on = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS];
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)) return 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) {
                receive(fd);
                continue;
            }
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0 && fd < MAX_MEMBERS) {
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                members[fd].is_open = 1;
                event.data.fd = fd;
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            }
        }
        flush();
    }
}
