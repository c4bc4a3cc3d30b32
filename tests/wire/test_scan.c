/* src/wire/scan*.c: dig's texts give back the octets they were printed from,
 * other writings give what BIND reads from them, and wrong text gives an error
 * at the character that is wrong. */
#include "stubdns/text.h"

#include "stubdns/error.h"
#include "support/fixture.h"
#include "support/octets.h"
#include "support/recorded.h"
#include "support/suite.h"
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct text_table table;
static struct recorded_list recorded;

#define ORIGIN "example."

/* The text in a heap block of exactly its length, without a NUL. */
static stubdns_record_text_t source_of(const char *text) {
  static stubdns_name_t origin;
  origin = NAME(ORIGIN);
  const size_t length = strlen(text);
  return (stubdns_record_text_t){
      .text = (char *)octets_copy((const uint8_t *)text, length).octets,
      .length = length,
      .origin = &origin};
}

static void free_source(stubdns_record_text_t *source) {
  free((void *)(uintptr_t)source->text);
}

/* Reads the one record of a text into a heap block of exactly its size. */
static int read_record(const char *text, struct octets *octets,
                       size_t *error_offset) {
  stubdns_record_text_t source = source_of(text);
  size_t length = 0;
  int error = stubdns_record_from_text(&source, NULL, 0, &length);
  *octets = (struct octets){malloc(length ? length : 1), length};
  if (error == STUBDNS_ENOSPACE) {
    ck_assert_uint_eq(source.offset, 0);
    error = stubdns_record_from_text(&source, octets->octets, length, &length);
    ck_assert_uint_eq(length, error ? 0 : octets->length);
    ck_assert_uint_le(source.offset, source.length);
  }
  *error_offset = source.error_offset;
  free_source(&source);
  return error;
}

/* What a text leaves out: octets that are not shown (+nocrypto), a TTL that
 * means 0, zero octets in a bitmap that should not be there. */
static int is_lossless(const struct text_row *row,
                       const struct text_form *form) {
  return !(form->style & STUBDNS_TEXT_NO_CRYPTO) &&
         !(form->style & (STUBDNS_TEXT_NO_TTL | STUBDNS_TEXT_NO_CLASS)) &&
         !strstr(row->what, "trailing zero") &&
         !strstr(row->what, "without types") &&
         !(!strcmp(row->what, "ttl") && strstr(form->text, "\t0"));
}

static void check_form(const struct text_row *row,
                       const struct text_form *form) {
  struct octets octets;
  size_t offset;
  const int error = read_record(form->text, &octets, &offset);
  ck_assert_msg(error == 0, "%s: %s at %zu of %s", row->what,
                stubdns_error_name(error), offset, form->text);
  const size_t length = row->length - TEXT_HEADER;
  ck_assert_msg(octets.length == length &&
                    !memcmp(octets.octets, row->message + TEXT_HEADER, length),
                "%s: other octets from %s", row->what, form->text);
  free(octets.octets);
}

START_TEST(text_that_dig_printed_gives_the_octets_back_PP7) {
  size_t count = 0;
  for (size_t i = 0; i < table.count; i++) {
    const struct text_row *row = &table.rows[i];
    for (size_t k = 0; k < row->form_count; k++) {
      if (!is_lossless(row, &row->forms[k])) continue;
      check_form(row, &row->forms[k]);
      count++;
    }
  }
  ck_assert_uint_gt(count, 700);
}
END_TEST

/* The record in RFC 3597 form, whose octets every decoder agrees on. */
static void print_generic(const stubdns_record_t *record, char *text,
                          size_t size) {
  ck_assert_int_eq(
      stubdns_record_to_text(record, STUBDNS_TEXT_UNKNOWN, text, size, NULL),
      0);
}

