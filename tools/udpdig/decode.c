/* Files of recorded messages, in pieces so that a capture may come from a pipe
 * and never end. */
#include "decode.h"

#include "output.h"
#include "print.h"
#include "print_json.h"
#include "print_yaml.h"

#include "stubdns/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 65536

/* A message in hex with a comment on each octet is far shorter. */
#define WHOLE_MAX (16u * STUBDNS_MESSAGE_MAX)

struct decoding {
  const struct settings *settings;
  const char *path;
  FILE *file;
  uint8_t *octets;
  size_t length;
  size_t size;
  int is_at_end;
  enum status status;
};

static void complain(struct decoding *decoding, enum status status,
                     const char *sentence) {
  decoding->status = status_worse(decoding->status, status);
  fprintf(stderr, "udpdig: %s: %s\n", decoding->path, sentence);
}

/* Reads another piece; returns 0 where it cannot, which is told. */
static int read_piece(struct decoding *decoding) {
  if (decoding->size - decoding->length < PIECE) {
    const size_t size = decoding->size * 2 + PIECE;
    uint8_t *const moved = realloc(decoding->octets, size);
    if (!moved) {
      complain(decoding, STATUS_INTERNAL, "out of memory");
      return 0;
    }
    decoding->octets = moved;
    decoding->size = size;
  }
  const size_t count =
      fread(decoding->octets + decoding->length, 1, PIECE, decoding->file);
  decoding->length += count;
  decoding->is_at_end = count == 0;
  if (count || !ferror(decoding->file)) return 1;
  complain(decoding, STATUS_FILE, strerror(errno));
  return 0;
}

static void write_out(struct decoding *decoding, struct output *text) {
  if (text->error) complain(decoding, STATUS_INTERNAL, "out of memory");
  if (text->length) (void)fwrite(text->text, 1, text->length, stdout);
  output_release(text);
  if (decoding->status == STATUS_OUTPUT || (!fflush(stdout) && !ferror(stdout)))
    return;
  fprintf(stderr, "udpdig: the output cannot be written: %s\n",
          strerror(errno));
  decoding->status = STATUS_OUTPUT;
}

static void print_malformed(struct decoding *decoding,
                            const stubdns_datagram_t *datagram, int error,
                            size_t offset) {
  struct output text = {0};
  char sentence[160];
  snprintf(sentence, sizeof sentence, "message %" PRIu32 ", at octet %zu: %s",
           datagram->number, offset, stubdns_error_text(error));
  decoding->status = status_worse(decoding->status, STATUS_NO_REPLY);
  if (decoding->settings->form != FORM_JSON) {
    complain(decoding, STATUS_NO_REPLY, sentence);
    return;
  }
  print_json_failure(&text, datagram->number, "MALFORMED", sentence);
  write_out(decoding, &text);
}

static void print_heading(struct output *text, const struct settings *settings,
                          const stubdns_datagram_t *datagram) {
  char source[STUBDNS_ADDRESS_TEXT_SIZE];
  char destination[STUBDNS_ADDRESS_TEXT_SIZE];
  if (!settings->comments || settings->short_form || !datagram->source.length)
    return;
  stubdns_address_to_text(&datagram->source, source, sizeof source);
  stubdns_address_to_text(&datagram->destination, destination,
                          sizeof destination);
  output_format(text, ";; Message %" PRIu32 ", %s > %s, %zu octets\n",
                datagram->number, source, destination, datagram->length);
}

static void print_result(struct output *text, const struct settings *settings,
                         const stubdns_message_t *message,
                         const stubdns_datagram_t *datagram) {
  const int is_reply = (message->flags & STUBDNS_FLAG_QR) != 0;
  const struct notes notes = {0};
  stubdns_answer_t answer = {.message = message};
  if (message->question_count)
    answer.question = stubdns_message_question(message);
  answer.server = is_reply ? datagram->source : datagram->destination;
  const struct result result = {.number = datagram->number,
                                .question = &answer.question,
                                .answer = &answer,
                                .when_ms = datagram->time_ns / 1000000,
                                .is_fixed = settings->deterministic};
  if (settings->form == FORM_JSON)
    print_json(text, &result);
  else if (settings->form == FORM_RFC8427)
    print_json_rfc8427(text, &result);
  else if (settings->form == FORM_DOH)
    print_json_doh(text, &result);
  else
    print_yaml(text, settings, &result, &notes);
}

static void print_message(struct decoding *decoding,
                          const stubdns_datagram_t *datagram) {
  const struct settings *const settings = decoding->settings;
  const struct notes notes = {0};
  struct output text = {0};
  stubdns_message_t message;
  const int error =
      stubdns_message_parse(&message, datagram->octets, datagram->length, 0);
  if (error) {
    print_malformed(decoding, datagram, error, message.error_offset);
    return;
  }
  if (settings->form != FORM_TEXT) {
    print_result(&text, settings, &message, datagram);
  } else {
    print_heading(&text, settings, datagram);
    if (message.flags & STUBDNS_FLAG_QR)
      print_reply(&text, settings, &message, &notes);
    else
      print_query(&text, settings, &message);
  }
  write_out(decoding, &text);
}

