// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/action.h"

#include "base/utf8.h"

bool delta_action_reader_init(DeltaActionReader *reader, Arena *arena, Slice path, Slice text,
                              Error *err) {
    *reader = (DeltaActionReader){.arena = arena, .path = path};
    json_reader_init(&reader->json, text);
    if (utf8_valid(text)) return true;
    error_set(err, ERR_DELTA_LOG_MALFORMED, "reason", "it is not valid UTF-8");
    error_add(err, "path", path);
    return false;
}

// --- values --------------------------------------------------------------------------------------
// Each reads the value whose first token is given; null leaves what was there. False: malformed, or
// of another type (then reader->member says which).

static bool wrong_type(DeltaActionReader *reader, const char *member) {
    if (!json_reader_failed(&reader->json) && !reader->member) reader->member = member;
    return false;
}

static bool take_string(DeltaActionReader *reader, const char *member, Slice *out) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_STRING) return wrong_type(reader, member);
    *out = json_reader_string(&reader->json, reader->arena);
    return true;
}

// A string, or any other value as its JSON text.
static bool take_text(DeltaActionReader *reader, Slice *out) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_STRING) return json_reader_raw_value(&reader->json, token, out);
    *out = json_reader_string(&reader->json, reader->arena);
    return true;
}

static bool take_raw(DeltaActionReader *reader, Slice *out) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    return json_reader_raw_value(&reader->json, token, out);
}

static bool take_object(DeltaActionReader *reader, const char *member, Slice *out) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_OBJECT) return wrong_type(reader, member);
    return json_reader_raw_value(&reader->json, token, out);
}

static bool take_i64(DeltaActionReader *reader, const char *member, int64_t *out) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_NUMBER) return wrong_type(reader, member);
    Slice digits = reader->json.text;
    if (slice_ends_with(digits, SLICE(".0"))) digits.bytes -= 2; // as JavaScript writers may
    return slice_to_i64(digits, out) || wrong_type(reader, member);
}

static bool take_i32(DeltaActionReader *reader, const char *member, int32_t *out) {
    int64_t value = *out;
    if (!take_i64(reader, member, &value)) return false;
    if (value < INT32_MIN || value > INT32_MAX) return wrong_type(reader, member);
    *out = (int32_t)value;
    return true;
}

static bool take_bool(DeltaActionReader *reader, const char *member, bool *out, bool *present) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_TRUE && token != JSON_TOKEN_FALSE) return wrong_type(reader, member);
    *out = token == JSON_TOKEN_TRUE;
    if (present) *present = true;
    return true;
}

static bool take_strings(DeltaActionReader *reader, const char *member, Slice **items,
                         uint32_t *count, bool *present) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_ARRAY) return wrong_type(reader, member);
    if (present) *present = true;
    while ((token = json_reader_next(&reader->json)) != JSON_TOKEN_ARRAY_END) {
        if (token != JSON_TOKEN_STRING) return wrong_type(reader, member);
        Slice item = json_reader_string(&reader->json, reader->arena);
        ARENA_PUSH(reader->arena, *items, *count, item);
    }
    return true;
}

static bool take_pairs(DeltaActionReader *reader, const char *member, DeltaPair **pairs,
                       uint32_t *count) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_OBJECT) return wrong_type(reader, member);
    while (json_reader_next_key(&reader->json)) {
        DeltaPair pair = {.name = json_reader_string(&reader->json, reader->arena)};
        if (!take_text(reader, &pair.value)) return wrong_type(reader, member);
        ARENA_PUSH(reader->arena, *pairs, *count, pair);
    }
    return !json_reader_failed(&reader->json);
}

static bool skip(DeltaActionReader *reader) {
    return json_reader_skip_value(&reader->json, json_reader_next(&reader->json));
}

// --- one function per action: members of the object that is open ---------------------------------

#define IS(literal) json_reader_text_is(&reader->json, literal)