static void check_round_trip(const stubdns_record_t *record, unsigned style) {
  static char text[1u << 20];
  static char before[1u << 20];
  static char after[1u << 20];
  struct octets octets;
  stubdns_record_t again;
  size_t offset;
  ck_assert_int_eq(
      stubdns_record_to_text(record, style, text, sizeof text, NULL), 0);
  const int error = read_record(text, &octets, &offset);
  ck_assert_msg(error == 0, "%s at %zu of %s", stubdns_error_name(error),
                offset, text);
  const int view_error =
      stubdns_record_from_wire(&again, octets.octets, octets.length);
  ck_assert_msg(view_error == record->error, "%s", text);
  if (view_error == 0) {
    print_generic(record, before, sizeof before);
    print_generic(&again, after, sizeof after);
    ck_assert_str_eq(after, before);
  }
  free(octets.octets);
}

START_TEST(recorded_message_is_the_same_through_text_PP7) {
  size_t count = 0;
  for (size_t i = 0; i < recorded.count; i++) {
    const struct recorded *one = &recorded.messages[i];
    stubdns_message_t message;
    stubdns_record_t record;
    ck_assert_int_eq(
        stubdns_message_parse(&message, one->octets, one->length, 0), 0);
    stubdns_records_t records = stubdns_message_all_records(&message);
    for (; stubdns_records_next(&records, &record); count++) {
      check_round_trip(&record, 0);
      check_round_trip(&record, STUBDNS_TEXT_MULTILINE | STUBDNS_TEXT_COMMENTS);
    }
  }
  ck_assert_uint_gt(count, 2000);
}
END_TEST

static int has_prefix(const char *line, const char *prefix) {
  return !strncmp(line, prefix, strlen(prefix));
}

static void check_rdata(const char *text, const char *outcome) {
  struct octets octets;
  size_t offset;
  const int error = read_record(text, &octets, &offset);
  ck_assert_msg((error == 0) == has_prefix(outcome, "rdata"), "%s at %zu of %s",
                stubdns_error_name(error), offset, text);
  if (!error) {
    size_t length;
    uint8_t *expected = octets_from_hex(outcome + strlen("rdata"), &length);
    ck_assert_uint_ge(octets.length, length);
    ck_assert_msg(
        !memcmp(octets.octets + octets.length - length, expected, length), "%s",
        text);
    stubdns_record_t record;
    ck_assert_int_eq(
        stubdns_record_from_wire(&record, octets.octets, octets.length), 0);
    ck_assert_uint_eq(record.rdata_length, length);
    free(expected);
  }
  free(octets.octets);
}

START_TEST(text_gives_the_octets_that_bind_reads) {
  const struct octets file = file_read(STUBDNS_FIXTURES "/wires.txt");
  char text[2048] = "";
  size_t count = 0;
  char *rest = (char *)file.octets;
  rest[file.length - 1] = '\0';
  for (char *line; (line = strtok_r(rest, "\n", &rest)) != NULL;) {
    if (line[0] == '|') {
      strcat(text, text[0] ? "\n" : "@ ");
      strcat(text, line + 1);
    } else if (text[0]) {
      check_rdata(text, line);
      text[0] = '\0';
      count++;
    }
  }
  ck_assert_uint_gt(count, 150);
  free(file.octets);
}
END_TEST

struct line_row {
  const char *text;
  const char *wire;
};

