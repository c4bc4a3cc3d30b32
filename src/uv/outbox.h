/* Queries that are about to be sent: those of one length to one socket are
 * gathered, and go out together at the end of the loop's turn. */
#ifndef STUBDNS_UV_OUTBOX_H
#define STUBDNS_UV_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

struct stubdns__socket;
struct stubdns__transport;

/* Lengths gathered at a time: queries differ in their names alone, and most
 * names have 10 to 40 octets. */
#define STUBDNS__BUCKETS 32

/* Queries sent at once, at most: what one more saves is little by then. */
#define STUBDNS__BUCKET_QUERIES 32

/* As many queries of a common length. */
#define STUBDNS__BUCKET_SIZE (STUBDNS__BUCKET_QUERIES * 128)

struct stubdns__bucket {
  struct stubdns__socket *socket;
  size_t length; /* of each query */
  size_t count;
};

struct stubdns__outbox {
  struct stubdns__bucket buckets[STUBDNS__BUCKETS];
  struct stubdns__waiting *spares; /* room for datagrams that have to wait */
  int can_segment;                 /* until the system says no */
  /* apart, so that a bucket that is never used costs no memory */
  uint8_t octets[STUBDNS__BUCKETS][STUBDNS__BUCKET_SIZE];
};

void stubdns__outbox_init(struct stubdns__outbox *outbox);

/* Gives the spares back. */
void stubdns__outbox_clear(struct stubdns__transport *transport);

/* Sends a datagram, at the next flush at the latest.  What goes wrong is told
 * to the core. */
void stubdns__outbox_add(struct stubdns__socket *socket, const uint8_t *octets,
                         size_t length);

void stubdns__outbox_flush(struct stubdns__transport *transport);

/* Forgets what is to be sent on a socket that is going to be closed. */
void stubdns__outbox_forget(const struct stubdns__socket *socket);

#endif
