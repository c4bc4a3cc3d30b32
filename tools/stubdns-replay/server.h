/* The server while it runs: its sockets, whoever asks, and the packets on their
 * way to them. */
#ifndef STUBDNS_REPLAY_SERVER_H
#define STUBDNS_REPLAY_SERVER_H

#include "program.h"

#include "replay/watch.h"

#include <uv.h>

/* Askers over UDP that are remembered; the replies to earlier ones are lost. */
#define PEERS_MAX 4096

/* Whoever asked: over UDP an address, over TCP a connection. */
struct peer {
  struct sockaddr_storage address;
  struct connection *connection; /* NULL: UDP */
};

/* The sockets that packets come from, by enum stubdns__origin. */
#define ORIGIN_COUNT 3

struct server {
  struct stubdns__way way;
  struct stubdns__watch watch;
  int has_failed;   /* an expectation was not met */
  const char *path; /* of the text, NULL where there are several files */
  uv_loop_t loop;
  uv_udp_t sockets[ORIGIN_COUNT];
  uint8_t is_open[ORIGIN_COUNT];
  uv_tcp_t listener;
  uv_signal_t signals[2];
  uv_timer_t timer;
  struct sockaddr_storage address;
  size_t peer_count;
  struct peer peers[PEERS_MAX];
  uint8_t query[STUBDNS_MESSAGE_MAX + 1];
};

/* Answers a query, now or later. */
void server_ask(struct server *server, struct peer *peer, const uint8_t *query,
                size_t length);

/* Listens for connections on the server's address, or keeps the port and lets
 * the system refuse them.  Returns 0 or an error of libuv. */
int connections_listen(struct server *server, int is_shut);

/* Sends a message on a connection, or octets that are none. */
void connection_send(struct connection *connection, const uint8_t *octets,
                     size_t length, int is_raw);

/* Ends a connection as a server does, or breaks it. */
void connection_end(struct connection *connection, int is_broken);

void server_close_handle(uv_handle_t *handle);

#endif
