/* Reading and writing the journal's file.  Its numbers are in the order of the
 * machine that wrote them: a run goes on where it began. */
#include "bulk/journal.h"

#include "stubdns/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "stubdns journal\n"
#define VERSION 1

struct header {
  char magic[sizeof MAGIC - 1];
  uint64_t version;
  uint64_t command;
  uint64_t slot_size;
  uint64_t digest; /* of all before */
};

struct slot {
  uint64_t digest; /* of all behind */
  uint64_t sequence;
  uint64_t offset;
  uint64_t through;
  uint32_t status;
  uint32_t is_finished;
  uint64_t runs_length;
  uint8_t runs[];
};

/* An open line and the done ones behind it: two runs, of which the second may
 * need three octets. */
#define OCTETS_PER_OPEN_LINE 4
#define SLOT_ALIGNMENT 4096

uint64_t journal_digest(uint64_t digest, const void *octets, size_t length) {
  const uint8_t *const octet = octets;
  for (size_t i = 0; i < length; i++)
    digest = (digest ^ octet[i]) * 0x100000001b3u;
  return digest;
}

static uint64_t header_digest(const struct header *header) {
  return journal_digest(JOURNAL_DIGEST, header,
                        offsetof(struct header, digest));
}

static uint64_t slot_digest(const struct slot *slot) {
  const size_t length = offsetof(struct slot, runs) + slot->runs_length;
  return journal_digest(JOURNAL_DIGEST, &slot->sequence,
                        length - sizeof slot->digest);
}

static off_t slot_place(const struct journal *journal, uint64_t sequence) {
  return (off_t)(SLOT_ALIGNMENT + sequence % 2 * journal->slot_size);
}

/* Writes all of it, or returns an errno number. */
static int write_at(int descriptor, const void *octets, size_t length,
                    off_t place) {
  const char *next = octets;
  while (length) {
    const ssize_t written = pwrite(descriptor, next, length, place);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written ? errno : ENOSPC;
    next += written;
    place += written;
    length -= (size_t)written;
  }
  return 0;
}