static const struct line_row lines[] = {
    {"a 1h IN A 1.2.3.4",
     "0161076578616d706c6500 0001 0001 00000e10 0004 01020304"},
    {"a IN 1h A 1.2.3.4",
     "0161076578616d706c6500 0001 0001 00000e10 0004 01020304"},
    {"a. A 1.2.3.4", "016100 0001 0001 00000000 0004 01020304"},
    {"a. 5 A 1.2.3.4", "016100 0001 0001 00000005 0004 01020304"},
    {"a. CH TXT x", "016100 0010 0003 00000000 0002 0178"},
    {"@ A 1.2.3.4", "076578616d706c6500 0001 0001 00000000 0004 01020304"},
    {"\\@. A 1.2.3.4", "014000 0001 0001 00000000 0004 01020304"},
    {". NS @", "00 0002 0001 00000000 0009 076578616d706c6500"},
    {"a\\.b. in a 1.2.3.4", "03612e6200 0001 0001 00000000 0004 01020304"},
    {"; nothing\n\n \t; again\r\na. A 1.2.3.4 ; an address\n",
     "016100 0001 0001 00000000 0004 01020304"},
    {"a. ( A\n1.2.3.4\n) ", "016100 0001 0001 00000000 0004 01020304"},
    {"a.(A)1.2.3.4", "016100 0001 0001 00000000 0004 01020304"},
    {"a. 1w2d3h4m5s A 1.2.3.4", "016100 0001 0001 000c08a5 0004 01020304"},
    {"a. A \\# 0", "016100 0001 0001 00000000 0000"},
    {"a. A \\# 3 010203", "016100 0001 0001 00000000 0003 010203"},
    {"a. TXT \\# 1 00 ; \\#", "016100 0010 0001 00000000 0001 00"},
    {"a. TXT \"\\#\" 1", "016100 0010 0001 00000000 0004 01230131"},
    {"a.\rA\r1.2.3.4\r", "016100 0001 0001 00000000 0004 01020304"},
    {"a. WKS 1.2.3.4 UDP 53",
     "016100 000b 0001 00000000 000c 01020304 11 00000000000004"},
    {"a. SVCB 1 . key65280=a\\\"b",
     "016100 0040 0001 00000000 000a 0001 00 ff00 0003 612262"},
    {"a. SVCB 1 . dohpath=/q", /* a key that has no form of its own */
     "016100 0040 0001 00000000 0009 0001 00 0007 0002 2f71"},
    /* 2100 is no leap year; the last second is 2^32 - 1. */
    {"a. RRSIG A 1 2 3 21000228235959 21000301000000 1 . AQ==",
     "016100 002e 0001 00000000 0014 0001 01 02 00000003 f4d41f7f f4d41f80 "
     "0001 00 01"},
    {"a. RRSIG A 1 2 3 21001231235959 21010101000000 1 . AQ==",
     "016100 002e 0001 00000000 0014 0001 01 02 00000003 f6678a7f f6678a80 "
     "0001 00 01"},
    {"a. RRSIG A 1 2 3 21060207062815 20991231235959 1 . AQ==",
     "016100 002e 0001 00000000 0014 0001 01 02 00000003 ffffffff f48656ff "
     "0001 00 01"},
};

START_TEST(line_gives_a_record) {
  struct octets octets;
  size_t offset;
  size_t length;
  ck_assert_int_eq(read_record(lines[_i].text, &octets, &offset), 0);
  uint8_t *expected = octets_from_hex(lines[_i].wire, &length);
  ck_assert_uint_eq(octets.length, length);
  ck_assert_mem_eq(octets.octets, expected, length);
  free(expected);
  free(octets.octets);
}
END_TEST

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define A256 A64 A64 A64 A64

/* The character that is wrong has a "^" in front of it. */
struct error_row {
  const char *text;
  int error;
};

