/* src/replay/capture.c: damaged captures, in heap blocks of exactly their size,
 * and what is counted.  test_formats.py has the formats. */
#include "stubdns/replay.h"

#include "support/fixture.h"
#include "support/octets.h"
#include "support/suite.h"

#include "stubdns/error.h"

#include <stdlib.h>

/* The file header of a pcap and that of each frame. */
#define PCAP_HEADER_LENGTH 24
#define FRAME_HEADER_LENGTH 16

/* A pcapng with a section of each byte order, an interface with a resolution in
 * each, and a frame that holds a datagram of two octets. */
static const char pcapng[] =
    "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
    "01000000 20000000 6500 0000 00000000 0900 0100 09000000 0000 0000 20000000"
    "06000000 40000000 00000000 00000000 01000000 1e000000 1e000000"
    "4500001e 00000000 40110000 7f000001 7f000001 c0000035 000a0000 abcd 0000"
    "40000000"
    "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
    "00000001 00000014 0065 0000 00000000 00000014"
    "00000003 00000030 0000001e"
    "4500001e 00000000 40110000 7f000001 7f000001 c0000035 000a0000 abcd 0000"
    "00000030";

/* Reads all of a capture; gives the count of datagrams or an error. */
static int read_capture(stubdns_capture_t *capture,
                        const struct octets *octets) {
  stubdns_datagram_t datagram;
  int count = 0;
  int result =
      stubdns_capture_open(capture, octets->octets, octets->length, NULL, 0);
  if (result) return result;
  while ((result = stubdns_capture_next(capture, &datagram)) > 0) {
    count += (int)(datagram.length > 0);
    const struct octets copy = octets_copy(datagram.octets, datagram.length);
    free(copy.octets);
  }
  return result < 0 ? result : count;
}

static struct octets recorded_file(void) {
  return file_read(STUBDNS_FIXTURES "/recorded/named-a.pcap");
}

static struct octets pcapng_file(void) {
  struct octets file;
  file.octets = octets_from_hex(pcapng, &file.length);
  return file;
}

START_TEST(recorded_capture_holds_query_and_reply) {
  const struct octets file = recorded_file();
  stubdns_capture_t capture;
  ck_assert_int_eq(read_capture(&capture, &file), 2);
  ck_assert_uint_eq(capture.frame_count, 2);
  free(file.octets);
}
END_TEST

START_TEST(both_sections_of_a_pcapng_are_read) {
  const struct octets file = pcapng_file();
  stubdns_capture_t capture;
  ck_assert_int_eq(read_capture(&capture, &file), 2);
  free(file.octets);
}
END_TEST

/* Whether a pcap of fixed frames may end at `length`. */
static int is_frame_end(const struct octets *file, size_t length) {
  size_t offset = PCAP_HEADER_LENGTH;
  while (offset < length)
    offset += FRAME_HEADER_LENGTH + file->octets[offset + 8] +
              256u * file->octets[offset + 9];
  return offset == length;
}

START_TEST(cut_pcap_is_an_error_but_between_frames) {
  const struct octets file = recorded_file();
  stubdns_capture_t capture;
  for (size_t length = PCAP_HEADER_LENGTH; length < file.length; length++) {
    const struct octets copy = octets_copy(file.octets, length);
    const int result = read_capture(&capture, &copy);
    if (is_frame_end(&file, length)) {
      ck_assert_int_ge(result, 0);
    } else {
      ck_assert_int_eq(result, STUBDNS_EBADCAPTURE);
      ck_assert(is_frame_end(&file, capture.error_offset));
    }
    free(copy.octets);
  }
  free(file.octets);
}
END_TEST

/* Every prefix and every flip of a bit, whatever they give. */
static void mutate(const struct octets *file) {
  stubdns_capture_t capture;
  for (size_t length = 0; length <= file->length; length++) {
    const struct octets copy = octets_copy(file->octets, length);
    read_capture(&capture, &copy);
    free(copy.octets);
  }
  for (size_t bit = 0; bit < file->length * 8; bit++) {
    const uint8_t mask = (uint8_t)(0x80 >> bit % 8);
    file->octets[bit / 8] ^= mask;
    read_capture(&capture, file);
    file->octets[bit / 8] ^= mask;
  }
}

