// SPDX-License-Identifier: Apache-2.0
#include "notebook/message.h"
#include "base/quote.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

void message_sender_init(MessageSender *sender, Slice key, const char *username) {
    wire_key_init(&sender->key, key);
    crypto_uuid(sender->session);
    sender->username = username;
    atomic_init(&sender->count, 0);
}

Slice message_text(const json_t *object, const char *name) {
    const json_t *member = json_object_get(object, name);
    if (!json_is_string(member)) return SLICE_NONE;
    return slice_of(json_string_value(member), json_string_length(member));
}

bool message_flag(const json_t *object, const char *name, bool otherwise) {
    const json_t *member = json_object_get(object, name);
    return json_is_boolean(member) ? json_is_true(member) : otherwise;
}

int64_t message_number(const json_t *object, const char *name, int64_t otherwise) {
    const json_t *member = json_object_get(object, name);
    if (json_is_real(member)) return (int64_t)json_real_value(member);
    return json_is_integer(member) ? (int64_t)json_integer_value(member) : otherwise;
}

static json_t *object_parse(Slice text, const char *which, Error *err) {
    json_error_t details;
    json_t *object = json_loadb(text.data ? text.data : "", text.bytes, JSON_ALLOW_NUL, &details);
    if (json_is_object(object)) return object;
    json_decref(object);
    error_set(err, ERR_WIRE_MESSAGE_REFUSED);
    error_add_format(err, "reason", "its %s is not a JSON object (%s)", which,
                     object ? "another value" : details.text);
    return NULL;
}

static bool fields_read(Message *message, Error *err) {
    message->type = message_text(message->header, "msg_type");
    message->id = message_text(message->header, "msg_id");
    message->session = message_text(message->header, "session");
    message->date = message_text(message->header, "date");
    message->subshell_id = message_text(message->header, "subshell_id");
    if (message->type.bytes) return true;
    return error_set(err, ERR_WIRE_MESSAGE_REFUSED, "reason", "its header has no msg_type");
}

bool message_parse(Message *message, const Slice *frames, uint32_t count, const WireKey *key,
                   WireGuard *guard, Error *err) {
    WireParts *parts = &message->parts;
    if (!wire_parse(frames, count, key, guard, parts, err)) return false;
    return (message->header = object_parse(parts->header, "header", err)) &&
           (message->parent = object_parse(parts->parent, "parent_header", err)) &&
           (message->metadata = object_parse(parts->metadata, "metadata", err)) &&
           (message->content = object_parse(parts->content, "content", err)) &&
           fields_read(message, err);
}

bool message_receive(ZmqSocket *socket, const WireKey *key, WireGuard *guard, Message *message,
                     Error *err) {
    Slice *frames;
    uint32_t count;
    *message = (Message){0};
    if (!zmq_socket_receive(socket, &message->arena, &frames, &count)) {
        message_deinit(message);
        return false;
    }
    if (!message_parse(message, frames, count, key, guard, err)) message_deinit(message);
    return true;
}

void message_deinit(Message *message) {
    json_decref(message->header);
    json_decref(message->parent);
    json_decref(message->metadata);
    json_decref(message->content);
    arena_deinit(&message->arena);
    *message = (Message){0};
}

static Slice header_write(MessageSender *sender, const MessageDraft *draft, Arena *arena,
                          char *id_out) {
    char id[MESSAGE_ID_BYTES], date[MESSAGE_DATE_BYTES];
    uint64_t number = atomic_fetch_add(&sender->count, 1);
    snprintf(id, sizeof id, "%s_%d_%llu", sender->session, (int)getpid(),
             (unsigned long long)number);
    message_date(message_now_micros(), date);
    if (id_out) memcpy(id_out, id, sizeof id);
    Slice subshell = SLICE("");
    if (draft->subshell_id.bytes)
        subshell = arena_printf(arena, ",\"subshell_id\":\"%.*s\"", SLICE_ARGS(draft->subshell_id));
    return arena_printf(arena,
                        "{\"msg_id\":\"%s\",\"session\":\"%s\",\"username\":\"%s\",\"date\":\"%s\","
                        "\"msg_type\":\"%s\",\"version\":\"" MESSAGE_PROTOCOL_VERSION "\"%.*s}",
                        id, sender->session, sender->username, date, draft->type,
                        SLICE_ARGS(subshell));
}