static const struct error_row wrong[] = {
    {"a. A ^1.2.3", STUBDNS_EBADADDRESS},
    {"a. AAAA ^1.2.3.4", STUBDNS_EBADADDRESS},
    {"a. A^", STUBDNS_ETEXTEND},
    {"a.^", STUBDNS_ETEXTEND},
    {"a. A 1.2.3.4 ^x", STUBDNS_ETEXTEXTRA},
    {"a. ^BOGUS 1.2.3.4", STUBDNS_EBADTEXT},
    {"a. \"^A\" 1.2.3.4", STUBDNS_EBADTEXT},
    {"a. IN ^CH A 1.2.3.4", STUBDNS_EBADTEXT},
    {"a. ^4294967296 A 1.2.3.4", STUBDNS_EBADTEXT},
    {"a. ^1x A 1.2.3.4", STUBDNS_EBADTEXT},
    {"^ A 1.2.3.4", STUBDNS_EEMPTYLABEL},
    {"a.^.b. A 1.2.3.4", STUBDNS_EEMPTYLABEL},
    {"a. MX 1^x b.", STUBDNS_EBADTEXT},
    {"a. MX 6553^6 b.", STUBDNS_EBADTEXT},
    {"a. TXT a^\\25", STUBDNS_EBADESCAPE},
    {"a. TXT a^\\256", STUBDNS_EBADESCAPE},
    {"a. TXT a^\\", STUBDNS_EBADESCAPE},
    {"a. TXT x ^\"abc", STUBDNS_EUNCLOSED},
    {"a. TXT x ^\"abc\n\"", STUBDNS_EUNCLOSED},
    {"a. TXT ( a^", STUBDNS_EUNCLOSED},
    {"a. TXT a ^)", STUBDNS_EUNCLOSED},
    {"a. TXT ^a\"b\"", STUBDNS_EBADTEXT},
    {"a. DS 1 2 3 AB^XY", STUBDNS_EBADTEXT},
    {"a. DS 1 2 3 ABC^", STUBDNS_EBADTEXT},
    {"a. DS ^1 2 3", STUBDNS_EBADTEXT},
    {"a. DNSKEY 1 2 3 AQ^?=", STUBDNS_EBADTEXT},
    {"a. DNSKEY 1 2 3 AQ=^A", STUBDNS_EBADTEXT},
    {"a. DNSKEY 1 2 3 AR==^", STUBDNS_EBADTEXT}, /* bits that would be lost */
    {"a. EUI48 00-00-5e-00-53-^2g", STUBDNS_EBADTEXT},
    {"a. EUI48 00-00^_5e-00-53-20", STUBDNS_EBADTEXT},
    {"a. RRSIG A 1 2 3 ^20250229000000 20250101000000 1 . AQ==",
     STUBDNS_EBADTEXT},
    {"a. RRSIG A 1 2 3 ^20250101240000 20250101000000 1 . AQ==",
     STUBDNS_EBADTEXT},
    {"a. URI ^10 1 \"\"", STUBDNS_EBADTEXT},
    {"a. CAA ^0 \"\" x", STUBDNS_EBADTEXT},
    {"a. SVCB 1 . key6553^5=x", STUBDNS_EBADTEXT},
    {"a. SVCB 1 . ^bogus=x", STUBDNS_EBADTEXT},
    {"a. SVCB 1 . port=^x", STUBDNS_EBADTEXT},
    {"a. SVCB 1 . port=1 ipv4hint=1.2.3.4,^1.2.3", STUBDNS_EBADADDRESS},
    {"a. SVCB ^1 . mandatory=port", STUBDNS_EBADTEXT},
    {"a. LOC 9^1 N 1 E 0", STUBDNS_EBADTEXT},
    {"a. LOC 10 6^0 N 20 E 0", STUBDNS_EBADTEXT},
    {"a. APL 1:192.0.2.0/3^3", STUBDNS_EBADTEXT},
    {"a. APL 1:^192.0.2/24", STUBDNS_EBADADDRESS},
    {"a. APL 1:192.0.2.0^", STUBDNS_EBADTEXT},
    {"a. A \\# ^4 010203", STUBDNS_EBADTEXT},
    {"a. TYPE65280 ^01", STUBDNS_EBADTEXT},
    {"a. OPT ^x", STUBDNS_EBADTEXT},
    {"a. TXT ^" A256, STUBDNS_EBADTEXT},
    {"a. NXT b. ^CAA", STUBDNS_EBADTEXT},
    {"a. NSEC3PARAM 1 0 0 \"ab^\"", STUBDNS_EBADTEXT},
    {"a. NSEC3PARAM 1 0 0 ^" A256 A256, STUBDNS_EBADTEXT},
    {"a. NSEC3 1 0 0 - \"00^\" A", STUBDNS_EBADTEXT},
    {"a. NSEC3 1 0 0 - ^" A256 A256 " A", STUBDNS_EBADTEXT},
    {"a. SSHFP 1 1 \"^ab\"", STUBDNS_EBADTEXT},
    {"a. SSHFP 1 1 ^xyab", STUBDNS_EBADTEXT},
    {"a. DNSKEY 1 2 3 ^{AAA", STUBDNS_EBADTEXT},
    {"a. DNSKEY 1 2 3 \"^AQ==\"", STUBDNS_EBADTEXT},
    {"a. HIP 1 ab \"^AQ==\"", STUBDNS_EBADTEXT},
    {"a. HIP 1 ^" A256 A256 " AQ==", STUBDNS_EBADTEXT},
    {"a. NID 1 ^1:2:3:" A256, STUBDNS_EBADTEXT},
    {"a. NID 1 \"^1:2:3:4\"", STUBDNS_EBADTEXT},
    {"a. NID 1 ^1:2:3", STUBDNS_EBADTEXT},
    {"a. NID 1 ^1::4", STUBDNS_EBADTEXT},
    {"a. NID 1 ^1.2.3.4", STUBDNS_EBADTEXT},
    {"a. NSAP \"^0x47\"", STUBDNS_EBADTEXT},
    {"a. NSAP ^0y47", STUBDNS_EBADTEXT},
    {"a. NSAP ^1x47", STUBDNS_EBADTEXT},
    {"a. NSAP ^0x", STUBDNS_EBADTEXT},
    {"a. NSAP 0x^.47", STUBDNS_EBADTEXT},
    {"a. EUI48 \"^01-02-03-04-05-06\"", STUBDNS_EBADTEXT},
    {"a. LOC 90 0 1 ^N 0 E 0", STUBDNS_EBADTEXT},
    {"a. LOC 1 2 3 ^4 0 E 0", STUBDNS_EBADTEXT},
    {"a. SVCB ^1 . ipv4hint=", STUBDNS_EBADTEXT},
    {"a. SVCB 1 . alpn=^" A256, STUBDNS_EBADTEXT},
    {"a. SVCB 1 . alpn=^a\\\\", STUBDNS_EBADESCAPE},
    {"a. SVCB 1 . port=1 alpn=^\"a\"b", STUBDNS_EBADTEXT},
    {"a. SVCB 1 . \"^port=1\"", STUBDNS_EBADTEXT},
    {"a. SVCB 1 . port=1 alpn=h2 ^bogus=1", STUBDNS_EBADTEXT},
    {"a. ^7102w A 1.2.3.4", STUBDNS_EBADTEXT},
    {"a. ^7101w282496 A 1.2.3.4", STUBDNS_EBADTEXT},
    {"a. RRSIG A 1 2 3 \"^20250101000000\" 20250101000000 1 . AQ==",
     STUBDNS_EBADTEXT},
    {"a. AAAA ^1:2:3:4:5:6:7:1.2.3.4", STUBDNS_EBADADDRESS},
    {"a. AAAA ^1:2:3:4::5:6:7:8", STUBDNS_EBADADDRESS},
};

