/* The server of a scenario over real sockets.  What a query gets is said by the
 * scenario; here it is sent, when it is due and from where it says. */
#include "support/scenario.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX 2 /* octets of length before a message over TCP */
#define PORT_ATTEMPTS 100
#define BACKLOG 16

/* Whoever sent a query: over UDP an address, else a stream. */
struct asker {
  struct asker *next;
  struct sockaddr_in address;
  struct asker_stream *stream;
};

struct asker_stream {
  uv_tcp_t tcp; /* first: libuv hands it back */
  struct asker_stream *next;
  struct scenario *scenario;
  struct asker asker;
  size_t length;
  uint8_t octets[PREFIX + STUBDNS_MESSAGE_MAX];
};

struct writing {
  uv_write_t request;
  uint8_t octets[];
};

static uint64_t now_us(void) {
  return uv_hrtime() / 1000;
}

static void on_stream_closed(uv_handle_t *handle) {
  free(handle->data);
}

/* No packet may go there any more. */
static void end_stream(struct asker_stream *stream, int is_broken) {
  struct asker_stream **link = &stream->scenario->streams;
  while (*link != stream)
    link = &(*link)->next;
  *link = stream->next;
  stubdns__way_forget(&stream->scenario->way, &stream->asker);
  if (!is_broken || uv_tcp_close_reset(&stream->tcp, on_stream_closed))
    uv_close((uv_handle_t *)&stream->tcp, on_stream_closed);
}

static void on_written(uv_write_t *request, int status) {
  (void)status; /* the client may be gone: that is its right */
  free(request->data);
}

static void write_stream(struct asker_stream *stream,
                         const struct stubdns__packet *packet) {
  const size_t prefix = packet->is_raw ? 0 : PREFIX;
  struct writing *const writing =
      malloc(sizeof *writing + prefix + packet->length);
  ck_assert_ptr_nonnull(writing);
  writing->request.data = writing;
  if (prefix) {
    writing->octets[0] = (uint8_t)(packet->length >> 8);
    writing->octets[1] = (uint8_t)packet->length;
  }
  memcpy(writing->octets + prefix, packet->octets, packet->length);
  const uv_buf_t buffer =
      uv_buf_init((char *)writing->octets, (unsigned)(prefix + packet->length));
  if (uv_write(&writing->request, (uv_stream_t *)&stream->tcp, &buffer, 1,
               on_written))
    free(writing);
}

static void send_datagram(struct scenario *s, const struct asker *to,
                          struct stubdns__packet *packet) {
  const uv_buf_t buffer =
      uv_buf_init((char *)packet->octets, (unsigned)packet->length);
  (void)uv_udp_try_send(&s->sockets[packet->origin], &buffer, 1,
                        (const struct sockaddr *)&to->address);
}

/* Nobody but the kernel can say that a port of UDP is shut. */
static void deliver(struct scenario *s, struct stubdns__packet *packet) {
  const struct asker *const to = packet->to;
  if (!to->stream && !packet->error)
    send_datagram(s, to, packet);
  else if (to->stream && packet->error)
    end_stream(to->stream, packet->error == STUBDNS_EREFUSED);
  else if (to->stream)
    write_stream(to->stream, packet);
}

static void on_timer(uv_timer_t *timer);

/* So many in a turn of the loop, which is the client's as well: it could not
 * read more before its buffers overflow. */
#define DELIVERIES_MAX 8

static void deliver_due(struct scenario *s) {
  for (unsigned i = 0;
       i < DELIVERIES_MAX && stubdns__way_due_us(&s->way) <= now_us(); i++) {
    struct stubdns__packet *const packet = stubdns__way_take(&s->way);
    deliver(s, packet);
    free(packet);
  }
  const uint64_t due_us = stubdns__way_due_us(&s->way);
  const uint64_t time_us = now_us();
  if (due_us == UINT64_MAX) return;
  uv_update_time(s->timer.loop);
  uv_timer_start(&s->timer, on_timer,
                 due_us > time_us ? (due_us - time_us + 999) / 1000 : 0, 0);
}

