/* Ways to send several datagrams, the best first: cut from one by the kernel;
 * in groups, where there is a call for that; handed to libuv, which sends those
 * together that wait for the socket.  A single one is sent at once. */
#include "uv/outbox.h"

#include "uv/group.h"
#include "uv/segment.h"
#include "uv/socket.h"

#include <string.h>

/* A datagram that waits for the socket.  Those of common length come from the
 * spares and go back there. */
#define SPARE_SIZE 512

struct stubdns__waiting {
  uv_udp_send_t request;
  struct stubdns__waiting *next; /* among the spares */
  struct stubdns__socket *socket;
  size_t size; /* of `octets` */
  uint8_t octets[];
};

void stubdns__outbox_init(struct stubdns__outbox *outbox) {
  for (size_t i = 0; i < STUBDNS__BUCKETS; i++) {
    outbox->buckets[i].socket = NULL;
    outbox->buckets[i].length = 0;
    outbox->buckets[i].count = 0;
  }
  outbox->spares = NULL;
  outbox->can_segment = 1;
}

void stubdns__outbox_clear(struct stubdns__transport *transport) {
  struct stubdns__waiting *spare;
  while ((spare = transport->outbox.spares) != NULL) {
    transport->outbox.spares = spare->next;
    stubdns__transport_release(transport, spare);
  }
}

static struct stubdns__waiting *take_spare(struct stubdns__transport *transport,
                                           size_t length) {
  struct stubdns__waiting *spare = transport->outbox.spares;
  if (length <= SPARE_SIZE && spare) {
    transport->outbox.spares = spare->next;
    return spare;
  }
  const size_t size = length > SPARE_SIZE ? length : SPARE_SIZE;
  spare = stubdns__transport_allocate(transport, sizeof *spare + size);
  if (spare) spare->size = size;
  return spare;
}

static void give_back(struct stubdns__transport *transport,
                      struct stubdns__waiting *spare) {
  if (spare->size > SPARE_SIZE) {
    stubdns__transport_release(transport, spare);
    return;
  }
  spare->next = transport->outbox.spares;
  transport->outbox.spares = spare;
}

static void on_sent(uv_udp_send_t *request, int status) {
  struct stubdns__waiting *const waiting = request->data;
  struct stubdns__socket *const socket = waiting->socket;
  give_back(socket->transport, waiting);
  if (status == 0 || !socket->path) return;
  stubdns__socket_report(socket, status);
  stubdns__transport_drain(socket->transport);
}

static int send_later(struct stubdns__socket *socket, const uint8_t *octets,
                      size_t length) {
  struct stubdns__waiting *const waiting =
      take_spare(socket->transport, length);
  if (!waiting) return UV_ENOMEM;
  waiting->request.data = waiting;
  waiting->socket = socket;
  memcpy(waiting->octets, octets, length);
  const uv_buf_t buffer =
      uv_buf_init((char *)waiting->octets, (unsigned)length);
  const int error =
      uv_udp_send(&waiting->request, &socket->udp, &buffer, 1, NULL, on_sent);
  if (error) give_back(socket->transport, waiting);
  return error;
}

static int send_now(struct stubdns__socket *socket, const uint8_t *octets,
                    size_t length) {
  const uv_buf_t buffer = uv_buf_init((char *)octets, (unsigned)length);
  const int sent = uv_udp_try_send(&socket->udp, &buffer, 1, NULL);
  return sent < 0 ? sent : 0;
}

/* A send may fail with the refusal that an earlier one met, and then has sent
 * nothing itself. */
static void send_one(struct stubdns__socket *socket, const uint8_t *octets,
                     size_t length) {
  stubdns__segment_spare(socket, length);
  int error = send_now(socket, octets, length);
  if (error == UV_ECONNREFUSED) {
    stubdns__socket_report(socket, error);
    error = send_now(socket, octets, length);
  }
  if (error == UV_EAGAIN) error = send_later(socket, octets, length);
  if (error) stubdns__socket_report(socket, error);
}

/* What the socket does not take at once waits for it.  An error may be of an
 * earlier datagram: then the one that met it is sent once more. */
static void send_singly(struct stubdns__socket *socket, const uint8_t *octets,
                        size_t length, size_t count) {
  stubdns__segment_spare(socket, length);
  const int sent = stubdns__group_send(socket, octets, length, count);
  if (sent == UV_ECONNREFUSED) stubdns__socket_report(socket, sent);
  for (size_t i = sent > 0 ? (size_t)sent : 0; i < count; i++) {
    const int error = send_later(socket, octets + i * length, length);
    if (error) stubdns__socket_report(socket, error);
  }
}

static int send_segmented(struct stubdns__socket *socket, const uint8_t *octets,
                          size_t length, size_t count) {
  struct stubdns__outbox *const outbox = &socket->transport->outbox;
  if (!outbox->can_segment) return UV_ENOSYS;
  const int error = stubdns__segment_send(socket, octets, length, count);
  if (error == UV_ECONNREFUSED) stubdns__socket_report(socket, error);
  if (stubdns__segment_is_missing(error)) outbox->can_segment = 0;
  return error;
}

static void flush(struct stubdns__outbox *outbox, size_t index) {
  struct stubdns__bucket *const bucket = &outbox->buckets[index];
  const uint8_t *const octets = outbox->octets[index];
  const size_t count = bucket->count;
  bucket->count = 0;
  if (count == 1)
    send_one(bucket->socket, octets, bucket->length);
  else if (count > 1 &&
           send_segmented(bucket->socket, octets, bucket->length, count))
    send_singly(bucket->socket, octets, bucket->length, count);
}

void stubdns__outbox_flush(struct stubdns__transport *transport) {
  for (size_t i = 0; i < STUBDNS__BUCKETS; i++)
    flush(&transport->outbox, i);
}

void stubdns__outbox_forget(const struct stubdns__socket *socket) {
  struct stubdns__outbox *const outbox = &socket->transport->outbox;
  for (size_t i = 0; i < STUBDNS__BUCKETS; i++)
    if (outbox->buckets[i].socket == socket) outbox->buckets[i].count = 0;
}

static int is_full(const struct stubdns__bucket *bucket) {
  return bucket->count == STUBDNS__BUCKET_QUERIES ||
         bucket->length > STUBDNS__BUCKET_SIZE - bucket->count * bucket->length;
}

void stubdns__outbox_add(struct stubdns__socket *socket, const uint8_t *octets,
                         size_t length) {
  struct stubdns__outbox *const outbox = &socket->transport->outbox;
  const size_t index = length % STUBDNS__BUCKETS;
  struct stubdns__bucket *const bucket = &outbox->buckets[index];
  if (length > STUBDNS__BUCKET_SIZE) {
    send_one(socket, octets, length);
    return;
  }
  if (bucket->socket != socket || bucket->length != length)
    flush(outbox, index);
  bucket->socket = socket;
  bucket->length = length;
  memcpy(outbox->octets[index] + bucket->count * length, octets, length);
  bucket->count++;
  if (is_full(bucket)) flush(outbox, index);
}
