/* Over real sockets: truncated replies are followed by TCP, on one connection
 * whose replies come in any order and in pieces. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

#define QUERIES_MAX 64
#define STREAM_SIZE 20000
#define ANSWER_LENGTH 16
#define KINDS_MAX 16

/* A server that truncates whatever it says over UDP.  Over TCP it waits for
 * `batch` queries and answers the last one first, `piece` octets at a time. */
static struct {
  uv_udp_t udp;
  uv_tcp_t listener;
  uv_tcp_t connection;
  uv_timer_t timer;
  stubdns_address_t address;
  size_t hang_ups; /* connections that are closed when a query has come */
  size_t batch;
  size_t piece;
  size_t udp_count;
  size_t connection_count;
  size_t query_count;
  struct sockaddr_in peer; /* where the last connection came from */
  uint8_t udp_octets[512];
  uint8_t in[STREAM_SIZE];
  size_t in_length;
  uint8_t out[STREAM_SIZE];
  size_t out_length;
  size_t out_sent;
} server;

static struct client client;

/* What the log was told. */
static struct {
  size_t count;
  const stubdns_lookup_t *lookup;
  enum stubdns_event_kind kinds[KINDS_MAX]; /* the last ones */
} told;

static void on_event(void *data, const stubdns_lookup_t *lookup,
                     const stubdns_event_t *event) {
  ck_assert_ptr_eq(data, &told);
  told.lookup = lookup;
  told.kinds[told.count++ % KINDS_MAX] = event->kind;
}

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
  (void)handle;
  (void)size;
  *buffer = uv_buf_init((char *)server.udp_octets, sizeof server.udp_octets);
}

/* The query again, as a truncated reply. */
static void on_datagram(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                        const struct sockaddr *from, unsigned flags) {
  (void)flags;
  if (length <= 0 || !from) return;
  server.udp_count++;
  buffer->base[2] = (char)(buffer->base[2] | 0x82);
  const uv_buf_t reply = uv_buf_init(buffer->base, (unsigned)length);
  ck_assert_int_eq(uv_udp_try_send(udp, &reply, 1, from), (int)length);
}

static size_t question_end(const uint8_t *query) {
  size_t offset = 12;
  while (query[offset])
    offset += query[offset] + 1u;
  return offset + 5;
}

/* Puts the reply to the query, which stands behind its length, to the others.
 */
static void put_reply(const uint8_t *query) {
  static const uint8_t answer[ANSWER_LENGTH] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
                                                0,    60, 0, 4, 192, 0, 2, 1};
  const size_t end = question_end(query);
  const size_t length = end + sizeof answer;
  uint8_t *const out = server.out + server.out_length;
  ck_assert_uint_lt(server.out_length + 2 + length, sizeof server.out);
  out[0] = (uint8_t)(length >> 8);
  out[1] = (uint8_t)length;
  memcpy(out + 2, query, end);
  memset(out + 2 + 4, 0, 8);
  out[2 + 2] = 0x81;
  out[2 + 3] = 0x80;
  out[2 + 5] = 1;
  out[2 + 7] = 1;
  memcpy(out + 2 + end, answer, sizeof answer);
  server.out_length += 2 + length;
}

static void on_timer(uv_timer_t *timer) {
  const size_t left = server.out_length - server.out_sent;
  const size_t piece = left < server.piece ? left : server.piece;
  const uv_buf_t buffer =
      uv_buf_init((char *)server.out + server.out_sent, (unsigned)piece);
  const int sent = uv_try_write((uv_stream_t *)&server.connection, &buffer, 1);
  if (sent > 0) server.out_sent += (size_t)sent;
  if (server.out_sent == server.out_length) uv_timer_stop(timer);
}

/* The offsets of the whole messages in the stream; returns their number. */
static size_t find_queries(size_t *offsets) {
  size_t count = 0;
  size_t offset = 0;
  while (server.in_length - offset >= 2) {
    const size_t size =
        2 + ((size_t)server.in[offset] << 8 | server.in[offset + 1]);
    if (size > server.in_length - offset) break;
    ck_assert_uint_lt(count, QUERIES_MAX);
    offsets[count++] = offset + 2;
    offset += size;
  }
  return count;
}

static void on_stream_allocate(uv_handle_t *handle, size_t size,
                               uv_buf_t *buffer) {
  (void)handle;
  (void)size;
  *buffer = uv_buf_init((char *)server.in + server.in_length,
                        (unsigned)(sizeof server.in - server.in_length));
}

static void on_read(uv_stream_t *stream, ssize_t length,
                    const uv_buf_t *buffer) {
  size_t offsets[QUERIES_MAX];
  (void)buffer;
  if (length < 0) {
    uv_timer_stop(&server.timer);
    uv_close((uv_handle_t *)stream, NULL);
    return;
  }
  server.in_length += (size_t)length;
  size_t count = find_queries(offsets);
  if (count && server.hang_ups) {
    server.hang_ups--;
    uv_close((uv_handle_t *)stream, NULL);
    return;
  }
  if (count < server.batch) return;
  server.query_count += count;
  while (count > 0)
    put_reply(server.in + offsets[--count]);
  server.in_length = 0;
  uv_timer_start(&server.timer, on_timer, 0, 1);
}