static void on_timer(uv_timer_t *timer) {
  deliver_due(timer->data);
}

static void tell_query(struct scenario *s, const struct stubdns__asking *a) {
  struct stubdns__received query;
  unsigned rcode;
  s->query_count++;
  if (s->on_query &&
      stubdns__query_read(&query, a->octets, a->length, a->is_tcp, &rcode) ==
          STUBDNS_REPLAY_RECORDED)
    s->on_query(s->data, &query, s->query_count);
}

static void take_query(struct scenario *s, struct asker *from,
                       const uint8_t *octets, size_t length) {
  const struct stubdns__asking asking = {
      .to = from,
      .octets = octets,
      .length = length,
      .is_tcp = from->stream != NULL,
      .server = 1,
      .now_us = now_us(),
  };
  tell_query(s, &asking);
  ck_assert_int_ge(stubdns__way_ask(&s->way, &asking), 0);
  deliver_due(s);
}

static uint8_t datagram[STUBDNS_MESSAGE_MAX];

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
  (void)handle;
  (void)size;
  *buffer = uv_buf_init((char *)datagram, sizeof datagram);
}

static void on_datagram(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                        const struct sockaddr *from, unsigned flags) {
  struct scenario *const s = udp->data;
  (void)buffer;
  (void)flags;
  if (length <= 0 || !from) return;
  struct asker *const asker = calloc(1, sizeof *asker);
  ck_assert_ptr_nonnull(asker);
  memcpy(&asker->address, from, sizeof asker->address);
  asker->next = s->askers;
  s->askers = asker;
  take_query(s, asker, datagram, (size_t)length);
}

static void on_stream_allocate(uv_handle_t *handle, size_t size,
                               uv_buf_t *buffer) {
  struct asker_stream *const stream = handle->data;
  (void)size;
  *buffer = uv_buf_init((char *)stream->octets + stream->length,
                        (unsigned)(sizeof stream->octets - stream->length));
}

/* Any query may end the stream, which lives until the loop turns. */
static void on_read(uv_stream_t *handle, ssize_t length,
                    const uv_buf_t *buffer) {
  struct asker_stream *const stream = handle->data;
  (void)buffer;
  if (length < 0) {
    end_stream(stream, 0);
    return;
  }
  stream->length += (size_t)length;
  size_t offset = 0;
  while (stream->length - offset >= PREFIX &&
         !uv_is_closing((uv_handle_t *)handle)) {
    const uint8_t *const octets = stream->octets + offset;
    const size_t size = (size_t)octets[0] << 8 | octets[1];
    if (stream->length - offset - PREFIX < size) break;
    take_query(stream->scenario, &stream->asker, octets + PREFIX, size);
    offset += PREFIX + size;
  }
  stream->length -= offset;
  memmove(stream->octets, stream->octets + offset, stream->length);
}

static void on_connection(uv_stream_t *listener, int status) {
  struct scenario *const s = listener->data;
  struct asker_stream *const stream = calloc(1, sizeof *stream);
  ck_assert_int_eq(status, 0);
  ck_assert_ptr_nonnull(stream);
  ck_assert_int_eq(uv_tcp_init(listener->loop, &stream->tcp), 0);
  uv_unref((uv_handle_t *)&stream->tcp);
  stream->tcp.data = stream;
  stream->scenario = s;
  stream->asker.stream = stream;
  stream->next = s->streams;
  s->streams = stream;
  ck_assert_int_eq(uv_accept(listener, (uv_stream_t *)&stream->tcp), 0);
  uv_tcp_nodelay(&stream->tcp, 1);
  uv_read_start((uv_stream_t *)&stream->tcp, on_stream_allocate, on_read);
}

static struct sockaddr_in loopback(uint8_t host, uint16_t port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(0x7f000000u + host);
  address.sin_port = htons(port);
  return address;
}

static int bind_udp(uv_udp_t *udp, uint8_t host, uint16_t port) {
  const struct sockaddr_in address = loopback(host, port);
  return uv_udp_bind(udp, (const struct sockaddr *)&address, 0);
}

