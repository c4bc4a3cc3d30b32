/* A misbehaving server on loopback. */
#include "support/responder.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A packet on its way. */
struct packet_later {
  uv_timer_t timer;
  struct packet_later *next; /* on its way, too */
  struct responder *responder;
  uv_udp_t *socket;
  struct sockaddr_in to;
  size_t length;
  uint8_t octets[];
};

static struct sockaddr_in loopback(void) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static void send_packet(uv_udp_t *socket, const struct sockaddr_in *to,
                        uint8_t *octets, size_t length) {
  const uv_buf_t buffer = uv_buf_init((char *)octets, (unsigned)length);
  const int sent =
      uv_udp_try_send(socket, &buffer, 1, (const struct sockaddr *)to);
  /* The client may be gone: that is its right. */
  ck_assert(sent >= 0 || sent == UV_ECONNREFUSED || sent == UV_EAGAIN);
}

static void on_later_closed(uv_handle_t *handle) {
  free(handle->data);
}

static void close_later(struct packet_later *later) {
  struct packet_later **link = &later->responder->on_their_way;
  while (*link != later)
    link = &(*link)->next;
  *link = later->next;
  uv_close((uv_handle_t *)&later->timer, on_later_closed);
}

static void on_later(uv_timer_t *timer) {
  struct packet_later *const later = timer->data;
  send_packet(later->socket, &later->to, later->octets, later->length);
  close_later(later);
}

static void start_timer(struct packet_later *later, unsigned delay_ms) {
  uv_loop_t *const loop = later->socket->loop;
  uv_timer_init(loop, &later->timer);
  later->timer.data = later;
  uv_update_time(loop);
  uv_timer_start(&later->timer, on_later, delay_ms, 0);
  uv_unref((uv_handle_t *)&later->timer);
}

static void send_later(struct responder *r, const struct packet_later *packet,
                       const uint8_t *octets, unsigned delay_ms) {
  struct packet_later *const later = malloc(sizeof *later + packet->length);
  ck_assert_ptr_nonnull(later);
  *later = *packet;
  memcpy(later->octets, octets, packet->length);
  later->next = r->on_their_way;
  r->on_their_way = later;
  start_timer(later, delay_ms);
}

static void reply(struct responder *r, enum packet packet, unsigned delay_ms,
                  size_t query_length, const struct sockaddr_in *to) {
  static uint8_t octets[PACKET_SIZE];
  const int length = packet_make(packet, r->octets, query_length, octets);
  if (length < 0) return;
  const struct packet_later made = {.responder = r,
                                    .socket = &r->socket,
                                    .to = *to,
                                    .length = (size_t)length};
  if (delay_ms)
    send_later(r, &made, octets, delay_ms);
  else
    send_packet(made.socket, to, octets, made.length);
}

static const struct turn *next_turn(struct responder *r) {
  const size_t last = r->turn_count - 1;
  return &r->turns[r->query_count < last ? r->query_count : last];
}

static void remember(struct responder *r, const struct sockaddr_in *from) {
  if (r->query_count == RESPONDER_QUERIES) return;
  r->ports[r->query_count] = ntohs(from->sin_port);
  r->hosts[r->query_count] = (uint8_t)(ntohl(from->sin_addr.s_addr) & 0xff);
  r->ids[r->query_count] = (uint16_t)(r->octets[0] << 8 | r->octets[1]);
}

static void on_query(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                     const struct sockaddr *from, unsigned flags) {
  struct responder *const r = udp->data;
  (void)buffer;
  (void)flags;
  if (length <= 0 || !from) return;
  const struct sockaddr_in *const client = (const struct sockaddr_in *)from;
  const struct turn *const turn = next_turn(r);
  remember(r, client);
  r->query_count++;
  for (size_t i = 0; i < RESPONDER_PACKETS; i++)
    reply(r, turn->packets[i].packet, turn->packets[i].delay_ms, (size_t)length,
          client);
}

static void on_allocate(uv_handle_t *handle, size_t suggested_size,
                        uv_buf_t *buffer) {
  struct responder *const r = handle->data;
  (void)suggested_size;
  *buffer = uv_buf_init((char *)r->octets, sizeof r->octets);
}

static void bind_socket(uv_udp_t *udp) {
  const struct sockaddr_in address = loopback();
  ck_assert_int_eq(uv_udp_bind(udp, (const struct sockaddr *)&address, 0), 0);
}

static uint16_t port_of(const uv_udp_t *udp) {
  struct sockaddr_in address;
  int length = sizeof address;
  ck_assert_int_eq(
      uv_udp_getsockname(udp, (struct sockaddr *)&address, &length), 0);
  return ntohs(address.sin_port);
}

void responder_open(struct responder *responder, uv_loop_t *loop,
                    const struct turn *turns, size_t turn_count) {
  uv_udp_t *const udp = &responder->socket;
  int size = 8 << 20; /* a burst of queries waits here; best effort */
  ck_assert_uint_gt(turn_count, 0);
  responder->turns = turns;
  responder->turn_count = turn_count;
  responder->query_count = 0;
  responder->on_their_way = NULL;
  ck_assert_int_eq(uv_udp_init(loop, udp), 0);
  udp->data = responder;
  uv_unref((uv_handle_t *)udp);
  bind_socket(udp);
  responder->address = (stubdns_address_t){4, {127, 0, 0, 1}, port_of(udp), 0};
  (void)uv_recv_buffer_size((uv_handle_t *)udp, &size);
  ck_assert_int_eq(uv_udp_recv_start(udp, on_allocate, on_query), 0);
}

void responder_close(struct responder *responder) {
  while (responder->on_their_way)
    close_later(responder->on_their_way);
  uv_close((uv_handle_t *)&responder->socket, NULL);
}

stubdns_address_t closed_address(void) {
  struct sockaddr_in address = loopback();
  socklen_t length = sizeof address;
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  ck_assert_int_ge(descriptor, 0);
  ck_assert_int_eq(bind(descriptor, (struct sockaddr *)&address, length), 0);
  ck_assert_int_eq(
      getsockname(descriptor, (struct sockaddr *)&address, &length), 0);
  close(descriptor);
  return (stubdns_address_t){4, {127, 0, 0, 1}, ntohs(address.sin_port), 0};
}
