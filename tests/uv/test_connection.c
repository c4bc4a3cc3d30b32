/* src/uv/connection.c, with a core and a transport of the test's own: pieces of
 * a stream become messages, and troubles are told.  The linker puts
 * __wrap_uv_read_start() in front of libuv's, so that pieces can be given by
 * hand. */
#include "uv/connection.h"

#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

enum { OPENED = -1000 }; /* among the troubles, in `events` */

/* What the core was told. */
static int events[16];
static size_t event_count;
static uint8_t messages[200000]; /* with their lengths, one after the other */
static size_t messages_length;
static size_t message_count;
static size_t close_after; /* messages */

static uv_loop_t loop;
static struct stubdns__transport only_transport;
static struct stubdns__path only_path;
static size_t block_count;
static int is_memory_out;

static uv_stream_t *stream;
static uv_alloc_cb on_allocate;
static uv_read_cb on_read;

static void note(int event) {
  ck_assert_uint_lt(event_count, sizeof events / sizeof events[0]);
  events[event_count++] = event;
}

void stubdns__core_on_path_open(struct stubdns__core *core,
                                struct stubdns__path *path, uint16_t local_port,
                                uint64_t now_us) {
  (void)core;
  (void)now_us;
  ck_assert_ptr_eq(path, &only_path);
  ck_assert_uint_ne(local_port, 0);
  note(OPENED);
}

void stubdns__core_on_path_error(struct stubdns__core *core,
                                 struct stubdns__path *path,
                                 enum stubdns__trouble trouble,
                                 uint64_t now_us) {
  (void)core;
  (void)now_us;
  ck_assert_ptr_eq(path, &only_path);
  note((int)trouble);
}

void stubdns__transport_receive(struct stubdns__transport *transport,
                                struct stubdns__path *path, uint8_t *octets,
                                size_t length) {
  ck_assert_ptr_eq(transport, &only_transport);
  ck_assert_ptr_eq(path, &only_path);
  ck_assert_uint_le(messages_length + 2 + length, sizeof messages);
  messages[messages_length] = (uint8_t)(length >> 8);
  messages[messages_length + 1] = (uint8_t)(length & 0xff);
  memcpy(messages + messages_length + 2, octets, length);
  messages_length += 2 + length;
  message_count++;
}

/* As the core may ask for it. */
void stubdns__transport_drain(struct stubdns__transport *transport) {
  ck_assert_ptr_eq(transport, &only_transport);
  if (close_after && message_count == close_after)
    stubdns__connection_close(&only_path);
}

void *stubdns__transport_allocate(struct stubdns__transport *transport,
                                  size_t size) {
  (void)transport;
  if (is_memory_out) return NULL;
  block_count++;
  void *const block = malloc(size);
  ck_assert_ptr_nonnull(block);
  memset(block, 0xa5, size);
  return block;
}

void stubdns__transport_release(struct stubdns__transport *transport,
                                void *memory) {
  (void)transport;
  block_count--;
  free(memory);
}

/* Only asked to choose among local addresses: here are none. */
int stubdns__transport_random(struct stubdns__transport *transport,
                              uint8_t *octets, size_t length) {
  (void)transport;
  memset(octets, 0, length);
  return 0;
}

void stubdns__transport_forget_handle(struct stubdns__transport *transport) {
  transport->handle_count--;
}

uint64_t stubdns__now_us(void) {
  return 0;
}

enum stubdns__trouble stubdns__trouble_of(int error) {
  return error == UV_ECONNREFUSED ? STUBDNS__TROUBLE_REFUSED
         : error == UV_ENOMEM     ? STUBDNS__TROUBLE_NO_MEMORY
                                  : STUBDNS__TROUBLE_UNREACHABLE;
}

int __real_uv_read_start(uv_stream_t *started, uv_alloc_cb allocate,
                         uv_read_cb read);
int __wrap_uv_read_start(uv_stream_t *started, uv_alloc_cb allocate,
                         uv_read_cb read);
int __wrap_uv_read_start(uv_stream_t *started, uv_alloc_cb allocate,
                         uv_read_cb read) {
  if (started->data == NULL) /* the server's */
    return __real_uv_read_start(started, allocate, read);
  stream = started;
  on_allocate = allocate;
  on_read = read;
  return __real_uv_read_start(started, allocate, read);
}

