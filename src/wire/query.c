/* Building a query: header, at most one question and an OPT record, RFC 1035
 * section 4.1, RFC 9619, RFC 6891 section 6.1. */
#include "stubdns/query.h"

#include "stubdns/error.h"
#include "wire/cursor.h"
#include "wire/writer.h"

#define HEADER_LENGTH 12
#define OPT_LENGTH 11        /* root owner, type, class, TTL, RDLENGTH */
#define OPTION_HEAD_LENGTH 4 /* code and length */
#define PADDING 12           /* option code, RFC 7830 */
#define PAYLOAD_SIZE_MIN 512 /* RFC 6891 section 6.2.3 */

/* Bits of the header's second 16 that a caller may choose. */
#define FLAGS_MASK                                                             \
  (STUBDNS_FLAG_AA | STUBDNS_FLAG_TC | STUBDNS_FLAG_RD | STUBDNS_FLAG_RA |     \
   STUBDNS_FLAG_Z | STUBDNS_FLAG_AD | STUBDNS_FLAG_CD)

int stubdns_query_check_type(uint16_t type) {
  switch (type) {
  case STUBDNS_TYPE_OPT:
  case STUBDNS_TYPE_TSIG:
  case STUBDNS_TYPE_TKEY:
  case STUBDNS_TYPE_AXFR:
  case STUBDNS_TYPE_IXFR:
  case STUBDNS_TYPE_NXNAME: /* RFC 9824 section 3.4 */
    return STUBDNS_EBADTYPE;
  default:
    return 0;
  }
}

static int check_options(const stubdns_query_t *query) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(query->options, query->options_length);
  while (stubdns__cursor_left(&cursor)) {
    stubdns__cursor_u16(&cursor);
    stubdns__cursor_take(&cursor, stubdns__cursor_u16(&cursor));
  }
  return cursor.error ? STUBDNS_EBADOPTION : 0;
}

static int check_query(const stubdns_query_t *query) {
  if (query->opcode > 15 || query->opcode == STUBDNS_OPCODE_DSO)
    return STUBDNS_EINVALID;
  if (query->flags & ~FLAGS_MASK) return STUBDNS_EINVALID;
  if (!query->edns) return 0;
  if (query->payload_size < PAYLOAD_SIZE_MIN) return STUBDNS_EINVALID;
  return query->options_length ? check_options(query) : 0;
}

static void put_header(struct stubdns__writer *writer,
                       const stubdns_query_t *query) {
  stubdns__writer_u16(writer, query->id);
  stubdns__writer_u16(writer,
                      (uint16_t)((unsigned)query->opcode << 11 | query->flags));
  stubdns__writer_u16(writer, query->question ? 1 : 0);
  stubdns__writer_u16(writer, 0);
  stubdns__writer_u16(writer, 0);
  stubdns__writer_u16(writer, query->edns ? 1 : 0);
}

static void put_question(struct stubdns__writer *writer,
                         const stubdns_question_t *question) {
  stubdns__writer_octets(writer, question->name.octets, question->name.length);
  stubdns__writer_u16(writer, question->type);
  stubdns__writer_u16(writer, question->class_);
}

static size_t question_length(const stubdns_question_t *question) {
  return question ? question->name.length + 2u * sizeof(uint16_t) : 0;
}

/* The octets of a padding option that fills the query up to a multiple of its
 * block, RFC 8467 section 4.1; the option's head is part of the query. */
static size_t padding_length(const stubdns_query_t *query) {
  const size_t length = HEADER_LENGTH + question_length(query->question) +
                        OPT_LENGTH + query->options_length + OPTION_HEAD_LENGTH;
  const size_t excess = length % query->padding_block;
  return excess ? query->padding_block - excess : 0;
}

static int put_opt(struct stubdns__writer *writer,
                   const stubdns_query_t *query) {
  const size_t padding = query->padding_block ? padding_length(query) : 0;
  const size_t rdata_length =
      query->options_length +
      (query->padding_block ? OPTION_HEAD_LENGTH + padding : 0);
  if (rdata_length > UINT16_MAX) return STUBDNS_EINVALID;
  stubdns__writer_u8(writer, 0);
  stubdns__writer_u16(writer, STUBDNS_TYPE_OPT);
  stubdns__writer_u16(writer, query->payload_size);
  stubdns__writer_u8(writer, query->edns_rcode);
  stubdns__writer_u8(writer, query->edns_version);
  stubdns__writer_u16(writer, query->edns_flags);
  stubdns__writer_u16(writer, (uint16_t)rdata_length);
  stubdns__writer_octets(writer, query->options, query->options_length);
  if (!query->padding_block) return 0;
  stubdns__writer_u16(writer, PADDING);
  stubdns__writer_u16(writer, (uint16_t)padding); /* < rdata_length */
  stubdns__writer_zeros(writer, padding);
  return 0;
}

int stubdns_query_build(const stubdns_query_t *query, uint8_t *octets,
                        size_t size, size_t *length) {
  int error = check_query(query);
  *length = 0;
  if (error) return error;
  struct stubdns__writer writer = stubdns__writer_make(octets, size);
  put_header(&writer, query);
  if (query->question) put_question(&writer, query->question);
  if (query->edns) error = put_opt(&writer, query);
  if (error) return error;
  *length = writer.length;
  return writer.length > size ? STUBDNS_ENOSPACE : 0;
}