static bool read_vector(DeltaActionReader *reader, DeltaVectorDescriptor *vector) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_OBJECT) return wrong_type(reader, "deletionVector");
    Slice storage = SLICE_NONE;
    int64_t offset = INT64_MIN;
    while (json_reader_next_key(&reader->json)) {
        bool ok;
        if (IS("storageType")) ok = take_string(reader, "storageType", &storage);
        else if (IS("pathOrInlineDv"))
            ok = take_string(reader, "pathOrInlineDv", &vector->path_or_inline);
        else if (IS("offset")) ok = take_i64(reader, "offset", &offset);
        else if (IS("sizeInBytes")) ok = take_i32(reader, "sizeInBytes", &vector->size_bytes);
        else if (IS("cardinality")) ok = take_i64(reader, "cardinality", &vector->cardinality);
        else ok = skip(reader);
        if (!ok) return false;
    }
    if (json_reader_failed(&reader->json)) return false;
    if (storage.bytes != 1) return wrong_type(reader, "storageType");
    vector->storage = storage.data[0];
    vector->has_offset = offset != INT64_MIN;
    if (!vector->has_offset) return true;
    if (offset < 0 || offset > INT32_MAX) return wrong_type(reader, "offset");
    vector->offset = (int32_t)offset;
    return true;
}

static bool read_file(DeltaActionReader *reader, DeltaFileAction *file) {
    file->modified_ms = 0;
    while (json_reader_next_key(&reader->json)) {
        bool ok;
        if (IS("path")) ok = take_string(reader, "path", &file->path);
        else if (IS("partitionValues"))
            ok = take_object(reader, "partitionValues", &file->partition_values);
        else if (IS("size")) ok = take_i64(reader, "size", &file->size_bytes);
        else if (IS("modificationTime"))
            ok = take_i64(reader, "modificationTime", &file->modified_ms);
        else if (IS("stats")) ok = take_text(reader, &file->stats);
        else if (IS("deletionVector")) ok = read_vector(reader, &file->vector);
        else ok = skip(reader);
        if (!ok) return false;
    }
    if (json_reader_failed(&reader->json)) return false;
    return file->path.data != NULL || wrong_type(reader, "path");
}

static bool read_format(DeltaActionReader *reader, DeltaMetadata *metadata) {
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_OBJECT) return wrong_type(reader, "format");
    while (json_reader_next_key(&reader->json)) {
        bool ok =
            IS("provider") ? take_string(reader, "provider", &metadata->provider) : skip(reader);
        if (!ok) return false;
    }
    return true;
}

static bool read_metadata(DeltaActionReader *reader, DeltaMetadata *metadata) {
    metadata->created_ms = -1;
    while (json_reader_next_key(&reader->json)) {
        bool ok;
        if (IS("id")) ok = take_string(reader, "id", &metadata->id);
        else if (IS("name")) ok = take_string(reader, "name", &metadata->name);
        else if (IS("description")) ok = take_string(reader, "description", &metadata->description);
        else if (IS("format")) ok = read_format(reader, metadata);
        else if (IS("schemaString"))
            ok = take_string(reader, "schemaString", &metadata->schema_string);
        else if (IS("partitionColumns"))
            ok = take_strings(reader, "partitionColumns", &metadata->partition_columns,
                              &metadata->partition_column_count, NULL);
        else if (IS("configuration"))
            ok = take_pairs(reader, "configuration", &metadata->configuration,
                            &metadata->configuration_count);
        else if (IS("createdTime")) ok = take_i64(reader, "createdTime", &metadata->created_ms);
        else ok = skip(reader);
        if (!ok) return false;
    }
    return true;
}