/* Frames that gave no message must not go unsaid. */
static void tell_others(const struct decoding *decoding,
                        const stubdns_capture_t *capture) {
  const uint32_t others = capture->fragment_count + capture->cut_count +
                          capture->other_count + capture->unknown_link_count;
  if (others == 0) return;
  fprintf(stderr,
          "udpdig: %s: of %" PRIu32 " frames %" PRIu32
          " were not decoded: %" PRIu32 " fragments, %" PRIu32 " cut, %" PRIu32
          " of other ports or protocols, %" PRIu32 " of unknown links\n",
          decoding->path, capture->frame_count, others, capture->fragment_count,
          capture->cut_count, capture->other_count,
          capture->unknown_link_count);
}

/* Moves what is left to the front and reads on. */
static int refill(struct decoding *decoding, stubdns_capture_t *capture) {
  const size_t consumed = stubdns_capture_consumed(capture);
  decoding->length -= consumed;
  memmove(decoding->octets, decoding->octets + consumed, decoding->length);
  if (!read_piece(decoding)) return 0;
  stubdns_capture_feed(capture, decoding->octets, decoding->length);
  capture->goes_on = !decoding->is_at_end;
  return 1;
}

static void complain_capture(struct decoding *decoding,
                             const stubdns_capture_t *capture, int error) {
  char sentence[160];
  snprintf(sentence, sizeof sentence, "at octet %" PRIu64 ": %s",
           capture->error_offset, stubdns_error_text(error));
  complain(decoding, STATUS_FILE, sentence);
}

static void decode_capture(struct decoding *decoding,
                           stubdns_capture_t *capture) {
  stubdns_datagram_t datagram;
  int result;
  capture->goes_on = !decoding->is_at_end;
  while ((result = stubdns_capture_next(capture, &datagram)) > 0) {
    if (result == 1)
      print_message(decoding, &datagram);
    else if (!refill(decoding, capture))
      return;
    if (decoding->status == STATUS_OUTPUT) return;
  }
  tell_others(decoding, capture);
  if (result < 0) complain_capture(decoding, capture, result);
}

static int base64_value(uint8_t c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

/* Reads base64 (RFC 4648 sections 4 and 5) in place; whether it is such. */
static int read_base64(struct decoding *decoding, size_t *count) {
  uint32_t bits = 0;
  unsigned bit_count = 0;
  *count = 0;
  for (size_t i = 0; i < decoding->length; i++) {
    const uint8_t c = decoding->octets[i];
    const int value = base64_value(c);
    if (c == '\n' || c == '\r' || c == ' ' || c == '=') continue;
    if (value < 0) return 0;
    bits = bits << 6 | (uint32_t)value;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    decoding->octets[(*count)++] = (uint8_t)(bits >> bit_count);
  }
  return *count > 0;
}

/* Whether all octets are printable or blanks, as no message is. */
static int is_text(const struct decoding *decoding) {
  for (size_t i = 0; i < decoding->length; i++) {
    const uint8_t c = decoding->octets[i];
    if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7f) return 0;
  }
  return decoding->length > 0;
}

static void decode_one(struct decoding *decoding) {
  stubdns_datagram_t datagram = {.number = 1};
  size_t count = decoding->length;
  while (!decoding->is_at_end && decoding->length <= WHOLE_MAX)
    if (!read_piece(decoding)) return;
  count = decoding->length;
  if (is_text(decoding) &&
      stubdns_hex_read((const char *)decoding->octets, decoding->length,
                       decoding->octets, decoding->length, &count) &&
      !read_base64(decoding, &count)) {
    complain(decoding, STATUS_FILE,
             "this is no capture, nor a message in hex or base64");
    return;
  }
  if (count > STUBDNS_MESSAGE_MAX) {
    complain(decoding, STATUS_FILE, "at octet 65535: a message ends here");
    return;
  }
  datagram.octets = decoding->octets;
  datagram.length = count;
  print_message(decoding, &datagram);
}

static void decode_file(struct decoding *decoding) {
  static const uint16_t usual[] = {53, 5353};
  const uint16_t chosen = (uint16_t)decoding->settings->decode_port;
  stubdns_capture_t capture;
  if (!read_piece(decoding)) return;
  const int error =
      stubdns_capture_open(&capture, decoding->octets, decoding->length,
                           chosen ? &chosen : usual, chosen ? 1 : 2);
  if (!error)
    decode_capture(decoding, &capture);
  else if (error == STUBDNS_ENOCAPTURE)
    decode_one(decoding);
  else
    complain_capture(decoding, &capture, error);
}

enum status decode(const struct settings *settings) {
  const int is_stdin = !strcmp(settings->decode_file, "-");
  struct decoding decoding = {.settings = settings,
                              .path = settings->decode_file};
  decoding.file = is_stdin ? stdin : fopen(settings->decode_file, "rb");
  if (decoding.file)
    decode_file(&decoding);
  else
    complain(&decoding, STATUS_FILE, strerror(errno));
  if (decoding.file && !is_stdin) fclose(decoding.file);
  free(decoding.octets);
  return decoding.status;
}
