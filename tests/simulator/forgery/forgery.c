/* forgery: what a blind spoofer gets believed, for each thing that he has to
 * guess, beside what theory has it at (RFC 5452 section 7.2; the letters as in
 * draft-vixie-dnsext-dns0x20, the cookie as in RFC 7873 section 6).  Nobody
 * can wait for all of them to be guessed at once: so in each row he is told
 * some of it.  The status is 1 where a row is not what theory says. */
#include "resolver/core.h"
#include "stubdns/edns.h"
#include "stubdns/message.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS 13 /* of the name that is asked for */
#define COOKIE_BITS 64
#define ATTACK_PACKETS 100 /* that reach a lookup: then UDP is not believed */
#define DEVIATIONS 4       /* as many standard ones are chance */

static const uint8_t name[] = "\3www\7example\3com";
static const uint8_t forged_address[] = {192, 0, 2, 66};
static const uint8_t true_address[] = {192, 0, 2, 1};

/* What the spoofer does not know, and how often he tries. */
struct row {
  const char *title;
  unsigned id_bits;
  unsigned port_count;
  int guesses_letters;
  int guesses_cookie;
  unsigned packets; /* for each query */
  unsigned lookups;
};

static const struct row rows[] = {
    {"ID", 16, 1, 0, 0, 90, 20000},
    {"ID, with more packets than are borne", 16, 1, 0, 0, 1000, 2000},
    {"12 bits of the ID, and one of 8 ports", 12, 8, 0, 0, 700, 2000},
    {"8 bits of the ID, and one of 64 ports", 8, 64, 0, 0, 90, 10000},
    {"capitals of 13 letters", 0, 1, 1, 0, 90, 10000},
    {"3 bits of the ID, and the capitals", 3, 1, 1, 0, 90, 20000},
    {"cookie", 0, 1, 0, 1, 90, 5000},
    {"ID, one of 28232 ports, and the capitals", 16, 28232, 1, 0, 90, 5000},
};

struct world {
  struct stubdns__core *core;
  uint64_t now_us;
  uint64_t random;
  struct stubdns__path *path; /* of the query that was sent last */
  uint8_t query[2048];
  size_t length;
  int is_done;
  int is_forged; /* the answer is the spoofer's */
};

static uint32_t draw(struct world *world) {
  world->random ^= world->random >> 12;
  world->random ^= world->random << 25;
  world->random ^= world->random >> 27;
  return (uint32_t)(world->random * 2685821657736338717u >> 32);
}

static void *allocate(void *data, size_t size) {
  (void)data;
  return malloc(size);
}

static void release(void *data, void *memory) {
  (void)data;
  free(memory);
}

static int fill(void *data, uint8_t *octets, size_t length) {
  for (size_t i = 0; i < length; i++)
    octets[i] = (uint8_t)draw(data);
  return 0;
}

static void complete(struct world *world, const stubdns_answer_t *answer) {
  stubdns_record_t record;
  stubdns_field_t field;
  world->is_done = 1;
  if (!answer->message) return;
  stubdns_records_t records =
      stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
  if (stubdns_records_next(&records, &record) &&
      stubdns_record_field(&record, "address", &field))
    world->is_forged = !memcmp(stubdns_field_octets(&field), forged_address,
                               sizeof forged_address);
}

static void open_path(struct world *world, struct stubdns__path *path) {
  if (path->protocol == STUBDNS__UDP)
    stubdns__core_on_path_open(world->core, path, 40000, world->now_us);
  else
    stubdns__core_on_path_error(world->core, path, STUBDNS__TROUBLE_REFUSED,
                                world->now_us);
}

static void perform_all(struct world *world) {
  struct stubdns__action action;
  while (stubdns__core_next_action(world->core, &action)) {
    if (action.kind == STUBDNS__OPEN) open_path(world, action.path);
    if (action.kind == STUBDNS__COMPLETE) complete(world, action.answer);
    if (action.kind == STUBDNS__CLOSE && world->path == action.path)
      world->path = NULL;
    if (action.kind != STUBDNS__SEND) continue;
    world->path = action.path;
    world->length = action.length;
    memcpy(world->query, action.octets, action.length);
  }
}

/* Where the cookie of a message is, or 0. */
static size_t find_cookie(const uint8_t *octets, size_t length) {
  stubdns_message_t message;
  stubdns_option_t option;
  size_t position = 0;
  if (stubdns_message_parse(&message, octets, length, 0)) return 0;
  while (stubdns_message_next_option(&message, &position, &option))
    if (option.code == STUBDNS_OPTION_COOKIE)
      return (size_t)(option.octets - octets);
  return 0;
}

struct reply {
  uint8_t octets[512];
  size_t length;
};

static void put(struct reply *reply, const void *octets, size_t length) {
  memcpy(reply->octets + reply->length, octets, length);
  reply->length += length;
}