static bool read_protocol(DeltaActionReader *reader, DeltaProtocol *protocol) {
    protocol->min_reader_version = protocol->min_writer_version = -1;
    while (json_reader_next_key(&reader->json)) {
        bool ok;
        if (IS("minReaderVersion"))
            ok = take_i32(reader, "minReaderVersion", &protocol->min_reader_version);
        else if (IS("minWriterVersion"))
            ok = take_i32(reader, "minWriterVersion", &protocol->min_writer_version);
        else if (IS("readerFeatures"))
            ok = take_strings(reader, "readerFeatures", &protocol->reader_features,
                              &protocol->reader_feature_count, &protocol->has_reader_features);
        else if (IS("writerFeatures"))
            ok = take_strings(reader, "writerFeatures", &protocol->writer_features,
                              &protocol->writer_feature_count, &protocol->has_writer_features);
        else ok = skip(reader);
        if (!ok) return false;
    }
    if (json_reader_failed(&reader->json)) return false;
    if (protocol->min_reader_version < 0) return wrong_type(reader, "minReaderVersion");
    if (protocol->min_writer_version < 0) return wrong_type(reader, "minWriterVersion");
    return true;
}

static bool read_transaction(DeltaActionReader *reader, DeltaTransaction *transaction) {
    while (json_reader_next_key(&reader->json)) {
        bool ok;
        if (IS("appId")) ok = take_string(reader, "appId", &transaction->app_id);
        else if (IS("version")) ok = take_i64(reader, "version", &transaction->version);
        else ok = skip(reader);
        if (!ok) return false;
    }
    return true;
}

static bool read_domain(DeltaActionReader *reader, DeltaDomain *domain) {
    while (json_reader_next_key(&reader->json)) {
        bool ok;
        if (IS("domain")) ok = take_string(reader, "domain", &domain->domain);
        else if (IS("configuration"))
            ok = take_string(reader, "configuration", &domain->configuration);
        else if (IS("removed")) ok = take_bool(reader, "removed", &domain->removed, NULL);
        else ok = skip(reader);
        if (!ok) return false;
    }
    return true;
}

// Free-form by the protocol: any type is taken where text is wanted.
static bool read_commit_info(DeltaActionReader *reader, DeltaCommitInfo *commit) {
    commit->timestamp_ms = commit->in_commit_timestamp_ms = commit->read_version = -1;
    while (json_reader_next_key(&reader->json)) {
        bool ok;
        if (IS("timestamp")) ok = take_i64(reader, "timestamp", &commit->timestamp_ms);
        else if (IS("inCommitTimestamp"))
            ok = take_i64(reader, "inCommitTimestamp", &commit->in_commit_timestamp_ms);
        else if (IS("readVersion")) ok = take_i64(reader, "readVersion", &commit->read_version);
        else if (IS("userId")) ok = take_text(reader, &commit->user_id);
        else if (IS("userName")) ok = take_text(reader, &commit->user_name);
        else if (IS("operation")) ok = take_text(reader, &commit->operation);
        else if (IS("operationParameters")) ok = take_raw(reader, &commit->parameters_json);
        else if (IS("operationMetrics")) ok = take_raw(reader, &commit->metrics_json);
        else if (IS("isolationLevel")) ok = take_text(reader, &commit->isolation_level);
        else if (IS("userMetadata")) ok = take_text(reader, &commit->user_metadata);
        else if (IS("engineInfo")) ok = take_text(reader, &commit->engine_info);
        else if (IS("isBlindAppend"))
            ok = take_bool(reader, "isBlindAppend", &commit->is_blind_append,
                           &commit->has_blind_append);
        else ok = skip(reader);
        if (!ok) return false;
    }
    return true;
}

static bool read_sidecar(DeltaActionReader *reader, Slice *path) {
    while (json_reader_next_key(&reader->json)) {
        bool ok = IS("path") ? take_string(reader, "path", path) : skip(reader);
        if (!ok) return false;
    }
    return path->data != NULL || wrong_type(reader, "path");
}

// --- a line --------------------------------------------------------------------------------------

