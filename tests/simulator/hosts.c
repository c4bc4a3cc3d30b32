/* Simulated servers: honest, old, broken and lying ones, and somebody who
 * forges replies without seeing the queries. */
#include "simulator.h"

#include <string.h>

#define HEADER_LENGTH 12
#define ANSWER_LENGTH 16
#define OPT_LENGTH 11
#define ALIAS_LENGTH 10 /* of "x12.test" on the wire */
#define FORGED_ADDRESS 0x42424242u

/* A reply being written. */
struct reply {
  uint8_t octets[DATAGRAM_MAX];
  size_t length;
};

static void put(struct reply *reply, const void *octets, size_t length) {
  memcpy(reply->octets + reply->length, octets, length);
  reply->length += length;
}

static void set16(struct reply *reply, size_t offset, unsigned value) {
  reply->octets[offset] = (uint8_t)(value >> 8);
  reply->octets[offset + 1] = (uint8_t)value;
}

static void begin_reply(struct reply *reply, const stubdns_message_t *query,
                        unsigned flags) {
  const stubdns_question_t question = stubdns_message_question(query);
  memset(reply->octets, 0, HEADER_LENGTH);
  reply->length = HEADER_LENGTH;
  set16(reply, 0, query->id);
  set16(reply, 2, STUBDNS_FLAG_QR | STUBDNS_FLAG_RA | flags);
  set16(reply, 4, 1);
  put(reply, question.name.octets, question.name.length);
  const uint8_t rest[4] = {
      (uint8_t)(question.type >> 8), (uint8_t)question.type,
      (uint8_t)(question.class_ >> 8), (uint8_t)question.class_};
  put(reply, rest, sizeof rest);
}

static void put_address(struct reply *reply, uint32_t address) {
  const uint8_t answer[ANSWER_LENGTH] = {0xc0,
                                         HEADER_LENGTH,
                                         0,
                                         STUBDNS_TYPE_A,
                                         0,
                                         STUBDNS_CLASS_IN,
                                         0,
                                         0,
                                         0,
                                         ANSWER_TTL_S,
                                         0,
                                         4,
                                         (uint8_t)(address >> 24),
                                         (uint8_t)(address >> 16),
                                         (uint8_t)(address >> 8),
                                         (uint8_t)address};
  put(reply, answer, sizeof answer);
  set16(reply, 6, 1u + reply->octets[7]);
}

/* "n12.test" is an alias of "x12.test". */
static void put_alias(struct reply *reply) {
  uint8_t *const count = reply->octets + 7;
  static const uint8_t head[] = {
      0xc0, HEADER_LENGTH, 0, STUBDNS_TYPE_CNAME, 0, 1, 0, 0,
      0,    ANSWER_TTL_S,  0, ALIAS_LENGTH};
  uint8_t target[ALIAS_LENGTH];
  memcpy(target, reply->octets + HEADER_LENGTH, sizeof target);
  target[1] = 'x';
  put(reply, head, sizeof head);
  put(reply, target, sizeof target);
  ++*count;
}

static void put_opt(struct reply *reply, unsigned extended_rcode) {
  const uint8_t opt[OPT_LENGTH] = {0,    0,    STUBDNS_TYPE_OPT,
                                   0x04, 0xd0, (uint8_t)extended_rcode};
  put(reply, opt, sizeof opt);
  set16(reply, 10, 1);
}

/* The number in the first label, "n123", or 0. */
static uint16_t number_of(const stubdns_name_t *name) {
  unsigned number = 0;
  for (unsigned i = 2; i <= name->octets[0]; i++)
    number = number * 10 + (name->octets[i] - '0');
  return (uint16_t)(number % NAMES_MAX);
}

stubdns_question_t name_question(uint16_t name) {
  stubdns_question_t question = {.type = STUBDNS_TYPE_A,
                                 .class_ = STUBDNS_CLASS_IN};
  if (name == NAME_LOCALHOST) {
    stubdns_name_from_text(&question.name, "a.localhost", 11);
    return question;
  }
  const char text[] = {
      'n', (char)('0' + name / 10), (char)('0' + name % 10), '.', 't', 'e', 's',
      't'};
  stubdns_name_from_text(&question.name, text, sizeof text);
  return question;
}

uint32_t name_address(uint16_t name) {
  if (name == NAME_LOCALHOST) return 0x7f000001;
  return 0x0a000000u + name * 2654435761u % 0x00ffffffu;
}