static void remember_peer(void) {
  int length = sizeof server.peer;
  ck_assert_int_eq(uv_tcp_getpeername(&server.connection,
                                      (struct sockaddr *)&server.peer, &length),
                   0);
}

static void on_connection(uv_stream_t *listener, int status) {
  ck_assert_int_eq(status, 0);
  server.connection_count++;
  server.in_length = 0;
  ck_assert_int_eq(uv_tcp_init(listener->loop, &server.connection), 0);
  uv_unref((uv_handle_t *)&server.connection);
  ck_assert_int_eq(uv_accept(listener, (uv_stream_t *)&server.connection), 0);
  remember_peer();
  uv_read_start((uv_stream_t *)&server.connection, on_stream_allocate, on_read);
}

static struct sockaddr_in loopback(uint16_t port) {
  struct sockaddr_in address;
  uv_ip4_addr("127.0.0.1", port, &address);
  return address;
}

/* Binds both sockets to one port, which may be taken for either. */
static int bind_both(uv_loop_t *loop) {
  struct sockaddr_in address = loopback(0);
  int length = sizeof address;
  uv_tcp_init(loop, &server.listener);
  uv_udp_init(loop, &server.udp);
  uv_tcp_bind(&server.listener, (struct sockaddr *)&address, 0);
  uv_tcp_getsockname(&server.listener, (struct sockaddr *)&address, &length);
  server.address =
      (stubdns_address_t){4, {127, 0, 0, 1}, ntohs(address.sin_port), 0};
  return uv_udp_bind(&server.udp, (struct sockaddr *)&address, 0);
}

static void begin_from(const stubdns_address_t *local, int listens) {
  memset(&server, 0, sizeof server);
  server.batch = 1;
  server.piece = STREAM_SIZE;
  memset(&told, 0, sizeof told);
  client_open(&client, &(stubdns_resolver_options_t){.on_event = on_event,
                                                     .log_data = &told,
                                                     .local_addresses = local,
                                                     .local_address_count =
                                                         local != NULL});
  while (bind_both(&client.loop)) {
    uv_close((uv_handle_t *)&server.listener, NULL);
    uv_close((uv_handle_t *)&server.udp, NULL);
    uv_run(&client.loop, UV_RUN_DEFAULT);
  }
  if (listens) uv_listen((uv_stream_t *)&server.listener, 8, on_connection);
  uv_udp_recv_start(&server.udp, on_allocate, on_datagram);
  uv_timer_init(&client.loop, &server.timer);
  uv_unref((uv_handle_t *)&server.listener);
  uv_unref((uv_handle_t *)&server.udp);
  client_add(&client, &server.address);
}

static void begin(int listens) {
  begin_from(NULL, listens);
}

static void end(void) {
  uv_close((uv_handle_t *)&server.listener, NULL);
  uv_close((uv_handle_t *)&server.udp, NULL);
  uv_close((uv_handle_t *)&server.timer, NULL);
  client_close(&client);
}

static void ask(struct result *result, const char *name, unsigned flags) {
  const stubdns_lookup_options_t options = {
      .flags = flags | STUBDNS_LOOKUP_NO_COALESCE};
  ck_assert_int_eq(client_try(&client, result, name, STUBDNS_TYPE_A, &options),
                   0);
}

START_TEST(truncated_reply_is_replaced_by_the_one_over_tcp_T12) {
  struct result result;
  begin(1);
  ask(&result, "www.example.test", 0);
  client_run(&client);
  assert_true_answer(&result);
  ck_assert(!result.answer.truncated);
  ck_assert_uint_eq(server.udp_count, 1);
  ck_assert_uint_eq(server.query_count, 1);
  stubdns_server_info_t info;
  ck_assert_int_eq(stubdns_resolver_server_info(&client.resolver, 0, &info), 0);
  ck_assert_uint_eq(info.sent_count, 2);
  ck_assert_uint_eq(info.answer_count, 1);
  ck_assert_int_eq(stubdns_resolver_server_info(&client.resolver, 1, &info),
                   STUBDNS_EINVALID);
  end();
}
END_TEST

START_TEST(log_is_told_each_event_as_it_happens) {
  static const enum stubdns_event_kind kinds[] = {
      STUBDNS_EVENT_SENT, STUBDNS_EVENT_TRUNCATED, STUBDNS_EVENT_SENT,
      STUBDNS_EVENT_ANSWERED};
  struct result result;
  begin(1);
  ask(&result, "www.example.test", 0);
  client_run(&client);
  ck_assert_uint_eq(told.count, sizeof kinds / sizeof *kinds);
  ck_assert_mem_eq(told.kinds, kinds, sizeof kinds);
  ck_assert_ptr_eq(told.lookup, &result.lookup);
  end();
}
END_TEST

