/* Messages written from records in presentation format. */
#ifndef STUBDNS_TESTS_TEXT_MESSAGE_H
#define STUBDNS_TESTS_TEXT_MESSAGE_H

#include "stubdns/message.h"

#define TEXT_MESSAGE_SIZE STUBDNS_MESSAGE_MAX

/* Writes a message with the `flags` of a header and gives its length.
 * `question` and the texts, "NAME TTL CLASS TYPE RDATA" one a line, may be
 * NULL; `octets` has room for TEXT_MESSAGE_SIZE. */
size_t text_message_write(uint8_t *octets, uint16_t id, unsigned flags,
                          const stubdns_question_t *question,
                          const char *answers, const char *additionals);

#endif
