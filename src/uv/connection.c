/* A path as a TCP connection, RFC 7766.  Each message stands behind two octets
 * of length (RFC 1035 section 4.2.2), and arrives in pieces of any size. */
#include "uv/connection.h"

#include "uv/sockaddr.h"

#include <string.h>

#define PREFIX 2 /* octets of length before a message */

struct connection {
  uv_tcp_t tcp; /* first: libuv hands it back */
  uv_connect_t connect;
  struct stubdns__transport *transport;
  struct stubdns__path *path; /* NULL once closed, or never opened */
  size_t length;              /* octets received and not yet dealt with */
  uint8_t octets[PREFIX + STUBDNS_MESSAGE_MAX];
};

struct writing {
  uv_write_t request;
  struct connection *connection;
  uint8_t octets[];
};

static void report(struct connection *connection,
                   enum stubdns__trouble trouble) {
  stubdns__core_on_path_error(connection->transport->core, connection->path,
                              trouble, stubdns__now_us());
}

static void on_closed(uv_handle_t *handle) {
  struct connection *const connection = handle->data;
  struct stubdns__transport *const transport = connection->transport;
  stubdns__transport_release(transport, connection);
  stubdns__transport_forget_handle(transport);
}

static void close_connection(struct connection *connection) {
  connection->path = NULL;
  uv_close((uv_handle_t *)&connection->tcp, on_closed);
}

void stubdns__connection_close(struct stubdns__path *path) {
  close_connection(path->transport);
}

/* There is room: the longest message is dealt with as soon as it is whole. */
static void on_allocate(uv_handle_t *handle, size_t suggested_size,
                        uv_buf_t *buffer) {
  struct connection *const connection = handle->data;
  (void)suggested_size;
  *buffer =
      uv_buf_init((char *)connection->octets + connection->length,
                  (unsigned)(sizeof connection->octets - connection->length));
}

/* The octets of the message at `offset` with its prefix, or 0 where they are
 * not all there. */
static size_t whole_message(const struct connection *connection,
                            size_t offset) {
  const uint8_t *const octets = connection->octets + offset;
  const size_t there = connection->length - offset;
  if (there < PREFIX) return 0;
  const size_t size = PREFIX + ((size_t)octets[0] << 8 | octets[1]);
  return size <= there ? size : 0;
}

/* Any message may end with the connection closed from a callback. */
static void deliver(struct connection *connection) {
  size_t offset = 0;
  while (connection->path) {
    const size_t size = whole_message(connection, offset);
    if (size == 0) break;
    stubdns__transport_receive(connection->transport, connection->path,
                               connection->octets + offset + PREFIX,
                               size - PREFIX);
    stubdns__transport_drain(connection->transport);
    offset += size;
  }
  connection->length -= offset;
  memmove(connection->octets, connection->octets + offset, connection->length);
}

static void on_read(uv_stream_t *stream, ssize_t length,
                    const uv_buf_t *buffer) {
  struct connection *const connection = stream->data;
  (void)buffer;
  if (length > 0) {
    connection->length += (size_t)length;
    deliver(connection);
  } else if (length < 0) {
    uv_read_stop(stream);
    report(connection, STUBDNS__TROUBLE_CLOSED);
    stubdns__transport_drain(connection->transport);
  }
}

void stubdns__connection_local(const struct stubdns__path *path,
                               union stubdns__sockaddr *local) {
  const struct connection *const connection = path->transport;
  int length = sizeof *local;
  memset(local, 0, sizeof *local);
  (void)uv_tcp_getsockname(&connection->tcp, &local->any, &length);
}

static uint16_t local_port(const struct stubdns__path *path) {
  union stubdns__sockaddr local;
  stubdns__connection_local(path, &local);
  return stubdns__sockaddr_port(&local.any);
}

/* Tells the core before the path is forgotten, which happens with it. */
static void fail(struct connection *connection, int error) {
  report(connection, stubdns__trouble_of(error));
  close_connection(connection);
}

