/* own_loop ADDRESS#PORT NAME...: a program with an event loop of its own, here
 * poll(), around the pure core: no libuv, no callback, no hidden socket or
 * clock.  It asks for the A records of all names at once and prints them.
 *
 * The core's header is private, since it may change: a program like this one
 * takes in the source tree with add_subdirectory() and links stubdns_resolver.
 */
#include "resolver/core.h"
#include "stubdns/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATHS_MAX 64

/* One socket a path; both arrays have their lines in the same order. */
struct loop {
  struct stubdns__core *core;
  struct pollfd sockets[PATHS_MAX];
  struct stubdns__path *paths[PATHS_MAX];
  nfds_t count;
};

static void *allocate(void *data, size_t size) {
  (void)data;
  return malloc(size);
}

static void release(void *data, void *memory) {
  (void)data;
  free(memory);
}

static int draw(void *data, uint8_t *octets, size_t length) {
  (void)data;
  return getrandom(octets, length, 0) != (ssize_t)length;
}

static uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int connect_to(const stubdns_address_t *address) {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } to = {0};
  const int is_v4 = address->length == 4;
  if (is_v4) {
    to.v4.sin_family = AF_INET;
    to.v4.sin_port = htons(address->port);
    memcpy(&to.v4.sin_addr, address->octets, 4);
  } else {
    to.v6.sin6_family = AF_INET6;
    to.v6.sin6_port = htons(address->port);
    to.v6.sin6_scope_id = address->scope_id;
    memcpy(&to.v6.sin6_addr, address->octets, 16);
  }
  const int descriptor =
      socket(to.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  if (!connect(descriptor, &to.any, is_v4 ? sizeof to.v4 : sizeof to.v6))
    return descriptor;
  const int saved = errno;
  close(descriptor);
  errno = saved;
  return -1;
}

static enum stubdns__trouble trouble_of(int number) {
  if (number == ECONNREFUSED) return STUBDNS__TROUBLE_REFUSED;
  if (number == EMFILE || number == ENFILE)
    return STUBDNS__TROUBLE_NO_DESCRIPTORS;
  if (number == ENOMEM || number == ENOBUFS) return STUBDNS__TROUBLE_NO_MEMORY;
  return STUBDNS__TROUBLE_UNREACHABLE;
}

/* There is no TCP here: a truncated message is handed out as such. */
static void open_path(struct loop *loop, struct stubdns__path *path) {
  int descriptor = -1;
  errno = path->protocol == STUBDNS__UDP ? EMFILE : EPROTONOSUPPORT;
  if (path->protocol == STUBDNS__UDP && loop->count < PATHS_MAX)
    descriptor = connect_to(&path->address);
  if (descriptor < 0) {
    stubdns__core_on_path_error(loop->core, path, trouble_of(errno), now_us());
    return;
  }
  path->transport = &loop->sockets[loop->count];
  loop->sockets[loop->count] = (struct pollfd){descriptor, POLLIN, 0};
  loop->paths[loop->count++] = path;
  stubdns__core_on_path_open(loop->core, path, 0, now_us());
}

/* The last line takes the place of the one that goes. */
static void close_path(struct loop *loop, struct stubdns__path *path) {
  struct pollfd *const gone = path->transport;
  const size_t index = (size_t)(gone - loop->sockets);
  close(gone->fd);
  *gone = loop->sockets[--loop->count];
  loop->paths[index] = loop->paths[loop->count];
  loop->paths[index]->transport = gone;
}

static void send_query(struct loop *loop,
                       const struct stubdns__action *action) {
  const struct pollfd *const socket = action->path->transport;
  if (send(socket->fd, action->octets, action->length, 0) < 0)
    stubdns__core_on_path_error(loop->core, action->path, trouble_of(errno),
                                now_us());
}

static void print(const struct stubdns__action *action) {
  const stubdns_message_t *const message = action->answer->message;
  char text[4096];
  if (action->status)
    printf(";; %s: %s\n", (const char *)action->user,
           stubdns_error_text(action->status));
  if (!message) return;
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record))
    if (!stubdns_record_to_text(&record, 0, text, sizeof text, NULL))
      puts(text);
}

static void perform_all(struct loop *loop) {
  struct stubdns__action action;
  while (stubdns__core_next_action(loop->core, &action)) {
    switch (action.kind) {
    case STUBDNS__OPEN:
      open_path(loop, action.path);
      break;
    case STUBDNS__SEND:
      send_query(loop, &action);
      break;
    case STUBDNS__CLOSE:
      close_path(loop, action.path);
      break;
    case STUBDNS__COMPLETE:
      print(&action);
      break;
    }
  }
}

/* Closing paths moves the lines behind: those not yet looked at stay readable,
 * and the next turn comes back to them. */
static void receive_all(struct loop *loop) {
  static uint8_t octets[STUBDNS_MESSAGE_MAX];
  for (nfds_t i = 0; i < loop->count; i++) {
    struct stubdns__path *const path = loop->paths[i];
    if (!loop->sockets[i].revents) continue;
    const ssize_t length = recv(loop->sockets[i].fd, octets, sizeof octets, 0);
    if (length >= 0)
      stubdns__core_on_datagram(loop->core, path, octets, (size_t)length,
                                now_us());
    else if (errno != EAGAIN)
      stubdns__core_on_path_error(loop->core, path, trouble_of(errno),
                                  now_us());
    perform_all(loop);
  }
}

/* In milliseconds, rounded up: waking early would be in vain. */
static int time_left_ms(const struct stubdns__core *core) {
  uint64_t deadline_us;
  const uint64_t now = now_us();
  if (!stubdns__core_deadline(core, &deadline_us)) return -1;
  return deadline_us <= now ? 0 : (int)((deadline_us - now + 999) / 1000);
}

static void run(struct loop *loop) {
  perform_all(loop);
  while (stubdns__core_lookup_count(loop->core)) {
    if (poll(loop->sockets, loop->count, time_left_ms(loop->core)) > 0)
      receive_all(loop);
    stubdns__core_on_time(loop->core, now_us());
    perform_all(loop);
  }
}

static void ask(struct loop *loop, char *name) {
  stubdns_question_t question = {.type = STUBDNS_TYPE_A,
                                 .class_ = STUBDNS_CLASS_IN};
  struct stubdns__request *request; /* for stubdns__core_cancel() */
  int error = stubdns_name_from_text(&question.name, name, strlen(name));
  if (!error)
    error = stubdns__core_start(loop->core, &question, NULL, name, now_us(),
                                &request);
  if (error) printf(";; %s: %s\n", name, stubdns_error_text(error));
}

int main(int argc, char **argv) {
  static struct loop loop;
  const struct stubdns__hooks hooks = {
      .allocate = allocate, .release = release, .random = draw};
  stubdns_address_t server;
  if (argc < 3 || stubdns_address_from_text(&server, argv[1], strlen(argv[1])))
    return fputs("usage: own_loop ADDRESS#PORT NAME...\n", stderr), 1;
  if (stubdns__core_create(&hooks, NULL, &loop.core) ||
      stubdns__core_add_server(loop.core, &server))
    return 1;
  for (int i = 2; i < argc; i++)
    ask(&loop, argv[i]);
  run(&loop);
  stubdns__core_close(loop.core, now_us());
  perform_all(&loop);
  stubdns__core_destroy(loop.core);
  return 0;
}