START_TEST(wrong_text_gives_an_error_at_the_character) {
  const struct error_row *row = &wrong[_i];
  char text[1024];
  const size_t expected = strcspn(row->text, "^");
  snprintf(text, sizeof text, "%.*s%s", (int)expected, row->text,
           row->text + expected + 1);
  struct octets octets;
  size_t offset;
  const int error = read_record(text, &octets, &offset);
  ck_assert_msg(error == row->error && offset == expected, "%s: %s at %zu",
                row->text, stubdns_error_name(error), offset);
  free(octets.octets);
}
END_TEST

/* Into each size up to what is needed, a heap block of its own. */
START_TEST(record_is_not_written_where_it_does_not_fit) {
  for (size_t i = 0; i < table.count; i++) {
    stubdns_record_text_t source = source_of(table.rows[i].forms[0].text);
    size_t needed;
    ck_assert_int_eq(stubdns_record_from_text(&source, NULL, 0, &needed),
                     STUBDNS_ENOSPACE);
    const size_t step = needed < 100 ? 1 : 13;
    for (size_t size = 0; size < needed; size += step) {
      uint8_t *octets = malloc(size ? size : 1);
      size_t length = 0;
      ck_assert_int_eq(stubdns_record_from_text(&source, octets, size, &length),
                       STUBDNS_ENOSPACE);
      ck_assert_uint_eq(length, needed);
      free(octets);
    }
    free_source(&source);
  }
}
END_TEST

