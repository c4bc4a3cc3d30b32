/* A path as a connected UDP socket, RFC 5452 section 9: the kernel lets in only
 * what comes from the server's address and port.
 *
 * The local port is the kernel's choice among its ephemeral ports, at random
 * for each socket: on Linux, unless configured otherwise, one of 28232 (14.8
 * bits) beside the 16 bits of the query's ID.  Ports in use and those that
 * net.ipv4.ip_local_reserved_ports names are never among them; where the user
 * excludes others a port is drawn again. */
#include "uv/socket.h"

#include "uv/gather.h"
#include "uv/network.h"
#include "uv/sockaddr.h"

#include <string.h>

#ifndef _WIN32
#include <netinet/in.h>
#include <sys/socket.h>
#endif

/* Draws for a port that is not excluded. */
#define DRAWS_MAX 16

/* Octets, for 4096 replies with all that Linux counts beside them. */
#define SHARED_RECEIVE_BUFFER (4 << 20)

void stubdns__socket_report(struct stubdns__socket *socket, int error) {
  const enum stubdns__trouble trouble = stubdns__trouble_of(error);
  const uint64_t now_us = stubdns__now_us();
  stubdns__watch_tell_refusal(socket->transport, socket->path, trouble, now_us);
  stubdns__core_on_path_error(socket->transport->core, socket->path, trouble,
                              now_us);
  stubdns__transport_drain_soon(socket->transport);
}

static void on_closed(uv_handle_t *handle) {
  struct stubdns__socket *const socket = handle->data;
  struct stubdns__transport *const transport = socket->transport;
  stubdns__transport_release(transport, socket);
  stubdns__transport_forget_handle(transport);
}

static void close_socket(struct stubdns__socket *socket) {
  socket->path = NULL;
  stubdns__outbox_forget(socket);
  uv_close((uv_handle_t *)&socket->udp, on_closed);
}

void stubdns__socket_close(struct stubdns__path *path) {
  close_socket(path->transport);
}

/* All sockets share the room: what is received is dealt with at once.  Without
 * room libuv receives nothing itself, and says so to on_receive(). */
static void on_allocate(uv_handle_t *handle, size_t suggested_size,
                        uv_buf_t *buffer) {
  struct stubdns__socket *const socket = handle->data;
  (void)suggested_size;
  *buffer = stubdns__gather_is_on()
                ? uv_buf_init(NULL, 0)
                : uv_buf_init((char *)socket->transport->octets,
                              sizeof socket->transport->octets);
}

/* Between bind() and connect() a socket takes datagrams from anywhere, and
 * gives them out later.  A datagram that was cut is no message. */
static int is_for(const struct stubdns__socket *socket,
                  const struct sockaddr *from, int is_cut) {
  return stubdns__sockaddr_is(from, &socket->path->address) && !is_cut;
}

/* More may come in this turn of the loop, so that only what cannot wait is done
 * now. */
void stubdns__socket_deliver(struct stubdns__socket *socket, uint8_t *octets,
                             size_t length, const struct sockaddr *from,
                             int is_cut) {
  struct stubdns__transport *const transport = socket->transport;
  if (!is_for(socket, from, is_cut)) return;
  stubdns__transport_receive(transport, socket->path, octets, length);
  stubdns__transport_drain_in_turn(transport);
}

static void fail_to_receive(struct stubdns__socket *socket, int error) {
  stubdns__socket_report(socket, error);
  stubdns__transport_drain_in_turn(socket->transport);
}

static void gather(struct stubdns__socket *socket) {
  const int error = stubdns__gather_receive(socket);
  if (error && socket->path) fail_to_receive(socket, error);
}

/* Without an address there was nothing to read; with one, also no octets are a
 * datagram.  Of those that were received together some may be given out when
 * the first has had the path closed. */
static void on_receive(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                       const struct sockaddr *from, unsigned flags) {
  struct stubdns__socket *const socket = udp->data;
  if (!socket->path) return;
  if (length == UV_ENOBUFS && stubdns__gather_is_on())
    gather(socket);
  else if (length < 0)
    fail_to_receive(socket, (int)length);
  else if (from)
    stubdns__socket_deliver(socket, (uint8_t *)buffer->base, (size_t)length,
                            from, (flags & UV_UDP_PARTIAL) != 0);
}

/* Linux: what ICMP says of the path's MTU may be forged, to have our queries
 * fragmented; so it is not listened to, RFC 9715 section 3.  Where the system
 * knows no such thing its default stands. */
