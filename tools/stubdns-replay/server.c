/* The server: queries come in over UDP and TCP, packets go out when they are
 * due, and a signal ends it. */
#include "server.h"

#include "replay/exchanges.h"

#include "stubdns/text.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const char *what, int error) {
  fprintf(stderr, "stubdns-replay: %s: %s\n", what, uv_strerror(error));
  return STATUS_INTERNAL;
}

static uint64_t now_us(void) {
  return uv_hrtime() / 1000;
}

/* Sends at once; a datagram that the socket has no room for is lost, as
 * datagrams may be.  Nobody can be told that a port of UDP is shut. */
static void deliver(struct server *server,
                    const struct stubdns__packet *packet) {
  struct peer *peer = packet->to;
  if (peer->connection && packet->error)
    connection_end(peer->connection, packet->error == STUBDNS_EREFUSED);
  else if (peer->connection)
    connection_send(peer->connection, packet->octets, packet->length,
                    packet->is_raw);
  if (peer->connection || packet->error) return;
  const uv_buf_t buffer =
      uv_buf_init((char *)packet->octets, (unsigned)packet->length);
  if (server->is_open[packet->origin])
    uv_udp_try_send(&server->sockets[packet->origin], &buffer, 1,
                    (const struct sockaddr *)&peer->address);
}

static void on_timer(uv_timer_t *timer);

/* Delivers what is due and waits for the next. */
static void deliver_due(struct server *server) {
  const uint64_t time_us = now_us();
  while (stubdns__way_due_us(&server->way) <= time_us) {
    struct stubdns__packet *packet = stubdns__way_take(&server->way);
    deliver(server, packet);
    free(packet);
  }
  const uint64_t due_us = stubdns__way_due_us(&server->way);
  if (due_us == UINT64_MAX) return;
  uv_update_time(&server->loop);
  uv_timer_start(&server->timer, on_timer, (due_us - time_us + 999) / 1000, 0);
}

static void on_timer(uv_timer_t *timer) {
  deliver_due(timer->loop->data);
}

static void on_failure(void *data, const stubdns_failure_t *failure) {
  struct server *server = data;
  server->has_failed = 1;
  fprintf(stderr, "stubdns-replay: %s:%" PRIu32 ": %s\n",
          server->path ? server->path : "line", failure->line, failure->text);
}

/* The scenario began when its first lookup did, as far as the server can tell:
 * with the first query. */
static void watch_query(struct server *server,
                        const struct stubdns__asking *asking) {
  struct stubdns__watch *watch = &server->watch;
  if (!watch->script) return;
  if (!watch->query_count)
    watch->begin_us =
        asking->now_us - stubdns__script_first_ask_us(watch->script);
  stubdns__watch_query(watch, asking);
}

void server_ask(struct server *server, struct peer *peer, const uint8_t *query,
                size_t length) {
  const struct stubdns__asking asking = {
      .to = peer,
      .octets = query,
      .length = length,
      .is_tcp = peer->connection != NULL,
      .server = 1,
      .now_us = now_us(),
  };
  const int result = stubdns__way_ask(&server->way, &asking);
  if (result == STUBDNS_ENOMEM)
    fputs("stubdns-replay: out of memory: a query is not answered\n", stderr);
  else if (result != STUBDNS_REPLAY_SILENT)
    watch_query(server, &asking);
  deliver_due(server);
}

/* The place of the one who asked longest ago. */
static struct peer *take_peer(struct server *server,
                              const struct sockaddr *address) {
  struct peer *peer = &server->peers[server->peer_count++ % PEERS_MAX];
  if (server->peer_count > PEERS_MAX) stubdns__way_forget(&server->way, peer);
  memcpy(&peer->address, address,
         address->sa_family == AF_INET ? sizeof(struct sockaddr_in)
                                       : sizeof(struct sockaddr_in6));
  return peer;
}

static void on_allocate(uv_handle_t *handle, size_t suggested,
                        uv_buf_t *buffer) {
  struct server *server = handle->loop->data;
  (void)suggested;
  *buffer = uv_buf_init((char *)server->query, sizeof server->query);
}

static void on_receive(uv_udp_t *socket, ssize_t count, const uv_buf_t *buffer,
                       const struct sockaddr *address, unsigned flags) {
  struct server *server = socket->loop->data;
  (void)buffer;
  (void)flags;
  if (count >= 0 && address)
    server_ask(server, take_peer(server, address), server->query,
               (size_t)count);
}

