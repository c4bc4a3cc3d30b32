/* The UDP server: one socket, answers from recorded exchanges, ended by a
 * signal. */
#include "program.h"

#include "stubdns/text.h"

#include <uv.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct server {
  const stubdns_replay_t *replay;
  uv_udp_t socket;
  uv_signal_t signals[2];
  uint8_t query[STUBDNS_MESSAGE_MAX + 1];
  uint8_t reply[STUBDNS_MESSAGE_MAX];
};

static int complain(const char *what, int error) {
  fprintf(stderr, "stubdns-replay: %s: %s\n", what, uv_strerror(error));
  return STATUS_INTERNAL;
}

static void report_unmatched(const uint8_t *query, size_t length) {
  stubdns_message_t message;
  char name[STUBDNS_NAME_TEXT_SIZE];
  char type[24];
  char class_[24];
  if (stubdns_message_parse(&message, query, length, 0)) return;
  const stubdns_question_t question = stubdns_message_question(&message);
  stubdns_name_to_text(&question.name, name, sizeof name, NULL);
  stubdns_type_to_text(question.type, type, sizeof type, NULL);
  stubdns_class_to_text(question.class_, class_, sizeof class_, NULL);
  fprintf(stderr, "stubdns-replay: not recorded: %s %s %s\n", name, class_,
          type);
}

/* Sends at once; a reply that the socket has no room for is lost, as datagrams
 * may be. */
static void answer(struct server *server, size_t query_length,
                   const struct sockaddr *address) {
  size_t length;
  const int result =
      stubdns_replay_answer(server->replay, server->query, query_length,
                            server->reply, sizeof server->reply, &length);
  if (result == STUBDNS_REPLAY_UNMATCHED)
    report_unmatched(server->query, query_length);
  if (result <= STUBDNS_REPLAY_SILENT) return;
  const uv_buf_t buffer = uv_buf_init((char *)server->reply, (unsigned)length);
  uv_udp_try_send(&server->socket, &buffer, 1, address);
}

static void on_allocate(uv_handle_t *handle, size_t suggested,
                        uv_buf_t *buffer) {
  struct server *server = handle->data;
  (void)suggested;
  *buffer = uv_buf_init((char *)server->query, sizeof server->query);
}

static void on_receive(uv_udp_t *socket, ssize_t count, const uv_buf_t *buffer,
                       const struct sockaddr *address, unsigned flags) {
  (void)buffer;
  (void)flags;
  if (count >= 0 && address) answer(socket->data, (size_t)count, address);
}

static void close_handle(uv_handle_t *handle, void *data) {
  (void)data;
  if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  uv_walk(handle->loop, close_handle, NULL);
}

static int watch_signal(uv_loop_t *loop, uv_signal_t *handle, int number) {
  const int error = uv_signal_init(loop, handle);
  if (error) return error;
  return uv_signal_start(handle, on_signal, number);
}

static int listen_on(struct server *server, uint16_t port) {
  struct sockaddr_in address;
  uv_ip4_addr("127.0.0.1", port, &address);
  const int error =
      uv_udp_bind(&server->socket, (const struct sockaddr *)&address, 0);
  if (error) return error;
  return uv_udp_recv_start(&server->socket, on_allocate, on_receive);
}

static int print_address(const struct server *server) {
  struct sockaddr_in address;
  int length = sizeof address;
  const int error =
      uv_udp_getsockname(&server->socket, (struct sockaddr *)&address, &length);
  if (error) return complain("the socket has no address", error);
  if (printf("127.0.0.1#%u\n", (unsigned)ntohs(address.sin_port)) < 0 ||
      fflush(stdout) == EOF) {
    fputs("stubdns-replay: the address cannot be printed\n", stderr);
    return STATUS_OUTPUT;
  }
  return STATUS_SUCCESS;
}

static int serve(struct server *server, uv_loop_t *loop, uint16_t port) {
  int error = uv_udp_init(loop, &server->socket);
  if (error) return complain("no socket", error);
  server->socket.data = server;
  error = listen_on(server, port);
  if (error) return complain("the port cannot be used", error);
  error = watch_signal(loop, &server->signals[0], SIGTERM);
  if (!error) error = watch_signal(loop, &server->signals[1], SIGINT);
  if (error) return complain("signals cannot be watched", error);
  const int status = print_address(server);
  if (!status) uv_run(loop, UV_RUN_DEFAULT);
  return status;
}

int server_run(const stubdns_replay_t *replay, uint16_t port) {
  static struct server server; /* too large for some stacks */
  uv_loop_t loop;
  const int error = uv_loop_init(&loop);
  if (error) return complain("no event loop", error);
  server.replay = replay;
  const int status = serve(&server, &loop, port);
  uv_walk(&loop, close_handle, NULL); /* what is left where serving failed */
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return status;
}