static void ignore_path_mtu(const struct stubdns__socket *socket) {
#ifdef IP_PMTUDISC_OMIT
  uv_os_fd_t descriptor;
  if (uv_fileno((const uv_handle_t *)&socket->udp, &descriptor)) return;
  const int ipv4 = IP_PMTUDISC_OMIT;
  const int ipv6 = IPV6_PMTUDISC_OMIT;
  if (socket->path->address.length == 4)
    (void)setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &ipv4,
                     sizeof ipv4);
  else
    (void)setsockopt(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &ipv6,
                     sizeof ipv6);
#else
  (void)socket;
#endif
}

/* A socket that many queries share gets many replies at once.  The system gives
 * what it may. */
static void expect_many(const struct stubdns__socket *socket) {
  int size = SHARED_RECEIVE_BUFFER;
  if (!socket->transport->shares_paths) return;
  (void)uv_recv_buffer_size((uv_handle_t *)&socket->udp, &size);
  stubdns__gather_begin(socket);
}

/* The kernel chooses the port when the socket is bound or connected. */
static int connect_socket(struct stubdns__socket *socket) {
  union stubdns__sockaddr to;
  stubdns__sockaddr_from_address(&to, &socket->path->address);
  ignore_path_mtu(socket);
  expect_many(socket);
  int error = stubdns__local_bind_udp(socket->transport, &socket->udp,
                                      &socket->path->address);
  if (!error) error = uv_udp_connect(&socket->udp, &to.any);
  if (error) return error;
  return uv_udp_recv_start(&socket->udp, on_allocate, on_receive);
}

void stubdns__socket_local(const struct stubdns__path *path,
                           union stubdns__sockaddr *local) {
  const struct stubdns__socket *const socket = path->transport;
  int length = sizeof *local;
  memset(local, 0, sizeof *local);
  (void)uv_udp_getsockname(&socket->udp, &local->any, &length);
}

static uint16_t local_port(const struct stubdns__path *path) {
  union stubdns__sockaddr local;
  stubdns__socket_local(path, &local);
  return stubdns__sockaddr_port(&local.any);
}

/* Gives the path a socket that libuv knows, in `*made`. */
static int make_socket(struct stubdns__transport *transport,
                       struct stubdns__path *path,
                       struct stubdns__socket **made) {
  struct stubdns__socket *const socket =
      stubdns__transport_allocate(transport, sizeof *socket);
  if (!socket) return UV_ENOMEM;
  const unsigned family = path->address.length == 4 ? AF_INET : AF_INET6;
  const int error =
      uv_udp_init_ex(transport->loop, &socket->udp, family | UV_UDP_RECVMMSG);
  if (error) {
    stubdns__transport_release(transport, socket);
    return error;
  }
  socket->udp.data = socket;
  socket->transport = transport;
  socket->path = path;
  socket->segment = 0;
  transport->handle_count++;
  uv_unref((uv_handle_t *)&socket->udp);
  *made = socket;
  return 0;
}

/* Gives the path a socket on some port. */
static int try_to_open(struct stubdns__transport *transport,
                       struct stubdns__path *path) {
  struct stubdns__socket *socket;
  int error = make_socket(transport, path, &socket);
  if (error) return error;
  path->transport = socket;
  error = connect_socket(socket);
  if (error) close_socket(socket);
  return error;
}

static int open_socket(struct stubdns__transport *transport,
                       struct stubdns__path *path) {
  for (unsigned i = 0; i < DRAWS_MAX; i++) {
    const int error = try_to_open(transport, path);
    if (error) return error;
    const uint16_t port = local_port(path);
    if (!stubdns__local_is_excluded(&transport->local, port)) {
      stubdns__core_on_path_open(transport->core, path, port,
                                 stubdns__now_us());
      return 0;
    }
    stubdns__socket_close(path);
  }
  return UV_EADDRINUSE;
}

void stubdns__socket_open(struct stubdns__transport *transport,
                          struct stubdns__path *path) {
  const int error = open_socket(transport, path);
  if (error)
    stubdns__core_on_path_error(transport->core, path,
                                stubdns__trouble_of(error), stubdns__now_us());
}

void stubdns__socket_send(struct stubdns__path *path, const uint8_t *octets,
                          size_t length) {
  stubdns__outbox_add(path->transport, octets, length);
}