/* Pieces of 1, 2 ... octets, each in a packet of its own. */
START_TEST(replies_over_one_connection_come_in_any_order_and_pieces_T14) {
  static struct result results[20];
  begin(1);
  server.batch = 20;
  server.piece = (size_t)_i;
  for (size_t i = 0; i < 20; i++)
    ask(&results[i], "www.example.test", 0);
  client_run(&client);
  for (size_t i = 0; i < 20; i++)
    assert_true_answer(&results[i]);
  ck_assert_uint_eq(server.connection_count, 1);
  ck_assert_uint_eq(server.query_count, 20);
  end();
}
END_TEST

START_TEST(connection_is_used_again_by_the_next_lookup_T14) {
  struct result result;
  begin(1);
  for (size_t i = 0; i < 3; i++) {
    ask(&result, "www.example.test", STUBDNS_LOOKUP_TCP);
    client_run(&client);
    assert_true_answer(&result);
  }
  ck_assert_uint_eq(server.udp_count, 0);
  ck_assert_uint_eq(server.connection_count, 1);
  end();
}
END_TEST

/* But from any port: the one that was named is for queries over UDP. */
START_TEST(connection_comes_from_the_address_that_was_named) {
  stubdns_address_t local = closed_address();
  local.octets[3] = 7;
  struct result result;
  begin_from(&local, 1);
  server.hang_ups = 1;
  ask(&result, "www.example.test", 0);
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_eq(server.connection_count, 2);
  ck_assert_uint_eq(ntohl(server.peer.sin_addr.s_addr), 0x7f000007);
  ck_assert_uint_ne(ntohs(server.peer.sin_port), local.port);
  end();
}
END_TEST

START_TEST(connection_that_is_closed_is_opened_once_more_T14) {
  struct result result;
  begin(1);
  server.hang_ups = 1;
  ask(&result, "www.example.test", 0);
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_eq(server.connection_count, 2);
  end();
}
END_TEST

static void assert_truncated(const struct result *result) {
  ck_assert_int_eq(result->status, 0);
  ck_assert(result->has_message);
  ck_assert(result->answer.truncated);
}

START_TEST(truncated_message_is_handed_out_where_tcp_is_refused_T12) {
  struct result result;
  begin(0);
  ask(&result, "www.example.test", 0);
  client_run(&client);
  assert_truncated(&result);
  ck_assert_uint_eq(server.udp_count, 1);
  end();
}
END_TEST

START_TEST(truncated_message_is_handed_out_where_the_server_hangs_up_T12) {
  struct result result;
  begin(1);
  server.hang_ups = 9;
  ask(&result, "www.example.test", 0);
  client_run(&client);
  assert_truncated(&result);
  ck_assert_uint_eq(server.connection_count, 2);
  end();
}
END_TEST

START_TEST(truncated_message_is_handed_out_where_tcp_is_unwanted_T12) {
  struct result result;
  begin(1);
  ask(&result, "www.example.test", STUBDNS_LOOKUP_NO_TCP);
  client_run(&client);
  assert_truncated(&result);
  ck_assert_uint_eq(server.connection_count, 0);
  end();
}
END_TEST

START_TEST(closing_ends_lookups_over_tcp_and_idle_connections) {
  struct result results[2];
  begin(1);
  ask(&results[0], "www.example.test", STUBDNS_LOOKUP_TCP);
  client_run(&client);
  server.batch = 2; /* so that no reply comes */
  ask(&results[1], "www.example.test", STUBDNS_LOOKUP_TCP);
  while (server.in_length == 0)
    uv_run(&client.loop, UV_RUN_ONCE);
  end();
  assert_true_answer(&results[0]);
  ck_assert_int_eq(results[1].status, STUBDNS_ECANCELED);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("tcp");
  tcase_set_timeout(cases, 60);
  tcase_add_test(cases, truncated_reply_is_replaced_by_the_one_over_tcp_T12);
  tcase_add_test(cases, log_is_told_each_event_as_it_happens);
  tcase_add_loop_test(
      cases, replies_over_one_connection_come_in_any_order_and_pieces_T14, 7,
      10);
  tcase_add_test(cases, connection_is_used_again_by_the_next_lookup_T14);
  tcase_add_test(cases, connection_comes_from_the_address_that_was_named);
  tcase_add_test(cases, connection_that_is_closed_is_opened_once_more_T14);
  tcase_add_test(cases,
                 truncated_message_is_handed_out_where_tcp_is_refused_T12);
  tcase_add_test(cases,
                 truncated_message_is_handed_out_where_the_server_hangs_up_T12);
  tcase_add_test(cases,
                 truncated_message_is_handed_out_where_tcp_is_unwanted_T12);
  tcase_add_test(cases, closing_ends_lookups_over_tcp_and_idle_connections);
  Suite *const suite = suite_create("uv/tcp");
  suite_add_tcase(suite, cases);
  return suite;
}