/* The other end: keeps what it receives. */
static uv_tcp_t listener;
static uv_tcp_t accepted;
static uint8_t received[1000];
static size_t received_length;

static void on_server_allocate(uv_handle_t *handle, size_t size,
                               uv_buf_t *buffer) {
  (void)handle;
  (void)size;
  *buffer = uv_buf_init((char *)received + received_length,
                        (unsigned)(sizeof received - received_length));
}

static void on_server_read(uv_stream_t *from, ssize_t length,
                           const uv_buf_t *buffer) {
  (void)buffer;
  if (length > 0) received_length += (size_t)length;
  if (length < 0) uv_close((uv_handle_t *)from, NULL);
}

static void on_client(uv_stream_t *server, int status) {
  ck_assert_int_eq(status, 0);
  uv_tcp_init(&loop, &accepted);
  accepted.data = NULL;
  ck_assert_int_eq(uv_accept(server, (uv_stream_t *)&accepted), 0);
  uv_read_start((uv_stream_t *)&accepted, on_server_allocate, on_server_read);
}

/* An address on loopback; nobody listens there unless `is_listening`. */
static void open_listener(int is_listening) {
  struct sockaddr_in address;
  int length = sizeof address;
  uv_ip4_addr("127.0.0.1", 0, &address);
  uv_tcp_init(&loop, &listener);
  ck_assert_int_eq(uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0),
                   0);
  ck_assert_int_eq(
      uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length), 0);
  if (is_listening)
    ck_assert_int_eq(uv_listen((uv_stream_t *)&listener, 4, on_client), 0);
  only_path.protocol = STUBDNS__TCP;
  only_path.address =
      (stubdns_address_t){4, {127, 0, 0, 1}, ntohs(address.sin_port), 0};
}

/* The state is the program's: in one process, tests come one after the other.
 */
static void reset(void) {
  event_count = 0;
  messages_length = 0;
  message_count = 0;
  close_after = 0;
  is_memory_out = 0;
  received_length = 0;
  memset(&accepted, 0, sizeof accepted);
}

static void begin(int is_listening) {
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  only_transport.loop = &loop;
  open_listener(is_listening);
  stubdns__connection_open(&only_transport, &only_path);
}

static void begin_connected(void) {
  begin(1);
  while (event_count == 0 || accepted.loop == NULL)
    uv_run(&loop, UV_RUN_ONCE);
  ck_assert_int_eq(events[0], OPENED);
}

/* Nothing is left when the connection is closed: no handle, no memory. */
static void end(void) {
  uv_close((uv_handle_t *)&listener, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_uint_eq(only_transport.handle_count, 0);
  ck_assert_uint_eq(block_count, 0);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
}

static void end_connected(void) {
  stubdns__connection_close(&only_path);
  end();
}

static void assert_events(size_t count, int first, int second) {
  ck_assert_uint_eq(event_count, count);
  if (count > 0) ck_assert_int_eq(events[0], first);
  if (count > 1) ck_assert_int_eq(events[1], second);
}

/* Messages of odd lengths, each behind its own. */
static size_t make_stream(uint8_t *octets) {
  static const size_t lengths[] = {0, 1, 12, 300, 0, 65535, 513, 2};
  size_t end_offset = 0;
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    octets[end_offset++] = (uint8_t)(lengths[i] >> 8);
    octets[end_offset++] = (uint8_t)(lengths[i] & 0xff);
    for (size_t j = 0; j < lengths[i]; j++)
      octets[end_offset++] = (uint8_t)(i * 31 + j);
  }
  return end_offset;
}

/* Gives octets to the connection as libuv does, `piece` at a time. */
static void give(const uint8_t *octets, size_t length, size_t piece) {
  while (length > 0) {
    uv_buf_t buffer;
    on_allocate((uv_handle_t *)stream, 65536, &buffer);
    ck_assert_uint_gt(buffer.len, 0);
    size_t part = length < piece ? length : piece;
    if (part > buffer.len) part = buffer.len;
    memcpy(buffer.base, octets, part);
    on_read(stream, (ssize_t)part, &buffer);
    on_read(stream, 0, &buffer); /* EAGAIN: nothing happened */
    octets += part;
    length -= part;
  }
}

