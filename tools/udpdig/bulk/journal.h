/* The journal of --resume: how far the output is whole, and which lines of the
 * input are in it.  It is written behind the output, so that whatever moment a
 * run is killed at the journal never says more than is true; what the output
 * has beyond it is cut off when the run goes on.
 *
 * The file is a header and two slots that are written by turns, each with a
 * number and a checksum: of a slot that was not finished the other one is
 * left. */
#ifndef UDPDIG_BULK_JOURNAL_H
#define UDPDIG_BULK_JOURNAL_H

#include "bulk/done.h"
#include "output.h"

#include <stddef.h>
#include <stdint.h>

struct journal {
  const char *path;
  int descriptor;
  uint64_t command;  /* a digest of what is asked */
  uint64_t sequence; /* of the newest slot */
  uint64_t offset;   /* where the output is whole */
  uint32_t status;   /* the worst so far */
  uint32_t is_finished;
  uint32_t is_resumed; /* the file was there */
  size_t slot_size;
  uint8_t *slot;
};

/* Opens or makes the journal at `path` for the command whose digest is
 * `command`.  In a new one the output is `offset` long; of one that is there,
 * `done` and the journal's own fields are read.  `open_lines_max` bounds the
 * runs of `done`.
 *
 * Returns 0, STUBDNS_ENOMEM, or STUBDNS_EINVALID with a sentence in `message`;
 * then it is closed. */
int journal_open(struct journal *journal, const char *path, uint64_t command,
                 uint64_t offset, size_t open_lines_max, struct done *done,
                 struct output *message);

/* Writes down that the output is whole up to `offset` and has the lines of
 * `done`.  Returns 0, or an errno number. */
int journal_write(struct journal *journal, uint64_t offset,
                  const struct done *done);

void journal_close(struct journal *journal);

/* Continues the digest of a text; begin with JOURNAL_DIGEST. */
#define JOURNAL_DIGEST 0xcbf29ce484222325u /* FNV-1a, 64 bits */
uint64_t journal_digest(uint64_t digest, const void *octets, size_t length);

#endif