static void on_connect(uv_connect_t *request, int status) {
  struct connection *const connection = request->data;
  if (!connection->path) return;
  if (!status)
    status =
        uv_read_start((uv_stream_t *)&connection->tcp, on_allocate, on_read);
  if (status)
    fail(connection, status);
  else
    stubdns__core_on_path_open(connection->transport->core, connection->path,
                               local_port(connection->path), stubdns__now_us());
  stubdns__transport_drain(connection->transport);
}

static int make_connection(struct stubdns__transport *transport,
                           struct stubdns__path *path,
                           struct connection **made) {
  struct connection *const connection =
      stubdns__transport_allocate(transport, sizeof *connection);
  if (!connection) return UV_ENOMEM;
  const unsigned family = path->address.length == 4 ? AF_INET : AF_INET6;
  const int error = uv_tcp_init_ex(transport->loop, &connection->tcp, family);
  if (error) {
    stubdns__transport_release(transport, connection);
    return error;
  }
  connection->tcp.data = connection;
  connection->connect.data = connection;
  connection->transport = transport;
  connection->path = path;
  connection->length = 0;
  transport->handle_count++;
  uv_unref((uv_handle_t *)&connection->tcp);
  *made = connection;
  return 0;
}

/* Queries are small and one by one: nothing is gained by collecting them. */
static int begin_connect(struct connection *connection) {
  union stubdns__sockaddr to;
  stubdns__sockaddr_from_address(&to, &connection->path->address);
  const int error = stubdns__local_bind_tcp(
      connection->transport, &connection->tcp, &connection->path->address);
  if (error) return error;
  (void)uv_tcp_nodelay(&connection->tcp, 1);
  return uv_tcp_connect(&connection->connect, &connection->tcp, &to.any,
                        on_connect);
}

void stubdns__connection_open(struct stubdns__transport *transport,
                              struct stubdns__path *path) {
  struct connection *connection;
  int error = make_connection(transport, path, &connection);
  if (error) {
    stubdns__core_on_path_error(transport->core, path,
                                stubdns__trouble_of(error), stubdns__now_us());
    return;
  }
  path->transport = connection;
  error = begin_connect(connection);
  if (error) fail(connection, error);
}

static void on_written(uv_write_t *request, int status) {
  struct writing *const writing = request->data;
  struct connection *const connection = writing->connection;
  stubdns__transport_release(connection->transport, writing);
  if (status == 0 || !connection->path) return;
  report(connection, STUBDNS__TROUBLE_CLOSED);
  stubdns__transport_drain(connection->transport);
}

static int write_message(struct connection *connection, const uint8_t *octets,
                         size_t length) {
  struct stubdns__transport *const transport = connection->transport;
  struct writing *const writing =
      stubdns__transport_allocate(transport, sizeof *writing + PREFIX + length);
  if (!writing) return UV_ENOMEM;
  writing->request.data = writing;
  writing->connection = connection;
  writing->octets[0] = (uint8_t)(length >> 8);
  writing->octets[1] = (uint8_t)(length & 0xff);
  memcpy(writing->octets + PREFIX, octets, length);
  const uv_buf_t buffer =
      uv_buf_init((char *)writing->octets, (unsigned)(PREFIX + length));
  const int error = uv_write(&writing->request, (uv_stream_t *)&connection->tcp,
                             &buffer, 1, on_written);
  if (error) stubdns__transport_release(transport, writing);
  return error;
}

void stubdns__connection_send(struct stubdns__path *path, const uint8_t *octets,
                              size_t length) {
  struct connection *const connection = path->transport;
  const int error = write_message(connection, octets, length);
  if (error == UV_ENOMEM)
    report(connection, STUBDNS__TROUBLE_NO_MEMORY);
  else if (error)
    report(connection, STUBDNS__TROUBLE_CLOSED);
}