static Slice object_or_empty(Slice text) { return text.bytes ? text : SLICE("{}"); }

bool message_send(MessageSender *sender, ZmqSocket *socket, const MessageDraft *draft,
                  char *id_out) {
    AUTO(Arena, arena) = {0};
    WireParts parts = {
        .identities = draft->identities,
        .identity_count = draft->identity_count,
        .header = header_write(sender, draft, &arena, id_out),
        .parent = object_or_empty(draft->parent),
        .metadata = object_or_empty(draft->metadata),
        .content = object_or_empty(draft->content),
        .buffers = draft->buffers,
        .buffer_count = draft->buffer_count,
    };
    uint32_t count;
    Slice *frames = wire_frames(&parts, &sender->key, &arena, &count);
    return zmq_socket_send(socket, frames, count);
}

// --- dates ---------------------------------------------------------------------------------------

int64_t message_now_micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void message_date(int64_t unix_micros, char out[MESSAGE_DATE_BYTES]) {
    time_t seconds = (time_t)(unix_micros / 1000000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    size_t bytes = strftime(out, MESSAGE_DATE_BYTES, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(out + bytes, MESSAGE_DATE_BYTES - bytes, ".%06dZ", (int)(unix_micros % 1000000));
}

// Up to `digits` decimal digits at *at.
static bool digits_read(Slice s, size_t *at, int digits, int *value) {
    *value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (*at >= s.bytes || s.data[*at] < '0' || s.data[*at] > '9') return false;
        *value = *value * 10 + (s.data[*at] - '0');
    }
    return true;
}

static bool char_read(Slice s, size_t *at, const char *any_of) {
    if (*at >= s.bytes || !s.data[*at] || !strchr(any_of, s.data[*at])) return false;
    (*at)++;
    return true;
}

static int fraction_read(Slice s, size_t *at) {
    int micros = 0, scale = 100000;
    if (!char_read(s, at, ".,")) return 0;
    for (; *at < s.bytes && s.data[*at] >= '0' && s.data[*at] <= '9'; (*at)++, scale /= 10)
        micros += (s.data[*at] - '0') * scale;
    return micros;
}

// Seconds east of UTC; none or "Z" is 0.
static bool zone_read(Slice s, size_t at, int *seconds) {
    *seconds = 0;
    if (at == s.bytes || (s.data[at] == 'Z' && at + 1 == s.bytes)) return true;
    bool minus = s.data[at] == '-';
    int hours, minutes;
    if (!char_read(s, &at, "+-") || !digits_read(s, &at, 2, &hours)) return false;
    char_read(s, &at, ":");
    if (!digits_read(s, &at, 2, &minutes) || at != s.bytes) return false;
    *seconds = (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
    return true;
}

bool message_date_parse(Slice date, int64_t *unix_micros) {
    struct tm parts = {0};
    size_t at = 0;
    int zone;
    if (!digits_read(date, &at, 4, &parts.tm_year) || !char_read(date, &at, "-") ||
        !digits_read(date, &at, 2, &parts.tm_mon) || !char_read(date, &at, "-") ||
        !digits_read(date, &at, 2, &parts.tm_mday) || !char_read(date, &at, "T ") ||
        !digits_read(date, &at, 2, &parts.tm_hour) || !char_read(date, &at, ":") ||
        !digits_read(date, &at, 2, &parts.tm_min) || !char_read(date, &at, ":") ||
        !digits_read(date, &at, 2, &parts.tm_sec))
        return false;
    int micros = fraction_read(date, &at);
    if (!zone_read(date, at, &zone)) return false;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    *unix_micros = ((int64_t)timegm(&parts) - zone) * 1000000 + micros;
    return true;
}