START_TEST(damaged_capture_never_leads_outside) {
  const struct octets file = recorded_file();
  const struct octets blocks = pcapng_file();
  mutate(&file);
  mutate(&blocks);
  free(file.octets);
  free(blocks.octets);
}
END_TEST

START_TEST(nothing_is_read_behind_an_error) {
  const struct octets file = recorded_file();
  const struct octets copy = octets_copy(file.octets, file.length - 1);
  stubdns_capture_t capture;
  stubdns_datagram_t datagram;
  ck_assert_int_eq(read_capture(&capture, &copy), STUBDNS_EBADCAPTURE);
  ck_assert_int_eq(stubdns_capture_next(&capture, &datagram),
                   STUBDNS_EBADCAPTURE);
  free(copy.octets);
  free(file.octets);
}
END_TEST

/* A message on its way from port 1 to port 2. */
static stubdns_datagram_t made_datagram(const uint8_t *octets, size_t length,
                                        uint8_t source, uint8_t destination,
                                        int is_tcp) {
  return (stubdns_datagram_t){
      .octets = octets,
      .length = length,
      .source = {.length = source, .octets = {1, 2, 3, 4}, .port = 1},
      .destination = {.length = destination, .octets = {5, 6, 7}, .port = 2},
      .time_ns = 1234567890123456789,
      .is_tcp = is_tcp != 0,
  };
}

/* Address lengths, TCP or not, and the longest message that fits. */
static const struct {
  uint8_t source, destination;
  uint8_t is_tcp;
  size_t length_max;
} written[] = {
    {4, 4, 0, 65507},
    {4, 4, 1, 65493},
    {16, 16, 0, 65527},
    {16, 16, 1, 65513},
};

START_TEST(written_message_is_read_again) {
  static uint8_t
      file[STUBDNS_CAPTURE_HEADER_LENGTH + STUBDNS_CAPTURE_WRITE_MAX];
  static const uint8_t message[STUBDNS_MESSAGE_MAX];
  uint8_t *const frame = file + STUBDNS_CAPTURE_HEADER_LENGTH;
  const size_t lengths[] = {12, 13, written[_i].length_max};
  for (size_t i = 0; i < 3; i++) {
    const stubdns_datagram_t datagram =
        made_datagram(message, lengths[i], written[_i].source,
                      written[_i].destination, written[_i].is_tcp);
    stubdns_datagram_t found;
    stubdns_capture_t capture;
    size_t length;
    stubdns_capture_write_header(file);
    ck_assert_int_eq(stubdns_capture_write(&datagram, frame, &length), 0);
    ck_assert_int_eq(
        stubdns_capture_open(&capture, file,
                             STUBDNS_CAPTURE_HEADER_LENGTH + length, NULL, 0),
        0);
    capture.with_tcp = 1;
    ck_assert_int_eq(stubdns_capture_next(&capture, &found), 1);
    ck_assert_uint_eq(found.length, lengths[i]);
    ck_assert(stubdns_address_equal(&found.source, &datagram.source));
    ck_assert(stubdns_address_equal(&found.destination, &datagram.destination));
    ck_assert_uint_eq(found.time_ns, 1234567890123456000);
    ck_assert_uint_eq(found.is_tcp, written[_i].is_tcp);
    ck_assert_int_eq(stubdns_capture_next(&capture, &found), 0);
  }
}
END_TEST

START_TEST(message_that_no_packet_holds_is_not_written) {
  static uint8_t frame[STUBDNS_CAPTURE_WRITE_MAX];
  static const uint8_t message[STUBDNS_MESSAGE_MAX];
  size_t length;
  stubdns_datagram_t datagram =
      made_datagram(message, written[_i].length_max + 1, written[_i].source,
                    written[_i].destination, written[_i].is_tcp);
  ck_assert_int_eq(stubdns_capture_write(&datagram, frame, &length),
                   STUBDNS_EINVALID);
  ck_assert_uint_eq(length, 0);
  datagram.length = 12;
  datagram.source.length = written[_i].source ^ 20;
  ck_assert_int_eq(stubdns_capture_write(&datagram, frame, &length),
                   STUBDNS_EINVALID);
}
END_TEST