/* Ways in which a reply can be wrong although its server was asked. */
enum lie {
  LIE_OTHER_ID,
  LIE_OTHER_NAME,
  LIE_OTHER_TYPE,
  LIE_NO_QR,
  LIE_OPCODE,
  LIE_NO_QUESTION,
  LIE_TWO_QUESTIONS,
  LIE_CUT,
  LIE_COUNTS,
  LIE_ECHO,
  LIE_GARBAGE,
  LIE_EMPTY,
  LIES
};

/* Makes the reply wrong; what it says would be noticed if it were believed. */
static void tell_lie(struct world *world, struct reply *reply) {
  switch (draw_below(&world->random, LIES)) {
  case LIE_OTHER_ID:
    reply->octets[draw_below(&world->random, 2)] ^= 0x55;
    break;
  case LIE_OTHER_NAME:
    reply->octets[HEADER_LENGTH + 1] ^= 0x07; /* no spoilt bit undoes it */
    break;
  case LIE_OTHER_TYPE:
    reply->octets[HEADER_LENGTH + 10] ^= 0x70;
    break;
  case LIE_NO_QR:
    reply->octets[2] &= 0x7f;
    break;
  case LIE_OPCODE:
    reply->octets[2] |= 0x20;
    break;
  case LIE_NO_QUESTION:
    set16(reply, 4, 0);
    break;
  case LIE_TWO_QUESTIONS:
    set16(reply, 4, 2);
    break;
  case LIE_CUT:
    reply->length -=
        1 + draw_below(&world->random, (uint32_t)reply->length - 1);
    break;
  case LIE_COUNTS:
    set16(reply, 6 + 2 * draw_below(&world->random, 3), 0xffff);
    break;
  case LIE_ECHO:
    reply->length = HEADER_LENGTH;
    set16(reply, 2, STUBDNS_FLAG_RD);
    break;
  case LIE_GARBAGE:
    for (size_t i = 0; i < reply->length; i++)
      reply->octets[i] = (uint8_t)draw(&world->random);
    break;
  default:
    reply->length = 0;
    break;
  }
}

/* A wrong reply in front of the true one. */
static void send_lie(struct world *world, uint32_t wire,
                     const struct reply *truth) {
  struct reply lie = *truth;
  if (lie.length > HEADER_LENGTH + ANSWER_LENGTH)
    memset(lie.octets + lie.length - 4, 0x42, 4);
  tell_lie(world, &lie);
  link_send_lie(world, wire, lie.octets, lie.length);
}

/* What a server that does not know EDNS says to a query with it; returns 0
 * where it goes on to answer. */
static int refuse_edns(const struct host *host, const stubdns_message_t *query,
                       struct reply *reply) {
  static const uint8_t rcodes[EDNS_HABITS] = {
      [EDNS_FORMERR] = STUBDNS_RCODE_FORMERR,
      [EDNS_BARE_FORMERR] = STUBDNS_RCODE_FORMERR,
      [EDNS_NOTIMP] = STUBDNS_RCODE_NOTIMP,
      [EDNS_SERVFAIL] = STUBDNS_RCODE_SERVFAIL};
  if (!query->opt_offset) return 0;
  if (host->edns_habit == EDNS_BADVERS) {
    begin_reply(reply, query, 0);
    put_opt(reply, STUBDNS_RCODE_BADVERS >> 4);
    return 1;
  }
  if (!rcodes[host->edns_habit]) return 0;
  begin_reply(reply, query, rcodes[host->edns_habit]);
  if (host->edns_habit != EDNS_BARE_FORMERR) return 1;
  reply->length = HEADER_LENGTH;
  set16(reply, 4, 0);
  return 1;
}

static void fold_question(struct reply *reply) {
  for (unsigned i = 1; i <= reply->octets[HEADER_LENGTH]; i++)
    reply->octets[HEADER_LENGTH + i] |= 0x20;
}

static int is_original(const stubdns_name_t *name) {
  return (name->octets[1] | 0x20) == 'n';
}

static void write_answer(const struct host *host, int is_tcp,
                         const stubdns_message_t *query, struct reply *reply) {
  const int truncates = host->truncates && !is_tcp;
  const stubdns_question_t question = stubdns_message_question(query);
  if (host->error_rcode) {
    begin_reply(reply, query, host->error_rcode);
    return;
  }
  begin_reply(reply, query, truncates ? STUBDNS_FLAG_TC : 0);
  if (host->folds_case) fold_question(reply);
  if (!truncates && host->cuts_chains && is_original(&question.name))
    put_alias(reply);
  else if (!truncates)
    put_address(reply, name_address(number_of(&question.name)));
  if (query->opt_offset && host->edns_habit == EDNS_UNDERSTOOD)
    put_opt(reply, 0);
}