/* Whatever is read can be viewed, unless it came as "\# ", which may say what
 * is malformed. */
static void check_any(const char *text) {
  struct octets octets;
  size_t offset;
  stubdns_record_t record;
  if (read_record(text, &octets, &offset))
    ck_assert_uint_le(offset, strlen(text));
  else if (octets.length && !strstr(text, "\\#"))
    ck_assert_msg(
        !stubdns_record_from_wire(&record, octets.octets, octets.length), "%s",
        text);
  free(octets.octets);
}

START_TEST(text_that_is_cut_anywhere_is_read_or_refused) {
  char text[1024];
  for (size_t i = 0; i < table.count; i++) {
    const char *whole = table.rows[i].forms[0].text;
    for (size_t length = 0; length < strlen(whole) && length < sizeof text;
         length++) {
      snprintf(text, length + 1, "%s", whole);
      check_any(text);
    }
  }
}
END_TEST

START_TEST(text_with_another_character_anywhere_is_read_or_refused) {
  static const char others[] = "\"\\();\n,=.-9zA ";
  char text[512];
  for (size_t i = 0; i < table.count; i++) {
    const char *whole = table.rows[i].forms[0].text;
    if (strlen(whole) >= sizeof text) continue;
    strcpy(text, whole);
    for (size_t at = 0; text[at]; at++) {
      text[at] = others[(at + i) % (sizeof others - 1)];
      check_any(text);
      text[at] = whole[at];
    }
  }
}
END_TEST

START_TEST(lines_give_their_records_one_after_the_other) {
  stubdns_record_text_t source = source_of(
      "; two names\na 60 A 192.0.2.1\n\n\tA 192.0.2.2\n"
      "b TXT ( x\n y ) ; end\n  ; nothing\n");
  static const char *const expected[] = {
      "a.example.\t\t60\tIN\tA\t192.0.2.1",
      "a.example.\t\t300\tIN\tA\t192.0.2.2",
      "b.example.\t\t300\tIN\tTXT\t\"x\" \"y\"",
  };
  stubdns_name_t owner;
  uint8_t octets[128];
  size_t length;
  size_t count = 0;
  source.ttl_s = 300;
  for (;;) {
    ck_assert_int_eq(
        stubdns_record_from_text(&source, octets, sizeof octets, &length), 0);
    if (length == 0) break;
    stubdns_record_t record;
    char text[128];
    ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length), 0);
    owner = stubdns_record_owner(&record);
    source.owner = &owner;
    stubdns_record_to_text(&record, 0, text, sizeof text, NULL);
    ck_assert_uint_lt(count, 3);
    ck_assert_str_eq(text, expected[count++]);
  }
  ck_assert_uint_eq(count, 3);
  ck_assert_uint_eq(source.offset, source.length);
  free_source(&source);
}
END_TEST

