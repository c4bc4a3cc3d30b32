/* Aliases without the records that they lead to: the name at their end is asked
 * for in turn, and what comes of it is put behind them, so that one message has
 * the whole chain.  RFC 1034 section 3.6.2; the RCODE is that of its end, RFC
 * 6604 section 3. */
#include "resolver/state.h"

#include "stubdns/answer.h"
#include "stubdns/builder.h"
#include "wire/message.h"

#include <string.h>

/* A test program, or whoever asks a server about its own zones, wants to see
 * what that has to say. */
static int is_wanted(const struct stubdns__request *request) {
  return !request->form && !(request->flags & (STUBDNS_LOOKUP_NO_ALIASES |
                                               STUBDNS_LOOKUP_NO_RECURSION));
}

/* Most replies have none, and are looked at no further. */
static int has_alias(const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record))
    if (record.type == STUBDNS_TYPE_CNAME || record.type == STUBDNS_TYPE_DNAME)
      return 1;
  return 0;
}

static void copy_section(stubdns_builder_t *builder,
                         const stubdns_message_t *message,
                         enum stubdns_section section) {
  stubdns_records_t records = stubdns_message_records(message, section);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record))
    if (stubdns__record_can_be_copied(&record))
      stubdns_builder_record(builder, section, &record);
}

/* Both answer sections, and the rest of the later message. */
static int build(const stubdns_question_t *question,
                 const stubdns_message_t *aliases,
                 const stubdns_message_t *message, uint8_t *octets, size_t size,
                 size_t *length) {
  stubdns_builder_t builder;
  unsigned flags = message->flags;
  if (!(aliases->flags & STUBDNS_FLAG_AD)) flags &= ~STUBDNS_FLAG_AD;
  stubdns_builder_begin(&builder, octets, size, message->id, (uint16_t)flags);
  stubdns_builder_question(&builder, question);
  copy_section(&builder, aliases, STUBDNS_SECTION_ANSWER);
  copy_section(&builder, message, STUBDNS_SECTION_ANSWER);
  copy_section(&builder, message, STUBDNS_SECTION_AUTHORITY);
  copy_section(&builder, message, STUBDNS_SECTION_ADDITIONAL);
  return stubdns_builder_finish(&builder, length);
}

static int join(struct stubdns__core *core, struct stubdns__request *request,
                const stubdns_message_t *aliases,
                const stubdns_message_t *message) {
  stubdns_question_t question;
  stubdns__request_question(request, &question);
  size_t length = aliases->length + message->length;
  int error = STUBDNS_ENOSPACE;
  while (error == STUBDNS_ENOSPACE) { /* the second time it is long enough */
    struct stubdns__kept *const kept =
        stubdns__allocate(core, sizeof *kept + length);
    if (!kept) return STUBDNS_ENOMEM;
    *kept = (struct stubdns__kept){0};
    error =
        build(&question, aliases, message, kept->octets, length, &kept->length);
    length = kept->length;
    if (!error) {
      stubdns__release(core, request->kept);
      request->kept = kept;
    } else {
      stubdns__release(core, kept);
    }
  }
  return error;
}

/* What is kept has been parsed, so that this cannot fail. */
static void parse_again(stubdns_message_t *message, const uint8_t *octets,
                        size_t length) {
  (void)stubdns_message_parse(message, octets, length, 0);
}

static int join_to_tail(struct stubdns__core *core,
                        struct stubdns__request *request,
                        const struct stubdns__tail *tail,
                        const stubdns_message_t *message) {
  stubdns_message_t aliases;
  parse_again(&aliases, tail->octets + tail->name_length, tail->length);
  const int error = join(core, request, &aliases, message);
  return error && error != STUBDNS_ENOMEM ? STUBDNS_ETOOLONG : error;
}

/* Leaves the exchange so far behind and asks for the chain's end. */
static int go_on(struct stubdns__core *core, struct stubdns__request *request,
                 const stubdns_chain_t *chain) {
  const stubdns_message_t *const message = chain->message;
  const stubdns_name_t *const name = &chain->target;
  struct stubdns__tail *const tail =
      stubdns__allocate(core, sizeof *tail + name->length + message->length);
  if (!tail) return STUBDNS_ENOMEM;
  tail->alias_count = chain->alias_count;
  tail->length = message->length;
  tail->name_length = name->length;
  memcpy(tail->octets, name->octets, name->length);
  memcpy(tail->octets + name->length, message->octets, message->length);
  for (struct stubdns__attempt *a = request->exchange.newest; a; a = a->older)
    stubdns__route_leave(core, stubdns__flight_of(a));
  tail->past = stubdns__exchange_restart(&request->exchange,
                                         stubdns__request_past(request));
  stubdns__release(core, request->kept);
  stubdns__release(core, request->tail);
  request->kept = NULL;
  request->tail = tail;
  stubdns__request_wake(core, request);
  return 0;
}

static unsigned aliases_before(const struct stubdns__request *request) {
  return request->tail ? request->tail->alias_count : 0;
}

/* Errors that are about the aliases; malformed content is the record's. */
static int is_of_chain(int error) {
  return error == STUBDNS_EALIASLOOP || error == STUBDNS_EALIASCONFLICT ||
         error == STUBDNS_EALIASDEPTH || error == STUBDNS_ENAMETOOLONG;
}

/* Where the last reply brought no further alias the chain ends there, though
 * nothing says so. */
static int follow(struct stubdns__core *core, struct stubdns__request *request,
                  const stubdns_message_t *message, int *goes_on) {
  stubdns_question_t question;
  stubdns__request_question(request, &question);
  stubdns_chain_t chain;
  int error = stubdns_chain_follow(&chain, message, &question);
  *goes_on = !error && chain.outcome == STUBDNS_OUTCOME_INCOMPLETE &&
             chain.alias_count > aliases_before(request);
  if (*goes_on) error = go_on(core, request, &chain);
  return error;
}

int stubdns__chain_take(struct stubdns__core *core,
                        struct stubdns__flight *flight, int *goes_on) {
  struct stubdns__request *const request = flight->request;
  const stubdns_message_t *message = &core->reply.message;
  stubdns_message_t whole;
  int error = 0;
  *goes_on = 0;
  if (!is_wanted(request) || (!request->tail && !has_alias(message))) return 0;
  if (request->tail) {
    error = join_to_tail(core, request, request->tail, message);
    if (error) return error;
    request->kept->flight = flight;
    parse_again(&whole, request->kept->octets, request->kept->length);
    message = &whole;
  }
  error = follow(core, request, message, goes_on);
  return is_of_chain(error) || error == STUBDNS_ENOMEM ? error : 0;
}

int stubdns__chain_explain(struct stubdns__core *core,
                           struct stubdns__request *request) {
  const struct stubdns__request *const source = stubdns__share_source(request);
  const struct stubdns__tail *const tail = source->tail;
  stubdns_message_t message;
  if (source->kept) {
    const struct stubdns__flight *const flight = source->kept->flight;
    parse_again(&message, source->kept->octets, source->kept->length);
    const int error = join_to_tail(core, request, tail, &message);
    if (!error) request->kept->flight = flight;
    return error;
  }
  return stubdns__request_keep(core, request, tail->octets + tail->name_length,
                               tail->length);
}