static size_t read_at(int descriptor, void *octets, size_t size, off_t place) {
  size_t length = 0;
  while (length < size) {
    const ssize_t got = pread(descriptor, (char *)octets + length,
                              size - length, place + (off_t)length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    length += (size_t)got;
  }
  return length;
}

static int complain(const struct journal *journal, struct output *message,
                    const char *sentence) {
  output_format(message, "%s: %s", journal->path, sentence);
  return STUBDNS_EINVALID;
}

static int complain_errno(const struct journal *journal, struct output *message,
                          int error) {
  return complain(journal, message, strerror(error));
}

int journal_write(struct journal *journal, uint64_t offset,
                  const struct done *done) {
  struct slot *const slot = (struct slot *)(void *)journal->slot;
  const size_t room = journal->slot_size - offsetof(struct slot, runs);
  size_t length;
  if (done_encode(done, slot->runs, room, &length)) return EFBIG;
  slot->sequence = ++journal->sequence;
  slot->offset = journal->offset = offset;
  slot->through = done->through;
  slot->status = journal->status;
  slot->is_finished = journal->is_finished;
  slot->runs_length = length;
  slot->digest = slot_digest(slot);
  return write_at(journal->descriptor, slot,
                  offsetof(struct slot, runs) + length,
                  slot_place(journal, slot->sequence));
}

/* The slot that holds `sequence` in the file, if that is whole; else NULL. */
static const struct slot *read_slot(struct journal *journal,
                                    uint64_t sequence) {
  const struct slot *const slot = (const struct slot *)(void *)journal->slot;
  const size_t fixed = offsetof(struct slot, runs);
  const size_t length =
      read_at(journal->descriptor, journal->slot, journal->slot_size,
              slot_place(journal, sequence));
  if (length < fixed || slot->runs_length > length - fixed) return NULL;
  return slot->digest == slot_digest(slot) ? slot : NULL;
}

static int take_slot(struct journal *journal, const struct slot *slot,
                     struct done *done) {
  journal->sequence = slot->sequence;
  journal->offset = slot->offset;
  journal->status = slot->status;
  journal->is_finished = slot->is_finished;
  done_release(done);
  return done_decode(done, slot->through, slot->runs, slot->runs_length);
}

static int read_slots(struct journal *journal, struct done *done,
                      struct output *message) {
  int found = 0;
  for (unsigned i = 0; i < 2; i++) {
    const struct slot *const slot = read_slot(journal, i);
    if (!slot || (found && slot->sequence < journal->sequence)) continue;
    const int error = take_slot(journal, slot, done);
    if (error == STUBDNS_ENOMEM) return error;
    found = !error;
  }
  return found ? 0 : complain(journal, message, "the journal is damaged");
}

static int allocate_slot(struct journal *journal, size_t size) {
  journal->slot_size = size;
  journal->slot = calloc(size, 1);
  return journal->slot ? 0 : STUBDNS_ENOMEM;
}

static int resume(struct journal *journal, const struct header *header,
                  struct done *done, struct output *message) {
  if (header->digest != header_digest(header) || header->version != VERSION ||
      header->slot_size > SIZE_MAX / 4)
    return complain(journal, message, "the journal is damaged");
  if (header->command != journal->command)
    return complain(journal, message, "is the journal of another command");
  const int error = allocate_slot(journal, header->slot_size);
  if (error) return error;
  journal->is_resumed = 1;
  return read_slots(journal, done, message);
}

/* The header comes last: with it the journal is whole.  Its room is reserved,
 * so that a full disk cannot keep the truth from it later. */
static int make(struct journal *journal, uint64_t offset, size_t open_lines_max,
                const struct done *done, struct output *message) {
  struct header header = {.version = VERSION, .command = journal->command};
  size_t size = sizeof(struct slot) + open_lines_max * OCTETS_PER_OPEN_LINE;
  size = (size / SLOT_ALIGNMENT + 1) * SLOT_ALIGNMENT;
  if (allocate_slot(journal, size)) return STUBDNS_ENOMEM;
  int error = posix_fallocate(journal->descriptor, 0,
                              (off_t)(SLOT_ALIGNMENT + 2 * size));
  if (!error) error = journal_write(journal, offset, done);
  memcpy(header.magic, MAGIC, sizeof header.magic);
  header.slot_size = size;
  header.digest = header_digest(&header);
  if (!error) error = write_at(journal->descriptor, &header, sizeof header, 0);
  return error ? complain_errno(journal, message, error) : 0;
}

static int is_zero(const void *octets, size_t length) {
  const uint8_t *const octet = octets;
  size_t i = 0;
  while (i < length && !octet[i])
    i++;
  return i == length;
}

static int open_file(struct journal *journal, struct output *message) {
  journal->descriptor = open(journal->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (journal->descriptor == -1) return complain_errno(journal, message, errno);
  if (flock(journal->descriptor, LOCK_EX | LOCK_NB) == 0) return 0;
  return complain(journal, message, "the journal is in use by another run");
}

/* A file without a header is one whose making was cut short. */
static int read_or_make(struct journal *journal, uint64_t offset,
                        size_t open_lines_max, struct done *done,
                        struct output *message) {
  struct header header = {0};
  const size_t length = read_at(journal->descriptor, &header, sizeof header, 0);
  if (is_zero(&header, length))
    return make(journal, offset, open_lines_max, done, message);
  if (length < sizeof header ||
      memcmp(header.magic, MAGIC, sizeof header.magic) != 0)
    return complain(journal, message, "is no journal of udpdig");
  return resume(journal, &header, done, message);
}

int journal_open(struct journal *journal, const char *path, uint64_t command,
                 uint64_t offset, size_t open_lines_max, struct done *done,
                 struct output *message) {
  *journal = (struct journal){.path = path, .command = command};
  int error = open_file(journal, message);
  if (!error)
    error = read_or_make(journal, offset, open_lines_max, done, message);
  if (error) journal_close(journal);
  return error;
}

void journal_close(struct journal *journal) {
  if (journal->descriptor > 0) (void)close(journal->descriptor);
  free(journal->slot);
  journal->descriptor = 0;
  journal->slot = NULL;
}