/* The reply to the query, with everything right. */
static void write_reply(const struct world *world, int with_cookie,
                        const uint8_t *address, struct reply *reply) {
  static const uint8_t header[] = {0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 1};
  static const uint8_t answer[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4};
  static const uint8_t opt[] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0};
  static const uint8_t cookie[] = {20, 0, 10, 0, 16};
  const size_t client = find_cookie(world->query, world->length);
  reply->length = 0;
  put(reply, world->query, 2);
  put(reply, header, sizeof header);
  put(reply, world->query + 12, sizeof name + 4);
  put(reply, answer, sizeof answer);
  put(reply, address, 4);
  put(reply, opt, sizeof opt);
  if (!with_cookie || !client) {
    put(reply, "", 1);
    return;
  }
  put(reply, cookie, sizeof cookie);
  put(reply, world->query + client, 8);
  put(reply, "ourserver", 8);
}

static void deliver(struct world *world, const struct reply *reply) {
  uint8_t octets[sizeof reply->octets];
  if (!world->path) return;
  memcpy(octets, reply->octets, reply->length);
  stubdns__core_on_datagram(world->core, world->path, octets, reply->length,
                            world->now_us);
  perform_all(world);
}

/* Puts guesses in the place of what the spoofer does not know; returns whether
 * the packet reaches the socket at all. */
static int guess(struct world *world, const struct row *row,
                 struct reply *reply) {
  const uint32_t unknown = (1u << row->id_bits) - 1;
  const uint32_t id = (uint32_t)(world->query[0] << 8 | world->query[1]);
  const uint32_t guessed = (id & ~unknown) | (draw(world) & unknown);
  const size_t cookie = find_cookie(reply->octets, reply->length);
  reply->octets[0] = (uint8_t)(guessed >> 8);
  reply->octets[1] = (uint8_t)guessed;
  for (size_t i = 0; row->guesses_letters && i < sizeof name; i++)
    if (name[i] >= 'a')
      reply->octets[12 + i] = (uint8_t)(name[i] ^ (draw(world) & 0x20));
  for (size_t i = 0; row->guesses_cookie && cookie && i < 8; i++)
    reply->octets[cookie + i] = (uint8_t)draw(world);
  return draw(world) % row->port_count == 0;
}

/* One lookup: so many guesses, then the true reply. */
static int is_fooled(struct world *world, const struct row *row) {
  const stubdns_lookup_options_t options = {.flags = 0};
  stubdns_question_t question = {.type = STUBDNS_TYPE_A,
                                 .class_ = STUBDNS_CLASS_IN};
  struct stubdns__request *request;
  struct reply reply;
  question.name.length = sizeof name;
  memcpy(question.name.octets, name, sizeof name);
  world->now_us += 10000;
  world->is_done = 0;
  world->is_forged = 0;
  if (stubdns__core_start(world->core, &question, &options, NULL, world->now_us,
                          &request))
    abort();
  perform_all(world);
  write_reply(world, row->guesses_cookie, forged_address, &reply);
  for (unsigned i = 0; i < row->packets && !world->is_done; i++)
    if (guess(world, row, &reply)) deliver(world, &reply);
  write_reply(world, row->guesses_cookie, true_address, &reply);
  if (!world->is_done) deliver(world, &reply);
  if (!world->is_done) {
    stubdns__core_cancel(world->core, request, world->now_us);
    perform_all(world);
  }
  return world->is_forged;
}

/* How many lookups are fooled, as theory has it. */
static double expected(const struct row *row) {
  const double chance =
      ldexp(1.0, -(int)row->id_bits - (row->guesses_letters ? LETTERS : 0) -
                     (row->guesses_cookie ? COOKIE_BITS : 0)) /
      row->port_count;
  const unsigned borne = ATTACK_PACKETS * row->port_count;
  const unsigned count = row->packets < borne ? row->packets : borne;
  return row->lookups * -expm1(count * log1p(-chance));
}

static unsigned measure(const struct row *row) {
  const struct stubdns__hooks hooks = {
      .allocate = allocate, .release = release, .random = fill};
  const stubdns_address_t server = {4, {192, 0, 2, 53}, 53, 0};
  struct world world = {.now_us = 1000000, .random = 88172645463325252u};
  struct stubdns__hooks own = hooks;
  struct row warm = *row;
  unsigned count = 0;
  own.data = &world;
  warm.packets = 0;
  if (stubdns__core_create(&own, NULL, &world.core) ||
      stubdns__core_add_server(world.core, &server))
    abort();
  (void)is_fooled(&world, &warm); /* the server gives its cookie */
  for (unsigned i = 0; i < row->lookups; i++)
    count += (unsigned)is_fooled(&world, row);
  stubdns__core_close(world.core, world.now_us);
  perform_all(&world);
  stubdns__core_destroy(world.core);
  return count;
}

int main(void) {
  int failed = 0;
  printf("%-42s %7s %7s %6s %9s\n", "guessed blindly", "packets", "lookups",
         "fooled", "in theory");
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const double theory = expected(&rows[i]);
    const unsigned count = measure(&rows[i]);
    const int is_off = fabs(count - theory) > DEVIATIONS * sqrt(theory) + 1;
    printf("%-42s %7u %7u %6u %9.2f%s\n", rows[i].title, rows[i].packets,
           rows[i].lookups, count, theory, is_off ? "  NOT AS IN THEORY" : "");
    failed |= is_off;
  }
  return failed;
}