START_TEST(relative_name_may_be_255_octets_with_its_origin) {
  char text[300];
  for (size_t size = 240; size < 250; size++) {
    struct octets octets;
    size_t offset;
    memset(text, 'a', size);
    for (size_t dot = 49; dot < size; dot += 50)
      text[dot] = '.';
    strcpy(text + size, " A 192.0.2.1");
    const int error = read_record(text, &octets, &offset);
    /* `size` characters are size + 1 octets; the origin has 9. */
    ck_assert_int_eq(error, size + 10 > 255 ? STUBDNS_ENAMETOOLONG : 0);
    free(octets.octets);
  }
}
END_TEST

/* Units that are repeated until RDATA, or a part of it, has more octets than
 * its length can say; the error is at the offset. */
static const struct {
  const char *head;
  const char *unit;
  size_t count;
  size_t error_offset;
} too_long[] = {
    {"a. TXT", " " A64 A64 A64 A16 A16 A16, 65536 / 241 + 1, 6},
    {"a. HIP 1 ab ", "AAAA", 65536 / 3 + 1, 12},
    {"a. SVCB 1 . key65280=", "a", 65536, 21},
};

START_TEST(rdata_is_not_longer_than_its_length_can_say) {
  const size_t head = strlen(too_long[_i].head);
  const size_t unit = strlen(too_long[_i].unit);
  char *const text = malloc(head + unit * too_long[_i].count + 1);
  struct octets octets;
  size_t offset;
  strcpy(text, too_long[_i].head);
  for (size_t i = 0; i < too_long[_i].count; i++)
    strcpy(text + head + unit * i, too_long[_i].unit);
  ck_assert_int_eq(read_record(text, &octets, &offset), STUBDNS_EBADTEXT);
  ck_assert_uint_eq(offset, too_long[_i].error_offset);
  free(octets.octets);
  free(text);
}
END_TEST

START_TEST(class_of_the_source_is_that_of_records_without_one) {
  stubdns_record_text_t source = source_of("a. A \\# 0\na. IN A \\# 0\n");
  uint8_t octets[64];
  size_t length;
  source.class_ = STUBDNS_CLASS_CH;
  for (int class_ = STUBDNS_CLASS_CH; class_ > 0;
       class_ -= STUBDNS_CLASS_CH - STUBDNS_CLASS_IN) {
    ck_assert_int_eq(
        stubdns_record_from_text(&source, octets, sizeof octets, &length), 0);
    ck_assert_uint_eq(length, 3 + 10);
    ck_assert_int_eq(octets[6], class_);
  }
  free_source(&source);
}
END_TEST

Suite *test_suite(void) {
  table = texts_load();
  recorded = recorded_load();
  TCase *const cases = tcase_create("scan");
  tcase_set_timeout(cases, 120);
  tcase_add_test(cases, text_that_dig_printed_gives_the_octets_back_PP7);
  tcase_add_test(cases, recorded_message_is_the_same_through_text_PP7);
  tcase_add_test(cases, text_gives_the_octets_that_bind_reads);
  tcase_add_loop_test(cases, line_gives_a_record, 0,
                      (int)(sizeof lines / sizeof lines[0]));
  tcase_add_loop_test(cases, wrong_text_gives_an_error_at_the_character, 0,
                      (int)(sizeof wrong / sizeof wrong[0]));
  tcase_add_test(cases, record_is_not_written_where_it_does_not_fit);
  tcase_add_test(cases, text_that_is_cut_anywhere_is_read_or_refused);
  tcase_add_test(cases,
                 text_with_another_character_anywhere_is_read_or_refused);
  tcase_add_test(cases, lines_give_their_records_one_after_the_other);
  tcase_add_test(cases, relative_name_may_be_255_octets_with_its_origin);
  tcase_add_loop_test(cases, rdata_is_not_longer_than_its_length_can_say, 0,
                      (int)(sizeof too_long / sizeof too_long[0]));
  tcase_add_test(cases, class_of_the_source_is_that_of_records_without_one);
  Suite *const suite = suite_create("wire/scan");
  suite_add_tcase(suite, cases);
  return suite;
}