/* A port that is free for TCP may be taken for UDP, or at the other address. */
static int bind_all(struct scenario *s) {
  struct sockaddr_in address = loopback(1, 0);
  int length = sizeof address;
  ck_assert_int_eq(
      uv_tcp_bind(&s->listener, (const struct sockaddr *)&address, 0), 0);
  uv_tcp_getsockname(&s->listener, (struct sockaddr *)&address, &length);
  const uint16_t port = ntohs(address.sin_port);
  s->address = (stubdns_address_t){4, {127, 0, 0, 1}, port, 0};
  int error = bind_udp(&s->sockets[STUBDNS__FROM_OTHER_PORT], 1, 0);
  if (!error) error = bind_udp(&s->sockets[STUBDNS__FROM_SERVER], 1, port);
  if (!error)
    error = bind_udp(&s->sockets[STUBDNS__FROM_OTHER_ADDRESS], 2, port);
  return error ? error
               : uv_listen((uv_stream_t *)&s->listener, BACKLOG, on_connection);
}

static void open_sockets(struct scenario *s, uv_loop_t *loop) {
  for (int i = 0; i < 3; i++) {
    ck_assert_int_eq(uv_udp_init(loop, &s->sockets[i]), 0);
    s->sockets[i].data = s;
    uv_unref((uv_handle_t *)&s->sockets[i]);
  }
  ck_assert_int_eq(uv_tcp_init(loop, &s->listener), 0);
  s->listener.data = s;
  uv_unref((uv_handle_t *)&s->listener);
}

static void close_sockets(struct scenario *s) {
  for (int i = 0; i < 3; i++)
    uv_close((uv_handle_t *)&s->sockets[i], NULL);
  uv_close((uv_handle_t *)&s->listener, NULL);
}

static void load(stubdns_replay_t *replay, const char *path) {
  stubdns_problem_t problem = {0};
  stubdns_replay_init(replay);
  const int error = stubdns_replay_add_file(replay, path, &problem);
  ck_assert_msg(!error, "%s:%u: %s", path, problem.line, problem.sentence);
}

size_t scenario_count(const char *path) {
  stubdns_replay_t replay;
  load(&replay, path);
  const size_t count = stubdns_replay_scenario_count(&replay);
  stubdns_replay_free(&replay);
  return count;
}

/* A burst of queries waits there: as much as the system gives, or, to root,
 * more. */
static void widen(uv_udp_t *udp) {
  int size = 128 << 20;
  uv_os_fd_t descriptor;
  ck_assert_int_eq(uv_fileno((const uv_handle_t *)udp, &descriptor), 0);
  (void)uv_recv_buffer_size((uv_handle_t *)udp, &size);
#ifdef SO_RCVBUFFORCE
  (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
#endif
}

void scenario_open(struct scenario *s, uv_loop_t *loop, const char *path,
                   size_t index) {
  memset(s, 0, sizeof *s);
  load(&s->replay, path);
  stubdns_replay_choose(&s->replay, index);
  s->script = stubdns__script_need(&s->replay);
  stubdns__way_init(&s->way, &s->replay);
  open_sockets(s, loop);
  for (int i = 0; bind_all(s); i++) {
    ck_assert_int_lt(i, PORT_ATTEMPTS);
    close_sockets(s);
    uv_run(loop, UV_RUN_NOWAIT);
    open_sockets(s, loop);
  }
  uv_timer_init(loop, &s->timer);
  s->timer.data = s;
  uv_unref((uv_handle_t *)&s->timer);
  uv_udp_t *const udp = &s->sockets[STUBDNS__FROM_SERVER];
  widen(udp);
  ck_assert_int_eq(uv_udp_recv_start(udp, on_allocate, on_datagram), 0);
}

void scenario_close(struct scenario *s) {
  while (s->streams)
    end_stream(s->streams, 0);
  close_sockets(s);
  uv_close((uv_handle_t *)&s->timer, NULL);
}

void scenario_free(struct scenario *s) {
  stubdns__way_free(&s->way);
  while (s->askers) {
    struct asker *const next = s->askers->next;
    free(s->askers);
    s->askers = next;
  }
  stubdns_replay_free(&s->replay);
}