/* Returns whether the query ends in trouble for its path. */
static int make_trouble(struct world *world, const struct host *host,
                        uint32_t wire) {
  const int is_tcp = world->wires[wire].is_tcp;
  if (is_tcp ? !draw_chance(&world->random, host->hang_up_permille)
             : !host->port_is_shut)
    return 0;
  world_add_event(world, host->delay_us,
                  (struct event){.kind = EVENT_TROUBLE,
                                 .trouble = is_tcp ? STUBDNS__TROUBLE_CLOSED
                                                   : STUBDNS__TROUBLE_REFUSED,
                                 .index = wire});
  return 1;
}

void host_on_query(struct world *world, uint32_t wire, const uint8_t *octets,
                   size_t length) {
  const struct host *const host = &world->hosts[world->wires[wire].host];
  stubdns_message_t query;
  struct reply reply;
  if (host->is_down || make_trouble(world, host, wire)) return;
  if (stubdns_message_parse(&query, octets, length, 0))
    broken(world, "a query is a well-formed message");
  if (stubdns_message_question(&query).name.octets[1] == 'a')
    broken(world, "no server is asked for localhost");
  if (query.opt_offset && host->edns_habit == EDNS_SILENT) return;
  if (!refuse_edns(host, &query, &reply))
    write_answer(host, world->wires[wire].is_tcp, &query, &reply);
  tally.replies++;
  if (draw_chance(&world->random, host->lie_permille))
    send_lie(world, wire, &reply);
  link_send_reply(world, wire, reply.octets, reply.length, 1000);
}

static int was_sent(const struct wire *wire, uint16_t id) {
  const uint32_t count =
      wire->sent_count < IDS_MAX ? wire->sent_count : IDS_MAX;
  for (uint32_t i = 0; i < count; i++)
    if (wire->ids[i] == id) return 1;
  return 0;
}

/* Somebody who knows a path and a question but not the ID, and never guesses
 * right: whatever is believed of him is a mistake. */
void forge_reply(struct world *world) {
  if (world->wire_count == 0) return;
  const uint32_t index = draw_below(&world->random, world->wire_count);
  const struct wire *const wire = &world->wires[index];
  const uint16_t id = (uint16_t)draw(&world->random);
  if (!wire->path || !wire->is_open || wire->is_tcp || was_sent(wire, id))
    return;
  const stubdns_question_t question =
      name_question((uint16_t)draw_below(&world->random, NAMES_MAX));
  const stubdns_message_t query = {0};
  struct reply reply;
  begin_reply(&reply, &query, 0);
  reply.length = HEADER_LENGTH;
  set16(&reply, 0, id);
  put(&reply, question.name.octets, question.name.length);
  put(&reply, "\0\1\0\1", 4);
  put_address(&reply, FORGED_ADDRESS);
  tally.forgeries++;
  link_send_lie(world, index, reply.octets, reply.length);
}

/* Mostly honest, sometimes one bad habit. */
void host_change(struct world *world, struct host *host) {
  uint64_t *const random = &world->random;
  host->edns_habit =
      (uint8_t)(draw_chance(random, 300) ? draw_below(random, EDNS_HABITS)
                                         : EDNS_UNDERSTOOD);
  host->folds_case = (uint8_t)draw_chance(random, 150);
  host->truncates = (uint8_t)draw_chance(random, 100);
  host->cuts_chains = (uint8_t)draw_chance(random, 100);
  host->tcp_is_shut = (uint8_t)draw_chance(random, 200);
  host->hang_up_permille =
      draw_chance(random, 300) ? draw_below(random, 1001) : 0;
  host->is_down = (uint8_t)draw_chance(random, 150);
  host->port_is_shut = (uint8_t)draw_chance(random, 100);
  host->error_rcode =
      (uint8_t)(draw_chance(random, 150) ? 1 + draw_below(random, 15) : 0);
  host->lie_permille = draw_chance(random, 300) ? draw_below(random, 1001) : 0;
  host->loss_permille = draw_chance(random, 300) ? draw_below(random, 600) : 5;
  host->duplicate_permille = draw_below(random, 100);
  host->corrupt_permille =
      draw_chance(random, 200) ? draw_below(random, 300) : 0;
  host->delay_us = 100 + draw_below(random, 1u << draw_below(random, 22));
  host->jitter_us = 1 + draw_below(random, host->delay_us);
}

void host_set_up(struct world *world, struct host *host, unsigned number) {
  host->address = (stubdns_address_t){.length = 4, .port = 53};
  const uint8_t octets[4] = {192, 0, 2, (uint8_t)(number + 1)};
  memcpy(host->address.octets, octets, sizeof octets);
  host_change(world, host);
}