/* Word that port 1 is shut, for whoever sent from port 2. */
static void write_refusal(uint8_t *file, size_t *length, uint8_t family) {
  stubdns_datagram_t refusal = made_datagram(NULL, 0, family, family, 0);
  refusal.is_refusal = 1;
  stubdns_capture_write_header(file);
  ck_assert_int_eq(stubdns_capture_write(
                       &refusal, file + STUBDNS_CAPTURE_HEADER_LENGTH, length),
                   0);
  *length += STUBDNS_CAPTURE_HEADER_LENGTH;
}

START_TEST(refusal_is_read_where_it_is_wanted) {
  static uint8_t
      file[STUBDNS_CAPTURE_HEADER_LENGTH + STUBDNS_CAPTURE_WRITE_MAX];
  const uint8_t family = _i ? 16 : 4;
  const stubdns_datagram_t refusal = made_datagram(NULL, 0, family, family, 0);
  stubdns_datagram_t found;
  stubdns_capture_t capture;
  size_t length;
  write_refusal(file, &length, family);
  for (uint8_t is_wanted = 0; is_wanted < 2; is_wanted++) {
    ck_assert_int_eq(stubdns_capture_open(&capture, file, length, NULL, 0), 0);
    capture.with_refusals = is_wanted;
    ck_assert_int_eq(stubdns_capture_next(&capture, &found), is_wanted);
    ck_assert_uint_eq(capture.other_count, !is_wanted);
  }
  ck_assert_uint_eq(found.is_refusal, 1);
  ck_assert_uint_eq(found.length, 0);
  ck_assert(stubdns_address_equal(&found.source, &refusal.source));
  ck_assert(stubdns_address_equal(&found.destination, &refusal.destination));
}
END_TEST

/* Where in a refusal's packet stand the type and the code of ICMP, and the
 * protocol of what it quotes, by family. */
static const size_t icmp_places[2][3] = {{20, 21, 28 + 9}, {40, 41, 48 + 6}};

START_TEST(icmp_that_is_no_refusal_is_other) {
  static uint8_t
      file[STUBDNS_CAPTURE_HEADER_LENGTH + STUBDNS_CAPTURE_WRITE_MAX];
  for (size_t i = 0; i < 3; i++) {
    stubdns_datagram_t found;
    stubdns_capture_t capture;
    size_t length;
    write_refusal(file, &length, _i ? 16 : 4);
    file[STUBDNS_CAPTURE_HEADER_LENGTH + 16 + icmp_places[_i][i]] = 132;
    ck_assert_int_eq(stubdns_capture_open(&capture, file, length, NULL, 0), 0);
    capture.with_refusals = 1;
    ck_assert_int_eq(stubdns_capture_next(&capture, &found), 0);
    ck_assert_uint_eq(capture.other_count, 1);
  }
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("capture");
  tcase_add_test(cases, recorded_capture_holds_query_and_reply);
  tcase_add_test(cases, both_sections_of_a_pcapng_are_read);
  tcase_add_test(cases, cut_pcap_is_an_error_but_between_frames);
  tcase_add_test(cases, damaged_capture_never_leads_outside);
  tcase_add_test(cases, nothing_is_read_behind_an_error);
  tcase_add_loop_test(cases, written_message_is_read_again, 0,
                      (int)(sizeof written / sizeof written[0]));
  tcase_add_loop_test(cases, message_that_no_packet_holds_is_not_written, 0,
                      (int)(sizeof written / sizeof written[0]));
  tcase_add_loop_test(cases, refusal_is_read_where_it_is_wanted, 0, 2);
  tcase_add_loop_test(cases, icmp_that_is_no_refusal_is_other, 0, 2);
  Suite *const suite = suite_create("replay/capture");
  suite_add_tcase(suite, cases);
  return suite;
}
