/* Results as JSON, one object a line.  Its keys and their types are in
 * udpdig.schema.json, and never change within one "v". */
#ifndef UDPDIG_PRINT_JSON_H
#define UDPDIG_PRINT_JSON_H

#include "output.h"

#include "stubdns/lookup.h"

/* How a question ended. */
struct result {
  uint64_t number; /* of the question, counted from 1 */
  const stubdns_question_t *question;
  const stubdns_answer_t *answer; /* NULL where no lookup could begin */
  int status;                     /* 0 or an error of the library */
  uint64_t when_ms;               /* since 1970: when it ended */
  const uint8_t *query;           /* that was sent, where it was kept */
  size_t query_length;
  uint8_t is_fixed;  /* 1: times and local ports are printed as 0 */
  uint8_t timeline;  /* 1: with each attempt and each ignored datagram */
  uint8_t truncated; /* 1: a truncated reply is an error */
};

/* The "code" of the error where there is no reply. */
const char *result_error_code(const struct result *result);

/* Prints one object and a newline; where there is no reply it has "error". */
void print_json(struct output *output, const struct result *result);

/* The same in the form of RFC 8427, and in that of DNS over HTTPS services. */
void print_json_rfc8427(struct output *output, const struct result *result);
void print_json_doh(struct output *output, const struct result *result);

/* A failure where there is not even a question: `code` is one of the schema's,
 * `message` a sentence. */
void print_json_failure(struct output *output, uint64_t number,
                        const char *code, const char *message);

#endif
