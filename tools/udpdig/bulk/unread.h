/* Records in a pipe that its reader has not taken yet.  When he goes away they
 * are lost, and their lines have to be asked again. */
#ifndef UDPDIG_BULK_UNREAD_H
#define UDPDIG_BULK_UNREAD_H

#include <stddef.h>
#include <stdint.h>

struct unread_line {
  uint64_t end; /* octets written when its last record was */
  uint64_t line;
};

/* A ring, the oldest line first; zeroed, an empty one. */
struct unread {
  struct unread_line *lines;
  size_t size; /* a power of two */
  size_t first;
  size_t count;
};

void unread_release(struct unread *unread);

/* Adds a line, whose records end there.  Returns 0 or STUBDNS_ENOMEM. */
int unread_add(struct unread *unread, uint64_t line, uint64_t end);

/* Forgets lines that were read: `read` octets were. */
void unread_forget(struct unread *unread, uint64_t read);

/* Takes out the line that was added last.  Returns 0 where there is none. */
int unread_take_last(struct unread *unread, uint64_t *line);

#endif
