/* The command line as values.  Reading it is pure: words in, what is to be
 * asked out, or one sentence about the word that is wrong.
 *
 * Names that stand together make a group, with the types, classes, options and
 * servers that follow them up to the next name; each name of a group is asked
 * for each of its types.  What stands before the first name holds for every
 * group that does not say otherwise. */
#ifndef UDPDIG_ARGUMENTS_H
#define UDPDIG_ARGUMENTS_H

#include "output.h"
#include "server.h"
#include "settings.h"

#include "stubdns/name.h"

#include <stddef.h>

/* Part of one of the lists in struct arguments. */
struct slice {
  size_t first;
  size_t count;
};

struct group {
  struct settings settings;
  struct slice servers;
  struct slice names;
  struct slice types;
  uint16_t class_;    /* 0 where none was named */
  uint8_t is_reverse; /* named by -x */
};

/* One question to ask, with its group's ways. */
struct inquiry {
  const struct group *group;
  const stubdns_name_t *name;
  const struct server *only; /* of the group's servers, or NULL: any of them */
  uint16_t type;
  uint16_t class_;
  uint8_t is_absolute; /* the name was written with its final dot */
};

struct arguments {
  enum mode mode;
  const char *file; /* of names, in MODE_BULK, which has no inquiries */
  struct server *servers;
  stubdns_name_t *names;
  uint8_t *absolute; /* for each name */
  uint16_t *types;
  struct group *groups; /* the first one is what holds for all */
  struct inquiry *inquiries;
  size_t server_count;
  size_t name_count;
  size_t type_count;
  size_t group_count;
  size_t inquiry_count;
};

/* Writes the name to be looked up into `text`, which has room for
 * STUBDNS_NAME_TEXT_SIZE: without a final dot where it may be searched for. */
void inquiry_name_text(const struct inquiry *inquiry, char *text);

/* Reads the words behind the program's name.  `arguments` points into them.
 *
 * Returns 0, STUBDNS_ENOMEM, or STUBDNS_EINVALID with a sentence in `message`.
 * In any case arguments_release() follows. */
int arguments_read(struct arguments *arguments, size_t count,
                   const char *const *words, struct output *message);
void arguments_release(struct arguments *arguments);

/* Reads the words of a line from a file of names: as above, but what `all`,
 * another command line, has before its first name holds for the line too.  Its
 * types are asked where the line names none.  `all` must outlive `arguments`,
 * and is not changed. */
int arguments_read_line(struct arguments *arguments,
                        const struct arguments *all, size_t count,
                        const char *const *words, struct output *message);

#endif
