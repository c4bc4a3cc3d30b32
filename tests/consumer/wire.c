/* A program without libuv: builds a query and prints its question again. */
#include <stdio.h>
#include <string.h>
#include <stubdns/wire.h>

int main(int argc, char **argv) {
  stubdns_question_t question;
  question.type = STUBDNS_TYPE_MX;
  question.class_ = STUBDNS_CLASS_IN;
  if (argc != 2 ||
      stubdns_name_from_text(&question.name, argv[1], strlen(argv[1])))
    return 1;
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  query.question = &question;
  uint8_t octets[STUBDNS_QUERY_MAX];
  size_t length = 0;
  stubdns_message_t message;
  if (stubdns_query_build(&query, octets, sizeof octets, &length) ||
      stubdns_message_parse(&message, octets, length, 0))
    return 1;
  char text[STUBDNS_NAME_TEXT_SIZE];
  question = stubdns_message_question(&message);
  if (stubdns_name_to_text(&question.name, text, sizeof text, NULL)) return 1;
  printf("%s %s\n", text, stubdns_type_mnemonic(question.type));
  return 0;
}