START_TEST(messages_arrive_whole_in_pieces_of_any_size) {
  static const size_t pieces[] = {1,   2,   3,    5,     7,     14,     302,
                                  513, 514, 4096, 65535, 65536, 1 << 20};
  static uint8_t octets[100000];
  const size_t length = make_stream(octets);
  begin_connected();
  give(octets, length, pieces[_i]);
  ck_assert_uint_eq(message_count, 8);
  ck_assert_uint_eq(messages_length, length);
  ck_assert_mem_eq(messages, octets, length);
  assert_events(1, OPENED, 0);
  end_connected();
}
END_TEST

START_TEST(connection_closed_in_a_message_gives_no_further_one) {
  static const uint8_t octets[] = {0, 1, 'a', 0, 1, 'b', 0, 1, 'c'};
  begin_connected();
  close_after = 2;
  uv_buf_t buffer;
  on_allocate((uv_handle_t *)stream, 65536, &buffer);
  memcpy(buffer.base, octets, sizeof octets);
  on_read(stream, sizeof octets, &buffer);
  ck_assert_uint_eq(message_count, 2);
  assert_events(1, OPENED, 0);
  end();
}
END_TEST

static void run_until_events(size_t count) {
  while (event_count < count)
    uv_run(&loop, UV_RUN_ONCE);
}

START_TEST(server_that_closes_is_told) {
  begin_connected();
  uv_close((uv_handle_t *)&accepted, NULL);
  run_until_events(2);
  assert_events(2, OPENED, STUBDNS__TROUBLE_CLOSED);
  end_connected();
}
END_TEST

START_TEST(server_that_breaks_the_connection_is_told) {
  begin_connected();
  uv_tcp_close_reset(&accepted, NULL);
  run_until_events(2);
  assert_events(2, OPENED, STUBDNS__TROUBLE_CLOSED);
  end_connected();
}
END_TEST

START_TEST(query_stands_behind_its_length) {
  static uint8_t query[282];
  for (size_t i = 0; i < sizeof query; i++)
    query[i] = (uint8_t)i;
  begin_connected();
  stubdns__connection_send(&only_path, query, sizeof query);
  stubdns__connection_send(&only_path, (const uint8_t *)"abc", 3);
  while (received_length < 2 + sizeof query + 2 + 3)
    uv_run(&loop, UV_RUN_ONCE);
  ck_assert_mem_eq(received, "\x01\x1a", 2);
  ck_assert_mem_eq(received + 2, query, sizeof query);
  ck_assert_mem_eq(received + 2 + sizeof query, "\0\3abc", 5);
  assert_events(1, OPENED, 0);
  end_connected();
}
END_TEST

START_TEST(refused_connection_is_told_and_gone) {
  begin(0);
  run_until_events(1);
  assert_events(1, STUBDNS__TROUBLE_REFUSED, 0);
  end();
}
END_TEST

START_TEST(connection_closed_while_it_opens_tells_nothing) {
  begin(1);
  stubdns__connection_close(&only_path);
  end();
  assert_events(0, 0, 0);
}
END_TEST

START_TEST(memory_runs_out_at_opening) {
  is_memory_out = 1;
  begin(1);
  assert_events(1, STUBDNS__TROUBLE_NO_MEMORY, 0);
  end();
}
END_TEST

START_TEST(memory_runs_out_at_sending) {
  begin_connected();
  is_memory_out = 1;
  stubdns__connection_send(&only_path, (const uint8_t *)"abc", 3);
  is_memory_out = 0;
  assert_events(2, OPENED, STUBDNS__TROUBLE_NO_MEMORY);
  end_connected();
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("connection");
  tcase_set_timeout(cases, 60);
  tcase_add_checked_fixture(cases, reset, NULL);
  tcase_add_loop_test(cases, messages_arrive_whole_in_pieces_of_any_size, 0,
                      13);
  tcase_add_test(cases, connection_closed_in_a_message_gives_no_further_one);
  tcase_add_test(cases, server_that_closes_is_told);
  tcase_add_test(cases, server_that_breaks_the_connection_is_told);
  tcase_add_test(cases, query_stands_behind_its_length);
  tcase_add_test(cases, refused_connection_is_told_and_gone);
  tcase_add_test(cases, connection_closed_while_it_opens_tells_nothing);
  tcase_add_test(cases, memory_runs_out_at_opening);
  tcase_add_test(cases, memory_runs_out_at_sending);
  Suite *const suite = suite_create("uv/connection");
  suite_add_tcase(suite, cases);
  return suite;
}