// The value of an action's name; `action` keeps its kind OTHER when the name is unknown or null.
static bool read_action(DeltaActionReader *reader, DeltaAction *action) {
    static const struct {
        const char *name;
        DeltaActionKind kind;
    } kinds[] = {
        {"add", DELTA_ACTION_ADD},           {"remove", DELTA_ACTION_REMOVE},
        {"metaData", DELTA_ACTION_METADATA}, {"protocol", DELTA_ACTION_PROTOCOL},
        {"txn", DELTA_ACTION_TRANSACTION},   {"domainMetadata", DELTA_ACTION_DOMAIN},
        {"sidecar", DELTA_ACTION_SIDECAR},   {"commitInfo", DELTA_ACTION_COMMIT_INFO},
    };
    DeltaActionKind kind = DELTA_ACTION_OTHER;
    const char *name = NULL;
    for (size_t i = 0; i < COUNT_OF(kinds) && !name; i++) {
        if (!IS(kinds[i].name)) continue;
        kind = kinds[i].kind;
        name = kinds[i].name;
    }
    JsonToken token = json_reader_next(&reader->json);
    if (kind == DELTA_ACTION_OTHER) return json_reader_skip_value(&reader->json, token);
    if (token == JSON_TOKEN_NULL) return true;
    if (token != JSON_TOKEN_OBJECT) return wrong_type(reader, name);
    *action = (DeltaAction){.kind = kind};
    switch (kind) {
    case DELTA_ACTION_OTHER: break;
    case DELTA_ACTION_ADD:
    case DELTA_ACTION_REMOVE: return read_file(reader, &action->file);
    case DELTA_ACTION_METADATA: return read_metadata(reader, &action->metadata);
    case DELTA_ACTION_PROTOCOL: return read_protocol(reader, &action->protocol);
    case DELTA_ACTION_TRANSACTION: return read_transaction(reader, &action->transaction);
    case DELTA_ACTION_DOMAIN: return read_domain(reader, &action->domain);
    case DELTA_ACTION_COMMIT_INFO: return read_commit_info(reader, &action->commit);
    case DELTA_ACTION_SIDECAR: return read_sidecar(reader, &action->sidecar);
    }
    return false;
}

static bool fail(DeltaActionReader *reader, Error *err) {
    AUTO(Text, reason) = {0};
    if (json_reader_failed(&reader->json)) json_reader_append_reason(&reader->json, &reason);
    else
        text_printf(&reason, "the member %s is missing or of a wrong type near byte %zu",
                    reader->member ? reader->member : "?", json_reader_offset(&reader->json));
    error_set(err, ERR_DELTA_LOG_MALFORMED, "reason", text_cstr(&reason));
    error_add(err, "path", reader->path);
    return false;
}

bool delta_action_next(DeltaActionReader *reader, DeltaAction *action, bool *done, Error *err) {
    *done = false;
    action->kind = DELTA_ACTION_OTHER;
    JsonToken token = json_reader_next(&reader->json);
    if (token == JSON_TOKEN_END) {
        *done = true;
        return true;
    }
    if (token != JSON_TOKEN_OBJECT) {
        reader->member = "action";
        return fail(reader, err);
    }
    while (json_reader_next_key(&reader->json))
        if (!read_action(reader, action)) return fail(reader, err);
    return !json_reader_failed(&reader->json) || fail(reader, err);
}

Slice delta_metadata_get(const DeltaMetadata *metadata, const char *name) {
    for (uint32_t i = 0; i < metadata->configuration_count; i++)
        if (slice_equal_cstr(metadata->configuration[i].name, name))
            return metadata->configuration[i].value;
    return SLICE_NONE;
}

bool delta_protocol_lists(const Slice *features, uint32_t count, const char *feature) {
    for (uint32_t i = 0; i < count; i++)
        if (slice_equal_ignore_case(features[i], slice_from_cstr(feature))) return true;
    return false;
}
