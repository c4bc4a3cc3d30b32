/* Queries and replies over TCP, each behind its length, RFC 1035 section
 * 4.2.2. */
#include "server.h"

#include <stdlib.h>
#include <string.h>

#define BACKLOG 128
#define PREFIX 2

struct connection {
  uv_tcp_t tcp; /* first: libuv hands it back */
  struct server *server;
  struct peer peer;
  size_t length;
  uint8_t octets[PREFIX + STUBDNS_MESSAGE_MAX];
};

struct writing {
  uv_write_t request;
  uint8_t octets[];
};

static void on_closed(uv_handle_t *handle) {
  free(handle->data);
}

static void close_connection(struct connection *connection) {
  stubdns__way_forget(&connection->server->way, &connection->peer);
  if (!uv_is_closing((uv_handle_t *)&connection->tcp))
    uv_close((uv_handle_t *)&connection->tcp, on_closed);
}

void server_close_handle(uv_handle_t *handle) {
  if (uv_is_closing(handle)) return;
  if (handle->type == UV_TCP && handle->data)
    close_connection(handle->data);
  else
    uv_close(handle, NULL);
}

static void on_written(uv_write_t *request, int status) {
  (void)status; /* reading tells of a connection that is broken */
  free(request->data);
}

void connection_end(struct connection *connection, int is_broken) {
  stubdns__way_forget(&connection->server->way, &connection->peer);
  if (!is_broken || uv_tcp_close_reset(&connection->tcp, on_closed))
    close_connection(connection);
}

void connection_send(struct connection *connection, const uint8_t *octets,
                     size_t length, int is_raw) {
  const size_t prefix = is_raw ? 0 : PREFIX;
  struct writing *writing = malloc(sizeof *writing + prefix + length);
  if (!writing) return;
  writing->request.data = writing;
  if (prefix) {
    writing->octets[0] = (uint8_t)(length >> 8);
    writing->octets[1] = (uint8_t)(length & 0xff);
  }
  memcpy(writing->octets + prefix, octets, length);
  const uv_buf_t buffer =
      uv_buf_init((char *)writing->octets, (unsigned)(prefix + length));
  if (uv_write(&writing->request, (uv_stream_t *)&connection->tcp, &buffer, 1,
               on_written))
    free(writing);
}

static void on_allocate(uv_handle_t *handle, size_t suggested,
                        uv_buf_t *buffer) {
  struct connection *connection = handle->data;
  (void)suggested;
  *buffer =
      uv_buf_init((char *)connection->octets + connection->length,
                  (unsigned)(sizeof connection->octets - connection->length));
}

/* Answers the messages that are whole, and keeps the rest. */
static void take_messages(struct connection *connection) {
  size_t offset = 0;
  while (connection->length - offset >= PREFIX) {
    const uint8_t *octets = connection->octets + offset;
    const size_t length = (size_t)octets[0] << 8 | octets[1];
    if (length > connection->length - offset - PREFIX) break;
    server_ask(connection->server, &connection->peer, octets + PREFIX, length);
    offset += PREFIX + length;
  }
  connection->length -= offset;
  memmove(connection->octets, connection->octets + offset, connection->length);
}

static void on_read(uv_stream_t *stream, ssize_t count,
                    const uv_buf_t *buffer) {
  struct connection *connection = stream->data;
  (void)buffer;
  if (count < 0) {
    close_connection(connection);
    return;
  }
  connection->length += (size_t)count;
  take_messages(connection);
}

static void on_connection(uv_stream_t *listener, int status) {
  struct server *server = listener->loop->data;
  struct connection *connection = status ? NULL : calloc(1, sizeof *connection);
  if (!connection) return;
  connection->server = server;
  connection->peer.connection = connection;
  uv_tcp_init(listener->loop, &connection->tcp);
  connection->tcp.data = connection;
  if (uv_accept(listener, (uv_stream_t *)&connection->tcp) ||
      uv_read_start((uv_stream_t *)&connection->tcp, on_allocate, on_read))
    close_connection(connection);
}

int connections_listen(struct server *server, int is_shut) {
  int error = uv_tcp_init(&server->loop, &server->listener);
  if (error) return error;
  server->listener.data = NULL;
  error = uv_tcp_bind(&server->listener,
                      (const struct sockaddr *)&server->address, 0);
  if (error || is_shut) return error;
  return uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
}