static void close_handle(uv_handle_t *handle, void *data) {
  (void)data;
  server_close_handle(handle);
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

static void write_address(struct sockaddr_storage *sockaddr,
                          const stubdns_address_t *address) {
  char text[INET6_ADDRSTRLEN];
  if (address->length == 4) {
    uv_inet_ntop(AF_INET, address->octets, text, sizeof text);
    uv_ip4_addr(text, address->port, (struct sockaddr_in *)sockaddr);
  } else {
    uv_inet_ntop(AF_INET6, address->octets, text, sizeof text);
    uv_ip6_addr(text, address->port, (struct sockaddr_in6 *)sockaddr);
  }
}

static int bind_socket(struct server *server, enum stubdns__origin origin,
                       const stubdns_address_t *address) {
  struct sockaddr_storage sockaddr;
  write_address(&sockaddr, address);
  int error = uv_udp_init(&server->loop, &server->sockets[origin]);
  if (error) return error;
  error = uv_udp_bind(&server->sockets[origin],
                      (const struct sockaddr *)&sockaddr, 0);
  server->is_open[origin] = !error;
  return error;
}

/* From where forged packets come.  Where the system has no such address they
 * are not sent. */
static void bind_others(struct server *server, stubdns_address_t address,
                        uint16_t port) {
  address.port = 0;
  bind_socket(server, STUBDNS__FROM_OTHER_PORT, &address);
  if (address.length != 4) return;
  address.port = port;
  address.octets[3] ^= 3;
  bind_socket(server, STUBDNS__FROM_OTHER_ADDRESS, &address);
}

static uint16_t port_of(const struct sockaddr_storage *address) {
  return ntohs(address->ss_family == AF_INET
                   ? ((const struct sockaddr_in *)address)->sin_port
                   : ((const struct sockaddr_in6 *)address)->sin6_port);
}

static int is_shut(const struct server *server, int is_tcp) {
  return server->watch.script &&
         stubdns__script_is_shut(server->watch.script, is_tcp);
}

/* A port that is shut stays taken: the socket is connected to itself, and so
 * the system refuses what comes from others. */
static int receive(struct server *server, uv_udp_t *socket) {
  const struct sockaddr *address = (const struct sockaddr *)&server->address;
  if (is_shut(server, 0)) return uv_udp_connect(socket, address);
  return uv_udp_recv_start(socket, on_allocate, on_receive);
}

/* TCP listens where UDP does; a port that is free for one may be taken for the
 * other. */
static int listen_once(struct server *server,
                       const stubdns_address_t *address) {
  int length = sizeof server->address;
  uv_udp_t *socket = &server->sockets[STUBDNS__FROM_SERVER];
  int error = bind_socket(server, STUBDNS__FROM_SERVER, address);
  if (error) return error;
  error =
      uv_udp_getsockname(socket, (struct sockaddr *)&server->address, &length);
  if (error) return error;
  error = connections_listen(server, is_shut(server, 1));
  return error ? error : receive(server, socket);
}

static int listen_somewhere(struct server *server,
                            const stubdns_address_t *address) {
  int error = listen_once(server, address);
  for (int i = 0; i < 10 && error == UV_EADDRINUSE && !address->port; i++) {
    uv_close((uv_handle_t *)&server->sockets[STUBDNS__FROM_SERVER], NULL);
    uv_close((uv_handle_t *)&server->listener, NULL);
    uv_run(&server->loop, UV_RUN_NOWAIT);
    error = listen_once(server, address);
  }
  return error;
}

static int print_address(const struct server *server,
                         const stubdns_address_t *address) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  stubdns_address_t bound = *address;
  bound.port = port_of(&server->address);
  stubdns_address_to_text(&bound, text, sizeof text);
  if (printf("%s\n", text) >= 0 && fflush(stdout) != EOF) return STATUS_SUCCESS;
  fputs("stubdns-replay: the address cannot be printed\n", stderr);
  return STATUS_OUTPUT;
}

static int serve(struct server *server, const stubdns_address_t *address) {
  int error = listen_somewhere(server, address);
  if (error) return complain("the port cannot be used", error);
  bind_others(server, *address, port_of(&server->address));
  uv_timer_init(&server->loop, &server->timer);
  error = watch_signal(&server->loop, &server->signals[0], SIGTERM);
  if (!error) error = watch_signal(&server->loop, &server->signals[1], SIGINT);
  if (error) return complain("signals cannot be watched", error);
  const int status = print_address(server, address);
  if (!status) uv_run(&server->loop, UV_RUN_DEFAULT);
  return status;
}

static void list_unmatched(const stubdns_replay_t *replay) {
  char name[STUBDNS_NAME_TEXT_SIZE];
  char type[24];
  char class_[24];
  size_t position = 0;
  stubdns_question_t question;
  uint64_t count;
  while (stubdns_replay_next_unmatched(replay, &position, &question, &count)) {
    stubdns_name_to_text(&question.name, name, sizeof name, NULL);
    stubdns_type_to_text(question.type, type, sizeof type, NULL);
    stubdns_class_to_text(question.class_, class_, sizeof class_, NULL);
    fprintf(stderr, "stubdns-replay: not recorded: %s %s %s", name, class_,
            type);
    if (count > 1) fprintf(stderr, ", asked %" PRIu64 " times", count);
    fputc('\n', stderr);
  }
}

/* Watches the queries of the scenario, where there is one.  Returns 0 or an
 * error of libuv. */
static int begin_watch(struct server *server, const stubdns_replay_t *replay,
                       const struct options *options) {
  if (options->path_count == 1) server->path = options->paths[0];
  if (!replay->has_script) return 0;
  return stubdns__watch_init(&server->watch, replay->store->script, on_failure,
                             server)
             ? UV_ENOMEM
             : 0;
}

/* How many queries were sent to a port that is shut is not known. */
static int end_watch(struct server *server) {
  if (!server->watch.script) return STATUS_SUCCESS;
  if (!is_shut(server, 0) && !is_shut(server, 1))
    stubdns__watch_end(&server->watch);
  stubdns__watch_free(&server->watch);
  return server->has_failed ? STATUS_UNMET : STATUS_SUCCESS;
}

int server_run(stubdns_replay_t *replay, const struct options *options) {
  static struct server server; /* too large for some stacks */
  int error = uv_loop_init(&server.loop);
  if (!error) error = begin_watch(&server, replay, options);
  if (error) return complain("no event loop", error);
  server.loop.data = &server;
  signal(SIGPIPE, SIG_IGN);
  stubdns__way_init(&server.way, replay);
  int status = serve(&server, &options->address);
  uv_walk(&server.loop, close_handle, NULL); /* where serving failed */
  uv_run(&server.loop, UV_RUN_DEFAULT);
  uv_loop_close(&server.loop);
  stubdns__way_free(&server.way);
  list_unmatched(replay);
  if (!status) status = end_watch(&server);
  return status;
}
